"""§9: a Slack account is linked by a signed-in person, through a link that works once and was shown to that account."""

import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from api.slack_people import link_for
from domain.slack_accounts import WHY_NOT
from store import tables
from store.database import Database
from store.slack_links import Account
from tests.slack_knocks import Knocks, knocking
from tests.slack_server import TEAM_ID
from tests.ui.stage import Stage

PRIYA, AMARA = "p-priya-raghunathan", "p-amara-okafor"
USER = "U0PRIYA"
Knocking = tuple[Stage, Knocks]


@pytest.fixture
async def slack(database: Database) -> AsyncIterator[Knocking]:
    async with knocking(database) as made:
        yield made


async def link_shown(knocks: Knocks, user: str = USER) -> str:
    """The path of the link that a Slack account is shown."""
    await knocks.command(user)
    who, said = knocks.server.whispers[-1]
    assert who == user
    [path] = re.findall(r"(/slack-link/[\w-]+)", json.dumps(said["blocks"]))
    return path


async def owner(stage: Stage, user: str = USER) -> str | None:
    c = tables.slack_links.c
    async with stage.database.read() as connection:
        return await connection.scalar(select(c.person).where(c.user_id == user))


async def test_a_signed_in_person_links_the_account_and_may_unlink_it(slack: Knocking) -> None:
    stage, knocks = slack
    path, browser = await link_shown(knocks), await stage.signs_in(PRIYA)
    page = await browser.get(path)
    assert page.h1 == ["Link your Slack account"]
    assert "u0priya (U0PRIYA)" in page.text and "whitehall (T0SHARECASE)" in page.text
    assert await owner(stage) is None
    done = await browser.fills(path)
    assert done.status == 303
    page = await browser.get(done.location)
    assert "Your Slack account is linked." in page.text and "u0priya (U0PRIYA)" in page.text
    assert await owner(stage) == PRIYA

    ref = await stage.signed()
    await knocks.presses(USER, await knocks.notice(ref, "decide"), "approve")
    assert len(knocks.server.views) == 1

    page = await browser.get("/settings/slack")
    done = await browser.post("/settings/slack/unlink", page.hidden)
    assert "Your Slack account is unlinked." in (await browser.get(done.location)).text
    again = await browser.post("/settings/slack/unlink", page.hidden)
    assert again.status == 303 and await owner(stage) is None


async def test_sending_the_form_twice_links_once_and_says_the_same(slack: Knocking) -> None:
    stage, knocks = slack
    path, browser = await link_shown(knocks), await stage.signs_in(PRIYA)
    page = await browser.get(path)
    first, second = [await browser.post(path, page.hidden) for _ in range(2)]
    assert first.status == second.status == 303 and first.location == second.location
    assert (await browser.get(path)).status == 409  # used


async def test_nobody_links_without_signing_in(slack: Knocking) -> None:
    stage, knocks = slack
    path = await link_shown(knocks)
    page = await stage.stranger().get(path)
    assert page.status == 303 and page.location.startswith("/sign-in")
    assert (await stage.stranger().post(path, {})).location.startswith("/sign-in")
    assert await owner(stage) is None


@pytest.mark.parametrize("how", ["old", "used", "replaced", "made_up", "hostile"])
async def test_a_link_that_is_over_links_nothing(slack: Knocking, how: str) -> None:
    stage, knocks = slack
    path = await link_shown(knocks)
    browser = await stage.signs_in(PRIYA)
    hidden = (await browser.get(path)).hidden
    if how == "old":
        stage.now += timedelta(minutes=10)
    if how == "used":
        await (await stage.signs_in(AMARA)).fills(path)
    if how == "replaced":
        await link_shown(knocks)
    if how == "made_up":
        path = f"/slack-link/{'A' * 43}"
    if how == "hostile":
        path = "/slack-link/%ED%A0%80%00" + "x" * 3000
    for page in (await browser.get(path), await browser.post(path, hidden)):
        assert page.status == 409
        assert "Type /sharecase in Slack to get a new one." in page.text
    assert await owner(stage) == (AMARA if how == "used" else None)


async def test_an_account_belongs_to_one_person_and_a_person_has_one(slack: Knocking) -> None:
    stage, knocks = slack
    priya, amara = await stage.signs_in(PRIYA), await stage.signs_in(AMARA)
    assert (await priya.fills(await link_shown(knocks))).status == 303
    path = await link_of(stage, knocks, USER)
    page = await amara.post(path, (await amara.get(path)).hidden)
    assert page.status == 409 and "linked to somebody else" in page.text
    path = await link_shown(knocks, "U0SECOND")
    page = await priya.post(path, (await priya.get(path)).hidden)
    assert page.status == 409 and "another account of this Slack workspace" in page.text
    assert await owner(stage) == PRIYA and await owner(stage, "U0SECOND") is None
    # nothing was used up: once the first is unlinked, the same link works
    await priya.post("/settings/slack/unlink", (await priya.get("/settings/slack")).hidden)
    assert (await priya.fills(path)).status == 303
    assert await owner(stage, "U0SECOND") == PRIYA


async def link_of(stage: Stage, knocks: Knocks, user: str) -> str:
    """A link for an account that is linked already: from a click of the moment before."""
    address = await link_for(stage.services, Account(team=TEAM_ID, user=user, handle=user.lower()))
    return "/slack-link/" + address.rpartition("/")[2]


@pytest.mark.parametrize("flag", WHY_NOT)
async def test_guests_bots_and_strangers_are_refused(slack: Knocking, flag: str) -> None:
    stage, knocks = slack
    knocks.server.users[USER] = {flag: True}
    path, browser = await link_shown(knocks), await stage.signs_in(PRIYA)
    page = await browser.post(path, (await browser.get(path)).hidden)
    assert page.status == 403 and WHY_NOT[flag].partition(".")[0] in page.text
    assert await owner(stage) is None


async def test_nobody_is_linked_unchecked(slack: Knocking) -> None:
    """Slack is down, or lacks the scope: the same link works a little later."""
    stage, knocks = slack
    path, browser = await link_shown(knocks), await stage.signs_in(PRIYA)
    hidden = (await browser.get(path)).hidden
    knocks.server.down = True
    page = await browser.post(path, hidden)
    assert page.status == 409 and "Slack did not answer" in page.text and await owner(stage) is None
    knocks.server.down = False
    assert (await browser.post(path, hidden)).status == 303
    assert await owner(stage) == PRIYA


async def test_the_same_e_mail_address_or_name_links_nobody(slack: Knocking) -> None:
    """§9: never by e-mail. An account that the directory itself names is not linked by that."""
    stage, knocks = slack
    async with stage.database.write() as connection:
        named = update(tables.people).where(tables.people.c.id == PRIYA).values(slack_user=USER)
        await connection.execute(named)
    knocks.server.users[USER] = {"profile": {"email": "priya@hmrc.test", "real_name": "Priya Raghunathan"}}
    ref = await stage.signed()
    await knocks.presses(USER, await knocks.notice(ref, "decide"), "approve")
    assert knocks.server.views == [] and "Link my account" in json.dumps(knocks.server.whispers)


async def test_somebody_elses_link_is_not_unlinked(slack: Knocking) -> None:
    stage, knocks = slack
    await knocks.link(USER, PRIYA)
    amara = await stage.signs_in(AMARA)
    page = await amara.post(
        "/settings/slack/unlink", {"team": "T0SHARECASE", "user": USER, "command": "0" * 32}
    )
    assert page.status == 404 and await owner(stage) == PRIYA


async def test_without_slack_the_page_says_so_and_links_lead_nowhere(database: Database) -> None:
    stage = Stage(database)
    browser = await stage.signs_in(PRIYA)
    assert "not set up here" in (await browser.get("/settings/slack")).text
    assert (await browser.get(f"/slack-link/{'A' * 43}")).status == 404
    assert (await browser.post("/settings/slack/unlink", {})).status == 404
