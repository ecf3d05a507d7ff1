"""What leaders said, as rows (P8, G7): versions that stay, canaries told once, and an index that carries the scorecards."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from domain.appetite import Level
from domain.people import Role
from domain.request_choices import USES
from store import appetite, canaries, scorecards, tables
from store.database import Database
from store.seeding import demo_appetite
from tests.blocked import out_of_scope

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
DAY = date(2026, 11, 23)


async def test_the_seeded_statements_cover_every_kind_of_use(database: Database) -> None:
    async with database.read() as connection:
        found = await appetite.in_force(connection, DAY)
        before = await appetite.in_force(connection, date(2025, 3, 17))
        p = tables.posts.c
        posts = {tuple(row) for row in await connection.execute(select(p.person, p.role, p.organisation))}
        for row in demo_appetite():
            assert (row["signed_by"], row["signed_as"], row["organisation"]) in posts
        led = {each.id for each in await appetite.led(connection)}
    assert found["dwp"].version == 2 and before["dwp"].version == 1
    assert led - set(found) == {"dvla", "student-loans"}, "these two say nothing, so that it can be seen"
    uses = {each.value for each in USES}
    for statement in found.values():
        assert set(statement.lines) == uses and statement.text
        assert {line.level for line in statement.lines.values()} & {Level.OPEN, Level.EAGER}


async def test_a_version_number_is_given_once(database: Database) -> None:
    async with database.read() as connection:
        (one,) = await appetite.versions_of(connection, "hmrc")
    with pytest.raises(IntegrityError):
        async with database.write() as connection:
            await appetite.state(connection, one, by="p-x", at=AT)


async def test_only_the_bodies_asked_for_and_those_with_leaders(database: Database) -> None:
    async with database.read() as connection:
        assert set(await appetite.in_force(connection, DAY, frozenset({"hmrc", "dvla"}))) == {"hmrc"}
        led = {each.id for each in await appetite.led(connection)}
        assert "dvla" in led and "human-services-board" not in led
        assert await appetite.body(connection, "nobody") is None


async def test_a_name_is_found_however_it_is_typed(database: Database) -> None:
    async with database.read() as connection:
        texts = {"one": "Ask the risk owner.", "two": "Ask amara\n OKAFOR about it."}
        assert await appetite.names_somebody(connection, texts) == "two"
        assert await appetite.names_somebody(connection, {"one": "Ask Amara."}) == ""


async def test_an_open_canary_of_a_body_is_one_and_is_told_once(database: Database) -> None:
    ref = await out_of_scope(database, "SC-CANA-RYXX", "foi v1")
    more = {"ref": ref, "organisation": "dwp", "as_": Role.LEADER_1, "by": "p-x", "at": AT}
    async with database.write() as connection:
        await canaries.name(connection, **more, target=DAY, why="One.")  # type: ignore[arg-type]
    with pytest.raises(IntegrityError):
        async with database.write() as connection:
            await canaries.name(connection, **more, target=DAY, why="Two.")  # type: ignore[arg-type]
    async with database.write() as connection:
        assert await canaries.untold(connection, DAY) == []
        (late,) = await canaries.untold(connection, DAY + timedelta(days=1))
        assert await canaries.tell(connection, late, "It has slipped.", AT)
        assert not await canaries.tell(connection, late, "It has slipped.", AT)
        assert await canaries.untold(connection, DAY + timedelta(days=1)) == []
        told = select(func.count()).select_from(tables.notices)
        assert await connection.scalar(told.where(tables.notices.c.ref == ref)) == 1
        assert await canaries.close(connection, late.canary.number, by="p-x", at=AT, learnt="Less.")
        assert not await canaries.close(connection, late.canary.number, by="p-x", at=AT, learnt="More.")
        assert not await canaries.is_open(connection, "dwp", ref)
        await canaries.name(connection, **more, target=DAY, why="Three.")  # type: ignore[arg-type]
        first, second = await canaries.listed(connection)
    assert first.canary.why == "Three." and second.canary.learnt == "Less.", "open ones come first"
    assert first.title == "" and first.seat == "receiving.leader_1"


async def test_a_leader_without_a_case_has_nothing_counted(database: Database) -> None:
    async with database.read() as connection:
        assert await scorecards.scorecards(connection, AT) == []
        assert await scorecards.happened(connection, frozenset({"dwp"}), "receiving", AT) == []
        assert await scorecards.backlog(connection, frozenset({"dwp"}), "sending") == 0
        assert await scorecards.longest_waiting(connection, frozenset({"dwp"})) == []
        (card,) = await scorecards.scorecards(connection, AT, "dvla")
    assert [each.post for each in card.cards] == [Role.LEADER_1, Role.LEADER_2, Role.LEADER_3]


async def test_one_body_s_scorecard_goes_by_an_index(database: Database) -> None:
    if not database.is_sqlite:
        pytest.skip("asks SQLite how it would look")
    plan = (
        "EXPLAIN QUERY PLAN SELECT count(*) FROM tasks WHERE level > 0 AND organisation = 'dwp' "
        "AND role = 'leader_1' AND opened_at >= '2026-01-01'"
    )
    async with database.read() as connection:
        said = " ".join(str(row) for row in await connection.execute(text(plan)))
    assert "ix_tasks_escalated" in said
