"""The use log (D): what machines told of each use of a grant, and its sums. No payload, and nobody who can be told."""

from sqlalchemy import JSON, Boolean, Column, Index, Integer, String, Table, UniqueConstraint, text

from store.tables.columns import Instant, metadata, ref

# One row for each use, by whoever reported it. `number` is the order in which they came.
use_rows = Table(
    "use_rows",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    ref("organisation", "organisations.id"),  # whose machine told
    Column("id", String(80), nullable=False),  # minted there
    Column("hash", String(64), nullable=False),  # of what was told, so that the same id says the same
    Column("received_at", Instant, nullable=False),
    Column("logtime", Instant, nullable=False),
    Column("action", String(200), nullable=False),
    Column("receiver_code", String(80), nullable=False),
    Column("receiver_name", String(200), nullable=False),
    Column("receiver_system", String(200), nullable=False),
    Column("grant", String(80), nullable=False),  # as it was told: there may be none such
    Column("ref", String(80), nullable=False),  # of its case, '' where nobody knows the grant
    Column("purpose", String(200), nullable=False),
    Column("basis", String(200), nullable=False),
    Column("items", JSON, nullable=False),
    Column("subject", String(128), nullable=False),  # '' where it was about nobody
    Column("flag", String(16), nullable=False),  # '' or why it was no authorised use
    Column("by_party", Boolean, nullable=False),  # told by one of the two bodies of the grant
    UniqueConstraint("organisation", "id"),
    Index("ix_use_rows_case", "ref", "number"),
    Index(
        "ix_use_rows_subject",
        "subject",
        "logtime",
        "number",
        sqlite_where=text("subject <> ''"),
        postgresql_where=text("subject <> ''"),
    ),
    Index("ix_use_rows_reporter", "organisation", "logtime"),
    Index("ix_use_rows_grant_time", "grant", "logtime"),
)

# What pages read: uses told by each body of a grant, by the London day on which they were. Written with the rows. Both
# may tell of the same call, so a day counts as the side that told of more (`store.use_read.days`).
use_days = Table(
    "use_days",
    metadata,
    Column("ref", String(80), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("side", String(16), primary_key=True),  # sending, receiving
    Column("calls", Integer, nullable=False),
    Column("flagged", Integer, nullable=False),  # of these
    Index("ix_use_days_day", "day", "ref"),
    sqlite_with_rowid=False,
)

# Since when a grant stood how, so that a row that comes late is judged by its own time.
grant_states = Table(
    "grant_states",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    ref("grant", "grants.id"),
    Column("state", String(16), nullable=False),
    Column("since", Instant, nullable=False),
    Index("ix_grant_states_grant", "grant", "since", "number"),
)
