"""Conversations as visitors hold them, with times to think, written for measuring: sentences are
our own, and no other file of ours holds them.

A scenario is data; who plays it (`locustfile.py`) draws its sentences, presses buttons where the
answer has some, and waits between two steps.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

# Seconds between reading an answer and sending the next message: log-normal, mean 34 s.
THINK_MEDIAN_S, THINK_SIGMA = 30.0, 0.5
LONGEST_THOUGHT_S = 180.0

Kind = Literal["say", "press", "search", "look"]


@dataclass(frozen=True)
class Step:
    """`say` one of the sentences, `press` a button of the last answer (else say a sentence),
    `search` for one of them, or `look` at the conversation again.
    """

    kind: Kind
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scenario:
    """What one kind of visitor does; of a hundred visitors `share` are of this kind."""

    name: str
    share: int
    steps: tuple[Step, ...]

    @property
    def messages(self) -> int:
        """How many of the steps send a message."""
        return sum(step.kind in ("say", "press") for step in self.steps)


def say(*words: str) -> Step:
    return Step("say", words)


def press(*instead: str) -> Step:
    return Step("press", instead)


def search(*words: str) -> Step:
    return Step("search", words)


LOOK = Step("look")

# The shares are assumed, and no figure of a real helpline: change them to yours.
SCENARIOS = (
    Scenario(
        "a small firm with a problem",
        45,
        (
            say(
                "我们厂做藤编筐，去年注册的商标被一家直播间印在他们的筐上卖",
                "合伙开了间米粉店，隔壁新开的店招牌跟我们只差一个字",
                "代工方把我们的外观专利模具拿去给别人做货了",
                "离职的销售带走了客户名单，现在低价抢我们的老客户",
                "我拍的一组茶园照片被景区拿去印了宣传册，没打招呼",
            ),
            press("去年六月就办下来了", "是我们自己做的"),
            press("先让对方停手", "希望赔我们损失"),
            say("那我得先把哪些东西留好", "这事去哪个部门办", "大概要拖多长时间"),
            say("要花不少钱吧", "对方要是不理呢", "我在抚州，找谁"),
            say("麻烦给我登记一张工单"),
            press("不方便留电话", "先不留了"),
            LOOK,
        ),
    ),
    Scenario(
        "a short question",
        30,
        (
            say(
                "商标快到期了提前多久续",
                "外观专利能保护几年",
                "软件著作权要不要登记",
                "专利年费晚交了会怎样",
                "商标使用许可要备案吗",
            ),
            say("明白了，谢谢", "好的多谢"),
        ),
    ),
    Scenario(
        "one who wants a person",
        10,
        (
            say("我不想跟机器聊，请转人工", "叫个工作人员来接一下"),
            LOOK,
            say("我的事比较急，货已经在仓库了", "还要等多久"),
            LOOK,
            LOOK,
            say("那先帮我登记吧"),
            press("联系方式就不写了"),
        ),
    ),
    Scenario(
        "one who only reads",
        15,
        (
            search("商标 侵权 怎么投诉", "专利 年费", "商业秘密 保护"),
            LOOK,
            search("外观设计 侵权 赔偿", "版权 登记"),
            LOOK,
        ),
    ),
)


def scenario(chance: Random, scenarios: Sequence[Scenario] = SCENARIOS) -> Scenario:
    """One scenario, drawn by the shares."""
    return chance.choices(scenarios, [one.share for one in scenarios])[0]


def thought_s(chance: Random, scale: float = 1.0) -> float:
    """Seconds to think, times `scale`; 0 makes a visitor who never does."""
    drawn = chance.lognormvariate(math.log(THINK_MEDIAN_S), THINK_SIGMA)
    return scale * min(drawn, LONGEST_THOUGHT_S)


def words_for(step: Step, answer: Mapping[str, object], chance: Random) -> str:
    """What a visitor sends at this step, after `answer` (a turn as the API tells it; {} before the
    first). A button is sent as its payload.
    """
    if step.kind == "press" and (payloads := _payloads(answer)):
        return chance.choice(payloads)
    return chance.choice(step.words)


def _payloads(answer: Mapping[str, object]) -> list[str]:
    messages = answer.get("messages")
    said = messages if isinstance(messages, list) else []
    return [button["payload"] for message in said for button in message.get("buttons", [])]
