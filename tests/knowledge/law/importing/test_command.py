"""`law import`: what is understood is shown, what is wrong is told; files are written all together
or not at all.
"""

import argparse
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from knowledge.__main__ import content_agrees
from knowledge.law import store as imported
from knowledge.law.importing.command import Description, add_command, asked, check, take_in
from knowledge.law.importing.command import run as run_command
from knowledge.law.statutes import Statutes
from knowledge.reviewed import ContentError
from knowledge.search.passages import of_article
from tests.knowledge.law.importing.law_documents import (
    LIGHTHOUSES,
    REPLY,
    write_docx,
    write_html,
    write_pdf,
    write_scan,
)

TODAY = date(2026, 11, 22)
LAWS = """
laws:
- short: 灯塔法
  name: 中华人民共和国灯塔法
  kind: 法律
  versions:
  - version_date: 2011-03-05
    in_force_from: 2011-05-01
    in_force_to: 2019-12-31
    trust: secondary
    confirmed_on: 2026-01-01
  - version_date: 2019-06-07
    in_force_from: 2020-01-01
    trust: secondary
    confirmed_on: 2026-01-01
- short: 晒鱼批复
  name: 最高人民法院关于晒鱼纠纷法律适用问题的批复
  kind: 司法解释
  versions:
  - version_date: 2014-05-07
    in_force_from: 2014-06-01
    trust: secondary
    confirmed_on: 2026-01-01
"""
DIGEST = """
law: 灯塔法
version_date: 2019-06-07
articles:
- {article: 第三条, heading: 谁来值夜, text: 两个人轮流看守。, trust: secondary}
- {article: 第五条, heading: 何时施行, text: 二〇二〇年起。, trust: secondary}
"""


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """Two laws, one of them with digests of two of its articles."""
    (tmp_path / "content/digests").mkdir(parents=True)
    (tmp_path / "content/laws.yml").write_text(LAWS, encoding="utf-8")
    (tmp_path / "content/digests/灯塔法.yml").write_text(DIGEST, encoding="utf-8")
    return tmp_path / "content"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "var/laws"


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """Writes a text file."""

    def write(name: str = "灯塔法.txt", text: str = LIGHTHOUSES) -> Path:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write


@pytest.fixture
def run(content: Path, folder: Path) -> Callable[..., int]:
    """Imports files, confirmed unless told otherwise."""

    def take(*files: Path, yes: bool = True, replace: bool = False, **described: object) -> int:
        return take_in(
            files,
            Description(**described),  # type: ignore[arg-type]
            folder,
            TODAY,
            confirmed=lambda: yes,
            replace=replace,
            content=content,
            fits=lambda statutes: None,
        )

    return take


@pytest.fixture
def refusal(
    run: Callable[..., int], folder: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """What an import that is refused says; nothing may have changed."""

    def refused(*files: Path, **options: object) -> str:
        capsys.readouterr()
        before = kept(folder)
        assert run(*files, **options) == 1
        assert kept(folder) == before
        return capsys.readouterr().out

    return refused


def kept(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.rglob("*")}


# --- what is taken in -----------------------------------------------------------------------------


def test_an_imported_law_takes_the_place_of_its_digests_and_keeps_their_headings(
    run: Callable[..., int], file: Callable[..., Path], content: Path, folder: Path
) -> None:
    assert Statutes.load(content, folder).article("灯塔法", "第三条", TODAY).kind == "digest"
    assert run(file()) == 0
    statutes = Statutes.load(content, folder)
    third = statutes.article("灯塔法", "第三条", TODAY)

    assert (third.kind, third.trust, third.chapter) == (
        "statute",
        "one_source",
        "第二章 看守 第一节 值夜",
    )
    assert third.text.startswith("每座灯塔至少有两名看守人")
    assert of_article(third).title == "灯塔法第三条 谁来值夜"
    assert len(list(statutes.articles())) == 6


def test_without_the_folder_only_what_is_shipped_is_read(
    run: Callable[..., int], file: Callable[..., Path], content: Path
) -> None:
    run(file())

    assert Statutes.load(content).article("灯塔法", "第三条", TODAY).kind == "digest"


def test_the_file_says_where_the_text_is_from(
    run: Callable[..., int], file: Callable[..., Path], folder: Path
) -> None:
    run(file())
    [path] = folder.iterdir()
    stored = json.loads(path.read_text(encoding="utf-8"))

    assert path.name == "灯塔法(2019-06-07).json"
    assert (stored["source"], stored["imported_on"], len(stored["sha256"])) == (
        "灯塔法.txt",
        "2026-11-22",
        64,
    )
    assert stored["articles"][3] == {
        "number": "第三条之一",
        "chapter": "第二章 看守 第一节 值夜",
        "text": "看守人值夜时不得离开灯塔。",
    }


def test_a_reply_is_found_by_its_points(
    run: Callable[..., int], tmp_path: Path, content: Path, folder: Path
) -> None:
    assert run(write_docx(tmp_path / "批复.docx", REPLY)) == 0

    assert "鱼被风吹走" in Statutes.load(content, folder).article("晒鱼批复", "第二条", TODAY).text


@pytest.mark.parametrize("write", [write_docx, write_html, write_pdf])
def test_every_format_gives_the_same_articles(
    write: Callable[[Path, str], Path],
    run: Callable[..., int],
    file: Callable[..., Path],
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run(file())
    suffix = write.__name__.removeprefix("write_")

    assert run(write(tmp_path / f"灯塔.{suffix}", LIGHTHOUSES)) == 0
    assert "已经导入，内容相同" in capsys.readouterr().out


def test_the_preview_tells_what_was_understood_and_what_changes(
    run: Callable[..., int], file: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    run(file(), yes=False)
    said = capsys.readouterr().out

    for words in (
        "灯塔法（2019-06-07），法律，2020-01-01 起施行，没有停止施行的日期",
        "3 章、2 节、6 条，附件 1 个，回读一致",
        "第一条：为了让夜航的船看得见海岸",
        "第五条：本法自2020年1月1日起施行。",
        "替换要旨 第三条、第五条",
        "新增原文 6 条",
        "没有写入",
    ):
        assert words in said


def test_nothing_is_written_unless_it_is_confirmed(
    run: Callable[..., int], file: Callable[..., Path], folder: Path
) -> None:
    assert run(file(), yes=False) == 0
    assert kept(folder) == {}


def test_a_version_is_told_from_the_file_s_name_where_the_text_has_no_date(
    run: Callable[..., int], file: Callable[..., Path], content: Path, folder: Path
) -> None:
    text = re.sub("（2011年.*", "", LIGHTHOUSES)
    assert run(file("灯塔法(2011-03-05).txt", text)) == 0

    assert (
        Statutes.load(content, folder).article("灯塔法", "第四条", date(2012, 1, 1)).kind
        == "statute"
    )


def test_a_new_law_comes_with_its_description(
    run: Callable[..., int], file: Callable[..., Path], content: Path, folder: Path
) -> None:
    text = LIGHTHOUSES.replace("中华人民共和国灯塔法", "东海渔网管理办法")
    described = {
        "version_date": date(2025, 2, 3),
        "in_force_from": date(2025, 3, 1),
        "kind": "部门规章",
    }
    assert run(file("a.txt", text), law="渔网办法", **described) == 0
    statutes = Statutes.load(content, folder)

    assert statutes.short_title("《东海渔网管理办法》") == "渔网办法"
    assert statutes.article("渔网办法", "第一条", TODAY).in_force_from == date(2025, 3, 1)


def test_a_new_version_ends_the_one_before_it(
    run: Callable[..., int], file: Callable[..., Path], content: Path, folder: Path
) -> None:
    text = LIGHTHOUSES.replace("》修正）", "》修正 2026年8月9日修订）")
    assert (
        run(file("a.txt", text), version_date=date(2026, 8, 9), in_force_from=date(2027, 1, 1)) == 0
    )
    statutes = Statutes.load(content, folder)

    assert statutes.article("灯塔法", "第三条", TODAY).in_force_to == date(2026, 12, 31)
    assert statutes.article("灯塔法", "第三条", date(2027, 1, 1)).kind == "statute"


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("第二条　", "第二条的", "第一条之后直接是第三条，中间缺了条文"),
        ("第四条　", "第三条　", "第三条出现了不止一次"),
        ("第一条　", "", "从第二条开始，前面缺了条文"),
        ("第五条　本法", "本法", "已收录的第五条在这个文件里没有"),
        ("看守人值夜时不得离开灯塔。", "", "第三条之一没有内容"),
        (
            "2019年6月7日",
            "2024年6月7日",
            "文中最近的日期是 2024-06-07，不是已收录的版本（2011-03-05、2019-06-07）",
        ),
        ("中华人民共和国灯塔法", "中华人民共和国渔港法", "没有收录《中华人民共和国渔港法》"),
    ],
)
def test_a_text_that_is_not_the_whole_law_or_another_one_is_refused(
    refusal: Callable[..., str], file: Callable[..., Path], old: str, new: str, words: str
) -> None:
    said = refusal(file("a.txt", LIGHTHOUSES.replace(old, new, 1)))

    assert words in said
    assert "什么都没有写入" in said


def test_name_and_text_must_be_of_one_version(
    refusal: Callable[..., str], file: Callable[..., Path]
) -> None:
    assert "文件名写的是 2011-03-05 版本，正文是 2019-06-07 版本" in refusal(
        file("灯塔法(2011-03-05).txt")
    )


def test_a_text_without_any_date_is_refused(
    refusal: Callable[..., str], file: Callable[..., Path]
) -> None:
    assert "看不出是哪个版本" in refusal(file("a.txt", re.sub("（2011年.*", "", LIGHTHOUSES)))


@pytest.mark.parametrize(
    ("described", "words"),
    [
        ({"law": "晒鱼批复"}, "与 --law 晒鱼批复 不符"),
        ({"kind": "部门规章"}, "已收录为法律"),
        ({"in_force_from": date(2021, 1, 1)}, "与选项不符"),
        ({"version_date": date(2026, 8, 9)}, "没有收录灯塔法的 2026-08-09 版本"),
        ({"version_date": date(2026, 8, 9), "in_force_from": date(2026, 8, 1)}, "日期前后颠倒"),
    ],
)
def test_a_description_that_does_not_agree_is_refused(
    refusal: Callable[..., str], file: Callable[..., Path], described: dict[str, object], words: str
) -> None:
    assert words in refusal(file(), **described)


@pytest.mark.parametrize(
    ("described", "words"),
    [
        ({"law": "渔网办法"}, "要写全 --version-date"),
        ({"law": "../渔网"}, "2 至 40 个字的简称"),
        ({"law": "第一条"}, "2 至 40 个字的简称"),
    ],
)
def test_a_new_law_is_refused_without_a_full_description(
    refusal: Callable[..., str], file: Callable[..., Path], described: dict[str, object], words: str
) -> None:
    assert words in refusal(file("a.txt", LIGHTHOUSES.replace("灯塔法", "渔网法")), **described)


def test_versions_that_do_not_meet_are_refused(
    refusal: Callable[..., str], file: Callable[..., Path]
) -> None:
    described = {
        "version_date": date(2001, 1, 1),
        "in_force_from": date(2001, 2, 1),
        "in_force_to": date(2005, 1, 1),
    }

    assert "施行期间不衔接" in refusal(file(), **described)


def test_one_bad_file_keeps_the_good_ones_out(
    refusal: Callable[..., str], file: Callable[..., Path], tmp_path: Path
) -> None:
    said = refusal(file(), write_scan(tmp_path / "扫描.pdf"))

    assert "✗ 扫描.pdf：这是扫描件，没有文字层" in said
    assert "1 个文件有问题，什么都没有写入" in said


def test_two_copies_of_one_law_are_refused(
    refusal: Callable[..., str], file: Callable[..., Path], tmp_path: Path
) -> None:
    said = refusal(file(), write_docx(tmp_path / "又一份.docx", LIGHTHOUSES))

    assert "又一份.docx：与 灯塔法.txt 是同一部法律的同一个版本（灯塔法（2019-06-07））" in said


def test_a_description_is_for_one_file(
    refusal: Callable[..., str], file: Callable[..., Path]
) -> None:
    assert "一次只导入一个文件" in refusal(file(), file("b.txt"), law="灯塔法")


def test_the_same_text_again_changes_nothing(
    run: Callable[..., int],
    file: Callable[..., Path],
    folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run(file())
    before = kept(folder)

    assert run(file("b.txt", LIGHTHOUSES.replace("\n", "\n\n  "))) == 0
    assert kept(folder) == before
    assert "没有要写入的内容" in capsys.readouterr().out


def test_another_text_of_the_same_version_needs_replace(
    run: Callable[..., int],
    refusal: Callable[..., str],
    file: Callable[..., Path],
    content: Path,
    folder: Path,
) -> None:
    run(file())
    other = file("b.txt", LIGHTHOUSES.replace("保存五年", "保存十年"))

    assert "已经导入过，文字不同的有第三条。确认要换成这个文件，请加 --replace" in refusal(other)
    assert run(other, replace=True) == 0
    assert "保存十年" in Statutes.load(content, folder).article("灯塔法", "第三条", TODAY).text


def test_a_text_with_which_the_content_no_longer_agrees_is_not_written(
    content: Path, folder: Path, file: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    def disagrees(statutes: Statutes) -> None:
        assert statutes.article("灯塔法", "第三条", TODAY).kind == "statute"
        raise ContentError(content / "remedies/a.yml", 7, "没有这一条")

    nothing = Description()
    assert (
        take_in(
            [file()],
            nothing,
            folder,
            TODAY,
            confirmed=lambda: True,
            content=content,
            fits=disagrees,
        )
        == 1
    )
    assert "remedies/a.yml 第 7 行：没有这一条" in capsys.readouterr().out
    assert kept(folder) == {}


# --- the folder of imported laws ------------------------------------------------------------------


@pytest.fixture
def stored(run: Callable[..., int], file: Callable[..., Path], folder: Path) -> Path:
    """The file of an imported law."""
    run(file())
    [path] = folder.iterdir()
    return path


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: "",
        lambda text: text.replace("第二条", "第二章"),
        lambda text: text.replace('"number": "第二条"', '"number": "第一条"'),
        lambda text: text.replace('"law": "灯塔法"', '"law": "别的法"'),
        lambda text: text.replace('"kind": "法律"', '"kind": "小说"'),
    ],
)
def test_a_damaged_file_is_told_with_its_name_and_what_to_do(
    stored: Path, content: Path, damage: Callable[[str], str]
) -> None:
    stored.write_text(damage(stored.read_text(encoding="utf-8")), encoding="utf-8")

    with pytest.raises(ContentError, match="重新导入") as error:
        Statutes.load(content, stored.parent)
    assert error.value.path == stored


def test_when_one_file_cannot_be_put_in_place_the_others_are_taken_back(stored: Path) -> None:
    folder, before = stored.parent, stored.read_bytes()
    [law] = imported.read_all(folder).values()
    blocked = law.model_copy(update={"law": "渔网法"})
    (folder / blocked.file_name).mkdir()
    (folder / blocked.file_name / "in the way").touch()

    with pytest.raises(OSError):
        imported.write_all(folder, [law.model_copy(update={"source": "又一次"}), blocked])
    assert stored.read_bytes() == before
    assert [path for path in folder.iterdir() if path.is_file()] == [stored]


# --- --check --------------------------------------------------------------------------------------


def test_check_needs_no_list_of_laws_and_tells_each_file(
    file: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [
        file("a.txt", LIGHTHOUSES.replace("灯塔法", "渔网法")),
        write_docx(tmp_path / "b.docx", REPLY),
        file("c.txt", "第二百零五条 甲。\n第二百零六条 乙。"),
        file("d.txt", LIGHTHOUSES.replace("第四条", "第六条")),
        file("e.txt", "今天天气很好。"),
    ]
    assert check(files) == 1
    lines = capsys.readouterr().out.splitlines()

    assert lines[:3] == [
        "✓ a.txt：3 章、2 节、6 条，回读一致",
        "✓ b.docx：0 条，以一、二、三编号的 2 点各作一条，回读一致",
        "✓ c.txt：2 条，回读一致",
    ]
    assert lines[3].startswith("✗ d.txt：第三条之一之后直接是第六条")
    assert lines[4].startswith("✗ e.txt：没有找到条文")
    assert lines[5] == "共 5 个文件，3 个通过，2 个不通过"
    assert check(files[:3]) == 0


# --- the command ----------------------------------------------------------------------------------


def test_nothing_is_written_where_nobody_can_be_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert asked() is False
    assert "要写入请加 --yes" in capsys.readouterr().out


def test_the_command_writes_into_the_data_folder_what_fits_with_all_that_is_shipped(
    file: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("HELPLINE_VAR", str(tmp_path / "var"))
    parser = argparse.ArgumentParser()
    add_command(parser.add_subparsers())
    described = [
        "--law",
        "灯塔法",
        "--version-date",
        "2019-06-07",
        "--in-force-from",
        "2020-01-01",
        "--kind",
        "法律",
    ]

    args = parser.parse_args(["import", str(file()), *described, "--yes"])
    assert run_command(args, TODAY, content_agrees) == 0
    assert "请运行 ./helpline index" in capsys.readouterr().out
    assert [path.name for path in imported.folder().iterdir()] == ["灯塔法(2019-06-07).json"]


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (("--in-force-from", "明天"), "日期应写成 2026-11-22 这样"),
        (("--kind", "小说"), "种类只有法律、行政法规"),
    ],
)
def test_an_option_that_cannot_be_read_is_told(
    option: tuple[str, str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    parser = argparse.ArgumentParser()
    add_command(parser.add_subparsers())
    with pytest.raises(SystemExit):
        parser.parse_args(["import", "a.docx", *option])
    assert words in capsys.readouterr().err
