"""Drafts that somebody prepared for another team, each behind a link that works once (§8). Only its hash is kept."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.tables import cases, drafts, offers, people

LASTS = timedelta(days=30)


def new_code() -> str:
    """What the link holds: 128 bits, so nobody finds a draft by trying."""
    return secrets.token_urlsafe(16)


def code_hash(code: str) -> str:
    return sha256(code.encode("utf-8", "surrogatepass")).hexdigest()


async def make(connection: AsyncConnection, code: str, *, ref: str, team: str, by: str, at: datetime) -> None:
    """Offer a draft to a team. An earlier offer of the same draft that nobody took is over."""
    await connection.execute(
        update(offers)
        .where(offers.c.ref == ref, offers.c.claimed_by == "")
        .values(claimed_by=by, claimed_at=at)
    )
    await connection.execute(
        insert(offers).values(
            code_hash=code_hash(code), ref=ref, team=team, made_by=by, made_at=at, claimed_by=""
        )
    )


async def get(connection: AsyncConnection, code: str) -> Row[*tuple[Any, ...]] | None:
    """The offer with its draft as it is now: `answers`, `author`, `submitted`, `preparer` (a name), `became_a_case`."""
    query = (
        select(
            offers,
            drafts.c.answers,
            drafts.c.author,
            drafts.c.submitted,
            people.c.name.label("preparer"),
            cases.c.ref.label("became_a_case"),
        )
        .join(drafts, drafts.c.ref == offers.c.ref)
        .join(people, people.c.id == offers.c.made_by)
        .outerjoin(cases, cases.c.ref == offers.c.ref)
        .where(offers.c.code_hash == code_hash(code))
    )
    return (await connection.execute(query)).one_or_none()


async def open_for(connection: AsyncConnection, ref: str, now: datetime) -> Row[*tuple[Any, ...]] | None:
    """The offer of a draft that can still be taken, if there is one."""
    query = select(offers.c.team, offers.c.made_at).where(
        offers.c.ref == ref, offers.c.claimed_by == "", offers.c.made_at > now - LASTS
    )
    return (await connection.execute(query.limit(1))).one_or_none()


async def claim(connection: AsyncConnection, code: str, by: str, at: datetime) -> bool:
    """Take it, once: False when somebody else was quicker."""
    taken = (
        update(offers)
        .where(offers.c.code_hash == code_hash(code), offers.c.claimed_by == "")
        .values(claimed_by=by, claimed_at=at)
        .returning(offers.c.ref)
    )
    return await connection.scalar(taken) is not None


def why_over(row: Row[*tuple[Any, ...]], now: datetime) -> str:
    """Why an offer can no longer be taken, in one sentence; '' while it can."""
    if row.claimed_by == row.made_by:
        return "This link was replaced by a newer one. Ask the person who sent it for the new link."
    if row.claimed_by:
        return "Somebody in your team has already taken this request over. Ask your colleagues who has it."
    if row.submitted or row.became_a_case:
        return "This request was sent in the meantime by the person who prepared it. Ask them about it."
    if now > row.made_at + LASTS:
        return "This link is more than 30 days old and no longer works. Ask the person who sent it for a new one."
    return ""
