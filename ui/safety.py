"""What every answer is sent with, and what no page accepts: headers, forms of other websites, and faults.

Plain ASGI layers, so that they also cover what never reaches a handler: files, redirects, machines, and what is turned
away at the front. Machines' paths carry no cookie, so no other website can use them for anybody.
"""

import secrets
from collections.abc import Callable
from time import monotonic
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import headers as safe_headers
from api import problems
from api.headers import MACHINES, is_for_machines

__all__ = ["MACHINES", "HeadToo", "OwnForms", "Safety", "TurnedAway", "is_cross_site"]

log = structlog.get_logger()

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SELDOM = 60.0  # seconds
ErrorPage = Callable[[str, int], bytes]

# What machines are told when no route of theirs was reached; pages say it in `ui/errors.py`.
SENTENCES = {
    421: "This is not the address of Sharecase. Use the address that people use, with nothing else in the Host header.",
    431: "What you sent has more headers than any caller needs. Send fewer, or shorter ones.",
    429: "You are sending more than one caller may. Wait for the seconds in Retry-After, then send the same again.",
    500: problems.BROKEN,
    503: "Sharecase is busy just now. Wait for the seconds in Retry-After, then send the same again.",
}


class TurnedAway(Exception):
    """Answered at the front, before the application: `status` 403, 421, 429, 431 or 503."""

    def __init__(self, status: int, *, retry_after: int = 0) -> None:
        super().__init__(status)
        self.status = status
        self.retry_after = retry_after  # seconds


class BrokenOff(Exception):
    """A fault in the middle of an answer."""


class Safety:
    """The outermost layer of ours. Nothing inside it can be answered without the headers."""

    def __init__(self, app: ASGIApp, *, error_page: ErrorPage, https: bool) -> None:
        """`error_page(nonce, status)` draws a page without asking anything that may be broken."""
        self.app = app
        self.error_page = error_page
        self.https = https
        self._told: dict[
            int, tuple[float, int]
        ] = {}  # status: when it was last told, how often it was not since

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce
        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message.setdefault("headers", [])
                self._add_headers(scope, message)
            await send(message)

        try:
            await self.app(scope, receive, guarded)
        except TurnedAway as turned:
            self._tell(turned.status)
            await self._answer(scope, guarded, turned.status, turned.retry_after)
        except Exception:
            log.exception("page.failed", route=getattr(scope.get("route"), "path", ""))
            if started:
                raise BrokenOff from None  # the server hangs up; what was wrong is told above, without its words
            await self._answer(scope, guarded, 500)

    def _tell(self, status: int) -> None:
        """A line in the log, once a minute for each kind: a flood of requests must not become a flood of lines."""
        now = monotonic()
        since, untold = self._told.get(status, (-SELDOM, 0))
        if now - since < SELDOM:
            self._told[status] = (since, untold + 1)
            return
        self._told[status] = (now, 0)
        log.warning("front.turned_away", status=status, untold_before=untold)

    def _add_headers(self, scope: Scope, message: Message) -> None:
        policy = safe_headers.page_policy(scope["state"]["nonce"], https=self.https)
        safe_headers.add(
            MutableHeaders(raw=message["headers"]),
            path=scope["path"],
            status=message["status"],
            policy=policy,
            https=self.https,
        )

    async def _answer(self, scope: Scope, send: Send, status: int, retry_after: int = 0) -> None:
        if is_for_machines(scope["path"]):
            response = problems.answer(status, NAMES.get(status, "Broken"), SENTENCES.get(status, ""))
            body, kind = bytes(response.body), problems.MEDIA_TYPE
        else:
            body, kind = self.error_page(scope["state"]["nonce"], status), "text/html; charset=utf-8"
        headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
        if retry_after:
            headers.append((b"retry-after", str(retry_after).encode()))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


NAMES = {421: "WrongHost", 431: "HeadersTooLarge", 429: "TooManyRequests", 500: "Broken", 503: "Unavailable"}


class OwnForms:
    """Forms are taken from our own pages only (ASVS V3.5.1)."""

    def __init__(self, app: ASGIApp, *, origin: str) -> None:
        """`origin`: of the public address, such as https://sharecase.example."""
        self.app = app
        self.origin = origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_form = (
            scope["type"] == "http"
            and scope["method"] not in SAFE_METHODS
            and not is_for_machines(scope["path"])
        )
        if is_form and is_cross_site(Headers(scope=scope), self.origin):
            raise TurnedAway(403)
        await self.app(scope, receive, send)


def is_cross_site(headers: Headers, origin: str = "") -> bool:
    """Whether another site made the browser send this. Browsers say so with every form, old ones with Origin alone.

    What says neither is no browser; if it carries a cookie all the same, something took the headers away, and nobody
    can tell where it comes from.
    """
    site, came_from = headers.get("sec-fetch-site"), headers.get("origin")
    if site:
        return site not in ("same-origin", "none")
    if came_from is None:
        return "cookie" in headers
    if came_from == origin:
        return False
    # Over https an http page of the same name is another site: somebody on the way can write it.
    told = urlsplit(came_from)
    return told.netloc != headers.get("host") or (origin.startswith("https:") and told.scheme != "https")


class HeadToo:
    """HEAD wherever there is GET, for link checkers and monitors: the same answer without its body (RFC 9110)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self.app({**scope, "method": "GET"}, receive, without_body)
