"""Silence about what a body has to do outside any case moves up too (C15): a step of the morning round."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.body_tasks import next_leader
from domain.people import Role
from domain.working_days import CalendarTooShort, london_date
from store import body_tasks, directory, national
from store.database import Database

log = structlog.get_logger()

Filled = Collection[tuple[Role, str]]
"""(role, team or '') in which somebody of a body acts."""


async def move_up(database: Database, now: datetime) -> int:
    """How many leaders were asked. What is late is noted once; a role in which nobody acts waits for nobody (G5)."""
    async with database.read() as connection:
        late = await body_tasks.late(connection, now)
        ids = {row.id for row in late}
        others = [row for row in await body_tasks.waiting(connection) if row.id not in ids]
        filled = await _filled(connection, {row.organisation for row in (*late, *others)}, now)
    empty = [row for row in others if not _is_filled(row, filled[row.organisation])]
    asked = 0
    for row in (*late, *empty):
        try:
            async with database.write() as connection:
                if row.id in ids:
                    await body_tasks.miss(connection, row.id, now)
                asked += await _ask_next(connection, row, filled[row.organisation], now)
        except CalendarTooShort:  # must not keep everybody else's tasks back
            log.warning("morning.calendar_too_short", body_task=row.id)
    return asked


async def look_again(database: Database, now: datetime) -> None:
    """§7 C: shares that add up and did not see each other begin; each receiver in a transaction of its own."""
    async with database.read() as connection:
        receivers = await national.receivers(connection)
    for each in receivers:
        async with database.write() as connection:
            await national.look(connection, now, each)


async def _filled(
    connection: AsyncConnection, bodies: set[str], now: datetime
) -> dict[str, set[tuple[Role, str]]]:
    found: dict[str, set[tuple[Role, str]]] = {body: set() for body in bodies}
    if bodies:
        held = await directory.in_office(connection, london_date(now), lambda c: c.organisation.in_(bodies))
        for each in held:
            found[each.post.organisation].add((each.post.role, each.post.team or ""))
    return found


def _is_filled(row: Row[Any], filled: Filled) -> bool:
    return any(role == row.role and row.team in ("", team) for role, team in filled)


async def _ask_next(connection: AsyncConnection, row: Row[Any], filled: Filled, now: datetime) -> bool:
    body = row.organisation
    if row.role == Role.BOARD and (found := await national.about(connection, row.about)):
        body = (
            found.organisation
        )  # a board has no leaders of its own: as in triage, the receiving body's are next
        filled = (await _filled(connection, {body}, now))[body]
    following = next_leader(Role(row.role), row.level, {role for role, _ in filled})
    return following is not None and await body_tasks.move_up(connection, now, row, body, *following)
