"""`python -m evaluation.content.publish`: from a change to an answer until visitors are told it.

An operator changes a sentence of one answer, hands it in and has it proved; a supervisor presses
publish. A visitor keeps asking, one question after the other. Told are how long each step takes,
how long after the key was pressed the first question was answered with the changed sentence, how
long the longest answer took meanwhile, and what making the content and its index anew costs by
itself. The service has the model and the index, and no dialogue engine.
"""

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from api.accounts.roles import Role
from api.content.workshop import Workshop
from api.settings import ROOT, Settings
from evaluation.desk.house import House, Operator, circumstances, house, percentiles, timed
from knowledge.editing import folder
from knowledge.editing.folder import Change
from knowledge.editing.kinds import KINDS

PATH = "/api/desk/content"
PATIENCE_S = 600.0
ARRIVES = {"channel": "web", "consent": True}
KEY, ASK = "tmo-opp-how-long", "商标公示了我想反对最多能拖几天"
OLD, NEW = "三个月，从初步审定公告那天起算", "从初步审定公告的那一天数起，一共三个月（第{}稿）"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evaluation.content.publish")
    parser.add_argument("--var", type=Path, default=ROOT / "var", help="model and index")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    told = {
        "machine": circumstances(),
        "made alone": made_alone(options.var, options.rounds),
        "in the service": asyncio.run(published(options.var, options.rounds)),
        "load afterwards": circumstances().rpartition(" ")[2],
    }
    print(json.dumps(told, ensure_ascii=False, indent=1))


def made_alone(var: Path, rounds: int) -> dict[str, dict[str, float]]:
    """Seconds that a change to one answer costs beside a running service: the folder, its index by
    delta, and loading it.
    """
    steps: dict[str, list[float]] = {"folder": [], "index delta": [], "load": []}
    settings = Settings(var=var)
    with tempfile.TemporaryDirectory(prefix="helpline-made-") as scratch:
        own = Path(scratch)
        for name in ("models", "index", "laws"):
            (own / name).symlink_to((var / name).resolve())
        workshop = Workshop(own, settings.embedder, settings.vector_store)
        workshop.load(workshop.place(()))  # the encoder is there, as in a running service
        for number in range(rounds):
            changes = [_change(number)]
            place = workshop.place(changes)
            place.content.parent.mkdir(parents=True)
            began = time.perf_counter()
            folder.make(place.content, changes, workshop.base)
            made = time.perf_counter()
            workshop.build_index(place)
            built = time.perf_counter()
            workshop.load(place)
            steps["folder"].append(made - began)
            steps["index delta"].append(built - made)
            steps["load"].append(time.perf_counter() - built)
    return {name: percentiles(taken) for name, taken in steps.items()}


async def published(var: Path, rounds: int) -> dict[str, dict[str, float]]:
    """Milliseconds of each step of a publication, over so many of them."""
    steps: dict[str, list[float]] = {}
    async with house(var) as the_house:
        [author] = await the_house.operators(1)
        [reviewer] = await the_house.operators(1, Role.SUPERVISOR)
        await _settled(the_house, author)
        for number in range(rounds):
            for name, taken in (await _round(the_house, author, reviewer, number)).items():
                steps.setdefault(name, []).append(taken)
    return {name: percentiles(taken) for name, taken in steps.items()}


async def _round(
    the_house: House, author: Operator, reviewer: Operator, number: int
) -> dict[str, float]:
    change = _change(number)
    item = await _get(the_house, author, f"/items/answer/{change.file}", key=KEY)
    draft = await _post(
        the_house,
        author,
        "/revisions",
        kind="answer",
        file=change.file,
        key=KEY,
        body=change.body,
        reason="测量",
        over=item["item"]["version"],
    )
    checking, _ = await timed(_post(the_house, author, f"/revisions/{draft['id']}/submit"))
    proving, release = await timed(_proved(the_house, reviewer, draft["id"]))
    pressed = time.perf_counter()
    activating, _ = await timed(_post(the_house, reviewer, f"/releases/{release['id']}/activate"))
    waits = await _until_told(the_house, NEW.format(number))
    return {
        "check": checking,
        "prove": proving,
        "press": activating,
        "told in chat": time.perf_counter() - pressed,
        "longest answer meanwhile": max(waits),
    }


async def _until_told(the_house: House, text: str) -> Sequence[float]:
    """Ask until the text is told; how long each answer took. Raises TimeoutError."""
    waits: list[float] = []
    async with asyncio.timeout(PATIENCE_S):
        while True:
            took, told = await timed(_asked(the_house))
            waits.append(took)
            if text in told:
                return waits


async def _asked(the_house: House) -> str:
    """What a visitor is told who has just come."""
    opened = (await the_house.client.post("/api/conversations", json=ARRIVES)).json()
    answer = await the_house.client.post(
        f"/api/conversations/{opened['id']}/messages",
        json={"text": ASK},
        headers={"Authorization": f"Bearer {opened['token']}"},
    )
    answer.raise_for_status()
    return json.dumps(answer.json(), ensure_ascii=False)


async def _settled(the_house: House, author: Operator) -> None:
    """Wait until the service lists what is in use; raises TimeoutError."""
    async with asyncio.timeout(PATIENCE_S):
        while not (await _get(the_house, author, "/items", q=KEY))["items"]:
            await asyncio.sleep(0.5)


async def _proved(the_house: House, reviewer: Operator, revision_id: int) -> dict[str, Any]:
    """The release with this revision, once it is ready; raises RuntimeError where it failed."""
    begun = await _post(the_house, reviewer, f"/revisions/{revision_id}/prove")
    while True:
        release = await _get(the_house, reviewer, f"/releases/{begun['id']}")
        if release["state"] == "ready":
            return release
        if release["state"] == "failed":
            raise RuntimeError(release["problem"])
        await asyncio.sleep(0.2)


async def _get(the_house: House, by: Operator, path: str, **query: str) -> dict[str, Any]:
    answer = await the_house.client.get(f"{PATH}{path}", params=query, headers=by.headers)
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


async def _post(the_house: House, by: Operator, path: str, **body: Any) -> dict[str, Any]:
    answer = await the_house.client.post(f"{PATH}{path}", json=body, headers=by.headers)
    answer.raise_for_status()
    told: dict[str, Any] = answer.json() if answer.content else {}
    return told


def _change(number: int) -> Change:
    """The answer with another wording of its first sentence in every round."""
    shipped = next(one for one in folder.items_of(KINDS["answer"]) if one.key == KEY)
    if OLD not in shipped.body:
        raise ValueError(f"{KEY} no longer says {OLD}")
    body = shipped.body.replace(OLD, NEW.format(number), 1)
    return Change("answer", shipped.file, KEY, body)


if __name__ == "__main__":
    main()
