"""§6 (protection F): uses that go ahead of a need are looked back at, and stop when nobody looks."""

from datetime import date, timedelta

import pytest

from domain import commands as c
from domain import events as e
from domain.case import Cause, Kind, Stage
from domain.commands import AfterLast, Outcome
from domain.people import Seat
from domain.refusals import (
    NotNow,
    NotYours,
    OnlyOnce,
    ReleasedByReview,
    SamePerson,
    TooLong,
    WouldAddItems,
)
from domain.working_days import london_date
from tests.builders import NO_LEADERS, Life, a_case, actor, without

R1, R2, R3 = Seat.RECEIVING_LEADER_1, Seat.RECEIVING_LEADER_2, Seat.RECEIVING_LEADER_3
GOES_ON = (Outcome.CONTINUE, Outcome.CHANGE, Outcome.NARROW, Outcome.PAUSE)


def active(**settings: object) -> Life:
    return a_case(**settings).submitted().risk_signed().approved().delivered().life()


def at_review(**settings: object) -> Life:
    return a_case(**settings).submitted().risk_signed().approved().delivered().at_review().life()


def at_24_months() -> Life:
    return a_case().submitted().risk_signed().approved().delivered().reviewed().at_review().life()


# --- when ---------------------------------------------------------------------------------------------


def test_a_time_limited_share_has_its_first_review_after_twelve_calendar_months() -> None:
    """§6, I5: counted from the first delivery."""
    life = active()
    assert life.happened(e.ReviewScheduled) == 1 and life.case.review_month == 12
    assert life.due_day(Kind.REVIEW) == date(2027, 11, 23)
    assert life.task(Kind.REVIEW).seat is Seat.REVIEWER


def test_a_share_that_answers_a_need_is_not_looked_back_at() -> None:
    """§6."""
    life = active(use="deliver_service")
    assert not life.case.open(Kind.REVIEW) and life.case.review_month == 0


def test_a_review_opens_twenty_working_days_before_it_is_due() -> None:
    """§6: until then nobody can conclude it, and nobody is asked to."""
    life = active()
    review = life.task(Kind.REVIEW)
    assert review.visible_from and london_date(review.visible_from) == date(2027, 10, 26)
    life.time_passes(review.visible_from - timedelta(seconds=1))
    life.refuses(NotNow, c.ConcludeReview(outcome=Outcome.CONTINUE), Seat.REVIEWER)
    life.refuses(NotNow, c.ExtendReview(days=5), R2)
    life.time_passes(review.visible_from)
    life.conclude()
    life.expect_stage(Stage.ACTIVE)


def test_the_second_review_is_twenty_four_months_after_delivery_however_early_the_first_was() -> None:
    """§6."""
    life = at_review()
    life.conclude()
    assert life.case.review_month == 24 and life.due_day(Kind.REVIEW) == date(2028, 11, 23)


def test_the_reviewer_is_missed_from_the_day_the_review_is_planned() -> None:
    """G5: a year is enough to appoint somebody."""
    life = active(filled=without(Seat.REVIEWER))
    assert life.vacancy(Seat.REVIEWER)


# --- the five outcomes --------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", [Outcome.CONTINUE, Outcome.CHANGE])
def test_continue_and_change_plan_the_next_review(outcome: Outcome) -> None:
    """§6."""
    life = at_review()
    life.conclude(outcome)
    life.expect_events(e.TaskClosed, e.ReviewConcluded, e.ReviewScheduled, e.TaskOpened, e.EntryPublished)
    concluded = life.last(e.ReviewConcluded)
    assert (concluded.month, concluded.outcome, concluded.reviewer) == (12, outcome, "rhys")
    life.expect_stage(Stage.ACTIVE)


def test_narrow_leaves_fewer_items() -> None:
    """§6, C18."""
    life = at_review()
    life.refuses(WouldAddItems, c.ConcludeReview(outcome=Outcome.NARROW, items=9), Seat.REVIEWER)
    life.conclude(Outcome.NARROW, items=2)
    assert life.case.items == 2 and life.case.stage is Stage.ACTIVE and life.case.review_month == 24


def test_pause_suspends_until_a_leader_decides_and_the_next_review_is_planned() -> None:
    """§6, I5."""
    life = at_review()
    life.conclude(Outcome.PAUSE)
    life.expect_stage(Stage.SUSPENDED)
    assert life.last(e.ShareSuspended).cause is Cause.PAUSED and life.case.open(Kind.REVIEW)
    life.act(c.ReinstateShare(), R1)
    life.expect_stage(Stage.ACTIVE)


def test_end_ends_the_share_and_says_that_a_review_did() -> None:
    """§6, C19."""
    life = at_review()
    life.conclude(Outcome.END)
    life.expect_stage(Stage.ENDED)
    assert life.last(e.ShareEnded).by_review
    life.expect_tasks((Kind.CERTIFY_DESTRUCTION, Seat.REQUESTER))


# --- after 24 months ----------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", [Outcome.CONTINUE, Outcome.CHANGE, Outcome.PAUSE])
def test_after_24_months_a_share_ends_unless_the_review_says_how_it_goes_on(outcome: Outcome) -> None:
    """§6."""
    life = at_24_months()
    life.conclude(outcome)
    life.expect_stage(Stage.ENDED)
    assert life.last(e.ShareEnded).by_review and life.happened(e.ShareSuspended) == 0


@pytest.mark.parametrize("outcome", GOES_ON)
def test_after_24_months_a_standing_share_has_a_light_review_every_year(outcome: Outcome) -> None:
    """§6."""
    life = at_24_months()
    life.conclude(outcome, after=AfterLast.YEARLY, items=2)
    assert life.case.review_month == 36 and life.due_day(Kind.REVIEW) == date(2029, 11, 23)
    life.expect_stage(Stage.SUSPENDED if outcome is Outcome.PAUSE else Stage.ACTIVE)


def test_after_24_months_a_new_cycle_counts_from_the_day_of_the_review() -> None:
    """§6: twelve and twenty-four months again."""
    life = at_24_months()
    life.conclude(after=AfterLast.NEW_CYCLE)
    concluded_on = london_date(life.now)
    assert life.case.review_month == 12 and life.case.review_base == life.case.last_at
    assert concluded_on == date(2028, 10, 26) and life.due_day(Kind.REVIEW) == date(2029, 10, 26)


def test_a_standing_share_may_begin_a_new_cycle_too_and_it_lies_ahead() -> None:
    """§6: never in the past."""
    life = a_case(until="2032-06-30").submitted().risk_signed().approved().delivered().reviewed().life()
    for after in (AfterLast.YEARLY, AfterLast.NEW_CYCLE):
        opens = life.task(Kind.REVIEW).visible_from
        assert opens
        life.time_passes(opens)
        life.conclude(after=after)
    assert life.case.review_month == 12 and life.task(Kind.REVIEW).due_at > life.now + timedelta(days=360)


# --- nobody looks -------------------------------------------------------------------------------------


def test_a_review_nobody_concludes_reminds_then_climbs_then_suspends() -> None:
    """§6: on the day, +10 leader 1, +20 leader 2, +30 suspended."""
    life = active()
    due = life.due_day(Kind.REVIEW)
    life.next_deadline_passes()
    assert london_date(life.now) == due
    life.expect_told(Seat.REVIEWER)
    assert life.happened(e.CaseEscalated) == 0
    life.working_days_pass(10)
    life.expect_told(Seat.REVIEWER, R1)
    life.working_days_pass(10)
    life.expect_told(Seat.REVIEWER, R2)
    life.expect_stage(Stage.ACTIVE)
    life.working_days_pass(10)
    life.expect_told(Seat.REVIEWER, R3)
    life.expect_stage(Stage.SUSPENDED)
    assert life.last(e.ShareSuspended).cause is Cause.REVIEW_OVERDUE and life.happened(e.EntryPublished) == 1
    assert london_date(life.now) == date(2028, 1, 7), "thirty working days after 23 November, over Christmas"
    assert life.case.open(Kind.REVIEW), "the review stays open"


def test_a_share_suspended_for_want_of_a_review_is_only_released_by_one() -> None:
    """§6."""
    life = a_case().submitted().risk_signed().approved().delivered().paused().life()
    while life.happened(e.ShareSuspended, ever=True) < 2:
        life.next_deadline_passes()
    life.refuses(ReleasedByReview, c.ReinstateShare(), R1)
    life.conclude()
    assert life.case.cause is Cause.PAUSED and not life.case.open(Kind.LATE_REVIEW)
    life.act(c.ReinstateShare(), R1)  # what was paused before is still for the leaders to say
    life.expect_stage(Stage.ACTIVE)
    assert life.case.cause is Cause.NONE and not life.case.open(Kind.DECIDE_PAUSED)


@pytest.mark.parametrize("seat", [Seat.REVIEWER, R1, R2, R3])
def test_concluding_reinstates_whoever_was_asked_concludes_it(seat: Seat) -> None:
    """§6, C15: the first valid act wins."""
    life = active()
    while life.case.stage is Stage.ACTIVE:
        life.next_deadline_passes()
    life.conclude(by=seat)
    life.expect_stage(Stage.ACTIVE)
    assert life.case.review_month == 24 and life.case.reviewer


def test_a_late_review_may_also_end_the_share() -> None:
    """§6."""
    life = active()
    while life.case.stage is Stage.ACTIVE:
        life.next_deadline_passes()
    life.conclude(Outcome.END, by=R3)
    life.expect_stage(Stage.ENDED)


def test_leader_3_silent_on_a_suspended_share_is_counted() -> None:
    """§6, C15."""
    life = active()
    while life.case.stage is Stage.ACTIVE:
        life.next_deadline_passes()
    life.working_days_pass(5)
    assert life.last(e.OverdueAtTop).cause is Cause.REVIEW_OVERDUE
    life.conclude()
    assert not life.case.at_top


def test_a_pause_nobody_decided_and_a_review_nobody_made_are_counted_each_for_itself() -> None:
    """§6, C15."""
    life = a_case().submitted().risk_signed().approved().delivered().paused().life()
    while not life.case.at_top:
        life.next_deadline_passes()
    while not life.happened(e.ShareSuspended):
        life.next_deadline_passes()
    assert life.last(e.ShareSuspended).cause is Cause.REVIEW_OVERDUE
    assert life.case.overdue == (Cause.PAUSED,)
    life.working_days_pass(5)
    assert life.last(e.OverdueAtTop).cause is Cause.REVIEW_OVERDUE
    assert life.case.overdue == (Cause.PAUSED, Cause.REVIEW_OVERDUE)


def test_a_pause_does_not_become_a_way_round_the_review() -> None:
    """§6: paused days before it was suspended for silence; the pause moves up later, and still releases nothing."""
    life = a_case().submitted().risk_signed().approved().delivered().at_review().life()
    life.next_deadline_passes()
    life.working_days_pass(25)
    life.act(c.SuspendShare(), Seat.RISK_OWNER)
    life.working_days_pass(20)
    life.expect_told(R2)
    assert life.happened(e.ShareSuspended, ever=True) == 2
    for leader in (R1, R2):
        life.refuses(ReleasedByReview, c.ReinstateShare(), leader)
    life.conclude(by=R2)
    life.expect_stage(Stage.SUSPENDED)
    life.act(c.ReinstateShare(), R1)
    life.expect_stage(Stage.ACTIVE)


def test_a_paused_share_whose_review_is_only_late_may_still_be_reinstated() -> None:
    """C18, §6: until it is suspended for it, a late review stops nothing."""
    life = a_case().submitted().risk_signed().approved().delivered().at_review().life()
    life.act(c.SuspendShare(), Seat.RISK_OWNER)
    life.next_deadline_passes()
    life.working_days_pass(10)
    life.act(c.ReinstateShare(), R1)
    life.expect_stage(Stage.ACTIVE)
    life.working_days_pass(20)
    life.expect_stage(Stage.SUSPENDED)


def test_with_leader_1_missing_leader_2_is_asked_first_and_once() -> None:
    """§6, I2."""
    life = active(filled=without(R1))
    life.next_deadline_passes()
    for _ in range(2):
        life.working_days_pass(10)
        assert [task.seat for task in life.case.open(Kind.LATE_REVIEW)] == [R2]
    life.working_days_pass(10)
    life.expect_stage(Stage.SUSPENDED)
    assert [task.seat for task in life.case.open(Kind.LATE_REVIEW)] == [R2, R3]


def test_a_review_without_any_leader_still_suspends_and_asks_the_first_who_comes() -> None:
    """§6, G5."""
    life = active(filled=NO_LEADERS)
    while life.case.stage is Stage.ACTIVE:
        life.next_deadline_passes()
    assert life.case.at_top
    life.fill(R2)
    life.conclude(by=R2)
    life.expect_stage(Stage.ACTIVE)


# --- more time ----------------------------------------------------------------------------------------


def test_leader_2_extends_a_review_once_by_at_most_twenty_days_in_public() -> None:
    """§6."""
    life = at_review()
    for days in (0, 21):
        life.refuses(TooLong, c.ExtendReview(days=days), R2)
    life.refuses(NotYours, c.ExtendReview(days=5), R1)
    life.act(c.ExtendReview(days=20), R2)
    life.expect_events(e.ReviewExtended, e.DueMoved, e.EntryPublished)
    assert life.due_day(Kind.REVIEW) == date(2027, 12, 21)
    life.refuses(OnlyOnce, c.ExtendReview(days=1), R2)


def test_an_extended_review_begins_its_ladder_again_at_the_new_day() -> None:
    """§6: leader 1 had been told already; he is told again only ten days after the new day."""
    life = active()
    for _ in range(2):
        life.next_deadline_passes()
    life.expect_told(R1)
    life.act(c.ExtendReview(days=20), R2)
    assert not life.case.open(Kind.LATE_REVIEW)
    due = life.task(Kind.REVIEW).due_at
    life.next_deadline_passes()
    assert life.now == due
    life.expect_told(Seat.REVIEWER)
    life.working_days_pass(10)
    life.expect_told(R1)
    life.working_days_pass(20)
    life.expect_stage(Stage.SUSPENDED)


def test_each_review_may_be_extended_once() -> None:
    """§6."""
    life = at_review()
    life.act(c.ExtendReview(days=1), R2)
    life.conclude()
    assert not life.case.review_extended


# --- who ----------------------------------------------------------------------------------------------


def test_the_people_of_the_case_do_not_review_it() -> None:
    """G2, I6."""
    life = at_review()
    for person in ("amy", "ruth", "sam"):
        life.refuses(
            SamePerson, c.ConcludeReview(outcome=Outcome.CONTINUE), actor(Seat.REVIEWER, person=person)
        )


def test_leaders_review_only_when_the_reviewer_was_silent() -> None:
    """§6."""
    life = at_review()
    life.refuses(NotNow, c.ConcludeReview(outcome=Outcome.CONTINUE), R1)
    life.refuses(NotYours, c.ConcludeReview(outcome=Outcome.CONTINUE), Seat.RISK_OWNER)


def test_a_review_does_not_lift_what_the_risk_owner_paused() -> None:
    """§6, C18: the leaders asked about the pause decide; the review is concluded all the same."""
    life = a_case().submitted().risk_signed().approved().delivered().at_review().life()
    life.act(c.SuspendShare(), Seat.RISK_OWNER)
    life.conclude()
    life.expect_stage(Stage.SUSPENDED)
    assert life.task(Kind.DECIDE_PAUSED).seat is R1 and life.case.review_month == 24
    life.act(c.ReinstateShare(), R1)
    life.expect_stage(Stage.ACTIVE)
