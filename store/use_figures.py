"""Use in the public figures (§5): calls out of the sums of days, grants as they stand, and both counted a second time.

Read from the sums of each share and day: it grows with shares in use and the days asked for, never with rows.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.figure_asked import Asked
from domain.figure_rows import Kept
from domain.grants import State
from domain.use_log import UNUSED_AFTER
from domain.working_days import end_of_day, london_date
from store import tables
from store.use_read import days

cf, g, d = tables.case_figures.c, tables.grants.c, tables.use_days.c


def _asked_for(asked: Asked) -> ColumnElement[bool]:
    wanted = [cf.demo == asked.demo]
    if asked.organisation:
        wanted.append(
            or_(
                cf.receiving_organisation == asked.organisation, cf.sending_organisation == asked.organisation
            )
        )
    if asked.cluster:
        wanted.append(cf.cluster == asked.cluster)
    if asked.lane:
        wanted.append(cf.lane == ("" if asked.lane == "none" else asked.lane))
    return and_(*wanted)


def _unused(as_of: datetime) -> ColumnElement[bool]:
    """Neither used nor begun in the last 90 days."""
    before = end_of_day(london_date(as_of) - timedelta(days=UNUSED_AFTER + 1)) + timedelta(seconds=1)
    return and_(g.active_from < before, or_(g.last_use_at.is_(None), g.last_use_at < before))


async def read(connection: AsyncConnection, asked: Asked, as_of: datetime) -> dict[str, int]:
    """What the use log adds to the figures."""
    of = days(d.day.between(asked.since.isoformat(), asked.until.isoformat()))
    told = (
        select(func.sum(of.c.calls), func.sum(of.c.flagged))
        .select_from(of.join(tables.case_figures, cf.ref == of.c.ref))
        .where(_asked_for(asked))
    )
    calls = (await connection.execute(told)).one()
    live = (
        select(func.count(), func.count(case((_unused(as_of), 1))))
        .select_from(tables.grants.join(tables.case_figures, cf.ref == g.ref))
        .where(g.state == State.ACTIVE, _asked_for(asked))
    )
    grants = (await connection.execute(live)).one()
    return {
        "grants": int(grants[0]),
        "unused": int(grants[1]),
        "calls": int(calls[0] or 0),
        "calls_flagged": int(calls[1] or 0),
    }


async def behind(connection: AsyncConnection, name: str, asked: Asked, as_of: datetime) -> Sequence[Kept]:
    """The shares that one of these numbers is made of, as `figures_read.cases_behind` has others."""
    if name in ("grants", "unused"):
        query = (
            select(g.ref, g.active_from)
            .join(tables.case_figures, cf.ref == g.ref)
            .where(
                g.state == State.ACTIVE, _asked_for(asked), *([_unused(as_of)] if name == "unused" else [])
            )
        )
        rows = await connection.execute(query.order_by(g.ref))
        return [Kept(row.ref, name, london_date(row.active_from).isoformat(), 0, 1) for row in rows]
    of = days(d.day.between(asked.since.isoformat(), asked.until.isoformat()))
    counted = of.c.flagged if name == "calls_flagged" else of.c.calls
    query = (
        select(of.c.ref, func.sum(counted))
        .select_from(of.join(tables.case_figures, cf.ref == of.c.ref))
        .where(_asked_for(asked))
        .group_by(of.c.ref)
        .order_by(of.c.ref)
    )
    return [Kept(row[0], name, "", 0, int(row[1])) for row in await connection.execute(query) if row[1]]


# --- a second time, from the rows themselves ---------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Again:
    """`calls`, `flagged`: by case, day and body that told. `live`: cases whose grant is in use. `last`: of each, its last use."""

    calls: Counter[tuple[str, date, str]] = field(default_factory=Counter[tuple[str, date, str]])
    flagged: Counter[tuple[str, date, str]] = field(default_factory=Counter[tuple[str, date, str]])
    live: set[str] = field(default_factory=set[str])
    last: dict[str, date] = field(default_factory=dict[str, date])

    def read(self, refs: Collection[str], since: date, until: date, today: date) -> dict[str, int]:
        live = self.live.intersection(refs)
        long_ago = today - timedelta(days=UNUSED_AFTER)
        return {
            "grants": len(live),
            "unused": sum(self.last[ref] < long_ago for ref in live),
            "calls": _in_all(self.calls, refs, since, until),
            "calls_flagged": _in_all(self.flagged, refs, since, until),
        }


def _in_all(
    told: Mapping[tuple[str, date, str], int], refs: Collection[str], since: date, until: date
) -> int:
    """Of each day the body that told of more: both may tell of the same call."""
    most: dict[tuple[str, date], int] = {}
    for (ref, day, _), n in told.items():
        if ref in refs and since <= day <= until:
            most[ref, day] = max(most.get((ref, day), 0), n)
    return sum(most.values())


async def again(connection: AsyncConnection) -> Again:
    """Every row of the use log, every state of a grant and every delivery, read one by one."""
    found = Again()
    u, s, v = tables.use_rows.c, tables.grant_states.c, tables.deliveries.c
    refs = {row.id: row.ref for row in await connection.execute(select(g.id, g.ref))}

    def used(ref: str, at: datetime | None) -> None:
        if at:
            found.last[ref] = max(found.last.get(ref, date.min), london_date(at))

    for row in await connection.execute(select(u.ref, u.organisation, u.logtime, u.flag).where(u.by_party)):
        key = (row.ref, london_date(row.logtime), row.organisation)
        found.calls[key] += 1
        found.flagged[key] += bool(row.flag)
        used(row.ref, row.logtime)
    begun = set[str]()
    for row in await connection.execute(select(s.grant, s.state, s.since).order_by(s.number)):
        ref = refs[row.grant]
        if row.state == State.ACTIVE:
            found.live.add(ref)
            if ref not in begun:
                used(ref, row.since)
            begun.add(ref)
        else:
            found.live.discard(ref)
    for row in await connection.execute(select(v.grant, v.sent_at, v.arrived_at, v.confirmed_at)):
        used(refs[row.grant], row.sent_at)
        used(refs[row.grant], row.arrived_at if row.confirmed_at else None)
    return found
