"""C16: the wrong team was asked. Once, within two working days; the clock starts again with the right one."""

from datetime import date, timedelta
from typing import Any

import pytest

from domain import commands as c
from domain import events as e
from domain.case import Kind, Lane, Stage
from domain.people import Party, Seat
from domain.refusals import NotNow, NotYours, OnlyOnce, SamePerson, TooLateToTransfer
from tests.builders import (
    ANOTHER_TEAM,
    Life,
    a_case,
    actor,
    exploratory,
    in_cluster,
    relying,
    urgent,
    without,
)
from tests.fixtures.calendar import EW, SCT, calendar_for

ACT = c.Transfer(sending=ANOTHER_TEAM)


def with_sender(**settings: Any) -> Life:
    return a_case(**settings).submitted().risk_signed().life()


def test_the_clock_starts_again_with_the_right_team() -> None:
    life = with_sender()
    life.working_days_pass(2)
    life.transfer()
    life.expect_events(e.TaskClosed, e.RequestTransferred, e.LaneChosen, e.TaskOpened)
    life.expect_tasks((Kind.DECIDE, Seat.SENDER))
    assert life.case.sending == ANOTHER_TEAM and life.due_day(Kind.DECIDE) == date(2026, 12, 9)


def test_silence_after_that_moves_up_in_the_other_body() -> None:
    life = with_sender()
    life.transfer()
    life.working_days_pass(10)
    life.expect_told(Seat.SENDING_LEADER_1)
    life.expect_stage(Stage.WITH_SENDER)


def test_once() -> None:
    life = with_sender()
    life.transfer()
    life.refuses(OnlyOnce, c.Transfer(sending=life.sending), Seat.SENDER)


def test_not_after_two_days_nor_after_a_question() -> None:
    life = with_sender()
    life.working_days_pass(3)
    assert "do not hold it" in life.refuses(TooLateToTransfer, ACT, Seat.SENDER).message
    a_case().submitted().risk_signed().asked().answered().life().refuses(TooLateToTransfer, ACT, Seat.SENDER)


def test_not_by_a_team_that_a_leader_directed_to_decide() -> None:
    """C14: however new its task is."""
    life = with_sender()
    life.working_days_pass(10)
    life.act(c.DirectSender(), Seat.SENDING_LEADER_1)
    life.refuses(TooLateToTransfer, ACT, Seat.SENDER)


def test_not_when_the_hours_are_over_and_a_leader_has_it() -> None:
    """C21: two working days are longer than the urgent clock."""
    life = with_sender(**urgent())
    life.next_deadline_passes()
    life.refuses(TooLateToTransfer, ACT, Seat.SENDER)


@pytest.mark.parametrize(
    ("settings", "found", "kind", "lane"),
    [
        ({}, {"lane": Lane.CLUSTER, "cluster": "x"}, Kind.OBJECT, Lane.CLUSTER),
        (in_cluster(), {"lane": Lane.STANDARD}, Kind.DECIDE, Lane.STANDARD),
        (relying(), {"lane": Lane.STANDARD}, Kind.DECIDE, Lane.STANDARD),
        (relying(), {"lane": Lane.RELIANCE, "root": "r", "root_version": 1}, Kind.CONFIRM, Lane.RELIANCE),
        (urgent(), {"lane": Lane.STANDARD}, Kind.DECIDE, Lane.URGENT),
        (exploratory(), {"lane": Lane.CLUSTER, "cluster": "x"}, Kind.DECIDE, Lane.EXPLORATORY),
    ],
)
def test_how_it_travels_from_there(
    settings: dict[str, Any], found: dict[str, Any], kind: Kind, lane: Lane
) -> None:
    """C16: by the lane found for the other team; what is urgent or tried out stays so."""
    life = with_sender(**settings)
    life.transfer(**found)
    life.expect_tasks((kind, Seat.SENDER))
    assert life.case.lane is lane
    assert bool(life.case.cluster) is (lane is Lane.CLUSTER) and bool(life.case.root) is (
        lane is Lane.RELIANCE
    )


def test_urgent_hours_start_again_too() -> None:
    life = with_sender(**urgent())
    life.time_passes(life.now + timedelta(hours=10))
    life.transfer()
    assert life.task(Kind.DECIDE).due_at - life.now == timedelta(hours=24)


def test_out_of_the_cluster_the_author_does_not_own_the_risk() -> None:
    """G2: somebody else signs before the other team has it."""
    life = a_case(**in_cluster()).submitted().life()
    life.sign_risk(actor(Seat.RISK_OWNER, person="amy"))
    life.transfer()
    life.expect_tasks((Kind.SIGN_RISK, Seat.RISK_OWNER))


def test_where_nobody_sits_in_the_other_team_it_is_raised() -> None:
    """G5."""
    life = with_sender()
    sam, life.filled = actor(Seat.SENDER), set(without(Seat.SENDER))
    life.transfer(by=sam)
    assert life.vacancy(Seat.SENDER)


def test_the_other_body_s_holidays_count() -> None:
    """G3: St Andrew's Day."""
    life = with_sender()
    scottish = Party(organisation="nrs", team="records", nation=SCT)
    life.act(c.Transfer(sending=scottish), Seat.SENDER, calendar=calendar_for(EW, SCT))
    assert life.due_day(Kind.DECIDE) == date(2026, 12, 8)


def test_only_the_sending_team_and_nobody_of_the_own_side() -> None:
    life = with_sender()
    life.refuses(NotYours, ACT, Seat.REQUESTER)
    life.refuses(NotNow, ACT, Seat.SENDING_LEADER_1)
    life.refuses(SamePerson, ACT, actor(Seat.SENDER, person="ruth"))
    life.approve()
    life.refuses(NotNow, ACT, Seat.SENDER)
