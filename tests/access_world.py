"""A small government in which somebody tries every door: who plays, what there is, and a quick way to ask.

Everything is answered by the live application; only the browsers are left out, so that thousands of requests are cheap.
"""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from sqlalchemy import func, insert, select

from api import auth
from domain.case import Case
from domain.people import Role
from domain.permissions import Post
from store import offers, service_directory, tables
from tests.ui.stage import POSTS, Stage

A, B = "pension-credit-take-up", "empty-homes-cornwall"  # of two receiving and two sending bodies
AMY, JUDITH, RHODRI = "p-amara-okafor", "p-judith-marchbanks", "p-rhodri-penhallow"
HELEN, OPERATOR, BOARD = "p-helen-varnavides", "p-tom-ferrante-boateng", "p-ewa-nowicka"
NO_POSTS = "p-nobody-in-particular"
OFFER = "an-offer-in-a-link"
NOT_THERE = "SC-ZZZZ-ZZZZ"

TO_SOMEBODY_ELSE = {"others_see": "organisation", "others_detail": "They send vouchers to those entitled."}

# One of each role on both sides of the first case, and beside it.
CLOSE = (
    AMY, JUDITH, "p-farida-rahimi", "p-oonagh-tressider", "p-marcus-adeyinka", HELEN, "p-desmond-ashgrove",
    "p-priya-raghunathan", "p-nikolai-brandreth", "p-bethan-lowther-rees", "p-sunita-kolhatkar",
)  # fmt: skip
FAR = (
    "p-winnie-obuasi", "p-gareth-pomfret", "p-saoirse-quilty", "p-kiran-dhaliwal", "p-loveday-tregenza",
    "p-sanjeev-bhattal", "p-patience-ollerenshaw", "p-beatrice-umeh", BOARD, "p-olufemi-dare",
    "p-bronagh-whitlock", "p-leopold-achterberg", OPERATOR, NO_POSTS,
)  # fmt: skip
SERVICE = {
    "title": "New address", "summary": "Where somebody moved to.", "items": ["Name", "New address"],
    "operations": [{"name": "All moves", "line": "file, monthly"}], "environment": "live", "release": "1",
    "state": "open", "address": "", "auth": "By key.", "support_hours": "Always", "openapi": "",
}  # fmt: skip
NOBODY = ""
EVERYONE = (*CLOSE, *FAR, NOBODY)
# Fewer of them hold every role there is, each once near to and once far from what is asked about.
SOME = (
    AMY, JUDITH, "p-priya-raghunathan", "p-oonagh-tressider", "p-marcus-adeyinka", HELEN, "p-desmond-ashgrove",
    "p-farida-rahimi", BOARD, "p-olufemi-dare", "p-bronagh-whitlock", "p-leopold-achterberg", OPERATOR,
    "p-patience-ollerenshaw", NO_POSTS, NOBODY,
)  # fmt: skip


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    body: bytes

    @property
    def plain(self) -> bytes:
        """Without what is new in every answer: the nonce, and the ids that forms are drawn with."""
        return re.sub(rb'nonce="[^"]*"|name="command" value="[^"]*"', b"", self.body)

    @property
    def links(self) -> list[str]:
        found = re.findall(r'href="(/[^"#]*)', self.body.decode())
        return [each.replace("&amp;", "&") for each in found]


@dataclass
class World:
    stage: Stage
    cases: dict[str, Case] = field(default_factory=dict[str, Case])  # by reference
    draft: str = ""  # Amy's
    commands: dict[str, str] = field(default_factory=dict[str, str])  # id -> whose
    numbers: dict[str, str] = field(default_factory=dict[str, str])  # of what has one
    cookies: dict[str, str] = field(default_factory=dict[str, str])
    tokens: dict[str, str] = field(default_factory=dict[str, str])

    def posts(self, person: str) -> list[Post]:
        """As the seed says, and not as the directory reads it."""
        mine = [each for each in POSTS if each["person"] == person]
        return [
            Post(role=Role(each["role"]), organisation=each["organisation"], team=each.get("team"))
            for each in mine
        ]

    def roles(self, person: str) -> set[Role]:
        return {post.role for post in self.posts(person)}

    async def ask(
        self, person: str, method: str, path: str, *, data: Mapping[str, Any] | None = None
    ) -> Answer:
        """What the application answers to this person's browser, or machine where the address is one of the API's."""
        is_api = path.startswith("/api/")
        body = b""
        headers = {"host": "testserver"}
        if person and is_api:
            headers["authorization"] = f"Bearer {self.tokens[person]}"
        elif person:
            headers["cookie"] = f"{auth.cookie_name(self.stage.site)}={self.cookies[person]}"
        if method in ("POST", "PUT"):
            body = json.dumps({"answers": {}} if data is None else data).encode() if is_api else b""
            headers["content-type"] = "application/json" if is_api else "application/x-www-form-urlencoded"
            headers["content-length"] = str(len(body))
            headers["idempotency-key"] = uuid4().hex
            headers["origin"] = self.stage.site.public_url
        parts = urlsplit(path)
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": parts.path,
            "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(),
            "root_path": "",
            "headers": [(key.encode(), value.encode()) for key, value in headers.items()],
            "client": (f"10.0.0.{len(self.cookies) % 250}", 1),
            "server": ("testserver", 80),
            "state": {},
        }
        told: dict[str, Any] = {}
        sent: list[bytes] = []

        asked, answered = asyncio.Event(), asyncio.Event()

        async def receive() -> dict[str, Any]:
            if asked.is_set():
                await answered.wait()
                return {"type": "http.disconnect"}
            asked.set()
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                told.update(message)
            elif message["type"] == "http.response.body":
                sent.append(message.get("body", b""))
                if not message.get("more_body"):
                    answered.set()

        async with asyncio.timeout(10):  # a door that never opens has an address in the error
            await self.stage.app(scope, receive, send)
        location = next((v.decode() for k, v in told["headers"] if k.lower() == b"location"), "")
        return Answer(status=told["status"], location=location, body=b"".join(sent))

    async def counts(self) -> dict[str, int]:
        """How many rows each table has."""
        async with self.stage.database.read() as connection:
            return {
                name: await connection.scalar(select(func.count()).select_from(table)) or 0
                for name, table in tables.metadata.tables.items()
            }


async def a_world(stage: Stage) -> World:
    world = World(stage)
    of_all_stages = [
        await stage.submitted(A),
        await stage.signed(A),
        await stage.active(A),
        await _withdrawn(stage),
        blocked := await stage.submitted(A, **TO_SOMEBODY_ELSE, onward=["Tesco plc"]),
        await stage.submitted(A, **TO_SOMEBODY_ELSE, onward=["The Wibble Advice Partnership"]),  # in triage
        await stage.submitted(B),
        await stage.active(B),
    ]
    for ref in of_all_stages:
        world.cases[ref] = await stage.case(ref)
    active = next(ref for ref, case in world.cases.items() if case.stage == "active")
    await stage.services.keyring.ensure(stage.database, stage.now)
    await _people(world)
    amy = await stage.person(AMY)
    kept = await stage.services.intake.save_draft(amy, {"path": "standard"}, command=uuid4().hex, via="web")
    world.draft = kept.ref
    world.numbers = {
        "canary": await _named(stage, next(iter(world.cases))),
        "concern": await _raised(stage, active),
        "change": await _proposed(stage),
        "question": await _questioned(stage, blocked),
    }
    await _rows(world)
    return world


async def _withdrawn(stage: Stage) -> str:
    ref = await stage.signed(A)
    await stage.did(AMY, ref, "withdraw", reason="The data came in another way.")
    return ref


async def _people(world: World) -> None:
    now = world.stage.now
    async with world.stage.database.write() as connection:
        nobody = {"id": NO_POSTS, "name": "No Body", "email": "no.body@nowhere.example"}
        await connection.execute(insert(tables.people).values(nobody))
        for person in EVERYONE:
            if person:
                world.cookies[person] = await auth.open_session(connection, person, now)
                world.tokens[person] = await auth.issue_token(connection, person, "door", now)


async def _named(stage: Stage, ref: str) -> str:
    target = {"target-day": 7, "target-month": 12, "target-year": 2026}
    leader = await stage.signs_in(HELEN)
    page = await leader.fills("/canaries/name", ref=ref, why="It is what people wait for.", **target)
    assert page.status == 303, page.text
    return "1"


async def _raised(stage: Stage, ref: str) -> str:
    words = "Letters came to people who had moved away long ago."
    page = await stage.stranger().fills(f"/register/{ref}/concern", text=words, speaks_for="citizen")
    assert page.status == 200, page.text
    async with stage.database.read() as connection:
        return str(await connection.scalar(select(tables.concerns.c.id)))


async def _proposed(stage: Stage) -> str:
    day = {"from_day-day": "1", "from_day-month": "12", "from_day-year": "2026"}
    path = "/government-changes/new?step=2&kind=rename&body=dwp"
    operator = await stage.signs_in(OPERATOR)
    page = await operator.fills(path, name="Pensions Service", citation="The Naming Order 2026", **day)
    assert page.status == 303, page.text
    return page.location.partition("?")[0].rpartition("/")[2]


async def _questioned(stage: Stage, ref: str) -> str:
    said = "It is not about surveillance at all: letters are all that comes of it."
    asker = await stage.signs_in(AMY)
    page = await asker.get(f"/cases/{ref}/question")
    filled = {"rule": "commercial_recipient", "question": said}
    page = await asker.post(f"/cases/{ref}/question", {**page.hidden, **filled})
    assert page.status == 303, page.text
    async with stage.database.read() as connection:
        return str(await connection.scalar(select(tables.guard_questions.c.id)))


async def _rows(world: World) -> None:
    """What others have pages for; in force on no day of these tests, so that nobody's posts change."""
    later = (world.stage.now + timedelta(days=90)).date().isoformat()
    t = tables
    async with world.stage.database.write() as connection:
        deputy = {"person": RHODRI, "role": Role.LEADER_1, "organisation": "dwp", "named_by": HELEN}
        await connection.execute(insert(t.deputies).values({**deputy, "held_from": later}))
        away = {
            "person": JUDITH,
            "covered_by": AMY,
            "said_by": JUDITH,
            "held_from": later,
            "held_until": later,
        }
        await connection.execute(insert(t.cover).values(away))
        await offers.make(
            connection, OFFER, ref=world.draft, team="dwp-pension-credit", by=AMY, at=world.stage.now
        )
        world.numbers["service"] = "dwp-benefit-records-new-address"
        await service_directory.add(
            connection, world.stage.now, world.numbers["service"], "dwp-benefit-records", SERVICE, by=AMY
        )
        world.numbers["programme"] = str(await connection.scalar(select(t.programmes.c.programme)))
        world.numbers["deputy"] = str(await connection.scalar(select(func.max(t.deputies.c.id))))
        world.numbers["cover"] = str(await connection.scalar(select(func.max(t.cover.c.id))))
        held = select(t.posts.c.id).where(t.posts.c.person == JUDITH)
        world.numbers["post"] = str(await connection.scalar(held))
        rows = await connection.execute(select(t.commands.c.id, t.commands.c.actor, t.commands.c.ref))
        world.commands = {row.id: row.actor for row in rows}
