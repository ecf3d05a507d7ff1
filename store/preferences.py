"""How people want to be told in Slack. Whoever said nothing is told everything at once; leaders get a digest."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.governance import LEADERS
from domain.preferences import Bundling, Group, Preferences
from domain.working_days import Nation, london_date
from store.database import insert_into
from store.directory import on
from store.slack_links import place_of_person
from store.tables import organisations, people, posts, preferences


async def of(connection: AsyncConnection, person: str, now: datetime) -> Preferences:
    found = await connection.execute(select(preferences).where(preferences.c.person == person))
    if row := found.one_or_none():
        return _from(row)
    return Preferences(digest=person in await _leaders(connection, [person], now))


async def of_all(
    connection: AsyncConnection, whom: Iterable[str], now: datetime
) -> Mapping[str, Preferences]:
    asked = list(whom)
    rows = await connection.execute(select(preferences).where(preferences.c.person.in_(asked)))
    said = {row.person: _from(row) for row in rows}
    lead = await _leaders(connection, asked, now)
    return {each: said.get(each) or Preferences(digest=each in lead) for each in asked}


async def keep(connection: AsyncConnection, person: str, mine: Preferences, now: datetime) -> None:
    values = {
        "person": person,
        "off": sorted(mine.off),
        "bundling": mine.bundling,
        "quiet_from": str(mine.quiet_from) if mine.has_quiet_hours else "",
        "quiet_until": str(mine.quiet_until) if mine.has_quiet_hours else "",
        "quiet_days": mine.quiet_days,
        "digest": mine.digest,
        "changed_at": now,
    }
    statement = insert_into(connection, preferences).values(values)
    await connection.execute(statement.on_conflict_do_update(index_elements=["person"], set_=values))


async def is_on_slack(connection: AsyncConnection, person: str) -> bool:
    """Whether it is known where in Slack to find them."""
    return bool(await connection.scalar(select(place_of_person()).where(people.c.id == person)))


async def nations(connection: AsyncConnection, whom: Iterable[str], now: datetime) -> Mapping[str, Nation]:
    """Whose bank holidays are each person's: those of the body of their first post."""
    query = (
        select(posts.c.person, organisations.c.nation)
        .join(organisations, organisations.c.id == posts.c.organisation)
        .where(posts.c.person.in_(list(whom)), on(posts, london_date(now)))
        .order_by(posts.c.id.desc())
    )
    return {row.person: Nation(row.nation) for row in await connection.execute(query)}


async def _leaders(connection: AsyncConnection, whom: list[str], now: datetime) -> set[str]:
    query = select(posts.c.person).where(
        posts.c.person.in_(whom), posts.c.role.in_(LEADERS), on(posts, london_date(now))
    )
    return set(await connection.scalars(query))


def _from(row: Row[Any]) -> Preferences:
    known = set(Group)
    return Preferences(
        off=frozenset(Group(each) for each in row.off if each in known),
        bundling=Bundling(row.bundling),
        quiet_from=int(row.quiet_from or 0),
        quiet_until=int(row.quiet_until or 0),
        quiet_days=row.quiet_days,
        digest=row.digest,
    )
