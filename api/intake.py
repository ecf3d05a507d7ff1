"""The edge: what a page, the API or the command line was told is checked, kept, and only then acknowledged.

Every channel comes through here with raw answers; the same questions and the same sentences serve them all.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from api.desk import Answer, Clock, Desk
from domain.acts import FORMS, ActForm, check_act, form_for
from domain.case import Case, Stage
from domain.people import Role, Seat
from domain.permissions import may_see, seats
from domain.questions import Answers, Problem, tidy
from domain.refusals import NoSuchCase
from domain.request_form import QUESTIONS, check_request
from store import commands, directory, drafts, shapes, tables
from store.database import Database
from store.directory import Person

# Set by the page that showed the form, not typed: what was read, and which task was meant.
CARRIED = ("form_hash", "task")
# Of the last review or of a bundle only, so not among the questions that are always there.
ASKED_SOMETIMES = ("after", "bundle")


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
    bundle: str = ""
    unsigned: tuple[Case, ...] = ()  # the other cases of its bundle that wait for the same signature (C1)

    @property
    def is_last_review(self) -> bool:
        """The 24-month review and every later one asks what follows."""
        return self.case.review_month >= self.case.policy.review_months[-1]

    def form(self, act: str) -> ActForm:
        """The form of an act as this case needs it, for every channel."""
        return form_for(act, items=self.items, last_review=self.is_last_review, bundled=len(self.unsigned))


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
        self,
        person: Person,
        ref: str,
        name: str,
        raw: Mapping[str, Any],
        *,
        command: str,
        seen: int | None,
        via: str,
    ) -> Answer:
        """Check, keep and deliver one act. Raises `Invalid`, `NoSuchCase`, `SameCommandOtherBody`."""
        more: list[str] = []
        async with self.database.write() as connection:
            if name not in FORMS:
                raise NoSuchCase
            told = self._told(person, ref, name, raw, command=command, seen=seen, via=via)
            if not await commands.is_repeat(connection, told):
                more = await self._take_act(connection, person, raw, told)
        return await self._deliver(command, more)

    async def _take_act(
        self, connection: AsyncConnection, person: Person, raw: Mapping[str, Any], told: commands.Received
    ) -> list[str]:
        """Keep an act; the ids of the commands beside it, when one signature is for a whole bundle (C1)."""
        seen_case = await known(connection, person, told.ref)
        answers, problems = check_act(seen_case.form(told.act), dict(raw))
        if problems:
            raise Invalid(problems)
        answers |= {key: tidy(raw[key][:200]) or "" for key in CARRIED if isinstance(raw.get(key), str)}
        if answers.get("material") == "yes":
            answers |= await self._changed_form(connection, seen_case.case, answers)
        await self._keep(connection, told, answers)
        if answers.pop("bundle", "") != "yes":
            return []
        return [
            await self._keep(
                connection,
                replace(told, id=f"{told.id}.{other.ref}", ref=other.ref, seen=other.version),
                {**answers, "form_hash": other.form_hash},
            )
            for other in seen_case.unsigned
        ]

    async def submit(
        self,
        person: Person,
        ref: str,
        raw: Mapping[str, Any],
        *,
        command: str,
        via: str,
        seen: int | None = None,
    ) -> Answer:
        """Check a whole request, freeze it as a version, keep the command and deliver it. Raises `Invalid`."""
        more: list[str] = []
        async with self.database.write() as connection:
            told = self._told(person, ref, "submit", raw, command=command, seen=seen, via=via)
            if not await commands.is_repeat(connection, told):
                if await drafts.get(connection, ref, person.id) is None:
                    await known(
                        connection, person, ref
                    )  # a colleague's request that came back may be sent again
                more = await self._take_submission(connection, person, raw, told)
        return await self._deliver(command, more)

    async def start(self, person: Person, raw: Mapping[str, Any], *, command: str, via: str) -> Answer:
        """Make a request and submit it in one go, or nothing at all: a refused form leaves no draft behind."""
        more: list[str] = []
        async with self.database.write() as connection:
            ref = await drafts.ref_for(connection, command, person.id)
            told = self._told(person, ref, "submit", raw, command=command, seen=None, via=via)
            if not await commands.is_repeat(connection, told):
                await drafts.put(connection, ref, person.id, told.received_at, raw)
                more = await self._take_submission(connection, person, raw, told)
        return await self._deliver(command, more)

    async def save_draft(
        self, person: Person, raw: Mapping[str, Any], *, command: str, via: str, ref: str = ""
    ) -> Answer:
        """Save answers as typed: in a new draft or, with `ref`, in one of this person's own.

        A late repeat of an older save changes nothing. Raises `NoSuchCase`, `SameCommandOtherBody`.
        """
        async with self.database.write() as connection:
            found = ref or await drafts.ref_for(connection, command, person.id)
            told = self._told(person, found, "save_draft", raw, command=command, seen=None, via=via)
            if not await commands.is_repeat(connection, told):
                if ref and await drafts.get(connection, ref, person.id) is None:
                    raise NoSuchCase
                await drafts.put(connection, found, person.id, told.received_at, raw)
                await commands.keep(connection, told, told.received_at, state=commands.APPLIED)
        return Answer(command=command, ref=found, state=commands.APPLIED, status=200)

    async def _take_submission(
        self, connection: AsyncConnection, person: Person, raw: Mapping[str, Any], told: commands.Received
    ) -> list[str]:
        """Keep the request, and one more case for each other team it asks; the commands beside the first (C1)."""
        answers, problems = await self.check(connection, person, raw)
        if problems:
            raise Invalid(problems)
        others = answers.pop("also_teams", ())
        before = await connection.scalar(select(tables.cases.c.bundle).where(tables.cases.c.ref == told.ref))
        if before is not None:  # it came back and is sent again: the others go their own way already
            others = ()
        if bundle := before or (told.ref if others else ""):
            answers["bundle"] = bundle
        await self._keep_request(connection, told, answers)
        more: list[str] = []
        for team in others if isinstance(others, tuple) else ():
            ref = await drafts.ref_for(connection, f"{told.id}.{team}", person.id)
            again: dict[str, Any] = {**raw, "sending_team": team, "also_teams": []}
            await drafts.put(connection, ref, person.id, told.received_at, again)
            other = replace(told, id=f"{told.id}.{ref}", ref=ref)
            more.append(await self._keep_request(connection, other, {**answers, "sending_team": team}))
        return more

    async def _keep_request(
        self, connection: AsyncConnection, told: commands.Received, answers: Answers
    ) -> str:
        version, digest = await drafts.freeze(connection, told.ref, answers)
        await drafts.mark_submitted(connection, told.ref)
        return await self._keep(connection, told, {**answers, "form_version": version, "form_hash": digest})

    async def check(
        self, connection: AsyncConnection, person: Person, raw: Mapping[str, Any]
    ) -> tuple[Answers, tuple[Problem, ...]]:
        """Check a request against the directory, as this person may ask it."""
        mine = person.teams(Role.REQUESTER)
        team = raw.get("team")
        chosen = [team] if isinstance(team, str) and team in mine else []
        owners = {owner for _, owner, _ in await directory.risk_owners(connection, chosen)} - {person.id}
        holders = await directory.team_names(connection, holding=Role.SENDER_DECIDER)
        senders = {each.id for each in holders} - set(chosen)
        return check_request(raw, mine, owners, senders)

    async def _changed_form(self, connection: AsyncConnection, case: Case, answers: Answers) -> Answers:
        """A material answer becomes part of the form, as its next version, to be signed again (C10)."""
        before = await drafts.form(connection, case.ref, case.form_version) or {}
        addenda = [*before.get("addenda", []), answers["reason"]]
        version, digest = await drafts.freeze(connection, case.ref, {**before, "addenda": addenda})
        return {"form_version": version, "form_hash": digest}

    def _told(
        self,
        person: Person,
        ref: str,
        name: str,
        raw: Mapping[str, Any],
        *,
        command: str,
        seen: int | None,
        via: str,
    ) -> commands.Received:
        """The command as it was told, before it is checked: its own questions only, not what else a page sends along."""
        questions = FORMS[name].questions if name in FORMS else QUESTIONS
        asked = {*(question.id for question in questions), *ASKED_SOMETIMES, *CARRIED}
        told = {key: value for key, value in raw.items() if key in asked}
        return commands.Received(
            id=command,
            ref=ref,
            act=name,
            actor=person.id,
            via=via,
            body={},
            seen=seen,
            received_at=self.clock(),
            told=told,
        )

    async def _keep(self, connection: AsyncConnection, told: commands.Received, answers: Answers) -> str:
        body = {key: list(value) if isinstance(value, tuple) else value for key, value in answers.items()}
        await commands.keep(connection, replace(told, body=body), told.received_at)
        return told.id

    async def _deliver(self, command: str, more: list[str]) -> Answer:
        """The answer is the first command's; the others of its bundle are kept, and brought beside it."""
        answer, *_ = await asyncio.gather(*(self.desk.deliver(each) for each in (command, *more)))
        return answer


async def known(connection: AsyncConnection, person: Person, ref: str) -> Known:
    c = tables.cases.c
    query = select(c.state, c.items_shared, c.bundle).where(c.ref == ref)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise NoSuchCase
    case = shapes.case_from_json(row.state)
    held = seats(person.posts, case.receiving, case.sending)
    if not may_see(case, held, person.roles) and not _operates(case, held):
        raise NoSuchCase
    unsigned: tuple[Case, ...] = ()
    if row.bundle and case.stage is Stage.RISK_ACCEPTANCE:
        others = select(c.state).where(c.bundle == row.bundle, c.ref != ref, c.stage == Stage.RISK_ACCEPTANCE)
        unsigned = tuple(map(shapes.case_from_json, (await connection.scalars(others.order_by(c.ref))).all()))
    return Known(case=case, items=tuple(row.items_shared), seats=held, bundle=row.bundle, unsigned=unsigned)


def _operates(case: Case, held: tuple[Seat, ...]) -> bool:
    """An operator sees a case only while it waits for a post to be filled, and then only that."""
    return Seat.OPERATOR in held and any(task.seat is Seat.OPERATOR for task in case.tasks.values())
