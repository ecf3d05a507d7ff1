"""What we told people: notices, and everything public."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    text,
)

from store.tables.columns import Instant, key, metadata, ref

notices = Table(
    "notices",
    metadata,
    key(),
    Column("ref", String(80), nullable=False),
    Column("task", String(16), nullable=False),
    Column("seat", String(40), nullable=False),
    Column("role", String(40), nullable=False),
    Column("organisation", String(80), nullable=False),
    Column("team", String(80), nullable=False),
    Column("headline", String(200), nullable=False),
    Column(
        "news", String(40), nullable=False, server_default=text("''")
    ),  # which event it tells; '' for asks
    Column("due_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column(
        "wanted", Integer, nullable=False, server_default=text("1")
    ),  # 1 = as posted, 2 = replaced after the act
    Column("sent", Integer, nullable=False, server_default=text("0")),  # how far Slack agrees with `wanted`
    Column("started", Integer, nullable=False, server_default=text("0")),  # how far a delivery was started
    Column("channel", String(40)),
    Column("ts", String(40)),
    Column("tried_at", Instant),  # a post was begun and its outcome is not known: look before posting again
    Column("trouble", String(80)),  # why it stays in the app only
    Column("sent_at", Instant),
    Index("ix_notices_ref", "ref", "created_at"),
    Index("ix_notices_seat", "organisation", "role", "team", "created_at"),
    Index(
        "ix_notices_due",
        "created_at",
        sqlite_where=text("started < wanted"),
        postgresql_where=text("started < wanted"),
    ),
)

register = Table(
    "register",
    metadata,
    key("ref"),
    Column("version", Integer, primary_key=True),
    Column("published_at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Column("latest", Boolean, nullable=False),
    Column("demo", Boolean, nullable=False),
    Column("entry", JSON, nullable=False),
    Column("receiving_organisation", String(80), nullable=False),
    Column("sending_organisation", String(80), nullable=False),
    Column("lane", String(16), nullable=False),
    Column("use", String(32), nullable=False),
    Column("region", String(16), nullable=False),  # an ONS code, else ''
    Column("root", String(80), nullable=False),  # the decision it relies on, else ''
    Index(
        "ix_register_root",
        "root",
        "published_at",
        "ref",
        sqlite_where=text("latest AND root <> ''"),
        postgresql_where=text("latest AND root <> ''"),
    ),
    Index(
        "ix_register_latest",
        "published_at",
        "ref",
        sqlite_where=text("latest"),
        postgresql_where=text("latest"),
    ),
)

# Words of the newest version of each entry, to search by: newest first within a word (P8).
register_words = Table(
    "register_words",
    metadata,
    Column("word", String(40), primary_key=True),
    Column("published_at", Instant, primary_key=True),
    Column("ref", String(80), primary_key=True),
    Index("ix_register_words_ref", "ref"),
)

# Protection C: one receiver that gathers the same items region by region.
alarms = Table(
    "alarms",
    metadata,
    ref("organisation", "organisations.id"),
    Column("item", String(200), nullable=False),
    Column("entries", JSON, nullable=False),  # references of the register entries that add up to it
    Column("regions", JSON, nullable=False),
    Column("raised_at", Instant, nullable=False),
    PrimaryKeyConstraint("organisation", "item"),
)

# P4: the questions no longer put to people once a share runs, as the requesting team promised.
retired_questions = Table(
    "retired_questions",
    metadata,
    Column("ref", String(80), ForeignKey("cases.ref"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("question", String(200), nullable=False),
    Column("organisation", String(80), nullable=False),
    Column("promised_at", Instant, nullable=False),  # the first delivery
    Column("checked_at", Instant),  # the review that looked
    Column("kept", Boolean),
    Index("ix_retired_questions_promised_at", "promised_at"),
)
