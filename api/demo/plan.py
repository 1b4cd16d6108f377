"""Lays the scripts over the last 60 days: every step gets its moment. Pure."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from operator import attrgetter

from api.demo.script import Does, Script, Step

DAYS = 60
QUIET = timedelta(hours=3)  # before the present in which nothing begins but what stands open
# Hour of the day → how much of the day's talk begins in it.
BY_DAY = {8: 2, 9: 6, 10: 7, 11: 5, 12: 2, 13: 3, 14: 6, 15: 7, 16: 6, 17: 3}
BY_NIGHT = {21: 3, 22: 2, 23: 1}
OPENS, SHUTS = 8, 18  # hours between which tickets are worked on
WEEKEND = 0.35  # of a working day's talk
SATURDAY = 5
# Seconds that somebody takes for a step: from, to.
PAUSES = {
    Does.SAYS: (35, 160),
    Does.REPLIES: (30, 110),
    Does.RATES: (60, 900),
    Does.MOVES: (60, 1800),
}
OTHERWISE = (15, 60)


@dataclass(frozen=True)
class Scene:
    """A script in one town, by one operator (甲 or 乙)."""

    number: int
    script: Script
    town: str
    by: str

    def text(self, text: str) -> str:
        """A text of the script with the town in its place, and a number of this scene's own."""
        return text.replace("{town}", self.town).replace("{n}", f"{1000 + self.number}")


@dataclass(frozen=True)
class Cue:
    """A step of a scene at its moment; `first` opens the conversation."""

    at: datetime
    scene: Scene
    step: Step
    first: bool


def plan(scripts: Sequence[Script], now: datetime, seed: int = 1) -> list[Cue]:
    """Every cue up to `now`, in the order of time. The same seed gives the same plan."""
    chance = random.Random(seed)
    played = [(script, town) for script in scripts for town in (script.towns or ("",))]
    scenes = [
        Scene(number, script, town, script.by or chance.choice("甲乙"))
        for number, (script, town) in enumerate(played)
    ]
    cues = [cue for one in scenes for cue in _cues(one, _begin(one.script, now, chance), chance)]
    return sorted((cue for cue in cues if cue.at <= now), key=attrgetter("at"))


def _begin(script: Script, now: datetime, chance: random.Random) -> datetime:
    """When a conversation begins: in the hours of its kind, less at weekends."""
    if script.ago is not None:
        return now - script.ago
    days = [now.date() - timedelta(days=back) for back in range(DAYS, 0, -1)]
    weights = [WEEKEND if day.weekday() >= SATURDAY else 1.0 for day in days]
    hours = BY_NIGHT if script.at == "night" else BY_DAY
    (day,) = chance.choices(days, weights)
    (hour,) = chance.choices(list(hours), list(hours.values()))
    moment = time(hour, chance.randrange(60), chance.randrange(60), tzinfo=now.tzinfo)
    return min(datetime.combine(day, moment), now - QUIET)


def _cues(scene: Scene, begin: datetime, chance: random.Random) -> Iterator[Cue]:
    at = begin
    for number, step in enumerate(scene.script.steps):
        if step.does is Does.WAITS:
            at += step.what
            continue
        if number:
            at += _pause(step, chance)
        if step.does is Does.MOVES:
            at = _in_office(at)
        yield Cue(at, scene, step, first=number == 0)


def _in_office(at: datetime) -> datetime:
    """The moment itself, or in the morning after it: nobody works on tickets in the night."""
    if OPENS <= at.hour < SHUTS:
        return at
    morning = at if at.hour < OPENS else at + timedelta(days=1)
    return morning.replace(hour=OPENS)


def _pause(step: Step, chance: random.Random) -> timedelta:
    if step.does is Does.CLAIMS:
        pause: timedelta = step.what
        return pause * chance.uniform(0.4, 1.6)
    return timedelta(seconds=chance.uniform(*PAUSES.get(step.does, OTHERWISE)))
