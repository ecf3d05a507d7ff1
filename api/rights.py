"""The desk for people whose data a share is about (A): what they ask is kept, brought to the case, and answered by code.

Nobody signs in here. A repeat of the same form changes nothing and gives the same receipt (G6).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from api.desk import Clock, Desk
from api.invalid import Invalid
from api.outside import cleaned
from domain import clear_numbers
from domain import rights_desk as rules
from domain.case import Case
from domain.concerns import MOST_A_DAY, NotInTheRegister, TooManyToday
from domain.people import PUBLIC
from domain.refusals import Refusal
from domain.working_days import end_of_day, london_date
from store import commands, directory, registry, rights, shapes, tables
from store.database import Database


class RightsDesk:
    def __init__(self, database: Database, desk: Desk, clock: Clock) -> None:
        self.database = database
        self.desk = desk
        self.clock = clock

    async def ask(self, ref: str, raw: Mapping[str, Any], *, command: str, code: str, via: str) -> None:
        """Keep a request and bring it to its case. `code`: drawn with the form, so that a repeat shows the same.

        Raises `NotInTheRegister` (404), refusals of `domain.rights_desk` and `TooManyToday` (409), `Invalid` (422).
        """
        now = self.clock()
        asked = {question.id: raw.get(question.id, "") for question in rules.ASKING}
        told = commands.Received(
            id=command,
            ref=ref,
            act="receive_rights_request",
            actor=PUBLIC.person,
            via=via,
            body={},
            seen=None,
            received_at=now,
            told={**asked, "code": code},
        )
        async with self.database.write() as connection:
            entry, case = await entry_and_case(connection, ref)
            if not await commands.is_repeat(connection, told):
                await self._take(connection, entry, case, raw, told, code)
        await self.desk.deliver(command)

    async def _take(
        self,
        connection: AsyncConnection,
        entry: Row[Any],
        case: Case,
        raw: Mapping[str, Any],
        told: commands.Received,
        code: str,
    ) -> None:
        if refusal := cannot_ask(entry, case):
            raise refusal
        answers = cleaned(rules.ASKING, raw)
        text, reference = str(answers["text"]), str(answers.get("reference", ""))
        labels = {question.id: question.label for question in rules.ASKING}
        typed = (("text", text), ("reference", reference))
        if problems := clear_numbers.problems((key, labels[key], given) for key, given in typed):
            raise Invalid(problems)
        ref, now = told.ref, told.received_at
        if await rights.received_since(connection, ref, begin_of_day(now)) >= MOST_A_DAY:
            raise TooManyToday
        request, right = told.id, str(answers["right"])
        body = {"request": request, "right": right}
        await commands.keep(connection, replace(told, body=body), now)
        await rights.receive(
            connection,
            id=request,
            ref=ref,
            right=right,
            text=text,
            reference=reference,
            code=code,
            command=told.id,
            at=now,
            due_at=rules.due(case, await directory.full_calendar(connection), now),
        )


async def entry_and_case(connection: AsyncConnection, ref: str) -> tuple[Row[Any], Case]:
    """The newest version of an entry, and its case. Raises `NotInTheRegister`."""
    entry = await registry.register_entry(connection, ref)
    c = tables.cases.c
    state = await connection.scalar(select(c.state).where(c.ref == ref)) if entry else None
    if entry is None or state is None:
        raise NotInTheRegister
    return entry, shapes.case_from_json(state)


def cannot_ask(entry: Row[Any], case: Case) -> Refusal | None:
    """Why nothing can be asked about this entry, with where to go instead."""
    over: dict[str, Any] = entry.entry.get("over") or {}
    sending = entry.entry["sending"]["organisation"]
    return rules.refusal(case, sending=sending, replaced_by=str(over.get("replaced_by") or ""))


def begin_of_day(now: datetime) -> datetime:
    """The first second of this London day."""
    return end_of_day(london_date(now) - timedelta(days=1)) + timedelta(seconds=1)
