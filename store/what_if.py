"""Past cases, page by page, for a look at what another policy would have meant. Reads only."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import Select

from domain.events import Event
from domain.policy_what_if import READS, WhatIf
from store import shapes
from store.database import Database
from store.tables import cases, events, organisations

PAGE = 100  # cases whose events are in memory at once


@dataclass(frozen=True, kw_only=True)
class Looked:
    """`of`: how many cases there are. When `most` were looked at and there are more, the newest ones were."""

    found: WhatIf
    of: int

    @property
    def is_cut(self) -> bool:
        return self.found.cases < self.of


async def look(
    database: Database,
    changes: Mapping[str, int],
    now: datetime,
    *,
    demo: bool,
    most: int,
    at_once: int = PAGE,
) -> Looked:
    """The newest `most` cases under other numbers. `demo`: made-up bodies too. One short read for each page."""
    found = WhatIf(changes)
    last: Row[Any] | None = None
    async with database.read() as connection:
        of = await connection.scalar(_cases(demo, func.count())) or 0
    while found.cases < most:
        async with database.read() as connection:
            page = await _page(connection, demo, last, min(at_once, most - found.cases))
            told = await _events(connection, [row.ref for row in page])
        for row in page:
            found.look(shapes.case_from_json(row.state), told.get(row.ref, ()), now)
        if len(page) < at_once:
            break
        last = page[-1]
        await asyncio.sleep(0)  # others are served between two pages
    return Looked(found=found, of=of)


def _cases(demo: bool, *columns: Any) -> Select[*tuple[Any, ...]]:
    receiving, sending = organisations.alias(), organisations.alias()
    query = (
        select(*columns)
        .select_from(cases)
        .outerjoin(receiving, receiving.c.id == cases.c.receiving_organisation)
        .outerjoin(sending, sending.c.id == cases.c.sending_organisation)
    )
    if not demo:
        query = query.where(
            *(func.coalesce(each.c.demo, false()).is_(False) for each in (receiving, sending))
        )
    return query


async def _page(connection: AsyncConnection, demo: bool, after: Row[Any] | None, size: int) -> list[Row[Any]]:
    c = cases.c
    query = _cases(demo, c.ref, c.state, c.submitted_at)
    if after is not None:
        older = and_(c.submitted_at == after.submitted_at, c.ref < after.ref)
        query = query.where(or_(c.submitted_at < after.submitted_at, older))
    query = query.order_by(c.submitted_at.desc(), c.ref.desc()).limit(size)
    return list((await connection.execute(query)).all())


async def _events(connection: AsyncConnection, refs: list[str]) -> dict[str, list[tuple[datetime, Event]]]:
    e = events.c
    query = select(e.ref, e.at, e.data).where(e.ref.in_(refs), e.kind.in_(READS)).order_by(e.ref, e.seq)
    found: dict[str, list[tuple[datetime, Event]]] = {}
    for row in await connection.execute(query):
        found.setdefault(row.ref, []).append((row.at, shapes.event_from_json(row.data)))
    return found
