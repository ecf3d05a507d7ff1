"""`sharecase import-directory`: the first filling of an empty installation, and files an operator brings later."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from cli.import_directory import import_directory
from cli.settings import Settings
from store import tables
from store.database import Database

OPERATOR = "p-tom-ferrante-boateng"
FIRST = """kind;name;type;nation;status;id;body;email;role
body;Data Office;executive agency;england-and-wales;public;office;;;
person;Zoë Operator;;;;;;zoe@office.example;
post;;;;;;office;zoe@office.example;operator
"""


@pytest.fixture
def settings(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    async def as_it_is(database: Database) -> None:
        """The fixture's tables were made without a migration."""

    monkeypatch.setattr("store.schema.check", as_it_is)
    yield Settings(database_url=database_url)


async def many(database: Database) -> int:
    async with database.read() as connection:
        return int(await connection.scalar(select(func.count()).select_from(tables.posts)) or 0)


async def test_whoever_set_it_up_fills_an_empty_installation(
    settings: Settings, empty_database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "first.csv"
    file.write_bytes(FIRST.encode("cp1252"))
    assert await import_directory(settings, file, "", yes=False) == 0
    out = capsys.readouterr().out
    assert "3 rows would be added, 0 changed. Nothing was done" in out and "Windows-1252" in out
    assert "line 3 would be new: person, Zoë Operator, zoe@office.example" in out
    assert await many(empty_database) == 0
    assert await import_directory(settings, file, "", yes=True) == 0
    assert "3 rows were added, 0 changed." in capsys.readouterr().out
    assert await import_directory(settings, file, "", yes=True) == 2
    assert "There is an operator already: say who brings the file" in capsys.readouterr().err
    async with empty_database.read() as connection:
        who = await connection.scalar(select(tables.people.c.id))
        command = (await connection.execute(select(tables.commands))).one()
    assert (command.act, command.actor, command.via) == ("import_directory", "installation", "cli")
    assert await import_directory(settings, file, str(who), yes=True) == 0
    assert "says all of this already" in capsys.readouterr().out


async def test_an_operator_is_told_what_to_mend_and_nothing_is_done(
    settings: Settings, database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = await many(database)
    file = tmp_path / "bad.csv"
    file.write_text("kind,email,role,body\npost,p@x.example,operator,leeds\nteam,,,leeds\n")
    assert await import_directory(settings, file, OPERATOR, yes=True) == 1
    out = capsys.readouterr().out
    assert "to mend: line 2: email: Nobody has the address 'p@x.example'" in out
    assert "to mend: line 3: role" not in out and "to mend: line 3: name: Fill in name" in out
    assert "2 rows have to be mended, so nothing was done." in out and await many(database) == before
    file.write_text("colour\nred\n")
    for who, path, told in (
        (OPERATOR, file, "none of the columns"),
        ("p-nobody", file, "nobody here has this id"),
        ("p-amara-okafor", file, "is no operator"),
        ("", file, "There is an operator already"),
        (OPERATOR, tmp_path / "none.csv", "check the path"),
    ):
        assert await import_directory(settings, path, who, yes=True) == 2
        assert told in capsys.readouterr().err
