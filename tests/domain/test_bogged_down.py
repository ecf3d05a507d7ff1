"""C10, C13: a case that many people touch and nobody decides moves up by itself; leader 1 may allow one more question."""

from dataclasses import replace

import pytest

from domain import commands as c
from domain import events as e
from domain.case import Cause, Kind, Stage
from domain.outlook import what_next
from domain.people import Actor, Seat
from domain.permissions import allowed
from domain.policy import Policy
from domain.refusals import NotNow, TooLateToAsk, TooManyRounds
from tests.builders import Life, a_case, actor

S1, S2, S3 = Seat.SENDING_LEADER_1, Seat.SENDING_LEADER_2, Seat.SENDING_LEADER_3


def asked_twice(**settings: object) -> Life:
    return a_case(**settings).submitted().risk_signed().asked().answered().asked().answered().life()


def bogged_while_asking(**settings: object) -> Life:
    life = asked_twice(**settings)
    life.act(c.AllowQuestion(), S1)
    life.ask()
    return life


def waited_too_long() -> Life:
    life = a_case().submitted().risk_signed().life()
    life.ask()
    life.working_days_pass(9)
    life.answer()
    life.ask()
    life.working_days_pass(10)
    life.act(c.Reopen(), Seat.REQUESTER)
    life.working_days_pass(2)
    life.answer()
    return life


# --- C10: the third round -----------------------------------------------------------------------------


def test_a_third_question_needs_leader_1() -> None:
    life = asked_twice()
    life.refuses(TooManyRounds, c.Ask(), Seat.SENDER)
    life.act(c.AllowQuestion(), S1)
    life.expect_events(e.QuestionAllowed)
    life.ask()
    life.expect_stage(Stage.INFO_REQUESTED)


def test_it_is_allowed_once_and_only_when_it_is_needed() -> None:
    life = a_case().submitted().risk_signed().asked().answered().life()
    life.refuses(NotNow, c.AllowQuestion(), S1)
    life = asked_twice()
    life.act(c.AllowQuestion(), S1)
    life.refuses(NotNow, c.AllowQuestion(), S1)


def test_once_leaders_have_the_case_no_question_is_allowed_or_asked() -> None:
    """C13, C14: nobody stops the clock under a leader's hands."""
    life = asked_twice()
    life.act(c.AllowQuestion(), S1)
    life.working_days_pass(10)
    life.refuses(TooLateToAsk, c.Ask(), Seat.SENDER)
    life = asked_twice()
    life.working_days_pass(10)
    life.refuses(NotNow, c.AllowQuestion(), S1)


# --- C13 ----------------------------------------------------------------------------------------------


def test_more_than_two_rounds() -> None:
    """C13: the answer is still awaited, and leader 1 has the case beside it."""
    life = bogged_while_asking()
    assert life.last(e.CaseBoggedDown).why == "rounds"
    life.expect_tasks((Kind.ANSWER, Seat.REQUESTER), (Kind.LEADER_DECIDE, S1))
    assert life.case.cause is Cause.BOGGED_DOWN and life.case.stage is Stage.INFO_REQUESTED


def test_an_answer_does_not_take_the_case_from_the_leader() -> None:
    """C13: both go on; first valid act."""
    life = bogged_while_asking()
    life.answer()
    life.expect_tasks((Kind.DECIDE, Seat.SENDER), (Kind.LEADER_DECIDE, S1))
    assert "leader has the case too" in what_next(life.case, life.task(Kind.DECIDE))
    life.refuses(TooLateToAsk, c.Ask(), Seat.SENDER)
    life.approve()
    life.expect_stage(Stage.APPROVED)


def test_what_changes_with_the_answer_is_signed_for_before_a_leader_goes_on() -> None:
    """C2, C10."""
    life = bogged_while_asking()
    life.answer(material=True)
    life.expect_tasks((Kind.SIGN_RISK, Seat.RISK_OWNER))
    life.sign_risk()
    life.expect_tasks((Kind.DECIDE, Seat.SENDER), (Kind.LEADER_DECIDE, S1))


def test_no_answer_lapses_whoever_else_has_it() -> None:
    """C10: the asking side will not say; it can be taken up once."""
    life = bogged_while_asking()
    life.working_days_pass(10)
    life.expect_stage(Stage.LAPSED)
    life.expect_tasks((Kind.MAY_REOPEN, Seat.REQUESTER))


@pytest.mark.parametrize("act", [c.DirectSender(), c.TakeOver()])
def test_a_leader_who_acts_before_the_answer_ends_the_waiting(act: c.Act) -> None:
    """C14: what people see is a case that is being decided."""
    life = bogged_while_asking()
    life.act(act, S1)
    life.expect_stage(Stage.WITH_SENDER)
    assert not life.case.open(Kind.ANSWER)


def test_the_ladder_keeps_saying_why() -> None:
    life = bogged_while_asking()
    life.working_days_pass(5)
    life.expect_told(S2)
    assert life.case.cause is Cause.BOGGED_DOWN


def test_more_than_twenty_days_spent_waiting() -> None:
    """C13: told by the answer that makes it too many."""
    policy = replace(Policy(), waiting=10)
    life = a_case(policy=policy).submitted().risk_signed().asked().life()
    life.working_days_pass(9)
    life.answer()
    assert not life.case.bogged_down
    life.ask()
    life.working_days_pass(2)
    life.answer()
    assert life.last(e.CaseBoggedDown).why == "waiting"
    life.expect_tasks((Kind.DECIDE, Seat.SENDER), (Kind.LEADER_DECIDE, S1))


def test_more_than_five_people() -> None:
    """C13: distinct people who had a hand in the decision, whichever way; the requesting team is not counted."""
    life = a_case().submitted().risk_signed().life()
    for number in range(2):
        life.ask(Actor(person=f"decider-{number}", seats=(Seat.SENDER,)))
        life.answer()
    life.refuse(Actor(person="decider-2", seats=(Seat.SENDER,)))
    life.escalate_refusal()
    life.uphold(S1)
    assert len(life.case.participants) == 4 and not life.case.bogged_down
    life.overturn(Seat.RECEIVING_LEADER_1)
    life.overturn(Seat.RECEIVING_LEADER_2)
    life.expect_stage(Stage.LEADER_DECISION)
    assert len(life.case.participants) == 6
    assert life.last(e.CaseBoggedDown).why == "participants"
    assert not life.case.open(Kind.LEADER_DECIDE), "leaders have it already"


def test_it_happens_once() -> None:
    life = bogged_while_asking()
    life.answer()
    life.working_days_pass(30)
    assert life.happened(e.CaseBoggedDown, ever=True) == 1 and life.case.at_top


def test_with_nobody_above_it_is_counted_and_the_first_appointed_is_asked() -> None:
    """C15, G5."""
    life = asked_twice()
    life.act(c.AllowQuestion(), S1)
    life.filled -= {S1, S2, S3}
    life.ask()
    assert life.case.at_top and life.case.cause is Cause.BOGGED_DOWN
    life.fill(S2)
    assert life.task(Kind.LEADER_DECIDE, S2)


def test_a_decided_case_does_not_bog_down() -> None:
    life = a_case(policy=replace(Policy(), participants=0)).submitted().risk_signed().life()
    life.approve()
    assert not life.case.bogged_down
    assert "ask" not in allowed(life.case, actor(Seat.SENDER), life.now)
