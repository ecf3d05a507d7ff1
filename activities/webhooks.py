"""Webhooks out: each message is posted until the other side says that it has it (§9).

Somebody typed the address, so nothing about it is trusted: every attempt looks the name up again and dials only what
is public; redirects are not followed, nothing of the answer is kept but its status (docs/webhooks.md).
"""

import asyncio
import socket
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

import aiohttp
import structlog
from aiohttp.abc import AbstractResolver, ResolveResult
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.webhooks_signed import body, headers
from domain.grants import MUST_ARRIVE
from domain.outside_addresses import is_public, is_this_computer, url_problem
from domain.webhook_rules import (
    GONE,
    LONGEST_WAIT,
    asked_to_wait,
    is_delivered,
    is_parked,
    is_sent_while,
    wait_after,
)
from domain.webhooks import Group
from store import undelivered, webhooks
from store.database import Database
from store.webhooks import Outgoing, Turn

log = structlog.get_logger()

TIMEOUT = 10  # seconds for the whole of one attempt
MOST_ANSWER = 4096  # bytes read of an answer, so that a connection ends in order; none is kept
AT_ONCE = 4  # attempts to one endpoint at the same time: one that hangs must not hold up the others
USER_AGENT = "Sharecase-Webhooks/1"

Lookup = Callable[[str, int], Awaitable[list[str]]]


class Refused(OSError):
    """We do not dial where this name leads."""


async def look_up(host: str, port: int) -> list[str]:
    """The addresses that a name stands for now."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


class OnlyPublic(AbstractResolver):
    """Looks a name up and refuses it if any of its addresses is not public. aiohttp dials exactly what this returns."""

    def __init__(self, lookup: Lookup = look_up, *, here: bool = False) -> None:
        self.lookup = lookup
        self.here = here

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        addresses = await self.lookup(host, port)
        if not addresses or not all(self._may_be_dialled(each) for each in addresses):
            raise Refused("the name does not lead to the public internet")
        return [
            ResolveResult(
                hostname=host,
                host=each,
                port=port,
                family=socket.AF_INET6 if ":" in each else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for each in addresses
        ]

    def _may_be_dialled(self, address: str) -> bool:
        return is_public(address) or (self.here and is_this_computer(address))

    async def close(self) -> None:
        return None


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """What came of one: the status, or why there was none."""

    status: int | None = None
    reason: str = ""
    wait: timedelta | None = None


class Pusher:
    def __init__(
        self,
        database: Database,
        *,
        public_url: str,
        clock: Callable[[], datetime],
        here: bool = False,
        lookup: Lookup = look_up,
        timeout: float = TIMEOUT,
    ) -> None:
        """`here`: whether this computer itself may be told, as in a demonstration and in tests."""
        self.database = database
        self.public_url = public_url.rstrip("/")
        self.clock = clock
        self.here = here
        self.lookup = lookup
        self.timeout = timeout
        self.busy: Counter[str] = Counter()
        self.turned_away: Counter[str] = Counter()

    @activity.defn(name="send_webhook")
    async def send(self, turn: Turn) -> Turn | None:
        """Send a message, and say which comes next in its line. Raises until it is settled; the engine tries again."""
        now = self.clock()
        async with self.database.read() as connection:
            message = await webhooks.outgoing(connection, turn, now)
            behind = message is not None and await webhooks.is_behind(connection, message)
        if message and behind:
            async with self.database.write() as connection:
                await webhooks.step_back(connection, message)
            return None
        if message and is_sent_while(message.endpoint_state, message.group):
            async with self._one_of_few(f"{message.endpoint}.{message.group is Group.REVOCATIONS}"):
                attempt = await self._try(message, now)
            return await self._keep(message, attempt)
        async with self.database.write() as connection:
            if message:
                await webhooks.not_now(connection, message)
            return await webhooks.next_in_line(connection, turn, self.clock())

    async def _try(self, message: Outgoing, now: datetime) -> Attempt:
        if problem := url_problem(message.url, here=self.here):
            return Attempt(reason=f"the address cannot be used: {problem}")
        link = f"{self.public_url}/cases/{quote(message.ref, safe='')}" if message.ref else ""
        sent = body(message.kind, message.at, message.data, link)
        told = {
            **headers(message.secrets, message.id, now, sent),
            "content-type": "application/json",
            "user-agent": USER_AGENT,
        }
        try:
            return await self._post(message.url, sent, told, now)
        except TimeoutError:
            return Attempt(reason=f"no answer within {self.timeout:g} seconds")
        except Refused as refused:
            return Attempt(reason=str(refused))
        except (aiohttp.ClientError, OSError, ValueError) as trouble:
            return Attempt(reason=_why(trouble))

    async def _post(self, url: str, sent: bytes, told: dict[str, str], now: datetime) -> Attempt:
        connector = aiohttp.TCPConnector(
            resolver=OnlyPublic(self.lookup, here=self.here), use_dns_cache=False, force_close=True
        )
        async with (
            aiohttp.ClientSession(
                connector=connector,
                timeout=aiohttp.ClientTimeout(total=self.timeout),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                auto_decompress=False,
            ) as session,
            session.post(url, data=sent, headers=told, allow_redirects=False) as answer,
        ):
            status = answer.status
            wait = asked_to_wait(status, answer.headers.get("retry-after"), now)
            if is_delivered(status):
                return Attempt(status=status)
            await answer.content.read(MOST_ANSWER)
            return Attempt(status=status, reason=f"it answered {status}", wait=wait)

    async def _keep(self, message: Outgoing, attempt: Attempt) -> Turn | None:
        """Write down what came of an attempt; what is next is taken in the same transaction, or the relay would start it
        too. Raises when there is to be another attempt."""
        now, status = self.clock(), attempt.status
        turn = Turn(message=message.id, round=message.round)
        if status is not None and is_delivered(status):
            async with self.database.write() as connection:
                await webhooks.delivered(connection, message, status, now)
                if (
                    message.kind in MUST_ARRIVE
                ):  # whoever was asked to see to it is not left with that until the morning
                    await undelivered.settle(connection, now, message.ref, message.endpoint)
                return await webhooks.next_in_line(connection, turn, now)
        wait = max(wait_after(message.failures + 1), attempt.wait or timedelta(0))
        over = is_parked(message.group, message.first_failed_at or now, now)
        if over or not message.failures:  # a long outage is one line, and another when it is given up
            name = "webhook.parked" if over else "webhook.failed"
            log.warning(name, message=message.id, endpoint=message.endpoint, because=attempt.reason)
        async with self.database.write() as connection:
            next_try_at = None if over else now + wait
            await webhooks.failed(
                connection, message, status=status, reason=attempt.reason, now=now, next_try_at=next_try_at
            )
            if status == GONE:
                await webhooks.pause_gone(connection, message.endpoint, now)
            if await webhooks.outgoing(connection, turn, now) is None:
                return await webhooks.next_in_line(connection, turn, now)
        raise _again(attempt.reason, wait)

    @asynccontextmanager
    async def _one_of_few(self, queue: str) -> AsyncIterator[None]:
        """Revocations queue by themselves. The longer the queue, the later is whoever finds no place asked to return."""
        if self.busy[queue] >= AT_ONCE:
            self.turned_away[queue] += 1
            raise _again(
                "this endpoint is busy with others", timedelta(seconds=min(60, self.turned_away[queue]))
            )
        self.busy[queue] += 1
        try:
            yield
        finally:
            self.busy[queue] -= 1
            self.turned_away.pop(queue, None)


def _why(trouble: BaseException) -> str:
    """In words of ours: what an error says may hold addresses of our network, or whatever the other side chose."""
    cause = getattr(trouble, "os_error", None) or trouble
    match cause:
        case Refused():
            return str(cause)
        case ssl.SSLError():
            return "its certificate could not be trusted, or TLS failed"
        case socket.gaierror():
            return "its name could not be found"
        case ConnectionRefusedError():
            return "it refused the connection"
        case aiohttp.ServerDisconnectedError() | ConnectionResetError():
            return "it ended the connection without an answer"
        case aiohttp.ClientConnectorError() | OSError():
            return "it could not be reached"
        case _:
            return "its answer could not be read"


def _again(because: str, delay: timedelta) -> ApplicationError:
    # Benign: the engine tries again without a page of traceback for each attempt of a long outage.
    return ApplicationError(
        because,
        type="NotDelivered",
        next_retry_delay=min(delay, LONGEST_WAIT),
        category=ApplicationErrorCategory.BENIGN,
    )
