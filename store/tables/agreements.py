"""What boards and leaders agreed outside any case: clusters, memberships, the rulebook of the guards."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Index,
    Integer,
    String,
    Table,
)

from store.tables.columns import Instant, key, metadata, ref

clusters = Table(
    "clusters",
    metadata,
    key(),
    Column("version", Integer, primary_key=True),
    Column("name", String(200), nullable=False),
    ref("board", "organisations.id"),  # a body of its own; its members hold the post `board` there
    Column("terms", JSON, nullable=False),  # what `domain.clusters.Terms` says
    Column("in_force_from", String(10), nullable=False),
    Column("proposed_by", String(80), nullable=False),
    Column("confirmed_by", String(80), nullable=False),  # '' until a second board member agreed
    Column("created_at", Instant, nullable=False),
)

memberships = Table(
    "memberships",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("cluster", String(80), nullable=False),
    ref("team", "teams.id"),
    Column("signed_version", Integer, nullable=False),
    Column("signed_by", String(80), nullable=False),
    Column("signed_at", Instant, nullable=False),
    Column("notice_given_at", Instant),
    Column("notice_given_by", String(80)),
    Column("leaves_on", String(10)),  # the last day on which new cases may start; nothing is ever deleted
    Index("ix_memberships_cluster", "cluster", "team"),
    Index("ix_memberships_team", "team"),
)

guard_changes = Table(
    "guard_changes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("rule", String(80), nullable=False),
    Column("change", JSON, nullable=False),  # what `domain.rulebook.Change` says
    Column("reason", String(4000), nullable=False),
    Column("proposed_by", String(80), nullable=False),
    Column("proposed_at", Instant, nullable=False),
    Column("confirmed_by", String(80), nullable=False),  # '' until a second board member agreed
    Column("confirmed_at", Instant),
    Column("in_force_from", String(10), nullable=False),  # '' until then; never a day that has begun
)

guard_questions = Table(
    "guard_questions",
    metadata,
    key(),
    Column("ref", String(80), nullable=False),  # the request that was out of scope; it stays so
    Column("rule", String(80), nullable=False),
    Column("version", Integer, nullable=False),
    Column("question", String(4000), nullable=False),
    Column("asked_by", String(80), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("answer", String(4000), nullable=False),  # '' until a board member answered
    Column("answered_by", String(80), nullable=False),
    Column("answered_at", Instant),
    Column("published", Boolean, nullable=False),  # a board member looked: neither text names anybody (I10)
    Index("ix_guard_questions_ref", "ref"),
)
