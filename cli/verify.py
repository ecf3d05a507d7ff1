"""I9: walk every case's chain of events and say where the first one does not follow; then whether every grant does (I4)."""

import csv
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncResult

from domain.chain import GENESIS, Link, fault, walk
from store.database import Database
from store.grants_checked import contradictions
from store.oversight import link_of
from store.tables import cases, events


@dataclass(frozen=True, kw_only=True)
class Found:
    cases: int
    events: int
    broken: str = ""  # a sentence on the first break


async def verified(database: Database) -> Found:
    """Read every event once, in order, then every grant; memory stays flat. Stops at the first break."""
    async with database.read() as connection:
        if (
            not database.is_sqlite
        ):  # cases and events as they were at one moment, whatever is written meanwhile
            await connection.execution_options(isolation_level="REPEATABLE READ")
        rows = await connection.execute(select(cases.c.ref, cases.c.head, cases.c.version))
        heads = {row.ref: (row.version, row.head) for row in rows}
        found = await connection.stream(select(events).order_by(events.c.ref, events.c.seq))
        try:
            walked = await _walk(found, heads)
        finally:
            await found.close()
        if walked.broken:
            return walked
        return replace(walked, broken=await anext(contradictions(connection), ""))


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
    why = fault(link_of(row), seq, head)
    return f"{row.ref}: {why}" if why else ""


def _ends(ref: str, seq: int, head: str, heads: dict[str, tuple[int, str]]) -> str:
    if not ref:
        return ""
    if ref not in heads:
        return f"{ref}: there are events, and no case."
    if heads[ref] != (seq, head):
        return f"{ref}: the case stands at event {heads[ref][0]}, and the events end at {seq}."
    return ""


# --- the events of one case, as an auditor took them away ----------------------------------------------------------


def verify_file(path: Path) -> int:
    """Walk the chain in a file of `/audit/{ref}.csv`. Needs no database and no installation. 0, or 1 at a break."""
    try:
        found = walk(_links(path))
    except (OSError, ValueError, KeyError, TypeError) as trouble:
        print(f"sharecase: {path}: this is no export of a case's events ({type(trouble).__name__}).", file=sys.stderr)  # fmt: skip
        return 2
    if found.broken_at:
        print(f"{path.name}: {found.why}")
        return 1
    print(
        f"{found.events} events: every one follows from the one before. The last one's hash is {found.head}."
    )
    return 0


def _links(path: Path) -> Iterator[Link]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield Link(
                ref=row["ref"],
                seq=int(row["seq"]),
                at=datetime.fromisoformat(row["at"]),
                kind=row["kind"],
                data=json.loads(row["data"]),
                actor=row["actor"],
                command=row["command"],
                previous=row["previous"],
                hash=row["hash"],
            )
