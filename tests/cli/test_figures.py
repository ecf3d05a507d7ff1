"""`sharecase figures`: the same numbers on the command line, and the second count."""

import json
from datetime import date
from pathlib import Path

import pytest

from cli.figures import show
from cli.settings import Settings

PLAIN = {"as_json": False, "recompute": False, "rebuild": False}


async def test_an_installation_without_cases_has_figures_of_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(state=tmp_path)
    assert await show(settings, {"from": "2026-01-01"}, **PLAIN | {"as_json": True}) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["identity"]["received"] == 0 and told["definitions"] == "2026-1"
    assert date.fromisoformat(told["from"]) == date(2026, 1, 1)
    assert await show(settings, {}, **PLAIN) == 0
    assert "identity.received" in capsys.readouterr().out
    assert await show(settings, {}, **PLAIN | {"recompute": True, "rebuild": True}) == 0
    assert "Counted again from the events: every figure agrees." in capsys.readouterr().out


async def test_what_cannot_be_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await show(Settings(state=tmp_path), {"from": "soon", "organisation": "x"}, **PLAIN) == 2
    told = capsys.readouterr().err
    assert "--from: Enter a real date for the first day" in told and "--organisation:" in told
