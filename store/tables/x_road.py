"""X-Road (P3): Security Servers of bodies, subsystems of teams, and what each grant's rights should be there."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, text

from store.tables.columns import Instant, metadata

x_road_servers = Table(
    "x_road_servers",
    metadata,
    Column("organisation", String(80), ForeignKey("organisations.id"), primary_key=True),
    Column("url", String(200), nullable=False),
    Column("sealed", String(1000), nullable=False),  # the API key, encrypted
    Column("certificate", String(8000), nullable=False),  # PEM; '' for what is publicly trusted
    Column("is_on", Boolean, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("last_success_at", Instant),
    Column("last_failure_at", Instant),
    Column("last_answer", String(300), nullable=False, server_default=text("''")),
)

x_road_subjects = Table(
    "x_road_subjects",
    metadata,
    Column("team", String(80), ForeignKey("teams.id"), primary_key=True),
    Column("subject", String(300), nullable=False),  # '' where the team uses X-Road no more
    Column("changed_at", Instant, nullable=False),
)

# One a grant: the newest wish counts, and a new one is another round.
x_road_jobs = Table(
    "x_road_jobs",
    metadata,
    Column("grant", String(80), ForeignKey("grants.id"), primary_key=True),
    Column("wanted", String(16), nullable=False),  # present, absent
    Column("round", Integer, nullable=False),
    Column("started", Boolean, nullable=False),  # in this round
    Column("wished_at", Instant, nullable=False),
    Column("placed", JSON, nullable=False),  # rights that we may have put somewhere
    Column("failures", Integer, nullable=False),  # in a row, in this round
    Column("last_try_at", Instant),
    Column("next_try_at", Instant),
    Column("applied_at", Instant),  # in this round
    Column("last_answer", String(300), nullable=False, server_default=text("''")),
    Index(
        "ix_x_road_jobs_waiting",
        "wanted",
        "wished_at",
        sqlite_where=text("applied_at IS NULL"),
        postgresql_where=text("applied_at IS NULL"),
    ),
)
