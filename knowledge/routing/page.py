"""Writes docs/remedies.md: every rule in words, for lawyers to review.

python -m knowledge.routing.page            # rewrite the page
"""

from typing import Any

from knowledge.law.statutes import Statutes
from knowledge.places.institutions import Institutions
from knowledge.places.regions import Regions
from knowledge.reviewed import CONTENT, ROOT
from knowledge.routing.conditions import When
from knowledge.routing.out_of_scope import OutOfScope
from knowledge.routing.rulebook import Rulebook, load_rulebook
from knowledge.routing.rules import BodyRule, PriorityRule, Remedy, RemedyDeadline
from knowledge.routing.triage import URGENT_DAYS, TriageRules

PAGE = ROOT / "docs" / "remedies.md"
RANKS = {1: "首选", 2: "同时", 3: "备选"}
COMPARED = {"lt": "小于", "lte": "不超过", "gt": "超过", "gte": "满"}


def page(
    rules: Rulebook, triage: TriageRules, out_of_scope: OutOfScope, institutions: Institutions
) -> str:
    """The whole page in Markdown."""
    head = [
        "# 救济与规则一览",
        "",
        "本页由 `python -m knowledge.routing.page` 从 `knowledge/content/` 生成，"
        "请改那里的文件，不要改本页。",
        "「走得通」的规则任一成立即可，「走不通」的规则优先；首选、同时、备选决定先后。"
        "法条后的年份是版本，",
        "只有当天施行中的版本才会出现在答复里。",
        "",
        f"共 {len(rules.remedies)} 种救济；"
        "另有[先后](#先后)、[程序之间](#程序之间)、[法院](#法院)、"
        "[工单](#工单)、[出口](#出口)五张表。",
        "",
    ]
    in_order = sorted(
        rules.remedies, key=lambda remedy: list(rules.vocabulary["remedy"]).index(remedy.key)
    )
    sections = [line for remedy in in_order for line in _section(remedy, rules, institutions)]
    tables = [
        *_priorities(rules),
        *_conflicts(rules),
        *_courts(rules, institutions),
        *_tickets(triage, rules),
        *_out_of_scope(out_of_scope),
    ]
    return "\n".join(head + sections + tables).rstrip() + "\n"


def _section(remedy: Remedy, rules: Rulebook, institutions: Institutions) -> list[str]:
    lines = [
        f"## {remedy.name} `{remedy.key}`", "",
        f"能做到：{remedy.can_do}。", "",
        f"做不到：{remedy.cannot_do}。", "",
        f"找谁：{_who(remedy.body, institutions)}", "",
        f"依据：{'、'.join(remedy.basis) or '无专门条文'}", "",
    ]  # fmt: skip
    for label, sourced in (("多久", remedy.duration), ("费用", remedy.fees)):
        if sourced:
            lines += [f"{label}：{sourced.text}（{sourced.source}）", ""]
    lines += ["| 规则 | 条件 | 结果 | 理由 |", "| --- | --- | --- | --- |"]
    for rule in remedy.applies_when:
        who = f"（找{_who(rule.body, institutions)}）" if rule.body else ""
        lines.append(
            f"| `{rule.id}` | {_words(rule.when, rules)} | {RANKS[rule.rank]} | {rule.why}{who} |"
        )
    for closed in remedy.excluded_when:
        basis = f"（{'、'.join(closed.basis)}）" if closed.basis else ""
        lines.append(
            f"| `{closed.id}` | {_words(closed.when, rules)} | **走不通** | {closed.why}{basis} |"
        )
    lines.append("")
    if remedy.deadlines:
        lines += ["| 期限事项 | 条件 | 期限 | 起算 | 按哪一天算 | 依据 |"]
        lines += ["| --- | --- | --- | --- | --- | --- |"]
        lines += (_deadline(one, rules) for one in remedy.deadlines)
        lines.append("")
    if remedy.evidence:
        lines += ["| 证明什么 | 怎么取得 |", "| --- | --- |"]
        lines += [f"| {item.what} | {item.how} |" for item in remedy.evidence]
        lines.append("")
    lines += _papers(remedy)
    if remedy.examples.applies:
        lines += ["走得通的例子：", "", *(f"- {one}" for one in remedy.examples.applies), ""]
    if remedy.examples.not_:
        lines += ["不该走这里的例子：", "", *(f"- {one}" for one in remedy.examples.not_), ""]
    return lines


def _papers(remedy: Remedy) -> list[str]:
    """The papers of the remedy as such, then those of its rules that need others."""
    own = ((f"`{rule.id}` ", rule.materials) for rule in remedy.applies_when)
    lists = [(name, papers) for name, papers in [("", remedy.materials), *own] if papers]
    return [
        line
        for name, papers in lists
        for line in (f"{name}要交的材料：", "", *(f"- {one}" for one in papers), "")
    ]


def _deadline(one: RemedyDeadline, rules: Rulebook) -> str:
    """One line of a remedy's periods: in which case it is told, and which known day it is counted
    from.
    """
    counted = rules.label("slot", one.starts) if one.starts else "不算日子"
    return (
        f"| {one.what} | {_words(one.when, rules)} | {one.period} | {one.from_} "
        f"| {counted} | {one.basis} |"
    )


def _priorities(rules: Rulebook) -> list[str]:
    head = [
        "## 先后",
        "",
        "每条路先有首选（1）、同时（2）、备选（3）的位次；"
        "下面的规则成立，就把它往前挪几分之一个位次，一样前的看期限。",
        "",
        "| 规则 | 名称 | 条件 | 往前挪 | 挪哪些 | 理由 |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    return (
        head
        + [
            f"| `{rule.id}` | {rule.name} | {_words(rule.when, rules)} | {rule.boost:g} | "
            f"{_moved(rule, rules)} | {rule.why} |"
            for rule in rules.priorities
        ]
        + [""]
    )


def _moved(rule: PriorityRule, rules: Rulebook) -> str:
    if rule.remedies == "serves_goal":
        return "合来访者目的的"
    if rule.remedies == "dated":
        return f"{rule.within}日内有期限的" if rule.within is not None else "有期限的"
    return _remedies(rule.remedies, rules)


def _conflicts(rules: Rulebook) -> list[str]:
    head = [
        "## 程序之间", "",
        "条件成立、牵涉的救济又在答复里的，把这句话一并告诉来访者。", "",
        "| 规则 | 条件 | 牵涉 | 告诉什么 | 依据 |", "| --- | --- | --- | --- | --- |",
    ]  # fmt: skip
    return (
        head
        + [
            f"| `{rule.id}` | {_words(rule.when, rules)} | "
            f"{_remedies(rule.remedies, rules)} | {rule.notice}。 "
            f"| {'、'.join(rule.basis) or '无专门条文'} |"
            for rule in rules.conflicts
        ]
        + [""]
    )


def _courts(rules: Rulebook, institutions: Institutions) -> list[str]:
    head = [
        "## 法院", "",
        "去法院的路上，第一条成立的规则说是哪一家；具体都以12368和立案庭的答复为准。", "",
        "| 规则 | 条件 | 法院 |", "| --- | --- | --- |",
    ]  # fmt: skip
    return (
        head
        + [
            f"| `{one.id}` | {_words(one.when, rules)} | {_who(one, institutions)} |"
            for one in rules.courts
        ]
        + [""]
    )


def _tickets(triage: TriageRules, rules: Rulebook) -> list[str]:
    head = [
        "## 工单",
        "",
        f"下面任一条成立，或者{URGENT_DAYS}日内有期限到期，工单就是紧急的。"
        "首选救济的证据清单就是工单的清单。",
        "",
        "| 规则 | 条件 | 理由 |",
        "| --- | --- | --- |",
    ]
    return (
        head
        + [f"| `{one.id}` | {_words(one.when, rules)} | {one.why} |" for one in triage.urgent]
        + [""]
    )


def _out_of_scope(out_of_scope: OutOfScope) -> list[str]:
    head = [
        "## 出口",
        "",
        "不归热线管的事，给一句话和一个去处。",
        "",
        "| 主题 | 答复 |",
        "| --- | --- |",
    ]
    return head + [f"| {one.label} | {one.reply} |" for one in out_of_scope.topics.values()]


def _remedies(keys: tuple[str, ...], rules: Rulebook) -> str:
    return "、".join(rules.vocabulary["remedy"][key] for key in keys)


def _who(body: BodyRule, institutions: Institutions) -> str:
    """The body without a city: its name says what is still to be known."""
    return institutions.body(body.kind, body.level).name


def _words(when: When, rules: Rulebook) -> str:
    return (
        "；".join(
            f"{rules.label('slot', slot)}{_condition(slot, condition, rules)}"
            for slot, condition in when.items()
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
    return "／".join(
        rules.label(slot, one) for one in (value if isinstance(value, list) else [value])
    )


def main() -> None:
    statutes = Statutes.load()
    institutions = Institutions.load(
        CONTENT / "institutions.yml", Regions.load(CONTENT / "regions.yml")
    )
    rules = load_rulebook(statutes, institutions)
    PAGE.write_text(
        page(rules, TriageRules.load(), OutOfScope.load(), institutions), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
