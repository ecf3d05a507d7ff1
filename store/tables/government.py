"""Machinery of government: what was proposed, agreed and done to bodies, and what they were called before (P5, G7)."""

from sqlalchemy import (
    JSON,
    Column,
    Index,
    Integer,
    String,
    Table,
    text,
)

from store.tables.columns import Instant, metadata, ref

government_changes = Table(
    "government_changes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(16), nullable=False),  # rename, merge, split
    ref("body", "organisations.id"),
    ref("into", "organisations.id", nullable=True),  # who takes over; of a new body once it is set up
    Column("name", String(200), nullable=False),  # the new name, or that of a new body; else ''
    Column("new_kind", String(80), nullable=False),
    Column("new_nation", String(32), nullable=False),
    Column("teams", JSON, nullable=False),  # of a split those proposed; of a merge those that it moved
    Column("from_day", String(10), nullable=False),
    Column("citation", String(1000), nullable=False),
    Column("proposed_by", String(80), nullable=False),
    Column("proposed_at", Instant, nullable=False),
    Column("confirmed_by", String(80)),
    Column("confirmed_as", String(40)),  # the post, which is what pages show
    Column("confirmed_at", Instant),
    Column("done_on", String(10)),
    Column("counts", JSON, nullable=False),  # what it did: teams, posts, posts ended, open cases, live shares
    Column("failed_because", String(1000), nullable=False),
    Index(
        "ix_government_changes_ahead",
        "from_day",
        sqlite_where=text("done_on IS NULL"),
        postgresql_where=text("done_on IS NULL"),
    ),
)

former_names = Table(
    "former_names",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    ref("organisation", "organisations.id"),
    Column("name", String(200), nullable=False),
    Column("until", String(10), nullable=False),  # the London day from which it had another name
    Index("ix_former_names_organisation", "organisation"),
)
