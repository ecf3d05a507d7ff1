"""What stands before the application where strangers can reach it: by which name they called, how often, how many at
once, and how long they take. Tests hand in what they need; without it everything comes through.
"""

import asyncio
from dataclasses import dataclass, field

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.limits import Holds, Limits
from api.peers import Peers
from api.strict import Unreadable
from ui.safety import SAFE_METHODS, TurnedAway

MOST_AT_ONCE = 200
MOST_HEADER_BYTES = 32_768  # of the address and all headers, however they arrive
SOON = 5  # seconds, for who comes while we are full
HEALTH = "/health"
TOO_SLOW = "What you sent took too long to arrive. Check the connection and send it again."


@dataclass(frozen=True, kw_only=True)
class Front:
    """`limits`: None for none. Seconds: until an answer to a read begins; between two parts of a body; for all of it."""

    peers: Peers = field(default_factory=Peers)
    limits: Limits | None = None
    most_at_once: int = MOST_AT_ONCE
    read_within: float = 30
    part_within: float = 10
    body_within: float = 60


class AtTheFront:
    def __init__(self, app: ASGIApp, *, front: Front, holds: Holds) -> None:
        self.app = app
        self.front = front
        self.holds = holds
        self.inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(HEALTH):
            await self.app(
                scope, receive, send
            )  # monitors come by address, often, and most of all when we are full
            return
        if _size(scope) > MOST_HEADER_BYTES:
            raise TurnedAway(431)
        hosts = Headers(scope=scope).getlist("host")
        if len(hosts) > 1 or not self.front.peers.is_us(hosts[0] if hosts else ""):
            raise TurnedAway(421)
        if self.front.limits is not None:
            seconds = await self.front.limits.wait(scope, self.front.peers, self.holds)
            if seconds:
                raise TurnedAway(429, retry_after=seconds)
        if self.inside >= self.front.most_at_once:
            raise TurnedAway(503, retry_after=SOON)
        self.inside += 1
        try:
            await self._in_time(scope, self._arriving(receive), send)
        finally:
            self.inside -= 1

    async def _in_time(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A read that has not begun to answer is given up. What writes is left to finish: half an act is worse."""
        if scope["method"] not in SAFE_METHODS:
            await self.app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self.front.read_within) as patience:

                async def begun(message: Message) -> None:
                    if patience.when() is not None:
                        patience.reschedule(None)
                    await send(message)

                await self.app(scope, receive, begun)
        except TimeoutError:
            if not patience.expired():
                raise
            raise TurnedAway(503, retry_after=SOON) from None

    def _arriving(self, receive: Receive) -> Receive:
        """A body that comes in drops ends where it is read, as one that is too large does."""
        ends: float | None = None
        whole = False

        async def within() -> Message:
            nonlocal ends, whole
            if whole:
                return await receive()  # what is awaited now is only that they hang up
            now = asyncio.get_running_loop().time()
            ends = ends or now + self.front.body_within
            try:
                async with asyncio.timeout_at(min(now + self.front.part_within, ends)):
                    message = await receive()
            except TimeoutError:
                raise Unreadable(408, TOO_SLOW) from None
            whole = message["type"] != "http.request" or not message.get("more_body", False)
            return message

        return within


def _size(scope: Scope) -> int:
    address = len(scope.get("raw_path") or b"") + len(scope.get("query_string", b""))
    return address + sum(len(name) + len(value) for name, value in scope["headers"])
