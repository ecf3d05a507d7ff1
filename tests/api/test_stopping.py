"""Being told to stop is not a slow engine: a desk that is cancelled stops, and what it was bringing stays pending."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowUpdateRPCTimeoutOrCancelledError

from api.desk import Desk
from store import commands
from store.database import Database
from tests.engine import story


class SlowDesk(Desk):
    """Answers as the SDK does: being cancelled comes out as its own trouble."""

    async def _bring(self, command: Any, page: Any) -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError as cancelled:
            raise WorkflowUpdateRPCTimeoutOrCancelledError from cancelled


async def test_a_desk_that_is_told_to_stop_stops(database: Database) -> None:
    async with story(database) as told:
        told.intake.desk = SlowDesk(told.environment.client, database, budget=timedelta(milliseconds=50))
        answer = await told.submits()
        assert answer.state == commands.PENDING, "slow, and the person is told that it is recorded"
        patient = SlowDesk(told.environment.client, database, budget=timedelta(seconds=30))
        stopping = asyncio.create_task(patient.deliver(answer.command))
        await asyncio.sleep(0.2)
        stopping.cancel()
        with pytest.raises(asyncio.CancelledError):
            await stopping
        async with database.read() as connection:
            row = await commands.get(connection, answer.command)
        assert row is not None and row.state == commands.PENDING
