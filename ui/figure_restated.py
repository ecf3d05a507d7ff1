"""The public log of restatements (G7): what was told, what is told now, and why; as a page and as CSV."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response

from api.figures import restated
from api.services import ServicesIn
from domain.figure_restated import DEFINED, WHY, Change, narrowed
from domain.figure_tally import DEFINITIONS
from ui.csv_files import download
from ui.figure_words import LANE_LABELS, NUMBERS
from ui.figures import month_name, to_asked
from ui.session import MaybeMe, PagesIn

router = APIRouter(include_in_schema=False)

SHOWN = 100


@router.get("/figures/restatements")
async def log_page(request: Request, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    asked, problems, found, total, bodies, clusters = await restated(services, request.query_params)
    if problems:
        raise HTTPException(422)
    listed = [
        {
            "of": each,
            "why": WHY[each.why],
            "changes": [_said(change, bodies, clusters) for change in each.changes],
        }
        for each in found[:SHOWN]
    ]
    return pages.page(
        request,
        "figures_restated.html",
        me,
        asked=asked,
        body=bodies.get(asked.organisation, ""),
        cluster=clusters.get(asked.cluster, ""),
        lane=LANE_LABELS.get(asked.lane, ""),
        listed=listed,
        total=total,
        defined=list(reversed(DEFINED)),
        files={
            "CSV": to_asked("/figures/restatements.csv", asked),
            "JSON": to_asked("/api/v1/figures/restatements", asked),
        },
        way_back=to_asked("/figures", asked),
        as_of=services.clock(),
        definitions=DEFINITIONS,
    )


@router.get("/figures/restatements.csv")
async def log_csv(request: Request, services: ServicesIn) -> Response:
    """One changed number a line; a restatement without known numbers has one line of its own."""
    _, problems, found, _, _, _ = await restated(services, request.query_params)
    if problems:
        raise HTTPException(422)
    columns = ("figure", "month", "demo", "organisation", "cluster", "lane", "change", "before", "after")
    lines: list[list[Any]] = [
        ["number", "day", "why", "note", "first_day", "last_day", "ref", *columns, "as_of"]
    ]
    now = services.clock().isoformat()
    for each in found:
        head = [each.number, each.day.isoformat(), each.why, each.note, each.first_day, each.last_day]
        changed = [[_cell(getattr(change, name)) for name in columns] for change in each.changes]
        for one in changed or [[""] * len(columns)]:
            lines.append([*head, each.ref, *one, now])
    return download("restatements.csv", lines)


def _cell(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _said(change: Change, bodies: Mapping[str, str], clusters: Mapping[str, str]) -> dict[str, Any]:
    """A changed number as the page says it, with the way to the number as it is told now."""
    where = (
        bodies.get(change.organisation)
        or clusters.get(change.cluster)
        or LANE_LABELS.get(change.lane)
        or "Everybody"
    )
    return {
        "where": where,
        "demo": change.demo,
        "figure": NUMBERS[change.figure],
        "month": month_name(change.month),
        "before": change.before,
        "after": change.after,
        "change": change.change,
        "now": to_asked("/figures", narrowed(change)),
    }
