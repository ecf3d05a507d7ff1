"""Every morning: a live service that has too few people to reach is put before its team, until it has enough again (P3, G5)."""

from datetime import datetime

import structlog

from domain.body_tasks import BodyKind
from domain.people import Role
from domain.service_rules import FEWEST_CONTACTS
from domain.working_days import CalendarTooShort, Nation, london_date
from store import body_tasks, contacts, service_directory
from store.database import Database
from store.directory import full_calendar

log = structlog.get_logger()
KIND = BodyKind.SERVICE_CONTACTS


async def ask_for_contacts(database: Database, now: datetime) -> int:
    """How many services have too few. A team that moved is asked in its new body; what is mended closes by itself."""
    async with database.read() as connection:
        called = await service_directory.live_and_open(connection)
        there = await contacts.counts(connection, london_date(now), {row.team for row in called})
        asked = await service_directory.asked_for_contacts(connection)
        calendar = await full_calendar(connection)
    short = {row.id: row for row in called if there.get(row.team, 0) < FEWEST_CONTACTS}
    mended = {about for about, body in asked if about not in short or short[about].organisation != body}
    fresh = [row for row in short.values() if (row.id, row.organisation) not in asked]
    if not (mended or fresh):
        return len(short)
    async with database.write() as connection:
        for about in sorted(mended):
            await body_tasks.close_tasks(connection, now, KIND, about, how="by_itself")
        for row in fresh:
            try:
                due_at = body_tasks.due_at(calendar, Nation(row.nation), KIND, now)
            except CalendarTooShort:  # must not keep everybody else's tasks back
                log.warning("morning.calendar_too_short", service=row.id)
                continue
            await body_tasks.open_task(
                connection,
                now,
                KIND,
                row.id,
                organisation=row.organisation,
                team=row.team,
                role=Role.SENDER_DECIDER,
                due_at=due_at,
            )
    return len(short)
