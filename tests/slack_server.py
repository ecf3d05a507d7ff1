"""A Slack-shaped HTTP server of our own, for what the real one does on bad days.

It answers 429 and 500, hangs, loses its answer after it took the message, and keeps everything it was sent, so that a
test can count how often a notice arrived. It speaks only the methods Sharecase calls.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from aiohttp import web


class Fault(Enum):
    """How one call goes wrong; LOSES: the message was taken, and its sender never hears of it."""

    LIMITED = auto()
    ERROR = auto()
    ERROR_PAGE = auto()
    HANGS = auto()
    DROPS = auto()
    LOSES_BY_DROPPING = auto()
    LOSES_BY_HANGING = auto()
    LOSES_BY_ERROR = auto()


CHANNELS = {"#dwp-pension-credit": "C000000001", "#hmrc-paye-records": "C000000002"}
TEAM_ID, APP_ID = "T0SHARECASE", "A0SHARECASE"
TAKEN = (Fault.LOSES_BY_DROPPING, Fault.LOSES_BY_HANGING, Fault.LOSES_BY_ERROR)


@dataclass
class SlackServer:
    """`messages`: channel id -> the messages in it. `declines`: method -> the error it always answers."""

    url: str = ""
    channels: dict[str, str] = field(default_factory=lambda: dict(CHANNELS))  # '#name' or user -> id
    messages: dict[str, list[dict[str, Any]]] = field(default_factory=dict[str, list[dict[str, Any]]])
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list[tuple[str, dict[str, Any]]])
    called_at: list[float] = field(default_factory=list[float])
    faults: deque[Fault] = field(default_factory=deque[Fault])  # for the next calls that write
    storm: Callable[[str], Fault | None] | None = (
        None  # method -> how this call goes wrong, when `faults` is empty
    )
    declines: dict[str, str] = field(default_factory=dict[str, str])
    retry_after: int = 1
    page: int = 200  # the most messages of a channel that one answer shows
    down: bool = False
    users: dict[str, dict[str, Any]] = field(
        default_factory=dict[str, dict[str, Any]]
    )  # what is unusual of them
    views: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])  # every window shown, in order
    homes: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    whispers: list[tuple[str, dict[str, Any]]] = field(default_factory=list[tuple[str, dict[str, Any]]])
    triggers_used: set[str] = field(default_factory=set[str])
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    def will(self, *faults: Fault) -> None:
        self.faults.extend(faults)

    def posts(self, notice: str = "") -> list[dict[str, Any]]:
        """Every message in every channel, or those of one notice."""
        every = [message for channel in self.messages.values() for message in channel]
        return [each for each in every if not notice or _notice_of(each) == notice]

    def called(self, method: str) -> int:
        return len(self.times(method))

    def times(self, method: str) -> list[float]:
        """When a method was called, in seconds of the event loop."""
        return [at for (name, _), at in zip(self.calls, self.called_at, strict=True) if name == method]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        method, body = request.match_info["method"], await _body(request)
        self.calls.append((method, body))
        self.called_at.append(asyncio.get_running_loop().time())
        if self.down:
            return web.Response(status=503, text="Service Unavailable")
        if request.headers.get("Authorization") != "Bearer xoxb-test":
            return _no("invalid_auth")
        if method in self.declines:
            return _no(self.declines[method])
        fault = self.faults.popleft() if self.faults and method.startswith("chat.") else None
        fault = self.storm(method) if fault is None and self.storm else fault
        if fault is None or fault in TAKEN:
            answer = getattr(self, method.replace(".", "_"))(body)
            return answer if fault is None else await self._go_wrong(request, fault)
        return await self._go_wrong(request, fault)

    async def _go_wrong(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        match fault:
            case Fault.LIMITED:
                headers = {"Retry-After": str(self.retry_after)}
                return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
            case Fault.ERROR | Fault.LOSES_BY_ERROR:
                return web.json_response({"ok": False, "error": "internal_error"}, status=500)
            case Fault.ERROR_PAGE:
                return web.Response(
                    status=200, text="<h1>Sign in to the network</h1>", content_type="text/plain"
                )
            case Fault.HANGS | Fault.LOSES_BY_HANGING:
                await self.closing.wait()
            case Fault.DROPS | Fault.LOSES_BY_DROPPING:
                assert request.transport
                request.transport.abort()
        return web.Response()

    def chat_postMessage(self, body: dict[str, Any]) -> web.Response:
        channel = body["channel"]
        if channel not in self.channels.values():
            return _no("channel_not_found")
        ts = f"1795000000.{sum(map(len, self.messages.values())):06}"
        message = {**body, "ts": ts}
        message.pop("channel")
        self.messages.setdefault(channel, []).append(message)
        return _yes(channel=channel, ts=ts, message=message)

    def chat_update(self, body: dict[str, Any]) -> web.Response:
        for message in self.messages.get(body["channel"], []):
            if message["ts"] == body["ts"]:
                message.update(
                    text=body["text"], blocks=body["blocks"], updated=message.get("updated", 0) + 1
                )
                return _yes(channel=body["channel"], ts=body["ts"])
        return _no("message_not_found")

    def conversations_history(self, body: dict[str, Any]) -> web.Response:
        if body["channel"] not in self.channels.values():
            return _no("channel_not_found")
        start = int(body.get("cursor") or 0)
        newest_first = list(reversed(self.messages.get(body["channel"], [])))
        shown = newest_first[start : start + self.page]
        more = str(start + self.page) if start + self.page < len(newest_first) else ""
        return _yes(messages=shown, response_metadata={"next_cursor": more})

    def conversations_list(self, body: dict[str, Any]) -> web.Response:
        named = [(name, key) for name, key in self.channels.items() if name.startswith("#")]
        return _yes(channels=[{"id": key, "name": name.removeprefix("#")} for name, key in named])

    def conversations_open(self, body: dict[str, Any]) -> web.Response:
        direct = self.channels.setdefault(body["users"], f"D{len(self.channels):09}")
        return _yes(channel={"id": direct})

    def views_open(self, body: dict[str, Any]) -> web.Response:
        if body["trigger_id"] in self.triggers_used:
            return _no("exchanged_trigger_id")
        self.triggers_used.add(body["trigger_id"])
        self.views.append(body["view"])
        return _yes(view={**body["view"], "id": f"V{len(self.views):09}"})

    def views_update(self, body: dict[str, Any]) -> web.Response:
        self.views.append(body["view"])
        return _yes(view=body["view"])

    def views_publish(self, body: dict[str, Any]) -> web.Response:
        self.homes[body["user_id"]] = body["view"]
        return _yes(view=body["view"])

    def users_info(self, body: dict[str, Any]) -> web.Response:
        user = {"id": body["user"], "team_id": TEAM_ID, **self.users.get(body["user"], {})}
        return _no("user_not_found") if user.get("gone") else _yes(user=user)

    async def reply(self, request: web.Request) -> web.Response:
        """What `response_url` is posted: seen by one person, whom the address names."""
        if self.down:
            return web.Response(status=503)
        self.whispers.append((request.match_info["who"], await request.json()))
        return web.Response(text="ok")

    def auth_test(self, body: dict[str, Any]) -> web.Response:
        return _yes(user_id="U0SHARECASE")


@asynccontextmanager
async def slack_server(port: int = 0) -> AsyncIterator[SlackServer]:
    """The server on a port of its own, until the block ends."""
    slack = SlackServer()
    app = web.Application()
    app.router.add_post("/api/{method}", slack.answer)
    app.router.add_post("/hooks/{who}", slack.reply)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        slack.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
        yield slack
    finally:
        slack.closing.set()
        await runner.cleanup()


async def _body(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        return await request.json()
    return {key: value for key, value in (await request.post()).items() if isinstance(value, str)}


def _notice_of(message: dict[str, Any]) -> str:
    return message.get("metadata", {}).get("event_payload", {}).get("notice_id", "")


def _yes(**values: Any) -> web.Response:
    return web.json_response({"ok": True, **values})


def _no(error: str) -> web.Response:
    return web.json_response({"ok": False, "error": error})
