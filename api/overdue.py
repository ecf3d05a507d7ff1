"""Who has been silent at every level, over the API: public, like the page (C15, G4)."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel

from api.problems import ProblemRoute, documented
from api.services import ServicesIn
from store import reads

router = APIRouter(route_class=ProblemRoute, prefix="/overdue", tags=["register"])


class OverdueOut(BaseModel):
    """`cases`: requests that wait although every level of `body` was silent. `demo`: made-up or trial data."""

    body: str
    cases: int
    demo: bool


class OverdueList(BaseModel):
    as_of: datetime
    bodies: list[OverdueOut]


@router.get("", responses=documented(503))
async def list_overdue(own: ServicesIn) -> OverdueList:
    """How many requests wait at the top, by the body that was silent."""
    async with own.database.read() as connection:
        rows = await reads.overdue_at_top(connection)
    found = [OverdueOut(body=row.body, cases=row.cases, demo=row.demo) for row in rows]
    return OverdueList(as_of=own.clock(), bodies=found)
