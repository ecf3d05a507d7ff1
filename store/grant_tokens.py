"""What tokens of grants and the public status lists are made from, and which tokens were given out (P3, I4)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, String, and_, func, insert, select, tuple_
from sqlalchemy import cast as sql_cast
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.grant_claims import LIST, Facts
from domain.grants import State, Status
from store import grants as kept
from store.directory import Person
from store.record import form_answers
from store.shapes import case_from_json
from store.tables import cases, grant_tokens, grant_versions, grants, teams
from store.visible import visible_to

PAGE = 50
g, v, t = grants.c, grant_versions.c, grant_tokens.c


async def of_person(
    connection: AsyncConnection, person: Person, *, after: tuple[datetime, str] | None = None
) -> Sequence[Row[Any]]:
    """Grants of the cases that somebody may see, newest first; one more than a page where there are more."""
    query = _with_version().join(cases, cases.c.ref == g.ref).where(visible_to(person))
    if after:
        query = query.where(tuple_(g.issued_at, g.id) < tuple_(*after))
    query = query.order_by(g.issued_at.desc(), g.id.desc()).limit(PAGE + 1)
    return (await connection.execute(query)).all()


async def one_of_person(connection: AsyncConnection, person: Person, grant: str) -> Row[Any] | None:
    """A grant with its newest version, as `store.grants.by_id`; None for one of a case that this person may not see."""
    query = _with_version().join(cases, cases.c.ref == g.ref).where(visible_to(person), g.id == grant)
    return (await connection.execute(query)).one_or_none()


async def versions_of(connection: AsyncConnection, grant: str) -> Sequence[Row[Any]]:
    return (
        await connection.execute(select(grant_versions).where(v.grant == grant).order_by(v.version))
    ).all()


def _with_version() -> Any:
    newest = and_(v.grant == g.id, v.version == g.version)
    return select(grants, v["items"], v.number.label("place")).join(grant_versions, newest)


# --- tokens ------------------------------------------------------------------------------------------------------


async def facts(connection: AsyncConnection, grant: str) -> Facts:
    """What a token would say now. In a writing transaction nobody can end the share before that is done (I4)."""
    await connection.execute(select(g.id).where(g.id == grant).with_for_update(read=True))
    row = await kept.by_id(connection, grant)
    assert row, "asked only of a grant that there is"
    state = await connection.scalar(select(cases.c.state).where(cases.c.ref == row.ref))
    assert state, "a grant has its case"
    answers = await form_answers(connection, case_from_json(state))
    name = await connection.scalar(select(teams.c.name).where(teams.c.id == row.receiving_team))
    return Facts(
        grant=row.id,
        version=row.version,
        number=row.place,
        ref=row.ref,
        state=State(row.state),
        receiving_team=row.receiving_team,
        receiving_team_name=name or row.receiving_team,
        sending_team=row.sending_team,
        service=row.service,
        use=row.use,
        items=tuple(row.items),
        legal_basis=str(answers.get("power") or ""),
        region=str(answers.get("region") or ""),
        mode=row.mode,
        cap=row.cap,
        register_version=row.register_version,
        ends_at=row.ends_at,
    )


async def given_for(connection: AsyncConnection, command: str) -> Row[Any] | None:
    """The token that this very command got before."""
    return (await connection.execute(select(grant_tokens).where(t.command == command))).one_or_none()


async def keep(connection: AsyncConnection, row: dict[str, Any]) -> None:
    """`row`: all of `grant_tokens`. The token itself is not kept."""
    await connection.execute(insert(grant_tokens).values(row))


# --- status lists --------------------------------------------------------------------------------------------------


async def list_exists(connection: AsyncConnection, which: int) -> bool:
    """The first list is always there, another one from its first place on."""
    if which == 0:
        return True
    query = select(v.number).where(v.number > which * LIST).order_by(v.number).limit(1)
    return await connection.scalar(query) is not None


async def numbers(connection: AsyncConnection, which: int) -> dict[Status, list[int]]:
    """The numbers in a list by what it says of them, but for those that are suspended, as nobody's are.

    One row for each status: a full list is read in an instant.
    """
    text = func.aggregate_strings(sql_cast(v.number, String), ",")
    query = (
        select(v.status, text.label("numbers"))
        .where(v.number > which * LIST, v.number <= (which + 1) * LIST, v.status != Status.SUSPENDED)
        .group_by(v.status)
    )
    return {
        Status(row.status): [int(each) for each in row.numbers.split(",")]
        for row in await connection.execute(query)
    }


async def status_of(connection: AsyncConnection, number: int) -> dict[Status, list[int]]:
    """The same of one number alone: enough to check one token."""
    found = await connection.scalar(select(v.status).where(v.number == number))
    return {Status(found): [number]} if found else {}
