"""What is rare and counted in public one by one: waivers, urgent uses, entries kept back (G2, C21, P2r)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.tables import cases, events, organisations

# Written out, so that both databases see that the small index holds all of them.
KINDS = "('separation_waived', 'urgent_use_reviewed', 'entry_exempted')"


@dataclass(frozen=True, kw_only=True)
class Counted:
    """Numbers of events. Those of made-up bodies are in no public figure, and kept apart (`demo`)."""

    waivers: int = 0
    urgent_reviewed: int = 0
    urgent_misused: int = 0
    kept_back: int = 0


async def counted(connection: AsyncConnection) -> Mapping[bool, Counted]:
    """By whether a made-up body is on either side: {False: the public's, True: the demonstration's}."""
    receiving, sending = organisations.alias(), organisations.alias()
    query = (
        select(events.c.kind, events.c.data, or_(receiving.c.demo, sending.c.demo).label("demo"))
        .join(cases, cases.c.ref == events.c.ref)
        .join(receiving, receiving.c.id == cases.c.receiving_organisation)
        .join(sending, sending.c.id == cases.c.sending_organisation)
        .where(literal_column(f"events.kind IN {KINDS}"))
    )
    found: dict[bool, Counter[str]] = {False: Counter(), True: Counter()}
    for row in await connection.execute(query):
        mine = found[bool(row.demo)]
        mine[row.kind] += 1
        mine["misused"] += row.kind == "urgent_use_reviewed" and not row.data["justified"]
    return {
        demo: Counted(
            waivers=told["separation_waived"],
            urgent_reviewed=told["urgent_use_reviewed"],
            urgent_misused=told["misused"],
            kept_back=told["entry_exempted"],
        )
        for demo, told in found.items()
    }
