"""Machinery of government as rows: what was proposed and agreed, what bodies were called, what they are part of (P5, G7)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import government as rules
from domain.government import Body, Change, Directory, FormerName, Kind, Plan
from domain.people import Role
from domain.working_days import Nation, london_date
from store import database, posts
from store.tables import former_names, government_changes, organisations, teams

g = government_changes.c


async def one_at_a_time(connection: AsyncConnection) -> None:
    """Two who change bodies at the same moment come one after the other. SQLite has one writer anyway."""
    await posts.lock(connection)  # a body that somebody adds by hand may get the same id
    await database.one_at_a_time(connection, government_changes)


# --- what is there ---------------------------------------------------------------------------------------------


async def there(connection: AsyncConnection) -> Directory:
    """Every body, live or closed, by name, with its teams."""
    o, t = organisations.c, teams.c
    held: dict[str, dict[str, str]] = {}
    for row in await connection.execute(select(t.id, t.organisation, t.name).order_by(t.name, t.id)):
        held.setdefault(row.organisation, {})[row.id] = row.name
    query = select(o.id, o.name, o.kind, o.nation, o.demo, o.closed_on, o.successor).order_by(o.name, o.id)
    found = {
        row.id: Body(
            id=row.id,
            name=row.name,
            kind=row.kind,
            nation=Nation(row.nation),
            demo=row.demo,
            closed_on=row.closed_on or "",
            successor=row.successor or "",
            teams=held.get(row.id, {}),
        )
        for row in await connection.execute(query)
    }
    return Directory(bodies=found, former=await former_of(connection))


async def former_of(
    connection: AsyncConnection, bodies: Iterable[str] | None = None
) -> tuple[FormerName, ...]:
    """Former names, oldest first; of these bodies, or of all."""
    f = former_names.c
    query = select(f.organisation, f.name, f.until).order_by(f.until, f.id)
    if bodies is not None:
        query = query.where(f.organisation.in_(list(bodies)))
    return tuple(
        FormerName(body=row.organisation, name=row.name, until=row.until)
        for row in await connection.execute(query)
    )


@dataclass(frozen=True, kw_only=True)
class Names:
    """What some bodies are and were called."""

    now: Mapping[str, str]
    former: Mapping[str, tuple[FormerName, ...]]

    def on(self, body: str, day: date) -> str:
        return rules.name_on(self.now.get(body, body), self.former.get(body, ()), day)


async def names_of(connection: AsyncConnection, bodies: set[str]) -> Names:
    o = organisations.c
    rows = await connection.execute(select(o.id, o.name).where(o.id.in_(bodies)))
    former: dict[str, tuple[FormerName, ...]] = {}
    for each in await former_of(connection, bodies):
        former[each.body] = (*former.get(each.body, ()), each)
    return Names(now={row.id: row.name for row in rows}, former=former)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a body stands: what it was called, and, once closed, since when and what it is part of (id, name)."""

    former: tuple[FormerName, ...] = ()
    closed_on: str = ""
    successor: str = ""
    successor_name: str = ""

    @property
    def tells(self) -> bool:
        return bool(self.former or self.closed_on)


async def standing(connection: AsyncConnection, body: str) -> Standing:
    """What every page about one body says of it, '' when there is nothing to say."""
    if not body:
        return Standing()
    o, into = organisations, organisations.alias()
    query = (
        select(o.c.closed_on, o.c.successor, into.c.name)
        .outerjoin(into, into.c.id == o.c.successor)
        .where(o.c.id == body)
    )
    row = (await connection.execute(query)).one_or_none()
    former = await former_of(connection, [body])
    if row is None or not row.closed_on:
        return Standing(former=former)
    return Standing(
        former=former, closed_on=row.closed_on, successor=row.successor or "", successor_name=row.name or ""
    )


# --- changes ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Found:
    """A change as it is kept. `counts`: what it did, by name; empty until it is done."""

    change: Change
    counts: Mapping[str, Any]


async def listed(connection: AsyncConnection) -> list[Found]:
    """All changes there ever were, those with the latest day first."""
    rows = await connection.execute(select(government_changes).order_by(g.from_day.desc(), g.id.desc()))
    return [_found(row) for row in rows]


async def one(connection: AsyncConnection, number: int) -> Found | None:
    row = (await connection.execute(select(government_changes).where(g.id == number))).one_or_none()
    return _found(row) if row else None


async def due(connection: AsyncConnection, today: date) -> Sequence[int]:
    """The confirmed changes whose day has come and that are not done, in the order of their days."""
    query = select(g.id).where(
        g.done_on.is_(None),
        g.confirmed_at.is_not(None),
        g.failed_because == "",
        g.from_day <= today.isoformat(),
    )
    return (await connection.scalars(query.order_by(g.from_day, g.id))).all()


async def propose(connection: AsyncConnection, plan: Plan, citation: str, *, by: str, at: datetime) -> int:
    """A new proposal; its number."""
    values = {
        "kind": plan.kind,
        "body": plan.body,
        "into": plan.into or None,
        "name": plan.name,
        "new_kind": plan.new_kind,
        "new_nation": plan.new_nation,
        "teams": list(plan.teams),
        "from_day": plan.from_day.isoformat(),
        "citation": citation,
        "proposed_by": by,
        "proposed_at": at,
        "counts": {},
        "failed_because": "",
    }
    number = await connection.scalar(insert(government_changes).values(values).returning(g.id))
    assert number
    return number


async def confirm(connection: AsyncConnection, number: int, *, by: str, as_: Role, at: datetime) -> None:
    values = {"confirmed_by": by, "confirmed_as": as_, "confirmed_at": at}
    await connection.execute(update(government_changes).where(g.id == number).values(values))


def _found(row: Row[Any]) -> Found:
    plan = Plan(
        kind=Kind(row.kind),
        body=row.body,
        into=row.into or "",
        name=row.name,
        new_kind=row.new_kind,
        new_nation=row.new_nation,
        teams=tuple(row.teams),
        from_day=date.fromisoformat(row.from_day),
    )
    change = Change(
        number=row.id,
        plan=plan,
        citation=row.citation,
        proposed_by=row.proposed_by,
        proposed_on=london_date(row.proposed_at),
        confirmed_as=row.confirmed_as or "",
        confirmed_on=london_date(row.confirmed_at) if row.confirmed_at else None,
        done_on=date.fromisoformat(row.done_on) if row.done_on else None,
        failed_because=row.failed_because,
    )
    return Found(change=change, counts=row.counts)
