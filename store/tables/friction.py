"""Guidance friction (P7): which rule cost whom how long in a case. Published only as sums over cases."""

from sqlalchemy import Column, Index, Integer, String, Table

from store.tables.columns import Instant, metadata, ref

friction = Table(
    "friction",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    ref("ref", "cases.ref"),
    Column("rule", String(40), nullable=False),  # of the curated list, or 'other'
    Column("citation", String(200), nullable=False),  # as it stood in the list, or as typed with 'other'
    Column("same", String(250), nullable=False),  # what makes two tags of one person the same one
    Column("made_do", String(2000), nullable=False),  # for whoever may see the case, never published
    Column("half_hours", Integer, nullable=False),  # whole numbers add up exactly
    Column("protected", String(8), nullable=False),  # yes, no, unsure
    Column("seat", String(40), nullable=False),
    Column("told_by", String(80), nullable=False),
    Column("told_at", Instant, nullable=False),
    Index("uq_friction_same", "ref", "told_by", "same", unique=True),
    Index("ix_friction_told_at", "told_at"),
)
