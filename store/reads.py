"""What pages and the API read. Core rows only; every list is limited to what the person may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from domain.case import Kind
from domain.people import Role
from store.directory import Person
from store.tables import (
    cases,
    commands,
    drafts,
    events,
    forms,
    notices,
    organisations,
    people,
    tasks,
)
from store.visible import visible_to

PAGE = 50

Rows = Sequence[Row[*tuple[Any, ...]]]

# What an inbox row, a leader's row and the API say about a task.
_TASK_COLUMNS = (
    tasks.c.ref,
    tasks.c.task,
    tasks.c.kind,
    tasks.c.seat,
    tasks.c.level,
    tasks.c.post,
    tasks.c.about,
    tasks.c.opened_at,
    tasks.c.due_at,
    tasks.c.missed_at,
    cases.c.title,
    cases.c.stage,
    cases.c.cause,
    cases.c.at_top,
    cases.c.people_per_day,
    cases.c.submitted_at,
    cases.c.receiving_organisation,
    cases.c.receiving_team,
    cases.c.sending_organisation,
    cases.c.sending_team,
)


def _mine(person: Person) -> ColumnElement[bool]:
    """Tasks on the seats a person's posts give them. A reviewer looks only at other teams' work (§6)."""
    seats: list[ColumnElement[bool]] = []
    for post in person.posts:
        if post.role in (Role.OPERATOR, Role.REGULATOR):
            seats.append(and_(tasks.c.organisation == "", tasks.c.role == post.role))
        elif post.role is Role.REVIEWER:
            seats.append(
                and_(
                    tasks.c.organisation == post.organisation,
                    tasks.c.role == post.role,
                    cases.c.receiving_team != (post.team or ""),
                )
            )
        else:
            team = "" if post.role is Role.ADVISER else post.team or ""  # advises the whole body
            here = and_(
                tasks.c.organisation == post.organisation, tasks.c.role == post.role, tasks.c.team == team
            )
            seats.append(here)
            if (
                post.role is Role.RISK_OWNER
            ):  # the requesting team's own work may be done by its risk owner too
                seats.append(
                    and_(
                        tasks.c.organisation == post.organisation,
                        tasks.c.role == Role.REQUESTER,
                        tasks.c.team == team,
                        tasks.c.kind != "revise",
                    )
                )
    return or_(*seats) if seats else tasks.c.ref.is_(None)


def _open_tasks(person: Person, now: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(*_TASK_COLUMNS)
        .join(cases, cases.c.ref == tasks.c.ref)
        .where(tasks.c.closed_at.is_(None), tasks.c.visible_from <= now, _mine(person))
    )


async def inbox(
    connection: AsyncConnection, person: Person, now: datetime, *, after: tuple[datetime, str] | None = None
) -> Rows:
    """My open tasks, soonest due first; `after` is the (due, `task_place`) of the last row of the page before."""
    order = (tasks.c.due_at, tasks.c.ref, tasks.c.task)
    query = _open_tasks(person, now).order_by(*order).limit(PAGE + 1)
    if after:
        due, (ref, _, task) = after[0], after[1].rpartition("-")
        query = query.where(tuple_(*order) > (due, ref, task))
    return (await connection.execute(query)).all()


def task_place(row: Row[Any]) -> str:
    """Where a task stands among those due at the same instant: a case can have two for the same seat."""
    return f"{row.ref}-{row.task}"


async def escalated_to(connection: AsyncConnection, person: Person, now: datetime) -> Rows:
    """A leader's own escalations: tasks that reached them by level."""
    query = (
        _open_tasks(person, now).where(tasks.c.level > 0).order_by(tasks.c.due_at, tasks.c.ref).limit(PAGE)
    )
    return (await connection.execute(query)).all()


async def reviews_due(connection: AsyncConnection, person: Person, now: datetime) -> Rows:
    """Reviews of shares my organisations receive: open ones first, then those that lie ahead."""
    bodies = {post.organisation for post in person.posts}
    query = (
        select(*_TASK_COLUMNS, tasks.c.visible_from)
        .join(cases, cases.c.ref == tasks.c.ref)
        .where(
            tasks.c.closed_at.is_(None),
            tasks.c.kind.in_([Kind.REVIEW, Kind.REVIEW_URGENT]),
            visible_to(person),
        )
        .order_by(tasks.c.due_at, tasks.c.ref)
        .limit(PAGE)
    )
    if Role.AUDITOR not in person.roles:
        query = query.where(cases.c.receiving_organisation.in_(bodies))
    return (await connection.execute(query)).all()


async def my_cases(
    connection: AsyncConnection, person: Person, *, after: tuple[datetime, str] | None = None
) -> Rows:
    """Cases this person may see, last changed first; keyset by (updated_at, ref)."""
    query = (
        select(cases)
        .where(visible_to(person))
        .order_by(cases.c.updated_at.desc(), cases.c.ref.desc())
        .limit(PAGE + 1)
    )
    if after:
        query = query.where(tuple_(cases.c.updated_at, cases.c.ref) < after)
    return (await connection.execute(query)).all()


async def bundle_of(connection: AsyncConnection, person: Person, bundle: str, but: str) -> Sequence[Row[Any]]:
    """The other cases of one request that this person may see (C1); a sender sees nobody else's."""
    if not bundle:
        return ()
    query = select(cases).where(cases.c.bundle == bundle, cases.c.ref != but, visible_to(person))
    return (await connection.execute(query.order_by(cases.c.ref).limit(PAGE))).all()


async def related_to(
    connection: AsyncConnection, person: Person, ref: str, parent: str
) -> Sequence[Row[Any]]:
    """Parts and amendments of a case, and what it is a part or an amendment of, as far as this person may see them."""
    c = cases.c
    beside = or_(c.parent == ref, c.ref == parent) if parent else c.parent == ref
    query = select(cases).where(beside, visible_to(person)).order_by(c.submitted_at, c.ref)
    return (await connection.execute(query.limit(PAGE))).all()


async def screening_of(connection: AsyncConnection, ref: str, version: int) -> Mapping[str, Any]:
    """What looking at a version of the request before any lane came to (C1); empty for one that was never looked at."""
    query = select(forms.c.screening).where(forms.c.ref == ref, forms.c.version == version)
    return await connection.scalar(query) or {}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One event of the timeline, with the words of the act that caused it and who did it."""

    seq: int
    at: datetime
    kind: str
    data: Mapping[str, Any]
    actor: str
    actor_name: str
    act: str
    words: Mapping[str, Any]
    command: str = ""
    capacity: str = ""  # 'cover' or 'deputy' where it was not done in a post of one's own (P5)
    acting_for: str = ""  # whose post it was, by name; '' where it was vacant


async def timeline(connection: AsyncConnection, ref: str) -> Sequence[Entry]:
    whom = people.alias("whom")
    query = (
        select(
            events,
            commands.c.act,
            commands.c.body,
            commands.c.capacity,
            people.c.name,
            whom.c.name.label("acting_for"),
        )
        .outerjoin(commands, commands.c.id == events.c.command)
        .outerjoin(people, people.c.id == events.c.actor)
        .outerjoin(whom, whom.c.id == commands.c.acting_for)
        .where(events.c.ref == ref)
        .order_by(events.c.seq)
    )
    return [
        Entry(
            seq=row.seq,
            at=row.at,
            kind=row.kind,
            data=row.data,
            actor=row.actor,
            actor_name=row.name or "",
            act=row.act or "",
            words=row.body or {},
            command=row.command,
            capacity=row.capacity or "",
            acting_for=row.acting_for or "",
        )
        for row in await connection.execute(query)
    ]


async def case_row(connection: AsyncConnection, ref: str) -> Row[Any] | None:
    return (await connection.execute(select(cases).where(cases.c.ref == ref))).one_or_none()


async def form_of(connection: AsyncConnection, ref: str, version: int) -> Mapping[str, Any]:
    return (
        await connection.scalar(select(forms.c.answers).where(forms.c.ref == ref, forms.c.version == version))
        or {}
    )


async def notices_of(connection: AsyncConnection, ref: str) -> Rows:
    query = select(notices).where(notices.c.ref == ref).order_by(notices.c.created_at, notices.c.id)
    return (await connection.execute(query)).all()


async def pending_of(connection: AsyncConnection, ref: str) -> Rows:
    """Acts recorded and still being applied, to show on the case page."""
    query = (
        select(commands)
        .where(commands.c.ref == ref, commands.c.state == "pending")
        .order_by(commands.c.received_at)
    )
    return (await connection.execute(query)).all()


async def overdue_at_top(connection: AsyncConnection) -> Rows:
    """(body, demo, cases): how many cases wait although every level of a body has been silent (C15, G4)."""
    o, number = organisations.c, func.count().label("cases")
    query = (
        select(o.name.label("body"), o.demo, number)
        .join(cases, cases.c.overdue_body == o.id)
        .where(cases.c.overdue_body != "")
        .group_by(o.name, o.demo)
        .order_by(number.desc(), o.name)
    )
    return (await connection.execute(query)).all()


async def stage_counts(
    connection: AsyncConnection, organisations: set[str]
) -> Mapping[str, Mapping[str, int]]:
    """How many cases stand where, as receiving and as sending body: the leader page's backlog."""
    found: dict[str, dict[str, int]] = {}
    for side, column in (
        ("receiving", cases.c.receiving_organisation),
        ("sending", cases.c.sending_organisation),
    ):
        query = select(cases.c.stage, func.count()).where(column.in_(organisations)).group_by(cases.c.stage)
        if side == "sending":
            query = query.where(cases.c.sender_may_see)
        found[side] = {stage: number for stage, number in (await connection.execute(query)).all()}
    return found


async def waits_for_leader(connection: AsyncConnection, ref: str, command: str) -> int:
    """The leader whose word the act of this command still needed to count (§4, P8); 0 when it counted at once."""
    proposed = ("risk_signature_offered", "approval_proposed")
    query = select(events.c.data).where(
        events.c.ref == ref, events.c.command == command, events.c.kind.in_(proposed)
    )
    data = await connection.scalar(query.limit(1))
    return int(data["level"]) if data else 0


async def draft_of(connection: AsyncConnection, ref: str) -> Row[Any] | None:
    """A draft whoever wrote it: for a colleague who may send a returned request again. Ask permissions first."""
    return (await connection.execute(select(drafts).where(drafts.c.ref == ref))).one_or_none()


async def submission_of(connection: AsyncConnection, ref: str, person: str) -> Row[Any] | None:
    """The last time this person sent this request in, and what became of it."""
    query = (
        select(commands)
        .where(commands.c.ref == ref, commands.c.act == "submit", commands.c.actor == person)
        .order_by(commands.c.received_at.desc())
        .limit(1)
    )
    return (await connection.execute(query)).one_or_none()


async def words_of(connection: AsyncConnection, ref: str, acts: tuple[str, ...]) -> Rows:
    """What was written in these acts of a case, oldest first; only acts that were applied."""
    query = (
        select(commands.c.act, commands.c.body, commands.c.actor, commands.c.received_at)
        .where(commands.c.ref == ref, commands.c.act.in_(acts), commands.c.state == "applied")
        .order_by(commands.c.received_at)
    )
    return (await connection.execute(query)).all()


async def states(connection: AsyncConnection, refs: set[str]) -> Mapping[str, Mapping[str, Any]]:
    """The folded cases, as JSON, for the few rows of a list that need more than their columns."""
    if not refs:
        return {}
    rows = await connection.execute(select(cases.c.ref, cases.c.state).where(cases.c.ref.in_(refs)))
    return {row.ref: row.state for row in rows}
