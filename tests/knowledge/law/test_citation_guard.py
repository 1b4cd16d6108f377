"""Nothing leaves with a citation that does not exist or is not in force; what is right leaves as it
was.
"""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.answers.responses import Responses
from knowledge.law.citation_guard import CitationGuard, Days, Passed
from knowledge.law.citations import citation, quoted
from knowledge.law.statutes import Article, LawEntry, NotInForce, UnknownArticle, UnknownLaw
from knowledge.reviewed import CONTENT
from knowledge.routing.refer import refer
from knowledge.search.passages import of_guidance
from knowledge.slots import Facts
from tests.content import GUARD, GUIDANCE, INSTITUTIONS, RULES, STATUTES, SUCCESSION

TODAY = Days(date(2026, 11, 22))
LAST_DAY_OF_OLD, FIRST_DAY_OF_NEW = date(2026, 12, 31), date(2027, 1, 1)
ARTICLES = list(STATUTES.articles())
GONE = "这里没有可以看的内容。"


def cited(law: str, year: int, number: str) -> dict[str, Any]:
    """The citation of an article, as the chat API shows it."""
    return citation(STATUTES.of_year(law, year, number)).as_dict()


def of_section(number: int, heading: str) -> dict[str, Any]:
    """The citation of a section of a guidance article."""
    [passage] = [one for one in of_guidance(GUIDANCE[number]) if one.article == heading]
    return {
        **{
            key: value
            for key, value in passage.as_dict().items()
            if key in cited("商标法", 2019, "第一条")
        },
        "url": None,
    }


def passed(
    text: str, *citations: dict[str, Any], days: Days = TODAY, guard: CitationGuard = GUARD
) -> Passed:
    return guard.pass_together([text], list(citations), days)


def stops(text: str, days: Days = TODAY) -> list[tuple[str, str]]:
    return [(one.named, one.reason) for one in passed(text, days=days).rejected]


# --- texts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "stopped"),
    [
        ("商标法第九百条管这个", ("商标法第九百条", "unknown_article")),
        ("《中华人民共和国商标法》第900条", ("商标法第九百条", "unknown_article")),
        ("商标法第５００条", ("商标法第五百条", "unknown_article")),
        ("商 标 法 第 9 百 条", ("商标法第9百条", "unknown_article")),
        ("商标\u200b法第九百\n条", ("商标法第九百条", "unknown_article")),
        ("商标法第零条", ("商标法第零条", "unknown_article")),
        ("商标法第一万条", ("商标法第一万条", "unknown_article")),
        ("商标法第十条之一", ("商标法第十条之一", "unknown_article")),
        ("商标法第五十七条、第九百条", ("商标法第九百条", "unknown_article")),
        ("商标法第57、580条", ("商标法第五百八十条", "unknown_article")),
        ("商标法里还有一些规定，比如看第九百条", ("商标法第九百条", "unknown_article")),
        ("依商标法办，本法第九百条写着", ("商标法第九百条", "unknown_article")),
        ("专利看第一百条", ("专利法第一百条", "unknown_article")),
        ("火星法第三条", ("火星法第三条", "unknown_law")),
        ("《火星商标法》第三条", ("火星商标法第三条", "unknown_law")),
        ("《火星法》里写的第三条", ("火星法第三条", "unknown_law")),
        ("美国的专利法第二条", ("国的专利法第二条", "unknown_law")),
        ("植物新品种保护条例实施细则第三条", ("植物新品种保护条例实施细则第三条", "unknown_law")),
        ("依照本法第五条", ("本法第五条", "unknown_law")),
        ("商标法第八十一条", ("商标法第八十一条", "not_in_force")),
        ("商标法（2026）第三十六条", ("商标法第三十六条", "not_in_force")),
        ("商标法第三十六条（2026年版）", ("商标法第三十六条", "not_in_force")),
        ("商标法2026年修订本第三十六条", ("商标法第三十六条", "not_in_force")),
        ("新修订的《商标法》第三十六条", ("商标法第三十六条", "not_in_force")),
        ("新商标法第三十六条，2028年1月1日起施行", ("商标法第三十六条", "not_in_force")),
        ("植物新品种保护条例第三条", ("植物新品种保护条例第三条", "not_in_force")),
        ("2013年商标法第五十七条", ("商标法第五十七条", "unknown_article")),
    ],
)
def test_a_sentence_that_names_a_wrong_article_does_not_leave(
    text: str, stopped: tuple[str, str]
) -> None:
    found = passed(f"先把证据固定下来。{text}。其余的照办！")

    assert [(one.named, one.reason) for one in found.rejected] == [stopped]
    assert found.texts == ("先把证据固定下来。其余的照办！",)


@pytest.mark.parametrize(
    "text",
    [
        "商标法第五十七条、第六十条都用得上。",
        "《商标法》第57条至第60条",
        "我国商标法（2019年修正）第五十七条第二项",
        "刑法第二百一十九条之一",
        "商标看第六十三条，专利看第七十一条，著作权看第五十四条。",
        "按商标法，第一条路是投诉，第二条建议是取证。",
        "2027-01-01起《商标法》换新版，条号会变：提出异议由3个月变为2个月（新第三十六条）；"
        "第六十条改为第七十四条。",
        "新商标法第八十一条要到2027年1月1日才施行。",
        "新商标法第八十一条尚未施行。",
        "加盟合同第九百条写了保密。",
        "第九百条",
    ],
)
def test_what_is_right_or_says_that_it_is_not_in_force_leaves_as_it_was(text: str) -> None:
    assert passed(text) == Passed((text,), (), ())


def test_after_the_change_the_old_articles_pass_where_their_end_is_told() -> None:
    new_year = Days(FIRST_DAY_OF_NEW)

    assert stops("商标法（2019）第三十三条", new_year) == [("商标法第三十三条", "not_in_force")]
    assert stops("商标法（2019）第三十三条施行到2026年12月31日。", new_year) == []
    assert stops("旧商标法第三十三条已经废止。", new_year) == []
    assert stops("新商标法第八十一条", new_year) == []


def test_what_tells_of_a_version_must_stand_in_the_same_sentence() -> None:
    assert stops("新法2027年1月1日施行。商标法第八十一条管恶意诉讼。") == [
        ("商标法第八十一条", "not_in_force")
    ]


def test_on_the_day_of_the_act_its_law_is_in_force_too() -> None:
    day = date(2026, 12, 1)

    assert stops("商标法（2019）第六十三条", Days(date(2027, 3, 1), acted_on=day)) == []
    assert stops("商标法（2019）第六十三条", Days(date(2027, 3, 1))) == [
        ("商标法第六十三条", "not_in_force")
    ]


def test_a_sentence_may_say_that_something_was_not_found_but_nothing_else_about_it() -> None:
    assert stops("没有查到「商标法第九百条」。请核对，例如「商标法第五十七条」。") == []
    assert stops("「植物新品种保护条例第三条」在2026-11-22没有施行中的版本，不能作为依据。") == []
    assert stops("没有查到「商标法第九百条」，但是商标法第九百条能用。") == [
        ("商标法第九百条", "unknown_article")
    ]
    assert stops("没有查到更好的，就用商标法第九百条。") == [("商标法第九百条", "unknown_article")]


def test_a_text_of_which_nothing_is_left_is_empty() -> None:
    assert passed("1. 商标法第九百条！\n2. 火星法第一条。").texts == ("",)


def test_all_that_goes_out_in_one_turn_is_read() -> None:
    found = GUARD.pass_together(["商标法第五十七条。", "商标法第九百条。"], [], TODAY)

    assert found.texts == ("商标法第五十七条。", "")


# --- structured citations -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"law": "火星法"}, "unknown_law"),
        ({"law": None}, "unknown_law"),
        ({"law": "专利法"}, "unknown_law"),
        ({"law": "标法"}, "unknown_law"),
        ({"law": "《商标法》"}, "unknown_law"),
        ({"law": "中华人民共和国商标法"}, "unknown_law"),
        ({"short": "专利法"}, "unknown_law"),
        ({"short": ""}, "unknown_law"),
        ({"article": "第九百条"}, "unknown_article"),
        ({"article": "57"}, "unknown_article"),
        ({"version_date": "2013-08-30"}, "wrong_dates"),
        ({"version_date": None}, "wrong_dates"),
        ({"version_date": "2026-06-26"}, "wrong_dates"),
        ({"in_force_from": "2020-01-01"}, "wrong_dates"),
        ({"in_force_to": None}, "wrong_dates"),
        ({"in_force_to": "一直"}, "wrong_dates"),
        ({"kind": "digest"}, "wrong_kind"),
        ({"kind": None}, "wrong_kind"),
        ({"kind": "guidance"}, "unknown_guidance"),
        ({"text": "侵犯商标权的，随便罚。"}, "wrong_words"),
        ({"text": ""}, "wrong_words"),
    ],
)
def test_a_citation_is_held_against_the_statutes_and_never_believed(
    change: dict[str, Any], reason: str
) -> None:
    right = cited("商标法", 2019, "第五十七条")
    found = passed("请看列出的条文。", {**right, **change}, cited("专利法", 2020, "第六十五条"))

    assert [one.reason for one in found.rejected] == [reason]
    assert found.citations == (cited("专利法", 2020, "第六十五条"),)
    assert found.texts == ("请看列出的条文。",)
    assert passed("请看列出的条文。", right).citations == (right,)


@pytest.mark.parametrize(
    ("change", "reasons"),
    [
        ({}, []),
        ({"law": "专利侵权解释一"}, []),
        ({"law": "侵权解释一"}, ["unknown_law"]),
        (
            {"law": "最高人民法院关于审理侵犯专利权纠纷案件应用法律若干问题的解释（一）"},
            ["unknown_law"],
        ),
        (
            {"law": "最高人民法院关于审理侵犯专利权纠纷案件应用法律若干问题的解释（二）"},
            ["unknown_law"],
        ),
        ({"short": "专利侵权解释二"}, ["unknown_law"]),
    ],
)
def test_a_citation_passes_with_its_laws_own_title_and_no_other(
    change: dict[str, Any], reasons: list[str]
) -> None:
    right = cited("专利侵权解释一", 2009, "第一条")

    assert [one.reason for one in passed("", {**right, **change}).rejected] == reasons


@pytest.mark.parametrize(
    "article",
    [one for one in ARTICLES if one.short_title != one.title and one.governs(TODAY.today)],
)
def test_a_citation_that_was_stored_under_our_own_name_is_still_shown(article: Article) -> None:
    stored = {key: value for key, value in citation(article).as_dict().items() if key != "short"}
    stored["law"] = article.short_title

    assert passed(article.text, stored) == Passed((article.text,), (stored,), ())


def test_what_names_the_article_of_a_stopped_citation_goes_under_either_name() -> None:
    wrong = {**cited("专利侵权解释一", 2009, "第一条"), "text": "假的"}
    said = f"专利侵权解释一第一条写了。《{wrong['law']}》第一条也写了。请取证。"

    assert passed(said, wrong).texts == ("请取证。",)


def numbers(law: LawEntry) -> list[str]:
    """The articles that are held of a law's last version."""
    return list(STATUTES.of_version(law.short, law.versions[-1].version_date))


@pytest.mark.parametrize(
    "law",
    [law for law in STATUTES.laws.values() if law.title != law.short and len(numbers(law)) > 1],
    ids=lambda law: law.short,
)
def test_an_official_title_is_read_as_a_whole_also_with_another_law_inside(law: LawEntry) -> None:
    day, (first, second) = Days(law.versions[-1].in_force_from), numbers(law)[:2]

    assert stops(f"《{law.title}》{first}、{second}，{law.title}{second}。", day) == []
    assert stops(f"《{law.title}》{first}、第九百九十八条。", day) == [
        (f"{law.title}第九百九十八条", "unknown_article")
    ]


def test_a_digest_is_not_shown_as_the_laws_own_words() -> None:
    digest = cited("商标法实施条例", 2014, "第六十六条")

    assert passed("", digest).rejected == ()
    assert [one.reason for one in passed("", {**digest, "kind": "statute"}).rejected] == [
        "wrong_kind"
    ]


def test_a_version_that_is_not_in_force_is_shown_where_the_words_with_it_say_so() -> None:
    new = cited("商标法", 2026, "第八十一条")
    header = "《商标法》第八十一条（2026年版，2027-01-01起施行）："

    assert [one.reason for one in passed("请看这一条。", new).rejected] == ["not_in_force"]
    assert [one.reason for one in passed("新法2027-01-01起施行。", new).rejected] == [
        "not_in_force"
    ]
    assert GUARD.pass_together([header, new["text"]], [new], TODAY) == Passed(
        (header, new["text"]), (new,), ()
    )


def test_with_a_stopped_citation_go_its_words_and_what_leads_up_to_them() -> None:
    wrong = {
        **cited("商标法", 2019, "第五十七条"),
        "text": "侵犯商标权的，一律罚一百万元。不用证据。",
    }
    found = GUARD.pass_together(
        ["《商标法》第五十七条（"
            "2019年版）：", wrong["text"], "最相关的是侵权规定。"
                "侵犯商标权的，一律罚一百万元……", "请取证。"],
        [wrong],
        TODAY,
    )  # fmt: skip
    assert found.texts == ("", "", "最相关的是侵权规定。", "请取证。")


def test_the_laws_own_words_may_speak_of_other_articles() -> None:
    article = next(one for one in ARTICLES if "本法第" in one.text and one.governs(TODAY.today))
    named = f"{article.short_title}{article.article}"
    extract = f"最相关的是{named} 标题：{article.text[:140]}……\n点开可看全文。"

    assert passed(article.text, citation(article).as_dict()).texts == (article.text,)
    assert passed(extract, citation(article).as_dict()).texts == (extract,)
    assert passed(article.text).rejected


def test_what_told_of_a_version_takes_it_along_when_it_goes() -> None:
    new = cited("商标法", 2026, "第八十一条")
    found = passed("商标法第八十一条2027-01-01起施行，看商标法第九百条。", new)

    assert (found.texts, found.citations) == (("",), ())


def test_guidance_is_shown_only_in_its_own_words_and_before_it_expires() -> None:
    right = of_section(0, "结论")
    one = GUIDANCE[0]
    short_lived = CitationGuard(
        STATUTES, [replace(one, starts=date(2026, 1, 1), expires=TODAY.today)]
    )
    dated = {**right, "in_force_from": "2026-01-01", "in_force_to": "2026-11-22"}

    assert passed("", right).citations == (right,)
    for change, reason in (
        ({"text": right["text"] + "！"}, "wrong_words"),
        ({"article": "序言"}, "unknown_guidance"),
        ({"law": "没有写过的指引"}, "unknown_guidance"),
        ({"short": "没有写过的指引"}, "unknown_guidance"),
        ({"version_date": "2020-01-01"}, "wrong_dates"),
        ({"in_force_to": "2030-01-01"}, "wrong_dates"),
        ({"kind": "statute"}, "unknown_law"),
    ):
        assert [one.reason for one in passed("", {**right, **change}).rejected] == [reason]
    for day, reasons in (
        (date(2025, 12, 31), ["not_in_force"]),
        (TODAY.today, []),
        (date(2026, 11, 23), ["not_in_force"]),
    ):
        found = passed("", dated, days=Days(day), guard=short_lived)
        assert [one.reason for one in found.rejected] == reasons


# --- trees ----------------------------------------------------------------------------------------


def test_in_a_tree_texts_citations_and_what_stands_on_one_citation_go() -> None:
    right, wrong = (
        cited("商标法", 2019, "第五十七条"),
        {**cited("商标法", 2019, "第六十条"), "text": "假的"},
    )
    value = {
        "scope": "in",
        "remedies": [
            {
                "why": "先投诉。商标法第九百条写了。",
                "gives": "商标法第九百条。",
                "basis": [right, wrong],
                "deadlines": [
                    {"what": "异议", "basis": wrong},
                    {"what": "答辩", "basis": right},
                    {"what": "无", "basis": None},
                ],
                "count": 3,
            }
        ],
        "notices": ["火星法第一条。", "", "照办。"],
    }
    left, stopped = GUARD.pass_tree(value, TODAY, instead=GONE)

    assert left == {
        "scope": "in",
        "remedies": [
            {
                "why": "先投诉。",
                "gives": GONE,
                "basis": [right],
                "deadlines": [{"what": "答辩", "basis": right}, {"what": "无", "basis": None}],
                "count": 3,
            }
        ],
        "notices": [GONE, "", "照办。"],
    }
    assert {one.reason for one in stopped} == {"unknown_article", "unknown_law", "wrong_words"}


def test_a_tree_may_be_a_text_or_a_citation_alone() -> None:
    right = cited("商标法", 2019, "第五十七条")

    assert GUARD.pass_tree("商标法第五十七条", TODAY, GONE) == ("商标法第五十七条", ())
    assert GUARD.pass_tree("商标法第九百条", TODAY, GONE)[0] == GONE
    assert GUARD.pass_tree(right, TODAY, GONE) == (right, ())
    assert GUARD.pass_tree({**right, "text": ""}, TODAY, GONE)[0] is None
    assert GUARD.pass_tree([[right, "商标法第九百条"], 1, None], TODAY, GONE)[0] == [
        [right, GONE],
        1,
        None,
    ]


# --- trying to get a wrong one through ------------------------------------------------------------

CHANGES = [
    day + timedelta(days=n)
    for day in (date(2025, 10, 15), date(2026, 3, 1), FIRST_DAY_OF_NEW)
    for n in (-1, 0)
]
some_days = st.sampled_from(CHANGES) | st.dates(date(2018, 1, 1), date(2030, 1, 1))
DIGITS = "零一二三四五六七八九"


def chinese(number: int) -> str:
    """A number below 2000 in Chinese, written another way than by the code that is tested: 1185 →
    一千一百八十五.
    """
    words = re.sub(
        "零+",
        "零",
        "".join(
            (DIGITS[int(d)] + u) if d != "0" else "零"
            for d, u in zip(f"{number:04}", "千百十 ", strict=True)
        ),
    )
    return re.sub("^一十", "十", words.replace(" ", "").strip("零"))


@st.composite
def written(draw: st.DrawFn, number: int) -> str:
    """The number of an article in one of the ways in which people write it."""
    digits = draw(
        st.sampled_from(
            [
                str(number),
                str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９")),
                chinese(number),
            ]
        )
    )
    gap = draw(st.sampled_from(["", " ", "\u3000", "\u200b"]))
    return f"第{gap}{digits}{gap}{draw(st.sampled_from('条條'))}"


@st.composite
def named(draw: st.DrawFn) -> tuple[str, str, int, int | None]:
    """(What is written, law, number, year) of an article that may or may not exist."""
    law = draw(st.sampled_from(STATUTES.names))
    year = draw(st.none() | st.sampled_from([2013, 2017, 2019, 2020, 2022, 2025, 2026]))
    number = draw(st.integers(1, 110) | st.integers(1, 1300))
    left, right = draw(st.sampled_from([("", ""), ("《", "》")]))
    version = f"{draw(st.sampled_from('（('))}{year}{draw(st.sampled_from('）)'))}" if year else ""
    between = draw(st.sampled_from(["", " ", "的"]))
    return f"{left}{law}{right}{version}{between}{draw(written(number))}", law, number, year


def governs(law: str, number: int, year: int | None, day: date) -> bool:
    """Whether an article of that number governs on the day, looked up without the guard."""
    name = f"第{chinese(number)}条"
    try:
        article = STATUTES.of_year(law, year, name) if year else STATUTES.article(law, name, day)
    except (UnknownArticle, NotInForce, UnknownLaw):
        return False
    return article.governs(day)


BEFORE = st.sampled_from(["", "请看", "对方说违反了", "按照 ", "（", "一、"])
AFTER = st.sampled_from(["", "怎么规定", "，可以先投诉", "第二款", "）"])


@settings(max_examples=400, deadline=None)
@given(named(), BEFORE, AFTER, some_days)
def test_a_named_article_leaves_if_and_only_if_it_governs(
    what: tuple[str, str, int, int | None], before: str, after: str, day: date
) -> None:
    text = f"材料先备齐。{before}{what[0]}{after}。别的不变。"
    found = passed(text, days=Days(day))

    if governs(*what[1:], day):
        assert found == Passed((text,), (), ())
    else:
        assert found.rejected
        assert found.texts == ("材料先备齐。别的不变。",)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(named(), min_size=2, max_size=4),
    st.sampled_from(["、", "和", "，", "。", "；", "\n"]),
    some_days,
)
def test_a_wrong_one_does_not_slip_through_between_right_ones(
    several: list[tuple[str, str, int, int | None]], sign: str, day: date
) -> None:
    found = passed(sign.join(one[0] for one in several), days=Days(day))

    for what, law, number, year in several:
        if not governs(law, number, year, day):
            assert what not in found.texts[0]
    if all(governs(law, number, year, day) for _, law, number, year in several):
        assert not found.rejected


@settings(max_examples=150, deadline=None)
@given(
    st.text("火星鄱阳湖甲乙丙", min_size=2, max_size=8),
    st.sampled_from(["法", "条例", "规定", "解释", "办法", "细则"]),
    st.integers(1, 60).flatmap(written),
    some_days,
)
def test_a_law_that_nobody_knows_never_leaves(name: str, kind: str, number: str, day: date) -> None:
    for text in (
        f"{name}{kind}{number}",
        f"《{name}{kind}》{number}",
        f"请看{name}{kind}的{number}怎么说",
    ):
        found = passed(text, days=Days(day))
        assert (found.texts, {one.reason for one in found.rejected}) == (("",), {"unknown_law"})


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(ARTICLES), some_days, st.none() | some_days)
def test_a_right_citation_leaves_unchanged_on_its_days_and_on_no_other(
    article: Article, day: date, acted_on: date | None
) -> None:
    one, days = citation(article).as_dict(), Days(day, acted_on)
    found = passed(article.text, one, days=days)

    if any(article.governs(on) for on in (day, acted_on) if on):
        assert found == Passed((article.text,), (one,), ())
    else:
        assert (found.texts, found.citations) == (("",), ())


_FIELDS = (
    "law",
    "short",
    "article",
    "version_date",
    "in_force_from",
    "in_force_to",
    "text",
    "kind",
)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(ARTICLES),
    st.sampled_from(ARTICLES),
    st.sets(st.sampled_from(_FIELDS), min_size=1, max_size=6),
    st.booleans(),
    some_days,
)
def test_no_citation_made_up_of_two_leaves(
    article: Article, other: Article, fields: set[str], told: bool, day: date
) -> None:
    """Fields of one article in the citation of another: only where they make up a real one may it
    pass.
    """
    mixed = citation(article).as_dict() | {key: citation(other).as_dict()[key] for key in fields}
    header = (
        f"《{article.title}》{article.article}（{article.version_date.year}年版，"
        f"{article.in_force_from}起施行）"
        if told
        else ""
    )
    found = passed(header, mixed, days=Days(day))

    for one in found.citations:
        real = STATUTES.of_year(one["law"], int(one["version_date"][:4]), one["article"])
        assert citation(real).as_dict() == one
        assert real.governs(day) or (told and day < real.in_force_from)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(ARTICLES), max_size=4),
    st.lists(named().map(lambda what: f"{what[0]}。"), max_size=4),
    st.randoms(use_true_random=False),
    some_days,
)
def test_what_has_passed_passes_again(
    articles: list[Article], texts: list[str], random: Any, day: date
) -> None:
    texts = [*texts, *(article.text for article in articles)]
    random.shuffle(texts)
    once = GUARD.pass_together(
        texts, [citation(article).as_dict() for article in articles], Days(day)
    )

    assert GUARD.pass_together(once.texts, once.citations, Days(day)) == Passed(
        once.texts, once.citations, ()
    )


@settings(max_examples=300, deadline=None)
@given(
    st.text(
        "商标法专利反不正当竞争刑本新旧火星第零一二三十百千条之0579《》()（年的 ，。、「」\n",
        max_size=60,
    ),
    some_days,
)
def test_nothing_that_cannot_be_quoted_leaves_however_odd_the_text(text: str, day: date) -> None:
    found = passed(text, days=Days(day))

    for one in quoted(found.texts[0], STATUTES, day):
        if one.article is not None and one.article.governs(day):
            continue
        denied = re.search(r"没有查到「|已经?失效|已经?废止", found.texts[0])
        assert denied, (found.texts[0], one)


@settings(deadline=None)
@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.text(max_size=8)
        | st.sampled_from(["照办。", "商标法第五十七条。"]),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
        ),
    )
)
def test_a_tree_in_which_nothing_is_wrong_stays_as_it_was(value: Any) -> None:
    assert GUARD.pass_tree(value, TODAY, GONE) == (value, ())


# --- our own words --------------------------------------------------------------------------------

NAMES_ONLY = {
    "basis",
    "source",
    "sources",
    "examples",
    "articles",
    "laws",
    "law_rights",
}  # citations in notation, data
NO_WORDS = {
    *("laws.yml", "headings.yml", "succession.yml", "holidays.yml"),
    "service_levels.yml",  # figures only
}
ROOT = CONTENT.parents[1]
RESPONSES = Responses.load()
WORDS = [
    *(
        path
        for path in sorted(CONTENT.glob("**/*.yml"))
        if path.parent.name not in ("digests", "questions")
    ),
    *sorted(ROOT.glob("api/*/*.yml")),
]


def said(value: Any) -> list[str]:
    """Every text of a content file that somebody may read."""
    if isinstance(value, dict):
        return [text for key, part in value.items() if key not in NAMES_ONLY for text in said(part)]
    if isinstance(value, list):
        return [text for part in value for text in said(part)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize(
    "path", [path for path in WORDS if path.name not in NO_WORDS], ids=lambda path: str(path.name)
)
@pytest.mark.parametrize("day", [TODAY.today, FIRST_DAY_OF_NEW])
def test_whatever_the_helpline_says_of_itself_passes(path: Any, day: date) -> None:
    texts = said(yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader))

    assert texts
    assert [found for text in texts for found in stops(text, Days(day))] == []


def test_every_digest_passes() -> None:
    wrong = [
        (article.short_title, article.article, stopped)
        for article in ARTICLES
        if article.kind == "digest"
        for stopped in stops(
            f"{article.heading}。{article.text}",
            Days(min(TODAY.today, article.in_force_to or date.max)),
        )
    ]
    assert wrong == []


@pytest.mark.parametrize("day", [TODAY.today, FIRST_DAY_OF_NEW])
def test_guidance_names_only_articles_that_exist_and_says_which_version_it_means(day: date) -> None:
    wrong = []
    for article in GUIDANCE:
        for heading, text in article.sections.items():
            for named, reason in stops(text, Days(day)):
                told = re.search(
                    "2027年1月1日|2026年12月31日|20(?:19|26)年版|[新旧](?:商标)?法", text
                )
                if reason != "not_in_force" or not told:
                    wrong.append((article.id, heading, named, reason))
    assert wrong == []


@pytest.mark.parametrize("day", [date(2025, 10, 15), TODAY.today, FIRST_DAY_OF_NEW])
@pytest.mark.parametrize("acted_on", [None, date(2025, 9, 1)])
def test_every_road_passes_with_all_that_is_said_about_it(day: date, acted_on: date | None) -> None:
    for rule in (rule for remedy in RULES.remedies for rule in remedy.applies_when):
        one_of = {
            slot: value[0] if isinstance(value, list) else value
            for slot, value in rule.when.items()
        }
        facts: Facts = {slot: value for slot, value in one_of.items() if isinstance(value, str)}
        facts |= {"circumstances": [one_of["circumstances"]]} if "circumstances" in facts else {}
        facts |= {
            "published_on": day.isoformat(),
            "acted_on": acted_on.isoformat() if acted_on else "unknown",
        }
        referral = refer(facts, RULES, INSTITUTIONS, STATUTES, SUCCESSION, day).as_dict()

        assert GUARD.pass_tree(referral, Days(day, acted_on), GONE) == (referral, ()), rule.id


@pytest.mark.parametrize(
    ("response", "quote", "day"),
    [
        ("utter_law_unknown", "商标法第五百条", TODAY.today),
        ("utter_law_unknown", "火星法第三条", TODAY.today),
        ("utter_law_not_in_force", "植物新品种保护条例第三条", TODAY.today),
    ],
)
def test_the_answers_that_give_a_wrong_number_back_pass(
    response: str, quote: str, day: date
) -> None:
    said = RESPONSES.say("bot", response, quote=quote, today=day.isoformat())

    assert stops(said.text) == []


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(ARTICLES), some_days)
def test_an_article_of_any_version_passes_with_the_heading_that_the_bot_gives_it(
    article: Article, day: date
) -> None:
    response = "utter_law_found" if article.kind == "statute" else "utter_law_digest"
    until = f"，施行到{article.in_force_to}" if article.in_force_to else ""
    version = f"{article.version_date.year}年版"
    filled = {
        "law": article.title,
        "article": article.article,
        "version": version,
        "from": article.in_force_from,
        "until": until,
    }
    heading = RESPONSES.say("bot", response, **filled).text
    one = citation(article).as_dict()

    found = GUARD.pass_together([heading, article.text], [one], Days(day))
    assert found == Passed((heading, article.text), (one,), ())
