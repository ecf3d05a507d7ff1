"""Teams describe the services they offer, open and withdraw them, and say which one a grant opens (P3).

Checked, applied and kept in one transaction. 404 comes before 403, and who may is asked before what was typed. A repeat
changes nothing (G6).
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from api.desk import Clock
from api.invalid import Invalid
from api.known import known
from api.outside import OutsideActs, cleaned
from domain import service_forms as forms
from domain import service_rules as rules
from domain.governance import SERVICES
from domain.grants import OVER, grant_id
from domain.people import Role
from domain.questions import Answers, Choice, Problem, Question
from domain.refusals import NoSuchCase
from domain.service_rules import Environment, State
from domain.working_days import london_date
from store import commands, contacts, grants, service_directory, tables, x_road
from store.commands import Received
from store.database import Database, one_at_a_time
from store.directory import Person

LINES = ("items", "operations")
DONE = {State.OPEN: "opened", State.PAUSED: "paused", State.WITHDRAWN: "withdrawn"}
KEPT_UNDER = "exchange"


class ServiceActs(OutsideActs):
    """Each raises `NoSuchCase` (404), the refusals of `domain.service_rules` (403, 409), `Invalid` (422) and
    `SameCommandOtherBody` (409). `here`: whether this computer may be named as an address, as in a demonstration."""

    kept_under = KEPT_UNDER

    def __init__(self, database: Database, clock: Clock, *, here: bool = False) -> None:
        super().__init__(database, clock)
        self.here = here

    async def add(self, person: Person, raw: Mapping[str, Any], *, command: str, via: str) -> str:
        """A draft, seen by those who may change it; its id."""
        async with self.database.read() as connection:
            questions = await may_add(connection, person)
        told = self.told_about(person, "add_service", questions, raw, command, via, "")
        async with self.database.write() as connection:
            await one_at_a_time(connection, tables.services)
            if await commands.is_repeat(connection, told):
                kept = await commands.get(connection, command)
                return str(kept.body["service"]) if kept else ""
            values = self._checked(questions, raw)
            team = str(values.pop("team"))
            await _offers(connection, team)
            service = await service_directory.mint(
                connection, team, str(values["title"]), str(values["environment"])
            )
            at = told.received_at
            await service_directory.add(connection, at, service, team, values, by=person.id)
            await self.keep(connection, told, {**values, "team": team, "service": service})
        return service

    async def change(
        self, person: Person, service: str, raw: Mapping[str, Any], *, seen: int, command: str, via: str
    ) -> None:
        """Its description, but not whose it is nor its environment. `seen`: the version it was drawn from."""
        told = self.told_about(
            person, "change_service", forms.CHANGE, raw, command, via, service, seen=str(seen)
        )
        async with self.database.write() as connection:
            row, repeated = await self._mine(connection, person, told, service)
            if repeated:
                return
            if row.version != seen:
                raise rules.ServiceChanged
            values = self._checked(forms.CHANGE, raw)
            at = told.received_at
            await service_directory.change(connection, at, service, values, by=person.id, act="changed")
            await self.keep(connection, told, {**values, "service": service})

    async def open(self, person: Person, service: str, *, command: str, via: str) -> None:
        """A live one only while two people can be reached (P3.1)."""
        told = self.told_about(person, "open_service", (), {}, command, via, service)
        async with self.database.write() as connection:
            row, repeated = await self._mine(connection, person, told, service)
            if repeated:
                return
            await _offers(connection, row.team)
            if why := rules.why_not_opened(
                row.environment, await _reached(connection, told, row), row.team_name
            ):
                raise Invalid((Problem("", f"{why}."),))
            await self._turn(connection, person, told, service, State.OPEN)

    async def pause(self, person: Person, service: str, *, command: str, via: str) -> None:
        told = self.told_about(person, "pause_service", (), {}, command, via, service)
        async with self.database.write() as connection:
            _, repeated = await self._mine(connection, person, told, service)
            if not repeated:
                await self._turn(connection, person, told, service, State.PAUSED)

    async def withdraw(
        self, person: Person, service: str, raw: Mapping[str, Any], *, command: str, via: str
    ) -> None:
        """For good: its page stays, with why (G7)."""
        told = self.told_about(person, "withdraw_service", forms.WHY_WITHDRAWN, raw, command, via, service)
        async with self.database.write() as connection:
            _, repeated = await self._mine(connection, person, told, service)
            if not repeated:
                said = str(cleaned(forms.WHY_WITHDRAWN, raw)["why"])
                await self._turn(connection, person, told, service, State.WITHDRAWN, said)

    async def bind(self, person: Person, ref: str, raw: Mapping[str, Any], *, command: str, via: str) -> None:
        """Which service the grant of a case opens; its tokens name it from the next one on."""
        async with self.database.read() as connection:
            _, questions = await may_bind(connection, person, ref)
        told = self.told_about(person, "bind_service", questions, raw, command, via, ref)
        async with self.database.write() as connection:
            await one_at_a_time(connection, tables.services)
            if await commands.is_repeat(connection, told):
                return
            _, questions = await may_bind(connection, person, ref)
            chosen = str(cleaned(questions, raw)["service"])
            await service_directory.bind(connection, ref, "" if chosen == "none" else chosen)
            await x_road.wish(connection, told.received_at, grant_id(ref))
            await self.keep(connection, told, {"ref": ref, "service": chosen})

    async def _mine(
        self, connection: AsyncConnection, person: Person, told: Received, service: str
    ) -> tuple[Row[Any], bool]:
        """The service, and whether this is a repeat. Raises what is in the way of the act."""
        await one_at_a_time(connection, tables.services)
        row = await a_service(connection, person, service)
        require(person, row)
        if await commands.is_repeat(connection, told):
            return row, True
        possible(row, told.act)
        return row, False

    async def _turn(
        self,
        connection: AsyncConnection,
        person: Person,
        told: Received,
        service: str,
        to: State,
        said: str = "",
    ) -> None:
        await service_directory.change(
            connection, told.received_at, service, {"state": to}, by=person.id, act=DONE[to], said=said
        )
        await self.keep(connection, told, {"service": service, "state": to, "why": said})

    def _checked(self, questions: tuple[Question, ...], raw: Mapping[str, Any]) -> dict[str, Any]:
        """The values to keep. Raises `Invalid` with every problem at once."""
        found: tuple[Problem, ...] = ()
        answers: Answers = {}
        try:
            answers = cleaned(questions, raw)
        except Invalid as invalid:
            found = invalid.problems
        wrong = {each.field for each in found}
        found += tuple(
            each
            for each in rules.problems(answers or _as_typed(raw), here=self.here)
            if each.field not in wrong
        )
        if found:
            raise Invalid(found)
        values: dict[str, Any] = {each.id: answers.get(each.id, "") for each in questions}
        items, lines = values["items"], values["operations"]
        return values | {"items": list(items), "operations": rules.operations(lines)}


def _as_typed(raw: Mapping[str, Any]) -> dict[str, Any]:
    """What can be looked at of answers of which some cannot be taken."""
    found = {key: value.strip() for key, value in raw.items() if isinstance(value, str) and key not in LINES}
    given = raw.get("operations")
    lines = given.splitlines() if isinstance(given, str) else ()
    return {**found, "operations": [line.strip() for line in lines if line.strip()]}


# --- what pages ask before they draw a form, and the acts before they are done ------------------------------------


async def a_service(connection: AsyncConnection, person: Person | None, service: str) -> Row[Any]:
    """A service that this person may see: a draft is there for those who may change it."""
    row = await service_directory.one(connection, service) if rules.ID.fullmatch(service) else None
    if row is None or (row.state == State.DRAFT and not (person and keeps(person, row))):
        raise NoSuchCase
    return row


def keeps(person: Person, row: Any) -> bool:
    """`row`: of a service, or anything with a `team` and its `organisation`."""
    return rules.may(person.posts, row.team, row.organisation)


def require(person: Person, row: Any) -> None:
    if not keeps(person, row):
        raise rules.NotYourService


def possible(row: Any, act: str) -> None:
    """Raises `ServiceMovedOn` where a service is in no state for this act."""
    if row.state not in rules.NEXT[act]:
        raise rules.ServiceMovedOn(state=rules.STATE_WORDS[State(row.state)])


def offers_for(person: Person) -> tuple[set[str], set[str]]:
    """(teams, bodies) whose services this person may describe."""
    bodies = {
        p.organisation for p in person.posts if p.role in SERVICES and p.role is not Role.SENDER_DECIDER
    }
    return person.teams(Role.SENDER_DECIDER), bodies


async def may_add(connection: AsyncConnection, person: Person) -> tuple[Question, ...]:
    """What is asked to add one. Raises `NotYourService`."""
    found = await service_directory.offering_teams(connection, *offers_for(person))
    if not found:
        raise rules.NotYourService
    bodies = {row.body for row in found}
    return forms.adding(
        {row.id: row.name if len(bodies) == 1 else f"{row.name}, {row.body}" for row in found}
    )


async def may_bind(
    connection: AsyncConnection, person: Person, ref: str
) -> tuple[Row[Any], tuple[Question, ...]]:
    """The grant of a case, and what is asked to choose its service."""
    seen = await known(connection, person, ref)
    sending = seen.case.sending
    if sending is None or not rules.decides(person.posts, sending.team):
        raise rules.NotYourGrantToBind
    grant = await grants.of_case(connection, ref)
    if grant is None or grant.state in OVER:
        raise rules.NoGrantToBind
    found = await service_directory.bindable(connection, sending.team)
    if not found and not grant.service:
        raise rules.NoServiceToBind
    return grant, forms.binding([_choice(row, grant.items) for row in found])


def _choice(row: Any, wanted: list[str]) -> Choice:
    missing = [each for each in wanted if not rules.covers(row.items, [each])]
    paused = "Paused now. " if row.state == State.PAUSED else ""
    told = f"It does not name: {'; '.join(missing)}." if missing else "It names every item of the grant."
    return Choice(value=row.id, label=row.title, hint=f"{paused}{told}")


async def _offers(connection: AsyncConnection, team: str) -> None:
    """Raises `Invalid` where the body of a team can offer nothing."""
    found = await service_directory.team_of(connection, team)
    why = rules.why_not_offered(found.body, found.status, found.closed_on) if found else "Select a team"
    if why:
        raise Invalid((Problem("team", f"{why}."),))


async def _reached(connection: AsyncConnection, told: Received, row: Any) -> int:
    if row.environment != Environment.LIVE:
        return rules.FEWEST_CONTACTS
    return len(await contacts.live(connection, row.team, london_date(told.received_at)))
