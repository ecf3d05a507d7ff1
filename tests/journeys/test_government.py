"""P5, G5, G7 on the real engine: bodies merge, split and get other names; tasks go with the team, history stays."""

import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from activities.morning import MorningRound
from api.government import GovernmentActs
from api.known import known
from cli.verify import verified
from domain.case import Kind
from domain.figure_asked import Asked
from domain.government_forms import NEW
from domain.people import Seat
from domain.refusals import NoSuchCase
from domain.working_days import london_date
from store import figures_again, figures_read, government, reads, registry
from store.commands import APPLIED
from store.database import Database
from store.tables import tasks
from tests.engine import Story, story

CITATION = "The Transfer of Functions (Revenue) Order 2026"
NARROWED = {"items": ["National Insurance number"], "reason": "The rest is no longer needed."}


async def changes(told: Story, by: str, **raw: Any) -> int:
    """Somebody proposes a change, for today where no day is given, and a leader confirms it."""
    await told.tick()
    edge = GovernmentActs(told.database, lambda: told.now)
    asked = {"from_day": london_date(told.now).isoformat(), "citation": CITATION, **raw}
    operator, leader = await told.person(told.people.operator), await told.person(by)
    number = await edge.propose_change(operator, asked, command=secrets.token_hex(16), via="web")
    await edge.confirm_change(leader, number, {"agree": "yes"}, command=secrets.token_hex(16), via="web")
    return number


async def counted(told: Story, body: str) -> Mapping[str, Any]:
    """What the public figures say of one body, over all time; the identity must hold."""
    asked = Asked(since=date(2000, 1, 1), until=london_date(told.now), organisation=body, demo=True)
    async with told.database.read() as connection:
        found = (await figures_read.read(connection, asked, told.now))["identity"]
        wrong = await figures_again.compare(connection, asked, told.now)
    assert not wrong, wrong
    begun = found["backlog_start"] + found["received"] + found["reopened"]
    ended = ("delivered", "declined", "withdrawn", "lapsed", "blocked", "returned_by_own_side")
    assert begun == sum(found[each] for each in ended) + found["backlog_end"]
    return found


async def sees(told: Story, who: str, ref: str) -> bool:
    person = await told.person(who)
    async with told.database.read() as connection:
        try:
            await known(connection, person, ref)
        except NoSuchCase:
            return False
        return True


async def inbox(told: Story, who: str) -> set[str]:
    person = await told.person(who)
    async with told.database.read() as connection:
        return {row.ref for row in await reads.inbox(connection, person, told.now)}


async def whose(told: Story, ref: str) -> set[tuple[str, str]]:
    """(kind, organisation) of the open tasks."""
    query = select(tasks.c.kind, tasks.c.organisation).where(tasks.c.ref == ref, tasks.c.closed_at.is_(None))
    async with told.database.read() as connection:
        return {(row.kind, row.organisation) for row in await connection.execute(query)}


async def test_a_body_becomes_part_of_another_while_it_decides(database: Database) -> None:
    """HMRC becomes part of DVLA with a request on its desk: the clock goes on, its leaders are DVLA's, history stays."""
    async with story(database) as told:
        hmrc_leaders, sender = told.people.sending_leaders, told.people.sender
        before = await told.signed()
        ref = await told.signed(title="A second request")
        await told.approves(before)
        assert (await told.entry(before))["sending"]["organisation"] == "HM Revenue and Customs"
        await told.working_days_pass(3)
        due = (await told.task(ref, Kind.DECIDE)).due_at
        assert (await counted(told, "hmrc"))["received"] == 2

        await changes(told, hmrc_leaders[3], kind="merge", body="hmrc", into="dvla")
        assert set((await told.on_its_way(ref)).values()) == {"move_party"}
        assert await sees(told, sender, ref)  # nobody is left without a case while the news travels
        await told.news_travels()
        assert await told.on_its_way(ref) == {}

        moved = await told.case(ref)
        assert moved.sending and (moved.sending.organisation, moved.sending.team) == (
            "dvla",
            told.people.sending_team,
        )
        assert (await told.task(ref, Kind.DECIDE)).due_at == due
        assert await whose(told, ref) == {("decide", "dvla")}
        assert ref in await inbox(told, sender)
        assert not await sees(told, hmrc_leaders[1], ref)
        lloyd = "p-lloyd-trevanion"  # leader 1 of DVLA
        assert await sees(told, lloyd, ref)
        assert [each.was.organisation for each in await told.events(ref, "party_moved")] == ["hmrc"]
        assert (await told.events(ref, "request_submitted"))[0].sending.organisation == "hmrc"
        assert (await verified(database)).broken == ""

        assert (await counted(told, "hmrc"))["received"] == 0
        found = await counted(told, "dvla")
        assert (found["received"], found["backlog_end"]) == (2, 2)

        await told.until(due)  # nobody decides: it goes up to the leaders it has now
        assert ("leader_decide", "dvla") in await whose(told, ref)
        assert ref in await inbox(told, lloyd)
        await told.approves(ref, who=sender)
        assert (await told.entry(ref))["sending"]["organisation"] == ("Driver and Vehicle Licensing Agency")
        assert (await told.entry(before))["sending"]["organisation"] == "HM Revenue and Customs"
        async with database.read() as connection:
            there = await government.there(connection)
            standing = await government.standing(connection, "hmrc")
        assert (standing.successor, standing.closed_on) == ("dvla", there.bodies["hmrc"].closed_on)
        assert not there.bodies["hmrc"].teams


async def test_a_team_with_a_live_share_goes_to_a_new_body(database: Database) -> None:
    """A split while active: published versions stay, the next one names the new body, an empty seat is a vacancy."""
    async with story(database) as told:
        ref = await told.active()
        closed = await told.signed(title="Withdrawn before")
        await told.does(told.people.requester, closed, "withdraw", reason="Not needed any more.")
        review = (await told.task(ref, Kind.REVIEW)).due_at
        leaders = told.people.receiving_leaders
        await changes(
            told,
            leaders[2],
            kind="split",
            body="dwp",
            teams=["dwp-pension-credit"],
            into=NEW,
            name="Pensions Agency",
            new_kind="executive agency",
            new_nation="scotland",
        )
        await told.news_travels()
        case = await told.case(ref)
        assert case.receiving and case.receiving.organisation == "pensions-agency"
        assert (await told.task(ref, Kind.REVIEW)).due_at == review
        assert case.risk_owner == told.people.risk_owner and not case.open(Kind.OWN_RISK)
        # Nobody in the new body can look back yet: a vacancy at once, not on the day of the review.
        assert [task.post for task in case.open(Kind.FILL_POST)] == [Seat.REVIEWER]
        assert not await sees(told, leaders[1], ref)
        assert await sees(told, told.people.requester, ref)
        # What was over before stays with DWP, whose leaders still see it; and so does the team.
        assert await told.on_its_way(closed) == {}
        was = (await told.case(closed)).receiving
        assert was and was.organisation == "dwp"
        assert await sees(told, leaders[1], closed) and await sees(told, told.people.requester, closed)

        first = await told.entry(ref)
        assert first["receiving"]["organisation"] == "Department for Work and Pensions"
        answer = await told.does(told.people.risk_owner, ref, "narrow_share", **NARROWED)
        assert answer.state == APPLIED, answer
        assert (await told.entry(ref))["receiving"]["organisation"] == "Pensions Agency"
        async with database.read() as connection:
            kept = await registry.register_entry(connection, ref, 1)
        assert kept and kept.entry["receiving"]["organisation"] == "Department for Work and Pensions"
        assert (await counted(told, "pensions-agency"))["delivered"] == 1
        found = await counted(told, "dwp")
        assert (found["received"], found["withdrawn"], found["delivered"]) == (1, 1, 0)
        assert (await verified(database)).broken == ""


async def test_both_sides_move_at_once_and_a_leader_who_owned_the_risk_leaves(database: Database) -> None:
    """Two teams of one body go together, and the leader who had signed holds no post there any more."""
    async with story(database, sending_team="dwp-benefit-records") as told:
        leaders = told.people.receiving_leaders
        assert (await told.submits()).state == APPLIED
        [ref] = await inbox(told, told.people.risk_owner)
        await told.working_days_pass(5)
        assert (await told.signs(ref, who=leaders[1])).state == APPLIED
        await changes(told, leaders[3], kind="merge", body="dwp", into="dfe")
        assert sorted((await told.on_its_way(ref)).values()) == ["move_party", "move_party", "posts_changed"]
        await told.news_travels()
        case = await told.case(ref)
        assert case.receiving and case.sending
        assert case.receiving.organisation == case.sending.organisation == "dfe"
        assert len(await told.events(ref, "party_moved")) == 2
        assert [each.owner for each in await told.events(ref, "risk_owner_left")] == [leaders[1]]
        assert await whose(told, ref) == {("decide", "dfe"), ("own_risk", "dfe")}
        assert (await counted(told, "dfe"))["received"] == 1
        assert (await verified(database)).broken == ""


async def test_a_body_gets_another_name_on_a_later_day(database: Database) -> None:
    """Agreed ahead, done by the morning round of its day; what was said before keeps the name of its day."""
    async with story(database) as told:
        ref = await told.active()
        day = london_date(told.now) + timedelta(days=10)
        leader = told.people.sending_leaders[3]
        name = "Revenue Service"
        number = await changes(told, leader, kind="rename", body="hmrc", name=name, from_day=day.isoformat())

        async def morning() -> int:
            return (await MorningRound(database, lambda: told.now).run()).governed

        assert await morning() == 0
        await told.until(datetime(day.year, day.month, day.day, 5, tzinfo=UTC))
        assert await morning() == 1
        assert await morning() == 0
        async with database.read() as connection:
            found = await government.one(connection, number)
            names = await government.names_of(connection, {"hmrc"})
        assert found and found.change.done_on == day
        assert names.on("hmrc", day) == name
        assert names.on("hmrc", day - timedelta(days=1)) == "HM Revenue and Customs"
        assert (await told.entry(ref))["sending"]["organisation"] == "HM Revenue and Customs"
        await told.does(told.people.risk_owner, ref, "narrow_share", **NARROWED)
        assert (await told.entry(ref))["sending"]["organisation"] == name
        assert (await counted(told, "hmrc"))["delivered"] == 1


async def test_a_morning_that_moves_a_body_takes_nobody_for_gone(database: Database) -> None:
    """The round that moves the teams also looks at whose post began or ended: no seat was empty, and nobody left."""
    async with story(database) as told:
        ref = await told.signed()
        day = london_date(told.now) + timedelta(days=3)
        leader = told.people.receiving_leaders[3]
        await changes(told, leader, kind="merge", body="dwp", into="dfe", from_day=day.isoformat())
        await told.until(datetime(day.year, day.month, day.day, 5, tzinfo=UTC))
        assert (await MorningRound(database, lambda: told.now).run()).governed == 1
        await told.news_travels()
        kinds = await told.kinds(ref)
        assert kinds.count("party_moved") == 1
        assert not {"post_vacant", "risk_owner_left", "post_filled"} & set(kinds), kinds
        assert await whose(told, ref) == {("decide", "hmrc")}
        assert (await verified(database)).broken == ""


@pytest.mark.parametrize("first", ["cps", "dvla"])
async def test_what_is_not_possible_any_more_on_its_day_says_why(database: Database, first: str) -> None:
    """Two mergers are agreed for one day: the one done first closes a body, and the other changes nothing."""
    async with story(database) as told:
        day = (london_date(told.now) + timedelta(days=3)).isoformat()
        leaders = {"cps": "p-miriam-goldacre-stone", "dvla": "p-catrin-machreth"}
        second = "dvla" if first == "cps" else "cps"
        one = await changes(told, leaders[first], kind="merge", body=first, into=second, from_day=day)
        other = await changes(told, leaders[second], kind="merge", body=second, into=first, from_day=day)
        told.now += timedelta(days=4)
        assert (await MorningRound(database, lambda: told.now).run()).governed == 1
        async with database.read() as connection:
            done, failed = [await government.one(connection, number) for number in (one, other)]
        assert done and failed and done.change.done_on
        assert failed.change.done_on is None and "closed" in failed.change.failed_because
