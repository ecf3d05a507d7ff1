"""What every page about one body says of it: what it was called, and what it is part of once it is closed (P5, G7)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from store import government
from store.database import Database


@dataclass(frozen=True, kw_only=True)
class BodyLine:
    """`former`: (name, the day from which it had another), the newest first. `href`: the same page about the body it is part of now."""

    name: str
    closed_on: date | None
    successor: str
    href: str
    former: tuple[tuple[str, str], ...]


async def standing(database: Database, bodies: Iterable[str], address: str) -> list[BodyLine]:
    """A line for each of these bodies of which there is something to say. `address`: with {} for a body."""
    asked = sorted({body for body in bodies if body})
    found: list[BodyLine] = []
    async with database.read() as connection:
        for body in asked:
            how = await government.standing(connection, body)
            if not how.tells:
                continue
            names = await government.names_of(connection, {body})
            found.append(
                BodyLine(
                    name=names.now[body],
                    closed_on=date.fromisoformat(how.closed_on) if how.closed_on else None,
                    successor=how.successor_name,
                    href=address.format(how.successor),
                    former=tuple((each.name, each.until) for each in reversed(how.former)),
                )
            )
    return found
