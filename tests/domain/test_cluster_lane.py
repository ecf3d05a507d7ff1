"""C5, C6: the terms of a cluster presume the share. The sender may object on a ground of the list; silence approves."""

from datetime import date

import pytest

from domain import commands as c
from domain import events as e
from domain.case import Cause, Kind, Lane, Stage
from domain.commands import ObjectionGround
from domain.outlook import what_next
from domain.people import Seat
from domain.policy import LegalProfile
from domain.refusals import AlreadyDecided, NotNow, NotYours, SamePerson
from tests.builders import Life, a_case, actor, in_cluster, under, without

R1, R2, S1, S2 = (
    Seat.RECEIVING_LEADER_1,
    Seat.RECEIVING_LEADER_2,
    Seat.SENDING_LEADER_1,
    Seat.SENDING_LEADER_2,
)
LEADERS = tuple(seat for seat in Seat if seat.level)
PROFILES = tuple(LegalProfile)


def window(profile: LegalProfile = LegalProfile.CURRENT_LAW, **settings: object) -> Life:
    found = settings.pop("found", {})
    return a_case(**in_cluster(**found), policy=under(profile), **settings).submitted().risk_signed().life()  # type: ignore[arg-type]


def objected(
    profile: LegalProfile = LegalProfile.CURRENT_LAW,
    ground: ObjectionGround = ObjectionGround.SAFETY_HARM,
    **settings: object,
) -> Life:
    life = window(profile, **settings)
    life.object_(ground)
    return life


# --- C5 -----------------------------------------------------------------------------------------------


def test_the_sender_has_a_window_of_five_days_and_nothing_to_decide() -> None:
    life = window()
    life.expect_tasks((Kind.OBJECT, Seat.SENDER))
    assert life.due_day(Kind.OBJECT) == date(2026, 11, 30) and life.case.cluster
    for act in (
        c.Refuse(ground=c.Ground.SAFETY_HARM),
        c.Ask(),
        c.ApprovePart(items=4, withheld=1, child="x"),
    ):
        life.refuses(NotNow, act, Seat.SENDER)


@pytest.mark.parametrize("profile", PROFILES)
def test_silence_approves_by_presumption_and_says_by_which_rule(profile: LegalProfile) -> None:
    """C5: under both profiles, because the members signed it."""
    life = window(profile)
    assert "by presumption" in what_next(life.case, life.task(Kind.OBJECT))
    life.working_days_pass(5)
    life.expect_events(e.TaskClosed, e.RequestApproved, e.EntryPublished, e.TaskOpened)
    life.expect_tasks((Kind.PROVIDE, Seat.SENDER))
    approved = life.last(e.RequestApproved)
    assert approved.presumption == "rule 2026-1" and approved.decider == "" and approved.seat is Seat.CLOCK
    assert life.case.presumed


def test_an_empty_chair_stops_nothing_and_is_raised() -> None:
    """G5: the member team signed; that nobody sits there is a vacancy, not an objection."""
    life = window(filled=without(Seat.SENDER))
    life.expect_tasks((Kind.OBJECT, Seat.SENDER), (Kind.FILL_POST, Seat.OPERATOR))
    life.working_days_pass(5)
    life.expect_stage(Stage.APPROVED)
    life.expect_tasks((Kind.PROVIDE, Seat.SENDER), (Kind.FILL_POST, Seat.OPERATOR))


def test_the_sender_may_let_it_pass_at_once_and_then_a_person_decided() -> None:
    life = window()
    life.approve()
    assert life.case.decider == "sam" and not life.case.presumed


def test_what_is_not_held_is_said_here_too() -> None:
    """C8."""
    life = window()
    life.act(c.SayNotHeld(), Seat.SENDER)
    life.expect_stage(Stage.REFUSED)
    assert life.last(e.RequestRefused).ground is c.Ground.NOT_HELD


def test_after_the_window_nobody_objects() -> None:
    life = window()
    life.working_days_pass(5)
    life.refuses(AlreadyDecided, c.Object(ground=ObjectionGround.SAFETY_HARM), Seat.SENDER)


# --- C6 -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ground", ObjectionGround)
def test_an_objection_goes_to_leader_1_of_both_bodies(ground: ObjectionGround) -> None:
    life = objected(ground=ground)
    life.expect_stage(Stage.LEADER_DECISION)
    life.expect_tasks((Kind.JUDGE_REFUSAL, R1), (Kind.JUDGE_REFUSAL, S1))
    assert life.case.cause is Cause.OBJECTION and life.case.ground == ground
    assert life.due_day(Kind.JUDGE_REFUSAL, R1) == date(2026, 11, 30)


@pytest.mark.parametrize("ground", ObjectionGround)
@pytest.mark.parametrize("profile", PROFILES)
def test_what_silence_does_to_an_objection(ground: ObjectionGround, profile: LegalProfile) -> None:
    """C6: under the plan it lapses at level 2, unless a law is cited; else it goes up, and is counted at the top."""
    lapses = profile is LegalProfile.PLAN and ground is not ObjectionGround.STATUTORY_BAR
    life = objected(profile, ground)
    for level in (1, 2):
        life.expect_stage(Stage.LEADER_DECISION)
        for task in life.case.open(Kind.JUDGE_REFUSAL):
            assert task.level == level
            assert ("lapses" in what_next(life.case, task)) is (lapses and level == 2)
        life.working_days_pass(5)
    if lapses:
        assert life.last(e.ObjectionLapsed).level == 2
        life.expect_stage(Stage.APPROVED)
        assert life.last(e.RequestApproved).presumption
        return
    assert life.happened(e.ObjectionLapsed, ever=True) == 0 and life.case.level == 3
    life.working_days_pass(5)
    assert life.case.at_top and life.case.stage is Stage.LEADER_DECISION


def test_one_leader_who_upholds_is_no_silence() -> None:
    """C6: a leader of the asking body gains nothing by staying silent beside one who upheld."""
    life = objected(LegalProfile.PLAN)
    life.working_days_pass(5)
    life.uphold(S2)
    assert "lapses" not in what_next(life.case, life.task(Kind.JUDGE_REFUSAL, R2))
    life.working_days_pass(5)
    assert life.happened(e.ObjectionLapsed) == 0 and life.case.level == 3


@pytest.mark.parametrize("ground", ObjectionGround)
def test_an_upheld_objection_is_a_refusal_and_counted_as_one(ground: ObjectionGround) -> None:
    life = objected(ground=ground)
    life.uphold(S1)
    life.uphold(R1)
    life.expect_stage(Stage.REFUSED)
    assert life.last(e.RequestRefused).ground in c.Ground
    assert life.case.is_closed, "both leaders have spoken already, so there is no second time (C12)"


def test_an_overturned_objection_is_an_approval() -> None:
    life = objected()
    life.overturn(R1)
    life.overturn(S1)
    life.expect_stage(Stage.APPROVED)
    assert life.case.decider == "sl1" and not life.case.presumed


def test_leaders_who_disagree_send_it_up_for_the_same_cause() -> None:
    life = objected(LegalProfile.PLAN)
    life.overturn(R1)
    life.uphold(S1)
    life.expect_tasks((Kind.JUDGE_REFUSAL, R2), (Kind.JUDGE_REFUSAL, S2))
    assert life.case.cause is Cause.OBJECTION and not life.case.upheld


@pytest.mark.parametrize("profile", PROFILES)
def test_an_objection_before_empty_chairs_waits_for_an_appointment(profile: LegalProfile) -> None:
    """C15, G5: an empty post is no silence, so nothing lapses; it is counted in public."""
    life = objected(profile, filled=without(*LEADERS))
    assert life.case.at_top and not life.case.open(Kind.JUDGE_REFUSAL)
    life.working_days_pass(40)
    life.expect_stage(Stage.LEADER_DECISION)
    life.fill(S2)
    life.overturn(S2)
    life.expect_stage(Stage.APPROVED)


def test_leaders_who_all_leave_after_an_objection_leave_it_open() -> None:
    """C15: silence of level 1 with nobody above."""
    life = objected(LegalProfile.PLAN)
    life.filled -= set(LEADERS)
    life.working_days_pass(5)
    life.expect_stage(Stage.LEADER_DECISION)
    assert life.case.at_top


def test_a_leader_who_objected_does_not_judge() -> None:
    """G2."""
    life = objected()
    for act in (c.UpholdRefusal(), c.OverturnRefusal()):
        life.refuses(SamePerson, act, actor(S1, person="sam"))


def test_only_the_sending_team_objects() -> None:
    life = window()
    for seat in (Seat.REQUESTER, R1, S1, Seat.BOARD):
        life.refuses(NotYours, c.Object(ground=ObjectionGround.SAFETY_HARM), seat)
    life.refuses(SamePerson, c.Object(ground=ObjectionGround.SAFETY_HARM), actor(Seat.SENDER, person="ruth"))


# --- G2 -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lane", Lane)
def test_the_one_person_fast_path_is_open_in_two_lanes_and_flagged(lane: Lane) -> None:
    life = a_case(screening=c.Screening(lane=lane, cluster="x", root="y")).submitted().life()
    amy = actor(Seat.RISK_OWNER, person="amy")
    if lane not in (Lane.CLUSTER, Lane.RELIANCE):
        life.refuses(SamePerson, c.SignRisk(form_hash=life.case.form_hash), amy)
        return
    life.sign_risk(amy)
    assert life.last(e.RiskSigned).one_person and life.case.risk_owner == life.case.author == "amy"


def test_two_people_are_not_flagged() -> None:
    assert not window().last(e.RiskSigned).one_person


def test_a_request_revised_after_a_question_has_its_window_in_the_cluster() -> None:
    """C5: by what carries it now, and not by how it came before."""
    life = a_case().submitted().risk_signed().asked().answered(material=True).risk_declined().life()
    life.submit(form_version=3, screening=in_cluster()["screening"])
    life.sign_risk()
    life.expect_tasks((Kind.OBJECT, Seat.SENDER))
