"""The figures of §5: the identity (I7) and the split of waiting (I8) hold whatever anybody does; a fixed log by hand."""

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from domain import commands as c
from domain.case import ENDS, Lane, Stage
from domain.figure_asked import Asked, check_asked
from domain.figure_counts import counts, difference
from domain.figure_holders import Holder
from domain.figure_tally import ENDINGS, Facts, Tally, moved_on, public_days
from domain.figures import Counted, Spread, figures, nearest_rank
from domain.fold import evolve
from domain.people import Seat
from domain.working_days import Nation, london_date, working_days_between
from tests.builders import MONDAY, Life, a_case, in_doubt, out_of_scope
from tests.domain import test_invariants as walks
from tests.fixtures.calendar import full_table, with_holiday

CALENDAR = full_table()


def tally_of(life: Life, calendar: Any = CALENDAR) -> Tally:
    tally = Tally()
    for step in life.steps:
        case, steps = step.before, []
        at = max(step.before.last_at, min(step.command.received_at, step.now))
        for event in step.events:
            case = evolve(case, event, at)
            steps.append((event, case))
        by = step.command.by.person
        before = counts(tally)
        tally = moved_on(tally, step.before, steps, at, by, Facts(people_per_day=7), calendar)
        after = counts(tally)
        before.update(difference(before, after))  # what is written is what is counted anew
        assert +before == after
    return tally


def answer(tallies: list[Tally], as_of: datetime, since: date = date(2026, 1, 1), **asked: Any) -> dict[str, Any]:
    """Put together from counts as the store sums them."""
    this = Asked(since=since, until=asked.pop("until", london_date(as_of)), **asked)
    kept: Counter[Any] = Counter()
    for tally in tallies:
        kept.update(counts(tally))
    mine = [
        (key, n)
        for key, n in kept.items()
        if key.organisation == this.organisation and this.cluster in ("", key.cluster) and key.demo == this.demo
    ]
    first, last = this.since.isoformat(), this.until.isoformat()
    return figures(
        this,
        [Counted(k.family, k.name, k.day[:7], k.value, k.lane, n) for k, n in mine if first <= k.day <= last and k.family != "now"],
        Counter([k.name for k, n in mine if k.family == "flow" and k.day < first for _ in range(n)]),
        [Counted(k.family, k.name, k.day, 0, "", n) for k, n in mine if k.family == "now"],
        CALENDAR,
        as_of,
    )


# --- whatever anybody does (I7, I8) ----------------------------------------------------------------------------------


def check_tally(life: Life) -> None:
    if not life.steps:
        return
    tally, case, now = tally_of(life), life.case, life.now
    ins = sum(kind in ("received", "reopened") for _, kind in tally.flows)
    outs = sum(kind in ENDINGS for _, kind in tally.flows)
    assert ins - outs == tally.is_open in (0, 1)
    running = 0
    for _, kind in tally.flows:
        running += 1 if kind in ("received", "reopened") else -1
        assert running in (0, 1), tally.flows
    waits = case.stage not in {*ENDS, Stage.DRAFT, Stage.ACTIVE, Stage.SUSPENDED}
    assert tally.is_open == waits, (case.stage, tally.flows)
    assert [day for day, _ in tally.flows] == sorted(day for day, _ in tally.flows)
    # I8: the parts are the whole, counted apart: by holder as time went by, and from the first day to the last at once.
    end = date.fromisoformat(tally.counted_to if tally.is_open else tally.ended_on)
    gross = working_days_between(CALENDAR, Nation.UNION, date.fromisoformat(tally.clock_from), end)
    assert sum(tally.held.values()) == gross
    assert tally.is_open or tally.gross == gross
    assert not tally.is_open or tally.holder in set(Holder)
    if tally.delivered_on:
        assert tally.delivered_in == gross and case.active_from
    # I7: any window, and two that follow each other
    days = sorted({date.fromisoformat(day) for day, _ in tally.flows})
    for cut in (*days, london_date(now)):
        for body in ("", tally.dims.receiving, tally.dims.sending):
            early = answer([tally], now, until=cut, organisation=body)["identity"]
            late = answer([tally], now, since=cut + timedelta(days=1), until=date(2200, 1, 1), organisation=body)
            assert early["backlog_end"] == late["identity"]["backlog_start"] in (0, 1)
            assert late["identity"]["backlog_end"] == tally.is_open
            assert balanced(early) and balanced(late["identity"])


def balanced(told: dict[str, int]) -> bool:
    ins = told["backlog_start"] + told["received"] + told["reopened"]
    return ins == sum(told[kind] for kind in ENDINGS) + told["backlog_end"]


class FiguresOfAnyLife(walks.AnyLife):
    """The walks of the invariants, with the figures of each life looked at when it is over."""

    def another_request_comes_in(self) -> None:
        pass

    def teardown(self) -> None:
        check_tally(self.life)


TestWhateverAnybodyDoes = FiguresOfAnyLife.TestCase
TestWhateverAnybodyDoes.settings = settings(
    max_examples=int(walks.WALKS or 120),
    stateful_step_count=40,
    deadline=None,
    derandomize=not walks.WALKS,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
