"""A worker that is killed at the worst moment: after the store committed, before the engine heard of it.

Run as a program: python -m tests.workflows.dying_worker ADDRESS DATABASE_URL MARKER [die]
"""

import asyncio
import os
import sys
from pathlib import Path

from temporalio import activity
from temporalio.client import Client

from activities.record import Recorder
from store.database import Database
from store.record import Transition
from workflows.payloads import converter


class DyingRecorder(Recorder):
    """Dies once, like a process that lost its machine: no clean-up, no goodbye."""

    def __init__(self, database: Database, marker: Path) -> None:
        super().__init__(database)
        self.marker = marker

    @activity.defn(name="record")
    async def record(self, transition: Transition) -> None:
        await super().record(transition)
        if any(event.kind == "request_approved" for event in transition.events) and not self.marker.exists():
            self.marker.write_text("died here")
            os._exit(137)


async def main(address: str, url: str, marker: str) -> None:
    from tests.engine import worker_for

    client = await Client.connect(address, data_converter=converter)
    database = Database(url)
    async with worker_for(client, database, recorder=DyingRecorder(database, Path(marker))):
        print("ready", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4]))
