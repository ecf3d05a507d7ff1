"""`sharecase simulate`: the life of one preventative share in which silence, not people, keeps things moving.

It is the real program on an engine whose clock jumps. The risk owner is late, the sending team and its first leader
say nothing, the second leader decides; the 12-month review is missed until the share stops; concluding it lets the
share go on; after the 24-month review it ends.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from cli.cost import Cost, cost_of
from cli.skipping import World, skipping_world
from cli.story import Line, lines
from domain.case import Case, Kind, Lane, Stage
from domain.people import Role
from domain.working_days import add_months, london_date
from store import directory, names, reads
from store.seeding import demo_requests
from ui.when import day, moment
from workflows.names import workflow_id

if TYPE_CHECKING:
    from rich.console import Console

KEY = "home-oxygen-fire-visits"  # "prevent harm": reviewed at 12 and 24 months
MOST_ACTIONS, MOST_EVENTS = 14, 56  # the goal for one plain case, submit to second review


@dataclass(frozen=True, kw_only=True)
class Cast:
    author: str
    owner: str
    sender: str
    sending_leader_1: str
    sending_leader_2: str
    reviewer: str


async def simulate(*, as_json: bool) -> int:
    async with skipping_world() as world:
        request = await _request(world)
        people = await cast_of(world, request)
        ref = await silent_life(world, request, people)
        cost = await cost_of(world.environment.client, workflow_id(ref))
        case = await world.case(ref)
        plain_ref = await plain_life(world, await _request(world), people)
        plain = await cost_of(world.environment.client, workflow_id(plain_ref))
        async with world.database.read() as connection:
            story = lines(world.calendar, await reads.timeline(connection, ref))
        show = in_json if as_json else in_a_table
        show(request["title"], case, story, cost, plain)
    return 0


async def silent_life(world: World, request: dict[str, Any], people: Cast) -> str:
    await world.at_work(1)
    ref = await world.starts(people.author, request, "simulate.silent")
    await world.at_work(7)  # two working days too late: leader 1 has been asked meanwhile
    await world.does(people.owner, ref, "sign_risk", request)
    await silence(world, ref, lambda case: any(task.level == 2 for task in case.open(Kind.LEADER_DECIDE)))
    await world.at_work(2)
    await world.does(people.sending_leader_2, ref, "approve", request)
    await world.at_work(3)
    await world.does(people.sender, ref, "record_delivery", request)
    await world.at_work(1)
    await world.does(people.author, ref, "confirm_receipt", request)
    await silence(world, ref, lambda case: case.stage is Stage.SUSPENDED)
    await world.at_work(4)
    await world.does(people.reviewer, ref, "conclude_review", request)  # "continue" also reinstates
    await _second_review(world, ref, request, people)
    await world.at_work(6)
    today = london_date(await world.look()).isoformat()
    await world.does(people.author, ref, "certify_destruction", request, on=today)
    return ref


async def plain_life(world: World, request: dict[str, Any], people: Cast) -> str:
    """Nobody is late and nobody asks: what a share costs when all goes well, from submission to second review."""
    await world.at_work(1)
    ref = await world.starts(people.author, request, "simulate.plain")
    for person, act in (
        (people.owner, "sign_risk"),
        (people.sender, "approve"),
        (people.sender, "record_delivery"),
        (people.author, "confirm_receipt"),
    ):
        await world.at_work(1)
        await world.does(person, ref, act, request)
    await _review_opens(world, ref)
    await world.does(people.reviewer, ref, "conclude_review", request)
    await _second_review(world, ref, request, people)
    return ref


async def _second_review(world: World, ref: str, request: dict[str, Any], people: Cast) -> None:
    await _review_opens(world, ref)
    await world.does(people.reviewer, ref, "conclude_review", request, outcome="end")


async def silence(world: World, ref: str, over: Callable[[Case], bool]) -> None:
    """Nobody acts, deadline after deadline, until something has come of it."""
    while not over(case := await world.case(ref)):
        due = case.next_due()
        assert due and due.watch_at, "nothing would ever happen"
        await world.until(due.watch_at + timedelta(minutes=1))


async def _review_opens(world: World, ref: str) -> None:
    case = await world.case(ref)
    (review,) = case.open(Kind.REVIEW)
    assert review.visible_from
    await world.until(review.visible_from)
    await world.at_work(5)


async def _request(world: World) -> dict[str, Any]:
    """The demonstration's request, with dates that lie as far ahead of the simulated day as they should."""
    [found] = [each for each in demo_requests() if each["key"] == KEY]
    async with world.database.read() as connection:
        party = await directory.party(connection, found["team"])
    assert party
    today = london_date(await world.look())
    later = {"needed_by": 2, "until": 34}
    dates = {key: add_months(world.calendar, party.nation, today, n).isoformat() for key, n in later.items()}
    return {**found, **dates}


async def cast_of(world: World, request: dict[str, Any]) -> Cast:
    day = london_date(world.now)
    async with world.database.read() as connection:
        team, sending = request["team"], request["sending_team"]
        authors = await directory.holders(connection, Role.REQUESTER, team, day)
        senders = await directory.holders(connection, Role.SENDER_DECIDER, sending, day)
        asking, holding = await directory.party(connection, team), await directory.party(connection, sending)
        assert asking and holding
        rows = await names.people_to_sign_in(connection, day)
        bodies = await directory.organisation_names(connection)
    in_post = {(row.role, row.body): row.id for row in rows}
    return Cast(
        author=next(each for each in authors if each != request["risk_owner"]),
        owner=request["risk_owner"],
        sender=senders[0],
        sending_leader_1=in_post[Role.LEADER_1, bodies[holding.organisation]],
        sending_leader_2=in_post.get((Role.LEADER_2, bodies[holding.organisation]), ""),
        reviewer=in_post[Role.REVIEWER, bodies[asking.organisation]],
    )


def in_json(title: str, case: Case, story: list[Line], cost: Cost, plain: Cost | None) -> None:
    goal = {"actions": MOST_ACTIONS, "events": MOST_EVENTS}
    print(
        json.dumps(
            {
                "ref": case.ref,
                "title": title,
                "stage": case.stage,
                "timeline": [asdict(line) for line in story],
                "cost": asdict(cost),
            }
            | ({"plain_case": {"cost": asdict(plain), "goal": goal}} if plain else {}),
            ensure_ascii=False,
            indent=2,
        )
    )


def in_a_table(title: str, case: Case, story: list[Line], cost: Cost, plain: Cost | None) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"{case.ref}: {title}", title_justify="left", pad_edge=False)
    table.add_column("date", no_wrap=True)
    table.add_column("day", justify="right")
    table.add_column("level", justify="right")
    table.add_column("who")
    table.add_column("what happened")
    is_by_the_hour = case.lane is Lane.URGENT

    def when(line: Line) -> str:
        return moment(datetime.fromisoformat(line.at)) if is_by_the_hour else day(line.date)

    for line in story:
        what = "\n".join((line.what, *(f"→ {each}" for each in line.then)))
        table.add_row(when(line), str(line.working_day), str(line.level or ""), line.who, what)
    console = Console()
    if not console.is_terminal:
        console = Console(width=120)  # for a file or a pipe, which have no width
    console.print(table)
    console.print("day: working days since submission, by the calendar of the public figures.", style="dim")
    console.print(f"\nThis life cost the engine {cost.sentence()}.")
    if plain:
        _compare(console, plain)
    console.print(
        "Counted from the histories of all runs; the engine's own metric may differ a little.", style="dim"
    )


def _compare(console: "Console", plain: Cost) -> None:
    console.print(f"A plain case, without delay, from submission to second review: {plain.sentence()}.")
    met = plain.actions <= MOST_ACTIONS and plain.events <= MOST_EVENTS
    console.print(
        f"The goal for a plain case is at most {MOST_ACTIONS} Actions and {MOST_EVENTS} events: "
        f"{'met' if met else 'not met'}."
    )
