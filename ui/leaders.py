"""What leaders answer for (P8): their own page, and in public a scorecard for each post. Posts are named, never people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.leaders import year_before
from api.services import ServicesIn
from domain.case import Stage
from domain.refusals import NotYours
from domain.words import STAGES
from domain.working_days import Calendar, end_of_day, london_date
from store import appetite, canaries, contacts, directory, reads, scorecards
from store import names as names_of
from store.scorecards import Happened, Scorecard, Side
from ui import views
from ui.canaries import canary_rows
from ui.session import MaybeMe, Me, PagesIn, Ref
from ui.standing import standing
from ui.views import Teams
from ui.words import ROLES
from ui.worklists import task_rows_of

router = APIRouter(include_in_schema=False)

WINDOW = 90  # days
WEEKS = 12
SIDES: Mapping[Side, str] = {"receiving": "Data we ask for", "sending": "Data we hold"}


@router.get("/leader")
async def leader(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    bodies = frozenset(post.organisation for post in me.posts if post.role.startswith("leader_"))
    if not bodies:
        raise NotYours
    now = services.clock()
    today = london_date(now)
    since = end_of_day(today - timedelta(days=WINDOW)) + timedelta(seconds=1)
    async with services.database.read() as connection:
        escalated = await reads.escalated_to(connection, me, now)
        tasks = await task_rows_of(connection, pages, escalated, now)
        counts = await reads.stage_counts(connection, set(bodies))
        told = {side: await scorecards.happened(connection, bodies, side, since) for side in SIDES}
        totals = [await _totals(connection, bodies, side, told[side]) for side in SIDES]
        waiting = await scorecards.longest_waiting(connection, bodies)
        teams = Teams(cards=await names_of.team_cards(connection, views.team_ids(waiting)))
        calendar = await pages.calendar(connection, now)
        named = await canaries.open_of(connection, bodies)
        stated = await appetite.in_force(connection, today, bodies)
        short = await contacts.short_of(connection, today, bodies)
        names = await directory.organisation_names(connection)
    weeks = by_week([each for side in SIDES for each in told[side]], today)
    return pages.page(
        request,
        "leader.html",
        me,
        tasks=tasks,
        bodies=[
            {"id": each, "name": names[each], "stated": stated.get(each)}
            for each in sorted(bodies, key=lambda each: names[each])
        ],
        counts=stage_table(counts),
        totals=totals,
        window=WINDOW,
        waiting=[waiting_row(row, teams, calendar, now) for row in waiting],
        canaries=canary_rows(named, calendar, today),
        weeks=weeks,
        bars=bars(weeks),
        short=short,
    )


@router.get("/scorecards")
async def all_scorecards(request: Request, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    now = services.clock()
    since = year_before(now)
    async with services.database.read() as connection:
        found = await scorecards.scorecards(connection, since)
        stated = await appetite.in_force(connection, london_date(now))
    return pages.page(
        request,
        "scorecards.html",
        me,
        real=[scorecard_view(each, each.organisation in stated) for each in found if not each.demo],
        demo=[scorecard_view(each, each.organisation in stated) for each in found if each.demo],
        since=since,
        as_of=now,
    )


@router.get("/scorecards/{ref}")
async def one_scorecard(
    request: Request, ref: Ref, me: MaybeMe, services: ServicesIn, pages: PagesIn
) -> Response:
    now = services.clock()
    since = year_before(now)
    async with services.database.read() as connection:
        found = await scorecards.scorecards(connection, since, ref)
        stated = await appetite.in_force(connection, london_date(now), frozenset({ref}))
    if not found:
        raise HTTPException(404)
    shown = scorecard_view(found[0], ref in stated)
    closed = await standing(services.database, {ref}, "/scorecards/{}")
    return pages.page(request, "scorecard.html", me, card=shown, standing=closed, since=since, as_of=now)


# --- in words -----------------------------------------------------------------------------------------------------


def scorecard_view(found: Scorecard, stated: bool) -> dict[str, Any]:
    return {
        "id": found.organisation,
        "body": found.body,
        "demo": found.demo,
        "stated": stated,
        "unled": found.unled,
        "posts": [{"name": ROLES[each.post], "card": each} for each in found.cards],
    }


@dataclass(frozen=True, kw_only=True)
class StageLine:
    stage: str
    receiving: int
    sending: int


def stage_table(counts: Mapping[str, Mapping[str, int]]) -> list[StageLine]:
    lines = [
        StageLine(
            stage=STAGES[stage],
            receiving=counts["receiving"].get(stage, 0),
            sending=counts["sending"].get(stage, 0),
        )
        for stage in Stage
    ]
    return [line for line in lines if line.receiving or line.sending]


@dataclass(frozen=True, kw_only=True)
class Totals:
    """P8, for one side: what waits now, and what came in, was delivered and was declined in the window."""

    side: str
    waiting: int
    received: int
    delivered: int
    declined: int


async def _totals(
    connection: AsyncConnection, bodies: frozenset[str], side: Side, told: Sequence[Happened]
) -> Totals:
    count = _counted(told)
    return Totals(
        side=SIDES[side],
        waiting=await scorecards.backlog(connection, bodies, side),
        received=count["received"],
        delivered=count["delivered"],
        declined=count["declined"],
    )


@dataclass(frozen=True, kw_only=True)
class WaitingRow:
    ref: str
    title: str
    asks: str
    stage: views.Tag
    since: datetime
    harm: str


def waiting_row(row: Any, teams: Teams, calendar: Calendar, now: datetime) -> WaitingRow:
    return WaitingRow(
        ref=row.ref,
        title=row.title,
        asks=teams.asks(row),
        stage=views.stage_tag(row.stage),
        since=row.submitted_at,
        harm=views.harm_sentence(calendar, row.people_per_day, row.submitted_at, now),
    )


# --- the trend: bars, and the same numbers as a table ---------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Week:
    """`start`: its Monday. The last one may not be over."""

    start: date
    received: int = 0
    delivered: int = 0
    declined: int = 0


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A rectangle of the chart, in its own units."""

    x: int
    y: int
    height: int
    colour: str


COLOURS = {"received": "#b1b4b6", "delivered": "#0f7a52", "declined": "#ca3535"}
HIGH, WIDE, GROUP = 100, 12, 48  # the highest bar, one bar's width, what a week takes


def by_week(told: Iterable[Happened], today: date) -> list[Week]:
    """The last twelve weeks, oldest first. What is on both sides of one body counts once."""
    monday = today - timedelta(days=today.weekday())
    starts = [monday - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    found: dict[date, list[Happened]] = {start: [] for start in starts}
    for each in dict.fromkeys(told):
        on = london_date(each.at)
        start = on - timedelta(days=on.weekday())
        if start in found:
            found[start].append(each)
    return [Week(start=start, **_counted(rows)) for start, rows in found.items()]


def _counted(told: Iterable[Happened]) -> dict[str, int]:
    count = {"received": 0, "delivered": 0, "declined": 0}
    for each in told:
        count[each.what] += 1
    return count


def bars(weeks: Sequence[Week]) -> list[Bar]:
    most = max((getattr(week, what) for week in weeks for what in COLOURS), default=0)
    found: list[Bar] = []
    for place, week in enumerate(weeks):
        for number, (what, colour) in enumerate(COLOURS.items()):
            height = round(HIGH * getattr(week, what) / most) if most else 0
            if height:
                x = place * GROUP + number * WIDE
                found.append(Bar(x=x, y=HIGH - height, height=height, colour=colour))
    return found
