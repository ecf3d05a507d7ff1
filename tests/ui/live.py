"""The pages served for a real browser. The server has a thread and an event loop of its own."""

import asyncio
import socket
import threading
from pathlib import Path

import uvicorn

from api import auth
from store.database import Database
from store.seeding import load_world
from store.tables import metadata
from tests.ui.gallery import Shot, build
from tests.ui.stage import Stage


class LiveSite:
    """`url`, the gallery's `shots`, and a `token` for each person in them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.shots: list[Shot] = []
        self.tokens: dict[str, str] = {}
        self.url = ""
        self.trouble: BaseException | None = None
        self._ready = threading.Event()
        self._server: uvicorn.Server | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "LiveSite":
        self._thread.start()
        self._ready.wait(120)
        if self.trouble:
            raise self.trouble
        return self

    def __exit__(self, *_: object) -> None:
        if self._server:
            self._server.should_exit = True
        self._thread.join(20)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as trouble:
            self.trouble = trouble
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        database = Database(f"sqlite+aiosqlite:///{self.folder / 'live.db'}")
        async with database.write() as connection:
            await connection.run_sync(metadata.create_all)
        await load_world(database)
        stage = Stage(database)
        self.shots = await build(stage)
        async with database.write() as connection:
            for person in {shot.person for shot in self.shots if shot.person}:
                self.tokens[person] = await auth.open_session(connection, person, stage.now)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        config = uvicorn.Config(stage.app, port=port, log_level="warning", lifespan="off", ws="none")
        self._server = uvicorn.Server(config)
        serving = asyncio.create_task(self._server.serve())
        while not self._server.started and not serving.done():  # noqa: ASYNC110 (uvicorn sets a flag, no event)
            await asyncio.sleep(0.02)
        self._ready.set()
        await serving
        await database.close()
