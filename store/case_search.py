"""Cases found by words of their title or of the bodies in them, among those that a person may see."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.directory import Person
from store.tables import cases, organisations, teams
from store.visible import visible_to


async def find(
    connection: AsyncConnection, person: Person, words: Sequence[str], most: int
) -> Sequence[Row[Any]]:
    """Cases in which every word is found, last changed first; one more than `most` where there are more.

    A word is looked for in the title, in the reference and in the names of both bodies and teams. Its reader's answer
    holds no title: a word may find a case and is not repeated by it.
    """
    receiving, sending = organisations.alias("receiving"), organisations.alias("sending")
    asks, holds = teams.alias("asks"), teams.alias("holds")
    query = (
        select(cases)
        .join(receiving, receiving.c.id == cases.c.receiving_organisation)
        .join(sending, sending.c.id == cases.c.sending_organisation)
        .join(asks, asks.c.id == cases.c.receiving_team)
        .join(holds, holds.c.id == cases.c.sending_team)
        .where(visible_to(person))
    )
    where = (cases.c.title, cases.c.ref, receiving.c.name, sending.c.name, asks.c.name, holds.c.name)
    for word in words:
        query = query.where(
            or_(*(func.lower(column).contains(word.lower(), autoescape=True) for column in where))
        )
    query = query.order_by(cases.c.updated_at.desc(), cases.c.ref.desc()).limit(most + 1)
    return (await connection.execute(query)).all()
