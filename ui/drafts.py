"""Making a request: twelve sections, saved as they are typed; checked and submitted at the end."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.intake import Invalid, known
from api.services import ServicesIn
from domain.people import Actor, Role
from domain.permissions import may
from domain.policy import in_force
from domain.questions import Problem
from domain.refusals import NoSuchCase, NotYours, SameCommandOtherBody
from domain.request_form import SECTIONS, Section
from store import commands, directory, drafts, reads
from store.directory import Person
from ui import request_view
from ui.errors import Elsewhere
from ui.forms import COMMAND, FormView, Typed, read
from ui.session import Me, Pages, PagesIn, Ref, new_command, to

router = APIRouter(include_in_schema=False)

TOO_MUCH = "This is more than one request can hold, so it was not saved. Shorten it and save again."


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What has been typed so far, by somebody who may go on with it. `version`: of the case that came back, if any."""

    ref: str
    answers: Mapping[str, Any]
    version: int | None = None


async def open_draft(connection: AsyncConnection, me: Person, ref: str, now: Any) -> Draft:
    """The draft, if it can be edited now. Raises `NoSuchCase`, and `Elsewhere` when the request is on its way."""
    mine = await drafts.get(connection, ref, me.id)
    if await reads.case_row(connection, ref) is None:
        if mine is None:
            raise NoSuchCase
        sent = await reads.submission_of(connection, ref, me.id)
        if sent and sent.state == commands.PENDING:
            raise Elsewhere(f"/requests/{ref}/submitted")
        return Draft(ref=ref, answers=mine.answers)
    seen = await known(connection, me, ref)
    if not may(seen.case, Actor(person=me.id, seats=seen.seats), "submit", now):
        raise Elsewhere(f"/cases/{ref}")
    found = mine or await reads.draft_of(connection, ref)
    answers = found.answers if found else await reads.form_of(connection, ref, seen.case.form_version)
    return Draft(ref=ref, answers=answers, version=seen.case.version)


@router.get("/requests/new")
async def before_you_start(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    _must_ask(me)
    return pages.page(request, "request_new.html", me, sections=SECTIONS)


@router.post("/requests/new")
async def begin(request: Request, me: Me, services: ServicesIn) -> Response:
    _must_ask(me)
    await read(request)
    teams = sorted(me.teams(Role.REQUESTER))
    known_already = {"team": teams[0]} if len(teams) == 1 else {}
    async with services.database.write() as connection:
        ref = await drafts.create(connection, me.id, services.clock(), known_already)
    return to(f"/requests/{ref}")


@router.get("/requests/{ref}")
async def sections(request: Request, ref: Ref, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    async with services.database.read() as connection:
        draft = await open_draft(connection, me, ref, services.clock())
    steps = request_view.steps(ref, draft.answers)
    done = sum(not step.tag for step in steps)
    return pages.page(request, "request_list.html", me, draft=draft, steps=steps, done=done, total=len(steps))


@router.get("/requests/{ref}/check")
async def check(request: Request, ref: Ref, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    async with services.database.read() as connection:
        draft = await open_draft(connection, me, ref, services.clock())
        _, problems = await services.intake.check(connection, me, draft.answers)
        offered = await request_view.choices(connection, me, draft.answers.get("team"))
    return _draw_check(request, me, pages, draft, offered, problems)


@router.post("/requests/{ref}/check")
async def submit(request: Request, ref: Ref, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    typed = await read(request)
    now, command = services.clock(), typed.matching("command", COMMAND) or new_command()
    async with services.database.read() as connection:
        draft = await open_draft(connection, me, ref, now)
        offered = await request_view.choices(connection, me, draft.answers.get("team"))
    try:
        answer = await services.intake.submit(
            me, ref, draft.answers, command=command, via="web", seen=draft.version
        )
    except Invalid as invalid:
        return _draw_check(request, me, pages, draft, offered, invalid.problems, status=422, sent=True)
    except SameCommandOtherBody as refusal:
        return _draw_check(request, me, pages, draft, offered, (), status=409, refusal=refusal.message)
    if answer.is_refused:
        return _draw_check(
            request, me, pages, draft, offered, (), status=answer.status, refusal=answer.sentence
        )
    return to(f"/requests/{ref}/submitted")


@router.get("/requests/{ref}/submitted")
async def submitted(request: Request, ref: Ref, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    async with services.database.read() as connection:
        sent = await reads.submission_of(connection, ref, me.id)
        case = await reads.case_row(connection, ref)
        names = {
            owner: name
            for _, owner, name in await directory.risk_owners(connection, me.teams(Role.REQUESTER))
        }
    if sent is None:
        raise NoSuchCase
    if sent.state == commands.REFUSED:
        why = (sent.refusal or {}).get("sentence", "")
        return pages.page(request, "request_refused.html", me, ref=ref, sentence=why)
    return pages.page(
        request,
        "request_submitted.html",
        me,
        ref=ref,
        sent=sent,
        pending=sent.state == commands.PENDING,
        has_case=case is not None,
        owner=names.get(sent.body.get("risk_owner"), ""),
        policy=in_force(services.site.legal_profile),
    )


@router.get("/requests/{ref}/{section}")
async def section_page(
    request: Request, ref: Ref, section: str, me: Me, services: ServicesIn, pages: PagesIn
) -> Response:
    part = _section(section)
    checking = request.query_params.get("back") == "check"
    async with services.database.read() as connection:
        draft = await open_draft(connection, me, ref, services.clock())
        offered = await request_view.choices(connection, me, draft.answers.get("team"))
        # Who comes from the list of problems finds them beside the boxes too.
        _, problems = await services.intake.check(connection, me, draft.answers) if checking else ({}, ())
    return _draw_section(request, me, pages, draft, part, offered, draft.answers, checking, problems)


@router.post("/requests/{ref}/{section}")
async def save(
    request: Request, ref: Ref, section: str, me: Me, services: ServicesIn, pages: PagesIn
) -> Response:
    part = _section(section)
    typed = await read(request)
    async with services.database.write() as connection:
        draft = await open_draft(connection, me, ref, services.clock())
        answers = {**draft.answers, **typed.answers(part.questions)}
        too_much = request_view.is_too_much(answers)
        if not too_much:
            await drafts.save(connection, ref, answers, services.clock())
        offered = await request_view.choices(connection, me, answers.get("team"))
    if too_much:
        problem = Problem(part.questions[0].id, TOO_MUCH)
        checking = typed.one("back") == "check"
        return _draw_section(
            request, me, pages, draft, part, offered, answers, checking, (problem,), status=422
        )
    return to(_next(ref, part, typed))


def _next(ref: str, part: Section, typed: Typed) -> str:
    following = request_view.after(part)
    if typed.one("go") == "list":
        return f"/requests/{ref}"
    if typed.one("back") == "check" or following is None:
        return f"/requests/{ref}/check"
    return f"/requests/{ref}/{following.id}"


def _section(name: str) -> Section:
    if name not in request_view.BY_ID:
        raise NoSuchCase
    return request_view.BY_ID[name]


def _must_ask(me: Person) -> None:
    if not me.holds(Role.REQUESTER):
        raise NotYours


def _draw_section(
    request: Request,
    me: Person,
    pages: Pages,
    draft: Draft,
    part: Section,
    offered: Mapping[str, Any],
    typed: Mapping[str, Any],
    checking: bool,
    problems: tuple[Problem, ...],
    *,
    status: int = 200,
) -> Response:
    questions = request_view.questions(part, offered)
    here = {question.id for question in questions}
    form = FormView(
        questions=questions,
        typed=typed,
        problems=tuple(problem for problem in problems if problem.field in here),
        heading=len(questions) == 1,
    )
    earlier = request_view.before(part)
    back = (
        f"/requests/{draft.ref}/check"
        if checking
        else f"/requests/{draft.ref}/{earlier.id}"
        if earlier
        else ""
    )
    return pages.page(
        request, "request_section.html", me, status=status, draft=draft, section=part, form=form, checking=checking,
        number=request_view.number(part), total=len(SECTIONS), back_to=back or f"/requests/{draft.ref}",
        nobody=[each for each in part.questions if each.id in offered and not offered[each.id]],
    )  # fmt: skip


def _draw_check(
    request: Request,
    me: Person,
    pages: Pages,
    draft: Draft,
    offered: Mapping[str, Any],
    problems: tuple[Problem, ...],
    *,
    status: int = 200,
    sent: bool = False,
    refusal: str = "",
) -> Response:
    """`sent`: problems stand in an error summary; before, they are a list of what is still to do."""
    todo = request_view.todo(draft.ref, problems)
    return pages.page(
        request, "request_check.html", me, status=status, draft=draft, command=new_command(), todo=todo, sent=sent,
        rows=request_view.review(draft.ref, draft.answers, offered, problems if sent else ()), refusal=refusal,
        summary=[{"text": each.sentence, "href": each.href} for each in todo] if sent
        else [{"text": refusal}] if refusal else [],
    )  # fmt: skip
