"""Public figures, kept up to date with every transition (§5): what each case adds, and the sums."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, text

from store.tables.columns import metadata

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
    Column("is_open", Boolean, nullable=False),
    Column("tally", JSON, nullable=False),
    Index("ix_case_figures_open", "ref", sqlite_where=text("is_open"), postgresql_where=text("is_open")),
)

# Which case a number is made of: one row for each flow and mark, in order. `side` alone answers for it, or ''.
case_flows = Table(
    "case_flows",
    metadata,
    Column("ref", String(80), ForeignKey("cases.ref"), primary_key=True),
    Column("name", String(32), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("day", String(10), nullable=False),
    Column("side", String(16), nullable=False),
    Index("ix_case_flows_day", "name", "day", "ref"),
)

# The sums: `domain.figure_counts.Key` -> n. organisation '' is everybody.
figure_counts = Table(
    "figure_counts",
    metadata,
    Column("organisation", String(80), primary_key=True),
    Column("demo", Boolean, primary_key=True),
    Column("family", String(16), primary_key=True),
    Column("day", String(10), primary_key=True),  # before the name: a window is read as one range
    Column("name", String(32), primary_key=True),
    Column("value", Integer, primary_key=True),
    Column("cluster", String(80), primary_key=True),
    Column("lane", String(16), primary_key=True),
    Column("n", Integer, nullable=False),
    sqlite_with_rowid=False,  # the key is the table: a window is read in one go
)
