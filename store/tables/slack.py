"""Whose Slack account is whose, as signed-in people said it; never by e-mail or by a name (§9)."""

from sqlalchemy import Column, Index, String, Table, UniqueConstraint, text

from store.tables.columns import Instant, metadata, ref

slack_links = Table(
    "slack_links",
    metadata,
    Column("team_id", String(20), primary_key=True),  # the workspace
    Column("user_id", String(20), primary_key=True),
    ref("person", "people.id"),
    Column("workspace", String(80), nullable=False),  # as Slack called both when it was linked
    Column("handle", String(80), nullable=False),
    Column("linked_at", Instant, nullable=False),
    Column(
        "checked_at", Instant, nullable=False
    ),  # when Slack last said that it is a full member of its own workspace
    UniqueConstraint("team_id", "person"),
    Index("ix_slack_links_person", "person"),
)

# A single-use link that was shown to one Slack account alone.
slack_codes = Table(
    "slack_codes",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("team_id", String(20), nullable=False),
    Column("user_id", String(20), nullable=False),
    Column("workspace", String(80), nullable=False),
    Column("handle", String(80), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("used_by", String(80), nullable=False, server_default=text("''")),
    Index("ix_slack_codes_user", "team_id", "user_id"),
)
