"""P2r: no live share without its entry, unless leader 2 keeps it back until a day. Nothing is kept back for good."""

from datetime import date
from typing import Any

import pytest

from domain import commands as c
from domain import events as e
from domain.case import Kind, Stage
from domain.people import Seat
from domain.refusals import CaseClosed, ExemptTooLong, NotNow, NotYours
from tests.builders import Life, a_case, actor, urgent, without

UNTIL = "2027-02-26"
R2, S2 = Seat.RECEIVING_LEADER_2, Seat.SENDING_LEADER_2


def with_sender(**settings: Any) -> Life:
    return a_case(**settings).submitted().risk_signed().life()


def kept_back(**settings: Any) -> Life:
    return a_case(**settings).submitted().risk_signed().exempted(UNTIL).approved().life()


@pytest.mark.parametrize("leader", [R2, S2])
def test_leader_2_of_either_body_keeps_an_entry_back(leader: Seat) -> None:
    life = with_sender()
    life.exempt(UNTIL, by=leader)
    life.expect_events(e.EntryExempted)
    assert life.last(e.EntryExempted).seat is leader and life.case.exempt_until == UNTIL


def test_nobody_else_and_nobody_twice() -> None:
    life = with_sender()
    for seat in set(Seat) - {R2, S2}:
        life.refuses(NotYours, c.ExemptEntry(until=UNTIL), seat)
    life.exempt()
    life.refuses(NotNow, c.ExemptEntry(until="2027-03-31"), R2)


@pytest.mark.parametrize("until", ["2026-11-22", "2026-11-23", "2027-11-25"])
def test_only_until_a_day_within_a_year(until: str) -> None:
    refusal = with_sender().refuses(ExemptTooLong, c.ExemptEntry(until=until), S2)
    assert refusal.status == 422 and "24 November 2027" in refusal.message


@pytest.mark.parametrize("until", ["2026-11-24", "2027-11-24"])
def test_the_first_and_the_last_day(until: str) -> None:
    with_sender().exempt(until)


def test_what_the_public_has_seen_is_not_taken_back() -> None:
    life = with_sender()
    life.approve()
    life.refuses(NotNow, c.ExemptEntry(until=UNTIL), S2)


def test_the_share_goes_live_and_the_entry_appears_on_its_day() -> None:
    """By itself; a later version comes at once."""
    life = kept_back(use="deliver_service")
    life.expect_tasks((Kind.PROVIDE, Seat.SENDER), (Kind.PUBLISH, R2))
    life.deliver()
    life.confirm()
    life.act(c.NarrowShare(items=3), Seat.RISK_OWNER)
    assert life.happened(e.EntryPublished, ever=True) == 0 and life.case.stage is Stage.ACTIVE
    life.time_passes(life.task(Kind.PUBLISH).due_at)
    life.expect_events(e.TaskClosed, e.EntryPublished)
    assert life.due_day(Kind.EXPIRY) and life.case.register_version == 1
    life.act(c.NarrowShare(items=2), Seat.RISK_OWNER)
    assert life.case.register_version == 2


def test_what_a_leader_2_keeps_back_only_a_leader_2_publishes_sooner() -> None:
    life = kept_back()
    life.refuses(NotNow, c.PublishEntry(), Seat.RISK_OWNER)
    life.act(c.PublishEntry(), R2)
    assert life.case.register_version == 1 and not life.case.open(Kind.PUBLISH)


def test_a_day_that_passed_before_the_decision_keeps_nothing_back() -> None:
    life = with_sender()
    life.exempt("2026-11-24")
    life.working_days_pass(3)
    life.approve()
    assert life.case.register_version == 1


def ended(life: Life) -> None:
    life.deliver()
    life.confirm()
    life.act(c.EndShare(), Seat.RISK_OWNER)
    life.act(c.CertifyDestruction(), Seat.REQUESTER)


def withdrawn(life: Life) -> None:
    life.act(c.Withdraw(), Seat.REQUESTER)


def replaced(life: Life) -> None:
    life.deliver()
    life.confirm()
    life.act(c.ReplaceShare(by="SC-2027-0001"), Seat.OTHER_CASE, seen=None)


@pytest.mark.parametrize("over", [ended, withdrawn, replaced])
@pytest.mark.parametrize("empty", [False, True])
def test_a_share_that_is_over_before_its_day_is_published_all_the_same(over: Any, empty: bool) -> None:
    """G7: and nothing is left open afterwards, not even a vacancy."""
    life = kept_back(filled=without(R2) if empty else tuple(Seat))
    over(life)
    life.expect_tasks((Kind.PUBLISH, R2), *([(Kind.FILL_POST, Seat.OPERATOR)] if empty else []))
    assert not life.case.is_closed
    life.time_passes(life.task(Kind.PUBLISH).due_at)
    assert life.happened(e.EntryPublished) == 1 and life.case.is_closed
    life.refuses(CaseClosed, c.PublishEntry(), actor(R2))


@pytest.mark.parametrize("end", [c.Withdraw(), c.Refuse(ground=c.Ground.SAFETY_HARM)])
def test_what_was_never_approved_never_appears(end: c.Act) -> None:
    life = with_sender()
    life.exempt()
    life.act(end, Seat.REQUESTER if isinstance(end, c.Withdraw) else Seat.SENDER)
    assert not life.case.open(Kind.PUBLISH) and life.happened(e.EntryPublished, ever=True) == 0


def test_the_later_of_two_days_counts() -> None:
    """C21: urgent, and kept back."""
    life = a_case(**urgent()).submitted().risk_signed().exempted(UNTIL).approved().life()
    assert life.due_day(Kind.PUBLISH) == date(2027, 2, 26)
    life = a_case(**urgent()).submitted().risk_signed().exempted("2026-11-30").approved().life()
    assert life.due_day(Kind.PUBLISH) == date(2026, 12, 21)
