"""The API on a real database with the seed world, driven over HTTP inside the process.

The desk here is real but for the engine: it decides and records on the spot. Tests that need the engine are in
`test_engine.py`.
"""

import asyncio
import secrets
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from api import auth
from api.app import api_router, install_errors
from api.desk import Desk
from api.services import Services, Site
from domain.commands import Command
from domain.decide import decide, fact_time
from store.database import Database
from store.record import Transition, record
from tests.engine import FORM, Cast, cast
from workflows.share_request import Page

TEAM, SENDING_TEAM = "dwp-pension-credit", "hmrc-paye-records"
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


class DeskWithoutEngine(Desk):
    """Decides and records at once. `away`: the engine does not answer, so everything stays pending."""

    def __init__(self, database: Database) -> None:
        super().__init__(client=None, database=database, clock=lambda: self.now)  # type: ignore[arg-type]
        self.now = NOW
        self.away = False
        self.breaks: Exception | None = None
        self.one_at_a_time = asyncio.Lock()  # as the engine takes the commands of a case

    async def is_reachable(self, *_: Any) -> bool:
        return not self.away

    async def _bring(self, command: Command, page: Page) -> None:
        if self.breaks:
            raise self.breaks
        if self.away:
            raise TimeoutError
        events = decide(page.case, command, self.now)
        at = fact_time(page.case, command, self.now)
        transition = Transition(
            before=page.case, at=at, command=command.id, actor=command.by.person, events=events
        )
        async with self.one_at_a_time, self.database.write() as connection:
            await record(connection, transition)


@dataclass
class World:
    """Who plays, and how they call: `await world.post("sam", path, body)` sends with that person's token."""

    app: FastAPI
    client: httpx2.AsyncClient
    database: Database
    desk: Desk
    people: Cast
    tokens: dict[str, str] = field(default_factory=dict)

    async def token(self, person: str) -> str:
        if person not in self.tokens:
            async with self.database.write() as connection:
                self.tokens[person] = await auth.issue_token(connection, person, "test", NOW)
        return self.tokens[person]

    async def headers(self, person: str, key: str = "") -> dict[str, str]:
        return {
            "Authorization": f"Bearer {await self.token(person)}",
            "Idempotency-Key": key or secrets.token_hex(8),
        }

    async def get(self, person: str, path: str) -> httpx2.Response:
        return await self.client.get(path, headers=await self.headers(person))

    async def send(
        self, person: str, method: str, path: str, body: Any = None, *, key: str = ""
    ) -> httpx2.Response:
        return await self.client.request(method, path, json=body, headers=await self.headers(person, key))

    async def post(self, person: str, path: str, body: Any = None, *, key: str = "") -> httpx2.Response:
        return await self.send(person, "POST", path, body, key=key)

    def answers(self, **changes: Any) -> dict[str, Any]:
        """A whole form that passes, as Pension Credit would fill it in."""
        chosen = {"team": TEAM, "sending_team": SENDING_TEAM, "risk_owner": self.people.risk_owner}
        return {**FORM, **chosen, **changes}

    async def submitted(self, **changes: Any) -> str:
        """The reference of a fresh case that waits for its risk owner."""
        answer = await self.post(
            self.people.requester, "/api/v1/requests", {"answers": self.answers(**changes)}
        )
        assert answer.status_code == 201, answer.text
        return answer.json()["ref"]

    async def act(
        self, person: str, ref: str, name: str, answers: Any = None, **beside: Any
    ) -> httpx2.Response:
        key = beside.pop("key", "")
        body = {"answers": answers or {}, **beside}
        return await self.post(person, f"/api/v1/cases/{ref}/acts/{name}", body, key=key)

    async def signed(self, **changes: Any) -> str:
        """The reference of a case that is with the sending team."""
        ref = await self.submitted(**changes)
        answer = await self.sign(ref)
        assert answer.status_code == 200, answer.text
        return ref

    async def sign(self, ref: str, **beside: Any) -> httpx2.Response:
        case = (await self.get(self.people.risk_owner, f"/api/v1/cases/{ref}")).json()
        beside.setdefault("form_hash", case["form_hash"])
        return await self.act(self.people.risk_owner, ref, "sign_risk", SIGNING, **beside)

    async def approved(self, **changes: Any) -> str:
        ref = await self.signed(**changes)
        answer = await self.act(self.people.sender, ref, "approve", {"delivered": "no"})
        assert answer.status_code == 200, answer.text
        return ref


SIGNING = {"residual": "Misuse; access is logged and looked at every month.", "agree": "yes"}


def app_of(database: Database, desk: Desk, **options: Any) -> FastAPI:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, **options)
    app.state.services = Services(database=database, desk=desk, clock=desk.clock, site=Site())
    app.include_router(api_router)
    install_errors(app)
    return app


@asynccontextmanager
async def without_database(folder: Path) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of a site whose database cannot be opened."""
    before = set(threading.enumerate())
    nowhere = Database(f"sqlite+aiosqlite:///{folder / 'no' / 'such' / 'folder' / 'x.db'}")
    async with client_of(app_of(nowhere, DeskWithoutEngine(nowhere))) as client:
        yield client
    await nowhere.close()
    # A connection that failed ends its thread a moment later, and needs this loop to say so.
    for _ in range(500):
        if set(threading.enumerate()) <= before:
            break
        await asyncio.sleep(0.01)


def client_of(app: FastAPI) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx2.AsyncClient(transport=transport, base_url="http://sharecase.test")


@pytest.fixture
def desk(database: Database) -> DeskWithoutEngine:
    return DeskWithoutEngine(database)


@pytest.fixture
async def world(database: Database, desk: DeskWithoutEngine) -> AsyncIterator[World]:
    app = app_of(database, desk)
    async with client_of(app) as client:
        people = await cast(database, TEAM, SENDING_TEAM)
        yield World(app=app, client=client, database=database, desk=desk, people=people)


def is_problem(answer: httpx2.Response, status: int) -> dict[str, Any]:
    """Assert that an answer is a problem of this status with a sentence, and give it."""
    assert answer.status_code == status, (answer.status_code, answer.text)
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["type"].startswith("urn:sharecase:problem:")
    assert problem["title"]
    assert problem["detail"].strip().endswith("."), problem
    assert answer.headers["cache-control"] == "no-store"
    return problem
