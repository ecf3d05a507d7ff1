"""What is counted in public one by one, and the questions people are no longer asked: public, like the pages."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from api.problems import ProblemRoute, documented
from api.services import ServicesIn
from store import counted, retired

router = APIRouter(route_class=ProblemRoute, tags=["register"])


class CountedOut(BaseModel):
    """Without made-up bodies. `urgent_misused`: urgent uses whose review said that they were not urgent (C21)."""

    as_of: datetime
    waivers: int
    urgent_reviewed: int
    urgent_misused: int
    kept_back: int
    questions_promised: int
    questions_checked: int
    questions_retired: int


class RetiredOut(BaseModel):
    """A question that a body said it would stop asking people. `kept`: what the last review found, if any looked."""

    entry: str
    body: str
    question: str
    promised_at: datetime
    checked_at: datetime | None
    kept: bool | None
    demo: bool


class RetiredList(BaseModel):
    as_of: datetime
    questions: list[RetiredOut]


@router.get("/counted", responses=documented(503))
async def read_counted(own: ServicesIn) -> CountedOut:
    """How often roles were not separated, urgency was claimed, and register entries were kept back."""
    async with own.database.read() as connection:
        told = (await counted.counted(connection))[False]
        questions = await retired.counts(connection)
    return CountedOut(
        as_of=own.clock(),
        waivers=told.waivers,
        urgent_reviewed=told.urgent_reviewed,
        urgent_misused=told.urgent_misused,
        kept_back=told.kept_back,
        questions_promised=questions["promised"],
        questions_checked=questions["checked"],
        questions_retired=questions["kept"],
    )


@router.get("/retired-questions", responses=documented(503))
async def list_retired(own: ServicesIn) -> RetiredList:
    """The don't-ask-twice ledger, newest first (P4)."""
    async with own.database.read() as connection:
        rows = await retired.ledger(connection)
    return RetiredList(as_of=own.clock(), questions=[_question(row) for row in rows])


def _question(row: Any) -> RetiredOut:
    return RetiredOut(
        entry=row.ref,
        body=row.body,
        question=row.question,
        promised_at=row.promised_at,
        checked_at=row.checked_at,
        kept=row.kept,
        demo=row.demo,
    )
