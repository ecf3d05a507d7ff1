"""Figures that add up: the public page with its charts and tables, and its CSV (§5, P10)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from api.figures import answered
from api.programmes import in_force_today
from api.programmes import told as programme_told
from api.register import MINUTE
from api.services import ServicesIn
from domain.figure_asked import LANES, NAMES, Asked
from domain.figure_lines import ASKED, lines
from domain.figure_rows import OF, SOURCES
from domain.working_days import london_date
from store import programmes
from store.rates import rates
from ui import charts
from ui.csv_files import download
from ui.figure_words import HOLDERS, LANE_LABELS, NUMBERS, OF_WORDS
from ui.session import MaybeMe, PagesIn
from ui.standing import standing
from ui.when import MONTHS

router = APIRouter(include_in_schema=False)


@router.get("/figures")
async def figures_page(request: Request, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    asked, problems, told, bodies, clusters = await answered(services, request.query_params)
    wrong = {each.field: each.sentence for each in problems}
    async with services.database.read() as connection:
        names = await programmes.bodies(connection)
        named = [
            each
            for each in await in_force_today(connection, london_date(services.clock()))
            if each[0].demo == asked.demo
        ]
    return pages.page(
        request,
        "figures.html",
        me,
        status=422 if problems else 200,
        summary=[{"text": sentence, "href": f"#{field}"} for field, sentence in wrong.items()],
        wrong=wrong,
        typed=_typed(request.query_params, asked, wrong),
        picks=_picks(asked, bodies, clusters),
        told=told,
        charts=_charts(told) if told else {},
        month=month_name,
        numbers=NUMBERS,
        of_words=OF_WORDS,
        holders=HOLDERS,
        lanes=LANE_LABELS,
        body=bodies.get(asked.organisation, ""),
        standing=await standing(services.database, {asked.organisation}, "/figures?organisation={}"),
        cluster=clusters.get(asked.cluster, ""),
        rows_of=partial(_rows_of, asked),
        month_of=partial(_month_of, asked),
        rates=rates(),
        programmes=[programme_told(*each, names) for each in named],
        restated_at=to_asked("/figures/restatements", asked),
        files={"CSV": to_asked("/figures.csv", asked), "JSON": to_asked("/api/v1/figures", asked)},
        other={"demo": to_asked("/figures", asked, demo="yes"), "real": to_asked("/figures", asked, demo="")},
        embedded=services.site.embedded,
    )


@router.get("/figures.csv")
async def as_csv(request: Request, services: ServicesIn) -> Response:
    """One number a line, each with its as-of time, its definition and what was asked."""
    _, problems, told, _, _ = await answered(services, request.query_params)
    if problems:
        return PlainTextResponse("".join(f"{p.field}: {p.sentence}\n" for p in problems), status_code=422)
    rows: list[list[Any]] = [["figure", "value", "note", *ASKED]]
    beside = [told[name] for name in ASKED]
    for name, value in lines(told):
        written = str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)
        rows.append([name, written, "too few to tell" if value is None else "", *beside])
    return download("figures.csv", rows, seconds=MINUTE)


def to_asked(path: str, asked: Asked, **changes: str) -> str:
    found = {name: value for name, value in {**asked.address, **changes}.items() if value}
    return f"{path}?{urlencode(found)}"


def _rows_of(asked: Asked, figure: str, of: str = "total", **changes: str) -> str:
    """Where the rows behind a number are (E5)."""
    assert figure in SOURCES and of in OF, (figure, of)
    return to_asked("/figures/rows", asked, **changes, figure=figure, of="" if of == "total" else of)


def _month_of(asked: Asked, month: str) -> dict[str, str]:
    """The days of a month that are in the window."""
    first = date.fromisoformat(f"{month}-01")
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return {"from": max(first, asked.since).isoformat(), "to": min(last, asked.until).isoformat()}


def _typed(raw: Mapping[str, str], asked: Asked, wrong: Mapping[str, str]) -> dict[str, str]:
    """What the boxes hold: what was typed where that must be mended, else what is shown."""
    shown = {name: "" for name in NAMES} | asked.address
    return {name: raw.get(name, "")[:200] if name in wrong else shown[name] for name in NAMES}


def _picks(asked: Asked, bodies: Mapping[str, str], clusters: Mapping[str, str]) -> Sequence[dict[str, Any]]:
    def by_name(names: Mapping[str, str]) -> list[tuple[str, str]]:
        return sorted(names.items(), key=lambda each: (each[1].casefold(), each[0]))

    lanes = [(lane, LANE_LABELS[lane]) for lane in LANES]
    return [
        {"name": "organisation", "label": "Body, on either side", "choices": by_name(bodies), "chosen": asked.organisation},
        {"name": "cluster", "label": "Cluster", "choices": by_name(clusters), "chosen": asked.cluster},
        {"name": "lane", "label": "Lane", "choices": lanes, "chosen": asked.lane},
    ]  # fmt: skip


def month_name(name: str) -> str:
    """'November 2026' of '2026-11'."""
    on = date.fromisoformat(f"{name}-01")
    return f"{MONTHS[on.month - 1]} {on.year}"


def short_month(name: str) -> str:
    return f"{MONTHS[int(name[5:]) - 1][:3]} {name[2:4]}"


def _charts(told: Mapping[str, Any]) -> dict[str, charts.Chart]:
    months = told["months"]
    if not months:
        return {}
    names = [short_month(each["month"]) for each in months]
    moved = [
        (NUMBERS[kind], [each[kind] for each in months]) for kind in ("received", "delivered", "declined")
    ]
    return {
        "moved": charts.bars("moved", "Received, delivered and declined in each month", names, moved),
        "backlog": charts.line("backlog", "Open at the end of each month", names, [each["backlog_end"] for each in months]),
    }  # fmt: skip
