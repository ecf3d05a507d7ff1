"""Sessions and tokens, as their owner changes them and the operator ends them (S6): checked, applied and kept at once.

What is kept of an act names a token by its id and what it is for; the token itself is kept nowhere.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from api import auth
from api.outside import OutsideActs, cleaned
from api.owners import a_person, keeps
from domain import scopes as rules
from domain import token_forms as forms
from domain.cover import operates
from domain.sessions import NoSuchSession
from store import commands, sessions, tables, tokens
from store.database import one_at_a_time
from store.directory import Person
from store.tokens import Token

ID = re.compile(r"[0-9a-f]{16}")


class WaysIn(OutsideActs):
    """Each raises `NoSuchSession` or `NoSuchToken` (404) and `SameCommandOtherBody` (409), beside what it says itself."""

    kept_under = "account"

    async def end_session(self, person: Person, session: str, *, command: str, via: str) -> None:
        if not ID.fullmatch(session):
            raise NoSuchSession
        told = self.told_about(person, "end_session", (), {}, command, via, session)
        async with self.database.write() as connection:
            if await commands.is_repeat(connection, told):
                return
            mine = await sessions.of_person(connection, person.id, told.received_at)
            if session not in {each.id for each in mine}:
                raise NoSuchSession
            await sessions.end_one(connection, person.id, session)
            await self.keep(connection, told, {"session": session})

    async def end_other_sessions(self, person: Person, this: str, *, command: str, via: str) -> None:
        """All of one's own but the one it is said in."""
        told = self.told_about(person, "end_other_sessions", (), {}, command, via, person.id)
        async with self.database.write() as connection:
            if not await commands.is_repeat(connection, told):
                await sessions.end_all(connection, person.id, but=this)
                await self.keep(connection, told, {})

    async def end_sessions(self, person: Person, whom: str, *, command: str, via: str) -> None:
        """The operator ends all of somebody's: a laptop was lost, an account taken over. Raises `NotADirectoryKeeper`."""
        told = self.told_about(person, "end_sessions", (), {}, command, via, whom)
        async with self.database.write() as connection:
            await a_person(connection, whom)
            keeps(person)
            if not await commands.is_repeat(connection, told):
                await sessions.end_all(connection, whom)
                await self.keep(connection, told, {"whom": whom})

    async def make_token(self, person: Person, raw: Mapping[str, Any], *, command: str, via: str) -> str:
        """The token, this once; '' when the same command comes again. Raises `Invalid` (422), `TooManyTokens` (409)."""
        told = self.told_about(person, "make_token", forms.MAKE, raw, command, via, "")
        now = told.received_at
        async with self.database.write() as connection:
            await one_at_a_time(connection, tables.tokens)
            if await commands.is_repeat(connection, told):
                return ""
            answers = cleaned(forms.MAKE, raw)
            if await tokens.live(connection, person.id, now) >= rules.MOST:
                raise rules.TooManyTokens(most=rules.MOST)
            made = await auth.issue_token(
                connection, person.id, str(answers["label"]), now, forms.lifetime(answers), forms.scopes(answers)
            )  # fmt: skip
            await self.keep(connection, told, answers)
        return made

    async def rotate_token(self, person: Person, token: str, *, command: str, via: str) -> str:
        """Another one for the same, this once ('' for a repeat); the one before works for a day more.

        Raises `TokenIsOver` and `TooManyTokens` (409).
        """
        told = self.told_about(person, "rotate_token", (), {}, command, via, token)
        now = told.received_at
        async with self.database.write() as connection:
            await one_at_a_time(connection, tables.tokens)
            before = await own_token(connection, person, token)
            if await commands.is_repeat(connection, told):
                return ""
            if not before.is_live(now) or await tokens.is_replaced(connection, token):
                raise rules.TokenIsOver
            # Those that run out within the day count too, or replacing over and over would make them without end.
            if await tokens.live(connection, person.id, now) >= 2 * rules.MOST:
                raise rules.TooManyTokens(most=2 * rules.MOST)
            lifetime = min(before.expires_at - before.created_at, timedelta(days=rules.LONGEST))
            made = await auth.issue_token(
                connection, person.id, before.label, now, lifetime, before.scopes, replaces=before.id
            )
            await tokens.ends_by(connection, before.id, now + timedelta(hours=rules.OVERLAP))
            await self.keep(connection, told, {"token": token})
        return made

    async def revoke_token(self, person: Person, token: str, *, command: str, via: str) -> None:
        """At once. One's own; anybody's for the operator."""
        told = self.told_about(person, "revoke_token", (), {}, command, via, token)
        async with self.database.write() as connection:
            found = await may_revoke(connection, person, token)
            if not await commands.is_repeat(connection, told):
                await tokens.revoke(connection, found.id, told.received_at)
                await self.keep(connection, told, {"token": token, "whom": found.person})


async def own_token(connection: AsyncConnection, person: Person, token: str) -> Token:
    found = await _token(connection, token)
    if found is None or found.person != person.id:
        raise rules.NoSuchToken
    return found


async def may_revoke(connection: AsyncConnection, person: Person, token: str) -> Token:
    found = await _token(connection, token)
    if found is None or (found.person != person.id and not operates(person.posts)):
        raise rules.NoSuchToken
    return found


async def _token(connection: AsyncConnection, token: str) -> Token | None:
    """What cannot be an id is not looked up: no store likes every character."""
    return await tokens.get(connection, token) if ID.fullmatch(token) else None
