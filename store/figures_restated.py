"""The public log of restatements (G7): a row each time a number that was told becomes another one. Only added to."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import events as e
from domain.case import Case
from domain.figure_asked import Asked
from domain.figure_restated import Change, changes, why
from domain.figure_tally import Tally
from domain.working_days import london_date
from store import tables
from store.database import insert_into

rs, fc = tables.restatements.c, tables.figure_counts.c
Number = tuple[bool, str, str]  # made-up ones, figure, month
MOST_CHANGES = 500  # of one recount; a row is not the place for more


@dataclass(frozen=True, kw_only=True)
class Restated:
    """One row of the log. `ref` only where the case is in the public register."""

    number: int
    day: date
    why: str
    note: str
    first_day: str
    last_day: str
    ref: str
    changes: tuple[Change, ...]


# --- writing ---------------------------------------------------------------------------------------------------


async def move(
    connection: AsyncConnection,
    ref: str,
    before: Tally,
    after: Tally,
    steps: Iterable[tuple[e.Event, Case]],
    at: datetime,
    *,
    known: bool = True,
) -> None:
    """A counted case stands somewhere else from now on. Told before the counts are moved; `known`: whether they stand."""
    found = changes(before, after)
    if known:
        found = [await _with_numbers(connection, change) for change in found]
    was, now = before.dims, after.dims
    row = {
        "at": at,
        "why": why([event for event, _ in steps], was, now),
        "ref": ref,
        "number": sum(name == "restated" for _, name, _ in after.marks),
        "note": "",
        "first_day": before.received_on,
        "last_day": london_date(at).isoformat(),
        "bodies": _list({was.receiving, was.sending, now.receiving, now.sending}),
        "clusters": _list({was.cluster, now.cluster} - {""}) or "||",
        "lanes": _list({was.lane or "none", now.lane or "none"}),
        "demo": now.demo if was.demo == now.demo else None,
        "changes": [asdict(change) for change in found],
    }
    await connection.execute(
        insert_into(connection, tables.restatements).values(row).on_conflict_do_nothing()
    )


async def _with_numbers(connection: AsyncConnection, change: Change) -> Change:
    """The number before and after, as a page told it and tells it."""
    wanted = [
        fc.organisation == change.organisation,
        fc.demo == change.demo,
        fc.family == "flow",
        fc.name == change.figure,
        fc.day.between(f"{change.month}-01", f"{change.month}-31"),
    ]
    if change.cluster:
        wanted.append(fc.cluster == change.cluster)
    if change.lane:
        wanted.append(fc.lane == ("" if change.lane == "none" else change.lane))
    n = int(await connection.scalar(select(func.coalesce(func.sum(fc.n), 0)).where(*wanted)) or 0)
    return replace(change, before=n, after=n + change.change)


def _list(values: Iterable[str]) -> str:
    found = "|".join(sorted(values))
    return f"|{found}|" if found else ""


async def note(connection: AsyncConnection, text: str, asked: Asked, at: datetime) -> None:
    """What an operator says about a correction, and which figures it touches."""
    await _add(connection, "note", text, asked, [], at)


async def standing(connection: AsyncConnection) -> Counter[Number]:
    """The flows of every month as they are kept now, of everybody."""
    month = literal_column("substr(day, 1, 7)")
    query = select(fc.demo, fc.name, month, func.sum(fc.n)).where(fc.organisation == "", fc.family == "flow")
    rows = await connection.execute(query.group_by(fc.demo, fc.name, month))
    return +Counter({(bool(row[0]), row[1], row[2]): int(row[3]) for row in rows})


async def recounted(connection: AsyncConnection, before: Counter[Number], at: datetime) -> None:
    """Tell what counting anew has changed. Nothing, when it changed nothing or there were no figures before."""
    after = await standing(connection)
    found = [
        Change(figure=figure, month=month, demo=demo, change=after[key] - n, before=n, after=after[key])
        for key in sorted(before.keys() | after.keys())
        for demo, figure, month in [key]
        for n in [before[key]]
        if after[key] != n
    ]
    if before and found:
        months = sorted(change.month for change in found)
        asked = Asked(since=date.fromisoformat(f"{months[0]}-01"), until=london_date(at))
        await _add(connection, "recounted", "", asked, found[:MOST_CHANGES], at, both=True)


async def _add(
    connection: AsyncConnection,
    reason: str,
    text: str,
    asked: Asked,
    found: Sequence[Change],
    at: datetime,
    *,
    both: bool = False,
) -> None:
    row = {
        "at": at,
        "why": reason,
        "ref": None,
        "number": 0,
        "note": text,
        "first_day": asked.since.isoformat(),
        "last_day": asked.until.isoformat(),
        "bodies": _list({asked.organisation} - {""}),
        "clusters": _list({asked.cluster} - {""}),
        "lanes": _list({asked.lane} - {""}),
        "demo": None if both else asked.demo,
        "changes": [asdict(change) for change in found],
    }
    await connection.execute(tables.restatements.insert().values(row))


# --- reading ---------------------------------------------------------------------------------------------------


def _touches(asked: Asked) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [
        rs.first_day <= asked.until.isoformat(),
        rs.last_day >= asked.since.isoformat(),
        or_(rs.demo.is_(None), rs.demo == asked.demo),
    ]
    beside = ((rs.bodies, asked.organisation), (rs.clusters, asked.cluster), (rs.lanes, asked.lane))
    for column, value in beside:
        if value:
            wanted.append(or_(column == "", column.contains(f"|{value}|", autoescape=True)))
    return wanted


async def touching(connection: AsyncConnection, asked: Asked) -> int:
    """How many restatements changed, or may have changed, a number of what is asked."""
    return await connection.scalar(select(func.count()).where(*_touches(asked))) or 0


async def listed(connection: AsyncConnection, asked: Asked, most: int) -> list[Restated]:
    """The newest first."""
    r = tables.register.c
    query = (
        select(tables.restatements, r.ref.label("public"))
        .outerjoin(tables.register, (r.ref == rs.ref) & r.latest)
        .where(*_touches(asked))
        .order_by(rs.at.desc(), rs.id.desc())
        .limit(most)
    )
    return [_restated(row) for row in await connection.execute(query)]


async def moves_by_case(connection: AsyncConnection) -> dict[str, int]:
    """How many moves of each case the log knows; for the comparison with a second count."""
    query = select(rs.ref, func.count()).where(rs.ref.is_not(None)).group_by(rs.ref)
    return {row[0]: row[1] for row in await connection.execute(query)}


def _restated(row: Row[Any]) -> Restated:
    return Restated(
        number=row.id,
        day=london_date(row.at),
        why=row.why,
        note=row.note,
        first_day=row.first_day,
        last_day=row.last_day,
        ref=row.public or "",
        changes=tuple(Change(**each) for each in row.changes),
    )
