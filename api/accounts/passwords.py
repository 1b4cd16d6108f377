"""Passwords: which are refused, how they are hashed (argon2id), and first ones made at random."""

import asyncio
import base64
import secrets
import unicodedata
from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from api.errors import HelplineError

SHORTEST, LONGEST = 12, 128  # characters
FEWEST_DIFFERENT = 5
AT_ONCE = 2  # hashes: each takes 64 MB and a tenth of a second of a core that visitors need too
MOST_WAITING = 32
# What people put in when they are made to take a password, with Chinese habits among them: what is
# left of a password without these must be long enough to count.
COMMON = (
    *("1234567890", "0987654321", "123456789", "987654321", "12345678", "1234567", "123456"),
    *("1q2w3e4r5t", "1q2w3e4r", "1qaz2wsx", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwerty"),
    *("administrator", "password", "passw0rd", "p@ssw0rd", "p@ssword", "welcome", "changeme"),
    *("letmein", "iloveyou", "admin", "woaini", "5201314", "1314520", "abcdefg", "abc123"),
    *("a1b2c3", "aa123456", "qazwsx", "helpline", "zhichanquan", "jiangxi", "nanchang", "12330"),
)
FEWEST_OF_ITS_OWN = 6  # characters that no common word and no name holds
# Without letters and digits that are mistaken for each other.
FIRST_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
FIRST_GROUPS, FIRST_GROUP = 4, 4  # 16 of 31 characters: 79 bits

Result = TypeVar("Result")


class PasswordWeak(HelplineError):
    code = "password_weak"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "密码不能用"
    detail = f"密码至少 {SHORTEST} 个字符，可以用几个不相干的词连起来。"


class SignInBusy(HelplineError):
    code = "sign_in_busy"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    title = "登录的人多"
    detail = "现在登录的人很多，请过几秒再试。"


class Passwords:
    """Hashes and compares in threads, a few at a time; nobody waits behind a long line.

    `hasher` decides what a hash costs.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobodys = _nobodys_hash(self._hasher)
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def hash(self, password: str) -> str:
        """What is stored of a password; raises SignInBusy."""
        return await self._in_turn(lambda: self._hasher.hash(_one_spelling(password)))

    async def fits(self, password: str, stored: str | None) -> bool:
        """Whether a password is the one that was stored; raises SignInBusy.

        Where none was stored the same work is done: its time tells nobody who has an account.
        """
        right = await self._in_turn(lambda: self._is_right(password, stored or self._nobodys))
        return right and stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Whether a stored hash cost less than hashes cost today."""
        return self._hasher.check_needs_rehash(stored)

    def _is_right(self, password: str, stored: str) -> bool:
        try:
            return self._hasher.verify(stored, _one_spelling(password))
        except (VerificationError, InvalidHashError):
            return False

    async def _in_turn(self, work: Callable[[], Result]) -> Result:
        if self._waiting >= MOST_WAITING:
            raise SignInBusy(headers={"Retry-After": "5"})
        self._waiting += 1
        try:
            async with self._turns:
                return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1


def first_password() -> str:
    """A password at random, easy to read out and to type: k7mq-x2pd-9tfw-hc4n."""
    groups = (
        "".join(secrets.choice(FIRST_ALPHABET) for _ in range(FIRST_GROUP))
        for _ in range(FIRST_GROUPS)
    )
    return "-".join(groups)


def check(password: str, *names: str, old: str = "") -> None:
    """Refuse a password that is too short, well known, the old one, or made of its owner's names;
    raises PasswordWeak with what is wrong.
    """
    folded = _one_spelling(password)
    if not SHORTEST <= len(folded) <= LONGEST:
        raise PasswordWeak(f"密码要 {SHORTEST} 到 {LONGEST} 个字符，可以用几个不相干的词连起来。")
    if folded == _one_spelling(old):
        raise PasswordWeak("新密码不能和原来的一样。")
    if len(set(folded)) < FEWEST_DIFFERENT:
        raise PasswordWeak("密码里重复的字符太多，请换一个。")
    own = _without(folded.casefold(), [_one_spelling(name).casefold() for name in names])
    if len(own) < FEWEST_OF_ITS_OWN:
        raise PasswordWeak("密码不能由自己的账号或姓名组成，请换一个。")
    if len(_without(own, COMMON)) < FEWEST_OF_ITS_OWN:
        raise PasswordWeak("这个密码太常见，容易被猜到，请换一个。")


def _without(text: str, words: list[str] | tuple[str, ...]) -> str:
    for word in words:
        text = text.replace(word, "") if word else text
    return text


def _one_spelling(password: str) -> str:
    """The same keys pressed with another keyboard's settings are the same password."""
    return unicodedata.normalize("NFKC", password)


def _nobodys_hash(hasher: PasswordHasher) -> str:
    """A hash that no password fits and that costs as much to compare as any other."""
    salt, tag = (
        base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=")
        for size in (hasher.salt_len, hasher.hash_len)
    )
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${cost}${salt}${tag}"
