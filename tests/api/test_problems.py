"""Every error is one shape (RFC 9457), says what to do, and gives nothing away."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import ui.words
from api import auth, strict, views
from api.problems import BROKEN, UNAVAILABLE, slug
from domain import refusals
from tests.api.conftest import NOW, DeskWithoutEngine, World, client_of, is_problem, without_database
from ui.app import create_app

PRIVATE = [
    ("POST", "/api/v1/requests"),
    ("GET", "/api/v1/requests/SC-2222-2222"),
    ("PUT", "/api/v1/requests/SC-2222-2222"),
    ("POST", "/api/v1/requests/SC-2222-2222/submit"),
    ("GET", "/api/v1/cases"),
    ("GET", "/api/v1/cases/SC-2222-2222"),
    ("POST", "/api/v1/cases/SC-2222-2222/acts/approve"),
    ("GET", "/api/v1/tasks"),
    ("GET", "/api/v1/commands/0"),
]
PUBLIC = ["/api/v1/register", "/api/v1/register/SC-2222-2222", "/api/v1/register/SC-2222-2222/versions/1"]


@pytest.mark.parametrize(("method", "path"), PRIVATE)
async def test_without_a_token_nobody_comes_in_and_no_body_is_read(
    world: World, method: str, path: str
) -> None:
    answer = await world.client.request(method, path, content=b"not even JSON")
    is_problem(answer, 401)
    assert answer.headers["www-authenticate"] == 'Bearer realm="sharecase"'


async def test_a_token_ends_with_its_time(world: World) -> None:
    async with world.database.write() as connection:
        old = await auth.issue_token(connection, world.people.sender, "old", NOW - timedelta(days=91))
    is_problem(await world.client.get("/api/v1/tasks", headers={"Authorization": f"Bearer {old}"}), 401)


async def test_a_cookie_counts_for_nothing(world: World) -> None:
    async with world.database.write() as connection:
        session = await auth.open_session(connection, world.people.sender, NOW)
    answer = await world.client.get("/api/v1/tasks", headers={"Cookie": f"{auth.COOKIE}={session}"})
    is_problem(answer, 401)
    is_problem(await world.client.get("/api/v1/tasks", headers={"Authorization": f"Bearer {session}"}), 401)


@pytest.mark.parametrize(
    "path", ["/api/v1", "/api/v1/", "/api/v1/nowhere", "/api/v2/cases", "/api/", "/api/v1/cases/a/b/c/d"]
)
async def test_an_address_that_is_not_there(world: World, path: str) -> None:
    is_problem(await world.client.get(path), 404)


async def test_a_method_that_an_address_does_not_take(world: World) -> None:
    answer = await world.send(world.people.sender, "DELETE", "/api/v1/cases")
    is_problem(answer, 405)
    assert answer.headers["allow"] == "GET"


async def test_an_unavailable_database_is_a_503_that_says_when_to_come_back(tmp_path: Path) -> None:
    async with without_database(tmp_path) as client:
        for method, path in [*PRIVATE, *(("GET", path) for path in PUBLIC)]:
            answer = await client.request(method, path)
            assert is_problem(answer, 503)["detail"] == UNAVAILABLE
            assert answer.headers["retry-after"] == "5"


async def test_a_fault_of_ours_has_a_fixed_text_and_a_number(world: World, desk: DeskWithoutEngine) -> None:
    ref = await world.signed()
    desk.breaks = RuntimeError("secret <b>detail</b> of the inside")
    answer = await world.act(world.people.sender, ref, "approve", {"delivered": "no"})
    problem = is_problem(answer, 500)
    assert problem["detail"] == BROKEN
    assert problem["instance"].startswith("urn:uuid:")
    assert "secret" not in answer.text


async def test_every_error_but_a_404_has_a_number_of_its_own(world: World) -> None:
    first, second = await world.client.get("/api/v1/tasks"), await world.client.get("/api/v1/tasks")
    assert first.json()["instance"] != second.json()["instance"]
    assert "instance" not in (await world.get(world.people.sender, "/api/v1/cases/x")).json()


def test_every_refusal_of_the_rules_has_a_name_of_its_own() -> None:
    names = [slug(kind.__name__) for kind in refusals.all_refusals()]
    assert len(set(names)) == len(names)
    assert slug("StaleVersion") == "stale-version"


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"{}", {}),
        (b'{"a": [1, -9223372036854775808, 9223372036854775807, 1.5, null, true]}', None),
        ('{"é": "👩‍👩‍👧", "\\ud83d\\ude00": "x"}'.encode(), {"é": "👩‍👩‍👧", "😀": "x"}),
        (b"[" * 32 + b"]" * 32, None),
    ],
)
def test_what_is_proper_json_is_read_as_it_is(body: bytes, value: Any) -> None:
    found = strict.parse(body)
    assert value is None or found == value


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        (b"[" * 33 + b"]" * 33, 422, "nested"),
        (b"[" * 100_000 + b"]" * 100_000, 422, "nested"),
        (b'{"a": NaN}', 400, "NaN"),
        (b"1e999", 422, "too large"),
        (str(2**63).encode(), 422, "64 bits"),
        (b'{"a": 1, "a": 1}', 422, "twice"),
        (b'"\\ud800"', 422, "half a character"),
        (b'{"\\ud800": 1}', 422, "half a character"),
        (b'"\\u0000"', 422, "null character"),
        (b'"\xff"', 400, "UTF-8"),
        (b"{", 400, "not valid JSON"),
        (json.dumps({f"k{n}": 1 for n in range(201)}).encode(), 422, "too many keys"),
        (json.dumps([{f"k{n}": 1} for n in range(201)]).encode(), 422, "too many keys"),
        (json.dumps([1] * 1001).encode(), 422, "too long"),
        (json.dumps([[1] * 501] * 2).encode(), 422, "too long"),
        (json.dumps("x" * 20_001).encode(), 422, "too long"),
    ],
)
def test_what_cannot_be_kept_is_turned_away_for_its_own_reason(body: bytes, status: int, word: str) -> None:
    with pytest.raises(strict.Unreadable) as turned_away:
        strict.parse(body)
    assert turned_away.value.status_code == status
    assert word in turned_away.value.detail


def test_what_is_pending_is_said_in_the_words_of_the_pages() -> None:
    assert views.PENDING == ui.words.PENDING


async def test_the_whole_site_answers_machines_with_problems_and_people_with_pages(world: World) -> None:
    app = create_app(world.app.state.services)
    async with client_of(app) as client:
        for path in ("/api/v1/nowhere", "/api/nowhere", "/api/v1/cases/%00"):
            assert (await client.get(path)).headers["content-type"] == "application/problem+json"
        headers = await world.headers(world.people.sender)
        is_problem(await client.get("/api/v1/cases/SC-2222-2222", headers=headers), 404)
        is_problem(await client.post("/api/v1/requests", content=b"x" * 1_000_001, headers=headers), 413)
        page = await client.get("/nowhere")
        assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
        form = await client.post("/sign-in", data={"person": "x" * 1_000_001})
        assert (form.status_code, form.headers["content-type"]) == (413, "text/html; charset=utf-8")
