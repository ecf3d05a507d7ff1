"""What a change of government does to the rows (P5, G7): posts are dated, nothing is deleted, counts are what happened."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import func, insert, select

from domain.government import Change, Kind, Plan
from domain.people import Role
from store import government, government_moves
from store.database import Database
from store.tables import deputies, organisations, posts, teams

TODAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
MERGE = Plan(kind=Kind.MERGE, body="hmrc", into="dvla", from_day=TODAY)


async def done(database: Database, plan: Plan) -> government_moves.Effects:
    """Propose a plan and do it; what it did must be what it was going to do."""
    async with database.write() as connection:
        number = await government.propose(connection, plan, "An order", by="p-operator", at=AT)
        there = await government.there(connection)
        before = await government_moves.effects(connection, plan, there.bodies[plan.body], TODAY)
        found = await government.one(connection, number)
        assert found and isinstance(found.change, Change)
        did = await government_moves.carry_out(connection, found.change, there, TODAY, AT)
        kept = await government.one(connection, number)
    assert before == did
    assert kept and kept.change.done_on == TODAY and kept.counts == did.as_json()
    return did


async def rows(database: Database, table: Any, **where: Any) -> list[Any]:
    query = select(table).where(*(table.c[key] == value for key, value in where.items()))
    async with database.read() as connection:
        return list((await connection.execute(query.order_by(table.c.id))).all())


async def test_posts_end_where_they_were_and_begin_where_they_are(database: Database) -> None:
    deputy = {"role": "sender_decider", "organisation": "hmrc", "team": "hmrc-paye-records"}
    async with database.write() as connection:
        await connection.execute(
            insert(deputies).values(
                person="p-saoirse-quilty", named_by="p-bethan-lowther-rees", held_from="2026-01-01", **deputy
            )
        )
        await connection.execute(
            insert(posts).values(
                person="p-marta-kowalczyk",
                role="requester",
                organisation="hmrc",
                team="hmrc-debt-insight",
                held_from="2026-12-01",
            )
        )
    before = await rows(database, posts, organisation="hmrc")
    did = await done(database, MERGE)
    after = await rows(database, posts, organisation="hmrc")
    # Who held what is still told: every row that had begun is there, and over since yesterday.
    assert len(after) == len(before) - 1
    assert {row.held_until for row in after} == {"2026-11-22"}
    moved = await rows(database, posts, organisation="dvla", held_from="2026-11-23")
    assert {row.role for row in moved} == {
        "sender_decider",
        "requester",
        "risk_owner",
        "reviewer",
        "adviser",
    }
    assert did.posts == len(moved) + 1 and did.ended == {"leader_1": 1, "leader_3": 1}
    # One that was to begin later begins in the new body.
    [later] = await rows(database, posts, person="p-marta-kowalczyk", role="requester")
    assert (later.organisation, later.held_from) == ("dvla", "2026-12-01")
    found = await rows(database, deputies)
    assert [(row.organisation, row.held_until) for row in found] == [("hmrc", "2026-11-22"), ("dvla", "")]


async def test_a_split_leaves_the_other_teams_and_the_leaders_alone(database: Database) -> None:
    plan = Plan(
        kind=Kind.SPLIT,
        body="dwp",
        name="Pensions Agency",
        new_kind="executive agency",
        new_nation="scotland",
        teams=("dwp-pension-credit",),
        from_day=TODAY,
    )
    did = await done(database, plan)
    assert did.ended == {} and did.teams == ("dwp-pension-credit",)
    [body] = await rows(database, organisations, id="pensions-agency")
    assert (body.name, body.nation, body.status, body.demo) == ("Pensions Agency", "scotland", "public", True)
    assert [row.id for row in await rows(database, teams, organisation="pensions-agency")] == [
        "dwp-pension-credit"
    ]
    assert did.clusters == {"dwp-pension-credit": "human-services"}  # and it stays a member
    leaders = [row for row in await rows(database, posts, organisation="dwp") if "leader" in row.role]
    assert {row.held_until for row in leaders} == {""}
    assert not await rows(database, posts, organisation="pensions-agency", role="leader_1")


async def test_no_row_of_a_body_is_ever_deleted(database: Database) -> None:
    async def many(table: Any) -> int:
        async with database.read() as connection:
            return await connection.scalar(select(func.count()).select_from(table)) or 0

    before = [await many(table) for table in (organisations, teams, posts)]
    await done(database, MERGE)
    await done(database, Plan(kind=Kind.RENAME, body="dvla", name="Revenue and Vehicles", from_day=TODAY))
    after = [await many(table) for table in (organisations, teams, posts)]
    assert after[:2] == before[:2] and after[2] > before[2]
    [hmrc] = await rows(database, organisations, id="hmrc")
    assert (hmrc.closed_on, hmrc.successor) == ("2026-11-23", "dvla")
    async with database.read() as connection:
        standing = await government.standing(connection, "hmrc")
        names = await government.names_of(connection, {"dvla"})
    assert standing.successor_name == "Revenue and Vehicles"
    assert names.on("dvla", date(2026, 11, 22)) == "Driver and Vehicle Licensing Agency"


async def test_what_was_agreed_is_done_once_and_in_the_order_of_the_days(database: Database) -> None:
    later = Plan(kind=Kind.RENAME, body="cps", name="Public Prosecutions", from_day=date(2026, 11, 20))
    async with database.write() as connection:
        numbers = [
            await government.propose(connection, plan, "An order", by="p-operator", at=AT)
            for plan in (MERGE, later)
        ]
        assert await government.due(connection, TODAY) == []  # nobody has confirmed either
        for number in numbers:
            await government.confirm(connection, number, by="p-leader", as_=Role.LEADER_3, at=AT)
        assert list(await government.due(connection, TODAY)) == [numbers[1], numbers[0]]
        assert list(await government.due(connection, date(2026, 11, 21))) == [numbers[1]]
        assert await government_moves.do_due(connection, numbers[1], TODAY, AT)
        assert not await government_moves.do_due(connection, numbers[1], TODAY, AT)
        assert list(await government.due(connection, TODAY)) == [numbers[0]]
