"""The public figures (§5, P10): one answer, put together from counts that are kept.

The page, its CSV, the API and the command line show this one answer. docs/figures.md defines every figure.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from domain.figure_asked import LANES, Asked
from domain.figure_cost import Rate, cost
from domain.figure_holders import Holder
from domain.figure_spread import Counted, Spread, by_name, nearest_rank, values_of
from domain.figure_tally import DEFINITIONS, ENDINGS, FLOWS, public_days
from domain.working_days import Calendar, london_date

FEWEST_CITIZENS = 5
FEWEST_FOR_RATE = 5


UNUSED_AFTER = 90  # calendar days


__all__ = ["Counted", "Spread", "figures", "nearest_rank"]


def figures(
    asked: Asked,
    window: Iterable[Counted],
    earlier: Mapping[str, int],
    standing: Iterable[Counted],
    calendar: Calendar,
    as_of: datetime,
    rates: Sequence[Rate] = (),
) -> dict[str, Any]:
    """The whole answer, JSON-ready.

    window: what was counted in it. earlier: flows before it, by kind. standing: family `now`, by day.
    rates: what an hour of work is taken to cost, the earliest first.
    """
    rows = list(window)
    total = by_name(rows)
    flows = {kind: total["flow", kind] for kind in FLOWS}
    start = _net(earlier)
    marks = Counter({name: n for (family, name), n in total.items() if family == "mark"})
    waiting = _open_now(list(standing), calendar, london_date(as_of))
    return {
        "as_of": as_of.isoformat(),
        "definitions": DEFINITIONS,
        "from": asked.since.isoformat(),
        "to": asked.until.isoformat(),
        "organisation": asked.organisation,
        "cluster": asked.cluster,
        "lane": asked.lane,
        "demo": asked.demo,
        "identity": {
            "backlog_start": start,
            **flows,
            "backlog_end": start + _net(flows),
            "of_received_parts": marks["part_received"],
            "of_received_amendments": marks["amendment_received"],
        },
        "months": _months(rows, start, asked),
        "speed": {name: vars(Spread.of(values_of(rows, "speed", name))) for name in ("decision", "delivery")},
        "cohorts": _cohorts(rows, asked),
        "open_now": waiting["open_now"],
        "holders": {
            "cases": total["held", "cases"],
            "days": total["held", "gross"],
            "by_holder": {each.value: total["held", each] for each in Holder},
        },
        "cost": cost(rows, rates),
        "use": _use(total, waiting["use"], sum(values_of(rows, "cost", "touches").values())),
        "duty": {
            "refusals": flows["declined"],
            "refusals_under_duty": marks["refused_under_duty"],
            "overdue_at_top": marks["overdue_at_top"],
            **waiting["duty"],
        },
        "reliance": _reliance(marks),
        "reviews": _reviews(total, marks, waiting["reviews"], asked, london_date(as_of)),
        "lanes": _lanes(rows),
        "restated": marks["restated"],
    }


def _net(flows: Mapping[str, int]) -> int:
    ins = flows.get("received", 0) + flows.get("reopened", 0)
    return ins - sum(flows.get(kind, 0) for kind in ENDINGS)


def _month_names(asked: Asked) -> Iterable[str]:
    first, last = (day.year * 12 + day.month - 1 for day in (asked.since, asked.until))
    return (f"{n // 12}-{n % 12 + 1:02}" for n in range(first, last + 1))


def _months(rows: list[Counted], backlog: int, asked: Asked) -> list[dict[str, Any]]:
    """Each month with anything in it, and every month between, with what was open at its end."""
    flows: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        if row.family == "flow":
            flows[row.day][row.name] += row.n
    found: list[dict[str, Any]] = []
    for month in _shown(asked, flows):
        mine = flows[month]
        backlog += _net(mine)
        found.append({"month": month, **{kind: mine[kind] for kind in FLOWS}, "backlog_end": backlog})
    return found


def _shown(asked: Asked, told: Mapping[str, Any]) -> list[str]:
    """A window of centuries is shown from the first month in which anything happened to the last."""
    return [month for month in _month_names(asked) if told and min(told) <= month <= max(told)]


def _cohorts(rows: list[Counted], asked: Asked) -> list[dict[str, Any]]:
    """What became of those received in a month: by how they stand now, so that nobody slow is left out."""
    by_month: dict[str, list[Counted]] = defaultdict(list)
    for row in rows:
        if row.family in ("cohort", "speed"):
            by_month[row.day].append(row)
    found: list[dict[str, Any]] = []
    for month in _shown(asked, by_month):
        mine = by_month[month]
        stands = Counter({name: n for (family, name), n in by_name(mine).items() if family == "cohort"})
        found.append(
            {
                "month": month,
                "received": sum(stands.values()),
                "open": stands["open"],
                **{kind: stands[kind] for kind in ENDINGS},
                **{
                    name: vars(Spread.of(values_of(mine, "speed", name))) for name in ("decision", "delivery")
                },
            }
        )
    return found


def _open_now(rows: list[Counted], calendar: Calendar, today: date) -> dict[str, Any]:
    """Those that wait as things stand, whatever the window: their age, whose turn it is, the harm so far."""
    ages: Counter[int] = Counter()
    days: Counter[str] = Counter()
    cases: Counter[str] = Counter()
    due: Counter[str] = Counter()
    people = harm = at_top = active = 0
    long_ago = (today - timedelta(days=UNUSED_AFTER)).isoformat()
    active_long = 0
    for row in rows:
        age = public_days(calendar, date.fromisoformat(row.day), today) if row.day else 0
        kind, _, holder = row.name.partition("_")
        if row.name == "open":
            ages[age] += row.n
        elif row.name == "people":
            people += row.n
            harm += row.n * age
        elif row.name == "at_top":
            at_top += row.n
        elif row.name == "active":
            active += row.n
            active_long += row.n if row.day < long_ago else 0
        elif row.name == "review_open":
            due[row.day] += row.n
        elif kind == "with":
            cases[holder] += row.n
            days[holder] += row.n * age
        elif kind == "days":
            days[holder] += row.n
    hidden = 0 < people < FEWEST_CITIZENS
    return {
        "open_now": {
            **vars(Spread.of(+ages)),
            "by_holder": {each.value: {"cases": cases[each], "days": days[each]} for each in Holder},
        },
        "duty": {
            "at_top_now": at_top,
            "people_per_day": None if hidden else people,
            "person_days": None if hidden else harm,
            "few_people": hidden,
        },
        "reviews": due,
        "use": {"active": active, "active_long": active_long},
    }


def _use(total: Mapping[tuple[str, str], int], standing: Mapping[str, int], shares: int) -> dict[str, Any]:
    """What is known of use today. Rows can be rows about people, so a few of them are not told."""
    rows = total["use", "rows"]
    hidden = 0 < rows < FEWEST_CITIZENS
    return {
        **standing,
        "shares": shares,
        "rows": None if hidden else rows,
        "few_rows": hidden,
        "questions_retired": total["use", "retired"],
    }


def _reliance(marks: Mapping[str, int]) -> dict[str, int | None]:
    approvals, relied = marks["approved"], marks["relied"]
    enough = approvals >= FEWEST_FOR_RATE
    return {
        "approvals": approvals,
        "by_reliance": relied,
        "by_presumption": marks["presumed"],
        "decisions_per_100": round(100 * (approvals - relied) / approvals) if enough else None,
    }


def _reviews(
    total: Mapping[tuple[str, str], int],
    marks: Mapping[str, int],
    due: Mapping[str, int],
    asked: Asked,
    today: date,
) -> dict[str, int]:
    """By the day a review was due, that day included in the window; suspended and ended by the day it happened."""
    first, last, now = asked.since.isoformat(), asked.until.isoformat(), today.isoformat()
    waiting = {day: n for day, n in due.items() if first <= day <= last}
    on_time, late = total["review", "on_time"], total["review", "late"]
    return {
        "due": on_time + late + sum(waiting.values()),
        "on_time": on_time,
        "late": late,
        "overdue": sum(n for day, n in waiting.items() if day < now),
        "suspended": marks["review_suspended"],
        "ended": marks["review_ended"],
    }


def _lanes(rows: list[Counted]) -> list[dict[str, Any]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        if row.family in ("flow", "mark"):
            found[row.lane or "none"][row.name] += row.n
    names = ("received", "delivered", "declined", "approved", "presumed", "objected")
    return [{"lane": lane, **{name: found[lane][name] for name in names}} for lane in LANES if lane in found]
