"""D.3: grants that nobody has told anything about, each silence once. The morning round looks for them."""

from datetime import datetime, timedelta

import structlog

from domain.commands import Fault
from domain.use_log import SILENT_AFTER, SILENT_FILES_AFTER, silent_before
from domain.working_days import CalendarTooShort, end_of_day, london_date
from store import faults, use_silence
from store.database import Database
from store.directory import full_calendar

log = structlog.get_logger()


async def find_silent(database: Database, now: datetime) -> int:
    """How many silences the cases were told of. A silence is known by the day of its last sign of life."""
    today = london_date(now)
    async with database.read() as connection:
        calendar = await full_calendar(connection)
        try:
            days = [silent_before(today, calendar, n) for n in (SILENT_AFTER, SILENT_FILES_AFTER)]
        except CalendarTooShort:
            log.warning("use.calendar_too_short", day=today.isoformat())
            return 0
        records, files = [end_of_day(day - timedelta(days=1)) + timedelta(seconds=1) for day in days]
        silent = await use_silence.untold(connection, records, files)
    found = 0
    for each in silent:
        about = london_date(each.since).isoformat()
        async with database.write() as connection:
            # Heard of between the reading and now: then there is nothing to tell.
            if await use_silence.is_still(connection, each.id, each.since):
                found += await faults.find(connection, now, each.ref, Fault.SILENT, about, seen=about)
    return found
