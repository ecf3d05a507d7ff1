"""The edge: what a page, the API or the command line was told is checked, kept, and only then acknowledged.

Every channel comes through here with raw answers; the same questions and the same sentences serve them all.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from api.desk import Answer, Clock, Desk
from api.invalid import Invalid
from api.known import Known, known
from api.not_typed import (
    SIGNING,
    changed_form,
    minted,
    require_path,
    screened_again,
    signed_at_once,
    split,
    without_signature,
)
from api.published_words import problems_in_act
from domain import form_paths
from domain.act_in_case import SOMETIMES, check_act
from domain.acts import FORMS
from domain.cover import acts_as, asks_as
from domain.people import Role
from domain.questions import Answers, Problem, tidy
from domain.refusals import NoSuchCase
from domain.request_form import QUESTIONS, check_request
from domain.working_days import london_date
from store import commands, directory, drafts, held, screening, tables
from store.database import Database
from store.directory import Person

# Set by the page that showed the form, not typed: what was read, and which task was meant.
CARRIED = ("form_hash", "task")


class Intake:
    def __init__(self, database: Database, desk: Desk, clock: Clock) -> None:
        self.database = database
        self.desk = desk
        self.clock = clock

    async def known(self, person: Person, ref: str, act: str = "") -> Known:
        """The case, if this person may see it, with what the form of `act` needs to know.

        Raises `NoSuchCase` alike for what is not there and what is not theirs.
        """
        async with self.database.read() as connection:
            return await known(connection, person, ref, act, at=self.clock())

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
        more = await self.take(person, ref, name, raw, command=command, seen=seen, via=via)
        return await self.deliver(command, more)

    async def take(
        self,
        person: Person,
        ref: str,
        name: str,
        raw: Mapping[str, Any],
        *,
        command: str,
        seen: int | None,
        via: str,
    ) -> list[str]:
        """Check and keep one act, and the ids of those kept beside it. From here on it cannot be lost: who cannot wait
        for the engine may say so, and `deliver` afterwards. Raises as `act`."""
        more: list[str] = []
        async with self.database.write() as connection:
            if name not in FORMS:
                raise NoSuchCase
            told = self._told(person, ref, name, raw, command=command, seen=seen, via=via)
            if not await commands.is_repeat(connection, told):
                more = await self._take_act(connection, person, raw, told)
        return more

    async def _take_act(
        self, connection: AsyncConnection, person: Person, raw: Mapping[str, Any], told: commands.Received
    ) -> list[str]:
        """Keep an act; the ids of the commands beside it, when one signature is for a whole bundle (C1)."""
        seen_case = await known(connection, person, told.ref, told.act, at=told.received_at)
        answers, problems = check_act(seen_case.form(told.act, raw), dict(raw))
        if problems:
            raise Invalid(problems)
        form = seen_case.form(told.act, raw)
        if problems := await problems_in_act(connection, told.act, form.questions, answers):
            raise Invalid(problems)
        answers |= {key: tidy(raw[key][:200]) or "" for key in CARRIED if isinstance(raw.get(key), str)}
        if answers.get("material") == "yes":
            answers |= await changed_form(connection, seen_case.case, answers)
        answers |= minted(seen_case.case, told)
        if told.act == "approve_part":
            answers |= await split(connection, seen_case, told, answers)
        if told.act == "transfer":
            answers |= await screened_again(connection, seen_case.case, str(answers["to_team"]), self.clock())
        told = replace(
            told, capacity=acts_as(seen_case.case, person.id, person.posts, told.act, told.received_at)
        )
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
        return await self.deliver(command, more)

    async def start(self, person: Person, raw: Mapping[str, Any], *, command: str, via: str) -> Answer:
        """Make a request and submit it in one go, or nothing at all: a refused form leaves no draft behind."""
        more: list[str] = []
        async with self.database.write() as connection:
            ref = await drafts.ref_for(connection, command, person.id)
            told = self._told(person, ref, "submit", raw, command=command, seen=None, via=via)
            if not await commands.is_repeat(connection, told):
                await drafts.put(connection, ref, person.id, told.received_at, without_signature(raw))
                more = await self._take_submission(connection, person, raw, told)
        return await self.deliver(command, more)

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
        answers, problems = await self.check(connection, person, raw, told.ref)
        if problems:
            raise Invalid(problems)
        signed = signed_at_once(raw, person, answers)
        told = replace(told, capacity=asks_as(person.posts, str(answers["team"])))
        others = answers.pop("also_teams", ())
        before = await connection.scalar(select(tables.cases.c.bundle).where(tables.cases.c.ref == told.ref))
        if before is not None:  # it came back and is sent again: the others go their own way already
            others = ()
        if bundle := before or (told.ref if others else ""):
            answers["bundle"] = bundle
        more = await self._keep_request(connection, told, answers, signed)
        for team in others if isinstance(others, tuple) else ():
            ref = await drafts.ref_for(connection, f"{told.id}.{team}", person.id)
            again: dict[str, Any] = {**without_signature(raw), "sending_team": team, "also_teams": []}
            await drafts.put(connection, ref, person.id, told.received_at, again)
            other = replace(told, id=f"{told.id}.{ref}", ref=ref)
            its_own = {**answers, "sending_team": team}
            more += [other.id, *await self._keep_request(connection, other, its_own, signed)]
        return more

    async def _keep_request(
        self,
        connection: AsyncConnection,
        told: commands.Received,
        answers: Answers,
        signed: Answers | None,
    ) -> list[str]:
        """Freeze the form, look at the request before any lane (C1), keep the command; the ids of what follows it."""
        version, digest = await drafts.freeze(connection, told.ref, answers)
        await drafts.mark_submitted(connection, told.ref)
        found = await screening.screen(connection, told.ref, answers, london_date(told.received_at))
        require_path(found, answers, told.actor)
        await screening.keep(connection, told.ref, version, found)
        frozen = {"form_version": version, "form_hash": digest}
        await self._keep(connection, told, {**answers, **frozen}, screening=asdict(found.screening))
        if signed is None or found.screening.route != "lane":
            return []
        signature = replace(told, id=f"{told.id}.sign", act="sign_risk", seen=None, told=None)
        return [await self._keep(connection, signature, {**signed, "form_hash": digest})]

    async def check(
        self, connection: AsyncConnection, person: Person, raw: Mapping[str, Any], ref: str = ""
    ) -> tuple[Answers, tuple[Problem, ...]]:
        """Check a request against the directory, as this person may ask it. `ref`: its own, where it has one."""
        mine = person.teams(Role.REQUESTER)
        team = raw.get("team")
        chosen = [team] if isinstance(team, str) and team in mine else []
        owners = {owner for _, owner, _ in await directory.risk_owners(connection, chosen, person.day)}
        if not form_paths.may_sign_at_once(raw, person.id):
            owners -= {person.id}
        holders = await directory.teams_holding(connection, Role.SENDER_DECIDER, person.day)
        senders = {each.id for each in holders} - set(chosen)
        today, promotes = london_date(self.clock()), await held.promotes(connection, raw.get("amends"))
        answers, problems = check_request(raw, mine, owners, senders, today=today, promotes=promotes)
        amending = await held.cannot_amend(connection, answers, ref)
        return answers, (*problems, *amending, *await held.problems(connection, person, answers, ref))

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
        own = SOMETIMES.get(name, frozenset[str]()) if name in FORMS else SIGNING
        asked = {*(question.id for question in questions), *own, *CARRIED}
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

    async def _keep(
        self, connection: AsyncConnection, told: commands.Received, answers: Mapping[str, Any], **more: Any
    ) -> str:
        body: dict[str, Any] = {
            key: list(value)  # pyright: ignore[reportUnknownArgumentType]
            if isinstance(value, tuple)
            else value
            for key, value in answers.items()
        }
        await commands.keep(connection, replace(told, body=body | more), told.received_at)
        return told.id

    async def deliver(self, command: str, more: list[str]) -> Answer:
        """The answer is the first command's; the others of its bundle are kept, and brought beside it."""
        answer = await self.desk.deliver(command)
        await asyncio.gather(*(self.desk.deliver(each) for each in more))
        return answer
