"""What advisers said in a case (P5). A body's advice is its own: the other side sees that it was given, and no word of it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.people import Role, Seat
from store.reads import Entry
from store.tables import events

ACTS = frozenset({"ask_advice", "give_advice"})
SAID = ("advice_asked", "advice_given")


async def is_given(connection: AsyncConnection, ref: str, seat: Seat) -> bool:
    """Whether this seat has advised since the request went to the body it is in."""
    query = select(events.c.kind, events.c.data).where(
        events.c.ref == ref, events.c.kind.in_(("advice_given", "request_transferred"))
    )
    given = False
    for row in await connection.execute(query.order_by(events.c.seq)):
        given = row.kind == "advice_given" and (given or row.data["seat"] == seat)
    return given


def for_reader(entries: Sequence[Entry], held: Iterable[Seat], roles: Iterable[Role]) -> Sequence[Entry]:
    """The timeline without the words that passed between the other body and its advisers. An auditor reads all."""
    if Role.AUDITOR in roles:
        return entries
    mine = {seat.side for seat in held}
    others = {
        each.command for each in entries if each.kind in SAID and Seat(each.data["seat"]).side not in mine
    }
    return [
        replace(each, words={}) if each.act in ACTS and each.command in others else each for each in entries
    ]
