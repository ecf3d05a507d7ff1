"""G3: one more bank holiday in the table, and the deadlines that still run are worked out again, case by case."""

from collections.abc import Set
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.working_days import Nation
from store import commands, directory, shapes, tables


async def put(
    connection: AsyncConnection, nation: Nation, day: date, title: str, *, by: str, now: datetime
) -> None:
    """One more day in the table. Raises IntegrityError when it is known."""
    await connection.execute(
        insert(tables.bank_holidays).values(
            nation=nation,
            date=day.isoformat(),
            title=title,
            source=f"added by {by}",
            added_on=now.date().isoformat(),
        )
    )


async def tell(connection: AsyncConnection, nations: Set[Nation], *, by: str, now: datetime) -> list[str]:
    """Keep one command for every open case of these nations, that it takes the table as it is now: the ids."""
    calendar = await directory.full_calendar(connection)
    refs = await open_cases_of(connection, nations)
    return [await _adopt(connection, ref, by, calendar.version, now) for ref in refs]


async def open_cases_of(connection: AsyncConnection, nations: Set[Nation]) -> list[str]:
    """References of the open cases whose deadlines are counted in one of these nations."""
    rows: Any = await connection.execute(
        select(tables.cases.c.ref, tables.cases.c.state).where(~tables.cases.c.closed)
    )
    found: list[str] = []
    for row in rows:
        case = shapes.case_from_json(row.state)
        parties = (case.receiving, case.sending)
        if any(party and party.nation in nations for party in parties):
            found.append(case.ref)
    return found


async def _adopt(connection: AsyncConnection, ref: str, by: str, version: str, now: datetime) -> str:
    command = f"calendar.{version}.{ref}"
    received = commands.Received(
        id=command,
        ref=ref,
        act="adopt_calendar",
        actor=by,
        via="system",
        body={},
        seen=None,
        received_at=now,
    )
    await commands.keep(connection, received, now)
    return command
