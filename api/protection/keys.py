"""The data key: what is kept about visitors is sealed with it, and contacts are found by it.

It comes from the setting HELPLINE_DATA_KEY, else from the file `data.key` in the data folder. Both
hold one key or several, the newest first: the newest seals, all of them open.
"""

import hmac
import json
import os
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from api.settings import Settings

FILE = "data.key"
_NAME = "HELPLINE_DATA_KEY"


class DataKeyMissing(Exception):
    """There is no key; the text says in Chinese where one belongs."""


class DataKeyWrong(Exception):
    """A key cannot be read, or opens nothing; the text says so in Chinese."""


@dataclass(frozen=True, repr=False)
class DataKeys:
    """Keys of Fernet's form, the newest first."""

    keys: tuple[str, ...]

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The keys that the settings name; raises DataKeyMissing, DataKeyWrong."""
        if told := settings.data_key.get_secret_value():
            return cls._read(told.replace(",", " "), _NAME)
        path = settings.var / FILE
        if not path.exists():
            raise DataKeyMissing(
                f"没有数据密钥：设置 {_NAME} 是空的，也没有 {path}。"
                "库里存的内容要用原来的密钥才能打开，请从备份里放回去；系统没有改动任何数据。"
            )
        return cls._read(path.read_text(encoding="ascii", errors="replace"), str(path))

    @classmethod
    def made(cls, settings: Settings) -> Self:
        """A key in a file of its own, which only its owner may read; for an empty database."""
        made = cls((new_key(),))
        settings.var.mkdir(parents=True, exist_ok=True)
        made.write(settings.var / FILE)
        return made

    @classmethod
    def _read(cls, text: str, source: str) -> Self:
        keys = tuple(text.split())
        try:
            if not keys:
                raise ValueError
            for key in keys:
                Fernet(key)
        except ValueError:
            raise DataKeyWrong(
                f"{source} 里的数据密钥读不懂：应是 44 个字符的 Fernet 密钥，请从备份里放回原来的；"
                "系统没有改动任何数据。"
            ) from None
        return cls(keys)

    def with_new(self) -> Self:
        """The same keys behind one that is made now."""
        return type(self)((new_key(), *self.keys))

    def newest_alone(self) -> Self:
        return type(self)(self.keys[:1])

    def of_purpose(self, purpose: str) -> Self:
        """Keys derived from these for one purpose: what they seal opens for no other."""
        return type(self)(tuple(_derived(key, purpose) for key in self.keys))

    def write(self, path: Path) -> None:
        """Put the keys into a file: whole or not at all."""
        partial = path.with_suffix(".partial")
        partial.unlink(missing_ok=True)
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write("\n".join(self.keys) + "\n")
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)

    def seal(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode()

    def opened(self, sealed: str) -> str:
        """The text that was sealed; raises DataKeyWrong."""
        return self._decrypt(sealed.encode()).decode()

    def seal_bytes(self, content: bytes) -> bytes:
        return self._fernet.encrypt(content)

    def opened_bytes(self, sealed: bytes) -> bytes:
        """The bytes that were sealed; raises DataKeyWrong."""
        return self._decrypt(sealed)

    def seal_json(self, value: Any) -> str:
        """Pressed before it is sealed: what is sealed presses no more, and answers are long."""
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return self._fernet.encrypt(zlib.compress(text.encode(), 1)).decode()

    def opened_json(self, sealed: str) -> Any:
        """The JSON that was sealed; raises DataKeyWrong."""
        return json.loads(zlib.decompress(self._decrypt(sealed.encode())))

    def has_sealed(self, text: str) -> bool:
        """Whether a text is something that these keys sealed."""
        try:
            self._decrypt(text.encode())
        except DataKeyWrong:
            return False
        return True

    def hashed(self, text: str) -> str:
        """The same for the same text under the newest key, and nothing to whoever lacks it."""
        return hmac.new(self._hash_key, text.encode(), sha256).hexdigest()

    def _decrypt(self, sealed: bytes) -> bytes:
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken:
            raise DataKeyWrong(
                f"数据密钥（{_NAME} 或 {FILE}）打不开库里存的内容：不是原来的那一把。"
                "请从备份里放回去；系统没有改动任何数据。"
            ) from None

    @cached_property
    def _fernet(self) -> MultiFernet:
        return MultiFernet([Fernet(key) for key in self.keys])

    @cached_property
    def _hash_key(self) -> bytes:
        return hmac.new(self.keys[0].encode(), b"contact", sha256).digest()


def new_key() -> str:
    return Fernet.generate_key().decode()


def _derived(key: str, purpose: str) -> str:
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode())
    return urlsafe_b64encode(hkdf.derive(urlsafe_b64decode(key))).decode()


def as_searched(contact: str) -> str:
    """One spelling for a way to reach somebody, whatever stands beside it: 13812345678 for
    138-1234-5678（陈华，晚上）; without case and blanks for what is no number.
    """
    reached = "".join(contact.partition("（")[0].split()).casefold()
    digits = "".join(ch for ch in reached if ch.isdecimal())
    is_number = len(digits) >= 7 and not any(ch.isalpha() for ch in reached)
    return digits if is_number else reached
