"""Run by alembic inside `store.schema`, which hands over a connection that is already in a transaction."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import DateTime

from store.tables import Instant, metadata


def render(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """A migration says what the column is in the database; it must not change when our own class does."""
    if kind == "type" and isinstance(item, Instant | DateTime):
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a table by writing a new one
    render_item=render,
    compare_type=True,
    compare_server_default=True,
    transactional_ddl=True,  # true of SQLite too, because `store.database` says BEGIN itself
)

with context.begin_transaction():
    context.run_migrations()
