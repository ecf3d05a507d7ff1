"""The notices of one case to one place arrive in their order, and several workers together keep a channel's pace (§9)."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from temporalio.exceptions import ApplicationError

from activities.slack import Messenger
from store import turns
from store.database import Database
from store.notices import place_of, standing
from store.tables import notices as rows
from store.tables import slack_turns, teams
from tests.activities.conftest import MakeMessenger, until_it_arrives
from tests.activities.recorded import RecordedLife
from tests.slack_server import Fault, SlackServer

NEWS, ASK = "We received", "Sign for the risk"
PENSIONS = "#dwp-pension-credit"


def told(slack: SlackServer, channel: str = PENSIONS) -> list[str]:
    """The first words of each message of a channel, in the order in which Slack took them."""
    return [post["text"].partition(".")[0] for post in slack.messages.get(slack.channels[channel], [])]


async def test_the_earlier_one_goes_first_whichever_is_begun(
    life: RecordedLife, messenger: Messenger, slack: SlackServer
) -> None:
    news, ask = await life.notice(NEWS), await life.notice(ASK)
    await messenger.sync(ask.id)
    await messenger.sync(news.id)
    assert told(slack) == ["We received your request", "Sign for the risk, or return the request"]
    assert {standing(each) for each in await life.notices()} == {"sent"}


async def test_numbers_of_events_are_read_as_numbers(life: RecordedLife) -> None:
    assert place_of("SC-1.9.0", life.now) < place_of("SC-1.10.0", life.now) < place_of("SC-1.10.2", life.now)
    assert place_of("SC-1.99.0", life.now) < place_of("SC-1.t2.opens", life.now + timedelta(days=1))


async def test_all_at_once_and_backwards_they_arrive_in_their_order(
    life: RecordedLife, messenger: Messenger, slack: SlackServer
) -> None:
    for act in (life.sign_risk, life.ask, life.answer, life.ask, life.answer):
        act()
    await life.keep()
    everything = await life.notices()
    await asyncio.gather(
        *(until_it_arrives(messenger, each.id, attempts=20) for each in reversed(everything))
    )
    for channel in (PENSIONS, "#hmrc-paye-records"):
        assert len(ids := in_order(slack, channel)) >= 2
        times = {each.id: each.created_at for each in everything}
        assert ids == sorted(ids, key=lambda each: place_of(each, times[each]))


def in_order(slack: SlackServer, channel: str) -> list[str]:
    posts = slack.messages.get(slack.channels[channel], [])
    return [post["metadata"]["event_payload"]["notice_id"] for post in posts]


@pytest.mark.parametrize("fault", [Fault.LIMITED, Fault.ERROR, Fault.HANGS, Fault.LOSES_BY_DROPPING])
async def test_a_later_one_waits_while_the_earlier_one_is_in_trouble(
    life: RecordedLife, messenger: Messenger, slack: SlackServer, fault: Fault
) -> None:
    ask = await life.notice(ASK)
    slack.will(fault)
    with pytest.raises(ApplicationError):
        await messenger.sync(ask.id)
    assert "Sign for the risk, or return the request" not in told(slack)
    await until_it_arrives(messenger, ask.id)
    assert told(slack) == ["We received your request", "Sign for the risk, or return the request"]


async def test_one_that_another_worker_is_sending_is_left_to_it(
    life: RecordedLife, messenger_to: MakeMessenger, slack: SlackServer
) -> None:
    one, other = (messenger_to(slack.url, settle=15) for _ in range(2))
    slack.will(Fault.HANGS)
    with pytest.raises(ApplicationError):
        await one.sync((await life.notice(NEWS)).id)
    calls = len(slack.calls)
    with pytest.raises(ApplicationError, match="under way") as waits:
        await other.sync((await life.notice(ASK)).id)
    assert waits.value.next_retry_delay == timedelta(seconds=2)
    assert len(slack.calls) == calls, "nobody is asked about it"
    life.now += timedelta(seconds=15)  # and if that worker is gone, the next one looks and goes on
    await other.sync((await life.notice(ASK)).id)
    assert told(slack) == ["We received your request", "Sign for the risk, or return the request"]


async def test_other_places_and_other_cases_do_not_wait(
    life: RecordedLife, messenger: Messenger, slack: SlackServer, database: Database
) -> None:
    life.sign_risk()
    await life.keep()
    other = RecordedLife(database, ref="SC-2026-0002")
    other.submit()
    await other.keep()
    async with database.write() as connection:  # one that nobody knows the outcome of
        waiting = (await life.notice(NEWS)).id
        await connection.execute(update(rows).where(rows.c.id == waiting).values(tried_at=life.now))
    messenger.settle = timedelta(seconds=15)
    with pytest.raises(ApplicationError, match="under way"):
        await messenger.sync((await life.notice("The risk owner signed")).id)
    await messenger.sync((await life.notice("Decide on the request")).id)
    await messenger.sync((await other.notice(ASK)).id)
    assert told(slack, "#hmrc-paye-records") == ["Decide on the request"]
    assert len(told(slack)) == 2


async def test_what_stays_in_the_app_lets_the_next_one_pass(
    life: RecordedLife, messenger: Messenger, slack: SlackServer
) -> None:
    life.now += timedelta(days=20)  # the news is stale by now
    await messenger.sync((await life.notice(ASK)).id)
    assert standing(await life.notice(NEWS)) == "in_app_only"
    assert told(slack) == ["Sign for the risk, or return the request"]


async def test_a_message_that_slack_never_takes_holds_up_nobody(
    life: RecordedLife, messenger: Messenger, slack: SlackServer
) -> None:
    slack.declines["chat.postMessage"] = "invalid_blocks"
    news = await life.notice(NEWS)
    await messenger.sync(news.id)
    assert (await life.notice(NEWS)).trouble == "invalid_blocks"
    slack.declines.clear()
    await messenger.sync((await life.notice(ASK)).id)
    assert told(slack) == ["Sign for the risk, or return the request"]


async def test_a_replacement_never_comes_before_its_own_post(
    life: RecordedLife, messenger: Messenger, slack: SlackServer
) -> None:
    ask = await life.notice(ASK)
    slack.will(Fault.LIMITED, Fault.LOSES_BY_DROPPING, Fault.LOSES_BY_ERROR)
    with pytest.raises(ApplicationError):
        await messenger.sync(ask.id)
    life.sign_risk()
    await life.keep()
    await asyncio.gather(
        *(until_it_arrives(messenger, each.id, attempts=12) for each in await life.notices())
    )
    for post in slack.posts():
        assert post.get("updated", 0) <= 1
    methods = [name for name, _ in slack.calls if name.startswith("chat.")]
    assert methods[0] == "chat.postMessage"
    assert standing(await life.notice(ASK)) in ("over_before_sent", "replaced")


# --- the pace of several workers -----------------------------------------------------------------------------------


async def test_two_workers_share_the_pace_of_a_channel(
    life: RecordedLife, messenger_to: MakeMessenger, slack: SlackServer, database: Database
) -> None:
    others = [RecordedLife(database, ref=f"SC-2026-00{number}") for number in range(10, 15)]
    for other in others:
        other.submit()
        await other.keep()
    one, two = (messenger_to(slack.url, pace=0.3) for _ in range(2))
    ids = [(await each.notice(NEWS)).id for each in (life, *others)]
    await asyncio.gather(*(until_it_arrives((one, two)[number % 2], each) for number, each in enumerate(ids)))
    times = slack.times("chat.postMessage")
    assert len(times) == 6
    # Five turns, where two workers that knew nothing of each other would need two.
    assert times[-1] - times[0] >= 1.2, times
    async with database.read() as connection:
        assert (await connection.execute(select(slack_turns))).one().channel == slack.channels[PENSIONS]


async def test_a_limit_that_one_worker_met_holds_the_others_too(
    life: RecordedLife, messenger_to: MakeMessenger, slack: SlackServer, database: Database
) -> None:
    other = RecordedLife(database, ref="SC-2026-0002")
    other.submit()
    await other.keep()
    slack.retry_after = 30
    slack.will(Fault.LIMITED)
    one, two = (messenger_to(slack.url) for _ in range(2))
    with pytest.raises(ApplicationError):
        await one.sync((await life.notice(NEWS)).id)
    with pytest.raises(ApplicationError, match="busy") as busy:
        await two.sync((await other.notice(NEWS)).id)
    assert timedelta(seconds=20) < (busy.value.next_retry_delay or timedelta(0)) <= timedelta(seconds=30)
    assert slack.called("chat.postMessage") == 1
    assert (await other.notice(NEWS)).tried_at is None, "its turn was not taken, so nothing is begun"


async def test_turns_are_given_one_after_the_other(database: Database) -> None:
    waits = []
    for _ in range(3):
        async with database.write() as connection:
            waits.append(await turns.take(connection, "C1", pace=2.0, patience=3.0))
    assert [taken for _, taken in waits] == [True, True, False]
    assert waits[0][0] == 0 and 1.5 < waits[1][0] <= 2 and 3 < waits[2][0] <= 4
    async with database.write() as connection:
        assert await turns.take(connection, "C2", pace=2.0, patience=3.0) == (0, True), "another channel"
        await turns.hold(connection, "C2", 1.0)
        assert 1 < (await turns.take(connection, "C2", pace=2.0, patience=3.0))[0] <= 2, (
            "a hold never shortens"
        )
        await turns.hold(connection, "C2", 60)
        assert not (await turns.take(connection, "C2", pace=2.0, patience=3.0))[1]


async def test_where_a_case_is_split_over_places_each_has_its_own_order(
    life: RecordedLife, messenger: Messenger, slack: SlackServer, database: Database
) -> None:
    """Without the team's channel, the requester and the risk owner are two people."""
    async with database.write() as connection:
        await connection.execute(update(teams).values(slack_channel=None))
    slack.will(Fault.LIMITED)
    with pytest.raises(ApplicationError):
        await messenger.sync((await life.notice(NEWS)).id)
    news, ask = (
        await life.message((await life.notice(NEWS)).id),
        await life.message((await life.notice(ASK)).id),
    )
    assert news.destination != ask.destination
    await messenger.sync(ask.id)
    assert len(slack.posts(ask.id)) == 1 and slack.posts(news.id) == []
