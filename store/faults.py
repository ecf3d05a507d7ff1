"""What the exchange sees go wrong with a grant reaches its case as a command, in the transaction that saw it (P3, D)."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.commands import Fault
from domain.people import EXCHANGE
from store import commands
from store.tables import cases

FIND, CLEAR = "find_fault", "clear_fault"


def command_id(ref: str, act: str, fault: Fault, seen: str) -> str:
    """Under which a sighting is told, so that whoever saw it can ask whether it was."""
    return f"{ref}.{act}.{fault}.{seen}"[:80]


async def find(
    connection: AsyncConnection, at: datetime, ref: str, fault: Fault, about: str = "", *, seen: str
) -> bool:
    """Tell the case. `seen`: what makes this sighting one, so that telling it twice is telling it once.

    False when the case is closed and can take nothing any more: whoever asks opens a body's task instead.
    """
    return await _tell(connection, at, ref, FIND, fault, about, seen)


async def clear(
    connection: AsyncConnection, at: datetime, ref: str, fault: Fault, about: str = "", *, seen: str
) -> bool:
    """It is over by itself. A case in which nothing is open about it says so, and nothing changes."""
    return await _tell(connection, at, ref, CLEAR, fault, about, seen)


async def _tell(
    connection: AsyncConnection, at: datetime, ref: str, act: str, fault: Fault, about: str, seen: str
) -> bool:
    closed = await connection.scalar(select(cases.c.closed).where(cases.c.ref == ref))
    if closed is None or closed:
        return False
    told = commands.Received(
        id=command_id(ref, act, fault, seen),
        ref=ref,
        act=act,
        actor=EXCHANGE.person,
        via="exchange",
        body={"fault": fault, "about": about},
        seen=None,
        received_at=at,
    )
    await commands.keep(connection, told, at)
    return True
