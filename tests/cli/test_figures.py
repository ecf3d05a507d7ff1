"""`sharecase figures`: the same numbers on the command line, and the second count."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from cli.figures import show
from cli.settings import Settings
from domain.figure_asked import check_asked
from domain.figure_tally import DEFINITIONS
from store import figures_restated, schema, seeding
from store.database import Database

PLAIN = {"as_json": False, "recompute": False, "rebuild": False}


async def test_an_installation_without_cases_has_figures_of_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(state=tmp_path)
    assert await show(settings, {"from": "2026-01-01"}, **PLAIN | {"as_json": True}) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["identity"]["received"] == 0 and told["definitions"] == DEFINITIONS
    assert date.fromisoformat(told["from"]) == date(2026, 1, 1)
    assert await show(settings, {}, **PLAIN) == 0
    assert "identity.received" in capsys.readouterr().out
    assert await show(settings, {}, **PLAIN | {"recompute": True, "rebuild": True}) == 0
    assert "Counted again from the events: every figure agrees." in capsys.readouterr().out


async def test_what_cannot_be_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await show(Settings(state=tmp_path), {"from": "soon", "organisation": "x"}, **PLAIN) == 2
    told = capsys.readouterr().err
    assert "--from: Enter a real date for the first day" in told and "--organisation:" in told


async def test_a_note_is_public_and_names_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """G7. Where there is no installation there is nothing to note."""
    settings = Settings(state=tmp_path)
    assert await show(settings, {}, **PLAIN, note="A file was loaded twice.") == 2
    assert "no installation here" in capsys.readouterr().err
    database = Database(settings.database)
    await schema.upgrade(database)
    await seeding.load_world(database)
    assert await show(settings, {}, **PLAIN, note="Amara Okafor loaded a file twice.") == 2
    assert "can name no person" in capsys.readouterr().err
    assert await show(settings, {}, **PLAIN, note="x" * 1001) == 2
    assert "Shorten the note to 1,000 characters." in capsys.readouterr().err
    march = {"from": "2026-03-01", "to": "2026-03-31"}
    assert await show(settings, march, **PLAIN, note="A file was loaded twice.") == 0
    assert "It is public now, for 2026-03-01 to 2026-03-31" in capsys.readouterr().out
    async with database.read() as connection:
        asked, _ = check_asked(march, datetime.now(UTC), {}, {})
        (one,) = await figures_restated.listed(connection, asked, 9)
    assert (one.why, one.note, one.last_day) == ("note", "A file was loaded twice.", "2026-03-31")
    await database.close()
