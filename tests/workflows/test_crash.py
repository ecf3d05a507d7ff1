"""Processes are killed (-9) at the worst moment; nothing acknowledged is lost and nothing is done twice (R1)."""

import asyncio
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from api.relay import Relay
from store.commands import APPLIED, PENDING
from store.database import Database
from tests.conftest import TEMPORAL
from tests.engine import Story, tell, worker_for
from workflows.payloads import converter


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Server:
    """A real Temporal server with its file, that can be killed and started again on the same port."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.file = folder / "temporal.db"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [
                *(
                    TEMPORAL,
                    "server",
                    "start-dev",
                    "--headless",
                    "--ip",
                    "127.0.0.1",
                    "--port",
                    str(self.port),
                ),
                *("--db-filename", str(self.file), "--log-level", "error"),
                *("--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=2"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kill(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    async def connect(self) -> Client:
        for _ in range(100):
            try:
                return await Client.connect(f"127.0.0.1:{self.port}", data_converter=converter)
            except RuntimeError:
                await asyncio.sleep(0.1)
        raise AssertionError("the server did not start")


@contextmanager
def server_in(folder: Path) -> Iterator[Server]:
    server = Server(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()


@asynccontextmanager
async def story_on(server: Server, database: Database) -> AsyncIterator[Story]:
    environment = WorkflowEnvironment.from_client(await server.connect())
    yield await tell(environment, database, "dwp-pension-credit", "hmrc-paye-records", skips=False)


async def eventually(told: Story, ref: str, stage: str, relay: Relay, seconds: float = 25) -> None:
    """The relay works until the store says the case is there."""
    async with asyncio.timeout(seconds):
        while await told.stage(ref) != stage:
            await relay.once()
            await asyncio.sleep(0.2)


async def test_worker_killed_between_commit_and_acknowledgement_makes_one_event(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    marker = tmp_path / "died"
    with server_in(tmp_path) as server:
        async with story_on(server, database) as told:
            told.desk.budget = told.desk.budget / 10
            relay = Relay(database, told.desk, told.desk.clock, sends=False)
            command = [
                sys.executable,
                "-m",
                "tests.workflows.dying_worker",
                f"127.0.0.1:{server.port}",
                database_url,
            ]
            dying = subprocess.Popen([*command, str(marker)], stdout=subprocess.PIPE)
            assert dying.stdout and await asyncio.to_thread(dying.stdout.readline) == b"ready\n"
            try:
                ref = (await told.submits()).ref
                await eventually(told, ref, "risk_acceptance", relay)
                await told.signs(ref)
                await eventually(told, ref, "with_sender", relay)
                answer = await told.does(told.people.sender, ref, "approve", delivered="no")
                assert answer.state == PENDING  # recorded, being applied: never a refusal
                assert await asyncio.to_thread(dying.wait, 20) == 137
            finally:
                dying.kill()
                dying.stdout.close()
            assert marker.exists()
            async with worker_for(told.environment.client, database):
                await eventually(told, ref, "approved", relay)
                async with asyncio.timeout(25):
                    while (await told.desk.deliver(answer.command)).state != APPLIED:
                        await relay.once()
                        await asyncio.sleep(0.2)
            kinds = await told.kinds(ref)
            assert kinds.count("request_approved") == 1
            assert len(kinds) == (await told.case(ref)).version


async def test_server_killed_with_a_pending_command_applies_it_once_after_restart(
    database: Database, tmp_path: Path
) -> None:
    with server_in(tmp_path) as server:
        async with story_on(server, database) as told, worker_for(told.environment.client, database):
            told.desk.budget = told.desk.budget / 20
            relay = Relay(database, told.desk, told.desk.clock, sends=False)
            ref = (await told.submits(command=secrets.token_hex(16))).ref
            await eventually(told, ref, "risk_acceptance", relay)
            await told.signs(ref)
            await eventually(told, ref, "with_sender", relay)
            server.kill()
            answer = await told.does(told.people.sender, ref, "approve", delivered="no")
            assert answer.state == PENDING
            server.start()
            await server.connect()
            await eventually(told, ref, "approved", relay, seconds=40)
            assert (await told.kinds(ref)).count("request_approved") == 1
