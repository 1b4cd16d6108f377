"""What is shipped for the machine fits what it is shipped with."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from limits import parse

from api import metrics
from api.edge.admission import HEALTH
from api.edge.limits import TooManyRequests
from api.edge.middleware import ACTION_CALLS, CHANNEL_CALLS, LARGEST_BODY, LARGEST_PICTURE_CALL
from api.errors import Problem
from api.settings import Settings
from bot.serve import LEFT_OUT
from command.place import Place
from evaluation.deploying.image_sizes import sources, taken_away

DEPLOY = Path(__file__).resolve().parents[1] / "deploy"
PROXY = "\n".join(
    (DEPLOY / name).read_text(encoding="utf-8")
    for name in ("nginx.conf", "nginx/http.conf", "nginx/server.conf")
)
ROOT = DEPLOY.parent
OF_AN_ADDRESS = ("opening", "messages", "reading")
UNIT = (DEPLOY / "helpline.service").read_text(encoding="utf-8")


SERVICE = (DEPLOY / "systemd/api@.service").read_text(encoding="utf-8")
ENGINE = (DEPLOY / "systemd/rasa@.service").read_text(encoding="utf-8")
RECIPE = (DEPLOY / "images/Dockerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((DEPLOY / "compose/compose.yml").read_text(encoding="utf-8"))
KUBERNETES = sorted((DEPLOY / "kubernetes").glob("*/*.yaml"))
SETTINGS = {f"HELPLINE_{name.upper()}" for name in Settings.model_fields}
# What the side of Rasa reads: in its code and in its files.
OF_THE_ENGINE = set(
    re.findall(
        r"HELPLINE_[A-Z_]+",
        "\n".join(
            path.read_text(encoding="utf-8")
            for path in (
                *(ROOT / "bot").glob("*.py"),
                ROOT / "endpoints.yml",
                ROOT / "credentials.yml",
            )
        ),
    )
)


@pytest.mark.parametrize("text", [PROXY, UNIT, SERVICE])
def test_only_settings_that_exist_are_set(text: str) -> None:
    named = set(re.findall(r"\b(HELPLINE_[A-Z_]+)=", text))

    assert named and named <= SETTINGS


def test_an_engine_is_told_what_it_reads_and_nothing_that_opens_what_is_stored() -> None:
    assert {"HELPLINE_ENCODER", "HELPLINE_ACTION_URL", "HELPLINE_RASA_TOKEN"} <= OF_THE_ENGINE
    told = set(re.findall(r"\b(HELPLINE_[A-Z_]+)=", ENGINE))
    told |= set(re.findall(r"\b(HELPLINE_[A-Z_]+)=", RECIPE.split("AS engine")[1]))

    assert told and told <= OF_THE_ENGINE
    assert "helpline.env" not in ENGINE and "/var/lib/helpline\n" not in ENGINE


def test_the_proxy_says_itself_from_where_a_visitor_comes() -> None:
    assert re.search(r"proxy_set_header X-Forwarded-For +\$remote_addr;", PROXY)
    assert "$proxy_add_x_forwarded_for" not in PROXY


def test_the_proxy_keeps_the_engines_door_shut_and_lets_our_own_refusal_of_a_size_through() -> None:
    assert f"location = {ACTION_CALLS} {{ return 404; }}" in PROXY
    size = re.search(r"client_max_body_size +(\d+)k;", PROXY)
    assert size and int(size[1]) * 1024 > LARGEST_BODY
    of_pictures = re.search(r"client_max_body_size +(\d+)m;", PROXY)
    assert of_pictures and int(of_pictures[1]) * 1024 * 1024 > LARGEST_PICTURE_CALL


def test_the_proxy_counts_a_channel_s_calls_apart_from_those_of_people() -> None:
    block = PROXY.split(f"location {CHANNEL_CALLS} {{")[1].split("}")[0]

    assert "zone=helpline_channels" in block and "zone=helpline_requests" not in block
    assert "X-Forwarded-For   $remote_addr" in block


OWN_WORDS = dict(
    re.findall(r"^location (@helpline_\w+) \{\n(.*?)\n\}$", PROXY, re.MULTILINE | re.DOTALL)
)
FORMS = set(re.findall(r"\b(page|problem);$", PROXY.split("$helpline_form {")[1], re.MULTILINE))


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_the_proxy_refuses_itself_is_said_in_chinese_and_says_when_to_come_again(
    status: int,
) -> None:
    [said] = re.findall(rf"^error_page [\d ]*\b{status}\b[\d ]* = (\S+);", PROXY, re.MULTILINE)
    blocks = {form: OWN_WORDS[said.replace("$helpline_form", form)] for form in FORMS}
    told = {form: re.findall(r"return (\d+) '(.+)';", block)[0] for form, block in blocks.items()}

    # The page repeats by itself what it may repeat within ten seconds.
    for block in blocks.values():
        assert 0 < int(re.findall(r"Retry-After (\d+) always;", block)[0]) <= 10
        assert "add_header Cache-Control no-store always;" in block
    assert 'default_type "application/problem+json; charset=utf-8";' in blocks["problem"]
    problem = Problem.model_validate_json(told["problem"][1])
    assert problem.type == f"urn:helpline:problem:{problem.code}"
    assert problem.status == int(told["problem"][0]) == (429 if status == 429 else 503)
    for sentence in (problem.title, problem.detail, told["page"][1]):
        assert re.search(r"[\u4e00-\u9fff]", sentence)
    assert f"<h1>{problem.title}</h1>" in told["page"][1]


def test_the_proxy_says_that_it_is_too_much_by_the_service_s_own_code() -> None:
    problem = Problem.model_validate_json(
        re.findall(r"return 429 '(\{.+\})';", OWN_WORDS["@helpline_crowded_problem"])[0]
    )

    assert (problem.code, problem.title) == (TooManyRequests.code, TooManyRequests.title)
    for kind in ("conn", "req"):
        assert re.search(rf"^limit_{kind}_status +429;", PROXY, re.MULTILINE)


def test_the_proxy_s_limits_lie_above_the_service_s_own() -> None:
    """Else the finer ones, which many processes count in one place, would never be met."""
    [rate] = re.findall(r"zone=helpline_requests:10m rate=(\d+)r/s;", PROXY)
    [burst] = re.findall(r"zone=helpline_requests burst=(\d+) nodelay;", PROXY)
    limits = (Settings.model_fields[f"limit_{kind}"].default for kind in OF_AN_ADDRESS)
    own = [parse(limit) for limit in limits]

    assert int(rate) > 10 * sum(one.amount / one.get_expiry() for one in own)
    assert int(burst) >= 10 * int(rate)  # an office whose people all open the page at once


def test_the_proxy_counts_neither_health_nor_what_begins_on_its_machine() -> None:
    asker = PROXY.split("map $uri $helpline_asker {")[1].split("}")[0]
    counted = {line.split()[0]: line.split()[1] for line in asker.strip().splitlines()}
    visitor = PROXY.split('map "$helpline_is_here$http_x_forwarded_for$http_forwarded"')[1]

    assert counted == {**dict.fromkeys(HEALTH, '"";'), "default": "$helpline_visitor;"}
    assert re.search(r"1 +\"\";\n +default \$binary_remote_addr;", visitor.split("}")[0])


def test_the_proxy_hands_on_to_where_the_unit_listens() -> None:
    [host, port] = re.findall(r"--host (\S+) --port (\d+)", UNIT)[0]

    assert f"server {host}:{port};" in PROXY
    assert f"HELPLINE_TRUSTED_PROXIES={host}" in UNIT


def test_the_unit_may_write_where_its_helpline_writes_and_nowhere_else() -> None:
    [var] = re.findall(r"^Environment=HELPLINE_VAR=(.+)$", UNIT, re.MULTILINE)

    assert re.findall(r"^ReadWritePaths=(.+)$", UNIT, re.MULTILINE) == [var]
    place = Place(Path("/opt/helpline"), Path(var), {})
    assert all(str(path).startswith(var) for path in (place.model, place.encoder, place.log("x")))


def test_a_message_that_was_sent_to_one_process_is_never_sent_to_another() -> None:
    retried = re.findall(r"proxy_next_upstream +([^;]+);", PROXY)

    # nginx repeats what may change something only where it was not sent yet, unless told otherwise.
    assert retried and set(retried) <= {"error timeout", "off"}


def test_a_conversation_keeps_to_one_process() -> None:
    assert "hash $helpline_line consistent;" in PROXY
    assert (
        r'"~^/api/conversations/(?<helpline_conversation>[^/]+)" $helpline_conversation;' in PROXY
    )


# --- many processes -------------------------------------------------------------------------------


def section(unit: str) -> set[str]:
    """What a unit's service may not do, line by line."""
    hardening = unit.split("# A user of its own")[1]
    lines = {line for line in hardening.splitlines() if re.match(r"[A-Z]\w+=", line)}
    return {line for line in lines if not re.match(r"User|Group|State|ReadWrite|MemoryMax", line)}


@pytest.mark.parametrize("unit", [SERVICE, ENGINE])
def test_each_of_many_processes_is_held_as_closely_as_the_one(unit: str) -> None:
    assert section(unit) == section(UNIT)


def test_a_service_and_its_engine_find_each_other_by_their_number() -> None:
    assert "HELPLINE_RASA_URL=http://127.0.0.1:500%i" in SERVICE and "-p 500%i" in ENGINE
    assert "HELPLINE_ACTION_URL=http://127.0.0.1:800%i/webhook" in ENGINE
    assert "HELPLINE_PORT=800%i" in SERVICE
    assert "# server 127.0.0.1:8001 " in PROXY and "# server 127.0.0.1:8002 " in PROXY


def test_of_many_processes_each_counts_and_tells_through_the_database() -> None:
    told = {
        "unit": dict(re.findall(r"^Environment=(HELPLINE_\w+)=(.+)$", SERVICE, re.MULTILINE)),
        "compose": COMPOSE["x-service"]["environment"],
        "kubernetes": dict(one.split("=", 1) for one in kustomization("base")),
    }
    for where, settings in told.items():
        assert settings.keys() <= SETTINGS, where
        assert int(settings["HELPLINE_PROCESSES"]) > 1, where  # they count and tell in the database
        assert settings["HELPLINE_LISTEN"] == "loaded", where


def kustomization(folder: str) -> list[str]:
    file = DEPLOY / "kubernetes" / folder / "kustomization.yaml"
    [made] = yaml.safe_load(file.read_text(encoding="utf-8"))["configMapGenerator"]
    literals: list[str] = made["literals"]
    return literals


def test_a_site_s_own_settings_exist() -> None:
    assert {one.split("=", 1)[0] for one in kustomization("overlay")} <= SETTINGS


# --- containers -----------------------------------------------------------------------------------


def test_the_last_stages_of_the_images_bring_no_tools_and_no_root() -> None:
    last = RECIPE.split("FROM debian:bookworm-slim AS base")[1]

    assert re.search(r"^USER 10001:10001$", last, re.MULTILINE)
    assert not re.search(r"^(RUN|ADD|USER (?!10001))", last, re.MULTILINE)


def test_what_the_images_copy_is_in_the_checkout() -> None:
    copied = re.findall(r"(?<= )/opt/helpline/([\w./]+)", RECIPE)
    made = {".venv", "web/dist", "bot/.venv"}

    assert copied and [one for one in copied if one not in made and not (ROOT / one).exists()] == [
        one for one in copied if one.startswith((".venv/", "bot/.venv/"))
    ]


def test_the_engine_s_image_gives_up_what_a_running_engine_does_without() -> None:
    taken = taken_away(RECIPE.replace("\\\n", " "), "bot/.venv")
    called = {"scikit-learn": "sklearn", "tensorflow-cpu": "tensorflow"}

    assert {called.get(name, name) for name in taken if not name.startswith("tensor")} | {
        called.get(name, name) for name in taken & called.keys()
    } == set(LEFT_OUT)
    assert {"/opt/helpline/bot", "/helpline/models"} <= set(sources(RECIPE, "engine"))


def test_what_is_no_part_of_the_checkout_goes_into_no_image() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()

    assert {".git", "var", "**/.venv", "**/node_modules"} <= set(ignored)


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_every_container_is_read_only_without_rights_and_without_root(name: str) -> None:
    container = COMPOSE["services"][name]

    assert container["read_only"] is True and container["cap_drop"] == ["ALL"]
    assert container["security_opt"] == ["no-new-privileges:true"]
    if "helpline" in container["image"]:
        assert container["user"] == "10001:10001"
    assert ("ports" in container) == (name == "proxy")


@pytest.mark.parametrize("number", ["1", "2"])
def test_an_engine_shares_the_network_of_its_service_and_the_proxy_knows_both(number: str) -> None:
    engine = COMPOSE["services"][f"engine{number}"]
    proxy = (DEPLOY / "compose/nginx.conf").read_text(encoding="utf-8")

    assert engine["network_mode"] == f"service:service{number}"
    assert engine["env_file"] == ["shared.env"]
    assert f"server service{number}:8000 " in proxy


def manifests() -> Iterator[dict[str, Any]]:
    for file in KUBERNETES:
        yield yaml.safe_load(file.read_text(encoding="utf-8"))


def pods() -> Iterator[dict[str, Any]]:
    yield from (
        one["spec"]["template"]["spec"] for one in manifests() if one["kind"] == "Deployment"
    )


def test_pods_run_without_root_and_without_a_way_to_the_cluster() -> None:
    [pod] = pods()

    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in [*pod["initContainers"], *pod["containers"]]:
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert "memory" in container["resources"]["limits"]


def test_the_engine_of_a_pod_knows_no_secret_of_the_service() -> None:
    [pod] = pods()
    [engine] = [one for one in pod["containers"] if one["name"] == "engine"]

    assert engine["envFrom"] == [{"secretRef": {"name": "helpline-shared"}}]


def test_every_manifest_is_named_by_its_folder() -> None:
    for folder in ("base", "overlay"):
        files = {file.name for file in (DEPLOY / "kubernetes" / folder).glob("*.yaml")}
        text = (DEPLOY / "kubernetes" / folder / "kustomization.yaml").read_text(encoding="utf-8")
        named = set(re.findall(r"^  - (\S+\.yaml)$", text, re.MULTILINE))

        assert named == files - {"kustomization.yaml"}


# --- figures and alarms ---------------------------------------------------------------------------

RULES = yaml.safe_load((DEPLOY / "prometheus/rules.yml").read_text(encoding="utf-8"))
ALERTS = {rule["alert"]: rule for group in RULES["groups"] for rule in group["rules"]}
DASHBOARD = json.loads((DEPLOY / "grafana/helpline.json").read_text(encoding="utf-8"))
SHOWN = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
METRIC = r"\b(?:helpline|process)_\w+"
ENDINGS = {"counter": ["_total"], "histogram": ["_bucket", "_count", "_sum"], "gauge": [""]}
TOLD = {
    family.name + ending for family in metrics.REGISTRY.collect() for ending in ENDINGS[family.type]
}


@pytest.mark.parametrize("expression", [*(one["expr"] for one in ALERTS.values()), *SHOWN])
def test_what_is_watched_is_told(expression: str) -> None:
    named = set(re.findall(METRIC, expression))

    assert named or "up{" in expression
    assert named <= TOLD
    for label, values in {
        "outcome": metrics.Outcome,
        "stage": metrics.Stage,
        "cause": metrics.Cause,
    }.items():
        for asked in re.findall(rf'{label}=~?"([^"]+)"', expression):
            assert set(asked.split("|")) <= set(get_args(values))


def test_every_alarm_of_the_operator_s_page_is_a_rule() -> None:
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| `((?:helpline|process)_[\w*]+)` \|.*\| (\S[^|]*) \|$", page, re.MULTILINE
    )
    watched = " ".join(rule["expr"] for rule in ALERTS.values())

    assert len(rows) > 10
    assert [name for name, _ in rows if name.rstrip("*") not in watched] == []


@pytest.mark.parametrize("name", ALERTS)
def test_an_alarm_says_in_chinese_what_is_so_and_where_to_read_what_to_do(name: str) -> None:
    told = ALERTS[name]["annotations"]
    runbook = (ROOT / "docs/runbook.md").read_text(encoding="utf-8")

    assert re.search(r"[\u4e00-\u9fff]", told["summary"])
    assert told["runbook"] == f"docs/runbook.md#{name.lower()}"
    assert f"\n### {name}\n" in runbook
    assert ALERTS[name]["labels"]["severity"] in ("page", "ticket")


def test_the_runbook_speaks_of_no_alarm_that_there_is_not() -> None:
    runbook = (ROOT / "docs/runbook.md").read_text(encoding="utf-8")

    assert set(re.findall(r"^### (Helpline\w+)$", runbook, re.MULTILINE)) == set(ALERTS)
    assert set(re.findall(r"\bHelpline[A-Z]\w+", runbook)) == set(ALERTS)
