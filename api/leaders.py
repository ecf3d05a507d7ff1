"""What leaders answer for, over the API (P8): appetite statements, scorecards, canaries. Public; posts, never people."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field

from api.callers import Ref
from api.problems import Missing, ProblemRoute, documented
from api.receipts import V1
from api.register import MINUTE, UNCHANGED, kept
from api.services import ServicesIn
from domain import appetite as appetites
from domain.appetite import Level, Statement
from domain.canaries import State, days_slipped, state_of
from domain.people import Role
from domain.working_days import Calendar, end_of_day, london_date
from store import appetite, canaries, directory, scorecards
from store.appetite import Body
from store.canaries import Found
from store.scorecards import Scorecard

router = APIRouter(route_class=ProblemRoute, tags=["leaders"])

NO_BODY = "There is no such body. Check its name in the list."
NO_STATEMENT = "There is no such version of this body's statement. Check its list of versions."
DEMO = Field(description="Made-up data of a demonstration, counted in no figure.")
Version = Annotated[int, Path(ge=1, le=2**31 - 1)]


def year_before(now: datetime) -> datetime:
    """The end of the same day a year ago, in London: what a scorecard counts from. A 29th of February is a 28th."""
    today = london_date(now)
    back = today.replace(year=today.year - 1, day=min(today.day, 28) if today.month == 2 else today.day)
    return end_of_day(back) + timedelta(seconds=1)


class LineOut(BaseModel):
    """`use`: a kind of use as in a request."""

    use: str
    level: Level
    text: str


class StatementOut(BaseModel):
    """One version. `signed_as`: the post of the leader who signed it."""

    organisation: str
    version: int
    text: str
    signed_as: Role
    stated_on: date
    in_force_from: date
    lines: list[LineOut]
    href: str


class BodyAppetite(BaseModel):
    """`in_force` is null while no statement counts: then leader 1 signs off."""

    organisation: str
    body: str
    demo: bool = DEMO
    in_force: StatementOut | None


class AppetiteHistory(BodyAppetite):
    versions: list[StatementOut] = Field(description="Newest first. None is ever changed or deleted.")


class AppetiteList(BaseModel):
    bodies: list[BodyAppetite]


class CardOut(BaseModel):
    """`received` is the sum of the four after it. `overdue`: silent at the top of its body now."""

    post: Role
    received: int
    in_time: int
    silent: int
    settled: int = Field(description="Somebody else acted, or the case ended, before the time was over.")
    running: int
    overdue: int


class ScorecardOut(BaseModel):
    """`unled`: overdue at the top of a body in which nobody holds a leader's post."""

    organisation: str
    body: str
    demo: bool = DEMO
    since: date
    as_of: date
    posts: list[CardOut]
    unled: int


class ScorecardList(BaseModel):
    since: date
    as_of: date
    scorecards: list[ScorecardOut]


class CanaryOut(BaseModel):
    """`entry` and `title`, `why` and `learnt` are null until the share has an entry in the register."""

    id: int
    organisation: str
    body: str
    demo: bool = DEMO
    named_as: Role
    named_on: date
    target: date
    state: State
    days_slipped: int
    delivered_on: date | None
    closed_on: date | None
    entry: str | None
    title: str | None
    why: str | None
    learnt: str | None


class CanaryList(BaseModel):
    as_of: date
    canaries: list[CanaryOut]


@router.get("/appetite", response_model=AppetiteList, responses={**UNCHANGED, **documented(503)})
async def list_appetite(request: Request, own: ServicesIn) -> Response:
    """Every body with leaders, and the risk-appetite statement that counts for it today."""
    today = london_date(own.clock())
    async with own.database.read() as connection:
        bodies = await appetite.led(connection)
        stated = await appetite.in_force(connection, today)
    return kept(request, AppetiteList(bodies=[_body(each, stated.get(each.id)) for each in bodies]), MINUTE)


@router.get(
    "/appetite/{ref}", response_model=AppetiteHistory, responses={**UNCHANGED, **documented(404, 503)}
)
async def read_appetite(request: Request, ref: Ref, own: ServicesIn) -> Response:
    """One body: the statement that counts today, and every version."""
    today = london_date(own.clock())
    async with own.database.read() as connection:
        body = await appetite.body(connection, ref)
        versions = await appetite.versions_of(connection, ref)
    if body is None:
        raise Missing("NoSuchBody", NO_BODY)
    found = _body(body, appetites.in_force(versions, today))
    history = [statement_out(each) for each in reversed(versions)]
    return kept(request, AppetiteHistory(**found.model_dump(), versions=history), MINUTE)


@router.get(
    "/appetite/{ref}/versions/{version}",
    response_model=StatementOut,
    responses={**UNCHANGED, **documented(404, 422, 503)},
)
async def read_statement(request: Request, ref: Ref, version: Version, own: ServicesIn) -> Response:
    """One version of a statement. It never changes."""
    async with own.database.read() as connection:
        versions = await appetite.versions_of(connection, ref)
    found = next((each for each in versions if each.version == version), None)
    if found is None:
        raise Missing("NoSuchStatement", NO_STATEMENT)
    return kept(request, statement_out(found), MINUTE)


@router.get("/scorecards", response_model=ScorecardList, responses={**UNCHANGED, **documented(503)})
async def list_scorecards(request: Request, own: ServicesIn) -> Response:
    """By body and leader's post: what moved up to them in the last 12 months, and what became of it."""
    now = own.clock()
    since, as_of = year_before(now), london_date(now)
    async with own.database.read() as connection:
        rows = await scorecards.scorecards(connection, since)
    found = ScorecardList(
        since=london_date(since), as_of=as_of, scorecards=[_scorecard(each, since, as_of) for each in rows]
    )
    return kept(request, found, MINUTE)


@router.get("/scorecards/{ref}", response_model=ScorecardOut, responses={**UNCHANGED, **documented(404, 503)})
async def read_scorecard(request: Request, ref: Ref, own: ServicesIn) -> Response:
    """The leaders' posts of one body."""
    now = own.clock()
    since = year_before(now)
    async with own.database.read() as connection:
        rows = await scorecards.scorecards(connection, since, ref)
    if not rows:
        raise Missing("NoSuchBody", NO_BODY)
    return kept(request, _scorecard(rows[0], since, london_date(now)), MINUTE)


@router.get("/canaries", response_model=CanaryList, responses={**UNCHANGED, **documented(503)})
async def list_canaries(request: Request, own: ServicesIn) -> Response:
    """Shares that leaders named as a test of the whole: open ones first, by target date."""
    today = london_date(own.clock())
    async with own.database.read() as connection:
        rows = await canaries.listed(connection)
        calendar = await directory.full_calendar(connection)
    return kept(
        request, CanaryList(as_of=today, canaries=[_canary(each, calendar, today) for each in rows]), MINUTE
    )


# --- in the shape of the answers ----------------------------------------------------------------------------------


def _body(body: Body, statement: Statement | None) -> BodyAppetite:
    return BodyAppetite(
        organisation=body.id,
        body=body.name,
        demo=body.demo,
        in_force=statement_out(statement) if statement else None,
    )


def statement_out(statement: Statement) -> StatementOut:
    return StatementOut(
        organisation=statement.organisation,
        version=statement.version,
        text=statement.text,
        signed_as=statement.signed_as,
        stated_on=statement.stated_on,
        in_force_from=statement.in_force_from,
        lines=[LineOut(use=use, level=line.level, text=line.text) for use, line in statement.lines.items()],
        href=f"{V1}/appetite/{statement.organisation}/versions/{statement.version}",
    )


def _scorecard(card: Scorecard, since: datetime, as_of: date) -> ScorecardOut:
    posts: Sequence[CardOut] = [
        CardOut(
            post=each.post,
            received=each.received,
            in_time=each.in_time,
            silent=each.silent,
            settled=each.settled,
            running=each.running,
            overdue=each.overdue,
        )
        for each in card.cards
    ]
    return ScorecardOut(
        organisation=card.organisation,
        body=card.body,
        demo=card.demo,
        since=london_date(since),
        as_of=as_of,
        posts=list(posts),
        unled=card.unled,
    )


def _canary(found: Found, calendar: Calendar, today: date) -> CanaryOut:
    canary, is_public = found.canary, bool(found.title)
    slipped = days_slipped(canary, calendar, today)
    return CanaryOut(
        id=canary.number,
        organisation=canary.organisation,
        body=found.body,
        demo=found.demo,
        named_as=canary.named_as,
        named_on=canary.named_on,
        target=canary.target,
        state=state_of(canary, slipped),
        days_slipped=slipped,
        delivered_on=canary.delivered_on,
        closed_on=canary.closed_on,
        entry=canary.ref if is_public else None,
        title=found.title if is_public else None,
        why=canary.why if is_public else None,
        learnt=canary.learnt or None if is_public else None,
    )
