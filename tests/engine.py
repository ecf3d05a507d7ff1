"""Sharecase on a real engine, for tests: the same worker, desk and intake as in production, told what time it is.

Stories read aloud: somebody submits, working days pass, somebody is told. On the time-skipping server the engine's
clock is the story's clock; on the development server time is real.
"""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select
from temporalio.client import Client, WorkflowHistory
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.record import Recorder
from api.desk import Answer, Desk, utc_now
from api.intake import Intake
from api.relay import Relay
from domain.case import Case, Kind, Task
from domain.policy import LegalProfile
from domain.working_days import Calendar, Nation, add_working_days, end_of_day, london_date
from store import directory, drafts, reads, registry, shapes
from store.commands import APPLIED
from store.database import Database
from store.tables import cases, commands, events, notices, posts, tasks
from tests.cast import FORM, MANIFEST, SIGNED, Cast, cast
from tests.conftest import TEMPORAL, TIME_SKIPPING
from workflows.names import TASK_QUEUE, workflow_id
from workflows.payloads import converter
from workflows.share_request import ShareRequest

ROOMS = (
    "domain",
    "store",
    "activities",
    "workflows",
    "pydantic",
    "pydantic_core",
    "sqlalchemy",
    "temporalio",
)


def worker_for(client: Client, database: Database, *, recorder: Recorder | None = None) -> Worker:
    """The production worker's shape, with the sandbox on: it is the tests' job to find what breaks determinism."""
    recorder = recorder or Recorder(database)
    return Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=[ShareRequest],
        activities=[recorder.record, recorder.filled],
        workflow_runner=sandbox(),
        sticky_queue_schedule_to_start_timeout=timedelta(seconds=2),
    )


def sandbox() -> SandboxedWorkflowRunner:
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*ROOMS))


@dataclass
class Story:
    """One story on one engine. `now` is the engine's time; people are seed ids picked by role."""

    environment: WorkflowEnvironment
    database: Database
    desk: Desk
    intake: Intake
    people: Cast
    calendar: Calendar
    skips: bool
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    worker: Worker | None = None

    async def tick(self) -> datetime:
        self.now = await self.environment.get_current_time() if self.skips else utc_now()
        return self.now

    # --- acting -------------------------------------------------------------------------------------

    async def plays(self, team: str, sending_team: str) -> None:
        """From now on these two teams act, in the same story."""
        self.people = await cast(self.database, team, sending_team)

    async def submits(self, *, command: str = "", ref: str = "", by: str = "", **changes: Any) -> Answer:
        await self.tick()
        author = by or self.people.requester
        answers = {**FORM, "team": self.people.team, "sending_team": self.people.sending_team}
        answers |= {"risk_owner": self.people.risk_owner, **changes}
        if not ref:
            async with self.database.write() as connection:
                ref = await drafts.create(connection, author, self.now, answers)
        person = await self.person(author)
        return await self.intake.submit(
            person, ref, answers, command=command or secrets.token_hex(16), via="web"
        )

    async def does(
        self,
        who: str,
        ref: str,
        act: str,
        *,
        command: str = "",
        seen: int | None = None,
        via: str = "web",
        **raw: Any,
    ) -> Answer:
        await self.tick()
        person = await self.person(who)
        return await self.intake.act(
            person, ref, act, raw, command=command or secrets.token_hex(16), seen=seen, via=via
        )

    async def signs(self, ref: str, *, who: str = "", **more: Any) -> Answer:
        case = await self.case(ref)
        return await self.does(
            who or self.people.risk_owner, ref, "sign_risk", form_hash=case.form_hash, **SIGNED, **more
        )

    async def signed(self, **changes: Any) -> str:
        """A request that the risk owner has signed for."""
        answer = await self.submits(**changes)
        assert answer.state == APPLIED, answer
        assert (await self.signs(answer.ref)).state == APPLIED
        return answer.ref

    async def approves(self, ref: str, *, who: str = "", **raw: Any) -> None:
        answer = await self.does(who or self.people.sender, ref, "approve", **{"delivered": "no", **raw})
        assert answer.state == APPLIED, answer

    async def delivers(self, ref: str) -> None:
        """What was approved is delivered: both receipts, and the risk passes."""
        if (await self.case(ref)).open(Kind.PROVIDE):
            await self.does(self.people.sender, ref, "record_delivery", **MANIFEST)
        answer = await self.does(self.people.requester, ref, "confirm_receipt", **MANIFEST)
        assert answer.state == APPLIED, answer
        assert await self.stage(ref) == "active"

    async def active(self, **changes: Any) -> str:
        """A share that runs."""
        ref = await self.signed(**changes)
        await self.approves(ref)
        await self.delivers(ref)
        return ref

    async def appoints(self, who: str, role: str, organisation: str, team: str | None = None) -> None:
        post = {"person": who, "role": role, "organisation": organisation, "team": team}
        async with self.database.write() as connection:
            await connection.execute(insert(posts).values(post))

    async def empties(self, role: str, organisation: str) -> None:
        """Nobody holds this role in this body any more."""
        async with self.database.write() as connection:
            gone = delete(posts).where(posts.c.role == role, posts.c.organisation == organisation)
            await connection.execute(gone)

    # --- looking ------------------------------------------------------------------------------------

    async def person(self, who: str) -> directory.Person:
        async with self.database.read() as connection:
            found = await directory.person(connection, who, london_date(self.now))
        assert found, who
        return found

    async def case(self, ref: str) -> Case:
        async with self.database.read() as connection:
            state = await connection.scalar(select(cases.c.state).where(cases.c.ref == ref))
        assert state, f"{ref} is not recorded"
        return shapes.case_from_json(state)

    async def stage(self, ref: str) -> str | None:
        """Where the store says the case is; None while nothing is recorded."""
        async with self.database.read() as connection:
            return await connection.scalar(select(cases.c.stage).where(cases.c.ref == ref))

    async def kinds(self, ref: str) -> list[str]:
        async with self.database.read() as connection:
            rows = await connection.execute(
                select(events.c.kind).where(events.c.ref == ref).order_by(events.c.seq)
            )
            return [row.kind for row in rows]

    async def events(self, ref: str, kind: str) -> list[Any]:
        """The case's events of one kind, in order."""
        query = select(events.c.data).where(events.c.ref == ref, events.c.kind == kind)
        async with self.database.read() as connection:
            found = (await connection.scalars(query.order_by(events.c.seq))).all()
        return [shapes.event_from_json(each) for each in found]

    async def told(self, ref: str) -> list[tuple[str, str]]:
        """(seat, headline) of every notice of the case, in order."""
        async with self.database.read() as connection:
            query = select(notices.c.seat, notices.c.headline).where(notices.c.ref == ref)
            return [
                (row.seat, row.headline)
                for row in await connection.execute(query.order_by(notices.c.created_at))
            ]

    async def open_tasks(self, ref: str) -> list[tuple[str, str]]:
        """(kind, seat) of the open tasks as pages see them."""
        async with self.database.read() as connection:
            query = select(tasks.c.kind, tasks.c.seat).where(tasks.c.ref == ref, tasks.c.closed_at.is_(None))
            return sorted((row.kind, row.seat) for row in await connection.execute(query))

    async def task(self, ref: str, kind: Kind) -> Task:
        """The one open task of this kind."""
        [found] = (await self.case(ref)).open(kind)
        return found

    async def screening(self, ref: str) -> dict[str, Any]:
        """What looking at the request came to, as it is kept with its form (C1)."""
        case = await self.case(ref)
        async with self.database.read() as connection:
            return await reads.screening_of(connection, ref, case.form_version) or {}

    async def entry(self, ref: str) -> dict[str, Any]:
        """The newest version of the register entry; empty when the public sees none (P2r)."""
        async with self.database.read() as connection:
            row = await registry.register_entry(connection, ref)
        return dict(row.entry) if row else {}

    async def overdue(self) -> dict[str, int]:
        """Who was silent at every level, as counted in public (C15)."""
        async with self.database.read() as connection:
            return {row.body: row.cases for row in await reads.overdue_at_top(connection)}

    async def on_its_way(self, ref: str) -> dict[str, str]:
        """What was told about a case and is not yet brought to it: the id of each command, and its act."""
        query = select(commands.c.id, commands.c.act).where(
            commands.c.ref == ref, commands.c.state == "pending"
        )
        async with self.database.read() as connection:
            return {row.id: row.act for row in await connection.execute(query.order_by(commands.c.id))}

    # --- time ---------------------------------------------------------------------------------------

    async def until(self, instant: datetime) -> None:
        """Let time pass to an instant, and a little more so that what it causes is done."""
        await self.environment.sleep(max(instant - await self.tick(), timedelta(0)) + timedelta(seconds=5))
        await self.tick()

    async def working_days_pass(self, days: int, nation: Nation = Nation.ENGLAND_AND_WALES) -> None:
        """To the very end of the nth working day from today, and just past it."""
        today = london_date(await self.tick())
        await self.until(end_of_day(add_working_days(self.calendar, nation, today, days)))

    async def hours_pass(self, hours: int) -> None:
        await self.until(await self.tick() + timedelta(hours=hours))

    async def friday_comes(self) -> None:
        """To ten in the morning of the next Friday that is no holiday, and before a Monday that is none."""
        day = london_date(await self.tick()) + timedelta(days=1)
        friday = 4

        def works(on: date) -> bool:
            return add_working_days(self.calendar, Nation.ENGLAND_AND_WALES, on - timedelta(days=1), 1) == on

        while day.weekday() != friday or not (works(day) and works(day + timedelta(days=3))):
            day += timedelta(days=1)
        await self.until(datetime(day.year, day.month, day.day, 10, tzinfo=UTC))

    async def news_travels(self, rounds: int = 5) -> None:
        """The relay brings what one case tells another, and what follows from that. It does not wait its turn."""
        await self.tick()
        relay = Relay(self.database, self.desk, lambda: self.now + timedelta(hours=1), sends=False)
        for _ in range(rounds):
            if not await relay.once():
                return

    @asynccontextmanager
    async def nobody_works(self) -> AsyncIterator[None]:
        """The worker is stopped, and another one takes its place in the end. People are not kept waiting meanwhile."""
        assert self.worker
        budget, self.desk.budget = self.desk.budget, timedelta(seconds=0.5)
        await self.worker.__aexit__(None, None, None)
        try:
            yield
        finally:
            self.worker = await worker_for(self.environment.client, self.database).__aenter__()
            self.desk.budget = budget

    async def histories(self, ref: str) -> list[WorkflowHistory]:
        """Every run of the case, newest first: each run names the one it continued."""
        found: list[WorkflowHistory] = []
        run: str | None = None
        while True:
            handle = self.environment.client.get_workflow_handle(workflow_id(ref), run_id=run)
            found.append(await handle.fetch_history())
            run = found[-1].events[0].workflow_execution_started_event_attributes.continued_execution_run_id
            if not run:
                return found


@asynccontextmanager
async def story(
    database: Database,
    *,
    team: str = "dwp-pension-credit",
    sending_team: str = "hmrc-paye-records",
    skips: bool = True,
    law: LegalProfile = LegalProfile.CURRENT_LAW,
) -> AsyncIterator[Story]:
    """A story with its own engine. One time-skipping server per story: its clock belongs to nobody else."""
    if skips:
        starting = WorkflowEnvironment.start_time_skipping(
            test_server_existing_path=TIME_SKIPPING, data_converter=converter
        )
    else:
        starting = WorkflowEnvironment.start_local(
            dev_server_existing_path=TEMPORAL, data_converter=converter
        )
    async with await starting as environment:
        told = await tell(environment, database, team, sending_team, skips, law)
        told.worker = await worker_for(environment.client, database).__aenter__()
        try:
            yield told
        finally:
            await told.worker.__aexit__(None, None, None)


async def tell(
    environment: WorkflowEnvironment,
    database: Database,
    team: str,
    sending_team: str,
    skips: bool,
    law: LegalProfile = LegalProfile.CURRENT_LAW,
) -> Story:
    made: Story | None = None

    def clock() -> datetime:
        return made.now if made and skips else utc_now()

    desk = Desk(environment.client, database, clock=clock, legal_profile=law, budget=timedelta(seconds=20))
    async with database.read() as connection:
        calendar = await directory.full_calendar(connection)
    made = Story(
        environment=environment,
        database=database,
        desk=desk,
        intake=Intake(database, desk, clock),
        people=await cast(database, team, sending_team),
        calendar=calendar,
        skips=skips,
    )
    await made.tick()
    return made
