"""Store and engine compared: an open case whose workflow is not running is started again from its record."""

from collections.abc import Iterable

from sqlalchemy import select
from temporalio.client import Client

from api.desk import Desk
from store.database import Database
from store.tables import cases
from workflows.names import workflow_id

RUNNING = 'WorkflowType="ShareRequest" AND ExecutionStatus="Running"'


async def open_cases(database: Database) -> list[str]:
    async with database.read() as connection:
        return list(
            await connection.scalars(select(cases.c.ref).where(~cases.c.closed).order_by(cases.c.ref))
        )


async def revive_missing(database: Database, client: Client, desk: Desk) -> list[str]:
    """At every boot: ask the engine once for what runs, and start what does not. The refs that were started."""
    refs = await open_cases(database)
    if not refs:
        return []
    running = {found.id async for found in client.list_workflows(RUNNING)}
    return await revive(desk, (ref for ref in refs if workflow_id(ref) not in running))


async def revive(desk: Desk, refs: Iterable[str]) -> list[str]:
    """Start each that does not run. The engine's list lags, so each is really tried: a running one refuses."""
    return [ref for ref in refs if await desk.revive(ref)]
