"""What is turned away before the application: too often, under another name, too many, too slow. Each with a way on."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from api.limits import Figures, Limits
from api.peers import Peers
from domain.buckets import Allowance
from tests.ui.stage import Page, Stage
from ui.app import create_app
from ui.front import Front

AMY = "p-amara-okafor"
V1 = "/api/v1"
TWO = Allowance(per_minute=2, burst=2)
MANY = Allowance(per_minute=6000, burst=1000)
FREE = Figures(reads=MANY, writes=MANY, anonymous=MANY, sign_ins=MANY, slack=MANY)


def fronted(stage: Stage, **front: Any) -> httpx2.AsyncClient:
    app = create_app(stage.services, Front(**front))
    transport = httpx2.ASGITransport(app=app)
    origin = {"Origin": stage.site.public_url}
    return httpx2.AsyncClient(transport=transport, base_url="http://testserver", headers=origin)


async def test_too_many_pages_are_a_page_that_says_what_to_do(stage: Stage) -> None:
    client = fronted(stage, limits=Limits(figures=replace(FREE, anonymous=TWO)))
    answers = [await client.get("/guards") for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 429]
    page = Page(answers[2])
    assert page.h1 == ["You are going too fast"] and "not lost" in page.text and page.lang == "en"
    assert 25 <= int(answers[2].headers["retry-after"]) <= 30
    assert answers[2].headers["cache-control"] == "no-store"
    assert [(await client.get("/health/live")).status_code for _ in range(20)] == [200] * 20


async def test_too_many_calls_are_a_problem(stage: Stage) -> None:
    client = fronted(stage, limits=Limits(figures=replace(FREE, anonymous=TWO)))
    answers = [await client.get(f"{V1}/register") for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 429]
    problem = answers[2].json()
    assert problem["type"] == "urn:sharecase:problem:too-many-requests" and "Retry-After" in problem["detail"]
    assert answers[2].headers["content-type"] == "application/problem+json"


async def test_what_was_typed_can_be_sent_again(stage: Stage) -> None:
    """The same form, the same hidden command: after the wait it is taken, once (G6)."""
    clock = [0.0]
    limits = Limits(figures=replace(FREE, writes=TWO), clock=lambda: clock[0])
    client = fronted(stage, limits=limits)
    await client.post("/sign-in", data={"person": AMY})
    await client.get("/inbox")
    sent = [await client.post("/requests/new", data={"path": "standard"}) for _ in range(3)]
    assert [each.status_code for each in sent] == [303, 303, 429]
    clock[0] += int(sent[2].headers["retry-after"])
    assert (await client.post("/requests/new", data={"path": "standard"})).status_code == 303


async def test_a_session_that_holds_has_a_bucket_of_its_own(stage: Stage) -> None:
    client = fronted(stage, limits=Limits(figures=replace(FREE, anonymous=Allowance(per_minute=1, burst=4))))
    assert (await client.post("/sign-in", data={"person": AMY})).status_code == 303
    assert [(await client.get("/inbox")).status_code for _ in range(10)] == [200] * 10
    client.cookies.clear()
    answers = [(await client.get("/guards")).status_code for _ in range(4)]
    assert answers == [200, 200, 429, 429], "signing in and the first page were the address's"


async def test_signing_in_is_limited_by_address(stage: Stage) -> None:
    client = fronted(stage, limits=Limits(figures=replace(FREE, sign_ins=TWO)))
    tried = [(await client.post("/sign-in", data={"person": "nobody"})).status_code for _ in range(3)]
    assert tried == [422, 422, 429]
    assert (await client.get("/sign-in")).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver.evil.example", "127.0.0.1", "evil@testserver", ""]
)
@pytest.mark.parametrize("path", ["/", "/register", "/sign-in", f"{V1}/register", "/static/vendor/app.css"])
async def test_another_name_is_not_answered(stage: Stage, host: str, path: str) -> None:
    client = fronted(stage, peers=Peers.of("https://testserver", embedded=False))
    answer = await client.get(path, headers={"Host": host})
    assert answer.status_code == 421
    assert "evil" not in answer.text and "address" in answer.text
    assert (await client.get(path)).status_code in (200, 303)


async def test_health_is_asked_by_address(stage: Stage) -> None:
    client = fronted(stage, peers=Peers.of("https://testserver", embedded=False))
    assert (await client.get("/health/live", headers={"Host": "127.0.0.1:8000"})).status_code == 200


async def test_who_comes_while_it_is_full_is_told_when_to_come_again(stage: Stage) -> None:
    client = fronted(stage, most_at_once=2)
    waiting, free = asyncio.Event(), asyncio.Event()
    inside = 0

    async def slow() -> AsyncIterator[bytes]:
        nonlocal inside
        inside += 1
        if inside == 2:
            waiting.set()
        await free.wait()
        yield b"person=nobody"

    form = {"Content-Type": "application/x-www-form-urlencoded"}
    both = [asyncio.create_task(client.post("/sign-in", content=slow(), headers=form)) for _ in range(2)]
    await waiting.wait()
    page, problem = await client.get("/guards"), await client.get(f"{V1}/register")
    assert (page.status_code, problem.status_code) == (503, 503)
    assert page.headers["retry-after"] == problem.headers["retry-after"] == "5"
    assert Page(page).h1 == ["Sorry, Sharecase is busy"]
    assert (await client.get("/health/live")).status_code == 200
    free.set()
    assert [each.status_code for each in await asyncio.gather(*both)] == [422, 422]
    assert (await client.get("/guards")).status_code == 200, "whoever left made room"


async def drops(seconds: float, parts: int) -> AsyncIterator[bytes]:
    for _ in range(parts):
        yield b"a=1&"
        await asyncio.sleep(seconds)


@pytest.mark.parametrize(("within", "of_all"), [(0.05, 5), (5, 0.15)], ids=["a pause", "drop by drop"])
async def test_a_body_that_does_not_come_is_not_waited_for(
    stage: Stage, within: float, of_all: float
) -> None:
    client = fronted(stage, part_within=within, body_within=of_all)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    page = await client.post("/sign-in", content=drops(0.1, 20), headers=form)
    assert page.status_code == 408 and Page(page).h1 == ["That took too long to arrive"]
    assert page.headers["connection"] == "close"


async def test_a_machine_that_sends_too_slowly_is_told(stage: Stage) -> None:
    from api import auth

    client = fronted(stage, part_within=0.05)
    async with stage.database.write() as connection:
        token = await auth.issue_token(connection, AMY, "a test", stage.now)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}", "Idempotency-Key": "x"}
    answer = await client.post(f"{V1}/requests", content=drops(0.2, 3), headers=headers)
    assert answer.status_code == 408 and answer.json()["detail"].startswith("What you sent took too long")


async def test_a_page_that_does_not_come_is_given_up(stage: Stage) -> None:
    client = fronted(stage, read_within=0.05)
    app: Any = client._transport.app  # type: ignore[attr-defined]

    async def stuck(*_: object) -> None:
        await asyncio.sleep(30)

    app.state.pages.calendar = stuck
    await client.post("/sign-in", data={"person": AMY})
    page = await client.get("/inbox")
    assert page.status_code == 503 and page.headers["retry-after"] == "5"
    assert Page(page).h1 == ["Sorry, Sharecase is busy"]
