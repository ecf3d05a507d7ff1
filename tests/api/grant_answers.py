"""Every answer that the document promises of grants, from a real call (`test_openapi`)."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy import select

from domain.grants import grant_id
from store import x_road_setup
from store.tables import grants, services
from tests.api.conftest import NOW, SENDING_TEAM, World, without_database

V1 = "/api/v1"
KEYS = ("GET", "/.well-known/jwks.json")
LISTED = ("GET", f"{V1}/grants/status/{{which}}")
VERIFY = ("POST", f"{V1}/grants/verify")
ALL, ONE, TOKEN = (
    ("GET", f"{V1}/grants"),
    ("GET", f"{V1}/grants/{{grant}}"),
    ("POST", f"{V1}/grants/{{grant}}/token"),
)
Seen = Callable[[tuple[str, str], httpx2.Response], tuple[tuple[str, str], int]]
JSON = "application/json"


async def grant_answers(
    world: World, seen: Seen, approved: str, folder: Path
) -> AsyncIterator[tuple[tuple[str, str], int]]:
    """`approved`: a case that has a grant, and no delivery yet."""
    me, sender, client = world.people.requester, world.people.sender, world.client
    one = f"{V1}/grants/{grant_id(approved)}"
    for operation, path in ((KEYS, KEYS[1]), (LISTED, f"{V1}/grants/status/0")):
        first = await client.get(path)
        yield seen(operation, first)
        yield seen(operation, await client.get(path, headers={"If-None-Match": first.headers["etag"]}))
    yield seen(LISTED, await client.get(f"{V1}/grants/status/7"))

    yield seen(TOKEN, await world.post(me, f"{one}/token"))  # issued, and not open
    async with world.database.write() as connection:
        await connection.execute(grants.update().values(state="active"))
    got = await world.post(me, f"{one}/token", key="again")
    yield seen(TOKEN, got)
    yield seen(TOKEN, await world.post(me, f"{one}/token", key="again"))
    yield seen(TOKEN, await world.post(sender, f"{one}/token"))
    yield seen(TOKEN, await world.post(me, f"{V1}/grants/GR-2222-2222/token"))
    without_key = {"Authorization": f"Bearer {await world.token(me)}"}
    yield seen(TOKEN, await client.post(f"{one}/token", headers=without_key))
    for kind, content in (("text/plain", b" " * 1_000_001), ("text/plain", b"{}")):
        headers = {**await world.headers(me), "Content-Type": kind}
        yield seen(TOKEN, await client.post(f"{one}/token", content=content, headers=headers))

    for path, operation in (
        (one, ONE),
        (f"{V1}/grants/GR-2222-2222", ONE),
        (ALL[1], ALL),
        (f"{ALL[1]}?after=x", ALL),
    ):
        yield seen(operation, await world.get(me, path))

    async for each in x_road_answers(world, seen, one):
        yield each

    question: dict[str, Any] = {"token": got.json()["token"], "audience": "hmrc-paye-records"}
    for body in (question, {**question, "audience": "another"}, {}):
        yield seen(VERIFY, await client.post(VERIFY[1], json=body))
    for kind, content in ((JSON, b"{"), (JSON, b" " * 1_000_001), ("text/plain", b"{}")):
        headers = {"Content-Type": kind}
        yield seen(VERIFY, await client.post(VERIFY[1], content=content, headers=headers))
    async with without_database(folder) as broken:
        yield seen(VERIFY, await broken.post(VERIFY[1], json=question))


async def x_road_answers(world: World, seen: Seen, one: str) -> AsyncIterator[tuple[tuple[str, str], int]]:
    me, operation = world.people.requester, ("GET", f"{V1}/grants/{{grant}}/x-road")
    yield seen(operation, await world.get(me, f"{V1}/grants/GR-2222-2222/x-road"))
    yield seen(operation, await world.get(me, f"{one}/x-road"))  # it opens no service that is on X-Road
    words = dict.fromkeys(("title", "summary", "address", "auth", "support_hours", "openapi", "release"), "")
    row: dict[str, Any] = {
        **words,
        **{"id": "xr", "team": SENDING_TEAM, "items": [], "environment": "live", "state": "open"},
        **{"operations": [], "x_road_client": "GB/GOV/1001/PAYE", "x_road_service": "incomes"},
        **{"version": 1, "changed_at": NOW},
    }
    async with world.database.write() as connection:
        await connection.execute(services.insert().values(row))
        await connection.execute(grants.update().values(service="xr"))
        team = await connection.scalar(select(grants.c.receiving_team))
        await x_road_setup.put_subject(connection, NOW, str(team), "GB:GOV:2002:PensionCredit")
    answer = await world.get(me, f"{one}/x-road")
    assert answer.json()["subject"]["id"] == "GB:GOV:2002:PensionCredit", answer.text
    yield seen(operation, answer)
    async with world.database.write() as connection:
        await connection.execute(grants.update().values(service=""))
