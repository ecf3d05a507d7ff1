"""Programmes of named priorities as rows: versions that wait, versions that hold, and how each stands (P10)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.programmes import Programme, Rollout, rollout_of
from store import database
from store.tables import figure_counts, organisations, programmes

p, fc = programmes.c, figure_counts.c


async def one_at_a_time(connection: AsyncConnection) -> None:
    """Two who propose, or decide, at the same moment come one after the other. SQLite has one writer anyway."""
    await database.one_at_a_time(connection, programmes)


async def versions(connection: AsyncConnection, programme: str = "") -> dict[str, list[Programme]]:
    """The confirmed versions, the first one first; of one programme or of all, by id."""
    query = select(programmes).where(p.version > 0).order_by(p.programme, p.version)
    if programme:
        query = query.where(p.programme == programme)
    found: dict[str, list[Programme]] = {}
    for row in await connection.execute(query):
        found.setdefault(row.programme, []).append(as_programme(row))
    return found


async def waiting(connection: AsyncConnection, programme: str = "") -> Sequence[Row[*tuple[Any, ...]]]:
    """Proposals that nobody decided on."""
    query = select(programmes).where(p.decided_by == "").order_by(p.id)
    if programme:
        query = query.where(p.programme == programme)
    return (await connection.execute(query)).all()


async def reasons(connection: AsyncConnection, programme: str) -> dict[int, str]:
    """Why each version of one programme is as it is."""
    query = select(p.version, p.reason).where(p.programme == programme, p.version > 0)
    return {row.version: row.reason for row in await connection.execute(query)}


async def propose(
    connection: AsyncConnection, programme: str, kept: Mapping[str, Any], by: str, at: datetime
) -> None:
    row = {"programme": programme, "version": 0, "decided_by": "", "in_force_from": "", **kept}
    await connection.execute(insert(programmes).values(**row, proposed_by=by, proposed_at=at))


async def decide(
    connection: AsyncConnection, number: int, by: str, at: datetime, *, version: int, day: str
) -> None:
    """version 0 and day '' : dropped."""
    done = {"decided_by": by, "decided_at": at, "version": version, "in_force_from": day}
    await connection.execute(update(programmes).where(p.id == number).values(**done))


async def rollout(connection: AsyncConnection, programme: Programme) -> Rollout:
    """How a programme stands, from the kept counts: what is read grows with its bodies, not with cases."""
    query = (
        select(fc.organisation, fc.name, fc.day, func.sum(fc.n))
        .where(fc.organisation.in_(programme.bodies), fc.demo == programme.demo, fc.family == "rollout")
        .group_by(fc.organisation, fc.name, fc.day)
    )
    if programme.cluster:
        query = query.where(fc.cluster == programme.cluster)
    rows = await connection.execute(query)
    return rollout_of(programme, [(row[0], row[1], row[2], int(row[3])) for row in rows])


async def bodies(connection: AsyncConnection) -> dict[str, tuple[str, bool]]:
    """Every body of the directory: id -> (name, whether it is made up)."""
    o = organisations.c
    return {row.id: (row.name, row.demo) for row in await connection.execute(select(o.id, o.name, o.demo))}


def as_programme(row: Row[*tuple[Any, ...]]) -> Programme:
    """A proposal counts as in force never."""
    return Programme(
        id=row.programme,
        version=row.version,
        name=row.name,
        purpose=row.purpose,
        citation=row.citation,
        duties=tuple(row.duties),
        uses=tuple(row.uses),
        bodies=tuple(row.bodies),
        cluster=row.cluster,
        demo=row.demo,
        in_force_from=date.fromisoformat(row.in_force_from) if row.in_force_from else date.max,
    )
