"""People who left: the day, and the end of every way in that they or their machines had.

Who they are stays in the directory, and which account elsewhere was theirs: what they did stands under their name (G7).
"""

from datetime import date, datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.tables import invitations, people, sessions, slack_links, tokens


async def leaves(connection: AsyncConnection, person: str, left_on: date) -> None:
    """From this day they are nobody here. What was to end earlier already stays as it is."""
    day, c = left_on.isoformat(), people.c
    later = or_(c.left_on == "", c.left_on > day)
    await connection.execute(update(people).where(c.id == person, later).values(left_on=day))


async def stays(connection: AsyncConnection, person: str) -> None:
    """Who is appointed has not left, or is back. They sign in anew, and make new tokens."""
    await connection.execute(update(people).where(people.c.id == person).values(left_on=""))


async def end_their_ways_in(connection: AsyncConnection, today: date, now: datetime) -> None:
    """Of everybody who has left by today. The same again changes nothing."""
    gone = select(people.c.id).where(people.c.left_on != "", people.c.left_on <= today.isoformat())
    for table in (sessions, slack_links):
        await connection.execute(delete(table).where(table.c.person.in_(gone)))
    await connection.execute(
        delete(invitations).where(invitations.c.person.in_(gone), invitations.c.used_at.is_(None))
    )
    await connection.execute(
        update(tokens).where(tokens.c.person.in_(gone), tokens.c.revoked_at.is_(None)).values(revoked_at=now)
    )
