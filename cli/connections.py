"""How long a connection may keep us waiting before there is a request at all, or while it does not take our answer.

The web server has no such limits of its own, and the application sees a request only once its headers are whole.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

HEADERS_WITHIN = (
    10.0  # seconds for all headers of a request, from the first byte or the opening of the connection
)
TAKEN_WITHIN = 30.0  # seconds for a reader to take what was sent, once nothing more fits on the way
MOST_HEADER_BYTES = 32_768  # of the request line and all headers
MOST_CONNECTIONS = 900  # open at once; a process may usually have 1,024 files open


class PatientProtocol(H11Protocol):
    """h11, because it bounds the size of headers and refuses what can be read in two ways."""

    headers_within = HEADERS_WITHIN
    taken_within = TAKEN_WITHIN
    _headers_timer: asyncio.TimerHandle | None = None
    _taking_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch_headers()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        self._headers_timer = _stopped(self._headers_timer)
        self._taking_timer = _stopped(self._taking_timer)
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._taking_timer = _stopped(self._taking_timer)
        self._taking_timer = self.loop.call_later(self.taken_within, self.transport.abort)

    def resume_writing(self) -> None:
        self._taking_timer = _stopped(self._taking_timer)
        super().resume_writing()

    def _watch_headers(self) -> None:
        """The clock runs from the first byte that is not yet a request, and drops that come later do not stop it."""
        has_request = self.cycle is not None and not self.cycle.response_complete
        if has_request or self.transport.is_closing():
            self._headers_timer = _stopped(self._headers_timer)
        elif self._headers_timer is None:
            self._headers_timer = self.loop.call_later(self.headers_within, self._give_up)

    def _give_up(self) -> None:
        self._headers_timer = None
        if self.cycle is None or self.cycle.response_complete:
            self.transport.abort()


def _stopped(timer: asyncio.TimerHandle | None) -> None:
    if timer:
        timer.cancel()


def options() -> dict[str, Any]:
    """For `uvicorn.Config`: who is at the other end is asked of the socket, never of what it says (api/peers.py)."""
    return {
        "http": PatientProtocol,
        "ws": "none",
        "proxy_headers": False,
        "server_header": False,
        "h11_max_incomplete_event_size": MOST_HEADER_BYTES,
        "limit_concurrency": MOST_CONNECTIONS,
        "timeout_keep_alive": 5,
    }
