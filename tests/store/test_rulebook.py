"""The rulebook as rows: what is in force on a day, and what was stopped."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert, text, update

from domain.case import Stage
from domain.guards import RULES
from domain.rulebook import Change, NoSuchQuestion, NothingProposed
from store import rulebook
from store.database import Database
from store.tables import cases, guard_changes, organisations
from tests.blocked import MONDAY, out_of_scope

TUESDAY = date(2026, 11, 24)
MOVED = Change(sentence="Ask the commissioner.")


async def proposed(database: Database, rule: str = "surveillance", change: Change = MOVED) -> int:
    async with database.write() as connection:
        await rulebook.propose(connection, rule, change, "Because.", "p-one", MONDAY)
        return (await rulebook.proposals(connection, rule))[0].id


async def decided(database: Database, number: int, first_day: str) -> None:
    async with database.write() as connection:
        await rulebook.decide(connection, number, "p-two", MONDAY, first_day)


async def test_a_proposal_is_not_in_force(database: Database) -> None:
    await proposed(database)
    async with database.read() as connection:
        assert await rulebook.in_force(connection, date(2030, 1, 1)) == RULES
        assert [row.rule for row in await rulebook.proposals(connection)] == ["surveillance"]
        assert not await rulebook.proposals(connection, "foi")


async def test_a_confirmed_change_is_in_force_from_its_day(database: Database) -> None:
    await decided(database, await proposed(database), TUESDAY.isoformat())
    async with database.read() as connection:
        assert await rulebook.in_force(connection, TUESDAY - timedelta(days=1)) == RULES
        rules = {rule.id: rule for rule in await rulebook.in_force(connection, TUESDAY)}
        assert (rules["surveillance"].version, rules["surveillance"].sentence) == (2, MOVED.sentence)
        assert rules["foi"].version == 1
        assert not await rulebook.proposals(connection)


async def test_a_dropped_proposal_never_counts_and_is_not_deleted(database: Database) -> None:
    number = await proposed(database)
    await decided(database, number, rulebook.DROPPED)
    async with database.read() as connection:
        assert await rulebook.in_force(connection, date(9999, 12, 31)) == RULES
        assert not await rulebook.changes(connection) and not await rulebook.proposals(connection)
        assert await connection.scalar(guard_changes.select().where(guard_changes.c.id == number))


async def test_a_proposal_is_decided_once(database: Database) -> None:
    number = await proposed(database)
    await decided(database, number, TUESDAY.isoformat())
    with pytest.raises(NothingProposed):
        await decided(database, number, rulebook.DROPPED)


async def test_blocked_requests_are_counted_by_month_and_by_rule(database: Database) -> None:
    await out_of_scope(database, "SC-1", "commercial_recipient v1", "commercial_use v2")
    await out_of_scope(database, "SC-2", "commercial_recipient v2")
    await out_of_scope(database, "SC-3", "surveillance v1", at=datetime(2026, 6, 30, 23, 30, tzinfo=UTC))
    await out_of_scope(database, "SC-4", "surveillance v1", stage=Stage.WITHDRAWN)
    async with database.read() as connection:
        counted = await rulebook.counts(connection)
        assert counted.requests == {("2026-11", True): 2, ("2026-07", True): 1}, (
            "half past midnight in London"
        )
        assert counted.by_rule == {
            ("commercial_recipient", "2026-11", True): 2,
            ("commercial_use", "2026-11", True): 1,
            ("surveillance", "2026-07", True): 1,
        }
        assert counted.of_rule("commercial_recipient", demo=True) == 2
        assert counted.of_rule("commercial_recipient", demo=False) == 0
        assert (await rulebook.counts(connection, date(2026, 7, 1))).requests == counted.requests
        assert set((await rulebook.counts(connection, date(2026, 8, 1))).requests) == {("2026-11", True)}


async def test_made_up_bodies_are_counted_apart(database: Database) -> None:
    await out_of_scope(database, "SC-1", "surveillance v1")
    async with database.write() as connection:
        await connection.execute(update(organisations).values(demo=False))
    async with database.read() as connection:
        assert (await rulebook.counts(connection)).requests == {("2026-11", False): 1}


async def test_counting_looks_at_blocked_cases_only(database: Database) -> None:
    """The page is public: it must not read every case or every event there ever was."""
    if not database.is_sqlite:
        pytest.skip("how SQLite plans it")
    await out_of_scope(database, "SC-1", "surveillance v1")
    spoken: list[str] = []
    async with database.read() as connection:
        from sqlalchemy import event

        def listen(*told: object) -> None:
            spoken.append(str(told[2]))

        event.listen(connection.sync_connection, "before_cursor_execute", listen)
        await rulebook.counts(connection, date(2026, 1, 1))
        asked = spoken[-1].replace("?", "'x'")
        plan = json.dumps(
            [str(row) for row in (await connection.execute(text(f"EXPLAIN QUERY PLAN {asked}"))).all()]
        )
    assert "ix_cases_blocked" in plan and "SCAN" not in plan, plan


async def test_which_rules_stopped_a_request(database: Database) -> None:
    await out_of_scope(database, "SC-1", "commercial_recipient v1", "commercial_use v12", "surveillance")
    async with database.read() as connection:
        assert await rulebook.stopped_by(connection, "SC-1") == (
            ("commercial_recipient", 1),
            ("commercial_use", 12),
            ("surveillance", 1),
        )
        assert await rulebook.stopped_by(connection, "SC-9") == ()


async def test_a_question_is_asked_once_answered_once_and_published_only_when_ticked(
    database: Database,
) -> None:
    for ref in ("SC-1", "SC-2"):
        await out_of_scope(database, ref, "surveillance v3")
    async with database.write() as connection:
        for ref in ("SC-1", "SC-2"):
            assert await rulebook.ask(connection, ref, ("surveillance", 3), "Why?", "p-one", MONDAY)
        assert not await rulebook.ask(connection, "SC-1", ("surveillance", 3), "Again?", "p-one", MONDAY)
        assert [row.question for row in await rulebook.questions_of(connection, "SC-1")] == ["Why?"]
        assert [row.id for row in await rulebook.open_questions(connection)] == [
            "SC-1.surveillance",
            "SC-2.surveillance",
        ]
        for ref, publish in (("SC-1", True), ("SC-2", False)):
            key = rulebook.question_id(ref, "surveillance")
            assert await rulebook.answer(connection, key, f"{ref}.", "p-two", MONDAY, publish=publish)
            assert not await rulebook.answer(connection, key, "Other.", "p-three", MONDAY, publish=True)
        assert not await rulebook.open_questions(connection)
        shown = await rulebook.published(connection, "surveillance")
        assert [(row.version, row.answer) for row in shown] == [(3, "SC-1.")]
        with pytest.raises(NoSuchQuestion):
            await rulebook.question(connection, "SC-9.surveillance")


async def test_open_questions_come_oldest_first(database: Database) -> None:
    for number, hour in ((1, 3), (2, 1), (3, 2)):
        await out_of_scope(database, f"SC-{number}", "surveillance v1")
        async with database.write() as connection:
            at = MONDAY + timedelta(hours=hour)
            await rulebook.ask(connection, f"SC-{number}", ("surveillance", 1), "Why?", "p-one", at)
    async with database.read() as connection:
        assert [row.ref for row in await rulebook.open_questions(connection)] == ["SC-2", "SC-3", "SC-1"]


async def test_a_change_of_a_later_version_of_this_code_is_read(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(
            insert(guard_changes).values(
                rule="surveillance",
                change={"sentence": "New.", "unheard_of": {"x": 1}},
                reason="Because.",
                proposed_by="p-one",
                proposed_at=MONDAY,
                confirmed_by="p-two",
                confirmed_at=MONDAY,
                in_force_from="2026-11-24",
            )
        )
        rules = {rule.id: rule for rule in await rulebook.in_force(connection, TUESDAY)}
        assert rules["surveillance"].sentence == "New."
        assert await connection.scalar(cases.select()) is None
