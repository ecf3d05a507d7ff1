"""Data sharing agreements as they were made: written with the register entry, and never again (C17a, G7)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.case import Case
from domain.sharing_agreement import agreement, content_hash
from store.database import insert_into
from store.tables import register, sharing_agreements

s, r = sharing_agreements.c, register.c


async def keep(
    connection: AsyncConnection, at: datetime, case: Case, entry: Mapping[str, Any], *, demo: bool
) -> None:
    """What a version of the entry amounts to, in the transaction that writes it."""
    query = select(r.version, r.published_at, r.state).where(r.ref == case.ref).order_by(r.version)
    history = [
        {"version": row.version, "published_at": row.published_at.isoformat(), "state": row.state}
        for row in await connection.execute(query)
    ]
    content = agreement(entry, case.policy, history, made_at=at, demo=demo)
    row = {
        "ref": case.ref,
        "version": content["version"],
        "content": content,
        "hash": content_hash(content),
        "made_at": at,
    }
    # One that is there already stays as it is: nobody's later code writes it anew.
    await connection.execute(insert_into(connection, sharing_agreements).values(row).on_conflict_do_nothing())


async def one(connection: AsyncConnection, ref: str, version: int) -> Row[Any] | None:
    """One version; 0 is for the parties, while the entry is kept back. Ask who may see it first."""
    query = select(sharing_agreements).where(s.ref == ref, s.version == version)
    return (await connection.execute(query)).one_or_none()


async def newest(connection: AsyncConnection, ref: str) -> Row[Any] | None:
    """The newest version, which is 0 while the entry is kept back; None before an approval."""
    query = select(sharing_agreements).where(s.ref == ref).order_by(s.version.desc()).limit(1)
    return (await connection.execute(query)).one_or_none()


async def public(connection: AsyncConnection, ref: str, version: int | None = None) -> Row[Any] | None:
    """A version as public as its version of the register, the newest where none is named."""
    here = (s.ref == ref, s.version > 0, s.version == version if version is not None else s.version > 0)
    query = select(sharing_agreements).where(*here).order_by(s.version.desc()).limit(1)
    return (await connection.execute(query)).one_or_none()


async def versions(connection: AsyncConnection, ref: str) -> list[int]:
    """The numbers there are, the newest first."""
    return list(await connection.scalars(select(s.version).where(s.ref == ref).order_by(s.version.desc())))
