"""What is listed is what may be opened: the SQL of every list and the rule of the domain say the same (S2, C2)."""

import os
import random
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, Table, insert, select

from domain.case import Case, Stage
from domain.people import Party, Role
from domain.permissions import Post, may_see, seats
from domain.policy import Policy
from domain.working_days import Nation
from store import reads, shapes, tables
from store.database import Database
from store.directory import Person
from store.tables.columns import Instant
from store.visible import visible_to
from tests.fixtures.calendar import EW, calendar_for

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
BODIES = ("dwp", "hmrc", "leeds", "newham")
BOARDS = ("crime-justice-board", "human-services-board")
CALENDAR = calendar_for(EW)
SEEN_BY_THE_REGULATOR = 1  # any version that is published


def a_party(chance: random.Random) -> Party:
    body = chance.choice(BODIES)
    return Party(organisation=body, team=f"{body}-{chance.choice('ab')}", nation=Nation.ENGLAND_AND_WALES)


def a_case(chance: random.Random, number: int) -> Case:
    return Case(
        ref=f"SC-{number:04d}",
        policy=Policy(),
        calendar=CALENDAR,
        version=2,
        stage=chance.choice([*Stage, Stage.TRIAGE, Stage.TRIAGE]),
        receiving=a_party(chance),
        sending=a_party(chance),
        board=chance.choice(["", *BOARDS]),
        sender_may_see=chance.random() < 0.5,
        register_version=chance.choice([0, 0, SEEN_BY_THE_REGULATOR]),
        mediated=chance.random() < 0.2,
        submitted_at=AT,
    )


def a_post(chance: random.Random) -> Post:
    role = chance.choice([role for role in Role if role is not Role.AUDITOR or chance.random() < 0.2])
    if role is Role.BOARD:
        return Post(role=role, organisation=chance.choice(BOARDS))
    body = chance.choice(BODIES)
    in_a_team = not role.startswith("leader_") and role is not Role.ADVISER
    return Post(role=role, organisation=body, team=f"{body}-{chance.choice('ab')}" if in_a_team else None)


def a_person(chance: random.Random, number: int) -> Person:
    held = tuple(a_post(chance) for _ in range(chance.choice([0, 1, 1, 1, 2, 3])))
    return Person(id=f"p-{number}", name="Somebody", posts=held, day=date(2026, 11, 23))


def _nothing(kind: Any) -> Any:
    if isinstance(kind, JSON):
        return []
    return AT if isinstance(kind, Instant) else kind.python_type()


def row_of(table: Table, **values: Any) -> dict[str, Any]:
    """A row whose other columns hold nothing."""
    nothing = {each.name: _nothing(each.type) for each in table.columns if not each.nullable}
    return nothing | values


async def kept(database: Database, cases: Sequence[Case]) -> None:
    async with database.write() as connection:
        for case in cases:
            assert case.receiving and case.sending
            row = row_of(
                tables.cases,
                ref=case.ref,
                stage=case.stage,
                board=case.board,
                sender_may_see=case.sender_may_see,
                receiving_organisation=case.receiving.organisation,
                receiving_team=case.receiving.team,
                sending_organisation=case.sending.organisation,
                sending_team=case.sending.team,
                state=shapes.case_to_json(case),
            )
            await connection.execute(insert(tables.cases).values(row))
            if case.register_version:
                published = row_of(tables.register, ref=case.ref, version=1)
                await connection.execute(insert(tables.register).values(published))
            if case.mediated:
                sent = row_of(tables.mediations, ref=case.ref, number=1)
                await connection.execute(insert(tables.mediations).values(sent))


async def test_listed_is_what_may_be_seen(database: Database) -> None:
    chance = random.Random(1707)
    people = 3000 if os.environ.get("SHARECASE_FULL") else 250
    cases = [a_case(chance, number) for number in range(60)]
    await kept(database, cases)
    compared = seen = 0
    async with database.read() as connection:
        for number in range(people):
            person = a_person(chance, number)
            listed = set(await connection.scalars(select(tables.cases.c.ref).where(visible_to(person))))
            expected = {
                case.ref
                for case in cases
                if may_see(case, seats(person.posts, case.receiving, case.sending, case.board), person.roles)
            }
            assert listed == expected, (person.posts, listed ^ expected)
            mine = {row.ref for row in await reads.my_cases(connection, person)}
            assert mine <= expected and len(mine) >= min(len(expected), reads.PAGE)
            compared, seen = compared + len(cases), seen + len(expected)
    assert compared >= 15_000 and 0.05 < seen / compared < 0.8
