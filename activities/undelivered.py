"""Every morning: a change of a grant that has not reached a machine for a working day is put before both teams (P3)."""

from datetime import datetime, timedelta

from domain.grants import ARRIVES_WITHIN
from domain.working_days import Nation, due
from store import undelivered
from store.database import Database
from store.directory import full_calendar


async def ask_about_undelivered(database: Database, now: datetime) -> int:
    """How many have not arrived in time. What has arrived meanwhile is taken back where nobody has done so yet."""
    async with database.read() as connection:
        calendar = await full_calendar(connection)
        # No working day is over within a day; the rest is told by the calendar of whose machine it is (G3).
        waiting = await undelivered.waiting(connection, now - timedelta(days=1))
    late = [
        each for each in waiting if due(calendar, Nation(each.nation), each.made_at, ARRIVES_WITHIN) < now
    ]
    async with database.write() as connection:
        for each in late:
            await undelivered.find(connection, now, each, calendar)
        await undelivered.settle(connection, now)
    return len(late)
