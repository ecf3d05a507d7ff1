"""The public figures counted a second time, slowly and by other means, from the events alone: the two must agree.

It shares nothing with `domain.figure_*` but the names of the figures: events are read as stored, a case is walked day by
day, and every figure is a count over a list of cases. Whoever doubts a number reads this and `figures_walked`.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.figure_asked import Asked
from store import figures_read, figures_restated, use_figures
from store.figures_walked import ENDS, HOLDERS, KINDS, Found, walked
from store.rates import rates

LONDON = ZoneInfo("Europe/London")
LANES = ["cluster", "reliance", "standard", "urgent", "exploratory", "none"]


async def compare(connection: AsyncConnection, asked: Asked, as_of: datetime) -> list[str]:
    """Every number that the two counts do not agree on, in words: as asked, and for each body, cluster and lane."""
    cases, works = await walked(connection)
    used = await use_figures.again(connection)
    slices = {(case.receiving, "", "") for case in cases} | {(case.sending, "", "") for case in cases}
    slices |= {("", case.cluster, "") for case in cases} | {("", "", case.lane) for case in cases}
    slices |= {(case.sending, case.cluster, case.lane) for case in cases}
    logged = await figures_restated.moves_by_case(connection)
    told = [
        f"{case.ref} restatements: counted again {moves}, logged {logged.get(case.ref, 0)}"
        for case in cases
        for moves in [sum(name == "restated" for _, name, _ in case.told)]
        if moves != logged.get(case.ref, 0)
    ]
    mine, kept = _rollouts(cases), await figures_read.rollouts(connection)
    told += differences(
        {key: mine.get(key, 0) for key in sorted({*mine, *kept})},
        {**dict.fromkeys(mine, 0), **kept},
        "programmes",
    )
    for demo in (False, True):
        windows = [(asked.since, asked.until), (date(2000, 1, 1), asked.until)]
        for organisation, cluster, lane in sorted({("", "", ""), *slices}):
            for since, until in windows:
                this = replace(
                    asked,
                    since=since,
                    until=until,
                    organisation=organisation,
                    cluster=cluster,
                    lane=lane,
                    demo=demo,
                )
                page = await figures_read.read(connection, this, as_of)
                mine = again(cases, works, this, as_of)
                refs = {case.ref for case in cases if _is_asked(case, this)}
                mine["use"] |= used.read(refs, since, until, as_of.astimezone(LONDON).date())
                lines = differences(mine, page)
                told += [f"{' '.join(this.address.values())} {line}" for line in lines]
    return told


def _rollouts(cases: list[Found]) -> dict[str, int]:
    """What programmes count, of each body that is to receive: how its cases stand, the duty and the use they name."""
    found: Counter[str] = Counter()
    for case in cases:
        stand = "delivered" if case.delivered else "under_way" if case.is_open else "ended"
        day = case.delivered or case.received
        where = (case.receiving, "demo" if case.demo else "real", case.cluster, day.isoformat())
        found[" ".join((*where, f"{stand}:{case.duty}:{case.use}"))] += 1
    return dict(found)


# --- days ------------------------------------------------------------------------------------------------------


def _days(case: Found, until: date, works: Callable[[date], bool]) -> Iterator[str]:
    """The holder of each working day after the case began: whoever had it when that day began."""
    day = case.began
    while day < until:
        day += timedelta(days=1)
        if works(day):
            before = [holder for at, holder in case.turns if at < day]
            yield before[-1] if before else "whole"


def _count(start: date, end: date, works: Callable[[date], bool]) -> int:
    return sum(works(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


# --- the same answer -------------------------------------------------------------------------------------------


def again(cases: list[Found], works: Callable[[date], bool], asked: Any, as_of: datetime) -> dict[str, Any]:
    """What `domain.figures.figures` answers, without the instant and the version."""
    today = as_of.astimezone(LONDON).date()
    mine = [case for case in cases if _is_asked(case, asked)]

    def total(name: str, among: list[Found] = mine) -> int:
        return sum(case.times(name, asked) for case in among)

    def stock(day: date) -> int:
        """How many were open when `day` began."""
        return sum(
            1 if name in ("received", "reopened") else -1
            for case in mine
            for at, name, _ in case.told
            if at < day and name in KINDS
        )

    def within(day: date | None) -> bool:
        return day is not None and asked.since <= day <= asked.until

    cohort = [case for case in mine if within(case.received)]
    finished = [case for case in mine if not case.is_open and within(case.ended)]
    delivered = [case for case in finished if case.delivered]
    waiting = [case for case in mine if case.is_open]
    held = Counter(holder for case in finished for holder in _days(case, case.ended or case.began, works))
    now = {case.ref: list(_days(case, today, works)) for case in waiting}
    people = sum(case.people_per_day for case in waiting)
    few = 0 < people < 5
    approvals, relied = total("approved"), total("relied")
    in_time = sum(on_time for case in mine for due, on_time in case.looked if within(due))
    late = sum(not on_time for case in mine for due, on_time in case.looked if within(due))
    due = [case.review for case in mine if case.review and within(case.review)]
    active = [day for case in mine for day, name, _ in case.told if name in KINDS and within(day)]
    return {
        "identity": {
            "backlog_start": stock(asked.since),
            **{kind: total(kind) for kind in KINDS},
            "backlog_end": stock(asked.until + timedelta(days=1)),
            "of_received_parts": total("part_received"),
            "of_received_amendments": total("amendment_received"),
        },
        "months": [_month(mine, first, stock, asked) for first in _months(active)],
        "speed": _speed(cohort, works),
        "cohorts": [
            _cohort([case for case in cohort if _is_in(case.received, first)], first, works)
            for first in _months([case.received for case in cohort])
        ],
        "open_now": {
            **_spread([_count(case.began, today, works) for case in waiting]),
            "by_holder": {
                holder: {
                    "cases": sum(case.turns[-1][1] == holder for case in waiting),
                    "days": sum(days.count(holder) for days in now.values()),
                }
                for holder in HOLDERS
            },
        },
        "holders": {
            "cases": len(finished),
            "days": sum(_count(case.began, case.ended or case.began, works) for case in finished),
            "by_holder": {holder: held[holder] for holder in HOLDERS},
        },
        "cost": _costs(delivered),
        "use": _use(mine, delivered, today),
        "duty": {
            "refusals": total("declined"),
            "refusals_under_duty": total("refused_under_duty"),
            "overdue_at_top": total("overdue_at_top"),
            "at_top_now": sum(case.top_counts(asked) for case in mine),
            "people_per_day": None if few else people,
            "person_days": None
            if few
            else sum(case.people_per_day * _count(case.began, today, works) for case in waiting),
            "few_people": few,
        },
        "reliance": {
            "approvals": approvals,
            "by_reliance": relied,
            "by_presumption": total("presumed"),
            "decisions_per_100": round(100 * (approvals - relied) / approvals) if approvals >= 5 else None,
        },
        "reviews": {
            "due": in_time + late + len(due),
            "on_time": in_time,
            "late": late,
            "overdue": sum(day < today for day in due),
            "suspended": total("review_suspended"),
            "ended": total("review_ended"),
        },
        "lanes": [_lane(lane, total, mine) for lane in LANES if _moves(lane, mine, asked)],
        "restated": total("restated"),
    }


def _is_asked(case: Found, asked: Any) -> bool:
    return (
        case.demo == asked.demo
        and asked.organisation in ("", case.receiving, case.sending)
        and asked.cluster in ("", case.cluster)
        and asked.lane in ("", case.lane)
    )


def _months(days: list[date]) -> Iterator[date]:
    first, last = min(days, default=date.max).replace(day=1), max(days, default=date.min)
    while first <= last:
        yield first
        first = _next(first)


def _next(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _is_in(day: date, first: date) -> bool:
    return first <= day < _next(first)


def _month(cases: list[Found], first: date, stock: Callable[[date], int], asked: Any) -> dict[str, Any]:
    days = Counter(
        name
        for case in cases
        for day, name, _ in case.told
        if _is_in(day, first) and asked.since <= day <= asked.until
    )
    end = min(_next(first), asked.until + timedelta(days=1))
    return {
        "month": f"{first:%Y-%m}",
        **{kind: days[kind] for kind in KINDS},
        "backlog_end": stock(end),
    }


def _speed(cases: list[Found], works: Callable[[date], bool]) -> dict[str, Any]:
    decided = [_count(case.began, case.decided, works) for case in cases if case.decided]
    delivered = [_count(case.began, case.delivered, works) for case in cases if case.delivered]
    return {"decision": _spread(decided), "delivery": _spread(delivered)}


def _cohort(cases: list[Found], first: date, works: Callable[[date], bool]) -> dict[str, Any]:
    last = Counter(
        "open" if case.is_open else [name for _, name, _ in case.told if name in KINDS][-1] for case in cases
    )
    return {
        "month": f"{first:%Y-%m}",
        "received": len(cases),
        "open": last["open"],
        **{kind: last[kind] for kind in ENDS.values()},
        **_speed(cases, works),
    }


def _spread(values: list[int]) -> dict[str, int | None]:
    values, n = sorted(values), len(values)
    enough = n >= 10
    return {
        "n": n,
        "median": values[ceil(n * 0.5) - 1] if enough else None,
        "p90": values[ceil(n * 90 / 100) - 1] if enough else None,
        "longest": values[-1] if n else None,
    }


def _cost(values: list[int]) -> dict[str, int | None]:
    spread = _spread(values)
    return {"total": sum(values), "median": spread["median"], "p90": spread["p90"]}


def _costs(delivered: list[Found]) -> dict[str, Any]:
    words = [case.form_words + case.act_words for case in delivered]
    declared = [case for case in delivered if case.minutes]
    pence = [
        sum(case.minutes.values())
        * [each.pence_an_hour for each in rates() if date.fromisoformat(each.since) <= case.delivered][-1]
        for case in declared
        if case.delivered
    ]
    return {
        "shares": len(delivered),
        "touches": _cost([case.touches for case in delivered]),
        "rounds": _cost([case.rounds for case in delivered]),
        "people": _cost([len(case.people) for case in delivered]),
        "words": {**_cost([int(n / 10 + 0.5) * 10 for n in words]), "total": sum(words)},
        "words_of_forms": sum(case.form_words for case in delivered),
        "minutes": _cost([sum(case.minutes.values()) for case in declared]),
        "declared": len(declared),
        "pounds": int(sum(pence) / 6000 + 0.5),
    }


def _use(cases: list[Found], delivered: list[Found], today: date) -> dict[str, Any]:
    active = [case.delivered for case in cases if case.is_active and case.delivered]
    rows = sum(case.rows for case in delivered)
    return {
        "active": len(active),
        "active_long": sum((today - day).days > 90 for day in active),
        "shares": len(delivered),
        "rows": None if 0 < rows < 5 else rows,
        "few_rows": 0 < rows < 5,
        "questions_retired": sum(case.retired for case in delivered),
    }


def _moves(lane: str, cases: list[Found], asked: Any) -> bool:
    names = {*KINDS, "approved", "presumed", "objected", "relied", "overdue_at_top", "refused_under_duty"}
    names |= {"restated", "part_received", "amendment_received", "review_suspended", "review_ended"}
    return any(case.times(name, asked) for case in cases if case.lane == lane for name in names)


def _lane(lane: str, total: Callable[..., int], cases: list[Found]) -> dict[str, Any]:
    mine = [case for case in cases if case.lane == lane]
    names = ("received", "delivered", "declined", "approved", "presumed", "objected")
    return {"lane": lane, **{name: total(name, mine) for name in names}}


def differences(ours: Any, theirs: Any, where: str = "") -> Iterator[str]:
    """A line for each number of `ours` that `theirs` has otherwise. What only `theirs` has is not compared."""
    if isinstance(ours, dict):
        for name in ours:
            yield from differences(ours[name], theirs.get(name), f"{where}.{name}" if where else str(name))
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for number, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from differences(one, other, f"{where}[{number}]")
    elif ours != theirs:
        yield f"{where}: counted again {ours}, kept {theirs}"
