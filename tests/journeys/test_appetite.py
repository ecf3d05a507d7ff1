"""Risk appetite on the real engine (P8): outside it a leader is asked first, on both sides; without a statement too."""

from datetime import UTC, datetime

from domain.people import Seat
from domain.request_choices import USES
from store import tables
from store.commands import APPLIED
from store.database import Database
from tests.engine import Story, story

R1, R2 = Seat.RECEIVING_LEADER_1, Seat.RECEIVING_LEADER_2


async def states(database: Database, body: str, level: str, signed_as: str = "leader_1") -> None:
    """A newer statement of a body, for every kind of use the same."""
    async with database.write() as connection:
        await connection.execute(
            tables.appetite.insert().values(
                organisation=body,
                version=9,
                text="Some risk is expected.",
                lines={use.value: {"level": level, "text": "As little as does it."} for use in USES},
                signed_as=signed_as,
                signed_by="p-amara-okafor",
                stated_at=datetime(2025, 5, 30, 12, tzinfo=UTC),
                in_force_from="2025-06-02",
            )
        )


async def nobody_states(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(tables.appetite.delete())


async def backs(told: Story, ref: str, level: int) -> None:
    answer = await told.does(
        told.people.receiving_leaders[level], ref, "back_risk", reason="Winter comes first."
    )
    assert answer.state == APPLIED, answer


async def test_outside_on_both_sides_two_leaders_say_so_and_it_is_delivered(database: Database) -> None:
    await states(database, "dwp", "minimal", "leader_2")
    await states(database, "hmrc", "averse", "leader_1")
    async with story(database) as told:
        ref = await told.signed()
        assert await told.stage(ref) == "risk_acceptance"
        assert await told.open_tasks(ref) == [("back_risk", R2)]
        assert not (await told.case(ref)).sender_may_see
        [receiving, sending] = (await told.screening(ref))["stances"]
        assert (receiving["body"], receiving["version"], receiving["asks"]) == ("dwp", 9, 2)
        assert (sending["body"], sending["standing"], sending["asks"]) == ("hmrc", "outside", 1)
        await backs(told, ref, 2)
        assert await told.open_tasks(ref) == [("decide", Seat.SENDER)]
        await told.approves(ref)
        assert await told.stage(ref) == "leader_decision"
        assert await told.open_tasks(ref) == [("sign_off", Seat.SENDING_LEADER_1)]
        await told.approves(ref, who=told.people.sending_leaders[1])
        assert await told.stage(ref) == "approved"
        await told.delivers(ref)


async def test_without_a_statement_leader_1_is_asked_and_silence_moves_up(database: Database) -> None:
    await nobody_states(database)
    async with story(database) as told:
        ref = await told.signed()
        assert await told.open_tasks(ref) == [("back_risk", R1)]
        await told.working_days_pass(5)
        assert ("back_risk", R2) in await told.open_tasks(ref)
        await backs(told, ref, 2)
        await told.approves(ref)
        assert await told.open_tasks(ref) == [("sign_off", Seat.SENDING_LEADER_1)]


async def test_a_request_that_is_passed_on_goes_by_the_other_body(database: Database) -> None:
    """C16: by what that body stated on the day the request came in; the receiving body's line stays as it was."""
    await states(database, "communities-ni", "averse", "leader_2")
    async with story(database) as told:
        ref = await told.signed()
        answer = await told.does(
            told.people.sender,
            ref,
            "transfer",
            to_team="communities-ni-benefit-data",
            reason="They hold it for Northern Ireland.",
        )
        assert answer.state == APPLIED, answer
        assert (await told.case(ref)).sign_level == 2
        [receiving, sending] = (await told.screening(ref))["stances"]
        assert (receiving["body"], receiving["asks"]) == ("dwp", 0)
        assert (sending["body"], sending["asks"]) == ("communities-ni", 2)
        await told.plays("dwp-pension-credit", "communities-ni-benefit-data")
        await told.approves(ref)
        assert await told.open_tasks(ref) == [("sign_off", Seat.SENDING_LEADER_2)]


async def test_what_is_stated_later_does_not_reach_back(database: Database) -> None:
    async with story(database) as told:
        ref = await told.signed()
        await states(database, "hmrc", "averse")
        await told.does(told.people.sender, ref, "ask", reason="Which tax years do you need?")
        await told.does(told.people.requester, ref, "answer", reason="Also the year before.", material="yes")
        assert (await told.screening(ref))["stances"][1]["asks"] == 0
        await told.signs(ref)
        await told.approves(ref)
        assert await told.stage(ref) == "approved"
