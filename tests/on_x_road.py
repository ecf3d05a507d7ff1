"""Two bodies on X-Road, as tests of rights set them up: HMRC's server, its service, and the team in DWP that calls it."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from temporalio.exceptions import ApplicationError

from activities.grant_keys import Keyring
from activities.x_road import XRoadHands, about
from domain import commands as c
from domain.people import Seat
from store import x_road, x_road_setup
from store.database import Database
from store.tables import grants, services, x_road_jobs
from store.x_road import XRoadTurn
from tests.activities.recorded import RecordedLife
from tests.security_server import CLIENT, KEY, OTHER, SERVICE, SUBJECT

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
KEYRING = Keyring()
READ, SEARCH = "GET /people/{id}", "POST /searches"
OURS = {("2", SUBJECT), ("3", SUBJECT)}
THEIRS = {("2", OTHER), ("4", SUBJECT), (CLIENT, "letters", SUBJECT), (CLIENT, SERVICE, OTHER)}
"""Of another subject, of an endpoint no operation names, of another service, of the whole service by another."""


def hands(database: Database, *, hosts: tuple[str, ...] = ("127.0.0.1",), **more: Any) -> XRoadHands:
    told: dict[str, Any] = {"clock": lambda: NOW, "here": True, "timeout": 0.3, **more}
    return XRoadHands(database, KEYRING, hosts=hosts, **told)


async def set_up(
    database: Database,
    url: str,
    *,
    operations: tuple[str, ...] = (READ, SEARCH),
    key: str = KEY,
    **server: Any,
) -> None:
    """HMRC has a server, its service an X-Road client and code, and the team in DWP a subsystem."""
    described: dict[str, Any] = dict.fromkeys(
        ("summary", "address", "auth", "support_hours", "openapi", "release"), ""
    )
    service = {
        **described,
        "id": "incomes",
        "team": "hmrc-paye-records",
        "title": "Incomes",
        "items": [],
        "operations": [{"name": "", "line": each} for each in operations],
        "environment": "live",
        "state": "open",
        "x_road_client": CLIENT.replace(":", "/"),
        "x_road_service": SERVICE,
        "version": 1,
        "changed_at": NOW,
    }
    kept = {"url": url, "certificate": "", "is_on": True, **server}
    async with database.write() as connection:
        await connection.execute(insert(services).values(service))
        await x_road_setup.put_subject(connection, NOW, "dwp-pension-credit", SUBJECT)
        await x_road_setup.put_server(
            connection, NOW, "hmrc", sealed=KEYRING.seal(key, about("hmrc")), **kept
        )


async def approved(life: RecordedLife) -> str:
    for act in (life.submit, life.sign_risk, life.approve):
        act()
    await life.keep()
    async with life.database.write() as connection:
        await connection.execute(update(grants).values(service="incomes"))
        return str(await connection.scalar(select(grants.c.id)))


async def active(life: RecordedLife) -> str:
    grant = await approved(life)
    life.deliver()
    life.confirm()
    await life.keep()
    return grant


async def does(life: RecordedLife, *acts: tuple[c.Act, Seat]) -> None:
    for act, by in acts:
        life.act(act, by)
        await life.keep()


SUSPEND = (c.SuspendShare(), Seat.RISK_OWNER)
REINSTATE = (c.ReinstateShare(), Seat.RECEIVING_LEADER_1)


async def relay(database: Database) -> list[XRoadTurn]:
    async with database.write() as connection:
        turns = await x_road.to_start(connection, NOW)
        for each in turns:
            await x_road.started(connection, each, NOW)
    return turns


async def applied(database: Database, does: XRoadHands | None = None, *, attempts: int = 1) -> list[str]:
    """What the engine does, without its waiting; what each failed attempt said."""
    said: list[str] = []
    for turn in await relay(database):
        following: XRoadTurn | None = turn
        while following and len(said) < attempts:
            try:
                following = await (does or hands(database)).apply(following)
            except ApplicationError as again:
                assert again.type == "NotApplied" and again.next_retry_delay
                said.append(again.message)
    return said


async def job(database: Database) -> Row[Any]:
    async with database.read() as connection:
        return (await connection.execute(select(x_road_jobs))).one()
