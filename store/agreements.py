"""Clusters and their members as rows: what was agreed, who signed, who is leaving. Nothing is ever deleted (P1, G7)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import agreements as rules
from domain.agreements import Agreement, Membership
from domain.people import Role
from domain.working_days import Nation, end_of_day, london_date
from store.tables import clusters, memberships, organisations, posts, teams


async def members_on(connection: AsyncConnection, day: date) -> dict[str, str]:
    """Team -> cluster of every team that is a member on this London day."""
    m = memberships.c
    query = (
        select(m.team, m.cluster)
        .where(m.signed_at < _day_after(day), or_(m.leaves_on.is_(None), m.leaves_on >= day.isoformat()))
        .order_by(m.signed_at, m.id)
    )
    return {row.team: row.cluster for row in await connection.execute(query)}


async def in_force(connection: AsyncConnection, day: date) -> dict[str, Agreement]:
    """Cluster -> the version of it in force on this London day; a cluster without one is left out."""
    found: dict[str, Agreement] = {}
    for cluster, versions in (await every_version(connection)).items():
        if agreement := rules.in_force(versions, day):
            found[cluster] = agreement
    return found


async def every_version(connection: AsyncConnection) -> dict[str, list[Agreement]]:
    """All versions of all clusters, each cluster's in the order they were proposed."""
    rows = await connection.execute(select(clusters).order_by(clusters.c.id, clusters.c.version))
    found: dict[str, list[Agreement]] = {}
    for row in rows:
        found.setdefault(row.id, []).append(_agreement(row))
    return found


async def versions_of(connection: AsyncConnection, cluster: str) -> list[Agreement]:
    rows = await connection.execute(
        select(clusters).where(clusters.c.id == cluster).order_by(clusters.c.version)
    )
    return [_agreement(row) for row in rows]


async def seats_of(connection: AsyncConnection, team: str) -> list[Membership]:
    """Every membership a team ever had, oldest first."""
    m = memberships
    rows = await connection.execute(select(m).where(m.c.team == team).order_by(m.c.signed_at, m.c.id))
    return [_membership(row) for row in rows]


@dataclass(frozen=True, kw_only=True)
class Member:
    """A team's place in a cluster, as pages and the API show it. `signed_by`: the post, never the person (I10)."""

    cluster: str
    team: str
    team_name: str
    body: str
    body_name: str
    nation: Nation
    demo: bool
    since: date
    signed_version: int
    leaves_on: date | None
    signed_by: Role | None = None  # None: whoever signed holds no leader's post there any more


async def members_of(connection: AsyncConnection, day: date, cluster: str | None = None) -> list[Member]:
    """Who is a member on a day, by body and team; without `cluster`, of all clusters."""
    m, t, o = memberships, teams, organisations
    query = (
        select(
            m,
            t.c.name.label("team_name"),
            o.c.id.label("body"),
            o.c.name.label("body_name"),
            o.c.nation,
            o.c.demo,
        )
        .join(t, t.c.id == m.c.team)
        .join(o, o.c.id == t.c.organisation)
        .where(
            m.c.signed_at < _day_after(day), or_(m.c.leaves_on.is_(None), m.c.leaves_on >= day.isoformat())
        )
        .order_by(o.c.name, t.c.name, m.c.id)
    )
    if cluster is not None:
        query = query.where(m.c.cluster == cluster)
    rows = (await connection.execute(query)).all()
    leaders = await _leaders(connection, {row.signed_by for row in rows})
    return [
        Member(
            cluster=row.cluster,
            team=row.team,
            team_name=row.team_name,
            body=row.body,
            body_name=row.body_name,
            nation=Nation(row.nation),
            demo=row.demo,
            since=london_date(row.signed_at),
            signed_version=row.signed_version,
            leaves_on=date.fromisoformat(row.leaves_on) if row.leaves_on else None,
            signed_by=leaders.get((row.signed_by, row.body)),
        )
        for row in rows
    ]


async def _leaders(connection: AsyncConnection, people: set[str]) -> dict[tuple[str, str], Role]:
    """(person, body) -> the most junior leader's post they hold there today."""
    query = select(posts.c.person, posts.c.organisation, posts.c.role).where(posts.c.person.in_(people))
    held = [row for row in await connection.execute(query) if row.role.startswith("leader_")]
    return {
        (row.person, row.organisation): Role(row.role)
        for row in sorted(held, key=lambda row: row.role, reverse=True)
    }


@dataclass(frozen=True, kw_only=True)
class TeamRow:
    """A team with its body. `hint`: the cluster it would fit, by the directory; membership alone counts."""

    id: str
    name: str
    body: str
    body_name: str
    nation: Nation
    hint: str


async def teams_of(connection: AsyncConnection, bodies: frozenset[str]) -> Sequence[TeamRow]:
    """The teams of these bodies, by body and name."""
    return [_team(row) for row in await connection.execute(_TEAMS.where(teams.c.organisation.in_(bodies)))]


async def team(connection: AsyncConnection, team_id: str) -> TeamRow | None:
    row = (await connection.execute(_TEAMS.where(teams.c.id == team_id))).one_or_none()
    return _team(row) if row else None


async def nation_of(connection: AsyncConnection, body: str) -> Nation:
    return Nation(await connection.scalar(select(organisations.c.nation).where(organisations.c.id == body)))


# --- writing -----------------------------------------------------------------------------------------------------


async def lock_team(connection: AsyncConnection, team_id: str) -> None:
    """One act at a time about a team, so that it never sits in two clusters (SQLite takes turns anyway)."""
    await connection.execute(select(teams.c.id).where(teams.c.id == team_id).with_for_update())


async def lock_cluster(connection: AsyncConnection, cluster: str) -> None:
    """One act at a time about a cluster's terms, so that no version number is given twice."""
    first = select(clusters.c.id).where(clusters.c.id == cluster, clusters.c.version == 1)
    await connection.execute(first.with_for_update())


async def join(
    connection: AsyncConnection, *, cluster: str, team: str, version: int, by: str, at: datetime
) -> None:
    await connection.execute(
        insert(memberships).values(
            cluster=cluster, team=team, signed_version=version, signed_by=by, signed_at=at
        )
    )


async def leave(
    connection: AsyncConnection, *, cluster: str, team: str, leaves_on: date, by: str, at: datetime
) -> None:
    """Note the notice on the membership that has none yet."""
    m = memberships.c
    await connection.execute(
        update(memberships)
        .where(m.cluster == cluster, m.team == team, m.leaves_on.is_(None))
        .values(leaves_on=leaves_on.isoformat(), notice_given_by=by, notice_given_at=at)
    )


async def propose(connection: AsyncConnection, agreement: Agreement, at: datetime) -> None:
    await connection.execute(
        insert(clusters).values(
            id=agreement.id,
            version=agreement.version,
            name=agreement.name,
            board=agreement.board,
            terms=rules.to_json(agreement.terms),
            in_force_from="",
            proposed_by=agreement.proposed_by,
            confirmed_by="",
            created_at=at,
        )
    )


async def confirm(
    connection: AsyncConnection, agreement: Agreement, *, by: str, first_day: date
) -> Agreement:
    c = clusters.c
    await connection.execute(
        update(clusters)
        .where(c.id == agreement.id, c.version == agreement.version, c.confirmed_by == "")
        .values(confirmed_by=by, in_force_from=first_day.isoformat())
    )
    return replace(agreement, confirmed_by=by, in_force_from=first_day)


# --- rows --------------------------------------------------------------------------------------------------------

_TEAMS = (
    select(
        teams.c.id,
        teams.c.name,
        teams.c.cluster,
        organisations.c.id.label("body"),
        organisations.c.name.label("body_name"),
        organisations.c.nation,
    )
    .join(organisations, organisations.c.id == teams.c.organisation)
    .order_by(organisations.c.name, teams.c.name)
)


def _team(row: Row[*tuple[Any, ...]]) -> TeamRow:
    return TeamRow(
        id=row.id,
        name=row.name,
        body=row.body,
        body_name=row.body_name,
        nation=Nation(row.nation),
        hint=row.cluster or "",
    )


def _agreement(row: Row[Any]) -> Agreement:
    return Agreement(
        id=row.id,
        version=row.version,
        name=row.name,
        board=row.board,
        terms=rules.from_json(row.terms),
        in_force_from=date.fromisoformat(row.in_force_from) if row.in_force_from else None,
        proposed_by=row.proposed_by,
        confirmed_by=row.confirmed_by,
    )


def _membership(row: Row[Any]) -> Membership:
    return Membership(
        cluster=row.cluster,
        team=row.team,
        signed_on=london_date(row.signed_at),
        leaves_on=date.fromisoformat(row.leaves_on) if row.leaves_on else None,
    )


def _day_after(day: date) -> datetime:
    """The instant at which the next London day begins."""
    return end_of_day(day) + timedelta(seconds=1)
