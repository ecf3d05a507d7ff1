"""Canaries as rows: named, slipped, closed. Nothing is deleted (P8, G7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, and_, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.canaries import Canary
from domain.case import Stage
from domain.people import Role
from domain.working_days import london_date
from store.database import insert_into
from store.tables import canaries, cases, notices, organisations, register

MOST = 200  # of a public list: newest first


@dataclass(frozen=True, kw_only=True)
class Found:
    """A canary with what a list shows. `title`: the register's, '' while the share has no entry there."""

    canary: Canary
    body: str
    demo: bool
    title: str
    case_title: str
    seat: str  # the seat of whoever named it, in that case


def _query() -> Select[Any]:
    o, r = organisations.c, register.c
    return (
        select(
            canaries,
            o.name.label("body"),
            o.demo,
            cases.c.stage,
            cases.c.state,
            cases.c.title.label("case_title"),
            cases.c.receiving_organisation,
            r.entry,
        )
        .join(cases, cases.c.ref == canaries.c.ref)
        .join(organisations, o.id == canaries.c.organisation)
        .outerjoin(register, and_(r.ref == canaries.c.ref, r.latest))
    )


async def listed(connection: AsyncConnection) -> Sequence[Found]:
    """Every canary there is or was: open ones first, then by target date."""
    query = _query().order_by(canaries.c.closed_at.is_not(None), canaries.c.target, canaries.c.id)
    return [_found(row) for row in await connection.execute(query.limit(MOST))]


async def open_of(connection: AsyncConnection, bodies: frozenset[str]) -> Sequence[Found]:
    """The open canaries that leaders of these bodies named, the earliest target first."""
    query = _query().where(canaries.c.organisation.in_(bodies), canaries.c.closed_at.is_(None))
    return [_found(row) for row in await connection.execute(query.order_by(canaries.c.target).limit(MOST))]


async def one(connection: AsyncConnection, number: int) -> Found | None:
    row = (await connection.execute(_query().where(canaries.c.id == number))).one_or_none()
    return _found(row) if row else None


async def untold(connection: AsyncConnection, today: date) -> Sequence[Found]:
    """Open canaries past their target of which the leader was not yet told."""
    c = canaries.c
    late = _query().where(c.closed_at.is_(None), c.told_at.is_(None), c.target < today.isoformat())
    return [_found(row) for row in await connection.execute(late.order_by(c.id))]


async def is_open(connection: AsyncConnection, organisation: str, ref: str) -> bool:
    """Whether this body has an open canary on a case. The case's row is locked first, so that two never pass."""
    await connection.execute(select(cases.c.ref).where(cases.c.ref == ref).with_for_update())
    c = canaries.c
    query = select(c.id).where(c.organisation == organisation, c.ref == ref, c.closed_at.is_(None))
    return await connection.scalar(query) is not None


async def name(
    connection: AsyncConnection,
    *,
    ref: str,
    organisation: str,
    as_: Role,
    by: str,
    at: datetime,
    target: date,
    why: str,
) -> None:
    await connection.execute(
        insert(canaries).values(
            ref=ref,
            organisation=organisation,
            named_as=as_,
            named_by=by,
            named_at=at,
            target=target.isoformat(),
            why=why,
            learnt="",
        )
    )


async def close(connection: AsyncConnection, number: int, *, by: str, at: datetime, learnt: str) -> bool:
    """Close it; False when it was closed already."""
    done = await connection.execute(
        update(canaries)
        .where(canaries.c.id == number, canaries.c.closed_at.is_(None))
        .values(closed_by=by, closed_at=at, learnt=learnt)
    )
    return done.rowcount > 0


async def tell(connection: AsyncConnection, found: Found, headline: str, now: datetime) -> bool:
    """A notice to the post that named it; False when it was told or closed meanwhile. Once for each canary."""
    canary = found.canary
    here = (canaries.c.id == canary.number, canaries.c.told_at.is_(None), canaries.c.closed_at.is_(None))
    if not (await connection.execute(update(canaries).where(*here).values(told_at=now))).rowcount:
        return False
    row = {
        "id": f"{canary.ref}.canary-{canary.number}.slip",
        "ref": canary.ref,
        "task": "",
        "seat": found.seat,
        "role": canary.named_as,
        "organisation": canary.organisation,
        "team": "",
        "headline": headline,
        "created_at": now,
    }
    await connection.execute(insert_into(connection, notices).values(row).on_conflict_do_nothing())
    return True


def _found(row: Row[Any]) -> Found:
    entry: Mapping[str, Any] = row.entry or {}
    delivered = row.state.get("active_from")
    side = "receiving" if row.receiving_organisation == row.organisation else "sending"
    return Found(
        canary=Canary(
            number=row.id,
            ref=row.ref,
            organisation=row.organisation,
            named_as=Role(row.named_as),
            named_on=london_date(row.named_at),
            target=date.fromisoformat(row.target),
            why=row.why,
            stage=Stage(row.stage),
            delivered_on=london_date(datetime.fromisoformat(delivered)) if delivered else None,
            closed_on=london_date(row.closed_at) if row.closed_at else None,
            learnt=row.learnt,
        ),
        body=row.body,
        demo=row.demo,
        title=str(entry.get("title", "")),
        case_title=row.case_title,
        seat=f"{side}.{row.named_as}",
    )
