"""What leaders do outside the acts of a case (P8): checked, applied and kept in one transaction, like `api.agreements`.

A repeat of the same command changes nothing (G6). 404 comes before 403, and who may is asked before what was typed.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from api.invalid import Invalid
from api.known import Known, known
from api.outside import OutsideActs, cleaned
from api.published_words import names_in
from domain import appetite as appetites
from domain import canaries as rules
from domain.agreements import first_day
from domain.appetite import Statement
from domain.people import Role
from domain.questions import Problem
from domain.refusals import NoSuchCase
from domain.working_days import london_date
from store import appetite, canaries, commands, directory
from store.appetite import Body
from store.canaries import Found
from store.directory import Person

CANARIES = "canaries"  # what acts about them are kept under: they travel to no case


class LeaderActs(OutsideActs):
    """The three acts of P8. Each raises `NoSuchCase` (404), refusals of `domain.appetite` and `domain.canaries`,
    `Invalid` (422) and `SameCommandOtherBody` (409)."""

    async def state_appetite(
        self,
        person: Person,
        organisation: str,
        raw: Mapping[str, Any],
        *,
        command: str,
        seen: int | None,
        via: str,
    ) -> None:
        """A new version of a body's statement, from its next working day. `seen`: the newest version on the page."""
        told = self.told(person, organisation, "state_appetite", appetites.QUESTIONS, raw, command, seen, via)
        today = london_date(told.received_at)
        async with self.database.write() as connection:
            await appetite.lock(connection, organisation)
            body, post = await may_state(connection, person, organisation)
            if await commands.is_repeat(connection, told):
                return
            versions = await appetite.versions_of(connection, organisation)
            newest = versions[-1] if versions else None
            text, lines, problems = appetites.check_statement(raw, newest)
            if problems:
                raise Invalid(problems)
            await _no_names(
                connection,
                {"text": text, **{appetites.text_of(use): line.text for use, line in lines.items()}},
            )
            number = newest.version if newest else 0
            if seen != number:
                raise appetites.StatementMoved
            calendar = await directory.full_calendar(connection)
            made = Statement(
                organisation=organisation,
                version=number + 1,
                text=text,
                lines=lines,
                signed_as=post,
                stated_on=today,
                in_force_from=first_day(calendar, body.nation, today),
            )
            await appetite.state(connection, made, by=person.id, at=told.received_at)
            await self.keep(
                connection, told, {"version": made.version, "text": text, "lines": appetites.to_json(lines)}
            )

    async def name_canary(self, person: Person, raw: Mapping[str, Any], *, command: str, via: str) -> None:
        """A leader of one of its two bodies names a case, with a target date and why."""
        told = self.told(person, CANARIES, "name_canary", rules.NAME, raw, command, None, via)
        today = london_date(told.received_at)
        may_lead(person)
        async with self.database.write() as connection:
            if await commands.is_repeat(connection, told):
                return
            answers = cleaned(rules.NAME, raw)
            ref = str(answers["ref"]).upper()
            organisation, post = await may_name(connection, person, ref)
            target = date.fromisoformat(str(answers["target"]))
            calendar = await directory.full_calendar(connection)
            if problems := rules.check_target(target, today, calendar):
                raise Invalid(problems)
            await _no_names(connection, {"why": str(answers["why"])})
            if await canaries.is_open(connection, organisation, ref):
                raise rules.AlreadyNamed
            await canaries.name(
                connection,
                ref=ref,
                organisation=organisation,
                as_=post,
                by=person.id,
                at=told.received_at,
                target=target,
                why=str(answers["why"]),
            )
            await self.keep(connection, told, {**answers, "organisation": organisation})

    async def close_canary(
        self, person: Person, number: int, raw: Mapping[str, Any], *, command: str, via: str
    ) -> None:
        """A leader of the body that named it says what was learnt."""
        told = self.told(person, CANARIES, "close_canary", rules.CLOSE, raw, command, None, via)
        told = replace(told, told={**(told.told or {}), "number": number})
        async with self.database.write() as connection:
            found = await may_close(connection, person, number)
            if await commands.is_repeat(connection, told):
                return
            if not found.canary.is_open:
                raise rules.AlreadyClosed
            answers = cleaned(rules.CLOSE, raw)
            learnt = str(answers["learnt"])
            await _no_names(connection, {"learnt": learnt})
            if not await canaries.close(connection, number, by=person.id, at=told.received_at, learnt=learnt):
                raise rules.AlreadyClosed
            await self.keep(connection, told, {**answers, "number": number})


# --- what pages ask before they draw a form, and the acts before they are done ------------------------------------


async def a_body(connection: AsyncConnection, organisation: str) -> Body:
    body = await appetite.body(connection, organisation)
    if body is None:
        raise NoSuchCase
    return body


async def may_state(connection: AsyncConnection, person: Person, organisation: str) -> tuple[Body, Role]:
    """The body, and the post in which this person may state its appetite."""
    body = await a_body(connection, organisation)
    post = appetites.post_for(person.posts, "state_appetite", organisation)
    if post is None:
        raise appetites.NotYourBody
    return body, post


def may_lead(person: Person) -> None:
    """Somebody who leads no body names nothing, whatever the case."""
    if not any(appetites.post_for((post,), "name_canary", post.organisation) for post in person.posts):
        raise rules.NotYourCanary


async def may_name(connection: AsyncConnection, person: Person, ref: str) -> tuple[str, Role]:
    """(body, post) for which this person may name a case as a canary. A case they may not see is not there (422)."""
    try:
        seen: Known = await known(connection, person, ref)
    except NoSuchCase:
        sentence = "Reference of the case: enter the reference of a case that you may see"
        raise Invalid((Problem("ref", sentence),)) from None
    case = seen.case
    for party in (case.receiving, case.sending):
        post = appetites.post_for(person.posts, "name_canary", party.organisation) if party else None
        if party and post:
            if refusal := rules.may_be_named(
                case.stage, case.active_from is not None, bool(case.exempt_until)
            ):
                raise refusal
            return party.organisation, post
    raise rules.NotYourCanary


async def may_close(connection: AsyncConnection, person: Person, number: int) -> Found:
    found = await canaries.one(connection, number)
    if found is None:
        raise NoSuchCase
    if appetites.post_for(person.posts, "close_canary", found.canary.organisation) is None:
        raise rules.NotYourCanary
    return found


async def _no_names(connection: AsyncConnection, texts: Mapping[str, str]) -> None:
    """I10: what is published holds no name of anybody in the directory."""
    if problems := await names_in(connection, texts):
        raise Invalid(problems)
