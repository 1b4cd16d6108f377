"""./helpline law import …: takes in the text of laws, as official databases publish it, from files.

Reads as: understand every file, show what was understood, ask, write all of them or none. Whatever
is wrong with a file is told in one sentence, and then nothing is changed.
"""

import argparse
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import get_args

from knowledge.law import store
from knowledge.law.importing import files as lawfiles
from knowledge.law.importing import guessing
from knowledge.law.importing import structure as lawtext
from knowledge.law.importing.structure import Instrument
from knowledge.law.statutes import LawEntry, Statutes, VersionEntry
from knowledge.law.store import ImportedArticle, ImportedLaw, LawKind
from knowledge.reviewed import CONTENT, ContentError

_SHOWN = 8  # numbers of articles listed before the rest is only counted


class Refused(Exception):
    """A file that is not taken in; the message says what is wrong and what to do, in Chinese."""


@dataclass(frozen=True)
class Description:
    """What the command line says of the one law that is imported."""

    law: str | None = None
    version_date: date | None = None
    in_force_from: date | None = None
    in_force_to: date | None = None
    kind: LawKind | None = None

    @property
    def given(self) -> bool:
        return self != Description()


@dataclass(frozen=True)
class Shelf:
    """What the helpline holds before an import: shipped, all of it, and what was imported."""

    shipped: Statutes
    all: Statutes
    imported: dict[tuple[str, date], ImportedLaw]

    @classmethod
    def load(cls, content: Path, folder: Path) -> "Shelf":
        """Raises ContentError where a file is damaged."""
        texts = {(law.law, law.version_date): law for law in store.read_all(folder).values()}
        shipped = Statutes.load(content)
        return cls(shipped, Statutes.load(content, folder) if texts else shipped, texts)


@dataclass(frozen=True)
class Understood:
    """A file with what was read from it, ready to be written. `same` when that very text is
    imported already.
    """

    path: Path
    law: ImportedLaw
    preview: tuple[str, ...]
    same: bool


# --- the command ----------------------------------------------------------------------------------


def check(files: Sequence[Path]) -> int:
    """One line for each file: how many articles were found, and whether the parts make up the text
    again.
    """
    failed = 0
    for path in files:
        try:
            instrument = _read(path)
            faults = _messages(lawtext.numbering_faults(instrument))
        except Refused as refused:
            instrument, faults = None, [str(refused)]
        failed += bool(faults)
        if faults or instrument is None:
            print(f"✗ {path.name}：{'；'.join(faults[:3])}")
        else:
            print(f"✓ {path.name}：{_numbered(instrument)}，回读一致")
    print(f"共 {len(files)} 个文件，{len(files) - failed} 个通过，{failed} 个不通过")
    return 1 if failed else 0


def take_in(
    files: Sequence[Path],
    description: Description,
    folder: Path,
    today: date,
    *,
    confirmed: Callable[[], bool],
    fits: Callable[[Statutes], None],
    replace: bool = False,
    content: Path = CONTENT,
) -> int:
    """Show what the files hold and, once that is confirmed, write all of it; 1 when any file is
    refused.

    Nothing is written either when `fits` finds that the rest of the content does not agree with the
    new texts.
    """
    shelf = Shelf.load(content, folder)
    understood: list[Understood] = []
    refused = 0
    if description.given and len(files) > 1:
        print("✗ --law、--version-date 等选项只说明一部法律，请一次只导入一个文件")
        return 1
    for path in files:
        try:
            one = _understand(path, description, shelf, today, replace)
            _check_not_twice(one, understood)
            understood.append(one)
            print("\n".join(one.preview))
        except Refused as error:
            refused += 1
            print(f"✗ {path.name}：{error}")
    if refused:
        print(f"{refused} 个文件有问题，什么都没有写入。")
        return 1
    fresh = [one.law for one in understood if not one.same]
    if not fresh:
        print("没有要写入的内容。")
        return 0
    try:
        with tempfile.TemporaryDirectory(prefix="helpline-laws-") as scratch:
            after = shelf.imported | {(law.law, law.version_date): law for law in fresh}
            store.write_all(Path(scratch), list(after.values()))
            fits(Statutes.load(content, Path(scratch)))
    except ContentError as error:
        print(f"✗ 写入后，引用条文的内容会与法律不符，所以什么都没有写入。请先改好再导入：{error}")
        return 1
    if not confirmed():
        print("没有写入。")
        return 0
    try:
        store.write_all(folder, fresh)
    except OSError as error:
        print(f"✗ 写不进 {folder}（{error.strerror}），什么都没有改变。请检查权限和磁盘空间")
        return 1
    print(
        f"已写入 {len(fresh)} 部。请运行 ./helpline index 更新检索索引；"
        "正在运行的热线要重新 ./helpline up 才会用上。"
    )
    return 0


# --- one file -------------------------------------------------------------------------------------


def _read(path: Path) -> Instrument:
    try:
        text = lawfiles.read(path)
        instrument = lawtext.parse(text)
    except (lawfiles.UnreadableFile, lawtext.NotALaw) as error:
        raise Refused(str(error)) from error
    if different := lawtext.difference(text, instrument):
        raise Refused(f"拆分后拼不回原文（{different}）。请换一种格式的文件再试")
    return instrument


def _understand(
    path: Path, description: Description, shelf: Shelf, today: date, replace: bool
) -> Understood:
    instrument = _read(path)
    _check_whole(instrument)
    entry = _law(path, instrument, description, shelf.all)
    version = _version(path, instrument, entry, description)
    law = ImportedLaw(
        law=entry.short,
        name=entry.name or instrument.title,
        kind=entry.kind,
        version_date=version.version_date,
        in_force_from=version.in_force_from,
        in_force_to=version.in_force_to,
        source=path.name,
        sha256=sha256(path.read_bytes()).hexdigest(),
        imported_on=today,
        articles=tuple(
            ImportedArticle(number=unit.number, chapter=" ".join(unit.heads), text=unit.text)
            for unit in instrument.articles
        ),
    )
    before = shelf.imported.get((law.law, law.version_date))
    different = _differing(_words(before), _words(law)) if before else []
    if different and not replace:
        raise Refused(
            f"{_titled(law)}已经导入过，文字不同的有{_listed(different)}。"
            "确认要换成这个文件，请加 --replace"
        )
    same = before is not None and not different
    preview = (
        *_described(instrument, law),
        *(["  已经导入，内容相同，不用再写"] if same else _changes(law, shelf)),
    )
    return Understood(path, law, (path.name, *preview), same)


def _check_whole(instrument: Instrument) -> None:
    numbers = [unit.number for unit in instrument.articles]
    if another := lawtext.second_law(instrument):
        raise Refused(another.message)
    faults = _messages(lawtext.numbering_faults(instrument))
    if numbers[0] != "第一条":
        faults.insert(0, f"从{numbers[0]}开始，前面缺了条文")
    if faults:
        more = f"等 {len(faults)} 处" if len(faults) > 3 else ""
        raise Refused(
            f"条号不连续：{'；'.join(faults[:3])}{more}。多半不是全文，请重新下载完整的文件"
        )
    empty = [unit.number for unit in instrument.articles if not unit.text]
    if empty:
        raise Refused(f"{_listed(empty)}没有内容。多半没有下载完整，请换一种格式再试")


def _messages(faults: Sequence[lawtext.Fault]) -> list[str]:
    return [fault.message for fault in faults]


def _check_not_twice(one: Understood, others: Sequence[Understood]) -> None:
    for other in others:
        if (one.law.law, one.law.version_date) == (other.law.law, other.law.version_date):
            raise Refused(
                f"与 {other.path.name} 是同一部法律的同一个版本（{_titled(one.law)}）。请只留一个"
            )


# --- which law, which version ---------------------------------------------------------------------


def _law(path: Path, instrument: Instrument, description: Description, known: Statutes) -> LawEntry:
    """The entry of the law that the title, the file's name or the command line names; a new one has
    no versions.
    """
    titled = guessing.known_as(instrument.title, known)
    if description.law is None:
        short = titled or guessing.known_as(guessing.DATE_IN_NAME.sub("", path.stem), known)
        if short is None:
            what = f"《{instrument.title}》" if instrument.title else "这部法律（没有读出标题）"
            raise Refused(
                f"没有收录{what}。已收录而名称不同，请加 --law 简称；是新收录的法律，请加 "
                "--law 简称 --version-date 版本日期 --in-force-from 施行日期 --kind 种类"
            )
        return known.laws[short]
    short = guessing.known_as(description.law, known)
    if titled and titled != short:
        raise Refused(
            f"文中的标题是《{instrument.title}》，与 --law {description.law} 不符。请核对文件和选项"
        )
    if short:
        return known.laws[short]
    if not guessing.is_short_title(description.law):
        raise Refused("--law 后面请写 2 至 40 个字的简称，不带书名号、括号和空格")
    if not (description.version_date and description.in_force_from and description.kind):
        raise Refused(
            "没有收录的法律要写全 --version-date 版本日期、--in-force-from 施行日期和 --kind 种类"
        )
    return LawEntry.model_construct(  # not validated: it has no version yet
        short=description.law, name=instrument.title, kind=description.kind, aliases=(), versions=()
    )


def _version(
    path: Path, instrument: Instrument, law: LawEntry, description: Description
) -> VersionEntry:
    """The version that the text is of: as the command line says, else by the dates in the text and
    the file's name.
    """
    if description.kind and description.kind != law.kind:
        raise Refused(
            f"{law.short}已收录为{law.kind}，与 --kind {description.kind} 不符。请去掉这个选项"
        )
    made_on = description.version_date or _dated(path, instrument, law)
    listed = next((version for version in law.versions if version.version_date == made_on), None)
    if listed:
        described = (description.in_force_from, description.in_force_to)
        recorded = (listed.in_force_from, listed.in_force_to)
        if any(one and one != other for one, other in zip(described, recorded, strict=True)):
            raise Refused(
                f"这个版本已收录的施行期间是 {listed.in_force_from} 至 "
                f"{listed.in_force_to or '未定'}，与选项不符。"
                "请去掉这些选项；若是上次导入时写错，请先删除数据目录 laws 里的那个文件"
            )
        return listed
    if description.in_force_from is None:
        raise Refused(
            f"没有收录{law.short}的 {made_on} 版本（已收录 {_versions(law)}）。"
            f"确是新版本，请加 --version-date {made_on} --in-force-from 施行日期"
        )
    until = description.in_force_to
    if description.in_force_from < made_on or (until and until < description.in_force_from):
        raise Refused(
            "日期前后颠倒：版本日期、施行日期、停止施行日期应依次不早于前一个。请核对选项"
        )
    return VersionEntry(
        version_date=made_on,
        in_force_from=description.in_force_from,
        in_force_to=until,
        trust="one_source",
        confirmed_on=made_on,
    )


def _dated(path: Path, instrument: Instrument, law: LawEntry) -> date:
    """The version date that file name and text agree on; raises Refused where they do not, or say
    nothing.
    """
    named = next(guessing.dates(guessing.DATE_IN_NAME, path.stem), None)
    dates = guessing.promulgated(instrument)
    by_name = next((version for version in law.versions if version.version_date == named), None)
    by_text = next(
        (v for v in reversed(law.versions) if {v.version_date, v.in_force_from} & set(dates)), None
    )
    if by_text and max(dates) > max(by_text.version_date, by_text.in_force_from):
        by_text = None  # the history goes on after that version
    if dates and by_text is None and (by_name is None or max(dates) > by_name.in_force_from):
        raise Refused(
            f"文中最近的日期是 {max(dates)}，不是已收录的版本（{_versions(law)}）。"
            "请核对；要导入请加 --version-date 版本日期 --in-force-from 施行日期"
        )
    if by_name and by_text and by_name != by_text:
        raise Refused(
            f"文件名写的是 {by_name.version_date} 版本，正文是 {by_text.version_date} "
            "版本。请改正文件名，或加 --version-date"
        )
    found = by_text or by_name
    if found:
        return found.version_date
    if named is None:
        raise Refused(f"看不出是哪个版本。请加 --version-date 版本日期（已收录 {_versions(law)}）")
    return named


def _versions(law: LawEntry) -> str:
    return "、".join(version.version_date.isoformat() for version in law.versions) or "无"


# --- preview --------------------------------------------------------------------------------------


def _described(instrument: Instrument, law: ImportedLaw) -> Iterator[str]:
    """What was understood."""
    first, last = law.articles[0], law.articles[-1]
    until = f"{law.in_force_to} 止" if law.in_force_to else "没有停止施行的日期"
    yield f"  {_titled(law)}，{law.kind}，{law.in_force_from} 起施行，{until}"
    yield f"  {_numbered(instrument)}，附件 {len(instrument.of('annex'))} 个，回读一致"
    yield f"  {first.number}：{_beginning(first.text)}"
    yield f"  {last.number}：{_beginning(last.text)}"


def _changes(law: ImportedLaw, shelf: Shelf) -> Iterator[str]:
    """What writing the law changes; raises Refused where it lacks articles that are held
    already.
    """
    words, before = _words(law), shelf.imported.get((law.law, law.version_date))
    held = shelf.shipped.of_version(law.law, law.version_date)
    if missing := [number for number in held if number not in words]:
        raise Refused(
            f"已收录的{_listed(missing)}在这个文件里没有，多半不是同一个版本，或不是全文。"
            "请核对文件"
        )
    digests = [number for number, article in held.items() if article.kind == "digest"]
    statutes = [number for number in held if number not in digests]
    if digests:
        yield f"  替换要旨 {_listed(digests)}"
    if statutes:
        changed = [number for number in statutes if _plain(held[number].text) != words[number]]
        yield (
            f"  替换随附的原文 {len(statutes)} 条，"
            f"{f'文字不同的有{_listed(changed)}' if changed else '文字相同'}"
        )
    if before:
        yield (
            f"  替换 {before.imported_on} 导入的文本，"
            f"文字不同的有{_listed(_differing(_words(before), words))}"
        )
    else:
        yield f"  新增原文 {len(words) - len(statutes)} 条"


def _titled(law: ImportedLaw) -> str:
    return f"{law.law}（{law.version_date}）"


def _numbered(instrument: Instrument) -> str:
    """'2 编、8 章、73 条'; for replies the points that are cited as articles."""
    counts = [
        (
            sum(
                bool(re.match(rf"第[^编章节分]+{word}", unit.text))
                for unit in instrument.of("heading")
            ),
            word,
        )
        for word in ("编", "分编", "章", "节")
    ]
    if instrument.numbering == "articles":
        counts.append((len(instrument.articles), "条"))
    words = "、".join(f"{count} {word}" for count, word in counts if count)
    if instrument.numbering == "points":
        return f"0 条，以一、二、三编号的 {len(instrument.articles)} 点各作一条"
    return words if instrument.numbering == "articles" else "0 条，不分点的批复全文作第一条"


def _beginning(text: str) -> str:
    line = text.split("\n")[0]
    return f"{line[:30]}……" if len(line) > 30 else line


def _words(law: ImportedLaw) -> dict[str, str]:
    return {article.number: _plain(article.text) for article in law.articles}


def _plain(text: str) -> str:
    return "".join(text.split())


def _differing(one: dict[str, str], other: dict[str, str]) -> list[str]:
    return [number for number in {**one, **other} if one.get(number) != other.get(number)]


def _listed(numbers: Sequence[str]) -> str:
    more = f"等 {len(numbers)} 条" if len(numbers) > _SHOWN else ""
    return f"{'、'.join(numbers[:_SHOWN])}{more}"


# --- command line ---------------------------------------------------------------------------------


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register `law import`."""
    parser = commands.add_parser(
        "import", help="从官方发布的文件导入法律原文（docx、pdf、html、md、txt）"
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="文件")
    parser.add_argument("--check", action="store_true", help="只检查能否拆分成条、拼回原文，不导入")
    parser.add_argument("--yes", action="store_true", help="不再询问，直接写入")
    parser.add_argument("--replace", action="store_true", help="允许替换已经导入的不同文本")
    parser.add_argument("--law", metavar="简称", help="法律的简称，如 商标法实施条例")
    parser.add_argument(
        "--version-date", type=iso_day, metavar="日期", help="版本日期，如 2026-06-26"
    )
    parser.add_argument("--in-force-from", type=iso_day, metavar="日期", help="施行日期")
    parser.add_argument(
        "--in-force-to", type=iso_day, metavar="日期", help="停止施行的日期（最后一天）"
    )
    parser.add_argument("--kind", type=_kind, metavar="种类", help=_KINDS)


_KINDS = "、".join(get_args(LawKind))


def iso_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"日期应写成 2026-11-22 这样，不是「{text}」") from None


def _kind(text: str) -> str:
    if text not in get_args(LawKind):
        raise argparse.ArgumentTypeError(f"种类只有{_KINDS}，没有「{text}」")
    return text


def run(args: argparse.Namespace, today: date, fits: Callable[[Statutes], None]) -> int:
    """Carry out `law import` on a day; the exit status. `fits`: see `take_in`."""
    if args.check:
        return check(args.files)
    description = Description(
        args.law, args.version_date, args.in_force_from, args.in_force_to, args.kind
    )
    return take_in(
        args.files,
        description,
        store.folder(),
        today,
        replace=args.replace,
        confirmed=lambda: args.yes or asked(),
        fits=fits,
    )


def asked() -> bool:
    """Whether the operator says yes; without a terminal nobody is there to say it."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        print("这里没有终端可以询问，要写入请加 --yes。")
        return False
    try:
        return input("写入吗？[y/N] ").strip().lower() in ("y", "yes", "是")
    except (EOFError, KeyboardInterrupt):
        print()
        return False
