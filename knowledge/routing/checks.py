"""What every file of rules must keep to; each fault is told with file and line."""

from collections.abc import Iterable
from pathlib import Path

from knowledge.places.institutions import Institutions
from knowledge.reviewed import ContentError, line_of
from knowledge.routing.conditions import When, listed
from knowledge.routing.rules import BodyRule
from knowledge.slots import DATE_SLOTS, NUMBER_SLOTS, PLACE_SLOTS, TEXT_SLOTS

Vocabulary = dict[str, dict[str, str]]  # slot → value → Chinese label
Keys = tuple[str | int, ...]  # under which something stands in a file

_NOT_CLOSED = TEXT_SLOTS | DATE_SLOTS | NUMBER_SLOTS | PLACE_SLOTS  # slots without a vocabulary


def check_when(path: Path, keys: Keys, when: When, vocabulary: Vocabulary) -> None:
    """Raise ContentError where a condition asks for a fact or a value that does not exist.

    `keys`: where the `when` stands in the file.
    """
    for slot, condition in when.items():
        if slot not in vocabulary and slot not in _NOT_CLOSED:
            raise ContentError(path, line_of(path, *keys, slot), f"没有「{slot}」这个事实")
        values = condition.get("not", []) if isinstance(condition, dict) else condition
        for value in listed(values):
            if slot in vocabulary and value not in vocabulary[slot]:
                line = line_of(path, *keys, slot)
                raise ContentError(path, line, f"「{slot}」没有「{value}」这个取值")


def check_ids(path: Path, part: str, ids: list[str]) -> None:
    """Raise ContentError where two rules of one table have the same number."""
    for index, one in enumerate(ids):
        if one in ids[:index]:
            raise ContentError(path, line_of(path, part, index), f"规则号 {one} 用了两次")


def check_remedies(path: Path, keys: Keys, named: Iterable[str], vocabulary: Vocabulary) -> None:
    """Raise ContentError where a remedy is named that does not exist."""
    for index, key in enumerate(named):
        if key not in vocabulary["remedy"]:
            raise ContentError(path, line_of(path, *keys, index), f"没有 {key} 这种救济")


def check_body(path: Path, keys: Keys, body: BodyRule, institutions: Institutions) -> None:
    """Raise ContentError where a body is of a kind or a level that the directory does not know."""
    if body.kind not in institutions.kinds:
        line = line_of(path, *keys, "kind")
        raise ContentError(path, line, f"institutions.yml 里没有「{body.kind}」这类机构")
    if body.level not in institutions.levels(body.kind):
        line = line_of(path, *keys, "kind")
        raise ContentError(path, line, f"「{body.kind}」没有 {body.level} 这一级")
