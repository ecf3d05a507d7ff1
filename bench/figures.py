"""How the page of the figures answers as cases pile up: 1,000 and 100,000 made-up tallies, and the ratio of the two.

    PYTHONPATH=. .venv/bin/python bench/figures.py

Only the ratio is worth reading: what a page reads should grow with days, bodies and lanes, never with cases.
"""

import asyncio
import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from sqlalchemy import insert

from domain.figure_asked import Asked
from domain.figure_counts import Key, counts
from domain.figure_tally import Dims, Tally
from store import figures_read, schema, seeding, tables
from store.database import Database

SIZES = (1_000, 100_000)
TIMES = 15
BODIES = [f"body-{n}" for n in range(40)]
FIRST, DAYS = date(2026, 1, 5), 330
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


def tallies(many: int) -> Iterator[Tally]:
    """A year of cases between forty bodies: two of three delivered, the rest open."""
    chance = random.Random(7)
    for _ in range(many):
        day = FIRST + timedelta(days=chance.randrange(DAYS))
        took = chance.randrange(1, 60)
        ended = day + timedelta(days=took)
        delivered = chance.random() < 0.67 and ended < NOW.date()
        begun, end = day.isoformat(), ended.isoformat()
        flows = ((begun, "received"), (end, "delivered")) if delivered else ((begun, "received"),)
        yield Tally(
            dims=Dims(
                receiving=chance.choice(BODIES),
                sending=chance.choice(BODIES),
                cluster=chance.choice(("", "health", "crime")),
                lane=chance.choice(("standard", "cluster", "reliance")),
            ),
            duty_kind=chance.choice(("none", "safeguarding")),
            use="prevent_harm",
            is_open=not delivered,
            holder="sending_team",
            clock_from=begun,
            received_on=begun,
            counted_to=begun,
            people_per_day=chance.randrange(5, 400),
            decided_in=took // 2 if delivered else None,
            delivered_on=end if delivered else "",
            delivered_in=took if delivered else None,
            ended_on=end if delivered else "",
            gross=took if delivered else 0,
            held={"sending_team": took} if delivered else {},
            flows=flows,
            touches=chance.randrange(3, 20),
            people=tuple("abcdefgh"[: chance.randrange(3, 8)]),
            words=chance.randrange(50, 2_000),
        )


async def seconds(many: int) -> tuple[float, int]:
    """How long a page's numbers take (the middle of some tries), and how many sums are kept."""
    sums: Counter[Key] = Counter()
    for each in tallies(many):
        sums.update(counts(each))
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bench.db'}")
        await schema.upgrade(database)
        rows = [{**key._asdict(), "n": n} for key, n in sums.items()]
        async with database.write() as connection:
            await seeding.seed_calendar(connection)
            for start in range(0, len(rows), 5_000):
                await connection.execute(insert(tables.figure_counts), rows[start : start + 5_000])
        asked = Asked(since=FIRST, until=NOW.date())
        took: list[float] = []
        async with database.read() as connection:
            for _ in range(TIMES):
                begun = perf_counter()
                await figures_read.read(connection, asked, NOW)
                took.append(perf_counter() - begun)
        await database.close()
    return median(took), len(rows)


async def main() -> None:
    found = {many: await seconds(many) for many in SIZES}
    for many, (_, rows) in found.items():
        print(f"{many:>9,} cases: {rows:>9,} sums kept")
    few, more = (found[many] for many in SIZES)
    print(
        f"{SIZES[1] // SIZES[0]} times the cases: {more[1] / few[1]:.1f} times the sums, {more[0] / few[0]:.1f} times the time"
    )


if __name__ == "__main__":
    asyncio.run(main())
