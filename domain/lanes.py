"""C1, P1, P2: how a request travels. Guards first, then the cluster, then reliance, then the standard lane.

Every predicate that was looked at is recorded with its value and what it rests on, so that a person can check the
answer and a later rule can be compared with it. Where a predicate that matters cannot be decided from the facts held,
people choose (C1a): the software names the missing fact and does not guess.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from domain.bodies import LOCAL, Directory
from domain.clusters import NAMES, does, has, left_out, of_holding_team, of_team
from domain.geography import is_nationwide, is_one_instance
from domain.guards import RULES, Hit, Rule, hits
from domain.records import Facts
from domain.reliance import Precedent, may_rely
from domain.screened import Screened, has_health_records, look_up

Route = Literal["in_cluster", "reliance", "standard", "out_of_scope", "needs_review"]
Predicate = tuple[str, bool | None, str]  # name, value (None: cannot be decided), what it rests on


@dataclass(frozen=True, kw_only=True)
class LaneDecision:
    """`conditions`: what is added to the lane. `root`: the decision relied on."""

    route: Route
    predicates: tuple[Predicate, ...] = ()
    reasons: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    root: str | None = None
    cluster: str | None = None
    stopped: tuple[Hit, ...] = ()  # the rules that kept it from any lane


def choose(
    facts: Facts,
    directory: Directory,
    precedents: Mapping[str, Precedent],
    today: date,
    rules: tuple[Rule, ...] = RULES,
) -> LaneDecision:
    """The lane of a request. `directory`, `precedents` and `rules` are what is known and in force on `today`."""
    screened = look_up(facts, directory)
    found = hits(screened, rules)
    guarded = tuple(_as_predicate(each) for each in found)
    for effect, route in (("block", "out_of_scope"), ("ask", "needs_review")):
        stopped = [each for each in found if each.effect == effect]
        if stopped:
            return LaneDecision(
                route="out_of_scope" if route == "out_of_scope" else "needs_review",
                predicates=guarded,
                reasons=tuple(f"{each.why}: {each.sentence}" for each in stopped),
                stopped=tuple(stopped),
            )
    conditions = tuple(each.sentence for each in found if each.effect == "condition")
    cluster, shared = _cluster(screened)
    known = (*guarded, *shared)
    if cluster:
        return LaneDecision(
            route="in_cluster",
            predicates=known,
            reasons=(f"every team and the task are in {NAMES[cluster]}", *_remarks(screened)),
            conditions=conditions,
            cluster=cluster,
        )
    relied = may_rely(screened, precedents, today)
    if relied.in_dispute:
        return LaneDecision(
            route="needs_review",
            predicates=(*known, ("decision_stands", None, relied.in_dispute)),
            reasons=(f"{relied.in_dispute}, which this request relies on, is itself in dispute",),
        )
    if relied.root:
        return LaneDecision(
            route="reliance",
            predicates=(*known, ("decision_covers_it", True, relied.root)),
            reasons=(f"{relied.root} covers it element by element",),
            conditions=conditions,
            root=relied.root,
        )
    not_in_cluster = tuple(why for _, value, why in shared if value is False)
    return LaneDecision(
        route="standard",
        predicates=(*known, *(("decision_covers_it", False, each) for each in relied.differences)),
        reasons=(
            "the sending team decides",
            *not_in_cluster[:2],
            *relied.differences,
            *conditions,
            *_remarks(screened),
        ),
        conditions=conditions,
    )


def _as_predicate(hit: Hit) -> Predicate:
    return (
        f"{hit.rule} v{hit.version}",
        {"block": True, "ask": None, "condition": True}[hit.effect],
        hit.why,
    )


def _cluster(screened: Screened) -> tuple[str | None, tuple[Predicate, ...]]:
    """The cluster that carries the request, and the predicates looked at, up to the first that says no.

    A holder in no directory does not decide here: every holder gets a case of its own (C1), and that one waits.
    """
    facts = screened.facts
    receiving = [(each, of_team(each, facts.asking_team)) for each in screened.recipients]
    holding = [
        (each, of_holding_team(each, facts.items, facts.holding_team))
        for each in screened.suppliers
        if each.is_known
    ]
    shared = frozenset(NAMES).intersection(*(clusters for _, clusters in (*receiving, *holding)))
    if not shared:
        outside = [body.name for body, clusters in (*receiving, *holding) if not clusters]
        why = f"{outside[0]} is in no cluster" if outside else "the teams sit in different clusters"
        return None, (("teams_in_one_cluster", False, why),)
    looked_at: list[Predicate] = [
        ("teams_in_one_cluster", True, ", ".join(NAMES[each] for each in sorted(shared)))
    ]
    doubts = {each: does(each, facts.category, screened.words, facts.asking_team) for each in sorted(shared)}
    cluster = next((each for each, doubt in doubts.items() if not doubt), None)
    for name, against in (
        ("purpose_is_shared_task", "" if cluster else next(iter(doubts.values()))),
        ("items_in_terms", ", ".join(left_out(facts.items, facts.is_bulk))),
        ("inside_one_instance", _too_wide(screened)),
    ):
        if against:
            why = f"the clusters' terms leave out {against}" if name == "items_in_terms" else against
            return None, (*looked_at, (name, False, why))
        looked_at.append((name, True, facts.region if name == "inside_one_instance" else ""))
    return cluster, tuple(looked_at)


def _too_wide(screened: Screened) -> str:
    """Why the area is more than one instance; empty when each delivery stays inside one.

    A file between a local body and anybody covers that body's area alone, however many such bodies ask at once. Not
    so for health records that all flow to one national body: that is a national data set (protection C).
    """
    facts = screened.facts
    if not facts.is_bulk:
        return ""
    local_receivers = all(each.level == LOCAL for each in screened.recipients)
    if has_health_records(screened) and is_nationwide(facts.region) and not local_receivers:
        return "health records of a whole nation in one place do not travel by the cluster"
    local_holders = all(each.level == LOCAL for each in screened.suppliers)
    if local_receivers or local_holders or is_one_instance(facts.region):
        return ""
    return f"a file for {facts.region} between national bodies is wider than any one instance"


def _remarks(screened: Screened) -> tuple[str, ...]:
    """What somebody has to put right beside the lane: bodies that are no more, holders that nobody knows."""
    bodies = {each.body.id: each.body for each in (*screened.recipients, *screened.suppliers) if each.body}
    closed = (
        f"{body.name} closed in {body.closed}" + (f"; now {body.successor}" if body.successor else "")
        for body in bodies.values()
        if body.closed
    )
    unknown = (
        f"{each.name} is in no directory: the case with it waits until it is"
        for each in screened.suppliers
        if not each.is_known
    )
    return (*closed, *unknown)


# The debt and fraud powers are given for pilots: their code of practice has each one tried and reported first.
PILOT_POWERS = r"digital economy act 2017[^;]*\bs(ection)?\.? ?(48|49|50|51|52|53|54|55|56|57|58|59)\b"
PILOT_WORDS = r"\bpilots?\b|\btrials?\b|feasibility|proof of concept|one-off|exploring|\btest(s|ing)? whether"


def is_pilot(facts: Facts) -> bool:
    """§6: whether a use against fraud, error or debt is one that has still to prove itself."""
    return reads_as_pilot(facts.power, facts.title, facts.purpose)


def reads_as_pilot(power: str, *words: str) -> bool:
    return has(PILOT_POWERS, power) or has(PILOT_WORDS, *words)
