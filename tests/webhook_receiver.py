"""A machine of somebody else that is sent webhooks, with bad days. It verifies with the library its owner would use."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from aiohttp import web
from standardwebhooks.webhooks import Webhook


class Fault(Enum):
    """How one call goes wrong; LOSES: the message was taken, and its sender never hears of it."""

    ERROR = auto()
    HANGS = auto()
    DROPS = auto()
    SLOW = auto()  # and well
    REDIRECTS = auto()
    DRIPS = auto()  # an answer that never ends
    LOSES_BY_DROPPING = auto()
    LOSES_BY_ERROR = auto()


TAKEN = (Fault.SLOW, Fault.LOSES_BY_DROPPING, Fault.LOSES_BY_ERROR)


@dataclass
class Receiver:
    """`taken`: what was verified and taken, in order of arrival. `answers`: a status for every call, 0 for none."""

    secret: str = ""
    url: str = ""
    taken: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    ids: list[str] = field(default_factory=list[str])
    calls: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    bodies: list[bytes] = field(default_factory=list[bytes])
    elsewhere: int = 0  # calls to where a redirect points
    faults: deque[Fault] = field(default_factory=deque[Fault])
    refuses: dict[str, int] = field(default_factory=dict[str, int])  # a type -> the status it always gets
    answers: int = 0
    headers: dict[str, str] = field(default_factory=dict[str, str])
    keeps_time: bool = True  # false on an engine that skips time, where no clock on a wall can agree
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    def will(self, *faults: Fault) -> None:
        self.faults.extend(faults)

    def kinds(self, ref: str = "") -> list[str]:
        """The types of what was taken about a case, each message once, in order of first arrival."""
        seen: dict[str, str] = {}
        for id_, each in zip(self.ids, self.taken, strict=True):
            if not ref or each["data"].get("ref") == ref:
                seen.setdefault(id_, each["type"])
        return list(seen.values())

    def messages(self, ref: str) -> list[str]:
        """The ids of what was taken about a case, each once, in order of first arrival."""
        about = zip(self.ids, self.taken, strict=True)
        return list(dict.fromkeys(id_ for id_, each in about if each["data"].get("ref") == ref))

    async def answer(self, request: web.Request) -> web.StreamResponse:
        sent, told = await request.read(), {key.lower(): value for key, value in request.headers.items()}
        self.calls.append(told)
        self.bodies.append(sent)
        fault = self.faults.popleft() if self.faults else None
        if fault is None and self.answers:
            return web.Response(status=self.answers, headers=self.headers)
        if fault is None or fault in TAKEN:
            message = self._verified(sent, told)
            if status := self.refuses.get(message["type"]):
                return web.Response(status=status)
            self.taken.append(message)
            self.ids.append(told["webhook-id"])
        return await self._goes_on(request, fault)

    def _verified(self, sent: bytes, told: dict[str, str]) -> dict[str, Any]:
        webhook = Webhook(self.secret)
        if self.keeps_time:
            return webhook.verify(sent, told)
        import json
        from datetime import UTC, datetime

        at = datetime.fromtimestamp(int(told["webhook-timestamp"]), UTC)
        assert webhook.sign(told["webhook-id"], at, sent.decode()) in told["webhook-signature"].split(" ")
        return json.loads(sent)

    async def _goes_on(self, request: web.Request, fault: Fault | None) -> web.StreamResponse:
        match fault:
            case Fault.ERROR | Fault.LOSES_BY_ERROR:
                return web.Response(status=500, text="x" * 100_000)
            case Fault.HANGS:
                await asyncio.wait([asyncio.ensure_future(self.closing.wait())], timeout=30)
                return web.Response()
            case Fault.DROPS | Fault.LOSES_BY_DROPPING:
                assert request.transport
                request.transport.abort()
                return web.Response()
            case Fault.SLOW:
                await asyncio.sleep(0.15)
                return web.Response()
            case Fault.REDIRECTS:
                return web.Response(status=307, headers={"Location": "/elsewhere"})
            case Fault.DRIPS:
                answer = web.StreamResponse(status=500)
                await answer.prepare(request)
                while not self.closing.is_set():
                    await answer.write(b"x" * 1000)
                    await asyncio.sleep(0.01)
                return answer
            case None:
                return web.Response(status=202)

    async def moved(self, request: web.Request) -> web.Response:
        self.elsewhere += 1
        return web.Response()


@asynccontextmanager
async def receiving(secret: str = "", *, port: int = 0) -> AsyncIterator[Receiver]:
    receiver = Receiver(secret=secret)
    app = web.Application(client_max_size=2**20)
    app.router.add_post("/hook", receiver.answer)
    app.router.add_post("/elsewhere", receiver.moved)
    runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    port = runner.addresses[0][1]
    receiver.url = f"http://127.0.0.1:{port}/hook"
    try:
        yield receiver
    finally:
        receiver.closing.set()
        await runner.cleanup()
