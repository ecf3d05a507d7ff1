"""I9: walk every case's chain of events and say where the first one does not follow."""

from dataclasses import dataclass
from datetime import UTC
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncResult

from domain.chain import GENESIS, event_hash
from store.database import Database
from store.tables import cases, events


@dataclass(frozen=True, kw_only=True)
class Found:
    cases: int
    events: int
    broken: str = ""  # a sentence on the first break


async def verified(database: Database) -> Found:
    """Read every event once, in order; memory stays flat. Stops at the first break."""
    async with database.read() as connection:
        if (
            not database.is_sqlite
        ):  # cases and events as they were at one moment, whatever is written meanwhile
            await connection.execution_options(isolation_level="REPEATABLE READ")
        rows = await connection.execute(select(cases.c.ref, cases.c.head, cases.c.version))
        heads = {row.ref: (row.version, row.head) for row in rows}
        found = await connection.stream(select(events).order_by(events.c.ref, events.c.seq))
        try:
            return await _walk(found, heads)
        finally:
            await found.close()


async def _walk(found: AsyncResult[Any], heads: dict[str, tuple[int, str]]) -> Found:
    unseen, ref, seq, head, count = set(heads), "", 0, GENESIS, 0
    async for row in found:
        if row.ref != ref:
            if broken := _ends(ref, seq, head, heads):
                return Found(cases=len(heads), events=count, broken=broken)
            ref, seq, head = row.ref, 0, GENESIS
            unseen.discard(ref)
        seq, count = seq + 1, count + 1
        if broken := _follows(row, seq, head):
            return Found(cases=len(heads), events=count, broken=broken)
        head = row.hash
    broken = _ends(ref, seq, head, heads)
    if not broken and unseen:
        broken = f"{min(unseen)}: the case is there, and none of its events."
    return Found(cases=len(heads), events=count, broken=broken)


def _follows(row: Row[Any], seq: int, head: str) -> str:
    if row.seq != seq:
        return f"{row.ref}: event {seq} is missing."
    if row.previous != head:
        return f"{row.ref}: event {seq} does not follow from event {seq - 1}."
    at = row.at.astimezone(UTC)  # a database gives instants in its own zone
    told = event_hash(row.ref, row.seq, at, row.data, row.actor, row.command, row.previous)
    if told != row.hash or row.data.get("kind") != row.kind:
        return f"{row.ref}: event {seq} was changed after it was written."
    return ""


def _ends(ref: str, seq: int, head: str, heads: dict[str, tuple[int, str]]) -> str:
    if not ref:
        return ""
    if ref not in heads:
        return f"{ref}: there are events, and no case."
    if heads[ref] != (seq, head):
        return f"{ref}: the case stands at event {heads[ref][0]}, and the events end at {seq}."
    return ""
