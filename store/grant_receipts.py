"""What was pushed about a grant, to whose machine, and when it arrived (P3). No address, no secret, no person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.people import Side
from domain.webhook_rules import Sending, State
from store.tables import organisations, teams, webhook_endpoints, webhook_messages

MOST = 200  # the newest; a grant of two years changes less often
m, ends, o = webhook_messages.c, webhook_endpoints.c, organisations.c


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """One change for one machine. `delivered_at`: when the machine said that it has it; None while it has not.

    `to`: the body, with the team where the machine is that of one team. `closed`: its owners want nothing sent there
    any more. `next_try_at`: None where nobody is trying now.
    """

    message: str
    kind: str
    side: Side
    organisation: str
    to: str
    made_at: datetime
    state: Sending
    delivered_at: datetime | None
    attempts: int
    next_try_at: datetime | None
    last_status: int | None
    closed: bool


async def receipts(connection: AsyncConnection, ref: str) -> list[Receipt]:
    """Of the grant of this case, newest first."""
    query = (
        select(
            *(m.id, m.kind, m.data, m.made_at, m.state, m.delivered_at, m.attempts, m.next_try_at),
            *(
                m.last_status,
                o.name,
                ends.organisation,
                ends.state.label("endpoint"),
                teams.c.name.label("team"),
            ),
        )
        .join(webhook_endpoints, ends.id == m.endpoint)
        .join(organisations, o.id == ends.organisation)
        .outerjoin(teams, teams.c.id == ends.team)
        .where(m.ref == ref, m.kind.startswith("grant."))
    )
    found = await connection.execute(query.order_by(m.number.desc()).limit(MOST))
    return [_receipt(row) for row in found]


def _receipt(row: Row[*tuple[Any, ...]]) -> Receipt:
    delivered = row.delivered_at is not None
    return Receipt(
        message=row.id,
        kind=row.kind,
        side=Side(row.data["your_side"]),
        organisation=row.organisation,
        to=f"{row.name}, {row.team}" if row.team else row.name,
        made_at=row.made_at,
        state=Sending(row.state),
        delivered_at=row.delivered_at,
        attempts=row.attempts,
        next_try_at=None if delivered else row.next_try_at,
        last_status=row.last_status,
        closed=row.endpoint == State.CLOSED,
    )


async def without_machine(
    connection: AsyncConnection, parties: Sequence[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Those (organisation, team) of `parties` that have no endpoint: their machines are told by the status list alone."""
    found: list[tuple[str, str]] = []
    for organisation, team in parties:
        here = (ends.organisation == organisation, or_(ends.team == "", ends.team == team))
        if not await connection.scalar(select(func.count()).where(*here, ends.state != State.CLOSED)):
            found.append((organisation, team))
    return found
