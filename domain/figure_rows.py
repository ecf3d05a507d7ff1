"""Which rows a number is made of, and how it is worked out from them (E5): each number of the page leads here.

A number is `of` its rows in one way: their total, how many there are, or one of them in order (a percentile).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NamedTuple

from domain.figure_asked import Asked
from domain.figure_holders import Holder
from domain.figure_spread import FEWEST_FOR_PERCENTILE
from domain.figure_tally import ENDINGS, FLOWS, public_days
from domain.figures import FEWEST_CITIZENS, UNUSED_AFTER
from domain.working_days import Calendar

Measure = Literal["times", "value", "age", "held", "balance", "late", "long"]
When = Literal["window", "ever", "before", "until"]
COMES_IN = ("received", "reopened", "approved")
OF = ("total", "n", "median", "p90", "longest")
USE_LOG = "use_log"  # a family that no case adds: machines tell of use, and grants stand as they stand (D)


@dataclass(frozen=True, kw_only=True)
class Source:
    """`kept`: (family, name) of what is counted. `measure`: what one row of the list says.

    times: how often. value: what was measured. age: working days since its day, for each of whom it is counted.
    held: days so far of one holder. balance: comings less ends. late: times, of what is due before today. long: of what
    is 90 days old. `citizens`: a count of people, so few of them are hidden.
    """

    kept: tuple[tuple[str, str], ...]
    measure: Measure = "times"
    when: When = "window"
    unit: str = ""
    citizens: bool = False


class Kept(NamedTuple):
    """One row of what a case adds to a number."""

    ref: str
    name: str
    day: str
    value: int
    n: int


class Behind(NamedTuple):
    """One case behind a number. `number` None: not told, because few people stand behind one of them."""

    ref: str
    number: int | None


def _sources() -> dict[str, Source]:
    found = {kind: Source(kept=(("flow", kind),)) for kind in FLOWS}
    marks = ("approved", "presumed", "relied", "objected", "overdue_at_top", "refused_under_duty", "restated")
    more = ("part_received", "amendment_received", "review_suspended", "review_ended")
    found |= {name: Source(kept=(("mark", name),)) for name in (*marks, *more)}
    flows = tuple(("flow", kind) for kind in FLOWS)
    found |= {
        "fresh": Source(kept=(("mark", "approved"), ("mark", "relied")), measure="balance"),
        "open_at_start": Source(kept=flows, measure="balance", when="before"),
        "open_at_end": Source(kept=flows, measure="balance", when="until"),
        "open": Source(kept=(("now", "open"),), measure="age", when="ever", unit="working days"),
        "at_top_now": Source(kept=(("now", "at_top"),), when="ever"),
        "affected": Source(kept=(("now", "people"),), when="ever", unit="people a day", citizens=True),
        "harm": Source(
            kept=(("now", "people"),), measure="age", when="ever", unit="person-days", citizens=True
        ),
        "review_on_time": Source(kept=(("review", "on_time"),)),
        "review_late": Source(kept=(("review", "late"),)),
        "review_open": Source(kept=(("now", "review_open"),)),
        "review_overdue": Source(kept=(("now", "review_open"),), measure="late"),
        "review_due": Source(kept=(("review", "on_time"), ("review", "late"), ("now", "review_open"))),
        "decision": Source(kept=(("speed", "decision"),), measure="value", unit="working days"),
        "delivery": Source(kept=(("speed", "delivery"),), measure="value", unit="working days"),
        "ended_or_delivered": Source(kept=(("held", "cases"),)),
        "gross": Source(kept=(("held", "gross"),), unit="working days"),
        "words_exactly": Source(kept=(("cost", "words_exactly"),), unit="words"),
        "words_of_forms": Source(kept=(("cost", "words_of_forms"),), unit="words"),
        "active": Source(kept=(("now", "active"),), measure="age", when="ever", unit="working days"),
        "active_long": Source(kept=(("now", "active"),), measure="long", when="ever"),
        "rows": Source(kept=(("use", "rows"),), unit="rows", citizens=True),
        "retired": Source(kept=(("use", "retired"),), unit="questions"),
        "grants": Source(kept=((USE_LOG, "grants"),), when="ever"),
        "unused": Source(kept=((USE_LOG, "unused"),), when="ever"),
        "calls": Source(kept=((USE_LOG, "calls"),), unit="calls"),
        "calls_flagged": Source(kept=((USE_LOG, "calls_flagged"),), unit="calls"),
    }
    units = {
        "touches": "acts",
        "rounds": "rounds",
        "people": "people who acted",
        "words": "words, to the nearest ten",
    }
    for name, unit in (units | {"minutes": "minutes"}).items():
        found[f"cost_{name}"] = Source(kept=(("cost", name),), measure="value", unit=unit)
    for kind in ("open", *ENDINGS):
        found[f"cohort_{kind}"] = Source(kept=(("cohort", kind),))
    days = tuple(("now", f"{what}_{holder}") for holder in Holder for what in ("with", "days"))
    found["days_so_far"] = Source(kept=days, measure="held", when="ever", unit="working days")
    for holder in Holder:
        mine = (("now", f"with_{holder}"), ("now", f"days_{holder}"))
        found[f"held_{holder}"] = Source(kept=(("held", holder),), unit="working days")
        found[f"with_{holder}"] = Source(kept=mine[:1], when="ever")
        found[f"days_{holder}"] = Source(kept=mine, measure="held", when="ever", unit="working days")
    return found


SOURCES: Mapping[str, Source] = _sources()


def programme_source(names: Iterable[str]) -> Source:
    """The cases that a programme counts, whenever they were delivered or received."""
    return Source(kept=tuple(("rollout", name) for name in names), when="ever")


def days_of(source: Source, asked: Asked) -> tuple[str, str]:
    """The first and last day (ISO) that count, both included."""
    since, until = asked.since.isoformat(), asked.until.isoformat()
    day_before = (asked.since - timedelta(days=1)).isoformat()
    return {"window": (since, until), "ever": ("", "9999"), "before": ("", day_before), "until": ("", until)}[
        source.when
    ]


def behind(source: Source, rows: Iterable[Kept], calendar: Calendar, today: date) -> tuple[Behind, ...]:
    """Each case that stands behind a number, the smallest first."""
    kept = list(rows)
    found = list(_measured(source, kept, calendar, today))
    if source.citizens and any(0 < row.n < FEWEST_CITIZENS for row in kept):
        return tuple(Behind(ref, None) for ref, _ in sorted(found))
    return tuple(sorted(found, key=lambda each: (each.number or 0, each.ref)))


def _measured(source: Source, rows: Iterable[Kept], calendar: Calendar, today: date) -> Iterator[Behind]:
    sums: dict[str, int] = {}
    for row in rows:
        number = _number(source.measure, row, calendar, today)
        if number is not None:
            sums[row.ref] = sums.get(row.ref, 0) + number
    shown = source.measure in ("age", "value")  # there, nothing is a number too
    yield from (Behind(ref, number) for ref, number in sums.items() if number or shown)


def _number(measure: Measure, row: Kept, calendar: Calendar, today: date) -> int | None:
    def age() -> int:
        return row.n * public_days(calendar, date.fromisoformat(row.day), today)

    match measure:
        case "times":
            return row.n
        case "value":
            return row.value
        case "age":
            return age()
        case "held":
            return row.n if row.name.startswith("days_") else age()
        case "balance":
            return row.n if row.name in COMES_IN else -row.n
        case "late":
            return row.n if row.day < today.isoformat() else None
        case "long":
            return row.n if row.day < (today - timedelta(days=UNUSED_AFTER)).isoformat() else None


def reckoned(of: str, found: tuple[Behind, ...]) -> int | None:
    """The number itself, from its rows. None: not told."""
    if any(each.number is None for each in found) and of != "n":
        return None
    place = place_of(of, len(found))
    if place is not None:
        return found[place].number
    if of in ("median", "p90"):
        return None
    return len(found) if of == "n" else sum(each.number or 0 for each in found)


def place_of(of: str, n: int) -> int | None:
    """Which of the rows in order is the one that is told; None when it is none of them."""
    if of == "longest" and n:
        return n - 1
    percent = {"median": 50, "p90": 90}.get(of)
    return -(-n * percent // 100) - 1 if percent and n >= FEWEST_FOR_PERCENTILE else None
