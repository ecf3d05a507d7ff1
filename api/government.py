"""Changes of government: an operator proposes, a leader confirms; checked, applied and kept in one transaction (P5, G7).

A change for today is done at once; one for a later day by that day's morning round. A repeat of the same command
changes nothing (G6), also when the change ended the very post in which it was confirmed.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from api.invalid import Invalid
from api.outside import OutsideActs, cleaned
from domain import government as rules
from domain.appetite import NAME_NO_PERSON
from domain.government_forms import CONFIRM, check_change, questions
from domain.questions import Problem
from domain.refusals import NoSuchCase
from domain.working_days import london_date
from store import appetite, commands, government, government_moves
from store.directory import Person
from store.government import Found

GOVERNMENT = "government"  # what these acts are kept under: they travel to no case
PUBLISHED = ("name", "new_kind", "citation")  # what is typed freely, and published


class GovernmentActs(OutsideActs):
    """Both acts raise refusals of `domain.government`, `Invalid` (422) and `SameCommandOtherBody` (409)."""

    async def propose_change(self, person: Person, raw: Mapping[str, Any], *, command: str, via: str) -> int:
        """Keep a proposal; its number. Nothing changes before somebody else has confirmed it."""
        may_propose(person)
        async with self.database.write() as connection:
            await government.one_at_a_time(connection)
            there = await government.there(connection)
            told = self.told(
                person, GOVERNMENT, "propose_change", questions(raw, there), raw, command, None, via
            )
            if await commands.is_repeat(connection, told):
                kept = await commands.get(connection, command)
                return int(kept.body["number"]) if kept else 0
            answers, plan, wrong = check_change(raw, there)
            if plan is None:
                raise Invalid(wrong)
            if wrong := rules.problems(plan, there, london_date(told.received_at)):
                raise Invalid(wrong)
            await _no_names(connection, {key: str(answers[key]) for key in PUBLISHED if key in answers})
            number = await government.propose(
                connection, plan, str(answers["citation"]), by=person.id, at=told.received_at
            )
            listed = {
                key: list(value) if isinstance(value, tuple) else value for key, value in answers.items()
            }
            await self.keep(connection, told, {**listed, "number": number})
            return number

    async def confirm_change(
        self, person: Person, number: int, raw: Mapping[str, Any], *, command: str, via: str
    ) -> None:
        """The second person agrees. What is for today is done with it."""
        told = self.told(person, GOVERNMENT, "confirm_change", CONFIRM, raw, command, None, via)
        told = replace(told, told={**(told.told or {}), "number": number})
        today = london_date(told.received_at)
        async with self.database.write() as connection:
            await government.one_at_a_time(connection)
            found = await a_change(connection, number)
            if await commands.is_repeat(connection, told):
                return
            change = found.change
            post = rules.require_confirmable(change, person.posts, person.id, today)
            there = await government.there(connection)
            if why := rules.stands_in_the_way(change.plan, there, today):
                raise rules.NotPossible(why=why[:1].lower() + why[1:])
            answers = cleaned(CONFIRM, raw)
            await government.confirm(connection, number, by=person.id, as_=post, at=told.received_at)
            if change.plan.from_day <= today:
                await government_moves.carry_out(connection, change, there, today, told.received_at)
            await self.keep(connection, told, {**answers, "number": number})


# --- what pages ask before they draw a form, and the acts before they are done ------------------------------------


def may_propose(person: Person) -> None:
    if not rules.may_propose(person.posts):
        raise rules.NotAnOperator


async def a_change(connection: AsyncConnection, number: int) -> Found:
    found = await government.one(connection, number)
    if found is None:
        raise NoSuchCase
    return found


async def _no_names(connection: AsyncConnection, texts: Mapping[str, str]) -> None:
    """I10: what is published holds no name of anybody in the directory."""
    if field := await appetite.names_somebody(connection, texts):
        raise Invalid((Problem(field, f"{NAME_NO_PERSON} Take the name out, and say the post instead."),))
