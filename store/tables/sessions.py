"""Who is here."""

from sqlalchemy import (
    Column,
    String,
    Table,
)

from store.tables.columns import Instant, metadata, ref

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    ref("person", "people.id"),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    ref("person", "people.id"),
    Column("label", String(80), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)
