"""A thousand turns with planted personal data leave none of it in any log or on any terminal."""

import io
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from api import logs
from api.protection.masking import mask
from command.supervise import Child, DailyLog
from tests.api.protection.test_numbers import bank_card, identity_card
from tests.api.visitor import Visitor
from tests.fakes import FakeRasa

TURNS = 1_000
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def planted(seed: int) -> dict[str, tuple[str, str]]:
    """Kind → what is said and what of it must be found nowhere, other values for every seed."""
    phone = f"139{seed:08}"
    wechat, qq, name = (
        f"wx{seed:06}abc",
        str(20_000_000 + seed),
        "陈欧阳赵诸葛孙司马李"[seed % 9 :][:2],
    )
    name += "华明芳强"[seed % 4]
    card, account = identity_card(seed), bank_card(seed)
    mail, landline = f"user{seed}@example.com", f"{80_000_000 + seed}"
    return {
        "phone": (f"电话{phone}", phone),
        "phone in three": (f"打{phone[:3]} {phone[3:7]} {phone[7:]}", f"{phone[3:7]} {phone[7:]}"),
        "phone with dashes": (f"{phone[:3]}-{phone[3:7]}-{phone[7:]}", f"{phone[3:7]}-{phone[7:]}"),
        "phone with points": (
            f"打{phone[:3]}.{phone[3:7]}.{phone[7:]}",
            f"{phone[3:7]}.{phone[7:]}",
        ),
        "phone full-width": (phone.translate(WIDE), phone.translate(WIDE)),
        "phone with code": (f"+86 {phone}", phone),
        "phone with code joined": (f"0086-{phone}", phone),
        "phone spaced out": (" ".join(phone), " ".join(phone)),
        "phone spoken": (
            "幺三九" + "".join("零一二三四五六七八九"[int(d)] for d in phone[3:]),
            "幺三九",
        ),
        "landline": (f"座机0791-{landline}", landline),
        "landline in brackets": (f"(0797){landline}", landline),
        "hotline": (f"400-{seed % 900 + 100}-1234", f"400-{seed % 900 + 100}-1234"),
        "mail": (f"发到{mail}", mail),
        "mail full-width": (f"发到user{seed}＠example.com", f"user{seed}"),
        "wechat": (f"微信号：{wechat}", wechat),
        "wechat joined": (f"加我vx{wechat}", wechat),
        "wechat short": (f"加v：{wechat}", wechat),
        "wxid": (f"wxid_{wechat}", wechat),
        "QQ": (f"QQ：{qq}", qq),
        "QQ spoken": (f"扣扣{qq}", qq),
        "identity card": (f"身份证{card}", card),
        "identity card in pieces": (
            f"{card[:6]} {card[6:14]} {card[14:]}",
            f"{card[6:14]} {card[14:]}",
        ),
        "bank card": (f"卡号{account}", account),
        "bank card in fours": (
            " ".join(account[i : i + 4] for i in range(0, 19, 4)),
            f"{account[8:12]} {account[12:16]}",
        ),
        "name": (f"我叫{name}，在赣州", name),
        "name of the contact": (f"联系人：{name} ", name),
    }


KINDS = list(planted(0))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [3, 17, 255])
def test_every_kind_and_spelling_is_masked(kind: str, seed: int) -> None:
    said, kept_out = planted(seed)[kind]

    assert kept_out not in mask(f"turn 1: {said} 已收到")
    assert kept_out not in mask(json.dumps({"text": f"{said} 已收到"}))
    assert kept_out not in mask(json.dumps({"error": f"{said} 已收到"}))


@pytest.mark.parametrize(
    "line",
    [
        'rest.message.received.timeout  text="13812345000 \\u5f20\\u4e09\\u5728\\u8d63\\u5dde"',
        "{'sender': 'c', 'text': '张三在赣州', 'event': 'failed'}",
        'UserMessage(text="张三在赣州", sender_id=3)',
    ],
)
def test_a_quoted_message_is_masked_whole(line: str) -> None:
    masked = mask(line)

    assert "张三" not in masked and "赣州" not in masked and "〔原话〕" in masked


@pytest.mark.parametrize(
    "line",
    [
        "vue@3.5.45 vite@8.3.8",
        "127.0.0.1:53122 - GET /api/search 200",
        "192.168.100.10:8000",
        "2026-11-19 15:30:00,123 INFO rasa.core 0f8fad5b-d9cb-469f-a165-70867728950e",
        "context: 12 texts: 3",
        "Downloading torch-2.13.0+cpu 1398765432 bytes",
        "/usr/lib/python3.11/site-packages/rasa/core/channels/rest.py line 177",
    ],
)
def test_what_an_operator_needs_to_read_stays(line: str) -> None:
    assert mask(line) == line


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing here depends on the kind of database."""
    return sqlite_url


@pytest.fixture
def service_log() -> Iterator[io.StringIO]:
    """Everything that this process logs, as the service writes it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(logs.PersonalDataFilter())
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    root.handlers, root.level = [handler], logging.DEBUG
    yield stream
    root.handlers, root.level = before, level


async def test_a_thousand_turns_leave_nothing_in_logs_and_on_the_terminal(
    visitor: Visitor,
    rasa: FakeRasa,
    app: FastAPI,
    service_log: io.StringIO,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    child = Child("对话", [], tmp_path, {}, "", tmp_path / "log" / "rasa.log")
    (tmp_path / "log").mkdir()
    engine_says: list[str] = []
    kept_out: list[str] = []
    for turn in range(TURNS):
        said, secret = planted(turn)[KINDS[turn % len(KINDS)]]
        kept_out.append(secret)
        rasa.down = turn % 50 == 0  # then the fallback answers, and warns
        if turn % 40 == 0:
            visitor = await Visitor.arrives(visitor.client)
        await visitor.posts(text=said)
        # What Rasa says of a message when something goes wrong: quoted, in JSON, in a traceback.
        escaped = json.dumps({"text": said, "sender": visitor.id})
        engine_says += [
            f"2026-11-22 ERROR rasa.core.channels.rest - rest.message.received.timeout {escaped}\n",
            f"ValueError: could not read {said}\n",
        ]
        logging.getLogger("api.test").warning("turn %s: %s", turn, {"said": said})
    child.relay(io.StringIO("".join(engine_says)), _log(child.log), echo=True)

    written = {
        "service": service_log.getvalue(),
        "rasa.log": child.log.read_text("utf-8"),
        "terminal": capsys.readouterr().out,
    }
    for name, text in written.items():
        assert len(text.splitlines()) >= TURNS, name
        found = [secret for secret in set(kept_out) if secret in text]
        assert found == [], name
        escaped_found = [s for s in set(kept_out) if json.dumps(s)[1:-1] in text]
        assert escaped_found == [], name
    assert not re.search(r"\\u[0-9a-f]{4}", written["rasa.log"])


def _log(path: Path) -> logging.Handler:
    log = DailyLog(path, maxBytes=500_000_000, backupCount=1, encoding="utf-8")
    log.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    return log


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        ("GET https://ip.example.cn/#go=gAAAA-b_c", "gAAAA-b_c"),
        ("接续码：ABCD-2345 不对", "ABCD-2345"),
        ("接着办 abcd 2345", "abcd 2345"),
    ],
)
def test_what_moves_a_conversation_is_masked(line: str, secret: str) -> None:
    assert secret not in mask(line) and "***" in mask(line)
