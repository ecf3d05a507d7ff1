"""What a tally adds to the counts that pages read: after each transition the difference is written, never the whole."""

from collections import Counter
from typing import NamedTuple

from domain.figure_tally import Tally


class Key(NamedTuple):
    """One number that is kept. `organisation` '' is everybody; a case is counted once under each body it is between.

    `value` is what a percentile is made of (working days, touches); 0 where there is nothing to measure.
    """

    organisation: str
    demo: bool
    family: str  # flow, mark, speed, cohort, held, cost, review; now: as things stand
    name: str
    day: str  # the London day it is counted on, '' for what has none
    value: int
    cluster: str
    lane: str


def counts(tally: Tally) -> Counter[Key]:
    """Everything this case adds to any figure."""
    found: Counter[Key] = Counter()
    dims = tally.dims

    def add(family: str, name: str, day: str, n: int = 1, value: int = 0, side: str = "") -> None:
        bodies = {"receiving": {dims.receiving}, "sending": {dims.sending}}
        for body in ("", *bodies.get(side, {dims.receiving, dims.sending})):
            found[Key(body, dims.demo, family, name, day, value, dims.cluster, dims.lane)] += n

    for day, kind in tally.flows:
        add("flow", kind, day)
    for day, name, side in tally.marks:
        add("mark", name, day, side=side)
    if tally.flows:
        add("cohort", "open" if tally.is_open else tally.flows[-1][1], tally.received_on)
    if tally.decided_in is not None:
        add("speed", "decision", tally.received_on, value=tally.decided_in)
    if tally.delivered_in is not None:
        add("speed", "delivery", tally.received_on, value=tally.delivered_in)
        add("cost", "touches", tally.delivered_on, value=tally.touches)
        add("cost", "rounds", tally.delivered_on, value=tally.rounds)
        add("cost", "people", tally.delivered_on, value=len(tally.people))
    if tally.is_open:
        add("now", "open", tally.clock_from)
        add("now", "people", tally.clock_from, tally.people_per_day)
        add("now", f"with_{tally.holder}", tally.counted_to)
        for holder, days in tally.held.items():
            add("now", f"days_{holder}", "", days)
    elif tally.flows:
        add("held", "gross", tally.ended_on, tally.gross)
        add("held", "cases", tally.ended_on)
        for holder, days in tally.held.items():
            add("held", holder, tally.ended_on, days)
    if tally.at_top:
        add("now", "at_top", "", side="" if tally.at_top == "both" else tally.at_top)
    for looked in tally.reviews:
        add("review", "on_time" if looked.on_time else "late", looked.due)
    if tally.review_due:
        add("now", "review_open", tally.review_due)
    return +found


def difference(before: Counter[Key], after: Counter[Key]) -> dict[Key, int]:
    """What to add to the counts, in one order for everybody, so that two writers never wait for each other in a ring."""
    changed = {key: after[key] - before[key] for key in before.keys() | after.keys()}
    return {key: changed[key] for key in sorted(changed) if changed[key]}
