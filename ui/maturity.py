"""How well receiving bodies keep what they owe for their shares (P9): public, by name and without a ranking."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.maturity import counted_since
from api.services import ServicesIn
from domain.maturity import (
    DUTIES,
    FEWEST,
    MOST_REPORTS,
    RULES,
    WORDS,
    Facts,
    Level,
    judge,
    rule_in_words,
)
from store import maturity
from store.maturity import Body
from ui.session import MaybeMe, PagesIn, Ref
from ui.templating import upper_first
from ui.views import Tag

router = APIRouter(include_in_schema=False)

COLOURS: dict[Level, str] = {
    Level.UNKNOWN: "grey",
    Level.STARTING: "orange",
    Level.DEVELOPING: "yellow",
    Level.ESTABLISHED: "turquoise",
    Level.STRONG: "blue",
    Level.EXEMPLARY: "green",
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One kind of duty: how many were settled, how many in time, and the share in per cent, '' for none."""

    what: str
    due: int
    in_time: int
    per_cent: str


@dataclass(frozen=True, kw_only=True)
class Row:
    id: str
    name: str
    demo: bool
    level: Tag
    facts: Facts


@router.get("/maturity")
async def maturity_list(request: Request, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    now = services.clock()
    since = counted_since(now)
    async with services.database.read() as connection:
        rows = [_row(each) for each in await maturity.bodies(connection, since, now)]
    return pages.page(
        request,
        "maturity.html",
        me,
        real=[row for row in rows if not row.demo],
        demo=[row for row in rows if row.demo],
        since=since,
        as_of=now,
        **_rule(),
    )


@router.get("/maturity/{ref}")
async def maturity_page(
    request: Request, ref: Ref, me: MaybeMe, services: ServicesIn, pages: PagesIn
) -> Response:
    now = services.clock()
    since = counted_since(now)
    async with services.database.read() as connection:
        found = await maturity.bodies(connection, since, now, ref)
    if not found:
        raise HTTPException(404)
    row, judged = _row(found[0]), judge(found[0].facts)
    return pages.page(
        request,
        "maturity_body.html",
        me,
        row=row,
        lines=_lines(row.facts),
        lacks=judged.lacks,
        judged=judged.level is not Level.UNKNOWN,
        since=since,
        as_of=now,
        **_rule(),
    )


@dataclass(frozen=True, kw_only=True)
class OnEntry:
    """What a register entry says of its receiving body."""

    organisation: str
    body: str
    words: str


async def on_entry(connection: AsyncConnection, organisation: str, now: datetime) -> OnEntry | None:
    found = await maturity.bodies(connection, counted_since(now), now, organisation)
    if not found:
        return None
    level = judge(found[0].facts).level
    return OnEntry(organisation=organisation, body=found[0].name, words=WORDS[level])


def _row(body: Body) -> Row:
    level = judge(body.facts).level
    tag = Tag(text=WORDS[level], colour=COLOURS[level])
    return Row(id=body.id, name=body.name, demo=body.demo, level=tag, facts=body.facts)


def _lines(facts: Facts) -> list[Line]:
    found = [_line(upper_first(DUTIES[duty]), each.due, each.in_time) for duty, each in facts.duties.items()]
    reported = f"Reports of incidents, and breaches told of in time ({MOST_REPORTS} at most)"
    return [
        *found,
        _line(reported, facts.helps, facts.helps),
        Line(what="Together", due=facts.of, in_time=facts.in_time, per_cent=f"{facts.per_cent}%"),
    ]


def _line(what: str, due: int, in_time: int) -> Line:
    return Line(what=what, due=due, in_time=in_time, per_cent=f"{100 * in_time // due}%" if due else "")


def _rule() -> dict[str, Any]:
    rules = [
        (Tag(text=WORDS[rule.level], colour=COLOURS[rule.level]), upper_first(rule_in_words(rule)))
        for rule in RULES
    ]
    return {"rules": rules, "fewest": FEWEST, "most_reports": MOST_REPORTS}
