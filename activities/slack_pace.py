"""One message a second and channel: more than that Slack refuses.

Two lines keep it: this process sends nothing before its own turn, and then takes the channel's turn in the database,
where the other workers take theirs.
"""

import asyncio
import time
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from store import turns

PATIENCE = 10.0  # seconds to wait here; longer waits are left to the engine, which holds nothing up


class Busy(Exception):
    """The channel's turn is further away than we wait. `back_in`: when to come again."""

    def __init__(self, back_in: timedelta) -> None:
        super().__init__(f"the channel is busy for {back_in.total_seconds():.0f} s")
        self.back_in = back_in


class Pace:
    def __init__(self, seconds: float) -> None:
        """`seconds`: between two messages to one channel."""
        self.seconds = seconds
        self._free_at: dict[str, float] = {}  # channel -> when its next message may go
        self._back_at: dict[str, float] = {}  # channel -> when the next one sent away should come back

    async def turn(self, channel: str) -> None:
        """Wait for the channel's turn in this process. Raises `Busy`; those sent away come back one a turn."""
        now = time.monotonic()
        turn = max(now, self._free_at.get(channel, 0))
        if turn - now > PATIENCE:
            raise self._busy(channel, turn)
        self._free_at[channel] = turn + self.seconds
        await asyncio.sleep(turn - now)

    async def take(self, connection: AsyncConnection, channel: str) -> float:
        """Seconds until the channel's turn among all workers, which is now ours. Raises `Busy`: roll back then."""
        wait, taken = await turns.take(connection, channel, self.seconds, PATIENCE)
        if not taken:
            self._hold(channel, wait)
            raise self._busy(channel, time.monotonic() + wait)
        return wait

    async def hold(self, connection: AsyncConnection, channel: str, wait: timedelta) -> None:
        """Slack limits this channel: it pauses for everybody, and the others go on."""
        self._hold(channel, wait.total_seconds())
        await turns.hold(connection, channel, wait.total_seconds())

    def _hold(self, channel: str, seconds: float) -> None:
        self._free_at[channel] = max(time.monotonic() + seconds, self._free_at.get(channel, 0))

    def _busy(self, channel: str, turn: float) -> Busy:
        back = max(turn, self._back_at.get(channel, 0))
        self._back_at[channel] = back + self.seconds
        return Busy(timedelta(seconds=back - time.monotonic()))
