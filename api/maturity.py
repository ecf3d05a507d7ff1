"""How well receiving bodies keep what they owe for their shares, over the API (P9). Public; bodies, never people; no ranking."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from api.callers import Ref
from api.problems import Missing, ProblemRoute, documented
from api.register import MINUTE, UNCHANGED, kept
from api.services import ServicesIn
from domain import maturity as rules
from domain.maturity import FEWEST, MONTHS, MOST_REPORTS, RULES, Duty, Level, judge
from domain.working_days import end_of_day, london_date
from store import maturity
from store.maturity import Body

router = APIRouter(route_class=ProblemRoute, prefix="/maturity", tags=["leaders"])

NO_BODY = "No body of this name receives data by an entry of the register. Check its name in the list."


def counted_since(now: datetime) -> datetime:
    """The end of the same London day 24 months ago: what is counted comes after. A 29th of February is a 28th."""
    today = london_date(now)
    day = min(today.day, 28) if today.month == 2 else today.day
    return end_of_day(today.replace(year=today.year - MONTHS // 12, day=day)) + timedelta(seconds=1)


class DutyOut(BaseModel):
    """`due`: came due and were settled, one way or the other; `in_time`: of these."""

    duty: Duty
    due: int
    in_time: int


class MaturityOut(BaseModel):
    """Everything the level is worked out from, so that anybody can do it again."""

    organisation: str
    body: str
    demo: bool = Field(description="Made-up data of a demonstration, counted in no figure.")
    since: date
    as_of: date
    level: Level
    duties: list[DutyOut]
    incidents_reported: int = Field(description="By the body itself. It can only help.")
    breaches_told_in_time: int
    breaches_told_late: int = Field(
        description="Or not told although the 72 hours are over. Shown, and counted for nothing."
    )
    appetite_stated: bool
    counted: int = Field(description="All duties, and what reporting adds.")
    counted_in_time: int
    per_cent: int = Field(description="Rounded down.")
    next_level_lacks: list[str]


class RuleOut(BaseModel):
    """`each_per_cent`: for every duty of which there were `fewest` or more."""

    level: Level
    per_cent: int
    each_per_cent: int
    appetite_stated: bool


class MaturityList(BaseModel):
    """By name: nobody is ranked. `rules`: from the highest level down, the first that holds is the level."""

    since: date
    as_of: date
    fewest: int
    most_reports: int
    rules: list[RuleOut]
    bodies: list[MaturityOut]


@router.get("", response_model=MaturityList, responses={**UNCHANGED, **documented(503)})
async def list_maturity(request: Request, own: ServicesIn) -> Response:
    """Every body that receives data: what it owed in the last 24 months, what it kept to, and its level."""
    now = own.clock()
    since = counted_since(now)
    async with own.database.read() as connection:
        rows = await maturity.bodies(connection, since, now)
    found = MaturityList(
        since=london_date(since),
        as_of=london_date(now),
        fewest=FEWEST,
        most_reports=MOST_REPORTS,
        rules=[_rule(each) for each in RULES],
        bodies=_out(rows, since, now),
    )
    return kept(request, found, MINUTE)


@router.get("/{ref}", response_model=MaturityOut, responses={**UNCHANGED, **documented(404, 503)})
async def read_maturity(request: Request, ref: Ref, own: ServicesIn) -> Response:
    """One body."""
    now = own.clock()
    since = counted_since(now)
    async with own.database.read() as connection:
        rows = await maturity.bodies(connection, since, now, ref)
    if not rows:
        raise Missing("NoSuchBody", NO_BODY)
    return kept(request, _out(rows, since, now)[0], MINUTE)


def _rule(rule: rules.Rule) -> RuleOut:
    return RuleOut(
        level=rule.level, per_cent=rule.per_cent, each_per_cent=rule.each, appetite_stated=rule.stated
    )


def _out(rows: Sequence[Body], since: datetime, now: datetime) -> list[MaturityOut]:
    return [_one(row, london_date(since), london_date(now)) for row in rows]


def _one(row: Body, since: date, as_of: date) -> MaturityOut:
    facts, judged = row.facts, judge(row.facts)
    return MaturityOut(
        organisation=row.id,
        body=row.name,
        demo=row.demo,
        since=since,
        as_of=as_of,
        level=judged.level,
        duties=[
            DutyOut(duty=duty, due=each.due, in_time=each.in_time) for duty, each in facts.duties.items()
        ],
        incidents_reported=facts.reports,
        breaches_told_in_time=facts.told,
        breaches_told_late=facts.told_late,
        appetite_stated=facts.stated,
        counted=facts.of,
        counted_in_time=facts.in_time,
        per_cent=facts.per_cent,
        next_level_lacks=list(judged.lacks),
    )
