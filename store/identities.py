"""Whose account at a provider is whose here, the invitations that say so, and sign-ins under way, as rows."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import one_at_a_time
from store.tables import identities, invitations, people, posts, sessions, sign_ins

Found = Row[*tuple[Any, ...]]

UNDER_WAY = timedelta(minutes=10)  # from leaving us to coming back
INVITED_FOR = timedelta(days=7)


# --- a sign-in under way -------------------------------------------------------------------------------------------


async def keep_sign_in(connection: AsyncConnection, values: dict[str, Any]) -> None:
    """Remember one; those that nobody came back from are swept on the way."""
    old = sign_ins.c.started_at < values["started_at"] - UNDER_WAY
    await connection.execute(delete(sign_ins).where(old))
    await connection.execute(insert(sign_ins).values(values))


async def take_sign_in(connection: AsyncConnection, state_hash: str) -> Found | None:
    """It, once: whoever asks a second time finds nothing, whatever came of the first."""
    taken = delete(sign_ins).where(sign_ins.c.state_hash == state_hash).returning(*sign_ins.c)
    return (await connection.execute(taken)).one_or_none()


# --- accounts ------------------------------------------------------------------------------------------------------


async def lock(connection: AsyncConnection) -> None:
    """Two who link accounts at the same moment come one after the other."""
    await one_at_a_time(connection, identities)


async def person_of(connection: AsyncConnection, issuer: str, subject: str) -> str | None:
    """The id of the person whose account this is, None for nobody."""
    c = identities.c
    return await connection.scalar(select(c.person).where(c.issuer == issuer, c.subject == subject))


async def account_of(connection: AsyncConnection, person: str) -> Found | None:
    """(issuer, subject, linked_at, linked_by) of the account that is linked to a person."""
    c = identities.c
    query = select(c.issuer, c.subject, c.linked_at, c.linked_by).where(c.person == person)
    return (await connection.execute(query.order_by(c.linked_at))).first()


async def link(
    connection: AsyncConnection, issuer: str, subject: str, person: str, *, at: datetime, by: str
) -> None:
    values = {"issuer": issuer, "subject": subject, "person": person, "linked_at": at, "linked_by": by}
    await connection.execute(insert(identities).values(values))


async def forget(connection: AsyncConnection, person: str) -> None:
    """The accounts of a person are theirs no more, and whoever signed in with one is signed out."""
    await connection.execute(delete(identities).where(identities.c.person == person))
    c = sessions.c
    await connection.execute(delete(sessions).where(c.person == person, c.how == "oidc"))


async def end_sessions(connection: AsyncConnection, person: str, issuer: str) -> None:
    """Sessions of a person that began with an account of this issuer."""
    c = sessions.c
    await connection.execute(delete(sessions).where(c.person == person, c.issuer == issuer))


# --- invitations ---------------------------------------------------------------------------------------------------


async def invite(
    connection: AsyncConnection, code_hash: str, person: str, *, by: str, at: datetime
) -> datetime:
    """A new invitation; an earlier one of the same person holds no more. Until when it does."""
    c, until = invitations.c, at + INVITED_FOR
    open_ones = and_(c.person == person, c.used_at.is_(None), c.expires_at > at)
    await connection.execute(update(invitations).where(open_ones).values(expires_at=at))
    values = {"code_hash": code_hash, "person": person, "made_by": by, "made_at": at, "expires_at": until}
    await connection.execute(insert(invitations).values(values))
    return until


async def invitation(connection: AsyncConnection, code_hash: str, now: datetime) -> Found | None:
    """(person, name, made_by, expires_at) of one that holds: not used, not too old."""
    c = invitations.c
    query = (
        select(c.person, people.c.name, c.made_by, c.expires_at)
        .join(people, people.c.id == c.person)
        .where(c.code_hash == code_hash, c.used_at.is_(None), c.expires_at > now)
    )
    return (await connection.execute(query)).one_or_none()


async def use_invitation(connection: AsyncConnection, code_hash: str, now: datetime) -> Found | None:
    """Take it, once: (person, made_by), or None where somebody was quicker or it is over."""
    c = invitations.c
    holds = (c.code_hash == code_hash, c.used_at.is_(None), c.expires_at > now)
    taken = update(invitations).where(*holds).values(used_at=now).returning(c.person, c.made_by)
    return (await connection.execute(taken)).one_or_none()


async def open_invitation(connection: AsyncConnection, person: str, now: datetime) -> datetime | None:
    """Until when a person's invitation holds, None where they have none."""
    c = invitations.c
    query = select(func.max(c.expires_at)).where(c.person == person, c.used_at.is_(None), c.expires_at > now)
    return await connection.scalar(query)


# --- who can sign in, for the operator -----------------------------------------------------------------------------


async def people_and_accounts(
    connection: AsyncConnection, asked: str, now: datetime, day: date, most: int
) -> Sequence[Found]:
    """(id, name, email, linked_at, invited_until) by name, of those whose name or e-mail begins with what is asked,
    leavers left out."""
    invited = (
        select(invitations.c.person, func.max(invitations.c.expires_at).label("until"))
        .where(invitations.c.used_at.is_(None), invitations.c.expires_at > now)
        .group_by(invitations.c.person)
        .subquery()
    )
    query = (
        select(people.c.id, people.c.name, people.c.email, identities.c.linked_at, invited.c.until)
        .outerjoin(identities, identities.c.person == people.c.id)
        .outerjoin(invited, invited.c.person == people.c.id)
        .where(or_(people.c.left_on == "", people.c.left_on > day.isoformat()))
        .order_by(people.c.name, people.c.id)
        .limit(most)
    )
    if asked:
        begins = asked.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        query = query.where(
            or_(
                func.lower(people.c.name).like(begins, escape="\\"),
                func.lower(people.c.name).like(f"% {begins}", escape="\\"),
                func.lower(people.c.email).like(begins, escape="\\"),
            )
        )
    return (await connection.execute(query)).all()


async def has_operator(connection: AsyncConnection) -> bool:
    """Whether anybody was ever appointed operator."""
    return await connection.scalar(select(posts.c.id).where(posts.c.role == "operator").limit(1)) is not None
