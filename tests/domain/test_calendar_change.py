"""G3: a bank holiday is proclaimed. Running deadlines move later, never earlier, never once they have passed."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from domain import commands as c
from domain import events as e
from domain.case import Kind
from domain.people import CLOCK, SYSTEM, Actor, Seat
from domain.refusals import NotYours, OutsideCalendar, TextChanged
from domain.working_days import Calendar, Nation
from tests.builders import Life, a_case
from tests.fixtures.calendar import EW, SCT, calendar_for, with_holiday

MOURNING = date(2026, 11, 27)  # a Friday within the first week of every case here


def proclaim(life: Life, day: date, *nations: Nation, by: Actor = SYSTEM) -> None:
    life.act(c.AdoptCalendar(calendar=with_holiday(life.case.calendar, day, *nations)), by)


def without_holiday(calendar: Calendar, day: date) -> Calendar:
    fewer = {nation: days.replace(day.isoformat(), "").strip() for nation, days in calendar.holidays.items()}
    return replace(calendar, holidays=fewer)


def test_a_running_deadline_moves_a_day_later_and_both_values_are_kept() -> None:
    """G3."""
    life = a_case().submitted().life()
    was = life.task(Kind.SIGN_RISK).due_at
    proclaim(life, MOURNING)
    life.expect_events(e.CalendarAdopted, e.DueMoved)
    moved = life.last(e.DueMoved)
    assert moved.was == was and moved.now == life.task(Kind.SIGN_RISK).due_at
    assert life.due_day(Kind.SIGN_RISK) == date(2026, 12, 1)
    assert life.case.calendar.version.endswith("2026-11-27")


def test_the_clock_looks_on_the_new_day() -> None:
    """G3: nobody is chased on the old one."""
    life = a_case().submitted().life()
    proclaim(life, MOURNING)
    life.time_passes(datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC))
    assert not life.latest
    life.time_passes(datetime(2026, 12, 1, 23, 59, 59, tzinfo=UTC))
    life.expect_told(Seat.RECEIVING_LEADER_1)


@pytest.mark.parametrize("by", [CLOCK, SYSTEM])
def test_only_the_system_brings_a_calendar(by: Actor) -> None:
    """G3."""
    life = a_case().submitted().life()
    for seat in set(Seat) - {Seat.CLOCK, Seat.OPERATOR}:
        life.refuses(NotYours, c.AdoptCalendar(calendar=life.case.calendar), seat)
    proclaim(life, MOURNING, by=by)


def test_a_holiday_elsewhere_moves_nothing() -> None:
    """G3: the calendar of the body that must act."""
    life = a_case(sending_nation=SCT).submitted().life()
    proclaim(life, MOURNING, SCT)
    life.expect_events(e.CalendarAdopted)
    life = a_case(sending_nation=SCT).submitted().risk_signed().life()
    proclaim(life, MOURNING, SCT)
    assert life.happened(e.DueMoved) == 1


def test_a_holiday_taken_away_moves_nothing_earlier() -> None:
    """G3: what people were told they may rely on."""
    life = a_case(now=datetime(2026, 12, 21, 10, tzinfo=UTC)).submitted().life()
    due = life.due_day(Kind.SIGN_RISK)
    fewer = without_holiday(life.case.calendar, date(2026, 12, 25))
    life.act(c.AdoptCalendar(calendar=fewer), SYSTEM)
    life.expect_events(e.CalendarAdopted)
    assert life.due_day(Kind.SIGN_RISK) == due


def test_a_deadline_that_has_passed_stays_passed() -> None:
    """G3: only the leader's, which runs, moves."""
    life = a_case().submitted().after_deadlines(1).life()
    missed = life.task(Kind.SIGN_RISK)
    proclaim(life, date(2026, 12, 2))
    assert life.task(Kind.SIGN_RISK) == missed
    assert life.last(e.DueMoved).task == life.task(Kind.FIND_OWNER).id


def test_a_review_moves_only_when_the_new_holiday_is_its_own_day() -> None:
    """G3: months are calendar months; they roll to a working day at the end."""
    life = a_case().submitted().risk_signed().approved().delivered().life()
    proclaim(life, date(2027, 11, 22))
    assert life.happened(e.DueMoved) == 0
    proclaim(life, date(2027, 11, 23))
    assert life.due_day(Kind.REVIEW) == date(2027, 11, 24)


def test_an_agreed_end_is_a_date_and_no_holiday_moves_it() -> None:
    """C19."""
    life = (
        a_case(until="2027-06-01", use="deliver_service")
        .submitted()
        .risk_signed()
        .approved()
        .delivered()
        .life()
    )
    proclaim(life, date(2027, 6, 1))
    life.expect_events(e.CalendarAdopted)


def test_time_that_a_leader_gave_gets_its_holidays_too() -> None:
    """G3, C14: the extension is counted in working days like any deadline."""
    life = a_case().submitted().risk_signed().after_deadlines(1).life()
    life.act(c.ExtendTime(days=10), Seat.SENDING_LEADER_1)
    assert life.due_day(Kind.LEADER_DECIDE) == date(2026, 12, 30)
    proclaim(life, date(2026, 12, 30))
    assert life.due_day(Kind.LEADER_DECIDE) == date(2026, 12, 31)


def test_a_task_that_is_not_watched_moves_without_being_watched() -> None:
    """G3, C15: at the top nobody is above to be told."""
    life = a_case().submitted().risk_signed().refused().escalated().after_deadlines(3).life()
    assert life.case.at_top and life.case.next_due() is None
    proclaim(life, date(2026, 12, 16))
    assert life.happened(e.DueMoved) == 2 and life.case.next_due() is None


def test_what_is_opened_afterwards_uses_the_new_calendar() -> None:
    """G3."""
    life = a_case().submitted().life()
    proclaim(life, date(2026, 12, 1))
    life.sign_risk()
    assert life.due_day(Kind.DECIDE) == date(2026, 12, 8)


def test_a_date_beyond_the_table_is_refused_and_never_guessed() -> None:
    """G3."""
    life = a_case().submitted().risk_signed().approved().sent().life()
    life.case = replace(life.case, calendar=calendar_for(EW, last_year=2026))
    refusal = life.refuses(
        OutsideCalendar, c.ConfirmReceipt(manifest_hash=life.case.sent_hash), Seat.REQUESTER
    )
    assert "2027" in refusal.message and "operator" in refusal.message
    life.act(c.AdoptCalendar(calendar=calendar_for(EW)), SYSTEM)
    life.confirm()


def test_an_end_at_the_edge_of_the_calendar_stops_nobody() -> None:
    """G3, C19: the notice of an end counts plain days, so the table's first and last day do not matter."""
    now = datetime(2026, 1, 2, 10, tzinfo=UTC)
    life = (
        a_case(now=now, until="2026-01-09", use="deliver_service")
        .submitted()
        .risk_signed()
        .approved()
        .delivered()
        .life()
    )
    assert life.task(Kind.EXPIRY).is_visible(now)
    assert (
        a_case(until="2060-01-09").submitted().risk_signed().approved().delivered().life().task(Kind.EXPIRY)
    )


def test_an_act_that_looks_years_ahead_brings_the_days_known_today() -> None:
    """G3: the case carried fewer years than its review needs; the calendar is adopted first, then the act counts."""
    life = a_case().submitted().risk_signed().approved().sent().life()
    life.case = replace(life.case, calendar=calendar_for(EW, last_year=2026))
    life.act(c.ConfirmReceipt(manifest_hash=life.case.sent_hash), Seat.REQUESTER, calendar=calendar_for(EW))
    assert isinstance(life.latest[0], e.CalendarAdopted) and life.happened(e.RiskPassed) == 1
    assert life.case.calendar == calendar_for(EW)


def test_a_calendar_the_case_has_already_is_not_adopted_again() -> None:
    """G3, G6: no event where nothing changed."""
    life = a_case().submitted().life()
    life.act(c.SignRisk(form_hash=life.case.form_hash), Seat.RISK_OWNER, calendar=life.case.calendar)
    assert life.happened(e.CalendarAdopted) == 0


def test_a_refused_act_leaves_no_calendar_behind() -> None:
    """G6: an act that is refused changes nothing at all."""
    life = a_case().submitted().life()
    life.refuses(TextChanged, c.SignRisk(form_hash="older"), Seat.RISK_OWNER, calendar=calendar_for(EW, SCT))
