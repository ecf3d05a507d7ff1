"""The keys that grants' tokens are signed with, and the tokens that were given out (P3)."""

from sqlalchemy import JSON, Column, Index, Integer, String, Table, text

from store.tables.columns import Instant, key, metadata, ref

signing_keys = Table(
    "signing_keys",
    metadata,
    key("kid"),
    Column("public", JSON, nullable=False),  # the public half, as JWK
    Column(
        "sealed", String(1000), nullable=False
    ),  # the private half, encrypted; '' once it never signs again
    Column("state", String(16), nullable=False),  # next, current, retired, revoked
    Column("made_at", Instant, nullable=False),
    Column("signs_from", Instant, nullable=False),
    Column("retired_at", Instant),
    Column("gone_at", Instant),  # from when it is published no more
    Index(
        "ix_signing_keys_one",
        "state",
        unique=True,
        sqlite_where=text("state IN ('next', 'current')"),
        postgresql_where=text("state IN ('next', 'current')"),
    ),
)

# Not the tokens themselves: nobody could use what lies here.
grant_tokens = Table(
    "grant_tokens",
    metadata,
    key("jti"),
    ref("grant", "grants.id"),
    Column("version", Integer, nullable=False),
    ref("kid", "signing_keys.kid"),
    Column("command", String(80), nullable=False, unique=True),  # the same one again gets the same token
    Column("issued_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("by", String(80), nullable=False),
    Index("ix_grant_tokens_live", "kid", "expires_at"),
)
