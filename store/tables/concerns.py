"""What people said about entries of the register, what they asked of the data about them, and mediations (A, E).

Rows are never deleted. Of who wrote only the hash of a code is kept.
"""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, text

from store.tables.columns import Instant, key, metadata

concerns = Table(
    "concerns",
    metadata,
    key(),
    Column("ref", String(80), ForeignKey("cases.ref"), nullable=False),
    Column("text", String(2000), nullable=False),
    Column("speaks_for", String(16), nullable=False),
    Column("organisation", String(200), nullable=False),  # as it is published; '' for nobody's
    Column(
        "body", String(80), nullable=False
    ),  # of the directory, when somebody signed in speaks for it; else ''
    Column("code_hash", String(64), nullable=False, unique=True),
    Column("raised_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),  # until when it is to be read
    Column("standing", String(16), nullable=False),  # waiting, published, declined
    Column("settled_at", Instant),
    Column("settled_by", String(80), nullable=False),
    Column("because", String(16), nullable=False),  # why it was declined, else ''
    Index("ix_concerns_ref", "ref", "raised_at"),
    Index(
        "ix_concerns_waiting",
        "due_at",
        sqlite_where=text("standing = 'waiting'"),
        postgresql_where=text("standing = 'waiting'"),
    ),
)

rights_requests = Table(
    "rights_requests",
    metadata,
    key(),
    Column("ref", String(80), ForeignKey("cases.ref"), nullable=False),
    Column("right", String(16), nullable=False),
    Column("text", String(2000), nullable=False),  # for the receiving team alone
    Column("reference", String(200), nullable=False),  # the body's own, else ''
    Column("code_hash", String(64), nullable=False, unique=True),
    Column("command", String(120), nullable=False),  # which brings it to its case
    Column("received_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("answered_at", Instant),
    Column("outcome", String(16), nullable=False),  # '' until it is answered
    Column("answer", String(4000), nullable=False),
    Column("told_at", Instant),  # a correction reached everybody who has the data
    Column("receipts", JSON, nullable=False),
    Index("ix_rights_requests_ref", "ref", "received_at"),
)

mediations = Table(
    "mediations",
    metadata,
    Column("ref", String(80), ForeignKey("cases.ref"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("why", String(16), nullable=False),
    Column("level", Integer, nullable=False),  # of the leader who sent it there (C14); 0 about a share in use
    Column("asked", String(4000), nullable=False),  # in the words of who began it, else ''
    Column("started_at", Instant, nullable=False),
    Column("task", String(16), nullable=False),  # to mediate
    Column("extended", Integer, nullable=False),  # working days
    Column("concluded_at", Instant),
    Column("outcome", String(16), nullable=False),  # '' while it runs
    Column("said", String(4000), nullable=False),
    Column("answer_task", String(16), nullable=False),  # to comply or explain, else ''
    Column("answered_at", Instant),
    Column("complies", Boolean),
    Column("answer", String(4000), nullable=False),
    Index("ix_mediations_started_at", "started_at"),
)
