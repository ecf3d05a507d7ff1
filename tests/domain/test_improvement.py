"""P9: improvement before punishment, one step after the other; a jump for live harm only; incidents told without blame."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from domain import commands as c
from domain import events as e
from domain.case import Cause, Kind, Stage
from domain.people import Seat
from domain.refusals import (
    ActionDates,
    ActionsStillRun,
    JumpUnsettled,
    LadderNotSkipped,
    NotAJump,
    NothingChanged,
    NotNow,
    NotYours,
    SamePerson,
)
from tests.builders import MONDAY, PEOPLE, Life, a_case, actor, without

R1, R2, R3 = Seat.RECEIVING_LEADER_1, Seat.RECEIVING_LEADER_2, Seat.RECEIVING_LEADER_3
ADVISE, PLAN, NARROW, SUSPEND, REVOKE = c.Step
SOON, LATER = "2026-11-30", "2026-12-18"


def in_use(**settings: object) -> Life:
    settings = {"use": "deliver_service", **settings}
    return a_case(**settings).submitted().risk_signed().approved().delivered().life()


def planned(*days: str, **settings: object) -> Life:
    life = in_use(**settings)
    life.takes_step(ADVISE)
    life.takes_step(PLAN, due_on=days or (SOON,))
    return life


# --- the ladder -------------------------------------------------------------------------------------


def test_each_step_follows_the_one_before() -> None:
    life = planned()
    life.working_days_pass(5)
    life.takes_step(NARROW, items=2)
    assert life.case.items == 2
    life.takes_step(SUSPEND)
    life.expect_stage(Stage.SUSPENDED)
    life.takes_step(REVOKE)
    life.expect_stage(Stage.ENDED)
    assert [event.step for event in life.events if isinstance(event, e.StepTaken)] == list(c.Step)


@pytest.mark.parametrize("step", [PLAN, NARROW, SUSPEND, REVOKE])
def test_no_step_is_left_out(step: c.Step) -> None:
    refused = in_use().refuses(LadderNotSkipped, c.TakeStep(step=step, items=2, due_on=(SOON,)), R1)
    assert "advice" in refused.message


def test_actions_have_until_their_day() -> None:
    life = planned(SOON, LATER)
    life.completes_action("a", Seat.RISK_OWNER)
    refused = life.refuses(ActionsStillRun, c.TakeStep(step=NARROW, items=2), R1)
    assert "18 December 2026" in refused.message
    life.completes_action()
    life.takes_step(NARROW, items=2)


@pytest.mark.parametrize("days", [(), ("2026-11-23",), ("2028-01-01",), (SOON,) * 4])
def test_a_plan_has_one_to_three_actions_within_a_year(days: tuple[str, ...]) -> None:
    life = in_use()
    life.takes_step(ADVISE)
    life.refuses(ActionDates, c.TakeStep(step=PLAN, due_on=days), R1)


def test_overdue_actions_move_up_each_by_itself() -> None:
    life = planned(SOON, LATER)
    life.time_passes(datetime(2026, 12, 1, 12, tzinfo=UTC))
    first = [task for task in life.case.open(Kind.DO_ACTION) if task.level]
    assert [task.seat for task in first] == [R1] and life.case.cause is Cause.ACTION_OVERDUE
    life.time_passes(datetime(2026, 12, 19, 12, tzinfo=UTC))
    assert len({task.about for task in life.case.open(Kind.DO_ACTION) if task.seat is R1}) == 2
    done = first[0].about
    life.completes_action(done, R1)
    assert {task.about for task in life.case.open(Kind.DO_ACTION)} != {done}
    assert life.case.cause is Cause.ACTION_OVERDUE


def test_one_item_cannot_be_narrowed_and_the_ladder_goes_on() -> None:
    life = planned(items=1)
    life.working_days_pass(5)
    life.takes_step(SUSPEND)
    life.expect_stage(Stage.SUSPENDED)


def test_what_is_put_right_begins_again_at_the_foot() -> None:
    life = planned()
    life.refuses(NotNow, c.CloseImprovement(), R1)
    life.completes_action()
    life.improvement_closes()
    assert life.case.step == 0
    life.takes_step(ADVISE)


def test_those_who_share_and_use_the_data_do_not_move_the_ladder() -> None:
    life = in_use()
    for seat in (Seat.REQUESTER, Seat.RISK_OWNER, Seat.SENDER, Seat.SENDING_LEADER_3):
        life.refuses(NotYours, c.TakeStep(step=ADVISE), seat)


def test_an_end_closes_the_plan() -> None:
    life = planned()
    life.act(c.EndShare(), R1)
    assert life.case.step == 0 and not life.case.open(Kind.DO_ACTION)


# --- a jump (live harm) -----------------------------------------------------------------------------


@pytest.mark.parametrize("step", [ADVISE, PLAN, NARROW])
def test_only_stopping_it_is_a_jump(step: c.Step) -> None:
    in_use().refuses(NotAJump, c.JumpStep(step=step), R1)


def test_it_stops_at_once_and_leader_2_has_a_working_day() -> None:
    life = in_use()
    life.jumps()
    life.expect_stage(Stage.SUSPENDED)
    assert life.task(Kind.CONFIRM_JUMP).seat is R2 and life.due_day(Kind.CONFIRM_JUMP) == date(2026, 11, 24)
    life.working_days_pass(1)
    life.expect_told(R3)


def test_leader_2_does_not_confirm_their_own() -> None:
    life = in_use()
    life.jumps(by=R2)
    assert life.task(Kind.CONFIRM_JUMP).seat is R3


def test_nor_does_anybody_else_though_they_sit_in_that_chair_or_for_somebody() -> None:
    """I6, G2: the one who jumped as leader 1 covers leader 2 the next day; and a deputy covers the one who jumped."""
    life = in_use()
    life.jumps(by=R1)
    life.refuses(SamePerson, c.SettleJump(confirm=True), actor(R2, person=PEOPLE[R1]))
    covering = replace(actor(R2, person="dee"), acting_for=(PEOPLE[R1],))
    life.refuses(SamePerson, c.SettleJump(confirm=True), covering)


def test_confirmed_the_step_is_taken_and_leaders_decide_about_the_pause() -> None:
    life = in_use()
    life.jumps()
    life.settles_jump(confirm=True)
    life.expect_stage(Stage.SUSPENDED)
    assert life.case.step == 4 and life.case.jump == 0
    assert life.task(Kind.DECIDE_PAUSED).seat is R1
    life.act(c.ReinstateShare(), R1)
    life.expect_stage(Stage.ACTIVE)


def test_confirmed_as_an_end_it_ends() -> None:
    life = in_use()
    life.jumps(REVOKE)
    life.settles_jump(confirm=True)
    life.expect_stage(Stage.ENDED)


def test_not_confirmed_the_share_goes_on() -> None:
    life = in_use()
    life.jumps(REVOKE)
    life.settles_jump(confirm=False)
    life.expect_stage(Stage.ACTIVE)
    assert life.last(e.JumpSettled).reinstates and life.case.step == 0 and life.case.cause is Cause.NONE


def test_not_confirmed_it_stays_stopped_for_whatever_else_stops_it() -> None:
    """P5: nobody signed for the risk in the meantime."""
    life = in_use()
    life.owner_leaves()
    life.working_days_pass(19)
    life.jumps()
    life.working_days_pass(1)
    life.settles_jump(R3, confirm=False)
    life.expect_stage(Stage.SUSPENDED)
    life.owns_risk()
    life.expect_stage(Stage.ACTIVE)


def test_a_review_does_not_settle_it() -> None:
    """§6."""
    life = a_case().submitted().risk_signed().approved().delivered().at_review().life()
    life.jumps(by=R1)
    life.conclude()
    life.expect_stage(Stage.SUSPENDED)
    life.settles_jump(confirm=False)
    life.expect_stage(Stage.ACTIVE)


def test_a_pause_that_a_review_asks_for_waits_for_it() -> None:
    life = a_case().submitted().risk_signed().approved().delivered().at_review().life()
    life.jumps(by=R1)
    life.conclude(c.Outcome.PAUSE)
    life.refuses(JumpUnsettled, c.ReinstateShare(), R1)
    life.settles_jump(confirm=False)
    life.expect_stage(Stage.SUSPENDED)
    life.act(c.ReinstateShare(), R1)
    life.expect_stage(Stage.ACTIVE)


def test_silence_to_the_top_is_counted_and_the_share_stays_stopped() -> None:
    life = in_use()
    life.jumps()
    life.working_days_pass(6)
    life.expect_stage(Stage.SUSPENDED)
    assert life.case.overdue == (Cause.LIVE_HARM,)


def test_where_no_leader_is_there_leader_2_is_asked_when_appointed_and_leader_1_never() -> None:
    """G5: the first who comes is asked, if it is theirs."""
    life = in_use(filled=without(R1, R2, R3))
    life.act(c.ReceiveRightsRequest(request="rr-1", right=c.Right.OBJECTION), Seat.PUBLIC, seen=None)
    life.working_days_pass(23)  # leader 1's chair is a vacancy, for the request
    life.jumps()
    assert life.case.at_top and not life.case.open(Kind.CONFIRM_JUMP)
    for seat in (R1, R2):
        life.filled.add(seat)
        life.posts_change()
    assert [task.seat for task in life.case.open(Kind.CONFIRM_JUMP)] == [R2]


def test_a_pause_that_nobody_could_be_asked_about_outlives_a_review() -> None:
    """§6, G5: every leader's chair was empty when the share was stopped."""
    life = (
        a_case(filled=without(R1, R2, R3)).submitted().risk_signed().approved().delivered().at_review().life()
    )
    life.act(c.SuspendShare(), Seat.RISK_OWNER)
    assert life.case.at_top and not life.case.open(Kind.DECIDE_PAUSED)
    life.conclude()
    life.expect_stage(Stage.SUSPENDED)
    life.filled.add(R1)
    life.posts_change()
    life.act(c.ReinstateShare(), R1)
    life.expect_stage(Stage.ACTIVE)


def test_a_share_that_is_stopped_is_not_jumped_at() -> None:
    life = in_use()
    life.act(c.SuspendShare(), R1)
    life.refuses(NotNow, c.JumpStep(step=SUSPEND), Seat.REVIEWER)


# --- incidents --------------------------------------------------------------------------------------


def test_an_incident_is_told_and_asks_for_nothing() -> None:
    """No blame."""
    life = in_use()
    before = life.open_tasks()
    life.reports_incident()
    assert life.open_tasks() == before and life.happened(e.IncidentReported)


def test_seventy_two_hours_of_the_clock_from_when_it_was_known() -> None:
    """P9: over a weekend as well."""
    life = in_use(now=datetime(2026, 11, 27, 15, tzinfo=UTC))
    known = life.now - timedelta(hours=20)
    life.reports_incident(breach=True, known_at=known)
    assert life.task(Kind.TELL_REGULATOR).due_at == known + timedelta(hours=72)
    life.time_passes(known + timedelta(hours=72))
    life.expect_told(R1)
    assert life.meant(Kind.TELL_REGULATOR, seat=R1).days == 1
    life.tells_regulator()
    assert not life.case.open(Kind.TELL_REGULATOR) and life.case.cause is Cause.NONE


def test_known_for_longer_it_is_over_at_once_and_moves_up_at_once() -> None:
    life = in_use(now=MONDAY + timedelta(days=30))
    life.reports_incident(breach=True, known_at=life.now - timedelta(hours=100))
    assert life.task(Kind.TELL_REGULATOR).due_at < life.now
    life.time_passes(life.now)
    life.expect_told(R1)


def test_nobody_knows_of_it_in_the_future() -> None:
    life = in_use()
    life.reports_incident(breach=True, known_at=life.now + timedelta(days=9))
    assert life.task(Kind.TELL_REGULATOR).due_at == life.now + timedelta(hours=72)


def test_two_breaches_have_two_clocks_and_one_has_one() -> None:
    life = in_use()
    life.reports_incident("in-1", breach=True)
    life.reports_incident("in-2", breach=True)
    life.refuses(NothingChanged, c.ReportIncident(incident="in-1", breach=True), Seat.REQUESTER)
    life.tells_regulator("in-2")
    assert life.task(Kind.TELL_REGULATOR).about == "in-1"


def test_a_breach_is_told_though_the_share_has_ended() -> None:
    life = in_use()
    life.reports_incident(breach=True)
    life.act(c.EndShare(), R1)
    life.act(c.CertifyDestruction(), Seat.REQUESTER)
    assert life.case.open(Kind.TELL_REGULATOR) and not life.case.is_closed
    life.tells_regulator()
    assert life.case.is_closed
