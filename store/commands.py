"""What people told us, kept before anybody is told that it was received."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.cover import Capacity
from domain.refusals import Refusal, SameCommandOtherBody
from store.database import insert_into
from store.tables import commands

PENDING, APPLIED, REFUSED = "pending", "applied", "refused"


@dataclass(frozen=True, kw_only=True)
class Received:
    """A command as it came in: every clean answer, with the words.

    `told`: what was sent, before it was cleaned; that, not what the rules of the day make of it, is what a repeat
    repeats. None when nothing was cleaned. `capacity`: whether it was done for somebody else (P5).
    """

    id: str
    ref: str
    act: str
    actor: str
    via: str
    body: dict[str, Any]
    seen: int | None
    received_at: datetime
    told: Mapping[str, Any] | None = None
    capacity: Capacity = field(default_factory=Capacity)


def body_hash(received: Received) -> str:
    """What makes a repeat the same command: who, which act, which case, which answers."""
    body = received.body if received.told is None else received.told
    told = [received.ref, received.act, received.actor, body]
    return sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


async def is_repeat(connection: AsyncConnection, received: Received) -> bool:
    """Whether this very command was kept before. Raises `SameCommandOtherBody` when its id was used for another (G6).

    Asked before the answers are checked: a repeat gets the same answer, whatever has changed since.
    """
    held = await connection.scalar(select(commands.c.body_hash).where(commands.c.id == received.id))
    if held not in (None, body_hash(received)):
        raise SameCommandOtherBody
    return held is not None


async def keep(
    connection: AsyncConnection, received: Received, now: datetime, *, state: str = PENDING
) -> bool:
    """Store a command once. False when the same command was kept before; raises when its body is another (G6).

    `state`: applied for what needs no case to take it, such as a saved draft.
    """
    values = {
        "id": received.id,
        "ref": received.ref,
        "act": received.act,
        "actor": received.actor,
        "via": received.via,
        "body": received.body,
        "body_hash": body_hash(received),
        "seen": received.seen,
        "capacity": received.capacity.kind,
        "acting_for": received.capacity.acting_for,
        "received_at": received.received_at,
        "state": state,
        "next_try_at": now + timedelta(seconds=3),  # the desk tries at once; the relay only what is left over
    }
    # Asked for the row and not for a count: psycopg does not count what it inserts this way.
    statement = (
        insert_into(connection, commands).values(values).on_conflict_do_nothing().returning(commands.c.id)
    )
    if await connection.scalar(statement):
        return True
    held = await connection.scalar(select(commands.c.body_hash).where(commands.c.id == received.id))
    if held != values["body_hash"]:
        raise SameCommandOtherBody
    return False


async def get(connection: AsyncConnection, command: str) -> Row[Any] | None:
    return (await connection.execute(select(commands).where(commands.c.id == command))).one_or_none()


async def due(connection: AsyncConnection, now: datetime, most: int = 50) -> Sequence[str]:
    """Commands whose answer nobody has yet, oldest first: the relay's work."""
    rows = await connection.execute(
        select(commands.c.id)
        .where(commands.c.state == PENDING, commands.c.next_try_at <= now)
        .order_by(commands.c.next_try_at, commands.c.id)
        .limit(most)
    )
    return [row.id for row in rows]


async def refused(connection: AsyncConnection, command: str, refusal: Mapping[str, Any]) -> None:
    await connection.execute(
        update(commands)
        .where(commands.c.id == command, commands.c.state == PENDING)
        .values(state=REFUSED, refusal=dict(refusal))
    )


async def applied(connection: AsyncConnection, command: str) -> None:
    """The record step marks it with the events; this is for a repeat whose first answer was lost."""
    await connection.execute(
        update(commands).where(commands.c.id == command, commands.c.state == PENDING).values(state=APPLIED)
    )


async def try_later(connection: AsyncConnection, command: str, now: datetime, attempts: int) -> None:
    """Back off from 3 seconds to 5 minutes, for ever: nothing acknowledged is ever lost."""
    wait = timedelta(seconds=min(300, 3 * 2 ** min(attempts, 7)))
    await connection.execute(
        update(commands).where(commands.c.id == command).values(attempts=attempts + 1, next_try_at=now + wait)
    )


def refusal_as_json(refusal: Refusal) -> dict[str, Any]:
    return {"type": type(refusal).__name__, "status": refusal.status, "sentence": refusal.message}


async def is_starting(connection: AsyncConnection, ref: str) -> bool:
    """Whether the first command of a case is kept and not yet answered, so that later ones must wait."""
    first = commands.c.act.in_(["submit", "continue_part"])
    query = select(commands.c.id).where(commands.c.ref == ref, first, commands.c.state == PENDING).limit(1)
    return await connection.scalar(query) is not None
