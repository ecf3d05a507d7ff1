"""Canaries as rules (P8): how far one slipped, what it is, who may be named."""

from dataclasses import replace
from datetime import date

import pytest

from domain import canaries as rules
from domain.canaries import Canary, State
from domain.case import Stage
from domain.people import Role
from domain.working_days import calendar_of
from tests.fixtures.calendar import full_table

CALENDAR = full_table()
TARGET = date(2026, 11, 23)  # a Monday
CANARY = Canary(
    number=1,
    ref="SC-7K3M-P2QX",
    organisation="dwp",
    named_as=Role.LEADER_2,
    named_on=date(2026, 10, 1),
    target=TARGET,
    why="It is the smallest.",
    stage=Stage.WITH_SENDER,
)


@pytest.mark.parametrize(
    ("today", "days", "state", "told"),
    [
        (date(2026, 11, 20), 0, State.ON_ITS_WAY, False),
        (TARGET, 0, State.ON_ITS_WAY, False),
        (date(2026, 11, 24), 1, State.LATE, False),
        # 30 November is a bank holiday in Scotland, so it is none of the public calendar's working days
        (date(2026, 11, 30), 4, State.LATE, False),
        (date(2026, 12, 1), 5, State.LATE, False),
        (date(2026, 12, 2), 6, State.SLIPPED, True),
    ],
)
def test_more_than_five_working_days_is_a_slip(today: date, days: int, state: State, told: bool) -> None:
    found = rules.days_slipped(CANARY, CALENDAR, today)
    assert (found, rules.state_of(CANARY, found), rules.has_slipped(CANARY, found)) == (days, state, told)


def test_the_count_ends_with_the_first_delivery_or_when_it_is_closed() -> None:
    late = date(2027, 3, 1)
    delivered = replace(CANARY, delivered_on=date(2026, 11, 25), stage=Stage.ACTIVE)
    assert rules.days_slipped(delivered, CALENDAR, late) == 2
    assert rules.state_of(delivered, 2) is State.DELIVERED
    closed = replace(CANARY, closed_on=date(2026, 11, 26), learnt="Ask earlier.")
    assert rules.days_slipped(closed, CALENDAR, late) == 3
    assert not rules.has_slipped(closed, 60), "who closed it needs no telling"
    early = replace(CANARY, delivered_on=date(2026, 11, 2))
    assert rules.days_slipped(early, CALENDAR, late) == 0
    # Delivered late and ended since is still delivered; a late delivery was a slip too.
    assert rules.state_of(replace(delivered, stage=Stage.ENDED), 9) is State.DELIVERED
    assert rules.has_slipped(delivered, 9)


@pytest.mark.parametrize("stage", [Stage.REFUSED, Stage.WITHDRAWN, Stage.LAPSED, Stage.BLOCKED])
def test_what_ended_without_a_delivery_was_stopped(stage: Stage) -> None:
    assert rules.state_of(replace(CANARY, stage=stage), 9) is State.STOPPED


def test_a_day_past_the_table_is_not_guessed() -> None:
    short = calendar_of("short", [], 2026, 2026)
    assert rules.days_slipped(CANARY, short, date(2027, 2, 1)) == 0


def test_what_can_be_named() -> None:
    assert rules.may_be_named(Stage.WITH_SENDER, False, False) is None
    assert rules.may_be_named(Stage.APPROVED, False, False) is None
    assert isinstance(rules.may_be_named(Stage.WITH_SENDER, False, True), rules.KeptBack)
    assert isinstance(rules.may_be_named(Stage.ACTIVE, True, False), rules.NoLongerACanary)
    assert isinstance(rules.may_be_named(Stage.REFUSED, False, False), rules.NoLongerACanary)


def test_a_promise_lies_ahead_and_not_too_far() -> None:
    today = date(2026, 11, 23)
    assert rules.check_target(date(2026, 11, 24), today, CALENDAR) == ()
    for wrong in (today, date(2026, 1, 1), date(2030, 1, 1)):
        assert [each.field for each in rules.check_target(wrong, today, CALENDAR)] == ["target"]
    assert rules.check_target(date(2027, 2, 1), today, calendar_of("short", [], 2026, 2027))


def test_the_leader_is_told_nothing_of_the_case() -> None:
    assert (
        rules.slip_words(CANARY, 6) == "The canary you named has slipped: 6 working days past its target date"
    )
    assert "was delivered late" in rules.slip_words(replace(CANARY, delivered_on=TARGET), 6)
