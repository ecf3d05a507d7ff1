"""The edge: what a page, the API or the command line was told is checked, kept, and only then acknowledged.

Every channel comes through here with raw answers; the same questions and the same sentences serve them all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from api.desk import Answer, Clock, Desk
from domain.acts import FORMS, check_act, form_for
from domain.case import Case
from domain.permissions import may_see, seats
from domain.people import Role, Seat
from domain.questions import Answers, Problem
from domain.refusals import NoSuchCase
from domain.request_form import check_request
from store import commands, directory, drafts, shapes, tables
from store.database import Database
from store.directory import Person

# Set by the page that showed the form, not typed: what was read, and which task was meant.
CARRIED = ("form_hash", "task")


class Invalid(Exception):
    """Answers that cannot be taken, one problem a field. Nothing was kept; show them with what was typed (422)."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(problem.sentence for problem in problems))
        self.problems = problems


@dataclass(frozen=True, kw_only=True)
class Known:
    """A case as one person may see it."""

    case: Case
    items: tuple[str, ...]
    seats: tuple[Seat, ...]

    @property
    def is_last_review(self) -> bool:
        """The 24-month review and every later one asks what follows."""
        return self.case.review_month >= self.case.policy.review_months[-1]


class Intake:
    def __init__(self, database: Database, desk: Desk, clock: Clock) -> None:
        self.database = database
        self.desk = desk
        self.clock = clock

    async def known(self, person: Person, ref: str) -> Known:
        """The case, if this person may see it. Raises `NoSuchCase` alike for what is not there and what is not theirs."""
        async with self.database.read() as connection:
            return await known(connection, person, ref)

    async def act(
        self, person: Person, ref: str, name: str, raw: Mapping[str, Any], *, command: str, seen: int | None, via: str
    ) -> Answer:
        """Check, keep and deliver one act. Raises `Invalid`, `NoSuchCase`, `SameCommandOtherBody`."""
        async with self.database.write() as connection:
            if name not in FORMS:
                raise NoSuchCase
            seen_case = await known(connection, person, ref)
            form = form_for(name, items=seen_case.items, last_review=seen_case.is_last_review)
            answers, problems = check_act(form, dict(raw))
            if problems:
                raise Invalid(problems)
            answers |= {key: str(raw[key])[:200] for key in CARRIED if isinstance(raw.get(key), str)}
            if answers.get("material") == "yes":
                answers |= await self._changed_form(connection, seen_case.case, answers)
            await self._keep(connection, person, ref, name, answers, command=command, seen=seen, via=via)
        return await self.desk.deliver(command)

    async def submit(
        self, person: Person, ref: str, raw: Mapping[str, Any], *, command: str, via: str, seen: int | None = None
    ) -> Answer:
        """Check a whole request, freeze it as a version, keep the command and deliver it. Raises `Invalid`."""
        async with self.database.write() as connection:
            if await drafts.get(connection, ref, person.id) is None:
                await known(connection, person, ref)  # a colleague's request that came back may be sent again
            answers, problems = await self.check(connection, person, raw)
            if problems:
                raise Invalid(problems)
            version, digest = await drafts.freeze(connection, ref, answers)
            body: Answers = {**answers, "form_version": version, "form_hash": digest}
            await self._keep(connection, person, ref, "submit", body, command=command, seen=seen, via=via)
            await drafts.mark_submitted(connection, ref)
        return await self.desk.deliver(command)

    async def check(
        self, connection: AsyncConnection, person: Person, raw: Mapping[str, Any]
    ) -> tuple[Answers, tuple[Problem, ...]]:
        """Check a request against the directory, as this person may ask it."""
        mine = person.teams(Role.REQUESTER)
        team = raw.get("team")
        chosen = [team] if isinstance(team, str) and team in mine else []
        owners = {owner for _, owner, _ in await directory.risk_owners(connection, chosen)} - {person.id}
        senders = {each.id for each in await directory.team_names(connection, holding=Role.SENDER_DECIDER)} - {team}
        return check_request(raw, mine, owners, {each for each in senders if isinstance(each, str)})

    async def _changed_form(self, connection: AsyncConnection, case: Case, answers: Answers) -> Answers:
        """A material answer becomes part of the form, as its next version, to be signed again (C10)."""
        before = await drafts.form(connection, case.ref, case.form_version) or {}
        addenda = [*before.get("addenda", []), answers["reason"]]
        version, digest = await drafts.freeze(connection, case.ref, {**before, "addenda": addenda})
        return {"form_version": version, "form_hash": digest}

    async def _keep(
        self,
        connection: AsyncConnection,
        person: Person,
        ref: str,
        name: str,
        answers: Answers,
        *,
        command: str,
        seen: int | None,
        via: str,
    ) -> None:
        now = self.clock()
        body = {key: list(value) if isinstance(value, tuple) else value for key, value in answers.items()}
        received = commands.Received(
            id=command, ref=ref, act=name, actor=person.id, via=via, body=body, seen=seen, received_at=now
        )
        await commands.keep(connection, received, now)


async def known(connection: AsyncConnection, person: Person, ref: str) -> Known:
    row = (
        await connection.execute(select(tables.cases.c.state, tables.cases.c.items_shared).where(tables.cases.c.ref == ref))
    ).one_or_none()
    if row is None:
        raise NoSuchCase
    case = shapes.case_from_json(row.state)
    held = seats(person.posts, case.receiving, case.sending)
    if not may_see(case, held, person.roles) and not _operates(case, held):
        raise NoSuchCase
    return Known(case=case, items=tuple(row.items_shared), seats=held)


def _operates(case: Case, held: tuple[Seat, ...]) -> bool:
    """An operator sees a case only while it waits for a post to be filled, and then only that."""
    return Seat.OPERATOR in held and any(task.seat is Seat.OPERATOR for task in case.tasks.values())
