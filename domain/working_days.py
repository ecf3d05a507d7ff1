"""Working days, month ends and due instants, counted from a dated table of bank holidays (G3).

Everything here is a pure function of a `Calendar`, so a case that carries its own calendar gets the
same answer on every replay. Days are `date` in London; instants are aware `datetime` in UTC.

No library of holidays is asked at run time: an upgrade would change past answers, and none knows a day
yet to be proclaimed (docs/decisions/0003-calendar.md).
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


class Nation(StrEnum):
    """Whose bank holidays count (G3). UNION is the FOIA s.10(6) rule: closed anywhere is closed."""

    ENGLAND_AND_WALES = "england-and-wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern-ireland"
    UNION = "union"


_THREE = (Nation.ENGLAND_AND_WALES, Nation.SCOTLAND, Nation.NORTHERN_IRELAND)


class CalendarTooShort(Exception):
    """A date lies outside the years the table covers: refused, never guessed (G3). `str` is for a person."""

    def __init__(self, year: int) -> None:
        super().__init__(year)
        self.year = year

    def __str__(self) -> str:
        return (
            f"The calendar has no bank holidays for {self.year}, so this date cannot be worked out. "
            f"Ask an operator to add the bank holidays of {self.year}."
        )


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """Bank holidays of some nations over whole years: what a case has pinned (G3).

    version: changes whenever a day is added, e.g. "seed-1" or "2026-11-22". Both years are included.
    holidays: `Nation` value -> ISO dates with a space between: text, because the calendar travels in
    every payload of a case and six years of one nation stay under 1 KB. A full table holds the three
    nations; only a pinned one holds "union", which then wins over working it out.
    """

    version: str
    first_year: int
    last_year: int
    holidays: dict[str, str]


def calendar_of(
    version: str, days: Iterable[tuple[Nation, date]], first_year: int, last_year: int
) -> Calendar:
    """A full table from (nation, bank holiday) pairs, for years the caller knows to be complete (G3)."""
    rows = {(nation, day) for nation, day in days if first_year <= day.year <= last_year}
    texts = {nation.value: _text(day for where, day in rows if where == nation) for nation in _THREE}
    return Calendar(version=version, first_year=first_year, last_year=last_year, holidays=texts)


def pinned(calendar: Calendar, nations: Iterable[Nation], first_year: int, last_year: int) -> Calendar:
    """The same version cut down to these nations and years, small enough to travel in a case (G3).

    Years the table lacks are not claimed: a case can still open in the table's last years, and a date
    beyond them is refused when asked for. Raises CalendarTooShort if no year is covered, LookupError.
    """
    first, last = max(first_year, calendar.first_year), min(last_year, calendar.last_year)
    if first > last:
        raise CalendarTooShort(first_year)
    kept = {
        nation.value: _text(d for d in _bank_holidays(calendar, nation) if first <= d.year <= last)
        for nation in nations
    }
    return Calendar(version=calendar.version, first_year=first, last_year=last, holidays=kept)


def london_date(instant: datetime) -> date:
    """The date on a London wall calendar at this aware instant. ValueError on a naive one (G3)."""
    if instant.utcoffset() is None:
        raise ValueError("An instant needs a time zone: a naive time could be on either of two dates.")
    return instant.astimezone(LONDON).date()


def end_of_day(day: date) -> datetime:
    """23:59:59 in London on this day, as aware UTC: 22:59:59Z in summer, 23:59:59Z in winter (G3)."""
    # never ambiguous: London's clocks change at 01:00 UTC
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=LONDON).astimezone(UTC)


def is_working_day(calendar: Calendar, nation: Nation, day: date) -> bool:
    """Monday to Friday and no bank holiday (G3). Raises CalendarTooShort, LookupError."""
    _check_covered(calendar, day.year)
    return _is_open(_bank_holidays(calendar, nation), day)


def add_working_days(calendar: Calendar, nation: Nation, start: date, n: int) -> date:
    """The nth working day after `start`, which is day 0 and need not be a working day (G3).

    n = 0 gives `start` as it is. Raises CalendarTooShort, LookupError, ValueError if n < 0.
    """
    return _count(calendar, nation, start, n, _ONE_DAY)


def subtract_working_days(calendar: Calendar, nation: Nation, end: date, n: int) -> date:
    """The nth working day before `end`: when a review opens (G3). Raises as add_working_days does."""
    return _count(calendar, nation, end, n, -_ONE_DAY)


def due(calendar: Calendar, nation: Nation, received: datetime, n: int) -> datetime:
    """End of the nth working day after the London date of `received`, as aware UTC (G3).

    Raises CalendarTooShort, LookupError, ValueError if `received` is naive or n < 0.
    """
    return end_of_day(add_working_days(calendar, nation, london_date(received), n))


def add_months(calendar: Calendar, nation: Nation, start: date, months: int) -> date:
    """The same date `months` later, else that month's last day; then on to a working day (G3).

    Raises CalendarTooShort (also when the roll leaves the table), LookupError, ValueError if months < 0.
    """
    if months < 0:
        raise ValueError("Months are counted forward: the number cannot be negative.")
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    # before any date is built, so that a huge number is refused as too far and not as an overflow
    _check_covered(calendar, year)
    day = date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
    while not is_working_day(calendar, nation, day):
        day += _ONE_DAY
    return day


def working_days_between(calendar: Calendar, nation: Nation, start: date, end: date) -> int:
    """Working days after `start` up to and including `end`; 0 if end <= start (G3).

    Counted, not walked, since figures ask it for every case. Raises CalendarTooShort, LookupError.
    """
    if end <= start:
        return 0
    _check_covered(calendar, (start + _ONE_DAY).year)
    _check_covered(calendar, end.year)
    closed = _bank_holidays(calendar, nation)
    weeks, rest = divmod((end - start).days, 7)
    weekdays = weeks * 5 + sum((end - i * _ONE_DAY).weekday() < _SATURDAY for i in range(rest))
    return weekdays - sum(start < day <= end for day in closed)


def _count(calendar: Calendar, nation: Nation, start: date, n: int, step: timedelta) -> date:
    if n < 0:
        raise ValueError("Working days are counted from 0 upwards: the number cannot be negative.")
    closed = _bank_holidays(calendar, nation)
    day = start
    while n:
        day += step
        _check_covered(calendar, day.year)
        n -= _is_open(closed, day)
    return day


def _is_open(closed: frozenset[date], day: date) -> bool:
    return day.weekday() < _SATURDAY and day not in closed


def _check_covered(calendar: Calendar, year: int) -> None:
    if not calendar.first_year <= year <= calendar.last_year:
        raise CalendarTooShort(year)


def _bank_holidays(calendar: Calendar, nation: Nation) -> frozenset[date]:
    held = calendar.holidays
    names = _THREE if nation == Nation.UNION and nation not in held else (nation,)
    missing = [name for name in names if name not in held]
    if missing:
        raise LookupError(f"This calendar does not hold the bank holidays of {', '.join(missing)}.")
    return _parsed(*(held[name] for name in names))


@lru_cache(maxsize=256)
def _parsed(*texts: str) -> frozenset[date]:
    # weekends are dropped so that a day is never taken off twice when working days are counted
    days = (date.fromisoformat(word) for text in texts for word in text.split())
    return frozenset(day for day in days if day.weekday() < _SATURDAY)


def _text(days: Iterable[date]) -> str:
    return " ".join(day.isoformat() for day in sorted(days))
