"""The morning round's rows: open tasks to look at, and the notices it writes. Each is written once, however often asked."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from store.database import insert_into
from store.tables import cases, notices, tasks

PAGE = 200
Place = tuple[str, str]  # (ref, task) of the last row of the page before


def _open_since(now: datetime, after: Place | None) -> Select[Any]:
    query = (
        select(tasks, cases.c.state)
        .join(cases, cases.c.ref == tasks.c.ref)
        .where(tasks.c.closed_at.is_(None), tasks.c.visible_from <= now)
        .order_by(tasks.c.ref, tasks.c.task)
        .limit(PAGE)
    )
    return query.where(tuple_(tasks.c.ref, tasks.c.task) > after) if after else query


async def unannounced(connection: AsyncConnection, now: datetime, after: Place | None) -> Sequence[Row[Any]]:
    """Open tasks that lay ready, whose time to be shown has come, and of which nobody was told."""
    query = _open_since(now, after).where(tasks.c.announced_at.is_(None))
    return (await connection.execute(query)).all()


async def not_yet_reminded(
    connection: AsyncConnection, now: datetime, today: date, after: Place | None
) -> Sequence[Row[Any]]:
    """Open tasks that were announced and of which nobody was reminded today."""
    query = _open_since(now, after).where(
        tasks.c.announced_at.is_not(None),
        or_(tasks.c.nudged_on.is_(None), tasks.c.nudged_on < today.isoformat()),
    )
    return (await connection.execute(query)).all()


async def announce(connection: AsyncConnection, task: Row[Any], headline: str, now: datetime) -> bool:
    """Tell the seat that a task has opened; False when it was told or the task was closed meanwhile."""
    still = tasks.c.announced_at.is_(None)
    return await _tell(
        connection, task, f"{task.ref}.{task.task}.opens", headline, now, still, announced_at=now
    )


async def remind(
    connection: AsyncConnection, task: Row[Any], headline: str, now: datetime, today: date
) -> bool:
    """Remind the seat, once a day; False when it was reminded or the task was closed meanwhile."""
    day = today.isoformat()
    still = or_(tasks.c.nudged_on.is_(None), tasks.c.nudged_on < day)
    return await _tell(
        connection, task, f"{task.ref}.{task.task}.nudge.{day}", headline, now, still, nudged_on=day
    )


async def _tell(
    connection: AsyncConnection,
    task: Row[Any],
    key: str,
    headline: str,
    now: datetime,
    still: ColumnElement[bool],
    **mark: Any,
) -> bool:
    # The mark takes the task's row first: an act that closes it at the same moment waits, and then finds the notice.
    here = (tasks.c.ref == task.ref, tasks.c.task == task.task, tasks.c.closed_at.is_(None), still)
    if not (await connection.execute(update(tasks).where(*here).values(**mark))).rowcount:
        return False
    row = {
        "id": key,
        "ref": task.ref,
        "task": task.task,
        "seat": task.seat,
        "role": task.role,
        "organisation": task.organisation,
        "team": task.team,
        "headline": headline,
        "due_at": task.due_at,
        "created_at": now,
    }
    await connection.execute(insert_into(connection, notices).values(row).on_conflict_do_nothing())
    return True
