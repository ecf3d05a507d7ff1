"""P10: what an hour of work is taken to cost. A dated table with its sources, published with the figures."""

import csv
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from domain.figure_cost import Rate

TABLE = Path(__file__).parent / "seed" / "rates.csv"


@cache
def rates() -> Sequence[Rate]:
    """The earliest first. A rate begins with a month, so that a month has one."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = [
            Rate(since=row["since"], pence_an_hour=int(row["pence_an_hour"]), source=row["source"])
            for row in csv.DictReader(file)
        ]
    assert all(row.since.endswith("-01") for row in rows)
    return sorted(rows, key=lambda rate: rate.since)
