"""`sharecase token`: for somebody in the directory, for what is said, and not without end."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from api.auth import issue_token, machine
from cli.settings import Settings
from cli.upkeep import token
from domain.scopes import EVERYTHING, MOST, Scope
from store import leavers, tables
from store.database import Database

AMY = "p-amara-okafor"


@pytest.fixture
def settings(database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    async def as_it_is(database: Database) -> None:
        """The fixture's tables were made without a migration."""

    monkeypatch.setattr("store.schema.check", as_it_is)
    return Settings(database_url=database_url)


@pytest.mark.parametrize(
    ("said", "kept"), [([], EVERYTHING), ([Scope.ACT, Scope.READ, Scope.ACT], (Scope.READ, Scope.ACT))]
)
async def test_it_is_shown_and_is_for_what_was_said(
    settings: Settings,
    database: Database,
    capsys: pytest.CaptureFixture[str],
    said: list[Scope],
    kept: tuple[Scope, ...],
) -> None:
    assert await token(settings, AMY, "case system", 30, said) == 0
    shown = capsys.readouterr().out.strip()
    async with database.read() as connection:
        found = await machine(connection, f"Bearer {shown}", datetime.now(UTC))
    assert found and found.person.id == AMY and found.token.scopes == kept
    assert found.token.expires_at - found.token.created_at == timedelta(days=30)


async def test_it_is_not_for_just_anybody_and_not_without_end(
    settings: Settings, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    now = datetime.now(UTC)
    assert await token(settings, "p-nobody", "x", 1, []) == 1
    assert "check it and try again" in capsys.readouterr().err
    assert await token(settings, AMY, "x" * 81, 1, []) == 2
    async with database.write() as connection:
        for _ in range(MOST):
            await issue_token(connection, AMY, "x", now)
    assert await token(settings, AMY, "one more", 1, []) == 1
    assert "revoke one" in capsys.readouterr().err
    async with database.write() as connection:
        await leavers.leaves(connection, AMY, now.date())
    assert await token(settings, AMY, "left", 1, []) == 1
    assert "nobody in the directory" in capsys.readouterr().err
    async with database.read() as connection:
        assert len((await connection.execute(select(tables.tokens.c.id))).all()) == MOST
