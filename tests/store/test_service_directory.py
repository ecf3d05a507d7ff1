"""P3.1: the service directory in pages that do not shift, found by words and items, and by the team's present body."""

import os
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import update

from domain.service_forms import Filters
from store import service_directory, who_holds
from store.database import Database
from store.seeding import seed_services
from store.tables import organisations, services, teams

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
MANY = 600 if os.environ.get("SHARECASE_FULL") else 120
TEAM = "hmrc-paye-records"


def content(number: int) -> dict[str, Any]:
    return {
        "title": f"Service {number % 7}",  # many of one name
        "summary": "What it is.",
        "items": ["Name", f"Household income band {number}"],
        "operations": [{"name": "All", "line": "file, monthly"}],
        "environment": "live",
        "release": "1",
        "address": "",
        "auth": "By key.",
        "support_hours": "Always",
        "openapi": "",
        "state": "open",
    }


async def test_pages_give_every_service_once_while_others_come_and_go(database: Database) -> None:
    async with database.write() as connection:
        for number in range(MANY):
            await service_directory.add(connection, AT, f"s-{number:05}", TEAM, content(number), by="system")
    seen: list[str] = []
    after, most = "", 50
    while True:
        async with database.write() as connection:
            rows = await service_directory.listed(connection, Filters(item="name"), after, most)
            seen += [row.id for row in rows[:most]]
            if len(rows) <= most:
                break
            after = rows[most - 1].id
            # What comes before the place one has reached moves nothing; the row one ended with may even go.
            new = f"a-new-{len(seen)}"
            await service_directory.add(
                connection, AT, new, TEAM, {**content(0), "title": "A first"}, by="system"
            )
            gone = {"state": "withdrawn"}
            await service_directory.change(connection, AT, after, gone, by="system", act="withdrawn")
    assert len(seen) == len(set(seen)) == MANY
    async with database.read() as connection:
        [row] = (await who_holds.offered(connection, f"income band {int(seen[8][2:])}"))[0]
        assert row.id == seen[8]
        assert (await who_holds.offered(connection, "household income"))[1] >= MANY - MANY // 50 - 1
        assert (await who_holds.offered(connection, "income ban"))[1] == 0  # whole words
        assert await service_directory.count(connection, Filters(state="withdrawn")) == (MANY - 1) // 50


async def test_a_service_goes_with_its_team_and_is_found_by_what_its_body_is_called_now(
    database: Database,
) -> None:
    async with database.write() as connection:
        await seed_services(connection)
        await connection.execute(update(teams).where(teams.c.id == TEAM).values(organisation="leeds"))
        renamed = update(organisations).where(organisations.c.id == "leeds").values(name="Greater Leeds")
        await connection.execute(renamed)
    async with database.read() as connection:
        found = await service_directory.listed(
            connection, Filters(q="greater leeds income", environment="live")
        )
        assert [(row.id, row.organisation) for row in found] == [(f"{TEAM}-income-by-tax-year", "leeds")]
        assert await service_directory.count(connection, Filters(body="hmrc")) == 0
        assert [(row.id, same) for row, same in await who_holds.for_items(connection, ["DOB", "NINO"])] == [
            ("dwp-benefit-records-entitled-today", ("DOB", "NINO")),
            (f"{TEAM}-income-by-tax-year", ("NINO",)),
        ]


async def test_ids_are_never_given_twice(database: Database) -> None:
    async with database.write() as connection:
        await seed_services(connection)
        again = await service_directory.mint(connection, TEAM, "Income by tax year", "live")
        assert again == f"{TEAM}-income-by-tax-year-2"
        await service_directory.add(connection, AT + timedelta(days=1), again, TEAM, content(1), by="system")
        found = await connection.scalar(services.select().where(services.c.id == again))
        assert found == again
