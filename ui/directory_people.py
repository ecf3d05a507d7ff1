"""People in the directory, for operators: what they hold, how they get in, and what is to be changed. Never a deletion (G7)."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from api.directory_acts import a_person
from api.owners import is_over, keeps
from api.services import Services, ServicesIn
from domain import directory_forms as forms
from domain.working_days import london_date
from store import directory_kept, directory_lists, posts, tables
from ui.directory_act import Act, address, after_of, an_id, banner, draw, edge, take, words_of
from ui.owners import absence
from ui.session import Me, PagesIn
from ui.words import ROLES

router = APIRouter(include_in_schema=False)


@router.get("/directory/people")
async def person_list(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    keeps(me)
    words, after = words_of(request), after_of(request)
    async with services.database.read() as connection:
        part = await directory_lists.people_by_name(connection, words, after)
        told = await banner(connection, me, request.query_params.get("command", ""))
    return pages.page(
        request,
        "directory_people.html",
        me,
        rows=part.rows,
        today=london_date(services.clock()).isoformat(),
        words=words,
        base=address("/directory/people", words),
        more=part.after,
        first=not after,
        banner=told,
    )


@router.get("/directory/people/{person}")
async def person_page(
    request: Request, person: str, me: Me, services: ServicesIn, pages: PagesIn
) -> Response:
    keeps(me)
    today = london_date(services.clock())
    async with services.database.read() as connection:
        found = await a_person(connection, an_id(person), today)
        held = await directory_lists.posts_of(connection, person, tables.posts)
        named = await directory_lists.posts_of(connection, person, tables.deputies)
        away = await posts.of_person(connection, person, today)
        ways = await directory_lists.ways_in(connection, person)
        told = await banner(connection, me, request.query_params.get("command", ""))
    return pages.page(
        request,
        "directory_person.html",
        me,
        person=found,
        posts=[_post(row) for row in held if not is_over(row, today)],
        former=[_post(row) for row in held if is_over(row, today)],
        deputy=[_post(row) for row in named if not is_over(row, today)],
        away=[absence(row, today.isoformat()) for row in away if row.person == person],
        covers=[absence(row, today.isoformat()) for row in away if row.covered_by == person],
        ways=ways,
        provider=services.site.provider,
        today=today.isoformat(),
        banner=told,
    )


@router.get("/directory/people/{person}/change")
async def change_page(
    request: Request, person: str, me: Me, services: ServicesIn, pages: PagesIn
) -> Response:
    keeps(me)
    return draw(request, pages, me, await _changing(services, person))


@router.post("/directory/people/{person}/change")
async def change(request: Request, person: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    keeps(me)

    async def opened() -> Act:
        return await _changing(services, person)

    async def do(raw: Mapping[str, Any], seen: str, command: str) -> None:
        await edge(services).change_person(me, person, raw, seen=seen, command=command, via="web")

    return await take(request, pages, me, opened, do)


def _post(row: Any) -> dict[str, Any]:
    return {
        "number": row.id,
        "role": ROLES[row.role],
        "body": row.body,
        "organisation": row.organisation,
        "team": row.team or "",
        "team_name": row.team_name or "",
        "first": row.held_from,
        "last": row.held_until,
    }


async def _changing(services: Services, person: str) -> Act:
    async with services.database.read() as connection:
        found = await a_person(connection, an_id(person), london_date(services.clock()))
    return Act(
        title=f"Change {found.name}",
        button="Save",
        here=f"/directory/people/{person}/change",
        back=f"/directory/people/{person}",
        caption="Directory",
        questions=forms.CHANGE_PERSON,
        lead="What they did stands under their name, and shows the new one.",
        now=forms.of_person(found),
        seen=directory_kept.seen(found),
    )
