"""Who may sign in with which account: the operator invites, the invited person links, the operator forgets.

Checked, applied and kept in one transaction, like the other acts outside a case. A link's code is stored as a hash,
so it is shown once, and a repeat of the act cannot show it again.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from api.desk import Clock
from api.oidc import Account, hashed
from api.outside import OutsideActs
from api.owners import a_person, keeps
from domain.refusals import Refusal
from domain.working_days import london_date
from store import commands, directory, identities
from store.database import Database
from store.directory import Person

ACCOUNTS = "accounts"  # what these acts are kept under: they travel to no case


class AccountLinked(Refusal):
    sentence = "An account is linked to this person already. Forget that account first, if they are to sign in with another."


class NoAccount(Refusal):
    sentence = "No account is linked to this person, so there is nothing to forget. Go back and invite them."


class HasLeft(Refusal):
    sentence = "This person has left, so they cannot be invited. Check the directory if that is wrong."


class NotLinked(Refusal):
    """The account is good, and nobody's here."""

    status = 403
    sentence = (
        "You are signed in with {provider}, but this account is not linked to anybody here. Ask the operator for an "
        "invitation."
    )


class InvitationOver(Refusal):
    status = 404
    sentence = (
        "This invitation cannot be used: it was used before, a newer one was made, or it is older than 7 days. Ask the "
        "operator for a new one."
    )


class SomebodyElses(Refusal):
    sentence = (
        "This account is linked to somebody else here, so it was not linked again. Sign in at {provider} with your own "
        "account, then open the invitation again."
    )


class SecondAccount(Refusal):
    sentence = (
        "Another account is linked to you already, so this one was not. Sign in with the other one, or ask the operator "
        "to forget it and to invite you again."
    )


@dataclass(frozen=True, kw_only=True)
class Invited:
    """`code` is '' when the act was a repeat: a link is shown once."""

    code: str
    until: datetime | None


class AccountActs(OutsideActs):
    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__(database, clock)

    async def invite(self, person: Person, whom: str, *, command: str, via: str) -> Invited:
        """A link by which somebody in the directory says which account is theirs (operators)."""
        told = self._about(person, "invite_person", whom, command, via)
        async with self.database.write() as connection:
            await a_person(connection, whom)
            keeps(person)
            if await commands.is_repeat(connection, told):
                return Invited(
                    code="", until=await identities.open_invitation(connection, whom, told.received_at)
                )
            invited = await new_invitation(connection, whom, by=person.id, at=told.received_at)
            await self.keep(connection, told, {"whom": whom})
        return invited

    async def forget(self, person: Person, whom: str, *, command: str, via: str) -> None:
        """The account is theirs no more, and their sessions with it are over (operators)."""
        told = self._about(person, "forget_account", whom, command, via)
        async with self.database.write() as connection:
            await a_person(connection, whom)
            keeps(person)
            if await commands.is_repeat(connection, told):
                return
            await identities.lock(connection)
            account = await identities.account_of(connection, whom)
            if account is None:
                raise NoAccount
            await identities.forget(connection, whom)
            kept = {"whom": whom, "issuer": account.issuer, "subject_hash": hashed(account.subject)}
            await self.keep(connection, told, kept)

    def _about(self, person: Person, act: str, whom: str, command: str, via: str) -> commands.Received:
        told = self.told(person, ACCOUNTS, act, (), {}, command, None, via)
        return replace(told, told={"about": whom})


async def new_invitation(connection: AsyncConnection, whom: str, *, by: str, at: datetime) -> Invited:
    """One for a person who is in the directory and has no account yet. Raises `HasLeft`, `AccountLinked`."""
    await identities.lock(connection)
    if await directory.person(connection, whom, london_date(at)) is None:
        raise HasLeft
    if await identities.account_of(connection, whom) is not None:
        raise AccountLinked
    code = secrets.token_urlsafe(32)
    return Invited(code=code, until=await identities.invite(connection, hashed(code), whom, by=by, at=at))


async def who_signed_in(
    connection: AsyncConnection, account: Account, invitation: str, now: datetime, provider: str
) -> str:
    """The id of the person whose account this is; with an invitation (its hash), it becomes theirs first.

    Raises `NotLinked`, `InvitationOver`, `SomebodyElses`, `SecondAccount`: then nothing is changed.
    """
    await identities.lock(connection)
    known = await identities.person_of(connection, account.issuer, account.subject)
    if invitation:
        whom = await _link(connection, account, invitation, known, now, provider)
    elif known is None:
        raise NotLinked(provider=provider)
    else:
        whom = known
    if await directory.person(connection, whom, london_date(now)) is None:
        raise NotLinked(provider=provider)  # they have left: the same as for anybody who is not here
    return whom


async def _link(
    connection: AsyncConnection,
    account: Account,
    invitation: str,
    known: str | None,
    now: datetime,
    provider: str,
) -> str:
    used = await identities.use_invitation(connection, invitation, now)
    if used is None:
        raise InvitationOver
    if known not in (None, used.person):
        raise SomebodyElses(provider=provider)
    if known is None:
        if await identities.account_of(connection, used.person) is not None:
            raise SecondAccount
        await identities.link(
            connection, account.issuer, account.subject, used.person, at=now, by=used.made_by
        )
    return used.person
