"""X-Road on pages (P3): bodies set it up under Settings, and the access right of a grant can be taken away as a document."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy.ext.asyncio import AsyncConnection

from api.invalid import Invalid
from api.known import known
from api.services import Services, ServicesIn
from api.x_road import right_of
from api.x_road_acts import XRoadActs, a_body, a_team, keeps, may_set_server
from domain.people import Role
from domain.questions import Problem
from domain.refusals import NoSuchCase, Refusal
from store import commands, grants, posts, x_road_setup
from store.directory import Person
from ui.cases import keeps_directory_only
from ui.csv_files import headers
from ui.forms import COMMAND, read
from ui.owners_act import NOT_COMPLETE, Form, draw
from ui.session import Me, Pages, PagesIn, Ref, to
from ui.x_road_view import DONE, HERE, naming, server_view, setting_server, switching

router = APIRouter(include_in_schema=False)

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
HIDDEN = "api_key"  # what no page gives back, not even to whoever typed it a moment ago
Act = Callable[[XRoadActs, Mapping[str, Any], str], Awaitable[None]]


@router.get("/cases/{ref}/grant/x-road.json")
async def document(ref: Ref, me: Me, services: ServicesIn) -> Response:
    """The access right that a grant stands for, for whoever applies it by hand or by a program of their own."""
    async with services.database.read() as connection:
        seen = await known(connection, me, ref)
        grant = await grants.of_case(connection, ref)
        if grant is None or keeps_directory_only(me, seen):
            raise NoSuchCase
        told = await right_of(connection, grant, services.site.public_url)
    return JSONResponse(
        told.model_dump(mode="json", by_alias=True), headers=headers(f"{grant.id}-x-road.json", public=False)
    )


@router.get(HERE)
async def bodies(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    mine = keeps(me)
    async with services.database.read() as connection:
        found = await posts.bodies(connection, mine)
        servers = await x_road_setup.listed(connection, None if mine is None else sorted(mine))
    return pages.page(
        request,
        "x_road.html",
        me,
        bodies=found,
        servers={body: server_view(row) for body, row in servers.items()},
        is_operator=Role.OPERATOR in me.roles,
        may_apply=bool(services.x_road_hosts),
    )


@router.get(HERE + "/{body}")
async def one(request: Request, body: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    async with services.database.read() as connection:
        found = await a_body(connection, me, _name(body))
        server = (await x_road_setup.listed(connection, [body])).get(body)
        teams = await posts.teams_of(connection, body)
        subjects = await x_road_setup.subjects_of(connection, teams)
        banner = await _banner(connection, me, request)
    return pages.page(
        request,
        "x_road_body.html",
        me,
        body=found,
        server=server_view(server) if server else None,
        teams=[{"id": id_, "name": name, "subject": subjects.get(id_, "")} for id_, name in teams.items()],
        is_operator=Role.OPERATOR in me.roles,
        may_apply=bool(services.x_road_hosts),
        banner=banner,
    )


@router.get(HERE + "/{body}/server")
async def server_page(request: Request, body: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    async with services.database.read() as connection:
        found = await may_set_server(connection, me, _name(body))
        held = await x_road_setup.server_of(connection, body)
    typed = {"url": held.url, "certificate": held.certificate} if held else {}
    return draw(request, pages, me, setting_server(body, found.name), typed)


@router.post(HERE + "/{body}/server")
async def set_server(request: Request, body: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    async with services.database.read() as connection:
        found = await may_set_server(connection, me, _name(body))

    async def act(acts: XRoadActs, raw: Mapping[str, Any], command: str) -> None:
        await acts.set_server(me, body, raw, command=command, via="web")

    return await _take(request, pages, services, me, setting_server(body, found.name), act)


@router.get(HERE + "/{body}/switch")
async def switch_page(request: Request, body: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    async with services.database.read() as connection:
        found = await a_body(connection, me, _name(body))
    return draw(request, pages, me, switching(body, found.name), {})


@router.post(HERE + "/{body}/switch")
async def switch(request: Request, body: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    async with services.database.read() as connection:
        found = await a_body(connection, me, _name(body))

    async def act(acts: XRoadActs, raw: Mapping[str, Any], command: str) -> None:
        await acts.switch(me, body, raw, command=command, via="web")

    return await _take(request, pages, services, me, switching(body, found.name), act)


@router.get(HERE + "/{body}/teams/{team}")
async def subject_page(
    request: Request, body: str, team: str, me: Me, services: ServicesIn, pages: PagesIn
) -> Response:
    async with services.database.read() as connection:
        name = await a_team(connection, me, _name(body), _name(team))
        subject = await x_road_setup.subject_of(connection, team)
    return draw(request, pages, me, naming(body, team, name), {"subject": subject})


@router.post(HERE + "/{body}/teams/{team}")
async def name_subject(
    request: Request, body: str, team: str, me: Me, services: ServicesIn, pages: PagesIn
) -> Response:
    async with services.database.read() as connection:
        name = await a_team(connection, me, _name(body), _name(team))

    async def act(acts: XRoadActs, raw: Mapping[str, Any], command: str) -> None:
        await acts.name_subject(me, body, team, raw, command=command, via="web")

    return await _take(request, pages, services, me, naming(body, team, name), act)


def _name(text: str) -> str:
    if not NAME.fullmatch(text):
        raise HTTPException(404)
    return text


def _edge(services: Services) -> XRoadActs:
    return XRoadActs(
        services.database,
        services.clock,
        services.keyring,
        hosts=services.x_road_hosts,
        here=services.site.embedded,
    )


async def _take(
    request: Request, pages: Pages, services: Services, me: Person, form: Form, act: Act
) -> Response:
    """As `ui.owners_act.take`, but a secret that was typed is not drawn again."""
    typed = await read(request)
    raw = typed.answers(form.questions)
    again = {name: value for name, value in raw.items() if name != HIDDEN}
    command = typed.matching("command", COMMAND)
    if not command:
        return draw(request, pages, me, form, again, problems=(Problem("", NOT_COMPLETE),), status=422)
    try:
        await act(_edge(services), raw, command)
    except Invalid as invalid:  # nothing was kept, so the same command may come again
        return draw(request, pages, me, form, again, problems=invalid.problems, status=422, command=command)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        wrong = (Problem("", refusal.message),)
        return draw(request, pages, me, form, again, problems=wrong, status=refusal.status)
    return to(f"{form.back}?command={command}")


async def _banner(connection: AsyncConnection, me: Person, request: Request) -> dict[str, str] | None:
    """What became of the act this page was reached by; asked of the record, so a link cannot claim anything."""
    command = request.query_params.get("command", "")
    row = await commands.get(connection, command) if COMMAND.fullmatch(command) else None
    if row is None or row.actor != me.id or row.ref != XRoadActs.kept_under:
        return None
    return {"kind": "success", "text": DONE[row.act]}
