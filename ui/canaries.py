"""Canaries (P8): in public what was promised by when and how far it slipped; a leader names one and closes it."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.invalid import Invalid
from api.leader_acts import CANARIES, LeaderActs, may_close, may_lead
from api.services import Services, ServicesIn
from domain.appetite import post_for
from domain.canaries import CLOSE, NAME, SLIP_DAYS, AlreadyClosed, State, days_slipped, state_of
from domain.questions import Problem, Question
from domain.refusals import NoSuchCase, Refusal
from domain.working_days import Calendar, london_date
from store import canaries, commands
from store.canaries import Found
from store.directory import Person
from ui.forms import COMMAND, FormView, Typed, read
from ui.session import MaybeMe, Me, Pages, PagesIn, new_command, to
from ui.views import Tag
from ui.words import ROLES

router = APIRouter(include_in_schema=False)

NOT_COMPLETE = "This page was not complete. Check your answers below and send them again."
DONE = {
    "name_canary": "Named. You are told once if it slips by more than five working days.",
    "close_canary": "Closed. What was learnt stands beside it.",
}
TAGS = {
    State.ON_ITS_WAY: Tag(text="On its way", colour="blue"),
    State.LATE: Tag(text="Late", colour="orange"),
    State.SLIPPED: Tag(text="Slipped", colour="red"),
    State.DELIVERED: Tag(text="Delivered", colour="green"),
    State.STOPPED: Tag(text="Stopped before delivery", colour="red"),
}


@router.get("/canaries")
async def canary_list(request: Request, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    now = services.clock()
    async with services.database.read() as connection:
        found = await canaries.listed(connection)
        calendar = await pages.calendar(connection, now)
        banner = await _banner(connection, me, request.query_params.get("command", ""))
    rows = canary_rows(found, calendar, london_date(now), me)
    return pages.page(
        request,
        "canaries.html",
        me,
        real=[row for row in rows if not row["demo"]],
        demo=[row for row in rows if row["demo"]],
        slip=SLIP_DAYS,
        names=bool(me and any(role.startswith("leader_") for role in me.roles)),
        banner=banner,
        as_of=now,
    )


@router.get("/canaries/name")
async def name_page(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    may_lead(me)
    typed = {"ref": request.query_params.get("ref", "")[:40]}
    return _page(request, pages, me, _naming(), typed)


@router.post("/canaries/name")
async def name(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    async def act(raw: Mapping[str, Any], command: str) -> None:
        await _edge(services).name_canary(me, raw, command=command, via="web")

    return await _take(request, pages, me, _naming(), NAME, act)


@router.get("/canaries/{number}/close")
async def close_page(request: Request, number: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    async with services.database.read() as connection:
        found = await may_close(connection, me, _number(number))
    if not found.canary.is_open:
        raise AlreadyClosed
    return _page(request, pages, me, _closing(found), {})


@router.post("/canaries/{number}/close")
async def close(request: Request, number: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    async with services.database.read() as connection:
        found = await may_close(connection, me, _number(number))

    async def act(raw: Mapping[str, Any], command: str) -> None:
        await _edge(services).close_canary(me, found.canary.number, raw, command=command, via="web")

    return await _take(request, pages, me, _closing(found), CLOSE, act)


# --- what is shown ------------------------------------------------------------------------------------------------


def canary_rows(
    found: Iterable[Found], calendar: Calendar, today: date, me: Person | None = None
) -> list[dict[str, Any]]:
    """Rows for the public list and the leader page. A title is the register's, or nobody's business yet."""
    rows: list[dict[str, Any]] = []
    for each in found:
        canary, is_public = each.canary, bool(each.title)
        slipped = days_slipped(canary, calendar, today)
        mine = me is not None and post_for(me.posts, "close_canary", canary.organisation) is not None
        rows.append(
            {
                "number": canary.number,
                "ref": canary.ref,
                "is_public": is_public,
                "title": each.title or "Not yet published",
                "case_title": each.case_title,
                "why": canary.why if is_public else "",
                "learnt": canary.learnt if is_public else "",
                "body": each.body,
                "demo": each.demo,
                "post": ROLES[canary.named_as],
                "named_on": canary.named_on,
                "target": canary.target,
                "state": TAGS[state_of(canary, slipped)],
                "slipped": slipped,
                "slipped_words": f"{slipped} working day{'' if slipped == 1 else 's'}",
                "delivered_on": canary.delivered_on,
                "closed_on": canary.closed_on,
                "close": f"/canaries/{canary.number}/close" if mine and canary.is_open else "",
            }
        )
    return rows


def _naming() -> dict[str, Any]:
    return {
        "title": "Name a canary",
        "button": "Name it",
        "here": "/canaries/name",
        "questions": NAME,
        "lead": "A canary is one share that shows how all of them go: it has a date by which its data should flow. Its "
        "target date and how far it slips are published at once; what it is about only when the share has an entry in "
        f"the register. If it slips by more than {SLIP_DAYS} working days you are told once.",
    }


def _closing(found: Found) -> dict[str, Any]:
    return {
        "title": f"Close the canary {found.canary.ref}",
        "button": "Close it",
        "here": f"/canaries/{found.canary.number}/close",
        "questions": CLOSE,
        "lead": "The canary stays in the public list with its target date, how far it slipped, and what was learnt. The "
        "case itself goes on as it is.",
        "warning": "It cannot be opened again.",
    }


def _page(
    request: Request,
    pages: Pages,
    me: Person,
    form: Mapping[str, Any],
    typed: Mapping[str, Any],
    *,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
    command: str = "",
) -> Response:
    return pages.page(
        request,
        "canary_act.html",
        me,
        status=status,
        act=form,
        form=FormView(questions=form["questions"], typed=typed, problems=problems),
        hidden={"command": command or new_command()},
    )


async def _take(
    request: Request,
    pages: Pages,
    me: Person,
    form: Mapping[str, Any],
    questions: tuple[Question, ...],
    act: Callable[[Mapping[str, Any], str], Awaitable[None]],
) -> Response:
    """Do the act, or show the same form with what was typed and why not. Not for you (403, 404) is a page of its own."""
    may_lead(me)
    typed: Typed = await read(request)
    raw = typed.answers(questions)
    command = typed.matching("command", COMMAND)
    if not command:
        wrong = (Problem("", NOT_COMPLETE),)
        return _page(request, pages, me, form, raw, problems=wrong, status=422)
    try:
        await act(raw, command)
    except Invalid as invalid:  # nothing was kept, so the same command may come again
        return _page(request, pages, me, form, raw, problems=invalid.problems, status=422, command=command)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        wrong = (Problem("", refusal.message),)
        return _page(request, pages, me, form, raw, problems=wrong, status=refusal.status)
    return to(f"/canaries?command={command}")


async def _banner(connection: AsyncConnection, me: Person | None, command: str) -> dict[str, str] | None:
    """What became of the act this page was reached by; asked of the record, so a link cannot claim anything."""
    row = await commands.get(connection, command) if me and COMMAND.fullmatch(command) else None
    if row is None or me is None or row.actor != me.id or row.ref != CANARIES:
        return None
    return {"kind": "success", "text": DONE.get(row.act, "")}


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise NoSuchCase
    return int(text)


def _edge(services: Services) -> LeaderActs:
    return LeaderActs(services.database, services.clock)
