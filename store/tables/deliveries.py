"""Deliveries of a file or of part of it (P3): what each side says of it. The data itself is never here."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    text,
)

from store.tables.columns import Instant, metadata, ref

deliveries = Table(
    "deliveries",
    metadata,
    ref("grant", "grants.id"),
    Column("number", Integer, nullable=False),  # of the grant, from 1
    Column("state", String(16), nullable=False),  # announced, delivered, mismatched
    Column("in_case", Boolean, nullable=False, server_default=text("false")),  # said by acts of the case
    Column("cap", Integer, nullable=False),  # people that a delivery could hold then, 0 for no limit
    Column("items", JSON, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("checksum", String(200), nullable=False),
    Column("sent_at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", String(80), nullable=False),
    Column(
        "confirm_by", Instant
    ),  # later the receiving team is late; NULL where no calendar reaches that far
    # What arrived, as the receiving team says it.
    Column("arrived_items", JSON),
    Column("arrived_rows", BigInteger),
    Column("arrived_checksum", String(200)),
    Column("arrived_at", Instant),
    Column("confirmed_at", Instant),
    Column("confirmed_by", String(80)),
    PrimaryKeyConstraint("grant", "number"),
)
Index("ix_deliveries_state", deliveries.c.state, deliveries.c.recorded_at)
