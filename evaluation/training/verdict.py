"""Whether a trained model may be put in use: no more harm, and no floor broken through."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

MACRO_F1 = 0.66  # that of command/test_run.py, below which `./helpline test` fails
# How much of each may be lost against the model in use; defaults of ours, about what another random
# start of the training changes.
MAY_LOSE = 0.01
ECE_MAY_RISE = 0.02
INTENT_MAY_LOSE = 0.10
LEAST_SUPPORT = 20  # sentences of an intent from which its F1 has a floor

Json = dict[str, Any]


def floors(held_out: Mapping[str, Any], cases: Mapping[str, Any]) -> list[Json]:
    """The named floors, each with both models' figures."""
    was, now = held_out["before"], held_out["after"]
    return [
        _floor("宏平均 F1 的下限", MACRO_F1, was["macro_f1"], now["macro_f1"]),
        _kept("宏平均 F1", MAY_LOSE, was["macro_f1"], now["macro_f1"]),
        _kept("准确率", MAY_LOSE, was["accuracy"], now["accuracy"]),
        _ceiling("校准误差（ECE）", was["ece"] + ECE_MAY_RISE, was["ece"], now["ece"]),
        _kept(
            "案例：首选办法可以接受",
            MAY_LOSE,
            cases["before"]["acceptable"],
            cases["after"]["acceptable"],
        ),
        _ceiling(
            "案例：指到不该去的地方",
            cases["before"]["harm"],
            cases["before"]["harm"],
            cases["after"]["harm"],
        ),
        *_of_intents(was["intents"], now["intents"]),
    ]


def why(found: Sequence[Mapping[str, Any]]) -> list[str]:
    """For which floors a model is refused, in Chinese."""
    return [
        f"{one['name']}：{'不高于' if one['at_most'] else '不低于'} {one['floor']:.3g}，"
        f"新模型是 {one['after']:.3g}（现用 {one['before']:.3g}）"
        for one in found
        if not one["holds"]
    ]


def _of_intents(was: Sequence[Json], now: Sequence[Json]) -> Iterator[Json]:
    after = {one["intent"]: one["f1"] for one in now}
    for one in was:
        if one["support"] >= LEAST_SUPPORT:
            found = after.get(one["intent"], 0.0)
            yield _kept(f"「{one['label']}」的 F1", INTENT_MAY_LOSE, one["f1"], found)


def _kept(name: str, may_lose: float, before: float, after: float) -> Json:
    return _floor(f"{name}不比现用的低（容 {may_lose:g}）", before - may_lose, before, after)


def _floor(name: str, floor: float, before: float, after: float) -> Json:
    return _told(name, floor, before, after, at_most=False)


def _ceiling(name: str, most: float, before: float, after: float) -> Json:
    return _told(name, most, before, after, at_most=True)


def _told(name: str, floor: float, before: float, after: float, *, at_most: bool) -> Json:
    holds = after <= floor if at_most else after >= floor
    return {
        "name": name,
        "floor": floor,
        "at_most": at_most,
        "before": before,
        "after": after,
        "holds": holds,
    }
