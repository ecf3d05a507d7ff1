"""Deliveries of a bulk grant: the first ones as the acts of their case say them, the later ones as both teams do (P3)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import events as e
from domain.case import Case, Kind
from domain.commands import Fault
from domain.grants import Mode, grant_id
from domain.manifests import Manifest, State, differences, headline, is_over, manifest_of, moment, whole
from store import faults, use_log
from store.grants import by_id
from store.tables import commands, deliveries, events, grant_versions, grants, notices

PAGE = 50
MOST = 10_000  # rows of a file

d, g = deliveries.c, grants.c


# --- with a transition of the case (C17) --------------------------------------------------------------------------


async def keep(
    connection: AsyncConnection,
    at: datetime,
    command: str,
    actor: str,
    steps: Sequence[tuple[e.Event, Case]],
) -> None:
    """The first delivery, from the acts of its case. Its grant is written by now."""
    for event, case in steps:
        if isinstance(event, e.DeliveryRecorded):
            await _announced(connection, at, command, actor, steps[-1][1])
        if isinstance(event, e.DeliveryMismatched):
            await _compared(connection, at, command, actor, case, State.MISMATCHED)
            await _say_what_differs(connection, at, command, case.ref)
        if isinstance(event, e.RiskPassed):
            row = await _compared(connection, at, command, actor, case, State.DELIVERED)
            await lives(connection, grant_id(case.ref), row.sent_at if row else at, at)
            if row:
                await over_cap(connection, at, case.ref, row.number, row.rows, row.cap, "sent")


async def _announced(connection: AsyncConnection, at: datetime, command: str, actor: str, case: Case) -> None:
    body = await _body(connection, command)
    grant, sent = await of_case(connection, case.ref), manifest_of(body)
    if grant is None or grant.mode != Mode.BULK or sent is None:
        return
    asked = case.open(Kind.CONFIRM_RECEIPT)
    items = await covered(connection, grant.id)
    when = moment(body.get("sent_on"), at)
    due = asked[0].due_at if asked else None
    await announce(connection, grant, whole(sent, items), when, at, by=actor, due=due, in_case=True)


async def _compared(
    connection: AsyncConnection, at: datetime, command: str, actor: str, case: Case, state: State
) -> Row[Any] | None:
    """What arrived, beside what was announced last; None where this case keeps no deliveries."""
    grant = grant_id(case.ref)
    row = await _last_announced(connection, grant)
    body = await _body(connection, command)
    arrived = manifest_of(body)
    if row is None or arrived is None:
        return None
    items = await covered(connection, grant)
    when = moment(body.get("arrived_on"), at)
    await confirm(connection, row, whole(arrived, items), when, at, by=actor, state=state)
    return row


async def _last_announced(connection: AsyncConnection, grant: str) -> Row[Any] | None:
    query = select(deliveries).where(d.grant == grant, d.state == State.ANNOUNCED, d.in_case)
    return (await connection.execute(query.order_by(d.number.desc()).limit(1))).one_or_none()


async def _say_what_differs(connection: AsyncConnection, at: datetime, command: str, ref: str) -> None:
    """Whoever is told of a mismatch reads at once what it is: the case only knows that the two are not the same."""
    n, ev = notices.c, events.c
    told = select(ev.command).where(ev.ref == ref, ev.kind == "delivery_recorded").order_by(ev.seq.desc())
    recorded = await connection.scalar(told.limit(1))
    sent = manifest_of(await _body(connection, recorded or ""))
    arrived = manifest_of(await _body(connection, command))
    if sent and arrived:
        mine = and_(n.ref == ref, n.news == "delivery_mismatched", n.created_at == at)
        said = headline(differences(sent, arrived))
        await connection.execute(update(notices).where(mine).values(headline=said))


async def _body(connection: AsyncConnection, command: str) -> dict[str, Any]:
    return await connection.scalar(select(commands.c.body).where(commands.c.id == command)) or {}


# --- writing ------------------------------------------------------------------------------------------------------


async def announce(
    connection: AsyncConnection,
    grant: Row[Any],
    sent: Manifest,
    sent_at: datetime,
    at: datetime,
    *,
    by: str,
    due: datetime | None,
    in_case: bool = False,
) -> int:
    """The sending team says what it sent: the number of the delivery."""
    last = await connection.scalar(select(func.max(d.number)).where(d.grant == grant.id)) or 0
    values: dict[str, Any] = {
        "grant": grant.id,
        "number": last + 1,
        "state": State.ANNOUNCED,
        "in_case": in_case,
        "cap": grant.cap,
        "items": list(sent.items),
        "rows": sent.rows,
        "checksum": sent.checksum,
        "sent_at": sent_at,
        "recorded_at": at,
        "recorded_by": by,
        "confirm_by": due,
    }
    await connection.execute(insert(deliveries).values(values))
    return last + 1


async def confirm(
    connection: AsyncConnection,
    row: Row[Any],
    arrived: Manifest,
    arrived_at: datetime,
    at: datetime,
    *,
    by: str,
    state: State,
) -> None:
    """The receiving team says what arrived. Both receipts are kept, whatever comes of it."""
    values: dict[str, Any] = {
        "state": state,
        "arrived_items": list(arrived.items),
        "arrived_rows": arrived.rows,
        "arrived_checksum": arrived.checksum,
        "arrived_at": arrived_at,
        "confirmed_at": at,
        "confirmed_by": by,
    }
    here = (d.grant == row.grant, d.number == row.number)
    await connection.execute(update(deliveries).where(*here).values(values))


async def lives(connection: AsyncConnection, grant: str, used_at: datetime, at: datetime) -> None:
    """A delivery is a sign of life (D), as a row of the use log is: whatever was silent is not any more."""
    await use_log.heard(connection, {grant: used_at}, at)


async def over_cap(
    connection: AsyncConnection, at: datetime, ref: str, number: int, rows: int, cap: int, seen: str
) -> None:
    """P3: the delivery is kept as it was, and the risk owner is asked about it in the case."""
    if is_over(rows, cap):
        about = str(number)
        await faults.find(connection, at, ref, Fault.OVER_CAP, about, seen=f"{about}.{seen}")


# --- reading ------------------------------------------------------------------------------------------------------


async def of_case(connection: AsyncConnection, ref: str, *, lock: bool = False) -> Row[Any] | None:
    """The grant of a case. `lock`: it stays as it is until this transaction ends."""
    query = select(grants).where(g.ref == ref)
    return (await connection.execute(query.with_for_update() if lock else query)).one_or_none()


async def covered(connection: AsyncConnection, grant: str) -> tuple[str, ...]:
    """The items that the grant covers now."""
    row = await by_id(connection, grant)
    return tuple(row.items) if row else ()


async def ever_covered(connection: AsyncConnection, grant: str) -> tuple[str, ...]:
    """The items of every version of it, in the order of the widest: the first."""
    v = grant_versions.c
    rows = (await connection.scalars(select(v["items"]).where(v.grant == grant).order_by(v.version))).all()
    return tuple(dict.fromkeys(item for items in rows for item in items))


async def one(connection: AsyncConnection, grant: str, number: int) -> Row[Any] | None:
    query = select(deliveries).where(d.grant == grant, d.number == number)
    return (await connection.execute(query)).one_or_none()


async def listed(
    connection: AsyncConnection, grant: str, before: int | None = None, most: int = PAGE
) -> Sequence[Row[Any]]:
    """Newest first, one more than a page so that whoever asks sees whether it goes on."""
    query = select(deliveries).where(d.grant == grant).order_by(d.number.desc()).limit(most + 1)
    return (await connection.execute(query.where(d.number < before) if before else query)).all()
