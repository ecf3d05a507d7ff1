"""What the regulator looks at (P7, P9, E): mediations that wait, shares under improvement, breaches and their clocks,
silence at the top, adverse reviews, who had the cases, and what rules cost. For everybody else it is not there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response

from api.packs import found, listed
from api.services import ServicesIn
from domain.fold_care import STEPS
from domain.friction import hours
from domain.packs import Line
from domain.people import Role, Seat
from domain.quarters import parse
from store import figures_read, friction, oversight, reads
from store import names as names_of
from store.directory import Person
from store.oversight import Breach, Improving
from ui.figures import HOLDERS
from ui.packs import STEPS as STEP_WORDS
from ui.session import Me, PagesIn
from ui.views import Tag, Teams
from ui.words import OUTCOMES
from ui.worklists import task_rows_of

router = APIRouter(include_in_schema=False)


def only(me: Person, role: Role) -> None:
    """Least disclosure: who does not hold the role is not told that there is such a page."""
    if not me.holds(role):
        raise HTTPException(404)


@router.get("/regulator")
async def regulator_page(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    only(me, Role.REGULATOR)
    now = services.clock()
    demo = request.query_params.get("demo", "yes" if services.site.embedded else "no") == "yes"
    packs = await listed(services, demo)
    running = await found(services, packs.packs[0].quarter, demo)
    async with services.database.read() as connection:
        asked = [row for row in await reads.inbox(connection, me, now) if row.seat == Seat.REGULATOR]
        tasks = await task_rows_of(connection, pages, asked[: reads.PAGE], now)
        shares = await oversight.improving(connection)
        teams = {team for each in shares for team in (each.receiving_team, each.sending_team)}
        cards = Teams(cards=await names_of.team_cards(connection, teams))
        breaches = await oversight.breaches(connection)
        overdue = await reads.overdue_at_top(connection)
        adverse = await oversight.adverse_reviews(connection)
        others = await friction.other_citations(connection)
        bodies, _ = await figures_read.known(connection)
    return pages.page(
        request,
        "regulator.html",
        me,
        tasks=tasks,
        shares=[_share(each, cards) for each in shares],
        breaches=[_breach(each, now) for each in breaches],
        overdue=overdue,
        adverse=[{"row": row, "outcome": OUTCOMES[row.data["outcome"]]} for row in adverse],
        others=[{"row": row, "hours": hours(row.half_hours)} for row in others],
        packs=[{"pack": each, "quarter": parse(each.quarter)} for each in packs.packs[:4]],
        running=running.pack.quarter,
        turns=turns(running.pack.lines, bodies),
        query="?demo=yes" if demo else "",
        as_of=now,
    )


def _share(each: Improving, cards: Teams) -> dict[str, Any]:
    jumped = each.case.jump
    step = STEPS[(jumped or each.case.step) - 1]
    return {
        "ref": each.ref,
        "title": each.title,
        "team": cards[each.receiving_team].label,
        "step": Tag(text=STEP_WORDS[step], colour="red" if jumped else "orange"),
        "jumped": bool(jumped),
    }


def _breach(each: Breach, now: datetime) -> dict[str, Any]:
    return {"breach": each, "stands": clock_tag(each, now)}


def clock_tag(each: Breach, now: datetime) -> Tag:
    """How the 72 hours of a breach stand."""
    if each.due_at is None:
        return Tag(text="No clock", colour="grey")
    if each.told_at:
        met = each.told_at <= each.due_at
        return Tag(text="Told within 72 hours" if met else "Told late", colour="green" if met else "orange")
    if now > each.due_at:
        return Tag(text="Not told in time", colour="red")
    return Tag(text="72 hours running", colour="blue")


@dataclass(frozen=True, kw_only=True)
class Turns:
    """Whose turn it was in a quarter: (who, days, share of 100 or None where too few ended). Both lists sum to `days`."""

    days: int
    cases: int
    by_holder: tuple[tuple[str, int, int | None], ...]
    by_body: tuple[tuple[str, int], ...]


def turns(lines: Sequence[Line], bodies: dict[str, str]) -> Turns:
    value = {line.key: int(line.value) if line.value is not None else None for line in lines}
    gross = next(line for line in lines if line.measure == "days_gross")
    named = [
        (bodies.get(line.dimension, line.dimension), int(line.value or 0))
        for line in lines
        if line.measure == "days_by_body" and line.dimension
    ]
    shared = value["days_shared", ""] or 0
    return Turns(
        days=int(gross.value or 0),
        cases=gross.n or 0,
        by_holder=tuple(
            (words, value["days_by_holder", name] or 0, value["share_by_holder", name])
            for name, words in HOLDERS.items()
        ),
        by_body=(*named, ("No body alone", shared)),
    )
