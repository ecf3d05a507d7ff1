"""A: what people ask of data about them. Each has a clock of its own, and is answered or moves up by itself."""

from datetime import date

import pytest

from domain import commands as c
from domain import events as e
from domain.case import Cause, Kind, Stage
from domain.people import PUBLIC, Seat
from domain.refusals import CaseClosed, NothingChanged, NotNow
from tests.builders import Life, a_case, without

R1, R2, R3 = Seat.RECEIVING_LEADER_1, Seat.RECEIVING_LEADER_2, Seat.RECEIVING_LEADER_3
OBJECT, RECTIFY = c.Right.OBJECTION, c.Right.RECTIFICATION
MONTH = 23  # working days from Monday 23 November to Wednesday 23 December 2026, and more


def in_use(**settings: object) -> Life:
    settings = {"use": "deliver_service", **settings}
    return a_case(**settings).submitted().risk_signed().approved().delivered().life()


def test_a_request_has_one_calendar_month() -> None:
    life = in_use()
    life.is_asked_by_a_citizen(OBJECT)
    assert life.due_day(Kind.ANSWER_RIGHTS) == date(2026, 12, 23)
    assert life.last(e.RightsRequestReceived).right is OBJECT


def test_an_objection_that_is_met_is_over() -> None:
    life = in_use()
    life.is_asked_by_a_citizen(OBJECT)
    life.answers_rights()
    assert not life.case.open(Kind.ANSWER_RIGHTS, Kind.SPREAD_CORRECTION)


@pytest.mark.parametrize("outcome", c.RightsOutcome)
def test_what_is_put_right_is_passed_on(outcome: c.RightsOutcome) -> None:
    life = in_use()
    life.is_asked_by_a_citizen(RECTIFY)
    life.answers_rights(outcome=outcome)
    passes = outcome is not c.RightsOutcome.NOT_MET
    assert bool(life.case.open(Kind.SPREAD_CORRECTION)) == passes
    if passes:
        life.passes_on_correction()
        assert life.last(e.CorrectionPassedOn).request == "rr-1"


def test_requests_side_by_side_move_up_each_by_itself_and_once() -> None:
    """R4: the first at leader 1 while the second still has time, and neither stands in the other's way."""
    life = in_use()
    life.is_asked_by_a_citizen(OBJECT, "rr-1")
    life.working_days_pass(3)
    life.is_asked_by_a_citizen(RECTIFY, "rr-2")
    life.time_passes(life.meant(Kind.ANSWER_RIGHTS, "rr-1").due_at)
    assert [(t.seat, t.about) for t in life.case.open(Kind.ANSWER_RIGHTS) if t.level] == [
        (R1, "objection:rr-1")
    ]
    life.time_passes(life.meant(Kind.ANSWER_RIGHTS, "rr-2").due_at)
    asked = [(t.seat, t.about) for t in life.case.open(Kind.ANSWER_RIGHTS) if t.level]
    assert sorted(asked) == [(R1, "objection:rr-1"), (R1, "rectification:rr-2")]
    up = [event for event in life.events if isinstance(event, e.CaseEscalated)]
    assert len(up) == 2


def test_answering_one_leaves_the_other_where_it_stands() -> None:
    """C15: what is still at the top is still counted."""
    life = in_use()
    life.is_asked_by_a_citizen(OBJECT, "rr-1")
    life.is_asked_by_a_citizen(OBJECT, "rr-2")
    life.working_days_pass(MONTH + 20)
    assert life.case.overdue == (Cause.RIGHTS,)
    life.answers_rights("rr-1", by=R1)
    assert life.case.overdue == (Cause.RIGHTS,) and life.case.cause is Cause.RIGHTS
    life.answers_rights("rr-2")
    assert not life.case.at_top and life.case.cause is Cause.NONE


def test_a_leader_who_comes_is_asked_about_each_and_for_what_it_is() -> None:
    """G5: an answer that waits and a correction that waits are different tasks about different requests."""
    life = in_use()
    life.is_asked_by_a_citizen(RECTIFY, "rr-1")
    life.answers_rights("rr-1")
    life.is_asked_by_a_citizen(OBJECT, "rr-2")
    life.filled -= {R1, R2, R3}
    life.working_days_pass(MONTH + 5)
    assert life.case.at_top
    life.filled.add(R2)
    life.posts_change()
    asked = {(t.kind, t.about) for t in life.case.tasks.values() if t.seat is R2}
    assert asked == {(Kind.SPREAD_CORRECTION, "rectification:rr-1"), (Kind.ANSWER_RIGHTS, "objection:rr-2")}
    life.answers_rights("rr-2", by=R2)
    life.passes_on_correction("rr-1", by=R2)
    assert not life.case.at_top


def test_the_vacancy_of_a_leader_stays_while_anything_stands_at_its_top() -> None:
    """G5: otherwise nobody would hear that a leader has come."""
    life = in_use()
    life.is_asked_by_a_citizen(OBJECT, "rr-1")
    life.filled -= {R1, R2, R3}
    life.working_days_pass(MONTH)
    life.is_asked_by_a_citizen(OBJECT, "rr-2")
    life.answers_rights("rr-2")
    assert {task.post for task in life.case.open(Kind.FILL_POST)} == {R1, R2, R3}
    life.answers_rights("rr-1")
    assert not life.case.open(Kind.FILL_POST)


def test_the_same_request_twice_changes_nothing() -> None:
    life = in_use()
    life.is_asked_by_a_citizen(RECTIFY)
    again = c.ReceiveRightsRequest(request="rr-1", right=RECTIFY)
    life.refuses(NothingChanged, again, PUBLIC, seen=None)
    life.answers_rights()
    life.refuses(NothingChanged, again, PUBLIC, seen=None)


def test_it_may_ask_two_things_at_once() -> None:
    life = in_use()
    life.is_asked_by_a_citizen(RECTIFY)
    life.is_asked_by_a_citizen(OBJECT)
    assert len(life.case.open(Kind.ANSWER_RIGHTS)) == 2


def test_an_answer_outlasts_the_share() -> None:
    """A: and when the data is gone nothing more can be asked of it."""
    life = in_use()
    life.is_asked_by_a_citizen(OBJECT)
    life.act(c.EndShare(), Seat.RISK_OWNER)
    life.is_asked_by_a_citizen(RECTIFY, "rr-2")
    life.act(c.CertifyDestruction(), Seat.REQUESTER)
    assert len(life.case.open(Kind.ANSWER_RIGHTS)) == 2
    life.refuses(NotNow, c.ReceiveRightsRequest(request="rr-3", right=OBJECT), PUBLIC, seen=None)
    life.answers_rights("rr-1")
    life.answers_rights("rr-2", c.RightsOutcome.NOT_MET)
    assert life.case.is_closed
    life.refuses(CaseClosed, c.ReceiveRightsRequest(request="rr-3", right=OBJECT), PUBLIC, seen=None)


def test_nothing_can_be_asked_of_what_was_not_delivered() -> None:
    life = a_case().submitted().risk_signed().approved().life()
    life.refuses(NotNow, c.ReceiveRightsRequest(request="rr-1", right=OBJECT), PUBLIC, seen=None)


def test_an_answer_names_a_task_of_ones_own() -> None:
    life = in_use(filled=without(R2))
    life.is_asked_by_a_citizen(OBJECT)
    life.working_days_pass(MONTH)
    theirs = life.meant(Kind.ANSWER_RIGHTS, seat=R1)
    life.refuses(NotNow, c.AnswerRights(task=theirs.id, outcome=c.RightsOutcome.MET), Seat.REQUESTER)
    life.refuses(NotNow, c.AnswerRights(task="t99", outcome=c.RightsOutcome.MET), Seat.REQUESTER)
    assert life.case.stage is Stage.ACTIVE
