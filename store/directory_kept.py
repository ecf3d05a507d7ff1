"""The whole directory as rules see it, and what they say is to be written. Nothing is deleted (G7)."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import directory_rows as rows
from domain.directory_plan import ADD, CHANGE, Line, Plan
from domain.directory_rows import Body, Contact, Held, Known, Someone, Team
from store import tables

Values = Mapping[str, Any]
COLUMNS = {  # as rules and files call them -> as the tables do
    rows.BODY: {"type": "kind", "test": "demo"},
    rows.TEAM: {"body": "organisation"},
    rows.POST: {"body": "organisation", "from": "held_from", "until": "held_until"},
    rows.CONTACT: {"from": "held_from", "until": "held_until"},
}
EMPTY_IS_NONE = frozenset({"cluster", "slack_channel", "slack_user", "team"})


async def known(connection: AsyncConnection, day: date, *, test: bool, whole: bool = True) -> Known:
    """Everything in the directory as it stands; without posts, contacts and holidays unless `whole`."""
    at = Known(
        bodies={row.id: body_of(row) for row in await connection.execute(select(tables.organisations))},
        teams={row.id: team_of(row) for row in await connection.execute(select(tables.teams))},
        people={row.id: person_of(row, day) for row in await connection.execute(select(tables.people))},
        former=await _former(connection),
        clusters=await clusters(connection),
        test=test,
    )
    if not whole:
        return at
    return Known(
        **{
            **vars(at),
            "posts": await _posts(connection),
            "contacts": await _contacts(connection),
            **await calendar(connection),
        }
    )


async def _former(connection: AsyncConnection) -> tuple[tuple[str, str], ...]:
    f = tables.former_names.c
    found = await connection.execute(select(f.name, f.organisation).order_by(f.until.desc(), f.id.desc()))
    return tuple((row.name, row.organisation) for row in found)


async def clusters(connection: AsyncConnection) -> dict[str, str]:
    """Every cluster with its newest name."""
    c = tables.clusters.c
    found = await connection.execute(select(c.id, c.name).order_by(c.version))
    return {row.id: row.name for row in found}


async def _posts(connection: AsyncConnection) -> tuple[Held, ...]:
    return tuple(
        Held(
            number=row.id, person=row.person, role=row.role, body=row.organisation, team=row.team or "",
            first=row.held_from, last=row.held_until,
        )
        for row in await connection.execute(select(tables.posts).order_by(tables.posts.c.id))
    )  # fmt: skip


async def _contacts(connection: AsyncConnection) -> tuple[Contact, ...]:
    found = await connection.execute(select(tables.contacts).order_by(tables.contacts.c.id))
    return tuple(
        Contact(number=row.id, team=row.team, person=row.person, first=row.held_from, last=row.held_until)
        for row in found
    )


async def calendar(connection: AsyncConnection) -> dict[str, Any]:
    """The bank holidays and the years they are known for, as `Known` holds them."""
    b = tables.bank_holidays.c
    found = {
        (row.nation, row.date): row.title
        for row in await connection.execute(select(b.nation, b.date, b.title))
    }
    years = [int(day[:4]) for _, day in found] or [0]
    return {"holidays": found, "first_year": min(years), "last_year": max(years)}


async def last_year(connection: AsyncConnection) -> int:
    """The last year of which bank holidays are known, 0 with none."""
    return int((await connection.scalar(select(func.max(tables.bank_holidays.c.date))) or "0000")[:4])


# --- one row ---------------------------------------------------------------------------------------------------------


def body_of(row: Any) -> Body:
    return Body(
        id=row.id, name=row.name, type=row.kind, nation=row.nation, status=row.status, tiny=row.tiny, test=row.demo,
        identifiers=row.identifiers or {}, closed_on=row.closed_on or "",
    )  # fmt: skip


def team_of(row: Any) -> Team:
    return Team(
        id=row.id,
        name=row.name,
        body=row.organisation,
        cluster=row.cluster or "",
        slack_channel=row.slack_channel or "",
    )


def person_of(row: Any, day: date) -> Someone:
    left = row.left_on if row.left_on and row.left_on <= day.isoformat() else ""
    return Someone(id=row.id, name=row.name, email=row.email, slack_user=row.slack_user or "", left_on=left)


def seen(row: Body | Team | Someone) -> str:
    """What somebody saw of a row, as 16 characters: another value of anything makes it another."""
    return sha256(repr(sorted(asdict(row).items())).encode()).hexdigest()[:16]


# --- what is written -------------------------------------------------------------------------------------------------

TABLES = {
    rows.BODY: tables.organisations,
    rows.TEAM: tables.teams,
    rows.PERSON: tables.people,
    rows.POST: tables.posts,
    rows.CONTACT: tables.contacts,
}


def as_columns(kind: str, values: Values) -> dict[str, Any]:
    """The values of a row under the names of its table."""
    names = COLUMNS.get(kind, {})
    return {
        names.get(key, key): None if value == "" and key in EMPTY_IS_NONE else value
        for key, value in values.items()
    }


async def add(connection: AsyncConnection, kind: str, *values: Values) -> None:
    if values:
        await connection.execute(insert(TABLES[kind]), [as_columns(kind, each) for each in values])


async def change(connection: AsyncConnection, kind: str, key: str | int, values: Values) -> None:
    table = TABLES[kind]
    await connection.execute(update(table).where(table.c.id == key).values(**as_columns(kind, values)))


async def write(connection: AsyncConnection, plan: Plan, *, by: str, day: date) -> None:
    """Everything a plan adds and changes, but bank holidays: those are told to running cases, too."""
    for kind in TABLES:
        await add(connection, kind, *(_new(line, by, day) for line in plan.of(ADD, kind)))
        for line in plan.of(CHANGE, kind):
            await change(connection, kind, line.key, line.values)


def _new(line: Line, by: str, day: date) -> dict[str, Any]:
    values = dict(line.values)
    if line.kind == rows.CONTACT:
        values |= {"named_by": by, "from": values["from"] or day.isoformat()}
    return values
