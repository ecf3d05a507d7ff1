"""Whose turn it is in a Slack channel, so that several workers together keep to its pace. One short write a message.

All times are the database's own: the clocks of workers may differ.
"""

from sqlalchemy import BigInteger, case, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from store.database import insert_into
from store.tables import slack_turns


async def take(connection: AsyncConnection, channel: str, pace: float, patience: float) -> tuple[float, bool]:
    """(seconds until the turn, whether it was taken). Not taken when it is further away than `patience`, in seconds.

    `pace`: seconds that a turn lasts.
    """
    t, now = slack_turns.c, _now(connection)
    length = round(pace * 1000)
    insert = insert_into(connection, slack_turns).values(channel=channel, free_at=now + length)
    statement = insert.on_conflict_do_update(
        index_elements=["channel"],
        set_={"free_at": _later(t.free_at, now) + length},
        where=t.free_at <= now + round(patience * 1000),
    ).returning((t.free_at - length - now).label("wait"))
    if (wait := await connection.scalar(statement)) is not None:
        return max(0.0, wait / 1000), True
    ahead = await connection.scalar(select(t.free_at - now).where(t.channel == channel))
    return max(0.0, (ahead or 0) / 1000), False


async def hold(connection: AsyncConnection, channel: str, seconds: float) -> None:
    """Nobody's turn comes before so many seconds are over."""
    t, until = slack_turns.c, _now(connection) + round(seconds * 1000)
    insert = insert_into(connection, slack_turns).values(channel=channel, free_at=until)
    await connection.execute(
        insert.on_conflict_do_update(index_elements=["channel"], set_={"free_at": _later(t.free_at, until)})
    )


def _now(connection: AsyncConnection) -> ColumnElement[int]:
    """Milliseconds since 1970. PostgreSQL's `now()` would stand still while a transaction waits."""
    sqlite = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"
    postgresql = "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"
    words = sqlite if connection.dialect.name == "sqlite" else postgresql
    return literal_column(words, BigInteger)


def _later(one: ColumnElement[int], other: ColumnElement[int]) -> ColumnElement[int]:
    return case((one > other, one), else_=other)
