"""F18: the migrations make exactly the tables that the code speaks of, once, on both databases."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from store import schema
from store.database import Database
from store.schema import WrongSchema
from store.seeding import load_world


@pytest.fixture
async def bare(database_url: str) -> AsyncIterator[Database]:
    """A database with nothing in it at all."""
    database = Database(database_url)
    if not database.is_sqlite:
        async with database.write() as connection:
            await connection.execute(text("DROP SCHEMA public CASCADE"))
            await connection.execute(text("CREATE SCHEMA public"))
    yield database
    await database.close()


async def test_migrating_gives_the_tables_of_the_code(bare: Database) -> None:
    before, after = await schema.upgrade(bare)
    assert (before, after) == ("", schema.revisions()[-1])
    assert await schema.differences(bare) == []
    await schema.check(bare)


async def test_migrating_again_changes_nothing(bare: Database) -> None:
    await schema.upgrade(bare)
    await load_world(bare)
    people = text("SELECT count(*) FROM people")
    async with bare.read() as connection:
        seeded = await connection.scalar(people)
    before, after = await schema.upgrade(bare)
    assert before == after
    async with bare.read() as connection:
        assert seeded and await connection.scalar(people) == seeded


async def test_several_processes_may_migrate_at_once(bare: Database) -> None:
    done = await asyncio.gather(*(schema.upgrade(bare) for _ in range(4)))
    assert sorted(before for before, _ in done)[0] == ""
    assert {after for _, after in done} == {schema.revisions()[-1]}
    assert sum(before == "" for before, _ in done) == 1


async def test_a_migration_that_fails_leaves_nothing_behind(
    bare: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alembic import command

    whole = command.upgrade

    def half(*args: object) -> None:
        whole(*args)  # type: ignore[arg-type]
        raise OSError("the machine stops here")

    monkeypatch.setattr(command, "upgrade", half)
    with pytest.raises(OSError, match="stops here"):
        await schema.upgrade(bare)
    monkeypatch.undo()
    async with bare.read() as connection:
        assert await connection.run_sync(schema._revision) == ""
    assert (await schema.upgrade(bare))[0] == ""


async def test_a_database_that_is_behind_is_not_used(bare: Database) -> None:
    with pytest.raises(WrongSchema, match="sharecase migrate"):
        await schema.check(bare)


async def test_a_database_of_a_newer_sharecase_is_never_touched(bare: Database) -> None:
    await schema.upgrade(bare)
    async with bare.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for touch in (schema.check, schema.upgrade):
        with pytest.raises(WrongSchema, match="A newer Sharecase"):
            await touch(bare)
