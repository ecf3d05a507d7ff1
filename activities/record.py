"""The case's own hands: what a workflow decided is written, and who holds office is looked up."""

from datetime import date

from temporalio import activity
from temporalio.exceptions import ApplicationError

from domain.people import Party, Seat
from store.database import Database
from store.directory import filled_seats
from store.record import Forked, Transition, record


class Recorder:
    def __init__(self, database: Database) -> None:
        self.database = database

    @activity.defn(name="record")
    async def record(self, transition: Transition) -> None:
        """Local, one per transition, idempotent by (case, number). Retried until the store answers."""
        try:
            async with self.database.write() as connection:
                await record(connection, transition)
        except Forked as forked:
            raise ApplicationError(str(forked), type="Forked", non_retryable=True) from forked

    @activity.defn(name="filled")
    async def filled(self, receiving: Party, sending: Party, board: str, day: date) -> tuple[Seat, ...]:
        """Which seats have somebody in them that day; asked when the clock acts: the case never looks things up."""
        async with self.database.read() as connection:
            return await filled_seats(connection, receiving, sending, board, day)
