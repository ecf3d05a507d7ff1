"""Whom to reach about a team's data (P3): named for a team, and live while they hold a post. Rows that are over stay."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, and_, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from store.directory import on
from store.tables import contacts, organisations, people, posts, teams

FEWEST = 2  # live contacts of a team
Rows = Sequence[Row[*tuple[Any, ...]]]


def is_live(day: date) -> ColumnElement[bool]:
    """Of a row of `contacts` joined with `people`: named, not gone, and in a post on this day."""
    gone = and_(people.c.left_on != "", people.c.left_on <= day.isoformat())
    in_a_post = exists().where(posts.c.person == people.c.id, on(posts, day))
    return and_(on(contacts, day), ~gone, in_a_post)


async def live(connection: AsyncConnection, team: str, day: date) -> Rows:
    """(id, name, email) of the people to reach on a day, in the order they were named."""
    query = (
        select(people.c.id, people.c.name, people.c.email)
        .join(contacts, contacts.c.person == people.c.id)
        .where(contacts.c.team == team, is_live(day))
        .group_by(people.c.id, people.c.name, people.c.email)
        .order_by(func.min(contacts.c.id))
    )
    return (await connection.execute(query)).all()


async def counts(
    connection: AsyncConnection, day: date, of: Collection[str] | None = None
) -> Mapping[str, int]:
    """Live contacts by team; a team that has none is not in it."""
    query = (
        select(contacts.c.team, contacts.c.person)
        .join(people, people.c.id == contacts.c.person)
        .where(is_live(day))
        .distinct()
    )
    if of is not None:
        query = query.where(contacts.c.team.in_(of))
    return Counter(row.team for row in await connection.execute(query))


async def named(connection: AsyncConnection, team: str, day: date) -> Rows:
    """Whoever is named from that day on or earlier and is not over, with whether they are live."""
    query = (
        select(contacts, people.c.name, people.c.email, is_live(day).label("is_live"))
        .join(people, people.c.id == contacts.c.person)
        .where(contacts.c.team == team)
        .where(or_(contacts.c.held_until == "", contacts.c.held_until >= day.isoformat()))
    )
    return (await connection.execute(query.order_by(contacts.c.id))).all()


async def short_of(connection: AsyncConnection, day: date, bodies: Collection[str] | None = None) -> Rows:
    """(id, name, organisation, body, live) of teams with too few live contacts, of these bodies or of all that are open."""
    query = (
        select(teams.c.id, teams.c.name, teams.c.organisation, organisations.c.name.label("body"), _live(day))
        .join(organisations, organisations.c.id == teams.c.organisation)
        .where(organisations.c.closed_on.is_(None), _live(day) < FEWEST)
        .order_by(organisations.c.name, teams.c.name, teams.c.id)
    )
    if bodies is not None:
        query = query.where(teams.c.organisation.in_(bodies))
    return (await connection.execute(query)).all()


def _live(day: date) -> Any:
    query = (
        select(func.count(contacts.c.person.distinct()))
        .join(people, people.c.id == contacts.c.person)
        .where(contacts.c.team == teams.c.id, is_live(day))
        .correlate(teams)
    )
    return query.scalar_subquery().label("live")


async def one(connection: AsyncConnection, number: int) -> Row[Any] | None:
    return (await connection.execute(select(contacts).where(contacts.c.id == number))).one_or_none()


async def is_named(connection: AsyncConnection, team: str, person: str, day: date) -> bool:
    c = contacts.c
    lasts = or_(c.held_until == "", c.held_until >= day.isoformat())
    query = select(c.id).where(c.team == team, c.person == person, lasts)
    return await connection.scalar(query.limit(1)) is not None


async def holds_a_post(connection: AsyncConnection, person: str, day: date) -> bool:
    query = select(posts.c.id).where(posts.c.person == person, on(posts, day))
    return await connection.scalar(query.limit(1)) is not None


async def name(connection: AsyncConnection, team: str, person: str, day: date, *, by: str) -> None:
    row = {"team": team, "person": person, "held_from": day.isoformat(), "named_by": by}
    await connection.execute(insert(contacts).values(**row))


async def end(connection: AsyncConnection, number: int, last: date) -> None:
    await connection.execute(
        update(contacts).where(contacts.c.id == number).values(held_until=last.isoformat())
    )
