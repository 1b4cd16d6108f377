"""A law's text is cut into its parts, and nothing of it is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.law.articles import article_number
from knowledge.law.importing.structure import (
    Instrument,
    NotALaw,
    difference,
    numbering_faults,
    parse,
    rejoined,
)
from tests.knowledge.law.importing.law_documents import LIGHTHOUSES, REPLY


def law(*lines: str) -> Instrument:
    return parse("\n".join(("海岸条例", *lines)))


def numbers(instrument: Instrument) -> list[str]:
    return [unit.number for unit in instrument.articles]


# --- parts ----------------------------------------------------------------------------------------


def test_a_law_falls_into_its_parts() -> None:
    instrument = parse(LIGHTHOUSES)

    assert (instrument.title, instrument.numbering) == ("中华人民共和国灯塔法", "articles")
    assert numbers(instrument) == ["第一条", "第二条", "第三条", "第三条之一", "第四条", "第五条"]
    assert [unit.text for unit in instrument.of("annex")] == [
        "附件：灯质表\n白光，每六秒一闪\n红光，常明"
    ]
    assert instrument.of("preamble")[0].text.startswith("（2011年3月5日")
    assert difference(LIGHTHOUSES, instrument) is None


def test_an_article_keeps_its_paragraphs_and_items_and_stands_under_its_heads() -> None:
    [_, second, third, *_, last] = parse(LIGHTHOUSES).articles

    assert second.text.split("\n")[1:] == [
        "（一）岸上的灯塔；",
        "（二）礁石上的灯塔。",
        "浮在水上的灯不是灯塔。",
    ]
    assert third.heads == ("第二章 看守", "第一节 值夜")
    assert last.heads == ("第三章 附则",)


def test_a_table_of_contents_is_neither_headings_nor_articles() -> None:
    text = (
        "海岸条例\n目录\n第一章 总则……1\n第一条 目的……1\n第二章 罚则……9\n第一章 总则\n第一条 "
        "为了海岸。\n第二章 罚则\n第二条 罚。"
    )
    instrument = parse(text)

    assert numbers(instrument) == ["第一条", "第二条"]
    assert [unit.text for unit in instrument.of("heading")] == ["第一章 总则", "第二章 罚则"]
    assert difference(text, instrument) is None


def test_headings_listed_before_the_text_are_contents_even_without_that_title() -> None:
    instrument = law(
        "第一章 总则",
        "第二章 罚则",
        "第一章 总则",
        "第一条 为了海岸。",
        "第二章 罚则",
        "第二条 罚。",
    )

    assert [unit.heads for unit in instrument.articles] == [("第一章 总则",), ("第二章 罚则",)]
    assert len(instrument.of("contents")) == 1


def test_parts_of_a_code_nest() -> None:
    instrument = law(
        *(
            "第一编 总则",
            "第一章 一般",
            "第一条 一。",
            "第二编 分则",
            "第一分编 通则",
            "第一章 船",
            "第一节 帆",
        ),
        *("第二条 二。", "第二章 锚", "第三条 三。", "附 则", "第四条 四。"),
    )
    assert [unit.heads for unit in instrument.articles] == [
        ("第一编 总则", "第一章 一般"),
        ("第二编 分则", "第一分编 通则", "第一章 船", "第一节 帆"),
        ("第二编 分则", "第一分编 通则", "第二章 锚"),
        ("附则",),
    ]


def test_an_interpretation_may_head_its_articles_with_points() -> None:
    instrument = law(
        "一、管辖",
        "第一条 由海岸法院管辖：",
        "一、有港口的；",
        "二、有灯塔的。",
        "二、证据",
        "第二条 看簿子。",
    )

    assert [unit.heads for unit in instrument.articles] == [("一、管辖",), ("二、证据",)]
    assert "二、有灯塔的。" in instrument.articles[0].text


def test_articles_quoted_in_an_annex_are_none_of_the_law() -> None:
    instrument = law(
        "第一条 一。", "第二条 二。", "附：本条例引用的条文", "第二条 别的法。", "第九条 别的法。"
    )

    assert numbers(instrument) == ["第一条", "第二条"]
    assert len(instrument.of("annex")) == 1


def test_what_a_web_page_adds_below_is_not_the_last_article() -> None:
    instrument = law("第一条 一。", "第二条 二。", "责任编辑：海风", "上一篇：渔网条例")

    assert instrument.articles[-1].text == "二。"
    assert instrument.of("closing")[0].text == "责任编辑：海风\n上一篇：渔网条例"


@pytest.mark.parametrize(
    "lines",
    [
        ["中华人民共和国灯塔法"],
        ["最高人民法院", "关于灯塔案件适用", "法律若干问题的解释（二）"],
        ["首页 > 法律法规 > 司法解释", "司法解释", "中华人民共和国灯塔法（2019年修正）"],
        ["海岸人民政府令", "第7号", "《灯塔条例》已经通过，现予公布。", "灯塔条例"],
    ],
)
def test_the_title_is_found_among_other_lines(lines: list[str]) -> None:
    title = parse("\n".join([*lines, "（2019年6月7日通过）", "第一条 一。"])).title

    assert title in (
        "中华人民共和国灯塔法",
        "中华人民共和国灯塔法（2019年修正）",
        "灯塔条例",
        "最高人民法院关于灯塔案件适用法律若干问题的解释（二）",
    )


# --- numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "第十二条 甲。",
        "第12条 甲。",
        "第１２条　甲。",
        "第 十 二 条　甲。",
        "第十二 条甲。",
        "第十二条：甲。",
        "第十二条甲。",
        "第十二条\n甲。",
    ],
)
def test_an_article_is_recognised_in_every_spelling_of_its_number(written: str) -> None:
    text = "\n".join(["海岸条例", *(f"第{number}条 空。" for number in range(1, 12)), written])
    instrument = parse(text)

    assert (numbers(instrument)[-1], instrument.articles[-1].text) == ("第十二条", "甲。")
    assert difference(text, instrument) is None


@pytest.mark.parametrize(
    "lines",
    [
        ["第二条 依照本法", "第三十条的规定处罚。"],
        [
            "第二条 依照本法",
            "第三条 处罚，并记入簿子。",
        ],  # wrapped, and by chance the number that comes next
        ["第二条 违反本法的，依照", "第一条、第三条处罚。"],
        ["第二条 甲：", "第九条第二款所列的人；", "乙。"],
        ["第二条 将原条例修改为：“甲。", "第八条 乙。”"],
        ["第二条 依照", "第四十条 的规定。"],
    ],
)
def test_an_article_that_quotes_another_at_the_beginning_of_a_line_stays_whole(
    lines: list[str],
) -> None:
    instrument = law("第一条 一。", *lines, "第三条 三。")

    assert numbers(instrument) == ["第一条", "第二条", "第三条"]
    assert instrument.articles[-1].text == "三。"


def test_an_unclosed_quotation_mark_swallows_no_articles() -> None:
    assert numbers(law("第一条 称为“灯塔。", "第二条 二。", "第三条 “三”。")) == [
        "第一条",
        "第二条",
        "第三条",
    ]


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ("一二四", "第二条之后直接是第四条"),
        ("一二二三", "第二条出现了不止一次"),
        ("一三二四", "第一条之后直接是第三条"),
        ("一二三一二三", "第一条出现了不止一次"),
    ],
)
def test_numbers_that_do_not_follow_each_other_are_named(order: str, words: str) -> None:
    faults = numbering_faults(law(*(f"第{number}条 甲。" for number in order)))
    assert words in "；".join(fault.message for fault in faults)


def test_articles_that_stand_on_one_line_are_told() -> None:
    (fault,) = numbering_faults(law("第一条 甲。第二条 乙。第三条 丙。"))
    assert fault.message == "第一条与后面的条文连在一起，没有分行"


def test_a_part_of_a_code_begins_with_any_number() -> None:
    assert (
        numbering_faults(law("第二百零五条 甲。", "第二百零六条 乙。", "第二百零六条之一 丙。"))
        == []
    )


# --- replies --------------------------------------------------------------------------------------


def test_the_points_of_a_reply_are_cited_as_articles() -> None:
    instrument = parse(REPLY)

    assert (instrument.title, instrument.numbering) == (
        "最高人民法院关于晒鱼纠纷法律适用问题的批复",
        "points",
    )
    assert numbers(instrument) == ["第一条", "第二条"]
    assert instrument.articles[1].text.endswith("第一百二十一条的规定处理。")
    assert [unit.text for unit in instrument.of("closing")] == ["此复。\n2014年5月6日"]
    assert difference(REPLY, instrument) is None


def test_a_reply_without_points_is_its_only_article() -> None:
    instrument = parse(
        "最高人民法院关于拾贝问题的批复\n东海高级人民法院：\n请示收悉。"
        "经研究，批复如下：\n贝壳归拾得人。\n此复。"
    )

    assert (instrument.numbering, numbers(instrument)) == ("whole", ["第一条"])
    assert instrument.articles[0].text == "贝壳归拾得人。"


@pytest.mark.parametrize(
    "text", ["", "今天天气很好。", "一、买菜\n二、做饭", "依照商标法第五十七条。\n第三条的规定。"]
)
def test_what_has_no_articles_is_no_law(text: str) -> None:
    with pytest.raises(NotALaw, match="没有找到条文"):
        parse(text)


# --- nothing is lost ------------------------------------------------------------------------------

SENTENCES = st.lists(
    st.sampled_from(
        [
            *(
                "看守人点灯",
                "船不得靠岸",
                "依照本法第三条的规定处理",
                "簿子保存5年",
                "称为“灯塔”",
                "总 则",
                "附件所列的灯",
            ),
            *(
                "第二章的规定不适用",
                "Light No. 3",
                "（见附表）",
                "目录另行公布",
                "一是点灯",
                "㊀𠀀",
            ),
        ]
    ),
    min_size=1,
    max_size=3,
).map(lambda parts: "，".join(parts) + "。")
PARAGRAPHS = st.lists(SENTENCES, min_size=1, max_size=3)
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@st.composite
def written_laws(draw: st.DrawFn) -> tuple[str, list[tuple[str, str, str]]]:
    """A law's text, and for each of its articles the number, the chapter and the text."""
    spelling = draw(
        st.sampled_from(
            [
                lambda n: article_number(f"{n}条"),
                lambda n: f"第{n}条",
                lambda n: f"第{str(n).translate(FULL_WIDTH)}条",
            ]
        )
    )
    space = draw(st.sampled_from(["　", "  ", " "]))
    newline = draw(st.sampled_from(["\n", "\r\n", "\n\n", "\n　　"]))
    chapters = draw(st.lists(st.lists(PARAGRAPHS, min_size=1, max_size=4), min_size=1, max_size=4))
    heads = [
        f"第{word}章{space}{'总 则' if word == '一' else '看守'}"
        for word in "一二三四"[: len(chapters)]
    ]
    lines = ["中华人民共和国灯塔法", "（2011年3月5日通过）"]
    lines += ["目" + space + "录", *heads] if draw(st.booleans()) else []
    articles, number = [], 0
    for head, chapter in zip(heads, chapters, strict=True):
        lines.append(head)
        for paragraphs in chapter:
            number += 1
            lines += [f"{spelling(number)}{space}{paragraphs[0]}", *paragraphs[1:]]
            articles.append(
                (article_number(f"{number}条") or "", "".join(head.split()), "\n".join(paragraphs))
            )
    lines += ["附件1：灯质表", "第一条 白光"] if draw(st.booleans()) else []
    return newline.join(lines), articles


@given(written_laws())
def test_a_law_comes_back_whole_and_in_its_articles(
    written: tuple[str, list[tuple[str, str, str]]],
) -> None:
    text, articles = written
    instrument = parse(text)

    assert difference(text, instrument) is None
    assert [
        (unit.number, "".join("".join(unit.heads).split()), unit.text)
        for unit in instrument.articles
    ] == articles


PIECES = [
    "第一条",
    "第二条",
    "第1条",
    "第二章",
    "目录",
    "附件一",
    "批复如下：",
    "一、",
    "二、",
    "海岸法",
    "。",
    "“",
    "”",
    "甲",
    " ",
    "\n",
    "的",
]


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_whatever_is_cut_is_put_together_again(text: str) -> None:
    try:
        instrument = parse(text)
    except NotALaw:
        return
    assert difference(text, instrument) is None
    assert instrument.articles


def test_the_difference_is_told_where_it_begins() -> None:
    instrument = parse(LIGHTHOUSES)

    assert "".join(rejoined(instrument).split()) == "".join(LIGHTHOUSES.split())
    assert difference(LIGHTHOUSES.replace("轮流", "轮换"), instrument) is not None
    assert "「换值夜" in str(difference(LIGHTHOUSES.replace("轮流", "轮换"), instrument))
