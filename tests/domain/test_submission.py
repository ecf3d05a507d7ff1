"""C1, C3, C20: a request goes in, comes back, is withdrawn, lapses and is taken up again."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from domain import commands as c
from domain import events as e
from domain.case import BEFORE_ACTIVE, Kind, Lane, Stage
from domain.people import Role, Seat
from domain.permissions import may_see
from domain.policy import Policy
from domain.refusals import (
    AlreadySubmitted,
    CaseClosed,
    NoSuchCase,
    NotNow,
    NotYours,
    StaleVersion,
)
from tests.builders import FORM, NO_LEADERS, Building, Life, a_case, actor


def test_submitting_asks_the_risk_owner_first_and_starts_the_total_clock() -> None:
    """C1: receipt is acknowledged at once; the standard lane says why it was chosen."""
    life = Life()
    life.submit()
    life.expect_events(e.RequestSubmitted, e.LaneChosen, e.TaskOpened)
    life.expect_stage(Stage.RISK_ACCEPTANCE)
    life.expect_tasks((Kind.SIGN_RISK, Seat.RISK_OWNER))
    assert life.due_day(Kind.SIGN_RISK) == date(2026, 11, 30)
    assert life.case.submitted_at == life.now
    assert life.case.author == "amy" and life.case.form_hash == FORM
    assert life.case.lane is Lane.STANDARD and not life.last(e.LaneChosen).by_people


def test_only_a_requester_submits() -> None:
    """C1, G1."""
    life = Life()
    for seat in set(Seat) - {Seat.REQUESTER}:
        life.refuses(NotYours, life.request, seat)


def test_nothing_else_can_happen_to_a_case_that_was_never_submitted() -> None:
    """C1: a draft is not a case."""
    life = Life()
    life.refuses(NoSuchCase, c.Withdraw(), Seat.REQUESTER)
    life.refuses(NoSuchCase, c.DeadlinePassed(task="t1"), Seat.CLOCK)


def test_a_request_is_submitted_once() -> None:
    """G6."""
    life = a_case().submitted().life()
    life.refuses(AlreadySubmitted, life.request, Seat.REQUESTER)


@pytest.mark.parametrize(
    ("use", "pattern", "pilot", "looked_back_at"),
    [
        ("prevent_harm", "", False, True),
        ("proactive_help", "one_by_one", False, True),
        ("test_new", "", False, True),
        ("fraud_error_debt", "bulk", True, True),
        ("fraud_error_debt", "bulk", False, False),
        ("fraud_error_debt", "one_by_one", True, False),
        ("deliver_service", "bulk", True, False),
    ],
)
def test_which_uses_are_looked_back_at_is_settled_at_submission(
    use: str, pattern: str, pilot: bool, looked_back_at: bool
) -> None:
    """§6."""
    life = Life(use=use, pattern=pattern, screening=c.Screening(pilot=pilot))
    life.submit()
    assert life.case.time_limited is looked_back_at


def test_the_sender_does_not_see_a_case_before_its_risk_is_owned() -> None:
    """C2."""
    life = a_case().submitted().life()
    assert not may_see(life.case, (Seat.SENDER,), [])
    assert not may_see(life.case, (Seat.SENDING_LEADER_1,), [])
    assert may_see(life.case, (Seat.REQUESTER,), []) and may_see(life.case, (), [Role.AUDITOR])
    life.sign_risk()
    assert may_see(life.case, (Seat.SENDER,), [])
    assert not may_see(life.case, (Seat.OPERATOR,), [Role.OPERATOR])


# --- C3 -----------------------------------------------------------------------------------------------


def test_a_declined_request_goes_back_to_its_author_and_may_come_again() -> None:
    """C3."""
    life = a_case().submitted().risk_declined().life()
    life.expect_stage(Stage.DRAFT)
    life.expect_tasks((Kind.REVISE, Seat.REQUESTER))
    first = life.case.submitted_at
    life.working_days_pass(3)
    life.submit(form_version=2, form_hash="form-2")
    life.expect_stage(Stage.RISK_ACCEPTANCE)
    life.expect_tasks((Kind.SIGN_RISK, Seat.RISK_OWNER))
    assert life.case.form_version == 2
    assert life.case.submitted_at == first, "the total clock started once"


def test_a_declined_request_that_nobody_takes_up_lapses() -> None:
    """C3, C20: ten working days to revise, as for any answer."""
    life = a_case().submitted().risk_declined().life()
    life.working_days_pass(10)
    life.expect_stage(Stage.LAPSED)
    life.expect_tasks((Kind.MAY_REOPEN, Seat.REQUESTER))
    life.act(c.Reopen(), Seat.REQUESTER)
    life.expect_stage(Stage.DRAFT)
    life.expect_tasks((Kind.REVISE, Seat.REQUESTER))


def test_a_revision_for_another_sender_is_hidden_again_until_signed() -> None:
    """C2: the first sender saw the first version; the second sees nothing before a signature."""
    life = a_case().submitted().risk_signed().asked().answered(material=True).risk_declined().life()
    assert life.case.sender_may_see
    life.submit(sending=replace(life.sending, organisation="hmrc"))
    assert not life.case.sender_may_see
    life.sign_risk()
    assert life.case.sender_may_see


# --- C20: withdraw ------------------------------------------------------------------------------------

WAYS: dict[str, Building] = {
    "draft": a_case().submitted().risk_declined(),
    "risk_acceptance": a_case().submitted(),
    "with_sender": a_case().submitted().risk_signed(),
    "with_sender, level 2": a_case().submitted().risk_signed().after_deadlines(2),
    "info_requested": a_case().submitted().risk_signed().asked(),
    "leader_decision, countersign": a_case(duty="safeguarding").submitted().risk_signed().refused(),
    "leader_decision, joint": a_case().submitted().risk_signed().refused().escalated(),
    "approved": a_case().submitted().risk_signed().approved(),
    "approved, sent": a_case().submitted().risk_signed().approved().sent(),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("seat", [Seat.REQUESTER, Seat.RISK_OWNER])
def test_the_asking_side_may_withdraw_at_any_time_before_active(way: str, seat: Seat) -> None:
    """C20: all tasks close, and nothing can follow."""
    built = WAYS[way].life()
    assert built.case.stage in BEFORE_ACTIVE and built.case.stage == way.partition(",")[0]
    life = Life()
    life.case, life.now = built.case, built.now
    life.act(c.Withdraw(), seat)
    life.expect_stage(Stage.WITHDRAWN)
    assert life.case.is_closed and life.last(e.CaseWithdrawn).seat is seat
    life.refuses(CaseClosed, c.Withdraw(), seat)
    assert life.happened(e.EntryPublished) == (built.case.stage is Stage.APPROVED), (
        "what is public already says that it ended (G7)"
    )


@pytest.mark.parametrize(
    "built",
    [
        a_case().submitted().risk_signed().approved().delivered(),
        a_case().submitted().risk_signed().approved().delivered().paused(),
        a_case().submitted().risk_signed().refused(),
    ],
)
def test_after_the_decision_is_carried_out_nothing_can_be_withdrawn(built: Building) -> None:
    """C20: an active share is ended, not withdrawn."""
    built.life().refuses(NotNow, c.Withdraw(), Seat.REQUESTER)


def test_nobody_else_withdraws() -> None:
    """C20."""
    life = a_case().submitted().risk_signed().life()
    for seat in set(Seat) - {Seat.REQUESTER, Seat.RISK_OWNER}:
        life.refuses(NotYours, c.Withdraw(), seat)


# --- C20: lapse and reopen ----------------------------------------------------------------------------


def test_a_lapsed_case_keeps_its_place_for_twenty_working_days_and_then_closes() -> None:
    """C20."""
    life = a_case().submitted().risk_signed().asked().life()
    life.working_days_pass(10)
    life.expect_stage(Stage.LAPSED)
    assert life.last(e.CaseLapsed).was is Stage.INFO_REQUESTED
    life.working_days_pass(19)
    assert not life.case.is_closed
    life.working_days_pass(1)
    assert life.case.is_closed
    life.refuses(CaseClosed, c.Reopen(), Seat.REQUESTER)


@pytest.mark.parametrize("seat", [Seat.REQUESTER, Seat.RISK_OWNER])
def test_a_lapsed_case_goes_on_where_it_stopped_with_the_floor_of_the_clock(seat: Seat) -> None:
    """C20, C9: three working days are left, never fewer."""
    life = a_case().submitted().risk_signed().asked().life()
    life.working_days_pass(10)
    life.act(c.Reopen(), seat)
    life.expect_stage(Stage.INFO_REQUESTED)
    life.expect_tasks((Kind.ANSWER, Seat.REQUESTER))
    assert life.task(Kind.ANSWER).days == Policy().floor


def test_a_case_is_reopened_once() -> None:
    """C10, C20: when it lapses again there is no window any more."""
    life = a_case().submitted().risk_signed().asked().life()
    life.working_days_pass(10)
    life.act(c.Reopen(), Seat.REQUESTER)
    life.working_days_pass(3)
    life.expect_stage(Stage.LAPSED)
    assert life.case.is_closed
    life.refuses(CaseClosed, c.Reopen(), Seat.REQUESTER)


def test_a_stale_page_is_told_so_and_changes_nothing() -> None:
    """G6: 409 with what is new."""
    life = a_case().submitted().life()
    refusal = life.refuses(StaleVersion, c.SignRisk(form_hash=FORM), Seat.RISK_OWNER, seen=1)
    assert refusal.status == 409 and refusal.details == {"version": life.case.version}
    life.act(c.SignRisk(form_hash=FORM), Seat.RISK_OWNER, seen=None)  # a machine that does not look


def test_an_act_happened_when_we_were_told() -> None:
    """G3: received before midnight, applied after it: the earlier day is day 0."""
    life = Life(now=datetime(2026, 11, 24, 0, 20, tzinfo=UTC))
    life.act(life.request, Seat.REQUESTER, received_at=datetime(2026, 11, 23, 23, 50, tzinfo=UTC))
    assert life.due_day(Kind.SIGN_RISK) == date(2026, 11, 30)


def test_an_act_never_happens_before_the_last_event_or_in_the_future() -> None:
    """G3, G7: time never runs backwards in a case, whatever a slow or a wrong clock says."""
    life = a_case().submitted().life()
    last = life.case.last_at
    life.act(c.SignRisk(form_hash=FORM), Seat.RISK_OWNER, received_at=last.replace(year=2020))
    assert life.case.last_at == last
    life.act(c.Approve(), Seat.SENDER, received_at=life.now.replace(year=2031))
    assert life.case.last_at == life.now


def test_a_body_without_leaders_loses_an_unowned_request_at_the_first_deadline() -> None:
    """C4, C15: empty levels are skipped at once; the vacancies are told even as the case lapses."""
    life = a_case(filled=NO_LEADERS).submitted().life()
    life.working_days_pass(5)
    life.expect_stage(Stage.LAPSED)
    assert [event.seat for event in life.latest if isinstance(event, e.PostVacant)] == [
        Seat.RECEIVING_LEADER_1,
        Seat.RECEIVING_LEADER_2,
    ]


def test_one_person_in_both_seats_withdraws_as_the_requester() -> None:
    """C20."""
    life = a_case().submitted().life()
    life.act(c.Withdraw(), actor(Seat.RISK_OWNER, Seat.REQUESTER))
    assert life.last(e.CaseWithdrawn).seat is Seat.REQUESTER
