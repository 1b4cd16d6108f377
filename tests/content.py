"""The reviewed content, loaded once for all tests that look at it."""

from knowledge.facts import FactReader
from knowledge.institutions import Institutions
from knowledge.regions import Regions
from knowledge.routing import load_rulebook
from knowledge.statutes import CONTENT, Statutes

STATUTES = Statutes.load()
REGIONS = Regions.load(CONTENT / "regions.yml")
INSTITUTIONS = Institutions.load(CONTENT / "institutions.yml", REGIONS)
RULES = load_rulebook(STATUTES, INSTITUTIONS)
READER = FactReader.load(REGIONS)
