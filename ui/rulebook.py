"""The rulebook as pages: what is out of scope and where to go instead, how a rule changes, and questions about it (§4)."""

import re
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response

from api.invalid import Invalid
from api.rulebook import Rulebook, for_board, next_day
from api.services import Services, ServicesIn
from domain.questions import Problem
from domain.refusals import Refusal
from domain.rulebook import (
    Change,
    NothingProposed,
    ProposalOpen,
    differences,
    history,
    may,
    rule_of,
    with_change,
)
from domain.rulebook_forms import as_typed, decision_form, proposal_form
from domain.working_days import london_date
from store import rulebook as rows
from store.directory import Person
from ui.forms import COMMAND, VERSION, FormView, read
from ui.rulebook_view import TITLES, about_rule, banner, months_table, sections
from ui.session import MaybeMe, Me, Pages, PagesIn, new_command, to

router = APIRouter(include_in_schema=False)

NAME = re.compile(r"[a-z_]{1,60}")
NOT_COMPLETE = Problem("", "This page was not complete. Check your answers below and send them again.")


def edge(services: Services) -> Rulebook:
    return Rulebook(services.database, services.clock)


@router.get("/guards")
async def guards(request: Request, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    now = services.clock()
    today = london_date(now)
    async with services.database.read() as connection:
        changes = await rows.confirmed(connection)
        counted = await months_table(connection, today, embedded=services.site.embedded)
        on_board = bool(me) and may("confirm_rule", me.roles)
        waiting = await rows.proposals(connection) if on_board else []
        questions = await rows.open_questions(connection) if on_board else []
        told = await banner(connection, me, request.query_params.get("command", ""))
    return pages.page(
        request,
        "guards.html",
        me,
        as_of=now,
        banner=told,
        sections=sections(changes, today, counted),
        counted=counted,
        on_board=on_board,
        waiting=[rule_of(row.rule) for row in waiting if row.rule in TITLES],
        questions=len(questions),
    )


@router.get("/guards/{rule}")
async def guard(request: Request, rule: str, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    if not NAME.fullmatch(rule):
        raise HTTPException(404)
    now = services.clock()
    async with services.database.read() as connection:
        shown = await about_rule(connection, rule, london_date(now), embedded=services.site.embedded)
        asked = await rows.published(connection, rule)
        on_board = bool(me) and may("propose_rule", me.roles)
        proposed = bool(await rows.proposals(connection, rule)) if on_board else False
        told = await banner(connection, me, request.query_params.get("command", ""))
    return pages.page(
        request,
        "guard.html",
        me,
        **shown,
        as_of=now,
        asked=asked,
        on_board=on_board,
        proposed=proposed,
        banner=told,
    )


@router.get("/guards/{rule}/propose")
async def proposal(request: Request, rule: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    return await _propose_page(request, me, services, pages, rule, None)


@router.post("/guards/{rule}/propose")
async def propose(request: Request, rule: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    for_board(me, "propose_rule")
    typed = await read(request)
    raw = typed.answers(proposal_form(rule_of(rule)))
    command, seen = typed.matching("command", COMMAND), typed.matching("version", VERSION)
    problems, status = (NOT_COMPLETE,), 422
    if command and seen:
        try:
            await edge(services).propose(me, rule, raw, seen=int(seen), command=command)
            return to(f"/guards/{rule}?command={command}")
        except Invalid as invalid:
            problems = invalid.problems
        except Refusal as refusal:
            problems, status = (Problem("", refusal.message),), refusal.status
    return await _propose_page(request, me, services, pages, rule, raw, problems=problems, status=status)


@router.get("/guards/{rule}/proposal")
async def decision(request: Request, rule: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    return await _decide_page(request, me, services, pages, rule, {})


@router.post("/guards/{rule}/proposal")
async def decide(request: Request, rule: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    for_board(me, "confirm_rule")
    rule_of(rule)
    typed = await read(request)
    raw = typed.answers(decision_form(own=False))
    command, number = typed.matching("command", COMMAND), typed.matching("proposal", VERSION)
    problems, status = (NOT_COMPLETE,), 422
    if command and number:
        try:
            await edge(services).decide(me, rule, raw, proposal=int(number), command=command)
            return to(f"/guards/{rule}?command={command}")
        except Invalid as invalid:
            problems = invalid.problems
        except NothingProposed:
            raise
        except Refusal as refusal:
            problems, status = (Problem("", refusal.message),), refusal.status
    return await _decide_page(request, me, services, pages, rule, raw, problems=problems, status=status)


# --- the pages, as they open and with what is wrong -------------------------------------------------------------------


async def _propose_page(
    request: Request,
    me: Person,
    services: Services,
    pages: Pages,
    rule: str,
    typed: Mapping[str, Any] | None,
    *,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
) -> Response:
    for_board(me, "propose_rule")
    async with services.database.read() as connection:
        newest = history(await rows.confirmed(connection, rule), rule)[-1]
        if typed is None and await rows.proposals(connection, rule):
            raise ProposalOpen
    questions = proposal_form(newest)
    return pages.page(
        request,
        "guard_propose.html",
        me,
        status=status,
        rule=newest,
        form=FormView(
            questions=questions, typed=as_typed(newest) if typed is None else typed, problems=problems
        ),
        hidden={"command": new_command(), "version": newest.version},
    )


async def _decide_page(
    request: Request,
    me: Person,
    services: Services,
    pages: Pages,
    rule: str,
    typed: Mapping[str, Any],
    *,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
) -> Response:
    for_board(me, "confirm_rule")
    async with services.database.read() as connection:
        before = history(await rows.confirmed(connection, rule), rule)[-1]
        row = next(iter(await rows.proposals(connection, rule)), None)
        if row is None:
            raise NothingProposed
        first_day = await next_day(connection, services.clock())
    own = row.proposed_by in me.stands_for
    return pages.page(
        request,
        "guard_proposal.html",
        me,
        status=status,
        rule=before,
        changes=differences(before, with_change(before, Change.from_json(row.change))),
        row=row,
        first_day=first_day,
        own=own,
        form=FormView(questions=decision_form(own=own), typed=typed, problems=problems),
        hidden={"command": new_command(), "proposal": row.id},
    )
