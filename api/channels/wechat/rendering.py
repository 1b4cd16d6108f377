"""What goes to WeChat in answer to its call: XML, sealed where the call was.

Source: developers.weixin.qq.com, 被动回复用户消息 and 消息加解密说明.
"""

import re

from api.channels.tencent.crypto import MessageCipher
from api.channels.tencent.signing import signature

SUCCESS = "success"  # was received; there is no answer in this call

_NEVER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def text_reply(peer: str, ours: str, text: str, at_s: int) -> str:
    """The XML of a text in answer to a call; `at_s` are seconds since 1970."""
    return (
        f"<xml><ToUserName>{_cdata(peer)}</ToUserName>"
        f"<FromUserName>{_cdata(ours)}</FromUserName>"
        f"<CreateTime>{at_s}</CreateTime>"
        f"<MsgType>{_cdata('text')}</MsgType>"
        f"<Content>{_cdata(text)}</Content></xml>"
    )


def sealed_reply(cipher: MessageCipher, token: str, reply: str, timestamp: str, nonce: str) -> str:
    """The XML around an answer that is sealed, with its own signature."""
    sealed = cipher.sealed(reply.encode())
    signed = signature(token, timestamp, nonce, sealed)
    return (
        f"<xml><Encrypt>{_cdata(sealed)}</Encrypt>"
        f"<MsgSignature>{_cdata(signed)}</MsgSignature>"
        f"<TimeStamp>{timestamp}</TimeStamp>"
        f"<Nonce>{_cdata(nonce)}</Nonce></xml>"
    )


def _cdata(text: str) -> str:
    """A text that stays one text, whatever stands in it: what would end the section is parted."""
    return f"<![CDATA[{_NEVER.sub('', text).replace(']]>', ']]]]><![CDATA[>')}]]>"
