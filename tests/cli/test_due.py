"""`sharecase due`: the golden vectors, by the command that people use."""

import csv
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.due import due_date
from cli.main import app
from cli.settings import Settings
from domain.working_days import Nation

VECTORS = Path(__file__).parents[1] / "fixtures" / "working_day_vectors.csv"


async def test_the_golden_vectors(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with VECTORS.open(encoding="utf-8", newline="") as file:
        row = next(iter(csv.DictReader(file)))
    settings = Settings(state=tmp_path)
    for nation in Nation:
        assert (
            await due_date(settings, date.fromisoformat(row["received"]), int(row["working_days"]), nation)
            == 0
        )
        assert capsys.readouterr().out.strip() == row[nation]
    assert list(tmp_path.iterdir()) == []  # a question leaves nothing behind


@pytest.mark.parametrize(
    ("nation", "day"),
    [
        ("scotland", "2026-08-10"),
        ("england-and-wales", "2026-08-07"),
        ("northern-ireland", "2026-08-10"),
        ("union", "2026-08-11"),
    ],
)
async def test_the_example_of_the_issue(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], nation: str, day: str
) -> None:
    await due_date(Settings(state=tmp_path), date(2026, 7, 10), 20, Nation(nation))
    assert capsys.readouterr().out == f"{day}\n"


async def test_a_date_beyond_the_table_is_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await due_date(Settings(state=tmp_path), date(2036, 12, 20), 20, Nation.UNION) == 1
    told = capsys.readouterr()
    assert told.out == "" and "no bank holidays for 2037" in told.err


@pytest.mark.parametrize("wrong", [["--from", "2026-02-30", "--days", "1"], ["--from", "x", "--days", "1"]])
def test_a_date_that_is_none(wrong: list[str]) -> None:
    done = CliRunner().invoke(app, ["due", *wrong])
    assert done.exit_code == 2 and "give a real date" in done.stderr
