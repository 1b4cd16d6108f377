"""What is shipped for the machine fits what it is shipped with."""

import re
from pathlib import Path

import pytest

from api.edge.middleware import ACTION_CALLS, CHANNEL_CALLS, LARGEST_BODY, LARGEST_PICTURE_CALL
from api.settings import Settings
from command.place import Place

DEPLOY = Path(__file__).resolve().parents[1] / "deploy"
PROXY = "\n".join(
    (DEPLOY / name).read_text(encoding="utf-8")
    for name in ("nginx.conf", "nginx/http.conf", "nginx/server.conf")
)
UNIT = (DEPLOY / "helpline.service").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", [PROXY, UNIT])
def test_only_settings_that_exist_are_set(text: str) -> None:
    named = set(re.findall(r"\b(HELPLINE_[A-Z_]+)=", text))

    assert named and named <= {f"HELPLINE_{name.upper()}" for name in Settings.model_fields}


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
