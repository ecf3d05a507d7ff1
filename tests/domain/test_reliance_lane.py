"""C7: another decision covers it. The sender confirms, or names the one element that differs."""

from datetime import date

import pytest

from domain import commands as c
from domain import events as e
from domain.case import Cause, Kind, Lane, Stage
from domain.outlook import what_next
from domain.people import Seat
from domain.policy import LegalProfile
from domain.refusals import AlreadyDecided, NotNow, OnlyOnce, SamePerson, TooLateToObject
from tests.builders import ROOT, Life, a_case, actor, relying, under, without

LEADERS = (Seat.SENDING_LEADER_1, Seat.SENDING_LEADER_2, Seat.SENDING_LEADER_3)
PROFILES = tuple(LegalProfile)


def confirming(profile: LegalProfile = LegalProfile.CURRENT_LAW, **settings: object) -> Life:
    return a_case(**relying(), policy=under(profile), **settings).submitted().risk_signed().life()


def test_the_sender_confirms_within_five_days() -> None:
    life = confirming()
    life.expect_tasks((Kind.CONFIRM, Seat.SENDER))
    assert life.due_day(Kind.CONFIRM) == date(2026, 11, 30)
    life.approve()
    life.expect_stage(Stage.APPROVED)
    assert life.case.decider == "sam" and (life.case.root, life.case.root_version) == (ROOT, 3)


def test_silence_escalates_under_current_law() -> None:
    """C7: up to the top, and never to an answer."""
    life = confirming()
    assert "leader 1 of the sending body" in what_next(life.case, life.task(Kind.CONFIRM))
    for leader in LEADERS:
        life.working_days_pass(5)
        life.expect_told(leader)
        life.expect_stage(Stage.WITH_SENDER)
    assert life.case.cause is Cause.TIMEOUT
    life.working_days_pass(5)
    assert life.case.at_top


def test_silence_confirms_under_the_plan() -> None:
    """C7."""
    life = confirming(LegalProfile.PLAN)
    assert "counts as confirmed" in what_next(life.case, life.task(Kind.CONFIRM))
    life.working_days_pass(5)
    life.expect_stage(Stage.APPROVED)
    assert life.last(e.RequestApproved).presumption == "rule 2026-1" and life.case.root == ROOT


@pytest.mark.parametrize("profile", PROFILES)
def test_an_empty_chair_is_raised_in_either_case(profile: LegalProfile) -> None:
    """G5."""
    life = confirming(profile, filled=without(Seat.SENDER))
    assert life.vacancy(Seat.SENDER)
    life.working_days_pass(5)
    life.expect_stage(Stage.APPROVED if profile is LegalProfile.PLAN else Stage.WITH_SENDER)


@pytest.mark.parametrize("element", c.Element)
@pytest.mark.parametrize("profile", PROFILES)
def test_one_element_that_differs_sends_it_to_the_standard_lane(
    element: c.Element, profile: LegalProfile
) -> None:
    """C7: the sender decides, with what is left of the time it would have had."""
    life = confirming(profile)
    life.working_days_pass(2)
    life.distinguish(element)
    life.expect_events(e.TaskClosed, e.RelianceDistinguished, e.LaneChosen, e.TaskOpened)
    life.expect_tasks((Kind.DECIDE, Seat.SENDER))
    assert life.due_day(Kind.DECIDE) == date(2026, 12, 7), "ten working days after it came"
    assert life.case.lane is Lane.STANDARD and not life.case.root
    life.working_days_pass(8)
    assert life.case.stage is Stage.WITH_SENDER and life.case.level == 1, "silence now moves up (C8)"


@pytest.mark.parametrize("leader", LEADERS)
def test_at_any_level_whoever_was_asked_may_still_answer(leader: Seat) -> None:
    """C15: but what differs is to be said in time."""
    life = confirming()
    life.working_days_pass(5 * (1 + LEADERS.index(leader)))
    life.refuses(TooLateToObject, c.Distinguish(element=c.Element.ITEMS), Seat.SENDER)
    life.approve(leader)
    life.expect_stage(Stage.APPROVED)


def test_a_leader_takes_over_from_a_team_that_does_not_confirm() -> None:
    """C14: once."""
    life = confirming()
    life.working_days_pass(5)
    life.act(c.TakeOver(), Seat.SENDING_LEADER_1)
    life.expect_tasks((Kind.LEADER_DECIDE, Seat.SENDING_LEADER_1))
    life.refuses(OnlyOnce, c.TakeOver(), Seat.SENDING_LEADER_1)


def test_a_directed_team_decides_and_asks_no_more() -> None:
    """C14."""
    life = confirming()
    life.working_days_pass(5)
    life.act(c.DirectSender(), Seat.SENDING_LEADER_1)
    life.expect_tasks((Kind.DECIDE, Seat.SENDER))
    life.refuse()
    life.expect_stage(Stage.REFUSED)


def test_a_sender_who_confirmed_does_not_distinguish() -> None:
    life = confirming()
    life.approve()
    life.refuses(AlreadyDecided, c.Distinguish(element=c.Element.ITEMS), Seat.SENDER)
    life = a_case().submitted().risk_signed().life()
    life.refuses(NotNow, c.Distinguish(element=c.Element.ITEMS), Seat.SENDER)


def test_the_risk_owner_does_not_confirm_for_the_sender() -> None:
    """G2."""
    life = confirming()
    for act in (c.Approve(), c.Distinguish(element=c.Element.ITEMS)):
        life.refuses(SamePerson, act, actor(Seat.SENDER, person="ruth"))


def test_a_request_that_leaves_the_lane_leaves_the_one_person_fast_path() -> None:
    """G2: in the standard lane somebody else signs, before the sender goes on."""
    life = a_case(**relying()).submitted().life()
    amy = actor(Seat.RISK_OWNER, person="amy")
    life.sign_risk(amy)
    life.distinguish()
    life.expect_tasks((Kind.SIGN_RISK, Seat.RISK_OWNER))
    assert life.happened(e.RiskSignatureVoided) == 1
    life.refuses(SamePerson, c.SignRisk(form_hash=life.case.form_hash), amy)
    life.sign_risk()
    life.expect_tasks((Kind.DECIDE, Seat.SENDER))
