"""Grants: written in the transaction that records the act of their case, and read by whoever checks one (P3, I4)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import events as e
from domain.case import Case
from domain.grants import (
    MODES,
    OVER,
    Change,
    Mode,
    Standing,
    State,
    cap,
    changes,
    ends_at,
    grant_id,
    messages,
    state_after,
    status_of,
)
from domain.webhooks import Message
from store import x_road
from store.service_directory import bound_service
from store.tables import cases, grant_states, grant_versions, grants

g, v = grants.c, grant_versions.c


async def keep(
    connection: AsyncConnection,
    at: datetime,
    before: Case,
    steps: Sequence[tuple[e.Event, Case]],
    answers: Mapping[str, Any],
) -> list[Message]:
    """What a transition makes of the grant. Returns whom it is to be told, in the order of its events."""
    row = await _row(connection, before.ref)
    found = list(_changes(State(row.state) if row else None, before, steps))
    case = steps[-1][1]
    if not found:
        if row and (row.register_version != case.register_version or row.ends_at != ends_at(case)):
            await _write(connection, at, case, State(row.state), row.version)
        return []
    state = found[-1].state
    items = await connection.scalar(select(cases.c.items_shared).where(cases.c.ref == case.ref)) or []
    version = await _version(connection, at, case, row, items, answers, state)
    await _write(connection, at, case, state, version)
    await _list(connection, at, grant_id(case.ref), state, version)
    if row is None or row.state != state:
        stood = {"grant": grant_id(case.ref), "state": state, "since": at}
        await connection.execute(
            insert(grant_states).values(stood)
        )  # what a late row of the use log is judged by
    await x_road.wish(connection, at, grant_id(case.ref))
    stands = await _standing(connection, case)
    return [
        message
        for each in found
        for message in messages(stands, each.before, case, each.change, each.seq, at)
    ]


@dataclass(frozen=True, kw_only=True)
class _Found:
    """`state`: of the grant just after event `seq`; `before`: the case just before it."""

    change: Change
    state: State
    before: Case
    seq: int


def _changes(state: State | None, before: Case, steps: Iterable[tuple[e.Event, Case]]) -> Iterator[_Found]:
    for event, case in steps:
        now = state_after(state, case, event)
        for change in changes(state, before, case, event):
            assert now
            yield _Found(change=change, state=now, before=before, seq=case.version)
        state, before = now, case


async def _version(
    connection: AsyncConnection,
    at: datetime,
    case: Case,
    row: Row[Any] | None,
    items: list[str],
    answers: Mapping[str, Any],
    state: State,
) -> int:
    """The version of what it covers: a new one where the items are others, the first where there is no grant yet."""
    assert case.receiving and case.sending
    grant = grant_id(case.ref)
    if row is None:
        first = {
            "id": grant,
            "ref": case.ref,
            "state": state,
            "version": 1,
            "mode": MODES.get(str(answers.get("pattern")), Mode.BULK),
            "use": case.use,
            "cap": cap(answers),
            "service": await bound_service(connection, case.sending.team, items),
            "register_version": case.register_version,
            "receiving_organisation": case.receiving.organisation,
            "receiving_team": case.receiving.team,
            "sending_organisation": case.sending.organisation,
            "sending_team": case.sending.team,
            "issued_at": at,
            "changed_at": at,
        }
        await connection.execute(insert(grants).values(first))
    held = await connection.scalar(
        select(v["items"]).where(v.grant == grant).order_by(v.version.desc()).limit(1)
    )
    if row and held == items:
        return row.version
    version = row.version + 1 if row else 1
    status = status_of(state, newest=True)
    fresh = {
        "grant": grant,
        "version": version,
        "items": items,
        "since": at,
        "status": status,
        "changed_at": at,
    }
    await connection.execute(insert(grant_versions).values(fresh))
    return version


async def _write(connection: AsyncConnection, at: datetime, case: Case, state: State, version: int) -> None:
    assert case.receiving and case.sending
    values = {
        "state": state,
        "version": version,
        "register_version": case.register_version,
        "active_from": case.active_from,
        "receiving_organisation": case.receiving.organisation,
        "receiving_team": case.receiving.team,
        "sending_organisation": case.sending.organisation,
        "sending_team": case.sending.team,
        "changed_at": at,
    }
    if state not in OVER:  # of what is over, the end that was agreed stays to be read
        values["ends_at"] = ends_at(case)
    await connection.execute(update(grants).where(g.ref == case.ref).values(values))


async def _list(connection: AsyncConnection, at: datetime, grant: str, state: State, version: int) -> None:
    """What the status list says of each version from now on."""
    for newest, which in ((True, v.version == version), (False, v.version != version)):
        status = status_of(state, newest=newest)
        await connection.execute(
            update(grant_versions)
            .where(v.grant == grant, which, v.status != status)
            .values(status=status, changed_at=at)
        )


async def _row(connection: AsyncConnection, ref: str) -> Row[Any] | None:
    return (await connection.execute(select(grants).where(g.ref == ref))).one_or_none()


async def _standing(connection: AsyncConnection, case: Case) -> Standing:
    row = await by_id(connection, grant_id(case.ref))
    assert row
    return standing(row)


# --- reading ---------------------------------------------------------------------------------------------------


def standing(row: Row[Any]) -> Standing:
    """Of a row of `by_id`."""
    return Standing(
        id=row.id,
        ref=row.ref,
        state=State(row.state),
        version=row.version,
        index=row.place,
        items=tuple(row.items),
        register_version=row.register_version,
        ends_at=row.ends_at,
    )


async def by_id(connection: AsyncConnection, grant: str) -> Row[Any] | None:
    """A grant with its newest version: `items`, and `place`, its number in the status list."""
    query = (
        select(grants, v["items"], v.number.label("place"))
        .join(grant_versions, (v.grant == g.id) & (v.version == g.version))
        .where(g.id == grant)
    )
    return (await connection.execute(query)).one_or_none()


async def of_case(connection: AsyncConnection, ref: str) -> Row[Any] | None:
    """As `by_id`; None before a case is approved."""
    return await by_id(connection, grant_id(ref))
