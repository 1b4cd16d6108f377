"""A visitor who told much and has a ticket."""

from tests.api.privacy.conftest import ticket as ticket
