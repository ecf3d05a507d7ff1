"""What a delivered share cost (P10): acts, rounds, people, words, and the minutes that teams say they spent."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.figure_spread import Counted, Spread, by_name, values_of

COSTS = ("touches", "rounds", "people", "words", "minutes")


@dataclass(frozen=True, kw_only=True)
class Rate:
    """What an hour of work is taken to cost, from the first of a month (`since`, ISO) until a later rate."""

    since: str
    pence_an_hour: int
    source: str


def cost(rows: Iterable[Counted], rates: Sequence[Rate]) -> dict[str, Any]:
    """Of the shares first delivered in the window, up to that delivery. Pounds: only of minutes that were declared."""
    mine = [row for row in rows if row.family == "cost"]
    values = {name: values_of(mine, "cost", name) for name in COSTS}
    total = by_name(mine)
    minutes: Counter[str] = Counter()
    for row in mine:
        if row.name == "minutes":
            minutes[row.day] += row.value * row.n
    exactly = {"total": total["cost", "words_exactly"]}
    return {
        "shares": sum(values["touches"].values()),
        **{name: _cost(values[name]) | (exactly if name == "words" else {}) for name in COSTS},
        "words_of_forms": total["cost", "words_of_forms"],
        "declared": sum(values["minutes"].values()),
        "pounds": pounds(minutes, rates),
    }


def _cost(values: Counter[int]) -> dict[str, int | None]:
    spread = Spread.of(values)
    total = sum(value * n for value, n in values.items())
    return {"total": total, "median": spread.median, "p90": spread.p90}


def pounds(minutes: Mapping[str, int], rates: Sequence[Rate]) -> int | None:
    """minutes: by the month they were delivered in. None where no rate was published for some of them."""
    pence = 0
    for month, many in minutes.items():
        known = [rate for rate in rates if rate.since[:7] <= month]
        if not known:
            return None
        pence += many * known[-1].pence_an_hour
    return (pence + 3000) // 6000
