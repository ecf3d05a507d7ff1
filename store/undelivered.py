"""Changes of grants that must arrive and have not, and who is asked to see to it (P3).

What is told apart is one endpoint in one case: whatever waits there waits behind the first of it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from domain.body_tasks import BodyKind
from domain.commands import Fault
from domain.decide.exchange import MENDING, about_of
from domain.grants import MUST_ARRIVE
from domain.people import Role
from domain.permissions import DATA_HELD
from domain.webhook_rules import Sending, State
from domain.working_days import Calendar, Nation
from store import body_tasks, faults
from store.tables import body_tasks as asked_bodies
from store.tables import cases, organisations, tasks, teams, webhook_endpoints, webhook_messages

m, ends, t, b = webhook_messages.c, webhook_endpoints.c, tasks.c, asked_bodies.c
OURS = about_of(Fault.UNDELIVERED, "")  # 'undelivered:'


def body_about(ref: str, endpoint: str) -> str:
    """What tells tasks of bodies about it apart."""
    return f"{ref}.{endpoint}"


async def waiting(connection: AsyncConnection, before: datetime) -> Sequence[Row[*tuple[Any, ...]]]:
    """Messages made before `before` that never arrived, oldest first, with the nation of whose machine it is."""
    query = (
        select(m.id, m.ref, m.endpoint, m.made_at, organisations.c.nation)
        .join(webhook_endpoints, ends.id == m.endpoint)
        .join(organisations, organisations.c.id == ends.organisation)
        .where(_has_not_arrived(), m.made_at < before)
    )
    return (await connection.execute(query.order_by(m.number))).all()


async def find(
    connection: AsyncConnection, at: datetime, row: Row[*tuple[Any, ...]], calendar: Calendar
) -> bool:
    """Ask both teams to see to it, once for each message: in the case, or of the bodies where the case is closed."""
    stage = await connection.scalar(select(cases.c.stage).where(cases.c.ref == row.ref))
    about = (connection, at, row.ref, Fault.UNDELIVERED, row.endpoint)
    if stage in DATA_HELD and await faults.find(*about, seen=row.id):
        return True
    return await _ask_bodies(connection, at, row, calendar)


async def settle(connection: AsyncConnection, at: datetime, ref: str = "", endpoint: str = "") -> int:
    """Take back what was asked about endpoints at which nothing waits any more; how often.

    `ref`, `endpoint`: only about these. An endpoint that its owners closed is not waited for either.
    """
    in_cases = await _asked_in_cases(connection, ref, endpoint)
    of_bodies = await _asked_of_bodies(connection, ref, endpoint)
    done = 0
    for here in dict.fromkeys((*in_cases, *of_bodies)):
        if await _waits(connection, *here):
            continue
        if here in in_cases:
            case, end = here
            done += await faults.clear(connection, at, case, Fault.UNDELIVERED, end, seen=in_cases[here])
        if here in of_bodies:
            about = body_about(*here)
            done += await body_tasks.close_tasks(connection, at, BodyKind.UNDELIVERED, about, how="by_itself")
    return done


async def whose(connection: AsyncConnection, endpoints: Sequence[str]) -> dict[str, str]:
    """Endpoint -> whose machine it is: the body, and the team where it is one team's. No address."""
    query = (
        select(ends.id, organisations.c.name, teams.c.name.label("team"))
        .join(organisations, organisations.c.id == ends.organisation)
        .outerjoin(teams, teams.c.id == ends.team)
        .where(ends.id.in_(endpoints))
    )
    found = await connection.execute(query)
    return {row.id: f"{row.name}, {row.team}" if row.team else row.name for row in found}


async def _ask_bodies(
    connection: AsyncConnection, at: datetime, row: Row[*tuple[Any, ...]], calendar: Calendar
) -> bool:
    about, c = body_about(row.ref, row.endpoint), cases.c
    asked = select(b.id).where(b.kind == BodyKind.UNDELIVERED, b.about == about, b.opened_at >= row.made_at)
    if await connection.scalar(asked.limit(1)):
        return False  # whoever was asked has answered for it
    sides = (
        select(c.receiving_organisation, c.receiving_team, c.sending_organisation, c.sending_team)
        .where(c.ref == row.ref)
        .limit(1)
    )
    case = (await connection.execute(sides)).one_or_none()
    if case is None:
        return False
    for role, organisation, team in (
        (Role.REQUESTER, case.receiving_organisation, case.receiving_team),
        (Role.SENDER_DECIDER, case.sending_organisation, case.sending_team),
    ):
        nation = await connection.scalar(
            select(organisations.c.nation).where(organisations.c.id == organisation)
        )
        due_at = body_tasks.due_at(calendar, Nation(str(nation)), BodyKind.UNDELIVERED, at)
        whom = {"organisation": organisation, "team": team, "role": role}
        await body_tasks.open_task(
            connection, at, BodyKind.UNDELIVERED, about, due_at=due_at, ref=row.ref, **whom
        )
    return True


async def _asked_in_cases(connection: AsyncConnection, ref: str, endpoint: str) -> dict[tuple[str, str], str]:
    """(ref, endpoint) -> the first task that is open about it."""
    query = select(t.ref, t.task, t.about).where(t.kind.in_(MENDING), t.closed_at.is_(None))
    query = (
        query.where(t.ref == ref, t.about == f"{OURS}{endpoint}")
        if ref
        else query.where(t.about.startswith(OURS))
    )
    found = dict[tuple[str, str], str]()
    for row in await connection.execute(query.order_by(t.opened_at, t.task)):
        found.setdefault((row.ref, row.about.removeprefix(OURS)), row.task)
    return found


async def _asked_of_bodies(connection: AsyncConnection, ref: str, endpoint: str) -> set[tuple[str, str]]:
    query = select(b.ref, b.about).where(b.kind == BodyKind.UNDELIVERED, b.closed_at.is_(None))
    if ref:
        query = query.where(b.about == body_about(ref, endpoint))
    found = await connection.execute(query)
    return {(row.ref, row.about.removeprefix(body_about(row.ref, ""))) for row in found}


async def _waits(connection: AsyncConnection, ref: str, endpoint: str) -> bool:
    query = select(m.id).join(webhook_endpoints, ends.id == m.endpoint).where(_has_not_arrived())
    here = query.where(m.ref == ref, m.endpoint == endpoint)
    return await connection.scalar(here.limit(1)) is not None


def _has_not_arrived() -> ColumnElement[bool]:
    """Sent again by hand, a message that arrived once is no cause to ask anybody."""
    return and_(
        m.state == Sending.WAITING,
        m.kind.in_(MUST_ARRIVE),
        m.delivered_at.is_(None),
        ends.state != State.CLOSED,
    )
