"""C22: something new is tried out: at most 26 weeks, looked back at after 13 and 26, and no end without a lesson."""

from datetime import date
from typing import Any

import pytest

from domain import commands as c
from domain import events as e
from domain.case import Kind, Stage
from domain.other_cases import told
from domain.outlook import what_next
from domain.people import SYSTEM, Seat
from tests.builders import Life, a_case, exploratory, without
from tests.fixtures.calendar import with_holiday


def active(**settings: Any) -> Life:
    return a_case(**exploratory(), **settings).submitted().risk_signed().approved().delivered().life()


def over(**settings: Any) -> Life:
    """It ran its time, and nobody looked back at the end."""
    life = active(**settings)
    a_review(life)
    life.conclude()
    life.time_passes(life.task(Kind.EXPIRY).due_at)
    return life


def a_review(life: Life) -> None:
    opens = life.task(Kind.REVIEW).visible_from
    assert opens
    life.time_passes(max(life.now, opens))


def test_ten_days_to_decide_and_silence_moves_up() -> None:
    life = a_case(**exploratory()).submitted().risk_signed().life()
    assert life.due_day(Kind.DECIDE) == date(2026, 12, 7)
    life.working_days_pass(10)
    life.expect_told(Seat.SENDING_LEADER_1)


@pytest.mark.parametrize(
    ("until", "ends"),
    [("", date(2027, 5, 24)), ("2029-06-30", date(2027, 5, 24)), ("2027-02-26", date(2027, 2, 26))],
)
def test_it_ends_by_itself_after_twenty_six_weeks_at_the_latest(until: str, ends: date) -> None:
    assert active(until=until).due_day(Kind.EXPIRY) == ends


def test_it_is_looked_back_at_after_thirteen_weeks_and_after_twenty_six() -> None:
    life = active()
    assert life.due_day(Kind.REVIEW) == date(2027, 2, 22) and life.case.review_month == 13
    a_review(life)
    life.conclude()
    assert life.due_day(Kind.REVIEW) == date(2027, 5, 24) and life.case.review_month == 26


def test_a_week_that_ends_on_a_bank_holiday_ends_on_the_next_working_day() -> None:
    """G3: also one proclaimed meanwhile."""
    life = active()
    life.act(c.AdoptCalendar(calendar=with_holiday(life.case.calendar, date(2027, 2, 22))), SYSTEM)
    assert life.due_day(Kind.REVIEW) == date(2027, 2, 23)


def test_time_given_to_a_review_is_not_counted_in_weeks_again() -> None:
    """G3: a calendar that comes after it changes nothing by weeks."""
    life = active()
    a_review(life)
    life.act(c.ExtendReview(days=5), Seat.RECEIVING_LEADER_2)
    due = life.due_day(Kind.REVIEW)
    assert due == date(2027, 3, 1)
    life.act(c.AdoptCalendar(calendar=with_holiday(life.case.calendar, date(2027, 5, 4))), SYSTEM)
    assert life.due_day(Kind.REVIEW) == due


def test_the_last_review_ends_it() -> None:
    """C22: what comes after is an amendment with evidence."""
    life = active()
    for _ in range(2):
        a_review(life)
        life.conclude(c.Outcome.CONTINUE, after=c.AfterLast.YEARLY)
    life.expect_stage(Stage.ENDED)
    assert not life.case.open(Kind.REVIEW)


def test_after_its_time_what_was_learnt_is_still_to_be_said() -> None:
    life = over()
    life.expect_stage(Stage.ENDED)
    life.expect_tasks((Kind.REVIEW, Seat.REVIEWER), (Kind.CERTIFY_DESTRUCTION, Seat.REQUESTER))
    life.act(c.CertifyDestruction(), Seat.REQUESTER)
    assert not life.case.is_closed
    life.conclude(c.Outcome.CONTINUE)
    assert life.last(e.ReviewConcluded).month == 26 and life.happened(e.EntryPublished) == 1
    assert life.case.is_closed and life.case.stage is Stage.ENDED


def test_nobody_who_says_it_moves_up_and_suspends_nothing() -> None:
    """C15: the page does not promise a suspension either."""
    life = over()
    for _ in range(3):
        assert "suspended" not in what_next(life.case, life.task(Kind.REVIEW))
        life.next_deadline_passes()
    life.working_days_pass(40)
    life.expect_stage(Stage.ENDED)
    assert life.happened(e.ShareSuspended, ever=True) == 0 and life.case.open(Kind.LATE_REVIEW)


def test_a_missed_review_suspends_it_while_it_runs() -> None:
    """§6."""
    life = active()
    life.time_passes(life.task(Kind.REVIEW).due_at)
    assert "leader 1" in what_next(life.case, life.task(Kind.REVIEW))
    life.working_days_pass(30)
    life.expect_stage(Stage.SUSPENDED)


def test_what_is_found_against_it_afterwards_reaches_who_relies_on_it() -> None:
    """P2: reaching the day withdraws nothing, an adverse finding does."""
    life = over()
    life.conclude(c.Outcome.END)
    (moved,) = told(life.case, life.last(e.ReviewConcluded))
    assert moved.act == "root_changed" and moved.body["how"] == "overturned"
    life = over()
    life.conclude(c.Outcome.CHANGE)
    assert told(life.case, life.last(e.ReviewConcluded)) == ()


def test_ended_early_by_a_person_it_is_over() -> None:
    life = active()
    life.act(c.EndShare(), Seat.RISK_OWNER)
    life.expect_tasks((Kind.CERTIFY_DESTRUCTION, Seat.REQUESTER))
    assert life.case.review_month == 0


def test_an_empty_reviewers_chair_is_raised_and_stays_raised_after_the_end() -> None:
    """G5."""
    life = active(filled=without(Seat.REVIEWER))
    assert life.vacancy(Seat.REVIEWER)
    while life.case.stage is not Stage.ENDED:
        life.next_deadline_passes()
    assert life.vacancy(Seat.REVIEWER) and life.task(Kind.REVIEW)
