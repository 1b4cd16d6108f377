"""Everything the helpline knows, loaded once and immutable."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from knowledge import embedding
from knowledge.exits import Exits
from knowledge.facts import FactReader, stated
from knowledge.index import IndexDamaged, IndexMismatch, IndexMissing, open_current
from knowledge.institutions import Institutions
from knowledge.regions import Regions
from knowledge.routing import Facts, Referral, Rulebook, load_rulebook, refer
from knowledge.search import Hit, Searcher
from knowledge.statutes import CONTENT, Statutes
from knowledge.triage import Triage, TriageRules, triage


@dataclass(frozen=True)
class KnowledgeBase:
    """Laws, rules, institutions and the search over them. All of it is plain computing without side effects."""

    statutes: Statutes
    rules: Rulebook
    exits: Exits
    triage_rules: TriageRules
    institutions: Institutions
    reader: FactReader
    searcher: Searcher | None  # None while the index cannot be opened
    search_trouble: str | None

    @classmethod
    def load(cls, var: Path, embedder: str = embedding.DEFAULT, content: Path = CONTENT) -> "KnowledgeBase":
        """Read all content, and the index under `var`; raises ContentError. A broken index is told by `trouble`."""
        statutes, regions = Statutes.load(content), Regions.load(content / "regions.yml")
        institutions = Institutions.load(content / "institutions.yml", regions)
        searcher, trouble = _open_search(var, embedder, statutes)
        return cls(
            statutes=statutes,
            rules=load_rulebook(statutes, institutions, content),
            exits=Exits.load(content),
            triage_rules=TriageRules.load(content),
            institutions=institutions,
            reader=FactReader.load(regions),
            searcher=searcher,
            search_trouble=trouble,
        )

    def search(self, query: str, on: date, limit: int) -> list[Hit]:
        """Passages in force on the day, best first; none while the index cannot be opened."""
        return self.searcher.search(query, on, limit) if self.searcher else []

    def read_facts(self, text: str, on: date) -> Facts:
        """The facts that stand in a visitor's words, by patterns alone."""
        return stated(self.reader.read(text, on), {}, [])

    def referral(self, facts: Mapping[str, Any], on: date) -> Referral:
        """The referral for these facts on the law of the day."""
        return refer(dict(facts), self.rules, self.institutions, self.statutes, on)

    def triage(self, facts: Mapping[str, Any], on: date) -> Triage:
        """How urgent a ticket about these facts is on the day."""
        return triage(dict(facts), self.referral(facts, on), self.triage_rules)

    def trouble(self) -> str | None:
        """What keeps the index from answering, in Chinese; None when it is ready."""
        return self.search_trouble


def _open_search(var: Path, embedder_name: str, statutes: Statutes) -> tuple[Searcher | None, str | None]:
    """The search, or what keeps it from being opened. One question is encoded at once, so that no visitor waits."""
    try:
        embedder = embedding.load(embedder_name, var / "models")
        searcher = Searcher(open_current(var / "index", embedder_name), embedder, statutes)
        embedder.encode_queries(["商标"])
        return searcher, None
    except (IndexMissing, IndexDamaged, IndexMismatch, embedding.EmbedderMissing) as error:
        return None, str(error)
