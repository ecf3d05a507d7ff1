"""Sessions as rows: opened, seen, listed, ended. The token itself is only in the browser; here is its hash."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.sessions import IDLE, LONGEST
from store.tables import sessions


@dataclass(frozen=True, kw_only=True)
class Session:
    """`id` is how its owner's list names it, and opens nothing. `how`: dev or oidc."""

    id: str
    person: str
    how: str
    device: str
    created_at: datetime
    seen_at: datetime


_COLUMNS = tuple(sessions.c[each] for each in ("id", "person", "how", "device", "created_at", "seen_at"))


async def add(connection: AsyncConnection, token_hash: str, session: Session, *, issuer: str = "") -> None:
    row = {"token_hash": token_hash, "issuer": issuer, **vars(session)}
    await connection.execute(insert(sessions).values(row))


async def get(connection: AsyncConnection, token_hash: str) -> Session | None:
    row = (
        await connection.execute(select(*_COLUMNS).where(sessions.c.token_hash == token_hash))
    ).one_or_none()
    return Session(**row._mapping) if row else None


async def of_person(connection: AsyncConnection, person: str, now: datetime) -> Sequence[Session]:
    """Those that still hold, the latest seen first."""
    live = (sessions.c.seen_at >= now - IDLE, sessions.c.created_at >= now - LONGEST)
    query = select(*_COLUMNS).where(sessions.c.person == person, *live)
    rows = await connection.execute(query.order_by(sessions.c.seen_at.desc(), sessions.c.id))
    return [Session(**row._mapping) for row in rows]


async def seen(connection: AsyncConnection, token_hash: str, now: datetime) -> None:
    await connection.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(seen_at=now))


async def end(connection: AsyncConnection, token_hash: str) -> None:
    await connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))


async def end_one(connection: AsyncConnection, person: str, session: str) -> None:
    """One of this person's, by its id."""
    c = sessions.c
    await connection.execute(delete(sessions).where(c.person == person, c.id == session))


async def end_all(connection: AsyncConnection, person: str, *, but: str = "") -> None:
    """All of this person's; `but`: the id of one that stays."""
    c = sessions.c
    await connection.execute(delete(sessions).where(c.person == person, c.id != but))


async def sweep(connection: AsyncConnection, now: datetime) -> None:
    """Away with what no longer holds, so that the table never keeps more than the people of one day."""
    c = sessions.c
    await connection.execute(
        delete(sessions).where(or_(c.seen_at < now - IDLE, c.created_at < now - LONGEST))
    )
