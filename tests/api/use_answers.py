"""Every answer that the document promises of the use log, from a real call (`test_openapi`)."""

from collections.abc import AsyncIterator, Callable

import httpx2

from domain.grants import grant_id
from tests.api.conftest import NOW, World

LOG = "/api/v1/use-log"
TELL, BEAT, FIND = ("POST", LOG), ("POST", f"{LOG}/heartbeat"), ("POST", f"{LOG}/findUsage")
STATUS, PERIOD = ("GET", f"{LOG}/heartbeat"), ("GET", f"{LOG}/usagePeriod")
USED = ("GET", "/api/v1/register/{ref}/use")
# Rows carry ids of their own, a heartbeat changes nothing when it comes twice, and a look-up changes nothing at all.
KEYLESS = (TELL, BEAT, FIND)
Seen = Callable[[tuple[str, str], httpx2.Response], tuple[tuple[str, str], int]]


async def use_answers(world: World, seen: Seen, approved: str) -> AsyncIterator[tuple[tuple[str, str], int]]:
    """`approved`: a case that has a grant and an entry in the register."""
    me, grant = world.people.sender, grant_id(approved)
    row = {
        "id": "u-1",
        "logtime": NOW.isoformat(),
        "action": "Looked something up",
        "receiverCode": "dwp",
        "receiverName": "Department for Work and Pensions",
        "grant": grant,
        "subject": "kd8",
    }
    good = {TELL: [row], BEAT: {"grants": [grant]}, FIND: {"subject": "kd8"}}
    for operation, body in good.items():
        yield seen(operation, await world.post(me, operation[1], body))
        yield seen(operation, await world.post(me, operation[1], {}))
        for kind, content in (
            ("application/json", b"{"),
            ("application/json", b" " * 1_000_001),
            ("text/plain", b"{}"),
        ):
            headers = {**await world.headers(me), "Content-Type": kind}
            yield seen(operation, await world.client.post(operation[1], content=content, headers=headers))
    yield seen(TELL, await world.post(me, LOG, [row | {"action": "Looked something else up"}]))
    for operation in (STATUS, PERIOD):
        yield seen(operation, await world.get(me, operation[1]))
    path = f"/api/v1/register/{approved}/use"
    first = await world.client.get(path)
    yield seen(USED, first)
    yield seen(USED, await world.client.get(path, headers={"If-None-Match": first.headers["etag"]}))
    yield seen(USED, await world.client.get("/api/v1/register/SC-2222-2222/use"))
