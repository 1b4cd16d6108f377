"""The voice: everything that speaks from one knowledge, made whole before any of it is in use."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from rasa_sdk import Action

from api.answers.service import Knowledge
from api.clock import Clock
from api.database import Database
from api.desk.hours import Hours
from api.desk.sending import AfterSending
from api.edge import webhook
from api.edge.limits import Limiter
from api.fallback.dialogue import FallbackDialogue
from api.fallback.understanding import UnderstandingInUse
from api.outgoing.wording import Words
from api.settings import Settings
from api.suggestions import sending
from api.suggestions.approvals import OnDuty
from api.suggestions.draft import Drafter
from api.suggestions.grounds import Grounds
from api.suggestions.schemas import Composer
from api.telemetry import spans
from api.tickets import clocks
from api.tickets.service import LookUps
from knowledge.law.citation_guard import CitationGuard
from knowledge.law.working_days import WorkingDays
from knowledge.office.office import Office
from knowledge.places.regions import Regions

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

_FOLDERS = 4  # whose words are kept in mind


@dataclass(frozen=True)
class Voice:
    """What the service speaks from and with. `run` runs the actions, which say it in `words`;
    `fallback` speaks while the dialogue engine is away, `composer` and `drafter` suggest to
    operators; `after_sending` hears of what they send; `regions` finds places in what is said.
    """

    knowledge: Knowledge
    understanding: UnderstandingInUse
    office: Office
    hours: Hours
    words: Words
    regions: Regions
    run: webhook.Runner
    fallback: FallbackDialogue
    composer: Composer
    drafter: Drafter | None
    after_sending: Sequence[AfterSending]

    @property
    def guard(self) -> CitationGuard:
        """What citations pass on their way out."""
        return self.knowledge.guard

    @property
    def content(self) -> Path:
        """The folder of reviewed content that all of it was read from."""
        return self.knowledge.content


@dataclass(frozen=True)
class Voices:
    """Makes a voice of a knowledge. `actions` and `composer` stand for those that would be made."""

    settings: Settings
    clock: Clock
    database: Database
    limiter: Limiter
    on_duty: OnDuty
    actions: Iterable[Action] | None = None
    composer: Composer | None = None

    def of(self, knowledge: Knowledge, understanding: UnderstandingInUse) -> Voice:
        """It reads files: call it in a thread where others speak meanwhile. Raises ContentError."""
        knowledge = _watched(knowledge)
        office, hours = self._office(knowledge.content)
        words, regions = _words_of(knowledge.content)
        executor = webhook.executor_of(self._actions(knowledge, office, understanding))
        run = webhook.Runner(executor, words.responses)
        return Voice(
            knowledge,
            understanding,
            office,
            hours,
            words,
            regions,
            run,
            FallbackDialogue(understanding, run),
            self._composer(knowledge, office, understanding, words),
            self._drafter(knowledge, regions),
            (sending.mark, clocks.AnsweringInChat(office)),
        )

    def composer_of(self, knowledge: Knowledge, understanding: UnderstandingInUse) -> Composer:
        """What thinks messages through by a knowledge, as `of` makes it."""
        office, words = self._office(knowledge.content)[0], Words.load(knowledge.content)
        return self._composer(knowledge, office, understanding, words)

    def _office(self, content: Path) -> tuple[Office, Hours]:
        hours = Hours(self.settings.desk_hours, WorkingDays.load(content))
        return Office.load(content, self.settings.desk_hours), hours

    def _actions(
        self, knowledge: Knowledge, office: Office, understanding: UnderstandingInUse
    ) -> Iterable[Action]:
        if self.actions is not None:
            return self.actions
        from actions import Services, all_actions

        return all_actions(
            Services(
                self.clock,
                self.database,
                _whole(knowledge),
                understanding,
                LookUps(self.limiter),
                self.on_duty,
                office=office,
            )
        )

    def _composer(
        self,
        knowledge: Knowledge,
        office: Office,
        understanding: UnderstandingInUse,
        words: Words,
    ) -> Composer:
        """The same actions and rules, over turns that are only thought through."""
        if self.composer is not None:
            return self.composer
        from actions import Services, all_actions
        from actions.suggesting.compose import TurnComposer
        from actions.suggesting.rehearsal import Rehearsals

        rehearsals = Rehearsals(self.database)
        services = Services(
            self.clock,
            self.database,
            _whole(knowledge),
            understanding,
            LookUps(self.limiter),
            office=office,
            turns=rehearsals,
        )
        run = webhook.Runner(webhook.executor_of(all_actions(services)), words.responses)
        rules = FallbackDialogue(understanding, run)
        return TurnComposer(services, rehearsals, rules, run.replies)

    def _drafter(self, knowledge: Knowledge, regions: Regions) -> Drafter | None:
        """Who asks a language model for drafts; None where none is set."""
        if not self.settings.llm_url:
            return None
        return Drafter(self.settings, Grounds(knowledge.guard, regions))


def _whole(knowledge: Knowledge) -> "KnowledgeBase":
    """The knowledge as actions use it: outside of tests it is always whole."""
    return cast("KnowledgeBase", knowledge)


def _watched(knowledge: Knowledge) -> Knowledge:
    """The same knowledge; where traces are wanted, one that tells of its searches and ways."""
    if not spans.are_made():
        return knowledge
    from api.telemetry.knowing import Watched
    from knowledge.base import KnowledgeBase

    return Watched.of(knowledge) if isinstance(knowledge, KnowledgeBase) else knowledge


@lru_cache(_FOLDERS)  # a folder of content never changes
def _words_of(content: Path) -> tuple[Words, Regions]:
    return Words.load(content), Regions.load(content / "regions.yml")
