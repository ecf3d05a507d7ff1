"""Absence and cover (P5): when I am away, who covers me, and whom I cover; the same for others where I may say it."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from api.owners import is_over, may_end_away, may_say_away
from api.services import ServicesIn
from domain import owner_forms as forms
from domain.cover import OverAlready, leads, operates
from domain.permissions import Post
from domain.refusals import NoSuchCase
from domain.working_days import london_date
from store import names as names_of
from store import posts
from store.directory import Person
from ui.owners_act import Form, banner, draw, edge, take
from ui.session import Me, PagesIn
from ui.when import day
from ui.words import ROLES

router = APIRouter(include_in_schema=False)

CAPTION = "Absence and cover"


@router.get("/my/cover")
async def my_cover(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    today = london_date(services.clock())
    async with services.database.read() as connection:
        rows = await posts.of_person(connection, me.id, today)
        told = await banner(connection, me, request.query_params.get("command", ""))
        whom = {post.acting_for for post in me.posts if post.acting_for}
        names = await names_of.people_names(connection, whom)
        bodies = {each.id: each.name for each in await posts.bodies(connection)}
        teams = await names_of.team_cards(connection, {post.team for post in me.posts if post.team})
    return pages.page(
        request,
        "cover.html",
        me,
        banner=told,
        mine=[absence(row, today.isoformat()) for row in rows if row.person == me.id],
        others=[absence(row, today.isoformat()) for row in rows if row.covered_by == me.id],
        acting=[acting(post, names, bodies, teams) for post in me.posts if not post.is_own],
        keeps=operates(me.posts),
    )


@router.get("/my/cover/new")
async def say_away(request: Request, me: Me, pages: PagesIn) -> Response:
    return draw(request, pages, me, _mine(), {})


@router.post("/my/cover/new")
async def be_away(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    async def act(raw: Mapping[str, Any], command: str) -> None:
        await edge(services).set_cover(me, me.id, raw, command=command, via="web")

    return await take(request, pages, me, _mine(), act)


@router.get("/people/{person}/cover")
async def say_they_are_away(
    request: Request, person: str, me: Me, services: ServicesIn, pages: PagesIn
) -> Response:
    return draw(request, pages, me, await _theirs(services, me, person), {})


@router.post("/people/{person}/cover")
async def they_are_away(
    request: Request, person: str, me: Me, services: ServicesIn, pages: PagesIn
) -> Response:
    async def act(raw: Mapping[str, Any], command: str) -> None:
        await edge(services).set_cover(me, person, raw, command=command, via="web")

    return await take(request, pages, me, await _theirs(services, me, person), act)


@router.get("/cover/{number}/end")
async def end_page(request: Request, number: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    row, form = await _ending(services, me, number)
    if is_over(row, london_date(services.clock())):
        raise OverAlready
    return draw(request, pages, me, form, {})


@router.post("/cover/{number}/end")
async def end(request: Request, number: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    row, form = await _ending(services, me, number)

    async def act(raw: Mapping[str, Any], command: str) -> None:
        await edge(services).end_cover(me, row.id, command=command, via="web")

    return await take(request, pages, me, form, act)


# --- what is shown ------------------------------------------------------------------------------------------------


def absence(row: Any, today: str) -> dict[str, Any]:
    return {
        "number": row.id,
        "name": row.name,
        "covered_by": row.covered_by_name or "",
        "first": row.held_from,
        "last": row.held_until,
        "now": row.held_from <= today,
    }


def acting(post: Post, names: Mapping[str, str], bodies: Mapping[str, str], teams: Mapping[str, Any]) -> str:
    """One line: in which post somebody acts, and for whom."""
    team = teams.get(post.team or "")
    where = team.label if team else bodies.get(post.organisation, "")
    whom = names.get(post.acting_for, "")
    how = "as its deputy" if post.is_deputy else "covering"
    return f"{ROLES[post.role]}, {where}: {how}{f' for {whom}' if whom else ''}"


def _mine() -> Form:
    return Form(
        title="Say when you are away",
        button="Save",
        here="/my/cover/new",
        back="/my/cover",
        caption=CAPTION,
        questions=forms.SET_COVER,
        lead="Nobody is asked why. On these days whoever covers gets your tasks and messages, and can act for you in your "
        "posts. Where you wrote a request, signed for its risk or decided it, they are held apart from it as you are.",
    )


async def _theirs(services: ServicesIn, me: Person, person: str) -> Form:
    async with services.database.read() as connection:
        found = await may_say_away(connection, me, person, london_date(services.clock()))
    return Form(
        title=f"Say when {found.name} is away",
        button="Save",
        here=f"/people/{person}/cover",
        back="/posts"
        if leads(me.posts, {p.organisation for p in me.posts}) or operates(me.posts)
        else "/my/cover",
        caption=CAPTION,
        questions=forms.SET_COVER,
        lead="Nobody is asked why. On these days whoever covers gets their tasks and messages, and can act for them.",
    )


async def _ending(services: ServicesIn, me: Person, number: str) -> tuple[Any, Form]:
    async with services.database.read() as connection:
        row = await may_end_away(connection, me, number_of(number), london_date(services.clock()))
        names = await names_of.people_names(connection, {row.person, row.covered_by or ""})
    whom = "you" if row.person == me.id else names[row.person]
    covers = names.get(row.covered_by or "", "Nobody")
    return row, Form(
        title="End this absence",
        button="End it",
        here=f"/cover/{row.id}/end",
        back="/my/cover" if row.person == me.id else "/posts",
        caption=CAPTION,
        lead=f"{covers} covers {whom} from {day(row.held_from)} to {day(row.held_until)}. If you end it, that is over from today. What was "
        "done in the meantime stands.",
    )


def number_of(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise NoSuchCase
    return int(text)
