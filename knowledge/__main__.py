"""./helpline law …: the state of the law, whether a text cites it rightly, new texts of law."""

import argparse
import os
import sys
from datetime import date, timedelta

from knowledge.answers.answers import Answers
from knowledge.law import store
from knowledge.law.applicable import comes_later, named, successor_phrase
from knowledge.law.importing import command as law_import
from knowledge.law.statutes import Statutes, VersionEntry
from knowledge.law.succession import Succession
from knowledge.places.institutions import Institutions
from knowledge.places.regions import Regions
from knowledge.reviewed import CONTENT, ContentError
from knowledge.routing.rulebook import load_rulebook
from knowledge.search import guidance, passages
from knowledge.search.faq import load_questions

RECHECK_AFTER = timedelta(days=90)
TRUST = {
    "two_sources": "两处来源一致",
    "one_source": "一处来源",
    "secondary": "转引",
    "unconfirmed": "未确认",
}
PROBLEMS = {
    "unknown_law": "没有收录这部法律",
    "unknown_article": "查无此条",
    "not_in_force": "当天没有施行中的版本",
}


def status(statutes: Statutes, on: date) -> list[str]:
    """One line a version: when it governs, how sure that is, whether it must be confirmed again."""
    lines = []
    for law in statutes.laws.values():
        for version in law.versions:
            until = version.in_force_to.isoformat() if version.in_force_to else "未定"
            again = "  待核实" if on - version.confirmed_on > RECHECK_AFTER else ""
            lines.append(
                f"{_state(version, on)}  {law.short}（{version.version_date.year}）"
                f"  {version.in_force_from} 至 {until}"
                f"  {TRUST[version.trust]}，{version.confirmed_on} 确认{again}"
            )
    return lines


def cite(text: str, statutes: Statutes, succession: Succession, on: date) -> tuple[list[str], bool]:
    """One line a citation in `text`, and whether all of them exist and are in force on the day.

    For an article of an older version the line says what it is today.
    """
    lines, sound = [], True
    for one, old in named(text, statutes, on):
        if old and old.certain:
            now = successor_phrase(succession, old.article)
            verdict = f"是{old.article.version_date.year}年版的条号{f'，现在{now}' if now else ''}"
        elif one.comes:
            verdict = comes_later(one.comes)
        elif one.article is None:
            verdict = PROBLEMS[one.problem or ""]
        elif not one.article.governs(on):
            repealed = (one.article.in_force_to or on) < on
            verdict = "已废止" if repealed else f"{one.article.in_force_from} 起才施行"
            if repealed and (now := successor_phrase(succession, one.article)):
                verdict += f"，现在{now}"
        else:
            lines.append(f"对  {one.law}（{one.article.version_date.year}）{one.number}")
            continue
        sound = False
        lines.append(f"错  {one.law}{one.number}：{verdict}")
    return lines, sound


def content_agrees(statutes: Statutes) -> None:
    """Load everything that stands on articles of these laws; raises ContentError."""
    institutions = Institutions.load(
        CONTENT / "institutions.yml", Regions.load(CONTENT / "regions.yml")
    )
    rules = load_rulebook(statutes, institutions)
    Answers.load(statutes, rules.vocabulary)
    passages.all(statutes, guidance.load(statutes))
    load_questions(statutes, Succession.load(statutes))


def _state(version: VersionEntry, on: date) -> str:
    if version.governs(on):
        return "施行中"
    return "未施行" if on < version.in_force_from else "已废止"


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="helpline law", description="查法律状态，核对引用，导入法律原文"
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    commands.add_parser("status", help="每部法律何时施行、是否需要重新核实")
    commands.add_parser("cite", help="核对一段文字里的每个引用").add_argument(
        "text", help="要核对的文字"
    )
    law_import.add_command(commands)
    for command in commands.choices.values():
        command.add_argument(
            "--as-of",
            type=law_import.iso_day,
            default=os.environ.get("HELPLINE_AS_OF") or date.today().isoformat(),
            metavar="日期",
            help="按哪一天的法律，如 2027-01-01；默认今天",
        )
    args = parser.parse_args()
    try:
        if args.command == "import":
            sys.exit(law_import.run(args, args.as_of, content_agrees))
        statutes = Statutes.load(texts=store.folder())
    except ContentError as error:
        sys.exit(f"✗ {error}")
    if args.command == "status":
        print("\n".join(status(statutes, args.as_of)))
        return
    lines, sound = cite(args.text, statutes, Succession.load(statutes), args.as_of)
    print("\n".join(lines) or "没有发现引用")
    sys.exit(0 if sound else 1)


if __name__ == "__main__":
    main()
