"""Guidance friction as rows (P7): the curated list, what was said in cases, and the tags a ranking is made of."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Row, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import friction as rules
from domain.friction import Rule, Tag, Told
from domain.people import Seat
from store.tables import case_figures, cases, friction

SEED = Path(__file__).parent / "seed" / "friction.json"
MOST = 200  # of one case, and of the other citations a regulator reads


@cache
def rulebook() -> Mapping[str, Rule]:
    """The curated list, in its order. It comes with the program: a new rule is a new version of that."""
    return {each["id"]: Rule(**each) for each in json.loads(SEED.read_text(encoding="utf-8"))}


async def tag(connection: AsyncConnection, ref: str, tag: Tag, *, seat: Seat, by: str, at: datetime) -> bool:
    """Keep a tag; False when this person has said the same rule in this case. The case's row is locked first."""
    await connection.execute(select(cases.c.ref).where(cases.c.ref == ref).with_for_update())
    f = friction.c
    mine = select(f.id).where(f.ref == ref, f.told_by == by, f.same == tag.same)
    if await connection.scalar(mine) is not None:
        return False
    await connection.execute(
        insert(friction).values(
            ref=ref,
            rule=tag.rule,
            citation=tag.citation,
            same=tag.same,
            made_do=tag.made_do,
            half_hours=tag.half_hours,
            protected=tag.protected,
            seat=seat,
            told_by=by,
            told_at=at,
        )
    )
    return True


async def of_case(connection: AsyncConnection, ref: str) -> Sequence[Row[Any]]:
    """What was said in one case, oldest first, for whoever may see the case."""
    query = select(friction).where(friction.c.ref == ref).order_by(friction.c.told_at, friction.c.id)
    return (await connection.execute(query.limit(MOST))).all()


async def told(
    connection: AsyncConnection, *, demo: bool, since: datetime | None = None, before: datetime | None = None
) -> Sequence[Told]:
    """The tags of a window (`before` is not in it), of real or of made-up bodies."""
    f = friction.c
    query = (
        select(f.ref, f.rule, f.half_hours, f.protected)
        .join(case_figures, case_figures.c.ref == f.ref)
        .where(case_figures.c.demo == demo)
        .order_by(f.id)
    )
    if since:
        query = query.where(f.told_at >= since)
    if before:
        query = query.where(f.told_at < before)
    return [Told(ref=row[0], rule=row[1], half_hours=row[2], protected=row[3]) for row in await connection.execute(query)]  # fmt: skip


async def other_citations(connection: AsyncConnection) -> Sequence[Row[*tuple[Any, ...]]]:
    """For the regulator: rules that are not in the list, as they were cited; no case is named. Most hours first."""
    f = friction.c
    spent = func.sum(f.half_hours).label("half_hours")
    query = (
        select(
            f.same,
            func.min(f.citation).label("citation"),
            spent,
            func.count(func.distinct(f.ref)).label("cases"),
            case_figures.c.demo,
        )
        .join(case_figures, case_figures.c.ref == f.ref)
        .where(f.rule == rules.OTHER)
        .group_by(f.same, case_figures.c.demo)
        .order_by(spent.desc(), f.same)
        .limit(MOST)
    )
    return (await connection.execute(query)).all()
