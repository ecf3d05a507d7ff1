"""What a tally adds to the counts that pages read: after each transition the difference is written, never the whole."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple, TypeVar

from domain.figure_tally import Tally
from domain.figure_words import rounded


class Added(NamedTuple):
    """One thing that a case adds to a number, and so the row behind it. `side` alone answers for it, or ''.

    `value` is what a percentile is made of (working days, touches); 0 where there is nothing to measure.
    """

    family: str  # flow, mark, speed, cohort, held, cost, use, review, rollout; now: as things stand
    name: str
    day: str  # the London day it is counted on, '' for what has none
    value: int
    side: str


class Key(NamedTuple):
    """One number that is kept. `organisation` '' is everybody; a case is counted once under each body it is between."""

    organisation: str
    demo: bool
    family: str
    name: str
    day: str
    value: int
    cluster: str
    lane: str


K = TypeVar("K", Key, Added)


def additions(tally: Tally) -> Counter[Added]:
    """Everything this case adds to any figure, whoever asks for it."""
    found: Counter[Added] = Counter()
    for added, n in _additions(tally):
        found[added] += n
    return +found


def counts(tally: Tally) -> Counter[Key]:
    """The same, under everybody and under each body that answers for it."""
    found: Counter[Key] = Counter()
    dims = tally.dims
    bodies = {"receiving": {dims.receiving}, "sending": {dims.sending}}
    for each, n in additions(tally).items():
        for body in ("", *bodies.get(each.side, {dims.receiving, dims.sending})):
            key = Key(body, dims.demo, each.family, each.name, each.day, each.value, dims.cluster, dims.lane)
            found[key] += n
    return found


def difference(before: Counter[K], after: Counter[K]) -> dict[K, int]:
    """What to add to the counts, in one order for everybody, so that two writers never wait for each other in a ring."""
    changed = {key: after[key] - before[key] for key in before.keys() | after.keys()}
    return {key: changed[key] for key in sorted(changed) if changed[key]}


def stand_of(tally: Tally) -> str:
    """How a case stands for a programme of named priorities."""
    return "delivered" if tally.delivered_on else "under_way" if tally.is_open else "ended"


def rollout(stand: str, duty: str, use: str) -> str:
    """The name under which a programme finds a case: how it stands, the duty and the use it names."""
    return f"{stand}:{duty}:{use}"


def _additions(tally: Tally) -> Iterator[tuple[Added, int]]:
    def add(
        family: str, name: str, day: str, n: int = 1, value: int = 0, side: str = ""
    ) -> tuple[Added, int]:
        return Added(family, name, day, value, side), n

    for day, kind in tally.flows:
        yield add("flow", kind, day)
    for day, name, side in tally.marks:
        yield add("mark", name, day, side=side)
    if tally.flows:
        yield add("cohort", "open" if tally.is_open else tally.flows[-1][1], tally.received_on)
        kind = rollout(stand_of(tally), tally.duty_kind, tally.use)
        yield add("rollout", kind, tally.delivered_on or tally.received_on, side="receiving")
    if tally.decided_in is not None:
        yield add("speed", "decision", tally.received_on, value=tally.decided_in)
    if tally.delivered_in is not None:
        yield add("speed", "delivery", tally.received_on, value=tally.delivered_in)
        for (name, value), n in _cost(tally).items():
            yield add("cost", name, tally.delivered_on, n, value)
        yield add("use", "rows", tally.delivered_on, tally.rows)
        yield add("use", "retired", tally.delivered_on, tally.retired)
    if tally.is_active:
        yield add("now", "active", tally.delivered_on)
    if tally.is_open:
        yield add("now", "open", tally.clock_from)
        yield add("now", "people", tally.clock_from, tally.people_per_day)
        yield add("now", f"with_{tally.holder}", tally.counted_to)
        for holder, days in tally.held.items():
            yield add("now", f"days_{holder}", "", days)
    elif tally.flows:
        yield add("held", "gross", tally.ended_on, tally.gross)
        yield add("held", "cases", tally.ended_on)
        for holder, days in tally.held.items():
            yield add("held", holder, tally.ended_on, days)
    if tally.at_top:
        yield add("now", "at_top", "", side="" if tally.at_top == "both" else tally.at_top)
    for looked in tally.reviews:
        yield add("review", "on_time" if looked.on_time else "late", looked.due)
    if tally.review_due:
        yield add("now", "review_open", tally.review_due)


def _cost(tally: Tally) -> dict[tuple[str, int], int]:
    """Of one delivered share: (name, value) -> n. The exact words are a sum; where shares are compared, rounded."""
    words = tally.form_words + tally.words
    found = {
        ("touches", tally.touches): 1,
        ("rounds", tally.rounds): 1,
        ("people", len(tally.people)): 1,
        ("words", rounded(words)): 1,
        ("words_exactly", 0): words,
        ("words_of_forms", 0): tally.form_words,
    }
    return found | ({("minutes", sum(tally.minutes.values())): 1} if tally.minutes else {})
