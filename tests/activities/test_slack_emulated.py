"""The same messages against somebody else's Slack: npm `emulate`, with scopes enforced."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import update

from activities.slack import Messenger, make_client
from store.database import Database
from store.notices import claim, standing
from store.tables import notices, people, teams
from tests.activities.conftest import MakeMessenger
from tests.activities.recorded import RecordedLife, without_channels

ASK = "Sign for the risk"


@pytest.fixture
def admin(emulated_slack: str) -> AsyncWebClient:
    return make_client("xoxb-test-admin", emulated_slack)


@pytest.fixture
def emulated(messenger_to: MakeMessenger, emulated_slack: str) -> Messenger:
    return messenger_to(emulated_slack, timeout=5)


async def held(admin: AsyncWebClient, channel: str, notice: str) -> list[dict[str, Any]]:
    """The messages of a notice that Slack has. The workspace outlives a test, and its cases have the same reference."""
    page = await admin.api_call("conversations.history", data={"channel": channel})
    return [
        message
        for message in page["messages"] or []
        if message.get("metadata", {}).get("event_payload", {}).get("notice_id") == notice
    ]


@pytest.fixture
async def life(database: Database, request: pytest.FixtureRequest) -> RecordedLife:
    made = RecordedLife(database, ref=f"SC-{abs(hash(request.node.name)) % 10**8:08}")
    made.submit()
    return await made.keep()


async def test_it_takes_our_message_and_its_replacement(
    life: RecordedLife, emulated: Messenger, admin: AsyncWebClient
) -> None:
    notice = await life.notice(ASK)
    await emulated.sync(notice.id)
    posted = await life.notice(ASK)
    (message,) = await held(admin, posted.channel, notice.id)
    assert message["ts"] == posted.ts
    assert message["blocks"][0]["type"] == "header"
    life.sign_risk()
    await life.keep()
    await emulated.sync(notice.id)
    (message,) = await held(admin, posted.channel, notice.id)
    assert message["text"].startswith("Done: Sign for the risk")
    assert "No action is needed." in message["blocks"][2]["elements"][0]["text"]
    assert standing(await life.notice(ASK)) == "replaced"


@pytest.mark.parametrize("channel", ["#nobody-made-it", "C0NOBODY"])
async def test_a_channel_it_does_not_know_leaves_the_notice_in_the_app(
    life: RecordedLife, emulated: Messenger, database: Database, channel: str
) -> None:
    async with database.write() as connection:
        await connection.execute(update(teams).values(slack_channel=channel))
    await emulated.sync((await life.notice(ASK)).id)
    after = await life.notice(ASK)
    assert (standing(after), after.trouble) == ("in_app_only", "channel_not_found")


async def test_so_does_a_person_it_does_not_know(life: RecordedLife, emulated: Messenger) -> None:
    life.sign_risk()
    life.working_days_pass(10)
    await life.keep()
    headline = "Decide, direct the team"  # to a leader of the seed world, who is not in this workspace
    await emulated.sync((await life.notice(headline)).id)
    after = await life.notice(headline)
    assert (standing(after), after.trouble) == ("in_app_only", "user_not_found")


async def test_a_person_is_told_in_direct_messages(
    life: RecordedLife, emulated: Messenger, admin: AsyncWebClient, database: Database
) -> None:
    await without_channels(database)
    users = await admin.api_call("users.list")
    (leader,) = [each["id"] for each in users["members"] or [] if each["name"] == "leader"]
    async with database.write() as connection:
        await connection.execute(update(people).values(slack_user=leader))
    notice = await life.notice(ASK)
    await emulated.sync(notice.id)
    after = await life.notice(ASK)
    assert after.channel.startswith("D")
    assert len(await held(admin, after.channel, notice.id)) == 1


@pytest.mark.parametrize("to", ["channel", "person"])
async def test_a_lost_answer_does_not_post_twice(
    life: RecordedLife, emulated: Messenger, admin: AsyncWebClient, database: Database, to: str
) -> None:
    """The scopes we ask for are enough to look back, in a channel and in direct messages."""
    if to == "person":
        await without_channels(database)
        users = await admin.api_call("users.list")
        (leader,) = [each["id"] for each in users["members"] or [] if each["name"] == "leader"]
        async with database.write() as connection:
            await connection.execute(update(people).values(slack_user=leader))
    notice = await life.notice(ASK)
    await emulated.sync(notice.id)
    posted = await life.notice(ASK)
    await forget(database, notice.id, life)
    await emulated.sync(notice.id)
    after = await life.notice(ASK)
    assert (after.channel, after.ts) == (posted.channel, posted.ts)
    assert len(await held(admin, posted.channel, notice.id)) == 1


async def forget(database: Database, notice: str, life: RecordedLife) -> None:
    """As if the process had died between Slack's answer and its record."""
    async with database.write() as connection:
        await connection.execute(
            update(notices).where(notices.c.id == notice).values(ts=None, channel=None, sent=0, sent_at=None)
        )
        await connection.execute(update(notices).where(notices.c.id == notice).values(tried_at=None))
        assert await claim(connection, notice, life.now)
