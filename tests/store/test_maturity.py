"""P9: what is counted of a receiving body, from a life that was really recorded; and that the small index carries it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from domain import commands as c
from domain.case import Kind
from domain.maturity import Counted, Duty
from domain.people import Seat
from store import improvement, maturity
from store.database import Database
from store.tables import register, tasks
from store.tables.decided import BY_DAY, OWED
from tests.activities.recorded import RecordedLife

SINCE = datetime(2025, 1, 1, tzinfo=UTC)


async def in_use(database: Database) -> RecordedLife:
    life = RecordedLife(database)
    life.submit()
    life.sign_risk()
    life.approve()
    life.deliver()
    life.confirm()
    return await life.keep()


async def test_each_duty_is_counted_once_in_time_or_not(database: Database) -> None:
    life = await in_use(database)
    life.act(c.TakeStep(step=c.Step.ADVISE), Seat.REVIEWER)
    life.act(c.TakeStep(step=c.Step.PLAN, due_on=("2026-11-27", "2026-12-18", "2027-03-01")), Seat.REVIEWER)
    first, second, _ = life.case.open(Kind.DO_ACTION)
    life.act(c.CompleteAction(task=second.id), Seat.RISK_OWNER)
    for number in (1, 2):
        life.act(c.ReportIncident(incident=f"i{number}", breach=True, known_at=life.now), Seat.REQUESTER)
    life.act(c.ReportIncident(incident="i3"), Seat.REQUESTER)
    told, _ = life.case.open(Kind.TELL_REGULATOR)
    life.act(c.RecordReport(task=told.id), Seat.RISK_OWNER)
    await life.keep()
    life.working_days_pass(8)  # the first action is overdue and moved up, the other breach is late
    life.act(c.CompleteAction(task=first.id), Seat.RISK_OWNER)
    await life.keep()
    async with database.read() as connection:
        (body,) = await maturity.bodies(connection, SINCE, life.now)
        facts = body.facts
        assert (body.id, body.demo) == ("dwp", True)
        assert facts.duties == {
            Duty.REVIEW: Counted(),
            Duty.RECEIPT: Counted(due=1, in_time=1),
            Duty.ACTION: Counted(due=2, in_time=1),
            Duty.RIGHTS: Counted(),
        }
        assert (facts.reports, facts.told, facts.told_late, facts.stated) == (3, 1, 1, True)
        (later,) = await maturity.bodies(connection, life.now + timedelta(days=1), life.now, "dwp")
        assert (later.facts.due, later.facts.reports, later.facts.told_late) == (0, 0, 0)
        assert await maturity.bodies(connection, SINCE, life.now, "hmrc") == [], "it only sends"


async def test_several_actions_are_open_at_once_and_a_row_says_which(database: Database) -> None:
    """I2 tells them apart by what they are about."""
    life = await in_use(database)
    life.act(c.TakeStep(step=c.Step.ADVISE), Seat.REVIEWER)
    life.act(c.TakeStep(step=c.Step.PLAN, due_on=("2026-12-18", "2026-12-18")), Seat.REVIEWER)
    await life.keep()
    async with database.read() as connection:
        rows = await connection.scalars(select(tasks.c.about).where(tasks.c.kind == Kind.DO_ACTION))
        dues = await improvement.dues(connection, life.case.ref)
        versions = (await connection.scalars(select(register.c.entry).order_by(register.c.version))).all()
    assert sorted(rows) == sorted(dues) and len(dues) == 2
    assert [len(each["improvement"]) for each in versions][-2:] == [1, 2], (
        "each step is a version of the entry"
    )


async def test_the_numbers_go_by_small_indexes(database: Database) -> None:
    if not database.is_sqlite:
        pytest.skip("asks SQLite how it would look")
    owed = f"SELECT count(*) FROM tasks WHERE {OWED} AND organisation = 'dwp'"
    told = f"SELECT count(*) FROM events WHERE {BY_DAY} AND kind = 'incident_reported' AND at >= '2026'"
    async with database.read() as connection:
        for query, index in ((owed, "ix_tasks_owed"), (told, "ix_events_told")):
            said = " ".join(str(row) for row in await connection.execute(text(f"EXPLAIN QUERY PLAN {query}")))
            assert index in said
