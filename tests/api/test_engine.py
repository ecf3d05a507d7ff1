"""The API end to end on the real engine: made, signed and approved over HTTP, once and only once (G6)."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from sqlalchemy import func, select, text
from temporalio.testing import WorkflowEnvironment

from api.desk import Desk
from domain.refusals import AlreadyDecided, StaleVersion
from store.database import Database
from store.seeding import load_world
from store.tables import events, metadata
from tests.api.conftest import SENDING_TEAM, TEAM, World, app_of, client_of, is_problem
from tests.api.corpus import BODIES
from tests.conftest import TEMPORAL
from tests.engine import cast, worker_for
from workflows.payloads import converter

pytestmark = pytest.mark.asyncio(loop_scope="module")
CASES = "/api/v1/cases"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def real(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """The seed world, a real development server and a worker, for all the tests of this file."""
    database = Database(url_of(request, tmp_path_factory))
    async with database.write() as connection:
        if not database.is_sqlite:
            await connection.execute(text("DROP SCHEMA public CASCADE"))
            await connection.execute(text("CREATE SCHEMA public"))
        await connection.run_sync(metadata.create_all)
    await load_world(database)
    environment = await WorkflowEnvironment.start_local(
        dev_server_existing_path=TEMPORAL, data_converter=converter
    )
    async with environment, worker_for(environment.client, database):
        desk = Desk(environment.client, database, budget=timedelta(seconds=20))
        app = app_of(database, desk)
        async with client_of(app) as client:
            people = await cast(database, TEAM, SENDING_TEAM)
            yield World(app=app, client=client, database=database, desk=desk, people=people)
    await database.close()


def url_of(request: pytest.FixtureRequest, folders: pytest.TempPathFactory) -> str:
    if os.environ.get("SHARECASE_TEST_DATABASE") == "postgresql":
        return request.getfixturevalue("postgresql")
    return f"sqlite+aiosqlite:///{folders.mktemp('engine') / 'sharecase.db'}"


async def kinds(world: World, ref: str, kind: str) -> int:
    async with world.database.read() as connection:
        query = select(func.count()).select_from(events).where(events.c.ref == ref, events.c.kind == kind)
        return await connection.scalar(query) or 0


async def test_from_request_to_register(real: World) -> None:
    ready = await real.client.get("/health/ready")
    assert ready.json() == {"status": "ok", "reasons": []}
    ref = await real.submitted()
    assert (await real.sign(ref)).json()["stage"] == "with_sender"
    approved = await real.act(
        real.people.sender, ref, "approve", {"delivered": "yes", "rows": 7, "checksum": "ab"}
    )
    assert approved.json()["stage"] == "approved"
    received = await real.act(real.people.requester, ref, "confirm_receipt", {"rows": 7, "checksum": "AB"})
    assert received.json()["stage"] == "active"
    entry = (await real.client.get(f"/api/v1/register/{ref}")).json()
    assert entry["state"] == "active"


async def test_the_same_request_eight_times_at_once_is_one_case(real: World) -> None:
    body = {"answers": real.answers(title="Eight at once")}
    await real.token(real.people.requester)
    sent = [real.post(real.people.requester, "/api/v1/requests", body, key="eight") for _ in range(8)]
    answers = await asyncio.gather(*sent)
    assert {answer.status_code for answer in answers} == {201}
    (ref,) = {answer.json()["ref"] for answer in answers}
    assert await kinds(real, ref, "request_submitted") == 1


async def test_eight_deciders_at_once_make_one_decision(real: World) -> None:
    ref = await real.signed(title="Eight deciders")
    await real.token(real.people.sender)

    async def decide(number: int) -> httpx2.Response:
        # Some say yes and some that they do not hold it; two are the same act sent twice.
        key = f"{ref}-{min(number, 6)}"
        if number % 2:
            return await real.act(
                real.people.sender, ref, "say_not_held", {"reason": "Looked in all records."}, key=key
            )
        return await real.act(real.people.sender, ref, "approve", {"delivered": "no"}, key=key)

    answers = await asyncio.gather(*(decide(number) for number in (0, 1, 2, 3, 4, 5, 6, 8)))
    taken = [answer for answer in answers if answer.status_code == 200]
    assert len({answer.json()["command"] for answer in taken}) == 1
    for answer in answers:
        if answer not in taken:
            problem = is_problem(answer, 409)
            assert problem["detail"] == AlreadyDecided.sentence
            assert problem["case"]["stage"] == taken[0].json()["stage"]
    assert await kinds(real, ref, "request_approved") + await kinds(real, ref, "request_refused") == 1


async def test_who_acts_on_an_old_version_is_told_and_may_send_again(real: World) -> None:
    ref = await real.signed(title="Stale")
    seen = (await real.get(real.people.sender, f"{CASES}/{ref}")).json()["version"]
    await real.act(real.people.sender, ref, "ask", {"reason": "Which pensioners?"}, version=seen)
    answered = {"reason": "Those over 75.", "material": "no"}
    stale = is_problem(await real.act(real.people.requester, ref, "answer", answered, version=seen), 409)
    assert stale["detail"] == StaleVersion.sentence
    fresh = await real.act(real.people.requester, ref, "answer", answered, version=stale["case"]["version"])
    assert fresh.json()["stage"] == "with_sender"


async def test_a_material_answer_sent_twice_is_one_answer(real: World) -> None:
    ref = await real.signed(title="Material")
    await real.act(real.people.sender, ref, "ask", {"reason": "Which pensioners?"})
    answered = {"reason": "Those over 75, and their carers.", "material": "yes"}
    first = await real.act(real.people.requester, ref, "answer", answered, key=f"{ref}-m")
    again = await real.act(real.people.requester, ref, "answer", answered, key=f"{ref}-m")
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    case = (await real.get(real.people.risk_owner, f"{CASES}/{ref}")).json()
    assert (case["stage"], case["form_version"]) == ("risk_acceptance", 2)
    assert case["request"]["addenda"] == ["Those over 75, and their carers."]


async def test_hostile_bodies_hold_up_no_bystander(real: World) -> None:
    """What freezes a case for everybody must never get as far as the engine."""
    ref, other = await real.signed(title="Attacked"), await real.signed(title="Bystander")
    headers = {**await real.headers(real.people.sender), "Content-Type": "application/json"}
    address = f"{CASES}/{ref}/acts/approve"

    async def attack(body: bytes) -> Any:
        return await real.client.post(address, content=body, headers=headers)

    attacked = asyncio.gather(*(attack(body) for _, body in BODIES if len(body) < 1_000_000))
    began = time.monotonic()
    decided = await real.act(real.people.sender, other, "approve", {"delivered": "no"})
    waited = time.monotonic() - began
    assert {answer.status_code // 100 for answer in await attacked} == {4}
    assert decided.status_code == 200
    assert waited < 10  # behind a hundred others in one process; alone it is far less
    began = time.monotonic()
    assert (await real.act(real.people.sender, ref, "approve", {"delivered": "no"})).status_code == 200
    assert time.monotonic() - began < 2
