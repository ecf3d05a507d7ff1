"""Everything on one computer: one folder of state, one owner of it, and a real Temporal server that dies with us.

Four things have gone wrong in practice, and each has its answer here. Two programs on one folder: a lock. A server
that outlived its parent and kept the port: it is told to die with us, and one left over all the same is ended. A
client that talks to somebody else's server: the namespace carries the folder's own id. Histories that vanish after
a day: retention is raised at every start.
"""

import asyncio
import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

from google.protobuf.duration_pb2 import Duration
from temporalio.api.namespace.v1 import NamespaceConfig, UpdateNamespaceInfo
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, UpdateNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError

from workflows.payloads import converter

TEMPORAL = Path(sys.executable).parent / "temporal"
RETENTION = timedelta(
    days=3650
)  # the dev server's own is one day; a share lives for years after its last act
OURS = "sharecase-state"  # the key of our id in the namespace's data
PATIENCE = 20.0  # seconds for the server to answer on a busy machine; 0.5 is usual

# Linux kills the server when we die, however we die (SIGKILL: its file is safe, and nothing can be in the way).
# Asked for after the fork, so a parent that died in between is noticed too.
_DIE_WITH_PARENT = """
import ctypes, os, signal, sys
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    if os.getppid() != int(sys.argv[1]):
        sys.exit("the parent is gone")
os.execv(sys.argv[2], sys.argv[2:])
"""


class CannotStart(Exception):
    """A sentence for the person at the terminal."""


@dataclass(frozen=True, kw_only=True)
class Running:
    """What STATE/temporal.json says of the server that was started last."""

    address: str
    port: int
    pid: int
    owner: int
    url: str = ""  # where the web is, once it is


@contextmanager
def sole_owner(state: Path) -> Iterator[None]:
    """Hold the state folder. Raises `CannotStart` while another program holds it; a killed one holds nothing."""
    import fcntl  # not on Windows, where embedded mode does not run

    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (state / "lock").open("a+") as file:
        for patience in (0.1, 0.1, 0.0):  # somebody may only be asking whether we are here
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                time.sleep(patience)
        else:
            there = remembered(state)
            where = f" at {there.url}" if there and there.url else ""
            raise CannotStart(
                f"Sharecase is already running{where} on the state folder {state}: stop it first, "
                "or set SHARECASE_STATE to another folder."
            ) from None
        yield


def is_owned(state: Path) -> bool:
    """Whether a program is running on this folder now."""
    if not (state / "lock").exists():
        return False
    try:
        with sole_owner(state):
            return False
    except CannotStart:
        return True


def remembered(state: Path) -> Running | None:
    try:
        return Running(**json.loads((state / "temporal.json").read_text()))
    except (OSError, ValueError, TypeError):
        return None


def remember(state: Path, running: Running) -> None:
    new = state / "temporal.json.new"
    new.write_text(json.dumps(asdict(running)))
    new.replace(state / "temporal.json")


def identity(state: Path) -> str:
    """This folder's own random id, made once."""
    file = state / "identity"
    if not file.exists():
        file.write_text(secrets.token_hex(16))
    return file.read_text().strip()


def seal(state: Path) -> str:
    """What this folder's signing keys are locked with: made once, whichever process comes first, for its owner's eyes."""
    file = state / "seal"
    if not file.exists():
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
        mine = state / f"seal.{secrets.token_hex(4)}"
        mine.touch(mode=0o600)
        mine.write_text(secrets.token_urlsafe(32))
        with contextlib.suppress(FileExistsError):
            os.link(mine, file)
        mine.unlink()
    return file.read_text().strip()


@asynccontextmanager
async def engine(state: Path, namespace: str = "default") -> AsyncIterator[Client]:
    """Start the server on this folder's file and yield a client of it; the caller is its sole owner."""
    _end_left_over(state)
    port = _free_port(remembered(state))
    process = _start(state, port, namespace)
    try:
        client = await _connect(process, f"127.0.0.1:{port}", namespace, state / "temporal.log")
        await _make_ours(client, process, state)
        remember(
            state,
            Running(address=f"127.0.0.1:{port}", port=port, pid=process.pid, owner=os.getpid()),
        )
        yield client
    finally:
        await _stop(process)


async def join(state: Path, namespace: str = "default") -> Client:
    """A client of the server that another program of ours runs on this folder."""
    there = remembered(state)
    if there is None:
        raise CannotStart(f"Sharecase is starting on {state}: try again when it says where it is.")
    try:
        client = await Client.connect(there.address, namespace=namespace, data_converter=converter)
    except RuntimeError as error:
        raise CannotStart(
            f"The workflow engine of {state} does not answer: stop Sharecase and start it again."
        ) from error
    await _check_ours(client, state)
    return client


def _start(state: Path, port: int, namespace: str) -> subprocess.Popen[bytes]:
    if not TEMPORAL.exists():
        raise CannotStart("The Temporal server is missing: run ./dev setup, which installs it.")
    server = [
        str(TEMPORAL), "server", "start-dev", "--headless", "--ip", "127.0.0.1", "--port", str(port),
        "--namespace", namespace, "--db-filename", str(state / "temporal.db"),
        "--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=FULL", "--log-level", "error",
    ]  # fmt: skip
    with (state / "temporal.log").open("ab") as log:
        # In a session of its own, so that Ctrl-C reaches us first and we can finish what is being decided.
        return subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _DIE_WITH_PARENT, str(os.getpid()), *server],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


async def _connect(process: subprocess.Popen[bytes], address: str, namespace: str, log: Path) -> Client:
    until = time.monotonic() + PATIENCE
    host, _, port = address.partition(":")
    while time.monotonic() < until:
        if process.poll() is not None:
            raise CannotStart(f"The Temporal server stopped at once; the last lines of {log} say why.")
        with contextlib.suppress(OSError, RuntimeError, RPCError):
            _, writer = await asyncio.open_connection(host, int(port))
            writer.close()
            return await Client.connect(address, namespace=namespace, data_converter=converter)
        await asyncio.sleep(0.02)
    raise CannotStart(f"The Temporal server did not answer within {PATIENCE:.0f} seconds; see {log}.")


async def _make_ours(client: Client, process: subprocess.Popen[bytes], state: Path) -> None:
    """Raise the retention, and mark a new namespace with this folder's id; refuse one that carries another."""
    owner = await _owner(client)
    if process.poll() is not None or owner not in ("", identity(state)):
        raise CannotStart("Another Temporal server answers on our port: stop it, then start Sharecase again.")
    await client.workflow_service.update_namespace(
        UpdateNamespaceRequest(
            namespace=client.namespace,
            update_info=UpdateNamespaceInfo(data={OURS: identity(state)}),
            config=NamespaceConfig(
                workflow_execution_retention_ttl=Duration(seconds=int(RETENTION.total_seconds()))
            ),
        )
    )


async def _check_ours(client: Client, state: Path) -> None:
    if await _owner(client) != identity(state):
        raise CannotStart(
            f"The Temporal server at that address is not the one of {state}: start Sharecase again."
        )


async def _owner(client: Client) -> str:
    told = await client.workflow_service.describe_namespace(
        DescribeNamespaceRequest(namespace=client.namespace)
    )
    return told.namespace_info.data.get(OURS, "")


async def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        for _ in range(100):
            if process.poll() is not None:
                return
            await asyncio.sleep(0.05)
        process.kill()
    process.wait()


def _end_left_over(state: Path) -> None:
    """Where nothing ties a child to its parent (macOS), a server may have outlived a killed Sharecase. Two servers
    on one file would ruin it, so the one that names our file is ended before another starts."""
    there = remembered(state)
    if there is None:
        return
    told = subprocess.run(
        ["ps", "-ww", "-o", "command=", "-p", str(there.pid)], capture_output=True, text=True, check=False
    )
    if str(state / "temporal.db") not in told.stdout:
        return
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.kill(there.pid, sign)
        for _ in range(40):
            if not _is_alive(there.pid):
                return
            time.sleep(0.05)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _free_port(last: Running | None) -> int:
    """The port of last time if nobody has it, so that a bookmark of `temporal` keeps working; else any."""
    for port in (last.port if last else 0, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise CannotStart("This computer has no free port left: close some programs, then start again.")
