"""Forms by which the directory is kept: drawn with what stands now, taken once, and told when somebody was faster."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi import HTTPException, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.directory_acts import DirectoryActs
from api.directory_import import DirectoryImport
from api.invalid import Invalid
from api.services import Services
from domain.questions import Problem
from domain.refusals import NoSuchCase, Refusal
from store import commands
from store.directory import Person
from ui.forms import COMMAND, FormView, read
from ui.owners_act import NOT_COMPLETE, Form
from ui.session import Pages, new_command, to

SEEN = re.compile(r"[0-9a-f]{16}")
MOST_WORDS = 80  # characters that are searched for
DONE = {
    "add_body": "Added. Add its teams, and appoint its people.",
    "change_body": "Saved. Cases that are open keep what they began with.",
    "add_team": "Added. Appoint its people, and name two contacts.",
    "change_team": "Saved. Messages go to its channel from the next one on.",
    "change_person": "Saved.",
    "name_contacts": "Noted. From today this is who can be reached.",
    "add_holiday": "Added. Deadlines that still run are worked out again within a minute.",
    "import_directory": "Done. All of the file is in the directory.",
}


@dataclass(frozen=True, kw_only=True)
class Act(Form):
    """`now`: what stands there, as the form is filled when it is opened; `seen`: what that was drawn from."""

    now: Mapping[str, Any]
    seen: str = ""


def edge(services: Services) -> DirectoryActs:
    return DirectoryActs(services.database, services.clock, test=services.site.embedded)


def importing(services: Services) -> DirectoryImport:
    return DirectoryImport(services.database, services.clock, test=services.site.embedded)


def draw(
    request: Request,
    pages: Pages,
    me: Person,
    act: Act,
    typed: Mapping[str, Any] | None = None,
    *,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
    command: str = "",
) -> Response:
    hidden = {"command": command or new_command()} | ({"seen": act.seen} if act.seen else {})
    form = FormView(questions=act.questions, typed=act.now if typed is None else typed, problems=problems)
    return pages.page(request, "cover_act.html", me, status=status, act=act, form=form, hidden=hidden)


async def take(
    request: Request,
    pages: Pages,
    me: Person,
    opened: Callable[[], Awaitable[Act]],
    do: Callable[[Mapping[str, Any], str, str], Awaitable[str | None]],
) -> Response:
    """Do the act, or show the form again with what was typed and why not.

    `opened`: the form as it stands, asked again where somebody was faster. `do`: (what was typed, what was seen, the
    command) -> where to go then, None for where the form leads back.
    """
    act, typed = await opened(), await read(request)
    raw, seen = typed.answers(act.questions), typed.matching("seen", SEEN)
    command = typed.matching("command", COMMAND)
    if not command or (act.seen and not seen):
        return draw(request, pages, me, act, raw, problems=(Problem("", NOT_COMPLETE),), status=422)
    try:
        there = await do(raw, seen, command)
    except Invalid as invalid:  # nothing was kept, so the same command may come again
        return draw(request, pages, me, act, raw, problems=invalid.problems, status=422, command=command)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        wrong = (Problem("", refusal.message),)
        return draw(request, pages, me, await opened(), raw, problems=wrong, status=refusal.status)
    return to(f"{there or act.back}?command={command}")


async def banner(connection: AsyncConnection, me: Person, command: str) -> dict[str, str] | None:
    """What became of the act this page was reached by; asked of the record, so a link cannot claim anything."""
    row = await commands.get(connection, command) if COMMAND.fullmatch(command) else None
    if row is None or row.actor != me.id or row.ref != DirectoryActs.kept_under or row.act not in DONE:
        return None
    return {"kind": "success", "text": DONE[row.act]}


def words_of(request: Request) -> str:
    """What is searched for."""
    text = request.query_params.get("q", "")
    if not text.isprintable():
        raise HTTPException(422)
    return " ".join(text.split())[:MOST_WORDS]


def after_of(request: Request) -> str:
    """Where a list goes on: the id it ended with."""
    after = request.query_params.get("after", "")
    if after and not ID.fullmatch(after):
        raise HTTPException(422)
    return after


ID = re.compile(r"[A-Za-z0-9._-]{1,80}")


def an_id(text: str) -> str:
    """An id out of an address. What cannot be one is not looked up: no store likes every character."""
    if not ID.fullmatch(text):
        raise NoSuchCase
    return text


def address(path: str, words: str) -> str:
    return f"{path}?q={quote(words)}" if words else path
