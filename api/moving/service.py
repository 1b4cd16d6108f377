"""Codes that move a conversation to another channel or browser, each once; the caller commits.

Who tries a code is counted before it is looked up (`Limiter.try_move`), and is told the same of one
that never was, was used, is over, or belonged to a conversation that was deleted.
"""

import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Literal

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations import pushing, tokens
from api.conversations import service as conversations
from api.conversations.models import Conversation
from api.conversations.service import DELETED
from api.errors import HelplineError
from api.moving import schemas
from api.moving.models import MoveCode

MadeBy = Literal["visitor", "contact", "staff"]

# Without what is read as something else: 0 and O, 1, I and L.
LETTERS, DIGITS = "ABCDEFGHJKMNPQRSTUVWXYZ", "23456789"
LENGTH = 8
LASTS = timedelta(minutes=15)
# What a page may do once it was let in; a link is passed on more easily than a code. Both are
# defaults of ours.
TOKEN_LASTS: dict[tokens.Origin, timedelta] = {
    "link": timedelta(hours=12),
    "code": timedelta(days=7),
}

USED = "接续码刚刚用上了，这段对话在另一处接着办。不是您自己办的，请回复「转人工」告诉我们。"

_SIGN = f"[{LETTERS}{DIGITS}]"
_GAP = r"[ \-–—_·]?"
_CODE = rf"(?<![A-Z0-9]){_SIGN}{{4}}{_GAP}{_SIGN}{{4}}(?![A-Z0-9])"
_ALONE = re.compile(rf"\W*({_CODE})\W*")
_CALLED = re.compile(rf"(?:接着办|接着问|接续|继续办).*?({_CODE})", re.DOTALL)


class CodeWrong(HelplineError):
    code = "code_wrong"
    status = HTTPStatus.NOT_FOUND
    title = "接续码用不了"
    detail = (
        "这个接续码用不了：可能输错了、用过了，或者过了时间。请核对一遍，"
        "还不行就在原来的地方再要一个。"
    )


@dataclass(frozen=True)
class Code:
    """A code in words, ABCD-2345; it can be told once only."""

    text: str
    expires_at: datetime


async def make(
    session: AsyncSession, conversation_id: str, made_by: MadeBy, *, at: datetime
) -> Code:
    """A code that moves this conversation; the one before is good no longer.

    Locks the conversation; raises ConversationUnknown, ConversationDeleted.
    """
    await conversations.going_on(session, conversation_id)
    await session.execute(delete(MoveCode).where(MoveCode.conversation_id == conversation_id))
    code = _new_code()
    session.add(
        MoveCode(
            code_hash=code,
            conversation_id=conversation_id,
            made_by=made_by,
            made_at=at,
            expires_at=at + LASTS,
        )
    )
    await session.flush()
    return Code(f"{code[:4]}-{code[4:]}", at + LASTS)


async def use(session: AsyncSession, code: str, *, at: datetime) -> str:
    """The id of the conversation that a code moves, which is used up by it; raises CodeWrong.
    The code may be spelt anyhow, and stand behind its word (接着办 ABCD-2345).

    Count the try beforehand, outside of the session: `Limiter.try_move`.
    """
    # One statement finds it and uses it up: of two at the same moment one gets it.
    used = await session.scalar(
        update(MoveCode)
        .where(
            MoveCode.code_hash == _bare(look(code) or code),
            MoveCode.used_at.is_(None),
            MoveCode.expires_at > at,
        )
        .values(used_at=at)
        .returning(MoveCode.conversation_id)
    )
    if used is None or not await is_there(session, used):
        raise CodeWrong
    await _tell_that_it_was_used(session, used, at)
    return used


async def _tell_that_it_was_used(session: AsyncSession, conversation_id: str, at: datetime) -> None:
    """Who has the conversation so far learns of it: it may have been somebody else."""
    conversation = await conversations.going_on(session, conversation_id)
    said = await conversations.add_message(session, conversation, None, "system", USED, at)
    await pushing.message(session, conversation, said.id, at=at)


async def let_in(
    session: AsyncSession, conversation_id: str, origin: tokens.Origin
) -> schemas.Moved:
    """What a page needs to go on with a conversation, which the caller knows to be there."""
    token = await tokens.give(session, conversation_id, origin, TOKEN_LASTS[origin])
    return schemas.Moved(id=conversation_id, token=token.text, expires_at=token.expires_at)


def look(text: str) -> str | None:
    """The code in what somebody says: alone, or behind a word for going on (接着办 ABCD-2345).

    Anything else that looks like one, such as a model's name in a sentence, is none.
    """
    folded = unicodedata.normalize("NFKC", text).upper()
    found = _ALONE.fullmatch(folded) or _CALLED.search(folded)
    if found is None:
        return None
    code = _bare(found[1])
    is_mixed = any(sign in LETTERS for sign in code) and any(sign in DIGITS for sign in code)
    return f"{code[:4]}-{code[4:]}" if is_mixed else None


async def is_there(session: AsyncSession, conversation_id: str) -> bool:
    """Whether there is something to go on with: not where it was deleted."""
    state = await session.scalar(
        select(Conversation.state).where(Conversation.id == conversation_id)
    )
    return state not in (None, DELETED)


def _new_code() -> str:
    """At random, with a letter and a digit: no word and no number is taken for one."""
    while True:
        code = "".join(secrets.choice(LETTERS + DIGITS) for _ in range(LENGTH))
        if any(sign in DIGITS for sign in code) and any(sign in LETTERS for sign in code):
            return code


def _bare(code: str) -> str:
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", code)).upper()
