"""Composes what an operator may answer to a message, by the bot's own turn."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.base import Services, Visit
from actions.deciding.answering import certainty
from actions.deciding.decision import Decision, Step
from actions.deciding.merge import in_known_words
from actions.deciding.turn import Likely
from actions.replies import answer
from actions.suggesting.rehearsal import Rehearsal, Rehearsals
from api.conversations.service import StoredMessage
from api.referrals import service as referrals
from api.suggestions.schemas import Action, Candidate, Composed, Replies

MOST = 3  # what an operator takes in at a glance
_OF_THE_FORM = frozenset({Step.TICKET_FORM, Step.TICKET_ANSWER, Step.TICKET_MATTER})

# What is said to a message by the rules, and what a visitor would hear of an action's messages.
Rules = Callable[[StoredMessage, Mapping[str, Any], Mapping[str, Any]], Awaitable[Replies]]

Say = Callable[[Iterable[Mapping[str, Any]]], Replies]


class NothingComposed(Exception):
    """An action failed on the way; the log tells which."""


@dataclass(frozen=True)
class TurnComposer:
    """`services` and `rules` run the actions against `rehearsals`; `say` words their messages."""

    services: Services
    rehearsals: Rehearsals
    rules: Rules
    say: Say

    async def __call__(
        self, stored: StoredMessage, memory: dict[str, Any], seen: dict[str, Any]
    ) -> Composed:
        """What may be answered to a message; raises NothingComposed."""
        rehearsal = Rehearsal(stored.conversation_id, dict(memory), dict(seen))
        with self.rehearsals.begin(rehearsal):
            metadata = {"turn": rehearsal.id, "attempt": stored.attempt}
            said = await self.rules(stored, metadata, memory)
        if not rehearsal.succeeded:
            raise NothingComposed
        return await asyncio.to_thread(self._composed, rehearsal, said)

    def _composed(self, rehearsal: Rehearsal, said: Replies) -> Composed:
        visit = rehearsal.visits[-1]
        body = rehearsal.referral or self._referral(visit)
        return Composed(
            candidates=tuple(self._candidates(visit, said, body)),
            seen=rehearsal.seen,
            memory=rehearsal.memory,
            referral=body,
            intent=visit.turn.likeliest.name,
            certainty=round(certainty(visit.turn, visit.decision), 3),
            action=_action(rehearsal),
        )

    def _referral(self, visit: Visit) -> dict[str, Any] | None:
        """Where the matter stands, when the step itself keeps no referral."""
        facts, services = visit.decision.facts, self.services
        if not in_known_words(facts):
            return None
        body = visit.known.refer(facts).as_dict() | {"others": []}
        origin = f"suggestion for turn {visit.turn_id}"
        return referrals.checked(body, services.knowledge.guard, origin, at=services.clock.now())

    def _candidates(
        self, visit: Visit, said: Replies, body: Mapping[str, Any] | None
    ) -> list[Candidate]:
        decision = visit.decision
        reply = [
            Candidate(
                "reply",
                said,
                round(certainty(visit.turn, visit.decision), 3),
                f"{decision.step.value}：{decision.reason}",
                _source(decision),
            )
        ]
        asks = list(self._questions(body))[:1]
        answers = [self._answer(visit, one) for one in _not_told(decision)]
        room = MOST - len(asks) - bool(said)
        return [*(reply if said else []), *answers[:room], *asks]

    def _questions(self, body: Mapping[str, Any] | None) -> Iterator[Candidate]:
        """What is asked next, as one would write it."""
        for ask in (body or {}).get("asks", []):
            options = "／".join(ask["options"])
            text = f"{ask['question']}（{options}）" if options else ask["question"]
            said = self.say([{"text": text}])
            yield Candidate("question", said, None, "问清这一点才能定走法", f"ask:{ask['slot']}")

    def _answer(self, visit: Visit, likely: Likely) -> Candidate:
        dispatcher = CollectingDispatcher()
        answer.tell(visit, likely.name, dispatcher)
        asks = self.services.knowledge.answers[likely.name].asks[0]
        return Candidate(
            "answer",
            self.say(dispatcher.messages),
            round(likely.chance, 3),
            f"现成的问答：{asks}",
            likely.name,
        )


def _not_told(decision: Decision) -> list[Likely]:
    told = {decision.answer, decision.perhaps}
    return [one for one in decision.nearest if one.name not in told]


def _source(decision: Decision) -> str | None:
    """The written answer or the rule that the reply comes from."""
    if told := decision.answer or decision.perhaps:
        return told
    remedies = decision.referral.remedies if decision.referral else ()
    return f"rule:{remedies[0].rule}" if remedies else None


def _action(rehearsal: Rehearsal) -> Action | None:
    """The first effect that was left to a person; a form that asks is about to open a ticket."""
    if rehearsal.effects:
        return rehearsal.effects[0]
    asks = any(visit.decision.step in _OF_THE_FORM for visit in rehearsal.visits)
    return "open_ticket" if asks else None
