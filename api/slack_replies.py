"""What Slack is told back, to the one person who clicked and to nobody else (§9)."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import structlog
from slack_sdk.webhook.async_client import AsyncWebhookClient

from activities.slack_answers import SlackTrouble, answered
from activities.slack_blocks import Block, escape
from api.services import Services, SlackSettings
from api.slack_modals import saying
from store.slack_links import Account

log = structlog.get_logger()

SECONDS = 5
HOOKS = frozenset({"hooks.slack.com", "hooks.slack-gov.com"})


@dataclass(frozen=True, kw_only=True)
class Click:
    """Where an answer to a click, a command or a form can go. `reply`: Slack's address for answers, for half an hour.

    `trigger`: what a modal may be opened with, for three seconds. `view`: the modal that was sent. `is_stranger`: of
    another workspace, in a channel that two share.
    """

    account: Account
    is_stranger: bool = False
    trigger: str = ""
    reply: str = ""
    view: str = ""


def case_link(own: Services, ref: str, act: str = "", task: str = "") -> str:
    link = f"{own.site.public_url.rstrip('/')}/cases/{ref}"
    if not act:
        return link
    return f"{link}/acts/{act}?task={task}" if task else f"{link}/acts/{act}"


async def whisper(slack: SlackSettings, click: Click, text: str, link: str = "", words: str = "") -> None:
    """Tell the clicker alone, never the channel. `link`, `words`: where to go on. It may fail; nothing depends on it."""
    sentence = f"{escape(text)} <{escape(link)}|{words or 'Open the case'}>" if link else escape(text)
    section = {"type": "section", "text": {"type": "mrkdwn", "text": sentence}}
    await whisper_blocks(slack, click, text, [section])


async def whisper_blocks(slack: SlackSettings, click: Click, text: str, blocks: list[Block]) -> None:
    """By the address Slack gave for answers; without one (the app's own page) as a small window."""
    try:
        if _is_slacks(slack, click.reply):
            webhook = AsyncWebhookClient(
                click.reply, timeout=SECONDS, ssl=slack.client.ssl, proxy=slack.client.proxy
            )
            sent = await answered(
                webhook.send(
                    text=escape(text), blocks=blocks, response_type="ephemeral", replace_original=False
                )
            )
            if sent.status_code != 200:
                log.warning("slack.not_told", because=sent.status_code)
        elif click.trigger:
            await open_view(slack, click, saying("Sharecase", blocks))
    except SlackTrouble as trouble:
        log.warning("slack.not_told", because=str(trouble))


async def open_view(slack: SlackSettings, click: Click, view: dict[str, Any]) -> None:
    """Raises `SlackTrouble`: three seconds after the click it is too late."""
    await answered(_client(slack).views_open(trigger_id=click.trigger, view=view))


async def tell_afterwards(slack: SlackSettings, click: Click, text: str, link: str) -> None:
    """What became of an act that was recorded before it was decided: in its window, or where that is closed, directly."""
    words = f"{escape(text)} <{escape(link)}|Open the case>"
    blocks: list[Block] = [{"type": "section", "text": {"type": "mrkdwn", "text": words}}]
    try:
        await answered(_client(slack).views_update(view_id=click.view, view=saying("Not done", blocks)))
        return
    except SlackTrouble:
        pass  # they closed it
    try:
        await answered(
            _client(slack).chat_postMessage(
                channel=click.account.user, text=escape(text), blocks=blocks, unfurl_links=False
            )
        )
    except SlackTrouble as trouble:
        log.warning("slack.not_told", because=str(trouble))


def _client(slack: SlackSettings) -> Any:
    return slack.client  # its methods are only half typed


def _is_slacks(slack: SlackSettings, address: str) -> bool:
    """Whether an address for answers is one of Slack's, or of whatever stands in its place here."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.scheme == "https" and parts.hostname in HOOKS:
        return True
    ours = urlsplit(slack.client.base_url)
    return bool(address) and (parts.scheme, parts.netloc) == (ours.scheme, ours.netloc)
