"""The public register over the API (P2r): no token, no cookie, no person's name; anybody may keep a copy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from api.callers import Ref
from api.invalid import Invalid
from api.paging import After, cursor, read_place
from api.problems import Missing, ProblemRoute, documented
from api.receipts import V1
from api.services import ServicesIn
from domain.register import State
from domain.register_search import CHOICES, LONGEST_SEARCH, Filters, check_filters
from domain.request_choices import REGIONS
from domain.rights_desk import Counts
from store import concerns, registry, rights

router = APIRouter(route_class=ProblemRoute, prefix="/register", tags=["register"])
alarms_router = APIRouter(route_class=ProblemRoute, prefix="/alarms", tags=["register"])
exemptions_router = APIRouter(route_class=ProblemRoute, prefix="/exemptions", tags=["register"])

NO_ENTRY = "There is no such entry in the register. Check the reference."
MINUTE, YEAR = 60, 31_536_000
UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "Not changed since the ETag you have."}}


class EntryOut(BaseModel):
    """One version of a public register entry. No person is ever named. See docs/register.md for the other fields."""

    model_config = ConfigDict(extra="allow")

    id: str
    version: int
    state: State
    published_at: datetime
    demo: bool = Field(description="Made-up data of a demonstration, counted in no figure.")


class ConcernsOut(BaseModel):
    """E: `waiting`: not yet read by the regulator. `declined`: not published."""

    published: int
    waiting: int
    declined: int


class RightsOut(BaseModel):
    """A: what people asked of the data about them. Under `fewer_than` only that there were some."""

    received: int | None
    fewer_than: int | None = None
    answered: int | None = None
    answered_in_time: int | None = None
    met: int | None = None
    partly: int | None = None
    not_met: int | None = None


class ListedEntry(EntryOut):
    relied_on_by: int = Field(description="How many live entries rely on this one now.")
    concerns: ConcernsOut
    mediations_count: int = Field(
        description="How many mediations there were about it; the entry says what came of each."
    )
    rights: RightsOut


class VersionOut(BaseModel):
    version: int
    state: str
    published_at: datetime
    href: str


class EntryHistory(ListedEntry):
    versions: list[VersionOut]


class EntryList(BaseModel):
    entries: list[ListedEntry]
    next: str | None = Field(description="The address of the next page, null on the last.")


class AlarmOut(BaseModel):
    """One body that receives, or received, the same item from at least three regions and three senders (§7 C).

    `regions` is empty when that is no longer so; `entries` are then the ones that last added up to it.
    """

    organisation: str
    body: str
    demo: bool
    item: str = Field(description="In one spelling: lower case, singular.")
    regions: list[str] = Field(description="ONS codes.")
    entries: list[str]
    holds: bool
    raised_at: datetime


class AlarmList(BaseModel):
    alarms: list[AlarmOut]


class ExemptionOut(BaseModel):
    """`shares`: live shares that `body` sends and that are kept out of the register, until `until` at the latest."""

    body: str
    demo: bool
    shares: int
    until: str


class ExemptionList(BaseModel):
    exemptions: list[ExemptionOut]


def _one_of(name: str) -> dict[str, Any]:
    return {"enum": list(CHOICES[name])}


def _filters(
    q: Annotated[
        str | None,
        Query(
            description="Words; each finds whatever begins with it, and all must be found.",
            json_schema_extra={"maxLength": LONGEST_SEARCH},
        ),
    ] = None,
    receiving: Annotated[str | None, Query(description="Id of the receiving body.")] = None,
    sending: Annotated[str | None, Query(description="Id of the sending body.")] = None,
    lane: Annotated[str | None, Query(json_schema_extra=_one_of("lane"))] = None,
    use: Annotated[str | None, Query(json_schema_extra=_one_of("use"))] = None,
    state: Annotated[str | None, Query(json_schema_extra=_one_of("state"))] = None,
    region: Annotated[
        str | None,
        Query(description="ONS code.", json_schema_extra={"enum": [each.value for each in REGIONS]}),
    ] = None,
    root: Annotated[str | None, Query(description="Entries that rely on this one.")] = None,
    demo: Annotated[
        str | None, Query(description="'no' leaves made-up entries out.", json_schema_extra=_one_of("demo"))
    ] = None,
) -> Filters:
    given = {
        "q": q, "receiving": receiving, "sending": sending, "lane": lane, "use": use, "state": state,
        "region": region, "root": root, "demo": demo,
    }  # fmt: skip
    filters, problems = check_filters({name: value for name, value in given.items() if value})
    if problems:
        raise Invalid(problems)
    return filters


@router.get("", response_model=EntryList, responses={**UNCHANGED, **documented(422, 503)})
async def list_entries(
    request: Request, own: ServicesIn, filters: Annotated[Filters, Depends(_filters)], after: After = None
) -> Response:
    """The latest version of every entry that has all that is asked for, newest first."""
    begin = read_place(after)
    async with own.database.read() as connection:
        rows = await registry.registered(connection, filters, after=begin)
        shown = rows[: registry.PAGE]
        said = await heard_of(connection, [row.ref for row in shown])
    last = shown[-1] if len(rows) > registry.PAGE else None
    following = {"after": cursor(last.published_at, last.ref), **filters.asked} if last else {}
    entries = EntryList(
        entries=[_listed(row, said) for row in shown],
        next=f"{V1}/register?{urlencode(following)}" if last else None,
    )
    return kept(request, entries, MINUTE)


@router.get("/{ref}", response_model=EntryHistory, responses={**UNCHANGED, **documented(404, 503)})
async def read_entry(request: Request, ref: Ref, own: ServicesIn) -> Response:
    """The latest version of one entry, how many rely on it, and where its earlier versions are."""
    async with own.database.read() as connection:
        row = await registry.register_entry(connection, ref)
        versions = await registry.register_versions(connection, ref)
        said = await heard_of(connection, [ref])
    if row is None:
        raise Missing("NoSuchEntry", NO_ENTRY)
    older = [
        VersionOut(
            version=each.version,
            state=each.state,
            published_at=each.published_at,
            href=f"{V1}/register/{ref}/versions/{each.version}",
        )
        for each in versions
    ]
    return kept(request, EntryHistory(**_listed(row, said).model_dump(), versions=older), MINUTE)


@router.get(
    "/{ref}/versions/{version}", response_model=EntryOut, responses={**UNCHANGED, **documented(404, 422, 503)}
)
async def read_version(
    request: Request, ref: Ref, version: Annotated[int, Path(ge=1, le=2**31 - 1)], own: ServicesIn
) -> Response:
    """One version of an entry. It never changes: nothing is deleted (G7)."""
    async with own.database.read() as connection:
        row = await registry.register_entry(connection, ref, version)
    if row is None:
        raise Missing("NoSuchEntry", NO_ENTRY)
    return kept(request, EntryOut(**row.entry, demo=row.demo), YEAR)


@alarms_router.get("", response_model=AlarmList, responses={**UNCHANGED, **documented(503)})
async def list_alarms(request: Request, own: ServicesIn) -> Response:
    """Where shares of several regions add up to a national dataset in one body's hands, newest first (§7 C)."""
    async with own.database.read() as connection:
        rows = await registry.alarm_rows(connection)
    found = [
        AlarmOut(
            organisation=row.organisation,
            body=row.body,
            demo=row.demo,
            item=row.item,
            regions=row.regions,
            entries=row.entries,
            holds=bool(row.regions),
            raised_at=row.raised_at,
        )
        for row in rows
    ]
    return kept(request, AlarmList(alarms=found), MINUTE)


@exemptions_router.get("", response_model=ExemptionList, responses={**UNCHANGED, **documented(503)})
async def list_exemptions(request: Request, own: ServicesIn) -> Response:
    """How many live shares are kept out of the register for a time, by the body that sends; nothing else (P2r)."""
    async with own.database.read() as connection:
        rows = await registry.exemptions(connection)
    found = [ExemptionOut(body=row.body, demo=row.demo, shares=row.cases, until=row.until) for row in rows]
    return kept(request, ExemptionList(exemptions=found), MINUTE)


@dataclass(frozen=True, kw_only=True)
class HeardOf:
    """What changes beside entries without a new version of them, by reference."""

    reliers: Mapping[str, int]
    concerns: Mapping[str, concerns.Numbers]
    rights: Mapping[str, Counts]


async def heard_of(connection: AsyncConnection, refs: Sequence[str]) -> HeardOf:
    return HeardOf(
        reliers=await registry.reliers(connection, refs),
        concerns=await concerns.numbers(connection, refs),
        rights=await rights.counts(connection, refs),
    )


def _listed(row: Row[Any], said: HeardOf) -> ListedEntry:
    raised, asked = said.concerns.get(row.ref, concerns.Numbers()), said.rights.get(row.ref, Counts())
    return ListedEntry(
        **row.entry,
        demo=row.demo,
        relied_on_by=said.reliers.get(row.ref, 0),
        concerns=ConcernsOut(**raised.public()),
        mediations_count=raised.mediations,
        rights=RightsOut(**asked.public()),
    )


def kept(request: Request, model: BaseModel, seconds: int) -> Response:
    return kept_bytes(request, model.model_dump_json().encode(), seconds, "application/json")


def kept_bytes(request: Request, body: bytes, seconds: int, media_type: str) -> Response:
    """A public answer that anybody on the way may keep for a while, and need not be sent twice."""
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {"Cache-Control": f"public, max-age={seconds}", "ETag": tag, "Access-Control-Allow-Origin": "*"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media_type)
