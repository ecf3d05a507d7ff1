"""The directory as an operator pages through it: bodies, teams and people by name, and what is missing (G1, G5, P3)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from domain.cover import own
from domain.people import Role
from domain.permissions import Post
from store.directory import in_office, on
from store.tables import identities, organisations, people, posts, sessions, slack_links, teams

PAGE = 50
Rows = Sequence[Row[*tuple[Any, ...]]]
o, t, p, h = organisations.c, teams.c, people.c, posts.c


@dataclass(frozen=True, kw_only=True)
class Part:
    """One page of a list; `after`: the id to go on from, '' at its end."""

    rows: Rows
    after: str


# --- lists, by name and then by id ----------------------------------------------------------------------------------


async def bodies(connection: AsyncConnection, words: str, after: str, most: int = 0) -> Part:
    """(id, name, kind, nation, status, demo, closed_on)."""
    query = select(o.id, o.name, o.kind, o.nation, o.status, o.demo, o.closed_on)
    return await _part(connection, query, organisations, [o.name, o.id], words, after, most)


async def teams_by_name(connection: AsyncConnection, words: str, after: str, most: int = 0) -> Part:
    """(id, name, organisation, body): of bodies that are open."""
    query = (
        select(t.id, t.name, t.organisation, o.name.label("body"))
        .join(organisations, o.id == t.organisation)
        .where(o.closed_on.is_(None))
    )
    return await _part(connection, query, teams, [t.name, o.name, t.id], words, after, most)


async def people_by_name(connection: AsyncConnection, words: str, after: str, most: int = 0) -> Part:
    """(id, name, email, left_on)."""
    query = select(p.id, p.name, p.email, p.left_on)
    return await _part(connection, query, people, [p.name, p.email, p.id], words, after, most)


async def _part(
    connection: AsyncConnection,
    query: Select[*tuple[Any, ...]],
    table: Any,
    words_in: Sequence[Any],
    words: str,
    after: str,
    most: int,
) -> Part:
    most = most or PAGE
    for word in words.split()[:8]:
        query = query.where(
            or_(*(func.lower(each).contains(word.lower(), autoescape=True) for each in words_in))
        )
    if after:  # the row it ended with, wherever it stands now
        last = select(table.c.name).where(table.c.id == after).scalar_subquery()
        query = query.where(or_(table.c.name > last, (table.c.name == last) & (table.c.id > after)))
    rows = (await connection.execute(query.order_by(table.c.name, table.c.id).limit(most + 1))).all()
    return Part(rows=rows[:most], after=rows[most - 1].id if len(rows) > most else "")


async def counts_of(
    connection: AsyncConnection, bodies: Collection[str], day: date
) -> Mapping[str, tuple[int, int]]:
    """(teams, people in a post on a day) by body."""
    held = await connection.execute(
        select(h.organisation, func.count(h.person.distinct()))
        .where(h.organisation.in_(bodies), on(posts, day))
        .group_by(h.organisation)
    )
    many = {row[0]: int(row[1]) for row in held}
    of = await connection.execute(
        select(t.organisation, func.count()).where(t.organisation.in_(bodies)).group_by(t.organisation)
    )
    theirs = {row[0]: int(row[1]) for row in of}
    return {body: (theirs.get(body, 0), many.get(body, 0)) for body in bodies}


async def totals(connection: AsyncConnection, day: date) -> dict[str, int]:
    open_bodies = select(func.count()).select_from(organisations).where(o.closed_on.is_(None))
    here = or_(p.left_on == "", p.left_on > day.isoformat())
    return {
        "bodies": int(await connection.scalar(open_bodies) or 0),
        "teams": int(
            await connection.scalar(
                select(func.count())
                .select_from(teams)
                .join(organisations, o.id == t.organisation)
                .where(o.closed_on.is_(None))
            )
            or 0
        ),
        "people": int(await connection.scalar(select(func.count()).select_from(people).where(here)) or 0),
    }


async def vacant(connection: AsyncConnection, day: date, body: str = "") -> Sequence[Post]:
    """Posts somebody was once appointed to, in which nobody acts on a day; of one open body, or of all."""
    query = (
        select(h.role, h.organisation, h.team)
        .join(organisations, o.id == h.organisation)
        .where(o.closed_on.is_(None))
        .distinct()
    )

    def which(c: Any) -> ColumnElement[bool]:
        return c.organisation == body if body else true()

    found = {
        Post(role=Role(row.role), organisation=row.organisation, team=row.team)
        for row in await connection.execute(query.where(which(h)))
    }
    acting = {own(each.post) for each in await in_office(connection, day, which)}
    return sorted(found - acting, key=lambda post: (post.organisation, post.role, post.team or ""))


# --- one person --------------------------------------------------------------------------------------------------------


async def posts_of(connection: AsyncConnection, person: str, table: Any) -> Rows:
    """Every post or deputyship somebody has or had, with the names of body and team, the newest first."""
    query = (
        select(table, o.name.label("body"), t.name.label("team_name"))
        .join(organisations, o.id == table.c.organisation)
        .outerjoin(teams, t.id == table.c.team)
        .where(table.c.person == person)
    )
    return (await connection.execute(query.order_by(table.c.held_until, table.c.id.desc()))).all()


@dataclass(frozen=True, kw_only=True)
class WaysIn:
    """How somebody gets in: never a secret, and of their accounts only by whom they are kept."""

    issuers: Sequence[str]
    sessions: int
    on_slack: bool


async def ways_in(connection: AsyncConnection, person: str) -> WaysIn:
    issuers = await connection.scalars(
        select(identities.c.issuer).where(identities.c.person == person).order_by(identities.c.issuer)
    )
    many = select(func.count()).select_from(sessions).where(sessions.c.person == person)
    linked = select(func.count()).select_from(slack_links).where(slack_links.c.person == person)
    return WaysIn(
        issuers=issuers.all(),
        sessions=int(await connection.scalar(many) or 0),
        on_slack=bool(await connection.scalar(linked)),
    )
