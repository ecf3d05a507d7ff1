"""Quarterly packs on pages and as files (P7): public. A quarter that is over is shown as it was published (G7)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response

from api.friction import named
from api.packs import Found, dictionary, found, listed, pack_out
from api.problems import Missing
from api.register import MINUTE, kept_bytes
from api.services import Services, ServicesIn
from domain.pack_dictionary import COLUMNS, MEASURES, SECTIONS, rows
from domain.packs import TOGETHER, Line
from domain.quarters import parse
from store import figures_read
from ui import charts
from ui.csv_files import download
from ui.figures import HOLDERS, LANE_LABELS, NUMBERS
from ui.session import MaybeMe, PagesIn
from ui.templating import rule_words, upper_first
from ui.words import GROUNDS, MEDIATED, OBJECTIONS, OUTCOMES, RIGHTS

router = APIRouter(include_in_schema=False)

HEAD = ("section", "measure", "dimension", "value", "unit", "n", "note")
BESIDE = ("quarter", "state", "edition", "as_of", "definitions")
WHYS = {"leader": "A leader sent it there", "concerns": "Concerns", "motion": "The regulator's own motion"}
STEPS = {
    "advise": "Advice",
    "plan": "Action plan",
    "narrow": "Narrowing",
    "suspend": "Suspending",
    "revoke": "Ending",
}
OTHERS = {
    "median": "Median", "p90": "90th percentile", "longest": "Longest", "total": "In all", "open": "Still open",
    "met": "Met", "not_met": "Not met", "running": "Still running", "in_time": "In time", "late": "Late",
    "on_time": "On time", "complies": "Complies", "explains": "Explains why not", "partly": "Partly",
}  # fmt: skip
# How the dimension of a measure is called in words; a measure that is not here has plain ones (`OTHERS`).
WORDS: dict[str, Mapping[Any, str]] = {
    "received_by_lane": LANE_LABELS, "cohort": {**NUMBERS, "open": "Still open"}, "days_by_holder": HOLDERS,
    "share_by_holder": HOLDERS, "objections": OBJECTIONS, "refusals": GROUNDS, "mediations": WHYS,
    "mediations_concluded": MEDIATED, "rights_received": RIGHTS, "reviews_outcome": OUTCOMES, "steps": STEPS,
}  # fmt: skip
OF_BODIES = ("days_by_body", "overdue_at_top", "overdue_now")


@router.get("/regulator/packs")
async def pack_list(request: Request, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    demo = request.query_params.get("demo") == "yes"
    told = await listed(services, demo)
    shown = [{"pack": each, "quarter": parse(each.quarter)} for each in told.packs]
    return pages.page(
        request,
        "packs.html",
        me,
        packs=shown,
        demo=demo,
        embedded=services.site.embedded,
        query="?demo=yes" if demo else "",
        as_of=told.as_of,
    )


@router.get("/regulator/packs/dictionary")
async def dictionary_page(request: Request, me: MaybeMe, pages: PagesIn) -> Response:
    by_section = [
        (words, [each for each in MEASURES.values() if each.section == name])
        for name, words in SECTIONS.items()
    ]
    return pages.page(request, "pack_dictionary.html", me, sections=by_section)


@router.get("/regulator/packs/dictionary.csv")
async def dictionary_csv() -> Response:
    return _file("pack-dictionary.csv", [COLUMNS, *([row[name] for name in COLUMNS] for row in rows())])


@router.get("/regulator/packs/dictionary.json")
async def dictionary_json(request: Request) -> Response:
    return kept_bytes(request, dictionary().model_dump_json().encode(), MINUTE, "application/json")


@router.get("/regulator/packs/{quarter}.csv")
async def pack_csv(request: Request, quarter: str, services: ServicesIn) -> Response:
    """One tidy table, one number a line."""
    told = await _asked(request, services, quarter)
    return _file(f"pack-{told.pack.quarter.name}.csv", csv_rows(told))


@router.get("/regulator/packs/{quarter}.json")
async def pack_json(request: Request, quarter: str, services: ServicesIn) -> Response:
    told = await _asked(request, services, quarter)
    body = pack_out(told).model_dump_json(by_alias=True).encode()
    return kept_bytes(request, body, MINUTE, "application/json")


@router.get("/regulator/packs/{quarter}")
async def pack_page(
    request: Request, quarter: str, me: MaybeMe, services: ServicesIn, pages: PagesIn
) -> Response:
    told = await _asked(request, services, quarter)
    pack = told.pack
    async with services.database.read() as connection:
        bodies, _ = await figures_read.known(connection)
    asked = {"demo": "yes"} if pack.demo else {}
    if request.query_params.get("edition"):
        asked["edition"] = str(pack.number)
    query = "?" + "&".join(f"{name}={value}" for name, value in asked.items()) if asked else ""
    restated = [(each, [(label(r.line, bodies), r) for r in changes]) for each, changes in told.editions]
    return pages.page(
        request,
        "pack.html",
        me,
        pack=pack,
        told=told,
        sections=sections(pack.lines, bodies),
        chart=holders_chart(pack.lines),
        restated=restated,
        is_newest=not told.editions or told.editions[-1][0].number == pack.number,
        files={
            "CSV": f"/regulator/packs/{pack.quarter.name}.csv{query}",
            "JSON": f"/regulator/packs/{pack.quarter.name}.json{query}",
        },
        demo="?demo=yes" if pack.demo else "",
    )


async def _asked(request: Request, services: Services, quarter: str) -> Found:
    """404 for what is no quarter of the list, or no edition of it."""
    asked = request.query_params
    try:
        return await found(services, quarter, asked.get("demo") == "yes", asked.get("edition", ""))
    except Missing as missing:
        raise HTTPException(404) from missing


def csv_rows(told: Found) -> list[Sequence[Any]]:
    """The pack as lines of a file, its head first; an empty value is not told."""
    pack = told.pack
    state = "closed" if told.is_closed else "so_far"
    beside = (pack.quarter.name, state, str(pack.number), pack.built_at.isoformat(), pack.definitions)
    told_of = ([getattr(line, name) for name in HEAD] for line in pack.lines)
    return [(*HEAD, *BESIDE), *((*line, *beside) for line in told_of)]


def _file(name: str, lines: Iterable[Sequence[Any]]) -> Response:
    return download(name, lines, seconds=MINUTE)


# --- in words ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line as the page shows it. `of`: the words of its dimension, '' for the line of all."""

    of: str
    value: str
    n: str
    note: str


@dataclass(frozen=True, kw_only=True)
class Block:
    """One measure with its lines."""

    meaning: str
    unit: str
    how: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True)
class Section:
    id: str
    title: str
    blocks: tuple[Block, ...]


def sections(lines: Iterable[Line], bodies: Mapping[str, str]) -> list[Section]:
    by_measure: dict[str, list[Line]] = {}
    for line in lines:
        by_measure.setdefault(line.measure, []).append(line)
    return [
        Section(
            id=name,
            title=title,
            blocks=tuple(
                Block(
                    meaning=MEASURES[measure].meaning,
                    unit=MEASURES[measure].unit,
                    how=MEASURES[measure].how,
                    rows=tuple(_row(each, bodies) for each in mine),
                )
                for measure, mine in by_measure.items()
                if MEASURES[measure].section == name
            ),
        )
        for name, title in SECTIONS.items()
    ]


def _row(line: Line, bodies: Mapping[str, str]) -> Row:
    return Row(
        of=label(line, bodies),
        value="not told" if line.value is None else f"{line.value:,}",
        n="" if line.n is None else f"{line.n:,}",
        note="" if line.measure in OF_BODIES else line.note,
    )


def label(line: Line, bodies: Mapping[str, str]) -> str:
    """The words of a line's dimension."""
    name = line.dimension
    if not name:
        return "All"
    if line.measure in OF_BODIES:
        return bodies.get(name, line.note or name)
    if line.section == "friction":
        return named("" if name == TOGETHER else name)[0]
    if line.section == "blocks":
        return upper_first(rule_words(name))
    return upper_first(WORDS.get(line.measure, OTHERS).get(name) or OTHERS.get(name, name.replace("_", " ")))


def holders_chart(lines: Iterable[Line]) -> charts.Chart | None:
    """Days by holder; the table beside it has the names in full."""
    held = [line for line in lines if line.measure == "days_by_holder" and line.value]
    if not held:
        return None
    names = [SHORT[line.dimension] for line in held]
    days = [int(line.value or 0) for line in held]
    drawn = charts.bars("held", "Working days by who had the case", names, [("Days", days)])
    said = "; ".join(f"{HOLDERS[line.dimension]}: {line.value} days" for line in held)
    return charts.Chart(**{**vars(drawn), "said": f"{said}.", "legend": ()})


SHORT = {
    "receiving_team": "Asks: team",
    "receiving_leaders": "Asks: leaders",
    "sending_team": "Holds: team",
    "sending_leaders": "Holds: leaders",
    "joint_leaders": "Both: leaders",
    "board": "Board",
    "mediator": "Mediator",
    "whole": "The whole",
}
