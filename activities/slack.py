"""Slack, one way: each notice becomes one message, and the message agrees with its row.

Slack has no key that makes a post happen once. So a post is marked before it begins, and when its outcome is not
known, the channel is read for it before it is posted again. The engine does the retrying, not the client: its
retries outlive this process, hold nobody up, and pass through that look (docs/slack.md).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import quote

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.slack_answers import (
    CANNOT_BE_REPLACED,
    CANNOT_LOOK_BACK,
    NO_WAY_THERE,
    Declined,
    Limited,
    SlackTrouble,
    Unknown,
    answered,
)
from activities.slack_blocks import Block, compose
from activities.slack_pace import Busy, Pace
from activities.slack_places import EVENT_TYPE, Places
from domain.harm import Harm, harm_meter
from domain.working_days import CalendarTooShort, london_date
from store import notices
from store.database import Database
from store.notices import POSTED, REPLACED, Message

log = structlog.get_logger()

TIMEOUT = 5  # seconds for one call
NOT_SET_UP = timedelta(minutes=15)


def make_client(token: str, base_url: str = AsyncWebClient.BASE_URL) -> AsyncWebClient:
    """`base_url`: another host, for GovSlack or a test. It retries nothing by itself: no post is repeated blindly."""
    return AsyncWebClient(token=token, base_url=base_url, timeout=TIMEOUT, retry_handlers=[])


class Messenger:
    def __init__(
        self,
        database: Database,
        client: AsyncWebClient | None,
        *,
        public_url: str,
        clock: Callable[[], datetime],
        pace: float = 1.0,
        settle: timedelta = timedelta(seconds=15),
    ) -> None:
        """`client`: None without a token. `pace`: seconds between two messages to one channel.

        `settle`: how long after a post of unknown outcome its absence from the channel begins to mean something.
        """
        self.database = database
        self.client = client
        self.places = Places(client) if client else None
        self.public_url = public_url.rstrip("/")
        self.clock = clock
        self.pace = Pace(pace)
        self.settle = settle

    @activity.defn(name="sync_notice")
    async def sync(self, notice: str) -> None:
        """Make Slack agree with a notice. Idempotent; raises until it does, and the engine tries again."""
        if self.client is None or self.places is None:
            raise _later("Slack is not set up", NOT_SET_UP)
        for _ in range(5):  # its row may change under our hands; more often than this and we begin afresh
            async with self.database.read() as connection:
                message = await notices.for_sync(connection, notice, london_date(self.clock()))
            if message is None or message.agrees:
                return
            try:
                await self._bring_nearer(self.client, self.places, message)
            except Busy as busy:
                raise _later(str(busy), busy.back_in) from None
            except Limited as limited:
                raise _later(str(limited), limited.wait) from None
            except SlackTrouble as trouble:
                log.warning("slack.trouble", notice=notice, because=str(trouble))
                raise _again(str(trouble), type(trouble).__name__) from None
        raise _later("the notice keeps changing", timedelta(seconds=1))

    async def _bring_nearer(self, client: AsyncWebClient, places: Places, message: Message) -> None:
        """One step from how Slack is to how the row wants it."""
        if message.is_in_doubt:
            await self._look_back(places, message)
        elif message.ts and message.channel:
            await self._replace(client, message, message.channel, message.ts)
        elif message.wanted >= REPLACED:
            await self._settle(message)  # over before anybody was told: an ask now would only mislead
        elif message.is_stale(self.clock()):
            await self._settle(message, "too old to be sent")
        elif not message.destination:
            await self._settle(message, "nobody to tell in Slack")
        else:
            await self._tell(client, places, message, message.destination)

    async def _tell(self, client: AsyncWebClient, places: Places, message: Message, destination: str) -> None:
        try:
            channel = await places.id_of(destination)
            await self.pace.turn(channel)
            await self._post(client, message, channel)
        except Declined as declined:
            if declined.error not in NO_WAY_THERE:
                raise  # a token, a scope: these get mended, and the notice waits for it
            places.forget(destination)
            log.warning("slack.no_way_there", notice=message.id, because=declined.error)
            await self._settle(message, declined.error)

    async def _post(self, client: AsyncWebClient, message: Message, channel: str) -> None:
        async with self.database.write() as connection:
            if not await notices.claim(connection, message.id, self.clock()):
                return
        text, blocks = self._compose(message)
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"notice_id": message.id}}
        try:
            response = await answered(
                client.chat_postMessage(
                    channel=channel, text=text, blocks=blocks, metadata=metadata, unfurl_links=False
                )
            )
        except Unknown:
            raise  # the mark stays: the next attempt looks back
        except SlackTrouble as trouble:
            async with self.database.write() as connection:
                await notices.release(connection, message.id)
            if isinstance(trouble, Limited):
                self.pace.hold(channel, trouble.wait)
            raise
        ts = response.get("ts")
        if not ts:
            raise Unknown("an answer without the message's ts")
        await self._agreed(message, response.get("channel") or channel, ts, POSTED)

    async def _replace(self, client: AsyncWebClient, message: Message, channel: str, ts: str) -> None:
        """After the act, by anybody and anywhere, nobody should be asked for it any more."""
        await self.pace.turn(channel)
        text, blocks = self._compose(message)
        trouble = None
        try:
            await answered(client.chat_update(channel=channel, ts=ts, text=text, blocks=blocks))
        except Limited as limited:
            self.pace.hold(channel, limited.wait)
            raise
        except Declined as declined:
            if declined.error not in CANNOT_BE_REPLACED:
                raise
            trouble = declined.error
            log.warning("slack.not_replaced", notice=message.id, because=trouble)
        await self._agreed(message, channel, ts, REPLACED, trouble)

    async def _look_back(self, places: Places, message: Message) -> None:
        """A post of unknown outcome: adopt it if it is there; if it is not, and cannot still be under way, forget it."""
        assert message.tried_at
        found = None
        try:
            if message.destination:
                found = await places.find(message.destination, message.id)
        except Declined as declined:
            if declined.error not in CANNOT_LOOK_BACK:
                raise
            # A second copy is a smaller harm than an ask nobody gets.
            log.warning("slack.cannot_look_back", notice=message.id, because=declined.error)
        if found:
            await self._agreed(message, *found, POSTED)
            return
        age = self.clock() - message.tried_at
        if age < self.settle:
            raise _later("a post may still be under way", min(self.settle, self.settle - age))
        async with self.database.write() as connection:
            await notices.release(connection, message.id)

    def _compose(self, message: Message) -> tuple[str, list[Block]]:
        now = self.clock()
        link = f"{self.public_url}/cases/{quote(message.ref, safe='')}"
        return compose(message, _harm(message, now), london_date(now), link)

    async def _agreed(
        self, message: Message, channel: str, ts: str, reached: int, trouble: str | None = None
    ) -> None:
        async with self.database.write() as connection:
            await notices.sent(connection, message.id, channel, ts, reached, self.clock(), trouble=trouble)

    async def _settle(self, message: Message, trouble: str | None = None) -> None:
        async with self.database.write() as connection:
            await notices.settled(connection, message.id, message.wanted, trouble)


def _harm(message: Message, now: datetime) -> Harm | None:
    until = message.waited_until or now
    try:
        return harm_meter(message.calendar, message.people_per_day, message.submitted_at, until)
    except CalendarTooShort:  # never guessed, and no reason to be silent about the rest
        return None


def _later(because: str, delay: timedelta) -> ApplicationError:
    """Nothing is wrong; it is only not yet time."""
    return _again(because, "Later", delay)


def _again(because: str, kind: str, delay: timedelta | None = None) -> ApplicationError:
    # Benign: the engine tries again without a page of traceback for each attempt of a long outage.
    return ApplicationError(
        because, type=kind, next_retry_delay=delay, category=ApplicationErrorCategory.BENIGN
    )
