"""Numbers, classes and ways to be reached are told apart, and from all other figures."""

import pytest

from knowledge.chinese.identifiers import (
    classes,
    contact,
    contact_details,
    contact_meant,
    registration_numbers,
    ticket_number,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("第30类", ["第30类"]),
        ("商标是三十类的", ["第30类"]),
        ("注册了25类和35类", ["第25类", "第35类"]),
        ("尼斯分类第9类", ["第9类"]),
        ("第25、35类", ["第25类", "第35类"]),
        ("二十五、二十九类", ["第25类", "第29类"]),
        ("第xxv类", ["第25类"]),
        ("商标9类，又加了9类", ["第9类"]),
    ],
)
def test_classes_are_read_in_any_numerals(text: str, expected: list[str]) -> None:
    assert classes(text) == expected


@pytest.mark.parametrize(
    "text",
    ["三类医疗器械", "这几类商品", "两类情况", "好多类", "第五十类", "12类问题", "这类产品", "1类"],
)
def test_other_kinds_of_things_are_no_classes(text: str) -> None:
    assert classes(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("zl2020 3 0123456.7", ["ZL202030123456.7"]),
        ("专利号zl202030123456.7", ["ZL202030123456.7"]),
        ("申请号2021 3 0123456.x", ["202130123456.X"]),
        ("专利号是202030123456", ["202030123456"]),
        ("公布号cn112345678a", ["CN112345678A"]),
        ("注册号12345678", ["12345678"]),
        ("商标号是 1234567", ["1234567"]),
        ("第12345678号商标", ["12345678"]),
        ("申请号：g1234567", ["G1234567"]),
        ("软著登字第1234567号", ["软著登字第1234567号"]),
        ("2021sr0123456", ["2021SR0123456"]),
        ("赣作登字-2021-f-00012345", ["赣作登字-2021-F-00012345"]),
        ("商标注册号23456789a，还有34567890号商标", ["23456789A", "34567890"]),
    ],
)
def test_registration_numbers_are_read_without_their_blanks(text: str, expected: list[str]) -> None:
    assert registration_numbers(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "工单号jx20261122-0001",
        "电话13812345678",
        "订单号202011234567",
        "20261103收到",
        "注册号12345",
        "注册号1234567890123",
    ],
)
def test_other_numbers_are_no_registrations(text: str) -> None:
    assert registration_numbers(text) == []


@pytest.mark.parametrize(
    ("text", "reached"),
    [
        ("138-1234-5678", "13812345678"),
        ("+86 13812345678", "13812345678"),
        ("86-138 1234 5678", "13812345678"),
        ("一三八一二三四五六七八", "13812345678"),
        ("0791-88888888", "0791-88888888"),
        ("（0791）8888888", "0791-8888888"),
        ("0797 8234567", "0797-8234567"),
        ("400-123-4567", "4001234567"),
        ("邮箱是zhang.san@qq.com", "zhang.san@qq.com"),
        ("微信id：abc_12345", "微信 abc_12345"),
        ("加v abc12345", "微信 abc12345"),
        ("qq 12345678", "QQ 12345678"),
        ("微信同号13812345678", "13812345678"),
    ],
)
def test_a_visitor_may_be_reached_in_many_ways(text: str, reached: str) -> None:
    assert contact(text) == reached


@pytest.mark.parametrize(
    "text",
    ["1381234567", "138123456789", "138 1234 567", "座机88888888", "微信", "手机号忘了", "abc@"],
)
def test_what_was_meant_for_a_contact_but_is_none_is_told(text: str) -> None:
    assert contact(text) is None
    assert contact_meant(text)


@pytest.mark.parametrize(
    "text", ["2026年11月3日", "在赣州", "赔我3万", "第30类", "50000元", "不知道"]
)
def test_other_answers_are_not_meant_for_a_contact(text: str) -> None:
    assert not contact_meant(text)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("我叫陈华，电话13812345678", "13812345678（陈华）"),
        ("陈华 13812345678", "13812345678（陈华）"),
        ("13812345678，找会计小王", "13812345678（会计小王）"),
        ("打0791-88888888找老李", "0791-88888888（老李）"),
        ("姓万，13812345678，工作日打", "13812345678（姓万，工作日打）"),
        ("王先生13812345678，晚上七点以后再打", "13812345678（王先生，晚上七点以后再打）"),
        ("13812345678，下午三点到五点有空", "13812345678（下午三点到五点有空）"),
        ("微信 abc_12345，只加微信", "微信 abc_12345（只加微信）"),
    ],
)
def test_the_name_and_the_hours_beside_a_contact_are_kept_with_it(text: str, kept: str) -> None:
    assert contact_details(text) == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("13812345678，周末别打", "13812345678（周末别打）"),
        ("13812345678，晚上不要打", "13812345678（晚上不要打）"),
        ("13812345678，上午不方便", "13812345678（上午不方便）"),
        ("13812345678，别打电话，发短信", "13812345678（别打电话）"),
    ],
)
def test_hours_at_which_nobody_is_to_call_are_not_kept_as_hours_to_call(
    text: str, kept: str
) -> None:
    assert contact_details(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "好的 13812345678",
        "可以，13812345678",
        "商标 13812345678",
        "南昌 13812345678",
        "江西 13812345678",
        "我电话13812345678",
        "打我手机13812345678",
        "就这个 13812345678",
        "找我，13812345678",
    ],
)
def test_nobody_is_named_where_no_name_stands(text: str) -> None:
    assert contact_details(text) == "13812345678"


@pytest.mark.parametrize("text", ["我叫陈华", "晚上七点以后打", "陈华 1381234567", "找会计小王"])
def test_a_name_or_hours_alone_reach_nobody(text: str) -> None:
    assert contact_details(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "JX20261128-0005",
        "jx202611280005",
        "JX 20261128 0005",
        "工单号 JX-20261128-0005，办到哪了",
        "JX20261128—0005",
        "jx20261128_0005谢谢",
    ],
)
def test_the_number_of_a_ticket_is_read_however_it_was_typed(text: str) -> None:
    assert ticket_number(text) == "JX20261128-0005"


@pytest.mark.parametrize(
    "text", ["JX20261128", "JX20261128-005", "JX20261128-0005678", "20261128-0005", "单号丢了"]
)
def test_what_is_no_whole_number_of_a_ticket_is_none(text: str) -> None:
    assert ticket_number(text) is None
