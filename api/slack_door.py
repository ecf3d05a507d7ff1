"""The door for Slack (§9, S4): what comes in is Slack's, is fresh, is for this app, and only then is it read.

The signature is checked on the raw body before anything is parsed. Slack gives three seconds; here it is answered
after at most one transaction, and never after the engine: what takes longer is done when the answer is out.
"""

import re
from collections.abc import Awaitable, Callable
from typing import Any, cast
from urllib.parse import parse_qsl

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from slack_sdk.signature import Clock, SignatureVerifier
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException

from activities.slack_answers import SlackTrouble, answered
from activities.slack_blocks import Block
from activities.slack_buttons import ACT
from api import slack_acts as acts
from api.services import Services, ServicesIn, SlackSettings
from api.slack_find import found
from api.slack_home import home_view
from api.slack_modals import sentence
from api.slack_people import link_for, linked, still_a_member
from api.slack_replies import Click, whisper, whisper_blocks
from api.strict import Unreadable, parse
from domain.slack_accounts import why_not
from store import slack_links
from store.slack_links import Account

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)

MOST_FIELDS = 40
MOST_KEYS = 5_000  # Slack sends the whole window back, each box of it in some twenty keys
ID = re.compile(r"[A-Z0-9]{1,20}")


class Turned(Exception):
    """Turned away at the door, with a fixed sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.answer = PlainTextResponse(
            sentence, status, headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        )


NOT_HERE = (404, "Slack is not set up here.")
NOT_SLACK = (401, "Not signed by Slack.")
NOT_READ = (400, "This cannot be read.")
NOT_OURS = (403, "This is for another app or another workspace.")


@router.post("/slack/interactions")
async def interactions(request: Request, own: ServicesIn) -> Response:
    """Buttons and forms."""
    try:
        slack, body = await _checked(request, own)
        payload = _json(_form(request, body).get("payload", "").encode())
        click = _click(slack, payload)
    except Turned as turned:
        return turned.answer
    match payload.get("type"):
        case "block_actions":
            value = _value(payload)
            return _ack(None, lambda: acts.pressed(own, slack, click, value)) if value else _ack()
        case "view_submission":
            kept = await acts.sent(own, click, _dict(payload.get("view")))
            return (
                _ack(kept.answer, lambda: _after(own, slack, click, kept))
                if kept.carried
                else _ack(kept.answer)
            )
        case _:  # a window was closed
            return _ack()


@router.post("/slack/commands")
async def commands(request: Request, own: ServicesIn) -> Response:
    """`/sharecase` and what follows it."""
    try:
        slack, body = await _checked(request, own)
        given = _form(request, body)
        if "command" not in given:
            raise Turned(*NOT_READ)
        user = {"id": given.get("user_id"), "username": given.get("user_name")}
        team = {"id": given.get("team_id"), "domain": given.get("team_domain")}
        click = _click(slack, {**given, "user": user, "team": team})
    except Turned as turned:
        return turned.answer
    return _ack(None, lambda: _look_up(own, slack, click, given.get("text", "")))


@router.post("/slack/events")
async def events(request: Request, own: ServicesIn) -> Response:
    """The app's own page was opened; somebody's account has changed."""
    try:
        slack, body = await _checked(request, own)
        told = _json(body)
        if told.get("type") == "url_verification":
            return PlainTextResponse(str(told.get("challenge", ""))[:200])
        event = _dict(told.get("event"))
        if event.get("type") not in ("app_home_opened", "user_change"):
            return _ack()
        changed = _dict(event.get("user"))
        user = {"id": changed.get("id") or event.get("user")}
        click = _click(slack, {**told, "user": user, "team": {"id": told.get("team_id")}})
    except Turned as turned:
        return turned.answer
    if event.get("type") == "user_change" and why_not(changed, click.account.team):
        async with own.database.write() as connection:
            await slack_links.unlink(connection, click.account.team, click.account.user)
    if event.get("type") == "app_home_opened" and event.get("tab", "home") == "home":
        return _ack(None, lambda: show_home(own, slack, click.account))
    return _ack()


# --- who knocks ------------------------------------------------------------------------------------------------


async def _checked(request: Request, own: Services) -> tuple[SlackSettings, bytes]:
    """The raw body, once its signature holds. Raises `Turned`."""
    if own.slack is None:
        raise Turned(*NOT_HERE)
    try:
        body = await request.body()
    except HTTPException as error:  # too much of it
        raise Turned(error.status_code, str(error.detail)) from None
    stamp = request.headers.get("x-slack-request-timestamp")
    signature = request.headers.get("x-slack-signature")
    clock = _Now(own.clock().timestamp())
    if not any(_holds(secret, clock, body, stamp, signature) for secret in own.slack.secrets):
        raise Turned(*NOT_SLACK)
    return own.slack, body


class _Now(Clock):
    def __init__(self, at: float) -> None:
        self.at = at

    def now(self) -> float:
        return self.at


def _holds(secret: str, clock: Clock, body: bytes, stamp: str | None, signature: str | None) -> bool:
    """Signed with this secret within five minutes. Slack's own verifier raises on headers that are not Slack's."""
    try:
        return SignatureVerifier(secret, clock).is_valid(body, stamp, signature)
    except Exception:
        return False


def _click(slack: SlackSettings, told: dict[str, Any]) -> Click:
    """Who clicked and where answers go. Raises `Turned` for another app's, or another workspace's."""
    user, team = _dict(told.get("user")), _dict(told.get("team"))
    workspace, who = _word(team.get("id") or user.get("team_id")), _word(user.get("id"))
    if not ID.fullmatch(workspace) or not ID.fullmatch(who):
        raise Turned(*NOT_READ)
    if (slack.team and workspace != slack.team) or (slack.app and told.get("api_app_id") != slack.app):
        raise Turned(*NOT_OURS)
    at_home = _word(user.get("team_id")) or workspace
    return Click(
        is_stranger=at_home != workspace and not told.get("enterprise"),
        account=Account(
            team=workspace,
            user=who,
            workspace=_word(team.get("domain"))[:80],
            handle=_word(user.get("username") or user.get("name"))[:80],
        ),
        trigger=_word(told.get("trigger_id"))[:200],
        reply=_word(told.get("response_url"))[:500],
        view=_word(_dict(told.get("view")).get("id"))[:40],
    )


# --- what it says ----------------------------------------------------------------------------------------------


def _form(request: Request, body: bytes) -> dict[str, str]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if kind != "application/x-www-form-urlencoded":
            raise ValueError(kind)
        text = body.decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Turned(*NOT_READ) from None
    return dict(pairs)


def _json(body: bytes) -> dict[str, Any]:
    try:
        told = parse(body, most_keys=MOST_KEYS)
    except Unreadable:
        raise Turned(*NOT_READ) from None
    if not isinstance(told, dict):
        raise Turned(*NOT_READ)
    return cast(dict[str, Any], told)


def _value(payload: dict[str, Any]) -> str:
    """What a button of ours carries; '' for one that only leads to a page."""
    pressed: Any = payload.get("actions")
    first = _dict(cast(list[Any], pressed)[0]) if isinstance(pressed, list) and pressed else {}
    ours = _word(first.get("action_id")).startswith(f"{ACT}:")
    return _word(first.get("value"))[:200] if ours else ""


def _dict(given: object) -> dict[str, Any]:
    return cast(dict[str, Any], given) if isinstance(given, dict) else {}


def _word(given: object) -> str:
    return given if isinstance(given, str) else ""


# --- what is done when Slack has its answer --------------------------------------------------------------------


def _ack(body: dict[str, Any] | None = None, after: Callable[[], Awaitable[None]] | None = None) -> Response:
    """200, at once. `after` runs when it is out; the server waits for it before it stops."""
    task = BackgroundTask(_quietly, after) if after else None
    if body is None:
        return Response(status_code=200, background=task)
    return JSONResponse(body, background=task)


async def _quietly(after: Callable[[], Awaitable[None]]) -> None:
    try:
        await after()
    except SlackTrouble as trouble:
        log.warning("slack.afterwards", because=str(trouble))
    except Exception:
        log.exception("slack.afterwards_failed")


async def _after(own: Services, slack: SlackSettings, click: Click, kept: acts.Kept) -> None:
    await acts.bring(own, slack, click, kept)
    await show_home(own, slack, click.account)


async def _look_up(own: Services, slack: SlackSettings, click: Click, text: str) -> None:
    try:
        person = await acts.who(own, slack, click)
    except acts.Refused as refused:
        await whisper(slack, click, refused.text, refused.link, refused.words)
        return
    said, blocks = await found(own, person, text)
    await whisper_blocks(slack, click, said, blocks)


async def show_home(own: Services, slack: SlackSettings, account: Account) -> None:
    """The app's own page in Slack, as it should look now to whoever this account belongs to."""
    known = await linked(own, account)
    if known is None:
        link = await link_for(own, account)
        view = _home_saying(sentence(acts.NOT_LINKED, link, acts.LINK_WORDS))
    elif because := await still_a_member(own, slack, account, known):
        view = _home_saying(sentence(because))
    else:
        view = await home_view(own, known.person)
    client: Any = slack.client
    await answered(client.views_publish(user_id=account.user, view=view))


def _home_saying(blocks: list[Block]) -> dict[str, Any]:
    return {"type": "home", "blocks": blocks}
