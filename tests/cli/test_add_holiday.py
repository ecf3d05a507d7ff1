"""An operator adds a proclaimed day from the command line, as a process of its own (G3)."""

from pathlib import Path

from tests.cli.processes import sharecase

DAY = ("--nation", "scotland", "--date", "2027-05-14", "--title", "A wedding")
OPERATOR = ("--operator", "p-tom-ferrante-boateng")


def test_an_operator_adds_a_day_once_and_due_dates_follow(tmp_path: Path) -> None:
    assert sharecase(tmp_path, "migrate").returncode == 0
    assert sharecase(tmp_path, "seed").returncode == 0

    somebody = sharecase(tmp_path, "add-holiday", *DAY, "--operator", "p-amara-okafor")
    assert somebody.returncode == 1 and "operator" in somebody.stderr

    added = sharecase(tmp_path, "add-holiday", *DAY, *OPERATOR)
    assert added.returncode == 0 and "2027-05-14 is a bank holiday in scotland" in added.stdout
    again = sharecase(tmp_path, "add-holiday", *DAY, *OPERATOR)
    assert again.returncode == 1 and "already, so nothing changed" in again.stderr

    sunday = sharecase(tmp_path, "add-holiday", *DAY[:2], "--date", "2027-05-16", *DAY[4:], *OPERATOR)
    assert sunday.returncode == 1 and "nobody works anyway" in sunday.stderr

    due = sharecase(tmp_path, "due", "--from", "2027-05-13", "--days", "1", "--nation", "scotland")
    assert due.stdout.strip() == "2027-05-17"


def test_a_day_of_the_union_or_no_day_is_told_what_to_do(tmp_path: Path) -> None:
    union = sharecase(tmp_path, "add-holiday", "--nation", "union", *DAY[2:], *OPERATOR)
    assert union.returncode == 2 and "add the day to a nation" in union.stderr
    no_day = sharecase(tmp_path, "add-holiday", *DAY[:2], "--date", "soon", *DAY[4:], *OPERATOR)
    assert no_day.returncode == 2 and "give a real date" in no_day.stderr
