"""The form of an act on the directory, from drawing to done: who is away, who is deputy, who holds what (P5)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.invalid import Invalid
from api.owners import OwnerActs
from api.services import Services
from domain.questions import Problem, Question
from domain.refusals import Refusal
from store import commands
from store.directory import Person
from ui.forms import COMMAND, FormView, Typed, read
from ui.session import Pages, new_command, to

NOT_COMPLETE = "This page was not complete. Check your answers below and send them again."
DONE = {
    "set_cover": "Noted. From the first day on, tasks and messages go to whoever covers as well.",
    "end_cover": "Noted. From today nobody covers.",
    "name_deputy": "Named. The deputy acts whenever nobody else does.",
    "end_deputy": "Noted. That post has this deputy no more.",
    "appoint": "Appointed. Cases that wait for the post are told.",
    "end_post": "Noted. Cases that wait for the post are told on the day after the last one.",
    "leave": "Noted. Whatever they held ends on that day, and the cases that wait for it are told.",
    "add_person": "Added. You can appoint them now.",
}


@dataclass(frozen=True, kw_only=True)
class Form:
    """`here`: where it is sent; `back`: where leaving it leads, and where it goes when it is done."""

    title: str
    button: str
    here: str
    back: str
    caption: str
    questions: tuple[Question, ...] = ()
    lead: str = ""
    warning: str = ""


def edge(services: Services) -> OwnerActs:
    return OwnerActs(services.database, services.clock)


def draw(
    request: Request,
    pages: Pages,
    me: Person,
    form: Form,
    typed: Mapping[str, Any],
    *,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
    command: str = "",
) -> Response:
    return pages.page(
        request,
        "cover_act.html",
        me,
        status=status,
        act=form,
        form=FormView(questions=form.questions, typed=typed, problems=problems),
        hidden={"command": command or new_command()},
    )


async def take(
    request: Request,
    pages: Pages,
    me: Person,
    form: Form,
    act: Callable[[Mapping[str, Any], str], Awaitable[object]],
) -> Response:
    """Do the act, or show the same form with what was typed and why not. Not for you (403, 404) is a page of its own."""
    typed: Typed = await read(request)
    raw = typed.answers(form.questions)
    command = typed.matching("command", COMMAND)
    if not command:
        return draw(request, pages, me, form, raw, problems=(Problem("", NOT_COMPLETE),), status=422)
    try:
        await act(raw, command)
    except Invalid as invalid:  # nothing was kept, so the same command may come again
        return draw(request, pages, me, form, raw, problems=invalid.problems, status=422, command=command)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        wrong = (Problem("", refusal.message),)
        return draw(request, pages, me, form, raw, problems=wrong, status=refusal.status)
    return to(f"{form.back}?command={command}")


async def banner(connection: AsyncConnection, me: Person, command: str) -> dict[str, str] | None:
    """What became of the act this page was reached by; asked of the record, so a link cannot claim anything."""
    row = await commands.get(connection, command) if COMMAND.fullmatch(command) else None
    if row is None or row.actor != me.id or row.ref != OwnerActs.kept_under:
        return None
    return {"kind": "success", "text": DONE.get(row.act, "")}
