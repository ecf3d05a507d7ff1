"""A case's life, kept in the database as the case's own workflow keeps it: teams are those of the seed world."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Row, insert, select, update

from domain.people import Party
from domain.working_days import Nation
from store.database import Database
from store.notices import Message, for_sync, settled
from store.record import Transition, record
from store.tables import forms, notices, people, tasks, teams
from tests.builders import FORM, NEW_FORM, Life

ANSWERS: dict[str, Any] = {
    "title": "SECRET-TITLE Pension Credit take-up",
    "purpose": "SECRET-PURPOSE find pensioners",
    "people_per_day": 120,
    "items": ["National Insurance number", "income band", "date of birth", "postcode", "name"],
}


class RecordedLife(Life):
    """Pension Credit of DWP asks HMRC; whose parties may be changed to those of another nation."""

    def __init__(
        self,
        database: Database,
        *,
        team: str = "dwp-pension-credit",
        organisation: str = "dwp",
        receiving_nation: Nation = Nation.ENGLAND_AND_WALES,
        **settings: Any,
    ) -> None:
        super().__init__(receiving_nation=receiving_nation, **settings)
        self.database = database
        self.receiving = Party(organisation=organisation, team=team, nation=receiving_nation)
        self.sending = Party(organisation="hmrc", team="hmrc-paye-records", nation=Nation.ENGLAND_AND_WALES)
        self.request = replace(self.request, receiving=self.receiving, sending=self.sending)
        self.kept = 0

    async def keep(self) -> "RecordedLife":
        """Write what has happened since the last time."""
        if not self.kept:
            async with self.database.write() as connection:
                for version, key in ((1, FORM), (2, NEW_FORM)):
                    row = {"ref": self.case.ref, "version": version, "hash": key, "answers": ANSWERS}
                    await connection.execute(insert(forms).values(row))
        for step in self.steps[self.kept :]:
            async with self.database.write() as connection:
                await record(
                    connection,
                    Transition(
                        before=step.before,
                        at=max(step.before.last_at, min(step.command.received_at, step.now)),
                        command=step.command.id,
                        actor=step.command.by.person,
                        events=step.events,
                    ),
                )
        self.kept = len(self.steps)
        return self

    async def notice(self, headline: str, seat: str = "") -> Row[Any]:
        """The one notice whose headline begins so."""
        found = [
            row
            for row in await self.notices()
            if row.headline.startswith(headline) and (not seat or row.seat == seat)
        ]
        assert len(found) == 1, [(row.seat, row.headline) for row in found or await self.notices()]
        return found[0]

    async def has_told(self, headline: str) -> None:
        """The notice whose headline begins so was dealt with before the story begins."""
        notice = await self.notice(headline)
        async with self.database.write() as connection:
            await settled(connection, notice.id, notice.wanted)

    async def notices(self) -> list[Row[Any]]:
        async with self.database.read() as connection:
            query = (
                select(notices)
                .where(notices.c.ref == self.case.ref)
                .order_by(notices.c.created_at, notices.c.id)
            )
            return list((await connection.execute(query)).all())

    async def message(self, notice: str) -> Message:
        async with self.database.read() as connection:
            found = await for_sync(connection, notice, self.now)
        assert found
        return found

    async def task_row(self, kind: str) -> Row[Any]:
        async with self.database.read() as connection:
            query = select(tasks).where(tasks.c.ref == self.case.ref, tasks.c.kind == kind)
            return (await connection.execute(query)).one()


async def without_channels(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(update(teams).values(slack_channel=None))


async def without_slack_users(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(update(people).values(slack_user=None))
