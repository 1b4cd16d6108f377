"""Everything the helpline knows, loaded once and immutable."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from knowledge.answers.answers import Answers
from knowledge.answers.terms import Terms
from knowledge.drafts.drafts import FOLDER, Drafts, Filled
from knowledge.facts.checked import checked
from knowledge.facts.reader import FactReader, stated
from knowledge.figures.calculators import Figures
from knowledge.law.applicable import ApplicableLaw
from knowledge.law.citation_guard import CitationGuard
from knowledge.law.statutes import Statutes
from knowledge.law.succession import Succession
from knowledge.places.institutions import Body, Institutions
from knowledge.places.regions import Regions
from knowledge.reviewed import CONTENT
from knowledge.routing.derived import act_of
from knowledge.routing.doubt import DoubtRules
from knowledge.routing.out_of_scope import OutOfScope
from knowledge.routing.refer import refer
from knowledge.routing.referral import Referral
from knowledge.routing.remedy_names import RemedyNames
from knowledge.routing.rulebook import Rulebook, load_rulebook
from knowledge.routing.triage import Triage, TriageRules, triage
from knowledge.search import guidance
from knowledge.search.cards import Found
from knowledge.search.encoder import embedding
from knowledge.search.index import IndexDamaged, IndexMismatch, IndexMissing, open_current
from knowledge.search.searcher import Hit, Searcher
from knowledge.search.vectors.choice import FAISS, store_of
from knowledge.search.vectors.store import StoreTrouble
from knowledge.slots import Facts


@dataclass(frozen=True, repr=False)  # written out with whatever holds it, it would be megabytes
class KnowledgeBase:
    """Laws, rules, institutions and the search over them: plain computing without side effects."""

    statutes: Statutes
    succession: Succession
    guard: CitationGuard
    rules: Rulebook
    doubt: DoubtRules
    out_of_scope: OutOfScope
    triage_rules: TriageRules
    institutions: Institutions
    drafts: Drafts
    figures: Figures
    reader: FactReader
    remedy_names: RemedyNames
    terms: Terms
    answers: Answers
    searcher: Searcher | None  # None while the index cannot be opened
    search_trouble: str | None
    content: Path = CONTENT  # the folder that all of it was read from

    @classmethod
    def load(
        cls,
        var: Path,
        embedder: str = embedding.DEFAULT,
        content: Path = CONTENT,
        vector_store: str = FAISS,
        index: Path | None = None,
    ) -> "KnowledgeBase":
        """Read all content, and under `var` the imported laws and the index, unless that one stands
        in `index`.

        Raises ContentError; a broken index is told by `trouble`.
        """
        statutes = Statutes.load(content, var / "laws")
        succession = Succession.load(statutes, content)
        regions = Regions.load(content / "regions.yml")
        institutions = Institutions.load(content / "institutions.yml", regions)
        rules = load_rulebook(statutes, institutions, content)
        searcher, trouble = _open_search(
            index or var / "index", var / "models", embedder, vector_store, statutes
        )
        return cls(
            statutes=statutes,
            succession=succession,
            guard=CitationGuard(statutes, guidance.load(statutes, content / "guidance")),
            rules=rules,
            doubt=DoubtRules.load(rules.vocabulary, content),
            out_of_scope=OutOfScope.load(content),
            triage_rules=TriageRules.load(content),
            institutions=institutions,
            drafts=Drafts.load(rules, statutes, succession, content / FOLDER),
            figures=Figures.load(statutes, content),
            reader=FactReader.load(regions, content / "wordings"),
            remedy_names=RemedyNames.load(content),
            terms=Terms.load(content),
            answers=Answers.load(statutes, rules.vocabulary, content / "answers"),
            searcher=searcher,
            search_trouble=trouble,
            content=content,
        )

    def search(self, query: str, on: date, limit: int) -> list[Hit]:
        """Passages in force on the day, best first; none while the index cannot be opened."""
        return self.searcher.search(query, on, limit) if self.searcher else []

    def find_answers(self, query: str, limit: int = 8, matter: str = "") -> list[Found]:
        """The written answers that come closest to what is asked, best first; `matter`: the words
        that told what is spoken of.
        """
        return self.searcher.answers(query, limit, matter) if self.searcher else []

    def read_facts(self, text: str, on: date) -> Facts:
        """The facts that stand in a visitor's words, by patterns alone."""
        return stated(self.reader.read(text, on), {}, [])

    def referral(self, facts: Mapping[str, Any], on: date) -> Referral:
        """The referral for these facts on the law of the day; its remedies know their drafts.

        It takes milliseconds: who has one for these facts passes it to the methods below.
        """
        known = dict(facts)
        referral = refer(known, self.rules, self.institutions, self.statutes, self.succession, on)
        return self.drafts.attach(known, referral)

    def offered_drafts(
        self, facts: Mapping[str, Any], on: date, referral: Referral | None = None
    ) -> list[tuple[str, str]]:
        """(Key, title) of the drafts that are of use for these facts on the day."""
        return self.drafts.offered(dict(facts), referral or self.referral(facts, on))

    def draft(
        self, key: str, facts: Mapping[str, Any], on: date, referral: Referral | None = None
    ) -> Filled:
        """A draft on the law of the day; raises UnknownDraft, DraftDoesNotFit."""
        return self.drafts.fill(key, dict(facts), referral or self.referral(facts, on))

    def triage(
        self, facts: Mapping[str, Any], on: date, referral: Referral | None = None
    ) -> Triage:
        """How urgent a ticket about these facts is on the day."""
        return triage(dict(facts), referral or self.referral(facts, on), self.triage_rules)

    def checked_facts(self, facts: Mapping[str, Any]) -> Facts:
        """Facts as somebody writes them down by hand; raises WrongFact."""
        return checked(facts, self.rules.vocabulary)

    def label(self, slot: str, value: Any) -> str:
        """The Chinese words for a fact's value."""
        return self.rules.label(slot, value)

    def body(self, kind: str, city: str | None, county: str | None) -> Body:
        """The body of a kind that is nearest to a place; raises UnknownBody."""
        return self.institutions.nearest(kind, city, county)

    def law_for(self, facts: Mapping[str, Any], on: date) -> ApplicableLaw:
        """The law as it bears on these facts, told on the day."""
        return ApplicableLaw(self.statutes, self.succession, on, act_of(dict(facts)))

    def trouble(self) -> str | None:
        """What keeps the index from answering, in Chinese; None when it is ready."""
        return self.search_trouble


def _open_search(
    index: Path, models: Path, embedder_name: str, vector_store: str, statutes: Statutes
) -> tuple[Searcher | None, str | None]:
    """The search, or what keeps it from being opened.

    One question is encoded at once, so that no visitor waits for the encoder to start.
    """
    try:
        embedder = embedding.load(embedder_name, models)
        current = open_current(index, embedder, store_of(vector_store))
        searcher = Searcher(current, embedder, statutes)
        embedder.encode_queries(["商标"])
        return searcher, None
    except (
        IndexMissing,
        IndexDamaged,
        IndexMismatch,
        StoreTrouble,
        embedding.EmbedderMissing,
    ) as error:
        return None, str(error)
