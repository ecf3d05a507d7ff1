"""Deliveries of a bulk grant over the API (P3): recorded by the sending team, confirmed by the receiving one.

Only what describes a delivery is taken. The data goes from team to team, and never passes through here.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import WithJsonSchema
from sqlalchemy import Row

from api.callers import Caller, CommandId, TokenRoute
from api.delivery_acts import DeliveryActs, arrived_of, is_late, sent_of, theirs
from api.grants import GrantId
from api.invalid import Invalid
from api.problems import documented, safe_name
from api.receipts import V1
from api.services import Services, ServicesIn
from domain.delivery_forms import PAYLOAD, NoSuchDelivery, NothingToDeliver
from domain.grant_claims import NoSuchGrant
from domain.manifests import STATES, Manifest, State, differences, is_over
from domain.questions import Problem
from domain.refusals import NoSuchCase
from store import deliveries
from store.directory import Person

router = APIRouter(route_class=TokenRoute, prefix="/grants", tags=["deliveries"])

WHOLE = "Items of the grant; left out: all that it covers now."
ANY_NUMBER = Annotated[Any, WithJsonSchema({"type": "integer", "minimum": 0})]
ANY_TEXT = Annotated[Any, WithJsonSchema({"type": "string", "maxLength": 200})]
ANY_TIME = Annotated[Any, WithJsonSchema({"type": ["string", "null"], "maxLength": 200})]
ANY_ITEMS = Annotated[
    Any,
    WithJsonSchema({"type": ["array", "null"], "items": {"type": "string"}, "description": WHOLE}),
]


def a_number(number: str) -> int:
    """Out of an address. What cannot be one is not there."""
    if not re.fullmatch(r"[1-9][0-9]{0,8}", number):
        raise NoSuchDelivery
    return int(number)


Number = Annotated[int, Depends(a_number)]


class ManifestIn(BaseModel):
    """Its values are checked by the questions of the pages, with their sentences. Other fields are refused by name."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"additionalProperties": False})

    rows: ANY_NUMBER = None
    checksum: ANY_TEXT = None
    items: ANY_ITEMS = None

    def raw(self) -> dict[str, Any]:
        """Raises `Invalid` for a file, a row, or whatever else is no part of a manifest."""
        if more := list(self.model_extra or {})[:50]:
            raise Invalid(tuple(Problem(safe_name(each), PAYLOAD) for each in more))
        return self.model_dump(exclude_none=True)


class SentIn(ManifestIn):
    """`checksum`: the SHA-256 of the file, or a reference both sides know. `sent_at`: a day or an instant; left out: now."""

    sent_at: ANY_TIME = None


class ArrivedIn(ManifestIn):
    """What arrived, not what was announced. `arrived_at`: a day or an instant; left out: now."""

    arrived_at: ANY_TIME = None


class ManifestOut(BaseModel):
    """`at`: when it was sent or arrived, as that side says. `recorded_at`: when it said so."""

    items: list[str]
    rows: int
    checksum: str
    at: datetime
    recorded_at: datetime


class DifferenceOut(BaseModel):
    field: str = Field(description="rows, checksum or items.")
    words: str


class DeliveryOut(BaseModel):
    """`in_case`: one of the first, said by acts of the case, with which the risk passes. `cap`: null for no limit."""

    grant: str
    case: str
    number: int
    state: State
    state_in_words: str
    in_case: bool
    sent: ManifestOut
    arrived: ManifestOut | None
    differences: list[DifferenceOut] = Field(description="In what the two differ: then it was not delivered.")
    cap: int | None = Field(description="People whose records one delivery could hold.")
    over_cap: bool
    confirm_by: datetime | None
    late: bool = Field(description="Nobody of the receiving team has said in time what arrived.")
    href: str


class DeliveryList(BaseModel):
    """Newest first. `next` is where the list goes on."""

    deliveries: list[DeliveryOut]
    next: str | None


def acts(own: Services) -> DeliveryActs:
    return DeliveryActs(own.database, own.clock)


def ref_of(grant: str) -> str:
    """'GR-7K2M-9QXH' -> 'SC-7K2M-9QXH'."""
    return f"SC{grant[2:]}"


@router.get("/{grant}/deliveries", responses=documented(401, 403, 404, 422, 503))
async def list_deliveries(
    grant: GrantId,
    caller: Caller,
    own: ServicesIn,
    before: Annotated[
        int | None, Query(ge=1, le=2**31 - 1, description="From `next` of the page before.")
    ] = None,
) -> DeliveryList:
    """Every delivery of a grant whose case you may see."""
    now = own.clock()
    async with own.database.read() as connection:
        found = await _grant(connection, caller, grant, now)
        rows = await deliveries.listed(connection, found.id, before)
    page = rows[: deliveries.PAGE]
    more = len(rows) > len(page)
    return DeliveryList(
        deliveries=[delivery_out(row, found.ref, now) for row in page],
        next=f"{V1}/grants/{grant}/deliveries?before={page[-1].number}" if more else None,
    )


@router.get("/{grant}/deliveries/{number}", responses=documented(401, 403, 404, 503))
async def read_delivery(grant: GrantId, number: Number, caller: Caller, own: ServicesIn) -> DeliveryOut:
    """One delivery, with what both sides say of it."""
    return await _one(own, caller, grant, number)


@router.post(
    "/{grant}/deliveries",
    status_code=201,
    responses=documented(400, 401, 403, 404, 409, 413, 415, 422, 503),
)
async def record_delivery(
    grant: GrantId, told: SentIn, command: CommandId, caller: Caller, own: ServicesIn, response: Response
) -> DeliveryOut:
    """Say what you sent: for somebody who decides for the sending team, while the grant is active."""
    try:
        number = await acts(own).record(caller, ref_of(grant), told.raw(), command=command, via="api")
    except (NoSuchCase, NothingToDeliver) as gone:
        raise NoSuchGrant from gone
    found = await _one(own, caller, grant, number)
    response.headers["Location"] = found.href
    return found


@router.post(
    "/{grant}/deliveries/{number}/receipt",
    responses=documented(400, 401, 403, 404, 409, 413, 415, 422, 503),
)
async def confirm_delivery(
    grant: GrantId, number: Number, told: ArrivedIn, command: CommandId, caller: Caller, own: ServicesIn
) -> DeliveryOut:
    """Say what arrived: for the requester or the risk owner of the receiving team. If it differs, it is not delivered."""
    try:
        await acts(own).confirm(caller, ref_of(grant), number, told.raw(), command=command, via="api")
    except (NoSuchCase, NothingToDeliver) as gone:
        raise NoSuchGrant from gone
    return await _one(own, caller, grant, number)


async def _grant(connection: Any, person: Person, grant: str, now: datetime) -> Row[Any]:
    try:
        return (await theirs(connection, person, ref_of(grant), now))[1]
    except (NoSuchCase, NothingToDeliver) as gone:
        raise NoSuchGrant from gone


async def _one(own: Services, person: Person, grant: str, number: int) -> DeliveryOut:
    now = own.clock()
    async with own.database.read() as connection:
        found = await _grant(connection, person, grant, now)
        row = await deliveries.one(connection, found.id, number)
    if row is None:
        raise NoSuchDelivery
    return delivery_out(row, found.ref, now)


def delivery_out(row: Row[Any], ref: str, now: datetime) -> DeliveryOut:
    """No person is in it: who said what is in the record of commands."""
    arrived, state = arrived_of(row), State(row.state)
    differ = differences(sent_of(row), arrived) if arrived else ()
    return DeliveryOut(
        grant=row.grant,
        case=ref,
        number=row.number,
        state=state,
        state_in_words=STATES[state],
        in_case=row.in_case,
        sent=_manifest(sent_of(row), row.sent_at, row.recorded_at),
        arrived=_manifest(arrived, row.arrived_at, row.confirmed_at) if arrived else None,
        differences=[DifferenceOut(field=each.field, words=each.words) for each in differ],
        cap=row.cap or None,
        over_cap=over_cap(row),
        confirm_by=row.confirm_by,
        late=is_late(row, now),
        href=f"{V1}/grants/{row.grant}/deliveries/{row.number}",
    )


def over_cap(row: Row[Any]) -> bool:
    """Whether either side says that it holds more than it may."""
    return any(is_over(rows or 0, row.cap) for rows in (row.rows, row.arrived_rows))


def _manifest(manifest: Manifest, at: datetime, recorded_at: datetime) -> ManifestOut:
    said: Mapping[str, Any] = vars(manifest) | {"items": list(manifest.items)}
    return ManifestOut(**said, at=at, recorded_at=recorded_at)
