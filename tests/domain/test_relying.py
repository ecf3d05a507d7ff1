"""P2, dependency tracking: the decision a case relies on is amended, withdrawn or overturned."""

from typing import Any

import pytest

from domain import commands as c
from domain import events as e
from domain.case import Cause, Kind, Lane, Stage
from domain.decide import why_not
from domain.outlook import what_next
from domain.people import Seat
from domain.permissions import allowed
from domain.refusals import NothingDue, NotYours, RootIsGone
from tests.builders import MANIFEST, NEW_ROOT, ROOT, Life, a_case, actor, relying, without

R1, R2, R3 = Seat.RECEIVING_LEADER_1, Seat.RECEIVING_LEADER_2, Seat.RECEIVING_LEADER_3
OWNER = Seat.RISK_OWNER
CHOICES: tuple[Any, ...] = (c.AdoptRoot(), c.KeepDecision(), c.DecideOwn())
GONE = ("withdrawn", "overturned")


def live(**settings: Any) -> Life:
    settings = {"use": "deliver_service", **settings}
    return a_case(**relying(), **settings).submitted().risk_signed().approved().delivered().life()


def withdrawn(**settings: Any) -> Life:
    life = live(**settings)
    life.root_changes("withdrawn")
    return life


# --- a live share -------------------------------------------------------------------------------------


def test_the_risk_owner_of_a_live_share_has_twenty_days_to_choose() -> None:
    life = live()
    life.root_changes()
    life.expect_events(e.RootMoved, e.TaskOpened)
    task = life.task(Kind.RECONSIDER, OWNER)
    assert task.days == 20 and life.case.stage is Stage.ACTIVE


@pytest.mark.parametrize(
    ("act", "root", "version"),
    [(c.AdoptRoot(), NEW_ROOT, 1), (c.KeepDecision(), ROOT, 3), (c.DecideOwn(), "", 0)],
)
def test_adopt_keep_or_ask_for_an_own_one(act: Any, root: str, version: int) -> None:
    """P2: whichever it is, the share goes on and the register says so."""
    life = live()
    life.root_changes("amended", root=NEW_ROOT, version=1)
    life.act(act, OWNER)
    life.expect_events(e.TaskClosed, e.RelianceReconsidered, e.EntryPublished)
    assert (life.case.root, life.case.root_version) == (root, version)
    assert life.case.stage is Stage.ACTIVE and not life.case.offered_root


def test_silence_moves_up_and_stops_nothing_while_the_decision_stands() -> None:
    life = live()
    life.root_changes()
    life.working_days_pass(20)
    life.expect_told(R1)
    assert life.case.cause is Cause.ROOT_CHANGED
    life.working_days_pass(15)
    assert life.case.at_top and life.case.stage is Stage.ACTIVE
    life.act(c.KeepDecision(), R2)
    assert not life.case.at_top and life.case.cause is Cause.NONE and not life.case.open(Kind.RECONSIDER)


def test_a_second_change_replaces_the_first_and_gives_the_time_again() -> None:
    """I2: one task, with the newest on offer; leaders who had it are let go."""
    life = live()
    life.root_changes(version=4)
    life.working_days_pass(20)
    life.root_changes(version=5)
    assert [task.seat for task in life.case.open(Kind.RECONSIDER)] == [OWNER]
    assert not life.case.at_top and life.case.cause is Cause.NONE
    life.act(c.AdoptRoot(), OWNER)
    assert life.case.root_version == 5


def test_the_version_it_has_already_is_no_news() -> None:
    life = live()
    life.refuses(NothingDue, c.RootChanged(how="amended", root=ROOT, version=3), Seat.OTHER_CASE)


def test_what_it_does_not_rely_on_is_no_news() -> None:
    gone = c.RootChanged(how="withdrawn", root=NEW_ROOT, version=1)
    live().refuses(NothingDue, gone, Seat.OTHER_CASE)
    a_case().submitted().life().refuses(NothingDue, gone, Seat.OTHER_CASE)


def test_only_another_case_says_that_a_decision_changed() -> None:
    life = live()
    for seat in (OWNER, R3, Seat.SENDER, Seat.OPERATOR):
        life.refuses(NotYours, c.RootChanged(how="withdrawn", root=ROOT, version=4), seat)


def test_an_owner_who_is_gone_is_a_vacancy_and_the_leader_chooses() -> None:
    life = live()
    life.filled.discard(OWNER)
    life.root_changes()
    assert life.vacancy(OWNER)
    life.working_days_pass(20)
    life.act(c.AdoptRoot(), R1)
    assert not life.case.open(Kind.RECONSIDER)


# --- withdrawn ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", GONE)
def test_a_decision_that_is_gone_leaves_nothing_to_adopt_or_keep(how: Any) -> None:
    """E4: nobody is offered it, and who asks all the same is told what helps."""
    life = live()
    life.root_changes(how)
    for act in CHOICES:
        life.refuses(RootIsGone, act, OWNER)
        assert act.kind not in allowed(life.case, actor(OWNER), life.now)
    assert isinstance(why_not(life.case, actor(OWNER), "adopt_root"), RootIsGone)


def test_leaders_hear_after_twenty_days_and_the_share_stops_after_sixty() -> None:
    life = withdrawn()
    assert "suspended 60 working days" in what_next(life.case, life.task(Kind.RECONSIDER))
    life.working_days_pass(20)
    life.expect_told(R1)
    life.working_days_pass(39)
    life.expect_stage(Stage.ACTIVE)
    life.working_days_pass(1)
    life.expect_stage(Stage.SUSPENDED)
    assert life.last(e.ShareSuspended).cause is Cause.ROOT_CHANGED
    assert "stays suspended" in what_next(life.case, life.task(Kind.RECONSIDER, OWNER))


def test_with_no_leader_it_stops_all_the_same() -> None:
    life = withdrawn(filled=without(R1, R2, R3))
    life.working_days_pass(60)
    life.expect_stage(Stage.SUSPENDED)


@pytest.mark.parametrize("how", ["amended", "withdrawn", "overturned"])
def test_what_is_gone_does_not_come_back_and_the_sixty_days_do_not_start_again(how: Any) -> None:
    """P2: a review of a share that is over already changes nothing here."""
    life = withdrawn()
    life.working_days_pass(30)
    life.refuses(NothingDue, c.RootChanged(how=how, root=ROOT, version=9), Seat.OTHER_CASE)
    assert life.case.root_gone


def test_a_review_does_not_bring_back_a_share_that_its_root_stopped() -> None:
    life = withdrawn(use="prevent_harm")
    life.working_days_pass(60)
    life.time_passes(life.task(Kind.REVIEW).due_at)
    life.conclude(c.Outcome.CONTINUE)
    life.expect_stage(Stage.SUSPENDED)
    assert not life.last(e.ReviewConcluded).reinstates and life.task(Kind.REVIEW)


def test_a_leader_does_not_bring_it_back_either() -> None:
    """P2: paused when the sixty days were over."""
    life = withdrawn()
    life.working_days_pass(55)
    life.act(c.SuspendShare(), R1)
    life.working_days_pass(10)
    life.refuses(RootIsGone, c.ReinstateShare(), R1)


def test_an_own_decision_takes_its_place_also_when_it_is_suspended() -> None:
    """C18: the way out, beside ending it."""
    life = withdrawn()
    life.working_days_pass(60)
    life.act(c.ReplaceShare(by="SC-2027-0001"), Seat.OTHER_CASE, seen=None)
    assert life.case.is_closed and life.case.stage is Stage.ENDED
    life = withdrawn()
    life.working_days_pass(60)
    life.act(c.EndShare(), OWNER)
    life.expect_tasks((Kind.CERTIFY_DESTRUCTION, Seat.REQUESTER))


# --- a request that is not live yet -------------------------------------------------------------------


@pytest.mark.parametrize("how", ["amended", *GONE])
def test_with_the_risk_owner_it_falls_to_the_standard_lane(how: Any) -> None:
    life = a_case(**relying()).submitted().life()
    life.root_changes(how)
    life.expect_tasks((Kind.SIGN_RISK, OWNER))
    assert life.case.lane is Lane.STANDARD and not life.case.root and not life.case.root_gone
    life.sign_risk()
    life.expect_tasks((Kind.DECIDE, Seat.SENDER))


@pytest.mark.parametrize("silent", [False, True])
def test_with_the_sender_there_is_nothing_left_to_confirm(silent: bool) -> None:
    """P2: the sender decides, with its full time; leaders who have it keep it."""
    life = a_case(**relying()).submitted().risk_signed().life()
    if silent:
        life.working_days_pass(5)
    life.root_changes("withdrawn")
    assert not life.case.open(Kind.CONFIRM) and life.task(Kind.DECIDE).days == 10
    assert bool(life.case.open(Kind.LEADER_DECIDE)) is silent


def test_while_an_answer_is_awaited_nothing_is_relied_on_any_more() -> None:
    """C7, C10: only what was distinguished is asked about."""
    life = a_case(**relying()).submitted().risk_signed().distinguished().asked().life()
    life.refuses(NothingDue, c.RootChanged(how="withdrawn", root=ROOT, version=4), Seat.OTHER_CASE)


def test_a_revised_request_may_rely_on_another_decision() -> None:
    """P2: what was gone is forgotten with it."""
    life = a_case(**relying()).submitted().risk_declined().life()
    life.root_changes("withdrawn")
    life.expect_stage(Stage.DRAFT)
    life.submit(form_version=2, screening=c.Screening(lane=Lane.RELIANCE, root=NEW_ROOT, root_version=1))
    assert life.case.root == NEW_ROOT and not life.case.root_gone


def test_approved_and_not_delivered_the_choice_outlives_the_delivery() -> None:
    """P2: what is asked of the risk owner is not overtaken by a receipt."""
    life = a_case(**relying(), use="deliver_service").submitted().risk_signed().approved().life()
    life.root_changes("withdrawn")
    life.deliver()
    life.confirm()
    assert life.task(Kind.RECONSIDER, OWNER)
    life.working_days_pass(60)
    life.expect_stage(Stage.SUSPENDED)


def test_delivered_after_the_sixty_days_it_stops_at_once() -> None:
    life = a_case(**relying(), use="deliver_service").submitted().risk_signed().approved().life()
    life.root_changes("withdrawn")
    life.working_days_pass(60)
    life.expect_stage(Stage.APPROVED)
    life.deliver(MANIFEST)
    life.confirm(MANIFEST)
    life.expect_stage(Stage.SUSPENDED)


@pytest.mark.parametrize("again", [False, True])
def test_a_choice_made_leaves_what_else_is_overdue_at_the_top(again: bool) -> None:
    """C15: the delivery is late, and every leader silent about it; that is counted whatever is chosen here."""
    life = a_case(**relying(), use="deliver_service").submitted().risk_signed().approved().life()
    life.working_days_pass(12)
    life.root_changes()
    life.working_days_pass(21)
    assert life.case.at_top and life.case.cause is Cause.ROOT_CHANGED
    if again:
        life.root_changes(version=5)
    life.act(c.KeepDecision(), OWNER)
    assert life.case.at_top and life.case.cause is Cause.NOT_DELIVERED


def test_nor_does_a_delivery_answer_for_a_choice_that_nobody_made() -> None:
    life = a_case(**relying(), use="deliver_service").submitted().risk_signed().approved().life()
    life.root_changes()
    life.working_days_pass(40)
    life.deliver()
    life.confirm()
    assert life.case.at_top and life.case.cause is Cause.ROOT_CHANGED
