"""Many users of a fake WeChat, and what became of what they said."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from api.demo.wechat.delivery import Attempt, End
from api.demo.wechat.fake import FakeWeChat
from api.demo.wechat.followers import Follower, Shown, Side

PATIENCE_S = 180.0  # for an answer; then it is lost
READS_S = 3.0  # before somebody says the next thing
LAST_S = 40.0  # after the end, in which something might still come twice


@dataclass(frozen=True)
class Said:
    """One thing that a user said: seconds until the first answer (None: none came), whether the
    same words came twice, and whether he was told that the service failed.
    """

    answered_s: float | None
    doubled: bool
    told: bool

    @property
    def lost(self) -> bool:
        """Neither answered nor refused: whoever is told that it failed says it again."""
        return self.answered_s is None and not self.told


async def gather(fake: FakeWeChat, number: int) -> list[Follower]:
    """So many people who follow the accounts in turn, and have been welcomed."""
    accounts = list(fake.accounts)
    people = [fake.chat(accounts[n % len(accounts)], f"person-{n}") for n in range(number)]
    for chat in people:
        fake.follow(chat)
    await fake.settled()
    return people


async def all_speak(fake: FakeWeChat, people: Sequence[Follower], texts: Sequence[str]) -> None:
    """All say the texts at once, each person the next when he has read the answer."""
    await asyncio.gather(*(_speak(fake, chat, texts) for chat in people))
    await asyncio.sleep(LAST_S)
    await fake.settled()


async def _speak(fake: FakeWeChat, chat: Follower, texts: Sequence[str]) -> None:
    for text in texts:
        spoken = len(chat.shown) + 1
        fake.text(chat, text)
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not any(one.side is Side.ACCOUNT for one in chat.shown[spoken:]):
                    await chat.changed(chat.version)
        except TimeoutError:
            continue
        await asyncio.sleep(READS_S)


def said(people: Sequence[Follower]) -> list[Said]:
    """What became of everything that these people said."""
    return [_judged(spoken, seen) for chat in people for spoken, seen in _turns(chat.shown)]


def _turns(shown: Sequence[Shown]) -> Iterator[tuple[Shown, Sequence[Shown]]]:
    """What the user said, each with what he saw until he said the next."""
    begins = [number for number, one in enumerate(shown) if one.side is Side.USER]
    for begin, end in zip(begins, [*begins[1:], len(shown)], strict=True):
        yield shown[begin], shown[begin + 1 : end]


def _judged(spoken: Shown, seen: Sequence[Shown]) -> Said:
    answers = [one for one in seen if one.side is Side.ACCOUNT]
    texts = {one.text for one in answers}
    first = answers[0].at - spoken.at if answers else None
    told = any(one.side is Side.SYSTEM for one in seen)
    return Said(first, len(texts) < len(answers), told)


@dataclass(frozen=True)
class Calls:
    """What the platform's calls came to: of the messages, so many were answered in their first
    call; `took_s` are the first calls' seconds, `unheard` the calls that nobody answered.
    """

    messages: int
    in_the_call: int
    took_s: list[float]
    acknowledged_s: list[float]
    unheard: int


def calls(attempts: Sequence[Attempt]) -> Calls:
    """The sum of some calls."""
    first = [one for one in attempts if one.number == 0]
    return Calls(
        messages=len(first),
        in_the_call=sum(one.end is End.REPLY for one in first),
        took_s=[one.took_s for one in first],
        acknowledged_s=[one.took_s for one in first if one.end is End.SILENT],
        unheard=sum(one.end in (End.LATE, End.FAILED, End.STRANGE) for one in attempts),
    )
