"""How many dialogue engines `./helpline up` starts, and whether the machine has room for them."""

from __future__ import annotations

from api.dialogue.memory import free_memory_mb
from command.place import Place
from command.system import Failure, SettingsFailure

ENGINES, NAMED = "HELPLINE_ENGINES", "HELPLINE_RASA_URL"
EACH_MB = 500  # memory of an engine: 463 were measured (docs/operations.md)
BOTH = (
    "HELPLINE_RASA_URL 已经写明对话引擎在哪里，./helpline up 不会再启动对话引擎，"
    "HELPLINE_ENGINES 不起作用。请去掉其中一个。"
)
NO_ROOM = (
    "HELPLINE_ENGINES={engines}：{engines} 个对话引擎约要 {needed} MB 内存，"
    "现在只有 {free} MB 可用。请改成 {fitting}，或先腾出内存。"
)


def engines_wanted(place: Place) -> int:
    """How many engines the settings ask for; they are checked by then."""
    return int(place.environ.get(ENGINES, "1"))


def check_engines(place: Place) -> None:
    """Raises Failure where the engines that the settings ask for cannot run here.

    A single one is always tried: without it there is no helpline.
    """
    if NAMED in place.environ:
        if ENGINES in place.environ:
            raise SettingsFailure(BOTH)
        return
    engines, free = engines_wanted(place), free_memory_mb()
    if engines > 1 and free is not None and free < engines * EACH_MB:
        needed, fitting = engines * EACH_MB, max(1, free // EACH_MB)
        raise Failure(NO_ROOM.format(engines=engines, needed=needed, free=free, fitting=fitting))
