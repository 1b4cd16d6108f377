"""The reviewed content, loaded once, and copies of it that a test may break."""

import shutil
from pathlib import Path

import pytest

from knowledge.facts import FactReader
from knowledge.institutions import Institutions
from knowledge.regions import Regions
from knowledge.routing import Rulebook, load_rulebook
from knowledge.statutes import CONTENT, Statutes


@pytest.fixture(scope="session")
def statutes() -> Statutes:
    return Statutes.load()


@pytest.fixture(scope="session")
def regions() -> Regions:
    return Regions.load(CONTENT / "regions.yml")


@pytest.fixture(scope="session")
def institutions(regions: Regions) -> Institutions:
    return Institutions.load(CONTENT / "institutions.yml", regions)


@pytest.fixture(scope="session")
def rules(statutes: Statutes, institutions: Institutions) -> Rulebook:
    return load_rulebook(statutes, institutions)


@pytest.fixture(scope="session")
def reader(regions: Regions) -> FactReader:
    return FactReader.load(regions)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of all content."""
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))
