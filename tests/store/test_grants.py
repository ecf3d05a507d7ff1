"""I4 in rows: whatever happens in a case, its grant and its places in the status list say what the case says."""

import os
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cli.verify import verified
from domain import commands as c
from domain.case import Case, Stage
from domain.fold import evolve
from domain.grants import KINDS, NUMBERS, OVER, State, Status, grant_id, is_registered, state_after
from store import commands, grants, grants_checked, webhook_endpoints
from store.database import Database
from store.record import Transition, record
from store.tables import cases, forms, grant_versions, teams, webhook_messages
from store.tables import grants as rows
from tests.activities.recorded import ANSWERS, RecordedLife
from tests.builders import MONDAY, Life, Step
from tests.domain.decades import Decade

# Those that get somewhere: approved in part, narrowed, suspended and reinstated, moved, ended by their date.
LIVES = range(500) if os.environ.get("SHARECASE_FULL") else (4, 33)


class Remembered(list[Step]):
    """A ledger forgets the steps it has read. Here they are written afterwards."""

    def clear(self) -> None:
        pass


async def kept(database: Database, life: Life) -> set[State | None]:
    """Each transition written with what was picked in its form, and looked at before the next one. What it was ever."""
    async with database.write() as connection:
        for version in range(1, life.case.form_version + 1):
            row = {"ref": life.case.ref, "version": version, "hash": f"v{version}", "answers": ANSWERS}
            await connection.execute(insert(forms).values(row))
    believed: State | None = None
    seen = set[State | None]()
    for number, step in enumerate(life.steps):
        at = max(step.before.last_at, min(step.command.received_at, step.now))
        told, act = f"{life.case.ref}.{number}", step.command.act
        async with database.write() as connection:
            body = await picked(connection, life.case.ref, act)
            await commands.keep(connection, received(life.case.ref, told, act, body, at), at)
            actor = step.command.by.person
            made = Transition(before=step.before, at=at, command=told, actor=actor, events=step.events)
            await record(connection, made)
        believed, case = folded(believed, step, at)
        await agrees(database, case, believed)
        seen.add(believed)
    async with database.read() as connection:
        assert not [said async for said in grants_checked.contradictions(connection)]
    return seen


async def picked(connection: AsyncConnection, ref: str, act: Any) -> dict[str, Any]:
    """The words that only the store has: which items are meant by a number of them."""
    held = await connection.scalar(select(cases.c.items_shared).where(cases.c.ref == ref)) or []
    if isinstance(act, c.ApprovePart):
        return {"withheld": held[len(held) - act.withheld :]}
    narrows = isinstance(act, c.NarrowShare | c.ConcludeReview | c.TakeStep)
    return {"items": held[: act.items]} if narrows and act.items else {}


def received(ref: str, told: str, act: Any, body: dict[str, Any], at: datetime) -> commands.Received:
    return commands.Received(
        id=told,
        ref=ref,
        act=act.kind,
        actor="p-amara-okafor",
        via="web",
        body=body,
        seen=None,
        received_at=at,
    )


def folded(state: State | None, step: Step, at: datetime) -> tuple[State | None, Case]:
    case = step.before
    for event in step.events:
        case = evolve(case, event, at)
        state = state_after(state, case, event)
    return state, case


async def agrees(database: Database, case: Case, state: State | None) -> None:
    async with database.read() as connection:
        row = await grants.of_case(connection, case.ref)
        query = select(grant_versions).where(grant_versions.c.grant == grant_id(case.ref))
        versions = (await connection.execute(query.order_by(grant_versions.c.version))).all()
        items = await connection.scalar(select(cases.c.items_shared).where(cases.c.ref == case.ref))
    assert (row.state if row else None) == state
    if row is None:
        assert not versions
        return
    # I4, P2r
    usable = [each for each in versions if NUMBERS[Status(each.status)] == 0]
    assert len(usable) == (row.state == State.ACTIVE)
    assert not usable or (case.stage is Stage.ACTIVE and is_registered(case))
    assert {each.version for each in usable} <= {row.version}
    assert [each.version for each in versions] == [*range(1, row.version + 1)]
    assert row.state in OVER or row.items == items
    assert case.receiving and row.receiving_organisation == case.receiving.organisation
    assert (row.register_version, row.active_from) == (case.register_version, case.active_from)


def decade(number: int, database: Database) -> Life:
    """A random life of two years, of bodies that the seed world knows."""
    made = Decade(number)
    life = made.life
    there = RecordedLife(database)
    nations = life.receiving.nation, life.sending.nation
    life.receiving, life.sending = (
        replace(each, nation=nation)
        for each, nation in zip((there.receiving, there.sending), nations, strict=True)
    )
    life.request = replace(life.request, receiving=life.receiving, sending=life.sending)
    life.case = replace(life.case, ref=f"SC-2026-{number:04}")
    life.steps = Remembered()
    made.live()
    return life


async def test_a_grant_opens_nothing_but_an_active_share_after_any_transition(database: Database) -> None:
    async with database.write() as connection:
        for team in ("records", "data", "other"):  # where teams of these lives come from and go to
            row = {"id": team, "organisation": "hmrc", "name": f"Team {team}"}
            await connection.execute(insert(teams).values(row))
        for body in ("dwp", "hmrc"):
            await webhook_endpoints.add(
                connection,
                MONDAY,
                id=f"ep_{body}",
                organisation=body,
                team="",
                url="https://machines.example.gov.uk",
                secret="whsec_x",
                groups=["delivery"],
                made_by="p-amara-okafor",
            )
    found = set[State | None]()
    for number in LIVES:
        found |= await kept(database, decade(number, database))
    async with database.read() as connection:
        versions = set((await connection.scalars(select(grant_versions.c.status))).all())
        told = set((await connection.scalars(select(webhook_messages.c.kind))).all())
    assert found == {None, *State} and "invalid" in versions
    assert set(KINDS) - told <= {"grant.moved", "grant.extended"}


async def test_what_does_not_follow_from_its_case_is_found(database: Database) -> None:
    life = RecordedLife(database)
    for act in (life.submit, life.sign_risk, life.approve, life.deliver, life.confirm):
        act()
    await life.keep()
    v = grant_versions.c
    for table, wrong, sentence in (
        (rows, {"state": State.SUSPENDED}, "its grant says suspended, and follows as active"),
        (rows, {"version": 2}, "its grant has other versions than it counts"),
        (rows, {"register_version": 9}, "its grant names version 9 of the register"),
        (rows, {"ends_at": life.now}, "its grant ends on another day"),
        (grant_versions, {v.status: "invalid"}, "the status list says invalid of version 1"),
        (grant_versions, {v["items"]: ["name"]}, "its grant covers other items"),
    ):
        async with database.write() as connection:
            held = (await connection.execute(select(table))).one()._asdict()
            await connection.execute(update(table).values(wrong))
        assert sentence in (await verified(database)).broken
        async with database.write() as connection:
            await connection.execute(update(table).values(held))
    assert not (await verified(database)).broken
