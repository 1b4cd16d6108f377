"""Answers in place of the dialogue engine: directions from the rules, a ticket or a place in the
queue when asked for.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from api.answers.service import Knowledge
from api.clock import Clock
from api.conversations import service as conversations
from api.conversations.service import StoredMessage
from api.database import Database
from api.dialogue import Reply
from api.fallback.reply import FallbackReply, fallback_reply, limited
from api.outgoing.wording import wording
from api.referrals import service as referrals
from api.tickets import service as tickets
from knowledge.routing.triage import Triage

# People also ask about 商标登记, 版权登记, 登记机关 and the like: those are no wish for a ticket of
# ours.
_ASKS_FOR_TICKET = re.compile(
    r"(^|我要|我想|[帮给]我|请|先|麻烦)登记(?!机关|证|簿|费|版权|著作权|软著|软件|作品|商标|专利|公司|企业)"
    r"|(?<![不未])登记(一下|工单|吧)|(?<!不)(?<!不[用要想])开.{0,2}工单|(^|我要|我想|给你们|可以)留言"
)
_ASKS_FOR_PERSON = re.compile(
    r"(?<!不)(?<!不[用要想])(转人工|人工(客服|服务|坐席)|[找要]人工|真人|接线员|值班(人员|律师)|工作人员)"
)

_LONGEST_SUMMARY = 1000
WORDING = Path(__file__).parent / "tickets.yml"


@dataclass(frozen=True)
class FallbackResponder:
    """Everything that it takes to answer without the dialogue engine."""

    database: Database
    clock: Clock
    knowledge: Knowledge

    async def __call__(self, stored: StoredMessage) -> list[Reply]:
        """What to say to a message; facts, referral, ticket and hand-off are kept with its turn."""
        text, at = stored.shown, self.clock.now()
        given = await fallback_reply(self.knowledge, text, stored.facts, at.date())
        body, triage = await asyncio.to_thread(self._assessed, given, stored.turn_id)
        async with self.database.session() as session:
            await conversations.remember_facts(session, stored.conversation_id, given.facts)
            if not await referrals.of_turn(session, stored.turn_id):
                await referrals.record(session, stored.conversation_id, stored.turn_id, body, at=at)
            done = []
            if _ASKS_FOR_TICKET.search(text):
                done.append(await self._open_ticket(session, stored, given, triage))
            if _ASKS_FOR_PERSON.search(text):
                done.append(await self._hand_off(session, stored))
        if done:
            return [Reply("\n".join([limited(), *done]))]
        return [Reply(given.text, given.buttons, given.citations)]

    def _assessed(self, given: FallbackReply, turn_id: str) -> tuple[dict[str, Any], Triage]:
        """The referral as it may go out, and how urgent the matter is."""
        at, guard = self.clock.now(), self.knowledge.guard
        body = referrals.checked(given.referral, guard, f"turn {turn_id}", at=at)
        return body, self.knowledge.triage(given.facts, at.date())

    async def _open_ticket(
        self, session: AsyncSession, stored: StoredMessage, given: FallbackReply, triage: Triage
    ) -> str:
        said = await conversations.visitor_texts(session, stored.conversation_id)
        opened = await tickets.open(
            session,
            stored.conversation_id,
            stored.turn_id,
            given.facts,
            triage.priority,
            "\n".join(said)[-_LONGEST_SUMMARY:],
            at=self.clock.now(),
            contact=given.facts.get("contact"),
            dispatch_to=_first_body(given.referral),
            next_step=triage.what,
            next_due=triage.due,
            checklist=_first_checklist(given.referral),
        )
        words = str(wording(WORDING)["ticket_opened" if opened.created else "ticket_added"])
        return words.format(number=opened.number, code=opened.code)

    async def _hand_off(self, session: AsyncSession, stored: StoredMessage) -> str:
        reason = wording(WORDING)["person_asked"]
        handoff = await conversations.hand_off(
            session, stored.conversation_id, reason, at=self.clock.now()
        )
        return str(wording(WORDING)["waiting"]).format(position=handoff.position)


def _first_body(referral: Mapping[str, Any]) -> str | None:
    bodies = (
        remedy["body"]["name"]
        for remedy in referral["remedies"]
        if remedy["body"] and remedy["body"]["name"]
    )
    return next(bodies, None)


def _first_checklist(referral: Mapping[str, Any]) -> list[dict[str, str]]:
    return list(referral["remedies"][0]["evidence"]) if referral["remedies"] else []
