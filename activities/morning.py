"""The morning round: what opens today is announced, what waits is reminded of, and who named a canary that slipped is
told (P8). House: one Schedule, no timers."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import structlog
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection
from temporalio import activity

from activities import body_tasks, grant_keys
from activities.digests import write_digests
from activities.service_contacts import ask_for_contacts
from activities.undelivered import ask_about_undelivered
from activities.use_silence import find_silent
from domain.canaries import days_slipped, has_slipped, slip_words
from domain.case import Case, Task
from domain.notices import for_task
from domain.nudges import reminder
from domain.working_days import CalendarTooShort, london_date
from store import canaries, government, government_moves, leavers, packs, posts_changed, reminders
from store.database import Database
from store.directory import full_calendar
from store.shapes import case_from_json

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Round:
    """How many notices a round wrote."""

    announced: int
    reminded: int
    slipped: int = 0
    governed: int = 0
    concerned: int = 0  # cases in which people came or went by their date
    published: int = 0  # editions of quarterly packs (P7)
    digests: int = 0  # morning digests (§9)
    short: int = 0  # services that have too few people to reach (P3)
    undelivered: int = 0  # changes of grants that machines have not heard of in time (P3)
    silent: int = 0  # live grants that no machine tells of any more (D)
    keys: int = 0  # signing keys that were published or took over (P3)
    moved_up: int = 0  # leaders asked for what a body has to do outside any case (C15)


class MorningRound:
    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        keyring: grant_keys.Keyring | None = None,
    ) -> None:
        self.database = database
        self.clock = clock
        self.keyring = keyring

    @activity.defn(name="morning_round")
    async def run(self) -> Round:
        """Idempotent: a second round on the same day, or after a crash, writes only what is missing."""
        now = self.clock()
        governed = await self._govern(now)
        concerned = await self._come_and_go(now)
        short = await ask_for_contacts(self.database, now)
        undelivered = await ask_about_undelivered(self.database, now)
        silent = await find_silent(self.database, now)
        announced = await self._announce(now)
        reminded = await self._remind(now, london_date(now))
        slipped = await self._slipped(now)
        await body_tasks.look_again(self.database, now)
        moved_up = await body_tasks.move_up(self.database, now)
        return Round(
            announced=announced,
            reminded=reminded,
            slipped=slipped,
            governed=governed,
            concerned=concerned,
            moved_up=moved_up,
            keys=await self._keys(now),
            undelivered=undelivered,
            short=short,
            silent=silent,
            published=await self._publish(now),
            digests=await write_digests(self.database, now),  # the last: it tells of what the others wrote
        )

    async def _keys(self, now: datetime) -> int:
        """P3. A seal that does not fit must not keep everybody's reminders back; at the next start it is told."""
        if self.keyring is None:
            return 0
        try:
            return await grant_keys.go_round(self.keyring, self.database, now)
        except grant_keys.SealDoesNotFit as trouble:
            log.error("morning.keys", because=str(trouble))
            return 0

    async def _announce(self, now: datetime) -> int:
        written = 0
        async for page in _pages(self.database, lambda c, after: reminders.unannounced(c, now, after)):
            async with self.database.write() as connection:
                for row in page:
                    if task := _task(row)[1]:
                        written += await reminders.announce(connection, row, for_task(task).headline, now)
        return written

    async def _remind(self, now: datetime, today: date) -> int:
        written = 0
        async for page in _pages(
            self.database, lambda c, after: reminders.not_yet_reminded(c, now, today, after)
        ):
            due = [(row, headline) for row in page if (headline := _headline(row, today))]
            async with self.database.write() as connection:
                for row, headline in due:
                    written += await reminders.remind(connection, row, headline, now, today)
        return written

    async def _govern(self, now: datetime) -> int:
        """Changes of government whose day has come: each in a transaction of its own, first of all (P5)."""
        today = london_date(now)
        async with self.database.read() as connection:
            numbers = await government.due(connection, today)
        done = 0
        for number in numbers:
            async with self.database.write() as connection:
                done += await government_moves.do_due(connection, number, today, now)
        return done

    async def _come_and_go(self, now: datetime) -> int:
        """P5, G5: posts, deputies and cover that began or ended since the last round; open cases are told."""
        async with self.database.write() as connection:
            await leavers.end_their_ways_in(connection, london_date(now), now)
            return await posts_changed.by_date(connection, london_date(now), now)

    async def _publish(self, now: datetime) -> int:
        """P7: packs of quarters that are over, and new editions of those that count otherwise now."""
        published = 0
        for demo in (False, True):
            async with self.database.read() as connection:
                over = await packs.to_look_at(connection, demo, now)
            for quarter in over:
                async with self.database.write() as connection:
                    published += await packs.keep(connection, quarter, demo, now) is not None
        return published

    async def _slipped(self, now: datetime) -> int:
        """P8: once for each canary, and to the post that named it."""
        today = london_date(now)
        async with self.database.read() as connection:
            late = await canaries.untold(connection, today)
            calendar = await full_calendar(connection)
        days = [(each, days_slipped(each.canary, calendar, today)) for each in late]
        slipped = [(each, number) for each, number in days if has_slipped(each.canary, number)]
        if not slipped:
            return 0
        async with self.database.write() as connection:
            return sum(
                [
                    await canaries.tell(connection, each, slip_words(each.canary, number), now)
                    for each, number in slipped
                ]
            )


Read = Callable[[AsyncConnection, reminders.Place | None], Awaitable[Sequence[Row[Any]]]]


async def _pages(database: Database, read: Read) -> AsyncIterator[Sequence[Row[Any]]]:
    after: reminders.Place | None = None
    while True:
        async with database.read() as connection:
            page = await read(connection, after)
        if not page:
            return
        yield page
        after = (page[-1].ref, page[-1].task)


def _task(row: Row[Any]) -> tuple[Case, Task | None]:
    """The case of an open task's row, with the task as the case has it."""
    case = case_from_json(row.state)
    return case, case.tasks.get(row.task)


def _headline(row: Row[Any], today: date) -> str | None:
    case, task = _task(row)
    if task is None:
        return None
    missed_on = london_date(row.missed_at) if row.missed_at else None
    reminded_on = date.fromisoformat(row.nudged_on) if row.nudged_on else None
    with suppress(CalendarTooShort):
        return reminder(case, task, today, missed_on=missed_on, reminded_on=reminded_on)
    # A case that has outlived the calendar it carries must not keep everybody else's reminders back.
    log.warning("morning.calendar_too_short", ref=row.ref, task=row.task)
    return None
