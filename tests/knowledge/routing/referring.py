"""What the tests of the routing share: referrals on a fixed day, and facts of all kinds."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from knowledge.law.citations import Citation
from knowledge.law.deadlines import Deadline
from knowledge.routing.refer import refer as referral_of
from knowledge.routing.referral import Referral
from knowledge.slots import UNKNOWN
from tests.content import INSTITUTIONS, REGIONS, RULES, STATUTES, SUCCESSION

TODAY = date(2026, 11, 22)
LAST_DAY_OF_OLD, FIRST_DAY_OF_NEW = date(2026, 12, 31), date(2027, 1, 1)

VOCABULARY = RULES.vocabulary

PATENTS = ("patent", "patent_invention", "patent_utility", "patent_design")
WORKS = ("copyright", "copyright_software", "copyright_art", "copyright_av", "copyright_text")
ACCUSED = (
    "accused_letter",
    "accused_platform",
    "accused_court",
    "accused_admin",
    "accused_criminal",
)
LOST = ("pending", "unregistered", "expired", "cancelled")
WORDS = {
    "proceeding": (
        "已起诉",
        "未起诉",
        "已报案",
        "已请求裁决",
        "有仲裁条款",
        "无仲裁条款",
        "已和解",
        "已调解成功",
    ),
    "doc_received": (
        "律师函",
        "平台通知",
        "传票",
        "处罚告知",
        "处罚决定",
        "海关通知",
        "驳回通知",
        "裁决书",
    ),
    "evidence": ("权利证书", "公证书", "购买凭证", "截图", "合同", "进货凭证", "样品"),
}


def refer(on: date = TODAY, **facts: Any) -> Referral:
    return referral_of(facts, RULES, INSTITUTIONS, STATUTES, SUCCESSION, on)


def open_remedies(referral: Referral) -> list[str]:
    return [remedy.key for remedy in referral.remedies]


def closed(referral: Referral, key: str) -> list[str]:
    """The articles a closed remedy is closed by; the remedy must be closed and say why."""
    [remedy] = [remedy for remedy in referral.ruled_out if remedy.key == key]
    assert remedy.why
    return [f"{citation.short_title}{citation.article}" for citation in remedy.basis]


def opposition(referral: Referral) -> Deadline:
    """The period for opposing a mark."""
    [remedy] = [remedy for remedy in referral.remedies if remedy.key == "trademark_opposition"]
    [deadline] = [one for one in remedy.deadlines if one.what == "提出商标异议"]
    return deadline


def cited(referral: Referral) -> Iterator[Citation]:
    for remedy in referral.remedies:
        yield from remedy.basis
        yield from (deadline.basis for deadline in remedy.deadlines)
    for excluded in referral.ruled_out:
        yield from excluded.basis


def deadlines(referral: Referral, key: str) -> dict[str, tuple[str, date | None]]:
    """What falls due on a remedy: what → (period, day)."""
    [remedy] = [remedy for remedy in referral.remedies if remedy.key == key]
    return {deadline.what: (deadline.period, deadline.due) for deadline in remedy.deadlines}


def day() -> st.SearchStrategy[str]:
    return st.dates(date(2015, 1, 1), date(2027, 3, 1)).map(date.isoformat) | st.just(UNKNOWN)


def words(slot: str) -> st.SearchStrategy[str]:
    several = st.lists(st.sampled_from(WORDS[slot]), min_size=1, max_size=2, unique=True).map(
        "、".join
    )
    return several | st.just(UNKNOWN)


CLOSED = ("right", "situation", "right_status", "other_status", "unused", "venue", "goal", "field")
FACTS = st.fixed_dictionaries(
    {},
    optional={
        **{slot: st.sampled_from([*VOCABULARY[slot], UNKNOWN]) for slot in CLOSED},
        **{slot: words(slot) for slot in WORDS},
        "circumstances": st.just(UNKNOWN)
        | st.lists(
            st.sampled_from(list(VOCABULARY["circumstances"])), min_size=1, max_size=3, unique=True
        ),
        "years_registered": st.sampled_from([0, 0.5, 2, 3, 4.5, 5, 12, UNKNOWN]),
        "city": st.sampled_from([*REGIONS.cities, "深圳市", UNKNOWN]),
        "county": st.sampled_from([*REGIONS.counties(), UNKNOWN]),
        "own_city": st.sampled_from([*REGIONS.cities, "赣江新区", "深圳市", UNKNOWN]),
        "doc_received_on": day(),
        "published_on": day(),
        "registered_on": day(),
        "amount": st.sampled_from(["3万元", UNKNOWN]),
    },
)
ON = st.sampled_from([TODAY, LAST_DAY_OF_OLD, FIRST_DAY_OF_NEW, date(2027, 6, 1)])
thoroughly = settings(max_examples=500, derandomize=True, deadline=None)
