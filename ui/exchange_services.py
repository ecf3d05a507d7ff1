"""The service directory (P3): what teams offer, for everybody to read, and the forms of those who offer it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy import Row

from api.service_acts import (
    ServiceActs,
    a_service,
    keeps,
    may_add,
    may_bind,
    offers_for,
    possible,
    require,
)
from api.services import Services, ServicesIn
from domain.service_forms import NAMES, check_filters
from domain.service_rules import ID, NEXT
from domain.working_days import london_date
from store import contacts, service_directory
from store import names as names_of
from store.directory import Person
from ui import exchange_view as view
from ui.exchange_act import Act, banner, draw, edge, take
from ui.exchange_view import HERE
from ui.session import MaybeMe, Me, PagesIn, Ref

router = APIRouter(include_in_schema=False)


@router.get(HERE)
async def all_of_them(request: Request, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    filters, problems = check_filters(request.query_params)
    typed = {name: request.query_params.get(name, "") for name in NAMES}
    after = request.query_params.get("after", "")
    if after and not ID.fullmatch(after):
        raise HTTPException(422)
    async with services.database.read() as connection:
        rows = [] if problems else await service_directory.listed(connection, filters, after)
        total = 0 if problems else await service_directory.count(connection, filters)
        bodies = await service_directory.bodies(connection)
        mine = offers_for(me) if me else (set[str](), set[str]())
        drafts = await service_directory.drafts(connection, *mine) if any(mine) else ()
    shown = rows[: service_directory.PAGE]
    wrong = {each.field: each.sentence for each in problems}
    return pages.page(
        request,
        "exchange_services.html",
        me,
        status=422 if problems else 200,
        summary=[{"text": why, "href": f"#{name}"} for name, why in wrong.items()],
        wrong=wrong,
        typed=typed,
        picks=view.picks(typed, bodies),
        rows=[view.service_row(each) for each in shown],
        drafts=[view.service_row(each) for each in drafts],
        total=total,
        asked=bool(filters.asked),
        may_add=any(mine),
        base=view.base(filters),
        json=view.base(filters).replace(HERE, "/api/v1/services", 1),
        first=not after,
        more=shown[-1].id if len(rows) > len(shown) else "",
    )


@router.get(HERE + "/new")
async def new_page(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    return draw(request, pages, me, await _adding(services, me))


@router.post(HERE + "/new")
async def new(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    async def opened() -> Act:
        return await _adding(services, me)

    async def do(raw: Mapping[str, Any], seen: int, command: str) -> str:
        return f"{HERE}/{await edge(services).add(me, raw, command=command, via='web')}"

    return await take(request, pages, me, opened, do)


@router.get(HERE + "/{service}")
async def one(request: Request, service: str, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    today = london_date(services.clock())
    async with services.database.read() as connection:
        row = await a_service(connection, me, service)
        versions = await service_directory.versions(connection, service)
        people = await contacts.live(connection, row.team, today)
        names = await names_of.people_names(connection, {each.by for each in versions}) if me else {}
        beside = await service_directory.beside(connection, row)
        bound = await service_directory.grants_of(connection, service)
        told = await banner(connection, me, request)
    keeper = me is not None and keeps(me, row)
    before = [*versions[1:], None]
    return pages.page(
        request,
        "exchange_service.html",
        me,
        service=view.service_view(row, versions, len(people)),
        people=people if me else (),
        reached=len(people),
        history=[view.version_view(each, last, names) for each, last in zip(versions, before, strict=True)],
        beside=[(each.id, view.ENVIRONMENTS[each.environment].text) for each in beside],
        bound=bound,
        can=[act for act, states in NEXT.items() if keeper and row.state in states],
        contacts_page=f"/directory/teams/{row.team}" if keeper else "",
        banner=told,
    )


Does = Callable[[ServiceActs, Person, str, Mapping[str, Any], int, str], Awaitable[None]]


def _what_can_be_done(name: str, does: Does) -> None:
    """The page and the act of one thing that can be done with a service."""

    async def page(request: Request, service: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
        return draw(request, pages, me, await _form(services, me, service, name))

    async def act(request: Request, service: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
        async def opened() -> Act:
            return await _form(services, me, service, name, strict=False)

        async def do(raw: Mapping[str, Any], seen: int, command: str) -> None:
            await does(edge(services), me, service, raw, seen, command)

        return await take(request, pages, me, opened, do)

    path = HERE + "/{service}/" + name
    router.add_api_route(path, page, methods=["GET"], name=f"{name}_service_page")
    router.add_api_route(path, act, methods=["POST"], name=f"{name}_service")


_what_can_be_done(
    "change",
    lambda acts, me, service, raw, seen, key: acts.change(
        me, service, raw, seen=seen, command=key, via="web"
    ),
)
_what_can_be_done(
    "open", lambda acts, me, service, raw, seen, key: acts.open(me, service, command=key, via="web")
)
_what_can_be_done(
    "pause", lambda acts, me, service, raw, seen, key: acts.pause(me, service, command=key, via="web")
)
_what_can_be_done(
    "withdraw",
    lambda acts, me, service, raw, seen, key: acts.withdraw(me, service, raw, command=key, via="web"),
)


@router.get("/cases/{ref}/grant/service")
async def bind_page(request: Request, ref: Ref, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    async with services.database.read() as connection:
        told = await banner(connection, me, request)
    return draw(request, pages, me, await _binding(services, me, ref), banner=told)


@router.post("/cases/{ref}/grant/service")
async def bind(request: Request, ref: Ref, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    async def opened() -> Act:
        return await _binding(services, me, ref)

    async def do(raw: Mapping[str, Any], seen: int, command: str) -> None:
        await edge(services).bind(me, ref, raw, command=command, via="web")

    return await take(request, pages, me, opened, do)


# --- what is shown ------------------------------------------------------------------------------------------------


async def _adding(services: Services, me: Person) -> Act:
    async with services.database.read() as connection:
        return view.adding(await may_add(connection, me))


async def _form(services: Services, me: Person, service: str, act: str, *, strict: bool = True) -> Act:
    """`strict`: not where it cannot be done any more; a form that was sent is told so above what was typed."""
    async with services.database.read() as connection:
        row: Row[Any] = await a_service(connection, me, service)
        require(me, row)
        if strict:
            possible(row, f"{act}_service")
        people = await contacts.live(connection, row.team, london_date(services.clock()))
        bound = await service_directory.grants_of(connection, service)
    return view.form_of(act, row, reached=len(people), bound=bound)


async def _binding(services: Services, me: Person, ref: str) -> Act:
    async with services.database.read() as connection:
        grant, questions = await may_bind(connection, me, ref)
    return view.binding(ref, grant, questions, ref)
