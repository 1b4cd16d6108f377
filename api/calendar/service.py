"""The calendar file of a conversation: the deadlines of its matter, as they are on the day."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from api.answers.service import Knowledge
from api.calendar.ics import ics
from api.errors import HelplineError
from api.outgoing import guarded

FILE_NAME = "deadlines.ics"
MEDIA_TYPE = "text/calendar; charset=utf-8"


class NoDeadlineYet(HelplineError):
    code = "no_deadline_yet"
    status = HTTPStatus.NOT_FOUND
    title = "还没有算得出日子的期限"
    detail = (
        "目前还没有算得出日子的期限。请先在对话里说明收到了什么、哪天收到的，或者公告、"
        "注册是哪天，再来导出。"
    )


async def calendar_file(
    conversation_id: str, facts: Mapping[str, Any], knowledge: Knowledge, *, at: datetime
) -> str:
    """The deadlines that lie ahead, in iCalendar form, as far as they pass the citation guard;
    raises NoDeadlineYet.
    """
    referral = (await asyncio.to_thread(knowledge.referral, facts, at.date())).as_dict()
    origin = f"calendar of conversation {conversation_id}"
    referral, _ = await asyncio.to_thread(
        guarded.tree, referral, knowledge.guard, guarded.days_of(at.date(), facts), origin
    )
    text = ics(referral, conversation_id, at)
    if text is None:
        raise NoDeadlineYet
    return text
