"""Who is asking: a person with a session cookie (pages) or a bearer token (machines). Tokens are stored hashed."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from fastapi import Request
from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.scopes import EVERYTHING, USUAL, Scope
from domain.working_days import london_date
from store import directory
from store.directory import Person
from store.tables import sessions, tokens

COOKIE = "sharecase_session"
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=8)


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


async def open_session(
    connection: AsyncConnection,
    person: str,
    now: datetime,
    *,
    how: str = "dev",
    issuer: str = "",
    device: str = "",
) -> str:
    """A new session for this person; returns the token for the cookie, which is stored only as a hash.

    `how`: dev or oidc. `device`: what its owner's list calls it, such as 'Firefox on Linux'.
    """
    token = secrets.token_urlsafe(32)
    row = {
        "token_hash": _hash(token),
        "id": secrets.token_hex(8),
        "person": person,
        "how": how,
        "issuer": issuer,
        "device": device,
        "created_at": now,
        "seen_at": now,
    }
    await connection.execute(insert(sessions).values(row))
    return token


async def close_session(connection: AsyncConnection, token: str) -> None:
    await connection.execute(delete(sessions).where(sessions.c.token_hash == _hash(token)))


async def session_person(connection: AsyncConnection, request: Request, now: datetime) -> Person | None:
    """The signed-in person, or None when there is no live session."""
    token = request.cookies.get(COOKIE, "")
    if not token:
        return None
    row = (
        await connection.execute(select(sessions).where(sessions.c.token_hash == _hash(token)))
    ).one_or_none()
    if row is None or now - row.seen_at > IDLE or now - row.created_at > LONGEST:
        return None
    return await directory.person(connection, row.person, london_date(now))


async def touch_session(connection: AsyncConnection, token: str, now: datetime) -> None:
    await connection.execute(
        update(sessions).where(sessions.c.token_hash == _hash(token)).values(seen_at=now)
    )


async def issue_token(
    connection: AsyncConnection,
    person: str,
    label: str,
    now: datetime,
    lifetime: timedelta = timedelta(days=USUAL),
    scopes: Sequence[Scope] = EVERYTHING,
) -> str:
    """A bearer token for a machine acting for this person, for what `scopes` say. Shown once."""
    token = f"sct_{secrets.token_urlsafe(32)}"
    row = {
        "token_hash": _hash(token),
        "id": secrets.token_hex(8),
        "person": person,
        "label": label,
        "scopes": [str(each) for each in scopes],
        "created_at": now,
        "expires_at": now + lifetime,
    }
    await connection.execute(insert(tokens).values(row))
    return token


async def token_person(connection: AsyncConnection, authorization: str, now: datetime) -> Person | None:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token or len(token) > 200:
        return None
    row = (
        await connection.execute(select(tokens).where(tokens.c.token_hash == _hash(token.strip())))
    ).one_or_none()
    if row is None or row.expires_at <= now or row.revoked_at is not None:
        return None
    return await directory.person(connection, row.person, london_date(now))
