"""The documents name every setting, command and remedy, and nothing that is not there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import SecretStr

from api.settings import Settings
from command.cli import parse
from command.commands import PASSED_ON
from evaluation.understanding import examples
from knowledge.reviewed import CONTENT
from knowledge.routing.out_of_scope import OutOfScope
from knowledge.routing.page import page
from knowledge.routing.triage import TriageRules
from knowledge.search.faq import load_questions
from tests.content import ANSWERS, DRAFTS, GUIDANCE, INSTITUTIONS, RULES, STATUTES, SUCCESSION

ROOT = Path(__file__).resolve().parents[1]
READMES = ("README.md", "README.zh-CN.md")
COMMANDS = re.findall(
    r'(?:command|handed_on)\(\s*"([\w-]+)"', (ROOT / "command/cli.py").read_text(encoding="utf-8")
)
TOP_FOLDERS = {path.name for path in ROOT.glob("[a-z]*") if path.is_dir()} - {"var"}
BUILT = {"web/dist"}  # by set-up, in no checkout
SETTINGS = {f"HELPLINE_{name.upper()}": field for name, field in Settings.model_fields.items()}
REMEDIES = yaml.load((CONTENT / "vocabulary.yml").read_text(encoding="utf-8"), yaml.CSafeLoader)[
    "remedy"
]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def documents() -> list[Path]:
    """Every page for people: those at the top, one in each top folder, those in docs/."""
    return sorted({*ROOT.glob("*.md"), *ROOT.glob("[a-z]*/README.md"), *ROOT.glob("docs/**/*.md")})


# --- settings -------------------------------------------------------------------------------------


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_setting_is_described(setting: str) -> None:
    assert re.search(rf"\b{setting}\b", text("docs/settings.md")), (
        f"docs/settings.md 没有写 {setting}"
    )


@pytest.mark.parametrize(
    "setting", [name for name, field in SETTINGS.items() if isinstance(field.default, str | float)]
)
def test_the_default_of_a_setting_stands_beside_it(setting: str) -> None:
    [line, *_] = [
        line for line in text("docs/settings.md").splitlines() if re.search(rf"\b{setting}\b", line)
    ]

    assert str(SETTINGS[setting].default) in line or "set by `./helpline`" in line


def test_no_secret_has_a_default_that_works() -> None:
    secrets = [field.default for field in SETTINGS.values() if isinstance(field.default, SecretStr)]

    assert secrets and all(secret.get_secret_value() == "" for secret in secrets)


def test_no_setting_is_described_that_does_not_exist() -> None:
    # The command has settings of its own beside those of the service.
    elsewhere = "\n".join(
        text(name)
        for name in ("command/place.py", "endpoints.yml", "knowledge/search/encoder/embedding.py")
    )
    described = set(re.findall(r"\bHELPLINE_[A-Z_]+\b", text("docs/settings.md")))

    assert {name for name in described - set(SETTINGS) if name not in elsewhere} == set()


# --- remedies -------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", REMEDIES)
def test_every_remedy_is_described_under_its_key_and_name(key: str) -> None:
    page = text("docs/remedies.md")

    assert re.search(rf"\b{key}\b", page), f"docs/remedies.md 没有写 {key}"
    name = yaml.load(
        (CONTENT / "remedies" / f"{key}.yml").read_text(encoding="utf-8"), yaml.CSafeLoader
    )["name"]
    assert name in page, f"docs/remedies.md 没有写「{name}」"


def test_the_page_of_remedies_is_what_the_rules_say() -> None:
    expected = page(RULES, TriageRules.load(), OutOfScope.load(), INSTITUTIONS)
    assert text("docs/remedies.md") == expected, "请运行 python -m knowledge.routing.page 重新生成"


# --- commands -------------------------------------------------------------------------------------


def test_the_commands_are_read() -> None:
    assert {"up", "test", "ask"} <= set(COMMANDS)


@pytest.mark.parametrize("readme", READMES)
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_stands_in_the_readme(readme: str, command: str) -> None:
    assert f"./helpline {command}" in text(readme)


def test_a_command_that_hands_on_its_arguments_has_somebody_to_hand_them_to() -> None:
    receivers = [ROOT / module.replace(".", "/") for module in PASSED_ON.values()]

    assert [
        p.name
        for p in receivers
        if not (p.with_suffix(".py").exists() or (p / "__main__.py").exists())
    ] == []


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_document_names_a_command_that_does_not_exist(document: Path) -> None:
    named = set(re.findall(r"\./helpline ([a-z][a-z-]*)", document.read_text(encoding="utf-8")))

    assert named <= set(COMMANDS)


def advised() -> list[tuple[str, str]]:
    """(File, command with its options) of every ./helpline that an operator is told to run."""
    command = re.compile(
        r"\./helpline [a-z][a-z-]*(?:[ \t]+(?:--[a-z-]+|[^\s`“”」，。；;#)\"'…]+))*"
    )
    return sorted(
        (str(path.relative_to(ROOT)), found[0].strip())
        for path, said in [
            *((page, [page.read_text("utf-8")]) for page in documents()),
            *messages(),
        ]
        for found in command.finditer("\n".join(said))
    )


def messages() -> Iterator[tuple[Path, list[str]]]:
    """The Chinese strings of each module that names the command."""
    folders = "actions", "api", "bot", "command", "evaluation", "knowledge"
    patterns = [f"{one}/{deep}*.py" for one in folders for deep in ("", "[a-z]*/**/")]  # no .venv
    for path in (path for pattern in patterns for path in ROOT.glob(pattern)):
        code = path.read_text("utf-8")
        if "./helpline" in code:  # parsing all others would take seconds
            nodes = ast.walk(ast.parse(code))
            texts = [node.value for node in nodes if isinstance(node, ast.Constant)]
            yield path, [str(one) for one in texts if re.search(r"[\u4e00-\u9fff]", str(one))]


ADVISED = advised()


def test_advice_is_found_in_the_code() -> None:
    assert {"api/database.py", "knowledge/search/index.py"} <= {file for file, _ in ADVISED}


@pytest.mark.parametrize("advice", sorted({advice for _, advice in ADVISED}))
def test_no_advice_names_a_command_or_an_option_that_is_refused(
    advice: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _, command, *words = advice.split()
    assert command in COMMANDS, [file for file, said in ADVISED if said == advice]
    if command in PASSED_ON:  # its options are those of the program behind it
        return
    with pytest.raises(SystemExit):
        parse([command, "--help"])
    known = capsys.readouterr().out

    assert [word for word in words if word.startswith("--") and word not in known] == []


# --- words ----------------------------------------------------------------------------------------


def test_the_code_names_of_the_glossary_are_in_the_code() -> None:
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for folder in ("api", "knowledge", "actions")
        for path in (ROOT / folder).rglob("*.*")
        if path.suffix in (".py", ".yml")
    )
    rows = [
        line.split("|") for line in text("docs/glossary.md").splitlines() if line.startswith("| ")
    ]
    names = {
        name
        for row in rows
        for name in re.findall(r"\b[a-z]+(?:_[a-z]+)+\b|(?<=`)[A-Za-z]\w+(?=`)", row[2])
    }

    assert names and {name for name in names if name not in code} == set()


# --- counts ---------------------------------------------------------------------------------------


def entries(pattern: str) -> Iterator[Any]:
    """The YAML of every file that a pattern names."""
    for path in ROOT.glob(pattern):
        yield yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)


def lines(name: str) -> int:
    return len(text(name).splitlines())


def places(kind: str) -> int:
    [regions] = entries("knowledge/content/regions.yml")
    return sum(place["kind"] == kind for place in regions["places"])


# What a document counts, and how many there are. Measured figures (docs/evaluation.md, the
# model card, the decisions) are those of their day.
COUNTS = {
    r"remedies\b|种救济": lambda: len(RULES.remedies),
    r"priorities\b": lambda: len(RULES.priorities),
    r"conflicts\b": lambda: len(RULES.conflicts),
    r"digests\b": lambda: sum(len(file["articles"]) for file in entries(DIGESTS)),
    r"instruments\b": lambda: len(list(entries(DIGESTS))),
    r"guidance articles\b": lambda: len(GUIDANCE),
    r"written answers\b": lambda: len(ANSWERS.by_id),
    r"known questions\b": lambda: len(load_questions(STATUTES, SUCCESSION)),
    r"kinds of papers\b": lambda: len(DRAFTS.entries),
    r"cities\b": lambda: places("city"),
    r"county-level units\b": lambda: places("county"),
    r"intents\b": lambda: sum(len(file["intents"]) for file in entries("domain.yml")),
    r"writers\b": lambda: len(list((examples.NLU / "voices").iterdir())),
    r"sentences held out\b": lambda: len(examples.read(examples.HELD_OUT)),
    r"journeys\b": lambda: sum(map(len, entries("tests/journeys/*.yml"))),
    r"cases\b": lambda: lines("evaluation/own_cases.jsonl"),
    r"dialogues\b": lambda: lines("evaluation/own_dialogues.jsonl"),
}
DIGESTS = "knowledge/content/digests/*.yml"
OF_THEIR_DAY = ("docs/decisions/", "docs/evaluation.md", "docs/model-card.md")


def as_of_today(document: Path) -> str:
    """What a document says of today; of the changelog that is its first section."""
    said = document.read_text(encoding="utf-8")
    return "".join(said.split("\n## ")[:2]) if document.name == "CHANGELOG.md" else said


@pytest.mark.parametrize("counted", COUNTS)
def test_a_count_in_the_documents_is_what_the_files_hold(counted: str) -> None:
    right = COUNTS[counted]()
    said = [
        (str(document.relative_to(ROOT)), found[0], int(found[1].replace(",", "")))
        for document in documents()
        for found in re.finditer(rf"(\d[\d,]*)\s+(?:{counted})", as_of_today(document))
    ]
    said = [one for one in said if not one[0].startswith(OF_THEIR_DAY)]

    assert said, f"没有文档写到「{counted}」有多少，COUNTS 里的这一行可以删去"
    assert [f"{name}：「{words}」应是 {right:,}" for name, words, n in said if n != right] == []


# --- folders --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "folder",
    [
        *("actions", "api", "bot", "command", "data", "deploy", "evaluation"),
        *("knowledge", "tests", "web"),
    ],
)
def test_every_top_folder_says_what_is_in_it_and_how_to_change_it(folder: str) -> None:
    said = text(f"{folder}/README.md")

    assert said.startswith(f"# {folder}: ") and len(said.splitlines()) >= 10
    assert f"`{folder}/`" in text("CONTRIBUTING.md")


# --- links ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_link_to_a_file_leads_to_one(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", document.read_text(encoding="utf-8"))

    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_that_a_document_names_by_its_path_is_there(document: Path) -> None:
    # From the root or from the document's folder; <name> and * stand for any name.
    paths = {
        re.sub(r"<\w+>", "*", path)
        for path in re.findall(r"`([\w.<>*-]+(?:/[\w.<>*-]+)+)`", document.read_text("utf-8"))
        if path.split("/")[0] in TOP_FOLDERS and path not in BUILT
    }

    def there(path: str) -> list[Path]:
        return [*ROOT.glob(path), *document.parent.glob(path)]

    assert [path for path in sorted(paths) if not there(path)] == []


def test_both_readmes_show_the_same_commands() -> None:
    shown = [re.findall(r"\./helpline [^\n`]*", text(readme)) for readme in READMES]

    assert [line.split()[1] for line in shown[0]] == [line.split()[1] for line in shown[1]]
