"""ASVS V5.4, V1.2: files to take away have a name of ours, say what they are, and start no formula."""

import csv
import io
import re
from pathlib import Path

import pytest

from tests.ui.stage import Stage
from ui.csv_files import FORMULA, cell, download, safe_name, written

HOUSE = Path(__file__).parents[2]


@pytest.mark.parametrize("first", FORMULA)
def test_no_cell_is_a_formula(first: str) -> None:
    for text in (f"{first}cmd|'/c calc'!A1", first, f"{first} "):
        assert cell(text) == f"'{text}"
        assert cell([text, "b"]).startswith("'")
    assert cell(f"a{first}") == f"a{first}"


@pytest.mark.parametrize("number", ["-3", "-0.5", "12", "1200000.25"])
def test_a_number_stays_a_number(number: str) -> None:
    assert cell(number) == number and cell(float(number)) == str(float(number))


@pytest.mark.parametrize("not_quite", ["-3+1", "-", "-1e5", "--1", "-1 ", "+1", "-.5"])
def test_what_only_begins_like_a_number_is_text(not_quite: str) -> None:
    assert cell(not_quite).startswith("'")


def test_a_cell_cannot_begin_another() -> None:
    assert (
        written([["a,b", 'say "x"', "two\r\n=lines", None, True]])
        == '"a,b","say ""x""","two\r\n=lines",,yes\r\n'
    )


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("register.csv", "register.csv"),
        ("events-SC-7K3M.csv", "events-SC-7K3M.csv"),
        ("../../etc/passwd", "etc-passwd"),
        ('a"; filename=evil.exe\r\nX: y', "a-filename-evil.exe-X-y"),
        ("café.csv", "caf-.csv"),
        ("\u202e", "file.csv"),
        ("", "file.csv"),
        ("x" * 300, "x" * 100),
    ],
)
def test_a_name_leads_nowhere(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_what_is_personal_is_never_kept_on_the_way() -> None:
    told = download("x.csv", [["a"]], public=False, seconds=60).headers
    assert told["cache-control"] == "no-store" and "access-control-allow-origin" not in told


def test_csv_is_written_in_one_place() -> None:
    """So that nobody forgets the cells: nothing else in the house makes a writer."""
    for room in ("ui", "api", "cli", "activities"):
        for path in sorted((HOUSE / room).rglob("*.py")):
            if path.name != "csv_files.py":
                text = path.read_text(encoding="utf-8")
                assert not re.search(r"csv\.(writer|DictWriter)|Content-Disposition", text), path


async def test_every_file_says_what_it_is(stage: Stage) -> None:
    ref = await stage.active(title='=HYPERLINK("http://evil.example")')
    client = stage.stranger().client
    kinds = {
        "/register.csv": "text/csv; charset=utf-8",
        "/register.atom": "application/atom+xml; charset=utf-8",
        "/api/v1/register": "application/json",
        "/figures.csv": "text/csv; charset=utf-8",
        "/friction.csv": "text/csv; charset=utf-8",
        "/figures/restatements.csv": "text/csv; charset=utf-8",
        "/regulator/packs/dictionary.csv": "text/csv; charset=utf-8",
    }
    for path, kind in kinds.items():
        answer = await client.get(path)
        assert answer.status_code == 200, path
        assert (
            answer.headers["content-type"] == kind and answer.headers["x-content-type-options"] == "nosniff"
        )
        assert answer.headers["access-control-allow-origin"] == "*", path
        if kind.startswith("text/csv"):
            assert answer.headers["content-disposition"].startswith("attachment; filename="), path
    listed = list(csv.reader(io.StringIO((await client.get("/register.csv")).text)))
    cells = [each for row in listed for each in row]
    assert ref in cells and any(each.startswith("'=HYPERLINK") for each in cells)
    assert not [each for each in cells if each.startswith(FORMULA)]
