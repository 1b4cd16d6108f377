"""The calls about switches and banners: the desk's, and the one of the visitor's page."""

from fastapi import APIRouter, Depends, Response, status

from api.accounts.access import Publisher, StateReader
from api.clock import AppClock
from api.database import AppDatabase
from api.edge.limits import count_reading
from api.switches import schemas, service

router = APIRouter(prefix="/api/desk/switches", tags=["desk: switches"])
public = APIRouter(prefix="/api/banner", tags=["conversations"])


@router.get("")
async def show_switches(_: Publisher, database: AppDatabase, clock: AppClock) -> schemas.Switches:
    """All switches and banners, with who set them."""
    async with database.reading() as session:
        return await service.overview(session, at=clock.now())


@router.get("/off")
async def show_what_is_off(
    _: StateReader, database: AppDatabase, clock: AppClock
) -> schemas.SwitchedOff:
    """What is not as ever at this moment, for the mark in the header."""
    async with database.reading() as session:
        return await service.switched_off(session, at=clock.now())


@router.post("", status_code=status.HTTP_201_CREATED)
async def set_switch(
    new: schemas.NewSwitch, staff: Publisher, database: AppDatabase, clock: AppClock
) -> schemas.Switch:
    """Switch a topic, or the bot off as a whole. It holds from the answer on, in every process."""
    async with database.session() as session:
        return await service.set_switch(session, new, staff, at=clock.now())


@router.delete("/{switch_id}", status_code=status.HTTP_204_NO_CONTENT)
async def lift_switch(
    switch_id: int, staff: Publisher, database: AppDatabase, clock: AppClock
) -> Response:
    """Let it be answered as ever again."""
    async with database.session() as session:
        await service.lift_switch(session, switch_id, staff, at=clock.now())
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.post("/banners", status_code=status.HTTP_201_CREATED)
async def set_banner(
    new: schemas.NewBanner, staff: Publisher, database: AppDatabase, clock: AppClock
) -> schemas.Banner:
    """Show visitors a line on some days."""
    async with database.session() as session:
        return await service.set_banner(session, new, staff, at=clock.now())


@router.delete("/banners/{banner_id}", status_code=status.HTTP_204_NO_CONTENT)
async def lift_banner(
    banner_id: int, staff: Publisher, database: AppDatabase, clock: AppClock
) -> Response:
    """Take a line down."""
    async with database.session() as session:
        await service.lift_banner(session, banner_id, staff, at=clock.now())
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@public.get("", dependencies=[Depends(count_reading)])
async def show_banner(database: AppDatabase, clock: AppClock) -> schemas.PublicState:
    """What the visitor's page shows above the chat."""
    async with database.reading() as session:
        return await service.public_state(session, at=clock.now())
