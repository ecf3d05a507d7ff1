"""Messages to the machines of both bodies: kept in the transaction that makes them happen, sent in the order of each case.

A line is what one endpoint is sent about one case. Its first waiting message is tried, and nothing behind it, until it
is delivered or parked. Who does the trying carries (message, round): a message that is sent again by hand is another
round, and whoever still tries the one before finds nothing to do.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, and_, exists, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from domain import events as e
from domain.case import Case
from domain.webhook_rules import GIVES_WAY, LOST, Because, Sending, State, is_sent_while
from domain.webhooks import Group, Message, is_wanted, messages
from store.tables import webhook_endpoints, webhook_messages

ends, m = webhook_endpoints, webhook_messages


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One message to be sent, in one round. What a workflow carries."""

    message: str
    round: int


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A message with what it takes to send it. The secrets sign and are never shown."""

    id: str
    endpoint: str
    ref: str
    kind: str
    group: Group
    data: dict[str, Any]
    at: datetime
    number: int
    round: int
    failures: int
    first_failed_at: datetime | None
    url: str
    endpoint_state: State
    secrets: tuple[str, ...] = field(repr=False)


# --- making -------------------------------------------------------------------------------------------------------


async def keep(
    connection: AsyncConnection,
    at: datetime,
    before: Case,
    steps: Iterable[tuple[e.Event, Case]],
    of_grant: Iterable[Message] = (),
) -> None:
    """Keep a message for each endpoint that each event of a transition is for; what it makes of the grant comes next."""
    told = list[Message]()
    for event, case in steps:
        told.extend(messages(before, case, event))
        before = case
    told.extend(of_grant)
    await put(connection, at, before.ref, sorted(told, key=lambda each: each.seq))


async def put(connection: AsyncConnection, at: datetime, ref: str, told: Sequence[Message]) -> None:
    """Keep these messages about a case, in their order, for whichever endpoints want them. Not for one that is closed."""
    bodies = {each.organisation for each in told}
    if not bodies:
        return
    query = select(ends).where(ends.c.organisation.in_(bodies), ends.c.state != State.CLOSED)
    found = (await connection.execute(query.order_by(ends.c.id))).all()
    rows = dict[str, dict[str, Any]]()
    for each in told:
        for endpoint in found:
            here = endpoint.organisation == each.organisation and endpoint.team in ("", each.team)
            if here and is_wanted(each.group, endpoint.groups):
                row = _row(endpoint, at, ref, each)
                rows.setdefault(
                    row["id"], row
                )  # one body may be on both sides: it is told as the receiving one
    if rows:
        await connection.execute(insert(m), list(rows.values()))


def _row(endpoint: Row[Any], at: datetime, ref: str, message: Message) -> dict[str, Any]:
    waits = is_sent_while(State(endpoint.state), message.group)
    told = f"{endpoint.id}.{ref}.{message.seq}.{message.kind}"
    return {
        "id": f"msg_{sha256(told.encode()).hexdigest()[:32]}",
        "endpoint": endpoint.id,
        "ref": ref,
        "seq": message.seq,
        "kind": message.kind,
        "group": message.group,
        "data": message.data,
        "at": at,
        "made_at": at,
        "state": Sending.WAITING if waits else Sending.PARKED,
        "because": Because.NONE if waits else Because.PAUSED,
    }


# --- the relay: what must be started ------------------------------------------------------------------------------


async def to_start(connection: AsyncConnection, now: datetime, most: int = 100) -> list[Turn]:
    """The first waiting message of each line that nobody tries, oldest first.

    One whose next try was hours ago is nobody's either: the engine has lost it.
    """
    nobodys = or_(m.c.started.is_(False), m.c.next_try_at < now - LOST)
    query = select(m.c.id, m.c.round).where(_waiting(m), nobodys, ~_behind_another())
    rows = await connection.execute(query.order_by(m.c.number).limit(most))
    return [Turn(message=row.id, round=row.round) for row in rows]


async def started(connection: AsyncConnection, turn: Turn, now: datetime) -> None:
    await connection.execute(
        update(m).where(m.c.id == turn.message, m.c.round == turn.round).values(started=True, next_try_at=now)
    )


async def in_the_way(connection: AsyncConnection, now: datetime) -> list[str]:
    """Messages that have failed for minutes and have a revocation behind them."""
    behind = m.alias()
    revocation = exists().where(
        behind.c.endpoint == m.c.endpoint,
        behind.c.ref == m.c.ref,
        behind.c.number > m.c.number,
        behind.c.group == Group.REVOCATIONS,
        _waiting(behind),
    )
    query = select(m.c.id).where(
        _waiting(m), m.c.group != Group.REVOCATIONS, m.c.first_failed_at <= now - GIVES_WAY, revocation
    )
    return list((await connection.scalars(query)).all())


async def give_way(connection: AsyncConnection, message: str) -> None:
    await _settle(connection, message, Sending.PARKED, because=Because.GAVE_WAY)


async def is_behind(connection: AsyncConnection, sent: Outgoing) -> bool:
    """Whether something before it in its line waits after all: it was sent again by hand meanwhile."""
    query = select(m.c.id).where(
        m.c.endpoint == sent.endpoint, m.c.ref == sent.ref, m.c.number < sent.number, _waiting(m)
    )
    return await connection.scalar(query.limit(1)) is not None


async def step_back(connection: AsyncConnection, sent: Outgoing) -> None:
    """It waits its turn again; whoever sends what is before it goes on with it."""
    this = (m.c.id == sent.id, m.c.round == sent.round, _waiting(m))
    await connection.execute(update(m).where(*this).values(started=False))


async def not_now(connection: AsyncConnection, sent: Outgoing) -> None:
    """Its endpoint was paused or closed while it was made."""
    because = Because.CLOSED if sent.endpoint_state is State.CLOSED else Because.PAUSED
    await _settle(connection, sent.id, Sending.PARKED, m.c.round == sent.round, because=because)


def _behind_another() -> ColumnElement[bool]:
    before = m.alias()
    return exists().where(
        before.c.endpoint == m.c.endpoint,
        before.c.ref == m.c.ref,
        before.c.number < m.c.number,
        _waiting(before),
    )


def _waiting(table: Any) -> ColumnElement[bool]:
    return table.c.state == Sending.WAITING


# --- the sending --------------------------------------------------------------------------------------------------


async def outgoing(connection: AsyncConnection, turn: Turn, now: datetime) -> Outgoing | None:
    """The message of a turn, if it still waits in this round; None when there is nothing to send any more."""
    query = (
        select(
            m,
            ends.c.url,
            ends.c.secret,
            ends.c.secret_before,
            ends.c.secret_before_until,
            ends.c.state.label("on"),
        )
        .join(ends, ends.c.id == m.c.endpoint)
        .where(m.c.id == turn.message, m.c.round == turn.round, _waiting(m))
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    overlaps = row.secret_before and row.secret_before_until and row.secret_before_until > now
    return Outgoing(
        id=row.id,
        endpoint=row.endpoint,
        ref=row.ref,
        kind=row.kind,
        group=Group(row.group),
        data=row.data,
        at=row.at,
        number=row.number,
        round=row.round,
        failures=row.failures,
        first_failed_at=row.first_failed_at,
        url=row.url,
        endpoint_state=State(row.on),
        secrets=(row.secret, row.secret_before) if overlaps else (row.secret,),
    )


async def delivered(connection: AsyncConnection, sent: Outgoing, status: int, now: datetime) -> None:
    tried = {
        "attempts": m.c.attempts + 1,
        "failures": 0,
        "last_status": status,
        "reason": "",
        "delivered_at": now,
    }
    if await _settle(connection, sent.id, Sending.DELIVERED, m.c.round == sent.round, **tried):
        # Another round, or another message, may have failed since: what is newest counts.
        await _endpoint(connection, sent.endpoint, last_success_at=now, failing_since=None)


async def failed(
    connection: AsyncConnection,
    sent: Outgoing,
    *,
    status: int | None,
    reason: str,
    now: datetime,
    next_try_at: datetime | None,
) -> None:
    """An attempt that did not arrive. `next_try_at`: None when it is parked for it."""
    tried: dict[str, Any] = {
        "attempts": m.c.attempts + 1,
        "failures": m.c.failures + 1,
        "first_failed_at": sent.first_failed_at or now,
        "last_status": status,
        "reason": reason[:200],
    }
    this = (m.c.id == sent.id, m.c.round == sent.round, _waiting(m))
    if next_try_at is None:
        await _settle(
            connection, sent.id, Sending.PARKED, m.c.round == sent.round, because=Because.FAILED, **tried
        )
    else:
        await connection.execute(update(m).where(*this).values(next_try_at=next_try_at, **tried))
    await _endpoint(connection, sent.endpoint, last_failure_at=now, last_reason=reason[:200])
    first = (ends.c.id == sent.endpoint, ends.c.failing_since.is_(None))
    await connection.execute(update(ends).where(*first).values(failing_since=now))


async def next_in_line(connection: AsyncConnection, sent: Turn, now: datetime) -> Turn | None:
    """What comes after a message that is settled: taken, so that the relay does not start it too."""
    line = select(m.c.endpoint, m.c.ref).where(m.c.id == sent.message).subquery()
    query = (
        select(m.c.id, m.c.round, m.c.started)
        .join(line, and_(line.c.endpoint == m.c.endpoint, line.c.ref == m.c.ref))
        .where(_waiting(m))
        .order_by(m.c.number)
        .limit(1)
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None or row.started:
        return None
    turn = Turn(message=row.id, round=row.round)
    free = (m.c.id == turn.message, m.c.round == turn.round, m.c.started.is_(False))
    taken = await connection.execute(update(m).where(*free).values(started=True, next_try_at=now))
    return turn if taken.rowcount else None


async def pause_gone(connection: AsyncConnection, endpoint: str, now: datetime) -> None:
    """The receiver says that it is gone: nothing more is sent there, but revocations."""
    await connection.execute(
        update(ends)
        .where(ends.c.id == endpoint, ends.c.state == State.ON)
        .values(state=State.PAUSED, gone=True, changed_at=now)
    )
    await hold(connection, endpoint)


async def hold(connection: AsyncConnection, endpoint: str, *, everything: bool = False) -> None:
    """Park what waits at an endpoint that is paused, or (`everything`) closed."""
    waits = [m.c.endpoint == endpoint, _waiting(m)]
    if not everything:
        waits.append(m.c.group.not_in([Group.REVOCATIONS, Group.TEST]))
    because = Because.CLOSED if everything else Because.PAUSED
    await connection.execute(update(m).where(*waits).values(state=Sending.PARKED, because=because))


async def _settle(
    connection: AsyncConnection, message: str, state: Sending, *where: ColumnElement[bool], **values: Any
) -> bool:
    changed = {"because": Because.NONE, **values, "state": state, "next_try_at": None}
    done = await connection.execute(update(m).where(m.c.id == message, _waiting(m), *where).values(changed))
    return done.rowcount > 0


async def _endpoint(connection: AsyncConnection, endpoint: str, **values: Any) -> None:
    await connection.execute(update(ends).where(ends.c.id == endpoint).values(**values))
