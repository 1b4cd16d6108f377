"""Guidance has one shape, stands on articles that exist, and a mistake names its file and line."""

import re
from datetime import date
from pathlib import Path

import pytest

from knowledge.law.statutes import Statutes
from knowledge.reviewed import CONTENT, ContentError
from knowledge.search import guidance
from knowledge.search.guidance import HEADINGS

GOOD = """---
id: sample
title: 样例文章
topic: 商标
reviewed_on: 2026-11-22
sources: [商标法]
basis:
  - 商标法(2019)第五十七条
---
""" + "".join(f"## {heading}\n{heading}的内容\n\n" for heading in HEADINGS)


def read(text: str, folder: Path, statutes: Statutes) -> list[guidance.Guidance]:
    (folder / "sample.md").write_text(text, encoding="utf-8")
    return guidance.load(statutes, folder)


def test_an_article_of_the_right_shape_is_read(tmp_path: Path, statutes: Statutes) -> None:
    [article] = read(GOOD, tmp_path, statutes)
    assert article.sections["找谁"] == "找谁的内容"
    assert article.articles[0].article == "第五十七条"
    assert article.articles[0].version_date == date(2019, 4, 23)


@pytest.mark.parametrize(
    ("right", "wrong", "line", "says"),
    [
        ("## 依据", "## 法律依据", 13, "「依据」"),
        ("## 材料\n材料的内容\n\n", "", 19, "「材料」"),
        ("期限的内容", "", 27, "「期限」"),
        ("第五十七条", "第九百条", 8, "没有这一条"),
        ("商标法(2019)第五十七条", "商标大法第五条", 8, "没有这部法"),
        ("商标法(2019)第五十七条", "商标法五十七", 8, "写法"),
        ("topic: 商标", "topics: 商标", 4, "topic"),
        ("sources: [商标法]", "sources: [商标法", 7, "YAML"),
        ("reviewed_on: 2026-11-22", "reviewed_on: 去年", 5, "reviewed_on"),
        ("## 结论\n", "开场白\n## 结论\n", 10, "正文"),
        ("---\nid", "id", 1, "---"),
    ],
)
def test_a_mistake_names_file_line_and_what_is_wrong(
    right: str, wrong: str, line: int, says: str, tmp_path: Path, statutes: Statutes
) -> None:
    with pytest.raises(ContentError) as raised:
        read(GOOD.replace(right, wrong, 1), tmp_path, statutes)
    assert raised.value.path.name == "sample.md"
    assert raised.value.line == line
    assert says in str(raised.value)


def test_two_articles_may_not_share_an_id(tmp_path: Path, statutes: Statutes) -> None:
    (tmp_path / "other.md").write_text(GOOD, encoding="utf-8")
    with pytest.raises(ContentError, match="sample"):
        read(GOOD, tmp_path, statutes)


def test_every_remedy_leads_an_article_and_no_article_names_another(statutes: Statutes) -> None:
    # no remedy, a way out
    known = {path.stem for path in (CONTENT / "remedies").glob("*.yml")} - {"human_handoff"}
    articles = guidance.load(statutes)
    assert {article.remedies[0] for article in articles if article.remedies} == known
    assert {key for article in articles for key in article.remedies} == known


def test_no_number_of_an_article_is_said_that_the_basis_does_not_hold(statutes: Statutes) -> None:
    """Except where old numbers are set beside new ones, which is what the topic 法律版本 is
    about.
    """
    number = re.compile("第[一二三四五六七八九十百千零]+条(?:之[一二三四五])?")
    loose = {
        (article.id, found)
        for article in guidance.load(statutes)
        if article.topic != "法律版本"
        for found in number.findall("".join(article.sections.values()))
        if found not in {basis.article for basis in article.articles}
    }
    assert loose == set()


def test_both_versions_of_the_trademark_law_are_told_apart(statutes: Statutes) -> None:
    """Who stands on one stands on both or says until or since when; a number of the new law comes
    with its first day.
    """
    for article in guidance.load(statutes):
        text = "".join(article.sections.values())
        years = {
            basis.version_date.year for basis in article.articles if basis.short_title == "商标法"
        }
        if len(years) == 1:
            assert "2027年1月1日" in text or "2026年12月31日" in text, article.id
        old = {basis.article for basis in article.articles if basis.version_date.year != 2026}
        new = {
            basis.article
            for basis in article.articles
            if basis.short_title == "商标法" and basis.version_date.year == 2026
        }
        if any(number in text for number in new - old):
            assert "2027年1月1日" in text or "2027年起" in text, article.id


# id → what the law grants or demands and the article must tell, and the words that would mislead.
TOLD: dict[str, tuple[tuple[str, ...], str]] = {
    "holder-copy-outsourced-design": (("目的里免费用", "著作权民事解释"
        "第十二条"), "没写的用途就不能用"),
    "use-outsourced-design": (("著作权民事解释第十二条",), ""),
    "use-copy-product": (("没排查清楚之前不要上架", "惩罚性赔偿解释第三条"), "试卖"),
    "holder-cnipa-decision-lawsuit": (("自己宣告商标无效的决定，"
        "也是先复审",), "复审决定和无效裁定，直接"),
    "holder-injunction": (("情况紧急才有四十八小时", "先问双方"), "法院收到后四十八小时"),
    "accused-plant-variety": (("收获物", "由您证明", "生产、繁殖"), "比卖别的货严"),
    "holder-tm-expired": (("法院应当受理", "商标民事解释第五条"), ""),
    "know-limitation": (("函要到了", "从递交申请那天", "从报案那天"), "要有证据证明对方收到过"),
    "accused-claim-message": (("著作权民事解"
        "释第七条", "计算机软件保护条例第七条"), "登记能起什么作用"),
    "accused-court-summons": (("在一审就把时效提出来",), ""),
    "accused-defence-brief": (("二审才提一般不理",), ""),
    "non-infringement-response": (("时效要在一审里自己提",), ""),
    "holder-plan-procuratorate": (("七日内向上一级检"
        "察院申诉", "六个月内先向法院申请再审", "申请复议"), ""),
    "holder-police-refuses": (("七日内向上一级检察院申诉",), ""),
    "accused-customs-detention": (("六十日内向上一级海关", "六个月内到中级法院", "听证"), ""),
    "accused-court-injunction": (("五日", "财产保全", "追加"), ""),
    "holder-domain": (("注册满一定年限", "待核", "直接起诉"), ""),
    "use-state-symbols": (("英雄烈士保护法，这部法这里没有收录",), ""),
    "know-not-crime": (("标了待核",), "没有核实到的数字这里不写"),
    "holder-overseas-337": (("南昌、赣州、景德镇", "2025年4月", "待核"), "没有查到"),
    "holder-plan-overseas": (("南昌、赣州、景德镇", "2025年4月", "待核"), "没有查到"),
    "holder-no-centre-city": (("www.ipwq.cn", "12345"), ""),
    "use-patent-marking": (("十万元以下", "不当然就是假冒专利"), ""),
    "use-open-source": (("没附许可证的代码，公开了也等于没授权", "待核"), ""),
    "accused-ktv-music-fee": (("依法设立", "最多两年", "公告的标准"), ""),
    "after-judgment": (("十五日、裁定十日", "口头说", "六个月", "两年"), ""),
    "accused-default-judgment": (("一样能上诉", "申请再审"), ""),
    "holder-judgment-unpaid": (("两年", "加倍付", "三十日"), ""),
    "settlement-regret": (("签收就生效", "九十日", "一年"), ""),
    "fraud-summons-letter": (("不拨来件上的号码", "12368", "答辩照常十五日"), ""),
    "fraud-renewal-fee": (("六个月宽展", "110"), ""),
    "fraud-domain-mail": (("不理它", "待核"), ""),
    "bystander-report": (("匿名就收不到处理结果", "只有权利人"), ""),
    "missed-deadline": (("请求无效", "再审", "恢复"), ""),
    "other-side-gone-or-hidden": (("股东、发起人、出资人",), ""),
}  # fmt: skip


@pytest.mark.parametrize("name", TOLD)
def test_an_article_tells_what_the_law_gives_and_nothing_that_misleads(
    name: str, statutes: Statutes
) -> None:
    [article] = [one for one in guidance.load(statutes) if one.id == name]
    text = "".join(article.sections.values())
    told, misleading = TOLD[name]

    assert [words for words in told if words not in text] == []
    assert not misleading or misleading not in text


def test_an_invalidation_is_asked_for_at_the_office_and_not_at_its_trademark_bureau(
    statutes: Statutes,
) -> None:
    for article in guidance.load(statutes):
        for section in article.sections.values():
            assert not re.search("无效[^，。；]*国家知识产权局商标局", section), article.id
        if article.remedies and article.remedies[0] == "trademark_invalidation":
            where = article.sections["找谁"]
            assert "商标局" not in where or re.search("无效[^，。；]*国家知识产权局", where), (
                article.id
            )


def test_nothing_is_listed_twice_in_an_article(statutes: Statutes) -> None:
    for article in guidance.load(statutes):
        for listed in (article.rights, article.remedies, article.situations, article.articles):
            assert len(set(listed)) == len(listed), article.id


@pytest.mark.parametrize(
    "name", ["admin-adjudication-patent", "use-repackaging", "use-music-video", "bystander-report"]
)
def test_an_article_names_what_it_stands_on(name: str, statutes: Statutes) -> None:
    [article] = [one for one in guidance.load(statutes) if one.id == name]
    text = "".join(article.sections.values())

    assert [one.article for one in article.articles if one.article not in text] == []


def test_bodies_and_courts_are_called_by_the_names_of_today(statutes: Statutes) -> None:
    gone = ("工商行政管理", "工商局", "专利复审委员会", "商标评审委员会", "工商部门")
    for article in guidance.load(statutes):
        assert not [name for name in gone if name in "".join(article.sections.values())], article.id


def test_phone_numbers_are_only_the_public_hotlines(statutes: Statutes) -> None:
    hotlines = {"12345", "12315", "12368", "12309", "110"}
    for article in guidance.load(statutes):
        for section in article.sections.values():
            numbers = set(re.findall(r"(?<![0-9])(?:1[0-9]{2}|[0-9]{5,})(?![0-9])", section))
            assert numbers <= hotlines, article.id
