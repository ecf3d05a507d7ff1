"""`sharecase what-if` on the command line: it asks, and changes nothing."""

import json
from pathlib import Path

import pytest

from cli.settings import Settings
from cli.what_if import options, what_if


def test_options_are_read_in_both_ways() -> None:
    assert options(["--decide", "15", "--sign-risk=7"]) == ({"decide": "15", "sign_risk": "7"}, [])
    assert options(["--legal-profile", "plan", "decide"])[1] == ["--legal-profile", "plan", "decide"]


async def test_it_says_what_it_looked_at(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(state=tmp_path)
    assert await what_if(settings, ["--decide", "15"], as_json=False, demo=False, most=0) == 0
    said = capsys.readouterr().out
    assert said.startswith("0 cases looked at.") and "It cannot say what people would have done" in said
    assert await what_if(settings, ["--decide", "15"], as_json=True, demo=False, most=0) == 0
    assert json.loads(capsys.readouterr().out)["lines"][0]["field"] == "decide"
    assert not list(tmp_path.iterdir()), "a question leaves nothing behind"


@pytest.mark.parametrize("words", [[], ["--decide", "400"], ["--decide"], ["--nothing", "1"]])
async def test_what_cannot_be_asked_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    assert await what_if(Settings(state=tmp_path), words, as_json=False, demo=False, most=0) == 2
    assert "there are --sign-risk" in capsys.readouterr().err
