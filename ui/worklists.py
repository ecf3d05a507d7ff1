"""Lists of work: my tasks, my cases, reviews, and what I was told. What leaders answer for is in `ui.leaders`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.services import ServicesIn
from domain.people import Seat
from store import body_tasks, drafts, notices, reads
from store import names as names_of
from ui import views
from ui.body_tasks import rows_of
from ui.case_view import sent_words
from ui.open_draft import PREPARERS
from ui.session import Me, Pages, PagesIn, cursor, cursor_text
from ui.task_rows import TaskRow, TaskRows, needs_state
from ui.views import Teams
from ui.when import Due, due

router = APIRouter(include_in_schema=False)


@router.get("/inbox")
async def inbox(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    now, after = services.clock(), cursor(request)
    async with services.database.read() as connection:
        rows = await reads.inbox(connection, me, now, after=after)
        last = rows[reads.PAGE - 1].due_at if len(rows) > reads.PAGE else None
        calendar = await pages.calendar(connection, now)
        outside = await body_tasks.mine(connection, me, after=after[0] if after else None, until=last)
        of_teams = await body_tasks.of_teams(connection, me) if after is None else ()
        tasks = [
            *await task_rows_of(connection, pages, rows[: reads.PAGE], now),
            *rows_of(outside, calendar, now),
        ]
        mine = await drafts.unsubmitted(connection, me.id) if me.roles & PREPARERS and not after else []
    return pages.page(
        request,
        "inbox.html",
        me,
        tasks=sorted(tasks, key=lambda task: task.due.at),
        of_teams=rows_of(of_teams, calendar, now),
        drafts=mine,
        asks=bool(me.roles & PREPARERS),
        first=after is None,
        more=_more(rows, "due_at", reads.task_place),
    )


@router.get("/cases")
async def cases(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    after = cursor(request)
    async with services.database.read() as connection:
        rows = await reads.my_cases(connection, me, after=after)
        shown = rows[: reads.PAGE]
        teams = Teams(cards=await names_of.team_cards(connection, views.team_ids(shown)))
    found = [views.case_row(row, teams) for row in shown]
    return pages.page(
        request, "cases.html", me, cases=found, first=after is None, more=_more(rows, "updated_at")
    )


@router.get("/reviews")
async def reviews(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    now = services.clock()
    async with services.database.read() as connection:
        rows = await reads.reviews_due(connection, me, now)
        teams = Teams(cards=await names_of.team_cards(connection, views.team_ids(rows)))
        calendar = await pages.calendar(connection, now)
    found = [review_row(row, teams, calendar, now) for row in rows]
    return pages.page(
        request,
        "reviews.html",
        me,
        open=[each for each in found if each.is_open],
        ahead=[each for each in found if not each.is_open],
    )


@router.get("/notifications")
async def notifications(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    async with services.database.read() as connection:
        rows = await notices.for_person(connection, me, reads.PAGE)
    found = [notice_row(row, services.site.slack) for row in rows]
    return pages.page(request, "notifications.html", me, notices=found, slack=services.site.slack)


async def task_rows_of(
    connection: AsyncConnection, pages: Pages, rows: Sequence[Any], now: datetime
) -> list[TaskRow]:
    teams = Teams(cards=await names_of.team_cards(connection, views.team_ids(rows)))
    calendar = await pages.calendar(connection, now)
    states = await reads.states(connection, {row.ref for row in rows if needs_state(row)})
    made = TaskRows(teams, calendar, now, states)
    return [made.row(row) for row in rows]


def _more(rows: Sequence[Any], column: str, place: Callable[[Any], str] = attrgetter("ref")) -> str:
    """Where the next page begins, or '' on the last one. The reads give one row more than a page."""
    if len(rows) <= reads.PAGE:
        return ""
    last = rows[reads.PAGE - 1]
    return cursor_text(getattr(last, column), place(last))


@dataclass(frozen=True, kw_only=True)
class ReviewRow:
    ref: str
    title: str
    asks: str
    opens: datetime
    due: Due
    is_open: bool
    stage: views.Tag


def review_row(row: Any, teams: Teams, calendar: Any, now: datetime) -> ReviewRow:
    return ReviewRow(
        ref=row.ref,
        title=row.title,
        asks=f"{teams[row.receiving_team].label} gets data from {teams[row.sending_team].label}",
        opens=row.visible_from,
        due=due(calendar, teams.side(row, Seat(row.seat)).nation, row.due_at, now),
        is_open=row.visible_from <= now,
        stage=views.stage_tag(row.stage),
    )


@dataclass(frozen=True, kw_only=True)
class NoticeRow:
    ref: str
    headline: str
    at: datetime
    due_at: datetime | None
    ended: str
    sent: str


ENDED = {
    "done": "Done",
    "overtaken": "No longer needed",
    "paused": "Paused",
    "expired": "The time is over",
}


def notice_row(row: Any, slack: bool) -> NoticeRow:
    return NoticeRow(
        ref=row.ref,
        headline=row.headline,
        at=row.created_at,
        due_at=row.due_at,
        ended=ENDED.get(row.how or "", "") if row.closed_at else "",
        sent=sent_words(row, slack),
    )
