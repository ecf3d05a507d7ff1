"""Making a request: its sections, saved as they are typed; checked and submitted at the end."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.invalid import Invalid
from api.services import ServicesIn
from domain import form_paths
from domain.consequences import consequences
from domain.people import Role
from domain.questions import Problem
from domain.refusals import NoSuchCase, SameCommandOtherBody
from domain.request_form import Section
from domain.working_days import london_date
from store import commands, directory, drafts, held, reads
from store.directory import Person
from ui import check_page, request_view
from ui.forms import COMMAND, FormView, Typed, read
from ui.open_draft import PREPARERS, Draft, open_draft
from ui.session import Me, Pages, PagesIn, Ref, new_command, to

router = APIRouter(include_in_schema=False)

TOO_MUCH = "This is more than one request can hold, so it was not saved. Shorten it and save again."


@router.get("/requests/{ref}")
async def sections(request: Request, ref: Ref, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    async with services.database.read() as connection:
        draft = await open_draft(connection, me, ref, services.clock())
    steps = request_view.steps(ref, draft.answers)
    return pages.page(
        request,
        "request_list.html",
        me,
        draft=draft,
        steps=steps,
        done=sum(not step.tag for step in steps),
        total=len(steps),
        path=form_paths.path_of(draft.answers),
        asks_all=form_paths.asks_all(draft.answers),
        may_be_short=form_paths.path_of(draft.answers) != form_paths.STANDARD
        or bool(draft.answers.get("root")),
        leads_to=consequences(draft.answers, await pages.policy()),
        may_hand_over=draft.version is None and bool(me.roles & PREPARERS),
    )


@router.get("/requests/{ref}/check")
async def check(request: Request, ref: Ref, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    async with services.database.read() as connection:
        draft = await open_draft(connection, me, ref, services.clock())
        seen = await check_page.look(connection, services, me, draft)
    return check_page.draw(request, me, pages, seen, seen.problems)


@router.post("/requests/{ref}/check")
async def submit(request: Request, ref: Ref, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    typed = await read(request)
    now, command = services.clock(), typed.matching("command", COMMAND) or new_command()
    async with services.database.write() as connection:
        draft = await open_draft(connection, me, ref, now)
        draft = check_page.with_typed(draft, typed)
        if not request_view.is_too_much(draft.answers):
            await drafts.save(connection, ref, draft.answers, now)
        seen = await check_page.look(connection, services, me, draft)
    signing = check_page.signing(typed)
    try:
        answer = await services.intake.submit(
            me, ref, {**draft.answers, **signing}, command=command, via="web", seen=draft.version
        )
    except Invalid as invalid:
        return check_page.draw(
            request, me, pages, seen, invalid.problems, status=422, sent=True, typed=signing
        )
    except SameCommandOtherBody as refusal:
        return check_page.draw(
            request, me, pages, seen, (), status=409, refusal=refusal.message, typed=signing
        )
    if answer.is_refused:
        return check_page.draw(
            request, me, pages, seen, (), status=answer.status, refusal=answer.sentence, typed=signing
        )
    return to(f"/requests/{ref}/submitted")


@router.get("/requests/{ref}/submitted")
async def submitted(request: Request, ref: Ref, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    async with services.database.read() as connection:
        sent = await reads.submission_of(connection, ref, me.id)
        case = await reads.case_row(connection, ref)
        names = {
            owner: name
            for _, owner, name in await directory.risk_owners(connection, me.teams(Role.REQUESTER), me.day)
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
        stage=case.stage if case else "",
        owner=names.get(sent.body.get("risk_owner"), ""),
        urgent=sent.body.get("urgent", "no") != "no",
        policy=await pages.policy(),
    )


@router.post("/requests/{ref}/path")
async def change_path(ref: Ref, request: Request, me: Me, services: ServicesIn) -> Response:
    """Ask all twelve questions, or only those of the path again. Nothing that was answered is lost."""
    typed = await read(request)
    async with services.database.write() as connection:
        draft = await open_draft(connection, me, ref, services.clock())
        asking = form_paths.asking_all if typed.one("ask") == "all" else form_paths.asking_few
        answers = asking(draft.answers)
        await drafts.save(connection, ref, answers, services.clock())
    return to(f"/requests/{ref}")


@router.get("/requests/{ref}/{section}")
async def section_page(
    request: Request, ref: Ref, section: str, me: Me, services: ServicesIn, pages: PagesIn
) -> Response:
    checking = request.query_params.get("back") == "check"
    now = services.clock()
    async with services.database.read() as connection:
        draft = await open_draft(connection, me, ref, now)
        part = _section(draft, section)
        offered = await request_view.choices(connection, me, draft.answers, london_date(now))
        # Who comes from the list of problems finds them beside the boxes too.
        asked = services.intake.check(connection, me, draft.answers, ref) if checking else None
        _, problems = await asked if asked else ({}, ())
    return await _draw_section(request, me, pages, draft, part, offered, draft.answers, checking, problems)


@router.post("/requests/{ref}/{section}")
async def save(
    request: Request, ref: Ref, section: str, me: Me, services: ServicesIn, pages: PagesIn
) -> Response:
    typed = await read(request)
    now = services.clock()
    async with services.database.write() as connection:
        draft = await open_draft(connection, me, ref, now)
        part = _section(draft, section)
        answers = form_paths.typed_over(draft.answers, typed.answers(part.questions))
        answers = await _filled(connection, answers, now)
        too_much = request_view.is_too_much(answers)
        if not too_much:
            await drafts.save(connection, ref, answers, now)
        offered = await request_view.choices(connection, me, answers, london_date(now))
    if too_much:
        problem = Problem(part.questions[0].id, TOO_MUCH)
        checking = typed.one("back") == "check"
        return await _draw_section(
            request, me, pages, draft, part, offered, answers, checking, (problem,), status=422
        )
    return to(_next(ref, part, typed, answers))


async def _filled(connection: AsyncConnection, answers: dict[str, Any], now: Any) -> dict[str, Any]:
    """What follows from the answers so far: of a cluster's shared task (P1), and of the team's own area."""
    if area := await held.area_of(connection, answers.get("team")):
        answers = form_paths.filled(answers, {"region": area}, held.FROM_TEAM)
    if form_paths.path_of(answers) == form_paths.CLUSTER:
        shared = await held.shared_by(connection, answers.get("team"), london_date(now))
        if shared and (task := shared.task(answers.get("task"))):
            more = form_paths.from_task(task.sentence, shared.name, shared.gateway)
            answers = form_paths.filled(answers, more, held.FROM_CLUSTER, again=True)
    return answers


def _next(ref: str, part: Section, typed: Typed, answers: Mapping[str, Any]) -> str:
    _, number, following = request_view.place(answers, part)
    if typed.one("go") == "list":
        return f"/requests/{ref}"
    if typed.one("back") == "check" or following is None or not number:
        return f"/requests/{ref}/check"
    return f"/requests/{ref}/{following.id}"


def _section(draft: Draft, name: str) -> Section:
    found = request_view.section(draft.answers, name)
    if found is None:
        raise NoSuchCase
    return found


async def _draw_section(
    request: Request,
    me: Person,
    pages: Pages,
    draft: Draft,
    part: Section,
    offered: request_view.Offered,
    typed: Mapping[str, Any],
    checking: bool,
    problems: tuple[Problem, ...],
    *,
    status: int = 200,
) -> Response:
    questions = request_view.questions(part, offered, typed)
    here = {question.id for question in questions}
    form = FormView(
        questions=questions,
        typed={**typed, "urgent": typed.get("urgent") or "no"},  # the answer of nearly everybody
        problems=tuple(problem for problem in problems if problem.field in here),
        heading=len(questions) == 1,
    )
    earlier, number, _ = request_view.place(typed, part)
    back = f"/requests/{draft.ref}/{earlier.id}" if earlier else f"/requests/{draft.ref}"
    return pages.page(
        request, "request_section.html", me, status=status, draft=draft, section=part, form=form, checking=checking,
        number=number, total=len(form_paths.asked(typed)),
        back_to=f"/requests/{draft.ref}/check" if checking else back,
        nobody=[each for each in part.questions if each.id in offered and not offered[each.id]],
        leads_to=consequences(typed, await pages.policy()),
    )  # fmt: skip
