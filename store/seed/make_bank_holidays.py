"""Make bank_holidays.csv, the first content of the calendar table (G3).

Run by hand, never by the product:

    python store/seed/make_bank_holidays.py

It writes the weekday bank holidays of the three nations for FIRST_YEAR..LAST_YEAR beside itself, taken
from the `holidays` package. Read the difference before committing: once a world is seeded, its table
lives in the database and an operator adds days there, with a source. To reach further, raise LAST_YEAR.
tests/domain/test_working_days.py checks the file against this script and against the GOV.UK feed.
"""

import csv
import sys
from datetime import date
from importlib.metadata import version
from pathlib import Path

import holidays

FIRST_YEAR, LAST_YEAR = 2024, 2036
ADDED_ON = date(2026, 11, 22)
HEADER = ("nation", "date", "title", "source", "added_on")

# England and Wales share one calendar; the generator stops if the package ever splits them.
SUBDIVISIONS = {
    "england-and-wales": ("ENG", "WLS"),
    "scotland": ("SCT",),
    "northern-ireland": ("NIR",),
}

# A day proclaimed once, which the package may or may not know: listed here so it cannot get lost.
ONE_OFFS = {
    ("scotland", date(2026, 6, 15)): (
        "World Cup bank holiday",
        "Royal Proclamation approved 4 February 2026",
    ),
}

# The names people in the UK know these days by.
TITLES = {
    "May Day": "Early May bank holiday",
    "Spring Bank Holiday": "Spring bank holiday",
    "Late Summer Bank Holiday": "Summer bank holiday",
    "Summer Bank Holiday": "Summer bank holiday",
    "New Year Holiday": "2nd January",
    "Saint Andrew's Day": "St Andrew's Day",
    "Saint Patrick's Day": "St Patrick's Day",
    "Battle of the Boyne": "Battle of the Boyne (Orangemen's Day)",
}

Row = tuple[str, str, str, str, str]


def rows() -> list[Row]:
    """The rows of the file without its header, in order of nation and date. ISO dates."""
    made: list[Row] = []
    for nation, subdivisions in SUBDIVISIONS.items():
        tables = [_weekdays(subdivision) for subdivision in subdivisions]
        if any(table != tables[0] for table in tables):
            raise ValueError(f"{nation}: {subdivisions} no longer share one calendar")
        titles = {day: (title, f"holidays {version('holidays')}") for day, title in tables[0].items()}
        titles |= {day: known for (where, day), known in ONE_OFFS.items() if where == nation}
        made += [
            (nation, day.isoformat(), title, source, ADDED_ON.isoformat())
            for day, (title, source) in sorted(titles.items())
        ]
    return made


def _weekdays(subdivision: str) -> dict[date, str]:
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    found = holidays.country_holidays("GB", subdiv=subdivision, years=years)
    return {day: _title(name) for day, name in found.items() if day.weekday() < 5}


def _title(name: str) -> str:
    # where two names meet on one day, the last is the day itself ("New Year Holiday; New Year's Day")
    name = name.rpartition("; ")[2]
    plain = name.removesuffix(" (observed)")
    title = TITLES.get(plain, plain)
    return title if plain == name else f"{title}, substitute day"


def main() -> None:
    target = Path(__file__).with_name("bank_holidays.csv")
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(rows())
    sys.stdout.write(f"wrote {target}\n")


if __name__ == "__main__":
    main()
