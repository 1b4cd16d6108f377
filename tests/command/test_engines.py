"""A second dialogue engine beside the first: started when it is wanted, ended when it is not."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from api.dialogue import chosen
from api.dialogue.chosen import SHIPPED
from command.engines.pair import FAILED_RESTARTS, FAILED_STARTS, Engines
from command.running import NeverServes
from command.supervise import Supervisor

NEW = "3-0123456789ab"
OLD = "2-aaaaaaaaaaaa"


@pytest.fixture
def var(tmp_path: Path) -> Path:
    """A data folder with a model that was trained at the desk."""
    make_model(tmp_path, NEW)
    return tmp_path


def make_model(var: Path, name: str) -> None:
    folder = chosen.folder_of(var, name)
    folder.mkdir(parents=True)
    (folder / "model.tar.gz").write_bytes(b"model")
    chosen.seal(var, name)


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


@pytest.fixture
def up(
    var: Path, children: Callable[..., Any], until: Callable[..., None]
) -> Iterator[Callable[..., Supervisor]]:
    """`./helpline up` with the model in use, whose engine crashes so often; any other starts."""
    begun: list[Supervisor] = []

    def made(crashes: int = 0) -> Supervisor:
        number = len(begun)
        first = children(f"对话{number}", crashes=crashes)
        in_use = chosen.chosen(var).name
        engines = Engines(
            var, first, in_use, lambda model, taken: children(f"{model.name} {number}")
        )
        begun.append(Supervisor([first], echo=False, engines=engines))
        begun[-1].tick()
        return begun[-1]

    yield made
    for one in begun:
        one.__exit__()


def failed_starts(supervisor: Supervisor) -> int:
    return int(supervisor.children[0].failed_starts)


def test_a_model_in_use_that_does_not_start_gives_way_to_the_one_before(
    var: Path,
    up: Callable[..., Supervisor],
    until: Callable[..., None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    make_model(var, OLD)
    chosen.choose(var, NEW, OLD)
    supervisor = up(crashes=99)
    until(lambda: told(var).get(OLD) == "ready", supervisor.tick)
    assert told(var)[NEW] == "failed" and len(supervisor.children) == 1
    assert (chosen.chosen(var).name, chosen.before(var)) == (OLD, None)
    [gone] = chosen.withdrawn(var)
    assert gone.model == NEW
    assert gone.why == (
        f"第 3 次训练的模型连续 {FAILED_STARTS} 次没有启动成功（最后一次：退出码 1），已停用"
    )
    assert f"{gone.why}，换回第 2 次训练的模型。日志：" in capsys.readouterr().out


def test_a_model_whose_engine_answers_without_it_gives_way_to_the_checkouts(
    var: Path, up: Callable[..., Supervisor], until: Callable[..., None]
) -> None:
    def serves() -> bool:
        raise NeverServes("启动了，但装不上模型")

    chosen.choose(var, NEW, SHIPPED)
    supervisor = up()
    supervisor.children[0].serves = serves
    until(lambda: told(var).get(SHIPPED) == "ready", supervisor.tick)
    assert "最后一次：启动了，但装不上模型" in chosen.withdrawn(var)[0].why


def test_starts_that_failed_are_counted_on_after_up_was_started_again(
    var: Path, up: Callable[..., Supervisor], until: Callable[..., None]
) -> None:
    chosen.choose(var, NEW, SHIPPED)
    first = up(crashes=99)
    until(lambda: failed_starts(first) == FAILED_STARTS - 1, first.tick)
    assert chosen.chosen(var).name == NEW
    again = up(crashes=1)
    until(lambda: told(var).get(SHIPPED) == "ready", again.tick)
    assert f"连续 {FAILED_STARTS} 次" in chosen.withdrawn(var)[0].why


def test_a_model_that_starts_in_the_end_stays_and_its_failures_are_forgotten(
    var: Path, up: Callable[..., Supervisor], until: Callable[..., None]
) -> None:
    chosen.choose(var, NEW, SHIPPED)
    supervisor = up(crashes=FAILED_STARTS - 1)
    until(lambda: told(var).get(NEW) == "ready", supervisor.tick)
    assert failed_starts(supervisor) == 0 and not chosen.withdrawn(var)
    assert json.loads((var / "engines" / "starts.json").read_text("utf-8")) == {NEW: 0}


def test_an_engine_that_was_ready_is_started_again_and_gives_way_only_much_later(
    var: Path, up: Callable[..., Supervisor], until: Callable[..., None]
) -> None:
    chosen.choose(var, NEW, SHIPPED)
    supervisor = up()
    until(lambda: told(var).get(NEW) == "ready", supervisor.tick)
    engine: Any = supervisor.children[0]
    (engine.playground / "crashes").write_text("99")
    engine.longest_delay = 0.01
    engine.process.kill()
    until(lambda: failed_starts(supervisor) == FAILED_RESTARTS - 1, supervisor.tick)
    assert chosen.chosen(var).name == NEW
    until(lambda: told(var).get(SHIPPED) == "ready", supervisor.tick)


def test_the_checkouts_model_is_tried_for_good(
    var: Path, up: Callable[..., Supervisor], until: Callable[..., None]
) -> None:
    supervisor = up(crashes=99)
    supervisor.children[0].longest_delay = 0.01
    until(lambda: failed_starts(supervisor) > FAILED_RESTARTS, supervisor.tick)
    assert told(var) == {SHIPPED: "starting"} and not chosen.withdrawn(var)


def test_a_pointer_that_cannot_be_written_is_tried_again_at_the_next_failure(
    var: Path,
    up: Callable[..., Supervisor],
    until: Callable[..., None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    chosen.choose(var, NEW, SHIPPED)
    (var / "training" / "chosen.partial").mkdir()
    supervisor = up(crashes=99)
    until(lambda: failed_starts(supervisor) == FAILED_STARTS, supervisor.tick)
    assert chosen.chosen(var).name == NEW and "请清理磁盘" in capsys.readouterr().out
    (var / "training" / "chosen.partial").rmdir()
    until(lambda: told(var).get(SHIPPED) == "ready", supervisor.tick)
