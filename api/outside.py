"""Acts outside any case: checked, applied and kept in one transaction, and taken once like any other (G6).

Nothing here travels to the engine: an act is applied when it is kept. A repeat of the same command changes nothing.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from api.desk import Clock
from api.invalid import Invalid
from domain.questions import Answers, Question, check
from store import commands
from store.database import Database
from store.directory import Person


class OutsideActs:
    """What the acts about clusters and those of leaders have in common: how a command is told and how it is kept."""

    kept_under = ""  # of those whose commands are all kept under one name: they travel to no case

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock

    def told(
        self,
        person: Person,
        about: str,
        act: str,
        questions: tuple[Question, ...],
        raw: Mapping[str, Any],
        command: str,
        seen: int | None,
        via: str,
    ) -> commands.Received:
        """The command as it came in. `about`: what it is kept under; `seen`: the version on the page."""
        asked = {question.id for question in questions}
        return commands.Received(
            id=command,
            ref=about,
            act=act,
            actor=person.id,
            via=via,
            body={},
            seen=seen,
            received_at=self.clock(),
            told={key: value for key, value in raw.items() if key in asked},
        )

    def told_about(
        self,
        person: Person,
        act: str,
        questions: tuple[Question, ...],
        raw: Mapping[str, Any],
        command: str,
        via: str,
        about: object,
        **beside: str,
    ) -> commands.Received:
        """The same about one of several: a body, a token, an endpoint. About another one it is another command."""
        told = self.told(person, self.kept_under, act, questions, raw, command, None, via)
        return replace(told, told={**(told.told or {}), "about": about, **beside})

    async def keep(
        self, connection: AsyncConnection, told: commands.Received, body: Mapping[str, Any]
    ) -> None:
        await commands.keep(
            connection, replace(told, body=dict(body)), told.received_at, state=commands.APPLIED
        )


def cleaned(questions: tuple[Question, ...], raw: Mapping[str, Any]) -> Answers:
    """The clean answers. Raises `Invalid` with a problem for each that cannot be taken."""
    answers, problems = check(questions, raw)
    if problems:
        raise Invalid(problems)
    return answers
