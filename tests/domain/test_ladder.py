"""C15: silence moves up, empty posts are passed over and raised, and the top's silence is counted in public."""

from datetime import date, timedelta

import pytest

from domain import commands as c
from domain import events as e
from domain.case import Case, Cause, Kind, Stage
from domain.people import Seat, Side
from domain.refusals import NothingDue, NotNow, NotYours, PostStillEmpty
from tests.builders import Life, a_case, without

SENDING_LEADERS = (Seat.SENDING_LEADER_1, Seat.SENDING_LEADER_2, Seat.SENDING_LEADER_3)


def with_sender(**settings: object) -> Life:
    return a_case(**settings).submitted().risk_signed().life()


def test_a_silent_sender_is_taken_up_level_by_level() -> None:
    """C15: five working days each; every earlier task stays open."""
    life = with_sender()
    life.working_days_pass(10)
    life.expect_told(Seat.SENDING_LEADER_1)
    for level, seat in enumerate(SENDING_LEADERS[1:], start=2):
        life.working_days_pass(5)
        life.expect_told(seat)
        assert life.case.level == level and len(life.case.tasks) == level + 1
    assert not life.case.at_top


def test_when_even_the_top_is_silent_the_case_stays_open_and_is_counted() -> None:
    """C15, G4: overdue at the top, told once, with the body to count it against."""
    life = with_sender()
    life.working_days_pass(25)
    overdue = [event for event in life.events if isinstance(event, e.OverdueAtTop)]
    assert [(event.side, event.cause) for event in overdue] == [(Side.SENDING, Cause.TIMEOUT)]
    assert life.case.at_top and life.case.stage is Stage.WITH_SENDER and life.case.next_due() is None
    life.working_days_pass(60)
    assert not life.latest and not life.case.is_closed


@pytest.mark.parametrize("seat", [Seat.SENDER, *SENDING_LEADERS])
def test_anybody_who_was_asked_may_still_decide_at_the_top(seat: Seat) -> None:
    """C15."""
    life = a_case().submitted().risk_signed().after_deadlines(4).life()
    life.approve(seat)
    life.expect_stage(Stage.APPROVED)
    assert not life.case.at_top and life.case.level == 0 and life.case.cause is Cause.NONE


def test_an_empty_level_is_skipped_at_once_and_raised_as_a_vacancy() -> None:
    """C15, G5."""
    life = with_sender(filled=without(Seat.SENDING_LEADER_1))
    life.working_days_pass(10)
    life.expect_tasks(
        (Kind.DECIDE, Seat.SENDER),
        (Kind.FILL_POST, Seat.OPERATOR),
        (Kind.LEADER_DECIDE, Seat.SENDING_LEADER_2),
    )
    assert life.last(e.PostVacant).seat is Seat.SENDING_LEADER_1
    assert life.last(e.CaseEscalated).level == 2


def test_with_every_level_empty_the_case_is_at_the_top_at_once() -> None:
    """C15, G5: three vacancies, and counted in public from the first day."""
    life = with_sender(filled=without(*SENDING_LEADERS))
    life.working_days_pass(10)
    assert life.happened(e.PostVacant) == 3 and life.happened(e.OverdueAtTop) == 1
    assert life.case.at_top and {task.post for task in life.case.open(Kind.FILL_POST)} == set(SENDING_LEADERS)
    life.approve(Seat.SENDER)
    life.expect_tasks((Kind.PROVIDE, Seat.SENDER))


def test_a_leader_appointed_after_everybody_was_silent_is_asked_at_once() -> None:
    """C15, G5: also when no leader was there to be asked before."""
    life = with_sender(filled=without(*SENDING_LEADERS))
    life.working_days_pass(10)
    life.fill(Seat.SENDING_LEADER_2)
    life.expect_told(Seat.SENDING_LEADER_2)
    life.refuse(Seat.SENDING_LEADER_2)
    life.expect_stage(Stage.REFUSED)


def test_a_leader_appointed_while_the_next_one_still_has_time_is_not_asked() -> None:
    """C15: the case has moved on to level 2."""
    life = with_sender(filled=without(Seat.SENDING_LEADER_1))
    life.working_days_pass(10)
    life.fill(Seat.SENDING_LEADER_1)
    life.expect_events(e.TaskClosed, e.PostFilled)
    assert not [task for task in life.case.tasks.values() if task.seat is Seat.SENDING_LEADER_1]


def test_a_vacancy_is_raised_once_and_only_the_directory_ends_it() -> None:
    """G5."""
    life = with_sender(filled=without(Seat.SENDER))
    task = life.vacancy(Seat.SENDER)
    refusal = life.refuses(PostStillEmpty, c.FillPost(task=task.id), Seat.OPERATOR)
    assert "the sending team" in refusal.message
    life.refuses(NotYours, c.FillPost(task=task.id), Seat.SENDING_LEADER_1)
    life.refuses(NotNow, c.FillPost(task=life.task(Kind.DECIDE).id), Seat.OPERATOR)
    life.refuses(NotNow, c.FillPost(task="t99"), Seat.OPERATOR)
    life.working_days_pass(5)
    life.expect_told(Seat.OPERATOR)
    life.fill(Seat.SENDER)
    life.expect_tasks((Kind.DECIDE, Seat.SENDER))


def test_a_vacancy_closes_with_the_stage_that_needed_the_post() -> None:
    """G5: nobody is asked to fill a post that no task waits for."""
    life = with_sender(filled=without(Seat.SENDING_LEADER_1))
    life.working_days_pass(10)
    life.approve()
    assert not life.case.open(Kind.FILL_POST)


# --- the clock ----------------------------------------------------------------------------------------


def test_the_clock_cannot_be_early() -> None:
    """G3."""
    life = with_sender()
    life.refuses(NothingDue, c.DeadlinePassed(task=life.task(Kind.DECIDE).id), Seat.CLOCK)
    life.refuses(NothingDue, c.DeadlinePassed(task="t99"), Seat.CLOCK)
    life.refuses(NotYours, c.DeadlinePassed(task=life.task(Kind.DECIDE).id), Seat.SENDER)


def test_a_deadline_passes_once() -> None:
    """G6: the same alarm twice is one event."""
    life = with_sender()
    task = life.next_deadline_passes()
    life.refuses(NothingDue, c.DeadlinePassed(task=task.id), Seat.CLOCK)


def test_a_deadline_noticed_in_time_counts_from_its_own_day() -> None:
    """G3: the clock wakes a few minutes after midnight; leader 1's five days still count from the day before."""
    life = with_sender()
    life.lag = timedelta(minutes=20)
    life.next_deadline_passes()
    assert life.case.last_at == life.case.tasks["t2"].due_at
    assert life.due_day(Kind.LEADER_DECIDE) == date(2026, 12, 14)


def test_a_deadline_noticed_late_leaves_people_their_full_time() -> None:
    """G3: down for two days, so leader 1's five days count from the day we could say so."""
    life = with_sender()
    life.lag = timedelta(days=2)
    life.next_deadline_passes()
    assert life.case.last_at == life.now
    assert life.due_day(Kind.LEADER_DECIDE) == date(2026, 12, 16)


# --- the other ladders --------------------------------------------------------------------------------


def climb_to_the_top(life: Life, kind: Kind, side: Side, cause: Cause) -> None:
    """Leader 1, 2 and 3 of the side, five working days each, then the public count."""
    stage = life.case.stage
    for level in (1, 2, 3):
        life.next_deadline_passes()
        assert life.last(e.CaseEscalated) == e.CaseEscalated(level=level, cause=cause, side=side)
        assert life.task(kind, Seat(f"{side}.leader_{level}")).level == level
    life.next_deadline_passes()
    assert life.last(e.OverdueAtTop) == e.OverdueAtTop(side=side, cause=cause)
    life.expect_stage(stage)


@pytest.mark.parametrize(
    ("life", "kind", "side", "cause"),
    [
        (a_case().submitted().risk_signed(), Kind.LEADER_DECIDE, Side.SENDING, Cause.TIMEOUT),
        (
            a_case().submitted().risk_signed().approved(),
            Kind.LATE_DELIVERY,
            Side.SENDING,
            Cause.NOT_DELIVERED,
        ),
        (
            a_case().submitted().risk_signed().approved().sent(),
            Kind.LATE_DELIVERY,
            Side.RECEIVING,
            Cause.NOT_DELIVERED,
        ),
        (
            a_case().submitted().risk_signed().approved().delivered().ended(),
            Kind.LATE_DESTRUCTION,
            Side.RECEIVING,
            Cause.NOT_DESTROYED,
        ),
    ],
    ids=["decide", "provide", "confirm receipt", "certify destruction"],
)
def test_every_kind_of_waiting_has_its_own_ladder(life, kind: Kind, side: Side, cause: Cause) -> None:
    """C15, C17, C19."""
    climb_to_the_top(life.life(), kind, side, cause)


def test_a_second_wait_of_the_same_case_is_counted_for_itself() -> None:
    """C15, C17: the sending body was overdue; once it delivered, the receiving body's silence counts as its own."""
    life = a_case().submitted().risk_signed().approved().after_deadlines(4).life()
    assert life.case.at_top
    life.deliver()
    assert not life.case.at_top
    for _ in range(4):
        life.next_deadline_passes()
    assert life.last(e.OverdueAtTop).side is Side.RECEIVING


def test_a_mismatch_after_the_receivers_silence_starts_a_wait_of_its_own() -> None:
    """C15, C17: from here it is the sending body that is waited for."""
    life = a_case().submitted().risk_signed().approved().sent().after_deadlines(4).life()
    assert life.case.at_top
    life.confirm("something else")
    assert not life.case.at_top and life.case.cause is Cause.NONE


def test_leaders_who_were_silent_are_passed_over_when_time_given_below_is_over() -> None:
    """C14, C15: leader 1 gave time at the top; nobody above has any left, so it is counted again."""
    life = a_case().submitted().risk_signed().after_deadlines(4).life()
    life.act(c.ExtendTime(days=5), Seat.SENDING_LEADER_1)
    life.working_days_pass(5)
    assert life.case.at_top and life.happened(e.OverdueAtTop) == 1


def test_nobody_is_asked_twice_for_the_same() -> None:
    """I2: leader 2 was called for the empty level 1, and is passed over once he was silent."""
    life = with_sender(filled=without(Seat.SENDING_LEADER_1))
    life.working_days_pass(10)
    life.act(c.ExtendTime(days=2), Seat.SENDING_LEADER_2)
    life.working_days_pass(7)
    life.expect_told(Seat.SENDING_LEADER_2, Seat.SENDING_LEADER_3)
    kinds = [task.seat for task in life.case.open(Kind.LEADER_DECIDE)]
    assert kinds == [Seat.SENDING_LEADER_2, Seat.SENDING_LEADER_3]


def test_a_leader_who_gives_time_at_the_top_is_watched_again() -> None:
    """C14, C15: more time is not a way out of the public count."""
    life = a_case().submitted().risk_signed().after_deadlines(4).life()
    life.act(c.ExtendTime(days=10), Seat.SENDING_LEADER_3)
    assert not life.case.at_top
    life.working_days_pass(10)
    assert life.case.at_top and life.happened(e.OverdueAtTop) == 1


def test_an_extension_below_waits_for_the_leader_above_who_still_has_time() -> None:
    """C14, C15."""
    life = a_case().submitted().risk_signed().after_deadlines(2).life()
    life.act(c.ExtendTime(days=1), Seat.SENDING_LEADER_1)
    life.working_days_pass(1)
    life.expect_told(Seat.SENDING_LEADER_1)
    assert life.case.level == 2, "leader 2 was asked a day ago"


def test_everybody_may_see_what_the_case_waits_for() -> None:
    """G5: every open task has a seat and a deadline, and the clock knows which comes first."""
    life = with_sender()
    case: Case = life.case
    task = case.next_due()
    assert task and task.kind is Kind.DECIDE and task.watch_at == task.due_at
