"""The directory for operators (G1): what there is, what is missing, and one body after the other."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from api.directory_acts import a_body
from api.owners import keeps
from api.services import Services, ServicesIn
from domain import directory_forms as forms
from domain.cover import own
from domain.directory_rows import STATUSES, identifiers_text
from domain.holidays import LABELS
from domain.working_days import Nation, london_date
from store import contacts, directory_kept, directory_lists, posts, tables
from store.directory import in_office
from ui.directory_act import Act, address, after_of, an_id, banner, draw, edge, take, words_of
from ui.owners_posts import post_rows
from ui.session import Me, PagesIn
from ui.standing import standing

router = APIRouter(include_in_schema=False)

CAPTION = "Directory"
FOUND = 20  # of each kind, on the first page
STATUS = {each.value: each.label for each in STATUSES}
SOON = 2  # years before its end in which the calendar is said to be short


@router.get("/directory")
async def overview(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    keeps(me)
    words = words_of(request)
    today = london_date(services.clock())
    async with services.database.read() as connection:
        found = {
            "bodies": (await directory_lists.bodies(connection, words, "", FOUND)).rows,
            "teams": (await directory_lists.teams_by_name(connection, words, "", FOUND)).rows,
            "people": (await directory_lists.people_by_name(connection, words, "", FOUND)).rows,
        } if words else None  # fmt: skip
        totals = await directory_lists.totals(connection, today)
        vacant = await directory_lists.vacant(connection, today)
        short = await contacts.short_of(connection, today)
        last_year = await directory_kept.last_year(connection)
        names = {each.id: each.name for each in await posts.bodies(connection)}
        told = await banner(connection, me, request.query_params.get("command", ""))
    return pages.page(
        request,
        "directory.html",
        me,
        words=words,
        found=found,
        totals=totals,
        vacant=_by_body([each.organisation for each in vacant], names),
        many_vacant=len(vacant),
        short=short,
        few=contacts.FEWEST,
        last_year=last_year,
        ends_soon=last_year < today.year + SOON,
        banner=told,
    )


@router.get("/directory/bodies")
async def body_list(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    keeps(me)
    words, after = words_of(request), after_of(request)
    async with services.database.read() as connection:
        part = await directory_lists.bodies(connection, words, after)
        counts = await directory_lists.counts_of(
            connection, [row.id for row in part.rows], london_date(services.clock())
        )
    return pages.page(
        request,
        "directory_bodies.html",
        me,
        rows=[(row, *counts[row.id]) for row in part.rows],
        statuses=STATUS,
        nations=LABELS,
        words=words,
        base=address("/directory/bodies", words),
        more=part.after,
        first=not after,
    )


@router.get("/directory/bodies/new")
async def new_page(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    keeps(me)
    return draw(request, pages, me, _adding(services))


@router.post("/directory/bodies/new")
async def new(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    keeps(me)

    async def opened() -> Act:
        return _adding(services)

    async def do(raw: Mapping[str, Any], seen: str, command: str) -> str:
        body = await edge(services).add_body(me, raw, command=command, via="web")
        return f"/directory/bodies/{body}"

    return await take(request, pages, me, opened, do)


@router.get("/directory/bodies/{body}")
async def body_page(request: Request, body: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    """Its teams, who holds its posts on this day, and what became of it."""
    keeps(me)
    today = london_date(services.clock())
    async with services.database.read() as connection:
        found = await a_body(connection, an_id(body))
        teams = await posts.teams_of(connection, body)
        live = await contacts.counts(connection, today, set(teams))
        held = await posts.rows_of(connection, tables.posts, body)
        named = await posts.rows_of(connection, tables.deputies, body)
        away = await posts.away_today(connection, {row.person for row in (*held, *named)}, today)
        office = await in_office(connection, today, lambda c: c.organisation == body)
        told = await banner(connection, me, request.query_params.get("command", ""))
    acting = {own(each.post) for each in office}
    return pages.page(
        request,
        "directory_body.html",
        me,
        body=found,
        identifiers=identifiers_text(found.identifiers).split("|") if found.identifiers else [],
        status_words=STATUS.get(found.status, found.status),
        nation=LABELS[Nation(found.nation)],
        teams=[(id, name, live.get(id, 0)) for id, name in teams.items()],
        few=contacts.FEWEST,
        rows=post_rows(held, named, away, acting, teams, me, today.isoformat()),
        standing=await standing(services.database, [body], "/directory/bodies/{}"),
        keeps=True,
        leads=False,
        banner=told,
    )


@router.get("/directory/bodies/{body}/change")
async def change_page(request: Request, body: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    keeps(me)
    return draw(request, pages, me, await _changing(services, body))


@router.post("/directory/bodies/{body}/change")
async def change(request: Request, body: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    keeps(me)

    async def opened() -> Act:
        return await _changing(services, body)

    async def do(raw: Mapping[str, Any], seen: str, command: str) -> None:
        await edge(services).change_body(me, body, raw, seen=seen, command=command, via="web")

    return await take(request, pages, me, opened, do)


# --- what is shown ------------------------------------------------------------------------------------------------


def _by_body(bodies: list[str], names: Mapping[str, str]) -> list[tuple[str, str, int]]:
    """(id, name, how many), by name."""
    counted = {body: bodies.count(body) for body in dict.fromkeys(bodies)}
    return sorted(((body, names[body], many) for body, many in counted.items()), key=lambda each: each[1])


def _adding(services: Services) -> Act:
    return Act(
        title="Add a body",
        button="Add the body",
        here="/directory/bodies/new",
        back="/directory",
        caption=CAPTION,
        questions=forms.ADD_BODY,
        lead="A body that is not in the directory yet. If it comes from one that is, propose a change of government "
        "instead, and its teams and cases go along.",
        now={"tiny": "no", "test": "yes" if services.site.embedded else "no"},
    )


async def _changing(services: Services, body: str) -> Act:
    async with services.database.read() as connection:
        found = await a_body(connection, an_id(body))
    return Act(
        title=f"Change {found.name}",
        button="Save",
        here=f"/directory/bodies/{body}/change",
        back=f"/directory/bodies/{body}",
        caption=CAPTION,
        questions=forms.CHANGE_BODY,
        lead="Its name, and which teams are its, only a change of government changes: leader 2 or 3 has to confirm that. "
        "What you change here counts for requests received from now on.",
        now=forms.of_body(found),
        seen=directory_kept.seen(found),
    )
