"""The ten traps of the handbook, and which body a remedy leads to."""

import pytest

from knowledge.slots import Facts
from tests.knowledge.routing.referring import closed, deadlines, open_remedies, refer

# --- the ten traps of the handbook ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "article", "facts"),
    [
        # 1: a patent authority decides patents only
        (
            "admin_adjudication_patent",
            "商标法第六十条",
            {"right": "trademark", "proceeding": "已请求裁决"},
        ),
        (
            "admin_adjudication_patent",
            "著作权法第七条",
            {"right": "copyright_art", "proceeding": "已请求裁决"},
        ),
        ("admin_complaint_trademark", "种子法第七十二条", {"right": "plant_variety"}),
        ("admin_complaint_trademark", "集成电路布图设计保护条例第三十一条", {"right": "ic_layout"}),
        # 2: a county's market bureau does not decide patents; whoever sued is not heard
        (
            "admin_complaint_trademark",
            "专利法实施细则第九十五条",
            {"right": "patent_design", "county": "章贡区"},
        ),
        # 3: nobody but a court awards damages
        ("admin_complaint_trademark", "商标法第六十条", {"right": "trademark", "goal": "damages"}),
        (
            "admin_adjudication_patent",
            "专利法第六十五条",
            {"right": "patent_utility", "goal": "damages"},
        ),
        # 4: works are not for the market bureau; the copyright office takes what harms the public
        ("admin_complaint_trademark", "著作权法第七条", {"right": "copyright_text"}),
        (
            "copyright_admin_complaint",
            "著作权法第五十三条",
            {"right": "copyright_text", "circumstances": ["small_scale"]},
        ),
        # 5: copying a patent is no crime and no false marking
        ("criminal_report", "刑法第二百一十六条", {"right": "patent_utility", "goal": "criminal"}),
        (
            "criminal_report",
            "刑法第二百一十六条",
            {"situation": "criminal_lead", "right": "patent"},
        ),
        (
            "admin_complaint_fake_patent",
            "专利法第六十八条",
            {"situation": "criminal_lead", "right": "patent"},
        ),
        # 6: a mark is fought by its stage
        (
            "trademark_opposition",
            "商标法第三十三条",
            {"situation": "squatted", "right": "trademark", "other_status": "registered"},
        ),
        (
            "trademark_opposition",
            "商标法第三十三条",
            {"situation": "squatted", "right": "trademark", "other_status": "pending"},
        ),
        (
            "trademark_cancellation_nonuse",
            "商标法实施条例第六十六条",
            {
                "situation": "squatted",
                "right": "trademark",
                "other_status": "registered",
                "years_registered": 2,
            },
        ),
        (
            "trademark_invalidation",
            "商标法第四十五条",
            {
                "situation": "squatted",
                "right": "trademark",
                "other_status": "registered",
                "years_registered": 6,
            },
        ),
        # 10: who was not urged cannot be sued for a declaration
        (
            "declaratory_non_infringement",
            "知产民事证据规定第五条",
            {"situation": "accused_letter", "right": "patent"},
        ),
        (
            "declaratory_non_infringement",
            "知产民事证据规定第五条",
            {"situation": "accused_court", "right": "patent"},
        ),
    ],
)
def test_the_remedy_that_people_take_for_right_is_closed_with_the_reason(
    key: str, article: str, facts: Facts
) -> None:
    referral = refer(**{"situation": "infringed", "right_status": "registered", **facts})

    assert key not in open_remedies(referral)
    assert article in closed(referral, key)


def test_laws_that_were_revised_are_cited_by_their_numbers_of_today() -> None:
    secret = refer(situation="infringed", right="trade_secret", goal="stop").remedies[0]
    clause = refer(situation="license_contract", proceeding="有仲裁条款").remedies[0]

    assert {c.article for c in secret.basis if c.short_title == "反不正当竞争法"} == {
        "第十条", "第十六条", "第二十六条", "第三十九条",
    }  # fmt: skip
    assert {c.article for c in clause.basis if c.short_title == "仲裁法"} == {
        "第三条",
        "第五条",
        "第二十七条",
        "第三十七条",
    }


@pytest.mark.parametrize("parts", [["maker"], ["maker", "has_source"]])
@pytest.mark.parametrize("situation", ["accused_court", "accused_letter"])
def test_who_makes_the_goods_is_not_told_to_show_where_they_came_from(
    situation: str, parts: list[str]
) -> None:
    first = refer(situation=situation, right="patent_design", circumstances=parts).remedies[0]

    assert (first.key, first.rule.endswith("maker")) == ("non_infringement_response", True)


def test_fifteen_days_are_promised_of_e_commerce_platforms_only() -> None:
    on_a_video = refer(situation="accused_platform", right="copyright_av", venue="social_media")

    assert {p for p, _ in deadlines(on_a_video, "platform_counter_notice").values()} == {
        "合理期限（没有固定天数）"
    }


def test_who_sues_many_is_not_taken_for_malicious_and_the_defence_comes_first() -> None:
    referral = refer(situation="malicious_suit", right="copyright_art", doc_received="律师函")

    assert open_remedies(referral)[0] == "non_infringement_response"
    [remedy] = [
        remedy for remedy in referral.remedies if remedy.key == "malicious_litigation_report"
    ]
    assert "不等于恶意" in remedy.cannot_do


def test_goods_at_a_port_are_held_by_the_customs_of_that_port() -> None:
    first = refer(situation="customs", right="trademark", city="赣州市").remedies[0]

    assert (first.key, first.body.city) == ("customs_protection", None)
    assert "进出境地" in first.body.name


def test_a_fair_that_is_over_has_no_complaints_office() -> None:
    closed(
        refer(situation="exhibition", right="patent_design", circumstances=["fair_over"]),
        "exhibition_complaint",
    )


def test_an_authority_that_does_nothing_is_answered_with_reconsideration() -> None:
    referral = refer(situation="infringed", right="trademark", proceeding="投诉没人管", goal="stop")

    assert open_remedies(referral)[0] == "admin_reconsideration_litigation"


# --- which body -----------------------------------------------------------------------------------


TRIBUNAL = "南昌知识产权法庭"


@pytest.mark.parametrize(
    ("right", "court"),
    [
        ("patent_invention", TRIBUNAL),
        ("patent_utility", TRIBUNAL),
        ("plant_variety", TRIBUNAL),
        ("ic_layout", TRIBUNAL),
        ("copyright_software", TRIBUNAL),
        ("trade_secret", TRIBUNAL),
        ("patent_design", "赣州市中级人民法院"),
        ("patent", "赣州市中级人民法院"),
        ("domain_name", "赣州市中级人民法院"),
        ("trademark", "赣州市有知识产权管辖权的基层人民法院"),
        ("copyright_art", "赣州市有知识产权管辖权的基层人民法院"),
        ("unfair_competition", "赣州市有知识产权管辖权的基层人民法院"),
    ],
)
def test_the_court_follows_from_the_right_and_the_visitor_is_told_to_ask(
    right: str, court: str
) -> None:
    referral = refer(
        situation="infringed", right=right, right_status="registered", goal="damages", city="赣州市"
    )
    [remedy] = [remedy for remedy in referral.remedies if remedy.key == "civil_litigation"]

    assert court in remedy.body.name
    assert remedy.body.note and "12368" in remedy.body.note


def test_of_shangrao_the_one_court_that_is_known_is_named_and_marked() -> None:
    referral = refer(
        situation="infringed",
        right="trademark",
        right_status="registered",
        goal="damages",
        city="上饶市",
    )

    assert referral.remedies[0].body.name == "广信区人民法院（上饶市集中管辖，待核）"
    assert "2022" in str(referral.remedies[0].body.note)


def test_contracts_go_to_the_basic_courts_also_about_patents() -> None:
    referral = refer(
        situation="license_contract",
        right="patent_invention",
        proceeding="无仲裁条款",
        city="赣州市",
    )

    assert "基层" in referral.remedies[0].body.name


@pytest.mark.parametrize(
    ("facts", "key", "kind"),
    [
        (
            {"situation": "agency_misconduct", "right": "patent"},
            "agency_complaint",
            "patent_administration",
        ),
        (
            {"situation": "agency_misconduct", "right": "trademark"},
            "agency_complaint",
            "market_regulation",
        ),
        (
            {"situation": "registration_exam", "right": "trademark", "doc_received": "裁决书"},
            "admin_reconsideration_litigation",
            "beijing_ip_court",
        ),
        (
            {"situation": "accused_admin", "doc_received": "处罚决定"},
            "admin_reconsideration_litigation",
            "reconsideration",
        ),
        (
            {"situation": "license_contract", "circumstances": ["cooling_off"]},
            "license_contract_dispute",
            "commerce",
        ),
        ({"situation": "accused_admin"}, "non_infringement_response", "deciding_authority"),
    ],
)
def test_a_remedy_leads_to_the_body_that_is_competent(facts: Facts, key: str, kind: str) -> None:
    [remedy] = [remedy for remedy in refer(**facts).remedies if remedy.key == key]

    assert remedy.body.kind == kind
