"""No reflected input: whatever is sent to whatever address, nothing of it comes back as markup, in a header, or worked out.

The quick round sends each address some of the strings; `./dev test --full` sends each all of them, as more people, and
sends every form of the gallery too.
"""

import io
import json
import logging
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
import structlog

from cli.logs import QuietFormatter, without_values
from domain.acts import FORMS
from tests.ui.stage import Stage
from tests.ui.test_headers import filled, served

FULL = bool(os.environ.get("SHARECASE_FULL"))
AMY = "p-amara-okafor"
TEMPLATES = Path(__file__).parents[2] / "ui" / "templates"

MARK = "q7zxq"
RAW = ("<svg onload", "<script>q7zxq", "<img src=x")
WORKED_OUT = "62615533"  # 7919 * 7907, when somebody takes text for a template
CORPUS = (
    f"{MARK}<svg onload=alert(7)>\"'`",
    f"</title></textarea><script>{MARK}()</script>",
    f"{MARK}\r\nSet-Cookie: {MARK}=1\r\n\r\n<img src=x onerror={MARK}()>",
    f"{MARK}{{{{7919*7907}}}}${{7919*7907}}#{{7919*7907}}<%= 7919*7907 %>",
    f"{MARK}\u202etxt.exe\u2066\u200b\ufeff",
    f"{MARK}\x01\x07\x1b[31m\x7f\x85",
    f"javascript:{MARK}()//",
    f"//{MARK}.example/%2e%2e/",
    f"=cmd|'/c calc'!A1{MARK}",
    "9" * 60,
    "-1",
    "1e309",
    f"{MARK}' OR '1'='1'; --",
    f"../../../../etc/passwd{MARK}",
    f"{MARK}%s%n%x{{0}}",
)
PARAMETERS = (
    "after", "command", "next", "demo", "edition", "figure", "of", "programme", "organisation", "cluster", "lane", "use",
    "from", "to", "first", "last", "day", "q", "receiving", "sending", "state", "region", "root", "ref", "stage",
    "role", "team", "code", "kind", "rule", "error", "page", "month", "version", "submit", "limit",
)  # fmt: skip


def is_calm(answer: httpx2.Response, where: object) -> None:
    """No fault, no echo as markup, nothing in a header, nothing worked out."""
    assert answer.status_code < 500, (where, answer.status_code)
    for raw in RAW:
        assert raw not in answer.text, (where, raw)
    assert WORKED_OUT not in answer.text, where
    for name, value in answer.headers.multi_items():
        if name == "location":  # to sign in and come back, or to the next page of ours
            assert re.fullmatch(r"/(?!/)[A-Za-z0-9/?&=%._~+:#-]*", value), (where, value)
        else:
            assert MARK not in value, (where, name, value)


def turn(number: int, of: Sequence[str] = CORPUS, width: int = 1) -> Iterable[str]:
    """All of them in the full round, else some, others each time."""
    return of if FULL else [of[(number * width + n) % len(of)] for n in range(width)]


async def test_nothing_in_an_address_comes_back(stage: Stage) -> None:
    ref = await stage.active()
    amy, stranger = (await stage.signs_in(AMY)).client, stage.stranger().client
    keepers = [
        (await stage.signs_in(stage.holder(role))).client
        for role in ("operator", "regulator", "auditor", "board")
    ]
    real = {"ref": ref, "act": "withdraw", "rule": "foi", "quarter": "2026-q4", "version": "1"}
    sent = 0
    for number, (_, path) in enumerate(served(stage, "GET")):
        others = (stranger, keepers[number % len(keepers)])
        for client in (amy, *others) if FULL else (amy, others[number % 2])[: 1 + (number % 5 == 0)]:
            for place, text in enumerate(turn(number)):
                sent += 1
                if "{" in path:
                    # In the path each line end and slash is written so that it is one part of it.
                    where = re.sub(r"\{\w+(:\w+)?\}", quote(text, safe=""), path)
                    is_calm(await client.get(where), (path, text))
                every = "&".join(f"{name}={quote(text, safe='')}" for name in PARAMETERS)
                is_calm(await client.get(f"{filled(path, **real)}?{every}"), (path, text, "every"))
                if not FULL and number % 2:
                    continue
                name = PARAMETERS[(number + place) % len(PARAMETERS)]
                one = f"{filled(path, **real)}?{name}={quote(text, safe='')}"
                is_calm(await client.get(one), (path, name, text))
    assert sent > 150


def boxes() -> list[str]:
    """The name of every box that any of our pages has."""
    found = {each.id for form in FORMS.values() for each in form.questions} | {"command", "version", "task"}
    for template in TEMPLATES.rglob("*.html"):
        found |= set(re.findall(r'"?name"?[=:] ?"([a-z_]{1,40})"', template.read_text(encoding="utf-8")))
    return sorted(found - {"viewport"})


async def test_nothing_in_a_form_comes_back(stage: Stage) -> None:
    """Every box of the house in every form, sent by people who may fill in one or the other."""
    ref, draft = await stage.signed(), (await stage.drafted())[0]
    who = [AMY, *(stage.holder(role) for role in ("operator", "regulator", "board", "leader_1"))]
    clients = [(await stage.signs_in(person)).client for person in who]
    names = boxes()
    assert len(names) > 70
    real = {"ref": ref, "act": "withdraw", "rule": "foi", "quarter": "2026-q4", "version": "1", "number": "1"}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    forms = [path for _, path in served(stage, "POST") if not path.startswith(("/api/", "/slack/"))]
    for number, path in enumerate(each for each in forms if each not in ("/sign-out",)):
        values = {**real, "ref": draft} if path.startswith("/requests/") else real
        for text in turn(number):
            body = "&".join(f"{name}={quote(text, safe='')}" for name in names)
            for client in clients if FULL else clients[number % len(clients) :][:1]:
                answer = await client.post(filled(path, **values), content=body, headers=headers)
                is_calm(answer, (path, text))
                assert answer.headers["cache-control"] == "no-store", path
    assert len(forms) > 50


async def test_nothing_in_a_form_of_the_gallery_comes_back(stage: Stage) -> None:
    """Forms as they open to somebody who may send them, with each visible box filled in badly."""
    if FULL:
        from tests.ui.gallery import build

        shots = [shot for shot in await build(stage) if shot.person and not shot.press]
    else:
        from tests.ui.gallery import Shot

        ref = await stage.signed()
        shots = [Shot(act, f"/cases/{ref}/acts/{act}", "p-priya-raghunathan") for act in ("refuse", "ask")]
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    sent = 0
    for number, shot in enumerate(shots):
        browser = await stage.signs_in(shot.person)
        page = await browser.get(shot.path)
        if 'method="post"' not in page.html.partition("<main")[2]:
            continue
        names = set(re.findall(r'name="([^"]+)"', page.html)) - {"viewport", "theme-color"}
        for text in turn(number, width=4):
            pairs = [f"{name}={quote(page.hidden.get(name, text), safe='')}" for name in sorted(names)]
            where = shot.path.partition("?")[0]
            is_calm(await browser.client.post(where, content="&".join(pairs), headers=headers), (where, text))
            sent += 1
    assert sent >= 8


# --- canaries in logs (S5) -----------------------------------------------------------------------------------------

CANARY = "sct_canary-8f2e-in-the-coal-mine"


@pytest.fixture
def lines() -> Any:
    """What the program would write to its log, set up as it sets it up."""
    out = io.StringIO()
    structlog.configure(
        processors=[structlog.processors.add_log_level, without_values, structlog.processors.JSONRenderer()],
        logger_factory=structlog.PrintLoggerFactory(out),
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(QuietFormatter("%(levelname)s %(name)s %(message)s"))
    logging.getLogger().addHandler(handler)
    yield out
    logging.getLogger().removeHandler(handler)
    structlog.reset_defaults()


async def test_no_secret_is_in_a_log_or_an_answer(stage: Stage, lines: io.StringIO) -> None:
    """Also when everything breaks with the secret in the exception's own words."""
    ref = await stage.active()
    amy = await stage.signs_in(AMY)
    session = amy.client.cookies["sharecase_session"]
    bearer = {"Authorization": f"Bearer {CANARY}"}
    form = {"person": CANARY, "command": CANARY, "reason": CANARY, "code": CANARY}

    async def everything(client: httpx2.AsyncClient) -> None:
        for path in ("/inbox", f"/cases/{ref}", "/api/v1/tasks", "/api/v1/register", "/sign-in", "/register"):
            for answer in (
                await client.get(f"{path}?code={CANARY}&next={CANARY}", headers=bearer),
                await client.post(path, data=form, headers=bearer),
            ):
                assert CANARY not in answer.text and session not in answer.text, path

    await everything(amy.client)
    cookie = {"Cookie": f"sharecase_session={CANARY}"}
    for path in ("/inbox", f"/cases/{ref}", "/settings"):
        assert CANARY not in (await stage.stranger().client.get(path, headers=cookie)).text

    def broken(*_: object) -> None:
        raise KeyError(f"{CANARY} {session}")

    stage.app.state.services = replace(stage.services, clock=broken)
    stage.app.state.pages.services = stage.app.state.services
    await everything(amy.client)
    written = lines.getvalue()
    assert "page.failed" in written and "api.failed" in written and "KeyError" in written, written[:500]
    assert CANARY not in written and session not in written


async def test_who_is_turned_away_is_logged_and_floods_are_not(stage: Stage, lines: io.StringIO) -> None:
    client = stage.stranger().client
    for number in range(50):
        path = f"/requests/new%0d%0a{{'event': 'made up'}}{number}"
        told = {"Origin": f"https://{MARK}.example", "User-Agent": MARK}
        assert (await client.post(path, data={"a": MARK}, headers=told)).status_code == 403
    written = lines.getvalue().splitlines()
    assert len(written) == 1, "one line a minute for each kind"
    assert json.loads(written[0]) == {
        "event": "front.turned_away",
        "level": "warning",
        "status": 403,
        "untold_before": 0,
    }


def test_a_log_tells_where_and_of_which_kind_and_none_of_the_words() -> None:
    def deep() -> None:
        raise ValueError(f"cannot read {CANARY}")

    try:
        try:
            deep()
        except ValueError as first:
            raise RuntimeError(CANARY) from first
    except RuntimeError as error:
        told = without_values(None, "", {"event": "x", "exc_info": error})["exception"]
    assert "in deep" in told and "ValueError" in told and "RuntimeError" in told
    assert CANARY not in told
    assert json.dumps(told)
