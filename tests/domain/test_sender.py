"""C8, C10, C11: the sending team decides, asks, or refuses; silence decides nothing."""

from datetime import date

import pytest

from domain import commands as c
from domain import events as e
from domain.act_form import About
from domain.act_in_case import check_act, form_for
from domain.case import Cause, Kind, Stage
from domain.people import Actor, Seat
from domain.refusals import (
    AlreadyDecided,
    CaseClosed,
    NotNow,
    NotYours,
    TooLateToAsk,
    TooManyRounds,
)
from tests.builders import Life, a_case, actor, without


def with_sender(**settings: object) -> Life:
    return a_case(**settings).submitted().risk_signed().life()


# --- C8 -----------------------------------------------------------------------------------------------


def test_an_approval_is_published_and_the_sender_owes_the_delivery() -> None:
    """C8, C17: nothing goes live before its register entry."""
    life = with_sender()
    life.approve()
    life.expect_events(e.TaskClosed, e.RequestApproved, e.EntryPublished, e.TaskOpened)
    life.expect_stage(Stage.APPROVED)
    life.expect_tasks((Kind.PROVIDE, Seat.SENDER))
    assert life.case.decider == "sam" and life.case.register_version == 1


def test_an_approval_with_the_data_already_sent_is_the_senders_receipt_too() -> None:
    """C17: one act instead of two."""
    life = with_sender()
    life.approve(delivered_hash="m")
    life.expect_tasks((Kind.CONFIRM_RECEIPT, Seat.REQUESTER))
    assert life.case.sent_hash == "m" and life.case.stage is Stage.APPROVED


def test_a_refusal_without_a_duty_counts_at_once_and_may_be_escalated() -> None:
    """C8, C12."""
    life = with_sender()
    life.refuse()
    life.expect_events(e.TaskClosed, e.RequestRefused, e.TaskOpened)
    life.expect_stage(Stage.REFUSED)
    life.expect_tasks((Kind.MAY_ESCALATE, Seat.REQUESTER))
    assert (
        life.last(e.RequestRefused).ground is c.Ground.SAFETY_HARM
        and life.last(e.RequestRefused).smaller_share
    )


def test_not_holding_it_is_an_answer_too() -> None:
    """C8."""
    life = with_sender(duty="safeguarding")
    life.act(c.SayNotHeld(), Seat.SENDER)
    life.expect_stage(Stage.REFUSED)
    assert life.last(e.RequestRefused).ground is c.Ground.NOT_HELD


def test_silence_of_the_sender_moves_up_and_decides_nothing() -> None:
    """C8, G4, I3."""
    life = with_sender()
    life.working_days_pass(10)
    life.expect_stage(Stage.WITH_SENDER)
    life.expect_told(Seat.SENDER, Seat.SENDING_LEADER_1)
    life.expect_tasks((Kind.DECIDE, Seat.SENDER), (Kind.LEADER_DECIDE, Seat.SENDING_LEADER_1))
    assert life.last(e.CaseEscalated).cause is Cause.TIMEOUT


@pytest.mark.parametrize("seat", [Seat.SENDER, Seat.SENDING_LEADER_1, Seat.SENDING_LEADER_2])
def test_after_silence_the_first_valid_decision_wins(seat: Seat) -> None:
    """§1, C15."""
    life = a_case().submitted().risk_signed().after_deadlines(2).life()
    life.approve(seat)
    life.expect_tasks((Kind.PROVIDE, Seat.SENDER))
    assert life.last(e.RequestApproved).seat is seat


def test_eight_deciders_make_one_decision() -> None:
    """G6: eight colleagues press at once; seven are told kindly that it is done."""
    life = with_sender()
    colleagues = [Actor(person=f"decider-{n}", seats=(Seat.SENDER,)) for n in range(8)]
    seen = life.case.version
    life.act(c.Approve(), colleagues[0], seen=seen)
    for colleague in colleagues[1:]:
        refusal = life.refuses(AlreadyDecided, c.Approve(), colleague, seen=seen)
        assert refusal.status == 409
    assert life.happened(e.RequestApproved, ever=True) == 1 and life.case.decider == "decider-0"


@pytest.mark.parametrize("act", [c.Approve(), c.Refuse(ground=c.Ground.SAFETY_HARM), c.SayNotHeld(), c.Ask()])
def test_only_the_sending_side_decides(act: c.Act) -> None:
    """C8, G1."""
    life = with_sender()
    for seat in (Seat.REQUESTER, Seat.RISK_OWNER, Seat.RECEIVING_LEADER_1, Seat.REVIEWER, Seat.OPERATOR):
        life.refuses(NotYours, act, seat)
    if act.kind != "ask":
        life.refuses(NotNow, act, Seat.SENDING_LEADER_1)


def test_a_case_that_was_withdrawn_was_not_decided() -> None:
    """E4: a refusal says what is true."""
    life = a_case().submitted().risk_signed().withdrawn().life()
    life.refuses(CaseClosed, c.Approve(), Seat.SENDER)
    life = a_case().submitted().risk_signed().asked().after_deadlines(1).life()
    life.refuses(NotNow, c.Approve(), Seat.SENDER)


# --- C10 ----------------------------------------------------------------------------------------------


def test_a_question_stops_the_senders_clock_but_never_the_total() -> None:
    """C10."""
    life = with_sender()
    life.working_days_pass(4)
    life.ask()
    life.expect_events(e.TaskClosed, e.InformationAsked, e.TaskOpened)
    life.expect_stage(Stage.INFO_REQUESTED)
    life.expect_tasks((Kind.ANSWER, Seat.REQUESTER))
    assert life.last(e.InformationAsked).days_left == 6
    started = life.case.submitted_at
    life.working_days_pass(8)
    life.answer()
    life.expect_stage(Stage.WITH_SENDER)
    life.expect_tasks((Kind.DECIDE, Seat.SENDER))
    assert life.task(Kind.DECIDE).days == 6, "the eight days were not the sender's"
    assert started and life.case.submitted_at == started and started < life.case.last_at


def test_a_question_on_the_last_day_leaves_the_sender_the_floor_of_three_days() -> None:
    """C9, C10."""
    life = with_sender()
    life.working_days_pass(9)
    life.ask()
    assert life.case.clock_left == 1
    life.answer()
    assert life.task(Kind.DECIDE).days == 3


def test_a_third_round_is_refused() -> None:
    """C10: two rounds; then leader 1."""
    life = with_sender()
    for _ in range(2):
        life.ask()
        life.answer()
    refusal = life.refuses(TooManyRounds, c.Ask(), Seat.SENDER)
    assert "2 times" in refusal.message and "leader 1" in refusal.message
    assert life.case.rounds == 2


def test_after_the_deadline_a_question_can_no_longer_stop_the_clock() -> None:
    """C10, C15: a leader has the case."""
    life = a_case().submitted().risk_signed().after_deadlines(1).life()
    life.refuses(TooLateToAsk, c.Ask(), Seat.SENDER)
    life.refuses(NotYours, c.Ask(), Seat.RECEIVING_LEADER_1)


def test_an_unanswered_question_lapses_after_ten_working_days() -> None:
    """C10."""
    life = a_case().submitted().risk_signed().asked().life()
    life.working_days_pass(9)
    life.expect_stage(Stage.INFO_REQUESTED)
    life.working_days_pass(1)
    life.expect_stage(Stage.LAPSED)
    assert life.last(e.CaseLapsed).cause == "no_answer"
    life.expect_told(Seat.REQUESTER)


def test_a_material_answer_voids_the_signature_and_is_signed_for_again() -> None:
    """C10, C2: then the sender goes on with what was left."""
    life = with_sender()
    life.working_days_pass(4)
    life.ask()
    life.answer(material=True)
    life.expect_events(e.TaskClosed, e.InformationAnswered, e.RiskSignatureVoided, e.TaskOpened)
    life.expect_stage(Stage.RISK_ACCEPTANCE)
    life.expect_tasks((Kind.SIGN_RISK, Seat.RISK_OWNER))
    assert life.case.risk_owner == "" and life.case.form_version == 2
    life.sign_risk()
    assert life.task(Kind.DECIDE).days == 6


def test_the_floor_holds_after_a_material_answer_too() -> None:
    """C9, C10."""
    life = with_sender()
    life.working_days_pass(9)
    life.ask()
    life.answer(material=True)
    life.sign_risk()
    assert life.task(Kind.DECIDE).days == 3


@pytest.mark.parametrize("seat", [Seat.REQUESTER, Seat.RISK_OWNER])
def test_the_risk_owner_may_answer_for_the_team(seat: Seat) -> None:
    """C10: the other way round never (G2)."""
    life = a_case().submitted().risk_signed().asked().life()
    life.answer(seat)
    life.expect_stage(Stage.WITH_SENDER)


# --- C11 ----------------------------------------------------------------------------------------------


def under_a_duty(**settings: object) -> Life:
    return a_case(duty="safeguarding", **settings).submitted().risk_signed().refused().life()


def test_a_refusal_under_a_duty_waits_for_leader_1() -> None:
    """C11."""
    life = under_a_duty()
    life.expect_events(e.TaskClosed, e.RefusalProposed, e.CaseEscalated, e.TaskOpened)
    life.expect_stage(Stage.LEADER_DECISION)
    life.expect_tasks((Kind.COUNTERSIGN, Seat.SENDING_LEADER_1))
    assert life.due_day(Kind.COUNTERSIGN) == date(2026, 11, 30)
    life.refuses(AlreadyDecided, c.Approve(), Seat.SENDER)


def test_a_countersigned_refusal_counts_and_may_be_escalated() -> None:
    """C11, C12: on the ground that the sending team gave."""
    life = under_a_duty()
    life.act(c.Countersign(), Seat.SENDING_LEADER_1)
    life.expect_stage(Stage.REFUSED)
    life.expect_tasks((Kind.MAY_ESCALATE, Seat.REQUESTER))
    assert life.last(e.RequestRefused).ground is c.Ground.SAFETY_HARM
    assert life.case.decider == "sl1"


def test_leader_1_may_approve_what_the_team_would_refuse() -> None:
    """C11."""
    life = under_a_duty()
    life.approve(Seat.SENDING_LEADER_1)
    life.expect_stage(Stage.APPROVED)
    life.expect_tasks((Kind.PROVIDE, Seat.SENDER))


def test_a_countersignature_that_does_not_come_moves_up_and_refuses_nothing() -> None:
    """C11, C15, I3: leader 2, leader 3, then overdue at the top."""
    life = under_a_duty()
    for leader in (Seat.SENDING_LEADER_2, Seat.SENDING_LEADER_3):
        life.working_days_pass(5)
        life.expect_told(leader)
    life.working_days_pass(5)
    assert life.happened(e.OverdueAtTop) == 1
    life.expect_stage(Stage.LEADER_DECISION)
    assert len(life.case.open(Kind.COUNTERSIGN)) == 3, "the first of the three to act still wins"
    life.act(c.Countersign(), Seat.SENDING_LEADER_2)
    life.expect_stage(Stage.REFUSED)


def test_a_leader_who_refuses_himself_needs_no_countersignature() -> None:
    """C11: it is the leader's name that the duty asks for."""
    life = a_case(duty="safeguarding").submitted().risk_signed().after_deadlines(1).life()
    life.refuse(Seat.SENDING_LEADER_1)
    life.expect_stage(Stage.REFUSED)


def test_with_no_leader_appointed_a_proposed_refusal_waits_for_the_first_who_is() -> None:
    """C11, C15, G5: nobody refuses by vacancy."""
    leaders = (Seat.SENDING_LEADER_1, Seat.SENDING_LEADER_2, Seat.SENDING_LEADER_3)
    life = under_a_duty(filled=without(*leaders))
    assert life.happened(e.OverdueAtTop) == 1 and life.happened(e.PostVacant) == 3
    life.fill(Seat.SENDING_LEADER_2)
    life.act(c.Countersign(), Seat.SENDING_LEADER_2)
    life.expect_stage(Stage.REFUSED)


def test_somebody_in_both_seats_may_not_countersign_his_own_refusal() -> None:
    """C11, G2; see also test_separation.py."""
    life = a_case(duty="safeguarding").submitted().risk_signed().life()
    both = actor(Seat.SENDER, Seat.SENDING_LEADER_1)
    life.refuse(both)
    life.expect_stage(Stage.LEADER_DECISION)


def test_what_is_wrong_with_a_refusal_is_told_in_the_order_of_its_form() -> None:
    """§3, E4: also when a part says nothing and another is missing."""
    form = form_for("refuse", About(items=("Name",)))
    _, problems = check_act(form, {"ground": "safety_harm", "harm_of_sharing": "It is not proportionate"})
    asked = [question.id for question in form.questions]
    assert [each.field for each in problems] == sorted((each.field for each in problems), key=asked.index)
    assert "harm_of_sharing" in {each.field for each in problems}
