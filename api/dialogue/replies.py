"""What the bot says, read from the entries that Rasa's REST channel sends."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError


class _Button(BaseModel):
    title: str
    payload: str


class _Custom(BaseModel):
    citations: list[dict[str, Any]] = []
    drafts: list[dict[str, Any]] = []


class _Entry(BaseModel):
    text: str = ""
    buttons: list[_Button] = []
    custom: _Custom = _Custom()


_ENTRIES = TypeAdapter(list[_Entry])


@dataclass
class Reply:
    """One thing the bot says. Buttons are {"title", "payload"}, drafts {"key", "title"}, citations
    as the API's.
    """

    text: str
    buttons: list[dict[str, Any]] = field(default_factory=list)
    citations: list[dict[str, Any]] = field(default_factory=list)
    drafts: list[dict[str, Any]] = field(default_factory=list)


class _Intent(BaseModel):
    name: str


class _Parsed(BaseModel):
    intent: _Intent
    intent_ranking: list[_Intent]


def ranks_intents(sent: bytes) -> bool:
    """Whether what /model/parse sent names an intent and others beside it."""
    try:
        return bool(_Parsed.model_validate_json(sent).intent_ranking)
    except ValidationError:
        return False


def read_replies(sent: bytes) -> list[Reply]:
    """The replies in what Rasa's REST channel sent; raises pydantic.ValidationError."""
    return _together(_ENTRIES.validate_json(sent))


def replies_of(entries: Iterable[Mapping[str, Any]]) -> list[Reply]:
    """The replies in entries of the same form; raises pydantic.ValidationError."""
    return _together(_ENTRIES.validate_python(list(entries)))


def entries_of(message: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What Rasa's REST channel would send for a message of an action, in words: text, buttons,
    custom.
    """
    buttons, text = message.get("buttons") or [], str(message.get("text") or "").strip()
    if buttons:
        yield {"text": text, "buttons": buttons}
    else:
        yield from ({"text": part} for part in text.split("\n\n") if part)
    if custom := message.get("custom"):
        yield {"custom": custom}


def replies_in(messages: Iterable[Mapping[str, Any]]) -> list[Reply]:
    """What a visitor would hear of an action's messages, which are in words."""
    return replies_of(entry for message in messages for entry in entries_of(message))


def _together(entries: Iterable[_Entry]) -> list[Reply]:
    """Rasa sends `custom` as an entry of its own after the text it belongs to, and cuts a text at
    blank lines.
    """
    replies: list[Reply] = []
    early = _Custom()  # what came before any text
    for entry in entries:
        if text := entry.text.strip():
            buttons = [button.model_dump() for button in entry.buttons]
            replies.append(
                Reply(
                    text,
                    buttons,
                    early.citations + entry.custom.citations,
                    early.drafts + entry.custom.drafts,
                )
            )
            early = _Custom()
        else:
            last = replies[-1] if replies else early
            last.citations += entry.custom.citations
            last.drafts += entry.custom.drafts
    return replies
