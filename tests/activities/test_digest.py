"""The morning digest (§9, P4, P8): to leaders and whoever wants it, what they should know, once, and nobody's words."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from activities.morning import MorningRound
from activities.slack import Messenger
from activities.slack_lists import MOST_LINES, Line, Part, digest
from domain.preferences import Bundling, Preferences
from domain.working_days import Nation
from store import preferences
from store.database import Database
from store.digests import get
from store.tables import cases, digests, notices, people, tasks
from tests.activities.conftest import until_it_arrives
from tests.activities.recorded import RecordedLife
from tests.slack_server import Fault, SlackServer


def at(day: int, month: int = 12) -> datetime:
    return datetime(2026, month, day, 8, tzinfo=UTC)


async def morning(life: RecordedLife, now: datetime) -> int:
    life.now = max(life.now, now)
    return (await MorningRound(life.database, lambda: now).run()).digests


async def kept(database: Database) -> list[Any]:
    async with database.read() as connection:
        return list((await connection.execute(select(digests).order_by(digests.c.id))).all())


async def escalated(life: RecordedLife) -> str:
    """Nobody signed: leader 1 of DWP is asked. Returns who that is."""
    life.working_days_pass(5)
    await life.keep()
    return (await life.message((await life.notice("See that somebody signs")).id)).person


async def test_a_leader_reads_what_moved_up_with_its_date_and_its_harm(
    life: RecordedLife, messenger: Messenger, slack: SlackServer
) -> None:
    leader = await escalated(life)
    assert await morning(life, at(1)) >= 1
    row = next(each for each in await kept(life.database) if each.person == leader)
    await messenger.sync(row.id)
    (post,) = slack.posts()
    text = post["text"]
    assert text.startswith("Your morning digest, Tuesday 1 December 2026.")
    assert "See that somebody signs for the risk, or sign yourself" in text
    assert "from HM Revenue and Customs to Department for Work and Pensions" in text
    assert "by the end of Monday 7 December 2026" in text and "4 working days left" in text
    assert "120 people a day" in text and "person-days without it" in text
    said = json.dumps(post["blocks"])
    assert "Moved up to you" in said and "https://sharecase.test/settings/notifications" in said
    assert "SECRET" not in said + text
    async with life.database.read() as connection:
        for person in await connection.execute(select(people.c.name, people.c.email)):
            assert person.name not in said and person.email not in said


async def test_it_is_written_and_sent_once_however_often_it_is_asked_for(
    life: RecordedLife, messenger: Messenger, slack: SlackServer
) -> None:
    leader = await escalated(life)
    rounds = await asyncio.gather(*(morning(life, at(1)) for _ in range(3)))
    rows = [each for each in await kept(life.database) if each.person == leader]
    assert sum(rounds) == len(await kept(life.database)) and len(rows) == 1
    await asyncio.gather(*(until_it_arrives(messenger, rows[0].id) for _ in range(3)))
    assert len(slack.posts()) == 1
    after = next(each for each in await kept(life.database) if each.person == leader)
    assert (after.sent, bool(after.ts)) == (1, True)


@pytest.mark.parametrize(
    "fault", [Fault.LIMITED, Fault.ERROR, Fault.LOSES_BY_DROPPING, Fault.LOSES_BY_HANGING]
)
async def test_every_fault_ends_in_exactly_one_digest(
    life: RecordedLife, messenger: Messenger, slack: SlackServer, fault: Fault
) -> None:
    leader = await escalated(life)
    await morning(life, at(1))
    row = next(each for each in await kept(life.database) if each.person == leader)
    slack.will(fault)
    await until_it_arrives(messenger, row.id)
    assert len(slack.posts()) == 1


async def test_nothing_to_say_is_no_message(
    life: RecordedLife, messenger: Messenger, slack: SlackServer
) -> None:
    assert await morning(life, at(25, 11)) == 0, "a case that nobody escalated is no leader's business"
    leader = await escalated(life)
    await morning(life, at(1))
    row = next(each for each in await kept(life.database) if each.person == leader)
    async with life.database.write() as connection:  # done before it was sent
        await connection.execute(update(tasks).values(closed_at=life.now, how="done"))
        await connection.execute(notices.delete())
    await messenger.sync(row.id)
    assert slack.posts() == []
    assert next(each for each in await kept(life.database) if each.person == leader).sent == 1


async def test_yesterdays_digest_is_not_sent_today(
    life: RecordedLife, messenger: Messenger, slack: SlackServer
) -> None:
    await escalated(life)
    await morning(life, at(1))
    life.now = at(2)
    for row in await kept(life.database):
        await messenger.sync(row.id)
    assert slack.posts() == []


async def test_not_on_a_weekend_or_a_bank_holiday_of_their_nation(life: RecordedLife) -> None:
    await escalated(life)
    assert await morning(life, at(5)) == 0, "a Saturday"
    scots = RecordedLife(
        life.database,
        ref="SC-2026-0009",
        team="south-lanarkshire-homelessness",
        organisation="south-lanarkshire",
        receiving_nation=Nation.SCOTLAND,
        now=datetime(2026, 11, 20, 10, tzinfo=UTC),
    )
    scots.submit()
    scots.working_days_pass(5)
    await scots.keep()
    leader = (await scots.message((await scots.notice("See that somebody signs")).id)).person
    await morning(life, at(30, 11))
    assert leader not in {each.person for each in await kept(life.database)}, "St Andrew's Day"
    await morning(life, at(1))
    assert leader in {each.person for each in await kept(life.database)}


async def test_leaders_may_do_without_and_others_may_want_it(
    life: RecordedLife, messenger: Messenger, slack: SlackServer
) -> None:
    leader = await escalated(life)
    news = await life.notice("We received")
    async with life.database.write() as connection:
        await connection.execute(update(cases).values(updated_at=life.now))
        await preferences.keep(connection, leader, Preferences(), life.now)
        amy = "p-amara-okafor"
        mine = Preferences(bundling=Bundling.DIGEST, digest=True)
        await preferences.keep(connection, amy, mine, life.now)
        await connection.execute(
            update(notices).where(notices.c.id == news.id).values(created_at=at(30, 11) + timedelta(hours=1))
        )
    await morning(life, at(1))
    rows = {each.person: each for each in await kept(life.database)}
    assert leader not in rows and amy in rows
    await messenger.sync(rows[amy].id)
    assert "We received your request" in slack.posts()[0]["text"]
    assert "sharecase.test/inbox" not in slack.posts()[0]["text"]


async def test_it_goes_on_where_the_last_one_ended(life: RecordedLife) -> None:
    await escalated(life)
    await morning(life, at(1))
    await morning(life, at(2))
    rows = await kept(life.database)
    first, second = (each for each in rows if each.person == rows[0].person)
    assert first.since == at(1) - timedelta(days=1) and second.since == at(1)
    async with life.database.read() as connection:
        assert await get(connection, "digest.nobody.2026-12-01") is None


def test_many_lines_are_cut_and_counted() -> None:
    lines = tuple(
        Line(what=f"Thing {n}", ref=f"SC-{n}", link=f"https://x.test/{n}") for n in range(MOST_LINES)
    )
    part = Part(heading="Moved up to you", lines=lines, total=35)
    text, blocks = digest(at(1).date(), [part, part], "https://x.test/leader", "https://x.test/settings")
    sections = [block for block in blocks if "Thing" in json.dumps(block)]
    assert len(sections) == MOST_LINES and len(blocks) <= 50
    assert "and 50 more: <https://x.test/leader|see them all in Sharecase>" in json.dumps(blocks)
    assert text.endswith("And 50 more")


def test_no_name_becomes_markup() -> None:
    line = Line(
        what="<!channel> *bold* https://evil.test", ref="SC-1", link="https://x.test", about=("a & <b>",)
    )
    part = Part(heading="Moved up to you", lines=(line,), total=1)
    said = json.dumps(digest(at(1).date(), [part], "https://x.test/l", "https://x.test/s")[1])
    assert "<!channel>" not in said and "*bold*" not in said and "a &amp; &lt;b&gt;" in said
    assert '"verbatim": true' in said
