"""Bad input, everywhere: a sentence and a 4xx, never an echo, never a fault, nothing lost, nobody held up (F72, F73)."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from sqlalchemy import func, select

from domain.acts import FORMS
from domain.request_form import QUESTIONS
from store.tables import commands, events
from tests.api.conftest import World, is_problem
from tests.api.corpus import BODIES, STRINGS

V1 = "/api/v1"


@pytest.fixture
async def bystander(world: World) -> AsyncIterator[None]:
    """Somebody else's case, in which a decision must still go through at once when the test is over."""
    ref = await world.signed(title="The bystander's")
    yield
    began = time.monotonic()
    answer = await world.act(world.people.sender, ref, "approve", {"delivered": "no"})
    assert answer.status_code == 200
    assert time.monotonic() - began < 2


def is_turned_away(answer: httpx2.Response, sent: str = "") -> None:
    assert 400 <= answer.status_code < 500, (sent[:80], answer.status_code, answer.text[:300])
    problem = is_problem(answer, answer.status_code)
    for error in problem.get("errors", ()):
        assert error["detail"], problem
    if len(sent) > 3:
        assert sent not in answer.text, answer.text[:300]
        assert quote(sent) not in answer.text


async def kept(world: World) -> tuple[int, int]:
    """How much is recorded: turned away means that nothing was."""
    async with world.database.read() as connection:
        counts = [
            await connection.scalar(select(func.count()).select_from(each)) or 0
            for each in (commands, events)
        ]
    return counts[0], counts[1]


async def addresses(world: World) -> list[tuple[str, str, str]]:
    """(who, method, address) of everything that takes a body, each where it could really succeed."""
    people = world.people
    draft = await world.post(people.requester, f"{V1}/requests?submit=false", {"answers": {}})
    open_case, signed = await world.submitted(), await world.signed()
    return [
        (people.requester, "POST", f"{V1}/requests"),
        (people.requester, "POST", f"{V1}/requests?submit=false"),
        (people.requester, "PUT", draft.headers["location"]),
        (people.requester, "POST", f"{draft.headers['location']}/submit"),
        (people.risk_owner, "POST", f"{V1}/cases/{open_case}/acts/sign_risk"),
        (people.sender, "POST", f"{V1}/cases/{signed}/acts/approve"),
        (people.sender, "POST", f"{V1}/cases/{signed}/acts/refuse"),
    ]


async def test_no_endpoint_takes_a_hostile_body(world: World, bystander: None) -> None:
    assert len(BODIES) >= 100
    places = await addresses(world)
    before = await kept(world)
    for who, method, address in places:
        headers = {**await world.headers(who), "Content-Type": "application/json"}
        for name, body in BODIES:
            began = time.monotonic()
            answer = await world.client.request(method, address, content=body, headers=headers)
            assert time.monotonic() - began < 2, name
            try:
                is_turned_away(answer)
            except AssertionError as wrong:
                raise AssertionError(f"{name} to {method} {address}") from wrong
    assert await kept(world) == before


async def test_a_body_that_says_it_is_something_else_is_not_read(world: World) -> None:
    who, method, address = (await addresses(world))[0]
    for kind in ("text/plain", "text/html", "application/xml", "multipart/form-data", "application/x-www-form-urlencoded",
                 "application/json; charset=utf-16", "application/problem+json", "json", "*/*", "<script>", ""):  # fmt: skip
        headers = {**await world.headers(who), "Content-Type": kind}
        answer = await world.client.request(method, address, content=b'{"answers": {}}', headers=headers)
        is_problem(answer, 415)


@pytest.mark.parametrize("declares", [True, False], ids=["declared", "streamed"])
async def test_a_body_beyond_1_mb_is_cut_off(world: World, declares: bool) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 50_000_000:
            sent += 100_000
            yield b" " * 100_000

    for who, method, address in await addresses(world):
        sent = 0
        headers = {**await world.headers(who), "Content-Type": "application/json"}
        content: Any = b" " * 1_000_001 if declares else endless()
        is_problem(await world.client.request(method, address, content=content, headers=headers), 413)
        assert sent <= 1_200_000


async def test_no_hostile_string_does_any_harm_anywhere(world: World, bystander: None) -> None:
    ref = await world.signed()
    before = await kept(world)
    for text in STRINGS:
        for answer in await everywhere(world, ref, text):
            is_turned_away(answer, text)
    assert await kept(world) == before


async def everywhere(world: World, ref: str, text: str) -> list[httpx2.Response]:
    """The answers to this string in every place where a string can go."""
    sender, in_path, in_query = world.people.sender, quote(text, safe=""), quote(text, safe="")
    answers: dict[str, Any] = {each.id: text for each in FORMS["approve"].questions}
    form = {each.id: text for each in QUESTIONS}
    sent = [
        world.get(sender, f"{V1}/cases/{in_path}"),
        world.get(sender, f"{V1}/requests/{in_path}"),
        world.get(sender, f"{V1}/commands/{in_path}"),
        world.get(sender, f"{V1}/register/{in_path}"),
        world.get(sender, f"{V1}/register/{ref}/versions/{in_path}"),
        world.get(sender, f"{V1}/cases?after={in_query}"),
        world.get(sender, f"{V1}/tasks?after={in_query}"),
        world.get(sender, f"{V1}/register?after={in_query}"),
        world.get(sender, f"{V1}/register?state={in_query}"),
        world.send(sender, "PUT", f"{V1}/requests/{in_path}", {"answers": {}}),
        world.post(sender, f"{V1}/requests/{in_path}/submit"),
        world.post(sender, f"{V1}/requests?submit={in_query}", {"answers": {}}),
        world.post(sender, f"{V1}/cases/{in_path}/acts/approve", {"answers": {"delivered": "no"}}),
        world.post(sender, f"{V1}/cases/{ref}/acts/{in_path}", {"answers": {}}),
        world.post(sender, f"{V1}/cases/{ref}/acts/approve", {"answers": answers}),
        world.post(sender, f"{V1}/cases/{ref}/acts/approve", {"answers": {text: "x"}}),
        world.post(sender, f"{V1}/cases/{ref}/acts/approve", {text: "x", "answers": {}}),
        world.post(
            sender, f"{V1}/cases/{ref}/acts/approve", {"answers": {"delivered": "no"}, "version": text}
        ),
        world.post(
            sender, f"{V1}/cases/{ref}/acts/approve", {"answers": {"delivered": "no"}, "form_hash": text}
        ),
        world.post(sender, f"{V1}/cases/{ref}/acts/approve", {"answers": {"delivered": "no"}, "task": text}),
        world.post(world.people.requester, f"{V1}/requests", {"answers": form}),
        world.post(world.people.requester, f"{V1}/requests", {"answers": text}),
        world.get(sender, f"/api/{in_path}"),
    ]
    return [await each for each in sent]


async def test_a_draft_keeps_what_was_typed_letter_for_letter(world: World) -> None:
    me = world.people.requester
    for text in STRINGS:
        typed = {"title": text, "items": [text, ""], "purpose": text}
        saved = await world.post(me, f"{V1}/requests?submit=false", {"answers": typed})
        if "\x00" in text:
            is_turned_away(saved, text)
            continue
        assert saved.status_code == 201
        read = await world.get(me, saved.headers["location"])
        assert read.json()["answers"] == typed
        assert {each["field"] for each in read.json()["to_mend"]} >= {"team"}


@pytest.mark.parametrize("token", ["", " ", "x" * 10_000, "sct_", "é", "a b c", "null", "Bearer", "' OR 1=1"])
async def test_no_hostile_token_signs_anybody_in(world: World, token: str) -> None:
    answer = await world.client.get(
        f"{V1}/tasks", headers={"Authorization": f"Bearer {token}".encode("latin-1")}
    )
    is_problem(answer, 401)
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_fifty_hostile_callers_at_once_hold_nobody_up(world: World, bystander: None) -> None:
    who, method, address = (await addresses(world))[0]
    headers = {**await world.headers(who), "Content-Type": "application/json"}
    big = [body for name, body in BODIES if len(body) > 100_000]
    calls = [
        world.client.request(method, address, content=big[n % len(big)], headers=headers) for n in range(50)
    ]
    for answer in await asyncio.gather(*calls):
        is_turned_away(answer)
