"""`sharecase pack`: the quarterly pack as files, the same as the pages give (P7)."""

import sys
from datetime import datetime
from pathlib import Path

from api.desk import Clock, utc_now
from api.packs import Found, dictionary, pack_out
from cli.held import loaded
from cli.settings import Settings
from domain.pack_dictionary import COLUMNS, rows
from domain.packs import restated
from domain.quarters import Quarter, parse, quarters
from domain.working_days import london_date
from store import packs
from store.database import Database
from ui.csv_files import written
from ui.packs import csv_rows


async def write_pack(
    settings: Settings, name: str, folder: Path, *, demo: bool, clock: Clock = utc_now
) -> int:
    """Four files in `folder`. 0; 2 for a quarter there is none of. A quarter that is over is published first."""
    quarter = parse(name)
    if quarter is None:
        print(f"sharecase: --quarter {name}: give one like 2026-Q4.", file=sys.stderr)
        return 2
    async with loaded(settings) as database:
        found = await _found(database, quarter, demo, clock())
    if found is None:
        print(f"sharecase: --quarter {name}: no request was received until its end.", file=sys.stderr)
        return 2
    _write(folder, found)
    state = f"edition {found.pack.number}" if found.pack.number else "so far"
    print(f"{quarter.title}, {state}: {len(found.pack.lines)} numbers in {folder}.")
    return 0


def _write(folder: Path, found: Found) -> None:
    name = found.pack.quarter.name
    files = {
        f"pack-{name}.csv": written(csv_rows(found)),
        f"pack-{name}.json": pack_out(found).model_dump_json(by_alias=True, indent=2),
        "dictionary.csv": written([COLUMNS, *([row[column] for column in COLUMNS] for row in rows())]),
        "dictionary.json": dictionary().model_dump_json(indent=2),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in files.items():
        (folder / file).write_text(text, encoding="utf-8", newline="")


async def _found(database: Database, quarter: Quarter, demo: bool, now: datetime) -> Found | None:
    today = london_date(now)
    async with database.read() as connection:
        first = await packs.first_day(connection, demo)
    if first is None or quarter not in quarters(first, today):
        return None
    async with database.write() as connection:
        await packs.keep(connection, quarter, demo, now)
        published = await packs.editions(connection, quarter, demo)
        pack = published[-1] if published else await packs.build(connection, quarter, demo, now)
    changes = [
        restated(published[place - 1].lines, each.lines) if place else ()
        for place, each in enumerate(published)
    ]
    closed = quarter.is_closed(today)
    return Found(pack=pack, is_closed=closed, editions=tuple(zip(published, changes, strict=True)))
