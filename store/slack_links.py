"""Links between Slack accounts and people, and the single-use codes they are made with. Codes are stored as hashes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from domain.slack_accounts import LINK_LASTS
from domain.working_days import london_date
from store.tables import people, slack_codes, slack_links


@dataclass(frozen=True, kw_only=True)
class Account:
    """Who clicked, as Slack says: the workspace and the user by id; by name only to be shown to themselves."""

    team: str
    user: str
    workspace: str = ""
    handle: str = ""


def hashed(code: str) -> str:
    return sha256(code.encode("utf-8", "surrogatepass")).hexdigest()


async def of_account(connection: AsyncConnection, team: str, user: str, now: datetime) -> Row[Any] | None:
    """The link of a Slack account, of somebody who has not left."""
    today = london_date(now).isoformat()
    query = (
        select(slack_links)
        .join(people, people.c.id == slack_links.c.person)
        .where(slack_links.c.team_id == team, slack_links.c.user_id == user)
        .where(or_(people.c.left_on == "", people.c.left_on > today))
    )
    return (await connection.execute(query)).one_or_none()


def place_of_person() -> ColumnElement[str | None]:
    """Where in Slack to write to a row of `people`: the account they linked last, else what the directory says."""
    c = slack_links.c
    linked = select(c.user_id).where(c.person == people.c.id).order_by(c.linked_at.desc(), c.user_id).limit(1)
    return func.coalesce(linked.scalar_subquery(), people.c.slack_user)


async def of_person(connection: AsyncConnection, person: str) -> Sequence[Row[Any]]:
    query = select(slack_links).where(slack_links.c.person == person).order_by(slack_links.c.linked_at)
    return (await connection.execute(query)).all()


async def holder(connection: AsyncConnection, team: str, user: str) -> str | None:
    """The id of the person a Slack account is linked to, whether or not they have left."""
    c = slack_links.c
    return await connection.scalar(select(c.person).where(c.team_id == team, c.user_id == user))


async def add(connection: AsyncConnection, code: Row[Any], person: str, now: datetime) -> None:
    """Link the account a code was shown to; whatever it or the person had in this workspace must be gone."""
    values = {
        "team_id": code.team_id,
        "user_id": code.user_id,
        "person": person,
        "workspace": code.workspace,
        "handle": code.handle,
        "linked_at": now,
        "checked_at": now,
    }
    await connection.execute(insert(slack_links).values(values))


async def checked(connection: AsyncConnection, team: str, user: str, now: datetime) -> None:
    c = slack_links.c
    await connection.execute(
        update(slack_links).where(c.team_id == team, c.user_id == user).values(checked_at=now)
    )


async def unlink(connection: AsyncConnection, team: str, user: str, person: str = "") -> bool:
    """False when there was none, or (`person`) it was somebody else's."""
    c = slack_links.c
    whose = (c.person == person,) if person else ()
    done = await connection.execute(delete(slack_links).where(c.team_id == team, c.user_id == user, *whose))
    return done.rowcount > 0


# --- codes -----------------------------------------------------------------------------------------------------


async def keep_code(connection: AsyncConnection, code: str, account: Account, now: datetime) -> None:
    """Keep a new code; the ones the account was shown before, and those that are over, are worth nothing any more."""
    c = slack_codes.c
    mine = (c.team_id == account.team) & (c.user_id == account.user) & c.used_at.is_(None)
    await connection.execute(delete(slack_codes).where(or_(mine, c.expires_at <= now)))
    values = {
        "code_hash": hashed(code),
        "team_id": account.team,
        "user_id": account.user,
        "workspace": account.workspace[:80],
        "handle": account.handle[:80],
        "made_at": now,
        "expires_at": now + LINK_LASTS,
    }
    await connection.execute(insert(slack_codes).values(values))


async def code(connection: AsyncConnection, given: str, now: datetime) -> Row[Any] | None:
    """A code that can still be used."""
    c = slack_codes.c
    query = select(slack_codes).where(c.code_hash == hashed(given), c.used_at.is_(None), c.expires_at > now)
    return (await connection.execute(query)).one_or_none()


async def use_code(connection: AsyncConnection, given: str, person: str, now: datetime) -> bool:
    """Use it up; False when somebody was quicker."""
    c = slack_codes.c
    done = await connection.execute(
        update(slack_codes)
        .where(c.code_hash == hashed(given), c.used_at.is_(None), c.expires_at > now)
        .values(used_at=now, used_by=person)
    )
    return done.rowcount > 0
