"""P5, G2, G5 on the real engine: people come and go, somebody covers, and the case goes on with whoever answers for it."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from activities.morning import MorningRound
from api.owners import OwnerActs
from domain.case import Kind
from domain.people import Role, Seat
from domain.permissions import Post
from domain.working_days import london_date
from store import directory
from store.commands import APPLIED, REFUSED
from store.database import Database
from store.tables import people, posts
from tests.cast import SIGNED
from tests.engine import Story, story


async def email(told: Story, who: str) -> str:
    async with told.database.read() as connection:
        found = await connection.scalar(select(people.c.email).where(people.c.id == who))
    assert found
    return found


async def says(
    told: Story, act: str, *about: Any, raw: Mapping[str, Any] | None = None, by: str = ""
) -> None:
    """Somebody, the operator unless named, changes the directory; and what follows is brought to the cases."""
    await told.tick()
    edge = OwnerActs(told.database, lambda: told.now)
    who = await told.person(by or told.people.operator)
    more = () if raw is None else (raw,)
    command = f"{act}.{told.now.timestamp():.0f}.{'.'.join(map(str, about))}"[:60]
    await getattr(edge, act)(who, *about, *more, command=command, via="web")
    await told.news_travels()


async def leaves(told: Story, who: str) -> None:
    yesterday = london_date(await told.tick()) - timedelta(days=1)
    await says(told, "leave", who, raw={"last": yesterday.isoformat()})


async def all_leave(told: Story, role: Role, team: str) -> None:
    async with told.database.read() as connection:
        held = await directory.holders(connection, role, team, london_date(await told.tick()))
    for who in held:
        await leaves(told, who)


async def away(told: Story, who: str, covered_by: str, days: int) -> None:
    today = london_date(await told.tick())
    last = today + timedelta(days=days)
    cover = await email(told, covered_by) if covered_by else ""
    raw = {"covered_by": cover, "first": today.isoformat(), "last": last.isoformat()}
    await says(told, "set_cover", who, raw=raw, by=who)


async def morning(told: Story) -> int:
    await told.tick()
    found = await MorningRound(told.database, lambda: told.now).run()
    await told.news_travels()
    return found.concerned


async def body_of(told: Story, team: str) -> str:
    async with told.database.read() as connection:
        party = await directory.party(connection, team)
    assert party
    return party.organisation


async def owns(told: Story, who: str, ref: str) -> str:
    answer = await told.does(who, ref, "own_risk", form_hash=(await told.case(ref)).form_hash, **SIGNED)
    return answer.state


async def test_a_risk_owner_leaves_and_the_share_stops_until_a_new_one_signs(database: Database) -> None:
    """P5: a task for 5 working days, then leader 1; suspended after 20 without an owner; a new owner signs, and it goes on."""
    async with story(database) as told:
        ref = await told.active()
        await all_leave(told, Role.RISK_OWNER, told.people.team)
        assert {("own_risk", Seat.RISK_OWNER), ("fill_post", Seat.OPERATOR)} <= set(
            await told.open_tasks(ref)
        )
        assert (await told.case(ref)).owners_before == (told.people.risk_owner,)
        await told.working_days_pass(5)
        assert ("own_risk", Seat.RECEIVING_LEADER_1) in await told.open_tasks(ref)
        assert await told.stage(ref) == "active"
        await told.working_days_pass(15)
        assert await told.stage(ref) == "suspended"
        assert (await told.entry(ref))["state"] == "suspended"

        newcomer = told.people.receiving_leaders[1]  # somebody of the same body takes the post
        today = london_date(await told.tick())
        raw = {
            "role": "risk_owner",
            "team": told.people.team,
            "email": await email(told, newcomer),
            "first": today.isoformat(),
        }
        await says(told, "appoint", await body_of(told, told.people.team), raw=raw)
        assert "fill_post" not in {kind for kind, _ in await told.open_tasks(ref)}
        assert await owns(told, newcomer, ref) == APPLIED
        case = await told.case(ref)
        assert (case.stage, case.risk_owner) == ("active", newcomer)
        assert not case.open(Kind.OWN_RISK) and (await told.entry(ref))["state"] == "active"


async def test_a_deputy_signs_for_a_vacant_post_and_the_new_owner_signs_after_them(
    database: Database,
) -> None:
    """P5: the deputy answers for it only as long as nobody holds the post."""
    async with story(database) as told:
        ref = await told.active()
        team, body = told.people.team, await body_of(told, told.people.team)
        deputy, later = told.people.sending_leaders[3], told.people.sending_leaders[1]
        post = Post(role=Role.RISK_OWNER, organisation=body, team=team)
        raw = {"email": await email(told, deputy)}
        await says(told, "name_deputy", post, raw=raw, by=told.people.receiving_leaders[1])
        await all_leave(told, Role.RISK_OWNER, team)
        tasks = {kind for kind, _ in await told.open_tasks(ref)}
        assert "own_risk" in tasks and "fill_post" not in tasks
        assert await owns(told, deputy, ref) == APPLIED
        assert await morning(told) == 0 and (await told.case(ref)).risk_owner == deputy
        first = london_date(await told.tick()) + timedelta(days=7)
        raw = {
            "role": "risk_owner",
            "team": team,
            "email": await email(told, later),
            "first": first.isoformat(),
        }
        await says(told, "appoint", body, raw=raw)
        assert (await told.case(ref)).risk_owner == deputy, "not before the first day"
        await told.hours_pass(24 * 8)
        assert await morning(told) >= 1 and await morning(told) == 0
        assert (await told.case(ref)).risk_owner == "" and "own_risk" in {
            k for k, _ in await told.open_tasks(ref)
        }
        assert await owns(told, later, ref) == APPLIED
        assert await told.stage(ref) == "active"


async def test_whoever_covers_decides_and_the_author_who_covers_does_not(database: Database) -> None:
    """G2, I6."""
    async with story(database) as told:
        ref = await told.signed()
        await away(told, told.people.sender, told.people.requester, 3)
        refused = await told.does(told.people.requester, ref, "approve", delivered="no")
        assert refused.state == REFUSED and refused.refusal == "SamePerson"
        async with database.read() as connection:
            row = (
                await connection.execute(select(posts).where(posts.c.person == told.people.sender))
            ).first()
        assert row and await told.stage(ref) == "with_sender"
        await told.hours_pass(24 * 4)
        stranger = told.people.sending_leaders[3]
        await away(told, told.people.sender, stranger, 3)
        await told.approves(ref, who=stranger)
        case = await told.case(ref)
        assert (case.stage, case.decider) == ("approved", stranger)


async def test_cover_ends_by_its_date_and_an_act_after_it_is_not_theirs(database: Database) -> None:
    async with story(database) as told:
        ref = await told.signed()
        stranger = told.people.sending_leaders[3]
        await away(told, told.people.sender, stranger, 1)
        assert (await told.person(stranger)).holds(Role.SENDER_DECIDER)
        await told.hours_pass(48)
        assert not (await told.person(stranger)).holds(Role.SENDER_DECIDER)
        answer = await told.does(stranger, ref, "approve", delivered="no")
        assert (answer.state, answer.status) == (REFUSED, 409), "a leader of the body, whose turn it is not"
        await told.approves(ref)


async def test_the_last_decider_leaves_and_the_appointment_closes_the_vacancy(database: Database) -> None:
    """G5: at once, both times; and the clock that acts meanwhile knows who is there."""
    async with story(database) as told:
        ref = await told.signed()
        sending = told.people.sending_team
        await all_leave(told, Role.SENDER_DECIDER, sending)
        vacancy = ("fill_post", Seat.OPERATOR)
        assert vacancy in await told.open_tasks(ref) and ("decide", Seat.SENDER) in await told.open_tasks(ref)
        today: date = london_date(await told.tick())
        newcomer = told.people.receiving_leaders[2]
        raw = {
            "role": "sender_decider",
            "team": sending,
            "email": await email(told, newcomer),
            "first": today.isoformat(),
        }
        await says(told, "appoint", await body_of(told, sending), raw=raw)
        assert vacancy not in await told.open_tasks(ref)
        await told.approves(ref, who=newcomer)


async def test_away_without_cover_passes_a_leader_over(database: Database) -> None:
    """C15: a level in which nobody acts is skipped at once; whoever comes back finds the vacancy closed."""
    async with story(database) as told:
        ref = await told.signed()
        await away(told, told.people.sending_leaders[1], "", 30)
        await told.working_days_pass(10)
        case = await told.case(ref)
        assert case.level == 3, "leader 1 is away, and there is no leader 2"
        assert any(task.post is Seat.SENDING_LEADER_1 for task in case.open(Kind.FILL_POST))
        await told.hours_pass(24 * 31)
        assert await morning(told) >= 1
        case = await told.case(ref)
        assert not any(task.post is Seat.SENDING_LEADER_1 for task in case.open(Kind.FILL_POST))
