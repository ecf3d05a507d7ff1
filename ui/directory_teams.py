"""Teams in the directory, and whom to reach about their data (G1, P3). Contacts are named by the team's own people too."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from api.directory_acts import a_body, a_contact, a_team, require_contacts
from api.owners import keeps
from api.services import Services, ServicesIn
from domain import directory_forms as forms
from domain.cover import operates
from domain.working_days import london_date
from store import contacts, directory_kept, posts, tables
from store import names as names_of
from store.directory import Person
from ui.directory_act import Act, an_id, banner, draw, edge, take
from ui.owners import number_of
from ui.session import Me, PagesIn
from ui.words import ROLES

router = APIRouter(include_in_schema=False)

CAPTION = "Directory"


@router.get("/directory/bodies/{body}/teams/new")
async def new_page(request: Request, body: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    keeps(me)
    return draw(request, pages, me, await _adding(services, body))


@router.post("/directory/bodies/{body}/teams/new")
async def new(request: Request, body: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    keeps(me)

    async def opened() -> Act:
        return await _adding(services, body)

    async def do(raw: Mapping[str, Any], seen: str, command: str) -> str:
        team = await edge(services).add_team(me, body, raw, command=command, via="web")
        return f"/directory/teams/{team}"

    return await take(request, pages, me, opened, do)


@router.get("/directory/teams/{team}")
async def team_page(request: Request, team: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    """To operators, and to whoever may name its contacts."""
    today = london_date(services.clock())
    async with services.database.read() as connection:
        found = await a_team(connection, an_id(team))
        require_contacts(me, found)
        body = await a_body(connection, found.body)
        clusters = await directory_kept.clusters(connection)
        named = await contacts.named(connection, team, today)
        live = await contacts.live(connection, team, today)
        held = [row for row in await posts.rows_of(connection, tables.posts, found.body) if row.team == team]
        told = await banner(connection, me, request.query_params.get("command", ""))
    here = today.isoformat()
    return pages.page(
        request,
        "directory_team.html",
        me,
        team=found,
        body=body,
        cluster=clusters.get(found.cluster, ""),
        named=named,
        live=len(live),
        few=contacts.FEWEST,
        held=[
            (ROLES[row.role], row.name, row.person)
            for row in held
            if row.held_from <= here and (not row.held_until or row.held_until >= here)
        ],
        keeps=operates(me.posts),
        banner=told,
    )


@router.get("/directory/teams/{team}/change")
async def change_page(request: Request, team: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    keeps(me)
    return draw(request, pages, me, await _changing(services, team))


@router.post("/directory/teams/{team}/change")
async def change(request: Request, team: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    keeps(me)

    async def opened() -> Act:
        return await _changing(services, team)

    async def do(raw: Mapping[str, Any], seen: str, command: str) -> None:
        await edge(services).change_team(me, team, raw, seen=seen, command=command, via="web")

    return await take(request, pages, me, opened, do)


@router.get("/directory/teams/{team}/contacts")
async def name_page(request: Request, team: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    return draw(request, pages, me, await _naming(services, me, team))


@router.post("/directory/teams/{team}/contacts")
async def name(request: Request, team: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    async def opened() -> Act:
        return await _naming(services, me, team)

    async def do(raw: Mapping[str, Any], seen: str, command: str) -> None:
        await edge(services).name_contact(me, team, raw, command=command, via="web")

    return await take(request, pages, me, opened, do)


@router.get("/directory/contacts/{number}/end")
async def end_page(request: Request, number: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    return draw(request, pages, me, await _ending(services, me, number))


@router.post("/directory/contacts/{number}/end")
async def end(request: Request, number: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    async def opened() -> Act:
        return await _ending(services, me, number)

    async def do(raw: Mapping[str, Any], seen: str, command: str) -> None:
        await edge(services).end_contact(me, number_of(number), command=command, via="web")

    return await take(request, pages, me, opened, do)


# --- what is shown ------------------------------------------------------------------------------------------------


async def _adding(services: Services, body: str) -> Act:
    async with services.database.read() as connection:
        found = await a_body(connection, an_id(body))
        clusters = await directory_kept.clusters(connection)
    return Act(
        title=f"Add a team to {found.name}",
        button="Add the team",
        here=f"/directory/bodies/{body}/teams/new",
        back=f"/directory/bodies/{body}",
        caption=CAPTION,
        questions=forms.team_form(clusters),
        now={"cluster": "none"},
    )


async def _changing(services: Services, team: str) -> Act:
    async with services.database.read() as connection:
        found = await a_team(connection, an_id(team))
        clusters = await directory_kept.clusters(connection)
    return Act(
        title=f"Change {found.name}",
        button="Save",
        here=f"/directory/teams/{team}/change",
        back=f"/directory/teams/{team}",
        caption=CAPTION,
        questions=forms.team_form(clusters),
        lead="To which body it belongs only a change of government changes.",
        now=forms.of_team(found),
        seen=directory_kept.seen(found),
    )


async def _naming(services: Services, me: Person, team: str) -> Act:
    async with services.database.read() as connection:
        found = await a_team(connection, an_id(team))
        require_contacts(me, found)
        body = await a_body(connection, found.body)
    return Act(
        title="Name a contact",
        button="Name the contact",
        here=f"/directory/teams/{team}/contacts",
        back=f"/directory/teams/{team}",
        caption=f"{found.name}, {body.name}",
        questions=forms.NAME_CONTACT,
        lead="Somebody who knows the team's data and answers other teams about it. A team has at least two, so that one "
        "can be away. A contact counts for as long as they hold a post.",
        now={},
    )


async def _ending(services: Services, me: Person, number: str) -> Act:
    async with services.database.read() as connection:
        row = await a_contact(connection, me, number_of(number))
        found = await a_team(connection, row.team)
        names = await names_of.people_names(connection, {row.person})
    return Act(
        title=f"{names[row.person]} is no contact any more",
        button="End it",
        here=f"/directory/contacts/{row.id}/end",
        back=f"/directory/teams/{row.team}",
        caption=found.name,
        lead="From today other teams are not sent to them. The row stays: who was named, and when.",
        now={},
    )
