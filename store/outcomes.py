"""What became of one command: the case as it stood right after it, however far it has gone since."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.case import Case
from domain.fold import evolve
from store import shapes
from store.tables import cases, events


@dataclass(frozen=True, kw_only=True)
class Outcome:
    version: int
    stage: str


async def outcome(connection: AsyncConnection, ref: str, command: str) -> Outcome | None:
    """The version and stage this command led to; None when it changed no case."""
    last = await connection.scalar(
        select(func.max(events.c.seq)).where(events.c.ref == ref, events.c.command == command)
    )
    if last is None:
        return None
    state = await connection.scalar(select(cases.c.state).where(cases.c.ref == ref))
    assert state, "a case with events is there"
    case = shapes.case_from_json(state)
    if case.version != last:
        case = await _as_of(connection, case, last)
    return Outcome(version=case.version, stage=case.stage)


async def _as_of(connection: AsyncConnection, now: Case, version: int) -> Case:
    case = Case(ref=now.ref, policy=now.policy, calendar=now.calendar)
    query = select(events.c.data, events.c.at).where(events.c.ref == now.ref, events.c.seq <= version)
    for row in await connection.execute(query.order_by(events.c.seq)):
        case = evolve(case, shapes.event_from_json(row.data), row.at)
    return case


async def present(connection: AsyncConnection, ref: str) -> Outcome | None:
    """Where a case stands now."""
    query = select(cases.c.version, cases.c.stage).where(cases.c.ref == ref)
    row = (await connection.execute(query)).one_or_none()
    return Outcome(version=row.version, stage=row.stage) if row else None
