"""The description of the chat API from which the web side generates its types."""

from api.openapi import description
from api.settings import ROOT

AGAIN = "python -m api.openapi > web/openapi.json, then npm run types in web/"


def test_the_web_side_has_the_description_that_the_service_gives() -> None:
    committed = (ROOT / "web" / "openapi.json").read_text(encoding="utf-8")

    assert committed == description(), AGAIN
