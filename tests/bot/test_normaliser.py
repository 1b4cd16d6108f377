"""What visitors type comes to the components in one form, and means what it meant."""

import json
from typing import Pattern

import pytest
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.normaliser import Normaliser
from bot.reading.fold import TYPOS, normalise


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("我的商標被侵權了", "我的商标被侵权了"),
        ("專利號ＺＬ２０２３", "专利号zl2023"),
        ("赔３万元", "赔3万元"),
        ("Logo 被 抄 了", "logo 被 抄 了"),
        ("商标　　被抄\t了", "商标 被抄 了"),
        ("  商标被抄  ", "商标被抄"),
        ("怎么办！！！！！", "怎么办！"),
        ("急？？？？", "急？"),
        ("好的。。。。。。", "好的。"),
        ("我等……………你", "我等…你"),
        ("真的吗？！", "真的吗？！"),
    ],
)
def test_traditional_full_width_and_repeated_writing_become_one_form(typed: str, read: str) -> None:
    assert normalise(typed) == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("我的上标被盗用了", "我的商标被盗用了"),
        ("转利被侵全", "专利被侵权"),
        ("收到律师涵", "收到律师函"),
        ("板权登记", "版权登记"),
        ("店铺在拼夕夕", "店铺在拼多多"),
        ("PDD上卖的", "拼多多上卖的"),
        ("商标被枪注了", "商标被抢注了"),
        ("我的連接被下架了", "我的链接被下架了"),
        ("商镖让人抢住了", "商标让人抢注了"),
        ("专力证书丢了", "专利证书丢了"),
        ("店里被头诉说亲权", "店里被投诉说侵权"),
        ("要到公正处做公正", "要到公证处做公证"),
        ("法院送来起拆状和传漂", "法院送来起诉状和传票"),
        ("陶宝上有山债货", "淘宝上有山寨货"),
        ("都音里全是冒排货", "抖音里全是冒牌货"),
        ("dy和jd都有", "抖音和京东都有"),
        ("shangbiao zhuce", "商标 注册"),
        ("知识产全局在哪", "知识产权局在哪"),
        ("專利在網路上被仿冒", "专利在网络上被仿冒"),
        ("盗拷我们的軟體", "盗拷我们的软件"),
        ("商标被抢注😭😭😭怎么办🙏", "商标被抢注，怎么办"),
        ("电话1️⃣3️⃣8️⃣", "电话138"),
    ],
)
def test_slips_of_a_telephone_are_corrected(typed: str, read: str) -> None:
    assert normalise(typed) == read


@pytest.mark.parametrize(
    "sentence",
    [
        "包装上标注了假的专利号",
        "衣服上标着我们厂的名字",
        "网上标价很低",
        "老板权限很大",
        "盗版全套教材",
        "正版全部下架了",
        "请你们公正处理",
        "公正处罚",
        "我住在上饶",
        "这款车入侵全国市场",
        "父母亲权利不一样",
        "律师含泪说",
        "他在厂商表示之前就卖了",
        "增强注意力",
        "时尚标签",
        "以上标准都符合",
        "狗东西",
        "我的微信是dy_1234，邮箱a@jd.com",
        "微信 ganzhou_chen01",
        "东拼西凑",
        "他们都音量很大",
        "调节温度",
    ],
)
def test_words_that_only_look_like_a_slip_are_left_alone(sentence: str) -> None:
    assert normalise(sentence) == sentence


@pytest.mark.parametrize(
    "sentence", ["商标，专利。著作权；外观（新型）：怎么办？好！", "《商标法》第五十七条"]
)
def test_chinese_punctuation_stays_as_it_is(sentence: str) -> None:
    assert normalise(sentence) == sentence


@pytest.mark.parametrize(("slip", "meant"), TYPOS)
def test_a_correction_is_not_corrected_again(slip: Pattern[str], meant: str) -> None:
    assert normalise(meant) == meant


def test_an_empty_text_stays_empty() -> None:
    assert normalise("") == normalise(" \t　") == ""


def test_messages_and_examples_are_read_alike() -> None:
    asked, taught = Message({TEXT: "我的上标！！！！"}), Message({TEXT: "我的上标！！！！"})

    Normaliser().process([asked])
    Normaliser().process_training_data(TrainingData([taught]))

    assert asked.get(TEXT) == taught.get(TEXT) == "我的商标！"


def test_what_a_button_carries_is_not_touched() -> None:
    payload = (
        f"/inform{json.dumps({'own_city': '贛州市', 'Field': 'LED！！！'}, ensure_ascii=False)}"
    )
    message = Message({TEXT: payload})

    Normaliser().process([message])

    assert message.get(TEXT) == payload


def test_an_example_without_text_is_passed_by() -> None:
    response = Message({"response": "ok"})

    assert Normaliser().process([response]) == [response]
