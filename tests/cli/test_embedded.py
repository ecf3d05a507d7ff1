"""The engine of an embedded Sharecase: one owner, tied to its parent's life, known by its folder, never forgetful."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest

from cli import embedded
from cli.embedded import CannotStart
from tests.cli.processes import is_gone, started, wait_until

HOLDER = """
import asyncio, sys
from pathlib import Path
from cli import embedded
async def main(state):
    with embedded.sole_owner(state):
        async with embedded.engine(state):
            print("held", flush=True)
            await asyncio.sleep(600)
asyncio.run(main(Path(sys.argv[1])))
"""


async def test_it_is_ready_soon_and_remembers_for_years(tmp_path: Path) -> None:
    began = time.monotonic()
    with embedded.sole_owner(tmp_path):
        async with embedded.engine(tmp_path) as client:
            assert time.monotonic() - began < 10  # half a second when nothing else runs
            told = await client.workflow_service.describe_namespace(
                DescribeNamespaceRequest(namespace="default")
            )
            assert told.config.workflow_execution_retention_ttl.seconds == 3650 * 86400
            there = embedded.remembered(tmp_path)
            assert there and not is_gone(there.pid)
        assert is_gone(there.pid)
        async with embedded.engine(tmp_path):
            again = embedded.remembered(tmp_path)
            assert again and again.port == there.port  # the port is kept


async def test_it_keeps_its_histories_as_safe_as_its_decisions(tmp_path: Path) -> None:
    with embedded.sole_owner(tmp_path):
        async with embedded.engine(tmp_path):
            there = embedded.remembered(tmp_path)
            assert there
            command = Path(f"/proc/{there.pid}/cmdline").read_bytes().split(b"\0")
            assert b"journal_mode=WAL" in command and b"synchronous=FULL" in command
            assert b"--ip" in command and b"127.0.0.1" in command


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM])
def test_it_dies_with_its_parent(tmp_path: Path, sign: signal.Signals) -> None:
    with started(tmp_path / "state", "-c", HOLDER, str(tmp_path / "state")) as parent:
        parent.wait_for("held", 20)
        there = embedded.remembered(tmp_path / "state")
        assert there and not is_gone(there.pid)
        parent.stop(sign)
        wait_until(lambda: is_gone(there.pid), 5, parent.said, "the server outlived its parent")
    with embedded.sole_owner(tmp_path / "state"):
        pass  # a killed owner holds nothing


async def test_two_on_one_folder_are_refused_and_may_join(tmp_path: Path) -> None:
    with started(tmp_path / "state", "-c", HOLDER, str(tmp_path / "state")) as other:
        other.wait_for("held", 20)
        assert embedded.is_owned(tmp_path / "state")
        with pytest.raises(CannotStart, match="already running"), embedded.sole_owner(tmp_path / "state"):
            pass
        client = await embedded.join(tmp_path / "state")
        assert client.namespace == "default"
    assert not embedded.is_owned(tmp_path / "state")


async def test_a_server_of_another_folder_is_not_ours(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    with embedded.sole_owner(one), embedded.sole_owner(two):
        async with embedded.engine(one):
            there = embedded.remembered(one)
            assert there
            embedded.remember(two, there)
            embedded.identity(two)
            with pytest.raises(CannotStart, match="not the one of"):
                await embedded.join(two)


async def test_a_file_with_another_identity_is_refused(tmp_path: Path) -> None:
    with embedded.sole_owner(tmp_path):
        async with embedded.engine(tmp_path):
            pass
        (tmp_path / "identity").write_text("somebody else's")
        with pytest.raises(CannotStart, match="Another Temporal server"):
            async with embedded.engine(tmp_path):
                pass


async def test_a_server_left_over_is_ended_before_another_starts(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with started(state, "-c", HOLDER, str(state)) as parent:
        parent.wait_for("held", 20)
        there = embedded.remembered(state)
        assert there
        os.kill(parent.process.pid, signal.SIGSTOP)  # its owner can do nothing, as if it were gone
        embedded._end_left_over(state)
        assert is_gone(there.pid)
        os.kill(parent.process.pid, signal.SIGCONT)


def test_a_pid_that_now_belongs_to_somebody_else_is_left_alone(tmp_path: Path) -> None:
    with started(tmp_path / "other", "-c", "import time; print('up'); time.sleep(60)") as bystander:
        bystander.wait_for("up", 10)
        pid = bystander.process.pid
        embedded.remember(tmp_path, embedded.Running(address="127.0.0.1:1", port=1, pid=pid, owner=1))
        embedded._end_left_over(tmp_path)
        assert not is_gone(pid)


async def test_a_server_that_cannot_start_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "TEMPORAL", Path(sys.executable))  # some other program
    with embedded.sole_owner(tmp_path), pytest.raises(CannotStart, match="stopped at once"):
        async with embedded.engine(tmp_path):
            pass
