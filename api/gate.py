"""The door of every address: its row of `domain/access.py` is asked before any handler runs (S2).

Deny by default, twice: an application with a route that has no row does not start, and a request for one gets the
404 of any unknown address. Rows that name a case or a thing of somebody's need that thing to be read; there the gate
asks who comes, and the handler whose it is. Nothing is looked up twice: who signed in is found once for a request.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator
from typing import Any, cast

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Mount, Route

from api.problems import ProblemRoute
from domain.access import Entry, Row, enter, row_of, sentence
from domain.people import Role
from store.directory import Person

WhoIs = Callable[[Request], Awaitable[Person | None]]


class SignInNeeded(Exception):
    """A page for signed-in people, asked for by nobody we know."""


class NoRow(Exception):
    """A route that nobody decided about. The application does not start."""

    def __init__(self, routes: Collection[str]) -> None:
        super().__init__(
            f"{', '.join(sorted(routes))}: say in domain/access.py who may come in. Nothing is served without a row."
        )


def routes_of(app: FastAPI) -> list[tuple[str, str, BaseRoute]]:
    """(method, address as it is written, route) of everything an application serves, its files too."""
    return list(_walk(app.router.routes, ""))


def _walk(routes: Iterable[Any], prefix: str) -> Iterator[tuple[str, str, BaseRoute]]:
    for route in routes:
        if hasattr(route, "original_router"):  # what FastAPI keeps of an included router
            yield from _walk(route.original_router.routes, prefix + route.include_context.prefix)
        elif isinstance(route, Route):  # its own and Starlette's
            for method in sorted((route.methods or {"GET"}) - {"HEAD"}):
                yield method, prefix + route.path, route
        elif isinstance(route, Mount):
            yield "GET", prefix + route.path, route
        else:
            yield "GET", prefix + str(getattr(route, "path", route)), route


def install(app: FastAPI, who_is: WhoIs) -> None:
    """Once every route is there. Raises `NoRow` naming each that has no row."""
    rows = _rows(app)
    if missing := [f"{method} {path}" for method, path, _ in routes_of(app) if row_of(method, path) is None]:
        raise NoRow(missing)
    app.state.rows = rows
    app.state.who_is = who_is


def _rows(app: FastAPI) -> dict[tuple[str, int], Row]:
    """By method and route, since a route that was asked for knows nothing of the prefix it was included with."""
    found = ((method, id(route), row_of(method, path)) for method, path, route in routes_of(app))
    return {(method, route): row for method, route, row in found if row}


async def at_the_door(request: Request) -> None:
    """A dependency of the whole application, solved before any other.

    Machines' routes put their caller in `request.state.caller` before their body is read (`TokenRoute`).
    """
    row = row_for(request)
    if enter(row, None) is Entry.COMES_IN:
        return
    if _is_for_machines(request):
        check(request, cast(Person | None, getattr(request.state, "caller", None)), row)
    else:
        check(request, await cast(WhoIs, request.app.state.who_is)(request), row)


def check(request: Request, person: Person | None, row: Row | None) -> None:
    """Raises what somebody gets who may not come in: `SignInNeeded` or 401, 404, or the refusal of the row (403)."""
    roles: Collection[Role] | None = person.roles if person else None
    match enter(row, roles):
        case Entry.COMES_IN:
            return
        case Entry.SIGNS_IN_FIRST if _is_for_machines(request):
            raise HTTPException(401, headers={"WWW-Authenticate": 'Bearer realm="sharecase"'})
        case Entry.SIGNS_IN_FIRST:
            raise SignInNeeded
        case Entry.IS_TOLD:
            assert row
            raise sentence(row)
        case Entry.NOT_THERE:
            raise HTTPException(404)


def row_for(request: Request) -> Row | None:
    """The row of the route that was asked for; None where nobody decided."""
    state = request.app.state
    if not hasattr(state, "rows"):  # the interface for machines, served alone
        state.rows = _rows(request.app)
    return state.rows.get((request.method, id(request.scope["route"])))


def _is_for_machines(request: Request) -> bool:
    return isinstance(request.scope["route"], ProblemRoute)
