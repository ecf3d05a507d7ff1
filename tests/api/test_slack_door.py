"""§9, S4: what comes from Slack is signed, fresh and for this app before it is read; everything else changes nothing."""

import json
import os
import random
from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import urlencode

import httpx2
import pytest
from sqlalchemy import func, select

from store import tables
from store.database import Database
from tests.slack_knocks import BEFORE, FORM_KIND, SECRET, Knocks, form, knocking, signed
from tests.slack_server import APP_ID, TEAM_ID
from tests.ui.stage import Stage

JUDITH, AMARA = "U0JUDITH", "U0AMARA"
PATHS = ("/slack/interactions", "/slack/commands", "/slack/events")
Knocking = tuple[Stage, Knocks]


@pytest.fixture
async def slack(database: Database) -> AsyncIterator[Knocking]:
    async with knocking(database) as made:
        yield made


def is_turned_away(answer: httpx2.Response, status: int) -> None:
    """A fixed sentence, whatever was sent."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("text/plain")
    assert len(answer.text) < 80 and answer.text.endswith(".")


async def nothing_changed(database: Database) -> None:
    async with database.read() as connection:
        for table in (tables.commands, tables.slack_links, tables.slack_codes):
            assert await connection.scalar(select(func.count()).select_from(table)) == 0, table.name


@pytest.mark.parametrize("path", PATHS)
async def test_without_slack_there_is_no_door(database: Database, path: str) -> None:
    async with knocking(database) as (_, knocks):
        stage = Stage(database)
        bare = Knocks(stage.app, knocks.server, database, lambda: stage.now)
        is_turned_away(await bare.post(path, form({}), FORM_KIND), 404)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Slack-Signature": "v0=00"},
        {"X-Slack-Request-Timestamp": "now", "X-Slack-Signature": "v0=00"},
        {"X-Slack-Request-Timestamp": "9" * 400, "X-Slack-Signature": "v0=00"},
        {"X-Slack-Request-Timestamp": "9" * 6000, "X-Slack-Signature": "v0=00"},
        {"X-Slack-Request-Timestamp": "1795428000", "X-Slack-Signature": "v0=\u00e9"},
        {"X-Slack-Request-Timestamp": "", "X-Slack-Signature": ""},
    ],
)
async def test_what_nobody_signed_is_refused_without_a_word(
    slack: Knocking, path: str, headers: dict[str, str]
) -> None:
    stage, knocks = slack
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    kind = (b"Content-Type", FORM_KIND.encode())
    answer = await knocks.client.post(path, content=b"payload={}", headers=[kind, *raw])
    is_turned_away(answer, 401)
    await nothing_changed(stage.database)


async def test_forgeries_by_one_bit_are_refused(slack: Knocking) -> None:
    stage, knocks = slack
    chance = random.Random(2026)
    body = form(knocks.press(JUDITH, "SC-1", "approve"))
    good = signed(body, stage.now.timestamp())
    for _ in range(1000 if os.environ.get("SHARECASE_FULL") else 100):
        broken, headers = bytearray(body), dict(good)
        if chance.random() < 0.5:
            at = chance.randrange(len(broken))
            broken[at] ^= 1 << chance.randrange(8)
        else:
            digest = list(headers["X-Slack-Signature"])
            at = chance.randrange(3, len(digest))
            digest[at] = "0" if digest[at] != "0" else "1"
            headers["X-Slack-Signature"] = "".join(digest)
        answer = await knocks.post("/slack/interactions", bytes(broken), FORM_KIND, headers)
        assert answer.status_code == 401
    assert knocks.server.calls == [] and knocks.server.whispers == []


@pytest.mark.parametrize(
    ("seconds", "status"), [(-299, 200), (-301, 401), (299, 200), (301, 401), (-86400, 401)]
)
async def test_what_is_old_or_from_the_future_is_refused(slack: Knocking, seconds: int, status: int) -> None:
    stage, knocks = slack
    body = form({**knocks.who(JUDITH), "type": "view_closed"})
    headers = signed(body, stage.now.timestamp() + seconds)
    answer = await knocks.post("/slack/interactions", body, FORM_KIND, headers)
    assert answer.status_code == status


@pytest.mark.parametrize(("secret", "status"), [(SECRET, 200), (BEFORE, 200), ("another", 401), (" ", 401)])
async def test_two_secrets_hold_while_one_is_exchanged(slack: Knocking, secret: str, status: int) -> None:
    stage, knocks = slack
    body = form({**knocks.who(JUDITH), "type": "view_closed"})
    headers = signed(body, stage.now.timestamp(), secret)
    assert (await knocks.post("/slack/interactions", body, FORM_KIND, headers)).status_code == status


MALFORMED = [
    (b"", FORM_KIND),
    (b"payload=", FORM_KIND),
    (b"payload=%FF%FE", FORM_KIND),
    (b"payload={", FORM_KIND),
    (b"payload=[]", FORM_KIND),
    (b"payload=1", FORM_KIND),
    (b"payload={}", FORM_KIND),
    (b'payload={"a":NaN}', FORM_KIND),
    (b'payload={"user":{"id":1},"team":{"id":2}}', FORM_KIND),
    (b"payload=" + b"[" * 5000, FORM_KIND),
    (b'{"type":"block_actions"}', "application/json"),
    ("payload=ü".encode("latin-1"), FORM_KIND),
    ("&".join(f"a{n}=1" for n in range(500)).encode(), FORM_KIND),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(MALFORMED)))
async def test_what_cannot_be_read_is_refused_plainly(slack: Knocking, number: int) -> None:
    stage, knocks = slack
    body, kind = MALFORMED[number]
    # the verifier itself cannot read bytes that are no text: to it they are not signed
    status = 401 if b"\xfc" in body else 400
    is_turned_away(await knocks.post("/slack/interactions", body, kind), status)
    await nothing_changed(stage.database)


async def test_too_much_is_refused(slack: Knocking) -> None:
    _, knocks = slack
    body = b"payload=" + b"x" * 1_100_000
    answer = await knocks.post("/slack/interactions", body, FORM_KIND)
    assert answer.status_code == 413


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("wrong", [{"team": "T0OTHER"}, {"app": "A0OTHER"}, {"app": None}])
async def test_another_workspace_and_another_app_are_refused(
    slack: Knocking, path: str, wrong: dict[str, str]
) -> None:
    stage, knocks = slack
    team, app = wrong.get("team", TEAM_ID), wrong.get("app", APP_ID)
    if path == "/slack/interactions":
        press = knocks.press(JUDITH, "SC-1", "approve", team={"id": team}, api_app_id=app)
        answer = await knocks.interaction(press)
    elif path == "/slack/commands":
        answer = await knocks.command(JUDITH, team_id=team, api_app_id=app or "")
    else:
        event = {"type": "app_home_opened", "user": JUDITH}
        answer = await knocks.event(event, team_id=team, api_app_id=app)
    is_turned_away(answer, 403)
    await nothing_changed(stage.database)
    assert knocks.server.calls == [] and knocks.server.whispers == []


async def test_slack_asks_whether_the_door_is_ours(slack: Knocking) -> None:
    _, knocks = slack
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1a", "token": "x"}).encode()
    answer = await knocks.post("/slack/events", body, "application/json")
    assert (answer.status_code, answer.text) == (200, "3eZbrw1a")
    answer = await knocks.post("/slack/events", body, "application/json", {})
    assert answer.status_code == 401 and "3eZ" not in answer.text


async def test_links_and_unknown_buttons_are_only_acknowledged(slack: Knocking) -> None:
    _, knocks = slack
    for action in ({"action_id": "link:case"}, {"action_id": "act:", "value": ""}, {}, "no action"):
        press = knocks.press(JUDITH, "SC-1", "approve", actions=[action])
        answer = await knocks.interaction(press)
        assert (answer.status_code, answer.text) == (200, "")
    for payload in ({"type": "view_closed"}, {"type": "shortcut"}, {"type": 7}, {}):
        answer = await knocks.interaction({**knocks.who(JUDITH), **payload})
        assert answer.status_code == 200
    assert knocks.server.calls == [] and knocks.server.whispers == []


async def test_somebody_of_another_workspace_in_a_shared_channel_is_told_so(slack: Knocking) -> None:
    stage, knocks = slack
    press = knocks.press("U0STRANGER", "SC-1", "approve")
    press["user"]["team_id"] = "T0OTHER"
    assert (await knocks.interaction(press)).status_code == 200
    [told] = knocks.whispered("U0STRANGER")
    assert "another Slack workspace" in told
    await nothing_changed(stage.database)


async def test_answers_go_to_slack_and_nowhere_else(slack: Knocking) -> None:
    _, knocks = slack
    for address in ("https://evil.test/hooks/x", "http://127.0.0.1:1/x", "file:///etc/passwd", "http://["):
        press = knocks.press(JUDITH, "SC-1", "approve", response_url=address, trigger_id="")
        assert (await knocks.interaction(press)).status_code == 200
    assert knocks.server.whispers == []


async def test_an_unlinked_account_gets_a_link_that_only_it_is_shown(slack: Knocking) -> None:
    _, knocks = slack
    await knocks.command(JUDITH, "mine")
    await knocks.presses(JUDITH, "SC-1", "approve")
    assert [who for who, _ in knocks.server.whispers] == [JUDITH, JUDITH]
    for _, said in knocks.server.whispers:
        assert said["response_type"] == "ephemeral" and said["replace_original"] is False
        assert "/slack-link/" in json.dumps(said["blocks"])


async def test_a_change_of_an_account_unlinks_it(slack: Knocking) -> None:
    stage, knocks = slack
    for user, changes, stays in (
        (JUDITH, {"deleted": True}, False),
        (AMARA, {"is_restricted": True}, False),
        ("U0PRIYA", {"real_name": "P"}, True),
    ):
        person = {JUDITH: "p-judith-marchbanks", AMARA: "p-amara-okafor"}.get(user, "p-priya-raghunathan")
        await knocks.link(user, person)
        changed = {"id": user, "team_id": TEAM_ID, **changes}
        assert (await knocks.event({"type": "user_change", "user": changed})).status_code == 200
        query = select(func.count()).where(tables.slack_links.c.user_id == user)
        async with stage.database.read() as connection:
            assert await connection.scalar(query) == stays


async def test_the_clock_is_the_apps(slack: Knocking) -> None:
    stage, knocks = slack
    stage.now += timedelta(days=400)
    answer = await knocks.post(
        "/slack/commands", urlencode({"command": "/x"}).encode(), FORM_KIND,
        signed(b"command=%2Fx", stage.now.timestamp()),
    )  # fmt: skip
    assert answer.status_code == 400  # signed, but without a user
