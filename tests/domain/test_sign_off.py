"""§4: what a guard adds to a lane: a leader of the sending body signs the approval off."""

from datetime import date
from typing import Any

import pytest

from domain import commands as c
from domain import events as e
from domain.case import Cause, Kind, Stage
from domain.outlook import what_next
from domain.people import Seat
from domain.policy import LegalProfile
from domain.refusals import AlreadyDecided, NotYours, SamePerson
from tests.builders import Life, a_case, actor, in_cluster, needing, relying, under, without

S1, S2, S3 = Seat.SENDING_LEADER_1, Seat.SENDING_LEADER_2, Seat.SENDING_LEADER_3
R1 = Seat.RECEIVING_LEADER_1
CONDITIONS = {"health_in_bulk": 2, "service_data_for_enforcement": 3}
SEAT = {1: S1, 2: S2, 3: S3}


def approved(*conditions: str, **settings: Any) -> Life:
    return a_case(**needing(*conditions), **settings).submitted().risk_signed().approved().life()


@pytest.mark.parametrize("condition", CONDITIONS)
def test_the_leader_whose_decision_it_is_signs_it_off(condition: str) -> None:
    life = approved(condition)
    leader = SEAT[CONDITIONS[condition]]
    life.expect_stage(Stage.LEADER_DECISION)
    life.expect_tasks((Kind.SIGN_OFF, leader))
    assert life.case.cause is Cause.SIGN_OFF and life.due_day(Kind.SIGN_OFF) == date(2026, 11, 30)
    life.approve(leader)
    life.expect_stage(Stage.APPROVED)
    assert life.last(e.RequestApproved).seat is leader


def test_of_two_conditions_the_higher_counts() -> None:
    approved(*CONDITIONS).expect_tasks((Kind.SIGN_OFF, S3))


def test_a_condition_that_is_advice_asks_nobody_to_sign() -> None:
    approved("another").expect_stage(Stage.APPROVED)


def test_the_leader_may_refuse_and_answers_like_anybody() -> None:
    life = approved("health_in_bulk")
    life.refuse(S2)
    life.expect_stage(Stage.REFUSED)
    life.expect_tasks((Kind.MAY_ESCALATE, Seat.REQUESTER))


@pytest.mark.parametrize("profile", LegalProfile)
def test_silence_moves_up_and_signs_nothing(profile: LegalProfile) -> None:
    """I3."""
    life = approved("health_in_bulk", policy=under(profile))
    life.working_days_pass(5)
    life.expect_tasks((Kind.SIGN_OFF, S2), (Kind.SIGN_OFF, S3))
    assert "overdue at the top" in what_next(life.case, life.task(Kind.SIGN_OFF, S3))
    life.working_days_pass(5)
    assert life.case.at_top and life.case.stage is Stage.LEADER_DECISION


def test_an_empty_chair_is_passed_over_and_the_first_appointed_is_asked() -> None:
    """C15, G5."""
    approved("health_in_bulk", filled=without(S2)).task(Kind.SIGN_OFF, S3)
    life = approved("health_in_bulk", filled=without(S2, S3))
    assert life.case.at_top
    life.fill(S3)
    life.task(Kind.SIGN_OFF, S3)


def test_a_leader_who_decides_at_that_height_needs_no_other() -> None:
    # The adviser's days pass first, and nothing waits for them.
    life = a_case(**needing("health_in_bulk")).submitted().risk_signed().after_deadlines(3).life()
    life.approve(S2)
    life.expect_stage(Stage.APPROVED)
    life = a_case(**needing("health_in_bulk")).submitted().risk_signed().after_deadlines(2).life()
    life.approve(S1)
    life.expect_tasks((Kind.SIGN_OFF, S2))


def test_the_presumption_of_a_cluster_is_signed_off_too() -> None:
    """C5: and the page says so before."""
    life = a_case(**in_cluster(conditions=("health_in_bulk",))).submitted().risk_signed().life()
    assert "leader 2 of the sending body to sign off" in what_next(life.case, life.task(Kind.OBJECT))
    life.working_days_pass(5)
    life.expect_tasks((Kind.SIGN_OFF, S2))
    assert life.case.decider == ""


@pytest.mark.parametrize("profile", LegalProfile)
def test_and_so_is_a_decision_relied_on(profile: LegalProfile) -> None:
    """C7."""
    found = relying(conditions=("health_in_bulk",))
    life = a_case(**found, policy=under(profile)).submitted().risk_signed().life()
    told = what_next(life.case, life.task(Kind.CONFIRM))
    assert ("sign off" in told) is (profile is LegalProfile.PLAN)
    life.approve()
    life.expect_tasks((Kind.SIGN_OFF, S2))


def test_and_an_objection_that_lapses() -> None:
    """C6, plan."""
    found = in_cluster(conditions=("health_in_bulk",))
    life = a_case(**found, policy=under(LegalProfile.PLAN)).submitted().risk_signed().objected().life()
    life.working_days_pass(10)
    life.expect_tasks((Kind.SIGN_OFF, S2))


def test_and_a_refusal_that_leaders_1_overturn() -> None:
    """C12: whichever way it is approved."""
    life = a_case(**needing("health_in_bulk")).submitted().risk_signed().refused().escalated().life()
    life.overturn(R1)
    life.overturn(S1)
    life.expect_tasks((Kind.SIGN_OFF, S2))
    life.approve(S2)
    life.expect_stage(Stage.APPROVED)


def test_at_their_own_height_they_have_signed_it_off_already() -> None:
    life = a_case(**needing("health_in_bulk")).submitted().risk_signed().refused().escalated().life()
    life.working_days_pass(5)
    life.overturn(Seat.RECEIVING_LEADER_2)
    life.overturn(S2)
    life.expect_stage(Stage.APPROVED)


def test_a_countersigning_leader_who_approves_instead_passes_it_on() -> None:
    """C11."""
    life = a_case(**needing("health_in_bulk"), duty="safeguarding").submitted().risk_signed().refused().life()
    life.approve(S1)
    life.expect_tasks((Kind.SIGN_OFF, S2))


def test_nobody_else_signs_it_off_nor_the_owner_of_the_risk() -> None:
    """G2."""
    life = approved("health_in_bulk")
    life.refuses(NotYours, c.Approve(), R1)
    life.refuses(AlreadyDecided, c.Approve(), S1)
    life.refuses(SamePerson, c.Approve(), actor(S2, person="ruth"))
