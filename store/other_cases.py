"""What a transition tells other cases: commands, kept in its own transaction, brought by the relay (P2, C9, C18)."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import other_cases
from domain.case import Case
from domain.events import Event
from domain.people import OTHER_CASE
from store import commands, tables


async def tell(connection: AsyncConnection, at: datetime, steps: Iterable[tuple[Event, Case]]) -> None:
    """Keep a command for every case that hears of it. The same transition keeps the same ones."""
    for event, case in steps:
        for told in other_cases.told(case, event):
            if told.ref != other_cases.RELIERS:
                await _keep(connection, at, case, told, told.ref)
                continue
            for relier in await _reliers(connection, case.ref):
                await _keep(connection, at, case, told, relier)


async def _reliers(connection: AsyncConnection, root: str) -> list[str]:
    c = tables.cases.c
    query = select(c.ref).where(c.root == root, ~c.closed).order_by(c.ref)
    return list((await connection.scalars(query)).all())


async def _keep(
    connection: AsyncConnection, at: datetime, source: Case, told: other_cases.Told, ref: str
) -> None:
    received = commands.Received(
        id=f"{source.ref}.{source.version}.{told.act}.{ref}",
        ref=ref,
        act=told.act,
        actor=OTHER_CASE.person,
        via="case",
        body=told.body,
        seen=None,
        received_at=at,
    )
    await commands.keep(connection, received, at)


async def newest_version(connection: AsyncConnection, ref: str) -> int:
    """The version of a decision that stands in the register; 0 when none does."""
    r = tables.register.c
    return await connection.scalar(select(r.version).where(r.ref == ref, r.latest)) or 0
