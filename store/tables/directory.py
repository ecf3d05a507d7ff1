"""Bodies, teams, people and days."""

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

from store.tables.columns import key, metadata, ref

organisations = Table(
    "organisations",
    metadata,
    key(),
    Column("name", String(200), nullable=False),
    Column("kind", String(80), nullable=False),
    Column("nation", String(32), nullable=False),
    Column(
        "status", String(32), nullable=False
    ),  # public, private, academic, ... : guards read this, never names
    Column("identifiers", JSON, nullable=False),
    Column("demo", Boolean, nullable=False),
    Column("tiny", Boolean, nullable=False),
    Column(
        "closed_on", String(10)
    ),  # the London day from which it was part of its successor; rows stay for good
    ref("successor", "organisations.id", nullable=True),
)

teams = Table(
    "teams",
    metadata,
    key(),
    ref("organisation", "organisations.id"),
    Column("name", String(200), nullable=False),
    Column("cluster", String(80)),
    Column("slack_channel", String(80)),
)

people = Table(
    "people",
    metadata,
    key(),
    Column("name", String(200), nullable=False),
    Column("email", String(200), nullable=False),
    Column("slack_user", String(40)),
    Column("left_on", String(10), nullable=False, server_default=text("''")),  # a leaver signs in no more
    Column("featured", Integer),  # order on the sign-in page of an embedded installation
)

# A London day, both ends included; '' where it is open. Rows that are over stay: who held what, and when (G7).
_DAY = String(10)

posts = Table(
    "posts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    ref("person", "people.id"),
    Column("role", String(40), nullable=False),
    ref("organisation", "organisations.id"),
    ref("team", "teams.id", nullable=True),
    Column("held_from", _DAY, nullable=False, server_default=text("''")),
    Column("held_until", _DAY, nullable=False, server_default=text("''")),
    Index("ix_posts_person", "person"),
    Index("ix_posts_organisation_role", "organisation", "role"),
    Index("ix_posts_held_from", "held_from"),
    Index("ix_posts_held_until", "held_until"),
)

# Who acts in a post where nobody else does. Named by whoever holds it, by a leader of the body, or by the operator.
deputies = Table(
    "deputies",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    ref("person", "people.id"),
    Column("role", String(40), nullable=False),
    ref("organisation", "organisations.id"),
    ref("team", "teams.id", nullable=True),
    Column("named_by", String(80), nullable=False),
    Column("held_from", _DAY, nullable=False),
    Column("held_until", _DAY, nullable=False, server_default=text("''")),
    Index("ix_deputies_person", "person"),
    Index("ix_deputies_organisation_role", "organisation", "role"),
)

# Who is away, and who covers. Only days: nobody is asked why.
cover = Table(
    "cover",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    ref("person", "people.id"),
    ref("covered_by", "people.id", nullable=True),  # nobody: then a deputy acts, where there is one
    Column("held_from", _DAY, nullable=False),
    Column("held_until", _DAY, nullable=False),  # the last day; before the first one when it never came to be
    Column("said_by", String(80), nullable=False),
    Index("ix_cover_person", "person", "held_until"),
    Index("ix_cover_covered_by", "covered_by", "held_until"),
    Index("ix_cover_held_until", "held_until"),
)

# How far the morning round has come with what changes by its date.
noticed = Table("noticed", metadata, key("what"), Column("day", _DAY, nullable=False))

bank_holidays = Table(
    "bank_holidays",
    metadata,
    Column("nation", String(32), primary_key=True),
    Column("date", String(10), primary_key=True),
    Column("title", String(200), nullable=False),
    Column("source", String(200), nullable=False),
    Column("added_on", String(10), nullable=False),
)
