"""`evaluate answers`: how right the first answers are, on cases with what a lawyer would say.

A case is a line of JSON: text, scope (in | clarify | out), scope_also, situation, gold_remedies
(best first), must_not, gold_articles, needs (what should be asked), part (look | blind). A
dialogue: turns, final_facts, gold_route, must_not, ticket (new | none), priority. Everything goes
through the public chat API, as a visitor's messages do.
"""

import argparse
import json
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from evaluation.retrieval.corpora import CorpusError
from evaluation.understanding.noise import KINDS, noisy
from knowledge.law.citations import Reference

CASES = Path(__file__).with_name("own_cases.jsonl")
MEASURES = ("scope", "acceptable", "exact", "asks", "cited", "cite_any", "cite_recall")
ENDS = ("facts", "route", "ticket", "priority")
LONGEST = 2000  # characters that the chat API takes
# Facts whose values are a closed list must be equal; of the others it counts that they are there.
CLOSED = {"right", "situation", "right_status", "city", "county", "own_city", "venue", "goal"}
FREE = {"doc_received", "evidence", "amount", "proceeding", "contact", "urgency"}

Json = dict[str, Any]


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register `evaluate answers`."""
    parser = commands.add_parser(
        "answers", help="运行中的热线对案例和整段对话答得对不对，加噪声后差多少"
    )
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="运行中的热线")
    parser.add_argument(
        "--cases", type=Path, default=CASES, help="案例，每行一条 JSON；默认自编案例"
    )
    parser.add_argument("--dialogues", type=Path, help="整段对话，每行一条 JSON")
    parser.add_argument(
        "--part", choices=["look", "blind"], help="只用这一半：look 可以看着改，blind 只用来量"
    )
    parser.add_argument(
        "--noise", nargs="+", choices=KINDS, default=[], metavar="KIND", help="、".join(KINDS)
    )
    parser.add_argument("--seed", type=int, default=1, help="噪声的随机种子")
    parser.add_argument("--show", action="store_true", help="逐条列出没答好的；blind 部分不列")
    parser.set_defaults(run=report)


def report(args: argparse.Namespace) -> None:
    """Print the measures of the cases, plain and with every noise, and those of the dialogues."""
    cases = lines(args.cases, args.part, ("text", "scope", "situation"))
    with httpx.Client(base_url=args.url, timeout=60, trust_env=False) as client:
        print(
            f"{len(cases)} cases of {args.cases.name}{f', part {args.part}' if args.part else ''}"
        )
        plain = _ask_all(client, cases, None, args)
        _table("plain", plain, plain)
        _by_situation(cases, plain)
        for kind in args.noise:
            _table(kind, _ask_all(client, cases, kind, args), plain)
        if args.dialogues:
            dialogues = lines(args.dialogues, args.part, ("turns", "final_facts", "ticket"))
            _report_dialogues([(gold, _hold(client, gold["turns"])) for gold in dialogues])


def lines(path: Path, part: str | None, fields: Sequence[str]) -> list[Json]:
    """The lines of a file that belong to a part, or all; raises CorpusError with file and line."""
    found = []
    try:
        written = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise CorpusError(f"{path} 读不出来：{error}") from error
    for number, line in enumerate(written, start=1):
        if not line.strip():
            continue
        try:
            one = json.loads(line)
        except ValueError as error:
            raise CorpusError(f"{path} 第 {number} 行不是 JSON") from error
        missing = [name for name in fields if not isinstance(one, dict) or name not in one]
        if missing:
            raise CorpusError(f"{path} 第 {number} 行缺少 {'、'.join(missing)}")
        if part in (None, one.get("part")):
            found.append(one)
    return found


# --- one answer -----------------------------------------------------------------------------------


def score(case: Mapping[str, Any], turn: Mapping[str, Any]) -> dict[str, float]:
    """The measures that apply to a case, each 0 to 1, and `harm`.

    An empty turn is an answer that never came. A case may be judged by another scope that
    `scope_also` allows. Roads that are shown beside a question count as an answer in scope; a
    service's answer counts as one to what is out of scope.
    """
    referral = turn.get("referral") or {}
    roads = [remedy["key"] for remedy in referral.get("remedies", [])]
    gold = case.get("gold_remedies", [])
    allowed = {case["scope"], *case.get("scope_also", [])}
    given = _scope(referral.get("scope"), bool(roads), allowed)
    measures: dict[str, float] = {
        "scope": given in allowed,
        "harm": bool(set(roads) & set(case.get("must_not", []))),
    }
    judged = given if given in allowed else case["scope"]
    if judged == "clarify":
        asked = {one["slot"] for one in referral.get("asks", [])}
        measures["asks"] = bool(asked & set(case["needs"]) if case.get("needs") else asked)
    if judged == "in":
        cited = {
            _article(f"{name}{one['article']}")
            for one in citations(turn)
            for name in (
                one["law"],
                one.get("short"),
            )  # cases name a law by its title or by our own name
            if name
        }
        wanted = {_article(one) for one in case.get("gold_articles", [])}
        handed_over = turn.get("handoff") and "human_handoff" in gold
        first = roads[0] if roads else "human_handoff" if handed_over else None
        measures["acceptable"], measures["exact"] = first in gold, gold[:1] == [first]
        # a person needs no article
        measures["cited"] = bool(cited) or gold[:1] == ["human_handoff"]
        if wanted:
            measures["cite_recall"] = len(wanted & cited) / len(wanted)
            measures["cite_any"] = bool(wanted & cited)
    return measures


def _scope(given: str | None, with_roads: bool, allowed: set[str]) -> str | None:
    if given == "clarify" and with_roads and "clarify" not in allowed:
        return "in"
    return "out" if given == "service" and "out" in allowed else given


def citations(part: Any) -> Iterator[Mapping[str, Any]]:
    """Every citation anywhere in a turn."""
    if isinstance(part, Mapping) and {"law", "article"} <= part.keys():
        yield part
    elif isinstance(part, Mapping):
        for inner in part.values():
            yield from citations(inner)
    elif isinstance(part, Sequence) and not isinstance(part, str):
        for inner in part:
            yield from citations(inner)


def _article(notation: str) -> tuple[str, str]:
    """Law and article whatever the version, the title marks or the paragraph."""
    bare = notation.replace("中华人民共和国", "").strip("《 ").replace("》", "").replace(" ", "")
    article, paragraph = bare.partition("条")[0] + "条", bare.partition("条")[2]
    after = paragraph[:2] if paragraph.startswith("之") else ""
    try:
        reference = Reference.parse(article + after)
    except ValueError:
        return bare, ""
    return reference.law, reference.article


def _ask_all(
    client: httpx.Client, cases: Sequence[Json], noise: str | None, args: argparse.Namespace
) -> list[Json]:
    rows = []
    for case in cases:
        text = noisy(case["text"], noise, args.seed) if noise else case["text"]
        seconds: list[float] = []
        turn = (_hold(client, [text[:LONGEST]], seconds) or [{}])[-1]
        measures = score(case, turn)
        referral = turn.get("referral") or {}
        got = (turn.get("facts") or {}).get("situation", "—")
        rows.append({**measures, "seconds": sum(seconds), "unanswered": not turn, "got": got})
        if args.show and case.get("part") != "blind" and _falls_short(measures):
            roads = [remedy["key"] for remedy in referral.get("remedies", [])][:4]
            print(
                f"  {case.get('id', '')} {text[:60]}\n"
                f"     gold {case['scope']} {case.get('gold_remedies')}"
            )
            print(f"     got {referral.get('scope')} {roads} {got}")
    return rows


def _falls_short(measures: Mapping[str, float]) -> bool:
    return bool(
        measures["harm"] or not measures["scope"] or measures.get("acceptable", True) is False
    )


def _hold(
    client: httpx.Client, texts: Sequence[str], seconds: list[float] | None = None
) -> list[Json]:
    """The turns of a conversation of its own; [] when the helpline did not answer every message.

    How long each took is appended to `seconds`.
    """
    turns = []
    try:
        opened = (
            client.post("/api/conversations", json={"channel": "web", "consent": True})
            .raise_for_status()
            .json()
        )
        path, token = (
            f"/api/conversations/{opened['id']}/messages",
            {"Authorization": f"Bearer {opened['token']}"},
        )
        for text in texts:
            began = time.perf_counter()
            turns.append(
                client.post(path, json={"text": text}, headers=token).raise_for_status().json()
            )
            if seconds is not None:
                seconds.append(time.perf_counter() - began)
    except httpx.HTTPError:
        return []
    return turns


def _table(name: str, rows: Sequence[Json], plain: Sequence[Json]) -> None:
    figures = [
        f"{measure} {value:.3f}{_change(measure, value, rows, plain)}"
        for measure, value in _means(rows)
    ]
    seconds = sorted(row["seconds"] for row in rows) or [0.0]
    harm, silent = sum(row["harm"] for row in rows), sum(row["unanswered"] for row in rows)
    p50, p95 = statistics.median(seconds) * 1000, seconds[int(len(seconds) * 0.95) - 1] * 1000
    print(
        f"{name:13}{'  '.join(figures)}  harm {harm}  unanswered {silent}"
        f"  p50 {p50:.0f} p95 {p95:.0f} ms",
        flush=True,
    )


def _means(rows: Sequence[Json]) -> list[tuple[str, float]]:
    taken = [(name, [row[name] for row in rows if name in row]) for name in MEASURES]
    return [(name, statistics.mean(values)) for name, values in taken if values]


def _change(measure: str, value: float, rows: Sequence[Json], plain: Sequence[Json]) -> str:
    """By how much noise changed a measure."""
    return "" if rows is plain else f" ({value - dict(_means(plain)).get(measure, value):+.3f})"


def _by_situation(cases: Sequence[Json], rows: Sequence[Json]) -> None:
    """Every situation, worst first: acceptable first answers, and what it was taken for."""
    good: dict[str, list[float]] = defaultdict(list)
    taken_for: dict[str, Counter[str]] = defaultdict(Counter)
    for case, row in zip(cases, rows, strict=True):
        good[case["situation"]].append(row["acceptable"] if "acceptable" in row else row["scope"])
        if row["got"] != case["situation"]:
            taken_for[case["situation"]][row["got"]] += 1
    for situation, values in sorted(good.items(), key=lambda item: statistics.mean(item[1])):
        others = ", ".join(f"{name} {count}" for name, count in taken_for[situation].most_common(4))
        instead = f"   taken for {others}" if others else ""
        print(f"  {situation:28}{sum(values):4.0f} of {len(values):3}{instead}")


# --- whole dialogues ------------------------------------------------------------------------------


def score_dialogue(gold: Mapping[str, Any], turns: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """What stands at a dialogue's end: facts (share), route, ticket, priority, harm."""
    facts: Mapping[str, Any] = next(
        (turn["facts"] for turn in reversed(turns) if turn.get("facts")), {}
    )
    referral: Mapping[str, Any] = next(
        (turn["referral"] for turn in reversed(turns) if turn.get("referral")), {}
    )
    ticket = next((turn["ticket"] for turn in reversed(turns) if turn.get("ticket")), None)
    roads = [remedy["key"] for remedy in referral.get("remedies", [])]
    told = {
        name: value
        for name, value in gold["final_facts"].items()
        if name in CLOSED | FREE and value not in ("unknown", "none")
    }
    held = [
        bool(facts.get(name)) if name in FREE else facts.get(name) == value
        for name, value in told.items()
    ]
    wanted, opened = gold["ticket"] == "new", ticket is not None and ticket.get("created", True)
    return {
        "facts": statistics.mean(held) if held else 1.0,
        "route": not gold.get("gold_route") or bool(set(roads[:1]) & set(gold["gold_route"])),
        "ticket": opened == wanted,
        "priority": not (opened and wanted)
        or (ticket or {}).get("priority") == gold.get("priority"),
        "harm": bool(set(roads) & set(gold.get("must_not", []))),
    }


def _report_dialogues(held: Sequence[tuple[Json, list[Json]]]) -> None:
    rows = [score_dialogue(gold, turns) for gold, turns in held if turns]
    figures = (
        [f"{name} {statistics.mean(row[name] for row in rows):.3f}" for name in ENDS]
        if rows
        else []
    )
    perfect = sum(all(row[name] == 1 for name in ENDS) and not row["harm"] for row in rows)
    print(
        f"{len(held)} dialogues: {'  '.join(figures)}  harm {sum(row['harm'] for row in rows)}",
        end="",
    )
    print(f"  perfect {perfect}  broken {len(held) - len(rows)}")
