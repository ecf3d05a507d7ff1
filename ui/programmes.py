"""Programmes of named priorities (P10): how far each is, body by body; a board member proposes, another one confirms."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.invalid import Invalid
from api.programmes import Programmes, for_board, in_force_today, key_of, told
from api.rulebook import next_day
from api.services import Services, ServicesIn
from domain.figure_tally import DEFINITIONS
from domain.governance import TABLE
from domain.programmes import DECISION, NoSuchProgramme, NothingToConfirm, Programme, in_force, questions
from domain.questions import Problem, Question
from domain.refusals import Refusal
from domain.working_days import london_date
from store import commands, figures_read
from store import programmes as rows
from store.directory import Person
from ui import charts
from ui.csv_files import download
from ui.figures import month_name, short_month
from ui.forms import COMMAND, VERSION, FormView, read
from ui.session import MaybeMe, Me, Pages, PagesIn, new_command, to
from ui.views import Tag

router = APIRouter(include_in_schema=False)

NOT_COMPLETE = Problem("", "This page was not complete. Check your answers below and send them again.")
DONE = {
    "propose_programme": "Proposed. Another board member must confirm it.",
    "confirm": "Confirmed. It counts from the next working day.",
    "drop": "Dropped. Nothing changes.",
}
STANDS = {
    "delivered": Tag(text="Delivered", colour="green"),
    "under_way": Tag(text="Under way", colour="blue"),
    "ended": Tag(text="Asked, and ended", colour="orange"),
    "not_asked": Tag(text="Not asked", colour="grey"),
}


@router.get("/programmes")
async def programme_list(request: Request, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    now = services.clock()
    on_board = _on_board(me)
    async with services.database.read() as connection:
        names = await rows.bodies(connection)
        found = [told(*each, names) for each in await in_force_today(connection, london_date(now))]
        waiting = await rows.waiting(connection) if on_board else []
        banner = await _banner(connection, me, request.query_params.get("command", ""))
    return pages.page(
        request,
        "programmes.html",
        me,
        real=[each for each in found if not each.demo],
        demo=[each for each in found if each.demo],
        on_board=on_board,
        waiting=waiting,
        banner=banner,
        as_of=now,
        definitions=DEFINITIONS,
    )


@router.get("/programmes/propose")
async def new_page(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    return await _propose_page(request, me, services, pages, "")


@router.post("/programmes/propose")
async def propose_new(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    return await _propose(request, me, services, pages, "")


@router.get("/programmes/{programme}")
async def programme_page(
    request: Request, programme: str, me: MaybeMe, services: ServicesIn, pages: PagesIn
) -> Response:
    now = services.clock()
    key, today = key_of(programme), london_date(services.clock())
    on_board = _on_board(me)
    async with services.database.read() as connection:
        names = await rows.bodies(connection)
        held = (await rows.versions(connection, key)).get(key, [])
        waiting = list(await rows.waiting(connection, key)) if on_board else []
        if not held:
            raise NoSuchProgramme
        current = in_force(held, today) or held[-1]
        shown = told(current, await rows.rollout(connection, current), names)
        why = await rows.reasons(connection, key)
        banner = await _banner(connection, me, request.query_params.get("command", ""))
    return pages.page(
        request,
        "programme.html",
        me,
        programme=shown,
        bodies=[
            {"body": each, "tag": STANDS[each.stand], "rows": _rows_at(shown.id, each.organisation)}
            for each in shown.bodies
        ],
        months=[(month_name(each.month), each.delivered) for each in shown.months],
        chart=charts.line(
            "rollout",
            "Bodies delivered to, by the end of each month",
            [short_month(each.month) for each in shown.months],
            [each.delivered for each in shown.months],
        ),
        versions=[(each, why[each.version]) for each in reversed(held)],
        begins=current.in_force_from if current.in_force_from > today else None,
        on_board=on_board,
        proposed=bool(waiting),
        banner=banner,
        as_of=now,
        definitions=DEFINITIONS,
    )


@router.get("/programmes/{programme}/bodies.csv")
async def bodies_csv(programme: str, services: ServicesIn) -> Response:
    """One body a line, with how it stands."""
    now = services.clock()
    async with services.database.read() as connection:
        names = await rows.bodies(connection)
        found = await in_force_today(connection, london_date(now), key_of(programme))
    if not found:
        raise NoSuchProgramme
    shown = told(*found[0], names)
    lines: list[list[Any]] = [
        ["programme", "version", "organisation", "name", "stand", "since", "as_of", "definitions"]
    ]
    for each in shown.bodies:
        since = each.since.isoformat() if each.since else ""
        named = [shown.id, shown.version, each.organisation, each.name]
        lines.append([*named, each.stand, since, now.isoformat(), DEFINITIONS])
    return download("programme.csv", lines)


@router.get("/programmes/{programme}/propose")
async def change_page(
    request: Request, programme: str, me: Me, services: ServicesIn, pages: PagesIn
) -> Response:
    return await _propose_page(request, me, services, pages, key_of(programme))


@router.post("/programmes/{programme}/propose")
async def propose_change(
    request: Request, programme: str, me: Me, services: ServicesIn, pages: PagesIn
) -> Response:
    return await _propose(request, me, services, pages, key_of(programme))


@router.get("/programmes/{programme}/proposal")
async def decide_page(
    request: Request, programme: str, me: Me, services: ServicesIn, pages: PagesIn
) -> Response:
    return await _decide_page(request, me, services, pages, key_of(programme))


@router.post("/programmes/{programme}/proposal")
async def decide(request: Request, programme: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    key = key_of(programme)
    for_board(me, "confirm_programme")
    typed = await read(request)
    raw = typed.answers(DECISION)
    command, proposal = typed.matching("command", COMMAND), typed.matching("proposal", VERSION)
    problems, status = (NOT_COMPLETE,), 422
    if command and proposal:
        try:
            await _edge(services).decide(me, key, raw, command=command, proposal=int(proposal), via="web")
            return to(f"/programmes?command={command}")
        except Invalid as invalid:
            problems = invalid.problems
        except NothingToConfirm:
            raise
        except Refusal as refusal:
            problems, status = (Problem("", refusal.message),), refusal.status
    return await _decide_page(request, me, services, pages, key, raw, problems, status)


# --- the two forms ------------------------------------------------------------------------------------------------


async def _propose(request: Request, me: Person, services: Services, pages: Pages, key: str) -> Response:
    for_board(me, "propose_programme")
    typed = await read(request)
    async with services.database.read() as connection:
        asked = await _questions(connection)
    raw = typed.answers(asked)
    command, seen = typed.matching("command", COMMAND), typed.matching("version", VERSION)
    problems, status = (NOT_COMPLETE,), 422
    if command and seen:
        try:
            await _edge(services).propose(me, key, raw, command=command, seen=int(seen), via="web")
            return to(f"/programmes?command={command}")
        except Invalid as invalid:
            problems = invalid.problems
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            problems, status = (Problem("", refusal.message),), refusal.status
    return await _propose_page(request, me, services, pages, key, raw, problems, status)


async def _propose_page(
    request: Request,
    me: Person,
    services: Services,
    pages: Pages,
    key: str,
    raw: Mapping[str, Any] | None = None,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
) -> Response:
    for_board(me, "propose_programme")
    async with services.database.read() as connection:
        asked = await _questions(connection)
        names = await rows.bodies(connection)
        held = (await rows.versions(connection, key)).get(key, []) if key else []
    if key and not held:
        raise NoSuchProgramme
    typed = raw if raw is not None else _as_typed(held[-1], names) if held else {}
    return pages.page(
        request,
        "programme_act.html",
        me,
        status=status,
        title=f"Change the programme {held[-1].name}" if held else "Propose a programme",
        lead="Another board member must confirm it. It then counts from the next working day; what a version counted "
        "before stays on its page.",
        about=None,
        here=f"/programmes/{key}/propose" if key else "/programmes/propose",
        button="Propose it",
        way_back=f"/programmes/{key}" if key else "/programmes",
        form=FormView(questions=asked, typed=typed, problems=problems),
        hidden={"command": new_command(), "version": held[-1].version if held else 0},
    )


async def _decide_page(
    request: Request,
    me: Person,
    services: Services,
    pages: Pages,
    key: str,
    raw: Mapping[str, Any] | None = None,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
) -> Response:
    for_board(me, "confirm_programme")
    async with services.database.read() as connection:
        row = next(iter(await rows.waiting(connection, key)), None)
        names = await rows.bodies(connection)
        if row is None:
            raise NothingToConfirm
        first_day = await next_day(connection, services.clock())
    own = row.proposed_by == me.id
    proposal = rows.as_programme(row)
    return pages.page(
        request,
        "programme_act.html",
        me,
        status=status,
        title=f"Decide on the programme {proposal.name}",
        lead=("You proposed this. Another board member must confirm it; you can drop it. " if own else "")
        + "Do not confirm a text that names anybody: it is published.",
        about={
            "programme": proposal,
            "reason": row.reason,
            "bodies": [names[each][0] if each in names else each for each in proposal.bodies],
            "proposed_at": row.proposed_at,
            "first_day": first_day,
        },
        here=f"/programmes/{key}/proposal",
        button="Send your decision",
        way_back="/programmes",
        form=FormView(questions=DECISION, typed=raw or {}, problems=problems),
        hidden={"command": new_command(), "proposal": row.id},
    )


async def _questions(connection: AsyncConnection) -> tuple[Question, ...]:
    _, clusters = await figures_read.known(connection)
    return questions(clusters)


def _as_typed(version: Programme, names: Mapping[str, tuple[str, bool]]) -> dict[str, Any]:
    return {
        "name": version.name,
        "purpose": version.purpose,
        "citation": version.citation,
        "duties": list(version.duties),
        "uses": list(version.uses),
        "cluster": version.cluster or "any",
        "bodies": [names[each][0] if each in names else each for each in version.bodies],
    }


def _rows_at(programme: str, organisation: str) -> str:
    return f"/figures/rows?figure=programme&programme={programme}&organisation={organisation}"


def _on_board(me: Person | None) -> bool:
    return me is not None and bool(set(TABLE["propose_programme"]) & set(me.roles))


async def _banner(connection: AsyncConnection, me: Person | None, command: str) -> dict[str, str] | None:
    """What became of the act this page was reached by; asked of the record, so a link cannot claim anything."""
    row = await commands.get(connection, command) if me and COMMAND.fullmatch(command) else None
    if row is None or me is None or row.actor != me.id or not row.ref.startswith("programme/"):
        return None
    what = row.act if row.act == "propose_programme" else row.body.get("decision", "")
    return {"kind": "success", "text": DONE.get(what, "")}


def _edge(services: Services) -> Programmes:
    return Programmes(services.database, services.clock)
