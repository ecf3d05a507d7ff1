"""The numbers as pages: how long each of us has, how two board members change that, and what it would have meant."""

import re
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response

from api.invalid import Invalid
from api.policies import Policies, for_board, looked_back, on_board
from api.rulebook import next_day
from api.services import Services, ServicesIn
from domain.policy_versions import (
    LENGTHS,
    PROPOSAL,
    NoPolicyProposed,
    PolicyProposalOpen,
    changed,
    check_what_if,
    decision_form,
    differences,
    newest,
    numbers_of,
)
from domain.questions import Problem
from domain.refusals import Refusal
from domain.working_days import london_date
from store import policies
from store.directory import Person
from ui.forms import COMMAND, VERSION, FormView, read
from ui.policy_view import as_policy, banner, optional, result, rows, versions
from ui.session import MaybeMe, Me, Pages, PagesIn, new_command, to

router = APIRouter(include_in_schema=False)

NAME = re.compile(r"20[0-9]{2}-[0-9]{1,4}")
NOT_COMPLETE = Problem("", "This page was not complete. Check your answers below and send them again.")
NOTHING_ASKED = Problem("", "Enter at least one number that is another one than today.")


@router.get("/policy")
async def policy_page(request: Request, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    today = london_date(services.clock())
    async with services.database.read() as connection:
        held = await policies.versions(connection)
        now = await policies.in_force(connection, today)
        waiting = await policies.proposal(connection)
        told = await banner(connection, me, request.query_params.get("command", ""))
    proposed = as_policy(waiting.numbers) if waiting else None
    return pages.page(
        request,
        "policy.html",
        me,
        version=now.version,
        rows=rows(now),
        versions=versions(held, now),
        waiting=waiting,
        changes=differences(newest(held), proposed) if proposed else (),
        on_board=on_board(me, "propose_policy"),
        banner=told,
    )


@router.get("/policy/v/{version}")
async def policy_version(
    request: Request, version: str, me: MaybeMe, services: ServicesIn, pages: PagesIn
) -> Response:
    async with services.database.read() as connection:
        held = await policies.versions(connection)
        now = await policies.in_force(connection, london_date(services.clock()))
    found = next((each for each in versions(held, now) if each["name"] == version), None)
    if not NAME.fullmatch(version) or found is None:
        raise HTTPException(404)
    return pages.page(request, "policy_version.html", me, found=found, rows=rows(found["policy"]))


@router.get("/policy/what-if")
async def what_if(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    """A question, asked with the address: nothing is kept, whatever is typed."""
    typed = {each.field: request.query_params.get(each.field, "")[:20] for each in LENGTHS}
    changes, problems = check_what_if(typed)
    async with services.database.read() as connection:
        now = await policies.in_force(connection, london_date(services.clock()))
    changes = changed(now, {**numbers_of(now), **changes})
    if "asked" in request.query_params and not changes and not problems:
        problems = (NOTHING_ASKED,)
    looked = await looked_back(services, changes) if changes and not problems else None
    return pages.page(
        request,
        "policy_what_if.html",
        me,
        status=422 if problems else 200,
        form=FormView(questions=optional(), typed=typed, problems=problems),
        rows=rows(now),
        **result(looked),
    )


@router.get("/policy/propose")
async def propose_page(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    return await _propose_page(request, me, services, pages, None)


@router.post("/policy/propose")
async def propose(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    for_board(me, "propose_policy")
    typed = await read(request)
    raw = typed.answers(PROPOSAL)
    command, seen = typed.matching("command", COMMAND), typed.matching("version", VERSION)
    problems, status = (NOT_COMPLETE,), 422
    if command and seen:
        try:
            await _edge(services).propose(me, raw, seen=int(seen), command=command)
            return to(f"/policy/proposal?command={command}")
        except Invalid as invalid:
            problems = invalid.problems
        except Refusal as refusal:
            problems, status = (Problem("", refusal.message),), refusal.status
    return await _propose_page(request, me, services, pages, raw, problems=problems, status=status)


@router.get("/policy/proposal")
async def decision(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    return await _decide_page(request, me, services, pages, {})


@router.post("/policy/proposal")
async def decide(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    for_board(me, "confirm_policy")
    typed = await read(request)
    raw = typed.answers(decision_form(own=False))
    command, number = typed.matching("command", COMMAND), typed.matching("proposal", VERSION)
    problems, status = (NOT_COMPLETE,), 422
    if command and number:
        try:
            await _edge(services).decide(me, raw, proposal=int(number), command=command)
            return to(f"/policy?command={command}")
        except Invalid as invalid:
            problems = invalid.problems
        except NoPolicyProposed:
            raise
        except Refusal as refusal:
            problems, status = (Problem("", refusal.message),), refusal.status
    return await _decide_page(request, me, services, pages, raw, problems=problems, status=status)


# --- the pages, as they open and with what is wrong -------------------------------------------------------------------


async def _propose_page(
    request: Request,
    me: Person,
    services: Services,
    pages: Pages,
    typed: Mapping[str, Any] | None,
    *,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
) -> Response:
    for_board(me, "propose_policy")
    async with services.database.read() as connection:
        held = await policies.versions(connection)
        if typed is None and await policies.proposal(connection):
            raise PolicyProposalOpen
    shown = numbers_of(newest(held)) if typed is None else typed
    return pages.page(
        request,
        "policy_propose.html",
        me,
        status=status,
        form=FormView(questions=PROPOSAL, typed=shown, problems=problems),
        hidden={"command": new_command(), "version": len(held)},
    )


async def _decide_page(
    request: Request,
    me: Person,
    services: Services,
    pages: Pages,
    typed: Mapping[str, Any],
    *,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
) -> Response:
    """Whoever is signed in reads a proposal, with what it would have meant; board members decide on it."""
    async with services.database.read() as connection:
        held = await policies.versions(connection)
        row = await policies.proposal(connection)
        if row is None:
            raise NoPolicyProposed
        first_day = await next_day(connection, services.clock())
        told = await banner(connection, me, request.query_params.get("command", ""))
    before, after = newest(held), as_policy(row.numbers)
    looked = await looked_back(services, changed(before, numbers_of(after)))
    own = row.proposed_by == me.id
    return pages.page(
        request,
        "policy_proposal.html",
        me,
        status=status,
        row=row,
        own=own,
        changes=differences(before, after),
        first_day=first_day,
        may_decide=on_board(me, "confirm_policy"),
        banner=told,
        form=FormView(questions=decision_form(own=own), typed=typed, problems=problems),
        hidden={"command": new_command(), "proposal": row.id},
        **result(looked),
    )


def _edge(services: Services) -> Policies:
    return Policies(services.database, services.clock)
