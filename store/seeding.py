"""The first content of an empty installation: the calendar table, and the demonstration's bodies and people."""

import csv
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.service_rules import State as ServiceState
from domain.service_rules import operations
from store import service_directory
from store.database import Database
from store.tables import (
    appetite,
    bank_holidays,
    clusters,
    contacts,
    memberships,
    organisations,
    people,
    posts,
    programmes,
    teams,
)

SEED = Path(__file__).parent / "seed"


def demo_requests() -> list[dict[str, Any]]:
    """The demonstration's requests, one for each stage (`bring_to`), as somebody would type them."""
    return json.loads((SEED / "requests.json").read_text(encoding="utf-8"))


def demo_words() -> dict[str, dict[str, dict[str, Any]]]:
    """What people say in the demonstration's acts: by request key, else under "anywhere"; then by act."""
    return json.loads((SEED / "words.json").read_text(encoding="utf-8"))


def demo_clusters() -> list[dict[str, Any]]:
    """The first version of each cluster, as its board confirmed it (P1)."""
    return json.loads((SEED / "clusters.json").read_text(encoding="utf-8"))


def demo_appetite() -> list[dict[str, Any]]:
    """What some of the made-up leaders said about risk, oldest first (P8); the other bodies said nothing yet."""
    return json.loads((SEED / "appetite.json").read_text(encoding="utf-8"))


def demo_programmes() -> list[dict[str, Any]]:
    """Named priorities as two board members of the demonstration agreed on them (P10)."""
    return json.loads((SEED / "programmes.json").read_text(encoding="utf-8"))


def _dated(row: dict[str, Any], column: str) -> dict[str, Any]:
    return {**row, column: datetime.fromisoformat(row[column])}


async def seed_calendar(connection: AsyncConnection) -> int:
    """Fill an empty calendar table (G3). Days that an operator added are never touched: 0 when there are any rows."""
    if await connection.scalar(select(func.count()).select_from(bank_holidays)):
        return 0
    with (SEED / "bank_holidays.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    await connection.execute(insert(bank_holidays), rows)
    return len(rows)


async def seed_world(connection: AsyncConnection) -> int:
    """Put the made-up bodies, teams, people, posts and clusters into an empty directory: how many people, 0 when not empty.

    Every body is marked `demo`, so that no public figure ever counts it.
    """
    if await connection.scalar(select(func.count()).select_from(organisations)):
        return 0
    world = json.loads((SEED / "world.json").read_text(encoding="utf-8"))
    columns = ("id", "name", "kind", "nation", "status", "identifiers", "demo", "tiny")
    featured = {person: place for place, person in enumerate(world["featured"], start=1)}
    await connection.execute(
        insert(organisations), [{key: row[key] for key in columns} for row in world["organisations"]]
    )
    await connection.execute(insert(teams), world["teams"])
    await connection.execute(
        insert(people), [{**row, "featured": featured.get(row["id"])} for row in world["people"]]
    )
    await connection.execute(insert(posts), world["posts"])
    await connection.execute(insert(clusters), [_dated(row, "created_at") for row in demo_clusters()])
    await connection.execute(insert(memberships), [_dated(row, "signed_at") for row in world["memberships"]])
    await connection.execute(insert(appetite), [_dated(row, "stated_at") for row in demo_appetite()])
    named = [_dated(_dated(row, "proposed_at"), "decided_at") for row in demo_programmes()]
    await connection.execute(insert(programmes), named)
    return len(world["people"])


async def seed_contacts(connection: AsyncConnection) -> None:
    """The first two people of each team of the made-up world, where it has two (P3)."""
    held = json.loads((SEED / "world.json").read_text(encoding="utf-8"))["posts"]
    await connection.execute(insert(contacts), list(_contacts(held)))


async def seed_services(connection: AsyncConnection) -> None:
    """What a few teams of the made-up world offer (P3): described, and open since."""
    for row in json.loads((SEED / "services.json").read_text(encoding="utf-8")):
        at = datetime.fromisoformat(row.pop("at"))
        team, lines = row.pop("team"), row.pop("operations")
        values = {"x_road_client": "", "x_road_service": "", **row, "operations": operations(lines)}
        service = await service_directory.mint(connection, team, row["title"], row["environment"])
        await service_directory.add(connection, at, service, team, values, by="system")
        opened = {"state": ServiceState.OPEN}
        await service_directory.change(connection, at, service, opened, by="system", act="opened")


def _contacts(held: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    of_team: dict[str, list[str]] = {}
    for post in held:
        if post["team"] and post["person"] not in of_team.setdefault(post["team"], []):
            of_team[post["team"]].append(post["person"])
    for team, whom in of_team.items():
        for person in whom[:2]:
            yield {"team": team, "person": person, "named_by": "system"}


async def load_world(database: Database) -> None:
    """Calendar and demonstration world in one go, for whoever starts with an empty database."""
    async with database.write() as connection:
        await seed_calendar(connection)
        await seed_world(connection)
