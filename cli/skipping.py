"""Sharecase on the time-skipping engine: the real worker, desk, intake and store, and a clock that jumps."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from temporalio.testing import WorkflowEnvironment

from api.desk import Answer, Desk
from api.intake import Intake
from cli import wiring
from cli.demo import form, words
from cli.embedded import TEMPORAL, CannotStart
from cli.settings import Mode, Settings
from domain.case import Case
from domain.working_days import Calendar, Nation, end_of_day, london_date
from store import directory, schema, seeding, shapes
from store.database import Database
from store.tables import cases
from workflows.payloads import converter

SERVER = TEMPORAL.with_name("temporal-test-server")
ENOUGH = 20.0  # seconds for the engine to do what a jump has caused


@dataclass
class World:
    """`now` is the engine's time as last looked at. Only jumps move it much: awaiting an answer does not."""

    environment: WorkflowEnvironment
    database: Database
    desk: Desk
    intake: Intake
    calendar: Calendar
    now: datetime

    async def look(self) -> datetime:
        self.now = (await self.environment.get_current_time()).astimezone(UTC)
        return self.now

    async def until(self, instant: datetime) -> None:
        """Time goes by to an instant; returns when every case has done what the deadlines on the way ask for."""
        left = instant - await self.look()
        if left > timedelta(0):
            await self.environment.sleep(left)
        await self.look()
        waited = 0.0
        while any(
            (due := case.next_due()) and due.watch_at and due.watch_at <= self.now
            for case in await self.cases()
        ):
            if waited > ENOUGH:
                raise CannotStart("The simulated engine fell behind: close other programs and try again.")
            await asyncio.sleep(0.02)
            waited += 0.02

    async def cases(self) -> list[Case]:
        async with self.database.read() as connection:
            return [shapes.case_from_json(state) for state in await connection.scalars(select(cases.c.state))]

    async def case(self, ref: str) -> Case:
        return next(case for case in await self.cases() if case.ref == ref)

    async def at_work(self, days: int, nation: Nation = Nation.ENGLAND_AND_WALES) -> None:
        """Ten in the morning of the nth working day from today."""
        from domain.working_days import add_working_days

        day = add_working_days(self.calendar, nation, london_date(await self.look()), days)
        await self.until(end_of_day(day) - timedelta(hours=14))

    async def starts(self, person: str, request: Mapping[str, Any], command: str) -> str:
        await self.look()
        answer = await self.intake.start(
            await self._person(person), form(request), command=command, via="cli"
        )
        return _taken(answer).ref

    async def does(self, person: str, ref: str, act: str, request: Mapping[str, Any], **said: Any) -> None:
        """Somebody acts, with the words of the demonstration unless `said` has others."""
        await self.look()
        case = await self.case(ref)
        raw = {**words(request, act), "form_hash": case.form_hash, **said}
        command = f"{ref}.{act}.{case.version}"
        who = await self._person(person)
        _taken(await self.intake.act(who, ref, act, raw, command=command, seen=case.version, via="cli"))

    async def _person(self, person: str) -> directory.Person:
        async with self.database.read() as connection:
            found = await directory.person(connection, person, london_date(self.now))
        assert found, person
        return found


def _taken(answer: Answer) -> Answer:
    if answer.status != 200:
        raise CannotStart(
            f"The simulation was stopped: {answer.sentence or 'the engine does not answer in time'}"
        )
    return answer


@asynccontextmanager
async def skipping_world() -> AsyncIterator[World]:
    """A world of its own: one time-skipping server, because its clock is everybody's on it."""
    if not SERVER.exists():
        raise CannotStart("The time-skipping server is missing: run ./dev setup, which installs it.")
    with tempfile.TemporaryDirectory(prefix="sharecase-") as folder:
        settings = Settings(
            mode=Mode.EMBEDDED,
            state=Path(folder),
            database_url=f"sqlite:///{folder}/simulated.db",
            slack_bot_token="",  # nobody outside hears of a simulation
        )
        database = Database(settings.database)
        try:
            await schema.upgrade(database)
            await seeding.load_world(database)
            async with await WorkflowEnvironment.start_time_skipping(
                test_server_existing_path=str(SERVER), data_converter=converter
            ) as environment:
                made: World | None = None

                def clock() -> datetime:
                    assert made
                    return made.now

                async with database.read() as connection:
                    calendar = await directory.full_calendar(connection)
                desk = Desk(environment.client, database, clock=clock, budget=timedelta(seconds=ENOUGH))
                made = World(
                    environment=environment,
                    database=database,
                    desk=desk,
                    intake=Intake(database, desk, clock),
                    calendar=calendar,
                    now=datetime.now(UTC),
                )
                async with wiring.worker(settings, database, environment.client, clock=clock):
                    yield made
        finally:
            await database.close()
