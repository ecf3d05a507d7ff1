"""C17a: what two bodies agreed, as it was made of one version of the register entry. Written once, never again."""

from sqlalchemy import JSON, Column, Integer, String, Table

from store.tables.columns import Instant, key, metadata

sharing_agreements = Table(
    "sharing_agreements",
    metadata,
    key("ref"),
    Column("version", Integer, primary_key=True),  # 0: for the parties, while the entry is kept back
    Column("content", JSON, nullable=False),
    Column("hash", String(64), nullable=False),  # SHA-256 of the canonical JSON of the content
    Column("made_at", Instant, nullable=False),
)
