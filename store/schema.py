"""The schema: brought up to date in one transaction, and never touched when it is newer than this code (F18)."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text

from store.database import Database
from store.tables import metadata

# alembic is imported only where something has to be done: a start with nothing to do is a third of a second shorter.

MIGRATIONS = Path(__file__).parent / "migrations"
ONE_AT_A_TIME = 72_113_501  # any number, as long as nothing else in the database locks it


class WrongSchema(Exception):
    """The database and this code do not belong together; `str` tells a person what to do."""


async def upgrade(database: Database) -> tuple[str, str]:
    """Bring the database to this code's schema; (revision before, revision after), "" for none.

    Several processes may ask at once: the first does it, the others find it done. Raises `WrongSchema` for a
    database that a newer Sharecase has written.
    """
    async with database.write() as connection:
        return await connection.run_sync(_upgrade)


async def check(database: Database) -> None:
    """Raise `WrongSchema` unless the database is at exactly this code's schema."""
    async with database.read() as connection:
        now = await connection.run_sync(_revision)
    if now != _head():
        _known(now)
        raise WrongSchema("The database is not up to date: run `sharecase migrate`, then start again.")


async def differences(database: Database) -> list[Any]:
    """What the tables in code and the tables in the database do not agree on; a test wants none."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    def compare(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        return list(compare_metadata(context, metadata))

    async with database.read() as connection:
        return await connection.run_sync(compare)


async def write_revision(database: Database, message: str) -> str:
    """For developers: a new migration from what `store.tables` says and the database lacks. Returns its file."""

    def write(connection: Connection) -> str:
        from alembic import command

        number = f"{len(revisions()) + 1:04}"
        made = command.revision(_config(connection), message, autogenerate=True, rev_id=number)
        assert made and not isinstance(made, list)
        return str(made.path)

    async with database.write() as connection:
        return await connection.run_sync(write)


def revisions() -> list[str]:
    """Every schema this code knows, oldest first: a migration's number is the beginning of its file's name."""
    return sorted(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _head() -> str:
    return max(revisions(), default="")


def _upgrade(connection: Connection) -> tuple[str, str]:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
    before = _revision(connection)
    if before != _head():
        from alembic import command

        _known(before)
        command.upgrade(_config(connection), "head")
    return before, _revision(connection)


def _known(revision: str) -> None:
    if revision and revision not in revisions():
        raise WrongSchema(
            f"A newer Sharecase has written this database (schema {revision}): start that version, or restore a backup."
        )


def _revision(connection: Connection) -> str:
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.scalar(text("SELECT version_num FROM alembic_version")) or ""


def _config(connection: Connection) -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
