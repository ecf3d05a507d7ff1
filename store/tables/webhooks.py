"""Where the machines of a body are told what happens in its cases, and each message to them (§9)."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    text,
)

from store.tables.columns import Instant, key, metadata, ref

webhook_endpoints = Table(
    "webhook_endpoints",
    metadata,
    key(),
    ref("organisation", "organisations.id"),
    Column("team", String(80), nullable=False),  # '' for the whole body
    Column("url", String(500), nullable=False),
    Column(
        "secret", String(80), nullable=False
    ),  # has to be readable to sign with; shown once and never again
    Column("secret_before", String(80), nullable=False, server_default=text("''")),
    Column("secret_before_until", Instant),
    Column("groups", JSON, nullable=False),
    ref("made_by", "people.id"),
    Column("made_at", Instant, nullable=False),
    Column("state", String(16), nullable=False),  # on, paused, closed
    Column("gone", Boolean, nullable=False, server_default=text("false")),  # paused because it answered 410
    Column("changed_at", Instant, nullable=False),
    Column("failing_since", Instant),
    Column("last_success_at", Instant),
    Column("last_failure_at", Instant),
    Column("last_reason", String(200), nullable=False, server_default=text("''")),
    Index("ix_webhook_endpoints_organisation", "organisation", "state"),
)

webhook_messages = Table(
    "webhook_messages",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),  # the order in which they were made
    Column("id", String(80), nullable=False, unique=True),
    Column("endpoint", String(80), ForeignKey("webhook_endpoints.id"), nullable=False),
    Column("ref", String(80), nullable=False),  # '' for a test
    Column("seq", Integer, nullable=False),  # the event's number in its case
    Column("kind", String(80), nullable=False),
    Column("group", String(16), nullable=False),
    Column("data", JSON, nullable=False),
    Column("at", Instant, nullable=False),  # when it happened
    Column("made_at", Instant, nullable=False),
    Column("state", String(16), nullable=False),  # waiting, delivered, parked
    Column("because", String(16), nullable=False, server_default=text("''")),  # why it is parked
    Column("round", Integer, nullable=False, server_default=text("0")),  # how often it was sent again by hand
    Column("started", Boolean, nullable=False, server_default=text("false")),  # in this round
    Column("attempts", Integer, nullable=False, server_default=text("0")),  # of all rounds
    Column("failures", Integer, nullable=False, server_default=text("0")),  # in a row, in this round
    Column("first_failed_at", Instant),  # in this round
    Column("next_try_at", Instant),
    Column("delivered_at", Instant),
    Column("last_status", Integer),  # of HTTP; none when nobody answered
    Column("reason", String(200), nullable=False, server_default=text("''")),
    UniqueConstraint("endpoint", "ref", "seq", "kind"),
    Index(
        "ix_webhook_messages_line",
        "endpoint",
        "ref",
        "number",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    Index("ix_webhook_messages_listed", "endpoint", "number"),
)
