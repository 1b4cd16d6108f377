"""The roads that were told: which one a visitor speaks of, and what there is to say about it."""

import re

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.asking import take_up_again
from actions.services import HelplineAction
from knowledge.routing.referral import OpenRemedy, Referral

# Which side of a road is asked about; where none is, what it does and what to bring.
_MATERIALS = re.compile("材料|准备|带(?:什么|啥|哪些)|要(?:什么|啥|哪些)(?:东西|手续|证件)|手续")
_FEES = re.compile("多少钱|费用|收费|要钱|花钱|花多少|免费|贵")
_EVIDENCE = re.compile("证据|取证|证明")
_TIME = re.compile("多久|多长|几天|几个?月|什么时候|时间|期限|来得及")
_WHERE = re.compile("去哪|在哪|找谁|哪里|哪个(?:部门|单位|局|窗口)|地址|电话|怎么联系")
_ASKS = re.compile("什么|啥|哪些|多少|多久|多长|几天|怎么|吗|呢")
_ORDER = re.compile("第([一二三四五1-5])(?:个|条|种)?")


def chosen(referral: Referral, text: str, called: list[str]) -> OpenRemedy:
    """The road that a visitor means: the one he counts to, or names, else the first."""
    if order := _ORDER.search(text):
        number = "一二三四五".find(order[1]) if order[1] in "一二三四五" else int(order[1]) - 1
        return referral.remedies[min(number, len(referral.remedies) - 1)]
    named = [road for road in referral.remedies if road.key in called]
    return min(named, key=lambda road: called.index(road.key)) if named else referral.remedies[0]


def asks_about_a_road(text: str) -> bool:
    """Whether words that tell nothing new ask what to bring or what it costs (那预审要准备什么材料)."""
    return any(side.search(text) for side in (_MATERIALS, _EVIDENCE, _FEES, _TIME)) and bool(
        _ASKS.search(text)
    )


def tell_road(
    action: HelplineAction, said: CollectingDispatcher, tracker: Tracker, referral: Referral
) -> None:
    """Say of the road that is meant what was asked about it, then take up the open question again."""
    text = tracker.latest_message.get("text") or ""
    road = chosen(referral, text, action.services.knowledge.remedy_names.named(text))
    sides = [one for asked, one in _sides(road) if asked.search(text)]
    said.utter_message(
        response="utter_road_details" if sides else "utter_road_overview",
        name=road.name,
        gives=road.can_do,
        limits=road.cannot_do,
        details="\n".join(sides) or f"{_materials(road)}\n{_time(road)}",
        json_message={"citations": [citation.as_dict() for citation in road.basis]},
    )
    take_up_again(action, said, tracker)


def _sides(road: OpenRemedy) -> list[tuple[re.Pattern[str], str]]:
    note = f"{road.body.note}。" if road.body.note else ""
    return [
        (_MATERIALS, _materials(road)),
        (_EVIDENCE, _evidence(road)),
        (_TIME, _time(road)),
        (
            _FEES,
            f"费用：{road.fees}。"
            if road.fees
            else "费用：没有查到有出处的收费标准，不敢乱说，请问受理机关。",
        ),
        (
            _WHERE,
            f"找{road.body.name}。{note}电话和地址没有可靠出处的我们不写，请打12345转接或查它的官网。",
        ),
    ]


def _materials(road: OpenRemedy) -> str:
    return (
        f"要准备：{'、'.join(road.materials)}。"
        if road.materials
        else "材料没有固定要求，先打电话问受理机关。"
    )


def _evidence(road: OpenRemedy) -> str:
    listed = "；".join(f"{one.what}（{one.how}）" for one in road.evidence)
    return f"证据清单：{listed}。" if listed else "这条路不用另外准备证据。"


def _time(road: OpenRemedy) -> str:
    told = [
        f"{d.what}：{d.period}，从{d.from_}起算" + (f"，最迟{d.act_by}" if d.act_by else "")
        for d in road.deadlines
    ]
    periods = (
        f"期限：{'；'.join(told)}。" if told else "期限：法律没有给这条路定固定的天数，越早办越好。"
    )
    return periods + (f"一般要多久：{road.duration}。" if road.duration else "")
