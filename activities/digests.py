"""Who gets a digest this morning: leaders, and whoever wants one, on a working day of their nation (§9, P8)."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.working_days import Calendar, CalendarTooShort, Nation, is_working_day, london_date
from store import digests, directory, preferences
from store.database import Database
from store.tables import cover, posts


async def write_digests(database: Database, now: datetime) -> int:
    """A row for everybody who has something to be told; written once a person and day, however often asked."""
    day = london_date(now)
    async with database.read() as connection:
        people = await digests.candidates(connection, day.isoformat())
        wanted = await preferences.of_all(connection, people, now)
        nations = await preferences.nations(connection, people, now)
        calendar = await directory.full_calendar(connection)
        people = [
            each
            for each in people
            if wanted[each].digest and _works(calendar, nations.get(each, Nation.ENGLAND_AND_WALES), now)
        ]
        people = await _concerned(connection, people, now) if people else []
    written = 0
    for each in people:
        async with database.read() as connection:
            person = await directory.person(connection, each, day)
            since = await digests.last_since(connection, each, now)
            told = await digests.told(connection, person, since, now) if person else None
        if told and not told.is_empty:
            async with database.write() as connection:
                written += await digests.keep(connection, each, since, now)
    return written


async def _concerned(connection: AsyncConnection, people: list[str], now: datetime) -> list[str]:
    """Those of whose bodies there may be something to say. Who covers for others is always looked at."""
    bodies = await digests.bodies_with_something(connection, now)
    here = posts.c.organisation.in_(bodies)
    if "" in bodies:  # posts held in the installation, and in no body of a case
        here = or_(here, posts.c.role.in_(directory.OF_THE_HOUSE))
    held = select(posts.c.person).where(posts.c.person.in_(people), here)
    covering = select(cover.c.covered_by).where(cover.c.covered_by.in_(people))
    concerned = {*await connection.scalars(held), *await connection.scalars(covering)}
    return [each for each in people if each in concerned]


def _works(calendar: Calendar, nation: Nation, now: datetime) -> bool:
    day = london_date(now)
    try:
        return is_working_day(calendar, nation, day)
    except (CalendarTooShort, LookupError):
        return day.weekday() < 5
