"""The life of a grant on a real engine: both sides' machines are told of every change, signed, and the end comes by itself
(P3, C18, C19, I4)."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from domain.case import Kind
from domain.grants import State, Status, grant_id
from store import grant_receipts
from store.database import Database
from store.tables import grant_versions, grants
from tests.engine import Story, story
from tests.journeys.test_amendments import WIDER
from tests.journeys.test_webhooks import SECRET, arrives, pushing, subscribe
from tests.webhook_receiver import Receiver, receiving

SIDES = ("dwp", "hmrc")


@pytest.fixture
async def dwp() -> AsyncIterator[Receiver]:
    async with receiving(SECRET) as made:
        made.keeps_time = False
        yield made


@pytest.fixture
async def hmrc() -> AsyncIterator[Receiver]:
    async with receiving(SECRET) as made:
        made.keeps_time = False
        yield made


async def stands(database: Database, ref: str) -> tuple[str, list[str]]:
    """(the state of the grant, what the status list says of each version)."""
    v = grant_versions.c
    async with database.read() as connection:
        state = await connection.scalar(select(grants.c.state).where(grants.c.ref == ref))
        places = select(v.status).where(v.grant == grant_id(ref)).order_by(v.version)
        return str(state), list((await connection.scalars(places)).all())


def heard(receiver: Receiver, ref: str) -> list[str]:
    return [each.removeprefix("grant.") for each in receiver.kinds(ref) if each.startswith("grant.")]


async def everything_arrived(database: Database, ref: str) -> None:
    async with database.read() as connection:
        told = await grant_receipts.receipts(connection, ref)
    assert {each.organisation for each in told} == set(SIDES)
    assert all(each.delivered_at and each.attempts == 1 for each in told)


async def begins(told: Story, dwp: Receiver, hmrc: Receiver) -> None:
    for receiver, body in zip((dwp, hmrc), SIDES, strict=True):
        await subscribe(told, receiver, body)


async def test_the_life_of_a_grant_from_approval_to_destruction(
    database: Database, dwp: Receiver, hmrc: Receiver
) -> None:
    async with story(database) as told, pushing(told):
        await begins(told, dwp, hmrc)
        ref = await told.signed()
        await told.approves(ref)
        assert (await told.entry(ref))["version"] == 1, "registered before anything opens"
        assert await stands(database, ref) == (State.ISSUED, [Status.SUSPENDED])
        await told.delivers(ref)
        assert await stands(database, ref) == (State.ACTIVE, [Status.VALID])
        await told.does(told.people.risk_owner, ref, "suspend_share", reason="A log looks wrong.")
        assert await stands(database, ref) == (State.SUSPENDED, [Status.SUSPENDED])
        await arrives(told, database)
        for receiver in (dwp, hmrc):
            assert heard(receiver, ref) == ["issued", "activated", "suspended"]
        leader = told.people.receiving_leaders[1]
        await told.does(leader, ref, "reinstate_share", reason="It was a mistake in the log.")
        assert await stands(database, ref) == (State.ACTIVE, [Status.VALID])
        await told.does(leader, ref, "end_share", reason="The work is done.")
        assert await stands(database, ref) == (State.REVOKED, [Status.INVALID])
        await arrives(told, database)
        for receiver, side in ((dwp, "receiving"), (hmrc, "sending")):
            assert heard(receiver, ref) == ["issued", "activated", "suspended", "reinstated", "revoked"]
            last = [each["data"] for each in receiver.taken if each["type"] == "grant.revoked"][-1]
            assert (last["grant"], last["state"], last["your_side"]) == (grant_id(ref), "revoked", side)
        await everything_arrived(database, ref)
        assert await told.task(ref, Kind.CERTIFY_DESTRUCTION)
        gone: dict[str, Any] = {"how": "destroyed", "on": told.now.date().isoformat(), "proof": "INFO-7731"}
        await told.does(told.people.requester, ref, "certify_destruction", **gone)
        assert (await told.case(ref)).is_closed
        assert await stands(database, ref) == (State.REVOKED, [Status.INVALID])


async def test_the_agreed_end_comes_by_itself_and_is_pushed_while_a_renewal_waits(
    database: Database, dwp: Receiver, hmrc: Receiver
) -> None:
    """P3.5: an amendment that is still being decided moves nothing; a leader's few days do."""
    async with story(database) as told, pushing(told):
        await begins(told, dwp, hmrc)
        end = (await told.tick() + timedelta(days=5)).date().isoformat()
        ref = await told.active(until=end, needed_by=end, use="deliver_service")
        renewal = await told.signed(amends=ref, use="deliver_service", **WIDER)
        leader = told.people.receiving_leaders[1]
        answer = await told.does(leader, ref, "extend_share", days="2", reason="The renewal is late.")
        assert answer.state == "applied", answer
        expiry = await told.task(ref, Kind.EXPIRY)
        await told.until(expiry.due_at)
        assert await told.stage(ref) == "ended" and await told.stage(renewal) == "with_sender"
        assert await stands(database, ref) == (State.EXPIRED, [Status.INVALID])
        await arrives(told, database)
        for receiver in (dwp, hmrc):
            assert heard(receiver, ref) == ["issued", "activated", "extended", "expired"]
        entry = await told.entry(ref)
        assert entry["over"]["why"] and entry["share_extended"]["days"] == 2
