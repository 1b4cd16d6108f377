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
        (
            "依据《商标法》第八十一条",
            "错  商标法第八十一条：2027-01-01 起施行的新版《商标法》才有这一条",
        ),
        ("依据商标法第88条", "错  商标法第八十八条：查无此条"),
        ("依据新商标法第36条", "错  商标法第三十六条：2027-01-01 起才施行"),
        ("依据《捕鱼法》第3条", "错  捕鱼法第三条：没有收录这部法律"),
        (
            "依据旧反法第6条",
            "错  反不正当竞争法第六条：已废止，现在是第七条"
            "（变化：新媒体账号、应用名称图标受保护；",
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


@pytest.mark.parametrize("command", [["status"], ["cite", "商标法第57条"], ["import", "x.docx"]])
def test_a_bad_day_is_told_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["law", *command, "--as-of", "明天"])
    with pytest.raises(SystemExit):
        law.main()
    assert "日期应写成 2026-11-22 这样，不是「明天」" in capsys.readouterr().err


def test_a_citation_is_judged_by_the_day_that_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["law", "cite", "商标法第81条", "--as-of", "2027-01-01"])
    with pytest.raises(SystemExit) as end:
        law.main()
    assert (end.value.code, capsys.readouterr().out) == (0, "对  商标法（2026）第八十一条\n")
