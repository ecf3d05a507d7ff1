"""How much one caller may ask of this process: a bucket for each session, token and address, in memory (S5).

Whoever shows a session or token that holds has buckets of their own, so that a whole office behind one address works
undisturbed; made-up ones count against the address they come from. The figures are explained in docs/security.md.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.types import Scope

from api import auth
from api.peers import Peers, place_of
from api.services import Services
from domain.buckets import Allowance, Bucket, take

MOST_BUCKETS = 20_000
MOST_KNOWN = 20_000
KNOWN_FOR = 300.0  # seconds until a session or token is looked up again
NEVER = ("/health", "/static/")
SLACK = "/slack/"
SIGN_IN = "/sign-in"
COMES_BACK = (
    f"{SIGN_IN}/callback",
    f"{SIGN_IN}/ended",
)  # from the provider: a person, or word that sessions are over

Holds = Callable[[Scope], Awaitable[bool]]


@dataclass(frozen=True, kw_only=True)
class Figures:
    """A go is one request. `reads`, `writes`: of one session or token. The others: of one address."""

    reads: Allowance
    writes: Allowance
    anonymous: Allowance
    sign_ins: Allowance
    slack: Allowance


USUAL = Figures(
    reads=Allowance(per_minute=300, burst=150),
    writes=Allowance(per_minute=60, burst=60),
    anonymous=Allowance(per_minute=300, burst=300),
    sign_ins=Allowance(per_minute=10, burst=30),
    slack=Allowance(per_minute=3000, burst=1000),
)


@dataclass
class Limits:
    """`clock`: seconds that never go back. Nothing is kept on disk: a new process begins with full buckets."""

    figures: Figures = USUAL
    clock: Callable[[], float] = time.monotonic
    most: int = MOST_BUCKETS
    _buckets: "OrderedDict[tuple[str, str], Bucket]" = field(
        default_factory=OrderedDict[tuple[str, str], Bucket]
    )
    _known: "OrderedDict[str, float]" = field(default_factory=OrderedDict[str, float])

    async def wait(self, scope: Scope, peers: Peers, holds: Holds) -> int:
        """For how many whole seconds this request is too early; 0 when it may go on, and is then charged.

        `holds`: whether the session or token that a request shows is one of ours. Asked seldom.
        """
        path: str = scope["path"]
        if path.startswith(NEVER):
            return 0
        place = place_of(peers.address(scope))
        if path.startswith(SLACK):
            return self._take("slack", place, self.figures.slack)
        if starts_a_sign_in(scope) and (seconds := self._take("sign-in", place, self.figures.sign_ins)):
            return seconds
        shown = credential(scope)
        if shown and self._is_known(shown):
            return self._own(scope, shown)
        seconds = self._take("anonymous", place, self.figures.anonymous)
        if not seconds and shown and await holds(scope):
            self._keep_known(shown)
        return seconds

    @property
    def size(self) -> int:
        return len(self._buckets)

    def _own(self, scope: Scope, shown: str) -> int:
        if scope["method"] in ("GET", "HEAD", "OPTIONS"):
            return self._take("reads", shown, self.figures.reads)
        return self._take("writes", shown, self.figures.writes)

    def _take(self, kind: str, whose: str, allowance: Allowance) -> int:
        key = (kind, whose)
        bucket, seconds = take(self._buckets.get(key), allowance, self.clock())
        self._buckets[key] = bucket
        self._buckets.move_to_end(key)
        while len(self._buckets) > self.most:
            self._buckets.popitem(last=False)  # who was away longest, and so has a full one again soonest
        return math.ceil(seconds)

    def _is_known(self, shown: str) -> bool:
        since = self._known.get(shown)
        return since is not None and self.clock() - since < KNOWN_FOR

    def _keep_known(self, shown: str) -> None:
        self._known[shown] = self.clock()
        self._known.move_to_end(shown)
        while len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)


def starts_a_sign_in(scope: Scope) -> bool:
    """A choice of a made-up person, or a way to the provider. The page that offers them is free, and so is coming back."""
    path: str = scope["path"]
    if path == SIGN_IN:
        return scope["method"] == "POST"
    return path.startswith(f"{SIGN_IN}/") and path not in COMES_BACK


def credential(scope: Scope) -> str:
    """A hash of the token or session a request shows, '' for none. Machines' addresses look at no cookie."""
    request = Request(scope)
    if scope["path"].startswith("/api/"):
        shown = request.headers.get("authorization", "").partition(" ")[2].strip()
    else:
        cookies = request.cookies
        shown = cookies.get(auth.SAFE_COOKIE) or cookies.get(auth.COOKIE) or ""
    return auth.hashed(shown) if shown else ""


def holds_with(services: Services) -> Holds:
    """Asks the database. A database that does not answer makes nobody known; the request will hear of it itself."""

    async def holds(scope: Scope) -> bool:
        request, now = Request(scope), services.clock()
        try:
            async with services.database.read() as connection:
                if scope["path"].startswith("/api/"):
                    told = request.headers.get("authorization", "")
                    return await auth.machine(connection, told, now) is not None
                return await auth.session_of(connection, request, now) is not None
        except Exception:
            return False

    return holds
