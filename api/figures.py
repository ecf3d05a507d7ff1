"""Figures that add up (§5, P10), for machines: public, the same numbers as the page, its CSV and the command line."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.invalid import Invalid
from api.problems import ProblemRoute, documented
from api.register import MINUTE, UNCHANGED, kept_bytes
from api.services import Services, ServicesIn
from api.use_public import UseOut
from domain.figure_asked import LANES, Asked, check_asked
from domain.figure_restated import DEFINED, WHY
from domain.figure_tally import DEFINITIONS
from domain.questions import Problem
from store import figures_read, figures_restated
from store.rates import rates

router = APIRouter(route_class=ProblemRoute, tags=["figures"])
MOST_RESTATED = 500


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
    """`median`, `p90`: of a share; null where fewer than 10 stand behind it. Of words, to the nearest ten."""

    total: int
    median: int | None
    p90: int | None


class CostOut(BaseModel):
    """Of shares first delivered in the window, up to that delivery. `minutes`: of the `declared` shares only.

    `pounds`: those minutes at the rates of /figures/rates; null where no rate was published for them.
    """

    shares: int
    touches: CostPartOut
    rounds: CostPartOut
    people: CostPartOut
    words: CostPartOut
    words_of_forms: int
    minutes: CostPartOut
    declared: int
    pounds: int | None


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
    rows: str = Field(
        description="Address of the page of the cases behind a number: add &figure=received, or &figure=decision&of=median."
    )
    identity: IdentityOut
    months: list[MonthOut]
    speed: SpeedOut
    cohorts: list[CohortOut]
    open_now: OpenOut
    holders: HoldersOut
    cost: CostOut
    use: UseOut
    duty: DutyOut
    reliance: RelianceOut
    reviews: ReviewsOut
    lanes: list[LaneOut]
    restated: int = Field(description="Cases counted since under another body, cluster or lane.")
    restatements: int = Field(description="Entries of /figures/restatements that touch what was asked.")


async def answered(
    own: Services, raw: Mapping[str, str]
) -> tuple[Asked, tuple[Problem, ...], dict[str, Any], dict[str, str], dict[str, str]]:
    """What was asked, what is wrong with it, the figures ({} when something is), names of bodies and clusters."""
    now = own.clock()
    async with own.database.read() as connection:
        bodies, clusters = await figures_read.known(connection)
        asked, problems = check_asked(raw, now, bodies, clusters)
        told = {} if problems else await figures_read.read(connection, asked, now)
    if told:
        told["rows"] = f"/figures/rows?{urlencode(asked.address)}"
    return asked, problems, told, bodies, clusters


Since = Annotated[str | None, Query(alias="from", description="First London day, such as 2026-01-01.")]
To = Annotated[str | None, Query(description="Last London day; today when not given.")]
Organisation = Annotated[str | None, Query(description="Id of a body on either side.")]
Cluster = Annotated[str | None, Query(description="Id of a cluster.")]
LaneAsked = Annotated[str | None, Query(json_schema_extra={"enum": list(LANES)})]
Demo = Annotated[
    str | None,
    Query(
        description="'yes': the made-up bodies of a demonstration instead.",
        json_schema_extra={"enum": ["yes", "no"]},
    ),
]


def _asked(
    since: Since = None,
    to: To = None,
    organisation: Organisation = None,
    cluster: Cluster = None,
    lane: LaneAsked = None,
    demo: Demo = None,
) -> dict[str, str]:
    """What was given, for `check_asked`."""
    given = {
        "from": since,
        "to": to,
        "organisation": organisation,
        "cluster": cluster,
        "lane": lane,
        "demo": demo,
    }
    return {name: value for name, value in given.items() if value}


AskedIn = Annotated[dict[str, str], Depends(_asked)]


@router.get("/figures", response_model=FiguresOut, responses={**UNCHANGED, **documented(422, 503)})
async def read_figures(request: Request, own: ServicesIn, raw: AskedIn) -> Response:
    """What came in, what became of it and how long it took; the last twelve months unless dates are given."""
    _, problems, told, _, _ = await answered(own, raw)
    if problems:
        raise Invalid(problems)
    body = FiguresOut.model_validate(told).model_dump_json(by_alias=True).encode()
    return kept_bytes(request, body, MINUTE, "application/json")


# --- what was restated, and what an hour is taken to cost ----------------------------------------------------------


class ChangeOut(BaseModel):
    """A number of a month that became another one. `before`, `after`: null where the sums were not kept then."""

    figure: str
    month: str
    demo: bool
    organisation: str
    cluster: str
    lane: str
    change: int
    before: int | None
    after: int | None


class RestatementOut(BaseModel):
    """`ref`: the case that moved, where it is in the public register; else ''."""

    number: int
    day: date
    why: str
    why_in_words: str
    note: str
    first_day: str
    last_day: str
    ref: str
    changes: list[ChangeOut]


class DefinedOut(BaseModel):
    version: str
    since: date
    what: str


class RestatementsOut(BaseModel):
    """The newest first, 500 at most: ask for fewer days or one body to see the others."""

    as_of: datetime
    definitions: str
    total: int
    restatements: list[RestatementOut]
    defined: list[DefinedOut]


class RateOut(BaseModel):
    since: str
    pence_an_hour: int
    source: str


class RatesOut(BaseModel):
    rates: list[RateOut]


async def restated(
    own: Services, raw: Mapping[str, str]
) -> tuple[Asked, tuple[Problem, ...], list[figures_restated.Restated], int, dict[str, str], dict[str, str]]:
    """What was asked, what is wrong with it, the log, how long it is, names of bodies and clusters."""
    now = own.clock()
    async with own.database.read() as connection:
        bodies, clusters = await figures_read.known(connection)
        asked, problems = check_asked(raw, now, bodies, clusters)
        found = [] if problems else await figures_restated.listed(connection, asked, MOST_RESTATED)
        total = await figures_restated.touching(connection, asked)
    return asked, problems, found, total, bodies, clusters


@router.get("/figures/restatements", responses=documented(422, 503))
async def read_restatements(own: ServicesIn, raw: AskedIn) -> RestatementsOut:
    """Each time a figure that was told became another one, and why. Nothing is ever taken out."""
    _, problems, found, total, _, _ = await restated(own, raw)
    if problems:
        raise Invalid(problems)
    return RestatementsOut(
        as_of=own.clock(),
        definitions=DEFINITIONS,
        total=total,
        restatements=[RestatementOut(**asdict(each), why_in_words=WHY[each.why]) for each in found],
        defined=[DefinedOut(**vars(each)) for each in DEFINED],
    )


@router.get("/figures/rates")
async def read_rates() -> RatesOut:
    """What an hour of declared work is taken to cost, from when, and where that comes from."""
    return RatesOut(rates=[RateOut(**vars(each)) for each in rates()])
