"""§4, I12: out of scope is not unlawful. Nothing leads out of it, and nobody is asked for anything."""

from datetime import timedelta

import pytest

from domain import commands as c
from domain import events as e
from domain.case import Kind, Stage
from domain.notices import notices
from domain.other_cases import told
from domain.people import CLOCK, OTHER_CASE, Actor, Seat
from domain.permissions import allowed
from domain.refusals import AlreadySubmitted, CaseClosed
from tests.builders import FORM, ROOT, Life, a_case, in_doubt, out_of_scope

PEOPLE = tuple(seat for seat in Seat if seat not in (Seat.OPERATOR, Seat.CLOCK))


def blocked() -> Life:
    return a_case(**out_of_scope()).submitted().life()


def ruled_out() -> Life:
    life = a_case(**in_doubt()).submitted().life()
    life.act(c.RuleOut(rule="company"), Seat.BOARD)
    return life


def blocked_when_revised() -> Life:
    life = a_case().submitted().risk_declined().life()
    life.submit(form_version=2, **out_of_scope())
    return life


WAYS = (blocked, ruled_out, blocked_when_revised)


def test_it_is_told_at_once_and_by_which_rule() -> None:
    life = blocked()
    life.expect_events(e.RequestSubmitted, e.RequestBlocked)
    assert life.last(e.RequestBlocked).rules == ("company v1",)
    headline = notices(life.case, life.last(e.RequestBlocked))[0].headline
    assert "out of scope" in headline and "instead" in headline and "unlawful" not in headline


@pytest.mark.parametrize("way", WAYS)
def test_no_task_no_deadline_and_no_sender_who_sees_it(way: type) -> None:
    life: Life = way()
    life.expect_stage(Stage.BLOCKED)
    assert life.case.is_closed and life.case.next_due() is None and not life.case.sender_may_see
    life.time_passes(life.now + timedelta(days=800))
    assert not life.latest


@pytest.mark.parametrize("way", WAYS)
def test_nobody_in_any_seat_may_do_anything(way: type) -> None:
    life: Life = way()
    assert allowed(life.case, Actor(person="all", seats=PEOPLE), life.now) == ()
    everybody = Actor(person="all", seats=tuple(Seat))
    for act in (
        c.SignRisk(form_hash=FORM), c.Approve(), c.Withdraw(), c.Reopen(), c.WaiveSeparation(),
        c.ExemptEntry(until="2027-02-26"), c.EscalateRefusal(), c.RootChanged(how="amended", root=ROOT, version=1),
    ):  # fmt: skip
        life.refuses(CaseClosed, act, everybody, seen=None)
    life.refuses(CaseClosed, life.request, Seat.REQUESTER)


def test_the_clock_and_other_cases_cannot_reach_it() -> None:
    life = blocked()
    life.refuses(CaseClosed, c.ReplaceShare(by="x"), OTHER_CASE, seen=None)
    assert "deadline_passed" in allowed(life.case, CLOCK, life.now), "but there is nothing whose time is up"
    assert not life.case.open(*Kind)


def test_it_reaches_no_other_case_and_no_register() -> None:
    life = blocked()
    assert not [each for event in life.events for each in told(life.case, event)]
    assert life.case.register_version == 0


def test_an_open_case_is_not_submitted_twice() -> None:
    life = a_case().submitted().life()
    life.refuses(AlreadySubmitted, life.request, Seat.REQUESTER)
