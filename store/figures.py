"""The public figures as rows (§5, P10): moved on in the transaction that records a transition.

What pages read of them is in `store.figures_read`; what was restated, in `store.figures_restated`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from pydantic import TypeAdapter
from sqlalchemy import Row, and_, delete, func, select
from sqlalchemy.engine import Engine
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import events as e
from domain.acts import FORMS
from domain.case import Case
from domain.figure_counts import Added, Key, additions, counts, difference
from domain.figure_tally import Facts, Tally, moved_on, needs_days
from domain.figure_words import words_typed
from domain.fold import evolve
from domain.request_form import QUESTIONS
from domain.working_days import Calendar
from store import directory, figures_restated, shapes, tables
from store.database import insert_into

tally_of: TypeAdapter[Tally] = TypeAdapter(Tally)
_calendars: WeakKeyDictionary[Engine, Calendar] = WeakKeyDictionary()  # read again only when a day was added
NO_DAYS = Calendar(version="", first_year=1970, last_year=1970, holidays={})
# After these the form, or a body, may be another one.
MAY_CHANGE_FACTS = (e.RequestSubmitted, e.InformationAnswered, e.RequestTransferred, e.PartyMoved)
# How many minutes a team says it spent is asked where a first delivery is said and confirmed.
DECLARES = ("record_delivery", "confirm_receipt")

Steps = Sequence[tuple[e.Event, Case]]
cf, cc, fc = tables.case_figures.c, tables.case_counts.c, tables.figure_counts.c


async def keep(
    connection: AsyncConnection, before: Case, steps: Steps, at: datetime, actor: str, command: str
) -> None:
    """Move the figures on by one transition, in its own transaction; the row of the case is written before."""
    held = await connection.scalar(select(cf.tally).where(cf.ref == before.ref))
    tally = tally_of.validate_python(held) if held else Tally()
    if not held and before.version:  # a case from before figures were kept
        tally = await _replayed(connection, before)
        await _write(connection, before.ref, Tally(), tally)
    facts = Facts(people_per_day=tally.people_per_day, demo=tally.dims.demo, form_words=tally.form_words)
    if not tally.received_on or any(isinstance(event, MAY_CHANGE_FACTS) for event, _ in steps):
        facts = await _facts(connection, steps[-1][1])
    if not tally.delivered_on:
        facts = await _of_the_act(connection, facts, before.ref, command, [event for event, _ in steps])
    calendar = NO_DAYS if not needs_days(tally, at) else await calendar_of(connection)
    after = moved_on(tally, before, steps, at, actor, facts, calendar)
    if tally.received_on and tally.dims != after.dims:
        await figures_restated.move(connection, before.ref, tally, after, steps, at)
    await _write(connection, before.ref, tally, after)


async def calendar_of(connection: AsyncConnection) -> Calendar:
    engine = connection.sync_engine
    found = await directory.full_calendar(connection, _calendars.get(engine))
    _calendars[engine] = found
    return found


async def _facts(connection: AsyncConnection, case: Case) -> Facts:
    """Of the form as it stands, and of the two bodies."""
    assert case.receiving and case.sending
    f, o = tables.forms.c, tables.organisations.c
    query = select(f.answers).where(f.ref == case.ref, f.version == case.form_version)
    answers: Mapping[str, Any] = await connection.scalar(query) or {}
    bodies = (case.receiving.organisation, case.sending.organisation)
    demo = (await connection.scalars(select(o.demo).where(o.id.in_(bodies)))).all()
    return Facts(
        people_per_day=int(answers.get("people_per_day") or 0),
        demo=any(demo),
        form_words=words_typed(QUESTIONS, answers),
    )


async def _of_the_act(
    connection: AsyncConnection, facts: Facts, ref: str, command: str, events: Sequence[e.Event]
) -> Facts:
    """The words of an act, and what it says of a delivery: only the command has them."""
    c = tables.commands.c
    query = select(c.act, c.body).where(c.id == command)
    row = (await connection.execute(query)).one_or_none()
    retired = 0
    if any(isinstance(event, e.RiskPassed) for event in events):
        r = tables.retired_questions.c
        retired = await connection.scalar(select(func.count()).where(r.ref == ref)) or 0
    return replace(facts, retired=retired, **_typed(row)) if row else replace(facts, retired=retired)


def _typed(row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    body: Mapping[str, Any] = row.body or {}
    form, minutes = FORMS.get(row.act), body.get("minutes")
    declared = {row.act: int(minutes)} if minutes is not None and row.act in DECLARES else {}
    return {
        "words": words_typed(form.questions, body) if form else 0,
        "minutes": declared,
        "rows": int(body.get("rows") or 0),
    }


async def _write(connection: AsyncConnection, ref: str, before: Tally, after: Tally) -> None:
    dims = after.dims
    row = {
        "ref": ref,
        "receiving_organisation": dims.receiving,
        "sending_organisation": dims.sending,
        "cluster": dims.cluster,
        "lane": dims.lane,
        "demo": dims.demo,
        "tally": tally_of.dump_python(after, mode="json"),
    }
    kept = insert_into(connection, tables.case_figures).values(row)
    await connection.execute(kept.on_conflict_do_update(index_elements=["ref"], set_=row))
    mine = difference(additions(before), additions(after))
    if mine:
        added = insert_into(connection, tables.case_counts)
        sums = added.on_conflict_do_update(
            index_elements=["ref", *Added._fields], set_={"n": cc.n + added.excluded.n}
        )
        await connection.execute(sums, [{"ref": ref, **key._asdict(), "n": n} for key, n in mine.items()])
        if any(n < 0 for n in mine.values()):
            await connection.execute(delete(tables.case_counts).where(cc.ref == ref, cc.n == 0))
    changed = difference(counts(before), counts(after))
    if changed:
        rows = [{**key._asdict(), "n": n} for key, n in changed.items()]
        added = insert_into(connection, tables.figure_counts)
        sums = added.on_conflict_do_update(index_elements=[*Key._fields], set_={"n": fc.n + added.excluded.n})
        await connection.execute(sums, rows)
        # What stands now moves from day to day: without this, every day that ever was would be read for ever.
        bodies = {key.organisation for key, n in changed.items() if key.family == "now" and n < 0}
        if bodies:
            over = and_(
                fc.organisation.in_(bodies), fc.demo.in_([False, True]), fc.family == "now", fc.n == 0
            )
            await connection.execute(delete(tables.figure_counts).where(over))


async def _replayed(connection: AsyncConnection, until: Case) -> Tally:
    """The tally of a case from its events up to where `until` stands."""
    ev, c = tables.events.c, tables.commands.c
    query = (
        select(ev.at, ev.actor, ev.command, ev.data, c.act, c.body)
        .outerjoin(tables.commands, c.id == ev.command)
        .where(ev.ref == until.ref, ev.seq <= until.version)
        .order_by(ev.seq)
    )
    facts, calendar = await _facts(connection, until), await calendar_of(connection)
    r = tables.retired_questions.c
    retired = await connection.scalar(select(func.count()).where(r.ref == until.ref)) or 0
    case, tally = Case(ref=until.ref, policy=until.policy, calendar=until.calendar), Tally()
    before, steps, last = case, list[tuple[e.Event, Case]](), None

    async def moved(row: Row[*tuple[Any, ...]]) -> Tally:
        told = replace(facts, retired=retired, **(_typed(row) if row.act else {}))
        after = moved_on(tally, before, steps, row.at, row.actor, told, calendar)
        if tally.received_on and tally.dims != after.dims:
            await figures_restated.move(connection, until.ref, tally, after, steps, row.at, known=False)
        return after

    for row in (await connection.execute(query)).all():
        if last and row.command != last.command:
            tally = await moved(last)
            before, steps = case, []
        event = shapes.event_from_json(row.data)
        case = evolve(case, event, row.at)
        steps.append((event, case))
        last = row
    return await moved(last) if last else tally


async def rebuild(connection: AsyncConnection, at: datetime) -> int:
    """Count everything anew from the events, for an installation older than its figures. How many cases there are.

    Whatever number this changes is a restatement, and told as one.
    """
    told = await figures_restated.standing(connection)
    for table in (tables.case_counts, tables.case_figures, tables.figure_counts):
        await connection.execute(delete(table))
    c = tables.cases.c
    refs = (await connection.scalars(select(c.ref).order_by(c.ref))).all()
    for ref in refs:
        state = await connection.scalar(select(c.state).where(c.ref == ref))
        assert state
        tally = await _replayed(connection, shapes.case_from_json(state))
        await _write(connection, ref, Tally(), tally)
    await figures_restated.recounted(connection, told, at)
    return len(refs)
