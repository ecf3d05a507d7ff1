"""Slack, one way: each notice becomes one message, and the message agrees with its row.

Slack has no key that makes a post happen once. So a post is marked before it begins, and when its outcome is not
known, the channel is read for it before it is posted again. The engine does the retrying, not the client: its
retries outlive this process, hold nobody up, and pass through that look (docs/slack.md).

The notices of one case that go to one place are told in their order: whoever comes with a later one first brings
the earlier one nearer. So none waits for the other's next attempt, and none is overtaken.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import cast
from weakref import WeakValueDictionary

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.slack_answers import Limited, SlackTrouble
from activities.slack_blocks import Block, compose
from activities.slack_digest import digest_of
from activities.slack_lists import Line, gathered
from activities.slack_pace import PATIENCE, Busy, Pace
from activities.slack_post import Letter, NotYet, Postman, Rows
from activities.slack_tasks import case_link
from domain.harm import Harm, harm_meter
from domain.preferences import held_until, is_gathered, is_off, waits_for_digest
from domain.working_days import Calendar, CalendarTooShort, london_date
from store import digests, directory, notices
from store.database import Database
from store.notices import REPLACED, Message

log = structlog.get_logger()

TIMEOUT = 5  # seconds for one call
NOT_SET_UP = timedelta(minutes=15)
LOOK_AGAIN = timedelta(
    hours=1
)  # what waits for somebody's quiet hours to end asks now and then whether they changed
STEPS = 8  # of one attempt: its own, and earlier notices that it brings on their way
TOGETHER = 20  # the most news in one message
NOTICES, DIGESTS = cast(Rows, notices), cast(Rows, digests)


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
        pace: float = 1.1,
        settle: timedelta = timedelta(seconds=15),
    ) -> None:
        """`client`: None without a token. `pace`: seconds between two messages to one channel; a little more than the
        one that Slack asks for, so that a slow message and a quick one after it do not arrive within it.

        `settle`: how long after a post of unknown outcome its absence from the channel begins to mean something.
        """
        self.database = database
        self.public_url = public_url.rstrip("/")
        self.clock = clock
        self.settle = settle
        self.postman = (
            Postman(database, client, clock=clock, pace=Pace(pace), settle=settle) if client else None
        )
        self._calendar: Calendar | None = None
        self._lines: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    @activity.defn(name="sync_notice")
    async def sync(self, notice: str) -> None:
        """Make Slack agree with a notice or a digest. Idempotent; raises until it does, and the engine tries again."""
        if self.postman is None:
            raise _later("Slack is not set up", NOT_SET_UP)
        try:
            if notice.startswith(digests.PREFIX):
                await self._sync_digest(self.postman, notice)
            else:
                await self._sync_notice(self.postman, notice)
        except NotYet as not_yet:
            raise _again(str(not_yet), "Later", not_yet.back_in) from None
        except Busy as busy:
            raise _later(str(busy), busy.back_in) from None
        except Limited as limited:
            raise _later(str(limited), limited.wait) from None
        except SlackTrouble as trouble:
            log.warning("slack.trouble", notice=notice, because=str(trouble))
            raise _again(str(trouble), type(trouble).__name__) from None

    # --- notices ---------------------------------------------------------------------------------------------------

    async def _sync_notice(self, postman: Postman, notice: str) -> None:
        message = await self._read(notice)
        if message is None or message.agrees:
            return
        async with self._line(message) as is_fresh:
            for step in range(
                STEPS
            ):  # its row may change under our hands, and earlier ones may be in its way
                if step or not is_fresh:
                    message = await self._read(notice)
                if message is None or message.agrees:
                    return
                await self._bring_nearer(postman, message)
            message = await self._read(notice)
            if message is None or message.agrees:
                return
        raise NotYet("the notice keeps changing, or many are before it", timedelta(seconds=1))

    @asynccontextmanager
    async def _line(self, message: Message) -> AsyncIterator[bool]:
        """One at a time in this process for the notices of one case to one place; other processes look at the rows.

        Gives whether nobody was before us, so that what was read is still so.
        """
        key = (message.ref, message.destination or "")
        lock = self._lines.setdefault(key, asyncio.Lock())
        is_fresh = not lock.locked()
        try:
            async with asyncio.timeout(PATIENCE):
                await lock.acquire()
        except TimeoutError:
            raise NotYet("another notice of this case is being sent", timedelta(seconds=2)) from None
        try:
            yield is_fresh
        finally:
            lock.release()

    async def _read(self, notice: str) -> Message | None:
        async with self.database.read() as connection:
            message = await notices.for_sync(connection, notice, self.clock(), self._calendar)
        if message:
            self._calendar = message.calendar
        return message

    async def _bring_nearer(self, postman: Postman, message: Message, *, is_first: bool = False) -> None:
        """One step from how Slack is to how the row wants it. `is_first`: nothing of its case is in its way."""
        if message.tried_at and message.is_in_doubt:
            await postman.look_back(NOTICES, message.id, message.destination, message.tried_at)
        elif message.ts and message.channel:
            await postman.replace(self._letter(message), message.channel, message.ts)
        elif message.wanted >= REPLACED:
            await self._settle(message)  # over before anybody was told: an ask now would only mislead
        elif message.is_stale(self.clock()):
            await self._settle(message, "too old to be sent")
        elif not message.destination:
            await self._settle(message, "nobody to tell in Slack")
        elif is_off(message.mine, message.about):
            await self._settle(message, "not wanted in Slack")
        elif waits_for_digest(message.mine, message.about):
            await self._settle(message, "in the morning digest")
        elif held := self._held(message):
            raise NotYet("its reader wants it later", min(held - self.clock(), LOOK_AGAIN))
        elif not is_first and (first := await self._in_the_way(message)):
            if first.tried_at and first.is_in_doubt and self.clock() - first.tried_at < self.settle:
                raise NotYet("an earlier notice of the case is under way", timedelta(seconds=2))
            await self._bring_nearer(postman, first, is_first=True)
        else:
            await postman.post(await self._letter_with_others(message))

    def _held(self, message: Message) -> datetime | None:
        if not message.person:
            return None
        return held_until(message.mine, message.about, message.calendar, message.nation, self.clock())

    async def _in_the_way(self, message: Message, *besides: str) -> Message | None:
        """The earliest notice of the case that goes to the same place before this one, and does not wait by itself."""
        async with self.database.read() as connection:
            earlier = await notices.before(connection, message)
        for each in earlier:
            first = await self._read(each) if each not in besides else None
            if first is None or first.agrees or first.destination != message.destination:
                continue
            if first.is_in_doubt or not self._held(first):
                return first
        return None

    # --- what they say ---------------------------------------------------------------------------------------------

    def _letter(self, message: Message) -> Letter:
        text, blocks = self._compose(message)
        destination = message.destination or ""
        return Letter(rows=NOTICES, ids=(message.id,), destination=destination, text=text, blocks=blocks)

    async def _letter_with_others(self, message: Message) -> Letter:
        """The notice's own message; or one with all the news that has waited for the same person (§9)."""
        if not message.person or not is_gathered(message.mine, message.about):
            return self._letter(message)
        together = sorted(
            [message, *await self._others(message)],
            key=lambda each: (each.ref, notices.place_of(each.id, each.created_at)),
        )
        if len(together) == 1:
            return self._letter(message)
        text, blocks = gathered([self._news(each) for each in together])
        return Letter(
            rows=NOTICES,
            ids=tuple(each.id for each in together),
            destination=message.destination or "",
            text=text,
            blocks=blocks,
        )

    async def _others(self, message: Message) -> list[Message]:
        async with self.database.read() as connection:
            person = await directory.person(connection, message.person, london_date(self.clock()))
            ids = await notices.news_for(connection, person) if person else ()
        found = [await self._read(each) for each in ids if each != message.id]
        news = [
            each
            for each in found
            if each
            and each.destination == message.destination
            and is_gathered(each.mine, each.about)
            and not (each.is_in_doubt or each.agrees or each.is_stale(self.clock()))
            and not (is_off(each.mine, each.about) or self._held(each))
        ][: TOGETHER - 1]
        taken = (message.id, *(each.id for each in news))
        return [each for each in news if not await self._in_the_way(each, *taken)]

    def _news(self, message: Message) -> Line:
        data = f"from {message.sending} to {message.receiving}"
        return Line(what=message.headline, ref=message.ref, link=self._link(message), about=(data,))

    def _compose(self, message: Message) -> tuple[str, list[Block]]:
        now = self.clock()
        return compose(message, _harm(message, now), london_date(now), self._link(message))

    def _link(self, message: Message) -> str:
        return case_link(self.public_url, message.ref)

    async def _settle(self, message: Message, trouble: str | None = None) -> None:
        async with self.database.write() as connection:
            await notices.settled(connection, message.id, message.wanted, trouble)

    # --- digests ---------------------------------------------------------------------------------------------------

    async def _sync_digest(self, postman: Postman, key: str) -> None:
        for _ in range(STEPS):
            async with self.database.read() as connection:
                digest = await digests.get(connection, key)
            if digest is None or digest.sent >= digest.wanted:
                return
            if digest.tried_at:
                await postman.look_back(DIGESTS, key, digest.destination, digest.tried_at)
                continue
            said: tuple[str, list[Block]] | None = None
            if digest.day == london_date(self.clock()).isoformat() and digest.destination:
                async with self.database.read() as connection:
                    said = await digest_of(connection, digest, self.public_url, self.clock())
            if said is None or digest.destination is None:  # yesterday's morning, or nothing to say any more
                async with self.database.write() as connection:
                    await digests.settled(connection, key, digest.wanted, "nothing to say, or too late")
                return
            await postman.post(
                Letter(rows=DIGESTS, ids=(key,), destination=digest.destination, text=said[0], blocks=said[1])
            )
        raise NotYet("the digest keeps changing", timedelta(seconds=1))


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
