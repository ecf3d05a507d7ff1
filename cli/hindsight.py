"""A past for the demonstration's cases, told honestly: the real form, the real rules and calendar, the one writer.

A demonstration must show cases that have waited for weeks or been used for a year, and an embedded Sharecase lives
by the real clock. So a few made-up requests are decided here as of past instants. Everything that a page or a check
relies on is as true as in a case that was lived through: what people typed passes the same intake, `domain.decide`
causes every event, the clock's silence included, and `store.record` writes each transition in its one transaction
with its hashes. When the past is told, the engine takes the case over from its record and real time goes on.
`recorded_at` of each event keeps the true hour of writing. Cases of real bodies have no way in.
"""

from datetime import UTC, datetime

from sqlalchemy import select
from temporalio.client import Client

from api.desk import Desk
from domain.case import Case
from domain.commands import Command, DeadlinePassed
from domain.decide import decide, fact_time
from domain.decide.deadlines import counts_as, next_deadline
from domain.people import CLOCK
from domain.policy import LegalProfile
from domain.working_days import london_date
from store import directory, shapes
from store.database import Database
from store.record import Transition, record
from store.tables import cases, organisations
from workflows.share_request import Page


class NotForRealBodies(Exception):
    """Only requests between bodies of the demonstration may be given a past."""


class Hindsight(Desk):
    """A desk that decides as of `now` instead of asking the engine."""

    def __init__(
        self, client: Client, database: Database, legal_profile: LegalProfile, since: datetime
    ) -> None:
        super().__init__(client, database, clock=lambda: self.now, legal_profile=legal_profile)
        self.now = since.astimezone(UTC)

    async def until(self, ref: str, instant: datetime) -> None:
        """Let time go by for this case: the clock acts at each deadline on the way, to the second."""
        instant = instant.astimezone(UTC)
        while True:
            case = await self.case(ref)
            due = next_deadline(case) if case else None
            if case is None or due is None or due[1] > instant:
                break
            task, at = due
            self.now = max(self.now, at)
            assert case.receiving and case.sending
            async with self.database.read() as connection:
                filled = await directory.filled_seats(
                    connection, case.receiving, case.sending, case.board, london_date(at)
                )
            await self._apply(
                case,
                Command(
                    id=f"{ref}.{task}.{case.tasks[task].passes + 1}",  # as the workflow would name it
                    by=CLOCK,
                    via="clock",
                    received_at=counts_as(at, self.now),
                    act=DeadlinePassed(task=task),
                    filled=filled,
                ),
            )
        self.now = max(self.now, instant)

    async def case(self, ref: str) -> Case | None:
        async with self.database.read() as connection:
            state = await connection.scalar(select(cases.c.state).where(cases.c.ref == ref))
        return shapes.case_from_json(state) if state else None

    async def _bring(self, command: Command, page: Page) -> None:
        await self._apply(page.case, command)

    async def _apply(self, case: Case, command: Command) -> None:
        events = decide(case, command, self.now)
        transition = Transition(
            before=case,
            at=fact_time(case, command, self.now),
            command=command.id,
            actor=command.by.person,
            events=events,
        )
        async with self.database.write() as connection:
            await record(connection, transition)
            # Asked after the write, of what was written; raising takes it all back.
            bodies = select(cases.c.receiving_organisation).where(cases.c.ref == case.ref)
            bodies = bodies.union(select(cases.c.sending_organisation).where(cases.c.ref == case.ref))
            real = select(organisations.c.id).where(organisations.c.id.in_(bodies), ~organisations.c.demo)
            if (await connection.execute(real)).first():
                raise NotForRealBodies(case.ref)
