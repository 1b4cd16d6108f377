"""Says of a remedy what to bring, by when, at what cost and to whom, and what it can do."""

from collections.abc import Sequence

from rasa_sdk.events import EventType, SlotSet

from actions.asking import resume
from actions.base import Visit
from actions.deciding.turn import Does, Side, Turn
from knowledge.law.deadlines import Deadline
from knowledge.routing.referral import OpenRemedy, Referral

MOST_COMPARED = 3


async def explain_remedy(visit: Visit) -> list[EventType]:
    """Say of the remedy that is meant what was asked about it, then put the open question again."""
    referral = visit.decision.referral
    assert referral is not None
    events = await visit.keep()
    if Does.COMPARES in visit.turn.does:
        _compare(visit, referral)
    else:
        say(visit, meant(referral, visit.turn))
    resume(visit)
    return events


def say(visit: Visit, remedy: OpenRemedy) -> None:
    """The sides of a remedy that the words ask about; where they name none, all that it is."""
    asked = [_TELL[side](remedy) for side in Side if side in visit.turn.sides]
    visit.dispatcher.utter_message(
        response="utter_remedy_details" if asked else "utter_remedy_overview",
        name=remedy.name,
        gives=remedy.can_do,
        limits=remedy.cannot_do,
        details="\n".join(asked) or f"{_materials(remedy)}\n{_time(remedy)}",
        json_message={"citations": [citation.as_dict() for citation in remedy.basis]},
    )


async def say_by_case(visit: Visit) -> list[EventType]:
    """What was asked of the way, for each possibility, then the question that decides."""
    sides = [side for side in Side if side in visit.turn.sides]
    referral = visit.decision.referral
    first = referral.remedies[0] if referral else None
    lines = [f"不管哪一种，先做「{first.name}」：{_in_short(first, sides)}"] if first else []
    lines += [
        f"如果是「{case}」，走「{way.name}」：{_in_short(way, sides)}"
        for case, way in visit.decision.cases
    ]
    if visit.decision.cases:
        visit.dispatcher.utter_message(response="utter_sides_by_case", lines="\n".join(lines))
    else:
        _say_in_general(visit, sides)
    resume(visit)
    return [SlotSet("asked", [ask.slot])] if (ask := visit.decision.resume) else []


def _say_in_general(visit: Visit, sides: Sequence[Side]) -> None:
    """What holds whichever way it is: of an office that declines, of nobody who reacts, of a side
    that is asked about.
    """
    does = visit.turn.does
    if Does.SAYS_DECLINED in does:
        visit.dispatcher.utter_message(response="utter_declined", then="")
    elif Does.COMES_TO_NOTHING in does and not visit.turn.names_a_side:
        visit.dispatcher.utter_message(response="utter_open_no_reaction")
    else:
        for side in sides:
            visit.dispatcher.utter_message(response=_OPEN[side])


def _in_short(remedy: OpenRemedy, sides: Sequence[Side]) -> str:
    return "".join(_IN_SHORT[side](remedy) for side in sides)


def _compare(visit: Visit, referral: Referral) -> None:
    """The ways that are asked about, side by side; which one is better is left to the visitor."""
    sides = [side for side in Side if side in visit.turn.sides]
    lines = []
    for remedy in compared(referral, visit.turn):
        told = "".join(_COMPARED[side](remedy) for side in sides)
        told = told or f"能做到：{remedy.can_do}。做不到：{remedy.cannot_do}。"
        lines.append(f"「{remedy.name}」{told}")
    closed = [one for one in referral.ruled_out if one.key in visit.turn.remedies]
    lines += [f"「{one.name}」眼下走不通：{one.why}" for one in closed]
    visit.dispatcher.utter_message(response="utter_remedies_compared", lines="\n".join(lines))


def compared(referral: Referral, turn: Turn) -> list[OpenRemedy]:
    """The remedies that a visitor compares: those that he names, where they are several, else the
    first ones that are open.
    """
    named = [one for one in referral.remedies if one.key in turn.remedies]
    closed = any(one.key in turn.remedies for one in referral.ruled_out)
    return named if len(named) + closed > 1 else list(referral.remedies[:MOST_COMPARED])


def meant(referral: Referral, turn: Turn) -> OpenRemedy:
    """The remedy that a visitor means: the one he counts to, or names, else the first."""
    if turn.counted is not None:
        return referral.remedies[min(turn.counted, len(referral.remedies) - 1)]
    named = [one for one in referral.remedies if one.key in turn.remedies]
    if Does.WANTS_ANOTHER_WAY in turn.does:
        return next(
            (one for one in referral.remedies[1:] if one not in named), referral.remedies[0]
        )
    first = min(named, key=lambda one: turn.remedies.index(one.key), default=None)
    return first or referral.remedies[0]


def _materials(remedy: OpenRemedy) -> str:
    if not remedy.materials:
        return "材料没有固定要求，先打电话问受理机关。"
    return f"要准备：{'；'.join(remedy.materials)}。"


def _first_materials(remedy: OpenRemedy) -> str:
    """The first of them, where several ways stand side by side."""
    return f"先备{'、'.join(remedy.materials[:2])}。" if remedy.materials else _materials(remedy)


def _evidence(remedy: OpenRemedy) -> str:
    listed = "；".join(f"{one.what}（{one.how}）" for one in remedy.evidence)
    return f"证据清单：{listed}。" if listed else "这条路不用另外准备证据。"


def _duration(remedy: OpenRemedy) -> str:
    return (
        f"一般要多久：{remedy.duration}。" if remedy.duration else "要多久，法律没有定固定的天数。"
    )


def period_of(deadline: Deadline) -> str:
    """How long a period is and from when it runs; until when, where that is known."""
    due = f"，最迟{deadline.act_by}" if deadline.act_by else ""
    return f"{deadline.what}：{deadline.period}，从{deadline.from_}起算{due}"


def _time(remedy: OpenRemedy) -> str:
    listed = "；".join(map(period_of, remedy.deadlines))
    none = "期限：法律没有给这条路定固定的天数，越早办越好。"
    periods = f"期限：{listed}。" if listed else none
    return periods + (_duration(remedy) if remedy.duration else "")


def _fees(remedy: OpenRemedy) -> str:
    none = "没有查到有出处的收费标准，不敢乱说，请问受理机关"
    return f"费用：{remedy.fees or none}。"


def _where(remedy: OpenRemedy) -> str:
    note = f"{remedy.body.note}。" if remedy.body.note else ""
    unsourced = "电话和地址没有可靠出处的我们不写，请打12345转接或查它的官网。"
    is_known = remedy.body.reach or remedy.body.unverified  # then the note says it
    return f"找{remedy.body.name}。{note}{'' if is_known else unsourced}"


_TELL = {
    Side.MATERIALS: _materials,
    Side.EVIDENCE: _evidence,
    Side.TIME: _time,
    Side.FEES: _fees,
    Side.WHERE: _where,
}
# What is said of a side while no way is known.
_OPEN = {
    Side.MATERIALS: "utter_open_materials",
    Side.EVIDENCE: "utter_open_evidence",
    Side.TIME: "utter_open_time",
    Side.FEES: "utter_open_fees",
    Side.WHERE: "utter_open_where",
}
_IN_SHORT = _TELL | {Side.TIME: _duration, Side.MATERIALS: _first_materials}
# What is compared of a way by time is how long it takes, not until when one has to go it.
_COMPARED = _TELL | {Side.TIME: _duration}
