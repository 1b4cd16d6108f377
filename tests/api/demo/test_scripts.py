"""The scripts of the demo are whole, harmless, and played within the last sixty days."""

import re
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from api.clock import SHANGHAI
from api.demo.plan import BY_DAY, BY_NIGHT, DAYS, plan
from api.demo.script import Does, Script, Step, read
from api.tickets.status import Status

SCRIPTS = read()
NOW = datetime(2026, 11, 22, 15, 0, tzinfo=SHANGHAI)  # a Sunday
BY_HAND = {"name": "一", "channel": "web", "steps": [{"says": "你好"}]}


def test_there_are_scripts_of_every_kind() -> None:
    assert len(SCRIPTS) == len({one.name for one in SCRIPTS})
    assert {one.channel for one in SCRIPTS} == {"web", "h5", "phone"}
    assert {step.does for one in SCRIPTS for step in one.steps} >= {*Does} - {Does.PRESSES}


def test_no_number_in_a_script_could_ring_at_somebody_s() -> None:
    for script in SCRIPTS:
        for number in re.findall(r"(?<!\d)\d[\d-]{6,}", script.model_dump_json()):
            assert number.startswith("000-"), (script.name, number)


def test_no_address_in_a_script_could_reach_anybody() -> None:
    for script in SCRIPTS:
        for address in re.findall(r"[\w{}.]+@[\w.]+", script.model_dump_json()):
            assert address.endswith(".example"), (script.name, address)


def _words(step: Step) -> list[str]:
    if isinstance(step.what, str):
        return [step.what]
    return [text for text in (step.what.note, step.what.next) if text]


def test_no_operator_of_the_demo_names_an_article_or_a_fee() -> None:
    spoken = {
        text
        for script in SCRIPTS
        for step in script.steps
        if step.does in {Does.REPLIES, Does.NOTES, Does.HANDS_BACK, Does.CLOSES, Does.MOVES}
        for text in _words(step)
    }
    assert [text for text in spoken if re.search(r"第.+条|《|\d+\s*[元万%％]", text)] == []


def test_tickets_are_moved_to_states_that_there_are() -> None:
    moved = {step.what.to for one in SCRIPTS for step in one.steps if step.does is Does.MOVES}
    assert moved <= {*Status}


@pytest.mark.parametrize(
    "wrong",
    [
        {**BY_HAND, "steps": []},
        {**BY_HAND, "steps": [{"claims": "3m"}]},
        {**BY_HAND, "steps": [{"says": "你好", "rates": {"score": 5}}]},
        {**BY_HAND, "steps": [{"says": "你好"}, {"dances": True}]},
        {**BY_HAND, "steps": [{"says": "你好"}, {"waits": "soon"}]},
        {**BY_HAND, "steps": [{"says": "你好"}, {"rates": {"score": 6}}]},
        {**BY_HAND, "channel": "fax"},
        {**BY_HAND, "nonsense": 1},
    ],
)
def test_a_script_with_a_mistake_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Script.model_validate(wrong)


def test_scripts_are_read_from_yaml(tmp_path: Path) -> None:
    file = tmp_path / "one.yml"
    file.write_text("- {name: 一, channel: web, steps: [{says: 你好}, {waits: 2d}]}", "utf-8")

    [script] = read([file])
    assert script.steps[1].what == timedelta(days=2)


# --- the plan -------------------------------------------------------------------------------------


def test_nothing_is_played_before_the_sixty_days_or_in_the_future() -> None:
    cues = plan(SCRIPTS, NOW)

    assert cues == sorted(cues, key=lambda cue: cue.at)
    assert NOW - timedelta(days=DAYS + 1) < cues[0].at and cues[-1].at <= NOW


def test_a_script_is_played_once_in_each_of_its_towns() -> None:
    begun = Counter(
        (cue.scene.script.name, cue.scene.town) for cue in plan(SCRIPTS, NOW) if cue.first
    )
    wanted = [(one.name, town) for one in SCRIPTS for town in one.towns or ("",)]

    assert begun == Counter(wanted) and {*begun.values()} == {1}


def test_the_same_seed_gives_the_same_plan_and_another_gives_another() -> None:
    assert plan(SCRIPTS, NOW) == plan(SCRIPTS, NOW)
    assert plan(SCRIPTS, NOW, seed=1) != plan(SCRIPTS, NOW, seed=2)


def test_conversations_begin_in_office_hours_those_of_the_night_at_night() -> None:
    for cue in plan(SCRIPTS, NOW):
        if cue.first and cue.scene.script.ago is None and cue.at.date() < NOW.date():
            hours = BY_NIGHT if cue.scene.script.at == "night" else BY_DAY
            assert cue.at.hour in hours, cue.scene.script.name


def test_nobody_works_on_tickets_in_the_night() -> None:
    moved = [cue.at.hour for cue in plan(SCRIPTS, NOW) if cue.step.does is Does.MOVES]

    assert moved and all(8 <= hour < 18 for hour in moved)


def test_what_stands_open_began_a_while_ago() -> None:
    began = {cue.scene.script.name: cue for cue in plan(SCRIPTS, NOW) if cue.first}
    for script in SCRIPTS:
        if script.ago is not None:
            assert began[script.name].at == NOW - script.ago


def test_a_town_and_a_number_take_their_places() -> None:
    script = Script.model_validate({**BY_HAND, "towns": ["章贡区", "信州区"]})
    first, second = (cue.scene for cue in plan([script], NOW))

    assert {first.text("在{town}"), second.text("在{town}")} == {"在章贡区", "在信州区"}
    assert first.text("000-0000{n}") != second.text("000-0000{n}")
