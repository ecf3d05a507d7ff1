"""The public figures as rows (§5, P10): moved on in the transaction that records a transition, read in a few queries.

What is read grows with days, bodies and lanes, never with cases (P8).
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Select, and_, delete, func, insert, literal_column, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import events as e
from domain.case import Case
from domain.figure_asked import Asked
from domain.figure_counts import Key, counts, difference
from domain.figure_tally import FLOWS, Facts, Tally, moved_on, needs_days
from domain.figures import Counted, figures
from domain.fold import evolve
from domain.working_days import Calendar
from store import directory, shapes, tables

_tally: TypeAdapter[Tally] = TypeAdapter(Tally)
_calendars: WeakKeyDictionary[Engine, Calendar] = WeakKeyDictionary()  # read again only when a day was added
NO_DAYS = Calendar(version="", first_year=1970, last_year=1970, holidays={})
# After these the form, or a body, may be another one.
MAY_CHANGE_FACTS = (e.RequestSubmitted, e.InformationAnswered, e.RequestTransferred)
WINDOWED = ("flow", "mark", "speed", "cohort", "held", "cost", "review")
MOST_ROWS = 200

Steps = Sequence[tuple[e.Event, Case]]
cf, fl, fc = tables.case_figures.c, tables.case_flows.c, tables.figure_counts.c

# --- writing ---------------------------------------------------------------------------------------------------


async def keep(connection: AsyncConnection, before: Case, steps: Steps, at: datetime, actor: str) -> None:
    """Move the figures on by one transition, in its own transaction; the row of the case is written before."""
    held = await connection.scalar(select(cf.tally).where(cf.ref == before.ref))
    tally = _tally.validate_python(held) if held else Tally()
    if not held and before.version:  # a case from before figures were kept
        tally = await _replayed(connection, before)
        await _write(connection, before.ref, Tally(), tally)
    facts = Facts(people_per_day=tally.people_per_day, demo=tally.dims.demo)
    if not tally.received_on or any(isinstance(event, MAY_CHANGE_FACTS) for event, _ in steps):
        facts = await _facts(connection, steps[-1][1])
    calendar = NO_DAYS if not needs_days(tally, at) else await _calendar(connection)
    after = moved_on(tally, before, steps, at, actor, facts, calendar)
    await _write(connection, before.ref, tally, after)


async def _calendar(connection: AsyncConnection) -> Calendar:
    engine = connection.sync_engine
    found = await directory.full_calendar(connection, _calendars.get(engine))
    _calendars[engine] = found
    return found


async def _facts(connection: AsyncConnection, case: Case) -> Facts:
    assert case.receiving and case.sending
    c, o = tables.cases.c, tables.organisations.c
    people = await connection.scalar(select(c.people_per_day).where(c.ref == case.ref))
    bodies = (case.receiving.organisation, case.sending.organisation)
    demo = (await connection.scalars(select(o.demo).where(o.id.in_(bodies)))).all()
    return Facts(people_per_day=people or 0, demo=any(demo))


async def _write(connection: AsyncConnection, ref: str, before: Tally, after: Tally) -> None:
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    dims = after.dims
    row = {
        "ref": ref,
        "receiving_organisation": dims.receiving,
        "sending_organisation": dims.sending,
        "cluster": dims.cluster,
        "lane": dims.lane,
        "demo": dims.demo,
        "is_open": after.is_open,
        "tally": _tally.dump_python(after, mode="json"),
    }
    kept = dialect.insert(tables.case_figures).values(row)
    await connection.execute(kept.on_conflict_do_update(index_elements=["ref"], set_=row))
    if flows := _new_flows(ref, before, after):
        await connection.execute(insert(tables.case_flows), flows)
    changed = difference(counts(before), counts(after))
    if changed:
        rows = [{**key._asdict(), "n": n} for key, n in changed.items()]
        added = dialect.insert(tables.figure_counts)
        sums = added.on_conflict_do_update(index_elements=[*Key._fields], set_={"n": fc.n + added.excluded.n})
        await connection.execute(sums, rows)
        # What stands now moves from day to day: without this, every day that ever was would be read for ever.
        bodies = {key.organisation for key, n in changed.items() if key.family == "now" and n < 0}
        if bodies:
            over = and_(
                fc.organisation.in_(bodies), fc.demo.in_([False, True]), fc.family == "now", fc.n == 0
            )
            await connection.execute(delete(tables.figure_counts).where(over))


def _new_flows(ref: str, before: Tally, after: Tally) -> list[dict[str, Any]]:
    """What a number can be traced to. Nothing is ever taken out of it."""
    held, told = list(_told(before)), list(_told(after))
    rows: list[dict[str, Any]] = []
    for name in dict.fromkeys(name for name, _, _ in told):
        mine = [(day, side) for each, day, side in told if each == name]
        known = sum(each == name for each, _, _ in held)
        for number, (day, side) in enumerate(mine[known:], start=known):
            rows.append({"ref": ref, "name": name, "number": number, "day": day, "side": side})
    return rows


def _told(tally: Tally) -> Iterable[tuple[str, str, str]]:
    yield from ((kind, day, "") for day, kind in tally.flows)
    yield from ((name, day, side) for day, name, side in tally.marks)
    for looked in tally.reviews:
        yield ("review_on_time" if looked.on_time else "review_late"), looked.due, ""


async def _replayed(connection: AsyncConnection, until: Case) -> Tally:
    """The tally of a case from its events up to where `until` stands."""
    ev = tables.events.c
    query = (
        select(ev.at, ev.actor, ev.command, ev.data)
        .where(ev.ref == until.ref, ev.seq <= until.version)
        .order_by(ev.seq)
    )
    facts, calendar = await _facts(connection, until), await _calendar(connection)
    case, tally = Case(ref=until.ref, policy=until.policy, calendar=until.calendar), Tally()
    before, steps, last = case, list[tuple[e.Event, Case]](), None
    for row in (await connection.execute(query)).all():
        if last and row.command != last.command:
            tally = moved_on(tally, before, steps, last.at, last.actor, facts, calendar)
            before, steps = case, []
        event = shapes.event_from_json(row.data)
        case = evolve(case, event, row.at)
        steps.append((event, case))
        last = row
    return moved_on(tally, before, steps, last.at, last.actor, facts, calendar) if last else tally


async def rebuild(connection: AsyncConnection) -> int:
    """Count everything anew from the events, for an installation older than its figures. How many cases there are."""
    for table in (tables.case_flows, tables.case_figures, tables.figure_counts):
        await connection.execute(delete(table))
    c = tables.cases.c
    refs = (await connection.scalars(select(c.ref).order_by(c.ref))).all()
    for ref in refs:
        state = await connection.scalar(select(c.state).where(c.ref == ref))
        assert state
        tally = await _replayed(connection, shapes.case_from_json(state))
        await _write(connection, ref, Tally(), tally)
    return len(refs)


# --- reading ---------------------------------------------------------------------------------------------------


def _of(asked: Asked, *families: str) -> ColumnElement[bool]:
    wanted = [fc.organisation == asked.organisation, fc.demo == asked.demo, fc.family.in_(families)]
    if asked.cluster:
        wanted.append(fc.cluster == asked.cluster)
    if asked.lane:
        wanted.append(fc.lane == ("" if asked.lane == "none" else asked.lane))
    return and_(*wanted)


async def read(connection: AsyncConnection, asked: Asked, as_of: datetime) -> dict[str, Any]:
    """Every figure, in three queries and a look at the calendar."""
    since, until = asked.since.isoformat(), asked.until.isoformat()
    month = literal_column("substr(day, 1, 7)")  # written out: PostgreSQL must see that it groups by the same
    many = func.sum(fc.n)
    window = await connection.execute(
        select(fc.family, fc.name, month, fc.value, fc.lane, many)
        .where(_of(asked, *WINDOWED), fc.day.between(since, until))
        .group_by(fc.family, fc.name, month, fc.value, fc.lane)
    )
    earlier = await connection.execute(
        select(fc.name, many).where(_of(asked, "flow"), fc.day < since).group_by(fc.name)
    )
    standing = await connection.execute(
        select(fc.family, fc.name, fc.day, many).where(_of(asked, "now")).group_by(fc.family, fc.name, fc.day)
    )
    return figures(
        asked,
        [Counted(*row[:5], n=int(row[5])) for row in window if row[5]],
        {row[0]: int(row[1]) for row in earlier},
        [Counted(row[0], row[1], row[2], 0, "", int(row[3])) for row in standing if row[3]],
        await _calendar(connection),
        as_of,
    )


async def known(connection: AsyncConnection) -> tuple[dict[str, str], dict[str, str]]:
    """Names by id of the organisations and the clusters that can be asked for."""
    k = tables.clusters.c
    rows = await connection.execute(select(k.id, k.name).order_by(k.id, k.version))
    return await directory.organisation_names(connection), {row.id: row.name for row in rows}


def _cases(asked: Asked, name: str) -> Select[Any]:
    """The cases a number is made of, once each."""
    if name == "open":
        query = select(cf.ref).where(cf.is_open)
        touches: ColumnElement[bool] = or_(
            cf.receiving_organisation == asked.organisation, cf.sending_organisation == asked.organisation
        )
    else:
        query = select(cf.ref).join(tables.case_flows, fl.ref == cf.ref).distinct()
        query = query.where(fl.name == name, fl.day.between(asked.since.isoformat(), asked.until.isoformat()))
        touches = or_(
            and_(cf.receiving_organisation == asked.organisation, fl.side != "sending"),
            and_(cf.sending_organisation == asked.organisation, fl.side != "receiving"),
        )
    query = query.where(cf.demo == asked.demo)
    if asked.organisation:
        query = query.where(touches)
    if asked.cluster:
        query = query.where(cf.cluster == asked.cluster)
    if asked.lane:
        query = query.where(cf.lane == ("" if asked.lane == "none" else asked.lane))
    return query


async def rows(connection: AsyncConnection, asked: Asked, name: str) -> tuple[Sequence[Any], int, int]:
    """What stands in the register of the cases behind a number (newest first), how many that is, and of how many cases.

    Of a case that is not in the register nothing is said but that it is counted.
    """
    found, r = _cases(asked, name).subquery(), tables.register.c
    cases = await connection.scalar(select(func.count()).select_from(found))
    public = select(r.ref, r.state, r.published_at, r.entry, r.demo, r.root).where(
        r.latest, r.ref.in_(select(found.c.ref))
    )
    many = await connection.scalar(select(func.count()).select_from(public.subquery()))
    shown = await connection.execute(public.order_by(r.published_at.desc(), r.ref.desc()).limit(MOST_ROWS))
    return shown.all(), many or 0, cases or 0


# The numbers whose cases can be looked at.
ROWS = frozenset(
    {
        *FLOWS, "open", "approved", "presumed", "relied", "objected", "overdue_at_top", "refused_under_duty", "restated",
        "part_received", "amendment_received", "review_on_time", "review_late", "review_suspended", "review_ended",
    }
)  # fmt: skip


async def every_case(connection: AsyncConnection) -> dict[str, dict[str, Any]]:
    """What each case adds, as it is kept; for the comparison with a second count."""
    found = await connection.execute(select(cf.ref, cf.tally))
    return {row.ref: asdict(_tally.validate_python(row.tally)) for row in found}
