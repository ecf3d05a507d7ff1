"""C17 to C19: delivered with two receipts, the risk passes; paused, narrowed, ended; destroyed with a certificate."""

from datetime import date

import pytest

from domain import commands as c
from domain import events as e
from domain.case import Cause, Kind, Stage
from domain.people import Seat, Side
from domain.refusals import AlreadyDecided, CaseClosed, NotNow, NotYours, WouldAddItems
from domain.working_days import london_date
from tests.builders import MANIFEST, OTHER_MANIFEST, Life, a_case, without

ONCE = "deliver_service"  # a use that is not looked back at


def approved(**settings: object) -> Life:
    return a_case(**settings).submitted().risk_signed().approved().life()


def active(**settings: object) -> Life:
    return a_case(**settings).submitted().risk_signed().approved().delivered().life()


# --- C17 ----------------------------------------------------------------------------------------------


def test_the_senders_receipt_asks_the_receiver_for_the_other() -> None:
    """C17."""
    life = approved()
    life.deliver()
    life.expect_events(e.TaskClosed, e.DeliveryRecorded, e.TaskOpened)
    life.expect_stage(Stage.APPROVED)
    life.expect_tasks((Kind.CONFIRM_RECEIPT, Seat.REQUESTER))


@pytest.mark.parametrize("seat", [Seat.REQUESTER, Seat.RISK_OWNER])
def test_two_equal_receipts_pass_the_risk(seat: Seat) -> None:
    """C17: active from now; the entry says so."""
    life = approved(use=ONCE)
    life.deliver()
    life.confirm(by=seat)
    life.expect_events(e.TaskClosed, e.RiskPassed, e.EntryPublished, e.TaskOpened)
    life.expect_stage(Stage.ACTIVE)
    assert life.case.active_from == life.now and life.case.register_version == 2


def test_unequal_receipts_mean_that_nothing_was_delivered() -> None:
    """C17, P3."""
    life = approved()
    life.deliver(MANIFEST)
    life.confirm(OTHER_MANIFEST)
    life.expect_events(e.TaskClosed, e.DeliveryMismatched, e.TaskOpened)
    life.expect_stage(Stage.APPROVED)
    life.expect_tasks((Kind.PROVIDE, Seat.SENDER))
    assert life.case.sent_hash == "" and life.case.active_from is None
    life.deliver(OTHER_MANIFEST)
    life.confirm(OTHER_MANIFEST)
    life.expect_stage(Stage.ACTIVE)


def test_each_side_gives_its_own_receipt_in_its_turn() -> None:
    """C17."""
    life = approved()
    life.refuses(NotNow, c.ConfirmReceipt(manifest_hash=MANIFEST), Seat.REQUESTER)
    life.refuses(NotYours, c.RecordDelivery(manifest_hash=MANIFEST), Seat.REQUESTER)
    life.deliver()
    life.refuses(NotNow, c.RecordDelivery(manifest_hash=MANIFEST), Seat.SENDER)
    life.refuses(NotYours, c.ConfirmReceipt(manifest_hash=MANIFEST), Seat.SENDER)


def test_a_late_delivery_is_told_to_the_senders_leader() -> None:
    """C17: after ten working days."""
    life = approved()
    life.working_days_pass(10)
    life.expect_told(Seat.SENDING_LEADER_1)
    assert life.last(e.CaseEscalated).cause is Cause.NOT_DELIVERED
    life.deliver()
    life.expect_tasks((Kind.CONFIRM_RECEIPT, Seat.REQUESTER))
    life.confirm()
    assert life.case.cause is Cause.NONE and life.case.level == 0


def test_a_late_receipt_is_told_to_the_receivers_leader() -> None:
    """C17: the sender has done its part."""
    life = a_case().submitted().risk_signed().approved().sent().life()
    life.working_days_pass(10)
    life.expect_told(Seat.RECEIVING_LEADER_1)


@pytest.mark.parametrize("late", [0, 2, 4])
def test_after_the_risk_has_passed_the_sender_has_no_task(late: int) -> None:
    """C17, I11: also when its leaders had been called, or a post of its side was empty."""
    life = (
        a_case(filled=without(Seat.SENDER)).submitted().risk_signed().approved().after_deadlines(late).life()
    )
    life.deliver()
    life.confirm()
    assert {task.seat.side for task in life.case.tasks.values()} == {Side.RECEIVING}
    life.refuses(AlreadyDecided, c.Approve(), Seat.SENDER)
    life.refuses(NotNow, c.RecordDelivery(manifest_hash=MANIFEST), Seat.SENDER)


# --- C18 ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seat", [Seat.RISK_OWNER, Seat.RECEIVING_LEADER_1, Seat.RECEIVING_LEADER_3])
def test_a_share_is_paused_by_the_owner_of_its_risk_or_a_leader(seat: Seat) -> None:
    """C18: leader 1 has twenty working days to reinstate or end it."""
    life = active()
    life.act(c.SuspendShare(), seat)
    life.expect_stage(Stage.SUSPENDED)
    assert life.last(e.ShareSuspended).cause is Cause.PAUSED and life.happened(e.EntryPublished) == 1
    assert life.task(Kind.DECIDE_PAUSED, Seat.RECEIVING_LEADER_1).days == life.case.policy.paused
    assert life.case.open(Kind.EXPIRY) and life.case.open(Kind.REVIEW), "the other clocks run on"


def test_a_paused_share_is_reinstated_by_a_leader() -> None:
    """C18."""
    life = a_case().submitted().risk_signed().approved().delivered().paused().life()
    life.refuses(NotYours, c.ReinstateShare(), Seat.RISK_OWNER)
    life.act(c.ReinstateShare(), Seat.RECEIVING_LEADER_1)
    life.expect_stage(Stage.ACTIVE)
    assert not life.case.open(Kind.DECIDE_PAUSED) and life.happened(e.EntryPublished) == 1


def test_a_paused_share_that_nobody_decides_moves_up() -> None:
    """C18, C15: it stays paused; silence never starts a share again."""
    life = a_case(use=ONCE).submitted().risk_signed().approved().delivered().paused().life()
    life.working_days_pass(20)
    life.expect_told(Seat.RECEIVING_LEADER_2)
    life.working_days_pass(10)
    assert life.happened(e.OverdueAtTop) == 1
    life.expect_stage(Stage.SUSPENDED)
    life.act(c.ReinstateShare(), Seat.RECEIVING_LEADER_2)
    assert life.case.stage is Stage.ACTIVE and not life.case.at_top


def test_reinstating_leaves_the_vacancies_that_something_still_waits_for() -> None:
    """G5: the review ahead still has nobody."""
    life = active(filled=without(Seat.REVIEWER))
    life.act(c.SuspendShare(), Seat.RISK_OWNER)
    life.act(c.ReinstateShare(), Seat.RECEIVING_LEADER_1)
    assert life.vacancy(Seat.REVIEWER)


def test_with_no_leader_a_paused_share_waits_for_the_first_to_be_appointed() -> None:
    """C18, G5."""
    leaders = (Seat.RECEIVING_LEADER_1, Seat.RECEIVING_LEADER_2, Seat.RECEIVING_LEADER_3)
    life = active(filled=without(*leaders))
    life.act(c.SuspendShare(), Seat.RISK_OWNER)
    assert life.case.at_top
    life.fill(Seat.RECEIVING_LEADER_3)
    life.act(c.ReinstateShare(), Seat.RECEIVING_LEADER_3)
    life.expect_stage(Stage.ACTIVE)


def test_narrowing_needs_nobodys_approval_and_must_narrow() -> None:
    """C18."""
    life = active(items=5)
    for items in (0, 5, 6):
        refusal = life.refuses(WouldAddItems, c.NarrowShare(items=items), Seat.RISK_OWNER)
        assert "1 to 4" in refusal.message and refusal.status == 422
    life.act(c.NarrowShare(items=3), Seat.RISK_OWNER)
    life.expect_events(e.ShareNarrowed, e.EntryPublished)
    assert life.case.items == 3 and life.case.stage is Stage.ACTIVE
    life.refuses(NotYours, c.NarrowShare(items=1), Seat.SENDER)


# --- C19 ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("paused", [False, True])
@pytest.mark.parametrize("seat", [Seat.RISK_OWNER, Seat.RECEIVING_LEADER_2])
def test_ending_a_share_asks_the_receiver_to_destroy_or_return_it(seat: Seat, paused: bool) -> None:
    """C19: twenty working days, and the entry says so at once."""
    life = active()
    if paused:
        life.act(c.SuspendShare(), Seat.RISK_OWNER)
    life.act(c.EndShare(), seat)
    life.expect_stage(Stage.ENDED)
    life.expect_tasks((Kind.CERTIFY_DESTRUCTION, Seat.REQUESTER))
    assert life.task(Kind.CERTIFY_DESTRUCTION).days == 20 and life.happened(e.EntryPublished) == 1
    assert not life.case.is_closed


@pytest.mark.parametrize("seat", [Seat.REQUESTER, Seat.RISK_OWNER])
def test_the_certificate_closes_the_case_and_leaves_a_tombstone(seat: Seat) -> None:
    """C19, G7."""
    life = a_case().submitted().risk_signed().approved().delivered().ended().life()
    life.act(c.CertifyDestruction(), seat)
    life.expect_events(e.TaskClosed, e.DestructionCertified, e.EntryPublished)
    assert life.case.is_closed
    life.refuses(CaseClosed, c.CertifyDestruction(), seat)


def test_a_certificate_that_does_not_come_goes_to_the_receivers_leaders() -> None:
    """C19, C15: a leader may certify too."""
    life = a_case().submitted().risk_signed().approved().delivered().ended().life()
    life.working_days_pass(20)
    life.expect_told(Seat.RECEIVING_LEADER_1)
    life.act(c.CertifyDestruction(), Seat.RECEIVING_LEADER_1)
    assert life.case.is_closed


def test_a_share_ends_by_itself_on_the_day_agreed() -> None:
    """C19: also on a day that is no working day."""
    life = active(until="2027-05-29", use=ONCE)
    assert life.due_day(Kind.EXPIRY) == date(2027, 5, 29)
    life.next_deadline_passes()
    life.expect_stage(Stage.ENDED)
    assert london_date(life.case.last_at) == date(2027, 5, 29) and not life.last(e.ShareEnded).by_review
    life.expect_tasks((Kind.CERTIFY_DESTRUCTION, Seat.REQUESTER))


def test_a_share_with_no_end_agreed_runs_three_years() -> None:
    """C19: the policy's longest."""
    life = active(use=ONCE)
    assert life.due_day(Kind.EXPIRY) == date(2029, 11, 23)


def test_the_end_shows_four_weeks_before_it_comes() -> None:
    """C19, G5."""
    life = active(until="2027-05-28", use=ONCE)
    opens = life.task(Kind.EXPIRY).visible_from
    assert opens and london_date(opens) == date(2027, 4, 30)


@pytest.mark.parametrize("until", ["2026-11-24", "2026-01-05"])
def test_an_end_that_came_before_the_data_still_leaves_three_days(until: str) -> None:
    """C19: nobody receives data that expired yesterday without time to react."""
    life = active(until=until, use=ONCE)
    assert life.due_day(Kind.EXPIRY) == date(2026, 11, 26)


def test_expiry_does_not_wait_for_a_pause_or_a_review() -> None:
    """C19, P3."""
    life = active(until="2027-02-01")
    life.act(c.SuspendShare(), Seat.RISK_OWNER)
    while life.case.stage is Stage.SUSPENDED:
        life.next_deadline_passes()
    life.expect_stage(Stage.ENDED)
    life.expect_tasks((Kind.CERTIFY_DESTRUCTION, Seat.REQUESTER))
