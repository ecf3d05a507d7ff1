"""A kept command becomes the envelope its case takes: who acts, what they ask, and what the case cannot look up."""

from typing import Any, cast

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import refusals
from domain.acts import FORMS
from domain.case import Case
from domain.commands import Act, AdoptCalendar, Command, Submit
from domain.people import Actor, Party
from domain.permissions import seats
from domain.policy import LegalProfile, in_force
from domain.questions import Answers
from domain.working_days import Calendar, london_date
from store import directory, shapes, tables
from store.database import Database
from workflows.share_request import Page

# Acts from which years are counted, or that may name other nations: they bring today's calendar along.
LOOKS_AHEAD = frozenset({"submit", "confirm_receipt", "conclude_review"})


class Envelopes:
    def __init__(self, database: Database, legal_profile: LegalProfile) -> None:
        self.database = database
        self.legal_profile: LegalProfile = legal_profile
        self._calendar: Calendar | None = None  # read again only when a day was added

    async def fill(self, row: Row[Any]) -> tuple[Command, Page]:
        """The command, with who the person is and who holds office at this moment, and the case as the store has it.

        Authority is looked up here, when the act is brought to its case, and not when the form was drawn.
        """
        async with self.database.read() as connection:
            person = await directory.person(connection, row.actor)
            state = await connection.scalar(select(tables.cases.c.state).where(tables.cases.c.ref == row.ref))
            case = shapes.case_from_json(state) if state else None
            receiving, sending = await _parties(connection, row, case)
            table = self._calendar = await directory.full_calendar(connection, self._calendar)
            told = london_date(row.received_at).year
            submitted = london_date(case.submitted_at).year if case and case.submitted_at else told
            before = [party for party in (case.receiving, case.sending) if party] if case else []
            calendar = directory.calendar_for(table, (receiving, sending, *before), submitted, told)
            command = Command(
                id=row.id,
                by=Actor(person=row.actor, seats=seats(person.posts if person else (), receiving, sending)),
                received_at=row.received_at,
                act=_act(row, receiving, sending, calendar),
                seen=row.seen,
                via=row.via,
                filled=await directory.filled_seats(connection, receiving, sending),
                calendar=calendar if row.act in LOOKS_AHEAD else None,
            )
        if case is None:
            case = Case(ref=row.ref, policy=in_force(self.legal_profile), calendar=calendar)
        return command, Page(case=case)


async def _parties(connection: AsyncConnection, row: Row[Any], case: Case | None) -> tuple[Party, Party]:
    if case and case.receiving and case.sending and row.act != "submit":
        return case.receiving, case.sending
    receiving = await directory.party(connection, row.body["team"])
    sending = await directory.party(connection, row.body["sending_team"])
    if receiving is None or sending is None:
        raise refusals.NoSuchCase
    return receiving, sending


def _act(row: Row[Any], receiving: Party, sending: Party, calendar: Calendar) -> Act:
    body: dict[str, Any] = row.body
    if row.act == "adopt_calendar":
        return AdoptCalendar(calendar=calendar)
    if row.act == "submit":
        return Submit(
            receiving=receiving,
            sending=sending,
            form_version=body["form_version"],
            form_hash=body["form_hash"],
            use=body["use"],
            pattern=body["pattern"],
            duty=body["duty"],
            items=len(body["items"]),
            until=body["until"],
        )
    answers: Answers = {}
    for key, value in body.items():  # JSON has no tuples
        answers[key] = tuple(cast(list[str], value)) if isinstance(value, list) else value
    return FORMS[row.act].build(answers)
