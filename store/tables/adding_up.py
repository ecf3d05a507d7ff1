"""Protection C for those who answer for it: what adds up in one receiver's hands, shares kept back included."""

from sqlalchemy import JSON, Column, Index, String, Table

from store.tables.columns import Instant, metadata, ref

# Never public: `alarms` is, and holds only what the register says.
adding_up = Table(
    "adding_up",
    metadata,
    Column("about", String(120), primary_key=True),  # what its tasks are kept under
    ref("organisation", "organisations.id"),
    Column("item", String(200), nullable=False),
    Column("entries", JSON, nullable=False),  # references of the live cases that add up to it
    Column("regions", JSON, nullable=False),  # ONS codes; empty when it no longer holds
    Column("raised_at", Instant, nullable=False),
    Index("ix_adding_up_organisation", "organisation"),
)
