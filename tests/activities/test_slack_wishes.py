"""What people chose about being told (§9): quiet hours, gathered news, what is switched off; nothing is lost."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from temporalio.exceptions import ApplicationError

from activities.slack import Messenger
from domain.preferences import Bundling, Group, Preferences
from store import preferences
from store.database import Database
from store.notices import standing
from store.tables import notices as rows
from store.tables import people
from tests.activities.conftest import MakeMessenger, until_it_arrives
from tests.activities.recorded import RecordedLife, without_channels
from tests.slack_server import Fault, SlackServer

NEWS, ASK = "We received", "Sign for the risk"
AMY = "p-amara-okafor"


async def wishes(life: RecordedLife, notice: str, mine: Preferences) -> str:
    """Whoever this notice goes to chooses so."""
    await without_channels(life.database)
    person = (await life.message(notice)).person
    assert person
    async with life.database.write() as connection:
        await preferences.keep(connection, person, mine, life.now)
    return person


async def put_off(messenger: Messenger, notice: str) -> timedelta:
    with pytest.raises(ApplicationError, match="later") as told:
        await messenger.sync(notice)
    assert told.value.next_retry_delay
    return told.value.next_retry_delay


async def test_in_quiet_hours_it_waits_and_is_sent_once(
    life: RecordedLife, messenger: Messenger, slack: SlackServer
) -> None:
    life.now = life.now.replace(hour=19)
    ask = await life.notice(ASK)
    await wishes(life, ask.id, Preferences(quiet_from=18, quiet_until=8))
    assert await put_off(messenger, ask.id) == timedelta(hours=1), "asked again hourly: a wish may change"
    assert slack.calls == [] and standing(await life.notice(ASK)) == "waiting"
    life.now = life.now.replace(hour=7, minute=30) + timedelta(days=1)
    assert await put_off(messenger, ask.id) == timedelta(minutes=30)
    life.now = life.now.replace(hour=8, minute=0)
    await asyncio.gather(*(until_it_arrives(messenger, ask.id) for _ in range(3)))
    assert len(slack.posts(ask.id)) == 1


async def test_a_wish_that_changes_counts_for_what_waits(
    life: RecordedLife, messenger: Messenger, slack: SlackServer
) -> None:
    life.now = life.now.replace(hour=19)
    ask = await life.notice(ASK)
    await wishes(life, ask.id, Preferences(quiet_from=18, quiet_until=8))
    await put_off(messenger, ask.id)
    await wishes(life, ask.id, Preferences())
    await messenger.sync(ask.id)
    assert len(slack.posts(ask.id)) == 1


async def test_the_clock_of_the_urgent_lane_does_not_wait(
    life: RecordedLife, messenger: Messenger, slack: SlackServer, database: Database
) -> None:
    life.now = life.now.replace(hour=19)
    ask = await life.notice(ASK)
    await wishes(life, ask.id, Preferences(quiet_from=18, quiet_until=8))
    async with database.write() as connection:
        due = life.now + timedelta(hours=4)
        await connection.execute(update(rows).where(rows.c.id == ask.id).values(due_at=due))
    await messenger.sync(ask.id)
    assert len(slack.posts(ask.id)) == 1


async def test_an_urgent_task_does_not_wait_behind_news_that_does(
    life: RecordedLife, messenger: Messenger, slack: SlackServer, database: Database
) -> None:
    """Both go to the same person; what they asked to have later comes later."""
    await without_channels(database)
    async with database.write() as connection:
        await connection.execute(
            update(rows).where(rows.c.task == "").values(seat="receiving.risk_owner", role="risk_owner")
        )
    life.now = life.now.replace(hour=19)
    news, ask = await life.notice(NEWS), await life.notice(ASK)
    await wishes(life, ask.id, Preferences(quiet_from=18, quiet_until=8))
    assert (await life.message(news.id)).person == (await life.message(ask.id)).person
    async with database.write() as connection:
        due = life.now + timedelta(hours=4)
        await connection.execute(update(rows).where(rows.c.id == ask.id).values(due_at=due))
    await messenger.sync(ask.id)
    await put_off(messenger, news.id)
    assert len(slack.posts()) == 1


async def test_what_is_switched_off_stays_in_the_app_and_asks_do_not(
    life: RecordedLife, messenger: Messenger, slack: SlackServer
) -> None:
    deaf = Preferences(off=frozenset(Group), bundling=Bundling.DIGEST, digest=True)
    news, ask = await life.notice(NEWS), await life.notice(ASK)
    for each in (news, ask):
        await wishes(life, each.id, deaf)
        await messenger.sync(each.id)
    after = await life.notice(NEWS)
    assert (standing(after), after.trouble) == ("in_app_only", "not wanted in Slack")
    assert len(slack.posts(ask.id)) == 1 == len(slack.posts())


async def test_a_teams_channel_is_the_teams(
    life: RecordedLife, messenger: Messenger, slack: SlackServer
) -> None:
    async with life.database.write() as connection:
        for person in await connection.scalars(select(people.c.id)):
            mine = Preferences(off=frozenset(Group), quiet_from=0, quiet_until=23)
            await preferences.keep(connection, person, mine, life.now)
    await messenger.sync((await life.notice(ASK)).id)
    assert len(slack.posts()) == 2


async def test_news_for_the_digest_is_not_posted(
    life: RecordedLife, messenger: Messenger, slack: SlackServer
) -> None:
    news = await life.notice(NEWS)
    await wishes(life, news.id, Preferences(bundling=Bundling.DIGEST, digest=True))
    await messenger.sync(news.id)
    assert (await life.notice(NEWS)).trouble == "in the morning digest" and slack.calls == []


# --- gathered ----------------------------------------------------------------------------------------------------------


async def several(life: RecordedLife, mine: Preferences) -> list[str]:
    """News in three cases for one person, who gathers it: two in the first, one in each other."""
    life.now = datetime(2026, 11, 24, 10, 5, tzinfo=UTC)
    life.sign_risk()
    await life.keep()
    ids = [(await life.notice(each)).id for each in (NEWS, "The risk owner signed")]
    for number in (2, 3):
        other = RecordedLife(life.database, ref=f"SC-2026-000{number}", now=life.now)
        other.submit()
        await other.keep()
        ids.append((await other.notice(NEWS)).id)
    async with life.database.write() as connection:
        await connection.execute(update(rows).where(rows.c.id.in_(ids)).values(created_at=life.now))
    await wishes(life, ids[0], mine)
    return ids


async def every(database: Database, ids: list[str]) -> list[tuple[int, str | None]]:
    async with database.read() as connection:
        query = select(rows).where(rows.c.id.in_(ids)).order_by(rows.c.id)
        return [(row.sent, row.ts) for row in await connection.execute(query)]


async def test_news_is_gathered_into_one_message_an_hour(
    life: RecordedLife, messenger: Messenger, slack: SlackServer, database: Database
) -> None:
    ids = await several(life, Preferences(bundling=Bundling.HOURLY))
    for each in ids:
        assert await put_off(messenger, each) == timedelta(minutes=55)
    life.now = datetime(2026, 11, 24, 11, tzinfo=UTC)
    await asyncio.gather(*(until_it_arrives(messenger, each) for each in ids))
    (post,) = slack.posts()
    assert post["text"].startswith("4 things happened in 3 cases.")
    assert post["text"].index("We received your request, SC-2026-0001") < post["text"].index(
        "The risk owner signed"
    )
    assert "from HM Revenue and Customs to Department for Work and Pensions" in post["text"]
    assert json.dumps(post["blocks"]).count("https://sharecase.test/cases/SC-2026-000") == 4
    assert post["metadata"]["event_payload"]["notice_ids"].split() == sorted(ids)
    assert "SECRET" not in json.dumps(slack.calls)
    assert await every(database, ids) == [(1, post["ts"])] * 4


@pytest.mark.parametrize(
    "fault", [Fault.LIMITED, Fault.ERROR, Fault.LOSES_BY_DROPPING, Fault.LOSES_BY_HANGING]
)
async def test_gathered_news_survives_every_fault_once(
    life: RecordedLife, messenger: Messenger, slack: SlackServer, database: Database, fault: Fault
) -> None:
    ids = await several(life, Preferences(bundling=Bundling.HOURLY))
    life.now = datetime(2026, 11, 24, 11, tzinfo=UTC)
    slack.will(fault)
    for each in ids:
        await until_it_arrives(messenger, each)
    told = " ".join(
        post["metadata"]["event_payload"].get("notice_ids", post["metadata"]["event_payload"]["notice_id"])
        for post in slack.posts()
    ).split()
    assert sorted(told) == sorted(ids), "each in one message"
    assert {sent for sent, _ in await every(database, ids)} == {1}


async def test_tasks_are_never_gathered_away(
    life: RecordedLife, messenger: Messenger, slack: SlackServer
) -> None:
    await several(life, Preferences(bundling=Bundling.HOURLY))
    ask = await life.notice("Decide on the request")
    await wishes(life, ask.id, Preferences(bundling=Bundling.HOURLY))
    await messenger.sync(ask.id)
    assert slack.posts(ask.id)[0]["text"].startswith("Decide on the request")


async def test_news_of_a_night_comes_together_in_the_morning(
    life: RecordedLife, messenger: Messenger, slack: SlackServer
) -> None:
    ids = await several(life, Preferences(quiet_from=9, quiet_until=12))
    for each in ids:
        await put_off(messenger, each)
    life.now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    for each in ids:
        await until_it_arrives(messenger, each)
    assert len(slack.posts()) == 1


async def test_news_of_one_thing_looks_as_it_always_does(
    life: RecordedLife, messenger: Messenger, slack: SlackServer
) -> None:
    news = await life.notice(NEWS)
    await wishes(life, news.id, Preferences(bundling=Bundling.HOURLY))
    life.now += timedelta(hours=1)
    await messenger.sync(news.id)
    assert slack.posts(news.id)[0]["text"].startswith("We received your request. Case:")


async def test_two_workers_gather_it_once(
    life: RecordedLife, messenger_to: MakeMessenger, slack: SlackServer, database: Database
) -> None:
    ids = await several(life, Preferences(bundling=Bundling.HOURLY))
    life.now = datetime(2026, 11, 24, 11, tzinfo=UTC)
    workers = [messenger_to(slack.url, settle=15) for _ in range(2)]
    await asyncio.gather(
        *(
            until_it_arrives(workers[(number + shift) % 2], each, attempts=12)
            for number, each in enumerate(ids)
            for shift in (0, 1)
        )
    )
    told = [post["metadata"]["event_payload"] for post in slack.posts()]
    assert sorted(" ".join(each.get("notice_ids", each["notice_id"]) for each in told).split()) == sorted(ids)
