"""The relay: whatever was kept and not yet answered is brought again; whatever should be told is started.

It runs beside the worker. Two of them do no harm: commands and deliveries are taken once, by their ids.
"""

import asyncio

import structlog
from temporalio.service import RPCError

from api.desk import Clock, Desk
from store import commands, digests, notices, webhooks, x_road
from store.database import Database

log = structlog.get_logger()


class Relay:
    def __init__(
        self, database: Database, desk: Desk, clock: Clock, *, sends: bool, pause: float = 1.0
    ) -> None:
        """`sends`: whether Slack is set up. Without it notices stay in the app and nothing pretends to be sent."""
        self.database = database
        self.desk = desk
        self.clock = clock
        self.sends = sends
        self.pause = pause

    async def run(self) -> None:
        while True:
            try:
                await self.once()
            except (OSError, RPCError) as trouble:
                log.warning("relay.trouble", because=str(trouble)[:200])
            except Exception:
                log.exception("relay.failed")
            await asyncio.sleep(self.pause)

    async def once(self) -> int:
        """One round; returns how many commands and deliveries were started."""
        async with self.database.read() as connection:
            pending = await commands.due(connection, self.clock())
            unsent = await notices.to_start(connection) if self.sends else []
            mornings = await digests.to_start(connection) if self.sends else []
            in_the_way = await webhooks.in_the_way(connection, self.clock())
            unpushed = await webhooks.to_start(connection, self.clock())
            unwished = await x_road.to_start(connection, self.clock())
        for command in pending:
            await self._bring(command)
        for notice, wanted in unsent:
            await self.desk.start_delivery(notice, wanted)
            async with self.database.write() as connection:
                await notices.started(connection, notice, wanted)
        for digest, wanted in mornings:
            await self.desk.start_delivery(digest, wanted)
            async with self.database.write() as connection:
                await digests.started(connection, digest, wanted)
        for message in in_the_way:
            async with self.database.write() as connection:
                await webhooks.give_way(connection, message)
        for turn in unpushed:
            await self.desk.start_push(turn)
            async with self.database.write() as connection:
                await webhooks.started(connection, turn, self.clock())
        for each in unwished:
            await self.desk.start_x_road(each)
            async with self.database.write() as connection:
                await x_road.started(connection, each, self.clock())
        return len(pending) + len(unsent) + len(mornings) + len(unpushed) + len(unwished)

    async def _bring(self, command: str) -> None:
        """A command that cannot even be brought waits its turn again; it must not hold up everybody behind it."""
        try:
            await self.desk.deliver(command)
        except (OSError, RPCError):
            raise
        except Exception:
            log.exception("relay.cannot_bring", command=command)
            async with self.database.write() as connection:
                if row := await commands.get(connection, command):
                    await commands.try_later(connection, command, self.clock(), row.attempts)
