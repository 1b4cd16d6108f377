"""What is counted, where it happens, and that labels hold nothing that a visitor sent."""

import re
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api import metrics
from api.settings import ROOT
from api.tickets import service as tickets
from tests.api.visitor import Visitor
from tests.fakes import FakeRasa


def counted(sample: str) -> float:
    """The present value of a sample, 0 where there is none yet."""
    found = re.search(rf"^{re.escape(sample)} (\S+)$", shown(), re.MULTILINE)
    return float(found[1]) if found else 0


def shown() -> str:
    return metrics.exposition()[0].decode()


async def test_a_refusal_is_counted_by_its_code(client: httpx.AsyncClient) -> None:
    before = counted('helpline_errors_total{code="not_found"}')

    await client.get("/api/nothing-of-13800001111")

    assert counted('helpline_errors_total{code="not_found"}') == before + 1
    assert "13800001111" not in shown()


async def test_an_answer_without_the_engine_is_counted_with_its_cause(
    visitor: Visitor, rasa: FakeRasa
) -> None:
    turns, away = (
        'helpline_turns_total{outcome="fallback"}',
        'helpline_engine_fallbacks_total{cause="away"}',
    )
    before = counted(turns), counted(away)

    rasa.down = True
    await visitor.posts(text="有人卖我的假货")

    assert (counted(turns), counted(away)) == (before[0] + 1, before[1] + 1)


async def test_a_ticket_is_counted_when_it_is_opened_and_not_when_it_is_added_to(
    visitor: Visitor, rasa: FakeRasa, app: FastAPI
) -> None:
    sample = 'helpline_tickets_opened_total{priority="urgent"}'
    before = counted(sample)

    async def act(message: dict[str, Any]) -> list[dict[str, Any]]:
        async with app.state.database.session() as session:
            turn = message["metadata"]["turn"]
            at = app.state.clock.now()
            await tickets.open(session, visitor.id, turn, {}, "urgent", "假货", at=at)
        return await rasa.echo(message)

    rasa.answer = act
    await visitor.says("我要工单")
    await visitor.says("再补充一句")

    assert counted(sample) == before + 1


def test_a_stage_is_timed_also_when_it_fails() -> None:
    sample = 'helpline_stage_seconds_count{stage="guard"}'
    before = counted(sample)

    with pytest.raises(ValueError), metrics.stage("guard"):
        raise ValueError

    assert counted(sample) == before + 1


def test_who_waits_is_counted_while_he_waits() -> None:
    before = counted("helpline_queue_length")

    with metrics.queued():
        assert counted("helpline_queue_length") == before + 1
    assert counted("helpline_queue_length") == before


def test_every_metric_stands_in_the_operators_page() -> None:
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    names = set(re.findall(r"^# TYPE (helpline_\w+) ", shown(), re.MULTILINE))

    assert names and [name for name in names if f"`{name}`" not in page] == []
