"""Concerns as rows: kept as they were written, read by the regulator before they are published, never deleted (E, G7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, case, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import concerns as rules
from domain.commands import WhyMediated
from domain.concerns import Because, Standing
from domain.people import OTHER_CASE
from domain.permissions import may
from store import commands, mediations, registry, shapes
from store.codes import code_hash
from store.tables import cases, concerns, register
from store.tables import commands as commands_table

c = concerns.c
Rows = Sequence[Row[*tuple[Any, ...]]]


async def raise_(
    connection: AsyncConnection,
    *,
    id: str,
    ref: str,
    text: str,
    speaks_for: str,
    organisation: str,
    body: str,
    code: str,
    at: datetime,
    due_at: datetime,
) -> None:
    row = {
        "id": id,
        "ref": ref,
        "text": text,
        "speaks_for": speaks_for,
        "organisation": organisation,
        "body": body,
        "code_hash": code_hash(code),
        "raised_at": at,
        "due_at": due_at,
        "standing": Standing.WAITING,
        "settled_by": "",
        "because": "",
    }
    await connection.execute(insert(concerns).values(row))


async def raised_since(connection: AsyncConnection, ref: str, since: datetime) -> int:
    query = select(func.count()).where(c.ref == ref, c.raised_at >= since)
    return await connection.scalar(query) or 0


async def settle(
    connection: AsyncConnection, id: str, standing: Standing, because: str, *, by: str, at: datetime
) -> bool:
    """Publish it or decline it, once: False when somebody else was quicker."""
    done = (
        update(concerns)
        .where(c.id == id, c.standing == Standing.WAITING)
        .values(standing=standing, because=because, settled_by=by, settled_at=at)
        .returning(c.id)
    )
    return await connection.scalar(done) is not None


# --- reading -----------------------------------------------------------------------------------------------------

_TITLED = select(
    concerns, register.c.entry["title"].as_string().label("title"), register.c.demo, register.c.state
).join(register, and_(register.c.ref == c.ref, register.c.latest))


async def one(connection: AsyncConnection, id: str) -> Row[Any] | None:
    return (await connection.execute(_TITLED.where(c.id == id))).one_or_none()


async def by_code(connection: AsyncConnection, typed: str) -> Row[Any] | None:
    return (await connection.execute(_TITLED.where(c.code_hash == code_hash(typed)))).one_or_none()


async def waiting(connection: AsyncConnection) -> Rows:
    """What nobody has read yet, longest waiting first, with `title`, `demo` and `state` of its entry."""
    query = _TITLED.where(c.standing == Standing.WAITING).order_by(c.raised_at, c.id)
    return (await connection.execute(query)).all()


async def published(connection: AsyncConnection) -> Rows:
    """What is published about any entry, newest first."""
    query = _TITLED.where(c.standing == Standing.PUBLISHED)
    return (await connection.execute(query.order_by(c.settled_at.desc(), c.id))).all()


async def of(connection: AsyncConnection, ref: str) -> tuple[Rows, "Numbers"]:
    """What is published about one entry, newest first, and how many there are of each standing."""
    query = _TITLED.where(c.ref == ref).order_by(c.settled_at.desc(), c.id)
    found = (await connection.execute(query)).all()
    counted = {each.value: sum(row.standing == each for row in found) for each in Standing}
    return [row for row in found if row.standing == Standing.PUBLISHED], Numbers(**counted)


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """How many concerns of one entry are published, wait to be read, or were declined, by why."""

    published: int = 0
    waiting: int = 0
    declined: int = 0
    mediations: int = 0

    def public(self) -> dict[str, int]:
        return {"published": self.published, "waiting": self.waiting, "declined": self.declined}


async def numbers(connection: AsyncConnection, refs: Sequence[str]) -> Mapping[str, Numbers]:
    """Of each of these entries; one without a concern and a mediation is not in it."""
    if not refs:
        return {}
    query = (
        select(c.ref, *(_those(each).label(each.value) for each in Standing))
        .where(c.ref.in_(refs))
        .group_by(c.ref)
    )
    found = {row.ref: row for row in await connection.execute(query)}
    mediated = await mediations.numbers(connection, refs)
    return {
        ref: Numbers(
            published=found[ref].published if ref in found else 0,
            waiting=found[ref].waiting if ref in found else 0,
            declined=found[ref].declined if ref in found else 0,
            mediations=mediated.get(ref, 0),
        )
        for ref in {*found, *mediated}
    }


def _those(standing: Standing) -> Any:
    return func.sum(case((c.standing == standing, 1), else_=0))


@dataclass(frozen=True, kw_only=True)
class Moderation:
    """What the public may know of concerns it cannot read yet, and of those it never will."""

    waiting: int
    overdue: int
    oldest: datetime | None
    declined: Mapping[Because, int]


async def moderation(connection: AsyncConnection, now: datetime) -> Moderation:
    is_waiting = c.standing == Standing.WAITING
    late = func.sum(case((c.due_at < now, 1), else_=0))
    row = (
        await connection.execute(select(func.count(), late, func.min(c.raised_at)).where(is_waiting))
    ).one()
    query = select(c.because, func.count()).where(c.standing == Standing.DECLINED).group_by(c.because)
    declined = {Because(because): number for because, number in (await connection.execute(query)).all()}
    return Moderation(
        waiting=row[0],
        overdue=row[1] or 0,
        oldest=row[2],
        declined={each: declined[each] for each in Because if each in declined},
    )


# --- what enough concerns begin ------------------------------------------------------------------------------------


async def begin_if_reached(connection: AsyncConnection, ref: str, at: datetime) -> str:
    """Keep the command that begins mediation when the measure is reached; its id, for whoever brings it, else ''.

    Not while one runs or waits for its answer, and never twice for the same concerns: those published before the last one was over were heard.
    """
    query = select(c.id, c.body, c.organisation).where(c.ref == ref, c.standing == Standing.PUBLISHED)
    heard = await mediations.heard_until(connection, ref)
    if heard:
        query = query.where(c.settled_at > heard)
    fresh = (await connection.execute(query.order_by(c.settled_at, c.id))).all()
    state = await connection.scalar(select(cases.c.state).where(cases.c.ref == ref)) if fresh else None
    case_ = shapes.case_from_json(state) if state else None
    if case_ is None or not may(case_, OTHER_CASE, "start_mediation", at):
        return ""
    voices = [rules.voice(row.body, row.organisation) for row in fresh]
    reliers = (await registry.reliers(connection, [ref])).get(ref, 0)
    if not rules.reached(case_.policy, voices, reliers) or await _is_on_its_way(connection, ref):
        return ""
    told = commands.Received(
        id=f"concerns.{ref}.{fresh[-1].id}.{case_.version}",
        ref=ref,
        act="start_mediation",
        actor=OTHER_CASE.person,
        via="case",
        body={"why": WhyMediated.CONCERNS.value},
        seen=None,
        received_at=at,
    )
    await commands.keep(connection, told, at)
    return told.id


async def _is_on_its_way(connection: AsyncConnection, ref: str) -> bool:
    t = commands_table.c
    query = select(t.id).where(
        t.ref == ref, t.act == "start_mediation", t.actor == OTHER_CASE.person, t.state == commands.PENDING
    )
    return await connection.scalar(query.limit(1)) is not None
