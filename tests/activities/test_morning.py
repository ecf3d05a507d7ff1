"""The morning round on a real database: what opens is announced, what waits is reminded of, and each is written once."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from activities.morning import MorningRound, Round
from domain.case import Kind
from domain.commands import SuspendShare
from domain.people import Seat
from domain.working_days import Nation
from store import reminders
from store.database import Database
from store.tables import cases, notices
from tests.activities.recorded import RecordedLife


def at(day: int, month: int = 11, year: int = 2026) -> datetime:
    """Eight in the morning."""
    return datetime(year, month, day, 8, tzinfo=UTC)


def round_at(database: Database, now: datetime) -> MorningRound:
    return MorningRound(database, lambda: now)


async def test_a_reminder_is_a_notice_like_any_other(life: RecordedLife, database: Database) -> None:
    assert await round_at(database, at(24)).run() == Round(announced=0, reminded=0)
    assert await round_at(database, at(25)).run() == Round(announced=0, reminded=1)
    notice = await life.notice("Reminder, 3 working days left")
    task = life.task(Kind.SIGN_RISK)
    assert notice.id == f"{life.case.ref}.{task.id}.nudge.2026-11-25"
    assert (notice.seat, notice.role, notice.team) == (Seat.RISK_OWNER, "risk_owner", "dwp-pension-credit")
    assert (notice.task, notice.due_at, notice.created_at) == (task.id, task.due_at, at(25))
    assert (notice.wanted, notice.sent, notice.started) == (1, 0, 0)
    message = await life.message(notice.id)
    assert message.asks and message.destination == "#dwp-pension-credit"


async def test_it_is_written_once_however_often_the_round_runs(
    life: RecordedLife, database: Database
) -> None:
    rounds = [round_at(database, at(25) + timedelta(minutes=n)).run() for n in range(4)]
    assert sum([each.reminded for each in await asyncio.gather(*rounds)]) == 1
    assert (await round_at(database, at(26)).run()).reminded == 0
    assert (await round_at(database, at(27)).run()).reminded == 1


async def test_the_act_replaces_the_reminder_too(life: RecordedLife, database: Database) -> None:
    await round_at(database, at(25)).run()
    life.now = at(25) + timedelta(hours=1)
    life.sign_risk()
    await life.keep()
    assert (await life.notice("Reminder")).wanted == 2
    assert (await round_at(database, at(27)).run()).reminded == 0, "the task is closed"


async def test_a_task_closed_meanwhile_gets_no_reminder(life: RecordedLife, database: Database) -> None:
    async with database.read() as connection:
        (row,) = await reminders.not_yet_reminded(connection, at(25), at(25).date(), None)
    life.sign_risk()
    await life.keep()
    async with database.write() as connection:
        assert not await reminders.remind(connection, row, "too late", at(25), at(25).date())
    assert all(notice.headline != "too late" for notice in await life.notices())


async def test_bank_holidays_are_the_acting_body_s(database: Database) -> None:
    """St Andrew's Day: the Scottish team is left in peace, and reminded on the morning after."""
    life = RecordedLife(
        database,
        team="south-lanarkshire-homelessness",
        organisation="south-lanarkshire",
        receiving_nation=Nation.SCOTLAND,
        now=datetime(2026, 11, 26, 10, tzinfo=UTC),
    )
    life.submit()
    await life.keep()
    assert (await round_at(database, at(30)).run()).reminded == 0
    assert (await round_at(database, at(1, 12)).run()).reminded == 1


async def test_a_review_is_announced_when_it_opens_and_not_before(database: Database) -> None:
    life = RecordedLife(database)
    life.submit()
    life.sign_risk()
    life.approve()
    life.deliver()
    life.confirm()
    await life.keep()
    review = life.task(Kind.REVIEW)
    assert review.visible_from
    headline = "Review what the share has done"
    assert all(notice.headline != headline for notice in await life.notices())
    morning = review.visible_from.replace(hour=8, minute=0, second=0)
    while morning < review.visible_from:
        morning += timedelta(days=1)
    assert (await round_at(database, morning - timedelta(days=1)).run()).announced == 0
    assert (await round_at(database, morning).run()).announced == 1
    assert (await round_at(database, morning + timedelta(days=1)).run()).announced == 0
    notice = await life.notice(headline)
    assert notice.id == f"{life.case.ref}.{review.id}.opens"
    assert (notice.seat, notice.due_at) == (Seat.REVIEWER, review.due_at)
    assert (await life.task_row("review")).announced_at == notice.created_at


async def test_the_end_of_a_share_is_announced_some_weeks_ahead(database: Database) -> None:
    life = RecordedLife(database, until="2027-06-30", use="statistics")
    life.submit()
    life.sign_risk()
    life.approve()
    life.deliver()
    life.confirm()
    await life.keep()
    assert (await round_at(database, at(1, 6, 2027)).run()).announced == 0
    assert (await round_at(database, at(3, 6, 2027)).run()).announced == 1
    assert (await life.notice("The share ends by itself")).seat == Seat.RISK_OWNER


async def test_at_the_top_everybody_who_was_silent_is_reminded_for_ever(database: Database) -> None:
    life = RecordedLife(database)
    life.submit()
    life.sign_risk()
    while not life.case.at_top:
        life.next_deadline_passes()
    await life.keep()
    assert (await life.task_row("decide")).missed_at
    written = list[str]()
    for number in range(1, 60):
        now = (life.now + timedelta(days=number)).replace(hour=8)
        await round_at(database, now).run()
    overdue = [notice for notice in await life.notices() if "overdue" in notice.headline]
    written = [notice.seat for notice in overdue]
    assert {Seat.SENDER, Seat.SENDING_LEADER_1, Seat.SENDING_LEADER_2, Seat.SENDING_LEADER_3} == set(written)
    assert 7 <= written.count(Seat.SENDING_LEADER_3) <= 8
    assert len({notice.id for notice in overdue}) == len(overdue)


async def test_many_tasks_are_read_page_by_page(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminders, "PAGE", 2)
    for number in range(5):
        life = RecordedLife(database, ref=f"SC-2026-{number:04}")
        life.submit()
        await life.keep()
    assert (await round_at(database, at(25)).run()).reminded == 5


async def test_one_case_that_outlived_its_calendar_does_not_keep_the_others_back(
    life: RecordedLife, database: Database
) -> None:
    other = RecordedLife(database, ref="SC-2026-0002")
    other.submit()
    await other.keep()
    async with database.write() as connection:
        old = {**(await connection.execute(cases.select())).all()[0].state}
        old["calendar"] = {**old["calendar"], "first_year": 2020, "last_year": 2021}
        await connection.execute(update(cases).where(cases.c.ref == life.case.ref).values(state=old))
    assert (await round_at(database, at(25)).run()).reminded == 1
    assert await other.notice("Reminder")


async def test_a_paused_share_is_not_part_of_the_round_until_it_is_late(database: Database) -> None:
    life = RecordedLife(database)
    life.submit()
    life.sign_risk()
    life.approve()
    life.deliver()
    life.confirm()
    life.act(SuspendShare(), Seat.RISK_OWNER)
    await life.keep()
    written = await round_at(database, at(27)).run()
    assert (written.announced, written.reminded) == (0, 0)


async def test_an_empty_office_has_a_quiet_morning(database: Database) -> None:
    assert await round_at(database, at(25)).run() == Round(announced=0, reminded=0)
    async with database.read() as connection:
        assert (await connection.execute(notices.select())).all() == []
