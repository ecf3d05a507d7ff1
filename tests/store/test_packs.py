"""P7: the quarterly pack of a fixed log as it was worked out by hand; what was published is never changed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event, insert, select

from domain.case import Kind
from domain.events import TaskOpened
from domain.figure_asked import Asked
from domain.pack_dictionary import DICTIONARY, MEASURES, SECTIONS
from domain.packs import content_hash
from domain.quarters import Quarter
from store import figures_read, packs, tables
from store.database import Database
from store.packs import Edition
from tests.activities.recorded import RecordedLife
from tests.fixtures.pack_log import BY_HAND, LATER, LOG, keep

SPRING = Quarter(2026, 2)
AS_OF = datetime(2026, 7, 1, 12, tzinfo=UTC)
UNTOLD = {"median", "p90"}  # of fewer than ten


async def built(database: Database, quarter: Quarter = SPRING, now: datetime = AS_OF) -> Edition:
    async with database.read() as connection:
        return await packs.build(connection, quarter, True, now)


def numbers(pack: Edition) -> dict[tuple[str, str], float | None]:
    found = {line.key: line.value for line in pack.lines}
    assert len(found) == len(pack.lines), "one line for each number"
    return found


async def test_the_fixed_log_gives_the_pack_worked_out_by_hand(database: Database) -> None:
    await keep(database, LOG)
    told = numbers(await built(database))
    assert {key: told[key] for key in BY_HAND} == BY_HAND
    for (measure, dimension), value in told.items():
        if (measure, dimension) not in BY_HAND:
            expected = dimension in UNTOLD or measure in ("share_by_holder", "friction_protected")
            assert (value is None) if expected else value == 0, (measure, dimension, value)


async def test_parts_sum_to_the_whole(database: Database) -> None:
    """I7, I8: both are lines of the pack, and 0."""
    await keep(database, LOG)
    told = numbers(await built(database))
    for check in ("identity_difference", "holders_difference", "bodies_difference"):
        assert told[check, ""] == 0
    by_body = sum(value or 0 for (measure, _), value in told.items() if measure == "days_by_body")
    by_holder = sum(value or 0 for (measure, _), value in told.items() if measure == "days_by_holder")
    assert by_body + (told["days_shared", ""] or 0) == by_holder == told["days_gross", ""]


async def test_what_the_public_figures_say_is_said_the_same(database: Database) -> None:
    await keep(database, LOG)
    async with database.read() as connection:
        asked = Asked(since=SPRING.since, until=SPRING.until, demo=True)
        figures = await figures_read.read(connection, asked, AS_OF)
    told = numbers(await built(database))
    for name in ("backlog_start", "received", "reopened", "delivered", "declined", "lapsed", "backlog_end"):
        assert told[name, ""] == figures["identity"][name]
    assert told["refusals", ""] == figures["duty"]["refusals"]
    assert told["approved", ""] == figures["reliance"]["approvals"]


@pytest.mark.parametrize("filled", [True, False], ids=["with cases", "empty"])
async def test_the_dictionary_covers_every_measure_and_nothing_else(database: Database, filled: bool) -> None:
    if filled:
        await keep(database, LOG)
    pack = await built(database)
    assert {line.measure for line in pack.lines} == set(MEASURES) == {each.id for each in DICTIONARY}
    assert len(MEASURES) == len(DICTIONARY)
    for line in pack.lines:
        assert (line.section, line.unit) == (MEASURES[line.measure].section, MEASURES[line.measure].unit)
        assert line.value is not None or line.note, "what is not told says why"
        if line.value is None:
            assert MEASURES[line.measure].suppressed != "never", line
        if line.dimension:
            assert MEASURES[line.measure].dimension, line
    assert [each.section for each in DICTIONARY] == sorted(
        (each.section for each in DICTIONARY), key=list(SECTIONS).index
    )
    assert all(each.meaning and each.how and each.events for each in DICTIONARY)


async def test_days_count_in_london(database: Database) -> None:
    """30 June 23:30 in London is still June; half an hour later it is July."""
    await keep(database, {"SC-PACK-0004": LOG["SC-PACK-0004"]})
    e = tables.events
    for minute, here, after in ((29, 1, 0), (59 + 2, 0, 1)):
        at = datetime(2026, 6, 30, 22, 0, tzinfo=UTC) + timedelta(minutes=minute)
        async with database.write() as connection:
            await connection.execute(e.update().where(e.c.kind == "objection_raised").values(at=at))
        assert numbers(await built(database))["objections", ""] == here
        assert numbers(await built(database, Quarter(2026, 3)))["objections", ""] == after


async def test_made_up_bodies_stand_apart(database: Database) -> None:
    await keep(database, LOG)
    async with database.read() as connection:
        real = await packs.build(connection, SPRING, False, AS_OF)
        assert await packs.first_day(connection, False) is None
        assert await packs.first_day(connection, True) == date(2026, 4, 1)
    assert not any(value for key, value in numbers(real).items())


async def test_friction_of_the_quarter_is_ranked(database: Database) -> None:
    await keep(database, LOG)
    row = {
        "citation": "c",
        "made_do": "SECRET",
        "half_hours": 5,
        "protected": "no",
        "seat": "receiving.requester",
    }
    rows = [
        {**row, "ref": ref, "rule": rule, "same": f"{rule}{ref}{day}", "told_by": "amy", "told_at": datetime(2026, *day, tzinfo=UTC)}
        for ref in list(LOG)[:3]
        for rule, day in (("dpia", (4, 9)), ("dpia", (7, 9)))
    ]  # fmt: skip
    async with database.write() as connection:
        await connection.execute(insert(tables.friction), rows)
    pack = await built(database)
    told = numbers(pack)
    assert (told["friction_hours", "dpia"], told["friction_cases", "dpia"]) == (7.5, 3)
    assert told["friction_median", "dpia"] is None and told["friction_rules", ""] == 1
    assert "SECRET" not in str(pack.lines)


# --- editions ------------------------------------------------------------------------------------------------------


async def published(database: Database, now: datetime = AS_OF) -> Edition | None:
    async with database.write() as connection:
        return await packs.keep(connection, SPRING, True, now)


async def test_a_quarter_is_published_when_it_is_over_and_once(database: Database) -> None:
    await keep(database, LOG)
    assert await published(database, datetime(2026, 6, 30, 22, tzinfo=UTC)) is None, "not over in London"
    first = await published(database)
    assert first and first.number == 1 and first.note == ""
    assert first.content_hash == content_hash("2026-q2", True, first.lines)
    assert await published(database, AS_OF + timedelta(days=1)) is None
    async with database.read() as connection:
        (kept,) = await packs.editions(connection, SPRING, True)
    assert kept == first, "numbers come back as they were"


async def test_a_later_difference_is_an_edition_of_its_own_and_the_old_one_stands(database: Database) -> None:
    """G7: the refused case was taken up again in July, so its days count with its next end."""
    await keep(database, LOG)
    first = await published(database)
    await keep(database, {ref: told for ref, told in LATER.items()}, first=4)
    second = await published(database, AS_OF + timedelta(days=3))
    assert first and second and second.number == 2
    assert second.note.startswith("5 numbers of what happened in the quarter count otherwise since edition 1")
    assert numbers(second)["days_gross", ""] == 3 and numbers(second)["bodies_difference", ""] == 0
    assert numbers(second)["declined", ""] == 1, "it was declined in the quarter, and that stands"
    async with database.read() as connection:
        kept = await packs.editions(connection, SPRING, True)
    assert [each.number for each in kept] == [1, 2] and kept[0] == first
    assert await published(database, AS_OF + timedelta(days=4)) is None


async def test_what_only_matures_makes_no_edition(database: Database) -> None:
    """An open case of the quarter is decided later: its cohort moves on, and nothing is restated."""
    await keep(database, LOG)
    await published(database)
    more = [("2026-07-03", "sam", {"kind": "request_refused", "ground": "safety_harm"})]
    await keep(database, {"SC-PACK-0004": more}, first=3)
    assert numbers(await built(database))["cohort", "declined"] == 2
    assert await published(database, AS_OF + timedelta(days=3)) is None


# --- as the rules really write it ----------------------------------------------------------------------------------


async def test_a_breach_of_a_real_life_has_its_clock(database: Database) -> None:
    """The task that runs for 72 hours is found by what it is about."""
    from domain import commands as c
    from domain.people import Seat

    life = RecordedLife(database)
    life.submit()
    life.sign_risk()
    life.approve()
    life.deliver()
    life.confirm()
    life.act(c.ReportIncident(incident="one", breach=True), Seat.RISK_OWNER)
    opened = [each for step in life.steps for each in step.events if isinstance(each, TaskOpened)]
    assert opened[-1].task.kind is Kind.TELL_REGULATOR
    await life.keep()
    quarter, now = Quarter(life.now.year, (life.now.month + 2) // 3), life.now
    assert numbers(await built(database, quarter, now))["breach_72_hours", "running"] == 1
    late = numbers(await built(database, quarter, now + timedelta(hours=73)))
    assert late["breach_72_hours", "not_met"] == 1


async def test_a_pack_is_read_in_few_queries_that_use_the_small_index(database: Database) -> None:
    await keep(database, LOG)
    await built(database)
    said: list[str] = []
    event.listen(database.engine.sync_engine, "before_cursor_execute", lambda *each: said.append(each[2]))
    await built(database)
    assert len(said) <= 25, len(said)
    if database.is_sqlite:
        query = next(each for each in said if "request_blocked" in each)
        async with database.read() as connection:
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", ("a",) * query.count("?"))
            assert any("ix_events_told" in str(row) for row in plan.all()), (
                "the index of what is counted by day"
            )


async def test_nothing_of_the_public_pack_is_a_person(database: Database) -> None:
    """I10."""
    await keep(database, LOG)
    pack = await built(database)
    async with database.read() as connection:
        names = (await connection.scalars(select(tables.people.c.name))).all()
    text = str(pack.lines)
    assert not [name for name in [*names, "amy", "ruth", "sam"] if f"'{name}'" in text]
    assert not [ref for ref in LOG if ref in text]
