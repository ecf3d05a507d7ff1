"""Working days (G3): the golden vectors, the awkward dates, what always holds, and the seeded table."""

import copy
import csv
import json
import runpy
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from govuk_bank_holidays.bank_holidays import BankHolidays
from hypothesis import given
from hypothesis import strategies as st

from domain.working_days import (
    Calendar,
    CalendarTooShort,
    Nation,
    add_months,
    add_working_days,
    calendar_of,
    due,
    end_of_day,
    is_working_day,
    london_date,
    pinned,
    subtract_working_days,
    working_days_between,
)

ROOT = Path(__file__).parents[2]
SEED = ROOT / "store" / "seed"
EW, SCT, NI, UK = Nation.ENGLAND_AND_WALES, Nation.SCOTLAND, Nation.NORTHERN_IRELAND, Nation.UNION
THREE = (EW, SCT, NI)


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


BANK_HOLIDAYS = csv_rows(SEED / "bank_holidays.csv")
VECTORS = csv_rows(ROOT / "tests" / "fixtures" / "working_day_vectors.csv")
TABLE = calendar_of(
    "seed-1",
    [(Nation(row["nation"]), date.fromisoformat(row["date"])) for row in BANK_HOLIDAYS],
    2024,
    2036,
)

nations = st.sampled_from(Nation)
days = st.dates(date(2024, 1, 1), date(2034, 12, 31))
counts = st.integers(0, 120)


# --- golden vectors -------------------------------------------------------------------------------


@pytest.mark.parametrize("nation", Nation)
@pytest.mark.parametrize("vector", VECTORS, ids=[f"{v['received']}+{v['working_days']}" for v in VECTORS])
def test_golden_vector(vector: dict[str, str], nation: Nation) -> None:
    received, n = date.fromisoformat(vector["received"]), int(vector["working_days"])
    answer = date.fromisoformat(vector[nation])

    assert add_working_days(TABLE, nation, received, n) == answer, vector["why"]
    assert working_days_between(TABLE, nation, received, answer) == n
    # the last minute of a London day still belongs to that day
    assert due(TABLE, nation, end_of_day(received), n) == end_of_day(answer)


def test_the_vectors_hold_the_one_for_which_all_calendars_differ() -> None:
    start = date(2026, 7, 10)
    answers = {nation: add_working_days(TABLE, nation, start, 20) for nation in Nation}
    assert answers == {
        EW: date(2026, 8, 7),
        SCT: date(2026, 8, 10),
        NI: date(2026, 8, 10),
        UK: date(2026, 8, 11),
    }


# --- instants and dates ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "ends"),
    [
        (date(2026, 10, 24), datetime(2026, 10, 24, 22, 59, 59, tzinfo=UTC)),  # last full day of summer time
        (date(2026, 10, 25), datetime(2026, 10, 25, 23, 59, 59, tzinfo=UTC)),  # clocks went back at 01:00 UTC
        (date(2027, 3, 27), datetime(2027, 3, 27, 23, 59, 59, tzinfo=UTC)),
        (
            date(2027, 3, 28),
            datetime(2027, 3, 28, 22, 59, 59, tzinfo=UTC),
        ),  # clocks went forward at 01:00 UTC
    ],
)
def test_a_day_ends_by_the_london_clock(day: date, ends: datetime) -> None:
    assert end_of_day(day) == ends
    assert end_of_day(day).tzinfo is UTC
    assert london_date(ends) == day
    assert london_date(ends + timedelta(seconds=1)) == day + timedelta(days=1)


def test_a_summer_deadline_across_the_clock_change_keeps_the_wall_clock() -> None:
    friday_in_summer = datetime(2026, 10, 23, 9, 0, tzinfo=UTC)
    assert due(TABLE, EW, friday_in_summer, 1) == datetime(2026, 10, 26, 23, 59, 59, tzinfo=UTC)
    friday_in_winter = datetime(2027, 3, 25, 9, 0, tzinfo=UTC)  # then Good Friday, Easter Monday
    assert due(TABLE, EW, friday_in_winter, 1) == datetime(2027, 3, 30, 22, 59, 59, tzinfo=UTC)


def test_late_evening_in_summer_is_tomorrow_in_london() -> None:
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    assert london_date(late) == date(2026, 7, 1)
    assert due(TABLE, EW, late, 1) == end_of_day(date(2026, 7, 2))


NAIVE = datetime(2026, 6, 30, 23, 30, tzinfo=UTC).replace(tzinfo=None)


def test_an_instant_may_come_in_any_zone_but_not_in_none() -> None:
    assert london_date(datetime(2026, 7, 1, 2, 0, tzinfo=timezone(timedelta(hours=5)))) == date(2026, 6, 30)
    with pytest.raises(ValueError, match="time zone"):
        london_date(NAIVE)
    with pytest.raises(ValueError, match="time zone"):
        due(TABLE, EW, NAIVE, 1)


# --- which days are worked ------------------------------------------------------------------------


def test_only_scotland_closed_on_15_june_2026_and_so_did_the_union() -> None:
    working = {nation: is_working_day(TABLE, nation, date(2026, 6, 15)) for nation in Nation}
    assert working == {EW: True, SCT: False, NI: True, UK: False}


def test_weekends_are_never_worked() -> None:
    assert not any(
        is_working_day(TABLE, nation, date(2026, 11, day)) for nation in Nation for day in (21, 22)
    )


def test_no_days_leave_the_start_as_it_is_even_when_it_is_not_worked() -> None:
    saturday = date(2026, 11, 21)
    assert add_working_days(TABLE, EW, saturday, 0) == saturday
    assert subtract_working_days(TABLE, EW, saturday, 0) == saturday


def test_a_review_opens_twenty_working_days_before_it_is_due() -> None:
    assert subtract_working_days(TABLE, EW, date(2027, 1, 25), 20) == date(2026, 12, 23)
    assert subtract_working_days(TABLE, SCT, date(2027, 1, 26), 20) == date(2026, 12, 23)


def test_counts_below_nought_are_refused() -> None:
    for count in (add_working_days, subtract_working_days, add_months):
        with pytest.raises(ValueError, match="negative"):
            count(TABLE, EW, date(2026, 11, 23), -1)


def test_nothing_lies_between_a_day_and_itself_or_an_earlier_one() -> None:
    assert working_days_between(TABLE, EW, date(2026, 11, 23), date(2026, 11, 23)) == 0
    assert working_days_between(TABLE, EW, date(2026, 11, 23), date(2026, 11, 2)) == 0


# --- months ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "months", "nation", "answer"),
    [
        (date(2024, 2, 29), 12, EW, date(2025, 2, 28)),  # no 29 February: the month's last day, a Friday
        (date(2024, 2, 29), 24, EW, date(2026, 3, 2)),  # 28 February 2026 is a Saturday
        (date(2024, 2, 29), 48, EW, date(2028, 2, 29)),  # the leap day is back
        (date(2026, 1, 30), 12, EW, date(2027, 2, 1)),  # 30 January 2027 is a Saturday: into next month
        (date(2026, 1, 31), 1, EW, date(2026, 3, 2)),  # 28 February 2026 is a Saturday
        (date(2025, 12, 31), 12, EW, date(2026, 12, 31)),
        (date(2025, 1, 2), 12, EW, date(2026, 1, 2)),
        (date(2025, 1, 2), 12, SCT, date(2026, 1, 5)),  # the 2nd is a Scottish holiday, and a Friday
        (date(2026, 11, 22), 0, UK, date(2026, 11, 23)),
    ],
)
def test_months_keep_the_date_then_roll_forward(
    start: date, months: int, nation: Nation, answer: date
) -> None:
    assert add_months(TABLE, nation, start, months) == answer


# --- the end of the table -------------------------------------------------------------------------


def test_a_date_outside_the_table_is_refused_and_says_what_to_do() -> None:
    last = date(2036, 12, 31)
    for attempt in (
        lambda: add_working_days(TABLE, EW, last, 1),
        lambda: due(TABLE, UK, datetime(2036, 12, 31, 12, 0, tzinfo=UTC), 1),
        lambda: is_working_day(TABLE, EW, date(2037, 1, 1)),
        lambda: add_months(TABLE, EW, last, 1),
        lambda: working_days_between(TABLE, EW, last, date(2037, 1, 9)),
    ):
        with pytest.raises(CalendarTooShort) as refused:
            attempt()
        assert refused.value.year == 2037
        assert "Ask an operator to add the bank holidays of 2037." in str(refused.value)
        assert str(copy.copy(refused.value)) == str(refused.value)

    with pytest.raises(CalendarTooShort, match="2023"):
        subtract_working_days(TABLE, EW, date(2024, 1, 1), 1)
    with pytest.raises(CalendarTooShort, match="2023"):
        working_days_between(TABLE, EW, date(2023, 12, 1), date(2024, 1, 9))
    with pytest.raises(CalendarTooShort):
        add_months(TABLE, EW, last, 10**6)


def test_the_table_s_last_days_can_still_be_counted() -> None:
    assert add_working_days(TABLE, EW, date(2036, 12, 30), 1) == date(2036, 12, 31)
    assert working_days_between(TABLE, EW, date(2023, 12, 31), date(2024, 1, 2)) == 1


def test_a_roll_out_of_the_table_is_refused() -> None:
    short = pinned(TABLE, [EW], 2026, 2027)  # 31 December 2027 is a Friday; 2028 opens with a Saturday
    assert add_months(short, EW, date(2026, 12, 31), 12) == date(2027, 12, 31)
    closed = Calendar(version="x", first_year=2026, last_year=2027, holidays={EW.value: "2027-12-31"})
    with pytest.raises(CalendarTooShort, match="2028"):
        add_months(closed, EW, date(2026, 12, 31), 12)


# --- pinned calendars -----------------------------------------------------------------------------


def test_a_pinned_calendar_gives_the_same_answers_and_is_small() -> None:
    case = pinned(TABLE, [SCT, UK], 2026, 2031)

    assert (case.version, case.first_year, case.last_year) == ("seed-1", 2026, 2031)
    assert set(case.holidays) == {"scotland", "union"}
    assert all(len(text) < 1024 for text in case.holidays.values())
    for nation in (SCT, UK):
        for offset in range(6 * 365):
            day = date(2026, 1, 1) + timedelta(days=offset)
            assert is_working_day(case, nation, day) == is_working_day(TABLE, nation, day)


def test_a_pinned_calendar_travels_as_json() -> None:
    case = pinned(TABLE, [EW], 2026, 2031)
    assert Calendar(**json.loads(json.dumps(asdict(case)))) == case


def test_a_pinned_calendar_claims_no_year_that_the_table_lacks() -> None:
    assert pinned(TABLE, [EW], 2034, 2040).last_year == 2036
    assert pinned(TABLE, [EW], 2020, 2025).first_year == 2024
    with pytest.raises(CalendarTooShort, match="2037"):
        pinned(TABLE, [EW], 2037, 2040)


def test_a_nation_that_was_not_pinned_is_an_error_not_an_open_day() -> None:
    case = pinned(TABLE, [SCT], 2026, 2031)
    with pytest.raises(LookupError, match="england-and-wales"):
        is_working_day(case, EW, date(2026, 12, 25))
    with pytest.raises(LookupError, match="england-and-wales, northern-ireland"):
        is_working_day(case, UK, date(2026, 12, 25))


def test_a_day_added_later_changes_a_new_calendar_and_no_pinned_one() -> None:
    old = pinned(TABLE, [EW], 2026, 2031)
    rows = [(Nation(row["nation"]), date.fromisoformat(row["date"])) for row in BANK_HOLIDAYS]
    new = calendar_of("2026-11-23", [*rows, (EW, date(2027, 6, 7))], 2024, 2036)

    assert is_working_day(old, EW, date(2027, 6, 7))
    assert not is_working_day(pinned(new, [EW], 2026, 2031), EW, date(2027, 6, 7))
    assert not is_working_day(new, UK, date(2027, 6, 7))


def test_a_holiday_on_a_weekend_takes_no_day_off() -> None:
    odd = Calendar(version="x", first_year=2026, last_year=2026, holidays={EW.value: "2026-11-21"})
    assert working_days_between(odd, EW, date(2026, 11, 20), date(2026, 11, 27)) == 5


# --- what always holds ----------------------------------------------------------------------------


@given(nations, days, st.integers(0, 24 * 60 - 1), counts)
def test_a_longer_clock_never_ends_sooner(nation: Nation, day: date, minute: int, n: int) -> None:
    received = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minute)
    assert received < due(TABLE, nation, received, n) < due(TABLE, nation, received, n + 1)


@given(nations, days, st.integers(0, 24))
def test_months_land_on_a_working_day_not_far_away(nation: Nation, start: date, months: int) -> None:
    landed = add_months(TABLE, nation, start, months)
    assert is_working_day(TABLE, nation, landed)
    month = date(start.year + (start.month - 1 + months) // 12, (start.month - 1 + months) % 12 + 1, 1)
    assert month <= landed < month + timedelta(days=31 + 7)


@given(nations, days.filter(lambda day: day > date(2024, 1, 2)), counts)  # room to step back in the table
def test_adding_and_subtracting_agree(nation: Nation, start: date, n: int) -> None:
    end = add_working_days(TABLE, nation, start, n)
    assert working_days_between(TABLE, nation, start, end) == n
    if is_working_day(TABLE, nation, start):
        assert subtract_working_days(TABLE, nation, end, n) == start
    else:
        # day 0 was not worked, so going back finds the last worked day before it
        assert n == 0 or subtract_working_days(TABLE, nation, end, n) < start


@given(nations, days, st.integers(0, 730))
def test_counting_between_is_the_same_as_walking(nation: Nation, start: date, length: int) -> None:
    walk = (start + timedelta(days=i) for i in range(1, length + 1))
    walked = sum(is_working_day(TABLE, nation, day) for day in walk)
    assert working_days_between(TABLE, nation, start, start + timedelta(days=length)) == walked


@given(days)
def test_the_union_is_open_only_when_every_nation_is(day: date) -> None:
    assert is_working_day(TABLE, UK, day) == all(is_working_day(TABLE, nation, day) for nation in THREE)


@given(days, counts)
def test_the_union_is_never_sooner_than_a_nation(start: date, n: int) -> None:
    latest = max(add_working_days(TABLE, nation, start, n) for nation in THREE)
    assert add_working_days(TABLE, UK, start, n) >= latest


# --- the seeded table -----------------------------------------------------------------------------


def test_the_seeded_file_is_what_its_script_makes() -> None:
    script = runpy.run_path(str(SEED / "make_bank_holidays.py"))
    keys = ("nation", "date", "title")
    assert [tuple(row[key] for key in keys) for row in BANK_HOLIDAYS] == [row[:3] for row in script["rows"]()]


def test_every_seeded_row_is_a_weekday_told_once_with_its_source() -> None:
    assert {row["nation"] for row in BANK_HOLIDAYS} == {nation.value for nation in THREE}
    assert all(date.fromisoformat(row["date"]).weekday() < 5 for row in BANK_HOLIDAYS)
    assert len({(row["nation"], row["date"]) for row in BANK_HOLIDAYS}) == len(BANK_HOLIDAYS)
    assert all(
        row["title"] and row["source"] and date.fromisoformat(row["added_on"]) for row in BANK_HOLIDAYS
    )


def test_every_seeded_year_has_its_days() -> None:
    """A year with a hole would be guessed at, which is what CalendarTooShort is there to stop."""
    for year in range(2024, 2037):
        for nation, least in ((EW, 8), (SCT, 9), (NI, 10)):
            assert sum(d.startswith(str(year)) for d in TABLE.holidays[nation].split()) >= least


# What our table has and the feed has not, or the other way round. A new difference fails the test: find
# out which is right, then correct the table or add the difference here with its reason.
KNOWN_DIFFERENCES = {
    ("scotland", date(2026, 6, 15)),  # proclaimed on 4 February 2026, after the feed's copy was taken
}


def test_the_table_agrees_with_the_gov_uk_feed() -> None:
    feed = BankHolidays(use_cached_holidays=True)
    years = range(2024, 2029)  # the feed ends with 2028
    theirs = {
        (nation.value, entry["date"])
        for nation in THREE
        for entry in feed.get_holidays(division=nation.value)
        if entry["date"].year in years and entry["date"].weekday() < 5
    }
    ours = {
        (nation.value, date.fromisoformat(text))
        for nation in THREE
        for text in TABLE.holidays[nation].split()
        if int(text[:4]) in years
    }
    assert len(theirs) > 130
    assert ours ^ theirs == KNOWN_DIFFERENCES
