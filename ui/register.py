"""The public register: no cookie, no names of people, every version kept (P2r)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response

from api.services import ServicesIn
from domain.case import Lane
from domain.request_form import QUESTIONS
from store import reads
from ui.session import MaybeMe, PagesIn, Ref, cursor, cursor_text
from ui.views import Answered, Tag, as_read
from ui.when import day, moment
from ui.words import LANES, STATES

router = APIRouter(include_in_schema=False)

BY_ID = {question.id: question for question in QUESTIONS}
SHOWN = (
    "purpose", "harm_of_withholding", "use", "duty", "subjects", "people_band", "items", "pattern", "until", "power",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class EntryRow:
    ref: str
    title: str
    receiving: str
    sending: str
    state: Tag
    published_at: datetime
    demo: bool


@router.get("/register")
async def register_list(request: Request, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    state, after = request.query_params.get("state") or None, cursor(request)
    if state and state not in STATES:
        raise HTTPException(422)
    async with services.database.read() as connection:
        rows = await reads.registered(connection, after=after, state=state)
    shown = rows[: reads.PAGE]
    more = cursor_text(shown[-1].published_at, shown[-1].ref) if len(rows) > reads.PAGE else ""
    return pages.page(
        request,
        "register.html",
        me,
        entries=[_row(row) for row in shown],
        states={key: words for key, (words, _) in STATES.items()},
        state=state or "",
        first=after is None,
        more=more,
    )


@router.get("/overdue")
async def overdue(request: Request, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    async with services.database.read() as connection:
        rows = await reads.overdue_at_top(connection)
    return pages.page(request, "overdue.html", me, rows=rows, as_of=services.clock())


@router.get("/register/{ref}")
async def latest(request: Request, ref: Ref, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    return await _entry(request, ref, None, me, services, pages)


@router.get("/register/{ref}/v/{version}")
async def one_version(
    request: Request, ref: Ref, version: str, me: MaybeMe, services: ServicesIn, pages: PagesIn
) -> Response:
    if not (version.isascii() and version.isdigit() and len(version) < 7) or int(version) == 0:
        raise HTTPException(404)
    return await _entry(request, ref, int(version), me, services, pages)


async def _entry(
    request: Request, ref: str, version: int | None, me: MaybeMe, services: ServicesIn, pages: PagesIn
) -> Response:
    async with services.database.read() as connection:
        row = await reads.register_entry(connection, ref, version)
        versions = await reads.register_versions(connection, ref)
    if row is None:
        raise HTTPException(404)
    return pages.page(
        request,
        "register_entry.html",
        me,
        entry=row.entry,
        state=_state(row.state),
        demo=row.demo,
        latest=row.latest,
        facts=facts(row.entry),
        answers=public_answers(row.entry),
        versions=[
            {"number": each.version, "at": each.published_at, "state": _state(each.state)}
            for each in versions
        ],
    )


def _state(state: str) -> Tag:
    text, colour = STATES.get(state, (state, "grey"))
    return Tag(text=text, colour=colour)


def _row(row: Any) -> EntryRow:
    entry = row.entry
    return EntryRow(
        ref=row.ref,
        title=entry["title"],
        receiving=entry["receiving"]["organisation"],
        sending=entry["sending"]["organisation"],
        state=_state(row.state),
        published_at=row.published_at,
        demo=row.demo,
    )


def public_answers(entry: Mapping[str, Any]) -> list[Answered]:
    found = [as_read(BY_ID[key], entry.get(key)) for key in SHOWN]
    return [each for each in found if each.values]


def facts(entry: Mapping[str, Any]) -> list[Answered]:
    """What the service knows about the share, in the words of the public."""
    receiving, sending = entry["receiving"], entry["sending"]
    told = {
        "Receives the data": f"{receiving['team']}, {receiving['organisation']}",
        "Sends the data": f"{sending['team']}, {sending['organisation']}",
        "Who answers for the risk": entry["risk_owned_by"],
        "How it was decided": LANES[Lane(entry["lane"])],
        "Asked for on": day(entry["submitted_at"]),
        "First delivered on": day(entry["active_from"]) or "Not yet delivered",
        "Items shared": str(entry["items_shared"]),
        "Next review": _next_review(entry),
        "Overdue": "Every level was silent when its time was over" if entry["overdue_at_top"] else "",
        "Separation of roles": "Waived: one person may hold several roles"
        if entry["separation_waived"]
        else "",
        "Published": moment(entry["published_at"]),
    }
    return [Answered(id=key, label=key, values=(value,)) for key, value in told.items() if value]


def _next_review(entry: Mapping[str, Any]) -> str:
    if not entry["time_limited"]:
        return "This kind of use is not reviewed"
    month = entry["next_review_month"]
    if not month:
        return (
            "12 and 24 months after the first delivery"
            if not entry["active_from"]
            else "No review lies ahead"
        )
    return f"{month} months after the first delivery" + (
        ", with more time given" if entry["review_extended"] else ""
    )
