"""Sharecase on a real engine, for tests: the same worker, desk and intake as in production, told what time it is.

Stories read aloud: somebody submits, working days pass, somebody is told. On the time-skipping server the engine's
clock is the story's clock; on the development server time is real.
"""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from temporalio.client import Client, WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.record import Recorder
from api.desk import Answer, Desk, utc_now
from api.intake import Intake
from domain.case import Case
from domain.working_days import Calendar, Nation, add_working_days, end_of_day, london_date
from store import directory, drafts, shapes
from store.database import Database
from store.tables import cases, events, notices, tasks
from tests.conftest import TEMPORAL, TIME_SKIPPING
from workflows.names import TASK_QUEUE, workflow_id
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

# A story of the seed world: Pension Credit asks HMRC. Ids are people of store/seed/world.json.
FORM: dict[str, Any] = {
    "title": "Pension Credit take-up",
    "purpose": "Find pensioners who are entitled to Pension Credit and do not claim it, and write to them.",
    "harm_of_withholding": "Pensioners go without heating and food they are entitled to.",
    "people_per_day": 120,
    "severity": "serious",
    "use": "proactive_help",
    "subjects": "people over State Pension age",
    "people_band": "over_1m",
    "items": ["National Insurance number", "taxable income band", "date of birth"],
    "pattern": "file_regular",
    "until": "2032-03-31",
    "needed_by": "2027-03-31",
    "needed_why": "before the winter payments are set",
    "others_see": "no",
    "power": "Digital Economy Act 2017 s.35",
    "duty": "none",
    "surprises": "",
}


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
    people: "Cast"
    calendar: Calendar
    skips: bool
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    async def tick(self) -> datetime:
        self.now = await self.environment.get_current_time() if self.skips else utc_now()
        return self.now

    async def submits(self, *, command: str = "", ref: str = "", **changes: Any) -> Answer:
        await self.tick()
        answers = {**FORM, "team": self.people.team, "sending_team": self.people.sending_team}
        answers |= {"risk_owner": self.people.risk_owner, **changes}
        if not ref:
            async with self.database.write() as connection:
                ref = await drafts.create(connection, self.people.requester, self.now, answers)
        person = await self.person(self.people.requester)
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

    async def signs(self, ref: str, **more: Any) -> Answer:
        case = await self.case(ref)
        signed = {"residual": "Misuse; access is logged and reviewed monthly.", "agree": "yes"}
        return await self.does(
            self.people.risk_owner, ref, "sign_risk", form_hash=case.form_hash, **signed, **more
        )

    async def person(self, who: str) -> directory.Person:
        async with self.database.read() as connection:
            found = await directory.person(connection, who)
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

    async def until(self, instant: datetime) -> None:
        """Let time pass to an instant, and a little more so that what it causes is done."""
        await self.environment.sleep(max(instant - await self.tick(), timedelta(0)) + timedelta(seconds=5))
        await self.tick()

    async def working_days_pass(self, days: int, nation: Nation = Nation.ENGLAND_AND_WALES) -> None:
        """To the very end of the nth working day from today, and just past it."""
        today = london_date(await self.tick())
        await self.until(end_of_day(add_working_days(self.calendar, nation, today, days)))

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


@dataclass(frozen=True)
class Cast:
    """Who plays: the seeded people by role, for one receiving and one sending team."""

    team: str
    sending_team: str
    requester: str
    risk_owner: str
    sender: str
    receiving_leaders: dict[int, str]
    sending_leaders: dict[int, str]
    reviewer: str
    operator: str


async def cast(database: Database, team: str, sending_team: str) -> Cast:
    from store.tables import posts, teams

    async with database.read() as connection:
        bodies = {
            row.id: row.organisation
            for row in await connection.execute(
                select(teams.c.id, teams.c.organisation).where(teams.c.id.in_([team, sending_team]))
            )
        }
        held = (await connection.execute(select(posts).order_by(posts.c.id))).all()

    def holder(role: str, **where: str | None) -> str:
        for row in held:
            if row.role == role and all(getattr(row, key) == value for key, value in where.items()):
                return row.person
        return ""

    def leaders(body: str) -> dict[int, str]:
        found = {level: holder(f"leader_{level}", organisation=body) for level in (1, 2, 3)}
        return {level: who for level, who in found.items() if who}

    reviewer = next(
        row.person
        for row in held
        if row.role == "reviewer" and row.organisation == bodies[team] and row.team != team
    )
    return Cast(
        team=team,
        sending_team=sending_team,
        requester=holder("requester", team=team),
        risk_owner=holder("risk_owner", team=team),
        sender=holder("sender_decider", team=sending_team),
        receiving_leaders=leaders(bodies[team]),
        sending_leaders=leaders(bodies[sending_team]),
        reviewer=reviewer,
        operator=holder("operator"),
    )


@asynccontextmanager
async def story(
    database: Database,
    *,
    team: str = "dwp-pension-credit",
    sending_team: str = "hmrc-paye-records",
    skips: bool = True,
) -> AsyncIterator[Story]:
    """A story with its own engine. One time-skipping server per story: its clock belongs to nobody else."""
    if skips:
        starting = WorkflowEnvironment.start_time_skipping(
            test_server_existing_path=TIME_SKIPPING, data_converter=pydantic_data_converter
        )
    else:
        starting = WorkflowEnvironment.start_local(
            dev_server_existing_path=TEMPORAL, data_converter=pydantic_data_converter
        )
    async with await starting as environment, worker_for(environment.client, database):
        yield await tell(environment, database, team, sending_team, skips)


async def tell(
    environment: WorkflowEnvironment, database: Database, team: str, sending_team: str, skips: bool
) -> Story:
    made: Story | None = None

    def clock() -> datetime:
        return made.now if made and skips else utc_now()

    desk = Desk(environment.client, database, clock=clock, budget=timedelta(seconds=20))
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
