"""What teams offer to be called or sent (P3): descriptions and their versions, never data."""

from sqlalchemy import JSON, Column, Index, Integer, String, Table, Text, UniqueConstraint, text

from store.tables.columns import Instant, key, metadata, ref

# As it stands. Whose body it is, its team says: teams move. A withdrawn row stays (G7).
services = Table(
    "services",
    metadata,
    key(),  # minted from team and title, and it stays when they change
    ref("team", "teams.id"),
    Column("title", String(200), nullable=False),
    Column("summary", Text, nullable=False),
    Column("items", JSON, nullable=False),  # in the words of the team
    Column("operations", JSON, nullable=False),  # [{"name": ..., "line": ...}]
    Column("environment", String(16), nullable=False),  # sandbox, live
    Column("release", String(40), nullable=False),  # its version, as the team calls it
    Column("state", String(16), nullable=False),  # draft, open, paused, withdrawn
    Column("address", String(500), nullable=False),  # '' for files
    Column("auth", String(1000), nullable=False),  # how machines sign in
    Column("support_hours", String(200), nullable=False),
    Column("openapi", String(500), nullable=False),
    Column("x_road_client", String(300), nullable=False, server_default=text("''")),
    Column("x_road_service", String(100), nullable=False, server_default=text("''")),
    Column("version", Integer, nullable=False),  # of this description
    Column("changed_at", Instant, nullable=False),
    Column("opened_at", Instant),  # first
    Index("ix_services_team", "team", "environment", "state"),
    Index("ix_services_title", "title", "id"),
    Index("ix_services_state", "state", "environment"),
)

service_versions = Table(
    "service_versions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    ref("service", "services.id"),
    Column("version", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", String(80), nullable=False),
    Column("act", String(20), nullable=False),  # added, changed, opened, paused, withdrawn
    Column("content", JSON, nullable=False),  # the whole description, as it stood then
    UniqueConstraint("service", "version"),
)

# The words of titles, summaries, items and bodies' names, to be found by their beginning.
service_words = Table(
    "service_words",
    metadata,
    Column("word", String(40), primary_key=True),
    Column("service", String(80), primary_key=True),
    Index("ix_service_words_service", "service"),
)

# Who offers an item, and who receives it. `words`: its normal name from each of its words on, so that "income" finds
# "household income band" by the beginning of a row. `name`: the whole normal name.
offered_items = Table(
    "offered_items",
    metadata,
    Column("words", String(200), primary_key=True),
    Column("service", String(80), primary_key=True),
    Column("name", String(200), primary_key=True),
    Index("ix_offered_items_service", "service"),
)
registered_items = Table(
    "registered_items",
    metadata,
    Column("words", String(200), primary_key=True),
    Column("ref", String(80), primary_key=True),
    Column("name", String(200), primary_key=True),
    Index("ix_registered_items_ref", "ref"),
)
