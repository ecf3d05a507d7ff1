"""The desk for people whose data a share is about (A): nobody signs in, and the answer is read with a code."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import Row

from api.invalid import Invalid
from api.rights import RightsDesk, cannot_ask, entry_and_case
from api.services import Services, ServicesIn
from domain.commands import Right
from domain.concerns import MOST_A_DAY
from domain.questions import Problem
from domain.refusals import Refusal
from domain.rights_desk import ASKING
from store import commands, directory, rights
from store.codes import CODE, new_code
from store.directory import Person
from ui.code_lookup import NO_SUCH_CODE, TYPED_CODE, CodePage
from ui.forms import COMMAND, FormView, Typed, read
from ui.session import MaybeMe, Pages, PagesIn, Ref, new_command
from ui.views import Tag
from ui.words import MET, RIGHTS

router = APIRouter(include_in_schema=False)
CODE_PAGE = CodePage(heading="Read the answer about your data", action="/your-data")

NOT_COMPLETE = "This page was not complete. Check your answers below and send them again."


@router.get("/register/{ref}/your-data")
async def desk_page(
    request: Request, ref: Ref, me: MaybeMe, services: ServicesIn, pages: PagesIn
) -> Response:
    return await _form(request, services, pages, me, ref)


@router.post("/register/{ref}/your-data")
async def ask(request: Request, ref: Ref, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    """Keep what is asked and show the code, this once; or the same form with what was typed and what is wrong."""
    typed: Typed = await read(request)
    raw = typed.answers(ASKING)
    hidden = {"command": typed.matching("command", COMMAND), "code": typed.matching("code", CODE)}
    if not all(hidden.values()):
        wrong = (Problem("", NOT_COMPLETE),)
        return await _form(request, services, pages, me, ref, typed=raw, problems=wrong, status=422)
    edge = RightsDesk(services.database, services.desk, services.clock)
    try:
        await edge.ask(ref, raw, **hidden, via="web")
    except Invalid as invalid:  # nothing was kept, so the same command may come again
        return await _form(
            request, services, pages, me, ref, typed=raw, problems=invalid.problems, status=422, hidden=hidden
        )
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        wrong = (Problem("", refusal.message),)
        return await _form(
            request, services, pages, me, ref, typed=raw, problems=wrong, status=refusal.status
        )
    async with services.database.read() as connection:
        found = await rights.by_code(connection, hidden["code"])
        entry, _ = await entry_and_case(connection, ref)
    assert found, "it was kept above"
    return pages.page(
        request, "your_data_receipt.html", me, entry=entry.entry, code=hidden["code"], due_at=found.due_at
    )


@router.get("/your-data")
async def code_page(request: Request, me: MaybeMe, pages: PagesIn) -> Response:
    return CODE_PAGE.draw(request, pages, me)


@router.post("/your-data")
async def look(request: Request, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    """What became of a request, for whoever has its code."""
    typed = (await read(request)).one("code")
    if not typed.strip():
        return CODE_PAGE.draw(request, pages, me, typed, TYPED_CODE.ask)
    async with services.database.read() as connection:
        found = await rights.by_code(connection, typed)
        if found is None:
            return CODE_PAGE.draw(request, pages, me, typed, NO_SUCH_CODE)
        entry, _ = await entry_and_case(connection, found.ref)
    return pages.page(
        request,
        "your_data_answer.html",
        me,
        entry=entry.entry,
        asked=found,
        right=RIGHTS[Right(found.right)],
        state=state_of(found, services.clock()),
        outcome=MET[found.outcome] if found.outcome else "",
        turned_away=(found.refusal or {}).get("sentence", "") if found.state == commands.REFUSED else "",
        is_correction=found.right == Right.RECTIFICATION,
    )


def state_of(found: Row[Any], now: Any) -> Tag:
    """How a request stands, for a tag."""
    if found.answered_at:
        return Tag(text="Answered", colour="green")
    if getattr(found, "state", "") == commands.REFUSED:
        return Tag(text="Could not be taken", colour="red")
    return (
        Tag(text="Overdue", colour="red")
        if now > found.due_at
        else Tag(text="Being looked at", colour="blue")
    )


async def _form(
    request: Request,
    services: Services,
    pages: Pages,
    me: Person | None,
    ref: str,
    *,
    typed: Mapping[str, Any] | None = None,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
    hidden: Mapping[str, Any] | None = None,
) -> Response:
    async with services.database.read() as connection:
        entry, case = await entry_and_case(connection, ref)
        closed = cannot_ask(entry, case)
        bodies = await directory.organisation_names(connection)
    assert case.receiving
    return pages.page(
        request,
        "your_data.html",
        me,
        status=status,
        entry=entry.entry,
        receiving=bodies.get(case.receiving.organisation, ""),
        months=case.policy.rights_months,
        most=MOST_A_DAY,
        closed=closed.message if closed else "",
        form=FormView(questions=ASKING, typed=typed or {}, problems=problems),
        hidden=hidden or {"command": new_command(), "code": new_code()},
    )
