"""Tasks of a body that belong to no case: rows of the inbox, a page for each, and the form that settles it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.body_tasks import BodyTaskActs, one_for
from api.invalid import Invalid
from api.known import known
from api.services import ServicesIn
from domain.body_tasks import SETTLE, WHY, WORDS, BodyKind, SettledAlready, what_next
from domain.case import Stage
from domain.grants import grant_id
from domain.people import Role
from domain.questions import Problem
from domain.refusals import NoSuchCase
from domain.working_days import Calendar, Nation
from store import commands, national, registry
from store.directory import Person
from ui.forms import COMMAND, FormView, read
from ui.register_view import REGION_NAMES
from ui.session import Me, Pages, PagesIn, new_command, to
from ui.task_rows import TaskRow
from ui.views import Tag
from ui.when import due
from ui.words import ROLES

router = APIRouter(include_in_schema=False)

NOT_COMPLETE = "This page was not complete. Check your answers below and send them again."
DONE = "Settled. It is no longer open for anybody in your body."
ENDED = {
    "done": "Settled",
    "overtaken": "Settled by somebody else of the body",
    "by_itself": "No longer needed",
}


def rows_of(rows: Sequence[Any], calendar: Calendar, now: datetime) -> list[TaskRow]:
    """As the inbox shows them, beside the tasks of cases."""
    return [
        TaskRow(
            ref=row.ref or row.body,
            title=WORDS[BodyKind(row.kind)],
            href=f"/body-tasks/{row.id}",
            what=whose(row),
            asks="",
            stage=Tag(text="Outside a case", colour="grey"),
            due=due(calendar, Nation(row.nation), row.due_at, now),
            next=_next(row),
            harm="",
            level=row.level,
            cause="nobody settled it in time, or nobody was there to",
            at_top=False,
        )
        for row in rows
    ]


def whose(row: Any) -> str:
    """'Decides for the sending team, PAYE data, HM Revenue and Customs'."""
    return ", ".join(each for each in (ROLES[Role(row.role)], row.team_name, row.body) if each)


def _next(row: Any) -> str:
    return what_next(Role(row.role), row.level, missed=row.missed_at is not None)


@router.get("/body-tasks/{task}")
async def page(request: Request, task: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    return await _drawn(request, task, me, services, pages)


@router.post("/body-tasks/{task}")
async def settle(request: Request, task: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    typed = await read(request)
    raw, command = typed.answers(SETTLE), typed.matching("command", COMMAND)
    if not command:
        wrong = (Problem("", NOT_COMPLETE),)
        return await _drawn(request, task, me, services, pages, raw, wrong, status=422)
    try:
        acts = BodyTaskActs(services.database, services.clock)
        await acts.settle(me, task, raw, command=command, via="web")
    except Invalid as invalid:  # nothing was kept, so the same command may come again
        return await _drawn(
            request, task, me, services, pages, raw, invalid.problems, status=422, command=command
        )
    except SettledAlready as already:
        wrong = (Problem("", already.message),)
        return await _drawn(request, task, me, services, pages, raw, wrong, status=409)
    return to(f"/body-tasks/{task}?command={command}")


async def _drawn(
    request: Request,
    task: str,
    me: Person,
    services: Any,
    pages: Pages,
    raw: Mapping[str, Any] | None = None,
    problems: tuple[Problem, ...] = (),
    *,
    status: int = 200,
    command: str = "",
) -> Response:
    now = services.clock()
    async with services.database.read() as connection:
        row = await one_for(connection, me, task)
        calendar = await pages.calendar(connection, now)
        about = await _about(connection, me, row)
        banner = await _banner(connection, me, request.query_params.get("command", ""))
    kind = BodyKind(row.kind)
    return pages.page(
        request,
        "body_task.html",
        me,
        status=status,
        heading=WORDS[kind],
        why=WHY[kind],
        whose=whose(row),
        row=row,
        due=due(calendar, Nation(row.nation), row.due_at, now),
        next=_next(row),
        ended=ENDED.get(row.how, "") if row.closed_at else "",
        about=about,
        form=FormView(questions=SETTLE, typed=raw or {}, problems=problems),
        hidden={"command": command or new_command()},
        banner=banner,
    )


# --- what it is about ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class About:
    """`links`: (words, address). `kept_back`: shares that add up too and are not in the register."""

    links: tuple[tuple[str, str], ...] = ()
    item: str = ""
    receiver: str = ""
    regions: tuple[str, ...] = ()
    kept_back: int = 0
    which: str = ""


async def _about(connection: AsyncConnection, me: Person, row: Any) -> About:
    match BodyKind(row.kind):
        case BodyKind.NATIONAL_DATASET:
            return await _adding_up(connection, row.about)
        case BodyKind.SERVICE_CONTACTS:
            return About(links=((f"The service {row.about}", f"/exchange/services/{row.about}"),))
        case BodyKind.UNAUTHORISED_USE:
            links = await _of_case(connection, me, row.ref, ("How it is used", "use")) if row.ref else []
            return About(links=tuple(links), which=row.about)
        case BodyKind.UNDELIVERED:
            told = ("Which machines were told", "grant#receipts")
            return About(links=tuple(await _of_case(connection, me, row.ref, told)) if row.ref else ())


async def _of_case(
    connection: AsyncConnection, me: Person, ref: str, more: tuple[str, str]
) -> list[tuple[str, str]]:
    """The case and its grant for those who may see them, and the entry for everybody."""
    links: list[tuple[str, str]] = []
    try:
        case = (await known(connection, me, ref)).case
    except NoSuchCase:
        pass
    else:
        links.append((f"Case {ref}", f"/cases/{ref}"))
        if case.stage in (Stage.APPROVED, Stage.ACTIVE, Stage.SUSPENDED, Stage.ENDED):
            links.append((f"Grant {grant_id(ref)}", f"/cases/{ref}/grant"))
            links.append((more[0], f"/cases/{ref}/{more[1]}"))
    if entry := await registry.register_entry(connection, ref):
        links.append((f"{entry.entry['title']}, in the register", f"/register/{ref}"))
    return links


async def _adding_up(connection: AsyncConnection, about: str) -> About:
    """Entries that anybody may read, by title; what is kept back is only counted, for the board too (P2r)."""
    found = await national.about(connection, about)
    if found is None:
        return About()
    entries = await registry.entries_named(connection, set(found.entries))
    return About(
        links=tuple((f"{each.title} ({ref})", f"/register/{ref}") for ref, each in sorted(entries.items())),
        item=found.item,
        receiver=found.body,
        regions=tuple(REGION_NAMES.get(str(code), str(code)) for code in found.regions),
        kept_back=len(set(found.entries) - set(entries)),
    )


async def _banner(connection: AsyncConnection, me: Person, command: str) -> dict[str, str] | None:
    """What became of the act this page was reached by; asked of the record, so a link cannot claim anything."""
    row = await commands.get(connection, command) if COMMAND.fullmatch(command) else None
    if row is None or row.actor != me.id or row.ref != BodyTaskActs.kept_under:
        return None
    return {"kind": "success", "text": DONE}
