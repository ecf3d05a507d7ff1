"""R4: two years in the lives of many cases, in which whatever is owed is met or moves up, once, and in time.

A second opinion counts every due date again, one day after the other (`naive_days`), and keeps the book of what is owed
(`naive_ledger`). Here 1,000 lives; `./dev test --full` leads 20,000, on every core.
"""

import os
from collections import Counter
from datetime import UTC, date, datetime
from multiprocessing import get_context

import pytest

from domain import working_days
from domain.case import Kind, Lane
from domain.working_days import Nation
from tests.domain.decades import lived
from tests.domain.naive_days import ALLOWED, OWN_DAY, Days, last_second, months_on
from tests.fixtures.calendar import full_table

IS_FULL = os.environ.get("SHARECASE_FULL") == "1"
LIVES = 20_000 if IS_FULL else 1_000


def led(lives: int, cores: int) -> Counter[str]:
    if cores == 1:
        return sum((lived(number) for number in range(lives)), Counter[str]())
    with get_context("spawn").Pool(cores) as pool:
        return sum(pool.imap_unordered(lived, range(lives), chunksize=100), Counter[str]())


@pytest.mark.slow
def test_whatever_is_owed_is_met_or_moves_up_once_and_in_time(capsys: pytest.CaptureFixture[str]) -> None:
    """R4, G3, G4, G5. What was counted is shown in the long run."""
    counted = led(LIVES, (os.cpu_count() or 1) if IS_FULL else 1)
    with capsys.disabled():
        if IS_FULL:
            print("", *(f"{name}: {number}" for name, number in sorted(counted.items())), sep="\n  ")
    assert counted["lives"] == LIVES
    never = {kind for kind in Kind if not counted[f"kind {kind}"]}
    assert not never, "a kind of task that no life met"
    assert all(counted[f"lane {lane}"] for lane in Lane)
    for what in (
        "met",
        "missed",
        "escalated",
        "overdue_at_top",
        "moved by a holiday",
        "given time",
        "outages",
    ):
        assert counted[what] > LIVES / 50, what
    assert not [name for name in counted if name.startswith("latest") and int(name.split()[1]) > 60]


def test_every_kind_of_task_has_a_length_that_was_written_twice() -> None:
    """A changed number of the rules has to be changed in the second opinion too."""
    assert set(ALLOWED) | OWN_DAY == {kind.value for kind in Kind}


@pytest.mark.parametrize("nation", ["england-and-wales", "scotland", "northern-ireland"])
def test_both_ways_of_counting_agree_on_every_day_of_ten_years(nation: str) -> None:
    """G3: leap days, Easters, and days that fall on a weekend."""
    table, naive = full_table(), Days()
    day = date(2026, 1, 1)
    while day < date(2035, 12, 1):
        assert naive.is_working(nation, day) == working_days.is_working_day(table, Nation(nation), day)
        assert last_second(day) == working_days.end_of_day(day)
        day = date.fromordinal(day.toordinal() + 1)
    for start in (
        date(2027, 2, 26),
        date(2028, 2, 29),
        date(2028, 1, 31),
        date(2027, 10, 29),
        date(2028, 12, 22),
    ):
        instant = datetime(start.year, start.month, start.day, 9, tzinfo=UTC)
        for number in (1, 5, 20, 60):
            assert naive.due(nation, instant, "days", number) == working_days.due(
                table, Nation(nation), instant, number
            )
        for number in (1, 12, 24):
            rolled = naive.working_from(nation, months_on(start, number))
            assert rolled == working_days.add_months(table, Nation(nation), start, number)
