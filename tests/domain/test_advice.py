"""P5: advisers have five working days. What they say is advice, and their silence holds nobody."""

from datetime import date

import pytest

from domain import commands as c
from domain import events as e
from domain.case import Kind, Stage
from domain.figure_holders import Holder, holder_of
from domain.people import Seat
from domain.refusals import AdviceIsAsked, NotNow, NotYours
from tests.builders import a_case, in_cluster, needing, relying, urgent, without

RECEIVING, SENDING = Seat.RECEIVING_ADVISER, Seat.SENDING_ADVISER


@pytest.mark.parametrize(
    ("settings", "by", "adviser"),
    [
        ({}, Seat.RISK_OWNER, RECEIVING),
        ({}, Seat.SENDER, SENDING),
        (in_cluster(), Seat.SENDER, SENDING),
        (relying(), Seat.SENDER, SENDING),
    ],
)
def test_each_side_asks_its_own(settings: dict[str, object], by: Seat, adviser: Seat) -> None:
    building = a_case(**settings).submitted()
    life = (building if by is Seat.RISK_OWNER else building.risk_signed()).life()
    life.asks_advice(by)
    assert life.task(Kind.ADVISE).seat is adviser and life.due_day(Kind.ADVISE) == date(2026, 11, 30)
    life.advises(adviser)
    assert life.last(e.AdviceGiven).by and not life.case.open(Kind.ADVISE)


def test_whoever_decides_need_not_wait() -> None:
    life = a_case().submitted().risk_signed().life()
    due = life.task(Kind.DECIDE).due_at
    life.asks_advice()
    assert life.task(Kind.DECIDE).due_at == due and holder_of(life.case) is Holder.SENDING_TEAM
    life.approve()
    life.expect_stage(Stage.APPROVED)
    assert not life.case.open(Kind.ADVISE)


def test_silence_is_recorded_and_moves_nothing() -> None:
    life = a_case().submitted().risk_signed().life()
    life.asks_advice()
    life.working_days_pass(5)
    life.expect_events(e.TaskClosed, e.AdviceNotReceived)
    life.expect_tasks((Kind.DECIDE, Seat.SENDER))
    assert life.case.level == 0
    life.asks_advice()


def test_one_question_at_a_time() -> None:
    life = a_case().submitted().risk_signed().life()
    life.asks_advice()
    life.refuses(AdviceIsAsked, c.AskAdvice(), Seat.SENDER)


def test_an_adviser_decides_nothing() -> None:
    """G1: advice, never a veto."""
    life = a_case().submitted().risk_signed().life()
    life.asks_advice()
    for act in (c.Approve(), c.Refuse(ground=c.Ground.SAFETY_HARM), c.AskAdvice()):
        life.refuses(NotYours, act, SENDING)


def test_an_adviser_whose_chair_is_empty_is_a_vacancy_while_the_time_runs() -> None:
    """G5."""
    life = a_case(filled=without(SENDING)).submitted().risk_signed().life()
    life.asks_advice()
    assert life.vacancy(SENDING)
    life.working_days_pass(5)
    assert not life.case.open(Kind.FILL_POST)


def test_hours_where_hours_run() -> None:
    """C21."""
    life = a_case(**urgent()).submitted().risk_signed().life()
    life.asks_advice()
    assert life.task(Kind.ADVISE).hours == 12


def test_only_who_is_asked_to_decide_may_ask() -> None:
    life = a_case().submitted().risk_signed().refused().life()
    life.refuses(NotNow, c.AskAdvice(), Seat.SENDER)


def test_health_records_in_bulk_ask_the_adviser_by_themselves_and_once() -> None:
    """§4: the Caldicott Guardian's advice, which holds no clock either."""
    life = a_case(**needing("health_in_bulk")).submitted().risk_signed().life()
    life.expect_tasks((Kind.DECIDE, Seat.SENDER), (Kind.ADVISE, SENDING))
    life.refuses(AdviceIsAsked, c.AskAdvice(), Seat.SENDER)
    life.advises()
    life.ask()
    life.answer()
    life.expect_tasks((Kind.DECIDE, Seat.SENDER))
    life.approve()
    assert life.case.open(Kind.SIGN_OFF)
