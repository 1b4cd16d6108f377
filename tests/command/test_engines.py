"""Dialogue engines by their numbers: started when they are wanted, ended when they are not."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from api.dialogue import chosen
from api.dialogue.chosen import SHIPPED
from command.engines.number import EACH_MB, check_engines
from command.engines.pair import FAILED_RESTARTS, FAILED_STARTS, Engines
from command.place import Place
from command.running import NeverServes
from command.supervise import Supervisor, children_of
from command.system import Failure, SettingsFailure

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
    """Want engines with these models, numbered from 1 on."""
    wanted = {str(number): model for number, model in enumerate(models, start=1)}
    chosen.write_whole(var / "engines" / "wanted.json", {"engines": wanted})


def told(var: Path) -> dict[int, tuple[str, str]]:
    """Number → model and state, as the service reads it."""
    running = json.loads((var / "engines" / "running.json").read_text(encoding="utf-8"))
    return {one["number"]: (one["model"], one["state"]) for one in running["engines"]}


def of_models(var: Path) -> dict[str, str]:
    """Model → state, of whichever of its engines was told last."""
    return dict(told(var).values())


READY = (chosen.SHIPPED, "ready")


def asking(place: Place, **environ: str) -> Place:
    """The place with these settings."""
    return replace(place, environ=environ)


@pytest.fixture
def pair(var: Path, children: Callable[..., Any]) -> Callable[..., Supervisor]:
    """A supervisor of engines in use, which makes others that crash so often."""

    def made(crashes: int = 0, engines: int = 1) -> Supervisor:
        first = [children(f"对话{number}") for number in range(1, engines + 1)]
        room = Engines(
            var,
            first,
            chosen.SHIPPED,
            lambda model, number: children(f"接替{number}", crashes=crashes),
        )
        return Supervisor(first, echo=False, engines=room)

    return made


def test_an_engine_that_is_wanted_runs_beside_the_first(
    var: Path, pair: Callable[..., Supervisor], until: Callable[..., None]
) -> None:
    with pair() as supervisor:
        supervisor.wait_until_ready()
        want(var, chosen.SHIPPED, NEW)
        both = {1: READY, 2: (NEW, "ready")}
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
        until(lambda: told(var).get(2) == (NEW, "ready"), supervisor.tick)
        chosen.write_whole(var / "engines" / "wanted.json", {"engines": {"2": NEW}})
        until(lambda: not alive(old.pid), supervisor.tick)
        assert told(var) == {2: (NEW, "ready")} and len(supervisor.children) == 1


def test_an_engine_that_is_to_have_another_model_starts_anew_while_others_go_on(
    var: Path,
    pair: Callable[..., Supervisor],
    until: Callable[..., None],
    alive: Callable[[int], bool],
) -> None:
    with pair(engines=2) as supervisor:
        supervisor.wait_until_ready()
        [stays, goes] = [child.process for child in supervisor.children]
        assert stays is not None and goes is not None
        want(var, chosen.SHIPPED, NEW)
        until(lambda: told(var) == {1: READY, 2: (NEW, "ready")}, supervisor.tick)
        assert alive(stays.pid) and not alive(goes.pid)


def test_an_engine_that_cannot_start_is_given_up_and_the_first_goes_on(
    var: Path, pair: Callable[..., Supervisor], until: Callable[..., None]
) -> None:
    with pair(crashes=99) as supervisor:
        supervisor.wait_until_ready()
        want(var, chosen.SHIPPED, NEW)
        until(lambda: told(var).get(2) == (NEW, "failed"), supervisor.tick)
        assert told(var)[1] == READY and len(supervisor.children) == 1


@pytest.mark.parametrize("name", ["4-bbbbbbbbbbbb", "../../etc/passwd", "shipped2", ""])
def test_a_model_that_is_not_there_starts_nothing(
    var: Path, pair: Callable[..., Supervisor], until: Callable[..., None], name: str
) -> None:
    with pair() as supervisor:
        supervisor.wait_until_ready()
        want(var, chosen.SHIPPED, name)
        until(lambda: told(var).get(2) == (name, "failed"), supervisor.tick)
        assert len(supervisor.children) == 1


@pytest.mark.parametrize("text", ["{", "[]", '{"engines": []}', '{"engines": {"x": "shipped"}}'])
def test_what_cannot_be_read_changes_nothing(
    var: Path, pair: Callable[..., Supervisor], text: str
) -> None:
    with pair() as supervisor:
        supervisor.wait_until_ready()
        (var / "engines" / "wanted.json").write_text(text, encoding="utf-8")
        supervisor.tick()
        assert told(var) == {1: READY}


def test_where_nothing_is_wanted_an_engine_goes_on(
    var: Path, pair: Callable[..., Supervisor]
) -> None:
    with pair() as supervisor:
        supervisor.wait_until_ready()
        want(var)
        supervisor.tick()
        assert told(var) == {1: READY}


def test_as_many_engines_are_started_as_are_asked_for_and_the_service_knows_all(
    place: Place,
) -> None:
    service, *engines = children_of(asking(place, HELPLINE_ENGINES="3"), "127.0.0.1", 1)
    assert [engine.log.name for engine in engines] == ["rasa.log", "rasa-2.log", "rasa-3.log"]
    urls = service.env["HELPLINE_RASA_URL"].split(",")
    assert [f"{url}/" for url in urls] == [engine.health for engine in engines]
    assert len(set(urls)) == 3


def test_more_engines_than_there_is_memory_for_are_refused_with_what_fits(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("command.engines.number.free_memory_mb", lambda: 2 * EACH_MB)
    check_engines(asking(place, HELPLINE_ENGINES="2"))
    with pytest.raises(Failure, match="请改成 2，或先腾出内存"):
        check_engines(asking(place, HELPLINE_ENGINES="3"))
    monkeypatch.setattr("command.engines.number.free_memory_mb", lambda: 1)
    check_engines(asking(place))


def test_engines_that_are_named_and_engines_that_are_to_be_started_exclude_each_other(
    place: Place,
) -> None:
    named = {"HELPLINE_RASA_URL": "http://10.0.0.2:5005,http://10.0.0.3:5005"}
    check_engines(asking(place, **named))
    with pytest.raises(SettingsFailure, match="请去掉其中一个"):
        check_engines(asking(place, HELPLINE_ENGINES="2", **named))


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
            var,
            [first],
            in_use,
            lambda model, place: children(f"{model.name} {number} {place}"),
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
    until(lambda: of_models(var).get(OLD) == "ready", supervisor.tick)
    assert of_models(var)[NEW] == "failed" and len(supervisor.children) == 1
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
    until(lambda: of_models(var).get(SHIPPED) == "ready", supervisor.tick)
    assert "最后一次：启动了，但装不上模型" in chosen.withdrawn(var)[0].why


def test_starts_that_failed_are_counted_on_after_up_was_started_again(
    var: Path, up: Callable[..., Supervisor], until: Callable[..., None]
) -> None:
    chosen.choose(var, NEW, SHIPPED)
    first = up(crashes=99)
    until(lambda: failed_starts(first) == FAILED_STARTS - 1, first.tick)
    assert chosen.chosen(var).name == NEW
    again = up(crashes=1)
    until(lambda: of_models(var).get(SHIPPED) == "ready", again.tick)
    assert f"连续 {FAILED_STARTS} 次" in chosen.withdrawn(var)[0].why


def test_a_model_that_starts_in_the_end_stays_and_its_failures_are_forgotten(
    var: Path, up: Callable[..., Supervisor], until: Callable[..., None]
) -> None:
    chosen.choose(var, NEW, SHIPPED)
    supervisor = up(crashes=FAILED_STARTS - 1)
    until(lambda: of_models(var).get(NEW) == "ready", supervisor.tick)
    assert failed_starts(supervisor) == 0 and not chosen.withdrawn(var)
    assert json.loads((var / "engines" / "starts.json").read_text("utf-8")) == {NEW: 0}


def test_an_engine_that_was_ready_is_started_again_and_gives_way_only_much_later(
    var: Path, up: Callable[..., Supervisor], until: Callable[..., None]
) -> None:
    chosen.choose(var, NEW, SHIPPED)
    supervisor = up()
    until(lambda: of_models(var).get(NEW) == "ready", supervisor.tick)
    engine: Any = supervisor.children[0]
    (engine.playground / "crashes").write_text("99")
    engine.longest_delay = 0.01
    engine.process.kill()
    until(lambda: failed_starts(supervisor) == FAILED_RESTARTS - 1, supervisor.tick)
    assert chosen.chosen(var).name == NEW
    until(lambda: of_models(var).get(SHIPPED) == "ready", supervisor.tick)


def test_the_checkouts_model_is_tried_for_good(
    var: Path, up: Callable[..., Supervisor], until: Callable[..., None]
) -> None:
    supervisor = up(crashes=99)
    supervisor.children[0].longest_delay = 0.01
    until(lambda: failed_starts(supervisor) > FAILED_RESTARTS, supervisor.tick)
    assert of_models(var) == {SHIPPED: "starting"} and not chosen.withdrawn(var)


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
    until(lambda: of_models(var).get(SHIPPED) == "ready", supervisor.tick)
