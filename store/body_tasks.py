"""What a body has to do that belongs to no case: opened once for each thing, closed when it is done (G5)."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.body_tasks import BodyKind
from domain.people import Role
from store.database import insert_into
from store.tables import body_tasks

b = body_tasks.c


async def open_task(
    connection: AsyncConnection,
    at: datetime,
    kind: BodyKind,
    about: str,
    *,
    organisation: str,
    role: Role,
    due_at: datetime,
    team: str = "",
    ref: str = "",
    level: int = 0,
) -> bool:
    """Open it for a role of a body. False when it is open already: it is asked for once (I2)."""
    row = {
        "id": uuid4().hex,
        "kind": kind,
        "about": about,
        "ref": ref,
        "organisation": organisation,
        "team": team,
        "role": role,
        "level": level,
        "opened_at": at,
        "due_at": due_at,
    }
    done = await connection.execute(insert_into(connection, body_tasks).values(row).on_conflict_do_nothing())
    return bool(done.rowcount)


async def close_tasks(
    connection: AsyncConnection, at: datetime, kind: BodyKind, about: str, *, how: str, said: str = ""
) -> int:
    """Close whoever's task it is, leaders' too. `how`: done, overtaken, by_itself. How many there were."""
    mine = (b.kind == kind, b.about == about, b.closed_at.is_(None))
    done = await connection.execute(update(body_tasks).where(*mine).values(closed_at=at, how=how, said=said))
    return done.rowcount


async def is_open(connection: AsyncConnection, kind: BodyKind, about: str) -> bool:
    query = select(func.count()).where(b.kind == kind, b.about == about, b.closed_at.is_(None))
    return bool(await connection.scalar(query))
