"""The keys that grants' tokens are signed with. Private halves come here sealed, and are wiped once they never sign again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.signing_keys import AFTER, BEFORE, KeyState, SigningKey, one
from store.database import one_at_a_time
from store.tables import grant_tokens, signing_keys

k = signing_keys.c


@dataclass(frozen=True, kw_only=True)
class NewKey:
    kid: str
    public: dict[str, Any]
    sealed: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A key with its halves. `sealed`: '' of one that never signs again."""

    key: SigningKey
    public: dict[str, Any]
    sealed: str = field(repr=False)


async def turn(connection: AsyncConnection) -> None:
    """Whoever changes the keys comes one after the other, in whichever process."""
    await one_at_a_time(connection, signing_keys)


async def all_of(connection: AsyncConnection) -> list[Stored]:
    """Every key there ever was, the one that signs last of all first."""
    rows = await connection.execute(select(signing_keys).order_by(k.signs_from.desc(), k.kid))
    return [_stored(row) for row in rows]


async def current(connection: AsyncConnection) -> Stored | None:
    row = (await connection.execute(select(signing_keys).where(k.state == KeyState.CURRENT))).one_or_none()
    return _stored(row) if row else None


async def add(connection: AsyncConnection, new: NewKey, state: KeyState, now: datetime) -> None:
    """A key that signs at once, or the next one, which may a day later."""
    values = {
        "kid": new.kid,
        "public": new.public,
        "sealed": new.sealed,
        "state": state,
        "made_at": now,
        "signs_from": now if state is KeyState.CURRENT else now + BEFORE,
    }
    await connection.execute(insert(signing_keys).values(values))


async def take_over(connection: AsyncConnection, keys: Sequence[Stored], now: datetime) -> None:
    """The next key signs from now on; the current one, if there is one, is published until all it signed is over."""
    every = [each.key for each in keys]
    if before := one(every, KeyState.CURRENT):
        over = {"state": KeyState.RETIRED, "retired_at": now, "gone_at": now + AFTER, "sealed": ""}
        await connection.execute(update(signing_keys).where(k.kid == before.kid).values(over))
    if following := one(every, KeyState.NEXT):
        signs = {"state": KeyState.CURRENT, "signs_from": now}
        await connection.execute(update(signing_keys).where(k.kid == following.kid).values(signs))


async def revoke(connection: AsyncConnection, kid: str, now: datetime) -> None:
    """Out of the list at once, and its private half is gone."""
    gone = {"state": KeyState.REVOKED, "gone_at": now, "sealed": ""}
    await connection.execute(update(signing_keys).where(k.kid == kid).values(gone))


async def live_tokens(connection: AsyncConnection, now: datetime) -> dict[str, int]:
    """How many tokens live under each key that signed any."""
    t = grant_tokens.c
    query = select(t.kid, func.count().label("many")).where(t.expires_at > now).group_by(t.kid)
    return {row.kid: row.many for row in await connection.execute(query)}


def _stored(row: Row[Any]) -> Stored:
    key = SigningKey(
        kid=row.kid,
        state=KeyState(row.state),
        made_at=row.made_at,
        signs_from=row.signs_from,
        retired_at=row.retired_at,
        gone_at=row.gone_at,
    )
    return Stored(key=key, public=row.public, sealed=row.sealed)
