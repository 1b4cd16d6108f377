"""The reviewed content, loaded once for all tests that look at it."""

from knowledge import guidance
from knowledge.drafts import Drafts
from knowledge.facts import FactReader
from knowledge.gate import Gate
from knowledge.institutions import Institutions
from knowledge.regions import Regions
from knowledge.rulebook import load_rulebook
from knowledge.statutes import CONTENT, Statutes
from knowledge.succession import Succession

STATUTES = Statutes.load()
SUCCESSION = Succession.load(STATUTES)
GUIDANCE = guidance.load(STATUTES)
GATE = Gate(STATUTES, GUIDANCE)
REGIONS = Regions.load(CONTENT / "regions.yml")
INSTITUTIONS = Institutions.load(CONTENT / "institutions.yml", REGIONS)
RULES = load_rulebook(STATUTES, INSTITUTIONS)
DRAFTS = Drafts.load(RULES, STATUTES, SUCCESSION)
READER = FactReader.load(REGIONS)
