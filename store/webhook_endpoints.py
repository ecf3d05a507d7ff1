"""Endpoints as their owners see and change them, and their messages as lists. Secrets are written here, never read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.case import Stage
from domain.webhook_rules import OVERLAP, Because, Sending, State
from domain.webhooks import TEST_KIND, Group
from store.tables import cases, organisations, teams, webhook_endpoints, webhook_messages

ends, m = webhook_endpoints, webhook_messages
SHOWN = [each for each in ends.c if each.name not in ("secret", "secret_before")]
PAGE = 50


async def listed(connection: AsyncConnection, bodies: Sequence[str] | None) -> Sequence[Row[Any]]:
    """Endpoints of these bodies, or (None) of all, with the names of whose they are; those in use first."""
    query = _named().order_by(ends.c.state == State.CLOSED, organisations.c.name, ends.c.made_at, ends.c.id)
    if bodies is not None:
        query = query.where(ends.c.organisation.in_(bodies))
    return (await connection.execute(query)).all()


async def one(connection: AsyncConnection, endpoint: str) -> Row[Any] | None:
    return (await connection.execute(_named().where(ends.c.id == endpoint))).one_or_none()


def _named() -> Any:
    return (
        select(*SHOWN, organisations.c.name.label("body"), teams.c.name.label("team_name"))
        .join(organisations, organisations.c.id == ends.c.organisation)
        .outerjoin(teams, teams.c.id == ends.c.team)
    )


async def in_use(connection: AsyncConnection, organisation: str) -> int:
    query = select(func.count()).where(ends.c.organisation == organisation, ends.c.state != State.CLOSED)
    return await connection.scalar(query) or 0


async def untold(connection: AsyncConnection, endpoint: Row[Any]) -> tuple[int, int]:
    """(shares in use of whom an endpoint is told, other endpoints that are told of all of them): what closing it means."""
    c, live = cases.c, cases.c.stage.in_([Stage.APPROVED, Stage.ACTIVE, Stage.SUSPENDED])
    sides = [
        and_(body == endpoint.organisation, *([team == endpoint.team] if endpoint.team else []))
        for body, team in (
            (c.receiving_organisation, c.receiving_team),
            (c.sending_organisation, c.sending_team),
        )
    ]
    shares = await connection.scalar(select(func.count()).select_from(cases).where(live, or_(*sides)))
    others = await connection.scalar(
        select(func.count()).where(
            ends.c.organisation == endpoint.organisation,
            ends.c.team.in_(["", endpoint.team]),
            ends.c.id != endpoint.id,
            ends.c.state != State.CLOSED,
        )
    )
    return shares or 0, others or 0


async def add(connection: AsyncConnection, at: datetime, **values: Any) -> None:
    await connection.execute(insert(ends).values(state=State.ON, made_at=at, changed_at=at, **values))


async def change(connection: AsyncConnection, endpoint: str, at: datetime, **values: Any) -> None:
    await connection.execute(update(ends).where(ends.c.id == endpoint).values(changed_at=at, **values))


async def rotate(connection: AsyncConnection, endpoint: str, secret: str, at: datetime) -> None:
    """A new secret; the one before signs beside it for a day."""
    values = {"secret": secret, "secret_before": ends.c.secret, "secret_before_until": at + OVERLAP}
    await connection.execute(update(ends).where(ends.c.id == endpoint).values(changed_at=at, **values))


async def add_test(
    connection: AsyncConnection, endpoint: str, command: str, at: datetime, data: dict[str, Any]
) -> str:
    """A message that says nothing but that it is a test; its id."""
    made = f"msg_{command}"
    count = select(func.count()).where(m.c.endpoint == endpoint, m.c.ref == "")
    row = {
        "id": made,
        "endpoint": endpoint,
        "ref": "",
        "seq": await connection.scalar(count) or 0,
        "kind": TEST_KIND,
        "group": Group.TEST,
        "data": data,
        "at": at,
        "made_at": at,
        "state": Sending.WAITING,
    }
    await connection.execute(insert(m).values(row))
    return made


# --- sending again ------------------------------------------------------------------------------------------------


async def again(connection: AsyncConnection, endpoint: str, *where: Any) -> int:
    """Put messages of an endpoint that were delivered or parked back to waiting, under the same ids; how many."""
    settled = m.c.state != Sending.WAITING
    values = {
        "state": Sending.WAITING,
        "because": Because.NONE,
        "round": m.c.round + 1,
        "started": False,
        "failures": 0,
        "first_failed_at": None,
        "next_try_at": None,
    }
    done = await connection.execute(update(m).where(m.c.endpoint == endpoint, settled, *where).values(values))
    return done.rowcount


async def again_one(connection: AsyncConnection, endpoint: str, message: str) -> int:
    return await again(connection, endpoint, m.c.id == message)


async def again_parked(connection: AsyncConnection, endpoint: str) -> int:
    return await again(connection, endpoint, m.c.state == Sending.PARKED, m.c.group != Group.TEST)


async def again_held(connection: AsyncConnection, endpoint: str) -> int:
    """What was only parked because the endpoint was paused."""
    return await again(connection, endpoint, m.c.because == Because.PAUSED)


async def again_since(connection: AsyncConnection, endpoint: str, since: datetime) -> int:
    return await again(connection, endpoint, m.c.made_at >= since, m.c.group != Group.TEST)


# --- lists --------------------------------------------------------------------------------------------------------


async def counts(connection: AsyncConnection, endpoints: Sequence[str]) -> dict[tuple[str, str], int]:
    """(endpoint, state) -> how many messages."""
    query = (
        select(m.c.endpoint, m.c.state, func.count().label("many"))
        .where(m.c.endpoint.in_(endpoints))
        .group_by(m.c.endpoint, m.c.state)
    )
    return {(row.endpoint, row.state): row.many for row in await connection.execute(query)}


async def messages_of(
    connection: AsyncConnection, endpoint: str, state: str = "", before: int | None = None, most: int = PAGE
) -> Sequence[Row[Any]]:
    """Messages of an endpoint, newest first; one more than `most` when there are more. `before`: a number."""
    query = select(m).where(m.c.endpoint == endpoint)
    if state:
        query = query.where(m.c.state == state)
    if before is not None:
        query = query.where(m.c.number < before)
    return (await connection.execute(query.order_by(m.c.number.desc()).limit(most + 1))).all()


async def message(connection: AsyncConnection, endpoint: str, id_: str) -> Row[Any] | None:
    query = select(m).where(m.c.endpoint == endpoint, m.c.id == id_)
    return (await connection.execute(query)).one_or_none()
