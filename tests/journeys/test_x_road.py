"""X-Road on a real engine: a share is suspended while the Security Server is away, and its right goes all the same (P3)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from sqlalchemy import select, update
from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from activities.record import Recorder
from activities.x_road import XRoadHands
from api.relay import Relay
from store.database import Database
from store.tables import grants, x_road_jobs
from tests.engine import Story, sandbox, story
from tests.on_x_road import KEYRING, OURS, set_up
from tests.security_server import security_server
from workflows.names import TASK_QUEUE
from workflows.payloads import converter
from workflows.share_request import ShareRequest
from workflows.x_road import ApplyXRoad


@asynccontextmanager
async def applying(told: Story) -> AsyncIterator[None]:
    """A worker for cases and rights, whose time is the engine's, in place of the story's own."""
    assert told.worker
    await told.worker.__aexit__(None, None, None)
    config = told.environment.client
    client = await Client.connect(
        config.service_client.config.target_host, namespace=config.namespace, data_converter=converter
    )
    recorder = Recorder(told.database)
    hands = XRoadHands(
        told.database,
        KEYRING,
        clock=lambda: activity.info().current_attempt_scheduled_time,
        hosts={"127.0.0.1"},
        here=True,
        timeout=1,
    )
    worker = Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=[ShareRequest, ApplyXRoad],
        activities=[recorder.record, recorder.filled, hands.apply],
        workflow_runner=sandbox(),
        sticky_queue_schedule_to_start_timeout=timedelta(seconds=2),
    )
    told.worker = await worker.__aenter__()
    yield


async def goes_by(told: Story, time: timedelta, *, step: timedelta) -> None:
    until = await told.tick() + time
    while await told.tick() < until:
        await Relay(told.database, told.desk, lambda: told.now, sends=False).once()
        await told.environment.sleep(step)
        await asyncio.sleep(0.05)  # skipped time is quicker than a worker is


async def test_a_removal_is_tried_until_it_is_so_however_long_the_server_is_away(database: Database) -> None:
    async with security_server() as server, story(database) as told, applying(told):
        ref = await told.signed()
        await set_up(database, server.url)
        await told.approves(ref)
        async with database.write() as connection:
            await connection.execute(update(grants).values(service="incomes"))
        await told.delivers(ref)
        await goes_by(told, timedelta(minutes=5), step=timedelta(minutes=1))
        assert server.rights == OURS

        server.answers = 503
        before = len(server.calls)
        await told.does(told.people.risk_owner, ref, "suspend_share", reason="A log looks wrong.")
        await goes_by(told, timedelta(days=1), step=timedelta(hours=6))
        assert 20 < len(server.calls) - before < 60, "about once an hour, and no more"
        assert server.rights == OURS and await told.stage(ref) == "suspended", "no case waits for it"

        server.answers = 0
        await goes_by(told, timedelta(hours=2), step=timedelta(minutes=30))
        assert server.rights == set()
        async with database.read() as connection:
            job = (await connection.execute(select(x_road_jobs))).one()
        assert job.applied_at and (job.wanted, job.placed) == ("absent", [])
