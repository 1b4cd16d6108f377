"""The reviewed content, loaded once for all tests that look at it."""

from knowledge.answers.answers import Answers
from knowledge.answers.terms import Terms
from knowledge.base import KnowledgeBase
from knowledge.drafts.drafts import Drafts
from knowledge.facts.reader import FactReader
from knowledge.figures.calculators import Figures
from knowledge.law.citation_guard import CitationGuard
from knowledge.law.statutes import Statutes
from knowledge.law.succession import Succession
from knowledge.places.institutions import Institutions
from knowledge.places.regions import Regions
from knowledge.reviewed import CONTENT
from knowledge.routing.doubt import DoubtRules
from knowledge.routing.out_of_scope import OutOfScope
from knowledge.routing.remedy_names import RemedyNames
from knowledge.routing.rulebook import load_rulebook
from knowledge.routing.triage import TriageRules
from knowledge.search import guidance
from knowledge.search.searcher import Searcher

STATUTES = Statutes.load()
SUCCESSION = Succession.load(STATUTES)
GUIDANCE = guidance.load(STATUTES)
GUARD = CitationGuard(STATUTES, GUIDANCE)
REGIONS = Regions.load(CONTENT / "regions.yml")
INSTITUTIONS = Institutions.load(CONTENT / "institutions.yml", REGIONS)
RULES = load_rulebook(STATUTES, INSTITUTIONS)
DRAFTS = Drafts.load(RULES, STATUTES, SUCCESSION)
READER = FactReader.load(REGIONS)
ANSWERS = Answers.load(STATUTES, RULES.vocabulary)
DOUBT = DoubtRules.load(RULES.vocabulary)
OUT_OF_SCOPE = OutOfScope.load()
TRIAGE_RULES = TriageRules.load()
FIGURES = Figures.load(STATUTES)
REMEDY_NAMES = RemedyNames.load()
TERMS = Terms.load()


def knowledge_base(searcher: Searcher | None = None) -> KnowledgeBase:
    """Everything that the helpline knows, with this search over it, or none."""
    return KnowledgeBase(
        statutes=STATUTES,
        succession=SUCCESSION,
        guard=GUARD,
        rules=RULES,
        out_of_scope=OUT_OF_SCOPE,
        triage_rules=TRIAGE_RULES,
        institutions=INSTITUTIONS,
        drafts=DRAFTS,
        figures=FIGURES,
        reader=READER,
        remedy_names=REMEDY_NAMES,
        terms=TERMS,
        doubt=DOUBT,
        answers=ANSWERS,
        searcher=searcher,
        search_trouble=None if searcher else "没有索引",
    )
