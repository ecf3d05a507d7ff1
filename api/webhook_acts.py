"""Where machines are told: checked, applied and kept in one transaction, like `api.owners`. Secrets are made here.

A repeat of the same command changes nothing (G6), and shows no secret a second time. Somebody else's endpoint is not
there (404); of a body one knows, only its leaders and the operator keep endpoints (403).
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.webhooks_signed import KEY_BYTES, secret_of
from api.desk import Clock
from api.invalid import Invalid
from api.outside import OutsideActs, cleaned
from domain import webhook_rules as rules
from domain.people import Role
from domain.questions import Choice, Question
from domain.refusals import AlreadySo, NoSuchCase
from domain.webhook_rules import State
from domain.working_days import LONDON
from store import appetite, commands, posts, webhooks
from store import webhook_endpoints as endpoints
from store.appetite import Body
from store.commands import Received
from store.database import Database, one_at_a_time
from store.directory import Person
from store.tables import webhook_endpoints


@dataclass(frozen=True, kw_only=True)
class Shown:
    """An endpoint, with its new secret, once; '' when this very command has shown it before."""

    endpoint: str
    secret: str = field(default="", repr=False)


class WebhookActs(OutsideActs):
    """Each raises `NoSuchCase` (404), the refusals of `domain.webhook_rules`, `Invalid` (422) and `SameCommandOtherBody` (409)."""

    kept_under = "webhooks"

    def __init__(self, database: Database, clock: Clock, *, here: bool) -> None:
        """`here`: whether this computer itself may be told, as in a demonstration."""
        super().__init__(database, clock)
        self.here = here

    async def add(
        self, person: Person, organisation: str, raw: Mapping[str, Any], *, command: str, via: str
    ) -> Shown:
        async with self.database.read() as connection:
            _, questions = await may_add(connection, person, organisation)
        told = self.told_about(person, "add_webhook", questions, raw, command, via, organisation)
        made = f"ep_{command[:24]}"
        async with self.database.write() as connection:
            await one_at_a_time(connection, webhook_endpoints)
            if await commands.is_repeat(connection, told):
                return Shown(endpoint=made)
            answers = self._checked(questions, raw)
            if await endpoints.in_use(connection, organisation) >= rules.MOST_ENDPOINTS:
                raise rules.TooManyEndpoints
            team, secret = str(answers["team"]), new_secret()
            values = {
                "organisation": organisation,
                "team": "" if team == "all" else team,
                "url": answers["url"],
                "groups": list(answers.get("groups", ())),
            }
            await endpoints.add(
                connection, told.received_at, id=made, secret=secret, made_by=person.id, **values
            )
            await self.keep(connection, told, {**values, "endpoint": made})
        return Shown(endpoint=made, secret=secret)

    async def change(
        self, person: Person, endpoint: str, raw: Mapping[str, Any], *, command: str, via: str
    ) -> None:
        told = self.told_about(person, "change_webhook", rules.CHANGING, raw, command, via, endpoint)
        async with self.database.write() as connection:
            await self._open(connection, person, told, endpoint)
            if await commands.is_repeat(connection, told):
                return
            answers = self._checked(rules.CHANGING, raw)
            values = {"url": answers["url"], "groups": list(answers.get("groups", ()))}
            await endpoints.change(connection, endpoint, told.received_at, failing_since=None, **values)
            await self.keep(connection, told, {**values, "endpoint": endpoint})

    async def pause(self, person: Person, endpoint: str, *, command: str, via: str) -> None:
        """Nothing more is sent but revocations; what waits is kept, and sent when the endpoint goes on."""
        await self._turn(person, endpoint, State.PAUSED, command=command, via=via)

    async def resume(self, person: Person, endpoint: str, *, command: str, via: str) -> None:
        await self._turn(person, endpoint, State.ON, command=command, via=via)

    async def _turn(self, person: Person, endpoint: str, to: State, *, command: str, via: str) -> None:
        told = self.told_about(person, "change_webhook", (), {}, command, via, [endpoint, to])
        async with self.database.write() as connection:
            found = await self._open(connection, person, told, endpoint)
            if await commands.is_repeat(connection, told):
                return
            if found.state == to:
                raise AlreadySo
            await endpoints.change(
                connection, endpoint, told.received_at, state=to, gone=False, failing_since=None
            )
            if to is State.ON:
                await endpoints.again_held(connection, endpoint)
            else:
                await webhooks.hold(connection, endpoint)
            await self.keep(connection, told, {"endpoint": endpoint, "state": to})

    async def rotate(self, person: Person, endpoint: str, *, command: str, via: str) -> Shown:
        """A new secret, shown once; the one before signs beside it for a day."""
        told = self.told_about(person, "rotate_secret", (), {}, command, via, endpoint)
        async with self.database.write() as connection:
            await self._open(connection, person, told, endpoint)
            if await commands.is_repeat(connection, told):
                return Shown(endpoint=endpoint)
            secret = new_secret()
            await endpoints.rotate(connection, endpoint, secret, told.received_at)
            await self.keep(connection, told, {"endpoint": endpoint})
        return Shown(endpoint=endpoint, secret=secret)

    async def close(self, person: Person, endpoint: str, *, command: str, via: str) -> None:
        """For good. What waits is parked, and nothing more is made."""
        told = self.told_about(person, "close_webhook", (), {}, command, via, endpoint)
        async with self.database.write() as connection:
            found = await self._mine(connection, person, told, endpoint)
            if await commands.is_repeat(connection, told):
                return
            _still_open(found)
            await endpoints.change(connection, endpoint, told.received_at, state=State.CLOSED)
            await webhooks.hold(connection, endpoint, everything=True)
            await self.keep(connection, told, {"endpoint": endpoint})

    async def test(self, person: Person, endpoint: str, *, command: str, via: str) -> None:
        told = self.told_about(person, "test_webhook", (), {}, command, via, endpoint)
        async with self.database.write() as connection:
            await self._open(connection, person, told, endpoint)
            if await commands.is_repeat(connection, told):
                return
            await endpoints.add_test(connection, endpoint, command, told.received_at, {"endpoint": endpoint})
            await self.keep(connection, told, {"endpoint": endpoint})

    async def replay(
        self, person: Person, endpoint: str, raw: Mapping[str, Any], *, command: str, via: str
    ) -> int:
        """All that are parked, or all since a day; how many. 0 for a repeat."""
        told = self.told_about(person, "replay_webhook", rules.REPLAY_WHAT, raw, command, via, endpoint)
        async with self.database.write() as connection:
            await self._open(connection, person, told, endpoint)
            if await commands.is_repeat(connection, told):
                return 0
            answers = cleaned(rules.REPLAY_WHAT, raw)
            if answers["what"] == "parked":
                many = await endpoints.again_parked(connection, endpoint)
            else:
                day = date.fromisoformat(str(answers["since"]))
                since = datetime.combine(day, time(), LONDON)
                many = await endpoints.again_since(connection, endpoint, since)
            if not many:
                raise rules.NothingToReplay
            await self.keep(connection, told, {**answers, "endpoint": endpoint, "many": many})
        return many

    async def replay_one(
        self, person: Person, endpoint: str, message: str, *, command: str, via: str
    ) -> None:
        told = self.told_about(person, "replay_webhook", (), {}, command, via, [endpoint, message])
        async with self.database.write() as connection:
            await self._open(connection, person, told, endpoint)
            if await commands.is_repeat(connection, told):
                return
            if await endpoints.message(connection, endpoint, message) is None:
                raise NoSuchCase
            if not await endpoints.again_one(connection, endpoint, message):
                raise rules.NothingToReplay
            await self.keep(connection, told, {"endpoint": endpoint, "message": message})

    def _checked(self, questions: tuple[Question, ...], raw: Mapping[str, Any]) -> dict[str, Any]:
        answers = cleaned(questions, raw)
        if problems := rules.check_url(str(answers["url"]), here=self.here):
            raise Invalid(problems)
        return dict(answers)

    async def _mine(
        self, connection: AsyncConnection, person: Person, told: Received, endpoint: str
    ) -> Row[Any]:
        await one_at_a_time(connection, webhook_endpoints)
        found = await an_endpoint(connection, person, endpoint)
        if not rules.may(person.posts, told.act, found.organisation):
            raise rules.NoWebhooksForYou
        return found

    async def _open(
        self, connection: AsyncConnection, person: Person, told: Received, endpoint: str
    ) -> Row[Any]:
        found = await self._mine(connection, person, told, endpoint)
        if not await commands.is_repeat(connection, told):
            _still_open(found)
        return found


def new_secret() -> str:
    return secret_of(secrets.token_bytes(KEY_BYTES))


# --- what pages ask before they draw a form, and the acts before they are done ------------------------------------


def keeps(person: Person) -> frozenset[str] | None:
    """Whose endpoints this person keeps: bodies, or None for all. Raises `NoWebhooksForYou`."""
    if Role.OPERATOR in person.roles:
        return None
    bodies = {
        post.organisation for post in person.posts if rules.may((post,), "add_webhook", post.organisation)
    }
    if not bodies:
        raise rules.NoWebhooksForYou
    return frozenset(bodies)


async def an_endpoint(connection: AsyncConnection, person: Person, endpoint: str) -> Row[Any]:
    """An endpoint of a body whose endpoints this person keeps; somebody else's is not there."""
    mine = keeps(person)
    found = await endpoints.one(connection, endpoint)
    if found is None or (mine is not None and found.organisation not in mine):
        raise NoSuchCase
    return found


async def may_add(
    connection: AsyncConnection, person: Person, organisation: str
) -> tuple[Body, tuple[Question, ...]]:
    """The body, and what is asked to add an endpoint of it."""
    body = await appetite.body(connection, organisation)
    if body is None:
        raise NoSuchCase
    if not rules.may(person.posts, "add_webhook", organisation):
        raise rules.NoWebhooksForYou
    teams = await posts.teams_of(connection, organisation)
    choices = tuple(
        Choice(value=id_, label=name) for id_, name in sorted(teams.items(), key=lambda each: each[1])
    )
    return body, rules.adding(choices)


def _still_open(found: Row[Any]) -> None:
    if found.state == State.CLOSED:
        raise rules.EndpointIsClosed
