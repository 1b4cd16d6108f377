"""How sure the helpline must be of what: one table, each value with where it was measured."""

from collections.abc import Mapping
from types import MappingProxyType

from actions.deciding.decision import Threshold

_HELD_OUT = "tests/nlu 的 1,514 句，python -m evaluation.thresholds"

_IN_MATTER = "60 件事里的 180 句追问，docs/decisions/0022"

_BY_HAND = "没有单独量过；改动前后用 ./helpline evaluate answers 比较"

THRESHOLDS: Mapping[str, Threshold] = MappingProxyType(
    {
        "intent_sure": Threshold(
            0.45,
            "意图到这个把握，才改变已知的事情、打断正谈的事、当真转人工",
            f"1271 句里 1051 句达到，0.857 判对（{_HELD_OUT}）",
        ),
        "intent_sure_against": Threshold(
            0.85,
            "意图到这个把握，才胜过访客明说的立场（谁告谁）",
            f"1271 句里 321 句达到，0.981 判对（{_HELD_OUT}）",
        ),
        "out_abuse": Threshold(
            0.98,
            "骂人的话到这个把握才推开：生气的话里多半有事",
            f"26 句里没有一句达到（{_HELD_OUT}）",
        ),
        "out_chitchat": Threshold(
            0.8,
            "闲聊到这个把握才推开",
            f"22 句里 4 句达到，0.750 判对（{_HELD_OUT}）",
        ),
        "out_prompt_attack": Threshold(
            0.8,
            "套话攻击到这个把握就推开",
            f"15 句里 6 句达到，都判对（{_HELD_OUT}）",
        ),
        "out_wrongdoing": Threshold(
            0.7,
            "要做违法的事，到这个把握就拒绝",
            f"21 句里 10 句达到，都判对（{_HELD_OUT}）",
        ),
        "out_of_scope": Threshold(
            0.5,
            "别的管不了的事，几个题目合起来到这个把握才推开",
            f"159 句里 120 句达到，0.900 判对（{_HELD_OUT}）",
        ),
        "out_between": Threshold(
            0.9,
            "正谈着一件事时，带有事实的话到这个把握才推开",
            f"243 句里 21 句达到，都判对（{_HELD_OUT}）",
        ),
        "out_in_matter": Threshold(
            0.7,
            "正谈着一件事时，没有新事实的话到这个把握才推开",
            f"9 句误推的都不到（{_IN_MATTER}）",
        ),
        "answer_asked": Threshold(
            0.35,
            "问了一个具体问题，最近的问答到这个把握才用它回答",
            "270 句里 31% 达到，其中 0.51 全答到、0.92 至少沾边（docs/evaluation.md）",
        ),
        "answer_sure": Threshold(
            0.45,
            "用来回答的问答到这个把握，才不再说明它答的是哪个问题",
            "270 句里 18% 达到，其中 0.61 全答到、0.94 至少沾边（docs/evaluation.md）",
        ),
        "answer_perhaps": Threshold(
            0.2,
            "没有把握够大的问答时，最近的一条到这个把握，才连同它回答的问题一起讲",
            "270 句里 70% 达到，其中 0.38 全答到、0.78 至少沾边（docs/evaluation.md）",
        ),
        "answer_near": Threshold(
            0.1,
            "问答到这个把握，才作为「您问的是不是」的按钮",
            "270 句里 88% 达到，其中 0.32 全答到、0.70 至少沾边（docs/evaluation.md）",
        ),
        "answer_unasked": Threshold(
            0.5,
            "看不出在问什么，或者另有话可答，问答到这个把握才先答",
            "270 句里 14% 达到，其中 0.69 全答到、0.95 至少沾边（docs/evaluation.md）",
        ),
        "answer_asked_in_matter": Threshold(
            0.18,
            "正谈着一件事时问的，连同这件事的原话去找，最近的问答到这个把握才用它回答",
            f"84 到 109 句达到，0.44 到 0.49 全答到、0.72 到 0.79 至少沾边（{_IN_MATTER}）",
        ),
        "answer_sure_in_matter": Threshold(
            0.4,
            "正谈着一件事时，到这个把握，才不再说明它答的是哪个问题",
            f"20 句达到，0.65 全答到、0.85 至少沾边（{_IN_MATTER}）",
        ),
        "answer_perhaps_in_matter": Threshold(
            0.12,
            "正谈着一件事时，最近的一条到这个把握，才连同它回答的问题一起讲",
            f"109 到 137 句达到，0.41 到 0.44 全答到、0.70 到 0.72 至少沾边（{_IN_MATTER}）",
        ),
        "answer_near_in_matter": Threshold(
            0.06,
            "正谈着一件事时，问答到这个把握，才作为「您问的是不是」的按钮",
            f"前三条里 180 句有 99 句有全答到的（{_IN_MATTER}）",
        ),
        "answer_unasked_in_matter": Threshold(
            0.25,
            "正谈着一件事时，看不出在问什么或者另有话可答，问答到这个把握才先答",
            f"42 到 84 句达到，0.49 到 0.62 全答到、0.79 到 0.83 至少沾边（{_IN_MATTER}）",
        ),
        "story_length": Threshold(15, "从这么多字起是另讲一件事，不只是回答", _BY_HAND),
        "times_asked": Threshold(2, "问过这么多次还没答就不再问", _BY_HAND),
    }
)
