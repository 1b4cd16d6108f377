"""What this line cannot do is said in one polite sentence with a place to go."""

from pathlib import Path

import pytest

from knowledge.reviewed import ContentError
from knowledge.routing.out_of_scope import OutOfScope

EXITS = OutOfScope.load()


def test_every_topic_has_words_of_its_own() -> None:
    replies = [one.reply for one in EXITS.exits.values()]

    assert len(set(replies)) == len(replies)
    assert all(EXITS.reply(topic) == one.reply for topic, one in EXITS.exits.items())


@pytest.mark.parametrize("topic", ["", "weather", "总统选举"])
def test_a_topic_without_words_gets_those_for_all_others(topic: str) -> None:
    assert EXITS.reply(topic) == EXITS.exits["other"].reply


def test_a_number_stands_only_where_its_source_is_given_and_where_it_is_said() -> None:
    for topic, one in EXITS.exits.items():
        assert (one.hotline is None) == (one.source is None), topic
        assert one.hotline is None or one.hotline in one.reply, topic


def test_an_exit_says_what_this_line_does_instead_of_only_refusing() -> None:
    # A wall of words helps nobody: one or two sentences.
    assert {
        topic: len(one.reply)
        for topic, one in EXITS.exits.items()
        if not 20 <= len(one.reply) <= 120
    } == {}


def test_a_broken_file_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "exits.yml").write_text(
        "exits:\n  labour:\n    label: 劳动争议\n", encoding="utf-8"
    )

    with pytest.raises(ContentError, match=r"exits\.yml 第 3 行"):
        OutOfScope.load(tmp_path)
