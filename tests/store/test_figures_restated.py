"""G7: figures are restated with a note, never overwritten: the log is written with the move, and says the numbers."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from domain.case import Lane
from domain.figure_asked import Asked
from domain.working_days import london_date
from store import figures, figures_again, figures_read, figures_restated, tables
from store.database import Database
from tests.activities.recorded import RecordedLife
from tests.builders import MONDAY, in_doubt

LATER = MONDAY + timedelta(days=300)
YEAR = Asked(since=london_date(MONDAY), until=london_date(LATER), demo=True)


async def log(database: Database, asked: Asked = YEAR) -> list[figures_restated.Restated]:
    async with database.read() as connection:
        found = await figures_restated.listed(connection, asked, 100)
        assert len(found) == await figures_restated.touching(connection, asked)
        return found


async def passed_on(database: Database, ref: str = "SC-MOVE-0001") -> RecordedLife:
    life = RecordedLife(database, ref=ref)
    life.submit()
    life.sign_risk()
    life.working_days_pass(1)
    life.transfer(replace(life.sending, organisation="home-office", team="records"))
    await life.keep()
    return life


async def test_a_case_that_is_passed_on_is_told_with_the_numbers_it_changed(database: Database) -> None:
    stays = RecordedLife(database, ref="SC-STAY-0001")
    stays.submit()
    await stays.keep()
    await passed_on(database)
    (one,) = await log(database)
    assert (one.why, one.note, one.ref) == ("passed_on", "", "")  # not in the register, so not named
    told = {(each.organisation, each.figure): (each.before, each.after) for each in one.changes}
    assert told == {("hmrc", "received"): (2, 1), ("home-office", "received"): (0, 1)}
    async with database.read() as connection:
        for body, (_, after) in (("hmrc", (2, 1)), ("home-office", (0, 1))):
            page = await figures_read.read(connection, replace(YEAR, organisation=body), LATER)
            assert page["identity"]["received"] == after and page["restatements"] == 1


async def test_it_is_found_by_the_bodies_days_and_lanes_it_touches_only(database: Database) -> None:
    await passed_on(database)
    for asked, many in (
        (replace(YEAR, organisation="hmrc"), 1),
        (replace(YEAR, organisation="home-office"), 1),
        (replace(YEAR, organisation="dwp"), 1),
        (replace(YEAR, organisation="leeds"), 0),
        (replace(YEAR, organisation="home_office"), 0),  # no wild card
        (replace(YEAR, lane="standard"), 1),
        (replace(YEAR, lane="cluster"), 0),
        (replace(YEAR, cluster="crime-justice"), 0),
        (replace(YEAR, demo=False), 0),
        (replace(YEAR, since=YEAR.since + timedelta(days=30)), 0),
    ):
        assert len(await log(database, asked)) == many, asked


async def test_a_lane_chosen_by_people_is_told_as_that(database: Database) -> None:
    life = RecordedLife(database, ref="SC-MOVE-0002", **in_doubt())
    life.submit()
    life.working_days_pass(1)
    life.choose_lane(Lane.STANDARD)
    await life.keep()
    (one,) = await log(database)
    assert one.why == "lane_chosen"
    assert {(each.lane, each.before, each.after) for each in one.changes} >= {("none", 1, 0)}


async def test_what_is_rolled_back_restates_nothing_and_a_second_count_agrees(database: Database) -> None:
    await passed_on(database)
    async with database.read() as connection:
        assert await figures_again.compare(connection, YEAR, LATER) == []
    async with database.write() as connection:
        await connection.execute(tables.restatements.delete())
        told = await figures_again.compare(connection, YEAR, LATER)
    assert "SC-MOVE-0001 restatements: counted again 1, logged 0" in told


async def test_counting_anew_that_changes_a_number_is_told_and_one_that_does_not_is_not(
    database: Database,
) -> None:
    await passed_on(database)
    async with database.write() as connection:
        await figures.rebuild(connection, LATER)
    assert [each.why for each in await log(database)] == ["passed_on"]
    o = tables.organisations
    async with database.write() as connection:
        await connection.execute(update(o).values(demo=False))
        await figures.rebuild(connection, LATER)
    newest, _ = await log(database)
    assert newest.why == "recounted"
    told = {(each.demo, each.figure): (each.before, each.after) for each in newest.changes}
    assert told == {(True, "received"): (1, 0), (False, "received"): (0, 1)}


async def test_a_case_older_than_the_log_is_told_without_numbers(database: Database) -> None:
    await passed_on(database)
    async with database.write() as connection:
        await connection.execute(tables.restatements.delete())
        await figures.rebuild(connection, LATER)
    (one,) = await log(database)
    assert one.why == "passed_on" and all(each.before is None for each in one.changes)


@pytest.mark.parametrize("organisation, shown", [("", 1), ("dwp", 1), ("leeds", 0)])
async def test_a_note_of_an_operator_touches_what_it_names(
    database: Database, organisation: str, shown: int
) -> None:
    async with database.write() as connection:
        await figures_restated.note(
            connection, "A file was loaded twice.", replace(YEAR, organisation="dwp"), LATER
        )
    found = await log(database, replace(YEAR, organisation=organisation))
    assert len(found) == shown and all(each.note == "A file was loaded twice." for each in found)
