"""Lives whose acts have words: the commands they came from are kept too, as the edge keeps them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from store import commands
from store.commands import Received
from tests.activities.recorded import RecordedLife


async def keep(life: RecordedLife, said: Mapping[str, Mapping[str, Any]]) -> None:
    """Write a life with what was answered in each kind of act. Of acts that came twice, both times the same."""
    for number, step in enumerate(life.steps[life.kept :], start=life.kept):
        key = f"{life.case.ref}.{step.command.id}"
        life.steps[number] = replace(step, command=replace(step.command, id=key))
        kind = step.command.act.kind
        if kind in said:
            received = Received(
                id=key,
                ref=life.case.ref,
                act=kind,
                actor=step.command.by.person,
                via="web",
                body=dict(said[kind]),
                seen=None,
                received_at=step.now,
            )
            async with life.database.write() as connection:
                await commands.keep(connection, received, step.now)
    await life.keep()
