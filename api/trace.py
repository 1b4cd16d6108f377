"""Prints the whole way of a message, step by step, for an operator: `python -m api.trace`.

`ask "…"` follows a message that nobody has sent; `show TICKET-OR-CONVERSATION` one that is stored,
on the law of its day with the facts known before it, personal data masked. Nothing is stored or
answered.
"""

import argparse
import asyncio
import re
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from actions.deciding.answering import weighed
from actions.deciding.decide import decide
from actions.deciding.decision import Decision, State, Used
from actions.deciding.known import Known
from actions.deciding.thresholds import THRESHOLDS
from actions.deciding.turn import FALLBACK, Does, Parse, Turn, deed_of, read_whole
from api.clock import Clock
from api.content import releases
from api.content.workshop import Workshop
from api.conversations.models import Message
from api.conversations.models import Turn as StoredTurn
from api.conversations.remembered import slots_after
from api.database import Database, DatabaseUnavailable
from api.dialogue.chosen import chosen
from api.fallback.understanding import Understanding
from api.outgoing import guarded
from api.protection.keys import DataKeyMissing, DataKeys, DataKeyWrong
from api.protection.masking import mask
from api.settings import Settings
from api.tickets.models import Ticket
from api.visitor_text import without_command
from knowledge.base import KnowledgeBase
from knowledge.chinese.normalise import corrected
from knowledge.editing.folder import Change
from knowledge.routing.derived import derive
from knowledge.routing.questions import information_gain, open_asks
from knowledge.routing.referral import Referral
from knowledge.routing.verdicts import Verdicts
from knowledge.slots import SLOTS, UNKNOWN, Facts

MOST_INTENTS = 5  # of the ranking are printed
MOST_ANSWERS = 3  # of the closest are printed

Understand = Callable[[str], Awaitable[Parse]]

_RULE = re.compile(r"^\s*(?:-\s*)?\{?\s*id:\s*([\w-]+)")


@dataclass(frozen=True)
class Asked:
    """A message to follow: what was said, what was known before, and on which day."""

    text: str
    state: State
    day: date


class NotFound(Exception):
    """No such ticket, conversation or message; the text says so in Chinese."""


# --- the way of a message -------------------------------------------------------------------------


async def follow(asked: Asked, base: KnowledgeBase, understand: Understand) -> list[str]:
    """The lines of a trace. `understand` tells what a text means, as the dialogue engine does."""
    turn = await read_whole(await understand(asked.text), base, asked.day, understand)
    known = Known(base, asked.day)
    return await asyncio.to_thread(_explain, asked, turn, known)


def _explain(asked: Asked, turn: Turn, known: Known) -> list[str]:
    decision = decide(turn, asked.state, known)
    referral = decision.referral or known.refer(decision.facts)
    return [
        *_section("原话", [asked.text, f"规范化：{corrected(asked.text).lower()}"]),
        *_section("日期", [f"按 {asked.day} 的法律"]),
        *_section("对话引擎", _understood(turn, known) if turn.ranking else [_NO_MODEL]),
        *_section("这句话做了什么", ["、".join(one.value for one in Does if one in turn.does)]),
        *_section("最接近的问答", _closest(turn, decision, known)),
        *_section("读出的事实", _readings(turn, known)),
        *_section("先前所知", [*_facts(asked.state.facts, known), *_asked_before(asked, known)]),
        *_section("之后所知", _after(asked, decision, known)),
        *_section("决定", _decided(decision, known)),
        *_section("开启的办法", _opened(referral, known.base.content)),
        *_section("排除的办法", _excluded(referral, known.base.content)),
        *_section("可问的问题（信息量，比特）", _gains(decision.facts, referral, known)),
        *_section("引文把关", _rejected(referral, decision, known)),
    ]


# What the reader finds before it is known which fact it is, and whose a place is.
_READINGS = {"place": "地点", "date": "日期", "near": "就在附近", "own_act": "访客自己做的"}
_ROLES = {
    "own": "访客的",
    "seated": "访客的注册地",
    "theirs": "对方的",
    "seat": "对方的注册地",
    "act": "事情发生地",
}
_ASKS = {"answer": "要一个答案", "road": "要一条路", "no": "没有问"}
_NO_MODEL = "没有模型：意图和权利没法判断，以下只按字面读（先运行 ./helpline train）"


def _section(title: str, lines: Sequence[str]) -> list[str]:
    return [f"【{title}】", *(f"  {line}" for line in lines or ["（无）"])]


def _understood(turn: Turn, known: Known) -> list[str]:
    ranking = [
        f"{_intent(one.name, known)} {one.chance:.2f}" for one in turn.ranking[:MOST_INTENTS]
    ]
    unsure = "，引擎没有把握" if turn.intent == FALLBACK else ""
    right = turn.likely_right
    guess = f"{known.rules.label('right', right.name)} {right.chance:.2f}" if right else "没有把握"
    asks = turn.likely_ask
    wish = f"{_ASKS.get(asks.name, asks.name)} {asks.chance:.2f}" if asks else "没有把握"
    return [f"意图：{'、'.join(ranking)}{unsure}", f"权利：{guess}", f"问的是：{wish}"]


def _closest(turn: Turn, decision: Decision, known: Known) -> list[str]:
    """The written answers that come closest, each with the chance that it is the one asked for."""
    answers = known.base.answers
    likely = decision.nearest or weighed(turn.answers, decision.understood, answers)
    likely = likely[:MOST_ANSWERS]
    return [f"{one.name} {one.chance:.2f}：{answers[one.name].says}" for one in likely]


def _intent(name: str, known: Known) -> str:
    """An intent by its code and in words."""
    situations = known.rules.vocabulary["situation"]
    return f"{situations.get(name) or deed_of(name).value}（{name}）"


def _readings(turn: Turn, known: Known) -> list[str]:
    """What the words state, with the wording that matched and where it stands."""
    lines = []
    for one in turn.readings:
        source, marks = getattr(one, "source", None), []
        if one.weak:
            marks.append("弱")
        if one.role:
            marks.append(_ROLES.get(one.role) or _slot(one.role, known))
        if source:
            marks.append(source)
        value = getattr(one.value, "name", one.value)
        told = f"{_slot(one.slot, known)}：{known.rules.label(one.slot, value)}"
        lines.append(f"{told}（{'，'.join(marks)}）" if marks else told)
    return lines


def _facts(facts: Facts, known: Known) -> list[str]:
    return [
        f"{_slot(slot, known)}：{_value(slot, facts[slot], known)}"
        for slot in SLOTS
        if slot in facts
    ]


def _after(asked: Asked, decision: Decision, known: Known) -> list[str]:
    lines = _facts(decision.understood, known)
    forgotten = not decision.remembers and decision.understood != asked.state.facts
    return [*lines, "（这一步不记下新的事实）"] if forgotten else lines


def _value(slot: str, value: Any, known: Known) -> str:
    if value == UNKNOWN:
        return "不清楚"
    values = value if isinstance(value, list) else [value]
    return "、".join(str(known.rules.label(slot, one)) for one in values)


def _slot(slot: str, known: Known) -> str:
    labels = known.rules.vocabulary["slot"]
    return str(labels.get(slot) or _READINGS.get(slot, slot))


def _asked_before(asked: Asked, known: Known) -> list[str]:
    slots = [_slot(slot, known) for slot in asked.state.asked]
    return [f"正等着回答：{'、'.join(slots)}"] if slots else []


def _decided(decision: Decision, known: Known) -> list[str]:
    matter = decision.matter
    lines = [f"{decision.step.value}：{decision.reason}"]
    if decision.preface:
        lines.append(f"先：{'、'.join(one.value for one in decision.preface)}")
    if matter.previous:
        lines.append(f"放下的事：{'；'.join(_facts(matter.previous, known))}")
    lines += [f"同时讲的事：{'；'.join(_facts(other, known))}" for other in matter.others]
    if decision.answer:
        lines.append(f"先答：{decision.answer}")
    if decision.doubt:
        likely = "、".join(known.rules.label("situation", one) for one in decision.doubt.situations)
        open_side = "，哪一边也没定" if decision.doubt.side_open else ""
        lines.append(f"拿不准：{likely}{open_side}")
    if decision.ask:
        lines.append(f"先问：{_slot(decision.ask, known)}")
    return lines + [_threshold(one) for one in decision.thresholds]


def _threshold(used: Used) -> str:
    sign = "≥" if used.reached else "<"
    line = THRESHOLDS[used.name]
    return (
        f"门槛 {used.name}：{used.figure:g} {sign} {used.value:g}（{line.meaning}；"
        f"{line.measured}）"
    )


def _opened(referral: Referral, content: Path) -> list[str]:
    return [
        f"{number}. {one.name}：{one.rule}（{_place_of(one.rule, content)}）"
        for number, one in enumerate(referral.remedies, 1)
    ]


def _excluded(referral: Referral, content: Path) -> list[str]:
    return [
        f"{one.name}：{one.rule}（{_place_of(one.rule, content)}）" for one in referral.ruled_out
    ]


def _place_of(rule: str, content: Path) -> str:
    return _places_of_rules(content).get(rule, "期限已过" if rule.endswith("-lapsed") else "待核")


@cache
def _places_of_rules(content: Path) -> dict[str, str]:
    """Rule id → the file and line that it stands on."""
    return {
        found[1]: f"{path.relative_to(content.parent)}:{number}"
        for path in sorted((content / "remedies").glob("*.yml"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if (found := _RULE.match(line))
    }


def _gains(facts: Facts, referral: Referral, known: Known) -> list[str]:
    """Every question that could be put, with what its answer is worth; the ones put are marked."""
    verdicts = Verdicts(derive(facts, known.day, known.rules.workdays), known.rules)
    put = {ask.question for ask in referral.asks}
    gains = [
        (information_gain(ask, verdicts.after), ask)
        for ask in open_asks(verdicts.facts, known.rules)
    ]
    gains.sort(key=lambda one: -one[0])
    return [
        f"{gain:.2f} {ask.question}{'（这次问）' if ask.question in put else ''}"
        for gain, ask in gains
    ]


def _rejected(referral: Referral, decision: Decision, known: Known) -> list[str]:
    days = guarded.days_of(known.day, decision.facts)
    _, rejected = known.base.guard.pass_tree(referral.as_dict(), days, instead="")
    return [f"拦下 {one.named}（{one.reason}）" for one in rejected] or ["没有拦下引文"]


# --- a stored message -----------------------------------------------------------------------------


async def stored(session: AsyncSession, name: str, number: int | None) -> Asked:
    """The `number`-th message of a visitor (from 1; None for the last) as it stood then.

    Raises NotFound.

    `name` is a ticket's number or a conversation's id. What was known and asked before is taken
    from the answer to the message before; matters that waited are not kept with it.
    """
    ticket = await session.scalar(select(Ticket).where(Ticket.number == name.upper()))
    conversation = ticket.conversation_id if ticket else name
    in_order = (
        select(Message, StoredTurn)
        .join(StoredTurn, StoredTurn.id == Message.turn_id)
        .where(Message.conversation_id == conversation, Message.role == "visitor")
        .order_by(Message.position)
    )
    said = (await session.execute(in_order)).all()
    if not said:
        raise NotFound(f"没有找到工单或对话 {name}，或者里面还没有访客的话。")
    wanted = len(said) if number is None else number
    if not 1 <= wanted <= len(said):
        raise NotFound(f"这段对话有 {len(said)} 条访客的话，没有第 {wanted} 条。")
    message = said[wanted - 1][0]
    before = [turn.answer for _, turn in said[: wanted - 1] if turn.answer]
    opening = next((one.text for one, _ in said[: wanted - 1] if not one.payload), "")
    text = message.payload or without_command(message.text)
    state = State.of({**slots_after(before), "opening": opening})
    return Asked(text, state, message.said_at.date())


def masked(lines: Sequence[str], state: State) -> Iterator[str]:
    """The lines without personal data: numbers, addresses, names, and the contact that was left."""
    contact = str(state.facts.get("contact") or "")
    for line in lines:
        hidden = line.replace(contact, "〔联系方式〕") if len(contact) > 1 else line
        hidden = re.sub(r"(联系方式：)(?!〔)\S.*", r"\1〔联系方式〕", hidden)
        yield mask(hidden)


# --- the command ----------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a trace; returns 0, or 1 where there is nothing to follow."""
    options = _options().parse_args(arguments)
    try:
        for line in asyncio.run(_lines(options, Settings())):
            print(line)
    except NotFound as missing:
        print(missing, file=sys.stderr)
        return 1
    return 0


async def _lines(options: argparse.Namespace, settings: Settings) -> list[str]:
    asked = await _asked(options, settings)
    base = await _in_use(settings)
    understanding = await asyncio.to_thread(_understanding, settings)
    lines = await follow(asked, base, understanding)
    return list(masked(lines, asked.state)) if options.command == "show" else lines


async def _asked(options: argparse.Namespace, settings: Settings) -> Asked:
    if options.command == "ask":
        day = options.as_of or Clock(settings.as_of).today()
        return Asked(without_command(options.text), State(), day)
    database = Database(settings.database_url, DataKeys.of(settings))
    try:
        async with database.session() as session:
            return await stored(session, options.name, options.turn)
    finally:
        await database.close()


async def _in_use(settings: Settings) -> KnowledgeBase:
    """What the service speaks from; what is shipped where no database tells."""
    changes: tuple[Change, ...] = ()
    with suppress(DataKeyMissing, DataKeyWrong, DatabaseUnavailable, SQLAlchemyError):
        changes = await _changes(Database(settings.database_url, DataKeys.of(settings)))
    workshop = Workshop(settings.var, settings.embedder, settings.vector_store)
    return await asyncio.to_thread(lambda: workshop.load(workshop.make(changes)))


def _understanding(settings: Settings) -> Understanding:
    archive = chosen(settings.var).archive
    return Understanding.load(settings.var / "models", archive=archive)


async def _changes(database: Database) -> tuple[Change, ...]:
    try:
        async with database.reading() as session:
            return await releases.changes_in_use(session)
    finally:
        await database.close()


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m api.trace", description="一句话怎样得到答复")
    commands = parser.add_subparsers(dest="command", required=True)
    ask = commands.add_parser("ask", help="没有发过的一句话")
    ask.add_argument("text", help="访客的话")
    ask.add_argument(
        "--as-of", type=date.fromisoformat, metavar="YYYY-MM-DD", help="按哪一天的法律，默认今天"
    )
    show = commands.add_parser("show", help="存下的一段对话里的一句话")
    show.add_argument("name", help="工单号或对话编号")
    show.add_argument("--turn", type=int, metavar="N", help="第几条访客的话，从 1 数，默认最后一条")
    return parser


if __name__ == "__main__":
    sys.exit(main())
