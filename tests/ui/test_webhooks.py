"""Webhooks on pages: leaders add an endpoint, see its secret once, and see what became of each message (§9)."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select

from activities.webhooks import Pusher
from domain.webhook_rules import MOST_ENDPOINTS
from store import webhooks
from store.tables import commands, webhook_endpoints, webhook_messages
from tests.ui.stage import Browser, Page, Stage
from tests.webhook_receiver import Receiver, receiving

HERE = "/settings/webhooks"
AMY, OPERATOR = "p-amara-okafor", "p-tom-ferrante-boateng"
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{44}")
URL = "https://hooks.dwp.example/sharecase"


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as made:
        made.keeps_time = False  # the stage has a time of its own
        yield made


def leader(stage: Stage, body: str = "dwp") -> str:
    return stage.holder("leader_1", organisation=body)


async def added(stage: Stage, url: str = URL, *, body: str = "dwp", **more: Any) -> tuple[Browser, str, str]:
    """(a leader's browser, the endpoint's page, its secret)."""
    browser = await stage.signs_in(leader(stage, body))
    answers = {"url": url, "team": "all", "groups": ["decisions", "deadlines"], **more}
    page = await browser.fills(f"{HERE}/add/{body}", **answers)
    assert page.status == 200, page.text
    secret = SECRET.search(page.html)
    assert secret, page.text
    (here,) = [each for each in page.links if each.startswith(f"{HERE}/ep_")]
    return browser, here, secret.group()


async def sent(stage: Stage) -> None:
    """The relay and the engine: whatever can be sent is tried once."""
    hands = Pusher(
        stage.database, public_url="https://sharecase.test", clock=lambda: stage.now, here=True, timeout=1
    )
    while True:
        async with stage.database.write() as connection:
            turns = await webhooks.to_start(connection, stage.now)
            for each in turns:
                await webhooks.started(connection, each, stage.now)
        if not turns:
            return
        for turn in turns:
            following: Any = turn
            while following:
                try:
                    following = await hands.send(following)
                except Exception:
                    break


async def does(browser: Browser, here: str, act: str, **answers: Any) -> Page:
    page = await browser.fills(f"{here}/{act}", **answers)
    assert page.status == 303, page.text
    return await browser.get(page.location)


async def test_a_leader_adds_an_endpoint_and_sees_its_secret_once(stage: Stage) -> None:
    browser, here, secret = await added(stage)
    for path in (here, HERE, f"{here}/messages", f"{here}/change", f"{here}/rotate"):
        page = await browser.get(path)
        assert page.status == 200
        assert secret not in page.html and "whsec_" not in page.html
    page = await browser.get(here)
    assert page.h1 == [URL]
    assert "Decisions; Deadlines and escalations; Revocations, always" in page.text
    assert "The whole of Department for Work and Pensions" in page.text
    async with stage.database.read() as connection:
        kept = (
            await connection.execute(select(commands.c.body).where(commands.c.act == "add_webhook"))
        ).all()
    assert "whsec_" not in str(kept)


async def test_the_secrets_page_is_kept_by_no_browser(stage: Stage) -> None:
    browser = await stage.signs_in(leader(stage))
    page = await browser.fills(f"{HERE}/add/dwp", url=URL, team="all")
    assert page.response.headers["cache-control"] == "no-store"


async def test_sending_the_form_twice_adds_one_and_shows_no_secret_again(stage: Stage) -> None:
    browser = await stage.signs_in(leader(stage))
    form = await browser.get(f"{HERE}/add/dwp")
    answers = {**form.hidden, "url": URL, "team": "dwp-pension-credit"}
    assert SECRET.search((await browser.post(f"{HERE}/add/dwp", answers)).html)
    again = await browser.post(f"{HERE}/add/dwp", answers)
    assert again.status == 303
    page = await browser.get(again.location)
    assert "exchange it if you do not have it" in page.text
    assert "whsec_" not in page.html
    other = await browser.post(f"{HERE}/add/dwp", {**answers, "url": f"{URL}/other"})
    assert other.status == 409
    async with stage.database.read() as connection:
        assert len((await connection.execute(select(webhook_endpoints.c.id))).all()) == 1


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "Enter the address to send to"),
        ("http://hooks.dwp.example/x", "start it with https://"),
        ("https://10.0.0.1/x", "use the name of a host"),
        ("https://me:secret@hooks.dwp.example/x", "leave out the user name"),
        ("https://db.internal/x", "can be reached from the internet"),
    ],
)
async def test_an_address_we_would_not_call_is_refused_with_what_was_typed(
    stage: Stage, url: str, says: str
) -> None:
    browser = await stage.signs_in(leader(stage))
    page = await browser.fills(f"{HERE}/add/dwp", url=url, team="all", groups=["reviews"])
    assert page.status == 422
    assert says in page.text
    assert page.summary_links == ["#url"]
    assert page.values["url"] == url
    assert page.values["groups"] == "reviews"


async def test_whose_cases_has_to_be_chosen_from_the_bodys_own_teams(stage: Stage) -> None:
    browser = await stage.signs_in(leader(stage))
    page = await browser.fills(f"{HERE}/add/dwp", url=URL, team="hmrc-paye-records")
    assert page.status == 422 and page.summary_links == ["#team"]


async def test_only_leaders_and_the_operator_come_here(stage: Stage) -> None:
    _, here, _ = await added(stage)
    amy = await stage.signs_in(AMY)
    for path in (HERE, here, f"{here}/messages", f"{HERE}/add/dwp", f"{here}/close"):
        page = await amy.get(path)
        assert page.status == 403, path
        assert "Only leaders of a body and the operator" in page.text
    other = await stage.signs_in(leader(stage, "hmrc"))
    assert (await other.get(HERE)).text.count("hooks.dwp.example") == 0
    for path in (here, f"{here}/messages", f"{here}/rotate", f"{here}/close", f"{HERE}/ep_0", f"{HERE}/x'y"):
        assert (await other.get(path)).status == 404, path
    assert (await other.get(f"{HERE}/add/dwp")).status == 403
    assert (await other.get(f"{HERE}/add/no-such")).status == 404
    assert (await (await stage.signs_in(OPERATOR)).get(here)).status == 200
    assert (await stage.stranger().get(here)).status == 303


async def test_messages_arrive_and_are_listed_and_sent_again(stage: Stage, receiver: Receiver) -> None:
    browser, here, receiver.secret = await added(stage, receiver.url)
    ref = await stage.approved()
    await sent(stage)
    assert receiver.kinds(ref)[0] == "case.request_submitted"
    assert "case.request_approved" in receiver.kinds(ref)
    many = len(receiver.ids)
    page = await browser.get(f"{here}/messages?state=delivered")
    assert f"Delivered: {many}" in page.text and page.text.count("case.") >= many
    first = receiver.ids[0]
    done = await does(browser, f"{here}/messages/{first}", "replay")
    assert "They wait to be sent again" in done.text
    assert "Waiting: 1" in done.text
    await sent(stage)
    assert receiver.ids[-1] == first
    done = await does(browser, here, "replay", what="since", **day_of(stage))
    await sent(stage)
    assert len(receiver.ids) == 2 * many + 1
    nothing = await browser.fills(f"{here}/replay", what="parked")
    assert nothing.status == 409 and "There is nothing to send again" in nothing.text


def day_of(stage: Stage) -> dict[str, str]:
    return {f"since-{part}": str(getattr(stage.now, part)) for part in ("day", "month", "year")}


async def test_a_failing_endpoint_says_so_and_why(stage: Stage, receiver: Receiver) -> None:
    browser, here, receiver.secret = await added(stage, receiver.url)
    receiver.answers = 503
    await stage.submitted()
    await sent(stage)
    page = await browser.get(here)
    assert "Failing" in page.text and "it answered 503" in page.text
    assert "Failing" in (await browser.get(HERE)).text
    assert "the next on" in (await browser.get(f"{here}/messages?state=waiting")).text
    receiver.answers = 0
    await does(browser, here, "test")
    await sent(stage)
    assert receiver.taken[-1]["type"] == "sharecase.test"
    assert "Failing" not in (await browser.get(here)).text


async def test_pausing_keeps_messages_and_says_that_revocations_are_sent(
    stage: Stage, receiver: Receiver
) -> None:
    browser, here, receiver.secret = await added(stage, receiver.url)
    asked = await browser.get(f"{here}/pause")
    assert "Revocations are still sent" in asked.text
    page = await does(browser, here, "pause")
    assert "Paused" in page.text and "Revocations are still sent" in page.text
    again = await browser.fills(f"{here}/pause")
    assert again.status == 409
    ref = await stage.active()
    await stage.did(
        stage.requests["pension-credit-take-up"]["risk_owner"], ref, "suspend_share", reason="A fault."
    )
    await sent(stage)
    assert receiver.kinds(ref) == ["case.share_suspended", "grant.suspended"]
    assert "The endpoint was paused" in (await browser.get(f"{here}/messages?state=parked")).text
    await does(browser, here, "resume")
    await sent(stage)
    assert len(receiver.kinds(ref)) > 5


async def test_a_secret_is_exchanged_with_a_day_beside(stage: Stage, receiver: Receiver) -> None:
    browser, here, receiver.secret = await added(stage, receiver.url)
    page = await browser.fills(f"{here}/rotate")
    fresh = SECRET.search(page.html)
    assert fresh and fresh.group() != receiver.secret
    assert "signed with the one before too, until 24 November 2026" in (await browser.get(here)).text
    await does(browser, here, "test")
    await sent(stage)
    assert len(receiver.taken) == 1, "the secret before still verifies"


async def test_closing_says_what_is_no_longer_told_and_is_final(stage: Stage, receiver: Receiver) -> None:
    browser, here, _ = await added(stage, receiver.url)
    await stage.active()
    asked = await browser.get(f"{here}/close")
    assert "1 share in use is told there, and no other endpoint is told of them" in asked.text
    page = await does(browser, here, "close")
    assert "Closed" in page.text and "What you can do" not in page.text
    for act in ("test", "pause", "rotate", "close"):
        again = await browser.fills(f"{here}/{act}")
        assert again.status == 409 and "This endpoint is closed" in again.text
    async with stage.database.read() as connection:
        states = (await connection.scalars(select(webhook_messages.c.state).distinct())).all()
    assert states == ["parked"]
    await stage.submitted("family-payments-scotland")
    await sent(stage)
    assert receiver.calls == []


async def test_a_body_has_only_so_many(stage: Stage) -> None:
    for _ in range(MOST_ENDPOINTS):
        await added(stage)
    browser = await stage.signs_in(leader(stage))
    page = await browser.fills(f"{HERE}/add/dwp", url=URL, team="all")
    assert page.status == 409 and "Close one that is not needed" in page.text


async def test_where_and_what_can_be_changed(stage: Stage) -> None:
    browser, here, _ = await added(stage)
    page = await does(browser, here, "change", url=f"{URL}/new", groups=[])
    assert page.h1 == [f"{URL}/new"]
    assert "What is sent Revocations, always" in page.text
    page = await browser.fills(f"{here}/change", url="ftp://x")
    assert page.status == 422


async def test_an_odd_address_is_no_fault_of_ours(stage: Stage) -> None:
    browser, here, _ = await added(stage)
    for query in ("state=nonsense", "after=-1", "after=x", "after=99999999999", "after=٣"):
        assert (await browser.get(f"{here}/messages?{query}")).status == 422, query
    assert (await browser.get(f"{here}/messages/msg_0/replay")).status == 404
    assert (await browser.get(f"{here}/messages/x%00/replay")).status == 404
