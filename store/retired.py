"""P4, don't ask twice: which questions a share was to spare people, and whether it did."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.case import Case
from store.tables import organisations, retired_questions


async def promise(connection: AsyncConnection, at: datetime, case: Case, answers: Mapping[str, Any]) -> None:
    """At the first delivery: the questions that the requesting team said it would stop asking.

    An amendment promises nothing twice: what the share it replaces has promised is counted there.
    """
    before = await promised(connection, case.parent) if case.relation == "amends" else ()
    questions = [each for each in answers.get("retired_questions") or () if each[:200] not in before]
    assert case.receiving
    rows = [
        {
            "ref": case.ref,
            "number": number,
            "question": question[:200],
            "organisation": case.receiving.organisation,
            "promised_at": at,
        }
        for number, question in enumerate(questions, start=1)
    ]
    if rows:
        await connection.execute(insert(retired_questions), rows)


async def check(connection: AsyncConnection, at: datetime, ref: str, stopped: Sequence[str]) -> None:
    """At a review: the promises that were kept; the others were not, until a later review says so."""
    r = retired_questions
    values = {"checked_at": at, "kept": r.c.question.in_([each[:200] for each in stopped])}
    await connection.execute(update(r).where(r.c.ref == ref).values(**values))


async def promised(connection: AsyncConnection, ref: str) -> tuple[str, ...]:
    r = retired_questions.c
    found = await connection.scalars(select(r.question).where(r.ref == ref).order_by(r.number))
    return tuple(found.all())


async def ledger(connection: AsyncConnection, limit: int = 200) -> Sequence[Any]:
    """The newest promises, with the body that made them: for the public page."""
    r, o = retired_questions, organisations
    query = (
        select(
            r.c.ref, r.c.question, r.c.promised_at, r.c.checked_at, r.c.kept, o.c.name.label("body"), o.c.demo
        )
        .join(o, o.c.id == r.c.organisation)
        .order_by(r.c.promised_at.desc(), r.c.ref, r.c.number)
    )
    return (await connection.execute(query.limit(limit))).all()


async def counts(connection: AsyncConnection) -> Mapping[str, int]:
    """How many questions were promised to go, how many reviews have looked at, how many are gone. Demo bodies apart."""
    r, o = retired_questions, organisations
    query = (
        select(
            func.count().label("promised"),
            func.count(r.c.checked_at).label("checked"),
            func.count().filter(r.c.kept).label("kept"),
        )
        .select_from(r)
        .join(o, o.c.id == r.c.organisation)
        .where(~o.c.demo)
    )
    row = (await connection.execute(query)).one()
    return {"promised": row.promised, "checked": row.checked, "kept": row.kept}
