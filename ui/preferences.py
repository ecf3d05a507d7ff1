"""What I am told in Slack, and when: news, quiet hours, gathering, the morning digest (§9)."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from api.invalid import Invalid
from api.preferences import PreferenceActs
from api.services import ServicesIn
from domain import preferences as rules
from domain.questions import Problem
from domain.refusals import Refusal
from store import commands, preferences
from store.directory import Person
from ui.forms import COMMAND, FormView, read
from ui.owners_act import NOT_COMPLETE
from ui.session import Me, Pages, PagesIn, new_command, to

router = APIRouter(include_in_schema=False)

HERE = "/settings/notifications"


@router.get(HERE)
async def see(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    async with services.database.read() as connection:
        mine = await preferences.of(connection, me.id, services.clock())
        on_slack = await preferences.is_on_slack(connection, me.id)
        command = request.query_params.get("command", "")
        row = await commands.get(connection, command) if COMMAND.fullmatch(command) else None
    done = row is not None and row.actor == me.id and row.act == "set_preferences"
    banner = {"kind": "success", "text": "Saved. It counts from now on."} if done else None
    return _draw(request, pages, me, rules.as_typed(mine), on_slack=on_slack, banner=banner)


@router.post(HERE)
async def save(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    typed = await read(request)
    raw = typed.answers(rules.QUESTIONS)
    command = typed.matching("command", COMMAND)
    async with services.database.read() as connection:
        on_slack = await preferences.is_on_slack(connection, me.id)
    if not command:
        wrong = (Problem("", NOT_COMPLETE),)
        return _draw(request, pages, me, raw, on_slack=on_slack, problems=wrong, status=422)
    acts = PreferenceActs(services.database, services.clock)
    try:
        await acts.set_preferences(me, raw, command=command, via="web")
    except Invalid as invalid:  # nothing was kept, so the same command may come again
        return _draw(
            request,
            pages,
            me,
            raw,
            on_slack=on_slack,
            problems=invalid.problems,
            status=422,
            command=command,
        )
    except Refusal as refusal:
        wrong = (Problem("", refusal.message),)
        return _draw(request, pages, me, raw, on_slack=on_slack, problems=wrong, status=refusal.status)
    return to(f"{HERE}?command={command}")


def _draw(
    request: Request,
    pages: Pages,
    me: Person,
    typed: Mapping[str, Any],
    *,
    on_slack: bool,
    banner: Mapping[str, str] | None = None,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
    command: str = "",
) -> Response:
    return pages.page(
        request,
        "preferences.html",
        me,
        status=status,
        form=FormView(questions=rules.QUESTIONS, typed=typed, problems=problems),
        hidden={"command": command or new_command()},
        here=HERE,
        slack=pages.services.site.slack,
        on_slack=on_slack,
        banner=banner,
    )
