"""Groups are made, counted and forgotten on either database."""

from api.privacy import service as privacy
from tests.api.asked.conftest import House

LIVE = "直播间卖我们的仿品怎么投诉"


async def test_groups_are_made_counted_put_aside_and_forgotten(house: House) -> None:
    gone = await house.asks((LIVE, "unclear"))
    await house.asks((f"{LIVE}呀", "unclear"))
    await house.gathers()
    assert not await house.gathering.gather()  # another copy of the service, in the same minute
    [group] = (await house.groups(reason="unanswered"))["items"]
    whole = await house.sees(f"/groups/{group['id']}")
    turns = [one["turn_id"] for one in whole["examples"]]
    taken = await house.does(f"/groups/{group['id']}/sentences", turn_ids=turns)
    assert taken.json() == {"added": 2}
    told = (await house.client.get("/api/desk/labels/next")).json()
    assert (told["sentence"]["place"], told["waiting"]["first"]) == (1, 2)

    async with house.app.state.database.session() as session:
        await privacy.delete_case(session, gone, "visitor", at=house.app.state.clock.now())
    await house.gathers()

    assert [one["count"] for one in (await house.groups(standing="aside"))["items"]] == [1]
