"""The public register over the API (P2r): no token, no cookie, no person's name; anybody may keep a copy."""

from hashlib import sha256
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel
from sqlalchemy import Row

from api.callers import Ref
from api.paging import After, cursor, read_place
from api.problems import Missing, ProblemRoute, documented
from api.receipts import V1
from api.services import ServicesIn
from api.views import EntryHistory, EntryList, EntryOut, VersionOut
from store import reads

router = APIRouter(route_class=ProblemRoute, prefix="/register", tags=["register"])

NO_ENTRY = "There is no such entry in the register. Check the reference."
MINUTE, YEAR = 60, 31_536_000
UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "Not changed since the ETag you have."}}


@router.get("", response_model=EntryList, responses={**UNCHANGED, **documented(422, 503)})
async def list_entries(
    request: Request,
    own: ServicesIn,
    after: After = None,
    state: Annotated[Literal["approved", "active", "suspended", "ended"] | None, Query()] = None,
) -> Response:
    """The latest version of every entry, newest first."""
    begin = read_place(after)
    async with own.database.read() as connection:
        rows = await reads.registered(connection, after=begin, state=state)
    last = rows[reads.PAGE - 1] if len(rows) > reads.PAGE else None
    more = f"&state={state}" if state else ""
    entries = EntryList(
        entries=[entry(row) for row in rows[: reads.PAGE]],
        next=f"{V1}/register?after={cursor(last.published_at, last.ref)}{more}" if last else None,
    )
    return kept(request, entries, MINUTE)


@router.get("/{ref}", response_model=EntryHistory, responses={**UNCHANGED, **documented(404, 503)})
async def read_entry(request: Request, ref: Ref, own: ServicesIn) -> Response:
    """The latest version of one entry, and where its earlier versions are."""
    async with own.database.read() as connection:
        row = await reads.register_entry(connection, ref)
        versions = await reads.register_versions(connection, ref)
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
    return kept(request, EntryHistory(**entry(row).model_dump(), versions=older), MINUTE)


@router.get(
    "/{ref}/versions/{version}", response_model=EntryOut, responses={**UNCHANGED, **documented(404, 422, 503)}
)
async def read_version(
    request: Request, ref: Ref, version: Annotated[int, Path(ge=1, le=2**31 - 1)], own: ServicesIn
) -> Response:
    """One version of an entry. It never changes: nothing is deleted (G7)."""
    async with own.database.read() as connection:
        row = await reads.register_entry(connection, ref, version)
    if row is None:
        raise Missing("NoSuchEntry", NO_ENTRY)
    return kept(request, entry(row), YEAR)


def entry(row: Row[Any]) -> EntryOut:
    return EntryOut(**row.entry, demo=row.demo)


def kept(request: Request, model: BaseModel, seconds: int) -> Response:
    """A public answer that anybody on the way may keep for a while, and need not be sent twice."""
    body = model.model_dump_json().encode()
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {"Cache-Control": f"public, max-age={seconds}", "ETag": tag, "Access-Control-Allow-Origin": "*"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")
