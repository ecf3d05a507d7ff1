"""Posts (P5): who holds what in my bodies, who is deputy, who is away; and for the operator, appointing and ending."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from api.directory_acts import names_contacts
from api.owners import (
    a_body,
    a_person,
    appoint_questions,
    is_over,
    keeps,
    may_deputise,
    may_end_deputy,
    may_end_post,
    may_name,
    post_of,
)
from api.services import ServicesIn
from domain import owner_forms as forms
from domain.cover import NotInThisBody, OverAlready, leads, operates
from domain.people import Role
from domain.permissions import Post
from domain.refusals import NoSuchCase
from domain.working_days import london_date
from store import names as names_of
from store import posts, tables
from store.directory import Person, in_office
from ui.owners import number_of
from ui.owners_act import Form, banner, draw, edge, take
from ui.session import Me, PagesIn
from ui.when import day
from ui.words import ROLES

router = APIRouter(include_in_schema=False)

CAPTION = "Posts and deputies"
ORDER = {role: place for place, (role, _) in enumerate(forms.ROLES_TO_HOLD)}


@router.get("/posts")
async def my_bodies(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    mine = None if operates(me.posts) else frozenset(post.organisation for post in me.posts)
    async with services.database.read() as connection:
        found = await posts.bodies(connection, mine)
        told = await banner(connection, me, request.query_params.get("command", ""))
    return pages.page(request, "posts.html", me, bodies=found, banner=told, keeps=operates(me.posts))


@router.get("/posts/{body}")
async def of_body(request: Request, body: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    today = london_date(services.clock())
    async with services.database.read() as connection:
        found = await a_body(connection, body)
        if not operates(me.posts) and body not in {post.organisation for post in me.posts}:
            raise NotInThisBody
        held = await posts.rows_of(connection, tables.posts, body)
        named = await posts.rows_of(connection, tables.deputies, body)
        away = await posts.away_today(connection, {row.person for row in (*held, *named)}, today)
        office = await in_office(connection, today, lambda c: c.organisation == body)
        teams = await posts.teams_of(connection, body)
        told = await banner(connection, me, request.query_params.get("command", ""))
    acting = {Post(role=e.post.role, organisation=e.post.organisation, team=e.post.team) for e in office}
    return pages.page(
        request,
        "posts_body.html",
        me,
        body=found,
        rows=post_rows(held, named, away, acting, teams, me, today.isoformat()),
        former=[_former(row, teams) for row in held if is_over(row, today)],
        banner=told,
        contacts_of=[(id, name) for id, name in teams.items() if names_contacts(me, id, body)],
        keeps=operates(me.posts),
        leads=leads(me.posts, {body}),
    )


@router.get("/posts/{body}/deputy")
async def deputy_page(request: Request, body: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    return draw(request, pages, me, (await _naming(request, services, me, body))[1], {})


@router.post("/posts/{body}/deputy")
async def deputy(request: Request, body: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    post, form = await _naming(request, services, me, body)

    async def act(raw: Mapping[str, Any], command: str) -> None:
        await edge(services).name_deputy(me, post, raw, command=command, via="web")

    return await take(request, pages, me, form, act)


@router.get("/deputies/{number}/end")
async def end_deputy_page(
    request: Request, number: str, me: Me, services: ServicesIn, pages: PagesIn
) -> Response:
    row, form = await _ending_deputy(services, me, number)
    if is_over(row, london_date(services.clock())):
        raise OverAlready
    return draw(request, pages, me, form, {})


@router.post("/deputies/{number}/end")
async def end_deputy(request: Request, number: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    row, form = await _ending_deputy(services, me, number)

    async def act(raw: Mapping[str, Any], command: str) -> None:
        await edge(services).end_deputy(me, row.id, command=command, via="web")

    return await take(request, pages, me, form, act)


@router.get("/posts/{body}/appoint")
async def appoint_page(request: Request, body: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    asked = request.query_params
    today = london_date(services.clock()).isoformat()
    typed = {"role": asked.get("role", "")[:40], "team": asked.get("team", "")[:80], "first": today}
    return draw(request, pages, me, await _appointing(services, me, body), typed)


@router.post("/posts/{body}/appoint")
async def appoint(request: Request, body: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    async def act(raw: Mapping[str, Any], command: str) -> None:
        await edge(services).appoint(me, body, raw, command=command, via="web")

    return await take(request, pages, me, await _appointing(services, me, body), act)


@router.get("/held/{number}/end")
async def end_post_page(
    request: Request, number: str, me: Me, services: ServicesIn, pages: PagesIn
) -> Response:
    row, form = await _ending_post(services, me, number)
    if is_over(row, london_date(services.clock())):
        raise OverAlready
    return draw(request, pages, me, form, {})


@router.post("/held/{number}/end")
async def end_post(request: Request, number: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    row, form = await _ending_post(services, me, number)

    async def act(raw: Mapping[str, Any], command: str) -> None:
        await edge(services).end_post(me, row.id, raw, command=command, via="web")

    return await take(request, pages, me, form, act)


@router.get("/people/new")
async def new_person_page(request: Request, me: Me, pages: PagesIn) -> Response:
    keeps(me)
    return draw(request, pages, me, _adding(), {})


@router.post("/people/new")
async def new_person(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    keeps(me)

    async def act(raw: Mapping[str, Any], command: str) -> None:
        await edge(services).add_person(me, raw, command=command, via="web")

    return await take(request, pages, me, _adding(), act)


@router.get("/people/{person}/leave")
async def leave_page(request: Request, person: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    return draw(request, pages, me, await _leaving(services, me, person), {})


@router.post("/people/{person}/leave")
async def leave(request: Request, person: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    async def act(raw: Mapping[str, Any], command: str) -> None:
        await edge(services).leave(me, person, raw, command=command, via="web")

    return await take(request, pages, me, await _leaving(services, me, person), act)


# --- what is shown ------------------------------------------------------------------------------------------------


def post_rows(
    held: posts.Rows,
    named: posts.Rows,
    away: Mapping[str, Any],
    acting: set[Post],
    teams: Mapping[str, str],
    me: Person,
    today: str,
) -> list[dict[str, Any]]:
    """One for each post there ever was: who holds it, who is away, who is deputy, and whether anybody acts in it."""
    found: dict[Post, dict[str, Any]] = {}
    for row in held:
        post = post_of(row)
        entry = found.setdefault(post, _post(post, teams, me, post in acting))
        if not row.held_until or row.held_until >= today:
            entry["holders"].append(_holder(row, away, today))
    for row in named:
        if post_of(row) in found and (not row.held_until or row.held_until >= today):
            may = may_deputise(me, post_of(row)) or row.person == me.id
            found[post_of(row)]["deputies"].append({**_holder(row, away, today), "may_end": may})
    return [
        found[post]
        for post in sorted(found, key=lambda post: (ORDER[post.role], teams.get(post.team or "", "")))
    ]


def _post(post: Post, teams: Mapping[str, str], me: Person, is_filled: bool) -> dict[str, Any]:
    query = f"role={post.role}" + (f"&team={post.team}" if post.team else "")
    return {
        "name": title(post, teams),
        "vacant": not is_filled,
        "holders": list[dict[str, Any]](),
        "deputies": list[dict[str, Any]](),
        "query": query,
        "may_name": may_deputise(me, post),
    }


def _holder(row: Any, away: Mapping[str, Any], today: str) -> dict[str, Any]:
    absent = away.get(row.person)
    return {
        "number": row.id,
        "person": row.person,
        "name": row.name,
        "first": row.held_from,
        "begins": row.held_from if row.held_from > today else "",
        "last": row.held_until,
        "away_until": absent.held_until if absent else "",
        "covered_by": absent.covered_by_name if absent else "",
    }


def _former(row: Any, teams: Mapping[str, str]) -> dict[str, Any]:
    return {
        "post": title(post_of(row), teams),
        "name": row.name,
        "first": row.held_from,
        "last": row.held_until,
    }


def title(post: Post, teams: Mapping[str, str]) -> str:
    team = teams.get(post.team or "", "")
    return f"{ROLES[post.role]}, {team}" if team else ROLES[post.role]


async def _naming(request: Request, services: ServicesIn, me: Person, body: str) -> tuple[Post, Form]:
    """Which post is named by its role and team, in the address of the form."""
    role, team = request.query_params.get("role", ""), request.query_params.get("team", "")
    if role not in set(Role):
        raise NoSuchCase
    post = Post(role=Role(role), organisation=body, team=team or None)
    async with services.database.read() as connection:
        await may_name(connection, me, post)
        teams = await posts.teams_of(connection, body)
        name = (await a_body(connection, body)).name
    query = f"role={post.role}" + (f"&team={post.team}" if post.team else "")
    return post, Form(
        title="Name a deputy",
        button="Name the deputy",
        here=f"/posts/{body}/deputy?{query}",
        back=f"/posts/{body}",
        caption=f"{title(post, teams)}, {name}",
        questions=forms.NAME_DEPUTY,
        lead="A deputy acts in this post only while nobody else does: when it is vacant, or when everybody in it is away "
        "and nobody covers.",
    )


async def _ending_deputy(services: ServicesIn, me: Person, number: str) -> tuple[Any, Form]:
    async with services.database.read() as connection:
        row = await may_end_deputy(connection, me, number_of(number))
        names = await names_of.people_names(connection, {row.person})
        teams = await posts.teams_of(connection, row.organisation)
    return row, Form(
        title="End a deputyship",
        button="End it",
        here=f"/deputies/{row.id}/end",
        back=f"/posts/{row.organisation}",
        caption=title(post_of(row), teams),
        lead=f"{names[row.person]} is deputy since {day(row.held_from)}. From today they are not. What they did stands.",
    )


async def _appointing(services: ServicesIn, me: Person, body: str) -> Form:
    async with services.database.read() as connection:
        found = await a_body(connection, body)
        keeps(me)
        questions = await appoint_questions(connection, body)
    return Form(
        title=f"Appoint somebody at {found.name}",
        button="Appoint",
        here=f"/posts/{body}/appoint",
        back=f"/posts/{body}",
        caption=CAPTION,
        questions=questions,
        lead="From the first day on they get the tasks of the post. A vacancy that waits for it closes by itself.",
    )


async def _ending_post(services: ServicesIn, me: Person, number: str) -> tuple[Any, Form]:
    async with services.database.read() as connection:
        row = await may_end_post(connection, me, number_of(number))
        names = await names_of.people_names(connection, {row.person})
        teams = await posts.teams_of(connection, row.organisation)
    return row, Form(
        title=f"Say until when {names[row.person]} holds this post",
        button="Save",
        here=f"/held/{row.id}/end",
        back=f"/posts/{row.organisation}",
        caption=title(post_of(row), teams),
        questions=(forms.LAST,),
        lead="The row stays: who held what, and when. Where nobody else acts in the post, open cases raise a vacancy.",
    )


def _adding() -> Form:
    return Form(
        title="Add a person",
        button="Add",
        here="/people/new",
        back="/posts",
        caption=CAPTION,
        questions=forms.ADD_PERSON,
        lead="Somebody who is to hold a post, to cover or to be a deputy. Only their name and work address are kept.",
    )


async def _leaving(services: ServicesIn, me: Person, person: str) -> Form:
    async with services.database.read() as connection:
        found = await a_person(connection, person)
        keeps(me)
    return Form(
        title=f"{found.name} leaves",
        button="End everything they hold",
        here=f"/people/{person}/leave",
        back="/posts",
        caption=CAPTION,
        questions=(forms.LAST,),
        lead="Every post they hold, every deputyship and all cover they give end with that day. What they did stands under "
        "their name. Open cases in which nobody acts in their place raise a vacancy; where they own a risk, somebody has "
        "to sign for it anew. After that day they cannot sign in, by any account, and their API tokens and their Slack "
        "account do nothing here any more.",
        warning="To undo this, appoint them again to each post.",
    )
