"""Mediations as rows: one each, written with the events that make it and never deleted (E, C14, G7)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import events as e
from domain.case import Case, Kind
from domain.commands import MediationOutcome, WhyMediated
from domain.mediated import Mediation
from domain.people import Seat
from store.tables import cases, mediations, notices, organisations, register, tasks

m = mediations.c

EXPLAINED = "The body whose decision you rely on explained why it does not do what a mediation came to"


async def keep(
    connection: AsyncConnection,
    at: datetime,
    steps: Iterable[tuple[e.Event, Case]],
    said: Mapping[str, Any],
) -> None:
    """What a transition tells of a mediation. `said`: what was answered in the act."""
    words = str(said.get("reason", ""))
    for event, case in steps:
        match event:
            case e.MediationStarted():
                await _start(connection, at, case.ref, event, words)
            case e.TaskOpened(task=task) if task.kind is Kind.MEDIATE:
                await _change(connection, case.ref, task=task.id)
            case e.MediationExtended(days=days):
                await _change(connection, case.ref, extended=days)
            case e.MediationConcluded(outcome=outcome, by=by):
                said_of_it = words if by else ""
                await _change(connection, case.ref, concluded_at=at, outcome=outcome, said=said_of_it)
            case e.TaskOpened(task=task) if task.kind is Kind.COMPLY_OR_EXPLAIN and not task.level:
                await _change(connection, case.ref, answer_task=task.id)
            case e.MediationAnswered(complies=complies):
                await _change(connection, case.ref, answered_at=at, complies=complies, answer=words)
                if not complies:
                    await _tell_reliers(connection, at, case)
            case _:
                pass


async def _start(
    connection: AsyncConnection, at: datetime, ref: str, event: e.MediationStarted, words: str
) -> None:
    number = await connection.scalar(select(func.count()).where(m.ref == ref)) or 0
    row = {
        "ref": ref,
        "number": number + 1,
        "why": event.why,
        "level": event.level,
        "asked": words,
        "started_at": at,
        "task": "",
        "extended": 0,
        "outcome": "",
        "said": "",
        "answer_task": "",
        "answer": "",
    }
    await connection.execute(insert(mediations).values(row))


async def _change(connection: AsyncConnection, ref: str, **values: Any) -> None:
    newest = select(func.max(m.number)).where(m.ref == ref).scalar_subquery()
    await connection.execute(update(mediations).where(m.ref == ref, m.number == newest).values(**values))


async def _tell_reliers(connection: AsyncConnection, at: datetime, case: Case) -> None:
    """P2: an explanation changes nothing for them, so one seat of each is told and nobody gets a task."""
    c = cases.c
    query = select(c.ref, c.receiving_organisation, c.receiving_team).where(c.root == case.ref, ~c.closed)
    rows = [
        {
            "id": f"{row.ref}.explained.{case.ref}.{case.version}",
            "ref": row.ref,
            "task": "",
            "seat": Seat.RISK_OWNER,
            "role": Seat.RISK_OWNER.role,
            "organisation": row.receiving_organisation,
            "team": row.receiving_team,
            "headline": EXPLAINED,
            "created_at": at,
        }
        for row in await connection.execute(query.order_by(c.ref))
    ]
    if rows:
        await connection.execute(insert(notices), rows)


# --- reading -----------------------------------------------------------------------------------------------------

_mediating, _answering = tasks.alias("mediating"), tasks.alias("answering")
_QUERY = (
    select(
        mediations,
        _mediating.c.due_at,
        _mediating.c.closed_at.label("mediated_at"),
        _answering.c.due_at.label("answer_due"),
        _answering.c.closed_at.label("answer_closed"),
    )
    .outerjoin(_mediating, and_(_mediating.c.ref == m.ref, _mediating.c.task == m.task))
    .outerjoin(_answering, and_(_answering.c.ref == m.ref, _answering.c.task == m.answer_task))
)


async def of(connection: AsyncConnection, ref: str, *, public: bool = False) -> list[Mediation]:
    """The mediations of a case, oldest first; `public`: only those about a share in use."""
    query = _QUERY.where(m.ref == ref)
    if public:
        query = query.where(m.level == 0)
    return [_mediation(row) for row in await connection.execute(query.order_by(m.number))]


async def listed(connection: AsyncConnection) -> Sequence[tuple[Mediation, Row[Any]]]:
    """All that are public, newest first, each with (title, demo, body: the receiving body's name) of its entry."""
    title = register.c.entry["title"].as_string().label("title")
    query = (
        _QUERY.add_columns(title, register.c.demo, organisations.c.name.label("body"))
        .join(register, and_(register.c.ref == m.ref, register.c.latest))
        .join(organisations, organisations.c.id == register.c.receiving_organisation)
        .where(m.level == 0)
        .order_by(m.started_at.desc(), m.ref)
    )
    return [(_mediation(row), row) for row in await connection.execute(query)]


async def heard_until(connection: AsyncConnection, ref: str) -> datetime | None:
    """When the last mediation about a share in use was over: what was published before has been heard in it."""
    query = select(m.concluded_at).where(m.ref == ref, m.level == 0, m.concluded_at.is_not(None))
    return await connection.scalar(query.order_by(m.number.desc()).limit(1))


async def numbers(connection: AsyncConnection, refs: Sequence[str]) -> Mapping[str, int]:
    """How many public mediations each of these entries has had."""
    if not refs:
        return {}
    query = select(m.ref, func.count()).where(m.ref.in_(refs), m.level == 0).group_by(m.ref)
    return {ref: number for ref, number in (await connection.execute(query)).all()}


def _mediation(row: Row[Any]) -> Mediation:
    return Mediation(
        ref=row.ref,
        number=row.number,
        why=WhyMediated(row.why),
        level=row.level,
        asked=row.asked,
        started_at=row.started_at,
        due_at=row.due_at,
        extended=row.extended,
        is_open=row.mediated_at is None,
        concluded_at=row.concluded_at,
        outcome=MediationOutcome(row.outcome) if row.outcome else None,
        said=row.said,
        answer_due=row.answer_due,
        is_awaited=bool(row.answer_task) and row.answer_closed is None,
        answered_at=row.answered_at,
        complies=row.complies,
        answer=row.answer,
    )
