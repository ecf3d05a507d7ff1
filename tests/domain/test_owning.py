"""P5, G5: the risk owner leaves, teams move, posts empty; the case goes on with whoever answers for it now."""

from dataclasses import replace
from datetime import date

import pytest

from domain import commands as c
from domain import events as e
from domain.case import Cause, Kind, Stage
from domain.people import DIRECTORY, Party, Seat, Side
from domain.policy import LegalProfile
from domain.refusals import NoRiskOwner, NothingChanged, NotNow, SamePerson, SamePersonCovered, TextChanged
from tests.builders import (
    ANOTHER_TEAM,
    MANIFEST,
    PEOPLE,
    Life,
    a_case,
    a_part,
    actor,
    in_cluster,
    under,
    urgent,
    without,
)
from tests.fixtures.calendar import EW, NI, SCT, calendar_for

R1, R2, R3 = Seat.RECEIVING_LEADER_1, Seat.RECEIVING_LEADER_2, Seat.RECEIVING_LEADER_3
OWNER = (Kind.OWN_RISK, Seat.RISK_OWNER)


def in_use(**settings: object) -> Life:
    settings = {"use": "deliver_service", **settings}
    return a_case(**settings).submitted().risk_signed().approved().delivered().life()


def left(**settings: object) -> Life:
    life = in_use(**settings)
    life.owner_leaves()
    return life


# --- who leaves, and who signs ----------------------------------------------------------------------


def test_somebody_is_asked_at_once_and_nobody_owns_it_meanwhile() -> None:
    life = left()
    life.expect_events(e.RiskOwnerLeft, e.TaskOpened)
    life.expect_stage(Stage.ACTIVE)
    assert life.case.risk_owner == "" and life.case.owners_before == (PEOPLE[Seat.RISK_OWNER],)
    assert life.due_day(Kind.OWN_RISK) == date(2026, 11, 30)


def test_an_empty_chair_is_a_vacancy_too() -> None:
    """G5."""
    life = in_use()
    life.filled.discard(Seat.RISK_OWNER)
    life.owner_leaves()
    assert life.vacancy(Seat.RISK_OWNER)
    life.filled.add(Seat.RISK_OWNER)
    life.posts_change()
    assert not life.case.open(Kind.FILL_POST) and life.happened(e.PostFilled)


def test_after_five_days_leader_1_can_sign_and_after_twenty_the_share_stops() -> None:
    life = left()
    life.working_days_pass(5)
    life.expect_told(R1)
    life.expect_stage(Stage.ACTIVE)
    assert life.case.cause is Cause.OWNER_LEFT
    life.working_days_pass(14)
    life.expect_stage(Stage.ACTIVE)
    life.working_days_pass(1)
    life.expect_stage(Stage.SUSPENDED)
    assert life.last(e.ShareSuspended).cause is Cause.OWNER_LEFT
    life.expect_told(R2)


def test_a_new_owner_signs_what_stands_and_the_share_goes_on() -> None:
    life = left()
    life.working_days_pass(26)
    life.owns_risk()
    life.expect_stage(Stage.ACTIVE)
    assert life.last(e.RiskTakenOn).reinstates and life.happened(e.EntryPublished)
    assert not life.case.open(Kind.OWN_RISK) and life.case.cause is Cause.NONE
    life.refuses(NotNow, c.OwnRisk(form_hash=life.case.form_hash), R1)


def test_silence_about_it_goes_to_the_top_and_is_counted() -> None:
    """C15."""
    life = left()
    life.working_days_pass(31)
    assert life.case.overdue == (Cause.OWNER_LEFT,)
    life.owns_risk(R3)
    assert not life.case.at_top and life.case.cause is Cause.NONE


def test_what_was_read_is_what_is_signed() -> None:
    left().refuses(TextChanged, c.OwnRisk(form_hash="older"), Seat.RISK_OWNER)


@pytest.mark.parametrize("who", [PEOPLE[Seat.REQUESTER], PEOPLE[Seat.SENDER]])
def test_neither_the_author_nor_the_decider_signs(who: str) -> None:
    """G2."""
    life = left()
    act = c.OwnRisk(form_hash=life.case.form_hash)
    life.refuses(SamePerson, act, actor(Seat.RISK_OWNER, person=who))
    life.refuses(SamePersonCovered, act, replace(actor(Seat.RISK_OWNER, person="dee"), acting_for=(who,)))


def test_whoever_owned_it_once_never_reviews_or_decides_it() -> None:
    """G2, I6: leaving a post does not take a person out of the case."""
    life = a_case().submitted().risk_signed().approved().delivered().at_review().life()
    life.owner_leaves()
    life.owns_risk(actor(Seat.RISK_OWNER, person="noor"))
    review = c.ConcludeReview(outcome=c.Outcome.CONTINUE)
    for who in (PEOPLE[Seat.RISK_OWNER], "noor"):
        life.refuses(SamePerson, review, actor(Seat.REVIEWER, person=who))


def test_owners_may_leave_as_often_as_they_like() -> None:
    life = left()
    life.owns_risk(actor(Seat.RISK_OWNER, person="noor"))
    life.owner_leaves()
    assert life.case.owners_before == (PEOPLE[Seat.RISK_OWNER], "noor")
    life.expect_told(Seat.RISK_OWNER)
    life.refuses(NothingChanged, c.PostsChanged(owner_left=True), DIRECTORY, seen=None)


# --- before it is delivered -------------------------------------------------------------------------


def test_nothing_is_delivered_to_nobodys_risk() -> None:
    """C17."""
    life = a_case().submitted().risk_signed().approved().sent().life()
    life.owner_leaves()
    life.refuses(NoRiskOwner, c.ConfirmReceipt(manifest_hash=MANIFEST), Seat.REQUESTER)
    life.working_days_pass(25)
    life.expect_stage(Stage.APPROVED)
    life.owns_risk(R1)
    life.confirm()
    life.expect_stage(Stage.ACTIVE)


def test_the_sending_team_goes_on_deciding_meanwhile() -> None:
    life = a_case().submitted().risk_signed().life()
    life.owner_leaves()
    life.approve()
    life.expect_stage(Stage.APPROVED)
    assert OWNER in life.open_tasks()


def test_a_refusal_that_is_taken_up_again_finds_somebody_to_sign() -> None:
    """C12: who leaves while it is refused is missed as soon as it goes on."""
    life = a_case().submitted().risk_signed().refused().life()
    life.owner_leaves()
    life.expect_events(e.RiskOwnerLeft)
    life.escalate_refusal()
    assert OWNER in life.open_tasks()


def test_somebody_missing_before_a_refusal_is_missing_after_it() -> None:
    life = a_case().submitted().risk_signed().life()
    life.owner_leaves()
    life.refuse()
    assert not life.case.open(Kind.OWN_RISK)
    life.escalate_refusal()
    assert OWNER in life.open_tasks()


def test_a_lapse_that_is_taken_up_again_does_so_too() -> None:
    """C20."""
    life = a_case().submitted().risk_signed().asked().after_deadlines(1).life()
    life.owner_leaves()
    life.act(c.Reopen(), Seat.REQUESTER)
    assert OWNER in life.open_tasks()


def test_a_signature_that_waits_for_its_leader_is_asked_for_anew_even_while_every_leader_is_missing() -> None:
    """P8: nobody stands behind what somebody signed who is not there any more."""
    life = (
        a_case(screening=c.Screening(back_level=1), filled=without(R1, R2, R3))
        .submitted()
        .risk_signed()
        .life()
    )
    assert not life.case.open(Kind.BACK_RISK)
    life.owner_leaves()
    life.expect_stage(Stage.RISK_ACCEPTANCE)
    assert life.case.risk_owner == "" and life.case.open(Kind.SIGN_RISK)


def test_a_part_whose_owner_left_asks_for_one_and_the_sender_goes_on() -> None:
    """C9."""
    life = Life()
    life.act(a_part(life, owner_left=True), Seat.OTHER_CASE, seen=None)
    life.expect_tasks((Kind.DECIDE, Seat.SENDER), OWNER)
    assert life.case.risk_owner == "" and life.case.owners_before == (PEOPLE[Seat.RISK_OWNER],)


def test_an_urgent_use_has_hours_for_that_too() -> None:
    """C21."""
    life = a_case(**urgent()).submitted().risk_signed().life()
    life.owner_leaves()
    assert life.task(Kind.OWN_RISK).hours == 4


# --- what else goes on at the same time -------------------------------------------------------------


def test_a_share_paused_for_a_reason_of_its_own_stays_so() -> None:
    life = left()
    life.act(c.SuspendShare(), R1)
    life.working_days_pass(20)
    life.refuses(NoRiskOwner, c.ReinstateShare(), R1)
    life.owns_risk()
    life.expect_stage(Stage.SUSPENDED)
    assert not life.last(e.RiskTakenOn).reinstates
    life.act(c.ReinstateShare(), R1)
    life.expect_stage(Stage.ACTIVE)


def test_a_step_of_improvement_holds_a_share_that_had_stopped_already() -> None:
    """P9: signing for the risk does not undo what the ladder decided."""
    life = left()
    life.takes_step(c.Step.ADVISE)
    life.takes_step(c.Step.PLAN, due_on=("2026-11-30",))
    life.working_days_pass(20)
    life.expect_stage(Stage.SUSPENDED)
    life.takes_step(c.Step.NARROW, items=2)
    life.takes_step(c.Step.SUSPEND)
    life.owns_risk()
    life.expect_stage(Stage.SUSPENDED)
    life.act(c.ReinstateShare(), R1)
    life.expect_stage(Stage.ACTIVE)


def test_live_harm_that_nobody_could_be_asked_about_holds_it_too() -> None:
    """P9: though every leader's chair is empty, so that no task waits."""
    life = left()
    life.filled -= {R2, R3}
    life.jumps()
    life.working_days_pass(20)
    assert not life.case.open(Kind.CONFIRM_JUMP)
    life.owns_risk()
    life.expect_stage(Stage.SUSPENDED)


def test_a_late_review_holds_it_too() -> None:
    """§6."""
    life = a_case().submitted().risk_signed().approved().delivered().life()
    while life.case.stage is Stage.ACTIVE:
        life.next_deadline_passes()
    life.owner_leaves()
    life.working_days_pass(20)
    life.owns_risk()
    life.expect_stage(Stage.SUSPENDED)
    life.refuses(NotNow, c.ReinstateShare(), R1)
    life.conclude(by=Seat.REVIEWER)
    life.expect_stage(Stage.ACTIVE)


def test_an_end_needs_no_owner() -> None:
    life = left()
    life.act(c.EndShare(), R1)
    assert not life.case.open(Kind.OWN_RISK) and life.case.stage is Stage.ENDED


def test_an_end_by_its_date_leaves_nothing_at_the_top() -> None:
    """C15, C19: what is over is not counted any more."""
    life = left(until="2027-03-31")
    life.working_days_pass(35)
    assert life.case.at_top
    life.time_passes(life.task(Kind.EXPIRY).due_at)
    life.expect_stage(Stage.ENDED)
    assert not life.case.at_top and life.case.cause is Cause.NONE


def test_a_missing_owner_does_not_change_why_the_leaders_have_the_decision() -> None:
    """C6: under the plan an objection lapses on silence, whoever is asked about something else meanwhile."""
    life = a_case(**in_cluster(), policy=under(LegalProfile.PLAN)).submitted().risk_signed().life()
    life.owner_leaves()
    life.object_(c.ObjectionGround.OUTSIDE_TASK)
    life.working_days_pass(6)
    assert life.case.cause is Cause.OBJECTION
    life.working_days_pass(5)
    assert life.happened(e.ObjectionLapsed, ever=True) and life.case.presumed


def test_two_things_at_their_top_are_counted_for_each_body() -> None:
    """G4: the sending body's silence is not hidden behind the receiving body's, nor forgotten when that ends."""
    life = a_case().submitted().risk_signed().life()
    life.owner_leaves()
    life.working_days_pass(35)
    told = [event for event in life.events if isinstance(event, e.OverdueAtTop)]
    assert {(event.side, event.cause) for event in told} == {
        (Side.SENDING, Cause.TIMEOUT),
        (Side.RECEIVING, Cause.OWNER_LEFT),
    }
    life.owns_risk(R1)
    assert life.case.overdue == (Cause.TIMEOUT,)


# --- posts and teams --------------------------------------------------------------------------------


def test_nothing_changed_is_refused() -> None:
    in_use().refuses(NothingChanged, c.PostsChanged(), DIRECTORY, seen=None)


def test_every_seat_that_something_waits_on_is_seen_to() -> None:
    life = a_case().submitted().risk_signed().after_deadlines(2).life()
    life.filled -= {Seat.SENDER, Seat.SENDING_LEADER_1, Seat.SENDING_LEADER_3}
    life.posts_change()
    assert {task.post for task in life.case.open(Kind.FILL_POST)} == {Seat.SENDER, Seat.SENDING_LEADER_1}


def test_a_team_moves_with_its_tasks_and_its_past() -> None:
    life = a_case().submitted().risk_signed().after_deadlines(1).life()
    before = life.case.tasks
    life.moves(Side.SENDING, ANOTHER_TEAM)
    life.expect_events(e.PartyMoved)
    assert life.case.sending == ANOTHER_TEAM and life.case.tasks == before
    life.refuses(NothingChanged, c.MoveParty(side=Side.SENDING, to=ANOTHER_TEAM), DIRECTORY, seen=None)


def test_a_team_that_moves_keeps_its_vacancies_and_raises_new_ones() -> None:
    life = a_case(filled=without(Seat.SENDER)).submitted().risk_signed().life()
    life.filled -= {Seat.SENDING_LEADER_1}
    life.moves(Side.SENDING, ANOTHER_TEAM)
    assert [task.post for task in life.case.open(Kind.FILL_POST)] == [Seat.SENDER]


def test_a_deadline_that_runs_is_not_moved_and_the_next_one_counts_by_the_new_body() -> None:
    """G3: St Andrew's Day, 30 November 2026, and the days that come with the team."""
    life = a_case().submitted().risk_signed().life()
    due = life.task(Kind.DECIDE).due_at
    scottish = Party(organisation="sg", team="records", nation=SCT)
    life.moves(Side.SENDING, scottish, calendar=calendar_for(EW, SCT))
    assert life.task(Kind.DECIDE).due_at == due
    life.ask()
    life.answer()
    assert life.task(Kind.DECIDE).days == 9  # what was left of ten, without the holiday there
    assert life.due_day(Kind.DECIDE) == date(2026, 12, 7)


def test_the_days_of_another_nation_ride_along() -> None:
    life = a_case().submitted().risk_signed().life()
    northern = Party(organisation="ni", team="records", nation=NI)
    life.moves(Side.RECEIVING, northern, calendar=calendar_for(EW, NI))
    life.ask()
    assert life.task(Kind.ANSWER).days == 10
