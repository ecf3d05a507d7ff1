"""§9: "Slack down: nothing is lost, it is sent later once". Our Slack-shaped server misbehaves; messages are counted."""

import asyncio
import json
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update
from temporalio.exceptions import ApplicationError

from activities.slack import Messenger
from domain.people import Seat
from store import notices
from store.database import Database
from store.notices import standing
from store.tables import cases, people, slack_links, teams
from store.tables import notices as rows
from tests.activities.conftest import MakeMessenger, until_it_arrives
from tests.activities.recorded import RecordedLife, without_channels, without_slack_users
from tests.slack_server import Fault, SlackServer

ASK = "Sign for the risk"


async def test_a_notice_is_posted_to_the_teams_channel(
    life: RecordedLife, messenger: Messenger, slack: SlackServer
) -> None:
    await life.has_told("We received")
    notice = await life.notice(ASK)
    await messenger.sync(notice.id)
    (post,) = slack.posts()
    assert slack.messages[slack.channels["#dwp-pension-credit"]] == [post]
    assert post["metadata"] == {"event_type": "sharecase_notice", "event_payload": {"notice_id": notice.id}}
    assert "Risk owner, Pension Credit take-up, Department for Work and Pensions" in post["text"]
    assert "the end of Monday 30 November 2026" in post["text"]
    assert f"https://sharecase.test/cases/{life.case.ref}" in json.dumps(post["blocks"])
    after = await life.notice(ASK)
    assert (after.sent, after.ts, after.channel) == (1, post["ts"], slack.channels["#dwp-pension-credit"])
    assert after.sent_at == life.now
    assert standing(after) == "sent"


async def test_it_is_posted_once_however_often_it_is_asked_for(
    life: RecordedLife, messenger: Messenger, slack: SlackServer
) -> None:
    notice = await life.notice(ASK)
    await asyncio.gather(*(until_it_arrives(messenger, notice.id) for _ in range(5)))
    await messenger.sync(notice.id)
    assert len(slack.posts(notice.id)) == 1


async def test_the_message_is_replaced_after_the_act(
    life: RecordedLife, messenger: Messenger, slack: SlackServer
) -> None:
    notice = await life.notice(ASK)
    await messenger.sync(notice.id)
    life.sign_risk()
    await life.keep()
    await messenger.sync(notice.id)
    (post,) = slack.posts(notice.id)
    assert post["text"].startswith(f"Done: {ASK}")
    assert "No action is needed" in post["text"]
    assert standing(await life.notice(ASK)) == "replaced"
    await messenger.sync(notice.id)
    assert post["updated"] == 1


async def test_what_was_over_before_it_was_posted_is_never_asked(
    life: RecordedLife, messenger: Messenger, slack: SlackServer
) -> None:
    life.sign_risk()
    await life.keep()
    notice = await life.notice(ASK)
    await messenger.sync(notice.id)
    assert slack.calls == []
    assert standing(await life.notice(ASK)) == "over_before_sent"


@pytest.mark.parametrize("fault", list(Fault))
async def test_every_fault_ends_in_exactly_one_message(
    life: RecordedLife, messenger_to: MakeMessenger, slack: SlackServer, fault: Fault
) -> None:
    """429, 500, a hang, a lost connection; and each of the last three after Slack had already taken the message."""
    notice = await life.notice(ASK)
    slack.will(fault)
    attempts = await until_it_arrives(messenger_to(slack.url), notice.id)
    assert attempts == 2
    assert len(slack.posts(notice.id)) == 1
    assert standing(await life.notice(ASK)) == "sent"


async def test_faults_on_end_still_make_one_message(
    life: RecordedLife, messenger_to: MakeMessenger, slack: SlackServer
) -> None:
    notice = await life.notice(ASK)
    slack.will(Fault.ERROR, Fault.DROPS, Fault.HANGS, Fault.LOSES_BY_ERROR, Fault.LOSES_BY_DROPPING)
    await until_it_arrives(messenger_to(slack.url), notice.id, attempts=10)
    assert len(slack.posts(notice.id)) == 1


@pytest.mark.parametrize(
    "fault", [Fault.LIMITED, Fault.ERROR, Fault.HANGS, Fault.DROPS, Fault.LOSES_BY_DROPPING]
)
async def test_a_replacement_survives_the_same_faults(
    life: RecordedLife, messenger_to: MakeMessenger, slack: SlackServer, fault: Fault
) -> None:
    messenger = messenger_to(slack.url)
    notice = await life.notice(ASK)
    await messenger.sync(notice.id)
    life.sign_risk()
    await life.keep()
    slack.will(fault)
    await until_it_arrives(messenger, notice.id)
    (post,) = slack.posts(notice.id)
    assert post["text"].startswith("Done:")


async def test_retry_after_is_honoured_and_only_that_channel_pauses(
    life: RecordedLife, messenger: Messenger, slack: SlackServer
) -> None:
    life.sign_risk()
    await life.keep()
    slack.retry_after = 30
    slack.will(Fault.LIMITED)
    limited, other_channel = (
        await life.notice("The risk owner signed"),
        await life.notice("Decide on the request"),
    )
    with pytest.raises(ApplicationError) as told:
        await messenger.sync(limited.id)
    assert told.value.next_retry_delay == timedelta(seconds=30)
    with pytest.raises(ApplicationError) as busy:
        await messenger.sync((await life.notice("We received your request")).id)
    assert timedelta(seconds=29) < (busy.value.next_retry_delay or timedelta(0)) <= timedelta(seconds=30)
    await messenger.sync(other_channel.id)
    assert len(slack.posts()) == 1


async def test_one_message_a_second_and_channel(
    life: RecordedLife, messenger_to: MakeMessenger, slack: SlackServer
) -> None:
    paced = messenger_to(slack.url, pace=0.3)
    asked, told = await life.notice(ASK), await life.notice("We received")
    await asyncio.gather(paced.sync(asked.id), paced.sync(told.id))
    first, second = slack.times("chat.postMessage")
    assert second - first >= 0.28


async def test_who_would_wait_long_comes_back_one_at_a_time(
    life: RecordedLife, messenger_to: MakeMessenger, slack: SlackServer
) -> None:
    slow = messenger_to(slack.url, pace=20.0)
    life.sign_risk()
    await life.keep()
    first = await life.notice("We received")
    others = [await life.notice("The risk owner signed")]
    life.approve()
    await life.keep()
    others.append(await life.notice("The request is approved", Seat.REQUESTER))
    await slow.sync(first.id)
    delays = []
    for each in others:
        with pytest.raises(ApplicationError) as busy:
            await slow.sync(each.id)
        assert busy.value.next_retry_delay
        delays.append(busy.value.next_retry_delay.total_seconds())
    assert delays[0] == pytest.approx(20, abs=1)
    assert delays[1] == pytest.approx(40, abs=1)


# --- what nobody can say ---------------------------------------------------------------------------------------


async def test_a_post_that_may_still_be_under_way_is_waited_for(
    life: RecordedLife, messenger_to: MakeMessenger, slack: SlackServer
) -> None:
    """Two workers, or an attempt that outlived its time: no second post before the first has had its time."""
    messenger = messenger_to(slack.url, settle=15)
    await life.has_told("We received")
    notice = await life.notice(ASK)
    slack.will(Fault.HANGS)
    for _ in range(2):
        with pytest.raises(ApplicationError) as trouble:
            await messenger.sync(notice.id)
    assert trouble.value.next_retry_delay == timedelta(seconds=15)
    assert slack.called("chat.postMessage") == 1
    life.now += timedelta(seconds=15)
    await messenger.sync(notice.id)
    assert len(slack.posts(notice.id)) == 1


async def test_a_lost_post_is_found_among_many_and_then_replaced(
    life: RecordedLife, messenger_to: MakeMessenger, slack: SlackServer
) -> None:
    """The act came while nobody knew whether the ask was there: it is found, and does not go on asking."""
    slack.page = 2
    messenger = messenger_to(slack.url, settle=15)
    await life.has_told("We received")
    notice = await life.notice(ASK)
    slack.will(Fault.LOSES_BY_HANGING)
    with pytest.raises(ApplicationError):
        await messenger.sync(notice.id)
    channel = slack.channels["#dwp-pension-credit"]
    slack.messages[channel] += [{"ts": f"1796000000.{n:06}", "text": "chatter"} for n in range(7)]
    life.sign_risk()
    await life.keep()
    await messenger.sync(notice.id)
    (post,) = slack.posts(notice.id)
    assert post["text"].startswith("Done:")


async def test_a_lost_message_to_a_person_is_found_too(
    life: RecordedLife, messenger: Messenger, slack: SlackServer, database: Database
) -> None:
    await without_channels(database)
    notice = await life.notice(ASK)
    slack.will(Fault.LOSES_BY_DROPPING)
    await until_it_arrives(messenger, notice.id)
    assert len(slack.posts(notice.id)) == 1
    assert len(slack.messages[slack.channels[(await life.message(notice.id)).destination or ""]]) == 1


async def test_where_the_past_cannot_be_read_a_second_copy_is_risked(
    life: RecordedLife, messenger: Messenger, slack: SlackServer
) -> None:
    slack.declines["conversations.history"] = "missing_scope"
    await life.has_told("We received")
    notice = await life.notice(ASK)
    slack.will(Fault.LOSES_BY_ERROR)
    await until_it_arrives(messenger, notice.id)
    assert len(slack.posts(notice.id)) == 2


# --- where it goes ---------------------------------------------------------------------------------------------


async def test_a_leader_is_told_in_person(
    life: RecordedLife, messenger: Messenger, slack: SlackServer
) -> None:
    life.working_days_pass(5)  # nobody signs
    await life.keep()
    notice = await life.notice("See that somebody signs")
    message = await life.message(notice.id)
    assert message.destination and message.destination.startswith("U0DWP")
    await messenger.sync(notice.id)
    assert slack.messages[slack.channels[message.destination]]
    assert "Leader 1, Department for Work and Pensions" in slack.posts(notice.id)[0]["text"]


async def test_a_linked_account_comes_before_what_the_directory_says(
    life: RecordedLife, messenger: Messenger, slack: SlackServer, database: Database
) -> None:
    life.working_days_pass(5)  # nobody signs
    await life.keep()
    notice = await life.notice("See that somebody signs")
    before = (await life.message(notice.id)).destination
    async with database.write() as connection:
        who = await connection.scalar(select(people.c.id).where(people.c.slack_user == before))
        link = {"team_id": "T0123ABC", "user_id": "U0LINKED", "workspace": "", "handle": ""}
        at = {"linked_at": life.now, "checked_at": life.now}
        await connection.execute(insert(slack_links).values(**link, person=who, **at))
    assert before != (await life.message(notice.id)).destination == "U0LINKED"
    await without_slack_users(database)
    assert (await life.message(notice.id)).destination == "U0LINKED"


async def test_without_a_channel_or_anybody_on_slack_it_stays_in_the_app(
    life: RecordedLife, messenger: Messenger, slack: SlackServer, database: Database
) -> None:
    await without_channels(database)
    await without_slack_users(database)
    notice = await life.notice(ASK)
    await messenger.sync(notice.id)
    await messenger.sync(notice.id)
    after = await life.notice(ASK)
    assert slack.calls == []
    assert (standing(after), after.trouble, after.ts) == ("in_app_only", "nobody to tell in Slack", None)


@pytest.mark.parametrize("error", ["channel_not_found", "is_archived", "not_in_channel"])
async def test_a_channel_slack_has_not_is_not_asked_for_ever(
    life: RecordedLife, messenger: Messenger, slack: SlackServer, error: str
) -> None:
    slack.declines["chat.postMessage"] = error
    await life.has_told("We received")
    notice = await life.notice(ASK)
    await messenger.sync(notice.id)
    await messenger.sync(notice.id)
    assert slack.called("chat.postMessage") == 1
    after = await life.notice(ASK)
    assert (standing(after), after.trouble) == ("in_app_only", error)
    life.sign_risk()
    await life.keep()
    await messenger.sync(notice.id)  # its end is no news for Slack either
    assert slack.called("chat.postMessage") == 1
    assert standing(await life.notice(ASK)) == "in_app_only"


async def test_a_revoked_token_is_waited_out(
    life: RecordedLife, messenger_to: MakeMessenger, slack: SlackServer
) -> None:
    notice = await life.notice(ASK)
    revoked = messenger_to(slack.url, token="xoxb-old")
    for _ in range(3):
        with pytest.raises(ApplicationError, match="invalid_auth") as trouble:
            await revoked.sync(notice.id)
        assert not trouble.value.non_retryable
    assert standing(await life.notice(ASK)) == "waiting"
    await messenger_to(slack.url).sync(notice.id)
    assert len(slack.posts(notice.id)) == 1


async def test_a_message_somebody_deleted_needs_no_replacing(
    life: RecordedLife, messenger: Messenger, slack: SlackServer
) -> None:
    notice = await life.notice(ASK)
    await messenger.sync(notice.id)
    slack.messages.clear()
    life.sign_risk()
    await life.keep()
    await messenger.sync(notice.id)
    after = await life.notice(ASK)
    assert (after.sent, after.trouble) == (2, "message_not_found")


async def test_old_news_stays_in_the_app_and_an_old_ask_is_sent(
    life: RecordedLife, messenger: Messenger, slack: SlackServer
) -> None:
    """When Slack is set up for an installation that has been running for long."""
    life.now += timedelta(days=20)
    news, ask = await life.notice("We received"), await life.notice(ASK)
    await messenger.sync(news.id)
    await messenger.sync(ask.id)
    assert standing(await life.notice("We received")) == "in_app_only"
    assert standing(await life.notice(ASK)) == "sent"


# --- what it never says ----------------------------------------------------------------------------------------


async def test_no_word_of_the_case_and_no_person_reaches_slack(
    life: RecordedLife, messenger: Messenger, slack: SlackServer, database: Database
) -> None:
    life.sign_risk()
    life.ask()
    life.answer()
    life.working_days_pass(30)
    await life.keep()
    everything = await life.notices()
    for notice in everything:
        await messenger.sync(notice.id)
    said = json.dumps(slack.calls)
    assert len(slack.posts()) > 8
    assert "SECRET" not in said
    async with database.read() as connection:
        everybody = (await connection.execute(select(people.c.name, people.c.email))).all()
    assert len(everybody) > 100
    for person in everybody:
        assert person.name not in said and person.email not in said
    for text in (json.dumps([post["text"], post["blocks"]]) for post in slack.posts()):
        assert "U0" not in text


async def test_the_meter_uses_the_public_calendar(life: RecordedLife) -> None:
    """The St Andrew's Day holiday counts in the union calendar, though neither body is Scottish."""
    message = await life.message((await life.notice(ASK)).id)
    assert (message.people_per_day, message.submitted_at, message.waited_until) == (120, life.now, None)
    assert message.calendar.holidays["scotland"]


async def test_the_harm_ends_with_the_first_delivery(life: RecordedLife) -> None:
    life.sign_risk()
    life.approve()
    life.deliver()
    life.confirm()
    await life.keep()
    delivered = life.now
    life.now += timedelta(days=10)
    assert (await life.message((await life.notice(ASK)).id)).waited_until == delivered


async def test_the_harm_ends_with_the_case(life: RecordedLife) -> None:
    life.working_days_pass(40)  # nobody signs, nobody re-opens
    await life.keep()
    assert life.case.is_closed
    assert (await life.message((await life.notice(ASK)).id)).waited_until == life.case.last_at


# --- without a token -------------------------------------------------------------------------------------------


async def test_without_a_token_nothing_is_sent_and_nothing_pretends_to_be(
    life: RecordedLife, messenger_to: MakeMessenger
) -> None:
    notice = await life.notice(ASK)
    with pytest.raises(ApplicationError, match="Slack is not set up") as told:
        await messenger_to(None).sync(notice.id)
    assert told.value.next_retry_delay == timedelta(minutes=15)
    after = await life.notice(ASK)
    assert (after.sent, after.started, after.ts, after.sent_at) == (0, 0, None, None)


async def test_what_is_unknown_is_nothing_to_do(messenger: Messenger, slack: SlackServer) -> None:
    await messenger.sync("no.such.notice")
    assert slack.calls == []


async def test_a_claim_is_taken_once(life: RecordedLife, database: Database) -> None:
    notice = await life.notice(ASK)
    async with database.write() as connection:
        assert await notices.claim(connection, notice.id, life.now)
        assert not await notices.claim(connection, notice.id, life.now)
        await notices.settled(connection, notice.id, 1, "nobody to tell in Slack")
        assert (await connection.scalar(select(rows.c.sent).where(rows.c.id == notice.id))) == 0, (
            "one is begun"
        )
        await notices.release(connection, notice.id)
        await connection.execute(update(rows).where(rows.c.id == notice.id).values(wanted=2))
        assert not await notices.claim(connection, notice.id, life.now), "it is over"


async def test_a_date_beyond_the_calendar_leaves_the_meter_out_and_the_rest_in(
    life: RecordedLife, messenger: Messenger, slack: SlackServer, database: Database
) -> None:
    life.now = life.now.replace(year=2099)
    await messenger.sync((await life.notice(ASK)).id)
    assert "Harm" not in slack.posts()[0]["text"]


async def test_names_come_from_the_directory_of_today(
    life: RecordedLife, messenger: Messenger, slack: SlackServer, database: Database
) -> None:
    async with database.write() as connection:
        await connection.execute(
            update(teams).where(teams.c.id == "dwp-pension-credit").values(name="<!channel> & friends")
        )
        assert await connection.scalar(select(cases.c.ref)) == life.case.ref
    await messenger.sync((await life.notice(ASK)).id)
    assert "&lt;!channel&gt; &amp; friends" in slack.posts()[0]["text"]
