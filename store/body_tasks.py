"""What a body has to do that belongs to no case: opened once for each thing, closed when it is done (G5)."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Row, Select, and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from domain.body_tasks import DAYS, SETTLED_FOR_ALL, BodyKind
from domain.governance import LEADERS
from domain.people import Role
from domain.working_days import Calendar, Nation, due
from store import directory
from store.database import insert_into
from store.directory import Person
from store.tables import body_tasks, organisations, teams

MOST = 200  # of one person's list

Rows = Sequence[Row[*tuple[Any, ...]]]
b = body_tasks.c


async def open_task(
    connection: AsyncConnection,
    at: datetime,
    kind: BodyKind,
    about: str,
    *,
    organisation: str,
    role: Role,
    due_at: datetime,
    team: str = "",
    ref: str = "",
    level: int = 0,
) -> bool:
    """Open it for a role of a body. False when it is open already: it is asked for once (I2)."""
    row = {
        "id": uuid4().hex,
        "kind": kind,
        "about": about,
        "ref": ref,
        "organisation": organisation,
        "team": team,
        "role": role,
        "level": level,
        "opened_at": at,
        "due_at": due_at,
    }
    done = await connection.execute(insert_into(connection, body_tasks).values(row).on_conflict_do_nothing())
    return bool(done.rowcount)


async def close_tasks(
    connection: AsyncConnection, at: datetime, kind: BodyKind, about: str, *, how: str, said: str = ""
) -> int:
    """Close whoever's task it is, leaders' too. `how`: done, overtaken, by_itself. How many there were."""
    mine = (b.kind == kind, b.about == about, b.closed_at.is_(None))
    done = await connection.execute(update(body_tasks).where(*mine).values(closed_at=at, how=how, said=said))
    return done.rowcount


async def is_open(connection: AsyncConnection, kind: BodyKind, about: str) -> bool:
    query = select(func.count()).where(b.kind == kind, b.about == about, b.closed_at.is_(None))
    return bool(await connection.scalar(query))


async def move_up(
    connection: AsyncConnection, at: datetime, row: Row[Any], body: str, level: int, role: Role
) -> bool:
    """Ask the next leader too. The task that was there stays open: whoever is first settles both."""
    calendar = await directory.full_calendar(connection)
    o, kind = organisations.c, BodyKind(row.kind)
    nation = Nation(await connection.scalar(select(o.nation).where(o.id == body)))
    return await open_task(
        connection,
        at,
        kind,
        row.about,
        organisation=body,
        role=role,
        due_at=due_at(calendar, nation, kind, at),
        ref=row.ref,
        level=level,
    )


def due_at(calendar: Calendar, nation: Nation, kind: BodyKind, at: datetime) -> datetime:
    """By when, in the calendar of the body that must act (G3)."""
    return due(calendar, nation, at, DAYS[kind])


async def miss(connection: AsyncConnection, task: str, at: datetime) -> None:
    await connection.execute(
        update(body_tasks).where(b.id == task, b.missed_at.is_(None)).values(missed_at=at)
    )


async def settle(connection: AsyncConnection, at: datetime, row: Row[Any], said: str) -> bool:
    """Done by whoever had this one; what others were asked about it is overtaken. False: it was closed."""
    here = (b.id == row.id, b.closed_at.is_(None))
    done = await connection.execute(
        update(body_tasks).where(*here).values(closed_at=at, how="done", said=said)
    )
    if not done.rowcount:
        return False
    alike = [b.kind == row.kind, b.about == row.about, b.closed_at.is_(None)]
    if row.kind not in SETTLED_FOR_ALL:
        alike.append(b.organisation == row.organisation)
    others = update(body_tasks).where(*alike)
    await connection.execute(others.values(closed_at=at, how="overtaken", said=said))
    return True


async def go_with(
    connection: AsyncConnection, at: datetime, body: str, moved: Collection[str], into: str, *, whole: bool
) -> None:
    """Open tasks go with teams that belong to another body now; `whole`: with the body itself, leaders' too (P5)."""
    theirs = b.organisation == body if whole else and_(b.organisation == body, b.team.in_(moved))
    found = await connection.execute(select(body_tasks).where(b.closed_at.is_(None), theirs))
    for row in found.all():
        same = (b.kind == row.kind, b.about == row.about, b.team == row.team, b.role == row.role)
        there = select(b.id).where(*same, b.organisation == into, b.closed_at.is_(None))
        is_asked = await connection.scalar(there) is not None
        change = {"closed_at": at, "how": "overtaken"} if is_asked else {"organisation": into}
        await connection.execute(update(body_tasks).where(b.id == row.id).values(change))


# --- reading ---------------------------------------------------------------------------------------------------


def _query() -> Select[Any]:
    """With what the body and the team are called, and whose calendar counts."""
    o = organisations.c
    return (
        select(body_tasks, o.name.label("body"), o.nation, teams.c.name.label("team_name"))
        .join(organisations, o.id == b.organisation)
        .outerjoin(teams, teams.c.id == b.team)
    )


def _is_for(person: Person) -> ColumnElement[bool]:
    """As `domain.body_tasks.is_mine`, for lists."""
    ways = [
        and_(
            b.organisation == post.organisation,
            b.role == post.role,
            b.team.in_(("", post.team or "")),
        )
        for post in person.posts
    ]
    return or_(*ways) if ways else b.id.is_(None)


async def mine(
    connection: AsyncConnection,
    person: Person,
    *,
    after: datetime | None = None,
    until: datetime | None = None,
) -> Rows:
    """My open tasks, soonest due first: those due later than `after` and not later than `until`, of a page of a list."""
    query = _query().where(b.closed_at.is_(None), _is_for(person))
    if after:
        query = query.where(b.due_at > after)
    if until:
        query = query.where(b.due_at <= until)
    return (await connection.execute(query.order_by(b.due_at, b.id).limit(MOST))).all()


async def of_teams(connection: AsyncConnection, person: Person) -> Rows:
    """What waits in the bodies this person leads and was not put to them: they may settle it all the same."""
    led = {post.organisation for post in person.posts if post.role in LEADERS}
    if not led:
        return ()
    query = _query().where(b.closed_at.is_(None), b.organisation.in_(led), ~_is_for(person))
    return (await connection.execute(query.order_by(b.due_at, b.id).limit(MOST))).all()


async def one(connection: AsyncConnection, task: str) -> Row[Any] | None:
    return (await connection.execute(_query().where(b.id == task))).one_or_none()


async def late(connection: AsyncConnection, at: datetime) -> Rows:
    """Open tasks whose time is over and of which nobody was told yet, the longest overdue first."""
    query = _query().where(b.closed_at.is_(None), b.missed_at.is_(None), b.due_at < at)
    return (await connection.execute(query.order_by(b.due_at, b.id))).all()


async def waiting(connection: AsyncConnection) -> Rows:
    """Open tasks that are not late: those for a role in which nobody is appointed move up at once."""
    query = _query().where(b.closed_at.is_(None), b.missed_at.is_(None))
    return (await connection.execute(query.order_by(b.due_at, b.id))).all()


async def bodies_with_tasks(connection: AsyncConnection) -> set[str]:
    return set(await connection.scalars(select(b.organisation).where(b.closed_at.is_(None)).distinct()))
