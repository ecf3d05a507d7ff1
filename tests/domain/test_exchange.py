"""P3.5, P3.4: an agreed end comes by itself, a leader moves it once; what is wrong with a grant is put before people."""

from datetime import date

import pytest

from domain import commands as c
from domain import events as e
from domain.case import Case, Cause, Kind, Stage
from domain.decide.exchange import MENDING
from domain.fold import evolve
from domain.grants import Change, State, changes, ends_at, state_after
from domain.notices import for_task
from domain.people import EXCHANGE, Seat
from domain.refusals import MoreTimeOnce, NoMoreTimeForATrial, NothingChanged, NotNow, NotYours, TooLong
from domain.words import FAULTS
from domain.working_days import london_date
from tests.builders import Life, a_case, exploratory
from tests.fixtures.calendar import SCT

ONCE = "deliver_service"
L1, L2 = Seat.RECEIVING_LEADER_1, Seat.RECEIVING_LEADER_2


def active(**settings: object) -> Life:
    settings = {"use": ONCE, "until": "2026-12-18", **settings}
    return a_case(**settings).submitted().risk_signed().approved().delivered().life()


def told(life: Life) -> list[Change]:
    """What became of the grant in the last step."""
    step, found = life.steps[-1], list[Change]()
    case, state = step.before, standing(life, until=-1)
    for event in step.events:
        after = evolve(case, event, life.now)
        found.extend(changes(state, case, after, event))
        case, state = after, state_after(state, after, event)
    return found


def standing(life: Life, until: int | None = None) -> State | None:
    state: State | None = None
    for step in life.steps[:until]:
        case: Case = step.before
        for event in step.events:
            case = evolve(case, event, step.now)
            state = state_after(state, case, event)
    return state


def london_end(life: Life) -> date:
    end = ends_at(life.case)
    assert end
    return london_date(end)


# --- more time ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("leader", [L1, L2, Seat.RECEIVING_LEADER_3])
def test_a_leader_gives_a_share_more_time_once_and_in_public(leader: Seat) -> None:
    """P3.5: 20 working days from the agreed end, over Christmas and the New Year."""
    life = active()
    before = life.case.register_version
    life.act(c.ExtendShare(days=20), leader)
    life.expect_events(e.ShareExtended, e.DueMoved, e.EntryPublished)
    assert london_end(life) == date(2027, 1, 20) and life.case.extended_until == "2027-01-20"
    assert told(life) == [Change.EXTENDED] and life.case.register_version == before + 1
    life.refuses(MoreTimeOnce, c.ExtendShare(days=1), leader)


def test_the_days_are_those_of_the_receiving_body() -> None:
    """G3: 4 January is a holiday in Scotland."""
    life = active(receiving_nation=SCT, until="2026-12-31")
    life.act(c.ExtendShare(days=1), L1)
    assert london_end(life) == date(2027, 1, 5)


@pytest.mark.parametrize("days", [0, -1, 21, 10_000])
def test_more_than_twenty_days_or_none_is_refused(days: int) -> None:
    assert "1 to 20" in active().refuses(TooLong, c.ExtendShare(days=days), L1).message


@pytest.mark.parametrize(
    "seat",
    [
        Seat.REQUESTER,
        Seat.RISK_OWNER,
        Seat.SENDER,
        Seat.SENDING_LEADER_1,
        Seat.SENDING_LEADER_3,
        Seat.REVIEWER,
        Seat.BOARD,
        Seat.OPERATOR,
    ],
)
def test_nobody_but_a_leader_of_the_receiving_body_may(seat: Seat) -> None:
    active().refuses(NotYours, c.ExtendShare(days=5), seat)


def test_a_trial_is_given_no_more_time() -> None:
    """C22."""
    trial = a_case(**exploratory()).submitted().risk_signed().approved().delivered().life()
    trial.refuses(NoMoreTimeForATrial, c.ExtendShare(days=5), L1)


def test_what_is_suspended_or_over_is_given_no_more_time() -> None:
    life = active()
    life.act(c.SuspendShare(), Seat.RISK_OWNER)
    life.refuses(NotNow, c.ExtendShare(days=5), L1)
    life.act(c.EndShare(), L1)
    life.refuses(NotNow, c.ExtendShare(days=5), L1)


# --- the end comes by itself --------------------------------------------------------------------------------


def end_comes(life: Life) -> None:
    while life.case.open(Kind.EXPIRY):
        life.next_deadline_passes()


def test_an_open_amendment_does_not_move_the_end() -> None:
    """P3.5: a renewal that is still being decided is a case of its own; the old grant ends on its day."""
    life = active()
    end = ends_at(life.case)
    amendment = a_case(amends=c.Amended(ref=life.case.ref), ref="SC-2026-0002", until="2027-12-18")
    renewal = amendment.submitted().risk_signed().life()
    assert (renewal.case.parent, renewal.case.stage) == (life.case.ref, Stage.WITH_SENDER)
    end_comes(life)
    assert life.now == end and life.case.stage is Stage.ENDED
    assert told(life) == [Change.EXPIRED] and standing(life) is State.EXPIRED


def test_a_suspended_share_ends_on_its_day_too() -> None:
    life = active()
    end = ends_at(life.case)
    life.act(c.SuspendShare(), Seat.RISK_OWNER)
    assert ends_at(life.case) == end
    end_comes(life)
    assert life.case.stage is Stage.ENDED
    assert told(life) == [Change.EXPIRED]
    life.expect_tasks((Kind.CERTIFY_DESTRUCTION, Seat.REQUESTER))


def mending(life: Life, *tasks: tuple[Kind, Seat]) -> None:
    asked = [(task.kind, task.seat) for task in life.case.open(*MENDING)]
    assert sorted(asked) == sorted(tasks)


# --- what is wrong ------------------------------------------------------------------------------------------


def test_both_teams_see_to_what_has_not_arrived_and_each_answers_for_its_own_part() -> None:
    life = active()
    life.fault_is_found(c.Fault.UNDELIVERED, "ep_1")
    mending(life, (Kind.MEND_EXCHANGE, Seat.REQUESTER), (Kind.MEND_SERVICE, Seat.SENDER))
    life.refuses(NothingChanged, c.FindFault(fault=c.Fault.UNDELIVERED, about="ep_1"), EXCHANGE, seen=None)
    life.settles_fault(c.Fault.UNDELIVERED, Seat.SENDER, about="ep_1")
    mending(life, (Kind.MEND_EXCHANGE, Seat.REQUESTER))
    life.fault_is_over(c.Fault.UNDELIVERED, "ep_1")
    mending(life)
    life.refuses(NothingChanged, c.ClearFault(fault=c.Fault.UNDELIVERED, about="ep_1"), EXCHANGE, seen=None)


def test_silence_about_it_moves_up_on_both_sides_and_ends_when_it_arrives() -> None:
    life = active(until="")
    life.fault_is_found(c.Fault.UNDELIVERED, "ep_1")
    life.working_days_pass(1)
    mending(
        life,
        *((Kind.MEND_EXCHANGE, seat) for seat in (Seat.REQUESTER, L1)),
        *((Kind.MEND_SERVICE, seat) for seat in (Seat.SENDER, Seat.SENDING_LEADER_1)),
    )
    assert life.case.cause is Cause.EXCHANGE
    life.fault_is_over(c.Fault.UNDELIVERED, "ep_1")
    mending(life)


def test_the_notice_says_what_is_wrong() -> None:
    life = active()
    for fault in c.Fault:
        life.fault_is_found(fault, "1")
    headlines = {for_task(task).headline for task in life.case.open(*MENDING)}
    assert (
        len(headlines) == len(FAULTS) + 1
    )  # the two sides are asked for different parts of what has not arrived
    assert any("has not reached a machine" in each for each in headlines)
    assert all(len(each) < 180 for each in headlines)
