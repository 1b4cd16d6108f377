"""The reviewed content, loaded once for all tests that look at it."""

from knowledge import guidance
from knowledge.base import KnowledgeBase
from knowledge.drafts import Drafts
from knowledge.exits import Exits
from knowledge.facts import FactReader
from knowledge.figures import Figures
from knowledge.gate import Gate
from knowledge.institutions import Institutions
from knowledge.regions import Regions
from knowledge.rulebook import load_rulebook
from knowledge.search import Searcher
from knowledge.statutes import CONTENT, Statutes
from knowledge.succession import Succession
from knowledge.triage import TriageRules
from knowledge.words import Words

STATUTES = Statutes.load()
SUCCESSION = Succession.load(STATUTES)
GUIDANCE = guidance.load(STATUTES)
GATE = Gate(STATUTES, GUIDANCE)
REGIONS = Regions.load(CONTENT / "regions.yml")
INSTITUTIONS = Institutions.load(CONTENT / "institutions.yml", REGIONS)
RULES = load_rulebook(STATUTES, INSTITUTIONS)
DRAFTS = Drafts.load(RULES, STATUTES, SUCCESSION)
READER = FactReader.load(REGIONS)


def knowledge_base(searcher: Searcher | None = None) -> KnowledgeBase:
    """Everything that the helpline knows, with this search over it, or none."""
    return KnowledgeBase(
        statutes=STATUTES,
        succession=SUCCESSION,
        gate=GATE,
        rules=RULES,
        exits=Exits.load(),
        triage_rules=TriageRules.load(),
        institutions=INSTITUTIONS,
        drafts=DRAFTS,
        figures=Figures.load(STATUTES),
        reader=READER,
        words=Words.load(),
        searcher=searcher,
        search_trouble=None if searcher else "没有索引",
    )
