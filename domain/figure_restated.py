"""Restatements (G7): a figure that was told may change for a reason, and then the reason is told too."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from domain import events as e
from domain.figure_asked import Asked
from domain.figure_tally import Dims, Tally


@dataclass(frozen=True, kw_only=True)
class Defined:
    """A version of docs/figures.md. `since`: the first day on which figures were told by it."""

    version: str
    since: date
    what: str


DEFINED = (
    Defined(version="2026-1", since=date(2026, 11, 22), what="The first definitions."),
    Defined(
        version="2026-2",
        since=date(2026, 11, 22),
        what="A case that is sent to mediation is the mediator's turn. What a delivered share costs also counts words, "
        "declared minutes and what these are worth, and has a 90th percentile. New: use, programmes.",
    ),
    Defined(
        version="2026-3",
        since=date(2026, 11, 23),
        what="New: live grants, those unused for 90 days, and calls that machines told of. Nothing else is counted otherwise.",
    ),
)

WHY = {
    "passed_on": "The request was passed on to the team that holds the data.",
    "team_moved": "A team belongs to another body now.",
    "lane_chosen": "People chose the lane after the request was counted without one, or in another.",
    "made_up": "A body is made up, or is no longer: made-up bodies are in no public figure.",
    "moved": "The case is counted under another body, cluster or lane.",
    "recounted": "The kept figures were counted anew from the events.",
    "note": "Corrected by the operator.",
    "definition": "The definitions changed.",
}


@dataclass(frozen=True, kw_only=True)
class Change:
    """One number that was restated: of a body, a cluster or a lane (each '' for all), in a month. None: not known."""

    figure: str
    month: str
    demo: bool
    organisation: str = ""
    cluster: str = ""
    lane: str = ""
    change: int = 0
    before: int | None = None
    after: int | None = None


def why(events: Iterable[e.Event], before: Dims, after: Dims) -> str:
    """A key of `WHY`, from what happened in the transition that moved a case."""
    reasons = {e.PartyMoved: "team_moved", e.RequestTransferred: "passed_on", e.LaneChosen: "lane_chosen"}
    kinds = [type(event) for event in events]
    for kind, reason in reasons.items():
        if kind in kinds:
            return reason
    return "made_up" if before.demo != after.demo else "moved"


def changes(before: Tally, after: Tally) -> list[Change]:
    """The numbers that a move changes, each with by how much: what the case had added goes from there to here."""
    was, now = before.dims, after.dims
    told = Counter((kind, day[:7]) for day, kind in before.flows)
    found: list[Change] = []
    for (figure, month), n in sorted(told.items()):
        for dims, gone, sign in (
            (was, _places(was) - _places(now), -1),
            (now, _places(now) - _places(was), 1),
        ):
            one = Change(figure=figure, month=month, demo=dims.demo, change=sign * n)
            found += [replace(one, **{name: value}) for name, value, _ in sorted(gone)]
    return found


def _places(dims: Dims) -> set[tuple[str, str, bool]]:
    """What a case is counted under, one filter each; the last says whether among the made-up ones."""
    bodies = {("organisation", body, dims.demo) for body in (dims.receiving, dims.sending)}
    beside = {("lane", dims.lane or "none", dims.demo)}
    if dims.cluster:
        beside.add(("cluster", dims.cluster, dims.demo))
    return bodies | beside


def narrowed(change: Change) -> Asked:
    """What to ask for to see this number."""
    year, month = map(int, change.month.split("-"))
    last = date(year + month // 12, month % 12 + 1, 1)
    return Asked(
        since=date(year, month, 1),
        until=date.fromordinal(last.toordinal() - 1),
        organisation=change.organisation,
        cluster=change.cluster,
        lane=change.lane,
        demo=change.demo,
    )
