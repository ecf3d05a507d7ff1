"""P3: a change of the grant that does not arrive is put before both teams, and taken back when it does."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Row, select

from activities.morning import MorningRound
from activities.undelivered import ask_about_undelivered
from domain import commands as c
from domain.body_tasks import BodyKind
from domain.case import Kind
from domain.commands import Fault
from domain.people import EXCHANGE, Seat
from domain.webhook_rules import State
from domain.working_days import Nation
from store import webhook_endpoints, webhooks
from store.database import Database
from store.tables import body_tasks, commands
from tests.activities.recorded import RecordedLife
from tests.activities.test_webhooks import SECRET, Clock, endpoint, pusher, relay, rows
from tests.webhook_receiver import Receiver, receiving

MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving("") as made:
        yield made


def at(day: int, hour: int = 8, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


async def on_its_way(database: Database) -> list[tuple[str, str]]:
    """(act, about) of what the exchange has told cases."""
    query = select(commands.c.act, commands.c.body).where(commands.c.via == "exchange")
    async with database.read() as connection:
        found = await connection.execute(query.order_by(commands.c.received_at, commands.c.id))
        return [(row.act, row.body["about"]) for row in found]


async def of_bodies(database: Database) -> list[Row[*tuple[object, ...]]]:
    async with database.read() as connection:
        found = await connection.execute(select(body_tasks).order_by(body_tasks.c.organisation))
        return list(found.all())


async def active(database: Database, **settings: object) -> RecordedLife:
    life = RecordedLife(database, **settings)  # pyright: ignore[reportArgumentType]
    for act in (life.submit, life.sign_risk, life.approve, life.deliver, life.confirm):
        act()
    return await life.keep()


async def suspended(database: Database, body: str = "dwp", url: str = "http://127.0.0.1:9/x") -> RecordedLife:
    life = await active(database)
    await endpoint(database, url, body=body)
    life.act(c.SuspendShare(), Seat.RISK_OWNER)
    return await life.keep()


async def test_a_suspension_that_has_not_arrived_after_a_working_day_is_told_once(database: Database) -> None:
    life = await suspended(database)
    assert life.now == MONDAY
    for morning in (at(24), at(24, 23)):
        assert await ask_about_undelivered(database, morning) == 0
    assert await on_its_way(database) == []
    for morning in (at(25), at(25, 9), at(26)):
        written = await MorningRound(database, lambda now=morning: now).run()
        assert written.undelivered == 1
    assert await on_its_way(database) == [("find_fault", "ep_1")]


async def test_the_working_day_is_that_of_whose_machine_it_is(database: Database) -> None:
    """St Andrew's Day is a day on which nobody in Scotland could have seen to it."""
    life = await active(
        database,
        team="south-lanarkshire-homelessness",
        organisation="south-lanarkshire",
        receiving_nation=Nation.SCOTLAND,
        now=datetime(2026, 11, 27, 10, tzinfo=UTC),
    )
    await endpoint(database, "http://127.0.0.1:9/x", id_="ep_scot", body="south-lanarkshire")
    await endpoint(database, "http://127.0.0.1:9/x", id_="ep_hmrc", body="hmrc")
    life.act(c.SuspendShare(), Seat.RISK_OWNER)
    await life.keep()
    await ask_about_undelivered(database, at(1, month=12))
    assert await on_its_way(database) == [("find_fault", "ep_hmrc")]
    await ask_about_undelivered(database, at(2, month=12))
    assert ("find_fault", "ep_scot") in await on_its_way(database)


async def test_nobody_is_asked_about_what_arrived_or_about_an_endpoint_that_is_closed_or_about_the_rest(
    database: Database, receiver: Receiver
) -> None:
    life = await suspended(database)
    life.act(c.ReinstateShare(), Seat.RECEIVING_LEADER_1)
    await life.keep()
    for row in await rows(database):
        async with database.write() as connection:
            if row.kind == "grant.suspended":
                sent = await webhooks.outgoing(connection, webhooks.Turn(message=row.id, round=0), at(23))
                assert sent
                await webhooks.delivered(connection, sent, 200, at(23, 11))
    assert {row.kind for row in await rows(database) if row.state == "waiting"} >= {"grant.reinstated"}
    assert await ask_about_undelivered(database, at(30)) == 0
    life.act(c.EndShare(), Seat.RECEIVING_LEADER_1)
    await life.keep()
    async with database.write() as connection:
        await webhook_endpoints.change(connection, "ep_1", at(23), state=State.CLOSED)
    assert await ask_about_undelivered(database, at(30)) == 0
    assert await on_its_way(database) == []


async def test_it_is_taken_back_at_once_when_it_arrives(database: Database, receiver: Receiver) -> None:
    receiver.keeps_time = False
    receiver.secret = SECRET
    life = await suspended(database, url=receiver.url)
    await ask_about_undelivered(database, at(25))
    life.now = at(25)
    life.act(c.FindFault(fault=Fault.UNDELIVERED, about="ep_1"), EXCHANGE, seen=None)
    await life.keep()
    assert {each.seat for each in life.case.open(Kind.MEND_EXCHANGE, Kind.MEND_SERVICE)} == {
        Seat.REQUESTER,
        Seat.SENDER,
    }
    hands, (turn, *_) = pusher(database, Clock()), await relay(database, at(26))
    following: webhooks.Turn | None = turn
    assert ("clear_fault", "ep_1") not in await on_its_way(database)
    while following:
        following = await hands.send(following)
    told = await on_its_way(database)
    assert told.count(("clear_fault", "ep_1")) == 1
    await ask_about_undelivered(database, at(27))
    assert await on_its_way(database) == told


async def test_an_endpoint_that_was_closed_meanwhile_is_taken_back_in_the_morning(database: Database) -> None:
    life = await suspended(database)
    await ask_about_undelivered(database, at(25))
    life.now = at(25)
    life.act(c.FindFault(fault=Fault.UNDELIVERED, about="ep_1"), EXCHANGE, seen=None)
    await life.keep()
    async with database.write() as connection:
        await webhook_endpoints.change(connection, "ep_1", at(25), state=State.CLOSED)
    assert await ask_about_undelivered(database, at(26)) == 0
    assert [act for act, _ in await on_its_way(database)] == ["find_fault", "clear_fault"]


async def test_where_the_case_is_closed_both_bodies_are_asked_and_once(database: Database) -> None:
    """A share that was approved and not taken up: its grant is revoked, and nothing more can happen in its case."""
    life = RecordedLife(database)
    for act in (life.submit, life.sign_risk, life.approve):
        act()
    await life.keep()
    await endpoint(database, "http://127.0.0.1:9/x", body="hmrc")
    life.act(c.Withdraw(), Seat.REQUESTER)
    await life.keep()
    assert life.case.is_closed
    for morning in (at(25), at(26)):
        assert await ask_about_undelivered(database, morning) == 1
    asked = [(row.organisation, row.team, row.role, row.due_at) for row in await of_bodies(database)]
    due_at = datetime(2026, 11, 26, 23, 59, 59, tzinfo=UTC)
    assert asked == [
        ("dwp", "dwp-pension-credit", "requester", due_at),
        ("hmrc", "hmrc-paye-records", "sender_decider", due_at),
    ]
    assert {(row.kind, row.ref) for row in await of_bodies(database)} == {
        (BodyKind.UNDELIVERED, life.case.ref)
    }
    (revoked,) = [row for row in await rows(database) if row.kind == "grant.revoked"]
    async with database.write() as connection:
        sent = await webhooks.outgoing(connection, webhooks.Turn(message=revoked.id, round=0), at(26))
        assert sent
        await webhooks.delivered(connection, sent, 200, at(26, 9))
    await ask_about_undelivered(database, at(27))
    assert {row.how for row in await of_bodies(database)} == {"by_itself"}
    await ask_about_undelivered(database, at(30))
    assert len(await of_bodies(database)) == 2
