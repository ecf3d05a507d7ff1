"""The directory: bodies, teams, people, posts, and the calendar table. Who holds office is asked for a London day."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from domain import cover as rules
from domain.cover import Held
from domain.people import Party, Role, Seat
from domain.permissions import Post, seats
from domain.working_days import Calendar, Nation, calendar_of, pinned
from store.tables import bank_holidays, cover, deputies, organisations, people, posts, teams

# How many years ahead a case carries its calendar: decision, delivery and the 24-month review.
YEARS_PINNED = 3
# Held in the installation and in no body of a case.
OF_THE_HOUSE = (Role.OPERATOR, Role.REGULATOR)


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody signed in, with the posts they act in on the day that was asked about: their own, and others'."""

    id: str
    name: str
    posts: tuple[Post, ...] = ()
    day: date = date.min

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(post.role for post in self.posts)

    @property
    def stands_for(self) -> frozenset[str]:
        """Themself and whoever they act for: what two people have to say, none of these says twice (§4, P1, I6)."""
        others = {who for post in self.posts for who in (post.acting_for, post.through) if who}
        return frozenset({self.id, *others})

    def holds(self, role: Role) -> bool:
        return role in self.roles

    def teams(self, role: Role) -> set[str]:
        return {post.team for post in self.posts if post.role is role and post.team}


def on(table: Any, day: date) -> ColumnElement[bool]:
    """Rows of a dated table that count on this day."""
    c, iso = table.c, day.isoformat()
    return and_(c.held_from <= iso, or_(c.held_until == "", c.held_until >= iso))


async def person(connection: AsyncConnection, person_id: str, day: date) -> Person | None:
    """Their own posts, those of whom they cover (P5, two hops), and as deputy those in which nobody else acts.

    None for whom the directory does not know, and for who has left by that day.
    """
    row = (
        await connection.execute(select(people.c.name, people.c.left_on).where(people.c.id == person_id))
    ).one_or_none()
    if row is None or (row.left_on and row.left_on <= day.isoformat()):
        return None
    name = row.name
    held = [each.post for each in await _held(connection, posts, day, lambda c: c.person == person_id)]
    covers = (
        await connection.execute(
            select(cover.c.person, cover.c.covered_by).where(
                on(cover, day), or_(cover.c.person == person_id, cover.c.covered_by == person_id)
            )
        )
    ).all()
    if any(row.person == person_id for row in covers):  # away, so what came to them goes on to somebody else
        return Person(id=person_id, name=name, posts=tuple(held), day=day)
    more = [*await _covered(connection, [row.person for row in covers], day)]
    more += await _deputised(connection, person_id, day)
    kept = [post for post in more if rules.own(post) not in held]
    return Person(id=person_id, name=name, posts=(*held, *dict.fromkeys(kept)), day=day)


async def _covered(connection: AsyncConnection, whom: list[str], day: date) -> list[Post]:
    """The posts that come to whoever covers these people: theirs, and those of whom they were to cover."""
    if not whom:
        return []
    query = select(cover.c.person, cover.c.covered_by).where(on(cover, day), cover.c.covered_by.in_(whom))
    through = {row.person: row.covered_by for row in await connection.execute(query)}
    through |= dict.fromkeys(whom, "")
    rows = await _held(connection, posts, day, lambda c: c.person.in_(through))
    return [
        Post(
            role=each.post.role,
            organisation=each.post.organisation,
            team=each.post.team,
            acting_for=each.person,
            through=through[each.person],
        )
        for each in rows
    ]


async def _deputised(connection: AsyncConnection, person_id: str, day: date) -> list[Post]:
    named = await _held(connection, deputies, day, lambda c: c.person == person_id)
    if not named:
        return []
    keys = {each.post for each in named}
    found = await in_office(connection, day, lambda c: or_(*(is_post(c, post) for post in keys)))
    return [each.post for each in found if each.person == person_id and each.post.is_deputy]


async def in_office(
    connection: AsyncConnection, day: date, which: Callable[[Any], ColumnElement[bool]]
) -> tuple[Held, ...]:
    """Who acts on a day in the posts for which `which` holds of (role, organisation, team): as `cover.in_office`."""
    held = await _held(connection, posts, day, which)
    named = await _held(connection, deputies, day, which)
    away = await absent(connection, {each.person for each in (*held, *named)}, day)
    return rules.in_office(held, named, away)


async def absent(connection: AsyncConnection, whom: Iterable[str], day: date) -> Mapping[str, str]:
    """Who of them is away that day -> who covers, '' nobody; with whoever covers them, as far as cover goes."""
    found: dict[str, str] = {}
    asked, ask = set[str](), set(whom)
    for _ in range(rules.MOST_HOPS + 1):
        if not ask:
            break
        query = select(cover.c.person, cover.c.covered_by).where(on(cover, day), cover.c.person.in_(ask))
        rows = {row.person: row.covered_by or "" for row in await connection.execute(query)}
        found |= rows
        asked |= ask
        ask = {who for who in rows.values() if who} - asked
    return found


def is_post(columns: Any, post: Post) -> ColumnElement[bool]:
    return and_(
        columns.role == post.role, columns.organisation == post.organisation, columns.team == post.team
    )


async def _held(
    connection: AsyncConnection, table: Any, day: date, which: Callable[[Any], ColumnElement[bool]]
) -> list[Held]:
    """Rows of `posts` or `deputies` on a day, in the order they were appointed."""
    c = table.c
    query = select(c.person, c.role, c.organisation, c.team).where(on(table, day), which(c)).order_by(c.id)
    return [
        Held(person=row.person, post=Post(role=Role(row.role), organisation=row.organisation, team=row.team))
        for row in await connection.execute(query)
    ]


async def party(connection: AsyncConnection, team: str) -> Party | None:
    """A team as one side of a case."""
    row = (
        await connection.execute(
            select(
                teams.c.id,
                organisations.c.id.label("organisation"),
                organisations.c.nation,
                organisations.c.tiny,
            )
            .join(organisations, organisations.c.id == teams.c.organisation)
            .where(teams.c.id == team)
        )
    ).one_or_none()
    if row is None:
        return None
    return Party(organisation=row.organisation, team=row.id, nation=Nation(row.nation), tiny=row.tiny)


async def filled_seats(
    connection: AsyncConnection, receiving: Party, sending: Party, board: str, day: date
) -> tuple[Seat, ...]:
    """The seats of a case between these parties, and on this board, in which somebody acts that day (G5)."""
    bodies = {receiving.organisation, sending.organisation, board}
    found = await in_office(
        connection, day, lambda c: or_(c.organisation.in_(bodies), c.role.in_(OF_THE_HOUSE))
    )
    return seats([each.post for each in found], receiving, sending, board)


async def full_calendar(connection: AsyncConnection, known: Calendar | None = None) -> Calendar:
    """The whole dated table (G3). `known`: what was read before, which is given back while nothing was added."""
    found = (
        await connection.execute(
            select(func.max(bank_holidays.c.added_on), func.count()).select_from(bank_holidays)
        )
    ).one()
    version = f"{found[0]}+{found[1]}"
    if known and known.version == version:
        return known
    rows = (await connection.execute(select(bank_holidays.c.nation, bank_holidays.c.date))).all()
    days = [(Nation(row.nation), date.fromisoformat(row.date)) for row in rows]
    years = [day.year for _, day in days] or [1970]
    return calendar_of(version, days, min(years), max(years))


def calendar_for(calendar: Calendar, parties: Iterable[Party], submitted: int, today: int) -> Calendar:
    """What a case submitted in one year carries in another: its own nations, and some years ahead of today."""
    return pinned(calendar, {each.nation for each in parties}, submitted, today + YEARS_PINNED)


@dataclass(frozen=True, kw_only=True)
class TeamName:
    id: str
    name: str
    organisation: str
    organisation_name: str
    cluster: str | None

    @property
    def label(self) -> str:
        return f"{self.organisation_name}: {self.name}"


async def team_names(connection: AsyncConnection) -> Sequence[TeamName]:
    """Every team by name."""
    return await _named(connection)


async def teams_holding(connection: AsyncConnection, role: Role, day: date) -> Sequence[TeamName]:
    """Teams in which somebody holds this role, or is its deputy."""
    held = select(posts.c.team).where(posts.c.role == role, on(posts, day))
    deputised = select(deputies.c.team).where(deputies.c.role == role, on(deputies, day))
    return await _named(connection, or_(teams.c.id.in_(held), teams.c.id.in_(deputised)))


async def _named(connection: AsyncConnection, *where: ColumnElement[bool]) -> Sequence[TeamName]:
    query = (
        select(
            teams.c.id,
            teams.c.name,
            teams.c.organisation,
            organisations.c.name.label("body"),
            teams.c.cluster,
        )
        .join(organisations, organisations.c.id == teams.c.organisation)
        .where(*where)
        .order_by(organisations.c.name, teams.c.name)
    )
    return [
        TeamName(
            id=r.id, name=r.name, organisation=r.organisation, organisation_name=r.body, cluster=r.cluster
        )
        for r in await connection.execute(query)
    ]


async def risk_owners(
    connection: AsyncConnection, team_ids: Iterable[str], day: date
) -> Sequence[tuple[str, str, str]]:
    """(team, person id, name) of those who may be asked to sign for the risk in these teams.

    Whoever holds the post, also while somebody covers; the deputy of a team where nobody holds it.
    """
    asked = list(team_ids)
    found: list[tuple[str, str, str]] = []
    for table in (posts, deputies):
        c = table.c
        without = [team for team in asked if team not in {each for each, _, _ in found}]
        rows = await connection.execute(
            select(c.team, people.c.id, people.c.name)
            .join(people, people.c.id == c.person)
            .where(c.role == Role.RISK_OWNER, c.team.in_(without), on(table, day))
            .order_by(people.c.name)
        )
        found += [(row.team, row.id, row.name) for row in rows]
    return found


async def holders(connection: AsyncConnection, role: Role, team: str, day: date) -> Sequence[str]:
    """The people who hold this role in this team, in the order they were appointed."""
    found = await _held(connection, posts, day, lambda c: and_(c.role == role, c.team == team))
    return [each.person for each in found]


async def organisation_names(connection: AsyncConnection) -> dict[str, str]:
    rows = await connection.execute(select(organisations.c.id, organisations.c.name))
    return {row.id: row.name for row in rows}
