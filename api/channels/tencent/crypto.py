"""Sealed messages: AES-256-CBC under the account's EncodingAESKey.

What is sealed is sixteen random bytes, the length of the message in four bytes (big-endian), the
message and who receives it (the app id, or the id of the company), padded to a multiple of 32 bytes
(PKCS #7).
Source: developers.weixin.qq.com, 消息加解密说明 and 加密解密技术方案;
developer.work.weixin.qq.com, 加解密方案说明.
"""

import base64
import binascii
import hmac
import os

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC

BLOCK = 32  # of the padding; AES itself has blocks of 16
AES_BLOCK = 16
RANDOM = 16
LENGTH = 4


class NotOurs(Exception):
    """What was sealed cannot be opened, is damaged, or is another account's.

    It does not say which: whoever sends damaged messages learns nothing.
    """


class MessageCipher:
    """Seals and opens the messages of one account; `aes_key` has 43 letters and digits."""

    def __init__(self, aes_key: str, receiver: str) -> None:
        key = base64.b64decode(aes_key + "=")
        self._cipher = Cipher(AES256(key), CBC(key[:AES_BLOCK]))
        self._receiver = receiver.encode()

    def sealed(self, message: bytes, random: bytes | None = None) -> str:
        """A message as WeChat sends and expects it, in Base64.

        `random` are the sixteen bytes before it, for those who want the same result twice.
        """
        head = (os.urandom(RANDOM) if random is None else random) + _length(message)
        plain = head + message + self._receiver
        missing = BLOCK - len(plain) % BLOCK
        return base64.b64encode(
            _through(self._cipher.encryptor(), plain + bytes([missing]) * missing)
        ).decode()

    def opened(self, sealed: str) -> bytes:
        """The message that was sealed. Raises NotOurs."""
        plain = self._padded(sealed)
        padding = plain[-1]
        if not 1 <= padding <= BLOCK or plain[-padding:] != bytes([padding]) * padding:
            raise NotOurs
        head, content = plain[RANDOM : RANDOM + LENGTH], plain[RANDOM + LENGTH : -padding]
        length = int.from_bytes(head)
        is_complete = len(head) == LENGTH and length <= len(content)
        if not is_complete or not hmac.compare_digest(content[length:], self._receiver):
            raise NotOurs
        return content[:length]

    def _padded(self, sealed: str) -> bytes:
        try:
            secret = base64.b64decode(sealed.strip().encode("ascii"), validate=True)
        except (UnicodeEncodeError, binascii.Error):
            raise NotOurs from None
        if not secret or len(secret) % AES_BLOCK:
            raise NotOurs
        return _through(self._cipher.decryptor(), secret)


def _length(message: bytes) -> bytes:
    return len(message).to_bytes(LENGTH)


def _through(context: CipherContext, data: bytes) -> bytes:
    return context.update(data) + context.finalize()
