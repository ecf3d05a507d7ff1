"""The service directory and "who already holds this?" for machines (P3): public, without people's names."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from api.invalid import Invalid
from api.problems import Missing, ProblemRoute, documented
from api.receipts import V1
from api.register import MINUTE, UNCHANGED, kept
from api.service_acts import a_service
from api.services import ServicesIn
from domain.questions import Problem
from domain.refusals import NoSuchCase
from domain.register_search import LONGEST_SEARCH
from domain.service_forms import CHOICES, Filters, check_filters, item_problem
from domain.service_rules import FEWEST_CONTACTS, ID, Environment, State
from domain.working_days import london_date
from store import contacts, service_directory, who_holds
from store.service_directory import PAGE

router = APIRouter(route_class=ProblemRoute, prefix="/services", tags=["exchange"])
holds_router = APIRouter(route_class=ProblemRoute, prefix="/who-holds", tags=["exchange"])

NO_SERVICE = "There is no such service in the directory. Check its id."


class NamedOut(BaseModel):
    id: str
    name: str


class OperationOut(BaseModel):
    name: str
    line: str


class XRoadOut(BaseModel):
    client: str
    service: str


class ServiceOut(BaseModel):
    """What a team offers. It is only described here: data go from team to team, never through Sharecase."""

    id: str
    title: str
    summary: str
    team: NamedOut
    body: NamedOut
    demo: bool = Field(description="Made up, for a demonstration.")
    items: list[str]
    operations: list[OperationOut]
    environment: Environment
    state: State
    version: str = Field(description="As its team calls it.")
    description_version: int = Field(description="Of this description; it only grows.")
    address: str | None = Field(description="null where files are sent.")
    auth: str = Field(description="How machines sign in.")
    support_hours: str
    openapi: str | None
    x_road: XRoadOut | None
    people_to_reach: int = Field(description="How many of its team can be reached now.")
    enough_people: bool = Field(description="Whether these are two or more, as a live service needs.")
    changed_at: datetime
    opened_at: datetime | None
    href: str


class ServiceList(BaseModel):
    total: int
    services: list[ServiceOut]
    next: str | None = Field(description="The address of the next page, null on the last.")


class ShareOut(BaseModel):
    """A live entry of the register that receives the item."""

    entry: str
    title: str
    receiving: str
    sending: str
    items: list[str]
    state: str
    demo: bool
    href: str


class HoldersOut(BaseModel):
    """Who offers an item and who receives it: the first 50 of each, and how many there are."""

    item: str
    services_total: int
    services: list[ServiceOut]
    shares_total: int
    shares: list[ShareOut]


Text = Annotated[str | None, Query(json_schema_extra={"maxLength": LONGEST_SEARCH})]


def _filters(
    q: Text = None,
    item: Annotated[str | None, Query(description="An item of data in anybody's words.")] = None,
    body: Annotated[str | None, Query(description="Id of a body.")] = None,
    team: Annotated[str | None, Query(description="Id of a team.")] = None,
    environment: Annotated[
        str | None, Query(json_schema_extra={"enum": list(CHOICES["environment"])})
    ] = None,
    state: Annotated[
        str | None,
        Query(
            description="Open and paused where none is sent.",
            json_schema_extra={"enum": list(CHOICES["state"])},
        ),
    ] = None,
) -> Filters:
    given = {"q": q, "item": item, "body": body, "team": team, "environment": environment, "state": state}
    filters, problems = check_filters({name: value for name, value in given.items() if value})
    if problems:
        raise Invalid(problems)
    return filters


@router.get("", response_model=ServiceList, responses={**UNCHANGED, **documented(422, 503)})
async def list_services(
    request: Request,
    own: ServicesIn,
    filters: Annotated[Filters, Depends(_filters)],
    after: Annotated[str | None, Query(description="From `next` of the page before.")] = None,
) -> Response:
    """What teams offer, by title: open and paused, or withdrawn when asked for."""
    if after and not ID.fullmatch(after):
        raise Invalid((Problem("after", "Use the address in `next` of the page before."),))
    async with own.database.read() as connection:
        rows = await service_directory.listed(connection, filters, after or "")
        total = await service_directory.count(connection, filters)
        reached = await _reached(connection, own.clock(), rows[:PAGE])
    last = rows[PAGE - 1].id if len(rows) > PAGE else None
    found = ServiceList(
        total=total,
        services=[service_out(row, reached) for row in rows[:PAGE]],
        next=f"{V1}/services?{urlencode({**filters.asked, 'after': last})}" if last else None,
    )
    return kept(request, found, MINUTE)


@router.get("/{service}", response_model=ServiceOut, responses={**UNCHANGED, **documented(404, 503)})
async def read_service(request: Request, service: str, own: ServicesIn) -> Response:
    """One service; a withdrawn one stays to be read."""
    async with own.database.read() as connection:
        try:
            row = await a_service(connection, None, service)
        except NoSuchCase:
            raise Missing("NoSuchService", NO_SERVICE) from None
        reached = await _reached(connection, own.clock(), [row])
    return kept(request, service_out(row, reached), MINUTE)


@holds_router.get("", response_model=HoldersOut, responses={**UNCHANGED, **documented(422, 503)})
async def who_holds_it(
    request: Request,
    own: ServicesIn,
    item: Annotated[str | None, Query(description="An item of data in anybody's words.")] = None,
) -> Response:
    """The services that offer an item, and the bodies that receive it by a live entry of the public register."""
    asked = (item or "").strip()
    async with own.database.read() as connection:
        if why := item_problem(asked):
            raise Invalid((Problem("item", why),))
        offered, offers = await who_holds.offered(connection, asked)
        shares, many = await who_holds.received(connection, asked)
        reached = await _reached(connection, own.clock(), offered)
    found = HoldersOut(
        item=asked,
        services_total=offers,
        services=[service_out(row, reached) for row in offered],
        shares_total=many,
        shares=[_share(row) for row in shares],
    )
    return kept(request, found, MINUTE)


async def _reached(connection: AsyncConnection, now: datetime, rows: Any) -> Mapping[str, int]:
    return await contacts.counts(connection, london_date(now), {row.team for row in rows})


def service_out(row: Row[Any], reached: Mapping[str, int]) -> ServiceOut:
    """Of a row of the directory. `reached`: live contacts by team."""
    people = reached.get(row.team, 0)
    has_x_road = bool(row.x_road_client and row.x_road_service)
    return ServiceOut(
        id=row.id,
        title=row.title,
        summary=row.summary,
        team=NamedOut(id=row.team, name=row.team_name),
        body=NamedOut(id=row.organisation, name=row.body),
        demo=row.demo,
        items=row.items,
        operations=[OperationOut(**each) for each in row.operations],
        environment=row.environment,
        state=row.state,
        version=row.release,
        description_version=row.version,
        address=row.address or None,
        auth=row.auth,
        support_hours=row.support_hours,
        openapi=row.openapi or None,
        x_road=XRoadOut(client=row.x_road_client, service=row.x_road_service) if has_x_road else None,
        people_to_reach=people,
        enough_people=people >= FEWEST_CONTACTS,
        changed_at=row.changed_at,
        opened_at=row.opened_at,
        href=f"/exchange/services/{row.id}",
    )


def _share(row: Row[Any]) -> ShareOut:
    return ShareOut(
        entry=row.ref,
        title=row.entry.get("title") or "",
        receiving=row.entry["receiving"]["organisation"],
        sending=row.entry["sending"]["organisation"],
        items=row.entry.get("items") or [],
        state=row.state,
        demo=row.demo,
        href=f"/register/{row.ref}",
    )
