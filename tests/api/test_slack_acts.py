"""§9, G6: acts in Slack are the acts of the web. Who may, what is asked and what is refused are the same; the clicker
alone is answered; what is accepted is kept before it is acknowledged."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from activities.slack import Messenger
from api import slack_acts
from api.relay import Relay
from domain.slack_accounts import WHY_NOT
from store import tables
from store.database import Database
from tests.slack_knocks import Knocks, knocking
from tests.slack_server import TEAM_ID
from tests.ui.stage import REFUSAL, Stage

JUDITH, PRIYA, AMARA = "p-judith-marchbanks", "p-priya-raghunathan", "p-amara-okafor"
USERS = {JUDITH: "U0JUDITH", PRIYA: "U0PRIYA", AMARA: "U0AMARA"}
Knocking = tuple[Stage, Knocks]


@pytest.fixture
async def slack(database: Database) -> AsyncIterator[Knocking]:
    async with knocking(database) as (stage, knocks):
        for person, user in USERS.items():
            await knocks.link(user, person)
        yield stage, knocks


async def opened(stage: Stage, knocks: Knocks, ref: str, act: str, task: str = "decide") -> dict[str, Any]:
    """The window that PRIYA's click on a button opens."""
    before = len(knocks.server.views)
    answer = await knocks.presses(USERS[PRIYA], await knocks.notice(ref, task), act)
    assert (answer.status_code, answer.text) == (200, "")
    assert len(knocks.server.views) == before + 1, knocks.server.whispers
    return knocks.server.views[-1]


async def events_of(database: Database, ref: str) -> list[str]:
    e = tables.events.c
    async with database.read() as connection:
        return list(await connection.scalars(select(e.kind).where(e.ref == ref).order_by(e.seq)))


def words(answer: Any) -> str:
    return json.dumps(answer.json()["view"]["blocks"], ensure_ascii=False)


async def test_a_button_opens_the_form_and_the_form_is_the_act(slack: Knocking) -> None:
    stage, knocks = slack
    ref = await stage.signed()
    view = await opened(stage, knocks, ref, "approve")
    labels = [each["label"]["text"] for each in view["blocks"] if each["type"] == "input"]
    assert labels == [
        "Has the data been delivered already?",
        "Number of rows or records",
        "Checksum of the file, or the reference of the first call",
        "Items delivered",
        "Day on which it was sent",
        "A note for the receiving team",
    ]
    [items] = [each["element"] for each in view["blocks"] if each.get("block_id") == "q_items"]
    assert items["initial_options"] == items["options"], "all of them, until somebody says otherwise"
    assert view["submit"]["text"] == "Approve"
    answer = await knocks.sends(USERS[PRIYA], view, {"delivered": "no"})
    assert answer.json()["response_action"] == "update"
    assert "Recorded." in words(answer)
    assert (await stage.case(ref)).stage == "approved"
    async with stage.database.read() as connection:
        row = (
            await connection.execute(select(tables.commands).where(tables.commands.c.act == "approve"))
        ).one()
    assert (row.via, row.actor, row.state) == ("slack", PRIYA, "applied")


async def test_a_window_has_no_words_of_the_case_and_no_person(slack: Knocking) -> None:
    stage, knocks = slack
    ref = await stage.signed()
    form = stage.requests["pension-credit-take-up"]
    await _without_duty(stage, ref)
    for act in ("approve", "refuse", "ask", "say_not_held"):
        drawn = json.dumps(await opened(stage, knocks, ref, act), ensure_ascii=False)
        for secret in (form["title"], form["purpose"], "Judith", "Priya", "Amara", "@"):
            assert secret not in drawn, (act, secret)
        assert ref in drawn and "Department for Work and Pensions" in drawn
        assert "the end of Monday 7 December 2026" in drawn and "people a day" in drawn


async def test_a_refusal_is_asked_for_all_its_parts_and_wrong_ones_are_named(slack: Knocking) -> None:
    stage, knocks = slack
    ref = await stage.signed()
    await _without_duty(stage, ref)
    view = await opened(stage, knocks, ref, "refuse")
    item = stage.requests["pension-credit-take-up"]["items"][0]
    poor = {**REFUSAL, "items": [item], "harm_of_sharing": "It is our policy."}
    answer = await knocks.sends(USERS[PRIYA], view, poor)
    assert answer.json()["response_action"] == "errors"
    assert list(answer.json()["errors"]) == ["q_harm_of_sharing"]
    assert (await stage.case(ref)).stage == "with_sender"
    answer = await knocks.sends(USERS[PRIYA], view, {**REFUSAL, "items": [item]})
    assert "Recorded." in words(answer)
    assert (await stage.case(ref)).stage == "refused"


async def _without_duty(stage: Stage, ref: str) -> None:
    state = {**(await _state(stage, ref)), "duty": "none"}
    async with stage.database.write() as connection:
        await connection.execute(update(tables.cases).where(tables.cases.c.ref == ref).values(state=state))


async def _state(stage: Stage, ref: str) -> dict[str, Any]:
    async with stage.database.read() as connection:
        return dict(await connection.scalar(select(tables.cases.c.state).where(tables.cases.c.ref == ref)))


async def test_what_section_9_reserves_finishes_on_the_web_whatever_is_pressed(slack: Knocking) -> None:
    """A button of another day, or one that was never drawn, opens nothing."""
    stage, knocks = slack
    ref = await stage.submitted()
    await knocks.presses(USERS[JUDITH], await knocks.notice(ref, "sign_risk"), "sign_risk")
    assert knocks.whispered(USERS[JUDITH]) == [slack_acts.ON_THE_WEB]
    assert f"/cases/{ref}/acts/sign_risk?task=t1" in json.dumps(knocks.server.whispers)
    assert knocks.server.views == []


async def test_a_reserved_act_is_not_taken_from_a_window_either(slack: Knocking) -> None:
    stage, knocks = slack
    ref = await stage.signed()
    view = await opened(stage, knocks, ref, "approve")
    carried = json.loads(view["private_metadata"])
    forged = {**view, "private_metadata": json.dumps({**carried, "act": "approve_part"})}
    answer = await knocks.sends(USERS[PRIYA], forged, {})
    assert slack_acts.ON_THE_WEB in words(answer)
    assert (await stage.case(ref)).version == carried["seen"]


async def test_somebody_elses_button_answers_the_clicker_alone_and_says_nothing(slack: Knocking) -> None:
    """The same sentence for what is not there, what one may not see, and what is for another seat."""
    stage, knocks = slack
    ref, waits = await stage.signed(), await stage.submitted()
    presses = (
        (AMARA, await knocks.notice(ref, "decide"), "approve"),  # sees the case, on the other side
        (PRIYA, await knocks.notice(waits, "sign_risk"), "decline_risk"),  # may not see it yet
        (PRIYA, "SC-9999-9999.1.0", "approve"),
        (PRIYA, await knocks.notice(ref, "decide"), "no_such_act"),
        (PRIYA, await knocks.notice(ref, "decide"), "sign_risk"),
    )
    for person, notice, act in presses:
        knocks.server.whispers.clear()
        assert (await knocks.presses(USERS[person], notice, act)).status_code == 200
        [(who, said)] = knocks.server.whispers
        assert (who, said["text"], said["response_type"]) == (
            USERS[person],
            slack_acts.NOT_YOURS,
            "ephemeral",
        )
        assert ref not in json.dumps(said) and waits not in json.dumps(said)
    assert knocks.server.views == []


async def test_a_button_of_what_is_done_says_so(slack: Knocking) -> None:
    stage, knocks = slack
    ref = await stage.signed()
    notice = await knocks.notice(ref, "decide")
    await stage.did(PRIYA, ref, "approve", delivered="no")
    await knocks.presses(USERS[PRIYA], notice, "approve")
    assert knocks.whispered(USERS[PRIYA]) == [slack_acts.DONE_ALREADY]


async def test_a_window_that_others_overtook_says_where_the_case_is(slack: Knocking) -> None:
    stage, knocks = slack
    ref = await stage.signed()
    view = await opened(stage, knocks, ref, "ask")
    await stage.did(PRIYA, ref, "approve", delivered="no")
    answer = await knocks.sends(USERS[PRIYA], view, {"reason": "Which years?"})
    assert "It is now: Approved, not yet delivered." in words(answer)
    assert "info_requested" not in await events_of(stage.database, ref)


async def test_the_same_window_twice_is_one_act_with_one_answer(slack: Knocking) -> None:
    stage, knocks = slack
    ref = await stage.signed()
    view = await opened(stage, knocks, ref, "approve")
    first = await knocks.sends(USERS[PRIYA], view, {"delivered": "no"})
    version = (await stage.case(ref)).version
    again = [await knocks.sends(USERS[PRIYA], view, {"delivered": "no"}) for _ in range(3)]
    assert {each.text for each in again} == {first.text}
    assert (await stage.case(ref)).version == version
    other = await knocks.sends(USERS[PRIYA], view, {"delivered": "no", "note": "changed afterwards"})
    assert "Recorded." not in words(other)
    assert (await events_of(stage.database, ref)).count("request_approved") == 1


async def test_the_same_click_twice_is_one_act(slack: Knocking) -> None:
    stage, knocks = slack
    ref = await stage.signed()
    press = knocks.press(USERS[PRIYA], await knocks.notice(ref, "decide"), "ask")
    await knocks.interaction(press)
    knocks.server.triggers_used.clear()  # as if Slack took it twice
    await knocks.interaction(press)
    first, second = (json.loads(each["private_metadata"]) for each in knocks.server.views)
    assert first == second


async def test_with_the_engine_away_it_is_kept_acknowledged_and_brought_later(slack: Knocking) -> None:
    stage, knocks = slack
    ref = await stage.signed()
    view = await opened(stage, knocks, ref, "approve")
    stage.desk.away = True
    answer = await knocks.sends(USERS[PRIYA], view, {"delivered": "no"})
    assert "Recorded." in words(answer)
    assert (await stage.case(ref)).stage == "with_sender"
    stage.desk.away = False
    await Relay(stage.database, stage.desk, lambda: stage.now + timedelta(hours=1), sends=False).once()
    assert (await stage.case(ref)).stage == "approved"


async def test_what_the_case_refuses_afterwards_is_told_to_whoever_did_it(slack: Knocking) -> None:
    from domain.refusals import AlreadyDecided

    stage, knocks = slack
    ref = await stage.signed()
    view = await opened(stage, knocks, ref, "approve")
    stage.desk.refuses = AlreadyDecided()
    await knocks.sends(USERS[PRIYA], view, {"delivered": "no"})
    assert knocks.server.views[-1]["title"]["text"] == "Not done"
    assert "Somebody has already decided this" in json.dumps(knocks.server.views[-1])

    view = await opened(stage, knocks, ref, "approve")
    knocks.server.declines["views.update"] = "not_found"  # the window is closed
    knocks.server.channels[USERS[PRIYA]] = USERS[PRIYA]
    stage.desk.refuses = AlreadyDecided()
    await knocks.sends(USERS[PRIYA], view, {"delivered": "no"})
    [message] = knocks.server.messages[USERS[PRIYA]]
    assert "Somebody has already decided this" in message["text"]


async def test_when_slack_opens_no_window_the_clicker_gets_the_link(slack: Knocking) -> None:
    stage, knocks = slack
    ref = await stage.signed()
    knocks.server.declines["views.open"] = "expired_trigger_id"
    await knocks.presses(USERS[PRIYA], await knocks.notice(ref, "decide"), "approve")
    assert knocks.whispered(USERS[PRIYA]) == [slack_acts.NO_WINDOW]
    assert f"/cases/{ref}|Open the case instead" in json.dumps(knocks.server.whispers)


async def test_posts_are_those_of_the_moment(slack: Knocking) -> None:
    """Who lost the post since the message was sent, or since the window was opened, does nothing (S4)."""
    stage, knocks = slack
    ref = await stage.signed()
    view = await opened(stage, knocks, ref, "approve")
    async with stage.database.write() as connection:
        gone = update(tables.posts).where(tables.posts.c.person == PRIYA).values(held_until="2026-11-20")
        await connection.execute(gone)
    answer = await knocks.sends(USERS[PRIYA], view, {"delivered": "no"})
    assert slack_acts.NOT_YOURS in words(answer).replace("\\u2019", "'")
    await knocks.presses(USERS[PRIYA], await knocks.notice(ref, "decide"), "approve")
    assert knocks.whispered(USERS[PRIYA]) == [slack_acts.NOT_YOURS]
    assert (await stage.case(ref)).stage == "with_sender"


# --- whose account it is, now ----------------------------------------------------------------------------------


async def links(stage: Stage, user: str) -> int:
    query = select(func.count()).where(tables.slack_links.c.user_id == user)
    async with stage.database.read() as connection:
        return await connection.scalar(query) or 0


@pytest.mark.parametrize("flag", WHY_NOT)
async def test_an_account_that_changed_is_found_out_within_a_day(slack: Knocking, flag: str) -> None:
    stage, knocks = slack
    ref, user = await stage.signed(), USERS[PRIYA]
    notice = await knocks.notice(ref, "decide")
    knocks.server.users[user] = {flag: True}
    await knocks.presses(user, notice, "approve")  # asked an hour ago, so not asked again
    assert len(knocks.server.views) == 1 and knocks.server.called("users.info") == 0
    stage.now += timedelta(days=1)
    await knocks.presses(user, notice, "approve")
    assert knocks.whispered(user) == [WHY_NOT[flag]]
    assert len(knocks.server.views) == 1 and await links(stage, user) == 0


async def test_when_slack_cannot_be_asked_an_account_is_believed_for_a_week(slack: Knocking) -> None:
    stage, knocks = slack
    ref, user = await stage.signed(), USERS[PRIYA]
    notice = await knocks.notice(ref, "decide")
    knocks.server.declines["users.info"] = "missing_scope"
    stage.now += timedelta(days=6)
    await knocks.presses(user, notice, "approve")
    assert len(knocks.server.views) == 1
    stage.now += timedelta(days=1, minutes=1)
    await knocks.presses(user, notice, "approve")
    assert len(knocks.server.views) == 1 and "Try again" in knocks.whispered(user)[-1]
    answer = await knocks.sends(user, knocks.server.views[0], {"delivered": "no"})
    assert "Try again" in words(answer)
    del knocks.server.declines["users.info"]
    await knocks.presses(user, notice, "approve")
    assert len(knocks.server.views) == 2 and await links(stage, user) == 1


async def test_whoever_left_acts_from_nowhere(slack: Knocking) -> None:
    stage, knocks = slack
    ref, user = await stage.signed(), USERS[PRIYA]
    view = await opened(stage, knocks, ref, "approve")
    async with stage.database.write() as connection:
        left = update(tables.people).where(tables.people.c.id == PRIYA).values(left_on="2026-11-23")
        await connection.execute(left)
    answer = await knocks.sends(user, view, {"delivered": "no"})
    assert slack_acts.NOT_LINKED in words(answer)
    assert (await stage.case(ref)).stage == "with_sender"


# --- all at once, and the message afterwards -------------------------------------------------------------------


async def test_buttons_come_with_the_message_and_go_with_the_act(slack: Knocking) -> None:
    stage, knocks = slack
    ref = await stage.signed()
    notice = await knocks.notice(ref, "decide")
    messenger = Messenger(
        stage.database, stage.services.slack.client if stage.services.slack else None,
        public_url="https://sharecase.test", clock=lambda: stage.now, pace=0,
    )  # fmt: skip
    await messenger.sync(notice)
    [post] = knocks.server.posts(notice)
    [row] = [each for each in post["blocks"] if each["type"] == "actions"]
    values = {each["action_id"]: each.get("value") or each.get("url") for each in row["elements"]}
    assert values["act:approve"] == f"{notice}|approve"
    assert list(values)[-1] == "link:case" and len(values) <= 6
    assert AMARA not in json.dumps(post)

    view = await opened(stage, knocks, ref, "approve")
    await knocks.sends(USERS[PRIYA], view, {"delivered": "no"})
    await messenger.sync(notice)
    assert post["text"].startswith("Done:")
    assert [each for each in post["blocks"] if each["type"] == "actions"] == []


async def test_web_and_slack_at_once_are_one_event(slack: Knocking) -> None:
    stage, knocks = slack
    ref = await stage.signed()
    view = await opened(stage, knocks, ref, "approve")
    browser = await stage.signs_in(PRIYA)
    page = await browser.get(f"/cases/{ref}/acts/approve")
    sends = [knocks.sends(USERS[PRIYA], view, {"delivered": "no"}) for _ in range(3)]
    posts = [browser.post(f"/cases/{ref}/acts/approve", {**page.hidden, "delivered": "no"}) for _ in range(3)]
    found = await asyncio.gather(*sends, *posts)
    assert all(each.status_code < 500 for each in found[:3])
    assert (await events_of(stage.database, ref)).count("request_approved") == 1


async def test_the_apps_home_has_a_link_for_whoever_is_not_known(slack: Knocking) -> None:
    _, knocks = slack
    await knocks.event({"type": "app_home_opened", "user": "U0NOBODY", "tab": "home"})
    assert "/slack-link/" in json.dumps(knocks.server.homes["U0NOBODY"])
    assert TEAM_ID not in json.dumps(knocks.server.homes)
