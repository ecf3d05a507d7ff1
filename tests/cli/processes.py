"""Sharecase as a process of its own, in a folder of its own, and nothing left running afterwards."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cli.settings import CHECKOUT, Settings

OURS = {str(field.validation_alias) for field in Settings.model_fields.values()}


def environment(state: Path, **more: str) -> dict[str, str]:
    """This process's, without what a developer may have set for their own Sharecase."""
    kept = {name: value for name, value in os.environ.items() if name not in OURS}
    return {**kept, "PYTHONPATH": str(CHECKOUT), "SHARECASE_STATE": str(state), **more}


def sharecase(state: Path, *args: str, seconds: float = 90, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *args],
        env=environment(state, **more),
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


class Started:
    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self.process = process
        self.log = log

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def wait_for(self, words: str, seconds: float) -> float:
        """Seconds until it said these words."""
        return wait_until(
            lambda: words in self.said() or self.process.poll() is not None, seconds, self.said, words
        )

    def stop(self, sign: signal.Signals = signal.SIGTERM, seconds: float = 10) -> int:
        self.process.send_signal(sign)
        return self.process.wait(seconds)


def wait_until(true: Callable[[], bool], seconds: float, told: Callable[[], str], what: str) -> float:
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, f"not within {seconds} s: {what}\n{told()}"
        time.sleep(0.02)
    return time.monotonic() - began


@contextmanager
def started(state: Path, *args: str, **more: str) -> Iterator[Started]:
    log = state.with_suffix(".log")
    with log.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-u", *args], env=environment(state, **more), stdout=file, stderr=file, text=True
        )
    try:
        yield Started(process, log)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        process.wait()


def is_gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody has collected yet has."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"


def get(url: str) -> tuple[int, str]:
    """Status and body; 0 while nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, ""
    except OSError:
        return 0, ""
