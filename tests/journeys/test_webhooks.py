"""Webhooks on a real engine: a share is approved, runs and is suspended while the other side's machine is away (§9)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select
from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from activities.record import Recorder
from activities.undelivered import ask_about_undelivered
from activities.webhooks import Pusher
from activities.webhooks_signed import secret_of
from api.relay import Relay
from store import grant_receipts
from store import webhook_endpoints as endpoints
from store.database import Database
from store.tables import webhook_messages as m
from tests.engine import Story, sandbox, story
from tests.webhook_receiver import Fault, Receiver, receiving
from workflows.names import TASK_QUEUE
from workflows.payloads import converter
from workflows.push import Push
from workflows.share_request import ShareRequest

SECRET = secret_of(bytes(range(32)))
MINUTE = timedelta(minutes=1)
MENDING = ("mend_exchange", "mend_service")


def worker_for(client: Client, database: Database) -> Worker:
    """Cases and webhooks, whose time is the engine's."""
    recorder = Recorder(database)
    pusher = Pusher(
        database,
        public_url="https://sharecase.test",
        clock=lambda: activity.info().current_attempt_scheduled_time,
        here=True,
        timeout=1,
    )
    return Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=[ShareRequest, Push],
        activities=[recorder.record, recorder.filled, pusher.send],
        workflow_runner=sandbox(),
        sticky_queue_schedule_to_start_timeout=timedelta(seconds=2),
    )


@asynccontextmanager
async def pushing(told: Story) -> AsyncIterator[None]:
    """Another worker in place of the story's own, for as long as this lasts."""
    assert told.worker
    await told.worker.__aexit__(None, None, None)
    config = told.environment.client
    client = await Client.connect(
        config.service_client.config.target_host, namespace=config.namespace, data_converter=converter
    )
    told.worker = await worker_for(client, told.database).__aenter__()
    yield


async def relayed(told: Story) -> None:
    await told.tick()
    await Relay(told.database, told.desk, lambda: told.now, sends=False).once()


async def goes_by(told: Story, time: timedelta, *, step: timedelta) -> None:
    """Time passes, and the relay looks now and then."""
    until = await told.tick() + time
    while await told.tick() < until:
        await ask_about_undelivered(told.database, told.now)  # as every morning
        await relayed(told)
        await told.environment.sleep(step)


async def arrives(told: Story, database: Database) -> None:
    for _ in range(200):
        await relayed(told)
        async with database.read() as connection:
            if await connection.scalar(select(m.c.id).where(m.c.state == "waiting").limit(1)) is None:
                return
        await asyncio.sleep(0.05)  # skipped time is quicker than a worker is
        await told.environment.sleep(5 * MINUTE if told.skips else MINUTE / 600)
    raise AssertionError("messages still wait")


async def subscribe(told: Story, receiver: Receiver, body: str) -> None:
    async with told.database.write() as connection:
        await endpoints.add(
            connection,
            await told.tick(),
            id=f"ep_{body}",
            organisation=body,
            team="",
            url=receiver.url,
            secret=SECRET,
            groups=["decisions", "delivery", "deadlines"],
            made_by=told.people.requester,
        )


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


async def test_a_suspension_reaches_both_sides_after_a_week_of_silence(
    database: Database, dwp: Receiver, hmrc: Receiver
) -> None:
    """F59 for webhooks: nothing is lost, everything comes in order, and a revocation is never given up."""
    async with story(database) as told, pushing(told):
        await subscribe(told, dwp, "dwp")
        await subscribe(told, hmrc, "hmrc")
        dwp.will(Fault.ERROR, Fault.DROPS, Fault.LOSES_BY_ERROR)
        ref = await told.active()
        await arrives(told, database)
        assert dwp.kinds(ref)[0] == "case.request_submitted"
        assert hmrc.kinds(ref)[0] == "case.risk_signed"
        assert {"case.request_approved", "case.risk_passed"} <= set(hmrc.kinds(ref)) & set(dwp.kinds(ref))

        hmrc.answers = 503
        before = len(hmrc.calls)
        await told.does(told.people.risk_owner, ref, "suspend_share", reason="A log looks wrong.")
        await goes_by(told, timedelta(days=7), step=timedelta(hours=6))
        await relayed(told)
        asked = [each for each in await told.open_tasks(ref) if each[0] in MENDING]
        teams = {("mend_exchange", "receiving.requester"), ("mend_service", "sending.sender_decider")}
        assert teams <= set(asked), "P3: after a working day both teams are asked to see to it"
        assert {kind for kind, seat in asked if seat.endswith("leader_1")} == set(MENDING)
        assert "case.share_suspended" in dwp.kinds(ref)
        assert "case.share_suspended" not in hmrc.kinds(ref)
        tried = len(hmrc.calls) - before
        assert 100 < tried < 250, "about once an hour, and no more"
        assert len({call["webhook-id"] for call in hmrc.calls[before:]}) == 1, "what is behind it waits"

        hmrc.answers = 0
        await arrives(told, database)
        assert {"case.share_suspended", "grant.suspended"} <= set(hmrc.kinds(ref))
        await relayed(told)
        assert not [each for each in await told.open_tasks(ref) if each[0] in MENDING], "it has arrived"
        async with database.read() as connection:
            [suspended] = [
                each
                for each in await grant_receipts.receipts(connection, ref)
                if (each.organisation, each.kind) == ("hmrc", "grant.suspended")
            ]
        assert suspended.delivered_at and suspended.delivered_at - suspended.made_at >= timedelta(days=7)
        async with database.read() as connection:
            made = (await connection.execute(select(m.c.endpoint, m.c.id).order_by(m.c.number))).all()
        for receiver, endpoint in ((dwp, "ep_dwp"), (hmrc, "ep_hmrc")):
            assert receiver.messages(ref) == [row.id for row in made if row.endpoint == endpoint]
        assert await told.stage(ref) == "suspended"


async def test_what_cannot_be_taken_gives_way_to_a_revocation_on_the_engine_too(
    database: Database, dwp: Receiver
) -> None:
    async with story(database) as told, pushing(told):
        ref = await told.active()
        await subscribe(told, dwp, "dwp")
        dwp.refuses = {"case.advice_asked": 400, "case.task_opened": 400}
        await told.does(told.people.risk_owner, ref, "suspend_share", reason="A log looks wrong.")
        await goes_by(told, timedelta(minutes=30), step=timedelta(minutes=5))
        leader = told.people.receiving_leaders[1]
        await told.does(leader, ref, "reinstate_share", reason="It was a mistake in the log.")
        await goes_by(told, timedelta(hours=2), step=timedelta(minutes=10))
        assert dwp.kinds(ref)[-1] in ("grant.reinstated", "case.task_closed")
        assert {"case.share_reinstated", "grant.reinstated"} <= set(dwp.kinds(ref))
        async with database.read() as connection:
            stuck = (
                await connection.execute(select(m.c.kind, m.c.because).where(m.c.state == "parked"))
            ).all()
        assert {tuple(each) for each in stuck} == {("case.task_opened", "gave_way")}


async def test_what_was_started_goes_on_with_another_worker(database: Database, dwp: Receiver) -> None:
    async with story(database, skips=False) as told, pushing(told):
        await subscribe(told, dwp, "dwp")
        ref = await told.signed()
        assert told.worker
        await told.worker.__aexit__(None, None, None)
        await relayed(told)
        await relayed(told)
        assert dwp.calls == []
        told.worker = await worker_for(told.environment.client, database).__aenter__()
        await arrives(told, database)
        assert dwp.kinds(ref)[0] == "case.request_submitted"
        assert len(dwp.ids) == len(set(dwp.ids)) == len(dwp.calls)
