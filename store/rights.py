"""What people ask of the data about them, as rows (A). Who they are is not among them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy import case as whether
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import events as e
from domain.case import Case, Kind, Task
from domain.commands import RightsOutcome
from domain.people import Seat
from domain.rights_desk import Counts, receives
from store.codes import code_hash
from store.reads import Entry
from store.tables import commands, rights_requests

# What was written in these is for the receiving side alone.
ACTS = frozenset({"answer_rights", "pass_on_correction"})

r = rights_requests.c
Rows = Sequence[Row[*tuple[Any, ...]]]


async def receive(
    connection: AsyncConnection,
    *,
    id: str,
    ref: str,
    right: str,
    text: str,
    reference: str,
    code: str,
    command: str,
    at: datetime,
    due_at: datetime,
) -> None:
    row = {
        "id": id,
        "ref": ref,
        "right": right,
        "text": text,
        "reference": reference,
        "code_hash": code_hash(code),
        "command": command,
        "received_at": at,
        "due_at": due_at,
        "outcome": "",
        "answer": "",
        "receipts": [],
    }
    await connection.execute(insert(rights_requests).values(row))


async def received_since(connection: AsyncConnection, ref: str, since: datetime) -> int:
    query = select(func.count()).where(r.ref == ref, r.received_at >= since)
    return await connection.scalar(query) or 0


async def by_code(connection: AsyncConnection, typed: str) -> Row[Any] | None:
    """The request, with `state` and `refusal` of the command that brings it to its case."""
    query = (
        select(rights_requests, commands.c.state, commands.c.refusal)
        .join(commands, commands.c.id == r.command)
        .where(r.code_hash == code_hash(typed))
    )
    return (await connection.execute(query)).one_or_none()


async def one(connection: AsyncConnection, ref: str, request: str) -> Row[Any] | None:
    query = select(rights_requests).where(r.ref == ref, r.id == request)
    return (await connection.execute(query)).one_or_none()


async def of(connection: AsyncConnection, ref: str) -> Rows:
    """All requests about a share, oldest first."""
    query = select(rights_requests).where(r.ref == ref).order_by(r.received_at, r.id)
    return (await connection.execute(query)).all()


async def called(connection: AsyncConnection, ref: str) -> Mapping[str, str]:
    """What a task is about -> what was asked, in the words of whoever asked."""
    query = select(r.id, r.right, r.text).where(r.ref == ref)
    return {f"{row.right}:{row.id}": row.text for row in await connection.execute(query)}


def for_reader(entries: Sequence[Entry], held: Iterable[Seat]) -> Sequence[Entry]:
    """The timeline for somebody who may see that people asked and were answered, and no more."""
    if receives(held):
        return entries
    return [replace(each, words={}) if each.act in ACTS else each for each in entries]


async def keep(
    connection: AsyncConnection,
    at: datetime,
    steps: Iterable[tuple[e.Event, Case]],
    said: Mapping[str, Any],
) -> None:
    """What a transition tells of a request: its answer, and who was told what was put right."""
    for event, case in steps:
        match event:
            case e.TaskOpened(task=task) if task.kind is Kind.ANSWER_RIGHTS and not task.level:
                await _change(connection, _request(task), due_at=task.due_at)
            case e.DueMoved(task=key, now=due_at) if key in case.tasks:  # the calendar changed (G3)
                moved = case.tasks[key]
                if moved.kind is Kind.ANSWER_RIGHTS and not moved.level:
                    await _change(connection, _request(moved), due_at=due_at)
            case e.RightsRequestAnswered(request=request, outcome=outcome):
                answer = str(said.get("reason", ""))
                await _change(connection, request, answered_at=at, outcome=outcome, answer=answer)
            case e.CorrectionPassedOn(request=request):
                await _change(connection, request, told_at=at, receipts=list(said.get("receipts", ())))
            case _:
                pass


def _request(task: Task) -> str:
    return task.about.partition(":")[2]


async def _change(connection: AsyncConnection, request: str, **values: Any) -> None:
    await connection.execute(update(rights_requests).where(r.id == request).values(**values))


async def counts(connection: AsyncConnection, refs: Sequence[str]) -> Mapping[str, Counts]:
    """Of each of these entries; an entry that nobody asked anything of is not in it."""
    if not refs:
        return {}

    def those(condition: Any) -> Any:
        return func.sum(whether((condition, 1), else_=0))

    query = (
        select(
            r.ref,
            func.count().label("received"),
            those(r.answered_at.is_not(None)).label("answered"),
            those(r.answered_at <= r.due_at).label("in_time"),
            *(those(r.outcome == each.value).label(each.value) for each in RightsOutcome),
        )
        .where(r.ref.in_(refs))
        .group_by(r.ref)
    )
    return {
        row.ref: Counts(**{key: value for key, value in row._mapping.items() if key != "ref"})
        for row in await connection.execute(query)
    }
