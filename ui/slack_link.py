"""Whose Slack account is whose: a signed-in person opens a link that only that account was shown (§9)."""

from fastapi import APIRouter, Request, Response

from api.services import Services, ServicesIn, SlackSettings
from api.slack_people import SlackLinks
from domain.refusals import NoSuchCase
from domain.slack_accounts import SlackLinkOver
from store import commands, slack_links
from ui.forms import COMMAND, Typed, read
from ui.session import Me, PagesIn, new_command, to

router = APIRouter(include_in_schema=False)

DONE = {
    "link_slack": "Your Slack account is linked. Go back to Slack and press the button again.",
    "unlink_slack": "Your Slack account is unlinked. Nobody acts for you from there any more.",
}


@router.get("/slack-link/{code}")
async def look(request: Request, code: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    """Which account it is, before it is said to be one's own."""
    _slack(services)
    async with services.database.read() as connection:
        row = await slack_links.code(connection, code, services.clock())
    if row is None:
        raise SlackLinkOver
    return pages.page(request, "slack_link.html", me, account=row, code=code, command=new_command())


@router.post("/slack-link/{code}")
async def link(request: Request, code: str, me: Me, services: ServicesIn) -> Response:
    slack, command = _slack(services), _command(await read(request))
    await SlackLinks(services, slack).link(me, code, command=command)
    return to(f"/settings/slack?command={command}")


@router.get("/settings/slack")
async def mine(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    command = request.query_params.get("command", "")
    async with services.database.read() as connection:
        links = await slack_links.of_person(connection, me.id)
        row = await commands.get(connection, command) if COMMAND.fullmatch(command) else None
    done = DONE.get(row.act, "") if row and row.actor == me.id else ""
    return pages.page(
        request,
        "slack_settings.html",
        me,
        links=links,
        is_set_up=services.slack is not None,
        banner={"kind": "success", "text": done} if done else None,
        command=new_command(),
    )


@router.post("/settings/slack/unlink")
async def unlink(request: Request, me: Me, services: ServicesIn) -> Response:
    slack, typed = _slack(services), await read(request)
    command = _command(typed)
    links = SlackLinks(services, slack)
    await links.unlink(me, typed.one("team")[:20], typed.one("user")[:20], command=command)
    return to(f"/settings/slack?command={command}")


def _slack(services: Services) -> SlackSettings:
    """Raises `NoSuchCase` where this installation has no Slack."""
    if services.slack is None:
        raise NoSuchCase
    return services.slack


def _command(typed: Typed) -> str:
    return typed.matching("command", COMMAND) or new_command()
