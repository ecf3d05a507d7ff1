"""Deliveries of a share that goes as a file (P3): the list, the form of who sends, the receipt of who receives."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from api.deliveries import a_number, delivery_out, over_cap
from api.delivery_acts import DeliveryActs, confirmable, is_late, may_confirm, may_record, theirs
from api.invalid import Invalid
from api.known import Known
from api.services import Services, ServicesIn
from domain import delivery_forms as forms
from domain.grants import Mode
from domain.manifests import STATES, State
from domain.questions import Problem, Question
from domain.refusals import Refusal
from store import commands, deliveries, reads
from store.directory import Person
from ui.csv_files import download
from ui.forms import COMMAND, DATE_PARTS, FormView, Typed, read
from ui.session import Me, Pages, PagesIn, Ref, new_command, to
from ui.views import Tag

router = APIRouter(include_in_schema=False)

NOT_COMPLETE = "This page was not complete. Check your answers below and send them again."
COLOURS = {State.ANNOUNCED: "blue", State.DELIVERED: "green", State.MISMATCHED: "red"}
DONE = {
    "record_bulk_delivery": "Recorded. The receiving team says what arrived.",
    State.DELIVERED: "Delivered: what arrived is what was sent.",
    State.MISMATCHED: "Kept. What arrived is not what was sent, so it counts as not delivered. The sending team sends it again and records it under the next number.",
}
COLUMNS = (
    *("number", "state", "items", "rows", "checksum", "sent_at", "recorded_at", "confirm_by", "late"),
    *("arrived_items", "arrived_rows", "arrived_checksum", "arrived_at", "confirmed_at", "differences"),
    *("cap", "over_cap"),
)


@dataclass(frozen=True, kw_only=True)
class Line:
    """A delivery in the table, and on its own page. `confirm`: this reader may say what arrived."""

    number: int
    href: str
    state: Tag
    items: tuple[str, ...]
    rows: int
    checksum: str
    sent_at: datetime
    arrived_items: tuple[str, ...]
    arrived_rows: int | None
    arrived_checksum: str
    arrived_at: datetime | None
    confirm_by: datetime | None
    late: bool
    over: bool
    cap: int
    in_case: bool
    differs: tuple[str, ...]
    confirm: bool


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What both pages are drawn from."""

    seen: Known
    grant: Row[Any]
    title: str
    items: tuple[str, ...]


@router.get("/cases/{ref}/grant/deliveries")
async def delivery_list(request: Request, ref: Ref, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    return await _list(request, pages, services, me, ref, {})


@router.post("/cases/{ref}/grant/deliveries")
async def record(request: Request, ref: Ref, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    """Do it, or show the same page with what was typed and why not. Not for you (403, 404) is a page of its own."""
    typed = await read(request)
    async with services.database.read() as connection:
        seen, grant = await theirs(connection, me, ref, services.clock())
        if not forms.RECORDS & set(seen.seats):
            raise forms.NotTheSender
        asked = forms.sending(await deliveries.covered(connection, grant.id))
    here = f"/cases/{ref}/grant/deliveries"

    async def again(raw: Mapping[str, Any], **more: Any) -> Response:
        return await _list(request, pages, services, me, ref, raw, **more)

    async def act(raw: Mapping[str, Any], command: str) -> object:
        return await _edge(services).record(me, ref, raw, command=command, via="web")

    return await _take(typed, asked, act, again, here)


@router.get("/cases/{ref}/grant/deliveries.csv")
async def as_csv(ref: Ref, me: Me, services: ServicesIn) -> Response:
    """Every delivery, newest first, for those who may see the case. No person is in it."""
    now = services.clock()
    async with services.database.read() as connection:
        _, grant = await theirs(connection, me, ref, now)
        found = await deliveries.listed(connection, grant.id, most=deliveries.MOST)
    rows: list[list[Any]] = [["grant", *COLUMNS]]
    rows += [[grant.id, *_cells(row, ref, now)] for row in found[: deliveries.MOST]]
    return download(f"{grant.id}-deliveries.csv", rows, public=False)


@router.get("/cases/{ref}/grant/deliveries/{number}")
async def delivery_page(
    request: Request, ref: Ref, number: str, me: Me, services: ServicesIn, pages: PagesIn
) -> Response:
    return await _one(request, pages, services, me, ref, number, None)


@router.post("/cases/{ref}/grant/deliveries/{number}")
async def confirm(
    request: Request, ref: Ref, number: str, me: Me, services: ServicesIn, pages: PagesIn
) -> Response:
    typed = await read(request)
    async with services.database.read() as connection:
        seen, grant = await theirs(connection, me, ref, services.clock())
        row = await deliveries.one(connection, grant.id, a_number(number))
        if row is None:
            raise forms.NoSuchDelivery
        if not forms.CONFIRMS & set(seen.seats):
            raise forms.NotTheReceiver
        asked = forms.receiving(await confirmable(connection, row))

    async def again(raw: Mapping[str, Any], **more: Any) -> Response:
        return await _one(request, pages, services, me, ref, number, raw, **more)

    async def act(raw: Mapping[str, Any], command: str) -> object:
        return await _edge(services).confirm(me, ref, row.number, raw, command=command, via="web")

    return await _take(typed, asked, act, again, f"/cases/{ref}/grant/deliveries/{row.number}")


# --- taking -------------------------------------------------------------------------------------------------------


def _edge(services: Services) -> DeliveryActs:
    return DeliveryActs(services.database, services.clock)


async def _take(
    typed: Typed,
    asked: tuple[Question, ...],
    act: Callable[[Mapping[str, Any], str], Awaitable[object]],
    again: Callable[..., Awaitable[Response]],
    here: str,
) -> Response:
    raw, command = typed.answers(asked), typed.matching("command", COMMAND)
    if not command:
        return await again(raw, problems=(Problem("", NOT_COMPLETE),), status=422)
    if more := _not_asked(typed, asked):
        wrong = tuple(Problem("", f"{name}: {forms.PAYLOAD}") for name in more)
        return await again(raw, problems=wrong, status=422, command=command)
    try:
        await act(raw, command)
    except Invalid as invalid:  # nothing was kept, so the same command may come again
        return await again(raw, problems=invalid.problems, status=422, command=command)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        return await again(raw, problems=(Problem("", refusal.message),), status=refusal.status)
    return to(f"{here}?command={command}")


def _not_asked(typed: Typed, asked: Iterable[Question]) -> tuple[str, ...]:
    """Fields that no form of ours has: a file, a row of data."""
    boxes = {f"{each.id}-{part}" for each in asked if each.kind == "date" for part in DATE_PARTS}
    names = dict.fromkeys(name for name, _ in typed.pairs())
    return tuple(each[:40] for each in forms.unknown_fields(names, asked, "command", *boxes))


# --- showing ------------------------------------------------------------------------------------------------------


async def _list(
    request: Request,
    pages: Pages,
    services: Services,
    me: Person,
    ref: str,
    typed: Mapping[str, Any],
    *,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
    command: str = "",
) -> Response:
    now, before = services.clock(), _before(request)
    async with services.database.read() as connection:
        shown = await _shown(connection, me, ref, now)
        found = await deliveries.listed(connection, shown.grant.id, before)
        banner = await _banner(connection, me, request.query_params.get("command", ""))
    page = found[: deliveries.PAGE]
    why_not = forms.why_not_record(shown.grant.mode, shown.grant.state)
    return pages.page(
        request,
        "deliveries.html",
        me,
        status=status,
        ref=ref,
        grant=shown.grant.id,
        heading=shown.title,
        bulk=shown.grant.mode == Mode.BULK,
        cap=shown.grant.cap,
        lines=[line(row, shown.seen, me, now) for row in page],
        more=str(page[-1].number) if len(found) > len(page) else "",
        first=before is None,
        base=f"/cases/{ref}/grant/deliveries",
        records=may_record(shown.seen, shown.grant) or bool(problems),
        why_not=why_not.message if why_not and forms.RECORDS & set(shown.seen.seats) else "",
        banner=banner,
        form=FormView(questions=forms.sending(shown.items), typed=typed, problems=problems),
        hidden={"command": command or new_command()},
    )


async def _one(
    request: Request,
    pages: Pages,
    services: Services,
    me: Person,
    ref: str,
    number: str,
    typed: Mapping[str, Any] | None,
    *,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
    command: str = "",
) -> Response:
    now = services.clock()
    async with services.database.read() as connection:
        shown = await _shown(connection, me, ref, now)
        row = await deliveries.one(connection, shown.grant.id, a_number(number))
        if row is None:
            raise forms.NoSuchDelivery
        questions = forms.receiving(await confirmable(connection, row))
        banner = await _banner(connection, me, request.query_params.get("command", ""))
    return pages.page(
        request,
        "delivery.html",
        me,
        status=status,
        ref=ref,
        grant=shown.grant.id,
        heading=shown.title,
        line=line(row, shown.seen, me, now),
        sends_again=may_record(shown.seen, shown.grant) and row.state == State.MISMATCHED,
        banner=banner,
        form=FormView(
            questions=questions, typed={"items": row.items} if typed is None else typed, problems=problems
        ),
        hidden={"command": command or new_command()},
    )


async def _shown(connection: AsyncConnection, me: Person, ref: str, now: datetime) -> Shown:
    seen, grant = await theirs(connection, me, ref, now)
    row = await reads.case_row(connection, ref)
    items = await deliveries.covered(connection, grant.id)
    return Shown(seen=seen, grant=grant, title=row.title if row else "", items=items)


def line(row: Row[Any], seen: Known, me: Person, now: datetime) -> Line:
    out = delivery_out(row, seen.case.ref, now)
    state = State(row.state)
    return Line(
        number=row.number,
        href=f"/cases/{seen.case.ref}/grant/deliveries/{row.number}",
        state=Tag(text=STATES[state], colour=COLOURS[state]),
        items=tuple(row.items),
        rows=row.rows,
        checksum=row.checksum,
        sent_at=row.sent_at,
        arrived_items=tuple(row.arrived_items or ()),
        arrived_rows=row.arrived_rows,
        arrived_checksum=row.arrived_checksum or "",
        arrived_at=row.arrived_at,
        confirm_by=row.confirm_by,
        late=is_late(row, now),
        over=over_cap(row),
        cap=row.cap,
        in_case=row.in_case,
        differs=tuple(each.words for each in out.differences),
        confirm=may_confirm(me, seen, row),
    )


def _cells(row: Row[Any], ref: str, now: datetime) -> list[Any]:
    out = delivery_out(row, ref, now).model_dump(mode="json")
    sent, arrived = out["sent"], out["arrived"] or {}
    told = {
        **{name: out[name] for name in ("number", "state", "confirm_by", "late", "cap", "over_cap")},
        **{name: sent[name] for name in ("items", "rows", "checksum", "recorded_at")},
        **{f"arrived_{name}": arrived.get(name) for name in ("items", "rows", "checksum", "at")},
        "sent_at": sent["at"],
        "confirmed_at": arrived.get("recorded_at"),
        "differences": [each["words"] for each in out["differences"]],
    }
    return [told[name] for name in COLUMNS]


def _before(request: Request) -> int | None:
    """Where the list goes on. Raises 422 for what no page gave out."""
    text = request.query_params.get("after", "")
    if text and not (text.isascii() and text.isdigit() and len(text) < 10):
        raise HTTPException(422)
    return int(text) if text else None


async def _banner(connection: AsyncConnection, me: Person, command: str) -> dict[str, str] | None:
    """What became of the act this page was reached by; asked of the record, so a link cannot claim anything."""
    row = await commands.get(connection, command) if COMMAND.fullmatch(command) else None
    if row is None or row.actor != me.id or row.ref != DeliveryActs.kept_under:
        return None
    said = row.body.get("state") or row.act
    return {"kind": "success" if said != State.MISMATCHED else "", "text": DONE[said]}
