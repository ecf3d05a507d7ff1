"""Tokens of machines as rows: made, used, listed, revoked. Rows stay (G7); the token itself is kept nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.scopes import Scope, known
from store.tables import tokens


@dataclass(frozen=True, kw_only=True)
class Token:
    """`id` is how lists name it, and opens nothing. `replaces`: the id of the token it was rotated from."""

    id: str
    person: str
    label: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None
    replaces: str = ""

    def is_live(self, now: datetime) -> bool:
        return self.revoked_at is None and self.expires_at > now


_NAMES = tuple(Token.__dataclass_fields__)
_COLUMNS = tuple(tokens.c[each] for each in _NAMES)


async def add(connection: AsyncConnection, token_hash: str, token: Token) -> None:
    row = {"token_hash": token_hash, **vars(token), "scopes": [str(each) for each in token.scopes]}
    await connection.execute(insert(tokens).values(row))


async def by_hash(connection: AsyncConnection, token_hash: str) -> Token | None:
    return await _one(connection, select(*_COLUMNS).where(tokens.c.token_hash == token_hash))


async def get(connection: AsyncConnection, token: str) -> Token | None:
    return await _one(connection, select(*_COLUMNS).where(tokens.c.id == token))


async def _one(connection: AsyncConnection, query: Select[*tuple[Any, ...]]) -> Token | None:
    row = (await connection.execute(query)).one_or_none()
    return _token(row) if row else None


def _token(row: Row[Any]) -> Token:
    return Token(**{**row._mapping, "scopes": known(row.scopes)})


async def of_person(
    connection: AsyncConnection, person: str, since: datetime, most: int = 100
) -> Sequence[Token]:
    """Theirs that ran out after `since` or still run, the newest first, those that were revoked last."""
    c = tokens.c
    query = select(*_COLUMNS).where(c.person == person, c.expires_at > since)
    order = (c.revoked_at.is_not(None), c.created_at.desc(), c.id)
    return [_token(row) for row in await connection.execute(query.order_by(*order).limit(most))]


async def live(connection: AsyncConnection, person: str, now: datetime) -> int:
    """How many of theirs work now."""
    c = tokens.c
    query = select(func.count()).where(c.person == person, c.revoked_at.is_(None), c.expires_at > now)
    return await connection.scalar(query) or 0


async def is_replaced(connection: AsyncConnection, token: str) -> bool:
    """Whether it was rotated."""
    return await connection.scalar(select(tokens.c.id).where(tokens.c.replaces == token).limit(1)) is not None


async def used(connection: AsyncConnection, token: str, now: datetime) -> None:
    await connection.execute(update(tokens).where(tokens.c.id == token).values(used_at=now))


async def ends_by(connection: AsyncConnection, token: str, at: datetime) -> None:
    """It works until then and no longer."""
    c = tokens.c
    await connection.execute(update(tokens).where(c.id == token, c.expires_at > at).values(expires_at=at))


async def revoke(connection: AsyncConnection, token: str, now: datetime) -> None:
    c = tokens.c
    await connection.execute(
        update(tokens).where(c.id == token, c.revoked_at.is_(None)).values(revoked_at=now)
    )


async def revoke_all(connection: AsyncConnection, person: str, now: datetime) -> None:
    c = tokens.c
    theirs = (c.person == person, c.revoked_at.is_(None), c.expires_at > now)
    await connection.execute(update(tokens).where(*theirs).values(revoked_at=now))
