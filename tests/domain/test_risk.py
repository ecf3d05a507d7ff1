"""C2 to C4: the receiving team owns the risk, or gives the request back, or loses it by silence."""

from datetime import date

import pytest

from domain import commands as c
from domain import events as e
from domain.case import Cause, Kind, Stage
from domain.people import Seat
from domain.refusals import NotNow, NotYours, OnlyOnce, TextChanged, TooLong
from tests.builders import Life, a_case, without


def test_a_signature_hands_the_case_to_the_sender_for_ten_working_days() -> None:
    """C2, C8."""
    life = a_case().submitted().life()
    life.sign_risk()
    life.expect_events(e.TaskClosed, e.RiskSigned, e.TaskOpened)
    life.expect_stage(Stage.WITH_SENDER)
    life.expect_tasks((Kind.DECIDE, Seat.SENDER))
    assert life.due_day(Kind.DECIDE) == date(2026, 12, 7)
    assert life.case.risk_owner == "ruth" and life.case.sender_may_see


def test_what_was_read_is_what_is_signed() -> None:
    """C2: the statement carries the hash of the form."""
    life = a_case().submitted().life()
    life.refuses(TextChanged, c.SignRisk(form_hash="something older"), Seat.RISK_OWNER)


def test_only_the_risk_owner_signs_while_there_is_time() -> None:
    """C2: leaders are not in it yet."""
    life = a_case().submitted().life()
    life.refuses(NotNow, c.SignRisk(form_hash=life.case.form_hash), Seat.RECEIVING_LEADER_1)
    life.refuses(NotYours, c.SignRisk(form_hash=life.case.form_hash), Seat.SENDER)
    life.refuses(NotYours, c.SignRisk(form_hash=life.case.form_hash), Seat.REQUESTER)


def test_declining_says_so_and_is_not_a_refusal_by_the_sender() -> None:
    """C3: counted as returned by the own side."""
    life = a_case().submitted().life()
    life.decline_risk()
    life.expect_events(e.TaskClosed, e.RiskDeclined, e.TaskOpened)
    life.expect_stage(Stage.DRAFT)
    assert not life.happened(e.RequestRefused, ever=True) and not life.case.sender_may_see


def test_when_nobody_signs_leader_1_then_leader_2_are_told_and_then_it_lapses() -> None:
    """C4: the only silence that closes a case, because the asking side will not own it."""
    life = Life()
    life.submit()
    life.working_days_pass(5)
    life.expect_told(Seat.RECEIVING_LEADER_1)
    assert life.last(e.CaseEscalated).cause is Cause.NO_RISK_OWNER and life.case.level == 1
    life.working_days_pass(5)
    life.expect_told(Seat.RECEIVING_LEADER_2)
    assert life.case.level == 2
    life.working_days_pass(5)
    life.expect_stage(Stage.LAPSED)
    assert life.last(e.CaseLapsed).cause == "no_risk_owner"
    life.expect_tasks((Kind.MAY_REOPEN, Seat.REQUESTER))


@pytest.mark.parametrize("seat", [Seat.RISK_OWNER, Seat.RECEIVING_LEADER_1, Seat.RECEIVING_LEADER_2])
def test_the_first_task_stays_open_and_the_first_valid_act_wins(seat: Seat) -> None:
    """C4, §1: a leader may sign himself, and the risk owner is never too late until it lapses."""
    life = a_case().submitted().after_deadlines(2).life()
    life.sign_risk(seat)
    life.expect_tasks((Kind.DECIDE, Seat.SENDER))
    assert life.case.risk_owner and life.case.cause is Cause.NONE and life.case.level == 0


def test_a_leader_may_give_an_unowned_request_back() -> None:
    """C3, C4."""
    life = a_case().submitted().after_deadlines(1).life()
    life.decline_risk(Seat.RECEIVING_LEADER_1)
    life.expect_tasks((Kind.REVISE, Seat.REQUESTER))


def test_leader_3_is_never_asked_to_find_a_risk_owner() -> None:
    """C4 names two leaders."""
    life = a_case(filled=without(Seat.RECEIVING_LEADER_1, Seat.RECEIVING_LEADER_2)).submitted().life()
    life.working_days_pass(5)
    life.expect_stage(Stage.LAPSED)


def test_a_leader_may_give_the_search_for_an_owner_more_time_once() -> None:
    """C14: at most ten working days, once in a case."""
    life = a_case().submitted().after_deadlines(1).life()
    life.refuses(TooLong, c.ExtendTime(days=11), Seat.RECEIVING_LEADER_1)
    life.refuses(TooLong, c.ExtendTime(days=0), Seat.RECEIVING_LEADER_1)
    life.act(c.ExtendTime(days=3), Seat.RECEIVING_LEADER_1)
    assert life.last(e.DueMoved).days == 3
    life.refuses(OnlyOnce, c.ExtendTime(days=3), Seat.RECEIVING_LEADER_1)
    life.working_days_pass(7)
    assert life.case.level == 1
    life.working_days_pass(1)
    life.expect_told(Seat.RECEIVING_LEADER_2)


def test_a_reopened_case_that_nobody_signs_climbs_again_and_then_stays_closed() -> None:
    """C4, C20."""
    life = a_case().submitted().after_deadlines(3).life()
    life.act(c.Reopen(), Seat.REQUESTER)
    life.expect_tasks((Kind.SIGN_RISK, Seat.RISK_OWNER))
    assert life.task(Kind.SIGN_RISK).days == 3
    life.working_days_pass(3)
    life.expect_told(Seat.RECEIVING_LEADER_1)
    life.working_days_pass(10)
    assert life.case.is_closed and life.case.stage is Stage.LAPSED


def test_an_empty_post_of_risk_owner_is_a_vacancy_from_the_first_day() -> None:
    """G5, P5."""
    life = a_case(filled=without(Seat.RISK_OWNER)).submitted().life()
    life.expect_tasks((Kind.SIGN_RISK, Seat.RISK_OWNER), (Kind.FILL_POST, Seat.OPERATOR))
    assert life.vacancy(Seat.RISK_OWNER).days == life.case.policy.post_filled
    life.fill(Seat.RISK_OWNER)
    life.expect_tasks((Kind.SIGN_RISK, Seat.RISK_OWNER))
