"""One message on its way to Slack: claimed at its channel's turn, posted once, looked for when its answer was lost."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.slack_answers import (
    CANNOT_BE_REPLACED,
    CANNOT_BE_SAID,
    CANNOT_LOOK_BACK,
    NO_WAY_THERE,
    Declined,
    Limited,
    SlackTrouble,
    Unknown,
    answered,
)
from activities.slack_blocks import Block
from activities.slack_pace import Pace
from activities.slack_places import EVENT_TYPE, Places
from store.database import Database
from store.notices import POSTED, REPLACED

log = structlog.get_logger()


class NotYet(Exception):
    """Nothing is wrong; it is only not yet time. `back_in`: when to come again, None for whenever the engine does."""

    def __init__(self, because: str, back_in: timedelta | None = None) -> None:
        super().__init__(because)
        self.back_in = back_in


class Rows(Protocol):
    """The rows messages are kept in: `store.notices` and `store.digests`."""

    async def claim(self, connection: AsyncConnection, notice: str, now: datetime, /) -> bool: ...
    async def release(self, connection: AsyncConnection, notice: str, /) -> None: ...
    async def sent(
        self,
        connection: AsyncConnection,
        notice: str,
        channel: str,
        ts: str,
        reached: int,
        now: datetime,
        /,
        *,
        trouble: str | None = None,
    ) -> None: ...
    async def settled(
        self, connection: AsyncConnection, notice: str, wanted: int, trouble: str | None = None, /
    ) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What is posted as one message. `ids`: the rows it is the message of, one or several, all of `rows`."""

    rows: Rows
    ids: tuple[str, ...]
    destination: str
    text: str
    blocks: list[Block]

    @property
    def metadata(self) -> dict[str, Any]:
        payload = {"notice_id": self.ids[0]}
        if len(self.ids) > 1:
            payload["notice_ids"] = " ".join(self.ids)
        return {"event_type": EVENT_TYPE, "event_payload": payload}


class _Taken(Exception):
    """Somebody else has begun, or it is not wanted any more: read again."""


class Postman:
    def __init__(
        self,
        database: Database,
        client: AsyncWebClient,
        *,
        clock: Callable[[], datetime],
        pace: Pace,
        settle: timedelta,
    ) -> None:
        """`settle`: how long after a post of unknown outcome its absence from the channel begins to mean something."""
        self.database = database
        self.client = client
        self.places = Places(client)
        self.clock = clock
        self.pace = pace
        self.settle = settle

    async def post(self, letter: Letter) -> None:
        """Post it, or settle it where there is no way. Raises `SlackTrouble` and `Busy`."""
        try:
            channel = await self.places.id_of(letter.destination)
            await self.pace.turn(channel)
            await self._post(letter, channel)
        except _Taken:
            return
        except Declined as declined:
            if declined.error not in NO_WAY_THERE | CANNOT_BE_SAID:
                raise  # a token, a scope: these get mended, and the notice waits for it
            if declined.error in NO_WAY_THERE:
                self.places.forget(letter.destination)
            log.warning("slack.no_way_there", notice=letter.ids[0], because=declined.error)
            async with self.database.write() as connection:
                for each in letter.ids:
                    await letter.rows.settled(connection, each, POSTED, declined.error)

    async def _post(self, letter: Letter, channel: str) -> None:
        async with self.database.write() as connection:  # rolled back as a whole when one of them is taken
            wait = await self.pace.take(connection, channel)
            begins = self.clock() + timedelta(seconds=wait)
            for each in letter.ids:
                if not await letter.rows.claim(connection, each, begins):
                    raise _Taken
        await asyncio.sleep(wait)
        try:
            response = await answered(
                self.client.chat_postMessage(
                    channel=channel,
                    text=letter.text,
                    blocks=letter.blocks,
                    metadata=letter.metadata,
                    unfurl_links=False,
                )
            )
        except Unknown:
            raise  # the mark stays: the next attempt looks back
        except SlackTrouble as trouble:
            async with self.database.write() as connection:
                for each in letter.ids:
                    await letter.rows.release(connection, each)
                if isinstance(trouble, Limited):
                    await self.pace.hold(connection, channel, trouble.wait)
            raise
        ts = response.get("ts")
        if not ts:
            raise Unknown("an answer without the message's ts")
        async with self.database.write() as connection:
            for each in letter.ids:
                await letter.rows.sent(
                    connection, each, response.get("channel") or channel, ts, POSTED, self.clock()
                )

    async def replace(self, letter: Letter, channel: str, ts: str) -> None:
        """After the act, by anybody and anywhere, nobody should be asked for it any more."""
        await self.pace.turn(channel)
        async with self.database.write() as connection:
            wait = await self.pace.take(connection, channel)
        await asyncio.sleep(wait)
        trouble = None
        try:
            await answered(
                self.client.chat_update(channel=channel, ts=ts, text=letter.text, blocks=letter.blocks)
            )
        except Limited as limited:
            async with self.database.write() as connection:
                await self.pace.hold(connection, channel, limited.wait)
            raise
        except Declined as declined:
            if declined.error not in CANNOT_BE_REPLACED:
                raise
            trouble = declined.error
            log.warning("slack.not_replaced", notice=letter.ids[0], because=trouble)
        async with self.database.write() as connection:
            await letter.rows.sent(
                connection, letter.ids[0], channel, ts, REPLACED, self.clock(), trouble=trouble
            )

    async def look_back(self, rows: Rows, notice: str, destination: str | None, tried_at: datetime) -> None:
        """A post of unknown outcome: adopt it if it is there; if it is not, and cannot still be under way, forget it."""
        found = None
        try:
            if destination:
                found = await self.places.find(destination, notice)
        except Declined as declined:
            if declined.error not in CANNOT_LOOK_BACK:
                raise
            # A second copy is a smaller harm than an ask nobody gets.
            log.warning("slack.cannot_look_back", notice=notice, because=declined.error)
        if found:
            async with self.database.write() as connection:
                await rows.sent(connection, notice, *found, POSTED, self.clock())
            return
        age = self.clock() - tried_at
        if age < self.settle:
            raise NotYet("a post may still be under way", min(self.settle, self.settle - age))
        async with self.database.write() as connection:
            await rows.release(connection, notice)
