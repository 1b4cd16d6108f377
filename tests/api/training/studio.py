"""A studio that trains at once, an engine room without engines, and models that are files."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from api.dialogue import chosen
from api.dialogue.chosen import Model
from api.labels.service import LabelledSentence
from api.training.engines import Engines
from api.training.studio import Progress, Studio
from tests.fakes import FakeRasa

AGREED = (
    LabelledSentence("隔壁网店盗了我们的图，能管吗", "infringed", "infringed", "copyright_art", {}),
    LabelledSentence("想找人撮合一下", "infringed", None, None, {}),
    LabelledSentence("这句的意图没有人认识", "no_such_intent", None, None, {}),
)
SCORES: dict[str, Any] = {
    "macro_f1": 0.7,
    "accuracy": 0.8,
    "ece": 0.04,
    "intents": [],
    "confusions": [],
    "bins": [],
}
REPORT: dict[str, Any] = {
    "held_out": {
        "sentences": 2,
        "before": SCORES,
        "after": SCORES,
        "better": [{"text": "店名撞了", "truth": "被侵权", "before": "问候", "after": "被侵权"}],
        "worse": [],
    },
    "cases": {
        "looked_at": 4,
        "before": {"acceptable": 0.9, "exact": 0.8, "harm": 0},
        "after": {"acceptable": 0.9, "exact": 0.8, "harm": 0},
        "better": [],
        "worse": [],
        "hidden_better": 1,
        "hidden_worse": 0,
    },
    "journeys": {
        "looked_at": 1,
        "total": 1,
        "picked": 1,
        "messages": 2,
        "changed_in": 1,
        "changed": [
            {"id": "J", "at": 2, "text": "要", "what": "asks", "before": [], "after": ["在哪？"]}
        ],
    },
    "harms": [],
    "hidden_harms": 0,
    "floors": [],
    "refused": False,
    "why": [],
    "seconds": 1.0,
}


class FakeStudio(Studio):
    """Makes a small file for a model. `waits` holds a training up, `fails` ends it."""

    def __init__(self, var: Path) -> None:
        super().__init__(var, "fake")
        self.waits: asyncio.Event | None = None
        self.began = asyncio.Event()
        self.fails: Exception | None = None
        self.report = REPORT
        self.meanwhile: list[Callable[[], None]] = []  # what happens during the next comparisons
        self.compared_with: list[str] = []
        self.taught: Sequence[LabelledSentence] = ()

    async def agreed(self, session: AsyncSession) -> Sequence[LabelledSentence]:
        return AGREED

    async def train(
        self, name: str, taught: Sequence[LabelledSentence], progress: Progress
    ) -> None:
        self.taught = taught
        progress(50)
        self.began.set()
        if self.waits:
            await self.waits.wait()
        if self.fails:
            raise self.fails
        make_model(self.var, name)

    async def compare(
        self, name: str, before: Model, content: Path, index: Path, progress: Progress
    ) -> dict[str, Any]:
        self.compared_with.append(before.name)
        if self.meanwhile:
            self.meanwhile.pop(0)()
        return self.report


class EngineRoom(httpx.AsyncBaseTransport):
    """The supervisor's side, and every engine's: what is wanted runs at once, unless `broken`.

    `running` are the models of the engines, by the engines' numbers; `engines` their Rasas, by
    model. Engine 1 with the checkout's model answers at `http://shipped:1`.
    """

    def __init__(self, folder: Path, engines: int = 1) -> None:
        self.folder = folder
        self.engines: dict[str, FakeRasa] = {}
        self.broken: set[str] = set()
        self.running: dict[int, str] = {}
        self.history: list[dict[int, str]] = []  # what ran, from the start on
        self.run(dict.fromkeys(range(1, engines + 1), chosen.SHIPPED))

    @property
    def most_at_once(self) -> int:
        return max(len(ran) for ran in self.history)

    def rasa(self, model: str) -> FakeRasa:
        return self.engines.setdefault(model, FakeRasa())

    def run(self, models: Mapping[int, str]) -> None:
        self.running = dict(models)
        self.history.append(self.running)
        told = [
            {
                "number": number,
                "model": model,
                "url": f"http://{model}:{number}",
                "state": "failed" if model in self.broken else "ready",
                "problem": "模型装不上。" if model in self.broken else "",
            }
            for number, model in self.running.items()
        ]
        chosen.write_whole(self.folder / "running.json", {"engines": told})

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        model, number = request.url.host, request.url.port
        if number is None or self.running.get(number) != model:
            raise httpx.ConnectError("nobody listens", request=request)
        return await self.rasa(model).handle_async_request(request)


class LookedAfter(Engines):
    """Engines whose supervisor sees at once what is wanted."""

    def __init__(self, room: EngineRoom, patience_s: float = 5.0, count: int = 0) -> None:
        super().__init__(room.folder, patience_s, count or len(room.running))
        self._room = room

    def want(self, models: Mapping[int, str]) -> None:
        super().want(models)
        written = json.loads((self._room.folder / "wanted.json").read_text(encoding="utf-8"))
        self._room.run({int(number): model for number, model in written["engines"].items()})


def make_model(var: Path, name: str, content: bytes = b"model", base: str | None = None) -> None:
    """A model of the desk that is whole."""
    folder = chosen.folder_of(var, name)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.tar.gz").write_bytes(content)
    chosen.seal(var, name, base)
