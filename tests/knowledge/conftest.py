"""The laws as a fixture, for the tests that read nothing else."""

import pytest

from knowledge.law.statutes import Statutes
from tests.content import STATUTES


@pytest.fixture
def statutes() -> Statutes:
    return STATUTES
