"""`sharecase pack` and `sharecase verify --file`: the same numbers as the pages, as files."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.pack import write_pack
from cli.settings import Settings
from store import schema
from store.database import Database
from store.seeding import load_world
from tests.fixtures.pack_log import BY_HAND, LOG, keep


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    """An installation with the fixed log of April to June 2026."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'sharecase.db'}")
    await schema.upgrade(database)
    await load_world(database)
    await keep(database, LOG)
    await database.close()
    return Settings(state=tmp_path)


def on_1_july() -> datetime:
    return datetime(2026, 7, 1, 12, tzinfo=UTC)


async def test_a_pack_as_files(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "pack"
    assert await write_pack(settings, "2026-Q2", out, demo=True, clock=on_1_july) == 0
    assert "April to June 2026, edition 1:" in capsys.readouterr().out
    assert {each.name for each in out.iterdir()} == {
        "pack-2026-q2.csv",
        "pack-2026-q2.json",
        "dictionary.csv",
        "dictionary.json",
    }
    with (out / "pack-2026-q2.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {(row["measure"], row["dimension"]): float(row["value"]) for row in rows if row["value"]}
    assert {key: found[key] for key in BY_HAND} == BY_HAND
    told = json.loads((out / "pack-2026-q2.json").read_text(encoding="utf-8"))
    assert {(each["measure"], each["dimension"]): each["value"] for each in told["lines"] if each["value"] is not None} == found  # fmt: skip
    measures = json.loads((out / "dictionary.json").read_text(encoding="utf-8"))["measures"]
    assert {each["measure"] for each in measures} == {row["measure"] for row in rows}
    assert await write_pack(settings, "2026-Q2", out, demo=True, clock=on_1_july) == 0
    assert "edition 1:" in capsys.readouterr().out, "published once"


@pytest.mark.parametrize("quarter", ["2026", "2026-Q5", "2025-Q4", "2026-Q4"])
async def test_what_there_is_no_pack_of(
    settings: Settings, tmp_path: Path, quarter: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await write_pack(settings, quarter, tmp_path / "pack", demo=True, clock=on_1_july) == 2
    assert f"--quarter {quarter}:" in capsys.readouterr().err
    assert not (tmp_path / "pack").exists()
