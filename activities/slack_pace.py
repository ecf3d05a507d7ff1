"""One message a second and channel: more than that Slack refuses."""

import asyncio
import time
from datetime import timedelta

PATIENCE = 10.0  # seconds to wait here; longer waits are left to the engine, which holds nothing up


class Busy(Exception):
    """The channel's turn is further away than we wait. `back_in`: when to come again."""

    def __init__(self, back_in: timedelta) -> None:
        super().__init__(f"the channel is busy for {back_in.total_seconds():.0f} s")
        self.back_in = back_in


class Pace:
    def __init__(self, seconds: float) -> None:
        """`seconds`: between two messages to one channel, from this process."""
        self.seconds = seconds
        self._free_at: dict[str, float] = {}  # channel -> when its next message may go
        self._back_at: dict[str, float] = {}  # channel -> when the next one sent away should come back

    async def turn(self, channel: str) -> None:
        """Wait for the channel's turn. Raises `Busy`; those sent away come back one a turn, not all at once."""
        now = time.monotonic()
        turn = max(now, self._free_at.get(channel, 0))
        if turn - now > PATIENCE:
            back = max(turn, self._back_at.get(channel, 0))
            self._back_at[channel] = back + self.seconds
            raise Busy(timedelta(seconds=back - now))
        self._free_at[channel] = turn + self.seconds
        await asyncio.sleep(turn - now)

    def hold(self, channel: str, wait: timedelta) -> None:
        """Slack limits this channel: it pauses for everybody, and the others go on."""
        free = time.monotonic() + wait.total_seconds()
        self._free_at[channel] = max(free, self._free_at.get(channel, 0))
