"""Who clicks in Slack: the person who linked that account, as long as Slack says it is a full member (§9, S4)."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.slack_answers import Declined, SlackTrouble, answered
from api.services import Services, SlackSettings
from domain import slack_accounts as rules
from domain.refusals import NoSuchCase
from domain.slack_accounts import (
    NotASlackMember,
    OneSlackAccountOnly,
    SlackAccountTaken,
    SlackIsSilent,
    SlackLinkOver,
)
from domain.working_days import london_date
from store import commands, directory, slack_links, tables
from store.commands import Received
from store.database import one_at_a_time
from store.directory import Person
from store.slack_links import Account

log = structlog.get_logger()

LINKING = "slack"  # what acts on links are kept under: they travel to no case
TRY_AGAIN = (
    "Slack does not answer us at the moment, so we could not check your account. "
    "Try again in a few minutes, or use Sharecase on the web."
)
SWITCHED_OFF = frozenset({"user_not_found", "user_not_visible", "users_not_found"})


@dataclass(frozen=True, kw_only=True)
class Linked:
    """Somebody who clicked, and when Slack last said who they are there."""

    person: Person
    checked_at: datetime

    def is_trusted(self, now: datetime) -> bool:
        return now - self.checked_at <= rules.TRUSTED_FOR


async def linked(own: Services, account: Account) -> Linked | None:
    """The person an account belongs to, with today's posts; None when nobody has linked it."""
    async with own.database.read() as connection:
        return await linked_by(connection, account, own.clock())


async def linked_by(connection: AsyncConnection, account: Account, now: datetime) -> Linked | None:
    row = await slack_links.of_account(connection, account.team, account.user, now)
    person = await directory.person(connection, row.person, london_date(now)) if row else None
    return Linked(person=person, checked_at=row.checked_at) if row and person else None


async def still_a_member(own: Services, slack: SlackSettings, account: Account, found: Linked) -> str:
    """'' while the account may act, else the sentence for its owner. Slack is asked once a day; a no unlinks."""
    now = own.clock()
    if now - found.checked_at < rules.CHECK_AFTER:
        return ""
    try:
        because = await asked(slack, account)
    except SlackTrouble as trouble:
        log.warning("slack.cannot_check", because=str(trouble))
        return "" if found.is_trusted(now) else TRY_AGAIN
    async with own.database.write() as connection:
        if because:
            await slack_links.unlink(connection, account.team, account.user)
        else:
            await slack_links.checked(connection, account.team, account.user, now)
    return because


async def asked(slack: SlackSettings, account: Account) -> str:
    """What Slack says of an account: '' for a full member, else why not. Raises `SlackTrouble` when it says nothing."""
    try:
        # As a form: the client's own method uses GET, which not every server answers.
        call: Any = slack.client.api_call("users.info", data={"user": account.user})  # pyright: ignore[reportUnknownMemberType]
        response = await answered(call)
    except Declined as declined:
        if declined.error in SWITCHED_OFF:
            return rules.WHY_NOT["deleted"]
        raise
    return rules.why_not(response.get("user") or {}, account.team)


async def link_for(own: Services, account: Account) -> str:
    """The address of a fresh single-use link, to be shown to this account and nobody else."""
    code = secrets.token_urlsafe(32)
    async with own.database.write() as connection:
        await slack_links.keep_code(connection, code, account, own.clock())
    return f"{own.site.public_url.rstrip('/')}/slack-link/{code}"


class SlackLinks:
    """Linking and unlinking, by a signed-in person alone; kept like every act outside a case (G6)."""

    def __init__(self, own: Services, slack: SlackSettings) -> None:
        self.own = own
        self.slack = slack

    async def link(self, person: Person, code: str, *, command: str) -> None:
        """Raises the refusals of `domain.slack_accounts`, and `SameCommandOtherBody`; then nothing has changed."""
        told = self._told(person, "link_slack", {"code": slack_links.hashed(code)}, command)
        async with self.own.database.read() as connection:
            if await commands.is_repeat(connection, told):
                return
            row = await slack_links.code(connection, code, told.received_at)
        if row is None:
            raise SlackLinkOver
        try:
            because = await asked(self.slack, Account(team=row.team_id, user=row.user_id))
        except SlackTrouble as trouble:
            log.warning("slack.cannot_check", because=str(trouble))
            raise SlackIsSilent from None
        if because:
            raise NotASlackMember(because=because.removesuffix("."))
        async with self.own.database.write() as connection:
            if await commands.is_repeat(connection, told):
                return
            await one_at_a_time(connection, tables.slack_links)
            if not await slack_links.use_code(connection, code, person.id, told.received_at):
                raise SlackLinkOver
            held_by = await slack_links.holder(connection, row.team_id, row.user_id)
            if held_by not in (None, person.id):
                raise SlackAccountTaken
            mine = await slack_links.of_person(connection, person.id)
            if any(each.team_id == row.team_id and each.user_id != row.user_id for each in mine):
                raise OneSlackAccountOnly
            await slack_links.unlink(connection, row.team_id, row.user_id, person.id)
            await slack_links.add(connection, row, person.id, told.received_at)
            body = {"team": row.team_id, "user": row.user_id}
            await commands.keep(
                connection, replace(told, body=body), told.received_at, state=commands.APPLIED
            )

    async def unlink(self, person: Person, team: str, user: str, *, command: str) -> None:
        """Raises `NoSuchCase` when there is no such link of theirs."""
        told = self._told(person, "unlink_slack", {"team": team, "user": user}, command)
        async with self.own.database.write() as connection:
            if await commands.is_repeat(connection, told):
                return
            if not await slack_links.unlink(connection, team, user, person.id):
                raise NoSuchCase
            body = {"team": team, "user": user}
            await commands.keep(
                connection, replace(told, body=body), told.received_at, state=commands.APPLIED
            )

    def _told(self, person: Person, act: str, said: dict[str, str], command: str) -> Received:
        return Received(
            id=command,
            ref=LINKING,
            act=act,
            actor=person.id,
            via="web",
            body={},
            seen=None,
            received_at=self.own.clock(),
            told=said,
        )
