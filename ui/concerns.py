"""Concerns on pages (E): anybody raises one about an entry, the regulator reads it first, and the list is public."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from api.concerns import CONCERNS, ConcernActs, bodies_of, may_settle
from api.invalid import Invalid
from api.services import Services, ServicesIn
from domain import concerns as rules
from domain.concerns import DECLINED_WORDS, SPOKEN_FOR, Because, Speaker, Standing
from domain.questions import Problem, Question
from domain.refusals import Refusal
from store import commands, concerns, registry
from store.codes import CODE, new_code
from store.directory import Person
from ui.code_lookup import NO_SUCH_CODE, TYPED_CODE, CodePage
from ui.forms import COMMAND, FormView, Typed, read
from ui.rights import NOT_COMPLETE
from ui.session import MaybeMe, Me, Pages, PagesIn, Ref, new_command, to
from ui.views import Tag

router = APIRouter(include_in_schema=False)
CODE_PAGE = CodePage(heading="What became of your concern", action="/concerns/code")

TAGS: dict[str, Tag] = {
    Standing.WAITING: Tag(text="Waiting to be read", colour="blue"),
    Standing.PUBLISHED: Tag(text="Published", colour="green"),
    Standing.DECLINED: Tag(text="Not published", colour="grey"),
}


@dataclass(frozen=True, kw_only=True)
class ConcernRow:
    id: str
    ref: str
    title: str
    demo: bool
    text: str
    speaker: str
    raised_at: datetime
    due_at: datetime
    settled_at: datetime | None
    is_late: bool
    because: str
    tag: Tag


def concern_row(row: Row[Any], now: datetime) -> ConcernRow:
    """In words. Whoever speaks for an organisation is named by it, and nobody by their own name."""
    kind = SPOKEN_FOR[Speaker(row.speaks_for)]
    return ConcernRow(
        id=row.id,
        ref=row.ref,
        title=row.title,
        demo=row.demo,
        text=row.text,
        speaker=f"{kind}: {row.organisation}" if row.organisation else kind,
        raised_at=row.raised_at,
        due_at=row.due_at,
        settled_at=row.settled_at,
        is_late=row.standing == Standing.WAITING and now > row.due_at,
        because=DECLINED_WORDS[Because(row.because)] if row.because else "",
        tag=TAGS[row.standing],
    )


@router.get("/concerns")
async def concern_list(request: Request, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    now = services.clock()
    reads_them = me is not None and rules.may_settle(me.roles)
    async with services.database.read() as connection:
        found = [concern_row(row, now) for row in await concerns.published(connection)]
        counted = await concerns.moderation(connection, now)
        unread = [concern_row(row, now) for row in await concerns.waiting(connection)] if reads_them else []
        banner = await _banner(connection, me, request.query_params.get("command", ""))
    return pages.page(
        request,
        "concerns.html",
        me,
        real=[row for row in found if not row.demo],
        demo=[row for row in found if row.demo],
        counted=counted,
        declined=[(DECLINED_WORDS[why], number) for why, number in counted.declined.items()],
        reads_them=reads_them,
        unread=unread,
        banner=banner,
        as_of=now,
    )


@router.get("/register/{ref}/concern")
async def raise_page(
    request: Request, ref: Ref, me: MaybeMe, services: ServicesIn, pages: PagesIn
) -> Response:
    return await _raise_form(request, services, pages, me, ref)


@router.post("/register/{ref}/concern")
async def raise_(request: Request, ref: Ref, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    """Keep a concern and show its code, this once; or the same form with what was typed and what is wrong."""
    typed: Typed = await read(request)
    async with services.database.read() as connection:
        raw = typed.answers(rules.raising(await bodies_of(connection, me)))
    hidden = {"command": typed.matching("command", COMMAND), "code": typed.matching("code", CODE)}
    if not all(hidden.values()):
        wrong = (Problem("", NOT_COMPLETE),)
        return await _raise_form(request, services, pages, me, ref, typed=raw, problems=wrong, status=422)
    try:
        await _edge(services).raise_(me, ref, raw, **hidden, via="web")
    except Invalid as invalid:  # nothing was kept, so the same command may come again
        return await _raise_form(
            request, services, pages, me, ref, typed=raw, problems=invalid.problems, status=422, hidden=hidden
        )
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        wrong = (Problem("", refusal.message),)
        return await _raise_form(
            request, services, pages, me, ref, typed=raw, problems=wrong, status=refusal.status
        )
    async with services.database.read() as connection:
        found = await concerns.by_code(connection, hidden["code"])
    assert found, "it was kept above"
    row = concern_row(found, services.clock())
    return pages.page(request, "concern_receipt.html", me, concern=row, code=hidden["code"])


@router.get("/concerns/code")
async def code_page(request: Request, me: MaybeMe, pages: PagesIn) -> Response:
    return CODE_PAGE.draw(request, pages, me)


@router.post("/concerns/code")
async def look(request: Request, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    """What became of a concern, for whoever has its code."""
    typed = (await read(request)).one("code")
    if not typed.strip():
        return CODE_PAGE.draw(request, pages, me, typed, TYPED_CODE.ask)
    async with services.database.read() as connection:
        found = await concerns.by_code(connection, typed)
    if found is None:
        return CODE_PAGE.draw(request, pages, me, typed, NO_SUCH_CODE)
    return pages.page(request, "concern_state.html", me, concern=concern_row(found, services.clock()))


@router.get("/concerns/{ref}/settle")
async def settle_page(request: Request, ref: Ref, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    async with services.database.read() as connection:
        found = await may_settle(connection, me, ref)
    if found.standing != Standing.WAITING:
        raise rules.AlreadyModerated
    return _settle_form(request, services, pages, me, found)


@router.post("/concerns/{ref}/settle")
async def settle(request: Request, ref: Ref, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    async with services.database.read() as connection:
        found = await may_settle(connection, me, ref)
    typed: Typed = await read(request)
    raw, command = typed.answers(rules.SETTLE), typed.matching("command", COMMAND)
    if not command:
        wrong = (Problem("", NOT_COMPLETE),)
        return _settle_form(request, services, pages, me, found, raw, wrong, 422)
    try:
        await _edge(services).settle(me, ref, raw, command=command, via="web")
    except Invalid as invalid:
        return _settle_form(request, services, pages, me, found, raw, invalid.problems, 422, command)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        wrong = (Problem("", refusal.message),)
        return _settle_form(request, services, pages, me, found, raw, wrong, refusal.status)
    return to(f"/concerns?command={command}")


# --- what is shown ------------------------------------------------------------------------------------------------


def _edge(services: Services) -> ConcernActs:
    return ConcernActs(services.database, services.desk, services.clock)


async def _raise_form(
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
        entry = await registry.register_entry(connection, ref)
        questions: tuple[Question, ...] = rules.raising(await bodies_of(connection, me))
    if entry is None:
        raise rules.NotInTheRegister
    edge = _edge(services)
    return pages.page(
        request,
        "concern_raise.html",
        me,
        status=status,
        entry=entry.entry,
        policy=edge.policy,
        form=FormView(questions=questions, typed=typed or {}, problems=problems),
        hidden=hidden or {"command": new_command(), "code": new_code()},
    )


def _settle_form(
    request: Request,
    services: Services,
    pages: Pages,
    me: Person,
    found: Row[Any],
    typed: Mapping[str, Any] | None = None,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
    command: str = "",
) -> Response:
    return pages.page(
        request,
        "concern_settle.html",
        me,
        status=status,
        concern=concern_row(found, services.clock()),
        form=FormView(questions=rules.SETTLE, typed=typed or {}, problems=problems),
        hidden={"command": command or new_command()},
    )


async def _banner(connection: AsyncConnection, me: Person | None, command: str) -> dict[str, str] | None:
    """What became of the act this page was reached by; asked of the record, so a link cannot claim anything."""
    row = await commands.get(connection, command) if me and COMMAND.fullmatch(command) else None
    if (
        row is None
        or me is None
        or row.actor != me.id
        or row.ref != CONCERNS
        or row.act != "moderate_concern"
    ):
        return None
    published = row.body.get("decision") == "publish"
    text = (
        "Published where the share is in the register." if published else "Not published. Its code shows why."
    )
    return {"kind": "success", "text": text}
