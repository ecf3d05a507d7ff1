"""Quarterly packs (P7): what they are counted from, and the editions that were published. None is ever overwritten (G7)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import packs as rules
from domain.acts import FORMS
from domain.figure_asked import Asked
from domain.figure_holders import Holder
from domain.friction import ranking
from domain.pack_dictionary import DEFINITIONS
from domain.packs import Clock, Counted, Line, Paper, Restated, Seen
from domain.paperwork import Weight, weigh
from domain.quarters import Quarter, quarters
from domain.request_form import QUESTIONS
from domain.working_days import london_date
from store import commands, directory, figures_read, friction, tables
from store.database import insert_into
from store.tables.decided import BY_DAY

MOST_PAPERS = 5_000  # decided cases whose paperwork is read, the newest first
BATCH = 400  # references asked for at once
LOOKED_AT_AGAIN = 8  # quarters, every morning
OF_A_TEAM = {"receiving_team": "receiving", "receiving_leaders": "receiving", "sending_team": "sending", "sending_leaders": "sending"}  # fmt: skip

Told = tuple[str, str]  # (case, what it is about)
cf, cc, ev = tables.case_figures.c, tables.case_counts.c, tables.events.c


@dataclass(frozen=True, kw_only=True)
class Edition:
    """One published pack. `number` 0: counted just now and not published, because the quarter is not over or not kept."""

    quarter: Quarter
    demo: bool
    number: int
    definitions: str
    built_at: datetime
    content_hash: str
    lines: tuple[Line, ...]
    note: str = ""


# --- building ------------------------------------------------------------------------------------------------------


async def first_day(connection: AsyncConnection, demo: bool) -> date | None:
    """On which the first case was received."""
    f = tables.figure_counts.c
    query = select(func.min(f.day)).where(
        f.organisation == "", f.demo == demo, f.family == "flow", f.name == "received", f.n > 0
    )
    day = await connection.scalar(query)
    return date.fromisoformat(day) if day else None


async def build(connection: AsyncConnection, quarter: Quarter, demo: bool, now: datetime) -> Edition:
    """Count a quarter as it stands now. Nothing is written."""
    asked = Asked(since=quarter.since, until=quarter.until, demo=demo)
    told = await figures_read.read(connection, asked, now)
    lines = rules.pack(told, await _counted(connection, quarter, demo), now)
    return Edition(
        quarter=quarter,
        demo=demo,
        number=0,
        definitions=DEFINITIONS,
        built_at=now,
        content_hash=rules.content_hash(quarter.name, demo, lines),
        lines=lines,
    )


async def _counted(connection: AsyncConnection, quarter: Quarter, demo: bool) -> Counted:
    seen = await _events(connection, quarter, demo)
    by_body, shared = await _days_by_body(connection, quarter, demo)
    start, after = quarter.instants
    said = await friction.told(connection, demo=demo, since=start, before=after)
    breaches = [(each.ref, str(each.data["incident"])) for each in seen if each.kind == "incident_reported" and each.data["breach"]]  # fmt: skip
    rights = [(each.ref, f"{each.data['right']}:{each.data['request']}") for each in seen if each.kind == "rights_request_answered"]  # fmt: skip
    return Counted(
        events=seen,
        breaches=await _clocks(connection, "tell_regulator", breaches),
        rights=await _clocks(connection, "answer_rights", rights),
        papers=await _papers(connection, quarter, demo),
        days_by_body=by_body,
        days_shared=shared,
        at_top_by_body=await _at_top(connection, quarter, demo),
        at_top_now=await _at_top_now(connection, demo),
        friction=ranking(said),
        names=await directory.organisation_names(connection),
    )


async def _events(connection: AsyncConnection, quarter: Quarter, demo: bool) -> Sequence[Seen]:
    start, after = quarter.instants
    query = (
        select(ev.ref, ev.kind, ev.data)
        .join(tables.case_figures, cf.ref == ev.ref)
        .where(literal_column(f"events.{BY_DAY}"), ev.at >= start, ev.at < after, cf.demo == demo)
        .order_by(ev.kind, ev.at, ev.ref, ev.seq)
    )
    return [Seen(*row) for row in await connection.execute(query)]


async def _days_by_body(
    connection: AsyncConnection, quarter: Quarter, demo: bool
) -> tuple[Mapping[str, int], int]:
    """Days of the cases that were delivered or ended in the quarter: by whose body, and those of no body alone."""
    days = func.sum(cc.n)
    query = (
        select(cc.name, cf.receiving_organisation, cf.sending_organisation, days)
        .join(tables.case_figures, cf.ref == cc.ref)
        .where(cc.family == "held", cc.name.in_(list(Holder)), *_in(quarter), cf.demo == demo)
        .group_by(cc.name, cf.receiving_organisation, cf.sending_organisation)
    )
    found, shared = Counter[str](), 0
    for holder, receiving, sending, many in await connection.execute(query):
        side = OF_A_TEAM.get(holder)
        if side:
            found[receiving if side == "receiving" else sending] += int(many)
        else:
            shared += int(many)
    return found, shared


def _in(quarter: Quarter) -> tuple[ColumnElement[bool], ...]:
    return (cc.day.between(quarter.since.isoformat(), quarter.until.isoformat()),)


async def _at_top(connection: AsyncConnection, quarter: Quarter, demo: bool) -> Mapping[str, int]:
    """Under the body that alone was silent, or under both."""
    query = (
        select(cc.side, cf.receiving_organisation, cf.sending_organisation, cc.n)
        .join(tables.case_figures, cf.ref == cc.ref)
        .where(cc.family == "mark", cc.name == "overdue_at_top", *_in(quarter), cf.demo == demo)
    )
    found = Counter[str]()
    for side, receiving, sending, n in await connection.execute(query):
        for body in {receiving} if side == "receiving" else {sending} if side else {receiving, sending}:
            found[body] += n
    return found


async def _at_top_now(connection: AsyncConnection, demo: bool) -> Mapping[str, int]:
    c = tables.cases.c
    query = (
        select(c.overdue_body, func.count())
        .join(tables.case_figures, cf.ref == c.ref)
        .where(c.overdue_body != "", cf.demo == demo)
        .group_by(c.overdue_body)
    )
    return {body: many for body, many in await connection.execute(query)}


async def _clocks(connection: AsyncConnection, kind: str, told: Sequence[Told]) -> Sequence[Clock]:
    """The first task of each: when it was due, and when it was done by whomever."""
    t, wanted = tables.tasks.c, set(told)
    found: dict[Told, Clock] = {}
    for refs in _batches(sorted({ref for ref, _ in wanted})):
        query = select(t.ref, t.about, t.due_at, t.closed_at).where(
            t.ref.in_(refs), t.kind == kind, t.level == 0
        )
        for row in await connection.execute(query.order_by(t.opened_at)):
            found.setdefault((row.ref, row.about), Clock(row.due_at, row.closed_at))
    return [found[each] for each in told if each in found]


async def _papers(connection: AsyncConnection, quarter: Quarter, demo: bool) -> Sequence[Paper]:
    decided = or_(
        and_(cc.family == "mark", cc.name == "approved"), and_(cc.family == "flow", cc.name == "declined")
    )
    query = (
        select(cc.ref)
        .join(tables.case_figures, cf.ref == cc.ref)
        .where(decided, *_in(quarter), cf.demo == demo)
        .group_by(cc.ref)
        .order_by(func.max(cc.day).desc(), cc.ref)
        .limit(MOST_PAPERS)
    )
    refs = [row.ref for row in await connection.execute(query)]
    forms: dict[str, Weight] = {}
    acts: dict[str, Weight] = {}
    f, c, k = tables.forms.c, tables.cases.c, tables.commands.c
    for some in _batches(refs):
        query = select(f.ref, f.answers).join(tables.cases, c.ref == f.ref)
        for row in await connection.execute(query.where(f.ref.in_(some), f.version == c.form_version)):
            forms[row.ref] = weigh(QUESTIONS, row.answers)
        query = select(k.ref, k.act, k.body).where(k.ref.in_(some), k.state == commands.APPLIED)
        for row in await connection.execute(query.where(k.act.in_(list(FORMS)))):
            acts[row.ref] = acts.get(row.ref, Weight()) + weigh(FORMS[row.act].questions, row.body)
    return [_paper(forms.get(ref, Weight()), acts.get(ref, Weight())) for ref in refs]


def _paper(form: Weight, acts: Weight) -> Paper:
    both = form + acts
    return Paper(form_words=form.words, act_words=acts.words, answers=both.answers, documents=both.documents)


def _batches(refs: Sequence[str]) -> Iterable[Sequence[str]]:
    return (refs[place : place + BATCH] for place in range(0, len(refs), BATCH))


# --- editions ------------------------------------------------------------------------------------------------------


async def to_look_at(connection: AsyncConnection, demo: bool, now: datetime) -> Sequence[Quarter]:
    """Quarters that are over: those that are not published, and the last few, which may count otherwise by now."""
    first, today = await first_day(connection, demo), london_date(now)
    if first is None:
        return ()
    over = [each for each in quarters(first, today) if each.is_closed(today)]
    published = await kept(connection, demo)
    return [each for place, each in enumerate(over) if place < LOOKED_AT_AGAIN or each.name not in published]


async def keep(connection: AsyncConnection, quarter: Quarter, demo: bool, now: datetime) -> Edition | None:
    """Publish a quarter that is over: its first edition, or another one where what happened in it counts otherwise now.

    None when there is nothing new. Nothing that was published is changed.
    """
    if not quarter.is_closed(london_date(now)):
        return None
    kept = await editions(connection, quarter, demo)
    fresh = await build(connection, quarter, demo, now)
    if kept:
        changed = rules.restated(kept[-1].lines, fresh.lines)
        if not changed and kept[-1].definitions == fresh.definitions:
            return None
        fresh = replace(fresh, note=_why(kept[-1], changed, fresh))
    fresh = replace(fresh, number=len(kept) + 1)
    row = {
        "quarter": quarter.name,
        "demo": demo,
        "edition": fresh.number,
        "definitions": fresh.definitions,
        "built_at": now,
        "content_hash": fresh.content_hash,
        "lines": [asdict(line) for line in fresh.lines],
        "note": fresh.note,
    }
    await connection.execute(insert_into(connection, tables.packs).values(row).on_conflict_do_nothing())
    return fresh


def _why(before: Edition, changed: Sequence[Restated], after: Edition) -> str:
    many = f"{len(changed)} number{'' if len(changed) == 1 else 's'}"
    if before.definitions != after.definitions:
        return f"Definitions {after.definitions} instead of {before.definitions}; {many} differ."
    return (
        f"{many} of what happened in the quarter count otherwise since edition {before.number}: cases were taken up "
        "again, or stand under another body, cluster or lane now."
    )


async def editions(connection: AsyncConnection, quarter: Quarter, demo: bool) -> Sequence[Edition]:
    """Everything that was published of a quarter, oldest first."""
    p = tables.packs.c
    query = select(tables.packs).where(p.quarter == quarter.name, p.demo == demo).order_by(p.edition)
    return [_edition(quarter, row) for row in await connection.execute(query)]


async def kept(connection: AsyncConnection, demo: bool) -> Mapping[str, Row[*tuple[Any, ...]]]:
    """The newest edition of each quarter, without its lines: (edition, built_at, content_hash)."""
    p = tables.packs.c
    query = select(p.quarter, p.edition, p.built_at, p.content_hash).where(p.demo == demo).order_by(p.edition)
    return {row.quarter: row for row in await connection.execute(query)}


def _edition(quarter: Quarter, row: Row[Any]) -> Edition:
    return Edition(
        quarter=quarter,
        demo=row.demo,
        number=row.edition,
        definitions=row.definitions,
        built_at=row.built_at,
        content_hash=row.content_hash,
        lines=tuple(Line(**line) for line in row.lines),
        note=row.note,
    )
