from datetime import date
from pathlib import Path

import pytest

from api.settings import Settings, SettingsWrong, read


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"HELPLINE_{name.upper()}", raising=False)


def test_the_database_is_a_file_under_var_unless_one_is_named(tmp_path: Path) -> None:
    assert Settings(var=tmp_path).database_url == f"sqlite+aiosqlite:///{tmp_path}/helpline.db"


@pytest.mark.parametrize("scheme", ["postgresql", "postgres"])
def test_a_plain_postgresql_url_gets_the_asynchronous_driver(scheme: str) -> None:
    assert (
        Settings(database_url=f"{scheme}://u:p@h/db").database_url
        == "postgresql+psycopg://u:p@h/db"
    )


def test_a_replica_gets_the_driver_too_and_is_not_the_database_itself() -> None:
    url = "postgresql://u:p@h/db"

    settings = Settings(database_url=url, replica_url="postgres://u:p@h2/db")
    assert settings.replica_url == "postgresql+psycopg://u:p@h2/db"
    with pytest.raises(ValueError, match="是同一个地址"):
        Settings(database_url=url, replica_url="postgres://u:p@h/db")


def test_a_url_that_names_its_driver_stays_as_it_is() -> None:
    assert (
        Settings(database_url="postgresql+psycopg://h/db").database_url
        == "postgresql+psycopg://h/db"
    )


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELPLINE_AS_OF", "2026-11-22")
    monkeypatch.setenv("HELPLINE_EMBED_ORIGINS", "https://a.example/, https://b.example")

    settings = Settings()

    assert settings.as_of == date(2026, 11, 22)
    assert settings.embed_origins == ("https://a.example", "https://b.example")


@pytest.mark.parametrize("url", ["https://ip.example.cn/", "http://localhost:8000", ""])
def test_the_page_s_address_stands_without_a_slash(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("HELPLINE_PUBLIC_URL", url)

    assert Settings().public_url == url.rstrip("/")


def test_an_empty_date_means_the_real_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELPLINE_AS_OF", "")

    assert Settings().as_of is None


def test_a_bad_date_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELPLINE_AS_OF", "明天")

    with pytest.raises(
        ValueError, match="HELPLINE_AS_OF 应是日期，写成 2026-11-22 这样，不是「明天」"
    ):
        Settings()


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("LOG_LEVEL", "debug", "应是 DEBUG、INFO、WARNING、ERROR，不是「debug」"),
        ("LOG_FORMAT", "xml", "应是 text、json，不是「xml」"),
        ("RASA_TIMEOUT_S", "abc", "应是数字（大于 0，最大 60），不是「abc」"),
        ("RASA_TIMEOUT_S", "99", "应是数字（大于 0，最大 60），不是「99」"),
        ("PORT", "0", "应是整数（最小 1，最大 65535），不是「0」"),
        ("MIN_FREE_MB", "1.5", "应是整数（最小 0），不是「1.5」"),
        ("AS_OF", "明天", "应是日期，写成 2026-11-22 这样，不是「明天」"),
        ("RASA_URL", "127.0.0.1:5005", "应以 http:// 或 https:// 开头"),
        ("RASA_URL", "http://a:1,b:2", "应以 http:// 或 https:// 开头，不是「b:2」"),
        ("RASA_URL", "http://a:1, http://a:1/", "里「http://a:1」写了两次"),
        ("RASA_URL", " , ", "应写 1 到 16 个地址，用逗号隔开，现在有 0 个"),
        ("ENGINES", "0", "应是整数（最小 1，最大 16），不是「0」"),
        ("ENGINES", "zwei", "应是整数（最小 1，最大 16），不是「zwei」"),
        ("METRICS_ALLOW", "10.0.0.0/99", "应是 IP 地址或网段"),
        ("TRUSTED_PROXIES", "127.0.0.1,abc", "应是代理的 IP 地址或网段，用逗号隔开，不是「abc」"),
        ("EMBED_ORIGINS", "foo/bar", "应写成 https://www.example.cn 这样"),
        ("PUBLIC_URL", "ip.example.cn", "应写成 https://ip.example.cn 这样"),
        (
            "PUBLIC_URL",
            "http://ip.example.cn",
            "应写成 https://ip.example.cn 这样，以 https:// 开头",
        ),
        (
            "PUBLIC_URL",
            "http://localhost.evil.example",
            "应写成 https://ip.example.cn 这样，以 https:// 开头",
        ),
        (
            "PUBLIC_URL",
            "https://ip.example.cn/chat",
            "应写成 https://ip.example.cn 这样，以 https:// 开头、后面没有路径",
        ),
        ("LINK_MINUTES", "4", "应是整数（最小 5，最大 1440），不是「4」"),
        ("LIMIT_MOVE", "many", "应写成 120 per 10 minutes 这样"),
        ("DATABASE_URL", "mysql://u:geheim@h/db", "应写成 postgresql://"),
        ("DATABASE_URL", "helpline.db", "应写成 postgresql://"),
        ("REPLICA_URL", "postgresql://u:geheim@h/db", "要用 PostgreSQL：SQLite 没有只读副本"),
        ("REPLICA_URL", "sqlite:///geheim.db", "应写成 postgresql://"),
        ("REPLICA_BEHIND_S", "0", "应是数字（大于 0，最大 300），不是「0」"),
        ("OIDC_ISSUER", "http://login.office.example", "应以 https:// 开头"),
        ("OIDC_ISSUER", "http://localhost.evil.example", "应以 https:// 开头"),
        ("SESSION_HOURS", "0", "应是整数（最小 1，最大 24），不是「0」"),
        ("LIMIT_SIGN_IN", "many", "应写成 120 per 10 minutes 这样"),
        ("VECTOR_STORE", "pinecone", "应是 faiss，或写成 postgresql://"),
        ("OTLP_URL", "collector:4318", "应以 http:// 或 https:// 开头，不是「collector:4318」"),
    ],
)
def test_a_wrong_setting_is_one_line_with_its_variable_and_what_is_allowed(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, line: str
) -> None:
    monkeypatch.setenv(f"HELPLINE_{name}", value)

    with pytest.raises(SettingsWrong) as wrong:
        read()

    assert [*wrong.value.lines] == [str(wrong.value)]
    assert f"HELPLINE_{name} {line}" in str(wrong.value)
    assert "\n" not in str(wrong.value) and "geheim" not in str(wrong.value)


@pytest.mark.parametrize(
    "known", [{}, {"oidc_client_id": "helpline"}, {"oidc_client_secret": "geheim"}]
)
def test_a_provider_that_is_known_by_half_is_told_in_a_line(known: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="HELPLINE_OIDC_CLIENT_ID 和 HELPLINE_OIDC_CLIENT_SECRET"):
        Settings.model_validate({"oidc_issuer": "https://login.office.example", **known})


def test_each_wrong_setting_has_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELPLINE_PORT", "x")
    monkeypatch.setenv("HELPLINE_LOG_LEVEL", "x")

    with pytest.raises(SettingsWrong) as wrong:
        read()

    assert len(wrong.value.lines) == 2


def test_every_setting_says_what_it_is_for() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_the_secret_does_not_show_when_settings_are_printed() -> None:
    assert "geheim" not in repr(Settings.model_validate({"action_secret": "geheim"}))


def test_several_processes_count_and_tell_in_the_database_unless_another_place_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HELPLINE_PROCESSES", "2")
    monkeypatch.setenv("HELPLINE_DATABASE_URL", "postgresql://u:p@h/db")
    assert (read().limits, read().events) == ("database", "database")

    monkeypatch.setenv("HELPLINE_EVENTS", "redis://h")
    assert (read().limits, read().events) == ("database", "redis://h")


@pytest.mark.parametrize(
    ("variables", "line"),
    [
        ({}, "HELPLINE_PROCESSES=2 要用 PostgreSQL：SQLite 的数据库文件只能由一个进程使用"),
        (
            {"DATABASE_URL": "postgresql://h/db", "LIMITS": "memory"},
            "HELPLINE_PROCESSES=2 时 HELPLINE_LIMITS 不能是 memory：请去掉它",
        ),
    ],
)
def test_several_processes_that_cannot_share_are_refused_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], line: str
) -> None:
    for name, value in {"PROCESSES": "2", **variables}.items():
        monkeypatch.setenv(f"HELPLINE_{name}", value)

    with pytest.raises(SettingsWrong) as wrong:
        read()

    assert line in str(wrong.value)
