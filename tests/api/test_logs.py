import io
import json
import logging
from collections.abc import Iterator

import pytest

from api import logs
from api.logs import NONE, ContextFilter, JsonLines, NoProbes, Outage, PersonalDataFilter
from api.protection.masking import mask


@pytest.mark.parametrize(
    ("said", "kept_out"),
    [
        ("我电话13812345678", "13812345678"),
        ("打我：138 1234 5678 都行", "1234 5678"),
        ("+86 138-1234-5678", "138-1234-5678"),
        ("１３８１２３４５６７８", "13812345678"),
        ("座机0791-88886666", "88886666"),
        ("(010)66668888", "66668888"),
        ("发到zhang.san+ip@example.com.cn", "example.com.cn"),
        ("微信号：zhang_san88", "zhang_san88"),
        ("加我vx zhangsan-2020 聊", "zhangsan-2020"),
        ("wechat: zhangsan2020", "zhangsan2020"),
        ("wxid_abc123def456", "abc123def456"),
        ("QQ：123456789", "123456789"),
        ("身份证360102199003071234", "360102199003071234"),
        ("身份证36010219900307123X", "36010219900307123X"),
        ("卡号 6222 0212 3456 7890 123", "6222 0212 3456 7890"),
        ('"GET /api/tickets/JX20261122-0001?code=AC3467 HTTP/1.1" 404', "AC3467"),
        ('"POST /webhook?token=s3cret HTTP/1.1" 200', "s3cret"),
        ('"GET /api/search?q=%E5%BC%A0%E4%B8%89&limit=5 HTTP/1.1" 200', "%E5%BC%A0%E4%B8%89"),
        ("Authorization: Bearer abc.DEF-123", "abc.DEF-123"),
    ],
)
def test_personal_data_and_secrets_are_masked(said: str, kept_out: str) -> None:
    assert kept_out not in mask(said)


@pytest.mark.parametrize(
    "said",
    [
        "JX20261122-0001",
        "conversation 0f8fad5b-d9cb-469f-a165-70867728950e",
        "2026-11-22 09:30:00,123 INFO api",
        "商标注册号 12345678",
        "专利号 ZL202110123456.7",
        "赔偿 50000 元",
        "对话引擎没有应答：ConnectError（第二次）",
    ],
)
def test_what_we_need_to_read_stays(said: str) -> None:
    assert mask(said) == said


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(PersonalDataFilter())
    log = logging.getLogger("helpline-test")
    log.addHandler(handler)
    yield stream
    log.removeHandler(handler)


def test_arguments_of_a_log_call_are_masked(written: io.StringIO) -> None:
    logging.getLogger("helpline-test").error(
        "contact %s of %s", "13812345678", {"mail": "a@example.com"}
    )

    assert written.getvalue() == "contact 〔电话〕 of {'mail': '〔邮箱〕'}\n"


def test_a_traceback_is_masked(written: io.StringIO) -> None:
    try:
        raise ValueError("电话13812345678读不懂")
    except ValueError:
        logging.getLogger("helpline-test").exception("failed")

    assert "13812345678" not in written.getvalue()
    assert "ValueError: 电话〔电话〕读不懂" in written.getvalue()


def test_configuring_masks_what_any_library_logs(capfd: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        logs.configure("INFO")
        logging.getLogger("uvicorn.access").info(
            '%s - "GET %s"', "127.0.0.1", "/api/tickets/JX1?code=AC3467"
        )
    finally:
        root.handlers[:], root.level = handlers, level

    shown = capfd.readouterr().err
    assert "code=***" in shown and "AC3467" not in shown


@pytest.fixture
def json_lines() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    handler.addFilter(ContextFilter())
    handler.addFilter(PersonalDataFilter())
    log = logging.getLogger("helpline-json")
    log.addHandler(handler)
    yield stream
    log.removeHandler(handler)


def test_a_json_line_holds_request_and_turn_and_is_masked(json_lines: io.StringIO) -> None:
    name = logs.begin_request("edge-4711-abc")
    with logs.of_turn("turn-1"):
        try:
            raise ValueError('"13812345678" \n')
        except ValueError:
            logging.getLogger("helpline-json").exception("call 13812345678")
    logging.getLogger("helpline-json").error("afterwards")

    inside, after = map(json.loads, json_lines.getvalue().splitlines())
    assert (inside["request"], inside["turn"]) == (name, "turn-1")
    assert (inside["level"], inside["logger"]) == ("ERROR", "helpline-json")
    assert inside["message"] == "call 〔电话〕" and "ValueError" in inside["traceback"]
    assert "13812345678" not in json_lines.getvalue()
    assert (after["request"], after["turn"]) == (name, NONE)


@pytest.mark.parametrize("handed_on", ["edge-4711-abc", "0f8fad5b-d9cb-469f-a165-70867728950e"])
def test_a_sane_request_id_is_kept(handed_on: str) -> None:
    assert logs.begin_request(handed_on) == handed_on


@pytest.mark.parametrize(
    "handed_on", [None, "", "short", "x" * 65, "two words", "a\nb-forged-line", "13812345678"]
)
def test_any_other_request_id_is_replaced(handed_on: str | None) -> None:
    assert logs.begin_request(handed_on) not in (handed_on, NONE)
    assert logs.begin_request(handed_on) != logs.begin_request(handed_on)


def test_an_outage_is_told_when_it_begins_and_when_it_ends(
    caplog: pytest.LogCaptureFixture,
) -> None:
    outage = Outage("the database")
    outage.ends()
    for cause in ("disk full", "disk full", "locked"):
        outage.begins(cause)
    outage.ends()
    outage.ends()

    assert [record.getMessage() for record in caplog.records] == [
        "the database fails: disk full",
        "the database works again",
    ]


@pytest.mark.parametrize(("path", "kept"), [("/healthz", False), ("/readyz", False), ("/", True)])
def test_monitors_leave_no_line_each_time_they_look(path: str, kept: bool) -> None:
    args = ("127.0.0.1:5", "GET", path, "1.1", 200)
    record = logging.makeLogRecord({"msg": '%s - "%s %s HTTP/%s" %d', "args": args})

    assert NoProbes().filter(record) == kept
