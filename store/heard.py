"""What a transition changes beside its case: mediations, people's requests, and what enough concerns begin (A, E)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import events as e
from domain.case import Case, Kind
from store import concerns, mediations, rights
from store.tables import commands

WRITTEN = (
    e.MediationStarted,
    e.MediationExtended,
    e.MediationConcluded,
    e.MediationAnswered,
    e.RightsRequestReceived,
    e.RightsRequestAnswered,
    e.CorrectionPassedOn,
)
WATCHED = frozenset({Kind.ANSWER_RIGHTS})


async def keep(
    connection: AsyncConnection, at: datetime, command: str, steps: Sequence[tuple[e.Event, Case]]
) -> None:
    """Before the entry is published, so that it can say what came of a mediation."""
    if not any(isinstance(event, WRITTEN) or _moves(event, case) for event, case in steps):
        return
    said: dict[str, Any] = (
        await connection.scalar(select(commands.c.body).where(commands.c.id == command)) or {}
    )
    await mediations.keep(connection, at, steps, said)
    await rights.keep(connection, at, steps, said)


def _moves(event: e.Event, case: Case) -> bool:
    return (
        isinstance(event, e.DueMoved) and event.task in case.tasks and case.tasks[event.task].kind in WATCHED
    )


async def begin(connection: AsyncConnection, at: datetime, case: Case, events: Sequence[e.Event]) -> None:
    """An entry that was published may be the tenth relier of its root, or have become a share in use itself."""
    if any(isinstance(event, e.EntryPublished) for event in events):
        for ref in dict.fromkeys(each for each in (case.ref, case.root) if each):
            await concerns.begin_if_reached(connection, ref, at)
