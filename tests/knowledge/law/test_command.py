"""What `./helpline law` tells."""

from datetime import date

import pytest

from knowledge import __main__ as law
from knowledge.law.statutes import Statutes
from tests.content import SUCCESSION

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("依据商标法第57条", "对  商标法（2019）第五十七条"),
        ("依据商标法第300条", "错  商标法第三百条：查无此条"),
        ("依据新商标法第36条", "错  商标法第三十六条：2027-01-01 起才施行"),
        ("依据《捕鱼法》第3条", "错  捕鱼法第三条：没有收录这部法律"),
        (
            "依据旧反法第6条",
            "错  反不正当竞争法第六条：已废止，现在是第七条（变化：新媒体账号、应用名称图标受保护；",
        ),
        ("反法第九条的商业秘密", "错  反不正当竞争法第九条：是2019年版的条号，现在是第十条"),
        ("反法第十条的商业秘密", "对  反不正当竞争法（2025）第十条"),
        ("依据反法（2019）第九条", "错  反不正当竞争法第九条：已废止，现在是第十条"),
    ],
)
def test_a_citation_is_called_right_or_what_is_wrong_with_it(
    statutes: Statutes, text: str, line: str
) -> None:
    lines, sound = law.cite(text, statutes, SUCCESSION, TODAY)
    assert [found[: len(line)] for found in lines] == [line]
    assert sound == line.startswith("对")


def test_a_version_that_no_longer_governs_is_called_repealed(statutes: Statutes) -> None:
    lines, sound = law.cite("商标法（2019）第57条", statutes, SUCCESSION, date(2027, 1, 1))
    assert (lines, sound) == (["错  商标法第五十七条：已废止，现在是第七十二条"], False)


def test_what_was_not_confirmed_for_ninety_days_is_to_be_confirmed_again(
    statutes: Statutes,
) -> None:
    [then] = [line for line in law.status(statutes, date(2026, 8, 1)) if "专利法（2020）" in line]
    [now] = [line for line in law.status(statutes, TODAY) if "专利法（2020）" in line]
    assert "待核实" not in then
    assert now.endswith("待核实")
