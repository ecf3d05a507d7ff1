"""Files with rows of the directory that somebody brought and nobody confirmed yet: kept for a day."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.tables import imports_waiting

LASTS = timedelta(days=1)
w = imports_waiting.c


def content_hash(content: str) -> str:
    return sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


async def put(
    connection: AsyncConnection,
    number: str,
    person: str,
    name: str,
    content: str,
    written: str,
    now: datetime,
) -> None:
    """Keep a file for a day. What waited longer is thrown away with this."""
    await connection.execute(delete(imports_waiting).where(w.expires_at <= now))
    values = {
        "id": number,
        "person": person,
        "name": name,
        "content": content,
        "content_hash": content_hash(content),
        "written": written,
        "brought_at": now,
        "expires_at": now + LASTS,
    }
    await connection.execute(insert(imports_waiting).values(**values))


async def one(connection: AsyncConnection, number: str, person: str, now: datetime) -> Row[Any] | None:
    """A file that this person brought and that still waits, or was done."""
    query = select(imports_waiting).where(w.id == number, w.person == person, w.expires_at > now)
    return (await connection.execute(query)).one_or_none()


async def done(connection: AsyncConnection, number: str, now: datetime) -> None:
    """It was done: the rows are in the directory, and the file need not be kept."""
    await connection.execute(update(imports_waiting).where(w.id == number).values(done_at=now, content=""))
