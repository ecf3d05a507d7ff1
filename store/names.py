"""What teams and people are called, for pages that hold only their ids."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.working_days import Nation
from store.directory import on
from store.tables import organisations, people, posts, teams


@dataclass(frozen=True, kw_only=True)
class TeamCard:
    """A team as pages name it, with the calendar its deadlines are counted in."""

    name: str
    body: str
    nation: Nation

    @property
    def label(self) -> str:
        return f"{self.name}, {self.body}"


async def team_cards(connection: AsyncConnection, ids: set[str]) -> Mapping[str, TeamCard]:
    """Teams by id. A page asks once for all the teams it names."""
    if not ids:
        return {}
    t, o = teams, organisations
    query = (
        select(t.c.id, t.c.name, o.c.name.label("body"), o.c.nation)
        .join(o, o.c.id == t.c.organisation)
        .where(t.c.id.in_(ids))
    )
    rows = await connection.execute(query)
    return {row.id: TeamCard(name=row.name, body=row.body, nation=Nation(row.nation)) for row in rows}


async def people_names(connection: AsyncConnection, ids: set[str]) -> Mapping[str, str]:
    rows = await connection.execute(select(people.c.id, people.c.name).where(people.c.id.in_(ids)))
    return {row.id: row.name for row in rows}


async def people_to_sign_in(connection: AsyncConnection, day: date) -> Sequence[Row[*tuple[Any, ...]]]:
    """Everybody of an embedded installation with each of their posts of that day, by body and name.

    `featured` is an order.
    """
    query = (
        select(
            people.c.id,
            people.c.name,
            people.c.featured,
            posts.c.role,
            organisations.c.name.label("body"),
            teams.c.name.label("team"),
        )
        .join(posts, posts.c.person == people.c.id)
        .join(organisations, organisations.c.id == posts.c.organisation)
        .outerjoin(teams, teams.c.id == posts.c.team)
        .where(on(posts, day))
        .order_by(organisations.c.name, people.c.name, posts.c.id)
    )
    return (await connection.execute(query)).all()
