"""Who is looking at a page, and what every page is drawn with."""

import re
import secrets
from datetime import datetime, timedelta
from typing import Annotated, Any, cast

from fastapi import Depends, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.ext.asyncio import AsyncConnection

from api import auth
from api.gate import SignInNeeded
from api.services import Services, Site
from domain.people import Role
from domain.policy import Policy
from domain.refusals import NoSuchCase
from domain.working_days import Calendar, london_date
from store import directory, policies
from store.directory import Person
from ui.templating import Frame, NavItem, Templates

TOUCH_EVERY = timedelta(minutes=1)
CALENDAR_FOR = timedelta(minutes=1)  # how old the holidays may be that a page counts with
REF = re.compile(r"[A-Za-z0-9-]{1,40}")

EVERYBODY = (
    NavItem(text="Your tasks", href="/inbox"),
    NavItem(text="Cases", href="/cases"),
    NavItem(text="Notifications", href="/notifications"),
)
REVIEWS = NavItem(text="Reviews due", href="/reviews")
LEADER = NavItem(text="Leader", href="/leader")
BOARD = NavItem(text="Board", href="/guards/questions")
CONCERNS = NavItem(text="Concerns", href="/concerns")
REGULATOR = NavItem(text="Regulator", href="/regulator")
AUDIT = NavItem(text="Audit", href="/audit")
DIRECTORY = NavItem(text="Directory", href="/directory")
REGISTER = NavItem(text="Register", href="/register")
EXCHANGE = NavItem(text="Exchange", href="/exchange")
SIGN_IN = NavItem(text="Sign in", href="/sign-in")


class Pages:
    """What the pages keep between requests: templates, the calendar table, when sessions were last touched."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.templates = Templates.of(services.site)
        self._calendar: Calendar | None = None
        self._calendar_at: datetime | None = None
        self._touched: dict[str, datetime] = {}

    async def calendar(self, connection: AsyncConnection, now: datetime) -> Calendar:
        """The public calendar for harm meters and days left; deadlines themselves are stored, never counted here."""
        if self._calendar is None or self._calendar_at is None or now - self._calendar_at > CALENDAR_FOR:
            self._calendar = await directory.full_calendar(connection)
            self._calendar_at = now
        return self._calendar

    async def policy(self) -> Policy:
        """The numbers that count for a request sent in now: what pages promise is what its case will get."""
        own = self.services
        async with own.database.read() as connection:
            return await policies.in_force(connection, london_date(own.clock()), own.site.legal_profile)

    async def touch(self, token: str, now: datetime) -> None:
        """Keep a session from going idle. Once a minute at most, so that reading pages does not mean writing."""
        last = self._touched.get(token)
        if last and now - last < TOUCH_EVERY:
            return
        if len(self._touched) > 10_000:
            self._touched.clear()
        self._touched[token] = now
        async with self.services.database.write() as connection:
            await auth.touch_session(connection, token, now)

    def page(
        self, request: Request, template: str, me: Person | None = None, *, status: int = 200, **context: Any
    ) -> Response:
        """A whole page. Signed-in pages are never kept by a browser or a proxy."""
        frame = Frame(
            name=me.name if me else "",
            navigation=navigation(me, self.services.site),
            here=request.url.path,
            nonce=getattr(request.state, "nonce", ""),
        )
        body = self.templates.page(template, frame, {"me": me, **context})
        keep = "no-store" if me or auth.cookie_of(request) or status != 200 else "no-cache"
        return HTMLResponse(body, status_code=status, headers={"Cache-Control": keep, "Vary": "Cookie"})


def navigation(me: Person | None, site: Site) -> tuple[NavItem, ...]:
    if me is None:
        return (REGISTER, EXCHANGE, *([SIGN_IN] if site.dev_sign_in or site.provider else ()))
    items = list(EVERYBODY)
    if any(role.startswith("leader_") for role in me.roles):
        items.append(LEADER)
    if me.roles & {Role.REQUESTER, Role.RISK_OWNER, Role.REVIEWER, Role.AUDITOR} or LEADER in items:
        items.append(REVIEWS)
    if Role.SENDER_DECIDER in me.roles:
        items.append(EXCHANGE)
    if Role.REGULATOR in me.roles:
        items += [REGULATOR, CONCERNS]
    if Role.AUDITOR in me.roles:
        items.append(AUDIT)
    if Role.BOARD in me.roles:
        items.append(BOARD)
    if Role.OPERATOR in me.roles:
        items.append(DIRECTORY)
    return (*items, REGISTER)


def pages(request: Request) -> Pages:
    return cast(Pages, request.app.state.pages)


PagesIn = Annotated[Pages, Depends(pages)]


async def who_is(request: Request) -> Person | None:
    """The signed-in person, or None. Looked up once for a request, whoever asks: the gate, the page, its error page."""
    if not hasattr(request.state, "me"):
        request.state.me = await _look_up(request)
    return request.state.me


async def _look_up(request: Request) -> Person | None:
    token = auth.cookie_of(request)
    if not token:
        return None
    mine = pages(request)
    now = mine.services.clock()
    async with mine.services.database.read() as connection:
        person = await auth.session_person(connection, request, now)
    if person:
        await mine.touch(token, now)
    return person


async def maybe_me(request: Request) -> Person | None:
    return await who_is(request)


MaybeMe = Annotated[Person | None, Depends(maybe_me)]


async def need_me(person: MaybeMe) -> Person:
    if person is None:
        raise SignInNeeded
    return person


Me = Annotated[Person, Depends(need_me)]


def case_ref(ref: str) -> str:
    """A reference out of an address. What cannot be one is not looked up: no store likes every character."""
    if not REF.fullmatch(ref):
        raise NoSuchCase
    return ref


Ref = Annotated[str, Depends(case_ref)]


def to(path: str) -> RedirectResponse:
    """After a form, see another page (303)."""
    return RedirectResponse(path, status_code=303)


def new_command() -> str:
    """The id of a command, minted when its form is drawn: sending the form twice is one act (G6)."""
    return secrets.token_hex(16)


Cursor = tuple[datetime, str]


def cursor(request: Request) -> Cursor | None:
    """Where a list goes on: `?after=2026-11-27T23:59:59+00:00~SC-...`. Raises 422 for what is no such place."""
    text = request.query_params.get("after")
    if not text:
        return None
    at, _, ref = text.partition("~")
    try:
        instant = datetime.fromisoformat(at.replace(" ", "+"))  # a + in an address is read as a space
    except ValueError as broken:
        raise HTTPException(422) from broken
    if instant.tzinfo is None or not REF.fullmatch(ref) or not 2000 <= instant.year <= 2200:
        raise HTTPException(422)
    return instant, ref


def cursor_text(at: datetime, ref: str) -> str:
    return f"{at.isoformat().replace('+', '%2B')}~{ref}"
