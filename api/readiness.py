"""Whether the service lives, and whether everything it needs answers."""

from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.answers.service import AppKnowledge
from api.database import AppDatabase
from api.dialogue.engine import Dialogue

router = APIRouter(tags=["readiness"])


class Alive(BaseModel):
    alive: bool


class Part(BaseModel):
    """`detail` says in Chinese what is wrong, or that all is well."""

    ok: bool
    detail: str


class Readiness(BaseModel):
    ready: bool
    parts: dict[str, Part]


@router.get("/healthz")
async def healthz() -> Alive:
    """The process answers."""
    return Alive(alive=True)


@router.get("/readyz", response_model=Readiness, responses={503: {"model": Readiness}})
async def readyz(request: Request, database: AppDatabase, knowledge: AppKnowledge) -> JSONResponse:
    """Ready only when dialogue engine, index and database answer; otherwise 503, naming what does
    not.
    """
    dialogue: Dialogue = request.app.state.dialogue
    parts = {
        "dialogue": _part(
            None if await dialogue.alive() else "对话引擎没有应答，来访者只能得到初步指引"
        ),
        "index": _part(knowledge.trouble()),
        "database": _part(await database.trouble()),
    }
    readiness = Readiness(ready=all(part.ok for part in parts.values()), parts=parts)
    return JSONResponse(
        readiness.model_dump(), HTTPStatus.OK if readiness.ready else HTTPStatus.SERVICE_UNAVAILABLE
    )


def _part(trouble: str | None) -> Part:
    return Part(ok=trouble is None, detail=trouble or "正常")
