"""The quarterly packs as they were published (P7): a later difference is an edition of its own, none is overwritten (G7)."""

from sqlalchemy import JSON, Boolean, Column, Integer, String, Table

from store.tables.columns import Instant, metadata

packs = Table(
    "packs",
    metadata,
    Column("quarter", String(7), primary_key=True),  # 2026-q4
    Column("demo", Boolean, primary_key=True),
    Column("edition", Integer, primary_key=True),
    Column("definitions", String(16), nullable=False),
    Column("built_at", Instant, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("lines", JSON, nullable=False),  # `domain.packs.Line`, in the order of the file
    Column("note", String(2000), nullable=False),  # why this edition; '' for the first
)
