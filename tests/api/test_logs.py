import io
import logging
from collections.abc import Iterator

import pytest

from api import logs
from api.logs import PersonalDataFilter
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
