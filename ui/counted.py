"""What is counted in public, and the don't-ask-twice ledger: no cookie, no names of people (G2, G4, C21, P2r, P4)."""

from fastapi import APIRouter, Request, Response

from api.services import ServicesIn
from store import counted, retired, who_holds
from ui.session import MaybeMe, PagesIn

router = APIRouter(include_in_schema=False)


@router.get("/counted")
async def counted_page(request: Request, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    async with services.database.read() as connection:
        told = await counted.counted(connection)
        questions = await retired.counts(connection)
    return pages.page(
        request,
        "counted.html",
        me,
        real=told[False],
        demo=told[True] if services.site.embedded else None,
        questions=questions,
        as_of=services.clock(),
    )


@router.get("/retired-questions")
async def ledger_page(request: Request, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    async with services.database.read() as connection:
        rows = await retired.ledger(connection)
        instead = await who_holds.items_of(connection, {row.ref for row in rows})
    return pages.page(
        request, "retired_questions.html", me, rows=rows, instead=instead, most=3, as_of=services.clock()
    )
