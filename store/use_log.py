"""The use log (D): rows that machines tell, each once; what they make of grants, days and tasks, in one transaction."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Row, Select, case, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from domain.body_tasks import DAYS, BodyKind
from domain.commands import Fault
from domain.grants import State
from domain.people import Role
from domain.use_log import Flag, Known, SaidOtherwise, flag_of
from domain.use_rows import Use
from domain.working_days import Nation, due, london_date
from store import body_tasks, commands, directory, faults, tables
from store.database import insert_into

T = TypeVar("T")
AT_ONCE = 400  # rows or names in one statement: fewer than any database takes

r, d = tables.use_rows.c, tables.use_days.c
g, s = tables.grants.c, tables.grant_states.c


@dataclass(frozen=True, kw_only=True)
class Flagged:
    """`row`: its place in what was sent, from 1."""

    row: int
    id: str
    flag: Flag


@dataclass(frozen=True, kw_only=True)
class Stored:
    """`flagged`: of all that were sent, the known ones too, so that who asks again is told the same."""

    stored: int
    known: int
    flagged: tuple[Flagged, ...]


def some_of(rows: Sequence[T]) -> Iterator[list[T]]:
    """As many at once as one statement takes."""
    for start in range(0, len(rows), AT_ONCE):
        yield list(rows[start : start + AT_ONCE])


async def known(connection: AsyncConnection, grants: Collection[str]) -> dict[str, Known]:
    """Those of the grants that there are, with how they stood over time."""
    states: dict[str, list[tuple[datetime, State]]] = {}
    rows = list[Any]()
    for some in some_of(sorted(grants)):
        stood = select(s.grant, s.since, s.state).where(s.grant.in_(some)).order_by(s.number)
        for each in await connection.execute(stood):
            states.setdefault(each.grant, []).append((each.since, State(each.state)))
        named = (
            select(g.id, g.ref, g.sending_organisation, g.receiving_organisation, tables.cases.c.closed)
            .join(tables.cases, tables.cases.c.ref == g.ref)
            .where(g.id.in_(some))
        )
        rows += (await connection.execute(named)).all()
    return {
        row.id: Known(
            id=row.id,
            ref=row.ref,
            closed=row.closed,
            sending=row.sending_organisation,
            receiving=row.receiving_organisation,
            states=tuple(states.get(row.id, ())),
        )
        for row in rows
    }


async def keep(connection: AsyncConnection, organisation: str, uses: Sequence[Use], now: datetime) -> Stored:
    """All of them or none. Raises `SaidOtherwise` where an id was used before for something else.

    Written in one order by everybody, so that two machines that send the same wait for each other and no longer.
    """
    grants = await known(connection, {use.grant for use in uses})
    flags = [flag_of(grants.get(use.grant), organisation, use.logtime) for use in uses]
    rows: dict[str, dict[str, Any]] = {}
    for place, (use, flag) in enumerate(zip(uses, flags, strict=True), start=1):
        row = _row(organisation, use, flag, grants.get(use.grant), now)
        if rows.setdefault(use.id, row)["hash"] != row["hash"]:
            raise SaidOtherwise(row=place, id=use.id)
    new = await _insert(connection, [rows[each] for each in sorted(rows)])
    first_flags = await _as_before(connection, organisation, uses, new)
    fresh = [rows[each] for each in sorted(new)]
    await _count(connection, fresh, grants)
    await heard(connection, _last_uses(fresh), now)
    await _put_before_somebody(connection, organisation, fresh, grants, now)
    flagged = [
        Flagged(row=place, id=use.id, flag=Flag(said))
        for place, (use, flag) in enumerate(zip(uses, flags, strict=True), start=1)
        if (said := first_flags.get(use.id, flag or ""))
    ]
    return Stored(stored=len(new), known=len(uses) - len(new), flagged=tuple(flagged))


def _row(
    organisation: str, use: Use, flag: Flag | None, grant: Known | None, now: datetime
) -> dict[str, Any]:
    return {
        "organisation": organisation,
        "id": use.id,
        "hash": use.hash,
        "received_at": now,
        "logtime": use.logtime,
        "action": use.action,
        "receiver_code": use.receiver_code,
        "receiver_name": use.receiver_name,
        "receiver_system": use.receiver_system,
        "grant": use.grant,
        "ref": grant.ref if grant else "",
        "purpose": use.purpose,
        "basis": use.basis,
        "items": list(use.items),
        "subject": use.subject,
        "flag": flag or "",
        "by_party": bool(grant and grant.is_of(organisation)),
    }


async def _insert(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> set[str]:
    """The ids of those that were not there."""
    new = set[str]()
    for some in some_of(rows):
        statement = insert_into(connection, tables.use_rows).values(some).on_conflict_do_nothing()
        new |= set((await connection.scalars(statement.returning(r.id))).all())
    return new


async def _as_before(
    connection: AsyncConnection, organisation: str, uses: Sequence[Use], new: Collection[str]
) -> dict[str, str]:
    """What those that were there were flagged as. Raises where one of them said something else."""
    kept: dict[str, Row[Any]] = {}
    for some in some_of(sorted({use.id for use in uses} - set(new))):
        query = select(r.id, r.hash, r.flag).where(r.organisation == organisation, r.id.in_(some))
        kept |= {row.id: row for row in await connection.execute(query)}
    for place, use in enumerate(uses, start=1):
        if use.id in kept and kept[use.id].hash != use.hash:
            raise SaidOtherwise(row=place, id=use.id)
    return {key: row.flag for key, row in kept.items()}


async def _count(
    connection: AsyncConnection, rows: Iterable[Mapping[str, Any]], grants: Mapping[str, Known]
) -> None:
    """Only what one of the two bodies tells is counted: nobody else can move a public number."""
    calls, flagged = Counter[tuple[str, str, str]](), Counter[tuple[str, str, str]]()
    for row in rows:
        if row["by_party"]:
            side = grants[row["grant"]].side(row["organisation"])
            where = (row["ref"], london_date(row["logtime"]).isoformat(), side)
            calls[where] += 1
            flagged[where] += bool(row["flag"])
    for some in some_of(sorted(calls)):
        values = [
            {
                "ref": ref,
                "day": day,
                "side": side,
                "calls": calls[ref, day, side],
                "flagged": flagged[ref, day, side],
            }
            for ref, day, side in some
        ]
        fresh = insert_into(connection, tables.use_days).values(values)
        added = {"calls": d.calls + fresh.excluded.calls, "flagged": d.flagged + fresh.excluded.flagged}
        key = ["ref", "day", "side"]
        await connection.execute(fresh.on_conflict_do_update(index_elements=key, set_=added))


def _last_uses(rows: Iterable[Mapping[str, Any]]) -> dict[str, datetime | None]:
    found: dict[str, datetime | None] = {}
    for row in sorted(rows, key=lambda each: each["logtime"]):
        if row["by_party"]:
            found[row["grant"]] = row["logtime"]
    return found


# --- signs of life ---------------------------------------------------------------------------------------------------


def _later(column: Any, at: datetime) -> ColumnElement[Any]:
    return case((or_(column.is_(None), column < at), literal(at, tables.Instant)), else_=column)


async def heard(connection: AsyncConnection, used: Mapping[str, datetime | None], now: datetime) -> None:
    """Somebody told of these grants, with when they were last used, or None where nothing happened. In their order."""
    for grant in sorted(used):
        was = await since(connection, grant)
        values: dict[str, Any] = {"last_heard_at": _later(g.last_heard_at, now)}
        if last := used[grant]:
            values["last_use_at"] = _later(g.last_use_at, last)
        await connection.execute(update(tables.grants).where(g.id == grant).values(values))
        if was is not None:
            await _not_silent_any_more(connection, was.ref, was.since, now)


def last_sign() -> Select[*tuple[Any, ...]]:
    """Grants with `since`: when one was last heard of or, if later, began to stand as it stands."""
    stands = select(func.max(s.since)).where(s.grant == g.id).scalar_subquery()
    sign = case((or_(g.last_heard_at.is_(None), g.last_heard_at < stands), stands), else_=g.last_heard_at)
    return select(g.id, g.ref, g.mode, sign.label("since"))


async def since(connection: AsyncConnection, grant: str) -> Row[Any] | None:
    return (await connection.execute(last_sign().where(g.id == grant))).one_or_none()


async def _not_silent_any_more(connection: AsyncConnection, ref: str, was: datetime, now: datetime) -> None:
    """Whether the case was told of this very silence is asked by the id under which it would have been."""
    about = london_date(was).isoformat()
    if await commands.get(connection, faults.command_id(ref, faults.FIND, Fault.SILENT, about)):
        await faults.clear(connection, now, ref, Fault.SILENT, about, seen=about)


# --- what was not authorised -------------------------------------------------------------------------------------------


async def _put_before_somebody(
    connection: AsyncConnection,
    organisation: str,
    rows: Iterable[Mapping[str, Any]],
    grants: Mapping[str, Known],
    now: datetime,
) -> None:
    """At most one task for each grant and day on which it was told; for all that nobody knows, one together."""
    today = london_date(now).isoformat()
    for grant in sorted({row["grant"] if row["ref"] else "" for row in rows if row["flag"]}):
        found = grants.get(grant)
        if found and await faults.find(connection, now, found.ref, Fault.UNAUTHORISED, today, seen=today):
            continue
        await _task(connection, organisation, found, f"{grant or 'unknown'} {today}", now)


async def _task(
    connection: AsyncConnection, organisation: str, grant: Known | None, about: str, now: datetime
) -> None:
    """For whoever decides in the sending team, if its own machine told; for leader 1 of any other body."""
    b = tables.body_tasks.c
    asked = select(b.id).where(
        b.kind == BodyKind.UNAUTHORISED_USE, b.about == about, b.organisation == organisation
    )
    if await connection.scalar(asked.limit(1)):
        return
    o = tables.organisations.c
    nation = await connection.scalar(select(o.nation).where(o.id == organisation))
    team = ""
    if grant and grant.sending == organisation:
        team = await connection.scalar(select(g.sending_team).where(g.id == grant.id)) or ""
    await body_tasks.open_task(
        connection,
        now,
        BodyKind.UNAUTHORISED_USE,
        about,
        organisation=organisation,
        team=team,
        role=Role.SENDER_DECIDER if team else Role.LEADER_1,
        due_at=due(
            await directory.full_calendar(connection), Nation(nation), now, DAYS[BodyKind.UNAUTHORISED_USE]
        ),
        ref=grant.ref if grant and grant.is_of(organisation) else "",
    )
