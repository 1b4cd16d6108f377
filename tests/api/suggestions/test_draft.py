"""A language model's draft is offered to the operator where it says no more than its sources."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from api.settings import Settings
from api.suggestions.draft import FAILURES, Drafter, Material
from api.suggestions.grounds import Grounds
from api.suggestions.service import Checked
from api.suggestions.suggester import Suggester
from tests.api.speaking import speaks_with
from tests.api.suggestions.conftest import Desk
from tests.api.suggestions.model import Model, model
from tests.content import GUARD, REGIONS

SOURCE = (
    "建议先走「商标行政投诉」，找章贡区市场监督管理局，依据商标法第五十七条。三个月内提出异议，"
    "最晚2026年12月1日，赔偿一般在五百万元以下，带上商标注册证。"
)
FAITHFUL = (
    "您先把商标注册证带上，去章贡区市场监督管理局投诉；异议要在3个月内提，最晚2026年12月1日。"
)


@pytest.fixture
async def played() -> AsyncIterator[Model]:
    async with model() as played:
        played.says(FAITHFUL)
        yield played


def drafter(played: Model, **more: object) -> Drafter:
    settings = Settings(llm_url=played.url, llm_model="m", llm_key=SecretStr("密".encode().hex()))
    return Drafter(settings.model_copy(update=more), Grounds(GUARD, REGIONS))


def material(question: str = "怎么办") -> Material:
    return Material(question, [Checked("reply", SOURCE, [], [], 0.9, "", None)])


async def drafted(played: Model, text: str) -> str | None:
    played.says(text)
    found = await drafter(played).draft(material())
    return found.replies[0].text if found else None


async def test_a_faithful_draft_is_offered(played: Model) -> None:
    assert await drafted(played, FAITHFUL) == FAITHFUL
    assert played.asked[0]["model"] == "m" and "Bearer " in played.headers


@pytest.mark.parametrize(
    "lie",
    [
        "异议要在6个月内提。",
        "异议要在六个月内提。",
        "异议要在3天内提。",
        "最晚2026年12月11日。",
        "最晚12月3日。",
        "赔偿一般在八百万元以下。",
        "赔偿能到3倍。",
        "去章贡区知识产权局投诉。",
        "去南康区市场监督管理局投诉。",
        "去江西省市场监督管理局投诉。",
        "去国家知识产权局投诉。",
        "去深圳市的法院起诉。",
        "这事归海关管。",
        "您到南昌去办。",
        "依据商标法第六十条。",
        "依据专利法第五十七条。",
        "依据《反不正当竞争法》。",
        "打12315投诉。",
        "打一二三一五投诉。",
        "上www.example.com查。",
        "带上〔证件号〕去。",
        "",
        "好" * 1201,
    ],
)
async def test_a_draft_that_says_more_is_not_offered(played: Model, lie: str) -> None:
    assert await drafted(played, f"{FAITHFUL}{lie}" if 0 < len(lie) < 99 else lie) is None


@pytest.mark.parametrize(
    "harmless",
    [
        "这一步不急，一样一样来。",
        "城市里的超市也常有这种事。",
        "先投诉，别的以后再说。",
        "依据是商标法第57条。",
        "异议在三个月内提都行。",
    ],
)
async def test_what_says_nothing_new_is_no_lie(played: Model, harmless: str) -> None:
    assert await drafted(played, f"{FAITHFUL}{harmless}")


async def test_personal_data_does_not_leave(played: Model) -> None:
    words = "我叫陈建华，电话13812345678，身份证11010519491231002X，微信chenjh_88，怎么办"

    await drafter(played).draft(material(words))

    assert "怎么办" in played.heard
    for secret in ("陈建华", "13812345678", "11010519491231002X", "chenjh_88"):
        assert secret not in played.heard


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"not json",
        b"{}",
        b'{"choices": []}',
        b'{"choices": [{"message": {"content": null}}]}',
        b'{"choices": [{"message": {"content": "\xff"}}]}',
        b"[" * 100_000,
    ],
)
async def test_a_broken_answer_is_no_draft(played: Model, broken: bytes) -> None:
    played.answers = broken

    assert await drafter(played).draft(material()) is None


async def test_an_answer_that_was_cut_off_is_no_draft(played: Model) -> None:
    played.says(FAITHFUL, finish="length")

    assert await drafter(played).draft(material()) is None


@pytest.mark.parametrize("status", [302, 401, 429, 500])
async def test_a_refusal_is_no_draft(played: Model, status: int) -> None:
    played.status = status

    assert await drafter(played).draft(material()) is None


async def test_a_slow_model_is_waited_for_no_longer_than_set(played: Model) -> None:
    played.delay_s = 30

    assert await drafter(played, llm_timeout_s=0.05).draft(material()) is None


async def test_a_model_that_failed_several_times_is_left_alone(played: Model) -> None:
    asks = drafter(played)
    played.status = 500
    for _ in range(FAILURES):
        await asks.draft(material())
    played.status = 200

    assert await asks.draft(material()) is None
    assert len(played.asked) == FAILURES


async def test_a_model_that_nobody_is_behind_is_no_error() -> None:
    gone = Model("http://127.0.0.1:1/v1")

    assert await drafter(gone).draft(material()) is None


async def test_none_is_asked_unless_one_is_set(tmp_path: Path) -> None:
    assert Settings(var=tmp_path).llm_url == ""


async def test_the_operator_sees_the_draft_beside_the_suggestions_and_the_visitor_never(
    desk: Desk, played: Model
) -> None:
    played.says("请把注册证拍给我看看。")
    suggester = drafts_with(desk, played)

    await desk.hears("有人在卖仿我们牌子的货")
    await asyncio.gather(*suggester._drafting)

    told = await desk.sees()
    assert [one["kind"] for one in told["suggestions"]] == ["reply", "question", "draft"]
    assert "请把注册证拍给我看看。" not in str(await desk.visitor.sees())


async def test_a_lying_model_leaves_the_suggestions_as_they_are(desk: Desk, played: Model) -> None:
    played.says("打12315投诉。")
    suggester = drafts_with(desk, played)

    await desk.hears("有人在卖仿我们牌子的货")
    await asyncio.gather(*suggester._drafting)

    told = await desk.sees()
    assert [one["kind"] for one in told["suggestions"]] == ["reply", "question"]


def drafts_with(desk: Desk, played: Model) -> Suggester:
    """Suggestions go on with this model behind them."""
    speaks_with(desk.app, drafter=Drafter(desk_settings(played), Grounds(GUARD, REGIONS)))
    suggester: Suggester = desk.app.state.suggester
    return suggester


def desk_settings(played: Model) -> Settings:
    return Settings(llm_url=played.url, llm_model="m")
