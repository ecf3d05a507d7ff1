"""Morning digests: a row for each person and day, kept before it is sent, and what it has to say (§9, P4).

What it says is read when it is sent: how things stand then, and nothing of a case is kept twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, func, or_, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from domain.case import Kind
from domain.working_days import london_date
from store import body_tasks, directory, notices, reads
from store.database import insert_into
from store.directory import Person
from store.names import TeamCard, team_cards
from store.slack_links import place_of_person
from store.tables import cases, digests, people, tasks
from store.tables import notices as notices_table

PREFIX = "digest."
WEEK = timedelta(days=7)
LOOKS_BACK = timedelta(days=14)  # after the longest holidays: what is older is no news


@dataclass(frozen=True, kw_only=True)
class Digest:
    """`destination`: a Slack user id; None for somebody who is not on Slack any more."""

    id: str
    person: str
    day: str
    since: datetime
    destination: str | None
    sent: int
    wanted: int
    tried_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a digest has to say, soonest first: rows of tasks and of notices. `teams`: what they are called."""

    escalated: Sequence[Row[Any]]
    reached: Sequence[Row[Any]]
    vacancies: Sequence[Row[Any]]
    reviews: Sequence[Row[Any]]
    outside: Sequence[Row[Any]]  # what their body has to do that belongs to no case
    teams: Mapping[str, TeamCard]

    @property
    def is_empty(self) -> bool:
        return not (self.escalated or self.reached or self.vacancies or self.reviews or self.outside)


async def candidates(connection: AsyncConnection, day: str) -> Sequence[str]:
    """Everybody on Slack for whom no digest of this day is kept."""
    kept = select(digests.c.person).where(digests.c.day == day)
    query = select(people.c.id).where(place_of_person().is_not(None), people.c.id.not_in(kept))
    return (await connection.scalars(query.order_by(people.c.id))).all()


async def bodies_with_something(connection: AsyncConnection, now: datetime) -> set[str]:
    """Bodies of which a digest may have something to say: asked once, so that a quiet morning costs little."""
    t, n, c = tasks.c, notices_table.c, cases.c
    moved_up = select(t.organisation).where(t.closed_at.is_(None), t.level > 0)
    reached = select(n.organisation).where(n.created_at > now - LOOKS_BACK)
    waits = and_(
        t.closed_at.is_(None), or_(t.kind == Kind.FILL_POST, and_(_is_review(), t.due_at <= now + WEEK))
    )
    found = set[str](await connection.scalars(union(moved_up, reached)))
    found |= await body_tasks.bodies_with_tasks(connection)
    sides = select(c.receiving_organisation, c.sending_organisation).join(tasks, t.ref == c.ref).where(waits)
    return found | {body for row in await connection.execute(sides.distinct()) for body in row}


def _is_review() -> ColumnElement[bool]:
    return tasks.c.kind.in_([Kind.REVIEW, Kind.REVIEW_URGENT])


async def last_since(connection: AsyncConnection, person: str, now: datetime) -> datetime:
    """When this person's last digest was made; without one, a day ago."""
    last = await connection.scalar(select(func.max(digests.c.created_at)).where(digests.c.person == person))
    return max(last or now - timedelta(days=1), now - LOOKS_BACK)


async def keep(connection: AsyncConnection, person: str, since: datetime, now: datetime) -> bool:
    """False when there is one for this person and day."""
    day = london_date(now).isoformat()
    row = {"id": f"{PREFIX}{person}.{day}", "person": person, "day": day, "since": since, "created_at": now}
    made = insert_into(connection, digests).values(row).on_conflict_do_nothing().returning(digests.c.id)
    return await connection.scalar(made) is not None


async def told(connection: AsyncConnection, person: Person, since: datetime, now: datetime) -> Told:
    """What this person should know this morning. The same limits as the pages': posts, and what they may see."""
    escalated = await reads.escalated_to(connection, person, now)
    asked = {(row.ref, row.task) for row in escalated}
    told_of = await notices.for_person(connection, person)
    reached = [
        row
        for row in told_of
        if row.created_at > since and row.closed_at is None and (row.ref, row.task) not in asked
    ]
    bodies = {post.organisation for post in person.posts if post.role.startswith("leader_")}
    week = now + WEEK
    reviews = [
        row
        for row in await reads.reviews_due(connection, person, now)
        if row.due_at <= week and (row.ref, row.task) not in asked
    ]
    vacancies = await _vacancies(connection, bodies, now) if bodies else ()
    rows = (*escalated, *reviews, *vacancies)
    teams = await team_cards(connection, {t for row in rows for t in (row.receiving_team, row.sending_team)})
    return Told(
        escalated=escalated,
        reached=sorted(reached, key=lambda row: (row.due_at is None, row.due_at or row.created_at)),
        vacancies=vacancies,
        reviews=reviews,
        outside=await body_tasks.mine(connection, person),
        teams=teams,
    )


async def _vacancies(connection: AsyncConnection, bodies: set[str], now: datetime) -> Sequence[Row[Any]]:
    """Posts of these bodies in which nobody acts, where a case waits for it (G5)."""
    query = (
        select(tasks, cases.c.receiving_team, cases.c.sending_team)
        .join(cases, cases.c.ref == tasks.c.ref)
        .where(tasks.c.closed_at.is_(None), tasks.c.visible_from <= now, tasks.c.kind == Kind.FILL_POST)
        .where(
            or_(
                and_(tasks.c.post.like("receiving.%"), cases.c.receiving_organisation.in_(bodies)),
                and_(
                    tasks.c.post.like("sending.%"),
                    cases.c.sending_organisation.in_(bodies),
                    cases.c.sender_may_see,
                ),
            )
        )
        .order_by(tasks.c.due_at, tasks.c.ref)
        .limit(reads.PAGE)
    )
    return (await connection.execute(query)).all()


# --- the relay and the delivery, as with notices ---------------------------------------------------------------------


async def to_start(connection: AsyncConnection, most: int = 100) -> list[tuple[str, int]]:
    query = select(digests.c.id, digests.c.wanted).where(digests.c.started < digests.c.wanted)
    rows = await connection.execute(query.order_by(digests.c.created_at, digests.c.id).limit(most))
    return [(row.id, row.wanted) for row in rows]


async def started(connection: AsyncConnection, digest: str, wanted: int) -> None:
    await _change(connection, digest, digests.c.started < wanted, started=wanted)


async def get(connection: AsyncConnection, digest: str) -> Digest | None:
    query = select(digests, place_of_person().label("place")).join(people, people.c.id == digests.c.person)
    row = (await connection.execute(query.where(digests.c.id == digest))).one_or_none()
    if row is None:
        return None
    return Digest(
        id=row.id,
        person=row.person,
        day=row.day,
        since=row.since,
        destination=row.place,
        sent=row.sent,
        wanted=row.wanted,
        tried_at=row.tried_at,
    )


async def reader(connection: AsyncConnection, digest: Digest, now: datetime) -> Person | None:
    return await directory.person(connection, digest.person, london_date(now))


async def claim(connection: AsyncConnection, digest: str, now: datetime) -> bool:
    free = (digests.c.ts.is_(None), digests.c.tried_at.is_(None), digests.c.sent < digests.c.wanted)
    return await _change(connection, digest, *free, tried_at=now)


async def release(connection: AsyncConnection, digest: str) -> None:
    await _change(connection, digest, digests.c.ts.is_(None), tried_at=None)


async def sent(
    connection: AsyncConnection,
    digest: str,
    channel: str,
    ts: str,
    reached: int,
    now: datetime,
    *,
    trouble: str | None = None,
) -> None:
    await _change(connection, digest, channel=channel, ts=ts, sent=reached, sent_at=now, trouble=trouble)


async def settled(connection: AsyncConnection, digest: str, wanted: int, trouble: str | None = None) -> None:
    nothing_begun = (digests.c.ts.is_(None), digests.c.tried_at.is_(None))
    await _change(connection, digest, *nothing_begun, sent=wanted, trouble=trouble[:80] if trouble else None)


async def _change(
    connection: AsyncConnection, digest: str, *where: ColumnElement[bool], **values: Any
) -> bool:
    done = await connection.execute(update(digests).where(digests.c.id == digest, *where).values(**values))
    return done.rowcount > 0
