"""What people told us, kept before anybody was told that it was."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Index,
    Integer,
    String,
    Table,
    text,
)

from store.tables.columns import Instant, key, metadata, ref

drafts = Table(
    "drafts",
    metadata,
    key("ref"),
    ref("author", "people.id"),
    Column("answers", JSON, nullable=False),  # as typed: saving never fails, only submitting does
    Column("created_at", Instant, nullable=False),
    Column("saved_at", Instant, nullable=False),
    Column("submitted", Boolean, nullable=False, server_default=text("false")),
    Index("ix_drafts_author", "author", "saved_at"),
)

# A draft that somebody prepared for another team, to be claimed by one of its people.
offers = Table(
    "offers",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("ref", String(80), nullable=False),
    ref("team", "teams.id"),
    Column("made_by", String(80), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("claimed_by", String(80), nullable=False),
    Column("claimed_at", Instant),
)

forms = Table(
    "forms",
    metadata,
    key("ref"),
    Column("version", Integer, primary_key=True),
    Column("hash", String(64), nullable=False),
    Column("answers", JSON, nullable=False),  # clean; what a risk signature is for
    Column("screening", JSON),  # how its lane was chosen: `domain.screening.Screening`, with every predicate
)

commands = Table(
    "commands",
    metadata,
    key(),
    Column("ref", String(80), nullable=False),
    Column("act", String(40), nullable=False),
    Column("actor", String(80), nullable=False),
    Column("via", String(16), nullable=False),
    Column("body", JSON, nullable=False),  # every clean answer, with the words; never sent to the engine
    Column("body_hash", String(64), nullable=False),
    Column("seen", Integer),
    Column(
        "capacity", String(16), nullable=False, server_default=text("''")
    ),  # 'cover', 'deputy'; '' in one's own post
    Column(
        "acting_for", String(80), nullable=False, server_default=text("''")
    ),  # whose post, where it is somebody's
    Column("received_at", Instant, nullable=False),
    Column("state", String(16), nullable=False),  # pending, applied, refused
    Column("refusal", JSON),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("next_try_at", Instant, nullable=False),
    Index("ix_commands_ref", "ref"),
    Index(
        "ix_commands_pending",
        "next_try_at",
        sqlite_where=text("state = 'pending'"),
        postgresql_where=text("state = 'pending'"),
    ),
)
