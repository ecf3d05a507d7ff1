"""Grants (P3): what an approved share opens. They follow from the events of their case and are written with them."""

from sqlalchemy import JSON, Column, Index, Integer, String, Table, UniqueConstraint, text

from store.tables.columns import Instant, key, metadata, ref

grants = Table(
    "grants",
    metadata,
    key(),  # GR-..., of the case SC-...
    Column("ref", String(80), nullable=False, unique=True),
    Column("state", String(16), nullable=False),  # issued, active, suspended, revoked, expired
    Column("version", Integer, nullable=False),  # of what it covers
    Column("mode", String(16), nullable=False),  # transactional, bulk
    Column("use", String(40), nullable=False),
    Column("cap", Integer, nullable=False),  # people in one delivery, 0 for no limit
    Column("service", String(80), nullable=False, server_default=text("''")),  # which it opens; '' none said
    Column("receiving_organisation", String(80), nullable=False),
    Column("receiving_team", String(80), nullable=False),
    Column("sending_organisation", String(80), nullable=False),
    Column("sending_team", String(80), nullable=False),
    Column("register_version", Integer, nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("active_from", Instant),
    Column("ends_at", Instant),
    Column("changed_at", Instant, nullable=False),
    Column("last_use_at", Instant),  # the latest call or delivery that was told of (D)
    Column("last_heard_at", Instant),  # the same, or a sign of life without one
    Index("ix_grants_live", "state", "last_heard_at"),
    Index("ix_grants_receiving", "receiving_organisation", "state"),
    Index("ix_grants_sending", "sending_organisation", "state"),
)

# The number is the version's place in the status list: given once, never again.
grant_versions = Table(
    "grant_versions",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    ref("grant", "grants.id"),
    Column("version", Integer, nullable=False),
    Column("items", JSON, nullable=False),
    Column("since", Instant, nullable=False),
    Column("status", String(16), nullable=False),  # valid, invalid, suspended, narrowed
    Column("changed_at", Instant, nullable=False),
    UniqueConstraint("grant", "version"),
)

# What a body has to do that belongs to no case: silence about it moves up all the same.
body_tasks = Table(
    "body_tasks",
    metadata,
    key(),
    Column("kind", String(32), nullable=False),
    Column("about", String(120), nullable=False),  # which of several alike
    Column("ref", String(80), nullable=False, server_default=text("''")),  # of the case it is about, if any
    ref("organisation", "organisations.id"),
    Column("team", String(80), nullable=False),  # '' for leaders and others of the whole body
    Column("role", String(40), nullable=False),
    Column("level", Integer, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("missed_at", Instant),
    Column("closed_at", Instant),
    Column("how", String(16), nullable=False, server_default=text("''")),  # done, overtaken, by_itself
    Column("said", String(4000), nullable=False, server_default=text("''")),
    Index(
        "ix_body_tasks_open",
        "kind",
        "about",
        "organisation",
        "team",
        "role",
        unique=True,
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
    Index("ix_body_tasks_mine", "organisation", "role", "due_at"),
)
