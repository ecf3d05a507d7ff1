"""The seed world: a small, believable set of bodies, teams, people, posts and bank holidays."""

import csv
import json
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select

from store.database import Database
from store.tables import bank_holidays, organisations, people, posts, teams

SEED = Path(__file__).parent / "seed"


def world() -> dict[str, Any]:
    return json.loads((SEED / "world.json").read_text(encoding="utf-8"))


async def load_world(database: Database) -> bool:
    """Fill an empty directory. False when there is one already: nothing is ever overwritten."""
    seed = world()
    featured = {person: number for number, person in enumerate(seed["featured"], start=1)}
    with (SEED / "bank_holidays.csv").open(encoding="utf-8", newline="") as file:
        days = list(csv.DictReader(file))
    async with database.write() as connection:
        if await connection.scalar(select(func.count()).select_from(organisations)):
            return False
        for body in seed["organisations"]:
            body.pop("waiver", None)
        await connection.execute(insert(organisations), seed["organisations"])
        await connection.execute(insert(teams), seed["teams"])
        named = [{**person, "featured": featured.get(person["id"])} for person in seed["people"]]
        await connection.execute(insert(people), named)
        await connection.execute(insert(posts), seed["posts"])
        await connection.execute(insert(bank_holidays), days)
    return True
