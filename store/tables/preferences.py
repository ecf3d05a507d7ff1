"""How each person wants to be told in Slack. Whoever said nothing has no row."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, String, Table

from store.tables.columns import Instant, metadata

preferences = Table(
    "preferences",
    metadata,
    Column("person", String(80), ForeignKey("people.id"), primary_key=True),
    Column("off", JSON, nullable=False),  # `domain.preferences.Group`: news they do not want in Slack
    Column("bundling", String(16), nullable=False),  # `domain.preferences.Bundling`
    Column("quiet_from", String(2), nullable=False),  # an hour in London; '' without quiet hours
    Column("quiet_until", String(2), nullable=False),
    Column("quiet_days", Boolean, nullable=False),  # weekends and bank holidays
    Column("digest", Boolean, nullable=False),
    Column("changed_at", Instant, nullable=False),
)
