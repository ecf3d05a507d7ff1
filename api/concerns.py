"""Concerns (E): raised by anybody, read by the regulator before they are published, and the beginning of a mediation.

A repeat of the same form changes nothing (G6). 404 comes before 403, and who may is asked before what was typed.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from api.desk import Clock, Desk
from api.invalid import Invalid
from api.outside import OutsideActs, cleaned
from api.published_words import names_in
from api.rights import begin_of_day
from domain import clear_numbers
from domain import concerns as rules
from domain.concerns import Speaker, Standing
from domain.people import PUBLIC
from domain.policy import Policy, in_force
from domain.questions import Answers, Choice, Problem
from domain.refusals import NoSuchCase
from domain.working_days import Nation, due
from store import commands, concerns, directory, registry
from store.database import Database
from store.directory import Person

CONCERNS = "concerns"  # what acts about them are kept under: they travel to no case
NAMES_SOMEBODY = (
    "It names somebody, so it cannot be published. Do not publish it, because it tells who somebody is"
)


class ConcernActs(OutsideActs):
    def __init__(self, database: Database, desk: Desk, clock: Clock) -> None:
        super().__init__(database, clock)
        self.desk = desk
        self.policy: Policy = in_force()

    async def raise_(
        self, person: Person | None, ref: str, raw: Mapping[str, Any], *, command: str, code: str, via: str
    ) -> None:
        """Keep a concern until it is read. `person`: somebody signed in, or None; `code` was drawn with the form.

        Raises `NotInTheRegister` (404), `TooManyToday` (409), `Invalid` (422).
        """
        now = self.clock()
        async with self.database.write() as connection:
            if await registry.register_entry(connection, ref) is None:
                raise rules.NotInTheRegister
            bodies = await bodies_of(connection, person)
            questions = rules.raising(bodies)
            told = commands.Received(
                id=command,
                ref=CONCERNS,
                act="raise_concern",
                actor=person.id if person else PUBLIC.person,
                via=via,
                body={"concern": command, "ref": ref},
                seen=None,
                received_at=now,
                told={**{each.id: raw.get(each.id, "") for each in questions}, "ref": ref, "code": code},
            )
            if await commands.is_repeat(connection, told):
                return
            answers = cleaned(questions, raw)
            spoken = _spoken_for(answers, bodies)
            labels = {question.id: question.label for question in questions}
            typed = (("text", str(answers["text"])), ("organisation", spoken["organisation"]))
            if problems := clear_numbers.problems((key, labels[key], given) for key, given in typed):
                raise Invalid(problems)
            if await concerns.raised_since(connection, ref, begin_of_day(now)) >= rules.MOST_A_DAY:
                raise rules.TooManyToday
            calendar = await directory.full_calendar(connection)
            await concerns.raise_(
                connection,
                id=command,
                ref=ref,
                text=str(answers["text"]),
                code=code,
                at=now,
                due_at=due(calendar, Nation.ENGLAND_AND_WALES, now, self.policy.moderate),
                **spoken,
            )
            await commands.keep(connection, told, now, state=commands.APPLIED)

    async def settle(
        self, person: Person, id: str, raw: Mapping[str, Any], *, command: str, via: str
    ) -> None:
        """The regulator publishes a concern or says why not; enough of them begin a mediation.

        Raises `NoSuchCase` (404), `NotTheModerator` (403), `AlreadyModerated` (409), `Invalid` (422).
        """
        told = self.told(person, CONCERNS, "moderate_concern", rules.SETTLE, raw, command, None, via)
        told = replace(told, told={**(told.told or {}), "concern": id})
        begun = ""
        async with self.database.write() as connection:
            found = await may_settle(connection, person, id)
            if await commands.is_repeat(connection, told):
                return
            if found.standing != Standing.WAITING:
                raise rules.AlreadyModerated
            answers = cleaned(rules.SETTLE, raw)
            publishes = answers["decision"] == "publish"
            texts = {"decision": found.text, "organisation": found.organisation}
            if publishes and await names_in(connection, texts):
                raise Invalid((Problem("decision", NAMES_SOMEBODY),))
            standing = Standing.PUBLISHED if publishes else Standing.DECLINED
            because = str(answers.get("because", ""))
            now = told.received_at
            if not await concerns.settle(connection, id, standing, because, by=person.id, at=now):
                raise rules.AlreadyModerated
            await self.keep(connection, told, {**answers, "concern": id})
            if publishes:
                begun = await concerns.begin_if_reached(connection, found.ref, now)
        if begun:
            await self.desk.deliver(begun)


def _spoken_for(answers: Answers, bodies: tuple[Choice, ...]) -> dict[str, str]:
    """Who speaks, as it is kept: a member of the public speaks for no organisation, whatever was typed."""
    speaks_for = Speaker(str(answers["speaks_for"]))
    body = str(answers.get("body", "")) if speaks_for is Speaker.PUBLIC_BODY else ""
    typed = "" if speaks_for is Speaker.CITIZEN else str(answers.get("organisation", ""))
    named = next((each.label for each in bodies if each.value == body), typed)
    return {"speaks_for": speaks_for, "organisation": named, "body": body}


async def bodies_of(connection: AsyncConnection, person: Person | None) -> tuple[Choice, ...]:
    """The public bodies somebody signed in works for, to choose from."""
    if person is None or not person.posts:
        return ()
    names = await directory.organisation_names(connection)
    mine = sorted({post.organisation for post in person.posts}, key=lambda each: names.get(each, each))
    return tuple(Choice(value=each, label=names.get(each, each)) for each in mine)


async def may_settle(connection: AsyncConnection, person: Person, id: str) -> Row[Any]:
    """The concern, for the regulator. 404 before 403."""
    found = await concerns.one(connection, id)
    if found is None:
        raise NoSuchCase
    if not rules.may_settle(person.roles):
        raise rules.NotTheModerator
    return found
