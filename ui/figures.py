"""Figures that add up: the public page with its charts and tables, its CSV, and the cases behind a number (§5, P10)."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import PlainTextResponse

from api.figures import answered
from api.register import MINUTE
from api.services import ServicesIn
from domain.figure_asked import LANES, NAMES, Asked
from domain.figure_lines import ASKED, lines
from store import figures
from ui import charts
from ui.register_files import cell
from ui.register_view import entry_row
from ui.session import MaybeMe, PagesIn
from ui.when import MONTHS
from ui.words import LANES as LANE_NAMES

router = APIRouter(include_in_schema=False)

HOLDERS = {
    "receiving_team": "The receiving team",
    "receiving_leaders": "Leaders of the receiving body",
    "sending_team": "The sending team",
    "sending_leaders": "Leaders of the sending body",
    "joint_leaders": "Leaders of both bodies together",
    "board": "The cluster board",
    "mediator": "The mediator",
    "whole": "The request it is a part of, before it was a case of its own",
}
# What a number is called in a sentence: of the rows behind it, and in tables.
NUMBERS = {
    "received": "Received",
    "reopened": "Taken up again",
    "delivered": "Delivered",
    "declined": "Declined",
    "withdrawn": "Withdrawn",
    "lapsed": "Lapsed",
    "blocked": "Out of scope",
    "returned_by_own_side": "Returned by the own side",
    "open": "Open now",
    "approved": "Approved",
    "presumed": "Approved by presumption",
    "relied": "Approved by reliance on an earlier decision",
    "objected": "Objected to",
    "overdue_at_top": "Overdue at the top",
    "refused_under_duty": "Refused under a duty to share",
    "restated": "Counted since under another body, cluster or lane",
    "part_received": "Received as a part of another request",
    "amendment_received": "Received as an amendment",
    "review_on_time": "Reviews concluded on time",
    "review_late": "Reviews concluded late",
    "review_suspended": "Suspended because a review was late",
    "review_ended": "Ended by a review",
}
LANE_LABELS = {each.value: words.partition(":")[0] for each, words in LANE_NAMES.items()} | {
    "none": "No lane chosen"
}


@router.get("/figures")
async def figures_page(request: Request, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    asked, problems, told, bodies, clusters = await answered(services, request.query_params)
    wrong = {each.field: each.sentence for each in problems}
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
        month=_month,
        numbers=NUMBERS,
        holders=HOLDERS,
        lanes=LANE_LABELS,
        body=bodies.get(asked.organisation, ""),
        cluster=clusters.get(asked.cluster, ""),
        files={"CSV": _to("/figures.csv", asked), "JSON": _to("/api/v1/figures", asked)},
        other={"demo": _to("/figures", asked, demo="yes"), "real": _to("/figures", asked, demo="")},
        embedded=services.site.embedded,
    )


@router.get("/figures.csv")
async def as_csv(request: Request, services: ServicesIn) -> Response:
    """One number a line, each with its as-of time, its definition and what was asked."""
    _, problems, told, _, _ = await answered(services, request.query_params)
    if problems:
        return PlainTextResponse("".join(f"{p.field}: {p.sentence}\n" for p in problems), status_code=422)
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(["figure", "value", "note", *ASKED])
    beside = [cell(told[name]) for name in ASKED]
    for name, value in lines(told):
        written = str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)
        rows.writerow([name, written, "too few to tell" if value is None else "", *beside])
    headers = {
        "Cache-Control": f"public, max-age={MINUTE}",
        "Access-Control-Allow-Origin": "*",
        "Content-Disposition": 'attachment; filename="figures.csv"',
    }
    return Response(out.getvalue(), headers=headers, media_type="text/csv; charset=utf-8")


@router.get("/figures/rows")
async def rows_page(request: Request, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    """Register entries behind one number. Of cases that are not public only their number is told."""
    name = request.query_params.get("figure", "")
    if name not in figures.ROWS:
        raise HTTPException(404)
    asked, problems, _, bodies, clusters = await answered(services, request.query_params)
    if problems:
        raise HTTPException(422)
    async with services.database.read() as connection:
        shown, public, cases = await figures.rows(connection, asked, name)
    return pages.page(
        request,
        "figures_rows.html",
        me,
        name=NUMBERS[name],
        now=name == "open",
        asked=asked,
        body=bodies.get(asked.organisation, ""),
        cluster=clusters.get(asked.cluster, ""),
        lane=LANE_LABELS.get(asked.lane, ""),
        entries=[entry_row(row, {}) for row in shown],
        public=public,
        cases=cases,
        way_back=_to("/figures", asked),
        as_of=services.clock(),
    )


def _to(path: str, asked: Asked, **changes: str) -> str:
    found = {name: value for name, value in {**asked.address, **changes}.items() if value}
    return f"{path}?{urlencode(found)}"


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


def _month(name: str) -> str:
    """'November 2026' of '2026-11'."""
    on = date.fromisoformat(f"{name}-01")
    return f"{MONTHS[on.month - 1]} {on.year}"


def _short(name: str) -> str:
    return f"{MONTHS[int(name[5:]) - 1][:3]} {name[2:4]}"


def _charts(told: Mapping[str, Any]) -> dict[str, charts.Chart]:
    months = told["months"]
    if not months:
        return {}
    names = [_short(each["month"]) for each in months]
    moved = [
        (NUMBERS[kind], [each[kind] for each in months]) for kind in ("received", "delivered", "declined")
    ]
    return {
        "moved": charts.bars("moved", "Received, delivered and declined in each month", names, moved),
        "backlog": charts.line("backlog", "Open at the end of each month", names, [each["backlog_end"] for each in months]),
    }  # fmt: skip
