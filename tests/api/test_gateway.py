"""docs/examples as it stands: a gateway that really runs, before a Sharecase that really runs (P3, edge case 64)."""

import asyncio
import json
import os
import re
import shutil
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest
import uvicorn

from api import auth
from api.services import Site
from store.database import Database
from tests.ui.stage import Stage

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
WHO = {
    "ASKS": "p-amara-okafor",
    "OWNS": "p-judith-marchbanks",
    "LEADS": "p-marcus-adeyinka",
    "SENDS": "p-priya-raghunathan",
}
# The stories are of a day of their own, so the gateway's clock is moved to it.
AT_THE_TIME_OF = (
    "import time, runpy; time.time = lambda: {now} + 1; runpy.run_path('gateway.py', run_name='__main__')"
)


@asynccontextmanager
async def served(database: Database) -> AsyncIterator[Stage]:
    """The whole site at a real address, which is the issuer of its grants."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        stage = Stage(database, site=Site(public_url=url))
        server = uvicorn.Server(uvicorn.Config(stage.app, log_level="error", lifespan="off", ws="none"))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield stage
        finally:
            server.should_exit = True
            await serving


@asynccontextmanager
async def gateway(stage: Stage, folder: Path) -> AsyncIterator[str]:
    """The address of docs/examples/gateway.py, in a folder with what it says it needs, and nothing of the project."""
    async with httpx2.AsyncClient() as there:
        source = await there.get(f"{stage.site.public_url}/exchange/grant_verifier.py")
        vectors = await there.get(f"{stage.site.public_url}/exchange/grant-vectors.json")
    assert source.status_code == 200 and source.headers["content-type"].startswith("text/x-python")
    assert vectors.status_code == 200 and "FOR TESTS ONLY" in vectors.json()["about"]
    (folder / "grant_verifier.py").write_text(source.text, encoding="utf-8")
    shutil.copy(EXAMPLES / "gateway.py", folder)
    known = {"SHARECASE": stage.site.public_url, "AUDIENCE": "hmrc-paye-records", "KEEP": "0", "PORT": "0"}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        AT_THE_TIME_OF.format(now=stage.now.timestamp()),
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | known,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout
    try:
        said = (await asyncio.wait_for(process.stdout.readline(), 20)).decode()
        assert said.startswith("ready at "), said
        yield said.split()[-1]
    finally:
        process.kill()
        await process.wait()


@pytest.mark.skipif(not shutil.which("curl"), reason="the page's commands are curl's")
async def test_the_page_of_examples_runs_as_it_stands(database: Database, tmp_path: Path) -> None:
    page = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    script = "\n".join(re.findall(r"^```sh\n(.*?)^```", page, re.M | re.S))
    async with served(database) as stage, gateway(stage, tmp_path) as address:
        async with database.write() as connection:
            tokens = {
                name: await auth.issue_token(connection, who, name, stage.now) for name, who in WHO.items()
            }
        known = {"SHARECASE": stage.site.public_url, "GATEWAY": address, "PATH": os.environ["PATH"], **tokens}
        done = await asyncio.create_subprocess_exec(
            "sh",
            "-eu",
            "-c",
            script,
            env=known,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, trouble = await asyncio.wait_for(done.communicate(), 60)
    assert done.returncode == 0, out.decode() + trouble.decode()
    said = out.decode().splitlines()
    codes = [each for each in said if re.fullmatch(r"\d{3}", each)]
    assert codes == ["200", "403", "403", "200", "403"]
    told = [json.loads(each) for each in said if each.startswith("{")]
    assert [each["reason"] for each in told if "reason" in each] == [
        "item_not_covered", "malformed", "suspended", "revoked",
    ]  # fmt: skip
    assert all(each["sentence"].endswith(".") for each in told if "reason" in each)
    answered = [each for each in told if "person" in each]
    assert len(answered) == 2 and all("made up" in each["Address"] for each in answered)
    assert any(each.get("detail", "").startswith("This grant is suspended.") for each in told)


def test_the_files_to_take_away_are_those_that_are_tested() -> None:
    """Also in an image, which has no docs/: what is served lies beside the code that serves it."""
    from ui import exchange_files

    assert exchange_files.SOURCE.parent.name == "api"
    assert json.loads(exchange_files.VECTORS)["vectors"]
    assert b"def verify(" in exchange_files.VERIFIER
    ignored = (EXAMPLES.parents[1] / ".dockerignore").read_text(encoding="utf-8").split()
    assert "!api" in ignored
