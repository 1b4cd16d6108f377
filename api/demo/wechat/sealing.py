"""How WeChat signs and seals, written anew for the fake, so that it shares no error with the
channel that is tested against it.

A sealed text is 16 random bytes, its length (four bytes, big endian), itself, and the app id;
padded to blocks of 32 bytes (PKCS#7), AES-256-CBC, the vector being the key's first 16 bytes.
"""

import base64
import hashlib
import secrets
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32
RANDOM = 16


class NotSealedForUs(Exception):
    """The sealed text is broken, or meant for another account."""


def signature(*parts: str) -> str:
    """SHA-1 over the sorted parts, in hexadecimal."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def seal(text: bytes, aes_key: str, app_id: str) -> str:
    """A text sealed with an account's EncodingAESKey, in Base64."""
    whole = secrets.token_bytes(RANDOM) + struct.pack(">I", len(text)) + text + app_id.encode()
    padding = BLOCK - len(whole) % BLOCK
    sealing = _cipher(aes_key).encryptor()
    sealed = sealing.update(whole + bytes([padding]) * padding) + sealing.finalize()
    return base64.b64encode(sealed).decode()


def unseal(sealed: str, aes_key: str, app_id: str) -> bytes:
    """The text again. Raises NotSealedForUs."""
    try:
        opening = _cipher(aes_key).decryptor()
        padded = opening.update(base64.b64decode(sealed, validate=True)) + opening.finalize()
        padding = padded[-1]
        if not 1 <= padding <= BLOCK or padded[-padding:] != bytes([padding]) * padding:
            raise NotSealedForUs("the padding is wrong")
        whole = padded[RANDOM:-padding]
        (length,) = struct.unpack(">I", whole[:4])
    except (ValueError, IndexError, struct.error) as error:
        raise NotSealedForUs(str(error)) from error
    text, owner = whole[4 : 4 + length], whole[4 + length :]
    if owner != app_id.encode():
        raise NotSealedForUs("another account's app id")
    return text


def _cipher(aes_key: str) -> Cipher[modes.CBC]:
    key = base64.b64decode(aes_key + "=")
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))
