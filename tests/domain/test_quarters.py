"""Quarters are of the calendar, in London days."""

from datetime import UTC, date, datetime

import pytest

from domain.quarters import Quarter, parse, quarter_of, quarters


def test_a_quarter_knows_its_days() -> None:
    last = Quarter(2026, 4)
    assert (last.name, last.title) == ("2026-q4", "October to December 2026")
    assert (last.since, last.until) == (date(2026, 10, 1), date(2026, 12, 31))
    assert last.after == Quarter(2027, 1) and last.after.until == date(2027, 3, 31)
    assert not last.is_closed(date(2026, 12, 31)) and last.is_closed(date(2027, 1, 1))
    summer = Quarter(2026, 3).instants
    assert summer == (datetime(2026, 6, 30, 23, tzinfo=UTC), datetime(2026, 9, 30, 23, tzinfo=UTC))


def test_they_run_from_the_first_case_to_today() -> None:
    found = quarters(date(2025, 12, 31), date(2026, 7, 1))
    assert [each.name for each in found] == ["2026-q3", "2026-q2", "2026-q1", "2025-q4"]
    assert quarters(date(2027, 1, 1), date(2026, 7, 1)) == (Quarter(2026, 3),), "a first case is never ahead"
    assert quarter_of(date(2028, 2, 29)) == Quarter(2028, 1)


@pytest.mark.parametrize("text", ["2026-q4", "2026-Q4"])
def test_as_people_write_it(text: str) -> None:
    assert parse(text) == Quarter(2026, 4)


@pytest.mark.parametrize("text", ["", "2026-q5", "2026q4", "1999-q1", "2026-q4 ", "२०२६-q4", "2026-q4.csv"])
def test_what_is_none(text: str) -> None:
    assert parse(text) is None
