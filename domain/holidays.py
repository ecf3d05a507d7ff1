"""G3: which bank holidays an operator may add. Only days nobody counted with yet, in years that are known whole."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date

from domain.questions import Choice, Question
from domain.working_days import Nation

NATIONS = (Nation.ENGLAND_AND_WALES, Nation.SCOTLAND, Nation.NORTHERN_IRELAND)
LABELS = {
    Nation.ENGLAND_AND_WALES: "England and Wales",
    Nation.SCOTLAND: "Scotland",
    Nation.NORTHERN_IRELAND: "Northern Ireland",
}
FEWEST_OF_A_YEAR = 6  # no nation has fewer bank holidays; a year with fewer is not known whole
_SATURDAY = 5

FORM = (
    Question(
        id="nation",
        label="Where nobody works on that day",
        kind="choice",
        choices=tuple(Choice(value=each, label=LABELS[each]) for each in NATIONS),
        ask="Select where nobody works on that day",
        hint="For the whole United Kingdom add it three times.",
    ),
    Question(
        id="date",
        label="The day",
        kind="date",
        ask="Enter the day",
        hint="As it was proclaimed, today or later.",
    ),
    Question(
        id="title",
        label="What it is called",
        ask="Enter what it is called",
        most=100,
        hint="For example, Bank holiday for the Coronation.",
    ),
)


def problem(day: date, today: date, last_year: int, whole: Collection[int] = ()) -> str:
    """Why this day cannot be added, as a sentence that says what to do; '' when it can.

    `whole`: years beyond the table of which everything is added together.
    """
    if day < today:
        return "Enter today or a later day: what was counted before today stays as it was counted"
    if day.year > last_year and day.year not in whole:
        return (
            f"Enter a day up to the end of {last_year}: of {day.year} no bank holiday is known yet. A whole year is "
            f"brought in as a file, every nation with at least {FEWEST_OF_A_YEAR} days"
        )
    if day.weekday() >= _SATURDAY and day.year not in whole:
        return f"Enter another day: {day:%d/%m/%Y} is a {day:%A}, on which nobody works anyway"
    return ""


def whole_years(days: Iterable[tuple[str, date]], last_year: int) -> tuple[int, ...]:
    """The years after the table's last one, one after the other, of which every nation's days are here."""
    many = Counter((nation, day.year) for nation, day in days)
    found: list[int] = []
    year = last_year + 1
    while all(many[nation, year] >= FEWEST_OF_A_YEAR for nation in NATIONS):
        found.append(year)
        year += 1
    return tuple(found)
