"""How Slack is told: whose turn it is in a channel, and the digests of working mornings."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, UniqueConstraint, text

from store.tables.columns import Instant, key, metadata, ref

# One row a channel, so that several workers together keep Slack's pace.
slack_turns = Table(
    "slack_turns",
    metadata,
    key("channel"),
    Column("free_at", BigInteger, nullable=False),  # milliseconds since 1970, by the database's own clock
)

# Like `notices`: a row first, then a message. What it says is read when it is sent.
digests = Table(
    "digests",
    metadata,
    key(),
    ref("person", "people.id"),
    Column("day", String(10), nullable=False),
    Column("since", Instant, nullable=False),  # what reached them after this is told
    Column("created_at", Instant, nullable=False),
    Column("wanted", Integer, nullable=False, server_default=text("1")),
    Column("sent", Integer, nullable=False, server_default=text("0")),
    Column("started", Integer, nullable=False, server_default=text("0")),
    Column("channel", String(40)),
    Column("ts", String(40)),
    Column("tried_at", Instant),  # a post was begun and its outcome is not known
    Column("trouble", String(80)),
    Column("sent_at", Instant),
    UniqueConstraint("person", "day"),
    Index(
        "ix_digests_due",
        "created_at",
        sqlite_where=text("started < wanted"),
        postgresql_where=text("started < wanted"),
    ),
)
