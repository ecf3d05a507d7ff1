"""`sharecase import`: shows what a file holds, keeps it with --yes, once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.import_requests import import_requests
from cli.settings import Settings
from store.database import Database
from tests.cli.processes import sharecase

FIXTURES = Path(__file__).parents[1] / "fixtures" / "imports"
TABLE, MARKET = FIXTURES / "requests.csv", FIXTURES / "marketplace.json"
AMY = "p-amara-okafor"


@pytest.fixture
def settings(database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    async def as_it_is(database: Database) -> None:
        """The fixture's tables were made without a migration."""

    monkeypatch.setattr("store.schema.check", as_it_is)
    yield Settings(database_url=database_url)


async def test_it_is_looked_at_kept_and_kept_once(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await import_requests(settings, TABLE, AMY, "", yes=False) == 0
    assert "2 would be new, 0 are there. Nothing was kept" in capsys.readouterr().out
    assert await import_requests(settings, TABLE, AMY, "", yes=True) == 0
    assert "2 drafts were made, 0 were there before. Nothing was submitted." in capsys.readouterr().out
    assert await import_requests(settings, TABLE, AMY, "csv", yes=True) == 0
    assert "0 drafts were made, 2 were there before." in capsys.readouterr().out


async def test_the_marketplace_is_told_by_the_name(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await import_requests(settings, MARKET, AMY, "", yes=False) == 0
    out = capsys.readouterr().out
    assert "left out of request 1: favourite-colour: Sharecase does not know this step." in out
    assert "to answer in request 1: Risk owner" in out and "1 would be new" in out


async def test_what_has_to_be_mended_is_told(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("title,region\nA,Narnia\nB,London\n")
    assert await import_requests(settings, file, AMY, "", yes=False) == 1
    out = capsys.readouterr().out
    assert (
        "not taken: row 2: Where they live: 'Narnia' is none of its choices." in out
        and "1 would be new" in out
    )
    file.write_text("title,colour\nA,red\n")
    for who, told in (
        (AMY, "Column 2, 'colour', is no question of the form"),
        ("p-nobody", "nobody here has this id"),
        ("p-priya-raghunathan", "asks for data in no team"),
    ):
        assert await import_requests(settings, file, who, "", yes=True) == 2
        assert told in capsys.readouterr().err
    assert await import_requests(settings, tmp_path / "none.csv", AMY, "", yes=True) == 2
    assert "check the path" in capsys.readouterr().err


def test_a_wrong_format_is_told_in_a_sentence(tmp_path: Path) -> None:
    done = sharecase(tmp_path, "import", str(TABLE), "--as", AMY, "--format", "xml")
    assert done.returncode == 2 and done.stderr == "sharecase: --format xml: give csv or marketplace.\n"
