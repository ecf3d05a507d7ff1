"""`sharecase load-reliers`: one decision, many bodies, one command; the same list twice makes nothing new (P2)."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from cli import hospitals
from cli.relier_rows import Row, read_rows
from domain.bodies import plain
from store.bodies import bodies
from tests.cli.processes import sharecase


def rows(folder: Path, *lines: str) -> Path:
    file = folder / "teams.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def test_rows_are_read_and_bad_ones_told(tmp_path: Path) -> None:
    file = rows(
        tmp_path,
        "Team,region,area",
        "one,London,Newham",
        "",
        ",London,",
        "two,Narnia,",
        "three,,,more",
        "four,E92000001",
    )
    good, bad = read_rows(file)
    assert good == [
        Row(number=2, team="one", region="E12000007", area="Newham"),
        Row(number=7, team="four", region="E92000001"),
    ]
    assert [(each.number, each.column) for each in bad] == [(4, "team"), (5, "region"), (6, "")]
    assert "'Narnia' is no region of the form" in bad[1].sentence


@pytest.mark.parametrize("header", ["area", "team,colour", "team,team", ""])
def test_a_list_needs_its_columns(tmp_path: Path, header: str) -> None:
    with pytest.raises(ValueError, match="first row must name the columns team"):
        read_rows(rows(tmp_path, header, "a,b"))


def test_made_up_hospitals_are_nobodys_and_each_has_its_own_name() -> None:
    names = [hospitals.name_of(number) for number in range(1, hospitals.MOST)]
    assert len(set(names)) == len(names)
    real = {plain(name) for body in bodies() for name in (body.name, *body.aliases)}
    assert not real & {plain(name) for name in names}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ((), "give either --file, or --demo"),
        (("--demo", "3", "--file", "x.csv"), "give either --file, or --demo"),
        (("--file", "x.csv"), "--file needs --root and --as"),
        (("--demo", "1001"), "give a number from 1 to 1000"),
        (
            ("--file", "none.csv", "--root", "SC-7K3M-P2QX", "--as", "p-amara-okafor"),
            "none.csv cannot be read",
        ),
    ],
)
def test_what_cannot_be_meant_is_told(tmp_path: Path, options: tuple[str, ...], told: str) -> None:
    done = sharecase(tmp_path, "load-reliers", *options)
    assert done.returncode == 2 and told in done.stderr and "Traceback" not in done.stderr


@pytest.mark.slow
def test_many_hospitals_rely_on_one_decision_once(tmp_path: Path) -> None:
    """The proof with 218 takes a minute; five go the same way."""
    state = tmp_path / "state"
    done = sharecase(state, "load-reliers", "--demo", "3")
    assert done.returncode == 0, done.stderr
    assert "3 requests submitted, 0 were there before, 0 refused, 0 rows not read." in done.stdout
    assert "3 in the reliance lane, risk acceptance" in done.stdout and "is relied on by 0" in done.stdout

    done = sharecase(state, "load-reliers", "--demo", "5", "--confirm")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 requests submitted, 3 were there before" in done.stdout
    assert "5 in the reliance lane, active" in done.stdout and "is relied on by 5 in public" in done.stdout
    again = sharecase(state, "load-reliers", "--demo", "5", "--confirm")
    assert "0 requests submitted, 5 were there before" in again.stdout

    with closing(sqlite3.connect(state / "sharecase.db")) as connection:
        found = connection.execute("SELECT DISTINCT root, lane, stage FROM cases WHERE root <> ''").fetchall()
        assert len(found) == 1 and found[0][1:] == ("reliance", "active")
        bodies_of = connection.execute(
            "SELECT count(DISTINCT receiving_organisation) FROM cases WHERE root <> ''"
        )
        assert bodies_of.fetchone() == (5,)
    root, team = found[0][0], hospitals.team_of(1)

    asker = f"p-made-up-{1:04}-requester"
    listed = rows(
        tmp_path, "team", hospitals.team_of(2), "no-such-team", f"{hospitals.name_of(1)}: Patients' cash desk"
    )
    done = sharecase(state, "load-reliers", "--root", root, "--file", str(listed), "--as", asker)
    assert done.returncode == 1
    assert "0 requests submitted, 2 were there before, 1 refused" in done.stdout
    assert "refused: row 3: no-such-team: 'no-such-team' is no team of the directory" in done.stdout
    others = rows(tmp_path, "team,risk_owner", "leeds-benefits,", f"{team},p-nobody")
    done = sharecase(state, "load-reliers", "--root", root, "--file", str(others), "--as", asker)
    assert f"refused: row 2: leeds-benefits: {asker} does not ask for data in this team" in done.stdout
    wrong = sharecase(state, "load-reliers", "--root", "SC-NONE-SUCH", "--file", str(others), "--as", asker)
    assert wrong.returncode == 2 and "There is no decision with this reference" in wrong.stderr
    assert "every one follows from the one before" in sharecase(state, "verify").stdout
