"""Clusters and memberships as rows: who is in on which day, and that nothing is ever lost (P1, G7)."""

from datetime import UTC, date, datetime

from sqlalchemy import func, select

from domain import agreements as rules
from domain.agreements import Agreement
from domain.people import Role
from store import agreements, tables
from store.database import Database

TEAM = "leeds-benefits"
DAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 10, tzinfo=UTC)


async def test_every_seeded_team_with_a_place_has_signed_for_it(database: Database) -> None:
    """P1: `teams.cluster` says where a team belongs; what its leader signed says where it is."""
    async with database.read() as connection:
        hints = {
            row.id: row.cluster
            for row in await connection.execute(select(tables.teams.c.id, tables.teams.c.cluster))
            if row.cluster
        }
        assert await agreements.members_on(connection, DAY) == hints and len(hints) > 40
        assert await agreements.members_on(connection, date(2026, 1, 5)) == {}
        members = await agreements.members_of(connection, DAY)
    assert {each.signed_by for each in members} == {Role.LEADER_1}
    assert all(each.signed_version == 1 and each.demo for each in members)


async def test_three_clusters_are_in_force_from_their_day(database: Database) -> None:
    async with database.read() as connection:
        assert await agreements.in_force(connection, date(2026, 1, 4)) == {}
        found = await agreements.in_force(connection, date(2026, 1, 5))
    assert set(found) == {"human-services", "health-social-care", "crime-justice"}
    for cluster, agreement in found.items():
        assert (agreement.id, agreement.version, agreement.board) == (cluster, 1, f"{cluster}-board")
        assert agreement.terms.tasks and agreement.terms.exclusions


async def test_a_team_that_leaves_is_a_member_up_to_its_last_day_and_may_come_back(
    database: Database,
) -> None:
    last = date(2026, 12, 21)
    async with database.write() as connection:
        await agreements.leave(
            connection, cluster="human-services", team=TEAM, leaves_on=last, by="p-x", at=AT
        )
    async with database.read() as connection:
        assert (await agreements.members_on(connection, last))[TEAM] == "human-services"
        assert TEAM not in await agreements.members_on(connection, date(2026, 12, 22))
    back = datetime(2027, 1, 4, 23, 59, 59, 500_000, tzinfo=UTC)  # in the last second of a London day
    async with database.write() as connection:
        await agreements.join(connection, cluster="crime-justice", team=TEAM, version=1, by="p-x", at=back)
    async with database.read() as connection:
        assert TEAM not in await agreements.members_on(connection, date(2027, 1, 3))
        assert (await agreements.members_on(connection, date(2027, 1, 4)))[TEAM] == "crime-justice"
        assert len(await agreements.seats_of(connection, TEAM)) == 2


async def test_an_accession_counts_by_the_day_in_london(database: Database) -> None:
    """G3: half past eleven at night in June is the next day in London."""
    async with database.write() as connection:
        late = datetime(2026, 6, 10, 23, 30, tzinfo=UTC)
        await agreements.join(
            connection, cluster="crime-justice", team="dvla-driver-records", version=1, by="p-x", at=late
        )
    async with database.read() as connection:
        assert "dvla-driver-records" not in await agreements.members_on(connection, date(2026, 6, 10))
        assert "dvla-driver-records" in await agreements.members_on(connection, date(2026, 6, 11))


async def test_a_proposal_counts_only_once_it_is_confirmed_and_its_day_has_come(database: Database) -> None:
    begins = date(2026, 11, 24)
    async with database.write() as connection:
        [one] = await agreements.versions_of(connection, "crime-justice")
        two = Agreement(
            id=one.id,
            version=2,
            name="justice",
            board=one.board,
            terms=one.terms,
            proposed_by="p-olufemi-dare",
        )
        await agreements.propose(connection, two, AT)
    async with database.read() as connection:
        assert (await agreements.in_force(connection, begins))["crime-justice"].version == 1
        held = await agreements.versions_of(connection, "crime-justice")
        assert rules.waiting(held) == two
    async with database.write() as connection:
        await agreements.confirm(connection, two, by="p-bronwen-hale-mensah", first_day=begins)
    async with database.read() as connection:
        assert (await agreements.in_force(connection, DAY))["crime-justice"].version == 1
        now = (await agreements.in_force(connection, begins))["crime-justice"]
        assert (now.version, now.name) == (2, "justice")
        assert await connection.scalar(select(func.count()).select_from(tables.clusters)) == 4


async def test_a_signature_of_somebody_who_has_moved_on_is_still_a_leaders(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(tables.posts.delete().where(tables.posts.c.organisation == "leeds"))
    async with database.read() as connection:
        leeds = [each for each in await agreements.members_of(connection, DAY) if each.body == "leeds"]
    assert len(leeds) == 3 and {each.signed_by for each in leeds} == {None}
