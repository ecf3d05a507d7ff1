"""Notices on a real engine: Slack goes away and comes back, the act overtakes the ask, and nobody is told twice."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.morning import MorningRound
from activities.slack import Messenger
from api.desk import Desk, utc_now
from api.relay import Relay
from store import digests
from store.database import Database
from store.notices import place_of, standing
from store.tables import digests as rows_of_digests
from tests.activities.conftest import MakeMessenger
from tests.activities.recorded import RecordedLife
from tests.conftest import TEMPORAL, TIME_SKIPPING
from tests.slack_server import CHANNELS, Fault, SlackServer
from workflows.delivery import Delivery
from workflows.housekeeping import Housekeeping, ensure_schedule, morning
from workflows.names import SCHEDULE_MORNING, TASK_QUEUE, delivery_id
from workflows.payloads import converter

ASK = "Sign for the risk"


@dataclass
class Post:
    """The relay and the worker of one installation."""

    environment: WorkflowEnvironment
    database: Database
    messenger: Messenger
    skips: bool

    @property
    def client(self) -> Client:
        return self.environment.client

    def relay(self, *, sends: bool = True) -> Relay:
        return Relay(self.database, Desk(self.client, self.database), utc_now, sends=sends)

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[None]:
        """On a connection of its own: one connection serves a queue with one worker."""
        address, namespace = self.client.service_client.config.target_host, self.client.namespace
        worker = Worker(
            await Client.connect(address, namespace=namespace, data_converter=converter),
            task_queue=TASK_QUEUE,
            workflows=[Delivery, Housekeeping],
            activities=[self.messenger.sync, MorningRound(self.database, utc_now).run],
        )
        async with worker:
            yield

    async def is_delivered(self, notice: str, wanted: int = 1) -> None:
        """Time passes until it is. Asked for and not waited for: a skipped hour ends the server's long polls early."""
        handle = self.client.get_workflow_handle(delivery_id(notice, wanted))
        for _ in range(100):
            if (await handle.describe()).status is WorkflowExecutionStatus.COMPLETED:
                return
            await self.environment.sleep(timedelta(seconds=20) if self.skips else timedelta(seconds=0.2))
        raise AssertionError(f"{notice} is not delivered")


@asynccontextmanager
async def post_office(database: Database, messenger: Messenger, *, skips: bool) -> AsyncIterator[Post]:
    if skips:
        starting = WorkflowEnvironment.start_time_skipping(
            test_server_existing_path=TIME_SKIPPING, data_converter=converter
        )
    else:
        starting = WorkflowEnvironment.start_local(
            dev_server_existing_path=TEMPORAL, data_converter=converter
        )
    async with await starting as environment:
        post = Post(environment, database, messenger, skips)
        async with post.worker():
            yield post


async def test_slack_is_down_for_a_day_and_everything_arrives_once(
    life: RecordedLife, messenger_to: MakeMessenger, slack: SlackServer
) -> None:
    """F59. The engine's clock skips the day; its attempts are 15 minutes apart by then."""
    slack.down = True
    async with post_office(life.database, messenger_to(slack.url), skips=True) as post:
        await post.relay().once()
        began = await post.environment.get_current_time()
        await post.environment.sleep(timedelta(days=1))
        assert slack.posts() == []
        tried = len(slack.calls)
        assert 100 < tried < 450, "as often as is kind to Slack, and no less"
        slack.down = False
        for notice in await life.notices():
            await post.is_delivered(notice.id)
            assert len(slack.posts(notice.id)) == 1
        assert await post.environment.get_current_time() - began < timedelta(days=1, hours=1)
    assert {standing(notice) for notice in await life.notices()} == {"sent"}


async def test_the_ask_is_replaced_after_the_act(
    life: RecordedLife, messenger: Messenger, slack: SlackServer
) -> None:
    async with post_office(life.database, messenger, skips=True) as post:
        assert await post.relay().once() == 2
        notice = await life.notice(ASK)
        await post.is_delivered(notice.id)
        assert await post.relay().once() == 0, "started once"
        life.sign_risk()
        await life.keep()
        await post.relay().once()
        await post.is_delivered(notice.id, 2)
    (message,) = slack.posts(notice.id)
    assert message["text"].startswith("Done: Sign for the risk")


async def test_an_act_while_slack_is_down_leaves_nothing_to_ask(
    life: RecordedLife, messenger: Messenger, slack: SlackServer
) -> None:
    slack.down = True
    async with post_office(life.database, messenger, skips=False) as post:
        await post.relay().once()
        await eventually(lambda: done(len(slack.calls) >= 2))
        life.sign_risk()
        await life.keep()
        await post.relay().once()
        slack.down = False
        notice = await life.notice(ASK)
        await post.is_delivered(notice.id, 2)
        await post.is_delivered(notice.id, 1)
    assert slack.posts(notice.id) == []
    assert standing(await life.notice(ASK)) == "over_before_sent"


@pytest.mark.parametrize("fault", [Fault.LIMITED, Fault.ERROR, Fault.HANGS, Fault.LOSES_BY_DROPPING])
async def test_the_engine_carries_a_notice_through_every_fault_once(
    life: RecordedLife, messenger: Messenger, slack: SlackServer, fault: Fault
) -> None:
    slack.will(fault, fault)
    async with post_office(life.database, messenger, skips=True) as post:
        await post.relay().once()
        for notice in await life.notices():
            await post.is_delivered(notice.id)
            assert len(slack.posts(notice.id)) == 1


async def test_two_workers_tell_nobody_twice(
    life: RecordedLife, messenger: Messenger, messenger_to: MakeMessenger, slack: SlackServer
) -> None:
    slack.will(*[Fault.LOSES_BY_ERROR, Fault.DROPS] * 3)
    for act in (life.sign_risk, life.ask, life.answer, life.approve):
        act()
    await life.keep()
    async with post_office(life.database, messenger, skips=True) as post:
        other = Post(post.environment, life.database, messenger_to(slack.url), skips=True)
        async with other.worker():
            await asyncio.gather(post.relay().once(), other.relay().once())
            for notice in await life.notices():
                await post.is_delivered(notice.id, notice.wanted)
    posted = [notice for notice in await life.notices() if notice.ts]
    assert len(posted) >= 5
    assert len(slack.posts()) == len(posted)


async def test_the_engine_keeps_the_order_of_a_case_through_every_fault(
    life: RecordedLife, messenger: Messenger, slack: SlackServer
) -> None:
    """And a digest travels the same way."""
    for act in (life.sign_risk, life.ask, life.answer):
        act()
    await life.keep()
    async with life.database.write() as connection:
        leader = "p-bethan-lowther-rees"
        await digests.keep(connection, leader, life.now - timedelta(days=400), life.now)
    (digest,) = await _digests(life.database)
    slack.will(Fault.LIMITED, Fault.ERROR, Fault.DROPS, Fault.LOSES_BY_DROPPING, Fault.HANGS)
    async with post_office(life.database, messenger, skips=True) as post:
        assert await post.relay().once() > len(await life.notices())
        for notice in await life.notices():
            await post.is_delivered(notice.id, notice.wanted)
        await post.is_delivered(digest.id)
    assert (await _digests(life.database))[0].sent == 1
    times = {notice.id: notice.created_at for notice in await life.notices()}
    for channel in CHANNELS.values():
        told = [each["metadata"]["event_payload"]["notice_id"] for each in slack.messages.get(channel, [])]
        assert told == sorted(set(told), key=lambda each: place_of(each, times[each]))
    assert len(slack.posts()) == len([notice for notice in await life.notices() if notice.ts])


async def _digests(database: Database) -> list[Any]:
    async with database.read() as connection:
        return list((await connection.execute(select(rows_of_digests))).all())


async def test_without_a_token_nothing_is_started(
    life: RecordedLife, messenger_to: MakeMessenger, slack: SlackServer
) -> None:
    async with post_office(life.database, messenger_to(None), skips=True) as post:
        assert await post.relay(sends=False).once() == 0
        for notice in await life.notices():
            with pytest.raises(RPCError, match="not found"):
                await post.client.get_workflow_handle(delivery_id(notice.id, 1)).describe()
    assert {(notice.started, notice.sent, notice.sent_at) for notice in await life.notices()} == {
        (0, 0, None)
    }


async def test_the_morning_comes_by_schedule(life: RecordedLife, messenger: Messenger) -> None:
    """Made at boot, made again at the next; it starts the round, and keeps an operator's pause."""
    async with post_office(life.database, messenger, skips=False) as post:
        await ensure_schedule(post.client)
        handle = post.client.get_schedule_handle(SCHEDULE_MORNING)
        await handle.pause(note="moving house")
        await ensure_schedule(post.client)
        described = await handle.describe()
        assert described.schedule.state.paused
        await handle.unpause()
        assert {(at.astimezone(UTC).weekday() < 5) for at in described.info.next_action_times} == {True}
        await handle.trigger()

        async def has_run() -> bool:
            actions = (await handle.describe()).info.recent_actions
            return bool(actions) and not (await handle.describe()).info.running_actions

        await eventually(has_run)
        started = [each async for each in post.client.list_workflows("WorkflowType = 'Morning'")]
        assert [each.id.startswith(SCHEDULE_MORNING) for each in started] == [True]
        assert await post.client.get_workflow_handle(started[0].id).result() is None


def test_the_morning_is_eight_oclock_in_london_on_weekdays() -> None:
    spec = morning().spec
    (calendar,) = spec.calendars
    assert spec.time_zone_name == "Europe/London"
    assert [(each.start, each.end) for each in calendar.day_of_week] == [(1, 5)]
    assert [each.start for each in calendar.hour] == [8]
    assert [each.start for each in (*calendar.minute, *calendar.second)] == [0, 0]


async def eventually(happens: Callable[[], Awaitable[bool]], within: float = 20) -> None:
    until = datetime.now(UTC) + timedelta(seconds=within)
    while not await happens():
        assert datetime.now(UTC) < until, "it did not happen"
        await asyncio.sleep(0.1)


async def done(value: bool) -> bool:
    return value
