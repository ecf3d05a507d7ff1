"""Mediations in public (E): what came of each, what the lead body did about it, and who has still to answer."""

from collections import Counter

from fastapi import APIRouter, Request, Response

from api.services import ServicesIn
from store import mediations
from ui.mediation_view import MediationRow, mediation_row
from ui.session import MaybeMe, PagesIn

router = APIRouter(include_in_schema=False)


@router.get("/mediations")
async def mediation_list(request: Request, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    now = services.clock()
    async with services.database.read() as connection:
        found = await mediations.listed(connection)
    rows = [mediation_row(each, now, beside) for each, beside in found]
    return pages.page(
        request,
        "mediations.html",
        me,
        real=[row for row in rows if not row.demo],
        demo=[row for row in rows if row.demo],
        owing=owing(rows),
        as_of=now,
    )


def owing(rows: list[MediationRow]) -> list[tuple[str, bool, int]]:
    """(body, demo, number): whose answers are overdue, the most first. Counted in public by organisation (G4)."""
    counted = Counter((row.body, row.demo) for row in rows if row.overdue)
    return [
        (body, demo, number)
        for (body, demo), number in sorted(counted.items(), key=lambda each: (-each[1], each[0]))
    ]
