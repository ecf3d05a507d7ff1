"""How a person wants to be told in Slack: their own act, outside any case, kept like the others (G6)."""

from collections.abc import Mapping
from typing import Any

from api.invalid import Invalid
from api.outside import OutsideActs, cleaned
from domain import preferences as rules
from store import commands, preferences
from store.directory import Person

ABOUT = "preferences"  # what it is kept under: it travels to no case


class PreferenceActs(OutsideActs):
    async def set_preferences(
        self, person: Person, raw: Mapping[str, Any], *, command: str, via: str
    ) -> None:
        """For oneself and nobody else. Raises `Invalid` (422) and `SameCommandOtherBody` (409)."""
        told = self.told(person, ABOUT, "set_preferences", rules.QUESTIONS, raw, command, None, via)
        async with self.database.write() as connection:
            if await commands.is_repeat(connection, told):
                return
            answers = cleaned(rules.QUESTIONS, raw)
            mine, problems = rules.chosen(answers)
            if problems:
                raise Invalid(problems)
            await preferences.keep(connection, person.id, mine, told.received_at)
            await self.keep(connection, told, answers)
