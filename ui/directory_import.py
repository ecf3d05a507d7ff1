"""The directory out of a file: brought, looked at, and only then done, as a whole (G1). Works without a script.

The file waits on our side for a day, so that looking at it again shows what it would do to the directory as it is then.
"""

import re

from fastapi import APIRouter, HTTPException, Request, Response

from api.directory_import import Waiting
from api.owners import keeps
from api.services import Services, ServicesIn
from domain import directory_rows
from domain.directory_plan import ADD, CHANGE, SAME, totals
from domain.directory_rows import COLUMNS, KINDS, MEANS
from domain.directory_table import MOST_ROWS, TOO_LARGE, text_of
from domain.imports import CannotRead
from domain.questions import Problem, Question
from domain.refusals import NoSuchCase, Refusal
from store.directory import Person
from ui import csv_files
from ui.directory_act import importing
from ui.forms import COMMAND, FormView, read
from ui.owners_act import NOT_COMPLETE
from ui.session import Me, Pages, PagesIn, new_command, to
from ui.uploads import read_upload

router = APIRouter(include_in_schema=False)

HERE = "/directory/import"
SHOWN = 200  # lines that are added or changed and listed; what has to be mended is listed whole
FILE = Question(id="file", label="The file", ask="Choose a file, or paste its rows")
DIGEST = re.compile(r"[0-9a-f]{64}")
PLURAL = {
    directory_rows.BODY: "Bodies",
    directory_rows.TEAM: "Teams",
    directory_rows.PERSON: "People",
    directory_rows.POST: "Posts",
    directory_rows.CONTACT: "Contacts",
    directory_rows.HOLIDAY: "Bank holidays",
}
EXAMPLES: dict[str, dict[str, str]] = {
    directory_rows.BODY: {
        "id": "hull", "name": "Hull City Council", "type": "unitary council", "nation": "england-and-wales",
        "status": "public", "tiny": "no", "test": "no", "identifiers": "ons=E06000010",
    },
    directory_rows.TEAM: {
        "id": "hull-housing", "name": "Housing options", "body": "hull", "cluster": "human-services",
        "slack_channel": "#hull-housing",
    },
    directory_rows.PERSON: {"name": "Alex Example", "email": "alex.example@hull.example"},
    directory_rows.POST: {
        "email": "alex.example@hull.example", "role": "risk_owner", "body": "hull", "team": "hull-housing",
        "from": "2027-01-04",
    },
    directory_rows.CONTACT: {"email": "alex.example@hull.example", "team": "hull-housing"},
    directory_rows.HOLIDAY: {"nation": "scotland", "date": "2027-06-14", "name": "A proclaimed day"},
}  # fmt: skip


@router.get("/directory/import")
async def choose(request: Request, me: Me, pages: PagesIn) -> Response:
    keeps(me)
    return _draw(request, me, pages)


@router.post("/directory/import")
async def bring(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    """Keep the file for a day and show what it would do. Nothing of it is done."""
    keeps(me)
    pasted = ""
    try:
        sent = await read_upload(request, TOO_LARGE)
        pasted, command = sent.boxes.get("pasted", ""), sent.boxes.get("command", "")
        if not COMMAND.fullmatch(command):
            raise CannotRead(NOT_COMPLETE)
        if not sent.content and not pasted.strip():
            raise CannotRead(f"{FILE.ask}.")
        file = text_of(sent.content or pasted.encode("utf-8", "surrogatepass"))
        number = await importing(services).bring(me, sent.name or "Pasted rows", file, command=command)
    except CannotRead as why:
        status = 413 if TOO_LARGE in why.sentences else 422
        return _draw(request, me, pages, pasted=pasted, why=why.sentences, status=status)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        return _draw(request, me, pages, pasted=pasted, why=(refusal.message,), status=refusal.status)
    return to(f"{HERE}/{number}")


@router.get("/directory/import/{number}")
async def look(request: Request, number: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    keeps(me)
    return await _look(request, services, pages, me, number)


@router.post("/directory/import/{number}")
async def do(request: Request, number: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    """All of the file, if it does what was looked at; else it is shown again (409)."""
    keeps(me)
    typed = await read(request)
    command, digest = typed.matching("command", COMMAND), typed.matching("digest", DIGEST)
    if not command or not digest:
        return await _look(request, services, pages, me, number, why=NOT_COMPLETE, status=422)
    try:
        await importing(services).do(me, _number(number), digest, command=command, via="web")
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        return await _look(request, services, pages, me, number, why=refusal.message, status=refusal.status)
    return to(f"/directory?command={command}")


@router.get("/directory/template.csv")
async def template(request: Request, me: Me) -> Response:
    """The header of one kind of row with an example."""
    keeps(me)
    kind = request.query_params.get("kind", "")
    if kind not in KINDS:
        raise NoSuchCase
    columns = ("kind", *COLUMNS[kind])
    cells = {"kind": kind, **EXAMPLES[kind]}
    text = csv_files.written([columns, [cells.get(column, "") for column in columns]])
    return Response(
        "\ufeff" + text,
        media_type=csv_files.MEDIA_TYPE,
        headers=csv_files.headers(f"{kind}.csv", public=False),
    )


@router.get("/directory/export.csv")
async def export(request: Request, me: Me, services: ServicesIn) -> Response:
    """The directory as it stands; brought in again, it changes nothing. `kind`: only such rows."""
    keeps(me)
    kind = request.query_params.get("kind", "")
    if kind not in ("", *KINDS):
        raise HTTPException(422)
    rows = await importing(services).export((kind,) if kind else KINDS)
    return Response(
        "\ufeff" + csv_files.written(rows),
        media_type=csv_files.MEDIA_TYPE,
        headers=csv_files.headers(f"directory{'-' + kind if kind else ''}.csv", public=False),
    )


# --- what is shown ------------------------------------------------------------------------------------------------


def _draw(
    request: Request,
    me: Person,
    pages: Pages,
    *,
    pasted: str = "",
    why: tuple[str, ...] = (),
    status: int = 200,
) -> Response:
    problems = tuple(Problem("file", each) for each in why)
    return pages.page(
        request,
        "directory_import.html",
        me,
        status=status,
        form=FormView(questions=(FILE,), problems=problems),
        pasted=pasted,
        kinds=[(kind, PLURAL[kind], COLUMNS[kind]) for kind in KINDS],
        means=MEANS,
        most=MOST_ROWS,
        command=new_command(),
    )


async def _look(
    request: Request,
    services: Services,
    pages: Pages,
    me: Person,
    number: str,
    *,
    why: str = "",
    status: int = 200,
) -> Response:
    found: Waiting = await importing(services).look(me, _number(number))
    plan = found.plan
    return pages.page(
        request,
        "directory_look.html",
        me,
        status=status,
        form=FormView(questions=(), problems=(Problem("", why),) if why else ()),
        found=found,
        plan=plan,
        totals=totals(plan, KINDS) if plan else [],
        plural=PLURAL,
        bad=len(plan.bad_lines) if plan else 0,
        faults=plan.faults if plan else (),
        changed=plan.of(CHANGE)[:SHOWN] if plan else (),
        added=plan.of(ADD)[:SHOWN] if plan else (),
        many={verb: len(plan.of(verb)) for verb in (ADD, CHANGE, SAME)} if plan else {},
        shown=SHOWN,
        hidden={"command": new_command(), "digest": plan.digest} if plan else {},
    )


def _number(text: str) -> str:
    if not COMMAND.fullmatch(text):
        raise NoSuchCase
    return text
