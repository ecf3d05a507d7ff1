"""What regulators and auditors look at (P7, I9): reads only. Pages ask who may before any of this is called."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, literal_column, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.case import Case, Stage
from domain.chain import Link, Walked, walk
from domain.people import Role, Seat
from domain.permissions import may_see
from store import shapes
from store.tables import cases, commands, events, organisations, people, tasks
from store.tables.decided import BY_DAY

PAGE = 50
NEWEST = 20
MOST = 500  # events looked through for a page of the newest

Rows = Sequence[Row[*tuple[Any, ...]]]


# --- the regulator -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Improving:
    """A share under improvement (P9)."""

    ref: str
    title: str
    receiving_team: str
    sending_team: str
    case: Case


async def improving(connection: AsyncConnection) -> Sequence[Improving]:
    """Shares in use on which a step was taken or jumped to and not yet put right, as far as the regulator may see them."""
    c = cases.c
    refs = select(events.c.ref).where(
        literal_column(f"events.{BY_DAY}"), events.c.kind.in_(["step_taken", "step_jumped"])
    )
    query = (
        select(c.ref, c.title, c.receiving_team, c.sending_team, c.state)
        .where(c.ref.in_(refs), c.stage.in_([Stage.ACTIVE, Stage.SUSPENDED]))
        .order_by(c.updated_at.desc(), c.ref)
    )
    found: list[Improving] = []
    for row in await connection.execute(query):
        case = shapes.case_from_json(row.state)
        if (case.step or case.jump) and seen_by_regulator(case):
            found.append(Improving(ref=row.ref, title=row.title, receiving_team=row.receiving_team, sending_team=row.sending_team, case=case))  # fmt: skip
    return found


def seen_by_regulator(case: Case) -> bool:
    return may_see(case, (Seat.REGULATOR,), (Role.REGULATOR,))


@dataclass(frozen=True, kw_only=True)
class Breach:
    """`told_at`: when the team said that it told the regulator; None while it has not."""

    ref: str
    title: str
    body: str
    demo: bool
    reported_at: datetime
    due_at: datetime | None
    told_at: datetime | None


async def breaches(connection: AsyncConnection) -> Sequence[Breach]:
    """The newest breaches that teams reported, each with its 72-hour clock."""
    rows = [row for row in await _newest(connection, "incident_reported", MOST) if row.data["breach"]]
    shown = [row for row in rows if seen_by_regulator(shapes.case_from_json(row.state))][:PAGE]
    t = tasks.c
    query = select(t.ref, t.about, t.due_at, t.closed_at).where(
        t.ref.in_({row.ref for row in shown}), t.kind == "tell_regulator", t.level == 0
    )
    clocks = {(row.ref, row.about): row for row in await connection.execute(query)}
    found: list[Breach] = []
    for row in shown:
        clock = clocks.get((row.ref, str(row.data["incident"])))
        found.append(
            Breach(
                ref=row.ref,
                title=row.title,
                body=row.body,
                demo=row.demo,
                reported_at=row.at,
                due_at=clock.due_at if clock else None,
                told_at=clock.closed_at if clock else None,
            )
        )
    return found


async def adverse_reviews(connection: AsyncConnection) -> Rows:
    """The newest reviews that paused or ended a share, as far as the regulator may see it."""
    rows = await _newest(connection, "review_concluded", MOST)
    adverse = (row for row in rows if row.data["outcome"] in ("pause", "end"))
    return [row for row in adverse if seen_by_regulator(shapes.case_from_json(row.state))][:NEWEST]


async def _newest(connection: AsyncConnection, kind: str, most: int) -> Rows:
    """Events of one kind that is counted by day, newest first, with their case and its receiving body."""
    o, e, c = organisations.c, events.c, cases.c
    query = (
        select(
            e.ref,
            e.seq,
            e.at,
            e.data,
            e.actor,
            c.title,
            c.state,
            c.receiving_organisation,
            o.name.label("body"),
            o.demo,
        )
        .join(cases, c.ref == e.ref)
        .join(organisations, o.id == c.receiving_organisation)
        .where(literal_column(f"events.{BY_DAY}"), e.kind == kind)
        .order_by(e.at.desc(), e.ref, e.seq)
        .limit(most)
    )
    return (await connection.execute(query)).all()


# --- the auditor ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Search:
    """What cases are looked for by: the beginning of a reference, a body on either side, a stage; '' for all."""

    ref: str = ""
    organisation: str = ""
    stage: str = ""


async def search(
    connection: AsyncConnection, asked: Search, *, after: tuple[datetime, str] | None = None
) -> Rows:
    """Cases that match, last changed first, one more than a page; keyset by (updated_at, ref)."""
    c = cases.c
    query = select(cases).order_by(c.updated_at.desc(), c.ref.desc()).limit(PAGE + 1)
    if asked.ref:
        query = query.where(c.ref.startswith(asked.ref.upper(), autoescape=True))
    if asked.organisation:
        query = query.where(
            or_(c.receiving_organisation == asked.organisation, c.sending_organisation == asked.organisation)
        )
    if asked.stage:
        query = query.where(c.stage == asked.stage)
    if after:
        query = query.where(tuple_(c.updated_at, c.ref) < after)
    return (await connection.execute(query)).all()


async def rare(connection: AsyncConnection) -> dict[str, Rows]:
    """What is allowed and meant to be rare, the newest of each."""
    signed = await _newest(connection, "risk_signed", MOST)
    return {
        "waivers": (await _newest(connection, "separation_waived", NEWEST)),
        "exemptions": (await _newest(connection, "entry_exempted", NEWEST)),
        "one_person": [row for row in signed if row.data.get("one_person")][:NEWEST],
    }


def link_of(row: Row[Any]) -> Link:
    return Link(
        ref=row.ref,
        seq=row.seq,
        at=row.at,
        kind=row.kind,
        data=row.data,
        actor=row.actor,
        command=row.command,
        previous=row.previous,
        hash=row.hash,
    )


async def links(connection: AsyncConnection, ref: str) -> Sequence[Link]:
    """The events of one case, as they are kept."""
    query = select(events).where(events.c.ref == ref).order_by(events.c.seq)
    return [link_of(row) for row in await connection.execute(query)]


def chain(found: Iterable[Link], version: int, head: str) -> Walked:
    """The chain of a case, recomputed; it must end where the case stands."""
    walked = walk(found)
    if not walked.broken_at and (walked.events, walked.head) != (version, head):
        why = f"the case stands at event {version}, and the events end at {walked.events}."
        return Walked(events=walked.events, head=walked.head, broken_at=walked.events + 1, why=why)
    return walked


async def acts(connection: AsyncConnection, ref: str) -> Rows:
    """Everything that people sent about a case, oldest first: who, which act, for whom, and what became of it."""
    c, whom = commands.c, people.alias()
    query = (
        select(c.id, c.act, c.actor, c.via, c.received_at, c.state, c.refusal, c.capacity, people.c.name, whom.c.name.label("whom"))
        .outerjoin(people, people.c.id == c.actor)
        .outerjoin(whom, whom.c.id == c.acting_for)
        .where(c.ref == ref)
        .order_by(c.received_at, c.id)
    )  # fmt: skip
    return (await connection.execute(query)).all()
