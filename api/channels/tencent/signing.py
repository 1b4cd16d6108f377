"""Signatures: what shows that the platform is calling.

Source: developers.weixin.qq.com, 消息推送 and 消息加解密说明;
developer.work.weixin.qq.com, 加解密方案说明.
"""

import hashlib
import hmac
import re
from datetime import datetime

# What was signed longer ago, or is signed for later, is a repeat by somebody else: clocks differ by
# less, and the platform signs each of its own repeats anew.
WINDOW_S = 300
_SECONDS = re.compile(r"[0-9]{1,12}")


def signature(*parts: str) -> str:
    """The SHA-1 of the parts, sorted, as hexadecimal digits.

    The parts are the account's token, the timestamp and the nonce; for a sealed message also what
    is sealed (`msg_signature`).
    """
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def is_signed(given: str, *parts: str) -> bool:
    """Whether `given` is the signature of the parts; takes the same time whatever it is."""
    return hmac.compare_digest(given.encode(), signature(*parts).encode())


def is_timely(timestamp: str, now: datetime) -> bool:
    """Whether seconds since 1970, as they stand in the query, lie near the moment `now`."""
    if not _SECONDS.fullmatch(timestamp):
        return False
    return abs(now.timestamp() - int(timestamp)) <= WINDOW_S
