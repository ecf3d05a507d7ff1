"""What only a real socket shows: headers without end, drops, readers who do not read, what can be read in two ways.

The server is set up as the program sets it up, with less patience.
"""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn

from api.limits import Limits
from api.peers import Peers
from cli import connections
from cli.settings import BadSetting, read
from store.database import Database
from tests.ui.stage import Stage
from ui.app import create_app
from ui.front import Front

FULL = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Hasty(connections.PatientProtocol):
    headers_within = 0.3
    taken_within = 0.3


@asynccontextmanager
async def serving(app: Any, **changes: Any) -> AsyncIterator[int]:
    """The port of a server with this application."""
    options = {**connections.options(), "http": Hasty, **changes}
    with socket.create_server(("127.0.0.1", 0)) as where:
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off", **options))
        task = asyncio.create_task(server.serve(sockets=[where]))
        while not server.started:  # noqa: ASYNC110 - uvicorn has only a flag to look at
            await asyncio.sleep(0.01)
        try:
            yield where.getsockname()[1]
        finally:
            server.should_exit = server.force_exit = True
            await task


@pytest.fixture
async def port(database: Database) -> AsyncIterator[int]:
    stage = Stage(database)
    peers = Peers.of("http://localhost", embedded=True)
    app = create_app(stage.services, Front(peers=peers, limits=Limits(), part_within=0.3, body_within=0.8))
    async with serving(app) as number:
        yield number


async def sent(port: int, *parts: bytes, pause: float = 0) -> bytes:
    """Everything that comes back until the other side hangs up, or 3 seconds have passed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause)
    except ConnectionError:
        pass  # they hung up before we had said everything
    found = b""
    try:
        async with asyncio.timeout(3):
            while more := await reader.read(65536):
                found += more
    except (TimeoutError, ConnectionError):
        pass
    writer.close()
    return found


async def test_a_whole_request_is_answered_and_the_connection_may_be_used_again(port: int) -> None:
    answer = await sent(port, FULL, FULL.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"), pause=0.5)
    assert answer.count(b"HTTP/1.1 200 OK") == 2
    assert b"\r\nserver:" not in answer.lower() and b"nosniff" in answer


@pytest.mark.parametrize(
    "said", [b"", b"G", b"GET / HTTP/1.1\r\nHost: localhost\r\n"], ids=["nothing", "a letter", "some headers"]
)
async def test_who_never_finishes_asking_is_hung_up_on(port: int, said: bytes) -> None:
    began = time.monotonic()
    assert await sent(port, said) == b""
    assert time.monotonic() - began < 2


async def test_who_asks_drop_by_drop_is_hung_up_on(port: int) -> None:
    began = time.monotonic()
    drops = [b"GET / HTTP/1.1\r\n", *[b"X-A: b\r\n"] * 30]
    assert await sent(port, *drops, pause=0.1) == b""
    assert time.monotonic() - began < 4, "more drops do not buy more time"


def is_turned_away(answer: bytes) -> bool:
    """400, 431, or hung up on so hard that the answer was lost on the way."""
    return not answer or answer.split(b" ")[1] in (b"400", b"431")


async def test_headers_have_an_end(port: int) -> None:
    for big in (b"X-A: " + b"b" * 200_000 + b"\r\n", b"X-A: b\r\n" * 20_000):
        began = time.monotonic()
        answer = await sent(port, b"GET / HTTP/1.1\r\nHost: localhost\r\n" + big)
        assert is_turned_away(answer) and time.monotonic() - began < 2
    long = b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    assert is_turned_away(await sent(port, long))


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: 5\r\nContent-Length: 6\r\n",
        b"Content-Length: 5\r\nTransfer-Encoding: gzip\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Content-Length: -5\r\n",
        b"Content-Length: 0x5\r\n",
        b"Content-Length : 5\r\n",
        b"X-A: a\r\n folded: b\x00\r\n",
        b"Host: evil.example\r\n",
    ],
)
async def test_what_can_be_read_in_two_ways_is_not_read(port: int, headers: bytes) -> None:
    asked = b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\n" + headers + b"\r\nhello"
    status = (await sent(port, asked)).split(b"\r\n")[0]
    assert status.split(b" ")[1:2] in ([b"400"], [b"421"], [b"501"]), status


async def test_no_host_and_another_host_are_not_answered(port: int) -> None:
    assert (
        b" 421 "
        in (await sent(port, b"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")).split(
            b"\r\n"
        )[0]
    )
    assert b" 400 " in (await sent(port, b"GET / HTTP/1.1\r\n\r\n")).split(b"\r\n")[0]
    assert b" 421 " in (await sent(port, b"GET / HTTP/1.0\r\n\r\n")).split(b"\r\n")[0]


async def test_a_body_that_stops_is_answered_and_left(port: int) -> None:
    began = time.monotonic()
    asked = b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nContent-Length: 900\r\n\r\na=1"
    answer = await sent(port, asked)
    assert b" 408 " in answer.split(b"\r\n")[0] and b"That took too long to arrive" in answer
    assert time.monotonic() - began < 2, "and it hangs up"


@pytest.mark.parametrize("path", ["/sign-in", "/api/v1/requests"])
async def test_a_body_without_end_is_cut_off(port: int, path: str) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n".encode()
    head += b"Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
    answer = await sent(port, head, *[chunk] * 200)
    # To a machine without a token it is said before the body is looked at that it has none.
    assert answer.split(b" ")[1] in (b"413", b"401") if answer else True, answer[:100]


async def test_what_a_caller_says_of_its_address_is_not_believed(port: int) -> None:
    """300 at once from one address; with another made-up address each time it is still one."""
    asked = [
        f"GET /sign-in/nowhere HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 203.0.113.{n}\r\n"
        f"Forwarded: for=203.0.113.{n}\r\n\r\n".encode()
        for n in range(40)
    ]
    answer = await sent(port, *asked[:-1], asked[-1].replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    assert answer.count(b"HTTP/1.1 429 ") == 10, "30 may begin to sign in at once"


async def test_who_does_not_take_the_answer_is_hung_up_on() -> None:
    gone = asyncio.Event()

    async def endless(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        try:
            while (await asyncio.wait_for(_nothing(), 1)) is None:
                await send({"type": "http.response.body", "body": b"x" * 65536, "more_body": True})
                if (message := await _poll(receive)) and message["type"] == "http.disconnect":
                    break
        finally:
            gone.set()

    async with serving(endless) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
        writer.write(FULL)
        await writer.drain()
        async with asyncio.timeout(5):
            await gone.wait()
        writer.close()


async def _nothing() -> None:
    return None


async def _poll(receive: Any) -> Any:
    try:
        async with asyncio.timeout(0.001):
            return await receive()
    except TimeoutError:
        return None


async def test_more_connections_than_we_can_hold_are_turned_away(database: Database) -> None:
    app = create_app(Stage(database).services, Front())
    async with serving(app, limit_concurrency=5) as port:
        held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(5)]
        assert b" 503 " in (await sent(port, FULL)).split(b"\r\n")[0]
        for _, writer in held:
            writer.close()
        await asyncio.sleep(0.1)
        again = await sent(port, FULL.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        assert b" 200 " in again.split(b"\r\n")[0]


async def test_deep_and_long_json_is_a_problem_over_a_socket(port: int) -> None:
    for body in (b"[" * 100_000, json.dumps({"answers": {"title": "x" * 30_000}}).encode()):
        asked = (
            b"POST /api/v1/requests HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
        )
        answer = await sent(port, asked, body)
        assert answer.split(b" ")[1] == b"401" and b"problem+json" in answer, "who is asked before what"


def test_a_live_server_asks_the_socket_and_tells_nothing_of_itself() -> None:
    told = connections.options()
    assert told["proxy_headers"] is False and told["server_header"] is False and told["ws"] == "none"
    assert told["http"] is connections.PatientProtocol and told["limit_concurrency"] < 1024


@pytest.mark.parametrize(
    ("named", "word"),
    [("the proxy", "addresses or networks"), ("10.0.0.5,", ""), ("0.0.0.0/0", "every address"), ("::/0", "every address"),
     ("10.0.0.0/24, 2001:db8::/48", ""), ("10.0.0.300", "addresses or networks")],
)  # fmt: skip
def test_only_a_proxy_that_is_one_is_trusted(monkeypatch: pytest.MonkeyPatch, named: str, word: str) -> None:
    monkeypatch.setenv("SHARECASE_TRUSTED_PROXY", named)
    if not word:
        assert Peers.of("http://localhost", embedded=True, proxies=read().proxies).proxies
        return
    with pytest.raises(BadSetting, match=f"SHARECASE_TRUSTED_PROXY.*{word}"):
        read()
