"""The form of an act on a service, from drawing to done (P3)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.invalid import Invalid
from api.service_acts import KEPT_UNDER, ServiceActs
from api.services import Services
from domain.questions import Problem
from domain.refusals import Refusal
from store import commands
from store.directory import Person
from ui.forms import COMMAND, VERSION, FormView, read
from ui.owners_act import NOT_COMPLETE, Form
from ui.session import Pages, new_command, to

DONE = {
    "add_service": "Kept as a draft. Nobody else sees it until you open it.",
    "change_service": "Saved. The page says so from now on; what it said before is below.",
    "open_service": "Open. Everybody finds it in the service directory now.",
    "pause_service": "Paused. It stays in the directory and says that it is paused.",
    "withdraw_service": "Withdrawn. Its page stays and says why.",
    "bind_service": "Chosen. Tokens of the grant name it from the next one on.",
}


@dataclass(frozen=True, kw_only=True)
class Act(Form):
    """`now`: what stands there when it is opened; `seen`: the version it is drawn from, 0 for none. `links`: (text, href)."""

    now: Mapping[str, Any] = field(default_factory=dict[str, Any])
    seen: int = 0
    links: tuple[tuple[str, str], ...] = ()
    up: str = ""  # where leaving it leads, where that is not where it goes when it is done


def edge(services: Services) -> ServiceActs:
    return ServiceActs(services.database, services.clock, here=services.site.embedded)


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
    seen: int = 0,
    banner: Mapping[str, str] | None = None,
) -> Response:
    hidden = {"command": command or new_command()}
    if act.seen:
        hidden["seen"] = str(seen or act.seen)
    form = FormView(questions=act.questions, typed=act.now if typed is None else typed, problems=problems)
    return pages.page(
        request, "exchange_act.html", me, status=status, act=act, form=form, hidden=hidden, banner=banner
    )


async def take(
    request: Request,
    pages: Pages,
    me: Person,
    opened: Callable[[], Awaitable[Act]],
    do: Callable[[Mapping[str, Any], int, str], Awaitable[str | None]],
) -> Response:
    """Do the act, or show the form again with what was typed and why not.

    `opened`: the form as it stands, asked again where somebody was faster. `do`: (what was typed, the version seen, the
    command) -> where to go then, None for where the form leads back.
    """
    act, typed = await opened(), await read(request)
    raw, command = typed.answers(act.questions), typed.matching("command", COMMAND)
    seen = int(typed.matching("seen", VERSION) or 0)
    if not command or (act.seen and not seen):
        return draw(request, pages, me, act, raw, problems=(Problem("", NOT_COMPLETE),), status=422)
    try:
        there = await do(raw, seen, command)
    except Invalid as invalid:  # nothing was kept, so the same command may come again
        return draw(
            request, pages, me, act, raw, problems=invalid.problems, status=422, command=command, seen=seen
        )
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        wrong = (Problem("", refusal.message),)
        return draw(request, pages, me, await opened(), raw, problems=wrong, status=refusal.status)
    return to(f"{there or act.back}?command={command}")


async def banner(connection: AsyncConnection, me: Person | None, request: Request) -> dict[str, str] | None:
    """What became of the act this page was reached by; asked of the record, so a link cannot claim anything."""
    command = request.query_params.get("command", "")
    row = await commands.get(connection, command) if me and COMMAND.fullmatch(command) else None
    if me is None or row is None or row.actor != me.id or row.ref != KEPT_UNDER or row.act not in DONE:
        return None
    return {"kind": "success", "text": DONE[row.act]}
