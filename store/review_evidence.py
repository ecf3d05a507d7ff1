"""§6: what is on record about a share when it is looked back at, so that nobody has to collect it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import events as e
from store import registry, shapes, use_read
from store.tables import commands, events, retired_questions

# What happened to a share since it was approved that a review should know of.
KINDS = (
    "delivery_recorded",
    "share_suspended",
    "share_reinstated",
    "share_narrowed",
    "review_concluded",
    "review_extended",
    "rights_request_received",
    "rights_request_answered",
    "incident_reported",
    "step_taken",
    "mediation_concluded",
    "mediation_answered",
    "root_moved",
)
Rows = Sequence[Row[*tuple[Any, ...]]]


@dataclass(frozen=True, kw_only=True)
class Happened:
    """An event, with what was written in the act that caused it ({} where nobody wrote anything)."""

    at: datetime
    event: e.Event
    said: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """`happened`: oldest first. `used`, `calls`: what machines told of, by month, and all of it with how many no live grant
    covered (D). `promised`: (question, checked_at, kept) of what people are no longer asked (P4)."""

    happened: tuple[Happened, ...]
    reliers: int
    promised: Rows
    used: use_read.Told | None = None
    calls: tuple[int, int] = (0, 0)


async def evidence(connection: AsyncConnection, ref: str, now: datetime) -> Evidence:
    r = retired_questions.c
    promised = select(r.question, r.checked_at, r.kept).where(r.ref == ref).order_by(r.number)
    return Evidence(
        happened=await _happened(connection, ref),
        reliers=(await registry.reliers(connection, [ref])).get(ref, 0),
        promised=(await connection.execute(promised)).all(),
        used=await use_read.told(connection, ref, now),
        calls=await use_read.in_all(connection, ref),
    )


async def _happened(connection: AsyncConnection, ref: str) -> tuple[Happened, ...]:
    c = events.c
    query = (
        select(c.at, c.data, commands.c.body)
        .outerjoin(commands, commands.c.id == c.command)
        .where(c.ref == ref, c.kind.in_(KINDS))
        .order_by(c.seq)
    )
    return tuple(
        Happened(at=row.at, event=shapes.event_from_json(row.data), said=row.body or {})
        for row in await connection.execute(query)
    )
