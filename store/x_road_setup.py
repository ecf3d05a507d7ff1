"""Security Servers of bodies and subsystems of teams, as they are set up (P3). Keys are sealed before they come here."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import insert_into
from store.tables import x_road_servers, x_road_subjects

servers, subjects = x_road_servers.c, x_road_subjects.c


async def server_of(connection: AsyncConnection, organisation: str) -> Row[Any] | None:
    """With the sealed key; what pages are given of it leaves that out."""
    query = select(x_road_servers).where(servers.organisation == organisation)
    return (await connection.execute(query)).one_or_none()


async def put_server(connection: AsyncConnection, at: datetime, organisation: str, **values: Any) -> None:
    told = {"changed_at": at, **values}
    query = insert_into(connection, x_road_servers).values(organisation=organisation, **told)
    await connection.execute(query.on_conflict_do_update(index_elements=["organisation"], set_=told))


async def turn(connection: AsyncConnection, at: datetime, organisation: str, *, is_on: bool) -> None:
    values = {"is_on": is_on, "changed_at": at}
    await connection.execute(
        update(x_road_servers).where(servers.organisation == organisation).values(values)
    )


async def subject_of(connection: AsyncConnection, team: str) -> str:
    return await connection.scalar(select(subjects.subject).where(subjects.team == team)) or ""


async def put_subject(connection: AsyncConnection, at: datetime, team: str, subject: str) -> None:
    told = {"changed_at": at, "subject": subject}
    query = insert_into(connection, x_road_subjects).values(team=team, **told)
    await connection.execute(query.on_conflict_do_update(index_elements=["team"], set_=told))


async def listed(connection: AsyncConnection, bodies: Sequence[str] | None) -> Mapping[str, Row[Any]]:
    """The servers of these bodies, or (None) of all, by body; without their keys."""
    query = select(*(each for each in servers if each.name != "sealed"))
    if bodies is not None:
        query = query.where(servers.organisation.in_(bodies))
    return {row.organisation: row for row in await connection.execute(query)}


async def subjects_of(connection: AsyncConnection, teams: Iterable[str]) -> Mapping[str, str]:
    query = select(subjects.team, subjects.subject).where(subjects.team.in_(list(teams)))
    return {row.team: row.subject for row in await connection.execute(query) if row.subject}
