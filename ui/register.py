"""The public register: no cookie, no names of people, every version kept (P2r)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.services import ServicesIn
from domain.register import OVER, may_be_root
from domain.register_search import Filters, check_filters
from domain.working_days import london_date
from store import reads, registry
from ui import register_files
from ui import register_view as view
from ui.heard_view import in_entry
from ui.improvement_entry import published
from ui.maturity import on_entry
from ui.register_view import public_answers
from ui.session import MaybeMe, PagesIn, Ref, cursor, cursor_text
from ui.standing import standing
from ui.use import beside

router = APIRouter(include_in_schema=False)
router.include_router(register_files.router)


@router.get("/register")
async def register_list(request: Request, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    filters, problems = check_filters(request.query_params)
    typed, after = view.as_typed(request.query_params), cursor(request)
    is_front = not filters.asked and after is None and not problems
    async with services.database.read() as connection:
        bodies = await registry.bodies(connection)
        rows = [] if problems else await registry.registered(connection, filters, after=after)
        shown = rows[: registry.PAGE]
        relied = await registry.reliers(connection, [row.ref for row in shown])
        exempt = await registry.exemptions(connection) if is_front else ()
        alarms = await registry.alarm_rows(connection) if is_front else ()
    picks, wrong = view.picks(typed, bodies), view.sentences(problems)
    return pages.page(
        request,
        "register.html",
        me,
        status=422 if problems else 200,
        summary=[{"text": sentence, "href": f"#{field}"} for field, sentence in wrong.items()],
        wrong=wrong,
        typed=typed,
        picks=picks,
        chosen=view.chosen(filters, picks),
        standing=[
            *await standing(services.database, {filters.receiving}, "/register?receiving={}"),
            *await standing(services.database, {filters.sending}, "/register?sending={}"),
        ],
        entries=[view.entry_row(row, relied) for row in shown],
        base=view.address("/register", filters.asked),
        formats={each: view.address(path, filters.asked) for each, path in register_files.FORMATS.items()},
        first=after is None,
        more=cursor_text(shown[-1].published_at, shown[-1].ref) if len(rows) > registry.PAGE else "",
        exempt=exempt,
        alarms=sum(bool(row.regions) for row in alarms),
    )


@router.get("/overdue")
async def overdue(request: Request, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    async with services.database.read() as connection:
        rows = await reads.overdue_at_top(connection)
    return pages.page(request, "overdue.html", me, rows=rows, as_of=services.clock())


@router.get("/register/alarms")
async def alarms(request: Request, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    async with services.database.read() as connection:
        rows = await registry.alarm_rows(connection)
        entries = await registry.entries_named(connection, {ref for row in rows for ref in row.entries})
    return pages.page(
        request,
        "register_alarms.html",
        me,
        now=[view.alarm_row(row, entries) for row in rows if row.regions],
        before=[view.alarm_row(row, entries) for row in rows if not row.regions],
    )


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
        row = await registry.register_entry(connection, ref, version)
        if row is None:
            raise HTTPException(404)
        versions = await registry.register_versions(connection, ref)
        now = await _as_it_stands(connection, row, services.clock()) if row.latest else {}
        heard = await in_entry(connection, row, me, services.clock()) if row.latest else {}
    today = london_date(services.clock()).isoformat()
    return pages.page(
        request,
        "register_entry.html",
        me,
        entry=row.entry,
        state=view.state_tag(row.state),
        demo=row.demo,
        latest=row.latest,
        is_over=row.state in OVER,
        root=row.entry.get("root"),
        facts=view.facts(row.entry),
        answers=public_answers(row.entry, view.PURPOSE),
        harm=public_answers(row.entry, view.HARM),
        reviews=view.reviews(row.entry),
        measured=view.measured(row.entry),
        may_be_root=row.latest and may_be_root(row.entry, today),
        cited=f"{services.site.public_url}/register/{ref}/v/{row.version}",
        versions=[
            {"number": each.version, "at": each.published_at, "state": view.state_tag(each.state)}
            for each in versions
        ],
        improvement=published(row.entry, london_date(services.clock())),
        **now,
        **heard,
    )


async def _as_it_stands(connection: AsyncConnection, row: Any, at: datetime) -> Mapping[str, Any]:
    """What changes without a new version: who relies on it, where its root has gone, what it adds up to."""
    rows = await registry.alarm_rows(connection, row.receiving_organisation)
    concerned = [each for each in rows if each.regions and row.ref in each.entries]
    root = await registry.register_entry(connection, row.root) if row.root else None
    return {
        "relied": view.reliers(await registry.reliers_by_kind(connection, row.ref)),
        "reliers_at": view.address("/register", Filters(root=row.ref).asked),
        "alarms": [view.alarm_row(each, {row.ref: _named(row)}) for each in concerned],
        "root_now": root,
        "root_state": view.state_tag(root.state) if root else None,
        "root_is_over": bool(root) and root.state in OVER,
        "maturity": await on_entry(connection, row.receiving_organisation, at),
        **await beside(connection, row.ref, at),
    }


def _named(row: Any) -> view.Named:
    return view.Named(ref=row.ref, title=row.entry["title"], items_=row.entry.get("items") or ())
