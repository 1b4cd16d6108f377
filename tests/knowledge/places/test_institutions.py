"""Every body resolves, unknown places stay unknown, nothing unproven is claimed, pre-examination
follows its terms.
"""

import re
from pathlib import Path

import pytest

from knowledge.law.citations import Reference
from knowledge.places.institutions import Institutions, UnknownBody
from knowledge.places.regions import Regions
from knowledge.reviewed import CONTENT, ContentError

PATH = CONTENT / "institutions.yml"
REGIONS = Regions.load(CONTENT / "regions.yml")
INSTITUTIONS = Institutions.load(PATH, REGIONS)
LEVELS = [(kind, level) for kind in INSTITUTIONS.kinds for level in INSTITUTIONS.levels(kind)]
SEATS = [None, "赣州市", "赣江新区", "义乌市"]


@pytest.mark.parametrize(("kind", "level"), LEVELS)
@pytest.mark.parametrize("city", SEATS)
def test_every_body_resolves_on_every_level_it_lists(
    kind: str, level: str, city: str | None
) -> None:
    body = INSTITUTIONS.body(kind, level, city, "南康区" if city == "赣州市" else None)
    assert body.kind == kind
    assert body.name and "{" not in body.name and "None" not in body.name
    assert body.does and body.source


@pytest.mark.parametrize(
    ("kind", "level"), [pair for pair in LEVELS if pair[1] in ("county", "city")]
)
def test_without_a_city_the_name_says_that_it_is_still_to_be_asked(kind: str, level: str) -> None:
    body = INSTITUTIONS.body(kind, level)
    assert body.name.endswith("（城市待问）")
    assert (body.city, body.county) == (None, None)


def test_a_county_office_is_named_after_its_county() -> None:
    body = INSTITUTIONS.body("market_regulation", "county", "赣州市", "南康区")
    assert (body.name, body.city, body.county) == ("南康区市场监督管理局", "赣州市", "南康区")


def test_with_only_the_city_known_the_county_is_still_to_be_asked() -> None:
    body = INSTITUTIONS.body("market_regulation", "county", "赣州市")
    assert body.name == "赣州市内违法行为地的县（市、区）市场监督管理局（区县待问）"


def test_a_county_alone_gives_its_city() -> None:
    assert INSTITUTIONS.body("patent_administration", "city", county="南康区").city == "赣州市"


def test_a_county_of_another_city_is_left_aside() -> None:
    body = INSTITUTIONS.body("market_regulation", "county", "吉安市", "南康区")
    assert body.county is None and "南康" not in body.name


def test_patent_adjudication_belongs_to_the_city_and_never_to_a_county() -> None:
    body = INSTITUTIONS.body("patent_administration", "city", "赣州市", "南康区")
    assert body.name == "赣州市市场监督管理局（知识产权局）"
    assert body.county is None
    assert body.note and "先电话确认" in body.note
    with pytest.raises(UnknownBody, match="没有 county 这一级"):
        INSTITUTIONS.body("patent_administration", "county", "赣州市", "南康区")


def test_copyright_goes_to_the_propaganda_department() -> None:
    body = INSTITUTIONS.body("copyright_authority", "city", "赣州市")
    assert body.name == "赣州市委宣传部（版权局）"
    assert body.note and "不是市场监管局" in body.note


def test_franchising_has_no_county_level() -> None:
    assert "county" not in INSTITUTIONS.levels("commerce")


def test_the_new_area_has_its_own_offices() -> None:
    names = [
        INSTITUTIONS.body(kind, "city", "赣江新区").name
        for kind in ("market_regulation", "copyright_authority")
    ]
    assert names == ["赣江新区市场监督管理局", "赣江新区党群工作部"]
    assert "待核" in INSTITUTIONS.body("agriculture", "county", "赣江新区").name


def test_a_body_outside_jiangxi_is_never_called_a_jiangxi_one() -> None:
    for kind, level in LEVELS:
        if level in ("county", "city", "province"):
            body = INSTITUTIONS.body(kind, level, "义乌市")
            assert "江西" not in body.name and "南昌" not in body.name
            assert body.note and "不在江西" in body.note


def test_only_shangrao_has_a_known_basic_court_and_even_that_is_to_be_checked() -> None:
    assert INSTITUTIONS.body("basic_court", "city", "上饶市").name.startswith("广信区人民法院")
    for city in REGIONS.cities:
        body = INSTITUTIONS.body("basic_court", "city", city)
        assert body.note and "12368" in body.note
        if city != "上饶市":
            assert body.name == f"{city}有知识产权管辖权的基层人民法院"


def test_only_three_cities_have_a_protection_centre() -> None:
    with_centre = [
        city
        for city in REGIONS.cities
        if "没有" not in INSTITUTIONS.body("protection_centre", "city", city).name
    ]
    assert with_centre == ["南昌市", "景德镇市", "赣州市"]


WITHOUT_CENTRE = sorted(set(REGIONS.cities) - {"南昌市", "赣州市", "景德镇市"})


@pytest.mark.parametrize("kind", ["people_mediation", "rights_assistance"])
@pytest.mark.parametrize("city", WITHOUT_CENTRE)
def test_a_city_without_a_centre_is_first_sent_to_the_national_register(
    kind: str, city: str
) -> None:
    body = INSTITUTIONS.body(kind, "city", city)
    assert "待核" in body.name
    assert body.note and "www.ipwq.cn" in body.note and "12345" in body.note
    assert "2020年" in body.note


def test_the_mediators_of_nanchang_are_named_with_the_year_of_what_is_known() -> None:
    body = INSTITUTIONS.body("people_mediation", "city", "南昌市")
    assert body.name == "南昌市知识产权纠纷人民调解委员会（待核）"
    assert body.note and "2021年1月" in body.note


@pytest.mark.parametrize("city", ["南昌市", "赣州市", "景德镇市"])
def test_three_cities_have_a_branch_for_disputes_abroad_to_be_checked(city: str) -> None:
    body = INSTITUTIONS.body("overseas_guidance", "city", city)
    assert "地方分中心" in body.name and "待核" in body.name
    assert body.note and "2025年4月" in body.note


def test_a_business_mediator_is_not_passed_off_as_one_for_rights() -> None:
    for city in ("吉安市", "抚州市"):
        body = INSTITUTIONS.body("people_mediation", "city", city)
        assert body.name == f"{city}知识产权纠纷人民调解组织（名称待核）"
        assert body.note and re.search("20[12][0-9]年", body.note) and "待核" in body.note


def test_the_fields_of_nanchang_are_told_with_the_year_of_their_list() -> None:
    [centre] = [one for one in INSTITUTIONS.centres if one.name.startswith("中国（南昌）")]
    assert any("2024年3月" in fact.text for fact in centre.facts)


def test_every_report_has_a_date_and_an_address() -> None:
    undated = {"GK", "NC18", "GZM", "GOV25", "JDZ16", "GX22"}
    for code, text in INSTITUTIONS.sources.items():
        if code not in undated:
            assert re.search("20[0-9]{2}", text) and re.search(r"[a-z0-9-]+\.[a-z]{2,3}", text), (
                code
            )
    collected = ("outsmartinsomnia", "liazhun", "nexabytes")
    assert not [site for site in collected if site in PATH.read_text(encoding="utf-8")]


@pytest.mark.parametrize(("kind", "level"), LEVELS)
def test_whatever_is_unconfirmed_says_what_to_check(kind: str, level: str) -> None:
    body = INSTITUTIONS.body(kind, level, "赣州市", "南康区")
    assert body.note or body.trust != "unconfirmed"


def test_every_source_code_is_explained_or_a_citation_and_every_explained_code_is_used() -> None:
    used = {
        code
        for kind, level in LEVELS
        for city in (*SEATS, *REGIONS.cities)
        for code in _sources(kind, level, city)
    }
    used |= {
        code for contact in INSTITUTIONS.hotlines + INSTITUTIONS.sites for code in contact.source
    }
    used |= {
        code for centre in INSTITUTIONS.centres for fact in centre.facts for code in fact.source
    }
    assert set(INSTITUTIONS.sources) <= used
    for code in used - set(INSTITUTIONS.sources):
        Reference.parse(code)


def _sources(kind: str, level: str, city: str | None) -> tuple[str, ...]:
    return INSTITUTIONS.body(kind, level, city).source + INSTITUTIONS.body(kind, level).source


def test_no_telephone_number_stands_in_the_file_except_listed_hotlines() -> None:
    """Numbers of a telephone's length in the words that visitors see; sources and their addresses
    aside.
    """
    listed = {hotline.value for hotline in INSTITUTIONS.hotlines}
    words = PATH.read_text(encoding="utf-8").split("\nbodies:")[1]
    assert set(re.findall(r"\d[\d-]{4,}", words)) <= listed
    assert all(hotline.source for hotline in INSTITUTIONS.hotlines)


def test_hotlines_that_must_not_be_given_say_why() -> None:
    hotlines = {hotline.value: hotline for hotline in INSTITUTIONS.hotlines}
    assert {value for value, hotline in hotlines.items() if hotline.give} == {
        "12345",
        "12315",
        "110",
        "12368",
        "12309",
    }
    assert all(hotline.caveat for hotline in hotlines.values() if not hotline.give)


def test_the_provincial_centre_is_never_offered_for_pre_examination() -> None:
    provincial = [centre for centre in INSTITUTIONS.centres if centre.kind == "provincial_centre"]
    assert [centre.fields for centre in provincial] == [{}]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("source: [GK, 著作权法第十二条]", "source: [GK, 著作权法12条]", "「著作权法12条」"),
        (
            "{text: 也称南昌市知识产权保护中心, source: [NC25]}",
            "{text: 也称, source: [RUMOUR]}",
            "「RUMOUR」",
        ),
        ("- kind: forestry", "- kind: agriculture", "「agriculture」重复了"),
        ("  confirm: 以决定书末尾写明的法院为准\n", "", "要用 confirm"),
        ("name: 江西省商务厅, generic: 省级商务主管部门", "name: 江西省商务厅", "要有 generic"),
        ("上饶市: {name: 广信区", "上绕市: {name: 广信区", "没有「上绕市」"),
        ("seat: 特许人所在地\n", "seat: ''\n", "要有 seat"),
    ],
)
def test_a_fault_in_the_file_is_named_with_file_and_line(
    tmp_path: Path, old: str, new: str, fault: str
) -> None:
    text = PATH.read_text(encoding="utf-8")
    if old not in text:
        pytest.fail(f"the passage to change is gone: {old}")
    path = tmp_path / "institutions.yml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError, match=r"institutions\.yml 第 \d+ 行") as error:
        Institutions.load(path, REGIONS)
    assert fault in str(error.value)


def test_an_unknown_kind_is_refused_with_the_kinds_that_exist() -> None:
    with pytest.raises(UnknownBody, match="market_regulation"):
        INSTITUTIONS.body("planning_office")
