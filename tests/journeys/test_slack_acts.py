"""G6, S4, §9 on the real engine: the same act by web, API and Slack at once is one event; with nobody at work Slack still
has its answer within a second, and the act is brought when somebody is."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2

from api import auth
from api.services import Services, Site
from store.database import Database
from tests.engine import Story, story
from tests.slack_knocks import Knocks, settings
from tests.slack_server import slack_server
from ui.app import create_app

USER = "U0SENDER"


@asynccontextmanager
async def in_slack(database: Database, *, skips: bool = True) -> AsyncIterator[tuple[Story, Knocks]]:
    """A story whose sending team has linked its Slack account to the whole app."""
    async with slack_server() as server, story(database, skips=skips) as told:
        own = Services(
            database=database, desk=told.desk, clock=lambda: told.now, site=Site(slack=True), slack=settings(server)
        )  # fmt: skip
        knocks = Knocks(create_app(own), server, database, lambda: told.now)
        await knocks.link(USER, told.people.sender)
        yield told, knocks


async def window(told: Story, knocks: Knocks, ref: str, act: str) -> dict[str, Any]:
    await told.tick()
    await knocks.presses(USER, await knocks.notice(ref, "decide"), act)
    return knocks.server.views[-1]


async def by_api(told: Story, knocks: Knocks, ref: str, seen: int) -> httpx2.Response:
    async with told.database.write() as connection:
        token = await auth.issue_token(connection, told.people.sender, "test", told.now)
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": secrets.token_hex(8)}
    body = {"answers": {"delivered": "no"}, "seen": seen}
    return await knocks.client.post(f"/api/v1/cases/{ref}/acts/approve", json=body, headers=headers)


async def test_the_same_act_by_web_api_and_slack_at_once_is_one_event(database: Database) -> None:
    async with in_slack(database) as (told, knocks):
        ref = await told.signed()
        view = await window(told, knocks, ref, "approve")
        seen = (await told.case(ref)).version
        by_slack = [knocks.sends(USER, view, {"delivered": "no"}) for _ in range(2)]
        by_web = told.does(told.people.sender, ref, "approve", seen=seen, delivered="no")
        answers = await asyncio.gather(*by_slack, by_api(told, knocks, ref, seen), by_web)
        assert (await told.kinds(ref)).count("request_approved") == 1
        assert await told.stage(ref) == "approved"
        said = [answers[0].text, answers[1].text]
        assert all("Recorded." in each or "moved on" in each for each in said)
        done = [answers[2].status_code == 200, not answers[3].is_refused, "Recorded." in said[0]]
        assert any(done)
        await told.news_travels()
        assert await told.on_its_way(ref) == {}
        assert (await told.kinds(ref)).count("request_approved") == 1


async def test_with_nobody_at_work_slack_is_answered_at_once_and_the_act_is_done_later(
    database: Database,
) -> None:
    async with in_slack(database, skips=False) as (told, knocks):
        ref = await told.signed()
        view = await window(told, knocks, ref, "approve")
        async with told.nobody_works():
            answer = await knocks.sends(USER, view, {"delivered": "no"})
            assert "Recorded." in answer.text
            assert knocks.timed.took[-1] < 1.0
            assert await told.stage(ref) == "with_sender"
            again = await knocks.sends(USER, view, {"delivered": "no"})
            assert again.text == answer.text
        await told.news_travels()
        assert await told.stage(ref) == "approved"
        assert (await told.kinds(ref)).count("request_approved") == 1
