"""Answers questions about the roads themselves: how one works, why another is closed."""

import re

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.asking import take_up_again
from actions.facts import in_progress
from actions.refer import Refer
from actions.roads import FEES, MATERIALS, chosen
from actions.services import HelplineAction
from knowledge.routing import Referral, Road

# Which side of a road is asked about; where none is, what it does and what to bring.
_EVIDENCE = re.compile("证据|取证|证明")
_TIME = re.compile("多久|多长|几天|几个?月|什么时候|时间|期限|来得及")
_WHERE = re.compile("去哪|在哪|找谁|哪里|哪个(?:部门|单位|局|窗口)|地址|电话|怎么联系")


class ExplainRoad(HelplineAction):
    """What to bring, by when, at what cost, to whom, and what a road can and cannot do."""

    def name(self) -> str:
        return "action_explain_road"

    async def act(self, said: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        referral = self.services.refer(self.settled(tracker))
        if not in_progress(tracker.slots) or not referral.remedies:
            return await Refer(self.services).act(said, tracker)
        text = tracker.latest_message.get("text") or ""
        road = chosen(referral, text, self.services.knowledge.words.named(text))
        sides = [one for asked, one in self._sides(road) if asked.search(text)]
        said.utter_message(
            response="utter_road_details" if sides else "utter_road_overview",
            name=road.name,
            gives=road.gives,
            limits=road.limits,
            details="\n".join(sides) or f"{_materials(road)}\n{_time(road)}",
            json_message={"citations": [citation.as_dict() for citation in road.basis]},
        )
        take_up_again(self, said, tracker)
        return []

    def _sides(self, road: Road) -> list[tuple[re.Pattern[str], str]]:
        note = f"{road.body.note}。" if road.body.note else ""
        return [
            (MATERIALS, _materials(road)),
            (_EVIDENCE, _evidence(road)),
            (_TIME, _time(road)),
            (
                FEES,
                f"费用：{road.fees}。" if road.fees else "费用：没有查到有出处的收费标准，不敢乱说，请问受理机关。",
            ),
            (_WHERE, f"找{road.body.name}。{note}电话和地址没有可靠出处的我们不写，请打12345转接或查它的官网。"),
        ]


class ExplainClosed(HelplineAction):
    """Why a road is closed, or what it could do after all."""

    def name(self) -> str:
        return "action_explain_closed"

    async def act(self, said: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        if not in_progress(tracker.slots):
            return await Refer(self.services).act(said, tracker)
        referral, knowledge = self.services.refer(self.settled(tracker)), self.services.knowledge
        called = knowledge.words.named(tracker.latest_message.get("text") or "")
        closed = [one for one in referral.ruled_out if not called or one.key in called]
        for one in closed:
            said.utter_message(
                response="utter_closed_details",
                name=one.name,
                why=one.why,
                json_message={"citations": [citation.as_dict() for citation in one.basis]},
            )
        if not closed:
            self._say_not_closed(said, referral, called)
        take_up_again(self, said, tracker)
        return []

    def _say_not_closed(self, said: CollectingDispatcher, referral: Referral, called: list[str]) -> None:
        open_ones = [(number, road) for number, road in enumerate(referral.remedies, 1) if road.key in called]
        if open_ones:
            number, road = open_ones[0]
            said.utter_message(response="utter_not_closed", name=road.name, number=number, limits=road.limits)
        elif called:
            remedy = next(one for one in self.services.knowledge.rules.remedies if one.key == called[0])
            said.utter_message(response="utter_not_listed", name=remedy.name, limits=remedy.limits)
        else:
            said.utter_message(response="utter_nothing_closed")


def _materials(road: Road) -> str:
    return f"要准备：{'、'.join(road.materials)}。" if road.materials else "材料没有固定要求，先打电话问受理机关。"


def _evidence(road: Road) -> str:
    listed = "；".join(f"{one.what}（{one.how}）" for one in road.evidence)
    return f"证据清单：{listed}。" if listed else "这条路不用另外准备证据。"


def _time(road: Road) -> str:
    told = [
        f"{d.what}：{d.period}，从{d.from_}起算" + (f"，最迟{d.act_by}" if d.act_by else "") for d in road.deadlines
    ]
    periods = f"期限：{'；'.join(told)}。" if told else "期限：法律没有给这条路定固定的天数，越早办越好。"
    return periods + (f"一般要多久：{road.duration}。" if road.duration else "")
