"""A new version of a law that all of content cites without a year: everything loads, and what is
cited moves on with the law on the day.
"""

from datetime import date
from pathlib import Path

from api.content import check
from knowledge.chinese.numerals import in_chinese
from knowledge.editing import folder
from knowledge.law.applicable import ApplicableLaw
from knowledge.law.articles import article_order
from knowledge.law.importing import changes, comparing
from knowledge.law.importing.changes import Described
from knowledge.law.statutes import Statutes
from knowledge.law.store import ImportedArticle
from knowledge.law.succession import Succession
from knowledge.reviewed import CONTENT

LAW = "专利法"
MADE, BEGINS = date(2040, 1, 1), date(2040, 6, 1)
TOLD = Described(
    law=LAW,
    name="",
    kind="法律",
    version_date=MADE,
    in_force_from=BEGINS,
    in_force_to=None,
    publisher="测试",
    document_number="",
    address="https://example.invalid/",
    compared_with="",
)


def test_what_is_cited_without_a_year_goes_on_meaning_what_it_meant(tmp_path: Path) -> None:
    statutes = Statutes.load()
    held = statutes.laws[LAW]
    old_date = held.versions[-1].version_date
    old = {number: one.text for number, one in statutes.of_version(LAW, old_date).items()}
    # In the made-up version an article comes first, so that every number is one higher.
    new = {"第一条": "测试先行。"} | {
        f"第{in_chinese(article_order(number)[0] + 1)}条": text for number, text in old.items()
    }
    moves = [
        {"old": one.old, "new": list(one.new), "by": one.by, "note": ""}
        for one in comparing.proposed(old, new)
    ]
    articles = [ImportedArticle(number=one, chapter="", text=text) for one, text in new.items()]
    file = (CONTENT / changes.SUCCESSION).read_text(encoding="utf-8")
    made = [
        changes.entry_of(TOLD, held, date(2039, 12, 1)),
        changes.text_of(TOLD, articles, "专利法.docx", "", date(2039, 12, 1)),
        changes.succession_of(file, LAW, old_date, MADE, moves),
    ]

    assert check.faults(tmp_path, CONTENT, made[1:], made[0]) == []
    folder.make(tmp_path / "made", made)
    after = Statutes.load(tmp_path / "made")
    succession = Succession.load(after, tmp_path / "made")
    for day, number in ((date(2040, 5, 31), "第六十五条"), (BEGINS, "第六十六条")):
        cited = ApplicableLaw(after, succession, day).cite([f"{LAW}第六十五条"])
        assert [(one.article, one.text) for one in cited] == [(number, old["第六十五条"])]
