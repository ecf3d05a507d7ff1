"""The forms of clusters: a leader signs for a team or gives notice; the board proposes terms and confirms them (P1)."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response

from api.agreements import Agreements, join_questions, known, leaving, may, on_board, to_confirm
from api.invalid import Invalid
from api.services import Services, ServicesIn
from domain import agreements as rules
from domain.agreement_forms import CONFIRM, JOIN, LEAVE, TERMS, as_typed
from domain.questions import Problem, Question
from domain.refusals import Refusal
from domain.words import LEGAL
from domain.working_days import london_date
from store import agreements, directory
from store.directory import Person
from ui import clusters
from ui.forms import COMMAND, VERSION, FormView, Typed, read
from ui.session import Me, Pages, PagesIn, Ref, case_ref, new_command, to
from ui.templating import upper_first
from ui.when import weekday

router = APIRouter(include_in_schema=False)

NOT_COMPLETE = "This page was not complete. Check your answers below and send them again."
Form = dict[str, Any]  # what the template needs of one act: title, button, questions, and what to read first
Draw = Callable[[], Awaitable[Form]]


@router.get("/clusters/{ref}/join")
async def join_page(request: Request, ref: Ref, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    return _page(request, pages, me, ref, await _join(services, me, ref))


@router.post("/clusters/{ref}/join")
async def join(request: Request, ref: Ref, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    async def act(raw: Mapping[str, Any], command: str, seen: int | None) -> None:
        await _edge(services).sign_accession(me, ref, raw, command=command, seen=seen, via="web")

    return await _take(request, pages, me, ref, JOIN, lambda: _join(services, me, ref), act)


@router.get("/clusters/{ref}/members/{team}/leave")
async def leave_page(
    request: Request, ref: Ref, team: str, me: Me, services: ServicesIn, pages: PagesIn
) -> Response:
    return _page(request, pages, me, ref, await _leave(services, me, ref, case_ref(team)))


@router.post("/clusters/{ref}/members/{team}/leave")
async def leave(
    request: Request, ref: Ref, team: str, me: Me, services: ServicesIn, pages: PagesIn
) -> Response:
    async def act(raw: Mapping[str, Any], command: str, seen: int | None) -> None:
        await _edge(services).give_notice(me, ref, case_ref(team), raw, command=command, via="web")

    return await _take(request, pages, me, ref, LEAVE, lambda: _leave(services, me, ref, team), act)


@router.get("/clusters/{ref}/propose")
async def propose_page(request: Request, ref: Ref, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    return _page(request, pages, me, ref, await _propose(services, me, ref))


@router.post("/clusters/{ref}/propose")
async def propose(request: Request, ref: Ref, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    async def act(raw: Mapping[str, Any], command: str, seen: int | None) -> None:
        await _edge(services).propose_terms(me, ref, raw, command=command, seen=seen, via="web")

    return await _take(request, pages, me, ref, TERMS, lambda: _propose(services, me, ref), act)


@router.get("/clusters/{ref}/v/{version}/confirm")
async def confirm_page(
    request: Request, ref: Ref, version: str, me: Me, services: ServicesIn, pages: PagesIn
) -> Response:
    return _page(request, pages, me, ref, await _confirm(services, me, ref, version))


@router.post("/clusters/{ref}/v/{version}/confirm")
async def confirm(
    request: Request, ref: Ref, version: str, me: Me, services: ServicesIn, pages: PagesIn
) -> Response:
    async def act(raw: Mapping[str, Any], command: str, seen: int | None) -> None:
        async with services.database.read() as connection:
            number = clusters.one_of(await known(connection, ref), version).version
        await _edge(services).confirm_terms(me, ref, number, raw, command=command, via="web")

    return await _take(request, pages, me, ref, CONFIRM, lambda: _confirm(services, me, ref, version), act)


# --- what each form shows -----------------------------------------------------------------------------------------


async def _join(services: Services, me: Person, ref: str) -> Form:
    today = _today(services)
    async with services.database.read() as connection:
        versions = await known(connection, ref)
        mine = may(me, "sign_accession", rules.NotALeader)
        free = await clusters.free_teams(connection, mine, today)
    now = rules.in_force(versions, today)
    if now is None:
        raise rules.NoTermsYet
    free.sort(key=lambda each: each.hint != ref)  # teams that the directory places here come first
    return {
        "title": f"Sign for a team to join {now.name}",
        "button": "Sign for the team",
        "lead": "The team is a member from today. It can send and answer requests within the terms, and anybody can see "
        "that it is a member. A team sits in one cluster only.",
        "inset": LEGAL[services.site.legal_profile]["cluster"],
        "read": clusters.terms_rows(now),
        "read_heading": f"The terms you sign: version {now.version}",
        "nothing": "" if free else "Every team of your bodies sits in a cluster already.",
        "questions": join_questions(free),
        "typed": {"team": free[0].id} if len(free) == 1 else {},
        "seen": now.version,
    }


async def _leave(services: Services, me: Person, ref: str, team: str) -> Form:
    now = services.clock()
    async with services.database.read() as connection:
        versions = await known(connection, ref)
        row = await leaving(connection, me, ref, team, london_date(now))
        calendar = await directory.full_calendar(connection)
    assert row
    last = rules.last_day(calendar, row.nation, london_date(now))
    return {
        "title": f"Give notice for {row.name}",
        "button": "Give notice",
        "lead": f"{row.name}, {row.body_name}, leaves the cluster {rules.newest_name(versions)}. Its last day is "
        f"{weekday(last)}, {rules.NOTICE_DAYS} working days from today. After that day it starts no new cases in the "
        "cluster. Shares that are live go on until their next review.",
        "warning": "Notice cannot be taken back. After its last day the team can join again, or join another cluster.",
        "questions": LEAVE,
        "seen": versions[-1].version,
    }


async def _propose(services: Services, me: Person, ref: str) -> Form:
    async with services.database.read() as connection:
        versions = await known(connection, ref)
    on_board(me, "propose_terms", versions)
    open_one = rules.waiting(versions)
    start = open_one or rules.in_force(versions, _today(services)) or versions[-1]
    lead = "Another member of the board must confirm the new version. It then counts from the next working day, for requests "
    return {
        "title": f"Propose new terms for {versions[-1].name}",
        "button": "Propose these terms",
        "lead": f"{lead}submitted from that day on. Nothing is changed for the past.",
        "warning": f"Version {open_one.version} is still waiting to be confirmed, and is what you see here. "
        "What you propose takes its place."
        if open_one
        else "",
        "questions": TERMS,
        "typed": as_typed(start),
        "seen": versions[-1].version,
    }


async def _confirm(services: Services, me: Person, ref: str, version: str) -> Form:
    today = _today(services)
    async with services.database.read() as connection:
        versions = await known(connection, ref)
        proposal = clusters.one_of(versions, version)
        on_board(me, "confirm_terms", versions)
        to_confirm(me, versions, proposal.version)
        calendar = await directory.full_calendar(connection)
        nation = await agreements.nation_of(connection, proposal.board)
    first = rules.first_day(calendar, nation, today)
    old = clusters.before(versions, proposal)
    return {
        "title": f"Confirm version {proposal.version} of {proposal.name}",
        "button": "Confirm these terms",
        "lead": f"A member of the board proposed these terms. If you confirm them today they count from {weekday(first)}, "
        "for every member. A member who does not agree can give notice.",
        "reason": proposal.terms.reason,
        "changes": clusters.changes(old, proposal),
        "read": clusters.terms_rows(proposal),
        "read_heading": "The terms as a whole",
        "questions": CONFIRM,
        "seen": proposal.version,
    }


# --- the same for all ---------------------------------------------------------------------------------------------


async def _take(
    request: Request,
    pages: Pages,
    me: Person,
    ref: str,
    questions: tuple[Question, ...],
    draw: Draw,
    act: Callable[[Mapping[str, Any], str, int | None], Awaitable[None]],
) -> Response:
    """Do the act, or show the same form with what was typed and why not. Not for you (403, 404) is a page of its own."""
    typed: Typed = await read(request)
    raw = typed.answers(questions)
    command, seen = typed.matching("command", COMMAND), typed.matching("seen", VERSION)
    again: dict[str, Any] = {"typed": raw}
    if not command or not seen:
        problems, status = (Problem("", NOT_COMPLETE),), 422
    else:
        try:
            await act(raw, command, int(seen))
        except Invalid as invalid:  # nothing was kept, so the same command may come again
            problems, status = invalid.problems, 422
            again |= {"command": command, "seen": int(seen)}
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            problems, status = (Problem("", refusal.message),), refusal.status
        else:
            return to(f"/clusters/{ref}?command={command}")
    return _page(request, pages, me, ref, {**await draw(), **again}, problems, status)


def _page(
    request: Request,
    pages: Pages,
    me: Person,
    ref: str,
    form: Form,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
) -> Response:
    questions: tuple[Question, ...] = form.pop("questions")
    return pages.page(
        request,
        "cluster_act.html",
        me,
        status=status,
        ref=ref,
        here=request.url.path,
        act={**form, "title": upper_first(form["title"])},
        form=FormView(questions=questions, typed=form.get("typed", {}), problems=problems),
        hidden={"command": form.get("command") or new_command(), "seen": form["seen"]},
    )


def _edge(services: Services) -> Agreements:
    return Agreements(services.database, services.clock)


def _today(services: Services) -> date:
    return london_date(services.clock())
