"""What is said on channels that show text alone: files of words, checked when they are loaded.

A text is filled in by its placeholders; one that is missing, or that nobody fills, is refused with
its line.
"""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, RootModel

from knowledge.reviewed import Strict, load

FOLDER = Path(__file__).with_name("wording")


def _filled_by(*names: str) -> AfterValidator:
    """A text that has exactly these placeholders, and says something."""

    def checked(text: str) -> str:
        found = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
        if found != set(names):
            wanted = "、".join(f"{{{name}}}" for name in names) or "没有"
            raise ValueError(f"占位应当是：{wanted}")
        if not text.strip():
            raise ValueError("不能是空的")
        return text

    return AfterValidator(checked)


Plain = Annotated[str, _filled_by()]


class Danger(Strict):
    """What a visitor on this way must not do; with `rules`, only where one of these opened it."""

    remedy: str
    rules: tuple[str, ...] = ()
    text: Plain


class DirectionWords(Strict):
    """How a way to go is told in one bubble."""

    heading: Annotated[str, _filled_by("name")]
    again: Annotated[str, _filled_by("name")]
    last_days: tuple[Plain, ...]
    body: Annotated[str, _filled_by("body")]
    body_note: Annotated[str, _filled_by("body", "note")]
    due: Annotated[str, _filled_by("what", "day")]
    due_basis: Annotated[str, _filled_by("due", "article")]
    due_note: Annotated[str, _filled_by("due", "note")]
    due_two_laws: Annotated[str, _filled_by("due")]
    period: Annotated[str, _filled_by("what", "period", "start")]
    basis: Annotated[str, _filled_by("articles")]
    basis_more: Annotated[str, _filled_by("articles", "count")]
    papers: Annotated[str, _filled_by("count")]
    papers_fee: Annotated[str, _filled_by("count", "fees")]
    danger: Annotated[str, _filled_by("danger")]
    card: Annotated[str, _filled_by("link")]
    not_told: tuple[str, ...]
    courts: tuple[str, ...]
    at_court: tuple[str, ...]
    periods: tuple[Plain, ...]
    dangers: tuple[Danger, ...]


class TurnWords(Strict):
    """What stands around what the bot and the staff say."""

    choose: Plain
    choose_one: Annotated[str, _filled_by("number", "title")]
    by_number: Plain  # what a question says that tells of the numbers itself
    basis: Annotated[str, _filled_by("articles")]
    basis_more: Annotated[str, _filled_by("articles")]
    draft: Annotated[str, _filled_by("titles", "link")]
    draft_no_link: Annotated[str, _filled_by("titles")]
    ticket: Annotated[str, _filled_by("number", "code")]
    operator: Annotated[str, _filled_by("author", "text")]
    operator_unnamed: Annotated[str, _filled_by("text")]
    instead: Mapping[str, Plain]


class ChannelWords(Strict):
    """What the channel itself says."""

    welcome: Plain
    notice: Annotated[str, _filled_by("short")]
    notice_link: Annotated[str, _filled_by("short", "link")]
    notice_again: Annotated[str, _filled_by("short")]
    notice_again_link: Annotated[str, _filled_by("short", "link")]
    how_to_ask: Plain
    out_of_range: Annotated[str, _filled_by("count")]
    several: Plain
    unsupported: Plain
    voice: Plain
    place_unknown: Plain
    failed: Plain
    card: Annotated[str, _filled_by("link")]
    card_none: Plain
    card_no_link: Plain
    move_code: Annotated[str, _filled_by("code", "minutes")]
    move_link: Annotated[str, _filled_by("link")]
    move_none: Plain
    moved: Plain
    move_words: tuple[Plain, ...]
    picture_ask: Annotated[str, _filled_by("number")]
    picture_ask_many: Annotated[str, _filled_by("number", "count")]
    picture_yes: Plain
    picture_no: Plain
    picture_no_ticket: Plain
    picture_kept: Annotated[str, _filled_by("number")]
    picture_kept_many: Annotated[str, _filled_by("number", "count")]
    picture_dropped: Plain
    picture_gone: Plain
    picture_unavailable: Plain
    for_people: Mapping[str, Plain]


class MenuWords(RootModel[Mapping[str, Plain]]):
    """What a click on an entry of the menu says to the bot, by its key."""


Words = TypeVar("Words", bound=BaseModel)


def _once(name: str, schema: type[Words]) -> Callable[[], Words]:
    return cache(lambda: load(FOLDER / name, schema))


# Each raises ContentError where its file is wrong.
direction_words = _once("direction.yml", DirectionWords)
turn_words = _once("turn.yml", TurnWords)
channel_words = _once("channel.yml", ChannelWords)
menu_words = _once("menu.yml", MenuWords)
