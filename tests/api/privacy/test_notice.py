"""The privacy notice says what the settings do, and invents nobody."""

import re
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from api.conversations.models import Conversation
from api.database import Database
from api.protection.notice import Notice
from api.settings import Settings
from tests.api.problems import problem
from tests.conftest import ONE_DATABASE


def whole(notice: Notice) -> str:
    return "\n".join([notice.short, *(f"{title}\n{text}" for title, text in notice.sections)])


def test_the_periods_are_those_of_the_settings(tmp_path: Path) -> None:
    days = {
        "keep_conversations_days": 41,
        "keep_tickets_days": 42,
        "keep_deletions_days": 43,
        "keep_logs_days": 44,
    }
    said = whole(Notice.of(Settings(var=tmp_path, **days)))

    assert set(re.findall(r"(\d+) 天", said)) == {"41", "42", "43", "44"}


def test_who_runs_the_helpline_is_named_as_the_settings_have_it(tmp_path: Path) -> None:
    settings = Settings(var=tmp_path, operator="某某中心", operator_contact="privacy@example.cn")
    said = whole(Notice.of(settings))

    assert "由某某中心负责" in said and "privacy@example.cn" in said


def test_where_nobody_is_named_it_says_so_and_invents_nobody(tmp_path: Path) -> None:
    said = whole(Notice.of(Settings(var=tmp_path)))

    assert "还没有在系统里填写自己的名称" in said
    assert not re.search(r"[{}]|[一-鿿，。；] [一-鿿“]", said)
    assert not re.search(r"\d{7,}|@", said)


@pytest.mark.parametrize(
    "must_say",
    [
        "目的|用途",
        "保存哪些",
        "保存多久",
        "查阅、复制",
        "更正",
        "删除我的信息",
        "撤回同意",
        "不留姓名",
        "点输入框下面的“个人信息”，再点“下载我的全部内容”",
        "“删除我的全部内容”",
    ],
)
def test_what_the_law_wants_told_is_told(tmp_path: Path, must_say: str) -> None:
    assert re.search(must_say, whole(Notice.of(Settings(var=tmp_path))))


def test_no_visitor_is_sent_to_an_interface_or_a_command(tmp_path: Path) -> None:
    assert not re.search(r"接口|命令|[a-z]{3,}", whole(Notice.of(Settings(var=tmp_path))))


def test_another_text_is_another_version(tmp_path: Path) -> None:
    notices = [
        Notice.of(Settings(var=tmp_path)),
        Notice.of(Settings(var=tmp_path, keep_tickets_days=30)),
        Notice.of(Settings(var=tmp_path, operator="某某中心")),
    ]

    assert len({notice.version for notice in notices}) == 3
    assert all(re.match(r"20\d\d-\d\d-\d\d\.", notice.version) for notice in notices)
    assert Notice.of(Settings(var=tmp_path)) == notices[0]


async def test_it_is_there_for_everybody_in_short_and_in_full(client: httpx.AsyncClient) -> None:
    told = (await client.get("/api/privacy-notice")).json()

    assert set(told) == {"version", "short", "sections"}
    assert len(told["sections"]) >= 6
    assert all(set(section) == {"title", "text"} for section in told["sections"])


async def opened_with(client: httpx.AsyncClient, database: Database, **more: str) -> Conversation:
    body = {"channel": "web", "consent": True, **more}
    response = await client.post("/api/conversations", json=body)
    assert response.status_code == 201, response.text
    async with database.reading() as session:
        return await session.get_one(Conversation, response.json()["id"])


async def test_consent_is_kept_with_its_version_and_time(
    client: httpx.AsyncClient, database: Database
) -> None:
    version = (await client.get("/api/privacy-notice")).json()["version"]
    kept = await opened_with(client, database, consent_version=version)

    assert (kept.consent_version, kept.consented_at) == (version, kept.opened_at)


async def test_a_caller_who_names_no_version_agrees_to_the_current_one(
    client: httpx.AsyncClient, database: Database
) -> None:
    version = (await client.get("/api/privacy-notice")).json()["version"]

    assert (await opened_with(client, database)).consent_version == version


async def test_consent_to_an_older_text_opens_nothing(
    client: httpx.AsyncClient, database: Database
) -> None:
    body = {"channel": "web", "consent": True, "consent_version": "2020-01-01.00000000"}

    problem(await client.post("/api/conversations", json=body), 409, "consent_outdated")
    async with database.reading() as session:
        assert await session.scalar(select(Conversation)) is None


@ONE_DATABASE
@pytest.mark.parametrize("consent", ["yes", "true", 1, None, "", [True]])
async def test_only_true_is_consent(client: httpx.AsyncClient, consent: object) -> None:
    body = {"channel": "web", "consent": consent}

    problem(await client.post("/api/conversations", json=body), 422, "invalid_request")
