"""What every page answers with and what no page accepts: headers, cross-site posts, too much at once, and faults.

A plain ASGI layer, so that it also covers what never reaches a handler. Machines' paths carry no cookie and are not
ours to refuse; their own layer looks after them.
"""

import secrets
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger()

MACHINES = ("/api/", "/slack/", "/health", "/metrics")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ErrorPage = Callable[[str, int], bytes]


class Safety:
    def __init__(self, app: ASGIApp, *, error_page: ErrorPage, https: bool) -> None:
        """`error_page(nonce, status)` draws a page without asking anything that may be broken."""
        self.app = app
        self.error_page = error_page
        self.https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(MACHINES):
            await self.app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce
        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._add_headers(MutableHeaders(raw=message["headers"]), nonce)
            await send(message)

        if scope["method"] not in SAFE_METHODS and is_cross_site(Headers(scope=scope)):
            await self._answer(guarded, nonce, 403)
            return
        try:
            await self.app(scope, receive, guarded)
        except Exception:
            log.exception("page.failed", path=scope["path"].split("/")[1])
            if started:
                raise
            await self._answer(guarded, nonce, 500)

    def _add_headers(self, headers: MutableHeaders, nonce: str) -> None:
        headers["Content-Security-Policy"] = POLICY.format(nonce=nonce)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        headers.setdefault("Cache-Control", "no-store")
        if self.https:
            headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"

    async def _answer(self, send: Callable[[Message], Awaitable[None]], nonce: str, status: int) -> None:
        body = self.error_page(nonce, status)
        headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def is_cross_site(headers: Headers) -> bool:
    """Whether another site made the browser send this. Browsers say so; what is no browser carries no cookie."""
    site = headers.get("sec-fetch-site")
    if site:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    return bool(origin) and urlsplit(origin or "").netloc != headers.get("host")


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
