"""What receiving bodies owed for their shares and kept to, counted (P9). The rule that judges it is `domain.maturity`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, literal_column, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.case import Kind
from domain.maturity import Counted, Duty, Facts
from domain.working_days import london_date
from store import appetite
from store.tables import cases, events, organisations, register, tasks
from store.tables.decided import BY_DAY, OWED

DUTY_OF: dict[str, Duty] = {
    Kind.REVIEW: Duty.REVIEW,
    Kind.REVIEW_URGENT: Duty.REVIEW,
    Kind.CONFIRM_RECEIPT: Duty.RECEIPT,
    Kind.DO_ACTION: Duty.ACTION,
    Kind.ANSWER_RIGHTS: Duty.RIGHTS,
    Kind.SPREAD_CORRECTION: Duty.RIGHTS,
}


@dataclass(frozen=True, kw_only=True)
class Body:
    """A receiving body with what is counted of it since a day."""

    id: str
    name: str
    demo: bool
    facts: Facts


async def bodies(
    connection: AsyncConnection, since: datetime, now: datetime, organisation: str = ""
) -> Sequence[Body]:
    """Every body that receives data by an entry of the register, by name; or the one that is asked for, if it does."""
    o, r = organisations.c, register.c
    receives = select(r.receiving_organisation).where(r.latest)
    named = select(o.id, o.name, o.demo).where(o.id.in_(receives)).order_by(o.name, o.id)
    if organisation:
        named = named.where(o.id == organisation)
    rows = (await connection.execute(named)).all()
    if not rows:
        return []
    settled = await _settled(connection, since, organisation)
    reports = await _reports(connection, since, organisation)
    wanted = frozenset(row.id for row in rows) if organisation else None
    stated = await appetite.in_force(connection, london_date(now), wanted)
    return [
        Body(
            id=row.id,
            name=row.name,
            demo=row.demo,
            facts=Facts(
                **_facts(settled.get(row.id, {})), reports=reports.get(row.id, 0), stated=row.id in stated
            ),
        )
        for row in rows
    ]


def _facts(settled: Mapping[str, Counted]) -> dict[str, Any]:
    duties = {duty: Counted() for duty in Duty}
    for kind, duty in DUTY_OF.items():
        each, before = settled.get(kind, Counted()), duties[duty]
        duties[duty] = Counted(due=before.due + each.due, in_time=before.in_time + each.in_time)
    told = settled.get(Kind.TELL_REGULATOR, Counted())
    return {"duties": duties, "told": told.in_time, "told_late": told.due - told.in_time}


async def _settled(
    connection: AsyncConnection, since: datetime, organisation: str
) -> Mapping[str, Mapping[str, Counted]]:
    """Body -> kind of task -> those settled since: done in time, or their time was over. What fell away is neither."""
    t = tasks.c
    in_time = and_(t.missed_at.is_(None), t.how == "done", t.closed_at >= since)
    query = (
        select(
            t.organisation,
            t.kind,
            func.sum(case((in_time, 1), else_=0)).label("in_time"),
            func.count().label("due"),
        )
        .where(text(OWED), or_(t.missed_at >= since, in_time))
        .group_by(t.organisation, t.kind)
    )
    if organisation:
        query = query.where(t.organisation == organisation)
    found: dict[str, dict[str, Counted]] = {}
    for row in await connection.execute(query):
        found.setdefault(row.organisation, {})[row.kind] = Counted(due=row.due, in_time=row.in_time)
    return found


async def _reports(connection: AsyncConnection, since: datetime, organisation: str) -> Mapping[str, int]:
    """How many incidents each body reported itself."""
    query = (
        select(cases.c.receiving_organisation, func.count())
        .join(events, events.c.ref == cases.c.ref)
        .where(literal_column(f"events.{BY_DAY}"), events.c.kind == "incident_reported", events.c.at >= since)
        .group_by(cases.c.receiving_organisation)
    )
    if organisation:
        query = query.where(cases.c.receiving_organisation == organisation)
    return {body: number for body, number in (await connection.execute(query)).all()}
