"""Who already holds this (P3, P4): services that offer an item, and entries of the public register that receive it.

What is kept back from the register has no entry, so it is never among them.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.already_held import normal, overlap
from domain.register import State
from domain.service_forms import Filters
from domain.service_rules import OFFERED, Environment, names_of
from store import service_directory
from store.service_directory import of_item
from store.tables import offered_items, register, registered_items, services

MOST = 50  # of each
HELD = (State.ACTIVE, State.SUSPENDED)
Rows = Sequence[Row[*tuple[Any, ...]]]
r, s = register.c, services.c


async def index(connection: AsyncConnection, ref: str, items: Iterable[str]) -> None:
    """The items of the newest version of an entry, in the transaction that publishes it."""
    await connection.execute(delete(registered_items).where(registered_items.c.ref == ref))
    named = [{"words": words, "name": name, "ref": ref} for words, name in names_of(items)]
    if named:
        await connection.execute(insert(registered_items), named)


async def offered(connection: AsyncConnection, item: str) -> tuple[Rows, int]:
    """Services that are open or paused and offer it, by title, and how many there are."""
    asked = Filters(item=item)
    found = await service_directory.listed(connection, asked, most=MOST)
    return found[:MOST], await service_directory.count(connection, asked)


async def received(
    connection: AsyncConnection, item: str, after: tuple[datetime, str] | None = None
) -> tuple[Rows, int]:
    """(ref, state, entry, demo, ...) of live entries that name it, newest first, and how many there are."""
    named = select(registered_items.c.ref).where(of_item(registered_items, item))
    live = (r.latest, r.state.in_(HELD), r.ref.in_(named))
    many = await connection.scalar(select(func.count()).select_from(register).where(*live)) or 0
    query = select(register).where(*live).order_by(r.published_at.desc(), r.ref.desc()).limit(MOST)
    return (await connection.execute(query)).all(), many


async def for_items(
    connection: AsyncConnection, items: Iterable[str], most: int = 5
) -> Sequence[tuple[Row[Any], tuple[str, ...]]]:
    """Open live services that offer any of these items exactly, with which, the most of them first."""
    asked = tuple(items)
    names = {normal(each) for each in asked} - {""}
    if not names:
        return ()
    i = offered_items.c
    same = func.count(i.name.distinct())
    query = (
        select(i.service, same)
        .join(services, s.id == i.service)
        .where(i.name.in_(names), s.state.in_(OFFERED), s.environment == Environment.LIVE)
        .group_by(i.service)
        .order_by(same.desc(), i.service)
        .limit(most)
    )
    rows = [await service_directory.one(connection, each.service) for each in await connection.execute(query)]
    return [(row, overlap(asked, row.items)) for row in rows if row]


async def items_of(connection: AsyncConnection, refs: Iterable[str]) -> Mapping[str, Sequence[str]]:
    """The items of the newest public version of each entry; those without one are not in it."""
    query = select(r.ref, r.entry["items"].label("shared")).where(r.latest, r.ref.in_(set(refs)))
    return {row.ref: row.shared or () for row in await connection.execute(query)}
