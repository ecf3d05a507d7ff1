"""The way in: the start page, how it works, and signing in as a seeded person of an embedded installation."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, HTTPException, Request, Response

from api import auth
from api.services import Services, ServicesIn
from domain.people import Role
from domain.questions import Problem, Question
from domain.words import LEGAL
from domain.working_days import london_date
from store import directory
from store import names as names_of
from ui.forms import FormView, read
from ui.provider import sign_out_url
from ui.session import MaybeMe, PagesIn, to
from ui.words import ROLES

router = APIRouter(include_in_schema=False)

PERSON = Question(id="person", label="Person", kind="choice", ask="Select the person to sign in as")


@dataclass(frozen=True, kw_only=True)
class SeededPerson:
    id: str
    name: str
    posts: tuple[str, ...]
    body: str
    featured: int | None

    @property
    def option(self) -> str:
        return f"{self.name} ({', '.join(self.posts)})"


@router.get("/")
async def start(request: Request, me: MaybeMe, pages: PagesIn) -> Response:
    if me:
        return to("/inbox")
    return pages.page(request, "start.html", policy=await pages.policy())


@router.get("/about")
async def about(request: Request, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    legal = LEGAL[services.site.legal_profile]["banner"]
    return pages.page(request, "about.html", me, policy=await pages.policy(), legal=legal)


@router.get("/sign-in")
async def sign_in_page(request: Request, services: ServicesIn, pages: PagesIn) -> Response:
    return await _draw(request, services, pages, request.query_params.get("next", ""))


@router.post("/sign-in")
async def sign_in(request: Request, services: ServicesIn, pages: PagesIn) -> Response:
    _only_dev(services)
    typed = await read(request)
    chosen, back = typed.one("person"), typed.one("next")
    async with services.database.write() as connection:
        person = (
            await directory.person(connection, chosen, london_date(services.clock()))
            if chosen.isascii() and chosen.isprintable()
            else None
        )
        token = await auth.sign_in(connection, request, person.id, services.clock()) if person else ""
    if not token:
        problem = Problem(PERSON.id, PERSON.ask)
        return await _draw(request, services, pages, back, problems=(problem,), status=422)
    response = to(local_path(back) or "/inbox")
    auth.give_cookie(response, services.site, token)
    return response


@router.post("/sign-out")
async def sign_out(request: Request, services: ServicesIn, pages: PagesIn) -> Response:
    """The session is over here; where it began with a provider's account, that provider is asked to end its own too."""
    token, there = auth.cookie_of(request), ""
    if token:
        async with services.database.write() as connection:
            session = await auth.session_of(connection, request, services.clock())
            await auth.close_session(connection, token)
        if session and session.how == "oidc" and services.provider:
            there = await sign_out_url(request)
    response = pages.page(request, "sign_out_leaving.html", url=there) if there else to("/")
    auth.take_cookie(response, services.site)
    return response


def _only_dev(services: Services) -> None:
    if not services.site.dev_sign_in:
        raise HTTPException(404)


async def _draw(
    request: Request,
    services: Services,
    pages: PagesIn,
    back: str,
    *,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
) -> Response:
    people: list[SeededPerson] = []
    if services.site.dev_sign_in:
        async with services.database.read() as connection:
            people = _people(await names_of.people_to_sign_in(connection, london_date(services.clock())))
    featured = sorted((each for each in people if each.featured), key=lambda each: each.featured or 0)
    bodies = [(body, list(found)) for body, found in groupby(people, key=lambda each: each.body)]
    return pages.page(
        request, "sign_in.html", status=status, featured=featured, bodies=bodies, next=local_path(back),
        problems=problems, form=FormView(questions=(PERSON,), problems=problems),
    )  # fmt: skip


def _people(rows: Sequence[Any]) -> list[SeededPerson]:
    """One line a person: the rows come ordered by body and name, one for each post."""
    found: list[SeededPerson] = []
    for (body, person), group in groupby(rows, key=lambda row: (row.body, row.id)):
        posts = list(group)
        words = tuple(
            f"{ROLES[Role(row.role)]}, {row.team}" if row.team else ROLES[Role(row.role)] for row in posts
        )
        found.append(
            SeededPerson(id=person, name=posts[0].name, posts=words, body=body, featured=posts[0].featured)
        )
    return found


def local_path(path: str) -> str:
    """`path` when it stays on this site, else ''. Browsers read a backslash as a slash, so it may not be in it."""
    if (
        not path.startswith("/")
        or path.startswith("//")
        or "\\" in path
        or not path.isascii()
        or not path.isprintable()
    ):
        return ""
    parts = urlsplit(path)
    return path if not parts.scheme and not parts.netloc and len(path) <= 200 else ""
