"""What another policy would have meant for a fixed past, held against numbers that were worked out by hand."""

from datetime import UTC, datetime, timedelta

from domain import commands as c
from domain.case import Kind
from domain.figure_spread import Spread
from domain.people import Seat
from domain.policy_what_if import WhatIf, length_of, waitings
from domain.working_days import Nation
from tests.builders import Life, a_case, in_cluster, urgent

NOW = datetime(2027, 3, 1, 10, tzinfo=UTC)


def seen(life: Life) -> list[tuple[datetime, object]]:
    return [(step.now, event) for step in life.steps for event in step.events]


def what_if(*lives: Life, now: datetime = NOW, **changes: int) -> WhatIf:
    found = WhatIf(changes)
    for life in lives:
        found.look(life.case, seen(life), now)  # type: ignore[arg-type]
    return found


def decided_after(days: int, by: Seat = Seat.SENDER, **settings: object) -> Life:
    """With the sending team on Monday 23 November 2026; approved on the nth working day after, at ten in the morning."""
    life = a_case(**settings).submitted().risk_signed().life()
    if days > 1:
        life.working_days_pass(days - 1)
    life.time_passes(life.now + timedelta(hours=12))
    life.approve(by)
    return life


def test_the_hand_made_past() -> None:
    """Ten days were given. Five teams: done on days 3 and 9; on day 13, late, by themselves; on day 13 by leader 1, who
    was asked on day 10; and one that nobody has decided by 1 March."""
    silent = a_case().submitted().risk_signed().life()
    silent.working_days_pass(40)
    lives = (
        decided_after(3),
        decided_after(9),
        decided_after(13),
        decided_after(13, Seat.SENDING_LEADER_1),
        silent,
    )
    (longer,) = what_if(*lives, decide=15).lines()
    assert (longer.tasks, longer.was, longer.moves_up) == (5, (10,), True)
    assert (longer.missed_before, longer.would_miss) == (3, 1)
    assert (longer.avoided, longer.untold, longer.added) == (1, 1, 0)
    assert (longer.longer, longer.aside) == (0, 0)
    assert longer.took == Spread(n=3, longest=13), "no percentile under ten"
    (shorter,) = what_if(*lives, decide=5).lines()
    assert (shorter.missed_before, shorter.would_miss) == (3, 4)
    assert (shorter.avoided, shorter.untold, shorter.added) == (0, 0, 1)
    assert shorter.longer == 2, "nine and thirteen"


def test_ten_decisions_have_a_median() -> None:
    lives = [decided_after(days) for days in (1, 2, 2, 3, 4, 5, 6, 8, 9, 12)]
    (line,) = what_if(*lives, decide=15).lines()
    assert line.took == Spread(n=10, median=4, p90=9, longest=12)


def test_leaders_have_a_number_of_their_own() -> None:
    """Silent to the top: the sender, then leaders 1 to 3, five days each."""
    silent = a_case().submitted().risk_signed().life()
    silent.working_days_pass(40)
    (line,) = what_if(silent, leader=7).lines()
    assert (line.tasks, line.missed_before, line.would_miss, line.was) == (3, 3, 3, (5,))


def test_what_was_left_after_a_question_is_as_much_longer_as_the_whole() -> None:
    """C10: asked on day 8 with two left; the floor is three days, so five more are left of fifteen."""
    life = a_case().submitted().risk_signed().life()
    life.working_days_pass(7)
    life.time_passes(life.now + timedelta(hours=12))
    life.ask()
    life.answer()
    left = life.task(Kind.DECIDE)
    assert left.days == 3, "the floor"
    life.working_days_pass(5)
    life.time_passes(life.now + timedelta(hours=12))
    life.approve()
    (line,) = what_if(life, decide=15).lines()
    assert (line.tasks, line.missed_before, line.avoided) == (2, 1, 1)


def test_directed_and_given_time_are_not_worked_out_anew() -> None:
    """C14."""
    life = a_case().submitted().risk_signed().after_deadlines(1).life()
    life.act(c.DirectSender(), Seat.SENDING_LEADER_1)
    assert [length_of(each) for each in waitings(seen(life))] == ["sign_risk", "decide", "leader", ""]  # type: ignore[arg-type]
    life = a_case().submitted().risk_signed().after_deadlines(1).life()
    life.act(c.ExtendTime(days=5), Seat.SENDING_LEADER_1)
    (line,) = what_if(life, leader=7).lines()
    assert (line.tasks, line.aside) == (1, 1)


def test_a_window_that_closed_in_silence_was_missed() -> None:
    """C5: nobody objected in five days; whether anybody would have in ten is not known."""
    life = a_case(**in_cluster()).submitted().risk_signed().after_deadlines(1).life()
    (line,) = what_if(life, object=10).lines()
    assert (line.missed_before, line.untold, line.would_miss) == (1, 1, 0)


def test_hours_run_on_the_clock() -> None:
    """C21: signed after three hours of four; under two it would have moved up."""
    life = a_case(**urgent()).submitted().life()
    life.time_passes(life.now + timedelta(hours=2, minutes=30))
    life.sign_risk()
    signing, deciding = what_if(life, urgent_sign=2, urgent_decide=30).lines()
    assert (signing.added, signing.longer, signing.took.longest) == (1, 1, 3)
    assert (deciding.tasks, deciding.unit) == (1, "hours")


def test_the_calendar_of_the_body_that_had_to_act_counts() -> None:
    """G3: St Andrew's Day, 30 November 2026, is a holiday in Scotland only. Five days end on 30 November or 1 December."""
    for nation, late in ((Nation.ENGLAND_AND_WALES, 1), (Nation.SCOTLAND, 0)):
        life = a_case(sending_nation=nation).submitted().risk_signed().life()
        life.time_passes(datetime(2026, 12, 1, 10, tzinfo=UTC))
        life.approve()
        (line,) = what_if(life, decide=5).lines()
        assert line.added == late, nation


def test_a_case_keeps_its_own_policy_and_what_no_event_tells_is_named() -> None:
    found = what_if(decided_after(3), decide=15, rounds=1, extension=5)
    assert [line.field for line in found.lines()] == ["decide"] and found.cases == 1
    assert found.not_told() == (
        "The most time a leader may add, once",
        "Questions before a leader must allow one more",
    )
