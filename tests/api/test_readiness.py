import httpx

from tests.fakes import FakeKnowledge, FakeRasa


async def test_the_process_is_alive(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).json() == {"alive": True}


async def test_ready_when_everything_answers(client: httpx.AsyncClient) -> None:
    response = await client.get("/readyz")

    assert response.status_code == 200
    part = {"ok": True, "detail": "正常"}
    assert response.json() == {
        "ready": True,
        "parts": {"dialogue": part, "index": part, "database": part},
    }


async def test_what_does_not_answer_is_named(
    client: httpx.AsyncClient, rasa: FakeRasa, knowledge: FakeKnowledge
) -> None:
    rasa.down, knowledge.missing = True, "索引还没有建立"

    response = await client.get("/readyz")

    assert response.status_code == 503
    readiness = response.json()
    assert not readiness["ready"]
    assert (
        not readiness["parts"]["dialogue"]["ok"]
        and "对话引擎" in readiness["parts"]["dialogue"]["detail"]
    )
    assert readiness["parts"]["index"] == {"ok": False, "detail": "索引还没有建立"}
    assert readiness["parts"]["database"]["ok"]
