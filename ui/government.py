"""Changes of government (P5, G7): in public what changed and from when; an operator proposes, a leader confirms."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.government import GOVERNMENT, GovernmentActs, a_change, may_propose
from api.invalid import Invalid
from api.services import Services, ServicesIn
from domain import government as rules
from domain.government import Change, Kind, State
from domain.government_forms import CONFIRM, chosen, first, questions
from domain.people import Role
from domain.questions import Problem, check
from domain.refusals import NoSuchCase, Refusal
from domain.working_days import london_date
from store import commands, government, government_moves
from store.directory import Person
from store.government import Found, Names
from ui.forms import COMMAND, FormView, read
from ui.session import MaybeMe, Me, Pages, PagesIn, new_command, to
from ui.views import Tag
from ui.when import weekday
from ui.words import ROLES

router = APIRouter(include_in_schema=False)

NOT_COMPLETE = "This page was not complete. Check your answers below and send them again."
DONE = {
    "propose_change": "Proposed. Nothing changes before leader 2 or 3 of a body concerned has confirmed it.",
    "confirm_change": "Confirmed. Open cases of teams that move follow within a minute.",
    "ahead": "Confirmed. It is done in the early morning of its day.",
}
TAGS = {
    State.PROPOSED: Tag(text="Proposed", colour="yellow"),
    State.AGREED: Tag(text="Agreed", colour="blue"),
    State.DONE: Tag(text="Done", colour="green"),
    State.PASSED: Tag(text="Not confirmed in time", colour="grey"),
    State.FAILED: Tag(text="Could not be done", colour="red"),
}


@router.get("/government-changes")
async def change_list(request: Request, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    today = london_date(services.clock())
    async with services.database.read() as connection:
        found = [each for each in await government.listed(connection) if _is_shown(each.change, me)]
        names, demo = await _named(connection, [each.change for each in found])
    rows = [_row(each, names, demo, today) for each in found]
    return pages.page(
        request,
        "government_changes.html",
        me,
        real=[row for row in rows if not row["demo"]],
        demo=[row for row in rows if row["demo"]],
        proposes=me is not None and rules.may_propose(me.posts),
    )


@router.get("/government-changes/new")
async def propose_page(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    may_propose(me)
    raw = {key: request.query_params.get(key, "")[:80] for key in ("kind", "body")}
    asked = "step" in request.query_params
    async with services.database.read() as connection:
        there = await government.there(connection)
    wrong = check(first(there), raw)[1] if asked else ()
    return _proposal(request, pages, me, there, raw, problems=wrong, status=422 if wrong else 200)


@router.post("/government-changes/new")
async def propose(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    may_propose(me)
    typed = await read(request)
    async with services.database.read() as connection:
        there = await government.there(connection)
    raw = typed.answers(first(there))
    raw = typed.answers(questions(raw, there))
    command = typed.matching("command", COMMAND)
    if not command:
        wrong = (Problem("", NOT_COMPLETE),)
        return _proposal(request, pages, me, there, raw, problems=wrong, status=422)
    try:
        edge = GovernmentActs(services.database, services.clock)
        number = await edge.propose_change(me, raw, command=command, via="web")
    except Invalid as invalid:  # nothing was kept, so the same command may come again
        return _proposal(
            request, pages, me, there, raw, problems=invalid.problems, status=422, command=command
        )
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        wrong = (Problem("", refusal.message),)
        return _proposal(request, pages, me, there, raw, problems=wrong, status=refusal.status)
    return to(f"/government-changes/{number}?command={command}")


@router.get("/government-changes/{number}")
async def change_page(
    request: Request, number: str, me: MaybeMe, services: ServicesIn, pages: PagesIn
) -> Response:
    return await _change(request, services, pages, me, _number(number))


@router.post("/government-changes/{number}/confirm")
async def confirm(request: Request, number: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    typed, asked = await read(request), _number(number)
    raw, command = typed.answers(CONFIRM), typed.matching("command", COMMAND)
    if not command:
        wrong = (Problem("", NOT_COMPLETE),)
        return await _change(request, services, pages, me, asked, typed=raw, problems=wrong, status=422)
    try:
        edge = GovernmentActs(services.database, services.clock)
        await edge.confirm_change(me, asked, raw, command=command, via="web")
    except Invalid as invalid:
        return await _change(
            request,
            services,
            pages,
            me,
            asked,
            typed=raw,
            problems=invalid.problems,
            status=422,
            command=command,
        )
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        wrong = (Problem("", refusal.message),)
        return await _change(
            request, services, pages, me, asked, typed=raw, problems=wrong, status=refusal.status
        )
    return to(f"/government-changes/{asked}?command={command}")


# --- what is shown ------------------------------------------------------------------------------------------------


def _proposal(
    request: Request,
    pages: Pages,
    me: Person,
    there: rules.Directory,
    raw: Mapping[str, Any],
    *,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
    command: str = "",
) -> Response:
    """Step 1 until it can be told what happens to which body; then step 2, with step 1 above it in words."""
    both = chosen(raw, there)
    asked = questions(raw, there)[2:] if both else first(there)
    words = {each.value: each.label for each in first(there)[0].choices}
    return pages.page(
        request,
        "government_new.html",
        me,
        status=status,
        chosen={"kind": both[0], "words": words[both[0]], "body": both[1]} if both else None,
        form=FormView(questions=asked, typed=raw, problems=problems),
        hidden={"command": command or new_command()},
    )


async def _change(
    request: Request,
    services: Services,
    pages: Pages,
    me: Person | None,
    number: int,
    *,
    typed: Mapping[str, Any] | None = None,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
    command: str = "",
) -> Response:
    """One change with what it will do, or did. Before it is confirmed only people who are signed in see it."""
    today = london_date(services.clock())
    async with services.database.read() as connection:
        found = await a_change(connection, number)
        if not _is_shown(found.change, me):
            raise NoSuchCase
        names, demo = await _named(connection, [found.change])
        there = await government.there(connection)
        effects = await _effects(connection, found, there, today)
        banner = await _banner(connection, me, found.change, request.query_params.get("command", ""))
    row = _row(found, names, demo, today)
    may = me is not None and rules.post_to_confirm(found.change, me.posts) is not None
    return pages.page(
        request,
        "government_change.html",
        me,
        status=status,
        row=row,
        effects=effects,
        now_called=there.bodies[found.change.plan.into].name if found.change.plan.into else "",
        banner=banner,
        may=may and row["state_is"] is State.PROPOSED,
        form=FormView(questions=CONFIRM, typed=typed or {}, problems=problems),
        hidden={"command": command or new_command()},
    )


def _is_shown(change: Change, me: Person | None) -> bool:
    return change.confirmed_on is not None or me is not None


async def _named(connection: AsyncConnection, changes: Sequence[Change]) -> tuple[Names, Mapping[str, bool]]:
    bodies = {body for each in changes for body in each.plan.concerns}
    there = await government.there(connection)
    return await government.names_of(connection, bodies), {
        body: there.bodies[body].demo for body in bodies if body in there.bodies
    }


def _row(found: Found, names: Names, demo: Mapping[str, bool], today: date) -> dict[str, Any]:
    change, counts = found.change, found.counts
    plan, state = change.plan, change.state(today)
    return {
        "number": change.number,
        "kind": plan.kind,
        "what": in_words(change, names, today),
        "citation": change.citation,
        "from_day": plan.from_day,
        "state": TAGS[state],
        "state_is": state,
        "failed_because": change.failed_because,
        "proposed_on": change.proposed_on,
        "confirmed_as": ROLES[Role(change.confirmed_as)] if change.confirmed_as else "",
        "confirmed_on": change.confirmed_on,
        "done_on": change.done_on,
        "teams": counts.get("teams", 0),
        "cases": counts.get("cases", 0),
        "is_new_body": plan.is_new_body,
        "demo": demo.get(plan.body, False),
    }


def in_words(change: Change, names: Names, today: date) -> str:
    """What changes, with the names of the day before it did."""
    plan = change.plan
    before = (change.done_on or today + timedelta(days=1)) - timedelta(days=1)
    body = names.on(plan.body, before)
    into = names.on(plan.into, before) if plan.into else plan.name
    match plan.kind:
        case Kind.RENAME:
            return f"{body} gets the name {plan.name}"
        case Kind.MERGE:
            return f"{body} becomes part of {into}"
        case Kind.SPLIT:
            many = f"{len(plan.teams)} team{'s' if len(plan.teams) > 1 else ''}"
            go = "go" if len(plan.teams) > 1 else "goes"
            return f"{many} of {body} {go} to {'a new body, ' if plan.is_new_body else ''}{into}"


async def _effects(
    connection: AsyncConnection, found: Found, there: rules.Directory, today: date
) -> dict[str, Any]:
    """In numbers and names of teams: as counted when it was done, else as they stand now."""
    plan = found.change.plan
    teams = {team: name for body in there.bodies.values() for team, name in body.teams.items()}
    if found.change.done_on:
        told, moved, clusters = dict(found.counts), plan.teams, dict[str, str]()
    else:
        would = await government_moves.effects(connection, plan, there.bodies[plan.body], today)
        told, moved, clusters = would.as_json(), would.teams, dict(would.clusters)
    ended = told.get("ended", {})
    return {
        **told,
        "names": [teams[team] for team in moved if team in teams],
        "ended": [f"{ROLES[Role(role)]}: {many}" for role, many in ended.items()],
        "clusters": [(teams[team], cluster) for team, cluster in clusters.items() if team in teams],
    }


async def _banner(
    connection: AsyncConnection, me: Person | None, change: Change, command: str
) -> dict[str, str] | None:
    """What became of the act this page was reached by; asked of the record, so a link cannot claim anything."""
    row = await commands.get(connection, command) if me and COMMAND.fullmatch(command) else None
    if row is None or me is None or row.actor != me.id or row.ref != GOVERNMENT:
        return None
    ahead = row.act == "confirm_change" and change.done_on is None
    text = DONE["ahead" if ahead else row.act]
    return {"kind": "success", "text": f"{text} That is {weekday(change.plan.from_day)}." if ahead else text}


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise NoSuchCase
    return int(text)
