"""Everything the helpline knows, on the law of one day."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from knowledge.base import KnowledgeBase
from knowledge.routing.referral import Referral
from knowledge.routing.rulebook import Rulebook
from knowledge.slots import Facts

# The referral that a visitor has in front of him is asked for again with his next message.
_REFERRALS_KEPT = 256


@dataclass(frozen=True)
class Known:
    """The knowledge base on the law of `day`. Plain computing: call it in a thread."""

    base: KnowledgeBase
    day: date
    _referral: Callable[[str], Referral] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        cached = lru_cache(_REFERRALS_KEPT)(self._compute)
        object.__setattr__(self, "_referral", cached)

    @property
    def rules(self) -> Rulebook:
        return self.base.rules

    def refer(self, facts: Facts) -> Referral:
        """The referral for these facts; of the latest facts it is computed once."""
        return self._referral(json.dumps(facts, ensure_ascii=False, sort_keys=True))

    def is_ours(self, place: str) -> bool:
        """Whether a place lies in Jiangxi."""
        return self.base.institutions.is_ours(place)

    def drafts_for(self, text: str, facts: Facts) -> tuple[tuple[str, str], ...]:
        """(Key, title) of the papers that fit, of these only the ones that the words name if they
        name any; none where they name a paper that there is no draft of.
        """
        drafts = self.base.drafts
        return tuple(drafts.asked_for(text, drafts.offered(facts, self.refer(facts))))

    def _compute(self, facts: str) -> Referral:
        return self.base.referral(json.loads(facts), self.day)
