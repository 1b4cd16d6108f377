"""The pictures of docs/sizing.md: small SVGs, drawn anew from the same figures as its tables."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evaluation.growth.queueing import Outcome
from evaluation.growth.sizing import KINDS, Need

COLOURS = dict(zip(KINDS, ("#2f6f8f", "#d08a2e", "#6a8f3c", "#8a6f9e"), strict=True))
SHADES = ("#2f6f8f", "#c03a2b", "#6a8f3c", "#8a6f9e")  # of clusters
# The same figures make the same file.
SVG: Any = {"svg.fonttype": "none", "svg.hashsalt": "helpline", "font.size": 9}


def draw(
    folder: Path,
    measured: Mapping[str, Any],
    checks: Sequence[tuple[Mapping[str, Any], Outcome]],
    needs: Sequence[Need],
) -> None:
    """Write the three pictures into a folder."""
    import matplotlib

    matplotlib.use("svg")
    with matplotlib.rc_context(SVG):
        _message(folder / "sizing-message.svg", measured["points"])
        _model(folder / "sizing-model.svg", checks)
        _growth(folder / "sizing-growth.svg", needs)


def _message(file: Path, points: Sequence[Mapping[str, Any]]) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 2.6), layout="constrained")
    axes = figure.subplots()
    names = [f"{one['size']} × {one['size']}\n{one['clients']}" for one in points]
    below = [0.0] * len(points)
    for kind in KINDS:
        heights = [one["cpu_ms"][kind] for one in points]
        axes.bar(names, heights, bottom=below, label=kind, color=COLOURS[kind], width=0.6)
        below = [one + more for one, more in zip(below, heights, strict=True)]
    axes.set_ylabel("processor ms a message")
    axes.set_xlabel("services × engines, clients at once (measured)")
    axes.set_ylim(0, max(below) * 1.3)
    axes.legend(ncols=len(KINDS), frameon=False, loc="upper center")
    _save(figure, file)


def _model(file: Path, checks: Sequence[tuple[Mapping[str, Any], Outcome]]) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 2.8), layout="constrained")
    left, right = figure.subplots(1, 2)
    for axes, title, name, scale in (
        (left, "messages a second", "per_s", 1),
        (right, "p95, seconds", "p95_ms", 1000),
    ):
        for size, colour in zip(
            dict.fromkeys(one["size"] for one, _ in checks), SHADES, strict=False
        ):
            pairs = [(one, said) for one, said in checks if one["size"] == size]
            clients = [one["clients"] for one, _ in pairs]
            seen = [one[name] / scale for one, _ in pairs]
            said = [getattr(one, name) / scale for _, one in pairs]
            axes.plot(clients, seen, "o-", color=colour, label=f"{size} × {size} measured")
            axes.plot(clients, said, "s--", color=colour, label="simulated", markerfacecolor="w")
        axes.set_xscale("log", base=2)
        axes.set_xticks(clients, [str(one) for one in clients])
        axes.set_ylim(bottom=0)
        axes.set_title(title, fontsize=9)
        axes.set_xlabel("clients that never pause")
    right.legend(frameon=False, fontsize=7)
    _save(figure, file)


def _growth(file: Path, needs: Sequence[Need]) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 2.6), layout="constrained")
    axes = figure.subplots()
    visitors = [one.visitors for one in needs]
    counts = ("services", "engines", "database_cores", "proxy_cores")
    for kind, count in zip(KINDS, counts, strict=True):
        cores = [getattr(one, count) for one in needs]
        axes.plot(visitors, cores, "o-", label=kind, color=COLOURS[kind])
    axes.plot(visitors, [one.cores for one in needs], "k:", label="all")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("visitors at once (reckoned)")
    axes.set_ylabel("cores")
    axes.legend(frameon=False, fontsize=8)
    _save(figure, file)


def _save(figure: Any, file: Path) -> None:
    figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
