"""Thousands of notices through a Slack that limits, fails, hangs and loses its answers: each once, in order, at its pace.

Quick with 120; `./dev test --full` sends 5,000. Two workers share the work, as the engine would share it out.
"""

import asyncio
import os
import random
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import insert, select, update
from temporalio.exceptions import ApplicationError

from activities.slack import Messenger, make_client
from store.database import Database
from store.notices import place_of
from store.tables import cases, organisations, teams
from store.tables import notices as rows
from tests.activities.recorded import RecordedLife
from tests.slack_server import Fault, SlackServer

FULL = bool(os.environ.get("SHARECASE_FULL"))
MANY, CHANNELS, EACH = (5000, 50, 10) if FULL else (120, 6, 6)
PACE = 0.1 if FULL else 0.05
AT_A_TIME = 60  # what a worker does at once
WEATHER = {
    Fault.LIMITED: 2,
    Fault.ERROR: 3,
    Fault.ERROR_PAGE: 1,
    Fault.HANGS: 2,
    Fault.DROPS: 3,
    Fault.LOSES_BY_DROPPING: 3,
    Fault.LOSES_BY_HANGING: 2,
    Fault.LOSES_BY_ERROR: 3,
}
HARMLESS = (Fault.LIMITED, Fault.ERROR, Fault.DROPS)  # for what only reads


def storm(seed: int) -> Any:
    chance = random.Random(seed)

    def falls(method: str) -> Fault | None:
        if chance.random() > 0.2:
            return None
        if method.startswith("chat."):
            return chance.choices(list(WEATHER), list(WEATHER.values()))[0]
        return chance.choice(HARMLESS) if method == "conversations.history" else None

    return falls


async def many_notices(life: RecordedLife, slack: SlackServer) -> dict[str, tuple[str, datetime]]:
    """MANY notices of MANY / EACH cases, each case with two places. Notice -> (case, created at)."""
    database = life.database
    async with database.write() as connection:
        everybody = (await connection.execute(select(teams))).all()[:CHANNELS]
        for number, team in enumerate(everybody):
            name = f"#storm-{number}"
            slack.channels[name] = f"C9{number:07}"
            await connection.execute(update(teams).where(teams.c.id == team.id).values(slack_channel=name))
        await connection.execute(rows.delete())
        case = dict((await connection.execute(select(cases))).one()._mapping)
        body = await connection.scalar(select(organisations.c.id).limit(1))
        made, told = [], []
        for number in range(MANY // EACH):
            ref = f"SC-STORM-{number:04}"
            made.append({**case, "ref": ref})
            two = (everybody[number % len(everybody)], everybody[(number * 7 + 3) % len(everybody)])
            for place in range(EACH):
                told.append(
                    {
                        "id": f"{ref}.{place + 5}.{place % 2}",
                        "ref": ref,
                        "task": "",
                        "seat": "receiving.requester",
                        "role": "requester",
                        "organisation": body,
                        "team": two[place % 2].id,
                        "headline": f"Thing {place}",
                        "created_at": datetime.now(UTC) - timedelta(minutes=EACH - place // 3),
                    }
                )
        await connection.execute(insert(cases), made)
        await connection.execute(insert(rows), told)
    return {each["id"]: (each["ref"], each["created_at"]) for each in told}


async def carry(messenger: Messenger, notice: str, room: asyncio.Semaphore) -> int:
    """As the engine does, sooner: again until it is done, after the delay asked for, else after a longer one each time."""
    for attempt in range(1, 200):
        try:
            async with room:
                await messenger.sync(notice)
            return attempt
        except ApplicationError as error:
            asked = error.next_retry_delay
            backs_off = min(0.1 * 2 ** min(attempt, 5), 2.0)
            await asyncio.sleep(asked.total_seconds() if asked else backs_off)
    raise AssertionError(f"{notice} never arrived")


def arrivals(slack: SlackServer) -> dict[str, list[float]]:
    """Channel -> when each post or replacement reached the server, by its own clock."""
    found: dict[str, list[float]] = {}
    for (method, body), when in zip(slack.calls, slack.called_at, strict=True):
        if method.startswith("chat."):
            found.setdefault(body["channel"], []).append(when)
    return found


def out_of_order(slack: SlackServer, told: dict[str, tuple[str, datetime]]) -> Iterable[tuple[str, str]]:
    for posts in slack.messages.values():
        last: dict[str, str] = {}
        for post in posts:
            notice = post["metadata"]["event_payload"]["notice_id"]
            ref, at = told[notice]
            before = last.get(ref)
            if before and place_of(before, told[before][1]) > place_of(notice, at):
                yield before, notice
            last[ref] = notice


async def test_all_arrive_once_in_order_and_no_faster_than_slack_allows(
    life: RecordedLife, slack: SlackServer, database: Database
) -> None:
    told = await many_notices(life, slack)
    slack.storm = storm(20261123)

    def worker() -> Messenger:
        client = make_client("xoxb-test", slack.url)
        client.timeout = 1.0 if FULL else 0.6  # type: ignore[assignment]
        return Messenger(
            database,
            client,
            public_url="https://sharecase.test",
            clock=lambda: datetime.now(UTC),
            pace=PACE,
            settle=timedelta(seconds=3 if FULL else 1.5),
        )

    workers = [(worker(), asyncio.Semaphore(AT_A_TIME)) for _ in range(2)]
    began = asyncio.get_running_loop().time()
    jobs = [carry(*(w := workers[number % 2])[:1], each, w[1]) for number, each in enumerate(told)]
    random.Random(1).shuffle(jobs)
    attempts = await asyncio.gather(*jobs)
    took = asyncio.get_running_loop().time() - began

    times = arrivals(slack)
    quickest = min(after - before for each in times.values() for before, after in pairwise(each))
    tenth = [later - first for each in times.values() for first, later in zip(each, each[10:], strict=False)]
    print(
        f"{len(told)} notices, {len(times)} channels, {took:.1f} s, {sum(map(len, times.values()))} posts tried, "
        f"{sum(attempts)} attempts, {slack.called('conversations.history')} looks back, "
        f"apart at least {quickest:.3f} s, ten turns at least {min(tenth):.3f} s"
    )
    copies = Counter(post["metadata"]["event_payload"]["notice_id"] for post in slack.posts())
    assert set(copies) == set(told), "all are there"
    assert set(copies.values()) == {1}, "and each once"
    assert list(out_of_order(slack, told)) == []
    async with database.read() as connection:
        assert {row.sent for row in await connection.execute(select(rows.c.sent))} == {1}
    # Ten turns, less what one message may have been slower than another on its way here.
    assert min(tenth) >= 10 * PACE - 0.3
