"""Sums of what is counted, and how they spread: percentiles by nearest rank (§5)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

FEWEST_FOR_PERCENTILE = 10


class Counted(NamedTuple):
    """One sum of counts. `day`: the month as 2026-11 within a window; the whole day for what stands now."""

    family: str
    name: str
    day: str
    value: int
    lane: str
    n: int


@dataclass(frozen=True, kw_only=True)
class Spread:
    """How long things took. Percentiles by nearest rank; None below ten, where one case would be told apart."""

    n: int = 0
    median: int | None = None
    p90: int | None = None
    longest: int | None = None

    @classmethod
    def of(cls, values: Mapping[int, int]) -> "Spread":
        n = sum(values.values())
        if not n:
            return cls()
        enough = n >= FEWEST_FOR_PERCENTILE
        return cls(
            n=n,
            median=nearest_rank(values, 50) if enough else None,
            p90=nearest_rank(values, 90) if enough else None,
            longest=max(value for value, many in values.items() if many),
        )


def nearest_rank(values: Mapping[int, int], percent: int) -> int:
    """The smallest value that at least `percent` of all do not exceed. `values`: value -> how many."""
    rank = -(-sum(values.values()) * percent // 100)
    seen = 0
    for value in sorted(values):
        seen += values[value]
        if seen >= rank:
            return value
    raise ValueError("A percentile of nothing.")


def by_name(rows: Iterable[Counted]) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for row in rows:
        found[row.family, row.name] += row.n
    return found


def values_of(rows: Iterable[Counted], family: str, name: str) -> Counter[int]:
    found: Counter[int] = Counter()
    for row in rows:
        if (row.family, row.name) == (family, name):
            found[row.value] += row.n
    return +found
