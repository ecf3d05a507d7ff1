"""Calls of the demonstration's shares that go record by record, so that its pages show some use (D). Made up, and repeatable:
a grant of which anything was told before is left alone."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select

from api.desk import Clock
from domain.grants import Mode, State
from domain.use_log import MOST_ROWS
from domain.use_rows import Use
from store import use_log
from store.database import Database
from store.tables import grants, organisations, use_rows

MONTHS_BACK = timedelta(days=400)
ACTIONS = (
    "Looked up whether the answer was yes or no",
    "Looked up one record",
    "Checked a change of address",
)


async def tell_use(database: Database, clock: Clock) -> int:
    """How many calls were told, by the sending bodies, up to now."""
    now, told = clock(), 0
    g, u, o = grants.c, use_rows.c, organisations.c
    untold = ~select(u.number).where(u.grant == g.id).exists()
    query = (
        select(g.id, g.ref, g.sending_organisation, g.receiving_organisation, g.active_from, o.name)
        .join(organisations, o.id == g.receiving_organisation)
        .where(g.mode == Mode.TRANSACTIONAL, g.state == State.ACTIVE, o.demo, untold)
    )
    async with database.read() as connection:
        rows = (await connection.execute(query.order_by(g.id))).all()
    for row in rows:
        uses = list(_calls(row, now))[-MOST_ROWS:]
        if uses:
            async with database.write() as connection:
                told += (await use_log.keep(connection, row.sending_organisation, uses, now)).stored
    return told


def _calls(row: Row[*tuple[Any, ...]], now: datetime) -> Iterator[Use]:
    """One to four on each weekday since the share began, in working hours."""
    day = max(row.active_from, now - MONTHS_BACK).replace(hour=9, minute=0, second=0, microsecond=0)
    while day <= now:
        for number in range(1 + day.toordinal() * 7 % 4 if day.weekday() < 5 else 0):
            at = day + timedelta(minutes=97 * number + day.toordinal() % 31)
            if row.active_from <= at <= now:
                yield Use(
                    id=f"demo-{row.id}-{at:%Y%m%dT%H%M}",
                    logtime=at,
                    action=ACTIONS[(day.toordinal() + number) % len(ACTIONS)],
                    receiver_code=row.receiving_organisation,
                    receiver_name=row.name,
                    receiver_system="caseworker desk",
                    grant=row.id,
                    subject=f"demo.{day.toordinal() * 31 % 997:03}",
                )
        day += timedelta(days=1)
