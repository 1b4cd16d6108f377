"""A second dialogue engine beside the first: started when it is wanted, ended when it is not."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api.dialogue import chosen
from command.engines.pair import Engines
from command.supervise import Supervisor

NEW = "3-0123456789ab"


@pytest.fixture
def var(tmp_path: Path) -> Path:
    """A data folder with a model that was trained at the desk."""
    folder = chosen.folder_of(tmp_path, NEW)
    folder.mkdir(parents=True)
    (folder / "model.tar.gz").write_bytes(b"model")
    chosen.seal(tmp_path, NEW)
    return tmp_path


def want(var: Path, *models: str) -> None:
    chosen.write_whole(var / "engines" / "wanted.json", {"models": list(models)})


def told(var: Path) -> dict[str, str]:
    """Model → state, as the service reads it."""
    running = json.loads((var / "engines" / "running.json").read_text(encoding="utf-8"))
    return {one["model"]: one["state"] for one in running["engines"]}


@pytest.fixture
def pair(var: Path, children: Callable[..., Any]) -> Callable[..., Supervisor]:
    """A supervisor of an engine in use, which makes another that crashes so often."""

    def made(crashes: int = 0) -> Supervisor:
        first = children("对话")
        engines = Engines(
            var, first, chosen.SHIPPED, lambda model, taken: children("接替", crashes=crashes)
        )
        return Supervisor([first], echo=False, engines=engines)

    return made


def test_an_engine_that_is_wanted_runs_beside_the_first(
    var: Path, pair: Callable[..., Supervisor], until: Callable[..., None]
) -> None:
    with pair() as supervisor:
        supervisor.wait_until_ready()
        want(var, chosen.SHIPPED, NEW)
        both = {chosen.SHIPPED: "ready", NEW: "ready"}
        until(lambda: told(var) == both, supervisor.tick)
        assert len(supervisor.children) == 2


def test_an_engine_that_nobody_wants_any_more_ends(
    var: Path,
    pair: Callable[..., Supervisor],
    until: Callable[..., None],
    alive: Callable[[int], bool],
) -> None:
    with pair() as supervisor:
        supervisor.wait_until_ready()
        old = supervisor.children[0].process
        assert old is not None
        want(var, chosen.SHIPPED, NEW)
        until(lambda: told(var).get(NEW) == "ready", supervisor.tick)
        want(var, NEW)
        until(lambda: not alive(old.pid), supervisor.tick)
        assert told(var) == {NEW: "ready"} and len(supervisor.children) == 1


def test_an_engine_that_cannot_start_is_given_up_and_the_first_goes_on(
    var: Path, pair: Callable[..., Supervisor], until: Callable[..., None]
) -> None:
    with pair(crashes=99) as supervisor:
        supervisor.wait_until_ready()
        want(var, chosen.SHIPPED, NEW)
        until(lambda: told(var).get(NEW) == "failed", supervisor.tick)
        assert told(var)[chosen.SHIPPED] == "ready" and len(supervisor.children) == 1


@pytest.mark.parametrize("name", ["4-bbbbbbbbbbbb", "../../etc/passwd", "shipped2", ""])
def test_a_model_that_is_not_there_starts_nothing(
    var: Path, pair: Callable[..., Supervisor], until: Callable[..., None], name: str
) -> None:
    with pair() as supervisor:
        supervisor.wait_until_ready()
        want(var, chosen.SHIPPED, name)
        until(lambda: told(var).get(name) == "failed", supervisor.tick)
        assert len(supervisor.children) == 1


def test_what_cannot_be_read_changes_nothing(var: Path, pair: Callable[..., Supervisor]) -> None:
    with pair() as supervisor:
        supervisor.wait_until_ready()
        (var / "engines" / "wanted.json").write_text("{", encoding="utf-8")
        supervisor.tick()
        assert told(var) == {chosen.SHIPPED: "ready"}
