"""Where somebody is signed in (S6): their own list, and for the operator what anybody can come in by."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response

from api import auth
from api.owners import a_person, keeps
from api.services import Services, ServicesIn
from api.ways_in import may_revoke
from domain import sessions as rules
from domain.refusals import NoSuchCase
from domain.scopes import NoSuchToken
from store import sessions
from store.directory import Person
from store.sessions import Session
from ui.own_acts import banner, edge, tokens_of
from ui.owners_act import Form, draw, take
from ui.session import Me, PagesIn, new_command

router = APIRouter(include_in_schema=False)

HERE = "/settings/sessions"
PERSON = re.compile(r"[A-Za-z0-9-]{1,80}")
CAPTION = "Settings"
HOW = {"dev": "Chosen from the list of made-up people", "oidc": "With your account"}
THEIRS = {**HOW, "oidc": "With their account"}


@router.get(HERE)
async def mine(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    now = services.clock()
    async with services.database.read() as connection:
        this = await auth.session_of(connection, request, now)
        found = await sessions.of_person(connection, me.id, now)
        told = await banner(connection, me, request.query_params.get("command", ""))
    rows = [{**row, "command": new_command()} for row in _rows(found, this, HOW)]
    return pages.page(
        request,
        "sessions.html",
        me,
        rows=sorted(rows, key=lambda row: not row["this"]),
        banner=told,
        command=new_command(),
        idle=int(rules.IDLE.total_seconds() // 60),
        longest=int(rules.LONGEST.total_seconds() // 3600),
    )


@router.post(HERE + "/end-others")
async def end_others(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    async with services.database.read() as connection:
        this = await auth.session_of(connection, request, services.clock())

    async def act(raw: Mapping[str, Any], command: str) -> None:
        await edge(services).end_other_sessions(me, this.id if this else "", command=command, via="web")

    form = _form("End all other sessions", "End all others", HERE + "/end-others")
    return await take(request, pages, me, form, act)


@router.post(HERE + "/{session}/end")
async def end(request: Request, session: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    async def act(raw: Mapping[str, Any], command: str) -> None:
        await edge(services).end_session(me, session, command=command, via="web")

    return await take(request, pages, me, _form("End a session", "End it", f"{HERE}/{session}/end"), act)


# --- for the operator ----------------------------------------------------------------------------------------------


@router.get("/people/{person}/access")
async def theirs(request: Request, person: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    now = services.clock()
    name = await _whom(services, me, person)
    async with services.database.read() as connection:
        found = await sessions.of_person(connection, person, now)
        made = await tokens_of(connection, person, now)
        told = await banner(connection, me, request.query_params.get("command", ""))
    return pages.page(
        request, "access.html", me, name=name, person=person, rows=_rows(found, None, THEIRS), tokens=made,
        banner=told, command=new_command(),
    )  # fmt: skip


@router.post("/people/{person}/end-sessions")
async def end_theirs(request: Request, person: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    name = await _whom(services, me, person)

    async def act(raw: Mapping[str, Any], command: str) -> None:
        await edge(services).end_sessions(me, person, command=command, via="web")

    here = f"/people/{person}"
    form = Form(
        title=f"End all sessions of {name}",
        button="End all sessions",
        here=f"{here}/end-sessions",
        back=f"{here}/access",
        caption="Sessions and tokens",
    )
    return await take(request, pages, me, form, act)


@router.get("/people/{person}/tokens/{token}/revoke")
async def revoke_page(
    request: Request, person: str, token: str, me: Me, services: ServicesIn, pages: PagesIn
) -> Response:
    return draw(request, pages, me, await _revoking(services, me, person, token), {})


@router.post("/people/{person}/tokens/{token}/revoke")
async def revoke(
    request: Request, person: str, token: str, me: Me, services: ServicesIn, pages: PagesIn
) -> Response:
    async def act(raw: Mapping[str, Any], command: str) -> None:
        await edge(services).revoke_token(me, token, command=command, via="web")

    return await take(request, pages, me, await _revoking(services, me, person, token), act)


# --- what is shown -------------------------------------------------------------------------------------------------


def _rows(found: Sequence[Session], this: Session | None, how: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "id": each.id,
            "device": each.device or rules.NOBODY_KNOWS,
            "how": how.get(each.how, ""),
            "since": each.created_at,
            "seen": each.seen_at,
            "this": this is not None and each.id == this.id,
        }
        for each in found
    ]


def _form(title: str, button: str, here: str) -> Form:
    return Form(title=title, button=button, here=here, back=HERE, caption=CAPTION)


async def _whom(services: Services, me: Person, person: str) -> str:
    """Their name. Somebody nobody knows is not there; what cannot be an id is not looked up."""
    if not PERSON.fullmatch(person):
        raise NoSuchCase
    async with services.database.read() as connection:
        found = await a_person(connection, person)
    keeps(me)
    return found.name


async def _revoking(services: Services, me: Person, person: str, token: str) -> Form:
    name = await _whom(services, me, person)
    async with services.database.read() as connection:
        found = await may_revoke(connection, me, token)
    if found.person != person:
        raise NoSuchToken
    return Form(
        title=f"Revoke “{found.label}”",
        button="Revoke it",
        here=f"/people/{person}/tokens/{token}/revoke",
        back=f"/people/{person}/access",
        caption=f"API token of {name}",
        warning="Whatever uses this token stops at once, and it cannot be undone.",
    )
