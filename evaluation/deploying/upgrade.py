"""An upgrade without a break, for real: an earlier version and this one on one schema.

`python -m evaluation.deploying.upgrade COMMIT --database postgresql://…` checks an earlier commit
out into a folder of its own (`git worktree`). It makes the schema and serves; this version brings
the schema up to date beside it and serves too. Conversations speak to both at random, and half way
the earlier version is told to end, as in a rolling upgrade. Then the database tells what was lost,
doubled or out of order. Both run with this environment's libraries.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from subprocess import DEVNULL
from typing import Any

import httpx
import psycopg
from sqlalchemy import URL, make_url

from api.keeping import structure
from api.settings import ROOT
from evaluation.processes import KEY, SAID, TEXTS, Trial, figures_of, loaded, process, room

MIGRATE = ("-m", "alembic", "-c", "api/migrations/alembic.ini", "upgrade", "head")
REVISION = "SELECT version_num FROM alembic_version"


@contextmanager
def checkout(commit: str) -> Iterator[Path]:
    """A folder with an earlier commit of this repository."""
    with tempfile.TemporaryDirectory(prefix="helpline-before-") as above:
        folder = Path(above) / "code"
        _git("worktree", "add", "--detach", str(folder), commit)
        try:
            yield folder
        finally:
            _git("worktree", "remove", "--force", str(folder))


def _git(*words: str) -> None:
    subprocess.run(["git", "-C", str(ROOT), *words], check=True, stdout=DEVNULL, stderr=DEVNULL)


def _revision(url: str) -> str:
    with psycopg.connect(url) as connection:
        [(revision,)] = connection.execute(REVISION).fetchall()
    return str(revision)


async def upgrade(
    commit: str, url: URL, port: int, conversations: int, seed: int
) -> dict[str, Any]:
    """What became of the messages; the PostgreSQL database at `url` is empty."""
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with ExitStack() as stack:
        before, var = stack.enter_context(checkout(commit)), stack.enter_context(room())
        env = {**os.environ, "HELPLINE_DATABASE_URL": address}
        subprocess.run([sys.executable, *MIGRATE], cwd=before, env=env, check=True, stderr=DEVNULL)
        schemas = [_revision(address)]
        ways = [f"http://127.0.0.1:{port + number}" for number in range(2)]
        async with httpx.AsyncClient(timeout=120, trust_env=False) as client:
            old = stack.enter_context(process(var, address, port, before))
            await loaded(client, ways[0], old)
            structure.migrate(url.set(drivername="postgresql+psycopg"))
            schemas.append(_revision(address))
            await loaded(client, ways[1], stack.enter_context(process(var, address, port + 1)))
            trial = Trial(ways, random.Random(seed), client)
            began = time.perf_counter()
            talking = [asyncio.create_task(trial.converses()) for _ in range(conversations)]
            while len(trial.answers) < conversations * len(TEXTS) / 2:
                await asyncio.sleep(0.05)
            trial.ways.pop(0)
            old.send_signal(signal.SIGTERM)
            await asyncio.gather(*talking)
            took = time.perf_counter() - began
    with psycopg.connect(address) as connection:
        rows = connection.execute(SAID).fetchall()
    return {
        **figures_of(trial, rows),
        "schema before and after": schemas,
        "whole s": round(took, 1),
        "load": os.getloadavg()[0],
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evaluation.deploying.upgrade")
    parser.add_argument("commit", help="the version before, as git knows it")
    parser.add_argument("--database", required=True, type=make_url, help="an empty PostgreSQL")
    parser.add_argument("--port", type=int, default=8340, help="this port and the next one")
    parser.add_argument("--conversations", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    os.environ["HELPLINE_DATA_KEY"] = KEY
    figures = asyncio.run(
        upgrade(args.commit, args.database, args.port, args.conversations, args.seed)
    )
    print(json.dumps(figures, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
