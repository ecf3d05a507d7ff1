"""The quarterly pack (P7): one long tidy table, each line a number that the dictionary explains.

What the public figures already say is taken from them and never counted in another way. The rest is counted here from
the events of the quarter. A pack that was published is never changed: a later difference is an edition of its own (G7).
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from domain.commands import (
    Ground,
    MediationOutcome,
    ObjectionGround,
    Outcome,
    Right,
    RightsOutcome,
    Step,
    WhyMediated,
)
from domain.figure_asked import LANES
from domain.figure_holders import Holder
from domain.figure_spread import Spread
from domain.figure_tally import ENDINGS
from domain.figures import FEWEST_FOR_RATE
from domain.friction import Ranked, hours
from domain.pack_dictionary import DEFINITIONS, MEASURES

Number = int | float | None
TOO_FEW = "too few to tell"
TOGETHER = "together"  # rules of fewer than three cases each


@dataclass(frozen=True, kw_only=True)
class Line:
    """One number. `value` None: not told. `n`: how many stand behind it, where that is not the value itself."""

    section: str
    measure: str
    dimension: str
    value: Number
    unit: str
    n: int | None = None
    note: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.measure, self.dimension


@dataclass(frozen=True)
class Seen:
    """An event of the quarter."""

    ref: str
    kind: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Clock:
    """A deadline that is told: of a breach reported, or a citizen's request answered, in the quarter."""

    due_at: datetime
    done_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What was written in one decided case."""

    form_words: int
    act_words: int
    answers: int
    documents: int


@dataclass(frozen=True, kw_only=True)
class Counted:
    """Everything a pack is made of beside the public figures. Bodies are ids; `names` says what they are called."""

    events: Sequence[Seen] = ()
    breaches: Sequence[Clock] = ()
    rights: Sequence[Clock] = ()
    papers: Sequence[Paper] = ()
    days_by_body: Mapping[str, int] = field(default_factory=dict[str, int])
    days_shared: int = 0
    at_top_by_body: Mapping[str, int] = field(default_factory=dict[str, int])
    at_top_now: Mapping[str, int] = field(default_factory=dict[str, int])
    friction: Sequence[Ranked] = ()
    names: Mapping[str, str] = field(default_factory=dict[str, str])


def pack(told: Mapping[str, Any], counted: Counted, as_of: datetime) -> tuple[Line, ...]:
    """Every line, in the order of the dictionary. `told`: the public figures of the same quarter."""
    lines = [
        *_volume(told),
        *_speed(told),
        *_holders(told, counted),
        *_cost(told),
        *_paperwork(counted.papers),
        *_events(told, counted.events),
        *_overdue(told, counted),
        *_clocks(counted, as_of),
        *_reviews(told),
        *_use(told),
        *_friction(counted.friction),
    ]
    order = {name: place for place, name in enumerate(MEASURES)}
    return tuple(sorted(lines, key=lambda line: order[line.measure]))


def _line(measure: str, value: Number, dimension: str = "", n: int | None = None, note: str = "") -> Line:
    known = MEASURES[measure]
    said = note or (TOO_FEW if value is None else "")
    return Line(
        section=known.section,
        measure=measure,
        dimension=dimension,
        value=value,
        unit=known.unit,
        n=n,
        note=said,
    )


def _volume(told: Mapping[str, Any]) -> Iterator[Line]:
    flows = told["identity"]
    ends = sum(flows[kind] for kind in ENDINGS)
    for name in ("backlog_start", "received", "reopened", *ENDINGS, "backlog_end"):
        yield _line(name, flows[name])
    came = flows["backlog_start"] + flows["received"] + flows["reopened"]
    yield _line("identity_difference", came - ends - flows["backlog_end"], note="0 when the figures add up")
    yield _line("received_parts", flows["of_received_parts"])
    yield _line("received_amendments", flows["of_received_amendments"])
    yield _line("restated_cases", told["restated"])
    lanes = {each["lane"]: each["received"] for each in told["lanes"]}
    for lane in LANES:
        yield _line("received_by_lane", lanes.get(lane, 0), lane)


def _speed(told: Mapping[str, Any]) -> Iterator[Line]:
    spreads = {"decision_days": told["speed"]["decision"], "delivery_days": told["speed"]["delivery"]}
    for name, spread in {**spreads, "open_age_days": told["open_now"]}.items():
        for part in ("median", "p90", "longest"):
            note = "there is none" if not spread["n"] else ""
            yield _line(name, spread[part], part, spread["n"], note)
    stands = Counter[str]()
    for month in told["cohorts"]:
        stands.update({kind: month[kind] for kind in ("open", *ENDINGS)})
    for kind in ("open", *ENDINGS):
        yield _line("cohort", stands[kind], kind, stands.total())


def _holders(told: Mapping[str, Any], counted: Counted) -> Iterator[Line]:
    gross, cases, held = told["holders"]["days"], told["holders"]["cases"], told["holders"]["by_holder"]
    yield _line("days_gross", gross, n=cases)
    for holder in Holder:
        yield _line("days_by_holder", held[holder], holder.value, cases)
    for holder in Holder:
        share = round(100 * held[holder] / gross) if cases >= FEWEST_FOR_RATE and gross else None
        yield _line("share_by_holder", share, holder.value, cases)
    yield _line("holders_difference", gross - sum(held.values()), note="0 when the parts are the whole")
    by_body, shared = counted.days_by_body, counted.days_shared
    for body, days in sorted(by_body.items(), key=lambda each: (-each[1], each[0])):
        yield _line("days_by_body", days, body, note=counted.names.get(body, ""))
    if not by_body:
        yield _line("days_by_body", 0, note="no case ended")
    yield _line("days_shared", shared)
    left = gross - sum(by_body.values()) - shared
    yield _line("bodies_difference", left, note="0 when the parts are the whole")


def _cost(told: Mapping[str, Any]) -> Iterator[Line]:
    cost = told["cost"]
    yield _line("shares", cost["shares"])
    n = dict.fromkeys(("touches", "rounds", "people", "words"), cost["shares"]) | {
        "minutes": cost["declared"]
    }
    for name in n:
        yield _line(name, cost[name]["total"], "total", n[name])
        yield _line(name, cost[name]["median"], "median", n[name])
    yield _line(
        "pounds", cost["pounds"], n=cost["declared"], note="" if cost["pounds"] is not None else "no rate"
    )


def _paperwork(papers: Sequence[Paper]) -> Iterator[Line]:
    yield _line("decided", len(papers))
    for name in ("form_words", "act_words", "answers", "documents"):
        values = Counter[int](getattr(each, name) for each in papers)
        yield _line(name, sum(values.elements()), "total", len(papers))
        yield _line(name, Spread.of(values).median, "median", len(papers))


def _reviews(told: Mapping[str, Any]) -> Iterator[Line]:
    reviews = told["reviews"]
    yield _line("reviews_due", reviews["due"])
    for how in ("on_time", "late"):
        yield _line("reviews_concluded", reviews[how], how)
    for name in ("overdue", "suspended", "ended"):
        yield _line(f"reviews_{name}", reviews[name])


def _use(told: Mapping[str, Any]) -> Iterator[Line]:
    use = told["use"]
    yield _line("grants_live", use["grants"])
    yield _line("grants_unused", use["unused"])
    yield _line("calls", use["calls"])
    yield _line("calls_flagged", use["calls_flagged"])


# --- from the events of the quarter ------------------------------------------------------------------------------


def _events(told: Mapping[str, Any], events: Sequence[Seen]) -> Iterator[Line]:
    def of(kind: str) -> list[Mapping[str, Any]]:
        return [each.data for each in events if each.kind == kind]

    approved = of("request_approved")
    yield _line("approved", told["reliance"]["approvals"])
    yield _line("presumed", told["reliance"]["by_presumption"])
    yield from _split("presumed", (each["presumption"] for each in approved if each.get("presumption")))
    yield _line("by_reliance", told["reliance"]["by_reliance"])
    yield _line("in_part", len(of("part_approved")))
    yield from _all_and("objections", (each["ground"] for each in of("objection_raised")), ObjectionGround)
    yield from _all_and("refusals", (each["ground"] for each in of("request_refused")), Ground)
    yield _line("refusals_under_duty", told["duty"]["refusals_under_duty"])
    blocked = of("request_blocked")
    yield _line("blocks", len(blocked))
    yield from _split("blocks", (rule for each in blocked for rule in each["rules"]))
    yield _line("blocks_by_people", sum(bool(each.get("by_people")) for each in blocked))
    incidents = of("incident_reported")
    yield _line("incidents", len(incidents))
    yield _line("breaches", sum(each["breach"] for each in incidents))
    yield from _all_and("mediations", (each["why"] for each in of("mediation_started")), WhyMediated)
    concluded = (each["outcome"] for each in of("mediation_concluded"))
    yield from _all_and("mediations_concluded", concluded, MediationOutcome)
    answers = of("mediation_answered")
    yield _line("mediation_answers", sum(each["complies"] for each in answers), "complies")
    yield _line("mediation_answers", sum(not each["complies"] for each in answers), "explains")
    yield from _all_and("rights_received", (each["right"] for each in of("rights_request_received")), Right)
    answered = (each["outcome"] for each in of("rights_request_answered"))
    yield from _all_and("rights_answered", answered, RightsOutcome)
    outcomes = Counter(each["outcome"] for each in of("review_concluded"))
    for outcome in Outcome:
        yield _line("reviews_outcome", outcomes[outcome], outcome.value)
    yield from _all_and("steps", (each["step"] for each in of("step_taken")), Step)
    yield _line("jumps", len(of("step_jumped")))
    yield _line("exemptions", len(of("entry_exempted")))
    yield _line("waivers", len(of("separation_waived")))
    yield _line("one_person", sum(bool(each.get("one_person")) for each in of("risk_signed")))
    urgent = of("urgent_use_reviewed")
    yield _line("urgent_reviewed", len(urgent))
    yield _line("urgent_misused", sum(not each["justified"] for each in urgent))


def _all_and(measure: str, told: Iterable[str], kinds: Iterable[str]) -> Iterator[Line]:
    """All together, then each of a list that is known, 0 included."""
    counted = Counter(told)
    yield _line(measure, counted.total())
    for kind in kinds:
        yield _line(measure, counted[kind], str(kind))


def _split(measure: str, told: Iterable[str]) -> Iterator[Line]:
    """Each that occurred, of a list that grows."""
    for kind, many in sorted(Counter(told).items()):
        yield _line(measure, many, kind)


def _overdue(told: Mapping[str, Any], counted: Counted) -> Iterator[Line]:
    for measure, all_of_it, by_body in (
        ("overdue_at_top", told["duty"]["overdue_at_top"], counted.at_top_by_body),
        ("overdue_now", told["duty"]["at_top_now"], counted.at_top_now),
    ):
        yield _line(measure, all_of_it)
        for body, many in sorted(by_body.items(), key=lambda each: (-each[1], each[0])):
            yield _line(measure, many, body, note=counted.names.get(body, ""))


def _clocks(counted: Counted, as_of: datetime) -> Iterator[Line]:
    stands = Counter(_stands(each, as_of) for each in counted.breaches)
    for how in ("met", "not_met", "running"):
        yield _line("breach_72_hours", stands[how], how)
    rights = Counter(_stands(each, as_of) for each in counted.rights)
    yield _line("rights_in_time", rights["met"], "in_time")
    yield _line("rights_in_time", rights["not_met"], "late")


def _stands(clock: Clock, as_of: datetime) -> str:
    if clock.done_at:
        return "met" if clock.done_at <= clock.due_at else "not_met"
    return "not_met" if as_of > clock.due_at else "running"


def _friction(ranked: Sequence[Ranked]) -> Iterator[Line]:
    for each in ranked:
        rule, n = each.rule or TOGETHER, each.tags
        yield _line("friction_hours", None if each.half_hours is None else hours(each.half_hours), rule, n)
        yield _line("friction_median", None if each.median is None else hours(each.median), rule, n)
        yield _line("friction_cases", each.cases, rule, n)
        yield _line("friction_protected", each.protected, rule, n)
    if not ranked:
        for name in ("hours", "median", "cases", "protected"):
            yield _line(f"friction_{name}", 0 if name != "protected" else None, note="nobody said anything")
    yield _line("friction_rules", len(ranked))


# --- editions ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Restated:
    """A number of what happened in a quarter that is another one in a later edition; None: there was none."""

    line: Line
    was: Number
    now: Number


def restated(before: Iterable[Line], after: Iterable[Line]) -> tuple[Restated, ...]:
    """What differs of the numbers that are fixed once a quarter is over; the others are meant to move."""
    old = {line.key: line for line in before if MEASURES[line.measure].moves == "fixed"}
    new = {line.key: line for line in after if MEASURES[line.measure].moves == "fixed"}
    found: list[Restated] = []
    for key in [*new, *(key for key in old if key not in new)]:
        was, now = old.get(key), new.get(key)
        if (was and was.value) != (now and now.value):
            line = now or was
            assert line
            found.append(Restated(line=line, was=was.value if was else None, now=now.value if now else None))
    return tuple(found)


def content_hash(quarter: str, demo: bool, lines: Iterable[Line]) -> str:
    """SHA-256 of what was published, in canonical JSON."""
    body = {
        "quarter": quarter,
        "demo": demo,
        "definitions": DEFINITIONS,
        "lines": [vars(line) for line in lines],
    }
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()
