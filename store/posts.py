"""Posts, deputies and cover as rows: made, ended, and listed for the pages. Nothing is deleted (G7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.cover import Absence
from domain.permissions import Post
from store import database
from store.directory import is_post, on
from store.tables import cover, deputies, organisations, people, posts, teams

ONE_DAY = timedelta(days=1)
Rows = Sequence[Row[*tuple[Any, ...]]]


async def lock(connection: AsyncConnection) -> None:
    """One change of the directory at a time, so that two covers that are each right make no circle together."""
    await database.one_at_a_time(connection, cover)


# --- people --------------------------------------------------------------------------------------------------------


async def by_email(connection: AsyncConnection, email: str) -> str | None:
    query = select(people.c.id).where(func.lower(people.c.email) == email.strip().lower())
    return await connection.scalar(query.order_by(people.c.id).limit(1))


async def add_person(connection: AsyncConnection, person: str, name: str, email: str) -> None:
    await connection.execute(insert(people).values(id=person, name=name, email=email))


async def people_of(connection: AsyncConnection, ids: set[str]) -> Mapping[str, Row[*tuple[Any, ...]]]:
    """(id, name, email) by id."""
    rows = await connection.execute(
        select(people.c.id, people.c.name, people.c.email).where(people.c.id.in_(ids))
    )
    return {row.id: row for row in rows}


# --- posts and deputies --------------------------------------------------------------------------------------------


async def appoint(connection: AsyncConnection, person: str, post: Post, first: date) -> None:
    await connection.execute(insert(posts).values(person=person, **_of(post), held_from=first.isoformat()))


async def name_deputy(connection: AsyncConnection, person: str, post: Post, *, by: str, first: date) -> None:
    row = {**_of(post), "held_from": first.isoformat(), "named_by": by}
    await connection.execute(insert(deputies).values(person=person, **row))


def _of(post: Post) -> dict[str, Any]:
    return {"role": post.role, "organisation": post.organisation, "team": post.team}


async def end(connection: AsyncConnection, table: Any, number: int, last: date) -> None:
    """The last day of a post or of a deputy; what ends earlier already stays as it is."""
    day, c = last.isoformat(), table.c
    later = or_(c.held_until == "", c.held_until > day)
    await connection.execute(update(table).where(c.id == number, later).values(held_until=day))


async def one(connection: AsyncConnection, table: Any, number: int) -> Row[Any] | None:
    return (await connection.execute(select(table).where(table.c.id == number))).one_or_none()


async def held_after(connection: AsyncConnection, table: Any, person: str, day: date) -> Rows:
    """What somebody holds, or is deputy of, beyond a day."""
    c = table.c
    later = or_(c.held_until == "", c.held_until > day.isoformat())
    return (await connection.execute(select(table).where(c.person == person, later).order_by(c.id))).all()


async def is_there(connection: AsyncConnection, table: Any, person: str, post: Post, day: date) -> bool:
    """Whether they hold this post, or are its deputy, on a day or will from a later one."""
    c = table.c
    lasts = or_(c.held_until == "", c.held_until >= day.isoformat())
    query = select(c.id).where(c.person == person, is_post(c, post), lasts)
    return await connection.scalar(query.limit(1)) is not None


# --- absences ------------------------------------------------------------------------------------------------------


async def absences(connection: AsyncConnection, day: date) -> list[Absence]:
    """Every absence that is not over on a day."""
    query = select(cover).where(
        cover.c.held_until >= day.isoformat(), cover.c.held_until >= cover.c.held_from
    )
    return [
        Absence(
            person=row.person,
            covered_by=row.covered_by or "",
            first=date.fromisoformat(row.held_from),
            last=date.fromisoformat(row.held_until),
        )
        for row in await connection.execute(query)
    ]


async def set_cover(connection: AsyncConnection, absence: Absence, *, by: str) -> None:
    await connection.execute(
        insert(cover).values(
            person=absence.person,
            covered_by=absence.covered_by or None,
            held_from=absence.first.isoformat(),
            held_until=absence.last.isoformat(),
            said_by=by,
        )
    )


async def end_cover(connection: AsyncConnection, row: Row[Any], last: date) -> None:
    """The last day of an absence. One that begins later never comes to be, and its row says so: it ends before it begins."""
    await connection.execute(update(cover).where(cover.c.id == row.id).values(held_until=last.isoformat()))


async def stop_covering(connection: AsyncConnection, person: str, last: date, *, by: str) -> list[str]:
    """Somebody leaves: from the next day nobody covers those who go on being away. Who those are."""
    later = cover.c.held_until > last.isoformat()
    rows = (await connection.execute(select(cover).where(cover.c.covered_by == person, later))).all()
    for row in rows:
        await end_cover(connection, row, last)
        first = max(last + ONE_DAY, date.fromisoformat(row.held_from))
        rest = Absence(person=row.person, covered_by="", first=first, last=date.fromisoformat(row.held_until))
        await set_cover(connection, rest, by=by)
    return [row.person for row in rows]


async def of_person(connection: AsyncConnection, person: str, day: date) -> Rows:
    """Absences of somebody, and those they cover, that are not over: with both names, the soonest first."""
    away, covers = people.alias("away"), people.alias("covers")
    query = (
        select(cover, away.c.name.label("name"), covers.c.name.label("covered_by_name"))
        .join(away, away.c.id == cover.c.person)
        .outerjoin(covers, covers.c.id == cover.c.covered_by)
        .where(
            or_(cover.c.person == person, cover.c.covered_by == person),
            cover.c.held_until >= day.isoformat(),
            cover.c.held_until >= cover.c.held_from,
        )
        .order_by(cover.c.held_from, cover.c.id)
    )
    return (await connection.execute(query)).all()


async def away_today(
    connection: AsyncConnection, whom: set[str], day: date
) -> Mapping[str, Row[*tuple[Any, ...]]]:
    """(person, covered_by_name, held_until) of those who are away on a day."""
    covers = people.alias("covers")
    query = (
        select(cover.c.person, cover.c.held_until, covers.c.name.label("covered_by_name"))
        .outerjoin(covers, covers.c.id == cover.c.covered_by)
        .where(on(cover, day), cover.c.person.in_(whom))
    )
    return {row.person: row for row in await connection.execute(query)}


# --- lists ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Body:
    id: str
    name: str


async def bodies(connection: AsyncConnection, ids: frozenset[str] | None = None) -> Sequence[Body]:
    """Bodies by name; None: all of them."""
    query = select(organisations.c.id, organisations.c.name).order_by(organisations.c.name)
    if ids is not None:
        query = query.where(organisations.c.id.in_(ids))
    return [Body(id=row.id, name=row.name) for row in await connection.execute(query)]


async def teams_of(connection: AsyncConnection, organisation: str) -> Mapping[str, str]:
    query = select(teams.c.id, teams.c.name).where(teams.c.organisation == organisation)
    return {row.id: row.name for row in await connection.execute(query.order_by(teams.c.name))}


async def rows_of(connection: AsyncConnection, table: Any, organisation: str) -> Rows:
    """Every row of a body's posts or deputies there ever was, with the person's name, in order of appointment."""
    c = table.c
    query = (
        select(table, people.c.name)
        .join(people, people.c.id == c.person)
        .where(c.organisation == organisation)
    )
    return (await connection.execute(query.order_by(c.role, c.team, c.id))).all()
