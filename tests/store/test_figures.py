"""Figures are kept in the transaction that records a case, and a second count of the events agrees with all of them."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import event, update

from domain import commands as c
from domain.events import PartApproved
from domain.figure_asked import Asked
from domain.figure_rows import SOURCES, reckoned
from domain.people import Seat
from domain.working_days import london_date
from store import commands, figures, figures_again, figures_read, tables
from store.commands import Received
from store.database import Database
from store.record import Transition, record
from tests.activities.recorded import ANSWERS, RecordedLife
from tests.builders import (
    FORM,
    MONDAY,
    NEW_FORM,
    Life,
    exploratory,
    in_cluster,
    in_doubt,
    out_of_scope,
    relying,
    urgent,
)
from tests.domain import test_invariants as walks
from tests.fixtures.figure_log import AS_OF, LOG, happened

LATER = MONDAY + timedelta(days=400)
YEAR = Asked(since=london_date(MONDAY) - timedelta(days=30), until=london_date(LATER), demo=True)


async def read(database: Database, asked: Asked = YEAR, as_of: datetime = LATER) -> dict[str, Any]:
    async with database.read() as connection:
        return await figures_read.read(connection, asked, as_of)


async def agree(database: Database, as_of: datetime = LATER) -> None:
    async with database.read() as connection:
        assert await figures_again.compare(connection, YEAR, as_of) == []


def delivered(life: RecordedLife) -> None:
    life.sign_risk()
    life.working_days_pass(3)
    life.approve()
    life.deliver()
    life.confirm()


async def world(database: Database) -> list[RecordedLife]:
    """A dozen lives that end in every way, and some that do not."""
    lives: list[RecordedLife] = []

    def begin(**settings: Any) -> RecordedLife:
        life = RecordedLife(database, ref=f"SC-FIGS-{len(lives):04}", **settings)
        life.submit()
        lives.append(life)
        return life

    delivered(begin())
    delivered(begin(**relying()))
    delivered(begin(duty="safeguarding"))
    begin().decline_risk()
    back = begin()
    back.decline_risk()
    back.working_days_pass(2)
    back.submit()
    back.decline_risk()
    back.act(c.Withdraw(), Seat.REQUESTER)
    refused = begin()
    refused.sign_risk()
    refused.refuse()
    refused.working_days_pass(4)
    refused.escalate_refusal()
    refused.working_days_pass(2)
    refused.overturn(Seat.RECEIVING_LEADER_1)
    refused.overturn(Seat.SENDING_LEADER_1)
    upheld = begin()
    upheld.sign_risk()
    upheld.refuse()
    upheld.escalate_refusal()
    upheld.uphold(Seat.RECEIVING_LEADER_1)
    upheld.uphold(Seat.SENDING_LEADER_1)
    begin(**out_of_scope())
    doubt = begin(**in_doubt())
    doubt.working_days_pass(12)
    begin(**in_cluster()).sign_risk()
    lives[-1].working_days_pass(8)
    moved = begin()
    moved.sign_risk()
    moved.working_days_pass(1)
    moved.transfer()
    silent = begin()
    silent.sign_risk()
    silent.working_days_pass(60)
    lapsed = begin()
    lapsed.sign_risk()
    lapsed.ask()
    lapsed.working_days_pass(15)
    begin(**urgent()).sign_risk()
    delivered(begin(**exploratory()))
    lives[-1].working_days_pass(80)
    for life in lives:
        await life.keep()
    return lives


async def test_a_second_count_from_the_events_agrees_with_everything(database: Database) -> None:
    await world(database)
    await agree(database)
    told = await read(database)
    assert told["identity"]["received"] == 15
    assert told["identity"]["delivered"] == 4 and told["identity"]["blocked"] == 1


async def test_the_fixed_log_gives_the_figures_worked_out_by_hand(database: Database) -> None:
    """tests/fixtures/figures.json once more, through the tables; and the second count agrees."""
    await fixed_log(database)
    march = Asked(since=date(2026, 3, 1), until=date(2026, 3, 31), demo=True)
    told = await read(database, march, AS_OF)
    for name, figure in LOG["figures"].items():
        assert told[name] == figure, name
    async with database.read() as connection:
        assert await figures_again.compare(connection, march, AS_OF) == []
    assert (await read(database, replace(march, demo=False), AS_OF))["identity"]["received"] == 0


async def fixed_log(database: Database) -> None:
    for case in happened():
        for each in case:
            async with database.write() as connection:
                if not each.before.version:
                    nothing_typed = {"title": "", "purpose": "", "items": []}
                    answers = {**ANSWERS, **nothing_typed, "people_per_day": each.people_per_day}
                    row = {"ref": each.before.ref, "version": 1, "hash": "h", "answers": answers}
                    await connection.execute(tables.forms.insert().values(row))
                await record(
                    connection,
                    Transition(
                        before=each.before,
                        at=each.at,
                        command=each.command,
                        actor=each.actor,
                        events=each.events,
                    ),
                )


async def test_writing_a_transition_twice_counts_it_once(database: Database) -> None:
    life = RecordedLife(database)
    life.submit()
    life.sign_risk()
    await life.keep()
    once = await read(database)
    life.kept = 1  # the second is written again, as after a lost answer
    for step in life.steps:
        async with database.write() as connection:
            told = Transition(
                before=step.before,
                at=step.now,
                command=step.command.id,
                actor=step.command.by.person,
                events=step.events,
            )
            await record(connection, told)
    assert await read(database) == once


async def test_what_is_rolled_back_is_not_counted(database: Database) -> None:
    life = RecordedLife(database)
    life.submit()
    await life.keep()
    once = await read(database)
    life.sign_risk()
    step = life.steps[-1]
    told = Transition(before=step.before, at=step.now, command="x", actor="ruth", events=step.events)
    with pytest.raises(ZeroDivisionError):
        async with database.write() as connection:
            await record(connection, told)
            raise ZeroDivisionError
    assert await read(database) == once


async def test_passed_on_a_case_is_counted_where_it_went(database: Database) -> None:
    """The identity holds for a body, so nothing may leave it half counted."""
    life = RecordedLife(database)
    life.submit()
    life.sign_risk()
    life.transfer(replace(life.sending, organisation="home-office", team="records"))
    await life.keep()
    there = await read(database, replace(YEAR, organisation="home-office"))
    left = await read(database, replace(YEAR, organisation="hmrc"))
    assert there["identity"]["received"] == there["identity"]["backlog_end"] == there["restated"] == 1
    assert left["identity"]["received"] == left["identity"]["backlog_end"] == 0
    await agree(database)


async def test_made_up_bodies_are_in_no_public_number(database: Database) -> None:
    await world(database)
    public = await read(database, replace(YEAR, demo=False))
    assert public["identity"]["received"] == public["open_now"]["n"] == public["cost"]["shares"] == 0
    o = tables.organisations
    async with database.write() as connection:
        await connection.execute(update(o).values(demo=False))
        assert await figures.rebuild(connection, LATER) == 15
    assert (await read(database, replace(YEAR, demo=False)))["identity"]["received"] == 15
    assert (await read(database))["identity"]["received"] == 0
    await agree(database)


async def test_figures_can_be_counted_anew_and_are_the_same(database: Database) -> None:
    """For an installation that is older than its figures."""
    await world(database)
    async with database.read() as connection:
        kept, told = await figures_read.every_case(connection), await read(database)
    async with database.write() as connection:
        await figures.rebuild(connection, LATER)
    async with database.read() as connection:
        assert await figures_read.every_case(connection) == kept
    assert await read(database) == told


async def test_a_case_older_than_the_figures_is_counted_when_it_moves(database: Database) -> None:
    life = RecordedLife(database)
    life.submit()
    life.sign_risk()
    await life.keep()
    async with database.write() as connection:
        for table in (tables.case_counts, tables.case_figures, tables.figure_counts):
            await connection.execute(table.delete())
    assert (await read(database))["identity"]["received"] == 0
    life.working_days_pass(2)
    life.refuse()
    await life.keep()
    told = (await read(database))["identity"]
    assert (told["received"], told["declined"], told["backlog_end"]) == (1, 1, 0)
    await agree(database)


async def test_a_wrong_number_is_found(database: Database) -> None:
    """The comparison can fail: one count off by one is named."""
    await world(database)
    n = tables.figure_counts.c
    async with database.write() as connection:
        await connection.execute(
            update(tables.figure_counts)
            .where(n.organisation == "", n.family == "flow", n.name == "blocked")
            .values(n=n.n + 1)
        )
    async with database.read() as connection:
        told = await figures_again.compare(connection, YEAR, LATER)
    assert any("identity.blocked: counted again 1, kept 2" in line for line in told), told


async def test_a_page_reads_a_few_queries_whatever_there_is(database: Database) -> None:
    await world(database)
    async with database.read() as connection:
        await figures_read.read(connection, YEAR, LATER)  # the calendar is read once and kept
        said: list[str] = []
        event.listen(database.engine.sync_engine, "before_cursor_execute", lambda *each: said.append(each[2]))
        await figures_read.read(connection, replace(YEAR, organisation="dwp"), LATER)
    of_cases = [each for each in said if "case_figures" in each or "events" in each]
    assert len(said) == 7 and len(of_cases) == 2, said
    # These two grow with shares in use: there is no more of them than live grants, and days on which each was used.
    assert all("JOIN case_figures" in each and ("grants" in each or "use_days" in each) for each in of_cases)


async def test_the_rows_behind_a_number(database: Database) -> None:
    """E5: every number is worked out from its rows again. What is in the register is named."""
    await world(database)
    async with database.read() as connection:
        told = await figures_read.read(connection, YEAR, LATER)

        async def number(name: str, of: str = "total", asked: Asked = YEAR) -> int | None:
            return reckoned(of, await figures_read.cases_behind(connection, SOURCES[name], asked, LATER))

        for name in ("received", "reopened", "delivered", "declined", "blocked", "withdrawn", "lapsed"):
            assert await number(name) == told["identity"][name], name
        assert await number("open", "n") == told["open_now"]["n"]
        assert await number("open", "longest") == told["open_now"]["longest"]
        assert await number("days_so_far") == sum(
            each["days"] for each in told["open_now"]["by_holder"].values()
        )
        assert await number("gross") == told["holders"]["days"]
        assert await number("open_at_end") == told["identity"]["backlog_end"]
        delivered_rows = await figures_read.cases_behind(connection, SOURCES["delivered"], YEAR, LATER)
        public = await figures_read.entries(connection, [each.ref for each in delivered_rows])
        assert len(public) == 4 and all(row.entry["title"] for row in public.values())
        blocked = await figures_read.cases_behind(connection, SOURCES["blocked"], YEAR, LATER)
        assert await figures_read.entries(connection, [each.ref for each in blocked]) == {}
        assert await number("overdue_at_top", asked=replace(YEAR, organisation="dwp")) == 0
        assert await number("overdue_at_top", asked=replace(YEAR, organisation="hmrc"))


# --- random lives ----------------------------------------------------------------------------------------------------


def random_lives(many: int) -> list[Life]:
    """Walks of the invariants, kept as they ended."""
    lives: list[Life] = []

    class Walk(walks.AnyLife):
        def another_request_comes_in(self) -> None:
            pass

        def teardown(self) -> None:
            lives.append(self.life)

    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=many,
            stateful_step_count=40,
            deadline=None,
            derandomize=not walks.WALKS,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
    return [life for life in lives if life.steps]


async def test_both_counts_agree_on_random_lives(database: Database) -> None:
    lives = random_lives(60)
    await bodies_of_builders(database)
    for number, life in enumerate(lives):
        await keep(database, life, f"SC-RAND-{number:04}")
    end = max(life.now for life in lives) + timedelta(days=30)
    asked = replace(YEAR, until=london_date(end))
    async with database.read() as connection:
        assert await figures_again.compare(connection, asked, end) == []
        told = await figures_read.read(connection, asked, end)
        assert told["identity"]["received"] == len(lives)


async def bodies_of_builders(database: Database) -> None:
    """The bodies and teams that `tests.builders` writes about, made up like the others."""
    async with database.write() as connection:
        for each in ("council", "sg"):
            body = {
                "kind": "council",
                "nation": "england-and-wales",
                "status": "public",
                "identifiers": {},
                "tiny": False,
            }
            row = {"id": each, "name": each, "demo": True, **body}
            await connection.execute(tables.organisations.insert().values(row))
        for team, its in (("care", "council"), ("data", "dwp"), ("records", "hmrc")):
            await connection.execute(tables.teams.insert().values(id=team, organisation=its, name=team))


async def keep(database: Database, life: Life, ref: str) -> None:
    async with database.write() as connection:
        for version, key in ((1, FORM), (2, NEW_FORM)):
            answers = {**ANSWERS, "people_per_day": 10 * version}
            row = {"ref": ref, "version": version, "hash": key, "answers": answers}
            await connection.execute(tables.forms.insert().values(row))
    for step in life.steps:
        at = max(step.before.last_at, min(step.command.received_at, step.now))
        command = f"{ref}.{step.command.id}"
        told = Transition(
            before=replace(step.before, ref=ref),
            at=at,
            command=command,
            actor=step.command.by.person,
            events=step.events,
        )
        async with database.write() as connection:
            if any(isinstance(each, PartApproved) for each in step.events):
                received = Received(
                    id=command, ref=ref, act="approve_part", actor="sam", via="web", body={"withheld": []}, seen=None,
                    received_at=at,
                )  # fmt: skip
                await commands.keep(connection, received, at)
            await record(connection, told)
