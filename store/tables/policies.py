"""Versions of the policy that two board members agreed on; the shipped numbers are code (`domain.policy`)."""

from sqlalchemy import JSON, Column, Integer, String, Table

from store.tables.columns import Instant, metadata

policies = Table(
    "policies",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", String(40), nullable=False),  # such as 2026-2; '' until a second board member agreed
    Column("numbers", JSON, nullable=False),  # what differs from the shipped ones: field -> number
    Column("reason", String(4000), nullable=False),
    Column("proposed_by", String(80), nullable=False),
    Column("proposed_at", Instant, nullable=False),
    Column("confirmed_by", String(80), nullable=False),  # '' until then
    Column("confirmed_at", Instant),
    Column("in_force_from", String(10), nullable=False),  # '' until then; never a day that has begun
)
