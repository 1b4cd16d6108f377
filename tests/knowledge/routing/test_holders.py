"""Which remedies are open to whoever holds a right, and which are closed and why."""

from itertools import product

import pytest

from tests.knowledge.routing.referring import (
    LOST,
    PATENTS,
    VOCABULARY,
    WORKS,
    closed,
    open_remedies,
    refer,
)

# --- an infringed mark ----------------------------------------------------------------------------


def test_a_registered_mark_used_in_a_shop_goes_to_the_county_market_bureau_first() -> None:
    referral = refer(
        situation="infringed",
        right="trademark",
        right_status="registered",
        city="赣州市",
        county="章贡区",
        venue="offline_store",
        goal="stop",
    )
    first = referral.remedies[0]

    assert (first.key, first.body.city, first.body.county) == (
        "admin_complaint_trademark",
        "赣州市",
        "章贡区",
    )
    assert "章贡区" in first.body.name
    assert "商标法第五十七条" in {f"{c.short_title}{c.article}" for c in first.basis}


@pytest.mark.parametrize("situation", ["infringed", "criminal_lead", "exhibition"])
@pytest.mark.parametrize("status", LOST)
def test_without_a_valid_registration_there_is_no_trademark_complaint(
    situation: str, status: str
) -> None:
    referral = refer(situation=situation, right="trademark", right_status=status)

    assert "admin_complaint_trademark" not in open_remedies(referral)
    assert closed(referral, "admin_complaint_trademark")


def test_an_unregistered_mark_is_pointed_to_unfair_competition() -> None:
    referral = refer(
        situation="infringed", right="trademark", right_status="unregistered", venue="offline_store"
    )

    assert open_remedies(referral)[0] == "unfair_competition_complaint"
    assert "反不正当竞争法第七条" in closed(referral, "admin_complaint_trademark")


def test_the_market_bureau_does_not_award_damages() -> None:
    referral = refer(
        situation="infringed", right="trademark", right_status="registered", goal="damages"
    )

    assert open_remedies(referral)[0] == "civil_litigation"
    assert closed(referral, "admin_complaint_trademark") == ["商标法第六十条"]


def test_a_lawsuit_about_a_mark_does_not_close_the_market_bureau() -> None:
    referral = refer(
        situation="infringed", right="trademark", right_status="registered", proceeding="已起诉"
    )

    assert open_remedies(referral)[0] == "civil_litigation"
    assert "admin_complaint_trademark" in open_remedies(referral)


@pytest.mark.parametrize("venue", ["ecommerce", "social_media"])
@pytest.mark.parametrize("right", ["trademark", "patent_design", "copyright_art"])
def test_what_is_sold_online_goes_to_the_platform_first_with_the_evidence_secured(
    venue: str, right: str
) -> None:
    referral = refer(
        situation="infringed", right=right, right_status="registered", venue=venue, goal="stop"
    )

    assert open_remedies(referral)[0] == "platform_notice"
    assert "notarisation_evidence" in open_remedies(referral)


@pytest.mark.parametrize("right", ["trademark", "patent_utility"])
@pytest.mark.parametrize("status", LOST)
def test_a_platform_is_not_notified_of_a_right_that_is_not_there(right: str, status: str) -> None:
    referral = refer(situation="infringed", right=right, right_status=status, venue="ecommerce")

    assert closed(referral, "platform_notice") == ["电子商务法第四十二条"]


# --- patents --------------------------------------------------------------------------------------


@pytest.mark.parametrize("right", PATENTS)
def test_a_granted_patent_is_adjudicated_by_the_city_and_never_by_the_county(right: str) -> None:
    referral = refer(
        situation="infringed",
        right=right,
        right_status="registered",
        city="赣州市",
        county="章贡区",
        goal="stop",
    )
    first = referral.remedies[0]

    assert (first.key, first.body.city, first.body.county) == (
        "admin_adjudication_patent",
        "赣州市",
        None,
    )
    assert "admin_complaint_trademark" not in open_remedies(referral)


@pytest.mark.parametrize("right", PATENTS)
@pytest.mark.parametrize("situation", ["infringed", "criminal_lead", "exhibition"])
def test_who_has_sued_gets_no_adjudication_and_is_told_why(right: str, situation: str) -> None:
    referral = refer(
        situation=situation, right=right, right_status="registered", proceeding="已起诉"
    )

    [barred] = [one for one in referral.ruled_out if one.key == "admin_adjudication_patent"]
    assert barred.rule == "pat-adj-x-sued" and "待核" in barred.why
    # The departmental rule that says so is not held; the Patent Law does not say it.
    assert barred.basis == ()


@pytest.mark.parametrize("right", PATENTS)
@pytest.mark.parametrize("status", LOST)
def test_a_patent_that_is_not_in_force_is_not_adjudicated(right: str, status: str) -> None:
    assert closed(
        refer(situation="infringed", right=right, right_status=status), "admin_adjudication_patent"
    )


def test_adjudication_does_not_award_damages_nor_decide_who_owns_a_patent() -> None:
    wants_money = refer(
        situation="infringed", right="patent_utility", right_status="registered", goal="damages"
    )

    assert open_remedies(wants_money)[0] == "civil_litigation"
    assert "专利法第六十五条" in closed(wants_money, "admin_adjudication_patent")
    assert closed(refer(situation="ownership", right="patent_utility"), "admin_adjudication_patent")


@pytest.mark.parametrize("right", PATENTS)
def test_copying_a_patented_product_never_reaches_the_police(right: str) -> None:
    others = [None, *(code for code in VOCABULARY["circumstances"] if code != "fake_patent")]
    situations = [s for s in VOCABULARY["situation"] if s not in ("ticket_service", "out_of_scope")]
    reached = [
        (situation, goal, circumstance)
        for situation, goal, circumstance in product(situations, [None, "criminal"], others)
        if "criminal_report"
        in open_remedies(
            refer(
                situation=situation,
                right=right,
                **({"goal": goal} if goal else {}),
                **({"circumstances": [circumstance]} if circumstance else {}),
            )
        )
    ]
    assert reached == []


def test_a_false_patent_number_is_another_matter_and_may_be_a_crime() -> None:
    facts = {"situation": "criminal_lead", "right": "patent", "circumstances": ["fake_patent"]}

    assert open_remedies(refer(**facts))[0] == "admin_complaint_fake_patent"
    assert "criminal_report" in open_remedies(refer(**facts, amount="30万元"))


# --- works ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("right", WORKS)
def test_a_small_copying_of_a_work_is_not_for_the_copyright_office(right: str) -> None:
    referral = refer(situation="infringed", right=right, circumstances=["small_scale"])

    assert closed(referral, "copyright_admin_complaint") == ["著作权法第五十三条"]
    assert {"civil_litigation", "people_mediation"} <= set(open_remedies(referral))


@pytest.mark.parametrize("right", WORKS)
def test_mass_piracy_goes_to_the_copyright_office_of_the_city(right: str) -> None:
    referral = refer(
        situation="infringed", right=right, circumstances=["mass"], city="吉安市", goal="stop"
    )
    first = referral.remedies[0]

    assert (first.key, first.body.city) == ("copyright_admin_complaint", "吉安市")
    assert "宣传部" in first.body.name


def test_piracy_of_unknown_extent_is_not_assumed_to_harm_the_public() -> None:
    assert "copyright_admin_complaint" not in open_remedies(
        refer(situation="infringed", right="copyright_text")
    )


@pytest.mark.parametrize("right", WORKS)
@pytest.mark.parametrize("situation", ["infringed", "criminal_lead"])
def test_works_are_never_sent_to_the_market_bureau(right: str, situation: str) -> None:
    assert "著作权法第五十三条" in closed(
        refer(situation=situation, right=right), "admin_complaint_trademark"
    )


# --- talking and suing ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "situation", ["infringed", "accused_letter", "accused_court", "license_contract", "ownership"]
)
def test_nobody_is_sent_to_mediation_when_the_other_side_refuses(situation: str) -> None:
    referral = refer(situation=situation, right="trademark", circumstances=["refuses_talk"])

    assert closed(referral, "people_mediation") == ["人民调解法第十七条"]
    assert "court_mediation" not in open_remedies(referral)


@pytest.mark.parametrize("right", ["trademark", "patent_design", "copyright_art", "trade_secret"])
def test_when_both_sides_want_to_talk_mediation_comes_first(right: str) -> None:
    referral = refer(
        situation="infringed",
        right=right,
        right_status="registered",
        circumstances=["both_willing"],
    )

    assert open_remedies(referral)[0] == "people_mediation"
    assert any(deadline.period == "30日" for deadline in referral.remedies[0].deadlines)


def test_danger_to_people_is_reported_and_not_mediated() -> None:
    referral = refer(
        situation="infringed",
        right="trademark",
        right_status="registered",
        circumstances=["safety"],
    )

    assert open_remedies(referral)[0] == "criminal_report"
    closed(referral, "people_mediation")


@pytest.mark.parametrize("situation", ["license_contract", "ownership"])
def test_an_arbitration_clause_keeps_a_contract_out_of_court(situation: str) -> None:
    referral = refer(situation=situation, right="trademark", proceeding="有仲裁条款")

    assert "arbitration" in open_remedies(referral)
    assert closed(referral, "civil_litigation") == ["仲裁法第五条", "民事诉讼法第一百二十七条"]
