"""The desk's calls about training."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Request, status

from api.accounts.access import ContentEditor, Publisher
from api.database import AppDatabase, Database
from api.dialogue import chosen
from api.dialogue.chosen import SHIPPED
from api.training import schemas, service
from api.training.against import outdated
from api.training.switching import Switching
from api.training.trainer import Trainer

router = APIRouter(prefix="/api/desk/training", tags=["desk: training"])


async def _trainer_of(request: Request) -> Trainer:
    trainer: Trainer = request.app.state.trainer
    return trainer


async def _switching_of(request: Request) -> Switching:
    switching: Switching = request.app.state.switching
    return switching


AppTrainer = Annotated[Trainer, Depends(_trainer_of)]
AppSwitching = Annotated[Switching, Depends(_switching_of)]


@router.get("")
async def show_training(
    _: ContentEditor,
    request: Request,
    database: AppDatabase,
    trainer: AppTrainer,
    switching: AppSwitching,
) -> schemas.Training:
    """What is in use, what may be trained with, and the runs, the newest first."""
    var = request.app.state.settings.var
    sentences = await trainer.sentences()
    in_use = await asyncio.to_thread(chosen.chosen, var)
    withdrawn = await asyncio.to_thread(chosen.withdrawn, var)
    async with database.reading() as session:
        runs = await service.page(session)
    return schemas.Training(
        in_use=in_use.name,
        shipped=in_use.name == SHIPPED,
        before=await asyncio.to_thread(switching.before),
        withdrawn=withdrawn[-1].why if withdrawn else None,
        sentences=len(sentences.taught),
        left_out=sentences.left_out,
        can_switch=switching.engines.are_looked_after,
        switching=switching.newest,
        runs=[service.shown(run) for run in runs],
    )


@router.post("/runs", status_code=status.HTTP_202_ACCEPTED)
async def train(staff: Publisher, trainer: AppTrainer, database: AppDatabase) -> schemas.RunShown:
    """Begin a training; `training.progress` tells how far it is."""
    return await _shown(database, await trainer.begin(staff))


@router.get("/runs/{run_id}")
async def show_run(
    run_id: int, _: ContentEditor, database: AppDatabase, trainer: AppTrainer
) -> schemas.WholeRun:
    """A training with its report, and whether that is still about what is in use."""
    async with database.reading() as session:
        row = await service.one(session, run_id)
    if not row.report:
        return schemas.WholeRun(run=service.shown(row), report=None, outdated=[])
    told = outdated(row.report.get("against"), await trainer.in_use(), row.model)
    report = schemas.Report.model_validate(row.report)
    return schemas.WholeRun(run=service.shown(row), report=report, outdated=list(told))


@router.post("/runs/{run_id}/cancel")
async def cancel(
    run_id: int, staff: Publisher, trainer: AppTrainer, database: AppDatabase
) -> schemas.RunShown:
    """End a training that is under way; nothing has changed by it."""
    await trainer.cancel(run_id, staff)
    return await _shown(database, run_id)


@router.post("/runs/{run_id}/activate", status_code=status.HTTP_202_ACCEPTED)
async def activate(run_id: int, staff: Publisher, switching: AppSwitching) -> None:
    """Begin to put the model of a training in use; `training.switch` tells how far it is."""
    await switching.activate(run_id, staff)


@router.post("/roll-back", status_code=status.HTTP_202_ACCEPTED)
async def roll_back(staff: Publisher, switching: AppSwitching) -> None:
    """Begin to put the model in use that was before; `training.switch` tells how far it is."""
    await switching.roll_back(staff)


async def _shown(database: Database, run_id: int) -> schemas.RunShown:
    async with database.reading() as session:
        return service.shown(await service.one(session, run_id))
