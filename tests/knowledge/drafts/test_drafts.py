"""A draft says what the visitor said, leaves open what he did not, and cites the law of the day."""

import re
import shutil
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml.ns import qn

from knowledge.drafts.drafts import (
    FOLDER,
    DraftDoesNotFit,
    Drafts,
    Filled,
    UnknownDraft,
    paper_named,
)
from knowledge.facts.wordings import patterns
from knowledge.law.citation_guard import Days
from knowledge.law.citations import quoted
from knowledge.reviewed import CONTENT, ContentError
from knowledge.routing.refer import refer
from tests.content import DRAFTS, GUARD, INSTITUTIONS, RULES, STATUTES, SUCCESSION

BEFORE, AFTER = date(2026, 12, 31), date(2027, 1, 1)

MARK = {
    "situation": "infringed",
    "right": "trademark",
    "right_status": "registered",
    "venue": "offline_store",
}
PATENT = {
    "situation": "infringed",
    "right": "patent_utility",
    "right_status": "registered",
    "city": "赣州市",
}
LETTER = {"situation": "accused_letter", "right": "trademark", "doc_received": "律师函"}
SQUATTED = {
    "situation": "squatted",
    "right": "trademark",
    "other_status": "published",
    "published_on": "2026-12-20",
}
# One matter for each draft.
MATTERS: dict[str, dict[str, Any]] = {
    "trademark_complaint": MARK,
    "patent_adjudication_request": PATENT,
    "people_mediation_request": MARK | {"circumstances": ["both_willing"]},
    "admin_mediation_request": {"situation": "ownership", "right": "patent_invention"},
    "platform_notice": MARK | {"venue": "ecommerce"},
    "platform_counter_notice": {
        "situation": "accused_platform",
        "right": "trademark",
        "venue": "ecommerce",
    },
    "letter_reply": LETTER,
    "opposition_outline": SQUATTED,
    "evidence_list": MARK | {"evidence": ["截图", "公证书"]},
}


def filled(key: str, facts: dict[str, Any], on: date = BEFORE) -> Filled:
    return DRAFTS.fill(key, facts, refer(facts, RULES, INSTITUTIONS, STATUTES, SUCCESSION, on))


def offered(facts: dict[str, Any], on: date = BEFORE) -> list[str]:
    referral = refer(facts, RULES, INSTITUTIONS, STATUTES, SUCCESSION, on)
    return [key for key, _ in DRAFTS.offered(facts, referral)]


def words(draft: Filled) -> str:
    """What Word shows of the file itself: body, tables, header."""
    document = Document(BytesIO(draft.document))
    parts = [document.element.body, document.sections[0].header._element]
    return "\n".join(
        "".join(t.text or "" for t in p.iter(qn("w:t")))
        for part in parts
        for p in part.iter(qn("w:p"))
    )


# --- which drafts fit -----------------------------------------------------------------------------


def test_every_draft_has_a_matter_here() -> None:
    assert set(MATTERS) == set(DRAFTS.entries)


@pytest.mark.parametrize("key", MATTERS)
@pytest.mark.parametrize("on", [BEFORE, AFTER])
def test_a_draft_is_offered_in_its_matter(key: str, on: date) -> None:
    assert key in offered(MATTERS[key], on)


@pytest.mark.parametrize(
    ("key", "facts"),
    [
        ("trademark_complaint", MARK | {"right_status": "pending"}),
        ("patent_adjudication_request", PATENT | {"proceeding": "已起诉"}),
        ("patent_adjudication_request", PATENT | {"proceeding": "已请求裁决"}),
        ("people_mediation_request", MARK | {"circumstances": ["refuses_talk"]}),
        ("people_mediation_request", MARK | {"proceeding": "已调解成功"}),
        ("letter_reply", {"situation": "accused_court", "right": "trademark"}),
        ("opposition_outline", SQUATTED | {"other_status": "registered"}),
        (
            "opposition_outline",
            {"situation": "opposition_invalid_cancel", "doc_received": "异议答辩通知"},
        ),
        ("platform_notice", LETTER),
    ],
)
def test_a_draft_for_a_remedy_that_is_closed_or_another_matter_is_neither_offered_nor_filled(
    key: str, facts: dict[str, Any]
) -> None:
    assert key not in offered(facts)
    with pytest.raises(DraftDoesNotFit):
        filled(key, facts)


def test_nothing_is_offered_before_anything_is_known() -> None:
    assert offered({}) == []


def test_the_draft_for_the_best_remedy_comes_first() -> None:
    assert offered(LETTER)[0] == "letter_reply"
    assert offered(PATENT)[0] == "patent_adjudication_request"


def test_an_unknown_draft_is_said_to_be_unknown() -> None:
    with pytest.raises(UnknownDraft):
        filled("love_letter", MARK)


@pytest.mark.parametrize(
    ("text", "first", "only"),
    [
        ("帮我写个投诉书", "trademark_complaint", True),
        ("证据目录怎么列", "evidence_list", True),
        ("有没有模板", "trademark_complaint", False),
        (
            "律师函怎么回",
            "trademark_complaint",
            False,
        ),  # there is none about a letter here: all are named
    ],
)
def test_a_paper_that_is_asked_for_by_name_is_the_one_that_is_given(
    text: str, first: str, only: bool
) -> None:
    referral = refer(MARK, RULES, INSTITUTIONS, STATUTES, SUCCESSION, BEFORE)
    given = DRAFTS.asked_for(text, DRAFTS.offered(MARK, referral))

    assert given[0][0] == first
    assert (len(given) == 1) is only


@pytest.mark.parametrize(
    "text", ["答辩状给我一份", "能写个起诉状吗", "授权书模板有没有", "要一份和解协议"]
)
def test_no_other_paper_is_given_in_the_place_of_one_that_is_not_there(text: str) -> None:
    referral = refer(MARK, RULES, INSTITUTIONS, STATUTES, SUCCESSION, BEFORE)

    assert DRAFTS.asked_for(text, DRAFTS.offered(MARK, referral)) == []


@pytest.mark.parametrize(
    ("text", "paper"),
    [
        ("答辩状给我一份", "《答辩状》"),
        ("能写个起诉状吗", "《起诉状》"),
        ("给我一份文书", None),
        ("有没有模板", None),
    ],
)
def test_a_paper_that_is_not_there_is_told_by_its_name(text: str, paper: str | None) -> None:
    assert paper_named(text) == paper


def test_each_remedy_of_a_referral_knows_its_own_drafts() -> None:
    referral = DRAFTS.attach(MARK, refer(MARK, RULES, INSTITUTIONS, STATUTES, SUCCESSION, BEFORE))
    by_road = {
        remedy["key"]: [one["key"] for one in remedy["drafts"]]
        for remedy in referral.as_dict()["remedies"]
    }

    assert by_road["admin_complaint_trademark"] == ["trademark_complaint", "evidence_list"]
    assert by_road["people_mediation"] == ["people_mediation_request"]
    assert by_road["rights_assistance"] == []


# --- what stands in them --------------------------------------------------------------------------


@pytest.mark.parametrize("key", MATTERS)
@pytest.mark.parametrize("on", [BEFORE, AFTER])
def test_a_draft_opens_in_word_says_what_it_is_and_leaves_no_placeholder(
    key: str, on: date
) -> None:
    text = words(filled(key, MATTERS[key], on))

    assert "草稿，由热线按您说的情况预填，请核对后使用" in text
    assert not re.search(r"[{}]|\bNone\b|unknown", text)


@pytest.mark.parametrize("key", MATTERS)
@pytest.mark.parametrize("on", [BEFORE, AFTER])
def test_every_article_in_a_draft_exists_governs_and_passes_the_guard(key: str, on: date) -> None:
    texts = filled(key, MATTERS[key], on).texts
    named = [one for text in texts for one in quoted(text, STATUTES, on)]

    assert named or key == "evidence_list"
    assert [one for one in named if one.problem] == []
    assert GUARD.pass_together(texts, [], Days(on)).rejected == ()


@pytest.mark.parametrize(
    ("key", "old", "new"),
    [
        (
            "trademark_complaint",
            ("第五十七条", "第六十条、第六十一条"),
            ("第七十二条", "第七十四条、第七十五条"),
        ),
        ("platform_notice", ("第五十七条",), ("第七十二条",)),
        ("platform_counter_notice", ("第五十九条",), ("第七十三条",)),
        ("letter_reply", ("第五十九条", "第六十四条"), ("第七十三条", "第七十八条")),
        (
            "opposition_outline",
            ("第三十三条", "第三十条", "第四条"),
            ("第三十六条", "第二十条", "第十九条"),
        ),
    ],
)
def test_the_articles_change_at_midnight_with_the_trademark_law(
    key: str, old: tuple[str, ...], new: tuple[str, ...]
) -> None:
    before, after = (words(filled(key, MATTERS[key], on)) for on in (BEFORE, AFTER))
    law = "《中华人民共和国商标法》"

    assert all(f"{law}{article}" in before and f"{law}{article}" not in after for article in old)
    assert all(f"{law}{article}" in after and f"{law}{article}" not in before for article in new)


def test_an_act_under_the_former_law_is_judged_by_it_and_the_paper_says_so() -> None:
    text = words(filled("trademark_complaint", MARK | {"acted_on": "2026-11-30"}, date(2027, 1, 5)))

    assert "《中华人民共和国商标法》（施行到2026年12月31日的版本）第五十七条" in text
    assert "不晚于2026年11月30日" in text


@pytest.mark.parametrize(
    ("right", "cited", "not_cited"),
    [
        ("patent_design", "《中华人民共和国专利法》第十一条", "商标法"),
        ("copyright_art", "《信息网络传播权保护条例》第十四条", "专利法"),
    ],
)
def test_a_notice_cites_the_law_of_the_right_at_stake(
    right: str, cited: str, not_cited: str
) -> None:
    text = words(filled("platform_notice", MARK | {"right": right, "venue": "ecommerce"}))

    assert cited in text and not_cited not in text


def test_what_is_known_stands_in_the_paper() -> None:
    facts = MARK | {
        "city": "赣州市",
        "county": "章贡区",
        "acted_on": "2026-11-01",
        "circumstances": ["ongoing"],
        "evidence": ["截图", "购买凭证"],
        "contact": "13800001111",
    }
    text = words(filled("trademark_complaint", facts))

    for said in (
        "章贡区市场监督管理局",
        "赣州市章贡区",
        "不晚于2026年11月1日，一直持续到现在",
        "线下门店、市场",
        "截图、购买凭证",
        "联系人和电话：13800001111",
        "已经注册",
    ):
        assert said in text


def test_dates_and_circumstances_of_a_letter_stand_in_the_reply() -> None:
    facts = LETTER | {
        "doc_received_on": "2026-12-20",
        "circumstances": ["seller", "has_source"],
        "amount": "2万",
    }
    draft = filled("letter_reply", facts)

    assert "贵方于2026年12月20日送达的函件" in words(draft)
    assert "我方只是销售者、说得出合法来源" in words(draft)
    assert any("2万" in one and one.startswith("核对") for one in draft.missing)


def test_the_outline_of_an_opposition_names_its_last_day() -> None:
    # a Saturday, not moved
    assert "到2027年3月20日" in words(filled("opposition_outline", SQUATTED))


def test_the_list_of_evidence_has_a_row_for_each_piece_and_says_what_else_is_wanted() -> None:
    draft = filled("evidence_list", MATTERS["evidence_list"])
    [table] = Document(BytesIO(draft.document)).tables

    assert [row.cells[1].text for row in table.rows[1:]] == ["截图", "公证书"]
    assert [row.cells[0].text for row in table.rows[1:]] == ["1", "2"]
    assert all("【" not in row.cells[3].text for row in table.rows[1:])
    assert "商标注册证" in words(draft)


def test_what_every_kind_of_evidence_can_show_is_said() -> None:
    known = {pattern.value for pattern in patterns() if pattern.slot == "evidence"}

    assert known and known <= set(DRAFTS.evidence)


@pytest.mark.parametrize("contact", [None, "refused", "unknown"])
def test_no_contact_goes_into_a_paper_that_the_visitor_did_not_leave(contact: str | None) -> None:
    draft = filled("trademark_complaint", MARK | {"contact": contact})

    assert "联系人和电话：【请填写：联系人和电话】" in words(draft)
    assert "联系人和电话" in draft.missing


def test_what_nobody_said_is_left_open_and_listed() -> None:
    draft = filled("trademark_complaint", {"situation": "infringed", "right": "trademark"})
    text = words(draft)

    for gap in ("权利现在的状态", "在什么场合（门店、市场、网店、厂房等）", "手里已有的证据"):
        assert f"【请填写：{gap}】" in text
        assert gap in draft.missing
    assert len(draft.missing) == len(set(draft.missing))
    assert any("城市待问" in one for one in draft.missing)  # the body, whose name is not settled
    assert not re.search("[一-鿿]市市场监督管理局", text)


@pytest.mark.parametrize("key", MATTERS)
def test_what_is_open_is_highlighted_and_nothing_else(key: str) -> None:
    document = Document(BytesIO(filled(key, MATTERS[key]).document))
    marked, plain = "", ""
    for run in document.element.body.iter(qn("w:r")):
        highlight = run.find(f"{qn('w:rPr')}/{qn('w:highlight')}")
        text = "".join(t.text or "" for t in run.iter(qn("w:t")))
        if highlight is not None and highlight.get(qn("w:val")) == WD_COLOR_INDEX.to_xml(
            WD_COLOR_INDEX.YELLOW
        ):
            marked += text
        else:
            plain += text

    assert re.fullmatch("(【请(填写|核对)：[^】]+】)+", marked)
    assert "【" not in plain


def test_a_gap_that_word_has_spread_over_runs_is_marked_as_one(tmp_path: Path) -> None:
    shutil.copytree(CONTENT / FOLDER, tmp_path / FOLDER)
    file = tmp_path / FOLDER / "trademark_complaint.docx"
    document = Document(str(file))
    paragraph = document.add_paragraph("签收人")
    for piece in ("【请", "填写：", "签收人", "】", "。"):
        paragraph.add_run(piece)
    document.save(str(file))
    drafts = Drafts.load(RULES, STATUTES, SUCCESSION, tmp_path / FOLDER)

    draft = drafts.fill(
        "trademark_complaint", MARK, refer(MARK, RULES, INSTITUTIONS, STATUTES, SUCCESSION, BEFORE)
    )
    runs = Document(BytesIO(draft.document)).paragraphs[-1].runs

    assert "签收人" in draft.missing
    assert "".join(run.text for run in runs if run.font.highlight_color) == "【请填写：签收人】"


def test_what_a_visitor_wrote_is_text_and_nothing_else() -> None:
    contact = "<w:p/> & {{ body }} {% for %}"

    assert f"联系人和电话：{contact}" in words(
        filled("trademark_complaint", MARK | {"contact": contact})
    )


@pytest.mark.parametrize("key", MATTERS)
def test_a_paper_judges_nobody_and_promises_nothing(key: str) -> None:
    assert not re.search(
        "肯定|一定能|必然|保证能|包赢|已构成侵权|属于侵权行为", words(filled(key, MATTERS[key]))
    )


@pytest.mark.parametrize("key", MATTERS)
def test_a_paper_is_a4_in_fonts_that_hold_chinese(key: str) -> None:
    document = Document(BytesIO(filled(key, MATTERS[key]).document))
    [section] = document.sections
    fonts = {
        style: document.styles[style].element.rPr.find(qn("w:rFonts")).get(qn("w:eastAsia"))
        for style in ("Normal", "Title", "Heading 1")
    }
    width, height = section.page_width, section.page_height

    assert width and height and (round(width.cm, 1), round(height.cm, 1)) == (21.0, 29.7)
    assert fonts == {"Normal": "仿宋", "Title": "宋体", "Heading 1": "黑体"}


# --- mistakes in the content ----------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the drafts to spoil."""
    return Path(shutil.copytree(CONTENT / FOLDER, tmp_path / FOLDER))


def trouble(folder: Path) -> str:
    with pytest.raises(ContentError) as error:
        Drafts.load(RULES, STATUTES, SUCCESSION, folder)
    return str(error.value)


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("商标法(2019)第五十七条", "商标法(2019)第五百条", "查无此条"),
        ("行政处罚法第二十二条", "处罚大法第二十二条", "没有「处罚大法第二十二条」这部法"),
        (
            "for_remedies: [admin_complaint_trademark]",
            "for_remedies: [magic]",
            "没有 magic 这种救济",
        ),
        (
            "situation: accused_letter",
            "situation: accused_of_all",
            "没有「accused_of_all」这个取值",
        ),
        ("    venue: &venue", "    avenue: &venue", "占位符 avenue 没有来处"),
        (
            "    received_on: 收到来函的日期\n",
            "",
            "letter_reply.docx 里的占位符没有列出：received_on",
        ),
        (
            "    supplement: 补充",
            "    proceeding: 程序\n    supplement: 补充",
            "里没有这些占位符：proceeding",
        ),
        ("file: letter_reply.docx", "file: letter.docx", "打不开 Word 文件 letter.docx"),
        ("key: evidence_list", "key: letter_reply", "两份草稿用了同一个 key"),
    ],
)
def test_a_mistake_in_the_list_is_named_with_its_line(
    folder: Path, right: str, wrong: str, said: str
) -> None:
    listing = folder / "drafts.yml"
    text = listing.read_text(encoding="utf-8")
    assert right in text
    listing.write_text(text.replace(right, wrong, 1), encoding="utf-8")

    message = trouble(folder)

    assert said in message and re.search(r"drafts/drafts\.yml 第 \d+ 行", message)


@pytest.mark.parametrize(
    ("added", "said"),
    [
        ("{{ nickname }}", "占位符没有列出：nickname"),
        ("{{ place", "占位符写得不对"),
        ("依照商标法第五十七条", "不要直接写“商标法第五十七条”"),
    ],
)
def test_a_mistake_in_a_word_file_is_named(folder: Path, added: str, said: str) -> None:
    file = folder / "trademark_complaint.docx"
    document = Document(str(file))
    document.add_paragraph(added)
    document.save(str(file))

    assert said in trouble(folder)


def test_what_is_no_word_file_is_named(folder: Path) -> None:
    (folder / "platform_notice.docx").write_text("not Word", encoding="utf-8")

    assert "打不开 Word 文件 platform_notice.docx" in trouble(folder)
