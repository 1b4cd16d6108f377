"""Writes docs/remedies.md: every routing rule in words, for lawyers to review.

python -m knowledge.rules_page            # rewrite the page
"""

from pathlib import Path
from typing import Any

from knowledge.institutions import Institutions
from knowledge.regions import Regions
from knowledge.routing import Remedy, Rulebook, When, load_rulebook
from knowledge.statutes import CONTENT, Statutes

PAGE = Path(__file__).parent.parent / "docs" / "remedies.md"
RANKS = {1: "首选", 2: "同时", 3: "备选"}
COMPARED = {"lt": "小于", "lte": "不超过", "gt": "超过", "gte": "满"}


def page(rules: Rulebook) -> str:
    """The whole page in Markdown."""
    head = [
        "# 救济与规则一览",
        "",
        "本页由 `python -m knowledge.rules_page` 从 `knowledge/content/remedies/` 生成，请改那里的文件，不要改本页。",
        "「走得通」的规则任一成立即可，「走不通」的规则优先；首选、同时、备选决定先后。法条后的年份是版本，",
        "只有当天施行中的版本才会出现在答复里。",
        "",
        f"共 {len(rules.remedies)} 种救济。",
        "",
    ]
    in_order = sorted(rules.remedies, key=lambda remedy: list(rules.vocabulary["remedy"]).index(remedy.key))
    return "\n".join(head + [line for remedy in in_order for line in _section(remedy, rules)]).rstrip() + "\n"


def _section(remedy: Remedy, rules: Rulebook) -> list[str]:
    lines = [
        f"## {remedy.name} `{remedy.key}`", "",
        f"能做到：{remedy.gives}。", "",
        f"做不到：{remedy.limits}。", "",
        f"依据：{'、'.join(remedy.basis) or '无专门条文'}", "",
        "| 规则 | 条件 | 结果 | 理由 |", "| --- | --- | --- | --- |",
    ]  # fmt: skip
    lines += [f"| `{r.id}` | {_words(r.when, rules)} | {RANKS[r.rank]} | {r.why} |" for r in remedy.takes]
    lines += [f"| `{r.id}` | {_words(r.when, rules)} | **走不通** | {r.why} |" for r in remedy.closes]
    lines.append("")
    if remedy.deadlines:
        lines += ["| 期限事项 | 期限 | 起算 | 依据 |", "| --- | --- | --- | --- |"]
        lines += [f"| {d.what} | {d.period} | {d.from_} | {d.basis} |" for d in remedy.deadlines]
        lines.append("")
    if remedy.examples.takes:
        lines += ["走得通的例子：", "", *(f"- {one}" for one in remedy.examples.takes), ""]
    if remedy.examples.not_:
        lines += ["不该走这里的例子：", "", *(f"- {one}" for one in remedy.examples.not_), ""]
    return lines


def _words(when: When, rules: Rulebook) -> str:
    return (
        "；".join(
            f"{rules.label('slot', slot)}{_condition(slot, condition, rules)}" for slot, condition in when.items()
        )
        or "总是"
    )


def _condition(slot: str, condition: Any, rules: Rulebook) -> str:
    if not isinstance(condition, dict):
        return f"：{_labels(slot, condition, rules)}"
    parts = []
    for word, value in condition.items():
        if word == "known":
            parts.append("已知" if value else "未知")
        elif word == "not":
            parts.append(f"不是：{_labels(slot, value, rules)}")
        else:
            parts.append(f"{COMPARED[word]}{value}")
    return "，".join(parts)


def _labels(slot: str, value: Any, rules: Rulebook) -> str:
    return "／".join(rules.label(slot, one) for one in (value if isinstance(value, list) else [value]))


def main() -> None:
    statutes = Statutes.load()
    institutions = Institutions.load(CONTENT / "institutions.yml", Regions.load(CONTENT / "regions.yml"))
    PAGE.write_text(page(load_rulebook(statutes, institutions)), encoding="utf-8")


if __name__ == "__main__":
    main()
