"""What a rule cost (P7): the form beside a case, the list on its page, and the public ranking with chart, table and CSV."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from api.friction import FrictionActs, RankedOut, ranked
from api.invalid import Invalid
from api.known import Known, known
from api.register import MINUTE
from api.services import Services, ServicesIn
from domain import friction as rules
from domain.friction import NotYourFriction, seat_for
from domain.people import Seat
from domain.questions import Problem
from domain.refusals import Refusal
from domain.words import seat as seat_words
from store import friction, reads
from store.directory import Person
from ui import charts
from ui.csv_files import download
from ui.forms import COMMAND, FormView, read
from ui.session import MaybeMe, Me, Pages, PagesIn, Ref, new_command, to

router = APIRouter(include_in_schema=False)

TOLD = "Said. It counts in the public ranking of rules, without this case and without your words."
NOT_COMPLETE = "This page was not complete. Check your answers below and send them again."
PROTECTED = {each.value: each.label for each in rules.PROTECTED}
MOST_BARS = 8
COLUMNS = ("rule", "name", "citation", "hours", "median_hours", "tags", "cases", "protected_percent")


@router.get("/friction")
async def ranking_page(request: Request, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    demo = request.query_params.get("demo") == "yes"
    found = await ranked(services, demo)
    return pages.page(
        request,
        "friction.html",
        me,
        rows=found.rules,
        chart=chart(found.rules),
        demo=demo,
        embedded=services.site.embedded,
        files={name: f"{path}{'?demo=yes' if demo else ''}" for name, path in FILES.items()},
        fewest=rules.FEWEST_CASES,
        as_of=found.as_of,
    )


FILES = {"CSV": "/friction.csv", "JSON": "/api/v1/friction"}


@router.get("/friction.csv")
async def as_csv(request: Request, services: ServicesIn) -> Response:
    """The ranking, one rule a line. An empty box: too few to tell."""
    demo = request.query_params.get("demo") == "yes"
    found = await ranked(services, demo)
    rows: list[list[Any]] = [[*COLUMNS, "note", "as_of", "demo"]]
    for each in found.rules:
        told = each.model_dump()
        values = [told[name] for name in COLUMNS]
        note = "too few to tell" if each.hours is None else ""
        rows.append([*values, note, found.as_of.isoformat(), demo])
    return download("friction.csv", rows, seconds=MINUTE)


def chart(rows: Sequence[RankedOut]) -> charts.Chart | None:
    """Hours of the first few rules. The table beside it has all of them, with their names."""
    shown = [each for each in rows if each.hours is not None][:MOST_BARS]
    if not shown:
        return None
    names = [f"No. {place}" for place, _ in enumerate(shown, start=1)]
    spent = [round(each.hours or 0) for each in shown]
    drawn = charts.bars("spent", "Hours said to be spent on each rule", names, [("Hours", spent)])
    said = "; ".join(f"{each.name}: {hours} hours" for each, hours in zip(shown, spent, strict=True))
    return charts.Chart(**{**vars(drawn), "said": f"{said}.", "legend": ()})


# --- beside a case -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class TagRow:
    name: str
    citation: str
    made_do: str
    hours: float
    protected: str
    who: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Spent:
    """What the case page shows. `may`: this person may add to it."""

    rows: tuple[TagRow, ...]
    hours: float
    may: bool


async def spent_in(connection: Any, seen: Known) -> Spent:
    """What rules cost in a case, for those who may see it."""
    rows = await friction.of_case(connection, seen.case.ref)
    return Spent(
        rows=tuple(_row(row) for row in rows),
        hours=rules.hours(sum(row.half_hours for row in rows)),
        may=seat_for(seen.seats) is not None,
    )


def _row(row: Any) -> TagRow:
    listed = friction.rulebook().get(row.rule)
    return TagRow(
        name=listed.name if listed else "Another rule",
        citation=row.citation,
        made_do=row.made_do,
        hours=rules.hours(row.half_hours),
        protected=PROTECTED[row.protected],
        who=seat_words(Seat(row.seat)),
        at=row.told_at,
    )


@router.get("/cases/{ref}/friction")
async def tag_page(request: Request, ref: Ref, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    title = await _may_tag(services, me, ref)
    return _page(request, pages, me, ref, title)


@router.post("/cases/{ref}/friction")
async def tag(request: Request, ref: Ref, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    """Do the act, or show the same form with what was typed and why not. Not for you (403, 404) is a page of its own."""
    title = await _may_tag(services, me, ref)
    typed = await read(request)
    raw = typed.answers(rules.questions(friction.rulebook().values()))
    command = typed.matching("command", COMMAND)
    if not command:
        wrong = (Problem("", NOT_COMPLETE),)
        return _page(request, pages, me, ref, title, raw, problems=wrong, status=422)
    try:
        await FrictionActs(services.database, services.clock).tag(me, ref, raw, command=command, via="web")
    except Invalid as invalid:  # nothing was kept, so the same command may come again
        return _page(
            request, pages, me, ref, title, raw, problems=invalid.problems, status=422, command=command
        )
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        wrong = (Problem("", refusal.message),)
        return _page(request, pages, me, ref, title, raw, problems=wrong, status=refusal.status)
    return to(f"/cases/{ref}?command={command}#friction")


async def _may_tag(services: Services, me: Person, ref: str) -> str:
    """The title of the case, for somebody who works on it."""
    async with services.database.read() as connection:
        if seat_for((await known(connection, me, ref)).seats) is None:
            raise NotYourFriction
        row = await reads.case_row(connection, ref)
    return row.title if row else ""


def _page(
    request: Request,
    pages: Pages,
    me: Person,
    ref: str,
    title: str,
    typed: Mapping[str, Any] | None = None,
    *,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
    command: str = "",
) -> Response:
    asked = rules.questions(friction.rulebook().values())
    return pages.page(
        request,
        "friction_tag.html",
        me,
        status=status,
        ref=ref,
        heading=title,
        form=FormView(questions=asked, typed=typed or {}, problems=problems),
        hidden={"command": command or new_command()},
    )
