"""Damages are told as the order of the methods and the range of the law that judges the act, never
as a forecast.
"""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from knowledge.figures.damages import Damages, DamagesRules, damages
from knowledge.law.applicable import Act, ApplicableLaw
from knowledge.reviewed import CONTENT, ContentError
from tests.content import RULES, STATUTES, SUCCESSION

FIGURES = DamagesRules.load(STATUTES)
TODAY, NEW_YEAR = date(2026, 11, 22), date(2027, 1, 1)
LAST_DAY_OF_OLD = date(2026, 12, 31)


def told(right: str, on: date = TODAY, act: Act | None = None) -> tuple[Damages, ...]:
    return damages(FIGURES, right, ApplicableLaw(STATUTES, SUCCESSION, on, act))


def article(found: Damages) -> str:
    first = found.basis[0]
    return (
        f"{first.short_title}{first.version_date.year if first.version_date else ''}{first.article}"
    )


@pytest.mark.parametrize(
    ("right", "cited", "least", "most", "multiple"),
    [
        ("trademark", "商标法2019第六十三条", None, 5_000_000, True),
        ("geographical_indication", "商标法2019第六十三条", None, 5_000_000, True),
        ("patent_design", "专利法2020第七十一条", 30_000, 5_000_000, True),
        ("copyright_art", "著作权法2020第五十四条", 500, 5_000_000, True),
        ("trade_secret", "反不正当竞争法2025第二十二条", None, 5_000_000, True),
        ("unfair_competition", "反不正当竞争法2025第二十二条", None, 5_000_000, False),
        ("plant_variety", "种子法2021第七十二条", None, 5_000_000, True),
        ("ic_layout", "集成电路布图设计保护条例2001第三十条", None, None, False),
        ("domain_name", "域名解释2020第七条", None, None, False),
    ],
)
def test_each_right_has_the_range_of_its_law(
    right: str, cited: str, least: int | None, most: int | None, multiple: bool
) -> None:
    [found] = told(right)

    assert (article(found), found.least, found.most) == (cited, least, most)
    assert ("1到5倍" in found.punitive) is multiple


@pytest.mark.parametrize(
    ("on", "cited", "fault"),
    [(LAST_DAY_OF_OLD, "商标法2019第六十三条", "恶意"), (NEW_YEAR, "商标法2026第七十七条", "故意")],
)
def test_on_both_sides_of_new_year_a_mark_has_the_article_of_the_day(
    on: date, cited: str, fault: str
) -> None:
    [found] = told("trademark", on)

    assert article(found) == cited
    assert found.punitive.startswith(fault)


def test_the_old_law_has_profits_after_losses_and_the_new_one_lets_them_be_chosen() -> None:
    [old], [new] = told("trademark", LAST_DAY_OF_OLD), told("trademark", NEW_YEAR)

    assert re.search("先按权利人的实际损失算.*再看对方因侵权得的利益.*再看许可使用费", old.order)
    assert re.search("先按权利人的实际损失或者对方因侵权得的利益算.*再看许可使用费", new.order)


def test_an_act_of_the_old_law_is_reckoned_by_it_and_one_that_goes_on_by_both() -> None:
    over, going_on = (
        told("trademark", date(2027, 2, 1), Act(date(2026, 8, 31), on)) for on in (False, True)
    )

    assert [article(one) for one in over] == ["商标法2019第六十三条"]
    assert [article(one) for one in going_on] == ["商标法2019第六十三条", "商标法2026第七十七条"]


def test_an_imitation_of_august_2025_is_reckoned_by_the_law_of_then() -> None:
    [found] = told("unfair_competition", act=Act(date(2025, 8, 31)))

    assert article(found) == "反不正当竞争法2019第十七条"


@pytest.mark.parametrize("right", RULES.vocabulary["right"])
@pytest.mark.parametrize("on", [TODAY, NEW_YEAR])
def test_what_is_cited_is_in_force_and_nothing_is_promised(right: str, on: date) -> None:
    for found in told(right, on):
        assert all(cited.in_force_from and cited.in_force_from <= on for cited in found.basis)
        assert all(cited.in_force_to is None or on <= cited.in_force_to for cited in found.basis)
        said = found.order + found.range + found.punitive
        assert (
            found.evidence and said.endswith("。") and not re.search("一定|肯定|保证|能拿到", said)
        )
    assert "不是预测" in FIGURES.caution


def test_a_right_without_figures_of_its_own_gets_none() -> None:
    assert told("multiple") == () == told("unknown")


def test_a_domain_name_has_more_than_its_loss_but_no_multiple() -> None:
    [found] = told("domain_name")

    assert "惩罚性赔偿" in found.punitive and "1到5倍" not in found.punitive
    assert "民法典第一千一百八十五条" in {f"{one.short_title}{one.article}" for one in found.basis}


def test_a_right_whose_law_names_no_punitive_damages_is_told_of_the_general_rule() -> None:
    [layout] = told("ic_layout")

    assert layout.punitive == ""
    assert any("民法典" in remark for remark in layout.remarks)
    assert "民法典第一千一百八十五条" in {f"{one.short_title}{one.article}" for one in layout.basis}


def test_only_rights_of_the_vocabulary_are_named() -> None:
    assert {right for entry in FIGURES.entries for right in entry.rights} <= set(
        RULES.vocabulary["right"]
    )


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("basis: 专利法第七十一条", "basis: 专利法第九百条", "查无此条"),
        ("basis: 商标法(2026)第七十八条", "basis: 商标法第七十八条", "有几个版本"),
        ("licence_fee: 权利使用费\n", "", "licence_fee"),
        ("methods: [[loss, profits]]", "methods: [[guess]]", "methods"),
        ("punitive: {fault: 故意}", "punitive: {fault: 故意, least: 1}", "least"),
        ("basis: 民法典第一千一百八十五条", "basis: 民法典第九千条", "查无此条"),
    ],
)
def test_a_mistake_in_the_file_is_told(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = (CONTENT / "damages.yml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "damages.yml").write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(ContentError, match=rf"damages\.yml 第 \d+ 行.*{says}"):
        DamagesRules.load(STATUTES, tmp_path)


def test_the_file_in_the_repository_can_be_read(tmp_path: Path) -> None:
    shutil.copy(CONTENT / "damages.yml", tmp_path)

    assert DamagesRules.load(STATUTES, tmp_path) == FIGURES
