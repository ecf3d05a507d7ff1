"""Changes of government for machines (P5): public, what was agreed, like the page. Posts and numbers, never people."""

from datetime import date, datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.problems import ProblemRoute, documented
from api.services import ServicesIn
from domain.government import Kind, State
from domain.people import Role
from domain.working_days import london_date
from store import government
from store.government import Found

router = APIRouter(route_class=ProblemRoute, tags=["register"])


class ChangeOut(BaseModel):
    """`into` is null for a rename, and for a new body until it is set up. `name`: the new one, or of the new body."""

    id: int
    kind: Kind
    state: State
    organisation: str
    into: str | None
    name: str | None
    teams: list[str] = Field(description="Those that move; of a merger once it is done.")
    from_day: date
    done_on: date | None
    citation: str
    confirmed_as: Role
    open_cases_moved: int | None
    failed_because: str | None


class FormerNameOut(BaseModel):
    """`until`: the London day from which it had another name."""

    organisation: str
    name: str
    until: date


class ChangeList(BaseModel):
    as_of: datetime
    changes: list[ChangeOut]
    former_names: list[FormerNameOut]


@router.get("/government-changes", responses=documented(503))
async def list_changes(own: ServicesIn) -> ChangeList:
    """What was agreed, the latest day first, and what bodies were called before. Proposals are not in it."""
    now = own.clock()
    async with own.database.read() as connection:
        found = await government.listed(connection)
        former = await government.former_of(connection)
    return ChangeList(
        as_of=now,
        changes=[_change(each, london_date(now)) for each in found if each.change.confirmed_on],
        former_names=[
            FormerNameOut(organisation=each.body, name=each.name, until=date.fromisoformat(each.until))
            for each in former
        ],
    )


def _change(found: Found, today: date) -> ChangeOut:
    change, plan = found.change, found.change.plan
    return ChangeOut(
        id=change.number,
        kind=plan.kind,
        state=change.state(today),
        organisation=plan.body,
        into=plan.into or None,
        name=plan.name or None,
        teams=list(plan.teams),
        from_day=plan.from_day,
        done_on=change.done_on,
        citation=change.citation,
        confirmed_as=Role(change.confirmed_as),
        open_cases_moved=found.counts.get("cases"),
        failed_because=change.failed_because or None,
    )
