"""Who is here: people's sessions, how their accounts elsewhere are theirs, and machines' tokens. Secrets are hashes."""

from sqlalchemy import (
    JSON,
    Column,
    Index,
    String,
    Table,
    text,
)

from store.tables.columns import Instant, metadata, ref

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("id", String(32), nullable=False, unique=True),  # as its owner's list names it
    ref("person", "people.id"),
    Column("how", String(8), nullable=False),  # dev, oidc
    Column("issuer", String(200), nullable=False, server_default=text("''")),
    Column("device", String(80), nullable=False, server_default=text("''")),  # such as 'Firefox on Linux'
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Index("ix_sessions_person", "person"),
)

# Whose account at a provider is whose here: never by e-mail, which people hand on and administrators reuse.
identities = Table(
    "identities",
    metadata,
    Column("issuer", String(200), primary_key=True),
    Column("subject", String(255), primary_key=True),
    ref("person", "people.id"),
    Column("linked_at", Instant, nullable=False),
    Column("linked_by", String(80), nullable=False),  # who made the invitation
    Index("ix_identities_person", "person"),
)

# A single-use link by which somebody in the directory says which account is theirs.
invitations = Table(
    "invitations",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    ref("person", "people.id"),
    Column("made_by", String(80), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Index("ix_invitations_person", "person"),
)

# A sign-in under way at a provider, from leaving us to coming back: once, and for minutes.
sign_ins = Table(
    "sign_ins",
    metadata,
    Column("state_hash", String(64), primary_key=True),
    Column("browser_hash", String(64), nullable=False),  # the browser that left is the one that comes back
    Column("nonce", String(64), nullable=False),
    Column("verifier", String(128), nullable=False),
    Column("back", String(200), nullable=False),
    Column("invitation", String(64), nullable=False, server_default=text("''")),  # hash of its code
    Column("started_at", Instant, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("id", String(32), nullable=False, unique=True),
    ref("person", "people.id"),
    Column("label", String(80), nullable=False),
    Column("scopes", JSON, nullable=False),  # `domain.scopes.Scope`
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),  # to the day: kept at most once a day
    Column("revoked_at", Instant),
    Column(
        "replaces", String(32), nullable=False, server_default=text("''")
    ),  # the token it was rotated from
    Index("ix_tokens_person", "person"),
)
