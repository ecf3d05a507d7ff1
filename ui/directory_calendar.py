"""The dated table of bank holidays (G3): what is counted with, until when, and a proclaimed day to be added."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy import select

from api.calendar import open_cases_of
from api.directory_acts import checked_day
from api.invalid import Invalid
from api.owners import keeps
from api.services import ServicesIn
from domain import holidays
from domain.questions import Problem
from domain.refusals import Refusal
from domain.working_days import Nation, london_date
from store import directory_kept
from store.directory import Person
from store.tables import bank_holidays
from ui.directory_act import banner, edge
from ui.forms import COMMAND, FormView, Typed, read
from ui.owners_act import NOT_COMPLETE
from ui.session import Me, Pages, PagesIn, new_command, to
from ui.when import weekday

router = APIRouter(include_in_schema=False)

HERE = "/directory/calendar"
SOON = 2  # years before its end in which the table is said to be short


@router.get("/directory/calendar")
async def table(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    """One nation and one year at a time."""
    keeps(me)
    today = london_date(services.clock())
    async with services.database.read() as connection:
        known = await directory_kept.calendar(connection)
        nation, year = _asked(request, today, known["first_year"], known["last_year"])
        b = bank_holidays.c
        query = select(b.date, b.title, b.source, b.added_on).where(
            b.nation == nation, b.date.startswith(f"{year}-")
        )
        rows = (await connection.execute(query.order_by(b.date))).all()
        told = await banner(connection, me, request.query_params.get("command", ""))
    return pages.page(
        request,
        "directory_calendar.html",
        me,
        rows=rows,
        nation=nation,
        nations=holidays.LABELS,
        year=year,
        years=range(known["first_year"], known["last_year"] + 1),
        last_year=known["last_year"],
        ends_soon=known["last_year"] < today.year + SOON,
        banner=told,
    )


@router.get("/directory/calendar/new")
async def new_page(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    """The day first; then, with how many cases are told, the confirmation."""
    keeps(me)
    typed = request.query_params
    if "step" not in typed:
        return _draw(request, pages, me, {})
    raw = Typed(typed.multi_items()).answers(holidays.FORM)
    try:
        async with services.database.read() as connection:
            nation, day, title = await checked_day(connection, raw, london_date(services.clock()))
            cases = await open_cases_of(connection, {nation})
    except Invalid as invalid:
        return _draw(request, pages, me, raw, problems=invalid.problems, status=422)
    except Refusal as refusal:
        wrong = (Problem("", refusal.message),)
        return _draw(request, pages, me, raw, problems=wrong, status=refusal.status)
    return _confirm(request, pages, me, nation, day, title, len(cases))


@router.post("/directory/calendar/new")
async def new(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    keeps(me)
    typed = await read(request)
    raw = {name: typed.one(name) for name in ("nation", "date", "title")}
    command = typed.matching("command", COMMAND)
    if not command:
        return _draw(request, pages, me, raw, problems=(Problem("", NOT_COMPLETE),), status=422)
    try:
        await edge(services).add_holiday(me, raw, command=command, via="web")
    except Invalid as invalid:
        return _draw(request, pages, me, raw, problems=invalid.problems, status=422)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        wrong = (Problem("", refusal.message),)
        return _draw(request, pages, me, raw, problems=wrong, status=refusal.status)
    year = raw["date"][:4]
    return to(f"{HERE}?nation={raw['nation']}&year={year}&command={command}")


def _asked(request: Request, today: date, first: int, last: int) -> tuple[Nation, int]:
    nation = request.query_params.get("nation", Nation.ENGLAND_AND_WALES)
    year = request.query_params.get("year", str(min(max(today.year, first), last)))
    if nation not in holidays.NATIONS or not (year.isascii() and year.isdigit() and len(year) == 4):
        raise HTTPException(422)
    return Nation(nation), int(year)


def _draw(
    request: Request,
    pages: Pages,
    me: Person,
    raw: Mapping[str, Any],
    *,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
) -> Response:
    form = FormView(questions=holidays.FORM, typed=raw, problems=problems)
    return pages.page(request, "directory_holiday.html", me, status=status, form=form, day=None)


def _confirm(
    request: Request, pages: Pages, me: Person, nation: Nation, day: date, title: str, cases: int
) -> Response:
    return pages.page(
        request,
        "directory_holiday.html",
        me,
        form=FormView(questions=()),
        day=weekday(day),
        title_of=title,
        nation=holidays.LABELS[nation],
        cases=cases,
        hidden={"command": new_command(), "nation": nation, "date": day.isoformat(), "title": title},
    )
