"""Figures that add up (§5, P10), for machines: public, the same numbers as the page, its CSV and the command line."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.intake import Invalid
from api.problems import ProblemRoute, documented
from api.register import MINUTE, UNCHANGED, kept_bytes
from api.services import Services, ServicesIn
from domain.figure_asked import LANES, Asked, check_asked
from domain.questions import Problem
from store import figures

router = APIRouter(route_class=ProblemRoute, tags=["figures"])


class SpreadOut(BaseModel):
    """Working days. `median`, `p90`: nearest rank; null where `n` is under 10."""

    n: int
    median: int | None
    p90: int | None
    longest: int | None


class FlowsOut(BaseModel):
    received: int
    reopened: int
    delivered: int
    declined: int
    withdrawn: int
    lapsed: int
    blocked: int
    returned_by_own_side: int
    backlog_end: int


class IdentityOut(FlowsOut):
    """backlog_start + received + reopened = the six ends + backlog_end, always."""

    backlog_start: int
    of_received_parts: int
    of_received_amendments: int


class MonthOut(FlowsOut):
    month: str


class CohortOut(BaseModel):
    """What became of the cases received in a month, as they stand now."""

    month: str
    received: int
    open: int
    delivered: int
    declined: int
    withdrawn: int
    lapsed: int
    blocked: int
    returned_by_own_side: int
    decision: SpreadOut
    delivery: SpreadOut


class SpeedOut(BaseModel):
    decision: SpreadOut
    delivery: SpreadOut


class HeldOut(BaseModel):
    cases: int
    days: int


class OpenOut(SpreadOut):
    """Age of what waits as of now, whatever the window."""

    by_holder: dict[str, HeldOut]


class HoldersOut(BaseModel):
    """Of the cases that were delivered or ended in the window: the days by holder add up to `days`."""

    cases: int
    days: int
    by_holder: dict[str, int]


class CostPartOut(BaseModel):
    total: int
    median: int | None


class CostOut(BaseModel):
    shares: int
    touches: CostPartOut
    rounds: CostPartOut
    people: CostPartOut


class DutyOut(BaseModel):
    """`people_per_day`, `person_days`: null with `few_people` where fewer than 5 people are affected."""

    refusals: int
    refusals_under_duty: int
    overdue_at_top: int
    at_top_now: int
    people_per_day: int | None
    person_days: int | None
    few_people: bool


class RelianceOut(BaseModel):
    """`decisions_per_100`: null under 5 approvals."""

    approvals: int
    by_reliance: int
    by_presumption: int
    decisions_per_100: int | None


class ReviewsOut(BaseModel):
    due: int
    on_time: int
    late: int
    overdue: int
    suspended: int
    ended: int


class LaneOut(BaseModel):
    lane: str
    received: int
    delivered: int
    declined: int
    approved: int
    presumed: int
    objected: int


class FiguresOut(BaseModel):
    """docs/figures.md defines each. `demo`: made-up bodies instead of real ones; they are never added up."""

    model_config = ConfigDict(populate_by_name=True)

    as_of: datetime
    definitions: str
    since: str = Field(alias="from")
    to: str
    organisation: str
    cluster: str
    lane: str
    demo: bool
    rows: str = Field(description="Address of the page of the cases behind a number: add &figure=received.")
    identity: IdentityOut
    months: list[MonthOut]
    speed: SpeedOut
    cohorts: list[CohortOut]
    open_now: OpenOut
    holders: HoldersOut
    cost: CostOut
    duty: DutyOut
    reliance: RelianceOut
    reviews: ReviewsOut
    lanes: list[LaneOut]
    restated: int = Field(description="Cases counted since under another body, cluster or lane.")


async def answered(
    own: Services, raw: Mapping[str, str]
) -> tuple[Asked, tuple[Problem, ...], dict[str, Any], dict[str, str], dict[str, str]]:
    """What was asked, what is wrong with it, the figures ({} when something is), names of bodies and clusters."""
    now = own.clock()
    async with own.database.read() as connection:
        bodies, clusters = await figures.known(connection)
        asked, problems = check_asked(raw, now, bodies, clusters)
        told = {} if problems else await figures.read(connection, asked, now)
    if told:
        told["rows"] = f"/figures/rows?{urlencode(asked.address)}"
    return asked, problems, told, bodies, clusters


@router.get("/figures", response_model=FiguresOut, responses={**UNCHANGED, **documented(422, 503)})
async def read_figures(
    request: Request,
    own: ServicesIn,
    since: Annotated[
        str | None, Query(alias="from", description="First London day, such as 2026-01-01.")
    ] = None,
    to: Annotated[str | None, Query(description="Last London day; today when not given.")] = None,
    organisation: Annotated[str | None, Query(description="Id of a body on either side.")] = None,
    cluster: Annotated[str | None, Query(description="Id of a cluster.")] = None,
    lane: Annotated[str | None, Query(json_schema_extra={"enum": list(LANES)})] = None,
    demo: Annotated[
        str | None,
        Query(
            description="'yes': the made-up bodies of a demonstration instead.",
            json_schema_extra={"enum": ["yes", "no"]},
        ),
    ] = None,
) -> Response:
    """What came in, what became of it and how long it took; the last twelve months unless dates are given."""
    given = {
        "from": since,
        "to": to,
        "organisation": organisation,
        "cluster": cluster,
        "lane": lane,
        "demo": demo,
    }
    _, problems, told, _, _ = await answered(own, {name: value for name, value in given.items() if value})
    if problems:
        raise Invalid(problems)
    body = FiguresOut.model_validate(told).model_dump_json(by_alias=True).encode()
    return kept_bytes(request, body, MINUTE, "application/json")
