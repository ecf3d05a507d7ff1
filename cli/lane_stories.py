"""`sharecase simulate --lane`: how a request fares in each of the other lanes while nobody who should act does.

The same engine, the same table and the same count of costs as the long story (`cli.simulate`).
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from cli import simulate
from cli.cost import cost_of
from cli.demo_stages import IN_USE
from cli.simulate import Cast, cast_of, silence
from cli.skipping import World, skipping_world
from cli.story import lines
from domain.case import Case, Kind, Stage
from domain.request_form import TEST_WEEKS
from domain.working_days import london_date
from store import reads
from store.seeding import demo_requests
from workflows.names import workflow_id

Story = Callable[[World, dict[str, Any], Cast], Awaitable[str]]


async def simulate_lane(lane: str, *, as_json: bool) -> int:
    key, tell = STORIES[lane]
    async with skipping_world() as world:
        request = await _request(world, key)
        ref = await tell(world, request, await cast_of(world, request))
        cost = await cost_of(world.environment.client, workflow_id(ref))
        case = await world.case(ref)
        async with world.database.read() as connection:
            story = lines(world.calendar, await reads.timeline(connection, ref))
        show = simulate.in_json if as_json else simulate.in_a_table
        show(request["title"], case, story, cost, None)
    return 0


async def cluster(world: World, request: dict[str, Any], people: Cast) -> str:
    """C5: the sending team may object, and says nothing; the agreement its body signed has answered for it."""
    ref = await _signed(world, request, people)
    await silence(world, ref, lambda case: case.stage is Stage.APPROVED)
    return await _delivered(world, ref, request, people)


async def reliance(world: World, request: dict[str, Any], people: Cast) -> str:
    """C7: somebody has decided the same before; nobody confirms it, so it moves up, and leader 1 confirms."""
    root = await _in_use(world, await _request(world, request["relies_on"]))
    relying = {**request, "path": "reliance", "root": root}
    ref = await _signed(world, relying, people)
    await silence(world, ref, lambda case: bool(case.open(Kind.LEADER_DECIDE)))
    await world.at_work(1)
    await world.does(people.sending_leader_1, ref, "approve", request)
    return await _delivered(world, ref, request, people)


async def urgent(world: World, request: dict[str, Any], people: Cast) -> str:
    """C21: clock hours, at night too; the sending team is silent for a day, and leader 1 decides. Looked back at, always."""
    await world.at_work(1)
    ref = await world.starts(people.author, request, "simulate.urgent")
    await _hours(world, 2)
    await world.does(people.owner, ref, "sign_risk", request)
    await silence(world, ref, lambda case: bool(case.open(Kind.LEADER_DECIDE)))
    await _hours(world, 3)
    await world.does(people.sending_leader_1, ref, "approve", request)
    await _hours(world, 1)
    await world.does(people.sender, ref, "record_delivery", request)
    await _hours(world, 1)
    await world.does(people.author, ref, "confirm_receipt", request)
    await world.at_work(6)
    await world.does(people.reviewer, ref, "conclude_urgent_use", request)
    await silence(world, ref, lambda case: case.register_version > 0)
    return ref


async def exploratory(world: World, request: dict[str, Any], people: Cast) -> str:
    """C22: a test of something new: looked back at after 13 weeks, ended by its date, looked back at once more."""
    ref = await _signed(world, request, people)
    await world.at_work(2)
    await world.does(people.sender, ref, "approve", request)
    await _delivered(world, ref, request, people)
    await _review_opens(world, ref)
    await world.does(people.reviewer, ref, "conclude_review", request)
    await silence(world, ref, lambda case: case.stage is Stage.ENDED)
    await world.at_work(2)
    if (await world.case(ref)).open(Kind.REVIEW):
        await world.does(people.reviewer, ref, "conclude_review", request, outcome="end")
    await world.at_work(3)
    today = london_date(await world.look()).isoformat()
    await world.does(people.author, ref, "certify_destruction", request, on=today)
    return ref


# Lane -> the demonstration's request that travels by it, and what happens to it.
STORIES: dict[str, tuple[str, Story]] = {
    "cluster": ("school-clothing-leeds", cluster),
    "reliance": ("earnings-cornwall", reliance),
    "urgent": ("flood-night-leeds", urgent),
    "exploratory": ("debt-breathing-test", exploratory),
}


async def _signed(world: World, request: dict[str, Any], people: Cast) -> str:
    await world.at_work(1)
    ref = await world.starts(people.author, request, f"simulate.{request['key']}")
    await world.at_work(1)
    await world.does(people.owner, ref, "sign_risk", request)
    return ref


async def _delivered(world: World, ref: str, request: dict[str, Any], people: Cast) -> str:
    await world.at_work(1)
    await world.does(people.sender, ref, "record_delivery", request)
    await world.at_work(1)
    await world.does(people.author, ref, "confirm_receipt", request)
    return ref


async def _in_use(world: World, request: dict[str, Any]) -> str:
    """A decision for others to rely on, brought into use without delay."""
    people = await cast_of(world, request)
    who = {"sign_risk": people.owner, "confirm_receipt": people.author}
    await world.at_work(1)
    ref = await world.starts(people.author, request, f"simulate.{request['key']}")
    for act in IN_USE[1:]:
        await world.does(who.get(act, people.sender), ref, act, request)
    return ref


async def _review_opens(world: World, ref: str) -> None:
    case: Case = await world.case(ref)
    (review,) = case.open(Kind.REVIEW)
    if review.visible_from:
        await world.until(review.visible_from)
    await world.at_work(1)


async def _hours(world: World, hours: int) -> None:
    await world.until(await world.look() + timedelta(hours=hours))


async def _request(world: World, key: str) -> dict[str, Any]:
    """With an end that a test may have, counted from the simulation's own day."""
    request = next(each for each in demo_requests() if each["key"] == key)
    if request["use"] == "test_new":
        last = london_date(await world.look()) + timedelta(weeks=TEST_WEEKS - 1)
        request["until"] = last.isoformat()
    return request
