"""What a token may be used for (S6): every private address declares it, and it is asked before anything else."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from api import auth
from api.app import document
from api.callers import TokenRoute
from domain.access import TABLE
from domain.scopes import ABOUT, EVERYTHING, Scope
from store import tables
from store.database import Database
from tests.api.conftest import NOW, World, is_problem
from tests.test_house_rules import pages_and_api

REQUEST_BODY = {"answers": {}}
CALLS: dict[Scope, list[tuple[str, str, Any]]] = {
    Scope.READ: [
        ("GET", "/api/v1/cases", None),
        ("GET", "/api/v1/tasks", None),
        ("GET", "/api/v1/cases/{ref}", None),
        ("GET", "/api/v1/requests/{ref}", None),
        ("GET", "/api/v1/cases/{ref}/friction", None),
        ("GET", "/api/v1/commands/0", None),
        ("GET", "/api/v1/policy/what-if", None),
    ],
    Scope.REQUEST: [
        ("POST", "/api/v1/requests", REQUEST_BODY),
        ("PUT", "/api/v1/requests/{ref}", REQUEST_BODY),
        ("POST", "/api/v1/requests/{ref}/submit", REQUEST_BODY),
    ],
    Scope.ACT: [
        ("POST", "/api/v1/cases/{ref}/acts/sign_risk", REQUEST_BODY),
        ("POST", "/api/v1/cases/{ref}/friction", REQUEST_BODY),
    ],
}


async def token(world: World, *scopes: Scope, person: str = "") -> dict[str, str]:
    async with world.database.write() as connection:
        made = await auth.issue_token(connection, person or world.people.requester, "t", NOW, scopes=scopes)
    return {"Authorization": f"Bearer {made}", "Idempotency-Key": "k"}


def test_every_private_address_declares_its_scope() -> None:
    routes = [(path, route) for path, route in pages_and_api() if isinstance(route, TokenRoute)]
    assert len(routes) >= 12
    for path, route in routes:
        rows = {TABLE[method, path].scope for method in route.methods}
        assert rows == {route.scope} and route.scope is not None, f"{path}: give its row a scope"


def test_a_private_address_without_a_row_is_for_no_token() -> None:
    async def endpoint() -> None: ...

    assert TokenRoute("/nowhere", endpoint, methods=["GET"]).scope is None
    assert TokenRoute("/cases", endpoint, methods=["POST"]).scope is None


@pytest.mark.parametrize("scope", CALLS)
async def test_a_token_does_what_it_is_for_and_nothing_else(world: World, scope: Scope) -> None:
    ref = await world.submitted()
    others = await token(world, *(each for each in EVERYTHING if each is not scope))
    only = await token(world, scope)
    for method, path, body in CALLS[scope]:
        there, nowhere = path.replace("{ref}", ref), path.replace("{ref}", "SC-2222-2222")
        refused = await world.client.request(method, there, json=body, headers=others)
        problem = is_problem(refused, 403)
        assert problem["type"].endswith("missing-scope") and f"the scope {scope}" in problem["detail"]
        again = await world.client.request(method, nowhere, json=body, headers=others)
        assert is_problem(again, 403)["detail"] == problem["detail"], "whether it is there is not told"
        allowed = await world.client.request(method, there, json=body, headers=only)
        assert not allowed.text.count("missing-scope"), (path, allowed.text)
        assert allowed.status_code in (200, 201, 202, 403, 404, 409, 422), allowed.text


async def test_the_scope_is_asked_before_the_body_is_read(world: World) -> None:
    headers = await token(world, Scope.READ)
    for kind, body in (("application/json", b"not JSON"), ("text/plain", b"x" * 2_000_000)):
        answer = await world.client.post(
            "/api/v1/requests", content=body, headers={**headers, "Content-Type": kind}
        )
        assert answer.status_code in (403, 413), answer.text
    assert is_problem(await world.client.post("/api/v1/requests", content=b"{", headers=headers), 403)


async def test_a_token_cannot_more_than_its_person(world: World) -> None:
    ref = await world.submitted()
    stranger = await token(world, *EVERYTHING, person="p-ewa-nowicka")
    assert (await world.client.get(f"/api/v1/cases/{ref}", headers=stranger)).status_code == 404


async def test_that_a_token_was_used_is_kept_once_a_day(world: World, database: Database) -> None:
    headers = await token(world, Scope.READ)

    async def used() -> Any:
        async with database.read() as connection:
            return await connection.scalar(select(tables.tokens.c.used_at))

    assert await used() is None
    await world.client.get("/api/v1/tasks", headers=headers)
    assert await used() == NOW
    world.desk.now = NOW + timedelta(hours=5)
    await world.client.get("/api/v1/tasks", headers=headers)
    assert await used() == NOW
    world.desk.now = NOW + timedelta(days=1)
    await world.client.get("/api/v1/tasks", headers=headers)
    assert await used() == NOW + timedelta(days=1)


def test_the_description_says_which_scope_each_address_needs() -> None:
    found = document()
    told = found["components"]["securitySchemes"]["token"]["description"]
    assert all(f"`{scope}`" in told for scope in ABOUT)
    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            row = TABLE[method.upper(), path]
            expected = [{"token": [str(row.scope)]}] if row.scope else None
            assert operation.get("security") == expected, f"{method} {path}"
            assert not row.scope or "403" in operation["responses"]
