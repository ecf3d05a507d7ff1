"""C12, C14: leaders decide jointly, direct, take over, give time; 'noted' is not a choice."""

from datetime import date

import pytest

from domain import commands as c
from domain import events as e
from domain.case import Cause, Kind, Stage
from domain.people import Seat, Side
from domain.refusals import AlreadyDecided, CaseClosed, NotNow, NotYours, OnlyOnce, TooLong, TooManyRounds
from domain.working_days import Nation
from tests.builders import Life, a_case, without

R1, R2, R3 = Seat.RECEIVING_LEADER_1, Seat.RECEIVING_LEADER_2, Seat.RECEIVING_LEADER_3
S1, S2, S3 = Seat.SENDING_LEADER_1, Seat.SENDING_LEADER_2, Seat.SENDING_LEADER_3


def refused(**settings: object) -> Life:
    return a_case(**settings).submitted().risk_signed().refused().life()


def before_leaders(**settings: object) -> Life:
    return a_case(**settings).submitted().risk_signed().refused().escalated().life()


def moved_up(n: int = 1, **settings: object) -> Life:
    """A silent sender, n levels up."""
    return a_case(**settings).submitted().risk_signed().after_deadlines(n).life()


# --- C12 ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seat", [Seat.REQUESTER, Seat.RISK_OWNER])
def test_a_refusal_goes_to_the_leaders_of_both_sides(seat: Seat) -> None:
    """C12."""
    life = refused()
    life.escalate_refusal(seat)
    life.expect_stage(Stage.LEADER_DECISION)
    life.expect_tasks((Kind.JUDGE_REFUSAL, R1), (Kind.JUDGE_REFUSAL, S1))
    assert life.case.cause is Cause.APPEAL and life.due_day(Kind.JUDGE_REFUSAL, R1) == date(2026, 11, 30)


def test_a_refusal_may_be_escalated_for_twenty_working_days_and_not_after() -> None:
    """C12."""
    life = refused()
    life.working_days_pass(20)
    assert life.case.is_closed and life.case.stage is Stage.REFUSED
    life.refuses(CaseClosed, c.EscalateRefusal(), Seat.REQUESTER)


def test_the_sending_side_cannot_escalate_its_own_refusal() -> None:
    """C12."""
    life = refused()
    for seat in (Seat.SENDER, S1, R1):
        life.refuses(NotYours, c.EscalateRefusal(), seat)


def test_both_leaders_uphold() -> None:
    """C12: on the ground given, and that is the end: once is once."""
    life = before_leaders()
    life.uphold(R1)
    life.expect_stage(Stage.LEADER_DECISION)
    life.uphold(S1)
    life.expect_stage(Stage.REFUSED)
    assert life.case.is_closed
    life.refuses(CaseClosed, c.EscalateRefusal(), Seat.REQUESTER)


def test_both_leaders_overturn() -> None:
    """C12: as good as an approval."""
    life = before_leaders()
    life.overturn(S1)
    life.overturn(R1)
    life.expect_stage(Stage.APPROVED)
    life.expect_tasks((Kind.PROVIDE, Seat.SENDER))
    assert life.happened(e.EntryPublished) == 1 and life.case.cause is Cause.NONE


@pytest.mark.parametrize("first", ["uphold", "overturn"])
def test_leaders_who_disagree_send_it_to_the_next_level(first: str) -> None:
    """C12: what was said below stands aside."""
    life = before_leaders()
    getattr(life, first)(R1)
    getattr(life, "uphold" if first == "overturn" else "overturn")(S1)
    assert life.last(e.JointDecisionMovedUp) == e.JointDecisionMovedUp(level=1, because="disagreed")
    life.expect_tasks((Kind.JUDGE_REFUSAL, R2), (Kind.JUDGE_REFUSAL, S2))
    assert life.case.upheld == () and life.case.overturned == ()
    life.overturn(R2)
    life.overturn(S2)
    life.expect_stage(Stage.APPROVED)


def test_leaders_who_are_silent_send_it_to_the_next_level() -> None:
    """C12, I3: silence neither upholds nor overturns."""
    life = before_leaders()
    life.working_days_pass(5)
    assert life.last(e.JointDecisionMovedUp).because == "silent"
    life.expect_tasks((Kind.JUDGE_REFUSAL, R2), (Kind.JUDGE_REFUSAL, S2))
    assert life.happened(e.DeadlineMissed) == 2


def test_one_silent_leader_is_as_good_as_two() -> None:
    """C12: only the silent one missed a deadline, and the other's word stands aside."""
    life = before_leaders()
    life.uphold(R1)
    life.working_days_pass(5)
    assert life.last(e.DeadlineMissed).seat is S1 and life.happened(e.DeadlineMissed) == 1
    life.expect_tasks((Kind.JUDGE_REFUSAL, R2), (Kind.JUDGE_REFUSAL, S2))
    life.refuses(NotNow, c.UpholdRefusal(), R1)


def test_a_leader_whose_own_calendar_still_gives_a_day_has_missed_nothing() -> None:
    """C12, G3: St Andrew's Day, Monday 30 November 2026, is a holiday in Scotland only."""
    life = before_leaders(sending_nation=Nation.SCOTLAND)
    assert life.due_day(Kind.JUDGE_REFUSAL, R1) == date(2026, 11, 30)
    assert life.due_day(Kind.JUDGE_REFUSAL, S1) == date(2026, 12, 1)
    life.next_deadline_passes()
    assert [event.seat for event in life.latest if isinstance(event, e.DeadlineMissed)] == [R1]
    life.expect_tasks((Kind.JUDGE_REFUSAL, R2), (Kind.JUDGE_REFUSAL, S2))


def test_at_the_top_the_highest_leaders_keep_it_and_it_is_counted() -> None:
    """C12, C15."""
    life = before_leaders()
    life.working_days_pass(15)
    assert life.happened(e.OverdueAtTop) == 1 and life.case.at_top
    life.expect_tasks((Kind.JUDGE_REFUSAL, R3), (Kind.JUDGE_REFUSAL, S3))
    life.working_days_pass(30)
    assert not life.latest
    life.uphold(R3)
    life.uphold(S3)
    life.expect_stage(Stage.REFUSED)


def test_leaders_3_who_disagree_keep_it_until_they_agree() -> None:
    """C12, C15: nobody above them to decide."""
    life = before_leaders()
    life.working_days_pass(10)
    life.uphold(R3)
    life.overturn(S3)
    life.expect_tasks((Kind.JUDGE_REFUSAL, R3), (Kind.JUDGE_REFUSAL, S3))
    assert life.case.at_top
    life.overturn(R3)
    life.overturn(S3)
    life.expect_stage(Stage.APPROVED)


def test_a_side_whose_leader_1_is_missing_sends_its_leader_2() -> None:
    """C12, C15."""
    life = before_leaders(filled=without(R1))
    life.expect_tasks((Kind.JUDGE_REFUSAL, R2), (Kind.JUDGE_REFUSAL, S1), (Kind.FILL_POST, Seat.OPERATOR))
    life.overturn(R2)
    life.overturn(S1)
    life.expect_stage(Stage.APPROVED)


def test_with_no_leader_on_either_side_the_case_waits_for_an_appointment() -> None:
    """C12, C15, G5."""
    life = before_leaders(filled=without(R1, R2, R3, S1, S2, S3))
    assert life.case.at_top and life.happened(e.PostVacant) == 6
    life.fill(S1)
    life.expect_told(S1)


def test_a_leader_whom_the_case_has_passed_by_is_told_the_truth() -> None:
    """E4: not 'somebody has decided', because nobody has."""
    life = before_leaders()
    life.working_days_pass(5)
    life.refuses(NotNow, c.OverturnRefusal(), S1)
    life.overturn(R2)
    life.overturn(S2)
    life.refuses(AlreadyDecided, c.OverturnRefusal(), S1)


# --- C14 ----------------------------------------------------------------------------------------------


def test_a_leader_directs_the_sender_who_gets_five_days_and_no_more_rounds() -> None:
    """C14."""
    life = moved_up()
    life.act(c.DirectSender(), S1)
    life.expect_events(e.TaskClosed, e.TaskClosed, e.SenderDirected, e.TaskOpened)
    life.expect_tasks((Kind.DECIDE, Seat.SENDER))
    assert life.task(Kind.DECIDE).days == 5
    life.refuses(TooManyRounds, c.Ask(), Seat.SENDER)
    life.approve()
    life.expect_stage(Stage.APPROVED)


def test_a_directed_sender_who_stays_silent_goes_to_the_next_level() -> None:
    """C14, C15: not to leader 1 again."""
    life = moved_up()
    life.act(c.DirectSender(), S1)
    life.working_days_pass(5)
    life.expect_told(S2)
    life.refuses(OnlyOnce, c.DirectSender(), S2)


def test_a_leader_takes_over_and_decides_alone() -> None:
    """C14."""
    life = moved_up()
    life.act(c.TakeOver(), S1)
    life.expect_tasks((Kind.LEADER_DECIDE, S1))
    assert life.last(e.DecisionTakenOver).person == "sl1"
    life.refuses(NotNow, c.Approve(), Seat.SENDER)
    life.approve(S1)
    life.expect_stage(Stage.APPROVED)


def test_taking_over_is_watched_and_cannot_be_repeated_for_more_time() -> None:
    """C14, C15: a leader cannot start his own clock again and again."""
    life = moved_up()
    life.act(c.TakeOver(), S1)
    life.refuses(OnlyOnce, c.TakeOver(), S1)
    life.working_days_pass(5)
    life.expect_told(S2)
    life.refuses(OnlyOnce, c.TakeOver(), S1)
    life.approve(S2)
    life.expect_stage(Stage.APPROVED)


def test_a_leader_gives_more_time_once_and_at_most_ten_days() -> None:
    """C14."""
    life = moved_up()
    for days in (-1, 0, 11):
        refusal = life.refuses(TooLong, c.ExtendTime(days=days), S1)
        assert refusal.status == 422 and "1 to 10" in refusal.message
    was = life.task(Kind.LEADER_DECIDE).due_at
    life.act(c.ExtendTime(days=10), S1)
    life.expect_events(e.TimeExtended, e.DueMoved)
    moved = life.last(e.DueMoved)
    assert moved.was == was and moved.now == life.task(Kind.LEADER_DECIDE).due_at
    assert life.due_day(Kind.LEADER_DECIDE) == date(2026, 12, 30), "ten working days after 14 December"
    life.refuses(OnlyOnce, c.ExtendTime(days=1), S1)
    life.working_days_pass(15)
    life.expect_told(S2)


def test_extending_a_late_delivery_is_possible_and_watched() -> None:
    """C14, C17."""
    life = a_case().submitted().risk_signed().approved().after_deadlines(1).life()
    life.act(c.ExtendTime(days=5), S1)
    life.working_days_pass(9)
    assert life.case.level == 1
    life.working_days_pass(1)
    life.expect_told(S2)


@pytest.mark.parametrize("act", [c.DirectSender(), c.TakeOver(), c.ExtendTime(days=1)])
def test_leaders_act_only_when_the_case_has_come_to_them(act: c.Act) -> None:
    """C14."""
    life = a_case().submitted().risk_signed().life()
    life.refuses(NotNow, act, S1)
    life = moved_up()
    life.refuses(NotNow, act, S2)
    life.refuses(NotYours, act, Seat.SENDER)


@pytest.mark.parametrize("seat", [S1, S2, S3])
def test_whichever_leader_decides_it_is_a_decision_like_any_other(seat: Seat) -> None:
    """C14, C15."""
    life = moved_up(seat.level)
    life.refuse(seat, ground=c.Ground.STATUTORY_BAR)
    life.expect_stage(Stage.REFUSED)
    assert life.last(e.RequestRefused).seat is seat and seat.side is Side.SENDING


# --- nobody judges their own refusal (G2, C12) ----------------------------------------------------------


def countersigned(**settings: object) -> Life:
    """C11: under a duty leader 1 of the sending body made the refusal count."""
    life = a_case(duty="safeguarding", **settings).submitted().risk_signed().refused().life()
    life.act(c.Countersign(), S1)
    life.expect_stage(Stage.REFUSED)
    return life


def test_the_leader_who_countersigned_is_passed_over_at_once() -> None:
    life = countersigned()
    life.escalate_refusal()
    life.expect_tasks((Kind.JUDGE_REFUSAL, R1), (Kind.JUDGE_REFUSAL, S2))
    life.overturn(R1)
    life.overturn(S2)
    life.expect_stage(Stage.APPROVED)


def test_and_an_empty_chair_above_as_well() -> None:
    life = countersigned(filled=without(S2))
    life.escalate_refusal()
    assert (Kind.JUDGE_REFUSAL, S3) in life.open_tasks() and life.vacancy(S2)


def test_a_leader_who_refused_at_the_top_is_stood_in_for_from_below() -> None:
    """Otherwise the asking side would judge alone, or wait for somebody who may not."""
    life = moved_up(3)
    life.refuse(S3)
    life.escalate_refusal()
    life.expect_tasks((Kind.JUDGE_REFUSAL, R1), (Kind.JUDGE_REFUSAL, S1))
    life.working_days_pass(10)
    life.expect_tasks((Kind.JUDGE_REFUSAL, R3), (Kind.JUDGE_REFUSAL, S2))
    life.overturn(R3)
    life.expect_stage(Stage.LEADER_DECISION)
    life.overturn(S2)
    life.expect_stage(Stage.APPROVED)


def test_and_when_they_are_silent_there_too_it_is_counted() -> None:
    """C15."""
    life = moved_up(3)
    life.refuse(S3)
    life.escalate_refusal()
    life.working_days_pass(15)
    assert life.case.at_top
    life.expect_tasks((Kind.JUDGE_REFUSAL, R3), (Kind.JUDGE_REFUSAL, S2))
    life.uphold(R3)
    life.uphold(S2)
    life.expect_stage(Stage.REFUSED)


def test_a_waiver_lets_the_same_leader_judge() -> None:
    """G2: in a very small body there may be nobody else."""
    life = a_case(duty="safeguarding", tiny=Side.SENDING).submitted().risk_signed().life()
    life.act(c.WaiveSeparation(), S2)
    life.refuse()
    life.act(c.Countersign(), S1)
    life.escalate_refusal()
    life.expect_tasks((Kind.JUDGE_REFUSAL, R1), (Kind.JUDGE_REFUSAL, S1))
