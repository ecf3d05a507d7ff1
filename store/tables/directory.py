"""Bodies, teams, people and days."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Index,
    Integer,
    String,
    Table,
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
    Column("featured", Integer),  # order on the sign-in page of an embedded installation
)

posts = Table(
    "posts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    ref("person", "people.id"),
    Column("role", String(40), nullable=False),
    ref("organisation", "organisations.id"),
    ref("team", "teams.id", nullable=True),
    Index("ix_posts_person", "person"),
    Index("ix_posts_organisation_role", "organisation", "role"),
)

bank_holidays = Table(
    "bank_holidays",
    metadata,
    Column("nation", String(32), primary_key=True),
    Column("date", String(10), primary_key=True),
    Column("title", String(200), nullable=False),
    Column("source", String(200), nullable=False),
    Column("added_on", String(10), nullable=False),
)
