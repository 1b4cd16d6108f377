"""Facts are read from visitors' own words: whose place, which day, how much, how to be reached, and
what is not.
"""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.facts.reader import contact_refused, stated
from knowledge.facts.wordings import patterns
from knowledge.slots import SLOTS, UNKNOWN, Facts, as_listed
from tests.content import READER

TODAY = date(2026, 11, 22)


def said(
    text: str,
    before: Facts | None = None,
    asked: tuple[str, ...] = (),
    situation: str | None = None,
) -> Facts:
    return stated(READER.read(text, TODAY), before or {}, list(asked), situation)


def places(text: str, asked: tuple[str, ...] = (), situation: str | None = None) -> dict[str, str]:
    facts = said(text, asked=asked, situation=situation)
    return {slot: facts[slot] for slot in ("own_city", "city", "county") if slot in facts}


# --- places ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我在赣州", {"own_city": "赣州市"}),
        ("我们公司在南昌", {"own_city": "南昌市"}),
        ("我厂在景德镇", {"own_city": "景德镇市"}),
        ("本公司注册在赣江新区", {"own_city": "赣江新区"}),
        ("我在杭州开公司", {"own_city": "杭州市"}),
        ("对方在吉安县", {"city": "吉安市", "county": "吉安县"}),
        ("发现赣州有人卖假货", {"city": "赣州市"}),
        ("吉安县那家店", {"city": "吉安市", "county": "吉安县"}),
        ("章贡区有家店仿我的牌子", {"city": "赣州市", "county": "章贡区"}),
    ],
)
def test_a_place_is_the_visitors_own_or_the_other_sides_by_the_words_around_it(
    text: str, expected: dict[str, str]
) -> None:
    assert places(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("他在吉安吉水，我在上饶", {"city": "吉安市", "county": "吉水县", "own_city": "上饶市"}),
        (
            "我们公司在南昌，对方在赣州章贡区开店",
            {"own_city": "南昌市", "city": "赣州市", "county": "章贡区"},
        ),
        (
            "我在赣州开店，吉安县有人仿冒我的商标",
            {"own_city": "赣州市", "city": "吉安市", "county": "吉安县"},
        ),
        ("我厂在景德镇，广东佛山一家厂抄我们", {"own_city": "景德镇市", "city": "佛山市"}),
    ],
)
def test_two_places_in_one_message_go_to_their_own_sides(
    text: str, expected: dict[str, str]
) -> None:
    assert places(text) == expected


def test_a_place_that_is_said_to_be_ones_own_counts_more_than_one_that_is_only_named() -> None:
    facts = places("我们公司在吉安，能到赣州的中心预审吗", situation="preexam_need")

    assert facts == {"own_city": "吉安市"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("对方公司在南昌，货在赣州卖", {"their_city": "南昌市", "city": "赣州市"}),
        ("货在赣州卖，他们总部在深圳", {"their_city": "深圳市", "city": "赣州市"}),
        ("对方总部在浙江义乌，店开在南昌", {"their_city": "义乌市", "city": "南昌市"}),
        ("对方是广东的", {"their_city": "广东省"}),
        ("被告是美国公司", {"their_city": "美国"}),
        ("对方在九江县", {"their_city": "九江市", "city": "九江市", "county": "柴桑区"}),
        ("南昌西湖区有家店抄我", {"their_city": "南昌市", "city": "南昌市", "county": "西湖区"}),
        (
            "对方公司注册地在杭州，我们是抚州的",
            {"their_city": "杭州市", "city": "杭州市", "own_city": "抚州市"},
        ),
        ("发现赣州有人卖假货", {"city": "赣州市"}),
        ("他的货卖到赣州了", {"city": "赣州市"}),
        ("我们在赣州发现有人卖我们的货", {"city": "赣州市"}),
        ("我是从义乌进的货", {}),
        ("收据是义乌国际商贸城的，店开在吉安", {"city": "吉安市"}),
        ("供货商在汕头", {}),
        ("假货是南昌那家店卖的", {"city": "南昌市"}),
        ("我们在浙江义乌进货，在赣州卖", {"city": "赣州市"}),
        ("我在赣州批发市场开店", {"own_city": "赣州市"}),
        ("有人卖假的景德镇瓷器", {}),
    ],
)
def test_the_other_sides_seat_is_told_apart_from_where_it_happened(
    text: str, expected: dict[str, str]
) -> None:
    facts = said(text)
    assert {
        slot: facts[slot] for slot in ("own_city", "their_city", "city", "county") if slot in facts
    } == expected


def test_a_seat_that_is_told_later_does_not_move_the_place_of_the_act() -> None:
    text = "对方公司在南昌"

    assert said(text, before={"city": "赣州市"}) == {"their_city": "南昌市"}
    assert said(text, before={"city": "赣州市"}, asked=("city",)) == {
        "their_city": "南昌市",
        "city": "南昌市",
    }
    assert said(text, before={"city": "赣州市", "their_city": "赣州市"}) == {
        "their_city": "南昌市",
        "city": "南昌市",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("不是南昌，是南城县", {"city": "抚州市", "county": "南城县"}),
        ("不在南昌，在赣州", {"city": "赣州市"}),
        ("不是吉安县，是吉安市", {"city": "吉安市"}),
        ("不是南昌西湖区，是青云谱区", {"city": "南昌市", "county": "青云谱区"}),
        ("我不在南昌，在赣州", {"own_city": "赣州市"}),
        ("对方不是南昌的，是赣州的", {"city": "赣州市"}),
    ],
)
def test_a_place_that_is_denied_gives_way_to_the_right_one(
    text: str, expected: dict[str, str]
) -> None:
    assert places(text) == expected


@pytest.mark.parametrize("text", ["高新区有家店卖假货", "在经开区", "庐山那边有人卖"])
def test_a_name_that_several_places_bear_is_read_as_such(text: str) -> None:
    [place] = [reading.value for reading in READER.read(text, TODAY) if reading.slot == "place"]

    assert place.kind == "ambiguous" and place.ask
    assert not {"city", "county"} & places(text).keys()


def test_a_bare_place_answers_the_question_that_was_asked() -> None:
    assert places("在赣州", asked=("own_city",)) == {"own_city": "赣州市"}
    assert places("在赣州", asked=("city",)) == {"city": "赣州市"}
    assert places("在赣州", asked=("city", "own_city")) == {"city": "赣州市"}


def test_a_bare_place_is_the_visitors_own_where_only_that_one_matters() -> None:
    assert places("赣州的企业", situation="preexam_need") == {"own_city": "赣州市"}
    assert places("赣州的企业", situation="infringed") == {"city": "赣州市"}


@pytest.mark.parametrize("text", ["西湖边上", "对方在广东", "我在网上卖货"])
def test_no_city_is_guessed_from_a_name_that_settles_none(text: str) -> None:
    assert not {"city", "county"} & places(text).keys()


# --- days and spans -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "slot", "day"),
    [
        ("上个月8号收到传票", "doc_received_on", "2026-10-08"),
        ("前天收到律师函", "doc_received_on", "2026-11-20"),
        ("11月5日收到法院寄来的起诉状", "doc_received_on", "2026-11-05"),
        ("三天前接到海关通知", "doc_received_on", "2026-11-19"),
        ("初审公告是10月20日", "published_on", "2026-10-20"),
        ("他的商标2021年3月6日注册的", "registered_on", "2021-03-06"),
    ],
)
def test_a_day_counts_from_today_and_goes_to_what_the_clause_is_about(
    text: str, slot: str, day: str
) -> None:
    facts = said(text)

    assert facts[slot] == day
    assert not {"doc_received_on", "published_on", "registered_on"} - {slot} & facts.keys()


def test_two_days_in_one_message_are_kept_apart() -> None:
    facts = said("昨天初审公告，今天收到通知")

    assert (facts["published_on"], facts["doc_received_on"]) == ("2026-11-21", "2026-11-22")


def test_a_bare_day_answers_the_question_that_was_asked_and_is_dropped_otherwise() -> None:
    assert said("11月10日", asked=("published_on", "unused")) == {"published_on": "2026-11-10"}
    assert said("11月10日") == {}


@pytest.mark.parametrize(
    "text",
    [
        "大概三天前收到传票",
        "去年腊月收到律师函",
        "上个月底收到处罚告知书",
        "月底收到的传票",
        "半个月前收到函",
        "2026年12月5日收到传票",
        "11月3号到11月8号收到的传票",
        "11月3号到8号期间收到函",
        "前天或昨天收到函",
    ],
)
def test_no_deadline_runs_from_a_day_that_is_not_certain_or_not_yet_come(text: str) -> None:
    assert "doc_received_on" not in said(text)


@pytest.mark.parametrize(
    "text", ["1月5日收到传票", "12月1号收到律师函", "1.5收到传票", "不是20号，是12月1号"]
)
def test_a_day_without_its_year_that_may_lie_ahead_starts_no_deadline(text: str) -> None:
    assert "doc_received_on" not in said(text, before={"published_on": "2026-11-20"})
    assert "published_on" not in said(text, before={"published_on": "2026-11-20"})


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026年1月5日收到传票", "2026-01-05"),
        ("2月1号收到函", "2026-02-01"),
        ("11月5日收到传票", "2026-11-05"),
    ],
)
def test_a_day_that_can_only_have_passed_needs_no_year(text: str, day: str) -> None:
    assert said(text)["doc_received_on"] == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("不是20号，是18号", "2026-11-18"),
        ("不对，应该是18号", "2026-11-18"),
        ("记错了，是11月18号", "2026-11-18"),
        ("不是11月20号，是18号", "2026-11-18"),
        ("不是11月20号，是11月18号", "2026-11-18"),
        ("不是昨天，是前天", "2026-11-20"),
        ("改成10月30号", "2026-10-30"),
        ("错了，是30号", "2026-10-30"),
    ],
)
def test_a_day_that_corrects_another_takes_its_place(text: str, day: str) -> None:
    assert said(text, before={"doc_received_on": "2026-11-21"}) == {"doc_received_on": day}
    assert said(text) == {}


@pytest.mark.parametrize(
    "text",
    [
        "11月10日",
        "昨天我又去了他店里",
        "11月15号他又来找我",
        "我前天咨询过律师",
        "10月8号我跟他签的合同",
        "今天早上他打电话来",
        "不是我卖的，11月10号他来过",
    ],
)
def test_the_day_of_something_else_moves_no_deadline(text: str) -> None:
    assert "doc_received_on" not in said(text, before={"doc_received_on": "2026-11-20"})


def test_a_hearing_to_come_is_not_the_day_of_receipt() -> None:
    assert said("昨天收到传票，12月5号开庭")["doc_received_on"] == "2026-11-21"


def test_two_or_three_days_ago_is_no_day_from_which_a_deadline_could_run() -> None:
    assert "doc_received_on" not in said("两三天前收到传票")


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("商标注册四年了", 4),
        ("注册两年半了", 2.5),
        ("注册了十八个月", 1.5),
        ("注册了半年", 0.5),
        ("下证3年多", 3),
    ],
)
def test_the_years_since_a_registration_are_read(text: str, years: float) -> None:
    assert said(text)["years_registered"] == years


@pytest.mark.parametrize(
    "text", ["他那个标注册于2019年", "注册证是2019年3月6日发的", "2019年注册的，注册证2019年下来"]
)
def test_a_calendar_year_is_no_number_of_years(text: str) -> None:
    assert said(text).get("years_registered", 7) in (6, 7, 7.0)


@pytest.mark.parametrize("text", ["2019年", "2019年注册的", "好像是2019年吧"])
def test_the_year_alone_answers_when_it_was_registered(text: str) -> None:
    facts = said(text, asked=("registered_on", "unused"))

    assert facts.get("registered_on", "")[:4] == "2019" or facts.get("years_registered") in (6, 7)


@pytest.mark.parametrize(
    "text",
    [
        "商标注册快五年了",
        "他那个标注册不到五年",
        "注册5年以内",
        "注册将近5年",
        "商标注册还没满三年",
        "注册差一个月满五年",
        "下证大概三年左右",
    ],
)
def test_nearly_so_many_years_leave_a_turning_year_open(text: str) -> None:
    assert "years_registered" not in said(text)


def test_years_of_use_are_no_years_since_the_other_side_registered() -> None:
    assert "years_registered" not in said("商标让人抢先注册了 我用了十来年了")


def test_nearly_so_many_years_tell_that_the_other_sides_mark_is_registered() -> None:
    assert said("他那个标注册快五年了")["other_status"] == "registered"
    assert "other_status" not in said("我的商标注册快五年了")


@pytest.mark.parametrize(("text", "years"), [("注册快四年了", 3.5), ("注册四年左右", 4)])
def test_nearly_so_many_years_far_from_a_turning_year_are_read(text: str, years: float) -> None:
    assert said(text)["years_registered"] == years


def test_two_or_three_years_are_not_twenty_three() -> None:
    assert said("他的商标注册了两三年了").get("years_registered", 2) <= 3


# --- the day of the act ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("去年底的事", "2025-12-31"),
        ("2025年8月有家店仿我们的包装", "2025-08-31"),
        ("去年8月，对门仿我们的包装", "2025-08-31"),
        ("上个月发现有人在卖假货", "2026-10-31"),
        ("2025年8月3日他卖我们的仿货", "2025-08-03"),
        ("前员工去年9月带走了客户名单", "2025-09-30"),
        ("半年前他偷了我们的配方", "2026-05-31"),
        ("事情发生在2024年", "2024-12-31"),
        ("从去年7月到去年9月一直刷单", "2025-09-30"),
        ("对方2025年1月到8月在网上造谣", "2025-08-31"),
        ("这张图2021年3月被人盗用了", "2021-03-31"),
        ("我们的注册商标2025年8月3日被人假冒", "2025-08-03"),
    ],
)
def test_the_day_of_the_act_is_the_latest_that_the_words_allow(text: str, day: str) -> None:
    facts = said(text)

    assert facts["acted_on"] == day
    assert not {"doc_received_on", "published_on", "registered_on"} & facts.keys()
    assert "ongoing" not in facts.get("circumstances", [])


@pytest.mark.parametrize(
    "text",
    [
        "2025年8月收到律师函说我侵权",
        "上个月8号收到传票，说我卖假货",
        "10月20号看到的初审公告",
        "他的商标在初审公告期，上个月10号公告的",
        "商标2025年8月注册的",
        "前员工2025年8月离职，把图纸带走了",
        "去年签的合同，说好不外泄",
        "去年8月申请的商标被抢注了",
        "三年前买的设备",
        "我们公司去年8月成立",
        "11月10日",
        "去年",
        "目前年销售额三百万",
    ],
)
def test_the_day_of_something_else_is_not_that_of_the_act(text: str) -> None:
    assert "acted_on" not in said(text)


def test_the_act_and_the_letter_have_their_own_days() -> None:
    facts = said("法院传票前天收到的，告我去年5月卖的货侵权", situation="accused_court")

    assert (facts["doc_received_on"], facts["acted_on"]) == ("2026-11-20", "2025-05-31")


def test_what_the_visitor_did_is_the_act_only_when_he_is_accused_of_it() -> None:
    text = "我们去年8月就在卖这个了"

    assert said(text, situation="accused_letter")["acted_on"] == "2025-08-31"
    assert "acted_on" not in said(text, situation="infringed")


@pytest.mark.parametrize(
    "text",
    [
        "去年8月开始卖仿冒的，现在还在卖",
        "从去年7月到现在一直在仿我们",
        "前员工去年带走图纸，到现在都还用着",
        "去年8月，对门开始仿我们的包装",
    ],
)
def test_an_act_that_goes_on_keeps_the_day_of_its_beginning(text: str) -> None:
    facts = said(text)

    assert facts["acted_on"][:4] == "2025"
    assert "ongoing" in facts["circumstances"]


# --- amounts and contact --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("涉案金额大概3万元", "3万元"),
        ("卖了5w多", "5万多"),
        ("赔我两万", "两万"),
        ("他要十万块", "十万块"),
        ("也就2000元", "2000元"),
        ("大概３万元", "3万元"),
        ("有一百五十万", "一百五十万"),
        ("总共五百多万", "五百多万"),
        ("二十万左右", "二十万左右"),
    ],
)
def test_an_amount_is_kept_as_it_was_said(text: str, amount: str) -> None:
    assert said(text)["amount"] == amount


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("我电话13812345678", "13812345678"),
        ("电话：１３８１２３４５６７８", "13812345678"),
        ("打0791-88888888找老李", "0791-88888888（老李）"),
        ("079188888888", "079188888888"),
        ("邮箱 zhang.san@example.com", "zhang.san@example.com"),
        ("微信号 abc_123456", "微信 abc_123456"),
        ("wx：wxid123", "微信 wxid123"),
        ("加我微信abc-1234", "微信 abc-1234"),
        ("138 1234 5678", "13812345678"),
        ("138-1234-5678", "13812345678"),
        ("+86 13812345678", "13812345678"),
    ],
)
def test_contact_details_are_read_in_their_usual_forms(text: str, contact: str) -> None:
    assert said(text)["contact"] == contact


def test_who_is_to_be_asked_for_and_when_stands_beside_the_contact() -> None:
    told = said("我叫陈华，电话１３８１２３４５６７８，晚上七点以后打")

    assert told["contact"] == "13812345678（陈华，晚上七点以后打）"


def test_a_wechat_name_may_be_written_in_capitals() -> None:
    assert said("我微信是Zhang_San88")["contact"].lower() == "微信 zhang_san88"


@pytest.mark.parametrize(
    "text", ["电话 1381234567", "138123456789", "工单号 JX20261122-0001", "赔我20000", "微信"]
)
def test_what_cannot_be_dialled_is_no_contact(text: str) -> None:
    assert "contact" not in said(text)


@pytest.mark.parametrize(
    "text",
    ["不留", "不想留电话", "不方便留联系方式", "不留了", "我要匿名", "别留电话", "不想给号码"],
)
def test_declining_to_leave_contact_is_understood(text: str) -> None:
    assert contact_refused(text)


@pytest.mark.parametrize("text", ["我留个电话13812345678", "不知道该找谁", "没有侵权", "我要投诉"])
def test_other_refusals_are_not_taken_for_declining_contact(text: str) -> None:
    assert not contact_refused(text)


# --- words that only look like others -------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["包装上标着我们厂的名字", "盒子上标注的日期", "网上标价很低", "在车上标记一下"]
)
def test_a_mark_on_something_is_no_trademark(text: str) -> None:
    assert "right" not in said(text)


# --- negation -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        ("不是商标是专利", "right", "patent"),
        ("不是专利，是商标", "right", "trademark"),
        ("没注册", "right_status", "unregistered"),
        ("我的商标没注册", "right_status", "unregistered"),
        ("我的商标还没下来", "right_status", "pending"),
        ("我们的商标已经注册了", "right_status", "registered"),
        ("我没有起诉", "proceeding", "未起诉"),
        ("合同里没写仲裁", "proceeding", "无仲裁条款"),
        ("他不愿意谈", "circumstances", ["refuses_talk"]),
    ],
)
def test_a_negation_turns_the_fact_round(text: str, slot: str, value: object) -> None:
    assert as_listed(slot, value) == said(text)[slot]


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("没收到传票", "doc_received"),
        ("没收到传票", "situation"),
        ("没收到律师函", "situation"),
        ("没有公证", "evidence"),
        ("不是侵权", "situation"),
    ],
)
def test_what_is_denied_is_not_stated(text: str, slot: str) -> None:
    assert slot not in said(text)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("商标没问题，是版权的事", "copyright"),
        ("跟商标没关系，是外观被抄", "patent_design"),
        ("不涉及专利，主要是商业秘密", "trade_secret"),
        ("商标、专利都不是，是版权", "copyright"),
        ("说错了，是实用新型，不是商标", "patent_utility"),
        ("人家说是商标，其实是专利", "patent"),
        ("不是说专利，我讲的是商标", "trademark"),
    ],
)
def test_of_two_rights_the_affirmed_one_counts(text: str, right: str) -> None:
    assert said(text)["right"] == right


@pytest.mark.parametrize(
    "text",
    [
        "如果被起诉怎么办",
        "假如收到律师函该怎么回",
        "万一他去起诉，开庭要多久",
        "收到传票的话怎么办",
        "要是对方告到法院，我要赔吗",
        "会不会被起诉",
        "担心平台处罚",
        "怕收到法院传票",
        "我朋友收到律师函",
        "我亲戚被告上法院了",
        "我表哥前几天收到起诉状",
        "客户收到了海关通知",
        "我哥们被刑拘了",
    ],
)
def test_what_may_happen_or_happened_to_others_has_not_reached_the_visitor(text: str) -> None:
    facts = said(text)

    assert not {"doc_received", "proceeding", "urgency"} & facts.keys()
    assert not str(facts.get("situation")).startswith("accused")


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        ("昨天收到传票，如果不去会怎样", "doc_received", "传票"),
        ("客户把我告上法院了", "proceeding", "已起诉"),
        ("被客户起诉了", "proceeding", "已起诉"),
        ("如果可以调解最好。传票已经收到了", "doc_received", "传票"),
        ("我老公被拘留了", "urgency", "被采取强制措施"),
    ],
)
def test_what_did_happen_stands_beside_an_if_and_beside_others(
    text: str, slot: str, value: str
) -> None:
    assert as_listed(slot, value) == said(text)[slot]


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("他说他注册了商标", "right_status"),
        ("对方说我没有注册", "right_status"),
        ("平台说我没有商标", "right_status"),
        ("他说有公证书", "evidence"),
        ("对方说他是从批发市场进的货", "circumstances"),
        ("他说他只是个经销商", "circumstances"),
    ],
)
def test_what_the_other_side_claims_is_not_the_visitors_fact(text: str, slot: str) -> None:
    assert slot not in said(text)


# --- typos ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("我的上标被人抢住了，在拼夕夕卖", "我的商标被人抢注了，在拼多多卖"),
        ("转利被侵全，昨天收到律师涵", "专利被侵权，昨天收到律师函"),
        ("shangbiao被人用在山债货上，pdd在卖", "商标被人用在山寨货上，拼多多在卖"),
        ("商標在網路上被仿冒", "商标在网络上被仿冒"),
        ("dy上全是冒排货", "抖音上全是冒牌货"),
        ("店铺在陶宝被头诉下驾了", "店铺在淘宝被投诉下架了"),
        ("😭商标被抢注❗❗❗", "商标被抢注！"),
        ("赔我叁万元", "赔我三万元"),
        ("对方在赣州卖假货怎么办对方在赣州卖假货怎么办", "对方在赣州卖假货怎么办"),
    ],
)
def test_a_text_full_of_slips_states_what_was_meant(typed: str, meant: str) -> None:
    assert said(typed) == said(meant) != {}


# --- whatever is written --------------------------------------------------------------------------

_PIECES = st.sampled_from(
    [
        "我",
        "我们",
        "他",
        "说",
        "没",
        "不是",
        "的",
        "商标",
        "专利",
        "律师函",
        "收到",
        "在",
        "江西",
        "赣州",
        "3天前",
        "上个月",
        "一",
        "十",
        "万",
        "1",
        "138",
        "zl20",
        "，。",
        "法院",
        "如果",
        "类",
        "第",
        "@",
        "a",
        "卖",
        "①",
        "😭",
        "-",
        "(",
        "壹",
        "包装",
        "注册",
    ]
)


@settings(max_examples=40, deadline=None)
@given(st.lists(_PIECES, min_size=1, max_size=4), st.text(max_size=40))
def test_the_longest_message_is_read_whatever_it_repeats(pieces: list[str], text: str) -> None:
    hostile = (text + "".join(pieces) * 2000)[:2000]

    assert {reading.slot for reading in READER.read(hostile, TODAY)} <= {*SLOTS, "date", "place"}


# --- laying what was read over what is known ------------------------------------------------------


def test_a_hint_never_replaces_what_is_known() -> None:
    assert said("有人卖假货")["right"] == "trademark"
    assert "right" not in said("有人卖假货", before={"right": "patent"})
    assert said("有人卖假货", before={"right": UNKNOWN})["right"] == "trademark"


def test_a_general_word_never_blurs_a_precise_right() -> None:
    assert said("就是那个专利", before={"right": "patent_design"})["right"] == "patent_design"
    assert said("是外观专利", before={"right": "patent"})["right"] == "patent_design"
    assert said("是商标", before={"right": "patent_design"})["right"] == "trademark"


def test_slots_of_several_values_collect_them_all() -> None:
    facts = said("我只是进货来卖的，有进货单，有公证书，也截了图")

    assert set(facts["circumstances"]) >= {"seller", "has_source"}
    assert {"公证书", "截图", "进货凭证"} <= set(facts["evidence"])


def test_traditional_and_full_width_writing_are_read_alike() -> None:
    assert said("商標被人侵權，在拼多多賣") == said("商标被人侵权，在拼多多卖")


def test_capital_letters_are_read_like_small_ones() -> None:
    assert said("KTV放我们写的歌，PDD上也有人卖") == said("ktv放我们写的歌，pdd上也有人卖")


def test_an_empty_text_states_nothing() -> None:
    assert said("") == said("嗯") == said("？？？") == {}


def test_only_slots_are_stated() -> None:
    text = "我在赣州，对方在吉安县，11月5日收到传票，赔3万，电话13812345678，商标注册四年没用过，急"

    assert set(said(text)) <= set(SLOTS)


# --- the pattern files ----------------------------------------------------------------------------


def test_every_file_of_wordings_is_named_after_a_slot() -> None:
    assert {pattern.slot for pattern in patterns()} <= set(SLOTS)


@pytest.mark.parametrize(
    ("text", "paper"),
    [
        ("商标局作出了不予注册决定", "不予注册决定"),
        ("商标局的撤销决定", "撤销决定"),
        ("商标局主动宣告我的商标无效", "依职权无效决定"),
        ("商标复审决定下来了", "裁决书"),
        ("商标驳回复审决定收到了", "裁决书"),
        ("收到不予注册复审决定", "裁决书"),
        ("商标无效裁定收到了", "裁决书"),
        ("商标局的决定书收到了", "国知局决定"),
        ("国知局的专利无效决定我不服", "裁决书"),
        ("二审判决书下来了", "生效判决"),
        ("一审判决书下来了", "判决书"),
    ],
)
def test_a_first_decision_and_one_on_review_are_two_papers(text: str, paper: str) -> None:
    assert said(text)["doc_received"] == [paper]


@pytest.mark.parametrize(
    "text",
    [
        "没收到商标局的决定",
        "检察院会不会不起诉",
        "能不能让法院先查封他的货",
        "市监局查封了我的仓库",
    ],
)
def test_a_paper_that_did_not_come_is_none_received(text: str) -> None:
    assert "doc_received" not in said(text)


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        ("海关扣了我一批货", "defence"),
        ("海关把我们的柜子扣了", "defence"),
        ("我们的集装箱在口岸被海关扣了", "defence"),
        ("冒我们牌子的货被海关扣了", None),
        ("海关扣了一批冒我们牌子的货", None),
        ("货被海关扣了", None),
    ],
)
def test_whose_goods_the_customs_hold(text: str, goal: str | None) -> None:
    assert said(text).get("goal") == goal


def test_years_since_ones_own_registration_tell_that_it_is_registered() -> None:
    assert said("我商标注册三年了，你们管不管")["right_status"] == "registered"
    assert said("他的商标注册三年了").get("right_status") is None


@pytest.mark.parametrize(
    ("text", "goal"),
    [("要的是钱", "damages"), ("我就要他赔钱", "damages"), ("要钱吗", None), ("要多少钱", None)],
)
def test_money_is_wished_for_or_asked_about(text: str, goal: str | None) -> None:
    wished = [reading.value for reading in READER.read(text, TODAY) if reading.slot == "goal"]
    assert wished == ([goal] if goal else [])


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        ("展会早结束了，当时没来得及", "circumstances", ["fair_over"]),
        ("平台要我交评价报告", "circumstances", ["wants_report"]),
        ("都是老乡，能不能调解解决", "circumstances", ["wants_talk"]),
        ("怕他转移，能不能让法院先查封", "circumstances", ["wants_injunction"]),
        ("包装上印了个不存在的专利号", "circumstances", ["fake_patent"]),
        ("投诉了半年局里不管不答复", "proceeding", "投诉没人管"),
        ("市场监管局罚了我五万", "doc_received", "处罚决定"),
        ("我的货被宁波海关扣了，说侵权", "goal", "defence"),
    ],
)
def test_what_decides_between_roads_is_read(text: str, slot: str, value: object) -> None:
    assert as_listed(slot, value) == said(text)[slot]


@pytest.mark.parametrize(
    "text", ["我去做公证取证", "想先去诉前调解", "展会还有两天结束", "举报了，局里正在查"]
)
def test_words_that_only_sound_alike_are_not_read_so(text: str) -> None:
    circumstances = said(text).get("circumstances", [])

    assert not {"fair_over", "wants_injunction"} & set(circumstances)
    assert said(text).get("proceeding") != "投诉没人管"


@pytest.mark.parametrize("text", ["这批料产自安徽", "茶青大半是福建收来的", "货是河南批来的"])
def test_where_goods_come_from_is_nobodys_place(text: str) -> None:
    assert not {"city", "own_city", "their_city"} & set(said(text, asked=("own_city",)))
