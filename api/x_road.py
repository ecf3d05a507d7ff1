"""A grant as an X-Road access right, for machines (P3). It works without any Security Server set up in Sharecase."""

from datetime import datetime
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from api.callers import Caller, TokenRoute
from api.grants import GrantId
from api.problems import documented
from api.services import ServicesIn
from domain.grant_claims import NoSuchGrant
from domain.grants import State
from domain.x_road import Wanted, export
from store import grant_tokens, x_road

router = APIRouter(route_class=TokenRoute, prefix="/grants", tags=["grants"])


class SubjectOut(BaseModel):
    id: str
    service_client_type: Literal["SUBSYSTEM"]


class EndpointOut(BaseModel):
    """`path` as a Security Server writes it: * for each parameter."""

    method: str
    path: str


class XRoadRight(BaseModel):
    """`access_right`: whether it must be there now. It is present of an active grant and of no other."""

    format: str
    grant: str
    state: State
    access_right: Wanted
    subject: SubjectOut
    client: str = Field(description="The subsystem that owns the service.")
    service_code: str
    whole_service: bool
    endpoints: list[EndpointOut]
    granted_since: datetime | None
    ends_at: datetime | None
    register_: str | None = Field(
        alias="register", description="The public entry; null while it is kept back."
    )


@router.get("/{grant}/x-road", responses=documented(401, 403, 404, 409, 503))
async def read_x_road(grant: GrantId, caller: Caller, own: ServicesIn) -> XRoadRight:
    """The access right that a grant stands for. 409 while the service or the receiving team has no X-Road identifier."""
    async with own.database.read() as connection:
        row = await grant_tokens.one_of_person(connection, caller, grant)
        if row is None:
            raise NoSuchGrant
        return await right_of(connection, row, own.site.public_url)


async def right_of(
    connection: AsyncConnection, grant: Row[tuple[object, ...]], public_url: str
) -> XRoadRight:
    """Raises `NoXRoadService`, `NoXRoadSubject` (409)."""
    placed = await x_road.placed_now(connection, grant.id)
    entry = f"{public_url.rstrip('/')}/register/{grant.ref}/v/{grant.register_version}"
    told = export(
        placed.right,
        grant=grant.id,
        state=State(grant.state),
        since=grant.active_from,
        ends_at=grant.ends_at,
        register=entry if grant.register_version else None,
    )
    return XRoadRight.model_validate(told)
