"""Which drafts fit a conversation, and what stands in one; the law is that of the day of the
download.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from http import HTTPStatus
from typing import Annotated, Any, Protocol

from fastapi import Depends, Request

from api.drafts.schemas import Draft
from api.errors import HelplineError
from api.outgoing import guarded
from knowledge.drafts.drafts import DraftDoesNotFit, Filled, UnknownDraft
from knowledge.law.citation_guard import CitationGuard


class DraftUnknown(HelplineError):
    code = "draft_unknown"
    status = HTTPStatus.NOT_FOUND
    title = "没有这份草稿"
    detail = "没有这份草稿。请在对话里问一句「有没有模板」，再用那里的按钮下载。"


class DraftUnfit(HelplineError):
    """The facts have changed since the draft was offered, or it was never on offer."""

    code = "draft_unfit"
    status = HTTPStatus.CONFLICT
    title = "和您的情况对不上"
    detail = "这份草稿和您现在说的情况对不上。请在对话里再问一句「有没有模板」，下载合适的那份。"


class DraftWithheld(HelplineError):
    """An article in it did not pass the citation guard, and a paper with a gap must not go out."""

    code = "draft_withheld"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    title = "暂时不能下载"
    detail = "这份草稿里有一处依据没有通过核对，暂时不能下载。请转人工，由工作人员帮您写。"


class Drafting(Protocol):
    """The knowledge side as drafts need it. All of it is plain computing; the service calls it in a
    thread.
    """

    @property
    def guard(self) -> CitationGuard:
        """What every text passes on its way out."""

    def offered_drafts(self, facts: Mapping[str, Any], on: date) -> Sequence[tuple[str, str]]:
        """(Key, title) of the drafts that fit these facts on that day."""

    def draft(self, key: str, facts: Mapping[str, Any], on: date) -> Filled:
        """The draft for these facts; raises knowledge.drafts.UnknownDraft, DraftDoesNotFit."""


async def fitting(knowledge: Drafting, facts: Mapping[str, Any], today: date) -> list[Draft]:
    """The drafts that fit what is known, those for the best remedy first."""
    offered = await asyncio.to_thread(knowledge.offered_drafts, facts, today)
    filled = [
        (key, await asyncio.to_thread(knowledge.draft, key, facts, today)) for key, _ in offered
    ]
    return [Draft(key=key, title=draft.title, missing=list(draft.missing)) for key, draft in filled]


async def download(
    knowledge: Drafting, key: str, facts: Mapping[str, Any], today: date, origin: str
) -> Filled:
    """The draft that a visitor takes along; raises DraftUnknown, DraftUnfit, DraftWithheld."""
    try:
        draft = await asyncio.to_thread(knowledge.draft, key, facts, today)
    except UnknownDraft as error:
        raise DraftUnknown from error
    except DraftDoesNotFit as error:
        raise DraftUnfit from error
    if not await asyncio.to_thread(
        guarded.whole,
        draft.texts,
        knowledge.guard,
        guarded.days_of(today, facts),
        f"draft {key} of {origin}",
    ):
        raise DraftWithheld
    return draft


async def _drafting_of(request: Request) -> Drafting:
    knowledge: Drafting = request.app.state.voice().knowledge
    return knowledge


AppDrafting = Annotated[Drafting, Depends(_drafting_of)]
