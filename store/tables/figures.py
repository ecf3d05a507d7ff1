"""Public figures, kept up to date with every transition (§5): what each case adds, the sums, and what was restated."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, text

from store.tables.columns import Instant, metadata, ref

# One row for each case: `domain.figure_tally.Tally`, and what its rows are looked up by.
case_figures = Table(
    "case_figures",
    metadata,
    Column("ref", String(80), ForeignKey("cases.ref"), primary_key=True),
    Column("receiving_organisation", String(80), nullable=False),
    Column("sending_organisation", String(80), nullable=False),
    Column("cluster", String(80), nullable=False),
    Column("lane", String(16), nullable=False),  # '' until one was chosen
    Column("demo", Boolean, nullable=False),
    Column("tally", JSON, nullable=False),
)

# What each case adds to which number, and so the rows behind it: `domain.figure_counts.Added` -> n.
case_counts = Table(
    "case_counts",
    metadata,
    Column("ref", String(80), ForeignKey("cases.ref"), primary_key=True),
    Column("family", String(16), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("value", Integer, primary_key=True),
    Column("side", String(16), primary_key=True),  # the one that alone answers for it, or ''
    Column("n", BigInteger, nullable=False),
    Index("ix_case_counts_day", "family", "name", "day", "ref"),
    sqlite_with_rowid=False,
)

# The sums: `domain.figure_counts.Key` -> n. organisation '' is everybody.
figure_counts = Table(
    "figure_counts",
    metadata,
    Column("organisation", String(80), primary_key=True),
    Column("demo", Boolean, primary_key=True),
    Column("family", String(16), primary_key=True),
    Column("day", String(10), primary_key=True),  # before the name: a window is read as one range
    Column("name", String(64), primary_key=True),
    Column("value", Integer, primary_key=True),
    Column("cluster", String(80), primary_key=True),
    Column("lane", String(16), primary_key=True),
    Column("n", BigInteger, nullable=False),
    sqlite_with_rowid=False,  # the key is the table: a window is read in one go
)

_moved = text("ref IS NOT NULL")

# G7: each time a figure that was told changed. Only ever added to. `bodies`, `clusters`, `lanes`: |a|b|, '' for all.
restatements = Table(
    "restatements",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("why", String(16), nullable=False),  # a key of `domain.figure_restated.WHY`
    ref("ref", "cases.ref", nullable=True),  # of the case that moved
    Column("number", Integer, nullable=False),  # which of its moves
    Column("note", String(1000), nullable=False),
    Column("first_day", String(10), nullable=False),
    Column("last_day", String(10), nullable=False),
    Column("bodies", String(400), nullable=False),
    Column("clusters", String(200), nullable=False),
    Column("lanes", String(80), nullable=False),
    Column("demo", Boolean),  # NULL for both
    Column("changes", JSON, nullable=False),  # `domain.figure_restated.Change`
    Index("uq_restatements_move", "ref", "number", unique=True, sqlite_where=_moved, postgresql_where=_moved),
)

# P10: programmes of named priorities, in versions. A version is never edited, only followed by another.
programmes = Table(
    "programmes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("programme", String(80), nullable=False),
    Column("version", Integer, nullable=False),  # 0 until it is confirmed
    Column("name", String(200), nullable=False),
    Column("purpose", String(1000), nullable=False),
    Column("citation", String(200), nullable=False),
    Column("duties", JSON, nullable=False),
    Column("uses", JSON, nullable=False),
    Column("cluster", String(80), nullable=False),
    Column("bodies", JSON, nullable=False),
    Column("demo", Boolean, nullable=False),
    Column("reason", String(1000), nullable=False),
    Column("proposed_by", String(80), nullable=False),
    Column("proposed_at", Instant, nullable=False),
    Column("decided_by", String(80), nullable=False),  # '' while it waits
    Column("decided_at", Instant),
    Column(
        "in_force_from", String(10), nullable=False
    ),  # '' while it waits, and for good when it was dropped
    Index("ix_programmes_programme", "programme", "version"),
)
