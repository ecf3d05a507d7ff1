"""A past is told by the rules, in order, with hashes that hold, and only of the demonstration's own bodies."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from sqlalchemy import func, select, update
from temporalio.client import Client

from api.intake import Intake
from cli.demo import form
from cli.hindsight import Hindsight, NotForRealBodies
from cli.verify import verified
from domain.policy import LegalProfile
from store import directory
from store.database import Database
from store.seeding import demo_requests
from store.tables import cases, events, organisations

THEN = datetime(2026, 3, 2, 9, 40, tzinfo=UTC)
[REQUEST] = [each for each in demo_requests() if each["bring_to"] == "lapsed"]
NO_ENGINE = cast(Client, None)  # a past is decided without one


async def submitted(database: Database) -> tuple[Hindsight, str]:
    then = Hindsight(NO_ENGINE, database, LegalProfile.CURRENT_LAW, THEN)
    async with database.read() as connection:
        author = await directory.person(connection, "p-ciara-donnellan-boyd", THEN.date())
    assert author
    answer = await Intake(database, then, lambda: then.now).start(
        author, form(REQUEST), command="c1", via="cli"
    )
    return then, answer.ref


async def test_silence_is_told_to_the_second(database: Database) -> None:
    then, ref = await submitted(database)
    await then.until(ref, datetime(2026, 4, 1, tzinfo=UTC))

    async with database.read() as connection:
        rows: Any = (await connection.execute(select(events).order_by(events.c.seq))).all()
    missed = [row.at.isoformat() for row in rows if row.kind == "deadline_missed"]
    # 5 working days in Northern Ireland each: St Patrick's Day is one of the days in between
    assert missed == ["2026-03-09T23:59:59+00:00", "2026-03-16T23:59:59+00:00", "2026-03-24T23:59:59+00:00"]
    assert rows[-2].kind == "case_lapsed" and rows[-2].at == rows[-3].at
    assert all(
        row.recorded_at > datetime(2026, 4, 1, tzinfo=UTC) for row in rows
    )  # when it was really written
    assert {row.command for row in rows if row.actor == "clock"} == {
        f"{ref}.t1.1",
        f"{ref}.t2.1",
        f"{ref}.t3.1",
    }


async def test_the_chain_of_a_told_past_holds_and_a_changed_one_does_not(database: Database) -> None:
    then, ref = await submitted(database)
    await then.until(ref, datetime(2026, 4, 1, tzinfo=UTC))
    found = await verified(database)
    assert found.cases == 1 and found.events > 8 and not found.broken

    for seq, values, told in (
        (3, {"actor": "nobody"}, "event 3 was changed after it was written"),
        (3, {"at": THEN + timedelta(seconds=1)}, "event 3 was changed after it was written"),
        (4, {"data": {"kind": "risk_signed"}}, "event 4 was changed after it was written"),
        (4, {"kind": "risk_signed"}, "event 4 was changed after it was written"),
        (5, {"previous": "0" * 64}, "event 5 does not follow from event 4"),
        (6, {"seq": 99}, "event 6 is missing"),
    ):
        async with database.write() as connection:
            where = (events.c.ref == ref, events.c.seq == seq)
            before = (await connection.execute(select(events).where(*where))).one()
            await connection.execute(update(events).where(*where).values(**values))
        assert told in (await verified(database)).broken
        async with database.write() as connection:
            changed = (events.c.ref == ref, events.c.seq == values.get("seq", seq))
            kept = {key: getattr(before, key) for key in values}
            await connection.execute(update(events).where(*changed).values(**kept))
    assert not (await verified(database)).broken


async def test_events_cut_off_at_the_end_are_missed(database: Database) -> None:
    await submitted(database)
    async with database.write() as connection:
        last = await connection.scalar(select(func.max(events.c.seq)))
        await connection.execute(events.delete().where(events.c.seq == last))
    assert "the case stands at event" in (await verified(database)).broken


async def test_a_real_body_gets_no_past(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(update(organisations).where(organisations.c.id == "psni").values(demo=False))
    with pytest.raises(NotForRealBodies):
        await submitted(database)
    async with database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(cases)) == 0
