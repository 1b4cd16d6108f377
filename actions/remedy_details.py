"""Says of a remedy what to bring, by when, at what cost and to whom, and what it can do."""

from rasa_sdk.events import EventType

from actions.asking import resume
from actions.base import Visit
from actions.deciding.turn import Side, Turn
from knowledge.routing.referral import OpenRemedy, Referral


async def explain_remedy(visit: Visit) -> list[EventType]:
    """Say of the remedy that is meant what was asked about it, then put the open question again."""
    assert visit.decision.referral is not None
    events = await visit.keep()
    remedy = meant(visit.decision.referral, visit.turn)
    asked = [_TELL[side](remedy) for side in Side if side in visit.turn.sides]
    visit.dispatcher.utter_message(
        response="utter_remedy_details" if asked else "utter_remedy_overview",
        name=remedy.name,
        gives=remedy.can_do,
        limits=remedy.cannot_do,
        details="\n".join(asked) or f"{_materials(remedy)}\n{_time(remedy)}",
        json_message={"citations": [citation.as_dict() for citation in remedy.basis]},
    )
    resume(visit)
    return events


def meant(referral: Referral, turn: Turn) -> OpenRemedy:
    """The remedy that a visitor means: the one he counts to, or names, else the first."""
    if turn.counted is not None:
        return referral.remedies[min(turn.counted, len(referral.remedies) - 1)]
    named = [one for one in referral.remedies if one.key in turn.remedies]
    first = min(named, key=lambda one: turn.remedies.index(one.key), default=None)
    return first or referral.remedies[0]


def _materials(remedy: OpenRemedy) -> str:
    if not remedy.materials:
        return "材料没有固定要求，先打电话问受理机关。"
    return f"要准备：{'；'.join(remedy.materials)}。"


def _evidence(remedy: OpenRemedy) -> str:
    listed = "；".join(f"{one.what}（{one.how}）" for one in remedy.evidence)
    return f"证据清单：{listed}。" if listed else "这条路不用另外准备证据。"


def _time(remedy: OpenRemedy) -> str:
    listed = "；".join(
        f"{one.what}：{one.period}，从{one.from_}起算"
        + (f"，最迟{one.act_by}" if one.act_by else "")
        for one in remedy.deadlines
    )
    none = "期限：法律没有给这条路定固定的天数，越早办越好。"
    periods = f"期限：{listed}。" if listed else none
    return periods + (f"一般要多久：{remedy.duration}。" if remedy.duration else "")


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
