"""Whom to reach about a team's data, and files of directory rows that wait for somebody to confirm them."""

from sqlalchemy import Column, Index, Integer, String, Table, Text, text

from store.tables.columns import Instant, key, metadata, ref

# Days as in `posts`: London days, both ends included, '' where it is open. Rows that are over stay (G7).
contacts = Table(
    "contacts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    ref("team", "teams.id"),
    ref("person", "people.id"),
    Column("held_from", String(10), nullable=False, server_default=text("''")),
    Column("held_until", String(10), nullable=False, server_default=text("''")),
    Column("named_by", String(80), nullable=False),
    Index("ix_contacts_team", "team"),
    Index("ix_contacts_person", "person"),
)

# A file as it was brought, for a day: what it does is worked out anew each time it is looked at.
imports_waiting = Table(
    "imports_waiting",
    metadata,
    key(),
    ref("person", "people.id"),
    Column("name", String(120), nullable=False),  # of the file
    Column("content", Text, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("written", String(80), nullable=False),  # how it was saved, where that was not UTF-8
    Column("brought_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("done_at", Instant),
    Index("ix_imports_waiting_expires_at", "expires_at"),
)
