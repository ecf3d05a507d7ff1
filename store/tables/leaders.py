"""What leaders say outside any case (P8): risk-appetite statements and canaries; and what their posts are counted by."""

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    text,
)

from store.tables.columns import Instant, metadata, ref
from store.tables.decided import tasks

appetite = Table(
    "appetite",
    metadata,
    Column("organisation", String(80), ForeignKey("organisations.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("text", String(4000), nullable=False),
    Column("lines", JSON, nullable=False),  # kind of use -> {level, text}, as `domain.appetite` says
    Column("signed_as", String(40), nullable=False),  # the post; who held it is in `signed_by`, never shown
    Column("signed_by", String(80), nullable=False),
    Column("stated_at", Instant, nullable=False),
    Column(
        "in_force_from", String(10), nullable=False
    ),  # a version is never edited, only followed by another
)

_open = text("closed_at IS NULL")

canaries = Table(
    "canaries",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    ref("ref", "cases.ref"),
    ref("organisation", "organisations.id"),  # whose leader named it
    Column("named_as", String(40), nullable=False),
    Column("named_by", String(80), nullable=False),
    Column("named_at", Instant, nullable=False),
    Column("target", String(10), nullable=False),
    Column("why", String(1000), nullable=False),
    Column("told_at", Instant),  # when the leader was told that it slipped: once
    Column("closed_at", Instant),
    Column("closed_by", String(80)),
    Column("learnt", String(2000), nullable=False),  # '' until it is closed; rows are never deleted
    Index("uq_canaries_open", "organisation", "ref", unique=True, sqlite_where=_open, postgresql_where=_open),
    Index("ix_canaries_ref", "ref"),
)

# Scorecards count what reached the leaders' posts of a body in a year.
_escalated = text("level > 0")
Index(
    "ix_tasks_escalated",
    tasks.c.organisation,
    tasks.c.role,
    tasks.c.opened_at,
    sqlite_where=_escalated,
    postgresql_where=_escalated,
)
