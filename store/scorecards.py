"""What leaders answer for, counted (P8): by post for everybody, and for a body's own leaders what came, went and waits.

Every escalation is in one column: done in time, passed by silence, settled without them, or still running; so the
columns add up to what was received.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, Select, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from domain.case import Stage
from domain.governance import LEADERS
from domain.people import Role
from store.tables import cases, events, organisations, tasks

WAITING = (
    Stage.DRAFT, Stage.TRIAGE, Stage.RISK_ACCEPTANCE, Stage.WITH_SENDER, Stage.INFO_REQUESTED,
    Stage.LEADER_DECISION, Stage.APPROVED,
)  # fmt: skip
LONGEST = 10
MOST = 5_000  # of what happened in one window, for one side

Side = Literal["receiving", "sending"]
What = Literal["received", "delivered", "declined"]


@dataclass(frozen=True, kw_only=True)
class Card:
    """One post of one body. `silent`: the time passed and nobody acted, whatever came after. `overdue`: now, at the top."""

    post: Role
    received: int = 0
    in_time: int = 0
    silent: int = 0
    settled: int = 0  # by somebody else, or the case ended first
    running: int = 0
    overdue: int = 0


@dataclass(frozen=True, kw_only=True)
class Scorecard:
    """`unled`: cases overdue at the top of a body in which no leader's post is held."""

    organisation: str
    body: str
    demo: bool
    cards: tuple[Card, ...]
    unled: int = 0


async def scorecards(
    connection: AsyncConnection, since: datetime, organisation: str = ""
) -> Sequence[Scorecard]:
    """Every body with a leader's task opened since, or overdue at the top now, by name; or the one that is asked for."""
    counted = {
        (row.organisation, row.role): row for row in await connection.execute(_counts(since, organisation))
    }
    overdue = await _overdue(connection, organisation)
    wanted = {body for body, _ in counted} | {body for body, _ in overdue}
    o = organisations.c
    names = select(o.id, o.name, o.demo).where(o.id == organisation if organisation else o.id.in_(wanted))
    rows = (await connection.execute(names.order_by(o.name))).all()
    return [
        Scorecard(
            organisation=row.id,
            body=row.name,
            demo=row.demo,
            cards=tuple(
                _card(post, counted.get((row.id, post)), overdue.get((row.id, post), 0)) for post in LEADERS
            ),
            unled=overdue.get((row.id, ""), 0),
        )
        for row in rows
    ]


def _counts(since: datetime, organisation: str) -> Select[*tuple[Any, ...]]:
    t = tasks.c
    done, missed = t.how == "done", t.missed_at.is_not(None)
    closed = t.closed_at.is_not(None)
    query = (
        select(
            t.organisation,
            t.role,
            func.count().label("received"),
            _how_many(and_(closed, done, ~missed)).label("in_time"),
            _how_many(missed).label("silent"),
            _how_many(and_(closed, ~done, ~missed)).label("settled"),
            _how_many(and_(~closed, ~missed)).label("running"),
        )
        .where(t.level > 0, t.role.in_(LEADERS), t.opened_at >= since)
        .group_by(t.organisation, t.role)
    )
    return query.where(t.organisation == organisation) if organisation else query


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


async def _overdue(connection: AsyncConnection, organisation: str) -> Mapping[tuple[str, str], int]:
    """(body, post) -> cases in which every level was silent, under the highest post that was; '' where none is held."""
    t, c = tasks.c, cases.c
    silent = and_(
        t.ref == c.ref,
        t.organisation == c.overdue_body,
        t.closed_at.is_(None),
        t.missed_at.is_not(None),
        t.level > 0,
    )
    query = (
        select(c.overdue_body, func.max(t.role).label("post"))
        .outerjoin(tasks, and_(silent, t.role.in_(LEADERS)))
        .where(c.overdue_body != "")
        .group_by(c.ref, c.overdue_body)
    )
    if organisation:
        query = query.where(c.overdue_body == organisation)
    found: dict[tuple[str, str], int] = {}
    for row in await connection.execute(query):
        key = (row.overdue_body, row.post or "")
        found[key] = found.get(key, 0) + 1
    return found


def _card(post: Role, row: Row[Any] | None, overdue: int) -> Card:
    if row is None:
        return Card(post=post, overdue=overdue)
    return Card(
        post=post,
        received=row.received,
        in_time=row.in_time,
        silent=row.silent,
        settled=row.settled,
        running=row.running,
        overdue=overdue,
    )


# --- a body's own leaders ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Happened:
    """A request came in, its data first flowed, or it was refused and stands so."""

    what: What
    ref: str
    at: datetime


async def happened(
    connection: AsyncConnection, bodies: frozenset[str], side: Side, since: datetime
) -> Sequence[Happened]:
    """What became of these bodies' cases on one side since then, each case once for each that happened to it."""
    c, e = cases.c, events.c
    mine = _on(side, bodies)
    received = select(c.ref, c.submitted_at.label("at")).where(*mine, c.submitted_at >= since).limit(MOST)
    found = [Happened("received", row.ref, row.at) for row in await connection.execute(received)]
    for what, kind, when, more in (
        ("delivered", "risk_passed", func.min(e.at), ()),
        ("declined", "request_refused", func.max(e.at), (c.stage == Stage.REFUSED,)),
    ):
        query = (
            select(e.ref, when.label("at"))
            .join(cases, c.ref == e.ref)
            .where(*mine, *more, c.updated_at >= since, e.kind == kind)
            .group_by(e.ref)
            .having(when >= since)
            .limit(MOST)
        )
        found += [Happened(what, row.ref, row.at) for row in await connection.execute(query)]  # type: ignore[arg-type]
    return found


async def backlog(connection: AsyncConnection, bodies: frozenset[str], side: Side) -> int:
    """How many cases wait now: sent in, and neither delivered nor over."""
    query = select(func.count()).select_from(cases).where(*_on(side, bodies), cases.c.stage.in_(WAITING))
    return await connection.scalar(query) or 0


async def longest_waiting(connection: AsyncConnection, bodies: frozenset[str]) -> Sequence[Row[Any]]:
    """The ten that wait longest on either side, each once, as far as a leader of the body may see them."""
    either = [
        select(cases).where(*_on(side, bodies), cases.c.stage.in_(WAITING))
        .order_by(cases.c.submitted_at, cases.c.ref).limit(LONGEST)
        for side in ("receiving", "sending")
    ]  # fmt: skip
    rows = {row.ref: row for query in either for row in await connection.execute(query)}
    return sorted(rows.values(), key=lambda row: (row.submitted_at, row.ref))[:LONGEST]


def _on(side: Side, bodies: frozenset[str]) -> tuple[ColumnElement[bool], ...]:
    """C2: a sending body's leaders count what their body may see."""
    if side == "receiving":
        return (cases.c.receiving_organisation.in_(bodies),)
    return (cases.c.sending_organisation.in_(bodies), cases.c.sender_may_see)
