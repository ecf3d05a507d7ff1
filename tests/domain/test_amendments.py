"""C18: an amendment is a small case of its own. The old share stands until the new one replaces it."""

from datetime import date, timedelta
from typing import Any

import pytest

from domain import commands as c
from domain import events as e
from domain.case import Kind, Lane, Stage
from domain.other_cases import told
from domain.people import Seat
from domain.refusals import CaseClosed, NotNow, NotYours
from tests.builders import MONDAY, Life, a_case, exploratory, in_cluster

OLD = "SC-2025-0100"


def amended(months: int = 12, ago: int = 100, *, time_limited: bool = True) -> c.Amended:
    """The old share: delivered so many days ago, with its next review after so many months."""
    if not time_limited:
        return c.Amended(ref=OLD)
    base = MONDAY - timedelta(days=ago)
    return c.Amended(ref=OLD, time_limited=True, review_month=months, review_base=base)


def delivered(amends: c.Amended, **settings: Any) -> Life:
    settings = {"use": "deliver_service", **settings}
    return a_case(amends=amends, **settings).submitted().risk_signed().approved().delivered().life()


def an_old_share(**settings: Any) -> Life:
    return a_case(**settings).submitted().risk_signed().approved().delivered().life()


# --- the new case -------------------------------------------------------------------------------------


def test_it_is_asked_for_signed_and_decided_like_any_other() -> None:
    life = a_case(amends=amended(), **in_cluster()).submitted().life()
    assert (life.case.relation, life.case.parent) == ("amends", OLD)
    life.sign_risk()
    life.working_days_pass(5)
    life.expect_stage(Stage.APPROVED)


def test_its_delivery_tells_the_old_share() -> None:
    """C18: and nothing before does."""
    life = delivered(amended())
    (telling,) = told(life.case, life.last(e.RiskPassed))
    assert (telling.ref, telling.act, telling.body) == (OLD, "replace_share", {"by": life.case.ref})
    earlier = [event for step in life.steps[:-1] for event in step.events]
    assert not [each for event in earlier for each in told(life.case, event)]


def test_a_case_that_amends_nothing_tells_nobody() -> None:
    life = an_old_share()
    assert told(life.case, life.last(e.RiskPassed)) == ()


@pytest.mark.parametrize("use", ["deliver_service", "prevent_harm"])
def test_it_keeps_the_review_that_lay_ahead(use: str) -> None:
    """C18: an amendment cannot remove a review, nor put it off."""
    life = delivered(amended(months=12, ago=100), use=use)
    assert life.case.time_limited and life.case.review_month == 12
    assert life.due_day(Kind.REVIEW) == date(2027, 8, 16), (
        "twelve months after the old share's first delivery"
    )


@pytest.mark.parametrize("months", [24, 36])
def test_later_reviews_are_kept_too(months: int) -> None:
    life = delivered(amended(months=months, ago=600))
    assert life.case.review_month == months


def test_a_share_that_was_not_looked_back_at_is_not_because_it_was_amended() -> None:
    assert not delivered(amended(time_limited=False)).case.open(Kind.REVIEW)


def test_a_review_overdue_at_that_moment_is_due_in_three_days_and_not_in_the_past() -> None:
    """§6: nobody is late before being asked; the ladder then starts."""
    life = delivered(amended(months=12, ago=400))
    assert life.due_day(Kind.REVIEW) == date(2026, 11, 26) and life.task(Kind.REVIEW).is_visible(life.now)
    assert life.case.review_month == 12
    life.working_days_pass(33)
    life.expect_stage(Stage.SUSPENDED)


def test_the_review_after_an_overdue_one_still_counts_from_the_first_delivery() -> None:
    life = delivered(amended(months=12, ago=400))
    life.conclude()
    assert life.case.review_month == 24 and life.due_day(Kind.REVIEW) == date(2027, 10, 19)


def test_what_is_tried_out_in_its_place_is_looked_back_at_in_weeks() -> None:
    """C22: a month of the old share is not taken for a week of the new."""
    life = delivered(amended(months=12, ago=400), **exploratory())
    assert life.case.review_month == 13 and life.due_day(Kind.REVIEW) == date(2027, 2, 22)


def test_sent_back_and_revised_it_still_amends() -> None:
    life = a_case(amends=amended()).submitted().risk_declined().life()
    life.submit(form_version=2)
    assert life.case.relation == "amends" and life.case.review_month == 12


@pytest.mark.parametrize("ends", ["withdrawn", "refused", "lapsed"])
def test_one_that_comes_to_nothing_leaves_the_old_share_alone(ends: str) -> None:
    life = a_case(amends=amended()).submitted().life()
    if ends == "lapsed":
        life.working_days_pass(15)
    else:
        life.sign_risk()
        life.act(c.Withdraw(), Seat.REQUESTER) if ends == "withdrawn" else life.refuse()
    life.expect_stage(Stage(ends))
    assert not [each for event in life.events for each in told(life.case, event)]


# --- the old share ------------------------------------------------------------------------------------


def test_the_old_share_ends_and_its_data_goes_on_under_the_new() -> None:
    """C18, C19: nothing is destroyed."""
    life = an_old_share()
    life.act(c.ReplaceShare(by="SC-2027-0001"), Seat.OTHER_CASE, seen=None)
    life.expect_stage(Stage.ENDED)
    assert life.case.is_closed and life.happened(e.EntryPublished) == 1
    (telling,) = told(life.case, life.last(e.ShareReplaced))
    assert telling.body == {"how": "amended", "root": "SC-2027-0001"}, (
        "who relies on it is told of the new one"
    )


@pytest.mark.parametrize("why", ["paused", "review"])
def test_a_suspended_share_may_be_replaced(why: str) -> None:
    """C18: its own review goes with it, so that the suspension is no way out of it."""
    life = an_old_share()
    if why == "paused":
        life.act(c.SuspendShare(), Seat.RISK_OWNER)
    while life.case.stage is not Stage.SUSPENDED:
        life.next_deadline_passes()
    life.act(c.ReplaceShare(by="SC-2027-0001"), Seat.OTHER_CASE, seen=None)
    assert life.case.is_closed


def test_what_has_ended_is_not_replaced_and_only_a_case_replaces() -> None:
    act = c.ReplaceShare(by="SC-2027-0001")
    life = an_old_share()
    for seat in (Seat.RISK_OWNER, Seat.SENDER, Seat.OPERATOR):
        life.refuses(NotYours, act, seat)
    life.act(act, Seat.OTHER_CASE, seen=None)
    life.refuses(CaseClosed, act, Seat.OTHER_CASE, seen=None)
    a_case().submitted().life().refuses(NotNow, act, Seat.OTHER_CASE, seen=None)


def test_promoting_a_trial_is_an_amendment_in_the_standard_lane() -> None:
    """C22."""
    life = delivered(c.Amended(ref=OLD, time_limited=True))
    assert life.case.lane is Lane.STANDARD and life.case.review_month == 12
