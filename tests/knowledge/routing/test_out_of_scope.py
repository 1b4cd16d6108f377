"""What this line cannot do is said in one polite sentence with a place to go."""

from pathlib import Path

import pytest

from knowledge.reviewed import ContentError
from knowledge.routing.out_of_scope import OutOfScope

EXITS = OutOfScope.load()


def test_every_topic_has_words_of_its_own() -> None:
    replies = [one.reply for one in EXITS.topics.values()]

    assert len(set(replies)) == len(replies)
    assert all(EXITS.exit(topic).reply == one.reply for topic, one in EXITS.topics.items())


@pytest.mark.parametrize("topic", ["", "weather", "总统选举"])
def test_a_topic_without_words_gets_those_for_all_others(topic: str) -> None:
    assert EXITS.exit(topic).reply == EXITS.topics["other"].reply


def test_a_number_stands_only_where_its_source_is_given_and_where_it_is_said() -> None:
    for topic, one in [*EXITS.topics.items(), *((one.label, one) for one in EXITS.nearer)]:
        assert (one.hotline is None) == (one.source is None), topic
        assert one.hotline is None or one.hotline in one.reply, topic


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("店家没经过我同意，拿我的照片做广告", "肖像、姓名、名誉"),
        ("有人在群里造谣说我骗钱", "肖像、姓名、名誉"),
        ("广告里写全国第一会不会被罚", "广告用语"),
        ("详情页用了极限词被举报", "广告用语"),
        ("我想注册一家公司要什么材料", "公司登记"),
        ("公司核名一直不通过", "公司登记"),
        ("平台把我的保证金扣了", "平台合同"),
        ("店铺被封了，平台不给说法", "平台合同"),
    ],
)
@pytest.mark.parametrize("topic", ["other", "family_property"])
def test_what_is_rarely_asked_gets_the_words_for_it(topic: str, text: str, label: str) -> None:
    [nearer] = [one for one in EXITS.nearer if one.label == label]

    assert EXITS.exit(topic, text).reply == nearer.reply
    assert "归我们" in nearer.reply or "接着跟我说" in nearer.reply


def test_a_topic_that_was_understood_keeps_its_words() -> None:
    text = "公司拖欠工资，还拿我的照片做广告"

    assert EXITS.exit("labour", text).reply == EXITS.topics["labour"].reply


def test_other_words_get_the_general_exit() -> None:
    assert EXITS.exit("other", "明天会下雨吗").reply == EXITS.topics["other"].reply


def test_an_exit_says_what_this_line_does_instead_of_only_refusing() -> None:
    # A wall of words helps nobody: one or two sentences.
    assert {
        topic: len(one.reply)
        for topic, one in [*EXITS.topics.items(), *((one.label, one) for one in EXITS.nearer)]
        if not 20 <= len(one.reply) <= 120
    } == {}


def test_a_broken_file_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "out_of_scope.yml").write_text(
        "topics:\n  labour:\n    label: 劳动争议\n", encoding="utf-8"
    )

    with pytest.raises(ContentError, match=r"out_of_scope\.yml 第 3 行"):
        OutOfScope.load(tmp_path)
