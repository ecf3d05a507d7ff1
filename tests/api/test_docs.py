"""The examples of docs/api.md work as they stand, with a real server and a real curl."""

import asyncio
import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from api.app import document
from tests.api.test_openapi import Site

PAGE = Path(__file__).parents[2] / "docs" / "api.md"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, Site]]:
    """The address of a site served over a real socket."""
    site = Site(tmp_path)
    asyncio.run(site.fill())
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        server = uvicorn.Server(uvicorn.Config(site.app, log_level="error"))
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])))
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", site
        server.should_exit = True
        thread.join()


@pytest.mark.skipif(not shutil.which("curl"), reason="the examples are curl commands")
def test_the_examples_run_as_they_stand(served: tuple[str, Site]) -> None:
    address, site = served
    script = "\n".join(re.findall(r"^```sh\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S))
    asks, owns, _ = site.tokens
    done = subprocess.run(
        ["sh", "-eu", "-c", script],
        env={"SHARECASE": address, "AMARA": asks, "JUDITH": owns, "PATH": "/usr/local/bin:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"stage":"with_sender"' in done.stdout
    assert done.stdout.rstrip().endswith('"next":null}')


def test_every_address_on_the_page_exists() -> None:
    known = [re.sub(r"\{\w+\}", "[^/]+", path) for path in document()["paths"]]
    named = set(re.findall(r"/api/v1/[a-z/{}$_-]+[a-z}]", PAGE.read_text(encoding="utf-8")))
    assert named
    for address in named - {"/api/v1/openapi"}:  # .json, which does not describe itself
        assert any(re.fullmatch(path, address) for path in known), address
