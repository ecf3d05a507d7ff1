"""The demonstration's requests, each brought to its stage by the people of the seeded world.

Whatever can be reached today goes the way any request goes: intake, desk, engine. Stages that silence or a year of
use lead to are told in hindsight (`cli.hindsight`). Bringing is repeatable: every act has a command id of its own, so
a start that was cut short goes on where it stopped, and a finished demonstration is left to whoever plays with it.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from api.desk import Answer, Clock, Desk
from api.intake import Intake
from api.invalid import Invalid
from cli.demo_people import come_and_go
from cli.demo_stages import EARLIER, TODAY, WHO, Past
from cli.demo_use import tell_use
from cli.hindsight import Hindsight
from domain.people import Role
from domain.refusals import Refusal
from domain.request_form import TEST_WEEKS
from domain.working_days import (
    Calendar,
    Nation,
    add_working_days,
    is_working_day,
    london_date,
    subtract_working_days,
)
from store import commands, directory, drafts
from store.database import Database
from store.directory import Person
from store.seeding import demo_requests, demo_words

LONDON = ZoneInfo("Europe/London")
ONE_DAY = timedelta(days=1)
Request = Mapping[str, Any]
OURS = ("key", "bring_to", "relies_on", "amends")  # what a request of the demonstration says beside its form


@dataclass(frozen=True)
class Cast:
    author: Person
    owner: Person
    sender: Person

    def who(self, act: str) -> Person:
        return getattr(self, WHO[act])


class CouldNot(Exception):
    """A sentence: which request, and what was said to it."""


async def bring_past(database: Database, desk: Desk, clock: Clock) -> int:
    """Stages that time leads to; how many were missing. Before the relay runs, which would see acts of weeks ago
    as left over and bring them to the engine as of now. Raises `CouldNot`."""
    brought = sum(
        [await _bring(database, desk, clock, each) for each in demo_requests() if each["bring_to"] in EARLIER]
    )
    await tell_use(database, clock)
    return brought


async def bring_today(database: Database, desk: Desk, clock: Clock) -> int:
    """Stages that people lead to, and who came and went; how many were missing. Needs a worker. Raises `CouldNot`."""
    brought = sum(
        [await _bring(database, desk, clock, each) for each in demo_requests() if each["bring_to"] in TODAY]
    )
    try:
        return brought + await come_and_go(database, clock)
    except (Refusal, Invalid) as said:
        raise CouldNot(f"Who comes and goes: {said}") from said


async def bring_one(database: Database, desk: Desk, clock: Clock, key: str) -> str:
    """One request by its key, if it is not there yet; the reference of its case. Needs a worker. Raises `CouldNot`."""
    request = next(each for each in demo_requests() if each["key"] == key)
    await _bring(database, desk, clock, request)
    async with database.read() as connection:
        row = await commands.get(connection, command_id(request, "submit"))
    assert row
    return row.ref


async def _bring(database: Database, desk: Desk, clock: Clock, request: Request) -> bool:
    """Bring one request to its stage; False when it was there before."""
    stage = request["bring_to"]
    steps = [act for act, _ in EARLIER[stage].acts] if stage in EARLIER else list(TODAY[stage])
    async with database.read() as connection:
        people = await _cast(connection, request, london_date(clock()))
        if await _is_there(connection, request, people.author, steps):
            return False
        calendar = await directory.full_calendar(connection)
        party = await directory.party(connection, request["team"])
    assert party
    try:
        if stage in EARLIER:
            await _in_hindsight(
                database, desk, clock, request, people, EARLIER[stage], calendar, party.nation
            )
        elif steps:
            ref = ""
            for act in steps:
                ref = await _act(Intake(database, desk, clock), request, people, ref, act)
        else:
            await _draft(database, request, people.author, clock())
    except (Refusal, Invalid) as said:
        raise CouldNot(f"{request['title']}: {said}") from said
    return True


async def _is_there(connection: AsyncConnection, request: Request, author: Person, steps: list[str]) -> bool:
    if steps:
        return await commands.get(connection, command_id(request, steps[-1])) is not None
    return await drafts.get(connection, await _draft_ref(connection, request, author), author.id) is not None


async def _in_hindsight(
    database: Database,
    desk: Desk,
    clock: Clock,
    request: Request,
    people: Cast,
    past: Past,
    calendar: Calendar,
    nation: Nation,
) -> None:
    anchor = london_date(clock())
    if past.review_due is not None:
        anchor = _delivered_on(calendar, nation, anchor, past.review_due)
        request = _a_year_ago(request, anchor)
    days = {act: subtract_working_days(calendar, nation, anchor, before) for act, before in past.acts}
    then = Hindsight(desk.client, database, desk.legal_profile, _in_the_morning(days["submit"], 0))
    intake = Intake(database, then, lambda: then.now)
    ref = ""
    for number, (act, day) in enumerate(days.items()):
        await then.until(ref, _in_the_morning(day, number))
        ref = await _act(intake, request, people, ref, act)
    await then.until(ref, clock())
    await desk.revive(ref)


def _delivered_on(calendar: Calendar, nation: Nation, today: date, due_in: int) -> date:
    """The working day one year before the day on which the 12-month review is, or was, due."""
    away = add_working_days if due_in > 0 else subtract_working_days
    due = away(calendar, nation, today, abs(due_in))
    day = _years_later(due, -1)
    while not is_working_day(calendar, nation, day):
        day -= ONE_DAY
    return day


def _a_year_ago(request: Request, delivered: date) -> Request:
    """The same request as it was then: the date it was needed by lies in its own time, not in ours."""
    needed = date.fromisoformat(request["needed_by"])
    while needed > _years_later(delivered, 1):
        needed = _years_later(needed, -1)
    return {**request, "needed_by": needed.isoformat()}


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def _in_the_morning(day: date, hours: int) -> datetime:
    return datetime.combine(day, time(9, 40), LONDON).astimezone(UTC) + timedelta(hours=hours)


async def _act(intake: Intake, request: Request, people: Cast, ref: str, act: str) -> str:
    """One person does one thing; the reference of the case."""
    person, command = people.who(act), command_id(request, act)
    if act == "submit":
        answers = {**form(request), **await _others(intake, request)}
        answer = await intake.start(person, answers, command=command, via="cli")
    else:
        case = (await intake.known(person, ref)).case
        raw = {**words(request, act), "form_hash": case.form_hash}
        answer = await intake.act(person, ref, act, raw, command=command, seen=case.version, via="cli")
    await _taken(intake, request, answer)
    return answer.ref


async def _taken(intake: Intake, request: Request, answer: Answer) -> None:
    """The next act needs this one to be over; an engine that is still waking up gets a while."""
    for _ in range(60):
        if answer.state == commands.APPLIED:
            return
        if answer.is_refused:
            break
        await asyncio.sleep(0.5)
        answer = await intake.desk.deliver(answer.command)
    raise CouldNot(f"{request['title']}: {answer.sentence or 'the engine does not answer'}")


def form(request: Request) -> dict[str, Any]:
    """What the author typed, without the requests of the demonstration that it rests on or changes."""
    return {key: value for key, value in request.items() if key not in OURS}


async def _others(intake: Intake, request: Request) -> dict[str, Any]:
    """The decision it relies on or the share it changes, by reference; and an end that a test may have today (C22)."""
    found: dict[str, Any] = {}
    async with intake.database.read() as connection:
        for key, field in (("relies_on", "root"), ("amends", "amends")):
            if key in request:
                row = await commands.get(connection, command_id({"key": request[key]}, "submit"))
                if row is None:
                    raise CouldNot(f"{request['title']}: '{request[key]}' has to be there before")
                found[field] = row.ref
    if "root" in found:
        found["path"] = "reliance"
    if request["use"] == "test_new":
        found["until"] = (london_date(intake.clock()) + timedelta(weeks=TEST_WEEKS - 1)).isoformat()
    return found


def words(request: Request, act: str) -> dict[str, Any]:
    """What people say when they do this act: this request's own words, else words that fit anywhere."""
    said = demo_words()
    return {**said["anywhere"].get(act, {}), **said.get(request["key"], {}).get(act, {})}


def command_id(request: Request, act: str) -> str:
    return f"demo.{request['key']}.{act}"


async def _draft(database: Database, request: Request, author: Person, now: datetime) -> None:
    async with database.write() as connection:
        ref = await _draft_ref(connection, request, author)
        await drafts.put(connection, ref, author.id, now, form(request))


async def _draft_ref(connection: AsyncConnection, request: Request, author: Person) -> str:
    return await drafts.ref_for(connection, command_id(request, "submit"), author.id)


async def _cast(connection: AsyncConnection, request: Request, day: date) -> Cast:
    """Three different people of the two teams (G2)."""
    owner = request["risk_owner"]
    authors = await directory.holders(connection, Role.REQUESTER, request["team"], day)
    author = next(each for each in authors if each != owner)
    deciders = await directory.holders(connection, Role.SENDER_DECIDER, request["sending_team"], day)
    sender = next(each for each in deciders if each not in (author, owner))
    found = [await directory.person(connection, each, day) for each in (author, owner, sender)]
    return Cast(*(each for each in found if each))
