"""The use log as pages and machines read it (D): months out of sums, rows a page at a time, look-ups by pseudonym."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, and_, false, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from domain.use_log import Flag, months_shown
from domain.working_days import london_date
from store import tables

A_PAGE = 50
MOST_FOUND = 1_000  # rows of one answer of a look-up, as the Data Tracker has it

r, d, g, c = tables.use_rows.c, tables.use_days.c, tables.grants.c, tables.cases.c
Rows = Sequence[Row[*tuple[Any, ...]]]


@dataclass(frozen=True)
class Month:
    """`flagged`: of the calls, those that no grant in use covered."""

    month: str
    calls: int
    flagged: int


@dataclass(frozen=True, kw_only=True)
class Told:
    """What anybody may know of the use of one share. `last_use`: a day, never a time."""

    months: tuple[Month, ...]
    last_use: date | None

    @property
    def calls(self) -> int:
        return sum(each.calls for each in self.months)

    @property
    def flagged(self) -> int:
        return sum(each.flagged for each in self.months)


def days(*where: ColumnElement[bool]) -> Any:
    """(ref, day, calls, flagged) of each day: both bodies may tell of the same call, so the side counts that told of more."""
    query = select(d.ref, d.day, func.max(d.calls).label("calls"), func.max(d.flagged).label("flagged"))
    return query.where(*where).group_by(d.ref, d.day).subquery("days")


async def told(connection: AsyncConnection, ref: str, now: datetime) -> Told:
    """The last 13 months, this one included, those without a call too."""
    names = months_shown(london_date(now))
    of = days(d.ref == ref, d.day >= f"{names[0]}-01")
    month = literal_column("substr(days.day, 1, 7)")
    query = select(month, func.sum(of.c.calls), func.sum(of.c.flagged)).group_by(month).select_from(of)
    found = {row[0]: (int(row[1]), int(row[2])) for row in await connection.execute(query)}
    months = [Month(each, *found.get(each, (0, 0))) for each in names]
    last = await connection.scalar(select(g.last_use_at).where(g.ref == ref))
    return Told(months=tuple(months), last_use=london_date(last) if last else None)


async def in_all(connection: AsyncConnection, ref: str) -> tuple[int, int]:
    """Calls since the share began, and how many of them were flagged."""
    of = days(d.ref == ref)
    row = (await connection.execute(select(func.sum(of.c.calls), func.sum(of.c.flagged)))).one()
    return int(row[0] or 0), int(row[1] or 0)


async def rows_of(connection: AsyncConnection, ref: str, before: int | None = None) -> Rows:
    """The newest first, one more than a page. What a stranger told is among them, flagged."""
    earlier = r.number < before if before else r.number > 0
    query = select(tables.use_rows).where(r.ref == ref, earlier).order_by(r.number.desc()).limit(A_PAGE + 1)
    return (await connection.execute(query)).all()


# --- for the holder's own portal ---------------------------------------------------------------------------------------


def _mine(organisations: Collection[str]) -> ColumnElement[bool]:
    """Rows that one of these bodies told, or of a grant of theirs to send by; there nothing that a stranger told."""
    sends = select(g.id).where(g.sending_organisation.in_(organisations)).scalar_subquery()
    return or_(r.organisation.in_(organisations), and_(r.by_party, r.grant.in_(sends)))


def _kept_back(today: date) -> ColumnElement[bool]:
    """P2r, D.2: leader 2 exempted the entry of the share, and the day is not over."""
    until = c.state["exempt_until"].as_string()
    refs = select(c.ref).where(c.ref == r.ref, until >= today.isoformat())
    return refs.exists()


@dataclass(frozen=True, kw_only=True)
class Found:
    """`kept_back`: how many rows are not shown, by the day until which. `more`: there are older ones."""

    rows: Rows
    more: bool
    kept_back: tuple[tuple[str, int], ...]


async def find(
    connection: AsyncConnection,
    organisations: Collection[str],
    subject: str,
    since: datetime | None,
    until: datetime | None,
    after: tuple[datetime, int] | None,
    limit: int,
    now: datetime,
) -> Found:
    """Uses of data about one pseudonym, the newest first. `after`: where the page before ended."""
    today = london_date(now)
    mine = [r.subject == subject, _mine(organisations) if organisations else false()]
    mine += [r.logtime >= since] if since else []
    mine += [r.logtime <= until] if until else []
    older = [or_(r.logtime < after[0], and_(r.logtime == after[0], r.number < after[1]))] if after else []
    query = (
        select(tables.use_rows)
        .where(*mine, *older, ~_kept_back(today))
        .order_by(r.logtime.desc(), r.number.desc())
        .limit(limit + 1)
    )
    rows = (await connection.execute(query)).all()
    day = c.state["exempt_until"].as_string()
    kept = (
        select(day, func.count())
        .select_from(tables.use_rows.join(tables.cases, c.ref == r.ref))
        .where(*mine, day >= today.isoformat())
        .group_by(day)
    )
    counted = tuple(sorted((row[0], int(row[1])) for row in await connection.execute(kept)))
    return Found(rows=rows[:limit], more=len(rows) > limit, kept_back=counted)


async def period(
    connection: AsyncConnection, organisations: Collection[str]
) -> tuple[datetime | None, datetime | None]:
    """The first and the last logtime of all that these bodies may look up."""
    sends = select(g.id).where(g.sending_organisation.in_(organisations)).scalar_subquery()
    own = select(func.min(r.logtime), func.max(r.logtime)).where(r.organisation.in_(organisations))
    others = select(func.min(r.logtime), func.max(r.logtime)).where(r.grant.in_(sends), r.by_party)
    found = [(await connection.execute(query)).one() for query in (own, others)]
    firsts, lasts = ([row[n] for row in found if row[n]] for n in (0, 1))
    return min(firsts, default=None), max(lasts, default=None)


async def standing(connection: AsyncConnection, organisations: Collection[str]) -> Rows:
    """The live grants of these bodies, on either side, with when each was last heard of and used."""
    here = or_(g.sending_organisation.in_(organisations), g.receiving_organisation.in_(organisations))
    live = g.state.in_(["issued", "active", "suspended"])
    query = select(g.id, g.ref, g.state, g.mode, g.last_heard_at, g.last_use_at).where(here, live)
    return (await connection.execute(query.order_by(g.id).limit(MOST_FOUND))).all()


def flag(row: Row[Any]) -> Flag | None:
    return Flag(row.flag) if row.flag else None
