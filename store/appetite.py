"""Risk-appetite statements as rows: one for each version, and none is ever changed (P8, G7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import appetite as rules
from domain.appetite import Statement
from domain.governance import LEADERS
from domain.people import Role
from domain.working_days import Nation, london_date
from store.tables import appetite, organisations, people, posts


@dataclass(frozen=True, kw_only=True)
class Body:
    id: str
    name: str
    nation: Nation
    demo: bool


_BODY = select(organisations.c.id, organisations.c.name, organisations.c.nation, organisations.c.demo)


async def body(connection: AsyncConnection, organisation: str) -> Body | None:
    row = (await connection.execute(_BODY.where(organisations.c.id == organisation))).one_or_none()
    return _body(row) if row else None


async def led(connection: AsyncConnection) -> Sequence[Body]:
    """Every body that has a leader or a statement, by name."""
    with_leaders = select(posts.c.organisation).where(posts.c.role.in_(LEADERS))
    with_statement = select(appetite.c.organisation)
    query = _BODY.where(organisations.c.id.in_(with_leaders.union(with_statement)))
    return [_body(row) for row in await connection.execute(query.order_by(organisations.c.name))]


async def versions_of(connection: AsyncConnection, organisation: str) -> list[Statement]:
    """All versions of a body's statement, oldest first."""
    query = select(appetite).where(appetite.c.organisation == organisation).order_by(appetite.c.version)
    return [_statement(row) for row in await connection.execute(query)]


async def in_force(
    connection: AsyncConnection, day: date, bodies: frozenset[str] | None = None
) -> Mapping[str, Statement]:
    """Body -> the version that counts on this London day; a body without one is left out. None: of all bodies."""
    query = select(appetite).where(appetite.c.in_force_from <= day.isoformat())
    if bodies is not None:
        query = query.where(appetite.c.organisation.in_(bodies))
    rows = await connection.execute(query.order_by(appetite.c.organisation, appetite.c.version))
    return {row.organisation: _statement(row) for row in rows}  # the highest version comes last


async def lock(connection: AsyncConnection, organisation: str) -> None:
    """One statement at a time for a body, so that no version number is given twice."""
    query = select(organisations.c.id).where(organisations.c.id == organisation)
    await connection.execute(query.with_for_update())


async def state(connection: AsyncConnection, statement: Statement, *, by: str, at: datetime) -> None:
    await connection.execute(
        insert(appetite).values(
            organisation=statement.organisation,
            version=statement.version,
            text=statement.text,
            lines=rules.to_json(statement.lines),
            signed_as=statement.signed_as,
            signed_by=by,
            stated_at=at,
            in_force_from=statement.in_force_from.isoformat(),
        )
    )


async def names_somebody(connection: AsyncConnection, texts: Mapping[str, str]) -> str:
    """The key of the first text in which the full name of somebody in the directory stands, else '' (I10)."""
    said = {key: " ".join(text.casefold().split()) for key, text in texts.items()}
    for name in await connection.scalars(select(people.c.name)):
        for key, text in said.items():
            if name.casefold() in text:
                return key
    return ""


def _body(row: Row[*tuple[Any, ...]]) -> Body:
    return Body(id=row.id, name=row.name, nation=Nation(row.nation), demo=row.demo)


def _statement(row: Row[Any]) -> Statement:
    return Statement(
        organisation=row.organisation,
        version=row.version,
        text=row.text,
        lines=rules.from_json(row.lines),
        signed_as=Role(row.signed_as),
        stated_on=london_date(row.stated_at),
        in_force_from=date.fromisoformat(row.in_force_from),
    )
