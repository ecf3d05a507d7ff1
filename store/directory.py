"""The directory: bodies, teams, people, posts, and the calendar table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.people import Party, Role, Seat
from domain.permissions import Post, seats
from domain.working_days import Calendar, Nation, calendar_of, pinned
from store.tables import bank_holidays, organisations, people, posts, teams

# How many years ahead a case carries its calendar: decision, delivery and the 24-month review.
YEARS_PINNED = 3


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody signed in, with the posts they hold today."""

    id: str
    name: str
    posts: tuple[Post, ...] = ()

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(post.role for post in self.posts)

    def holds(self, role: Role) -> bool:
        return role in self.roles

    def teams(self, role: Role) -> set[str]:
        return {post.team for post in self.posts if post.role is role and post.team}


async def person(connection: AsyncConnection, person_id: str) -> Person | None:
    name = await connection.scalar(select(people.c.name).where(people.c.id == person_id))
    if name is None:
        return None
    rows = await connection.execute(
        select(posts.c.role, posts.c.organisation, posts.c.team).where(posts.c.person == person_id)
    )
    held = tuple(Post(role=Role(row.role), organisation=row.organisation, team=row.team) for row in rows)
    return Person(id=person_id, name=name, posts=held)


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
    connection: AsyncConnection, receiving: Party, sending: Party, board: str = ""
) -> tuple[Seat, ...]:
    """The seats of a case between these parties, and on this board, in which somebody sits today (G5)."""
    bodies = {receiving.organisation, sending.organisation, board}
    rows = await connection.execute(
        select(posts.c.role, posts.c.organisation, posts.c.team)
        .where(or_(posts.c.organisation.in_(bodies), posts.c.role == Role.OPERATOR))
        .distinct()
    )
    held = [Post(role=Role(row.role), organisation=row.organisation, team=row.team) for row in rows]
    return seats(held, receiving, sending, board)


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


async def team_names(connection: AsyncConnection, *, holding: Role | None = None) -> Sequence[TeamName]:
    """Teams by name; with `holding`, only those in which somebody holds that role."""
    query = (
        select(
            teams.c.id,
            teams.c.name,
            teams.c.organisation,
            organisations.c.name.label("body"),
            teams.c.cluster,
        )
        .join(organisations, organisations.c.id == teams.c.organisation)
        .order_by(organisations.c.name, teams.c.name)
    )
    if holding:
        query = query.where(teams.c.id.in_(select(posts.c.team).where(posts.c.role == holding)))
    return [
        TeamName(
            id=r.id, name=r.name, organisation=r.organisation, organisation_name=r.body, cluster=r.cluster
        )
        for r in await connection.execute(query)
    ]


async def risk_owners(connection: AsyncConnection, team_ids: Iterable[str]) -> Sequence[tuple[str, str, str]]:
    """(team, person id, name) of those who may sign for the risk in these teams."""
    rows = await connection.execute(
        select(posts.c.team, people.c.id, people.c.name)
        .join(people, people.c.id == posts.c.person)
        .where(and_(posts.c.role == Role.RISK_OWNER, posts.c.team.in_(list(team_ids))))
        .order_by(people.c.name)
    )
    return [(row.team, row.id, row.name) for row in rows]


async def holders(connection: AsyncConnection, role: Role, team: str) -> Sequence[str]:
    """The people who hold this role in this team, in the order they were appointed."""
    query = select(posts.c.person).where(posts.c.role == role, posts.c.team == team).order_by(posts.c.id)
    return (await connection.scalars(query)).all()


async def organisation_names(connection: AsyncConnection) -> dict[str, str]:
    rows = await connection.execute(select(organisations.c.id, organisations.c.name))
    return {row.id: row.name for row in rows}
