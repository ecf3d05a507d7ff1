"""What the grants' rights on X-Road should be, wished in the transaction that changes a grant, and what came of it (P3).

A grant has one job and the newest wish counts: each wish is another round, with a run of its own, so that a removal
never waits behind an addition. What may have been put somewhere is written down before anything is sent.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.grants import State
from domain.webhook_rules import LOST
from domain.x_road import (
    AccessRight,
    BadIdentifier,
    Placed,
    Step,
    Wanted,
    as_row,
    endpoints,
    from_row,
    service_code,
    steps,
    subsystem,
    wanted,
)
from domain.x_road_setup import NoXRoadService, NoXRoadSubject
from store.database import insert_into
from store.tables import grants, services, x_road_jobs, x_road_servers, x_road_subjects

g, j, offered, servers, subjects = grants.c, x_road_jobs.c, services.c, x_road_servers.c, x_road_subjects.c


@dataclass(frozen=True, kw_only=True)
class XRoadTurn:
    """One round of one grant. `looks`: the second look, a while after everything was as wished."""

    grant: str
    round: int
    looks: bool = False


@dataclass(frozen=True, kw_only=True)
class Server:
    organisation: str
    url: str
    is_on: bool
    certificate: str
    sealed: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`missing`: why a right that should be there cannot be, '' when it can. `servers`: by organisation."""

    turn: XRoadTurn
    wanted: Wanted
    steps: tuple[Step, ...]
    now: Placed | None
    missing: str
    failures: int
    servers: Mapping[str, Server]


# --- wishing ----------------------------------------------------------------------------------------------------------


async def wish(connection: AsyncConnection, at: datetime, grant: str) -> None:
    """What the rights of a grant should be now; nothing where its sending body applies none and never did."""
    row = (await connection.execute(select(grants).where(g.id == grant))).one_or_none()
    if row is None:
        return
    job = await job_of(connection, grant)
    want = wanted(State(row.state))
    if job is None and (want is Wanted.ABSENT or not await _is_on(connection, row.sending_organisation)):
        return  # what Sharecase never added it never removes
    if job and want is Wanted.ABSENT and job.wanted == want and job.applied_at and not job.placed:
        return  # gone already, as of a share that is suspended first and then ends
    values = {
        "wanted": want,
        "started": False,
        "wished_at": at,
        "failures": 0,
        "next_try_at": None,
        "applied_at": None,
        "last_answer": "",
    }
    if job is None:
        fresh = {"grant": grant, "round": 1, "placed": [], **values}
        await connection.execute(insert_into(connection, x_road_jobs).values(fresh).on_conflict_do_nothing())
    else:
        await connection.execute(
            update(x_road_jobs).where(j.grant == grant).values(round=j.round + 1, **values)
        )


async def wish_again(
    connection: AsyncConnection, at: datetime, *, body: str = "", team: str = "", service: str = ""
) -> None:
    """What names their rights has changed: of a sending body its server, of a receiving team its subsystem, or a service."""
    which = {
        "body": g.sending_organisation == body,
        "team": g.receiving_team == team,
        "service": g.service == service,
    }
    told = {"body": body, "team": team, "service": service}
    query = (
        select(g.id)
        .outerjoin(x_road_jobs, j.grant == g.id)
        .where(*(which[name] for name, value in told.items() if value))
        .where(or_(g.state == State.ACTIVE, j.applied_at.is_(None) & j.grant.is_not(None)))
        .order_by(g.id)
    )
    for grant in (await connection.scalars(query)).all():
        await wish(connection, at, grant)


async def _is_on(connection: AsyncConnection, organisation: str) -> bool:
    query = select(servers.is_on).where(servers.organisation == organisation)
    return bool(await connection.scalar(query))


async def job_of(connection: AsyncConnection, grant: str) -> Row[Any] | None:
    return (await connection.execute(select(x_road_jobs).where(j.grant == grant))).one_or_none()


# --- the relay --------------------------------------------------------------------------------------------------------


async def to_start(connection: AsyncConnection, now: datetime, most: int = 100) -> list[XRoadTurn]:
    """Rounds that nobody tries, removals first; one whose next try was hours ago is nobody's either."""
    nobodys = or_(j.started.is_(False), j.next_try_at < now - LOST)
    query = select(j.grant, j.round).where(j.applied_at.is_(None), nobodys)
    rows = await connection.execute(query.order_by(j.wanted, j.wished_at, j.grant).limit(most))
    return [XRoadTurn(grant=row.grant, round=row.round) for row in rows]


async def started(connection: AsyncConnection, turn: XRoadTurn, now: datetime) -> None:
    await connection.execute(_this(turn).values(started=True, next_try_at=now))


# --- the applying -----------------------------------------------------------------------------------------------------


async def plan(connection: AsyncConnection, turn: XRoadTurn) -> Plan | None:
    """What has to be done in this round; None when there is a newer wish."""
    job = await job_of(connection, turn.grant)
    if job is None or job.round != turn.round:
        return None
    now, missing = None, ""
    if job.wanted == Wanted.PRESENT:
        try:
            now = await placed_now(connection, turn.grant)
        except (NoXRoadService, NoXRoadSubject) as refusal:
            missing = refusal.message
    before = [from_row(each) for each in job.placed]
    bodies = {each.organisation for each in (*before, *([now] if now else []))}
    return Plan(
        turn=turn,
        wanted=Wanted(job.wanted),
        steps=steps(now, before, await _of_others(connection, turn.grant, bodies)),
        now=now,
        missing=missing,
        failures=job.failures,
        servers=await _servers(connection, bodies),
    )


async def trying(connection: AsyncConnection, plan: Plan, at: datetime) -> None:
    """Before anything is sent: a crash in the middle must not hide what was added."""
    job = await job_of(connection, plan.turn.grant)
    rows: list[Any] = list(job.placed) if job else []
    if plan.now and as_row(plan.now) not in rows:
        rows.append(as_row(plan.now))
    await connection.execute(_this(plan.turn).values(placed=rows, last_try_at=at))


async def settled(connection: AsyncConnection, plan: Plan, answer: str, at: datetime) -> None:
    """Everything is as wished. After the second look nothing but what is wanted can be there."""
    values: dict[str, Any] = {
        "applied_at": at,
        "failures": 0,
        "next_try_at": None,
        "last_answer": answer[:300],
    }
    if plan.turn.looks:
        values["placed"] = [as_row(plan.now)] if plan.now else []
    await connection.execute(_this(plan.turn).values(values))


async def failed(
    connection: AsyncConnection, turn: XRoadTurn, answer: str, at: datetime, next_try_at: datetime
) -> None:
    values = {
        "applied_at": None,
        "failures": j.failures + 1,
        "last_answer": answer[:300],
        "next_try_at": next_try_at,
    }
    await connection.execute(_this(turn).values(last_try_at=at, **values))


async def heard(connection: AsyncConnection, organisation: str, at: datetime, answer: str) -> None:
    """What became of the latest talk with a body's server; `answer` is '' when it went well."""
    told = {"last_failure_at": at, "last_answer": answer[:300]} if answer else {"last_success_at": at}
    await connection.execute(update(x_road_servers).where(servers.organisation == organisation).values(told))


def _this(turn: XRoadTurn) -> Any:
    return update(x_road_jobs).where(j.grant == turn.grant, j.round == turn.round)


# --- what a grant stands for ------------------------------------------------------------------------------------------


def _named() -> Any:
    return (
        select(
            g.id,
            g.sending_organisation,
            offered.x_road_client,
            offered.x_road_service,
            offered.operations,
            subjects.subject,
        )
        .outerjoin(services, offered.id == g.service)
        .outerjoin(x_road_subjects, subjects.team == g.receiving_team)
    )


async def placed_now(connection: AsyncConnection, grant: str) -> Placed:
    """The right that a grant stands for. Raises `NoXRoadService`, `NoXRoadSubject`."""
    return _placed((await connection.execute(_named().where(g.id == grant))).one())


async def _of_others(connection: AsyncConnection, grant: str, bodies: Iterable[str]) -> list[Placed]:
    query = _named().where(g.state == State.ACTIVE, g.id != grant, g.sending_organisation.in_(sorted(bodies)))
    found: list[Placed] = []
    for row in await connection.execute(query):
        with suppress(NoXRoadService, NoXRoadSubject):
            found.append(_placed(row))
    return found


def _placed(row: Row[Any]) -> Placed:
    try:
        client, service = subsystem(row.x_road_client or ""), service_code(row.x_road_service or "")
    except BadIdentifier:
        raise NoXRoadService from None
    if not row.subject:
        raise NoXRoadSubject
    right = AccessRight(
        subject=row.subject, client=client, service=service, endpoints=endpoints(row.operations or [])
    )
    return Placed(organisation=row.sending_organisation, right=right)


async def _servers(connection: AsyncConnection, bodies: Iterable[str]) -> dict[str, Server]:
    rows = await connection.execute(select(x_road_servers).where(servers.organisation.in_(sorted(bodies))))
    return {
        row.organisation: Server(
            organisation=row.organisation,
            url=row.url,
            is_on=row.is_on,
            certificate=row.certificate,
            sealed=row.sealed,
        )
        for row in rows
    }
