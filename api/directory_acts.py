"""The operator keeps bodies, teams, people and bank holidays; teams name whom to reach (G1, G3, P3).

Checked by the rules that check a file's rows (`domain.directory_import`), applied and kept in one transaction. Where two
operators have the same page open, the second is told what the first one saved. A repeat changes nothing (G6).
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from api import calendar
from api.desk import Clock
from api.invalid import Invalid
from api.outside import OutsideActs, cleaned
from api.owners import UNKNOWN, keeps
from domain import directory_forms as forms
from domain import holidays
from domain.cover import leads, operates
from domain.directory_import import READERS
from domain.directory_plan import Line
from domain.directory_reading import Planner
from domain.directory_rows import BODY, PERSON, TEAM, Body, Someone, Team, identifiers_of
from domain.directory_table import Record
from domain.people import Role
from domain.questions import Answers, Problem, Question
from domain.refusals import NoSuchCase
from domain.working_days import Nation, london_date
from store import commands, contacts, directory_kept, posts, tables
from store.commands import Received
from store.database import Database, one_at_a_time
from store.directory import Person


class DirectoryActs(OutsideActs):
    """Each raises `NoSuchCase` (404), refusals (403, 409), `Invalid` (422) and `SameCommandOtherBody` (409).

    `seen`: what `directory_kept.seen` says of the row that the page was drawn from. `test`: whether bodies that are added
    are made up unless somebody says otherwise.
    """

    kept_under = "directory"

    def __init__(self, database: Database, clock: Clock, *, test: bool = False) -> None:
        super().__init__(database, clock)
        self.test = test

    async def add_body(self, person: Person, raw: Mapping[str, Any], *, command: str, via: str) -> str:
        """Its id."""
        told = self.told_about(person, "add_body", forms.ADD_BODY, raw, command, via, "")
        return await self._add(person, told, BODY, forms.ADD_BODY, raw, {})

    async def add_team(
        self, person: Person, body: str, raw: Mapping[str, Any], *, command: str, via: str
    ) -> str:
        """Its id."""
        async with self.database.read() as connection:
            await a_body(connection, body)
            questions = forms.team_form(await directory_kept.clusters(connection))
        told = self.told_about(person, "add_team", questions, raw, command, via, body)
        return await self._add(person, told, TEAM, questions, raw, {"body": body})

    async def change_body(
        self, person: Person, body: str, raw: Mapping[str, Any], *, seen: str, command: str, via: str
    ) -> None:
        """All but its name and its teams, which only a change of government changes."""
        told = self.told_about(person, "change_body", forms.CHANGE_BODY, raw, command, via, body, seen=seen)
        async with self.database.write() as connection:
            found = await a_body(connection, body)
            if await self._is_repeat(connection, person, told):
                return
            _same(found, seen, forms.CHANGE_BODY, forms.of_body(found))
            answers = cleaned(forms.CHANGE_BODY, raw)
            cells = _cells(answers, id=body)
            values = await self._checked(connection, BODY, cells, told)
            await self._change(connection, told, BODY, values, body, _of_body(answers))

    async def change_team(
        self, person: Person, team: str, raw: Mapping[str, Any], *, seen: str, command: str, via: str
    ) -> None:
        async with self.database.read() as connection:
            questions = forms.team_form(await directory_kept.clusters(connection))
        told = self.told_about(person, "change_team", questions, raw, command, via, team, seen=seen)
        async with self.database.write() as connection:
            found = await a_team(connection, team)
            if await self._is_repeat(connection, person, told):
                return
            _same(found, seen, questions, forms.of_team(found))
            answers = cleaned(questions, raw)
            values = await self._checked(connection, TEAM, _cells(answers, id=team, body=found.body), told)
            await self._change(connection, told, TEAM, values, team, _of_team(answers, found))

    async def change_person(
        self, person: Person, whom: str, raw: Mapping[str, Any], *, seen: str, command: str, via: str
    ) -> None:
        told = self.told_about(
            person, "change_person", forms.CHANGE_PERSON, raw, command, via, whom, seen=seen
        )
        today = london_date(told.received_at)
        async with self.database.write() as connection:
            await posts.lock(connection)
            found = await a_person(connection, whom, today)
            if await self._is_repeat(connection, person, told):
                return
            _same(found, seen, forms.CHANGE_PERSON, forms.of_person(found))
            answers = cleaned(forms.CHANGE_PERSON, raw)
            values = await self._checked(connection, PERSON, _cells(answers, id=whom), told)
            given = {key: str(answers.get(key, "")) for key in ("name", "email", "slack_user")}
            await self._change(connection, told, PERSON, values, whom, given)

    async def name_contact(
        self, person: Person, team: str, raw: Mapping[str, Any], *, command: str, via: str
    ) -> None:
        """Somebody in the directory can be reached about this team's data, from today."""
        told = self.told_about(person, "name_contacts", forms.NAME_CONTACT, raw, command, via, team)
        today = london_date(told.received_at)
        async with self.database.write() as connection:
            await posts.lock(connection)
            require_contacts(person, await a_team(connection, team))
            if await commands.is_repeat(connection, told):
                return
            answers = cleaned(forms.NAME_CONTACT, raw)
            who = await posts.by_email(connection, str(answers["email"]))
            if who is None:
                raise Invalid((Problem("email", UNKNOWN),))
            for is_wrong, sentence in (
                (await contacts.is_named(connection, team, who, today), "this person is named already"),
                (
                    not await contacts.holds_a_post(connection, who, today),
                    "this person holds no post today, so nobody would count on them",
                ),
                ((await a_person(connection, who, today)).left_on != "", "this person has left"),
            ):
                if is_wrong:
                    raise Invalid((Problem("email", f"Enter somebody else: {sentence}"),))
            await contacts.name(connection, team, who, today, by=person.id)
            await self.keep(connection, told, {"team": team, "who": who})

    async def end_contact(self, person: Person, number: int, *, command: str, via: str) -> None:
        told = self.told_about(person, "name_contacts", (), {}, command, via, number)
        today = london_date(told.received_at)
        async with self.database.write() as connection:
            await posts.lock(connection)
            row = await a_contact(connection, person, number)
            if await commands.is_repeat(connection, told):
                return
            if row.held_until and row.held_until < today.isoformat():
                raise forms.NamedAlready
            await contacts.end(connection, number, today - posts.ONE_DAY)
            await self.keep(connection, told, {"ended": number})

    async def add_holiday(
        self, person: Person, raw: Mapping[str, Any], *, command: str, via: str
    ) -> list[str]:
        """A proclaimed day (G3): the commands by which open cases take it, for the relay. Nothing to do for a repeat."""
        told = self.told_about(person, "add_holiday", holidays.FORM, raw, command, via, "")
        today = london_date(told.received_at)
        async with self.database.write() as connection:
            await one_at_a_time(connection, tables.bank_holidays)
            if await self._is_repeat(connection, person, told):
                return []
            nation, day, title = await checked_day(connection, raw, today)
            await calendar.put(connection, nation, day, title, by=person.id, now=told.received_at)
            kept = await calendar.tell(connection, {nation}, by=person.id, now=told.received_at)
            body = {"nation": nation, "date": day.isoformat(), "title": title, "cases": len(kept)}
            await self.keep(connection, told, body)
            return kept

    # --- what they have in common ------------------------------------------------------------------------------

    async def _is_repeat(self, connection: AsyncConnection, person: Person, told: Received) -> bool:
        keeps(person)
        return await commands.is_repeat(connection, told)

    async def _checked(
        self, connection: AsyncConnection, kind: str, cells: Mapping[str, str], told: Received
    ) -> Line:
        """What a row of a file with these cells would do. Raises `Invalid` with what the file would be told."""
        today = london_date(told.received_at)
        known = await directory_kept.known(connection, today, test=self.test, whole=False)
        record = Record(line=1, cells={"kind": kind, **{key: value for key, value in cells.items() if value}})
        plan = Planner(known, today).read([record], READERS)
        if plan.faults:
            raise Invalid(
                tuple(Problem(fault.column, fault.sentence.removesuffix(".")) for fault in plan.faults)
            )
        return plan.lines[0]

    async def _add(
        self,
        person: Person,
        told: Received,
        kind: str,
        questions: tuple[Question, ...],
        raw: Mapping[str, Any],
        more: Mapping[str, str],
    ) -> str:
        async with self.database.write() as connection:
            await posts.lock(connection)
            if await self._is_repeat(connection, person, told):
                kept = await commands.get(connection, told.id)
                return str(kept.body["id"]) if kept else ""
            answers = cleaned(questions, raw)
            line = await self._checked(connection, kind, {**_cells(answers), **more}, told)
            if line.verb != "add":
                raise Invalid((Problem("name", f"{line.what} is there already: enter a different name"),))
            await directory_kept.add(connection, kind, line.values)
            await self.keep(connection, told, {**_listed(answers), **more, "id": line.key})
            return str(line.key)

    async def _change(
        self,
        connection: AsyncConnection,
        told: Received,
        kind: str,
        line: Line,
        id: str,
        given: Mapping[str, Any],
    ) -> None:
        """`given`: what was asked and may be emptied here, which no row of a file does."""
        emptied = {key: value for key, value in given.items() if key not in line.values and not value}
        values = {**line.values, **{key: value for key, value in emptied.items() if key != "tiny"}}
        if values:
            await directory_kept.change(connection, kind, id, values)
        # What people are called stands in the directory, and once is enough.
        body = {"changed": sorted(values)} if kind == PERSON else dict(given)
        await self.keep(connection, told, {**body, "id": id})


# --- what pages ask before they draw a form, and the acts before they are done ---------------------------------------


async def a_body(connection: AsyncConnection, body: str) -> Body:
    row = await _row(connection, tables.organisations, body)
    return directory_kept.body_of(row)


async def a_team(connection: AsyncConnection, team: str) -> Team:
    return directory_kept.team_of(await _row(connection, tables.teams, team))


async def a_person(connection: AsyncConnection, whom: str, today: date) -> Someone:
    return directory_kept.person_of(await _row(connection, tables.people, whom), today)


async def a_contact(connection: AsyncConnection, person: Person, number: int) -> Row[Any]:
    row = await contacts.one(connection, number)
    if row is None:
        raise NoSuchCase
    require_contacts(person, await a_team(connection, row.team))
    return row


async def _row(connection: AsyncConnection, table: Any, id: str) -> Row[Any]:
    row = (await connection.execute(select(table).where(table.c.id == id))).one_or_none()
    if row is None:
        raise NoSuchCase
    return row


def names_contacts(person: Person, team: str, body: str) -> bool:
    """P3: its risk owners and deciders, the leaders of its body, the operator. Drawing a link and doing it ask the same."""
    theirs = person.teams(Role.RISK_OWNER) | person.teams(Role.SENDER_DECIDER)
    return operates(person.posts) or team in theirs or leads(person.posts, {body})


def require_contacts(person: Person, team: Team) -> None:
    if not names_contacts(person, team.id, team.body):
        raise forms.NotYourTeam


async def checked_day(
    connection: AsyncConnection, raw: Mapping[str, Any], today: date
) -> tuple[Nation, date, str]:
    """A day that can be added. Raises `Invalid`, and `HolidayKnown`."""
    answers = cleaned(holidays.FORM, raw)
    nation, day = Nation(str(answers["nation"])), date.fromisoformat(str(answers["date"]))
    found = await directory_kept.calendar(connection)
    if (nation.value, day.isoformat()) in found["holidays"]:
        raise forms.HolidayKnown(day=day.isoformat())
    if why := holidays.problem(day, today, found["last_year"]):
        raise Invalid((Problem("date", why),))
    return nation, day, str(answers["title"])


def _same(
    found: Body | Team | Someone, seen: str, questions: tuple[Question, ...], now: Mapping[str, object]
) -> None:
    if seen != directory_kept.seen(found):
        raise forms.ChangedMeanwhile(now=forms.in_words(questions, now))


def _cells(answers: Answers, **more: str) -> dict[str, str]:
    """Answers as a row of a file would say them."""
    cells = {
        key: "|".join(value) if isinstance(value, tuple) else str(value) for key, value in answers.items()
    }
    if cells.get("cluster") == "none":
        del cells["cluster"]
    return {**cells, **more}


def _of_body(answers: Answers) -> dict[str, Any]:
    systems = answers.get("identifiers", ())
    return {"identifiers": identifiers_of("|".join(systems)) or {}} if isinstance(systems, tuple) else {}


def _of_team(answers: Answers, found: Team) -> dict[str, str]:
    cluster = str(answers.get("cluster", found.cluster))
    return {
        "name": str(answers["name"]),
        "cluster": "" if cluster == "none" else cluster,
        "slack_channel": str(answers.get("slack_channel", "")),
    }


def _listed(answers: Answers) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in answers.items()}
