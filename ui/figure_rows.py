"""The cases behind a number, on a page and as CSV (E5): whoever doubts a number works it out again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.programmes import in_force_today, key_of
from api.services import Services, ServicesIn
from domain.figure_asked import Asked, check_asked
from domain.figure_rows import OF, SOURCES, Behind, Source, place_of, programme_source, reckoned
from domain.figure_tally import DEFINITIONS
from domain.programmes import NoSuchProgramme, Programme, Rollout
from domain.working_days import london_date
from store import figures_read
from ui.csv_files import download
from ui.figure_words import LANE_LABELS, NUMBERS, OF_WORDS
from ui.figures import to_asked
from ui.register_view import entry_row
from ui.session import MaybeMe, PagesIn

router = APIRouter(include_in_schema=False)

A_PAGE = 100
PROGRAMME, PROGRAMME_ROWS = "programme", "Shares that a programme counts"


@dataclass(frozen=True, kw_only=True)
class Found:
    """What stands behind a number: its rows in order, and which of them the number is (None: none, or all)."""

    name: str
    of: str
    asked: Asked
    source: Source
    beside: dict[str, str]
    rows: tuple[Behind, ...]
    number: int | None
    place: int | None
    bodies: Mapping[str, str]
    clusters: Mapping[str, str]


@router.get("/figures/rows")
async def rows_page(request: Request, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    """The rows of one number, a hundred at a time; without a page, the one on which the number itself stands."""
    found = await _found(services, request.query_params)
    asked = found.asked
    last = max((len(found.rows) - 1) // A_PAGE + 1, 1)
    page = _page(request.query_params.get("page", ""), last, (found.place or 0) // A_PAGE + 1)
    shown = found.rows[(page - 1) * A_PAGE : page * A_PAGE]
    async with services.database.read() as connection:
        entries = await figures_read.entries(connection, [each.ref for each in shown])
        public = len(await figures_read.entries(connection, [each.ref for each in found.rows]))
    first = (page - 1) * A_PAGE
    listed = [
        {
            "place": first + number,
            "entry": entry_row(entries[each.ref], {}) if each.ref in entries else None,
            "number": each.number,
            "is_it": found.place == first + number - 1,
        }
        for number, each in enumerate(shown, start=1)
    ]
    here = {**found.beside, "figure": found.name, "of": "" if found.of == "total" else found.of}
    return pages.page(
        request,
        "figures_rows.html",
        me,
        name=NUMBERS.get(found.name, PROGRAMME_ROWS),
        of=OF_WORDS[found.of],
        how=found.of,
        unit=found.source.unit or "times",
        number=found.number,
        now=found.source.when == "ever",
        asked=asked,
        body=found.bodies.get(asked.organisation, ""),
        cluster=found.clusters.get(asked.cluster, ""),
        lane=LANE_LABELS.get(asked.lane, ""),
        rows=listed,
        public=public,
        cases=len(found.rows),
        hidden=any(each.number is None for each in found.rows),
        pages=[(n, to_asked("/figures/rows", asked, **here, page=str(n))) for n in _near(page, last)],
        page=page,
        last=last,
        as_csv=to_asked("/figures/rows.csv", asked, **here),
        way_back=f"/programmes/{found.beside[PROGRAMME]}" if found.beside else to_asked("/figures", asked),
        as_of=services.clock(),
        definitions=DEFINITIONS,
    )


@router.get("/figures/rows.csv")
async def rows_csv(request: Request, services: ServicesIn) -> Response:
    """Every row. `number` is what the figure is worked out from; `is_it` marks the one that a percentile is."""
    found = await _found(services, request.query_params)
    async with services.database.read() as connection:
        entries = await figures_read.entries(connection, [each.ref for each in found.rows])
    rows: list[list[Any]] = [
        ["figure", "of", "place", "ref", "title", "number", "unit", "is_it", "as_of", "definitions"]
    ]
    as_of, unit = services.clock().isoformat(), found.source.unit or "times"
    for place, each in enumerate(found.rows):
        entry = entries.get(each.ref)
        named = [each.ref, entry.entry["title"]] if entry else ["", "not in the public register"]
        number = "" if each.number is None else each.number
        is_it = "yes" if found.place == place else ""
        rows.append([found.name, found.of, place + 1, *named, number, unit, is_it, as_of, DEFINITIONS])
    return download("figure-rows.csv", rows)


async def _found(services: Services, raw: Mapping[str, Any]) -> Found:
    """Raises 404 for what is no number, 422 for what cannot be asked."""
    name, of = raw.get("figure", ""), raw.get("of", "") or "total"
    if name not in (*SOURCES, PROGRAMME) or of not in OF:
        raise HTTPException(404)
    now = services.clock()
    async with services.database.read() as connection:
        bodies, clusters = await figures_read.known(connection)
        asked, problems = check_asked(raw, now, bodies, clusters)
        if problems:
            raise HTTPException(422)
        source, beside = SOURCES.get(name), {}
        if source is None:
            programme, _ = await _programme(connection, raw.get(PROGRAMME, ""), now)
            source, beside = programme_source(programme.finds()), {PROGRAMME: programme.id}
            asked = replace(asked, cluster=programme.cluster or asked.cluster)
        rows = tuple(await figures_read.cases_behind(connection, source, asked, now))
    return Found(
        name=name,
        of=of,
        asked=asked,
        source=source,
        beside=beside,
        rows=rows,
        number=reckoned(of, rows),
        place=place_of(of, len(rows)),
        bodies=bodies,
        clusters=clusters,
    )


async def _programme(connection: AsyncConnection, key: str, now: datetime) -> tuple[Programme, Rollout]:
    found = await in_force_today(connection, london_date(now), key_of(key))
    if not found:
        raise NoSuchProgramme
    return found[0]


def _page(text: str, last: int, otherwise: int) -> int:
    given = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else otherwise
    return min(max(given, 1), last)


def _near(page: int, last: int) -> list[int]:
    return sorted({1, last, *range(max(page - 2, 1), min(page + 2, last) + 1)})
