"""Where to go: what was checked is told, what nobody checked for a year is to be asked first."""

from dataclasses import replace
from datetime import date
from typing import cast

import pytest

from knowledge.base import KnowledgeBase
from knowledge.places.directory import Directory, Institution
from knowledge.places.institutions import Institutions
from knowledge.reviewed import CONTENT
from knowledge.search.searcher import Searcher
from tests.actions.chat import Chat
from tests.actions.conftest import FakeSearcher
from tests.actions.test_refer import told
from tests.content import INSTITUTIONS, REGIONS, knowledge_base

PHONE, DOOR = "0797-8190000", "文明大道1号"
CHECKED, OLD = date(2026, 6, 1), date(2024, 6, 1)
UNSOURCED = "没有可靠出处"


@pytest.fixture
def checked_on() -> date:
    return CHECKED


@pytest.fixture
def knowledge(searcher: FakeSearcher, checked_on: date) -> KnowledgeBase:
    """The helpline, with one bureau in its directory."""
    bureau = Institution(
        id="zhanggong",
        name="章贡区市场监督管理局",
        kind="market_regulation",
        city="赣州市",
        county="章贡区",
        address=DOOR,
        phone=PHONE,
        sources=("局里电话答复",),
        verified_on=checked_on,
    )
    house = Institutions.load(CONTENT / "institutions.yml", REGIONS)
    house.directory = Directory(INSTITUTIONS.directory.kinds, [bureau], REGIONS)
    return replace(knowledge_base(cast(Searcher, searcher)), institutions=house)


async def details(chat: Chat) -> str:
    await told(chat)
    said = await chat.hears("去哪里投诉", "ask_detail")
    words: str = said.with_response("utter_remedy_details")["details"]
    return words


async def test_of_a_bureau_that_was_checked_telephone_and_address_are_told(chat: Chat) -> None:
    words = await details(chat)

    assert "章贡区市场监督管理局" in words and PHONE in words and DOOR in words
    assert "2026年6月核对" in words
    assert UNSOURCED not in words


@pytest.mark.parametrize("checked_on", [OLD])
async def test_of_one_that_nobody_checked_for_a_year_the_name_is_told_and_where_to_ask(
    chat: Chat,
) -> None:
    words = await details(chat)

    assert "章贡区市场监督管理局" in words and "12345或12315" in words
    assert PHONE not in words and DOOR not in words
    referral = await chat.referral_of(await told(chat))
    assert referral and referral["remedies"][0]["body"]["unverified"]
