"""Risk appetite (P8): what each body expects, version by version, and a leader's new version."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.invalid import Invalid
from api.leader_acts import LeaderActs, a_body, may_state
from api.services import Services, ServicesIn
from domain import appetite as rules
from domain.agreements import first_day
from domain.appetite import LEVELS, QUESTIONS, Statement, post_for
from domain.questions import Problem
from domain.refusals import Refusal
from domain.request_choices import USES
from domain.working_days import london_date
from store import appetite, commands, directory
from store.directory import Person
from ui.forms import COMMAND, VERSION, FormView, Typed, read
from ui.session import MaybeMe, Me, Pages, PagesIn, Ref, new_command, to
from ui.standing import standing
from ui.views import Tag
from ui.when import weekday
from ui.words import ROLES

router = APIRouter(include_in_schema=False)

USE_LABELS = {each.value: each.label for each in USES}
LEVEL_LABELS = {each.value: each.label for each in LEVELS}
TAGS = {
    "averse": Tag(text="Averse", colour="red"),
    "minimal": Tag(text="Minimal", colour="orange"),
    "cautious": Tag(text="Cautious", colour="yellow"),
    "open": Tag(text="Open", colour="turquoise"),
    "eager": Tag(text="Eager", colour="green"),
}
NO_STATEMENT = "No risk-appetite statement"
NOT_COMPLETE = "This page was not complete. Check your answers below and send them again."


@router.get("/appetite")
async def appetite_list(request: Request, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    async with services.database.read() as connection:
        bodies = await appetite.led(connection)
        stated = await appetite.in_force(connection, london_date(services.clock()))
    rows = [
        {"id": each.id, "name": each.name, "demo": each.demo, "stated": stated.get(each.id)}
        for each in bodies
    ]
    return pages.page(
        request,
        "appetite.html",
        me,
        real=[row for row in rows if not row["demo"]],
        demo=[row for row in rows if row["demo"]],
        levels=LEVELS,
    )


@router.get("/appetite/{ref}")
async def appetite_page(
    request: Request, ref: Ref, me: MaybeMe, services: ServicesIn, pages: PagesIn
) -> Response:
    today = london_date(services.clock())
    async with services.database.read() as connection:
        body = await a_body(connection, ref)
        versions = await appetite.versions_of(connection, ref)
        banner = await _banner(connection, me, ref, request.query_params.get("command", ""))
    now = rules.in_force(versions, today)
    return pages.page(
        request,
        "appetite_body.html",
        me,
        body=body,
        now=now,
        lines=lines_of(now) if now else [],
        signed_as=ROLES[now.signed_as] if now else "",
        versions=version_rows(versions, now, today),
        standing=await standing(services.database, {ref}, "/appetite/{}"),
        states=me is not None and post_for(me.posts, "state_appetite", ref) is not None,
        banner=banner,
    )


@router.get("/appetite/{ref}/v/{version}")
async def appetite_version(
    request: Request, ref: Ref, version: str, me: MaybeMe, services: ServicesIn, pages: PagesIn
) -> Response:
    today = london_date(services.clock())
    async with services.database.read() as connection:
        body = await a_body(connection, ref)
        versions = await appetite.versions_of(connection, ref)
    found = next((each for each in versions if str(each.version) == version), None)
    if found is None:
        raise HTTPException(404)
    rows = version_rows(versions, rules.in_force(versions, today), today)
    return pages.page(
        request,
        "appetite_version.html",
        me,
        body=body,
        version=found,
        state=next(row["state"] for row in rows if row["number"] == found.version),
        lines=lines_of(found),
        signed_as=ROLES[found.signed_as],
    )


@router.get("/appetite/{ref}/state")
async def state_page(request: Request, ref: Ref, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    return await _form(request, services, pages, me, ref)


@router.post("/appetite/{ref}/state")
async def state(request: Request, ref: Ref, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    """Do the act, or show the same form with what was typed and why not. Not for you (403, 404) is a page of its own."""
    async with services.database.read() as connection:
        await may_state(connection, me, ref)
    typed: Typed = await read(request)
    raw = typed.answers(QUESTIONS)
    command, seen = typed.matching("command", COMMAND), typed.matching("seen", VERSION)
    if not command or not seen:
        wrong = (Problem("", NOT_COMPLETE),)
        return await _form(request, services, pages, me, ref, typed=raw, problems=wrong, status=422)
    try:
        edge = LeaderActs(services.database, services.clock)
        await edge.state_appetite(me, ref, raw, command=command, seen=int(seen), via="web")
    except Invalid as invalid:  # nothing was kept, so the same command may come again
        again = {"command": command, "seen": int(seen)}
        return await _form(
            request, services, pages, me, ref, typed=raw, problems=invalid.problems, status=422, hidden=again
        )
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        wrong = (Problem("", refusal.message),)
        return await _form(
            request, services, pages, me, ref, typed=raw, problems=wrong, status=refusal.status
        )
    return to(f"/appetite/{ref}?command={command}")


async def _form(
    request: Request,
    services: Services,
    pages: Pages,
    me: Person,
    ref: str,
    *,
    typed: Mapping[str, Any] | None = None,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
    hidden: Mapping[str, Any] | None = None,
) -> Response:
    async with services.database.read() as connection:
        body, post = await may_state(connection, me, ref)
        versions = await appetite.versions_of(connection, ref)
        calendar = await directory.full_calendar(connection)
    newest = versions[-1] if versions else None
    first = first_day(calendar, body.nation, london_date(services.clock()))
    return pages.page(
        request,
        "appetite_state.html",
        me,
        status=status,
        body=body,
        post=ROLES[post],
        first=weekday(first),
        number=(newest.version if newest else 0) + 1,
        form=FormView(
            questions=QUESTIONS,
            typed=typed if typed is not None else rules.as_typed(newest),
            problems=problems,
        ),
        hidden=hidden or {"command": new_command(), "seen": newest.version if newest else 0},
    )


async def _banner(
    connection: AsyncConnection, me: Person | None, ref: str, command: str
) -> dict[str, str] | None:
    """What became of the act this page was reached by; asked of the record, so a link cannot claim anything."""
    row = await commands.get(connection, command) if me and COMMAND.fullmatch(command) else None
    if row is None or me is None or row.actor != me.id or row.ref != ref or row.act != "state_appetite":
        return None
    text = f"Stated. Version {row.body['version']} counts from the day that stands beside it, and is published now."
    return {"kind": "success", "text": text}


# --- in words -----------------------------------------------------------------------------------------------------


def lines_of(statement: Statement) -> list[dict[str, Any]]:
    return [
        {"use": USE_LABELS.get(use, use), "level": TAGS[line.level], "text": line.text}
        for use, line in statement.lines.items()
    ]


def version_rows(versions: Sequence[Statement], now: Statement | None, today: date) -> list[dict[str, Any]]:
    """Newest first, each with what it is: in force, from when, or before."""
    rows: list[dict[str, Any]] = []
    for each in reversed(versions):
        if each == now:
            state = f"in force since {weekday(each.in_force_from)}"
        elif each.in_force_from > today:
            state = f"counts from {weekday(each.in_force_from)}"
        else:
            state = f"from {weekday(each.in_force_from)}, followed by a later version"
        rows.append({"number": each.version, "state": state, "signed_as": ROLES[each.signed_as]})
    return rows
