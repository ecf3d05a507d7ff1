"""C2, C10, C15, §6: who is reminded on which mornings, and with which words."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from domain.case import Kind
from domain.nudges import reminder
from domain.policy import Policy
from domain.working_days import CalendarTooShort, Nation, london_date, working_days_between
from tests.builders import Life, a_case, in_cluster, in_doubt, relying, urgent
from tests.fixtures.calendar import EW

MONDAY = date(2026, 11, 23)


def mornings(life: Life, kind: Kind, days: int = 25, start: date = MONDAY) -> dict[date, str]:
    """What each morning brings when nobody acts and nothing else happens, as the morning round remembers it."""
    task, said, last = life.task(kind), dict[date, str](), None
    for number in range(1, days + 1):
        day = start + timedelta(days=number)
        if headline := reminder(life.case, task, day, reminded_on=last):
            said[day], last = headline, day
    return said


def test_the_risk_owner_is_reminded_on_days_two_and_four() -> None:
    assert mornings(a_case().submitted().life(), Kind.SIGN_RISK) == {
        date(2026, 11, 25): "Reminder, 3 working days left: Sign for the risk, or return the request",
        date(2026, 11, 27): "Reminder, 1 working day left: Sign for the risk, or return the request",
    }


def test_the_sender_is_reminded_on_days_five_eight_and_nine() -> None:
    said = mornings(a_case().submitted().risk_signed().life(), Kind.DECIDE)
    assert list(said) == [date(2026, 11, 30), date(2026, 12, 3), date(2026, 12, 4)]


def test_days_are_counted_for_the_body_that_must_act() -> None:
    """St Andrew's Day, Monday 30 November 2026: nobody is reminded in Scotland, and its days are a day behind."""
    scottish = a_case(sending_nation=Nation.SCOTLAND).submitted().risk_signed().life()
    assert list(mornings(scottish, Kind.DECIDE)) == [date(2026, 12, 1), date(2026, 12, 4), date(2026, 12, 7)]


def test_a_morning_that_was_missed_is_made_up_for_once() -> None:
    life = a_case().submitted().life()
    task = life.task(Kind.SIGN_RISK)
    thursday = date(2026, 11, 26)  # nothing ran on Wednesday
    assert reminder(life.case, task, thursday)
    assert reminder(life.case, task, thursday, reminded_on=thursday) is None
    assert reminder(life.case, task, date(2026, 11, 27), reminded_on=thursday), "Friday's own"


def test_two_missed_mornings_make_one_reminder() -> None:
    life = a_case().submitted().life()
    task, monday = life.task(Kind.SIGN_RISK), date(2026, 11, 30)
    assert reminder(life.case, task, monday) == (
        "Reminder, due today: Sign for the risk, or return the request"
    )
    assert reminder(life.case, task, monday, reminded_on=monday) is None


def test_weekends_are_left_in_peace() -> None:
    life = a_case().submitted().life()
    assert reminder(life.case, life.task(Kind.SIGN_RISK), date(2026, 11, 28)) is None


def test_a_review_is_reminded_of_from_the_day_it_shows_and_on_the_day_it_is_due() -> None:
    life = a_case().submitted().risk_signed().approved().delivered().at_review().life()
    task = life.task(Kind.REVIEW)
    assert task.visible_from
    said = mornings(life, Kind.REVIEW, days=40, start=london_date(task.visible_from))
    assert list(said.values()) == [
        "Reminder, 10 working days left: Review what the share has done",
        "Reminder, due today: Review what the share has done",
    ]
    assert list(said)[1] == london_date(task.due_at)


def test_what_moved_up_is_left_to_the_next_level() -> None:
    life = a_case().submitted().risk_signed().after_deadlines(1).life()
    task, missed = life.task(Kind.DECIDE), london_date(life.now)
    assert task.missed and not life.case.at_top
    for number in range(1, 60):
        assert reminder(life.case, task, missed + timedelta(days=number), missed_on=missed) is None


def test_at_the_top_it_comes_every_five_working_days_for_as_long_as_it_takes() -> None:
    life = a_case().submitted().risk_signed().after_deadlines(4).life()
    assert life.case.at_top
    task = next(each for each in life.case.open(Kind.LEADER_DECIDE) if each.level == 3)
    missed, last, said = london_date(task.due_at), None, list[tuple[date, str]]()
    for number in range(1, 60):
        day = missed + timedelta(days=number)
        if headline := reminder(life.case, task, day, missed_on=missed, reminded_on=last):
            said.append((day, headline.partition(":")[0]))
            last = day
    assert [headline for _, headline in said[:5]] == [
        f"Reminder, {late} working days overdue" for late in (5, 10, 15, 20, 25)
    ]
    days = [missed, *(day for day, _ in said)]
    waits = {working_days_between(life.case.calendar, EW, *pair) for pair in pairwise(days)}
    assert waits == {5}, "over Christmas too"


def test_the_numbers_are_the_ones_the_case_was_promised() -> None:
    policy = replace(Policy(), nudges=(("sign_risk", (1,)),))
    assert list(mornings(a_case(policy=policy).submitted().life(), Kind.SIGN_RISK)) == [date(2026, 11, 24)]


def test_kinds_without_reminders_have_none() -> None:
    life = a_case().submitted().risk_declined().life()
    assert mornings(life, Kind.REVISE) == {}


def test_a_day_beyond_the_case_s_calendar_is_not_guessed() -> None:
    life = a_case().submitted().life()
    with pytest.raises(CalendarTooShort):
        reminder(life.case, life.task(Kind.SIGN_RISK), date(2099, 1, 1))


LANES: dict[str, tuple[Life, Kind, list[date]]] = {
    "triage": (
        a_case(**in_doubt()).submitted().life(),
        Kind.TRIAGE,
        [date(2026, 11, 25), date(2026, 11, 27)],
    ),
    "object": (
        a_case(**in_cluster()).submitted().risk_signed().life(),
        Kind.OBJECT,
        [date(2026, 11, 25), date(2026, 11, 27)],
    ),
    "confirm": (
        a_case(**relying()).submitted().risk_signed().life(),
        Kind.CONFIRM,
        [date(2026, 11, 25), date(2026, 11, 27)],
    ),
    "reconsider": (
        a_case(**relying()).submitted().risk_signed().approved().delivered().root_changed().life(),
        Kind.RECONSIDER,
        [date(2026, 12, 7), date(2026, 12, 14)],
    ),
    "review_urgent": (
        a_case(**urgent()).submitted().risk_signed().approved().delivered().life(),
        Kind.REVIEW_URGENT,
        [date(2026, 11, 30), date(2026, 12, 3)],
    ),
}


@pytest.mark.parametrize("name", LANES)
def test_what_the_lanes_ask_for_is_reminded_of_too(name: str) -> None:
    life, kind, days = LANES[name]
    assert list(mornings(life, kind, days=29)) == days


def test_hours_are_over_before_any_morning_could_remind() -> None:
    """C21: the next level is told instead."""
    life = a_case(**urgent()).submitted().risk_signed().life()
    due = london_date(life.task(Kind.DECIDE).due_at)
    assert [day for day in mornings(life, Kind.DECIDE) if day <= due] == []
