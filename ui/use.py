"""D: how a share is used: its months beside the public entry, as a file, and the newest rows for the two sides."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from api.known import known
from api.register import MINUTE
from api.services import ServicesIn
from domain.grants import Mode, State
from domain.refusals import NoSuchCase
from domain.use_log import FLAG_WORDS, SILENT_AFTER
from store import grants, reads, registry, use_read
from ui import charts
from ui.cases import keeps_directory_only
from ui.csv_files import download
from ui.figures import month_name, short_month
from ui.session import Me, PagesIn, Ref

router = APIRouter(include_in_schema=False)

COLUMNS = ("ref", "month", "calls", "flagged", "last_use", "as_of")
MODES = {
    Mode.TRANSACTIONAL: "One record at a time, when it is needed",
    Mode.BULK: "As files",
}


@dataclass(frozen=True, kw_only=True)
class UseRow:
    """A use as a page shows it. Whom it was about is on no page, not even as a pseudonym: neither side needs it there."""

    at: datetime
    action: str
    receiver: str
    system: str
    flag: str


@router.get("/register/{ref}/use.csv")
async def as_csv(request: Request, ref: Ref, services: ServicesIn) -> Response:
    """Calls of a share by month, those without a call too. Nothing of an entry that is kept back."""
    now = services.clock()
    async with services.database.read() as connection:
        if await registry.register_entry(connection, ref) is None:
            raise HTTPException(404)
        told = await use_read.told(connection, ref, now)
    last = told.last_use.isoformat() if told.last_use else ""
    lines = [[ref, each.month, each.calls, each.flagged, last, now.isoformat()] for each in told.months]
    return download(f"use-{ref}.csv", [COLUMNS, *lines], seconds=MINUTE)


@router.get("/cases/{ref}/use")
async def of_case(request: Request, ref: Ref, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    """For whoever may read the case. 404 while there is no grant: nothing can have been used."""
    before, now = _place(request.query_params.get("after", "")), services.clock()
    async with services.database.read() as connection:
        seen = await known(connection, me, ref)
        grant = await grants.of_case(connection, ref)
        if grant is None or keeps_directory_only(me, seen):
            raise NoSuchCase
        row = await reads.case_row(connection, ref)
        rows = await use_read.rows_of(connection, ref, before)
        in_all = await use_read.in_all(connection, ref)
        shown = await beside(connection, ref, now)
    assert row
    page = rows[: use_read.A_PAGE]
    return pages.page(
        request,
        "use.html",
        me,
        ref=ref,
        heading=row.title,
        rows=[_row(each) for each in page],
        more=str(page[-1].number) if len(rows) > use_read.A_PAGE else "",
        first=before is None,
        base=f"/cases/{ref}/use",
        calls=in_all[0],
        flagged=in_all[1],
        grant=grant,
        mode=MODES[Mode(grant.mode)],
        one_by_one=grant.mode == Mode.TRANSACTIONAL and grant.state == State.ACTIVE,
        silent_after=SILENT_AFTER,
        as_of=now,
        **shown,
    )


async def beside(connection: AsyncConnection, ref: str, now: datetime) -> Mapping[str, Any]:
    """What an entry of the register and the page of a case show of use."""
    told = await use_read.told(connection, ref, now)
    return {"used": told, "use_chart": chart(told) if told.calls else None, "month": month_name}


def chart(told: use_read.Told) -> charts.Chart:
    names = [short_month(each.month) for each in told.months]
    series = [("Calls", [each.calls for each in told.months])]
    if told.flagged:
        series.append(("Not covered by a live grant", [each.flagged for each in told.months]))
    return charts.bars("calls", "Calls in each month", names, series)


def _row(row: Row[Any]) -> UseRow:
    flag = use_read.flag(row)
    return UseRow(
        at=row.logtime,
        action=row.action,
        receiver=row.receiver_name,
        system=row.receiver_system,
        flag=FLAG_WORDS[flag] if flag else "",
    )


def _place(text: str) -> int | None:
    """Where a page begins; anything that no page gave out is the first page."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
