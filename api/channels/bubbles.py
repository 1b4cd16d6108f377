"""A turn as texts, for channels that show text alone. Pure.

What was said passed the citation guard and is told as it is: only words about a page's buttons are
put otherwise, and what cannot be shown is left out whole.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.channels.choices import Offer, numbered
from api.channels.direction import MOST_ARTICLES, articles_of, direction
from api.channels.words import turn_words


@dataclass(frozen=True)
class Told:
    """Texts in the order in which they are sent, and the options that a number chooses among.

    `awaits_words`: beside the options something is asked that is answered in words.
    """

    texts: tuple[str, ...] = ()
    offered: tuple[Offer, ...] = ()
    awaits_words: bool = False


def of_turn(
    turn: Mapping[str, Any], before: Mapping[str, Any] | None = None, link: str | None = None
) -> Told:
    """A Turn of the chat API. `before` is the referral of the conversation's turn before; `link`
    leads to the whole conversation on a page.

    Questions come last, with their options: what is answered stands where it is read last.
    """
    messages = [one for one in turn["messages"] if one["text"].strip()]
    referral = turn["referral"]
    asked = {one["question"] for one in referral["asks"]} if referral else set()
    first = next((n for n, one in enumerate(messages) if _asks(one, asked)), len(messages))
    said = "\n".join(one["text"] for one in messages)
    questions = messages[first:]
    texts = [
        *(_statement(one, said) for one in messages[:first]),
        *_drafts(messages, link),
        *filter(None, [direction(referral, before, said, link) if referral else None]),
        *_ticket(turn["ticket"]),
        *_questions(questions, said),
    ]
    # One option alone is a way out of a question that wants words.
    in_words = any(len(one["buttons"]) < 2 for one in questions)
    return Told(tuple(texts), tuple(_offers(questions)), in_words)


def of_message(message: Mapping[str, Any]) -> Told:
    """A single message of the chat API: who speaks is told where it is a person."""
    words, text = turn_words(), message["text"].strip()
    if message["role"] == "operator" and text:
        author = message.get("author")
        text = (
            words.operator.format(author=author, text=text)
            if author
            else words.operator_unnamed.format(text=text)
        )
    texts = _questions([{**message, "text": text}], text) if text else ()
    return Told(tuple(texts), tuple(_offers([message])) if text else ())


def _asks(message: Mapping[str, Any], asked: set[str]) -> bool:
    return bool(message["buttons"]) or message["text"] in asked


def _statement(message: Mapping[str, Any], said: str) -> str:
    """What is said, without words about a page, and with the articles that it leaves unnamed."""
    words = turn_words()
    text = message["text"].strip()
    for page, here in words.instead.items():
        text = text.replace(page, here)
    unnamed = [one for one in message["citations"] if one["article"] and one["article"] not in said]
    articles, count = articles_of(unnamed, MOST_ARTICLES)
    if not articles:
        return text
    shape = words.basis_more if count > MOST_ARTICLES else words.basis
    return text + shape.format(articles=articles)


def _drafts(messages: Sequence[Mapping[str, Any]], link: str | None) -> Iterator[str]:
    titles = "".join(f"《{draft['title']}》" for one in messages for draft in one["drafts"])
    if titles and link:
        yield turn_words().draft.format(titles=titles, link=link)
    elif titles:
        yield turn_words().draft_no_link.format(titles=titles)


def _ticket(ticket: Mapping[str, Any] | None) -> Iterator[str]:
    """The number and the look-up code in lines of their own, to be copied; told once."""
    if ticket and ticket["created"] and ticket["code"]:
        yield turn_words().ticket.format(number=ticket["number"], code=ticket["code"])


def _questions(questions: Sequence[Mapping[str, Any]], said: str) -> Iterator[str]:
    """Questions with their options, counted through all of them."""
    counted = 0
    for question in questions:
        text, offered = _statement(question, said), list(_offers([question]))
        yield _with_options(text, offered, counted + 1) if offered else text
        counted += len(offered)


def _with_options(text: str, offered: Sequence[Offer], first: int) -> str:
    words = turn_words()
    if len(offered) == 1:
        return text + words.choose_one.format(number=first, title=offered[0].title)
    is_told = first > 1 or words.by_number in text
    return "\n".join([text, *([] if is_told else [words.choose]), numbered(offered, first)])


def _offers(messages: Sequence[Mapping[str, Any]]) -> Iterator[Offer]:
    for message in messages:
        for button in message["buttons"]:
            yield Offer(button["title"], button["payload"])
