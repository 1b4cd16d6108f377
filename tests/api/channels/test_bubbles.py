"""Turns as texts: `turns.json` holds 80 turns of 36 conversations as the helpline gave them."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from api.channels.bubbles import Told, of_message, of_turn
from api.channels.choices import Offer
from api.channels.direction import LONGEST, direction, tells_way
from api.channels.words import direction_words, turn_words
from knowledge.reviewed import CONTENT, load
from knowledge.routing.rules import Remedy
from tests.api.channels.person import FULL, fitted

TALKS: list[list[dict[str, Any]]] = json.loads(
    Path(__file__).with_name("turns.json").read_text(encoding="utf-8")
)
LINK = "https://ip.example.cn/#go=" + "g" * 120
AS_OF = date(2026, 11, 29)


def told() -> Iterator[tuple[dict[str, Any], Told]]:
    """Every turn with what is told of it, in its conversation."""
    for talk in TALKS:
        before = None
        for turn in talk:
            yield turn, of_turn(turn, before, LINK)
            if turn["referral"] and tells_way(turn["referral"]):
                before = turn["referral"]


def a_turn(said: str) -> dict[str, Any]:
    return next(turn for talk in TALKS for turn in talk if turn["said"] == said)


def put(turn: dict[str, Any]) -> list[dict[str, Any]]:
    """The turn's messages without the second question that its way depends on."""
    asks = {one["question"] for one in (turn["referral"] or {"asks": []})["asks"]}
    second = [one for one in turn["messages"] if one["text"] in asks][1:]
    return [one for one in turn["messages"] if one not in second]


def test_no_bubble_is_empty_or_shows_what_only_programs_read() -> None:
    texts = [text for _, one in told() for text in one.texts]

    assert len(texts) > 200
    assert [text for text in texts if not text.strip() or text != text.strip()] == []
    assert [text for text in texts if re.search(r"(?<![:/\w])/\w|\{|\}|payload", text)] == []


def test_every_message_is_short_enough_to_be_sent() -> None:
    messages = [message for _, one in told() for message in fitted(one.texts)]

    assert [len(message.encode()) for message in messages if len(message.encode()) > FULL] == []


def test_most_turns_are_one_message() -> None:
    counts = [len(fitted(one.texts)) for _, one in told()]

    assert max(counts) <= 2
    assert counts.count(1) / len(counts) > 0.8


def test_no_bubble_speaks_of_a_page() -> None:
    texts = [text for _, one in told() for text in one.texts]

    assert [
        text
        for text in texts
        if re.search("点一下|按钮|卡片|点开|点击|点下面|点「|右边|上面的第", text)
    ] == []


def test_words_about_a_page_are_those_of_the_bot() -> None:
    said = (CONTENT / "responses" / "bot.yml").read_text(encoding="utf-8")
    said += (CONTENT / "doubt.yml").read_text(encoding="utf-8")

    assert [page for page in turn_words().instead if page not in said] == []


def test_everything_that_the_bot_said_is_told() -> None:
    for turn, one in told():
        everything = "\n".join(one.texts)
        for message in put(turn):
            words = message["text"].strip()
            for page, here in turn_words().instead.items():
                words = words.replace(page, here)
            assert words in everything


def test_options_are_counted_through_all_questions_of_a_turn() -> None:
    for turn, one in told():
        buttons = [button for message in put(turn) for button in message["buttons"]]
        assert one.offered == tuple(Offer(b["title"], b["payload"]) for b in buttons)
        shown = "\n".join(one.texts)
        for number, button in enumerate(buttons, 1):
            assert re.search(rf"(^|回复 ){number}[ ：]{re.escape(button['title'])}", shown, re.M)


def test_a_question_comes_last_and_alone() -> None:
    one = of_turn(a_turn("我的商标被人用了，在赣州章贡区一家店"), None, LINK)

    assert one.texts[-1].startswith("您的商标拿到注册证了吗？\n回复数字选一个，也可以直接说：\n1 ")
    assert "主要是在哪里发生的？" not in "\n".join(one.texts)
    assert len(one.offered) == 6 and not one.awaits_words


def test_the_last_day_stands_right_behind_the_way() -> None:
    turn = a_turn("我收到了法院的传票，说我卖的东西侵犯商标权，11月20日收到的")
    texts = of_turn(turn, None, LINK).texts

    assert "建议先走「应诉、不侵权抗辩、函件回应」" in texts[0]
    assert "最晚2026年12月7日" in texts[1]


def test_a_last_day_that_has_passed_is_told_with_what_to_do() -> None:
    referral = a_turn("我收到了法院的传票，说我卖的东西侵犯商标权，11月20日收到的")["referral"]
    told = direction({**referral, "as_of": "2026-12-20"}, None, "", LINK)

    assert told is not None
    assert "期限过了：提交答辩，到2026年12月7日为止。别放下，马上问受理的地方还能不能补\n" in told
    assert "最晚" not in told
    said = "提交答辩的期限2026年12月7日已经过了，别放下"
    assert "期限过了" not in str(direction({**referral, "as_of": "2026-12-20"}, None, said, LINK))


def test_a_new_ticket_is_told_once_with_its_look_up_code() -> None:
    turn = a_turn("电话 13812345678")
    told = "\n".join(of_turn(turn, None, LINK).texts)

    assert told.count("JX20261129-0001") == told.count("6RQHQY") == 1
    untold = {**turn, "messages": []}
    assert "工单号：JX20261129-0001\n查询口令：6RQHQY" in of_turn(untold, None, LINK).texts


def test_a_draft_is_a_line_with_the_link() -> None:
    turn = a_turn("帮我写一份侵权通知")

    assert any(
        text.startswith("草稿《平台侵权通知》在这里下载：https://")
        for text in of_turn(turn, None, LINK).texts
    )
    assert any("换到电脑上" in text for text in of_turn(turn).texts)


def test_articles_that_the_words_leave_out_stand_in_brackets() -> None:
    [one] = of_turn(a_turn("怎么办")).texts

    assert one.endswith("（依据：《商标法》第三十条、第三十四条、第三十五条等）")


def test_an_operator_is_told_apart_from_the_bot() -> None:
    said = {"role": "operator", "text": "您好", "author": "李工", "buttons": [], "citations": []}

    assert of_message(said).texts == ("【李工】您好",)
    assert of_message({**said, "author": None}).texts == ("【工作人员】您好",)
    assert of_message({**said, "role": "bot"}).texts == ("您好",)


def test_who_is_with_people_is_told_nothing_by_the_turn() -> None:
    turn: dict[str, Any] = {"messages": [], "referral": None, "ticket": None}

    assert of_turn(turn, None, LINK) == Told()


def way(said: str, before: dict[str, Any] | None = None) -> str | None:
    turn = a_turn(said)
    words = "\n".join(message["text"] for message in turn["messages"])
    return direction(turn["referral"], before, words, LINK)


def test_the_way_is_told_in_one_short_bubble() -> None:
    assert way("我收到了法院的传票，说我卖的东西侵犯商标权，11月20日收到的") == (
        "「应诉、不侵权抗辩、函件回应」要点\n"
        "最要紧的日子：提交答辩，最晚2026年12月7日（《民事诉讼法》第一百二十八条）。"
        "最后一天本来是2026年12月5日，逢休息日顺延到2026年12月7日；"
        "稳妥起见请按2026年12月5日办，窗口和网上系统以停止办理的时间为准\n"
        "当心：不理、只把货下架、或者马上打钱都不可取；传票传唤不到庭的，法院可以缺席判决\n"
        "依据：《民事诉讼法》第一百二十八条，"
        "《最高人民法院关于审理民事案件适用诉讼时效制度若干问题的规定》第二条、第三条等8条\n"
        "材料：5样\n"
        f"完整方案（含材料清单、法条）：{LINK}"
    )


def test_every_way_is_short_and_holds_nothing_but_its_referral() -> None:
    for talk in TALKS:
        for turn in talk:
            referral = turn["referral"]
            bubble = direction(referral, None, "", None) if referral else None
            if bubble is None:
                continue
            assert len(bubble) <= LONGEST
            held = json.dumps(referral, ensure_ascii=False)
            for law, article in re.findall(r"《([^》]+)》(第[^，、（）等]+条)", bubble):
                assert f'"law": "{law}", "article": "{article}"' in held
            for year, month, day in re.findall(r"最晚(\d+)年(\d+)月(\d+)日", bubble):
                assert f'"act_by": "{year}-{int(month):02}-{int(day):02}"' in held


def test_the_earlier_day_of_two_laws_is_told() -> None:
    told = way("公告是10月1日", a_turn("我的商标被抢注了，现在在公告期")["referral"])

    assert told is not None
    assert "提出商标异议，最晚2026年12月1日（新旧法算法不同，按较早的这天办）" in told
    assert "第三十三条" not in told  # it is today's law, and the day is the coming one's


def test_no_way_is_told_while_the_side_is_open() -> None:
    for said in ("员工跳槽把客户名单带走了", "出口到美国的货被海关扣了说侵权", "11月27日"):
        assert a_turn(said)["referral"]["scope"] == "clarify"
        assert way(said) is None


def test_no_way_is_told_where_nobody_is_to_be_gone_to() -> None:
    assert way("什么是商业秘密") is None
    assert way("离婚财产怎么分") is None


def test_a_way_that_did_not_change_is_not_told_again() -> None:
    first = a_turn("我的商标被人用了，在赣州章贡区一家店")["referral"]

    assert way("注册了", first) is None


def test_articles_about_courts_are_not_told_to_who_goes_to_none() -> None:
    told = way("收到市场监管局的处罚告知书，11月26日收到，说我们卖假货")

    assert told is not None
    assert (
        "要求听证（罚款、没收数额较大等情形才有），最晚2026年12月3日（《行政处罚法》第六十四条）"
        in told
    )
    assert "民事诉讼法" not in told


@pytest.mark.parametrize("danger", direction_words().dangers, ids=lambda one: one.text)
def test_a_danger_is_the_word_of_its_rules(danger: Any) -> None:
    file = load(CONTENT / "remedies" / f"{danger.remedy}.yml", Remedy)

    assert danger.text in file.cannot_do
    assert set(danger.rules) <= {rule.id for rule in file.applies_when}


def test_periods_and_courts_are_those_of_the_content() -> None:
    written = "\n".join(
        path.read_text(encoding="utf-8") for path in (CONTENT / "remedies").glob("*.yml")
    )
    bodies = (CONTENT / "institutions.yml").read_text(encoding="utf-8")

    assert [one for one in direction_words().periods if one not in written] == []
    assert [one for one in direction_words().courts if f"kind: {one}\n" not in bodies] == []
