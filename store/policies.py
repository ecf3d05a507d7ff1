"""Policy versions as rows: proposed by one board member, confirmed by another, and never changed (G7)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.policy import LegalProfile, Policy
from domain.policy_versions import NoPolicyProposed, Version, policy_on
from store import database
from store.tables import policies

DROPPED = "never"  # the first day of a proposal that was dropped


async def in_force(
    connection: AsyncConnection, day: date, legal_profile: LegalProfile = LegalProfile.CURRENT_LAW
) -> Policy:
    """What a request received on this London day is judged by. One small read: versions are few."""
    return policy_on(await versions(connection), day, legal_profile)


async def versions(connection: AsyncConnection) -> list[Version]:
    """Those that two agreed on, oldest first, in force yet or not."""
    return [_version(n, row) for n, row in enumerate(await agreed(connection), start=1)]


async def agreed(connection: AsyncConnection) -> Sequence[Row[Any]]:
    c = policies.c
    query = select(policies).where(c.confirmed_by != "", c.in_force_from != DROPPED)
    return (await connection.execute(query.order_by(c.in_force_from, c.id))).all()


def _version(number: int, row: Row[Any]) -> Version:
    return Version(
        number=number,
        name=row.name,
        numbers=row.numbers,
        reason=row.reason,
        in_force_from=date.fromisoformat(row.in_force_from),
    )


async def one_at_a_time(connection: AsyncConnection) -> None:
    """Two who propose, or decide, at the same moment come one after the other. SQLite has one writer anyway."""
    await database.one_at_a_time(connection, policies)


async def proposal(connection: AsyncConnection) -> Row[Any] | None:
    """What waits for a second board member: at most one."""
    query = select(policies).where(policies.c.confirmed_by == "").order_by(policies.c.id).limit(1)
    return (await connection.execute(query)).one_or_none()


async def propose(
    connection: AsyncConnection, numbers: Mapping[str, int], reason: str, by: str, at: datetime
) -> None:
    """`numbers`: as they differ from the shipped ones."""
    await connection.execute(
        insert(policies).values(
            name="",
            numbers=dict(numbers),
            reason=reason,
            proposed_by=by,
            proposed_at=at,
            confirmed_by="",
            in_force_from="",
        )
    )


async def decide(
    connection: AsyncConnection, number: int, by: str, at: datetime, *, first_day: str, name: str
) -> None:
    """Close a proposal: in force from `first_day`, or `DROPPED`. Raises `NoPolicyProposed` when it is closed."""
    c = policies.c
    query = (
        update(policies)
        .where(c.id == number, c.confirmed_by == "")
        .values(confirmed_by=by, confirmed_at=at, in_force_from=first_day, name=name)
        .returning(c.id)
    )
    if await connection.scalar(query) is None:
        raise NoPolicyProposed
