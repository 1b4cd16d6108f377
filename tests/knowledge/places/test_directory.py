"""What was checked within a year is told with telephone and address; what was not, by name."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from knowledge.places.directory import Directory, Institution
from knowledge.places.institutions import Institutions
from knowledge.reviewed import CONTENT, ContentError
from tests.content import INSTITUTIONS, REGIONS

TODAY = date(2026, 11, 29)
CALLED = date(2026, 6, 1)
KINDS = INSTITUTIONS.directory.kinds
CONTACT = {"address": "长虹大道1号", "phone": "0792-8580000", "hours": "工作日 9:00-17:00"}


def known(**of_it: Any) -> Institution:
    told = {
        "id": "one",
        "name": "九江市知识产权纠纷人民调解委员会",
        "kind": "people_mediation",
        "city": "九江市",
        "sources": ["九江市司法局电话答复"],
        "verified_on": CALLED,
    }
    return Institution.model_validate(told | CONTACT | of_it)


def house(*of_them: Institution) -> Institutions:
    """The bodies as they are, with these institutions alone."""
    house = Institutions.load(CONTENT / "institutions.yml", REGIONS)
    house.directory = Directory(KINDS, of_them, REGIONS)
    return house


def mediation(*of_them: Institution, on: date = TODAY, **at: Any) -> Any:
    place = {"level": "city", "city": "九江市"} | at
    return house(*of_them).body("people_mediation", on=on, **place)


def test_an_institution_that_was_checked_is_told_with_where_it_is_and_how_it_is_reached() -> None:
    body = mediation(known())

    assert body.name == "九江市知识产权纠纷人民调解委员会"
    assert all(value in body.note for value in CONTACT.values())
    assert "2026年6月核对" in body.note
    assert not body.unverified


@pytest.mark.parametrize(
    "doubtful",
    [
        {"verified_on": date(2025, 11, 29)},
        {"verified_on": None},
        {"verified_on": None, "sources": []},
        {"trust": "unconfirmed"},
    ],
)
def test_of_what_was_not_checked_for_a_year_only_the_name_is_told(doubtful: Any) -> None:
    body = mediation(known(**doubtful))

    assert body.name == "九江市知识产权纠纷人民调解委员会（待核）"
    assert not [value for value in CONTACT.values() if value in body.note]
    assert "12345或12315" in body.note
    assert body.unverified and body.reach is None


@pytest.mark.parametrize(("on", "is_told"), [(date(2027, 5, 31), True), (date(2027, 6, 1), False)])
def test_a_year_is_counted_to_the_day_that_is_asked_about(on: date, is_told: bool) -> None:
    assert (CONTACT["phone"] in mediation(known(), on=on).note) is is_told


def test_one_checked_on_the_day_that_leap_years_have_is_good_until_march() -> None:
    one = known(verified_on=date(2028, 2, 29))

    assert one.is_checked(date(2029, 2, 28)) and not one.is_checked(date(2029, 3, 1))


def test_an_institution_of_one_county_is_told_to_that_county_alone() -> None:
    room = known(name="修水县知识产权调解室", county="修水县")

    assert mediation(room, level="county", county="修水县").name == "修水县知识产权调解室"
    assert "修水县" not in mediation(room, level="county", county="武宁县").name
    assert "修水县" not in mediation(room).name


def test_a_body_of_the_city_is_the_county_s_own_room_where_the_county_is_known() -> None:
    room = known(name="修水县知识产权调解室", county="修水县")

    assert mediation(room, county="修水县").name == "修水县知识产权调解室"


def test_who_is_known_is_not_looked_for_in_a_register() -> None:
    assert "www.ipwq.cn" not in mediation(known()).note
    assert "www.ipwq.cn" in mediation(known(verified_on=None)).note


def test_the_county_s_own_goes_before_the_city_s_which_is_told_besides() -> None:
    room = known(id="room", name="修水县知识产权调解室", county="修水县")

    body = mediation(known(), room, level="county", county="修水县")

    assert body.name == "修水县知识产权调解室"
    assert "九江市知识产权纠纷人民调解委员会" in body.note


def test_one_for_certain_goods_stands_behind_one_for_all_and_says_so() -> None:
    tea = known(id="a-tea", name="庐山云雾茶调解室", fields=["茶"])

    body = mediation(tea, known())

    assert body.name == "九江市知识产权纠纷人民调解委员会"
    assert "庐山云雾茶调解室（只办茶）" in body.note


def test_what_was_checked_goes_before_what_is_said_of_the_city() -> None:
    room = known(city="南昌市", name="南昌市东湖知识产权调解室", serves="city")

    assert mediation(room, city="南昌市").name == "南昌市东湖知识产权调解室"
    stale = known(city="南昌市", name="旧的调解室", verified_on=date(2020, 1, 1))
    assert mediation(stale, city="南昌市").name == "南昌市知识产权纠纷人民调解委员会（待核）"


def test_without_a_day_nothing_of_the_directory_is_told() -> None:
    body = house(known()).body("people_mediation", "city", "九江市")

    assert body.name == "九江市知识产权纠纷人民调解组织（名称待核）"


def test_a_name_without_telephone_and_address_says_where_to_ask() -> None:
    body = mediation(known(phone=None, address=None, hours=None))

    assert "没有查到" in body.note and "12345" in body.note


def test_two_entries_that_share_a_number_a_name_or_a_door_are_found() -> None:
    directory = Directory(
        KINDS,
        [
            known(),
            known(id="same-phone", name="别的名字", phone="(0792)8580000", address=None),
            known(id="same-name", name="九江市知识产权纠纷人民调解委员会（浔阳）", **_NOWHERE),
            known(id="same-door", name="又一个", phone=None, address="江西省长虹大道 1 号"),
            known(id="elsewhere", city="萍乡市", **_NOWHERE),
            known(id="hotline", name="热线一", phone="12345", address=None),
            known(id="hotline-too", name="热线二", phone="12345", address=None),
        ],
        REGIONS,
    )

    assert {(one.why, one.ids) for one in directory.alike()} == {
        ("phone", ("one", "same-phone")),
        ("name", ("one", "same-name")),
        ("address", ("one", "same-door")),
    }


_NOWHERE = {"phone": None, "address": None}


def test_the_map_shows_what_no_institution_is_known_for() -> None:
    room = known(kind="market_regulation", name="修水县市场监督管理局", county="修水县")
    directory = Directory(KINDS, [known(), room], REGIONS)

    gaps = {gap.kind: gap for gap in directory.gaps()}

    assert "九江市" not in gaps["people_mediation"].cities
    assert len(gaps["people_mediation"].cities) == 10
    assert "九江市" not in gaps["market_regulation"].cities
    assert "武宁县" in gaps["market_regulation"].counties
    assert "修水县" not in gaps["market_regulation"].counties
    assert "南康区" not in gaps["market_regulation"].counties  # its city is missing as a whole


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("city: 九江城", "没有「九江城」这个设区市"),
        ("city: 九江市\n  county: 南康区", "「南康区」不在「九江市」"),
        ("city: 九江市\n  phone: 请拨打总机", "电话只写数字"),
        ("city: 九江市\n  serves: county", "要写明区县"),
        ("city: 九江市\n  verified_on: 2026-01-01", "要写来源"),
        ("serves: city", "要写明在哪个设区市"),
    ],
)
def test_an_entry_that_cannot_be_right_is_refused_with_its_line(
    tmp_path: Path, wrong: str, said: str
) -> None:
    head = (CONTENT / "directory.yml").read_text(encoding="utf-8").split("institutions:")[0]
    path = tmp_path / "directory.yml"
    entry = f"institutions:\n- id: one\n  name: 调解室\n  kind: people_mediation\n  {wrong}\n"
    path.write_text(head + entry, encoding="utf-8")

    with pytest.raises(ContentError, match=r"directory\.yml 第 \d+ 行") as error:
        Directory.load(path, REGIONS)

    assert said in str(error.value)


def test_everything_that_is_shipped_has_a_source_and_no_telephone_that_has_none() -> None:
    for one in INSTITUTIONS.directory.institutions:
        assert one.sources, one.id
        assert one.phone is None, f"{one.id}: no source gives a telephone"


def test_every_kind_that_the_bodies_have_too_is_one_of_theirs_by_name() -> None:
    shared = set(KINDS) & set(INSTITUTIONS.kinds)

    assert {"people_mediation", "protection_centre", "market_regulation"} <= shared
