"""Data sharing agreements over the API (C17a): public like the version of the register they were made of."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from api.callers import Caller, Ref, TokenRoute
from api.friction import may_read
from api.known import known
from api.problems import Missing, ProblemRoute, documented
from api.register import MINUTE, UNCHANGED, YEAR, kept
from api.services import ServicesIn
from store import sharing_agreements
from store.directory import Person

router = APIRouter(route_class=ProblemRoute, prefix="/register", tags=["agreements"])
case_router = APIRouter(route_class=TokenRoute, tags=["agreements"])

NO_AGREEMENT = "There is no such agreement. Check the reference and the version of the register entry."
NOT_YET = "There is no agreement yet. It is made by itself when the request is approved."


class AgreementOut(BaseModel):
    """`sha256`: of `agreement` in canonical JSON (sorted keys, no spaces, UTF-8). See docs/agreements.md."""

    ref: str
    version: int = Field(description="0 for the parties, while the register entry is kept back.")
    made_at: datetime
    sha256: str
    agreement: dict[str, Any]


def agreement_out(row: Row[Any]) -> AgreementOut:
    return AgreementOut(
        ref=row.ref, version=row.version, made_at=row.made_at, sha256=row.hash, agreement=row.content
    )


async def of_case(
    connection: AsyncConnection, person: Person, ref: str, version: int | None = None
) -> Row[Any] | None:
    """A version for whoever may see the case, version 0 too. Raises `NoSuchCase`; None where there is none."""
    may_read(person, (await known(connection, person, ref)).seats)
    if version is None:
        return await sharing_agreements.newest(connection, ref)
    return await sharing_agreements.one(connection, ref, version)


@router.get("/{ref}/agreement", response_model=AgreementOut, responses={**UNCHANGED, **documented(404, 503)})
async def read_newest(request: Request, ref: Ref, own: ServicesIn) -> Response:
    """The agreement of the latest version of an entry."""
    async with own.database.read() as connection:
        row = await sharing_agreements.public(connection, ref)
    if row is None:
        raise Missing("NoSuchAgreement", NO_AGREEMENT)
    return kept(request, agreement_out(row), MINUTE)


@router.get(
    "/{ref}/versions/{version}/agreement",
    response_model=AgreementOut,
    responses={**UNCHANGED, **documented(404, 422, 503)},
)
async def read_version(
    request: Request, ref: Ref, version: Annotated[int, Path(ge=1, le=2**31 - 1)], own: ServicesIn
) -> Response:
    """The agreement of one version. It never changes."""
    async with own.database.read() as connection:
        row = await sharing_agreements.public(connection, ref, version)
    if row is None:
        raise Missing("NoSuchAgreement", NO_AGREEMENT)
    return kept(request, agreement_out(row), YEAR)


@case_router.get("/cases/{ref}/agreement", responses=documented(401, 404, 422, 503))
async def read_of_case(
    ref: Ref,
    caller: Caller,
    own: ServicesIn,
    version: Annotated[int | None, Query(ge=0, le=2**31 - 1)] = None,
) -> AgreementOut:
    """The agreement of a case you may see, the newest where no version is named; 0 while its entry is kept back."""
    async with own.database.read() as connection:
        row = await of_case(connection, caller, ref, version)
    if row is None:
        raise Missing("NoAgreementYet", NOT_YET if version is None else NO_AGREEMENT)
    return agreement_out(row)
