"""Each paper starts its own period, on both sides of a change of law; who is on which side of a
customs matter.
"""

import re
from datetime import date
from typing import Any

import pytest

from knowledge.facts.reader import stated
from knowledge.figures.limitation import LimitationRules, limitation
from knowledge.law.applicable import ApplicableLaw
from knowledge.reviewed import CONTENT
from knowledge.routing.out_of_scope import OutOfScope
from knowledge.routing.page import page
from knowledge.routing.refer import Referral
from knowledge.routing.refer import refer as referral_of
from knowledge.routing.triage import TriageRules
from tests.content import INSTITUTIONS, READER, RULES, STATUTES, SUCCESSION

TODAY = date(2026, 11, 22)
OLD_LAW, NEW_LAW = date(2026, 12, 31), date(2027, 1, 1)
COURT = {"situation": "accused_court", "right": "trademark"}
ADMIN = {"situation": "accused_admin", "right": "patent_utility"}


def refer(on: date = TODAY, **facts: Any) -> Referral:
    return referral_of(facts, RULES, INSTITUTIONS, STATUTES, SUCCESSION, on)


def told(text: str, on: date = TODAY, **facts: Any) -> Referral:
    """The referral for what a visitor writes, with what is known besides."""
    return refer(on, **stated(READER.read(text, on), {}, [], facts.get("situation")) | facts)


def counted(referral: Referral) -> dict[str, tuple[str, date]]:
    """What → (article, last day) of every period that is counted, in all roads shown."""
    return {
        one.what: (f"{one.basis.short_title}{one.basis.article}", one.due)
        for road in referral.remedies
        for one in road.deadlines
        if one.due
    }


def asked(referral: Referral) -> list[str]:
    return [ask.slot for ask in referral.asks]


# --- decisions of the trademark office ------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "on", "article"),
    [
        ("商标局作出了不予注册决定", OLD_LAW, "商标法第三十五条"),
        ("商标局作出了不予注册决定", NEW_LAW, "商标法第三十八条"),
        ("收到商标局的撤销决定", OLD_LAW, "商标法第五十四条"),
        ("收到商标局的撤销决定", NEW_LAW, "商标法第五十八条"),
        ("商标局主动宣告我的商标无效", OLD_LAW, "商标法第四十四条"),
        ("商标局主动宣告我的商标无效", NEW_LAW, "商标法第五十条"),
        ("商标局的决定书下来了", OLD_LAW, "商标法第四十四条"),
        ("商标局的决定书下来了", NEW_LAW, "商标法第五十条"),
    ],
)
def test_a_first_decision_goes_to_review_within_fifteen_days(
    text: str, on: date, article: str
) -> None:
    referral = told(
        text,
        on,
        situation="opposition_invalid_cancel",
        right="trademark",
        doc_received_on="2026-12-22",
    )

    assert referral.remedies[0].key == "trademark_refusal_review"
    assert (article, date(2027, 1, 6)) in counted(referral).values()
    assert not any("起诉" in what for what in counted(referral))


def test_a_decision_on_review_goes_to_court_within_thirty_days() -> None:
    referral = told(
        "商标复审决定下来了",
        situation="registration_exam",
        right="trademark",
        doc_received_on="2026-11-20",
    )

    assert referral.remedies[0].key == "admin_reconsideration_litigation"
    assert counted(referral) == {
        "收到商标复审决定、无效裁定的：起诉": ("商标法第三十四条", date(2026, 12, 21))
    }  # 20 December is a Sunday


def test_a_patent_that_was_declared_invalid_goes_to_court_within_three_months_only() -> None:
    referral = told(
        "国知局的无效决定我不服",
        situation="opposition_invalid_cancel",
        right="patent_invention",
        doc_received_on="2026-11-20",
    )

    assert {what for what in counted(referral)} == {"收到专利复审、无效决定的：起诉"}


# --- papers of courts and authorities -------------------------------------------------------------

JUDGED = {"不服一审判决，上诉"}
SERVED = {"收到法院起诉状副本的：提交答辩", "收到法院起诉状副本的：提管辖权异议"}
PUNISHED = {
    "收到行政处罚决定的：申请行政复议（当场罚的要先复议才能起诉）",
    "收到行政处罚决定的：直接起诉（当场罚的除外）",
}


@pytest.mark.parametrize(
    ("facts", "periods"),
    [
        (COURT | {"doc_received": "传票"}, SERVED),
        (COURT | {"doc_received": "判决书"}, JUDGED),
        (COURT | {"doc_received": "传票、判决书"}, JUDGED),
        (COURT | {"doc_received": "民事裁定"}, {"不服不予受理、管辖异议、驳回起诉的裁定，上诉"}),
        (COURT | {"doc_received": "保全裁定"}, {"不服保全裁定，向作裁定的法院申请复议"}),
        (COURT | {"doc_received": "生效判决"}, set()),
        (COURT | {"right": "patent_design", "doc_received": "判决书"}, JUDGED),
        (
            ADMIN | {"doc_received": "处罚告知"},
            {"收到行政处罚告知的：要求听证（罚款、没收数额较大等情形才有）"},
        ),
        (ADMIN | {"doc_received": "处罚决定"}, PUNISHED),
        (ADMIN | {"doc_received": "裁决书"}, {"收到专利侵权行政裁决的：起诉"}),
        (ADMIN | {"doc_received": "处罚决定", "proceeding": "已复议"}, {"复议之后起诉"}),
        (ADMIN, set()),
        ({"situation": "accused_criminal", "doc_received": "判决书"}, {"不服刑事判决，上诉"}),
    ],
)
def test_each_paper_starts_its_own_period_and_no_other(
    facts: dict[str, Any], periods: set[str]
) -> None:
    assert set(counted(refer(**facts, doc_received_on="2026-11-16"))) == periods


@pytest.mark.parametrize(
    ("paper", "on", "last"),
    [
        ("判决书", date(2026, 12, 16), date(2026, 12, 31)),
        ("民事裁定", date(2026, 12, 21), date(2026, 12, 31)),
        ("保全裁定", date(2026, 12, 23), date(2026, 12, 28)),
        ("判决书", date(2026, 12, 17), date(2027, 1, 1)),
    ],
)
def test_the_last_day_to_appeal_is_counted(paper: str, on: date, last: date) -> None:
    [(_, due)] = counted(refer(**COURT, doc_received=paper, doc_received_on=str(on))).values()

    assert due == last


def test_appeal_is_counted_for_the_plaintiff_too() -> None:
    referral = refer(
        situation="infringed",
        right="trademark",
        right_status="registered",
        proceeding="已起诉",
        doc_received="判决书",
        doc_received_on="2026-11-16",
    )

    assert counted(referral)["不服一审判决上诉"][1] == date(2026, 12, 1)


@pytest.mark.parametrize("on", [OLD_LAW, NEW_LAW])
@pytest.mark.parametrize(
    ("facts", "article", "last"),
    [
        ({"doc_received": "无效通知"}, "商标法实施条例第五十八条", date(2027, 1, 21)),
        (
            {"doc_received": "撤三通知", "circumstances": ["generic_name"]},
            "商标法实施条例第六十五条",
            date(2027, 2, 22),
        ),
        ({"doc_received": "撤三通知"}, "商标法实施条例第六十六条", date(2027, 2, 22)),
    ],
)
def test_who_is_attacked_in_his_own_mark_has_his_day_to_answer(
    facts: dict[str, Any], article: str, last: date, on: date
) -> None:
    referral = refer(
        on,
        situation="opposition_invalid_cancel",
        right="trademark",
        doc_received_on="2026-12-22",
        **facts,
    )

    assert set(counted(referral).values()) == {(article, last)}


def test_an_authority_that_does_nothing_is_told_with_all_three_periods() -> None:
    [road] = [
        one
        for one in refer(
            situation="infringed",
            right="trademark",
            right_status="registered",
            proceeding="投诉没人管",
        ).remedies
        if one.key == "admin_reconsideration_litigation"
    ]

    periods = {one.period: f"{one.basis.short_title}{one.basis.article}" for one in road.deadlines}
    assert periods == {
        "2个月": "行政诉讼法第四十七条",
        "60日": "行政复议法第二十条",
        "15日": "行政复议法第三十四条",
    }
    assert "可能快过或者已经过了" in road.why


def test_a_decision_not_to_prosecute_leaves_seven_days() -> None:
    referral = refer(
        situation="infringed",
        right="trademark",
        right_status="registered",
        doc_received="不起诉决定",
        doc_received_on="2026-11-20",
    )

    assert ("刑事诉讼法第一百八十条", date(2026, 11, 27)) in counted(referral).values()


# --- years, stages and what was lost --------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "他的商标注册快五年了",
        "他那个商标注册不到五年",
        "他的商标注册5年以内",
        "他那个商标注册将近5年",
        "他的商标注册差一个月满五年",
    ],
)
def test_nearly_five_years_close_nothing_and_the_day_is_asked_for(text: str) -> None:
    referral = told(text, situation="squatted", right="trademark")

    assert "trademark_invalidation" in [road.key for road in referral.remedies]
    assert "registered_on" in asked(referral)


def test_nearly_three_years_neither_close_nor_recommend_a_cancellation() -> None:
    referral = told("他的商标注册还没满三年，一直没用", situation="squatted", right="trademark")

    assert referral.remedies[0].key == "trademark_invalidation"
    assert "trademark_cancellation_nonuse" not in [road.key for road in referral.ruled_out]
    assert "registered_on" in asked(referral)


def test_five_years_that_are_only_said_leave_the_road_open_until_the_day_is_known() -> None:
    facts = {"situation": "squatted", "right": "trademark", "years_registered": 5}

    assert refer(**facts).remedies[0].key == "trademark_invalidation"
    assert "trademark_invalidation" in [
        one.key for one in refer(**facts, registered_on="2021-06-01").ruled_out
    ]
    assert "trademark_invalidation" in [
        one.key for one in refer(**facts | {"years_registered": 6}).ruled_out
    ]


def test_the_day_of_registration_outweighs_the_years_that_were_said() -> None:
    referral = refer(
        situation="squatted", right="trademark", years_registered=6, registered_on="2022-06-01"
    )

    assert referral.remedies[0].key == "trademark_invalidation"


@pytest.mark.parametrize("own", [None, "registered"])
def test_where_the_stage_is_not_known_the_opposition_comes_first(own: str | None) -> None:
    facts = {"right_status": own} if own else {}
    keys = [road.key for road in refer(situation="squatted", right="trademark", **facts).remedies]

    assert keys[:2] == ["trademark_opposition", "trademark_invalidation"]


@pytest.mark.parametrize(
    ("facts", "road"),
    [
        ({"right_status": "expired", "circumstances": ["renewal_filed"]}, "civil-renewing-mark"),
        ({"right_status": "expired"}, "civil-expired-mark"),
        ({"right_status": "cancelled", "circumstances": ["revoked"]}, "civil-revoked-mark"),
        ({"right_status": "cancelled", "circumstances": ["voided"]}, None),
    ],
)
def test_what_an_expired_a_revoked_and_a_void_mark_leave_to_claim(
    facts: dict[str, Any], road: str | None
) -> None:
    referral = refer(situation="infringed", right="trademark", **facts)
    rules = {one.key: one.rule for one in referral.remedies}

    assert rules.get("civil_litigation") == road


def test_a_patent_one_already_holds_does_not_bar_a_new_filing_from_preexamination() -> None:
    referral = refer(
        situation="preexam_need",
        right="patent_invention",
        own_city="南昌市",
        field="electronics",
        right_status="registered",
    )

    assert referral.remedies[0].key == "preexam_fast"


@pytest.mark.parametrize(
    ("text", "situation", "second"),
    [
        ("有公司高价收购我的商标，要先交评估费", "agency_misconduct", "agency_complaint"),
        ("邮件说有人要抢注我们的域名", "squatted", "domain_dispute"),
    ],
)
def test_a_call_that_wants_a_fee_is_checked_before_anything_is_paid(
    text: str, situation: str, second: str
) -> None:
    keys = [road.key for road in told(text, situation=situation).remedies]

    assert keys[:2] == ["legal_info", second]


def test_the_holder_has_fifteen_days_after_a_platform_passed_on_the_declaration() -> None:
    referral = refer(
        situation="infringed",
        right="trademark",
        right_status="registered",
        venue="ecommerce",
        doc_received="平台通知",
        doc_received_on="2026-12-16",
    )

    assert ("电子商务法第四十三条", date(2026, 12, 31)) in counted(referral).values()


# --- customs --------------------------------------------------------------------------------------


def test_the_owner_of_the_goods_answers_the_customs_and_is_not_sent_to_seize_them() -> None:
    referral = told("海关扣了我一批货", situation="customs", right="trademark")
    by_key = {road.key: road for road in referral.remedies}

    assert referral.remedies[0].key == "non_infringement_response"
    assert by_key["customs_protection"].rule == "cus-owner"
    assert "goal" not in asked(referral)


def test_the_holder_of_the_right_has_the_goods_seized() -> None:
    referral = refer(situation="customs", right="trademark", goal="stop", doc_received="海关通知")

    assert referral.remedies[0].rule == "cus-notice"
    assert "non_infringement_response" not in [road.key for road in referral.remedies]


def test_who_has_not_said_which_side_he_is_on_is_asked_and_told_both() -> None:
    referral = told("货被海关扣了", situation="customs", right="trademark")

    assert asked(referral)[0] == "goal"
    assert [road.rule for road in referral.remedies[:2]] == [
        "cus-role-unknown",
        "nir-customs-role-unknown",
    ]


def test_who_was_fined_by_the_customs_is_led_to_the_next_higher_customs() -> None:
    referral = refer(
        situation="customs",
        right="trademark",
        venue="import_export",
        goal="defence",
        doc_received="海关通知、处罚决定",
        doc_received_on="2026-11-16",
    )

    assert referral.remedies[0].rule == "arl-penalty-customs"
    assert set(counted(referral)) >= PUNISHED


def test_a_factory_at_home_stays_the_market_regulators_though_the_goods_are_at_a_port() -> None:
    referral = refer(situation="customs", right="trademark", right_status="registered", goal="stop")

    assert "admin_complaint_trademark" not in [road.key for road in referral.ruled_out]
    assert referral.remedies[0].key == "customs_protection"


# --- words ----------------------------------------------------------------------------------------


def rule_texts() -> list[str]:
    return [
        path.read_text(encoding="utf-8")
        for path in (*CONTENT.glob("remedies/*.yml"), *CONTENT.glob("*.yml"))
    ]


def test_every_period_from_knowledge_runs_from_what_one_should_know_too() -> None:
    # 知道…之日 of a period: not only what was known starts it.
    bare = [
        clause
        for text in rule_texts()
        for clause in re.findall(r"[^。；\n]*(?:之日|那天算)[^。；\n]*", text)
        if re.search(r"(?<!应当)知道[^。；\n]{0,20}(?:之日|那天算)", clause)
        and "应当知道" not in clause
        and "重大误解" not in clause
    ]
    assert bare == []


def test_the_limitation_is_told_from_what_one_should_know() -> None:
    law = ApplicableLaw(STATUTES, SUCCESSION, TODAY)
    rules = LimitationRules.load(STATUTES)

    sentence = limitation(rules, "trademark", None, False, law, RULES.workdays).sentence
    assert "知道或者应当知道" in sentence


def test_no_rule_speaks_of_this_year() -> None:
    dated = [
        word
        for text in rule_texts()
        for word in re.findall("今年[一二三四五六七八九十]{1,2}月", text)
    ]

    assert dated == []


def test_a_counter_notice_does_not_add_twenty_days_to_fifteen() -> None:
    [remedy] = [one for one in RULES.remedies if one.key == "platform_counter_notice"]

    assert not any("顺延" in one.what for one in remedy.deadlines)
    assert any("不是在15日之外另加" in one.what for one in remedy.deadlines)


def test_the_page_prints_when_a_period_is_told_and_from_which_day_it_is_counted() -> None:
    lines = page(RULES, TriageRules.load(), OutOfScope.load(), INSTITUTIONS).splitlines()

    appeal = next(line for line in lines if line.startswith("| 不服一审判决，上诉 |"))
    assert "判决书" in appeal and RULES.label("slot", "doc_received_on") in appeal


@pytest.mark.parametrize(
    "paper", ["撤三通知", "异议答辩通知", "无效通知", "撤销决定", "不予注册决定"]
)
def test_whose_mark_is_attacked_is_not_told_to_bring_the_attackers_application(paper: str) -> None:
    referral = refer(situation="opposition_invalid_cancel", right="trademark", doc_received=paper)

    for remedy in referral.remedies:
        if remedy.key.startswith("trademark_") and remedy.key != "trademark_refusal_review":
            assert remedy.materials[0].startswith("收到的"), remedy.rule


def test_who_attacks_a_mark_brings_an_application() -> None:
    attack = refer(situation="opposition_invalid_cancel", right="trademark", unused="yes")

    (remedy,) = [one for one in attack.remedies if one.key == "trademark_cancellation_nonuse"]
    assert remedy.materials[0] == "撤销连续三年不使用注册商标申请书"
