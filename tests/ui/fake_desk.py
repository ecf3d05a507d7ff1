"""A desk without an engine: it decides at once, by the same rules, and writes with the same pen."""

import asyncio
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import select
from temporalio.client import Client

from api.desk import Clock, Desk
from domain.case import Case
from domain.commands import Command, DeadlinePassed
from domain.decide import decide, fact_time
from domain.decide.deadlines import counts_as
from domain.people import CLOCK
from domain.refusals import Refusal
from domain.working_days import london_date
from store import directory, shapes, tables
from store.database import Database
from store.record import Transition, record
from workflows.share_request import Page


class FakeDesk(Desk):
    """`away`: the engine does not answer, so commands are kept and stay pending. `refuses`: so does the next act."""

    def __init__(self, database: Database, clock: Clock, **settings: Any) -> None:
        # Nobody waits for an engine here; a machine that is busy must not make an act late.
        super().__init__(
            cast(Client, None), database, clock=clock, **{"budget": timedelta(seconds=20)} | settings
        )
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.away = False
        self.refuses: Refusal | None = None
        self.delivered: list[str] = []

    async def _bring(self, command: Command, page: Page) -> None:
        self.delivered.append(command.id)
        if self.away:
            raise TimeoutError
        if refusal := self.refuses:
            self.refuses = None
            raise refusal
        async with self._turns[page.case.ref]:  # a case takes one command at a time, and each once
            case = await self._as_it_is(page.case, command)
            if case is None:
                return
            events = decide(case, command, self.clock())
            told = Transition(
                before=case,
                at=fact_time(case, command, self.clock()),
                command=command.id,
                actor=command.by.person,
                events=events,
            )
            async with self.database.write() as connection:
                await record(connection, told)

    async def _as_it_is(self, case: Case, command: Command) -> Case | None:
        """The case now; None when it has taken the command already."""
        events, cases = tables.events.c, tables.cases.c
        async with self.database.read() as connection:
            mine = select(events.seq).where(events.ref == case.ref, events.command == command.id).limit(1)
            if await connection.scalar(mine) is not None:
                return None
            state = await connection.scalar(select(cases.state).where(cases.ref == case.ref))
        return shapes.case_from_json(state) if state else case

    async def time_passes(self, ref: str, until: datetime) -> None:
        """The clock wakes for every deadline of the case on the way."""
        while True:
            async with self.database.read() as connection:
                state = await connection.scalar(select(tables.cases.c.state).where(tables.cases.c.ref == ref))
                case = shapes.case_from_json(state)
                assert case.receiving and case.sending
                filled = await directory.filled_seats(
                    connection, case.receiving, case.sending, case.board, london_date(self.clock())
                )
            task = case.next_due()
            if task is None or task.watch_at is None or task.watch_at > until:
                return
            command = Command(
                id=f"{ref}.{task.id}.{case.version}",
                by=CLOCK,
                received_at=counts_as(task.watch_at, task.watch_at),
                act=DeadlinePassed(task=task.id),
                filled=filled,
            )
            events = decide(case, command, task.watch_at)
            told = Transition(
                before=case,
                at=fact_time(case, command, task.watch_at),
                command=command.id,
                actor=CLOCK.person,
                events=events,
            )
            async with self.database.write() as connection:
                await record(connection, told)
