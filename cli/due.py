"""`sharecase due`: the date on which something received on a day is due."""

import sys
from datetime import date

from cli.held import loaded
from cli.settings import Settings
from domain.working_days import CalendarTooShort, Nation, add_working_days
from store.directory import full_calendar


async def due_date(settings: Settings, received: date, days: int, nation: Nation) -> int:
    """Print the nth working day after the day it was received, which is day 0 (G3)."""
    async with loaded(settings) as database, database.read() as connection:
        calendar = await full_calendar(connection)
    try:
        print(add_working_days(calendar, nation, received, days).isoformat())
    except CalendarTooShort as short:
        print(f"sharecase: {short}", file=sys.stderr)
        return 1
    return 0
