"""Data sharing agreements as pages to read and to print (C17a): public like the register, and for the parties before."""

from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from api.services import Services, ServicesIn
from api.sharing_agreements import of_case
from domain.agreement_changes import differences
from domain.sharing_agreement import LEGAL_WORDS, STATES
from store import sharing_agreements
from store.directory import Person
from ui.session import MaybeMe, Me, Pages, PagesIn, Ref
from ui.templating import upper_first

router = APIRouter(include_in_schema=False)


@router.get("/register/{ref}/agreement")
async def newest(request: Request, ref: Ref, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    return await _public(request, ref, None, me, services, pages)


@router.get("/register/{ref}/v/{version}/agreement")
async def one_version(
    request: Request, ref: Ref, version: str, me: MaybeMe, services: ServicesIn, pages: PagesIn
) -> Response:
    return await _public(request, ref, _number(version, least=1), me, services, pages)


@router.get("/cases/{ref}/agreement")
async def of_a_case(request: Request, ref: Ref, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    """The newest, or `?version=`; before an approval a page that says when there will be one."""
    asked = request.query_params.get("version", "")
    version = _number(asked, least=0) if asked else None
    async with services.database.read() as connection:
        row = await of_case(connection, me, ref, version)
        if row is None and version is not None:
            raise HTTPException(404)
        more = await _beside(connection, row) if row else {}
    if row is None:
        return pages.page(request, "sharing_agreement_none.html", me, ref=ref)
    return _page(request, row, me, services, pages, back=f"/cases/{ref}", is_case=True, **more)


async def _public(
    request: Request, ref: str, version: int | None, me: Person | None, services: Services, pages: Pages
) -> Response:
    async with services.database.read() as connection:
        row = await sharing_agreements.public(connection, ref, version)
        if row is None:
            raise HTTPException(404)
        more = await _beside(connection, row)
    more["numbers"] = [each for each in more["numbers"] if each]
    if not more["before"]:
        more |= {"changed": (), "before": None}
    back = f"/register/{ref}" + (f"/v/{version}" if version else "")
    return _page(request, row, me, services, pages, back=back, is_case=False, **more)


async def _beside(connection: AsyncConnection, row: Row[Any]) -> dict[str, Any]:
    """The other versions, and in words what this one says otherwise than the one before it."""
    numbers = await sharing_agreements.versions(connection, row.ref)
    before = next((each for each in numbers if each < row.version), None)
    older = await sharing_agreements.one(connection, row.ref, before) if before is not None else None
    return {
        "numbers": numbers,
        "before": before,
        "changed": differences(older.content, row.content) if older else (),
    }


def _page(
    request: Request,
    row: Row[Any],
    me: Person | None,
    services: Services,
    pages: Pages,
    *,
    is_case: bool,
    **more: Any,
) -> Response:
    content, ref = row.content, row.ref
    return pages.page(
        request,
        "sharing_agreement.html",
        me,
        ref=ref,
        version=row.version,
        agreement=content,
        profile=LEGAL_WORDS.get(content["legal_profile"], ""),
        made_at=row.made_at,
        hash=row.hash,
        is_case=is_case,
        here=f"{services.site.public_url}/{f'cases/{ref}' if is_case else f'register/{ref}/v/{row.version}'}/agreement",
        desk=f"/register/{ref}/your-data" if row.version else "",
        site_url=services.site.public_url,
        root=content["terms"].get("root"),
        versions=[
            {**each, "state": STATES.get(each["state"], upper_first(each["state"]))}
            for each in content["versions"]
        ],
        json=f"/api/v1/register/{ref}/versions/{row.version}/agreement" if row.version else "",
        **more,
    )


def _number(text: str, *, least: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 7) or int(text) < least:
        raise HTTPException(404)
    return int(text)
