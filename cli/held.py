"""The directory and calendar that are loaded here; where nothing was ever started, the ones that come with Sharecase."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from cli.settings import Settings
from store import schema, seeding
from store.database import Database


@asynccontextmanager
async def loaded(settings: Settings) -> AsyncIterator[Database]:
    """The installation's database. A question must not create one, so an absent one is played by a passing copy."""
    if settings.database_url or (settings.state / "sharecase.db").exists():
        database = Database(settings.database)
        try:
            await schema.check(database)
            yield database
        finally:
            await database.close()
        return
    with tempfile.TemporaryDirectory(prefix="sharecase-") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'seeded.db'}")
        try:
            await schema.upgrade(database)
            await seeding.load_world(database)
            yield database
        finally:
            await database.close()
