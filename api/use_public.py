"""What anybody may know of the use of a share in the register (D.2): calls by month, and the day of the last."""

from datetime import date

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from api.callers import Ref
from api.problems import Missing, ProblemRoute, documented
from api.register import MINUTE, NO_ENTRY, UNCHANGED, kept
from api.services import ServicesIn
from store import registry, use_read

router = APIRouter(route_class=ProblemRoute, prefix="/register", tags=["register"])


class UseOut(BaseModel):
    """`active`, `active_long` (first delivered over 90 days ago), `grants` (live), `unused` (for 90 days): as things stand.
    `calls`, `calls_flagged` (that no live grant covered): of the window. The rest: of its first deliveries.

    `rows`: null with `few_rows` where there were fewer than 5.
    """

    active: int
    active_long: int
    grants: int
    unused: int
    calls: int
    calls_flagged: int
    shares: int
    rows: int | None
    few_rows: bool
    questions_retired: int


class UseMonthOut(BaseModel):
    """`calls`: times that data was asked for, not people. `flagged`: of these, while no live grant covered them."""

    month: str
    calls: int
    flagged: int


class EntryUseOut(BaseModel):
    """Of the last 13 months. What was told late is counted in its own month."""

    id: str
    demo: bool = Field(description="Made-up data of a demonstration, counted in no figure.")
    what_we_do_with_it: str = Field(
        description="Where the purpose and everything else about the share is said."
    )
    last_use: date | None = Field(description="The London day of the last call or delivery.")
    months: list[UseMonthOut]


@router.get("/{ref}/use", response_model=EntryUseOut, responses={**UNCHANGED, **documented(404, 503)})
async def read_use(request: Request, ref: Ref, own: ServicesIn) -> Response:
    """How often a share was used. The entry itself has versions and never changes by use; an entry kept back has none."""
    async with own.database.read() as connection:
        row = await registry.register_entry(connection, ref)
        told = await use_read.told(connection, ref, own.clock())
    if row is None:
        raise Missing("NoSuchEntry", NO_ENTRY)
    found = EntryUseOut(
        id=ref,
        demo=row.demo,
        what_we_do_with_it=f"{own.site.public_url}/register/{ref}",
        last_use=told.last_use,
        months=[
            UseMonthOut(month=each.month, calls=each.calls, flagged=each.flagged) for each in told.months
        ],
    )
    return kept(request, found, MINUTE)
