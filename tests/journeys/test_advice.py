"""P5, §4 on the real engine: health records in bulk, and what the Caldicott Guardian says or does not say."""

from typing import Any

import pytest

from api.invalid import Invalid
from domain.case import Kind
from domain.people import Seat
from store.commands import APPLIED
from store.database import Database
from tests.engine import Story, story

HOSPITAL = "leeds-hospitals-emergency-records"
GUARDIAN = "p-philippa-onslow"  # an adviser elsewhere, who is appointed here
BULK: dict[str, Any] = {
    "path": "standard",
    "pattern": "file_regular",
    "items": ["name", "diagnosis"],
    "purpose": "Offer council tax support to people whose illness keeps them from work.",
    "title": "Council tax support for people who are ill",
    "harm_of_withholding": "People who are too ill to claim fall behind with council tax.",
    "use": "deliver_service",
    "subjects": "patients who leave hospital",
    "region": "E12000003",
    "area": "Leeds",
    "power": "Health and Social Care Act 2012 s.251B",
}


async def asked(told: Story) -> str:
    ref = await told.signed(**BULK)
    case = await told.case(ref)
    assert case.conditions == ("health_in_bulk",), case.conditions
    return ref


async def test_the_guardian_is_asked_and_the_team_says_what_it_did_with_the_advice(
    database: Database,
) -> None:
    async with story(database, team="leeds-benefits", sending_team=HOSPITAL) as told:
        await told.appoints(GUARDIAN, "adviser", "leeds-hospitals")
        ref = await asked(told)
        due = (await told.task(ref, Kind.DECIDE)).due_at
        assert (await told.task(ref, Kind.ADVISE)).seat is Seat.SENDING_ADVISER
        assert Seat.SENDING_ADVISER in {seat for seat, _ in await told.told(ref)}
        said = await told.does(GUARDIAN, ref, "give_advice", reason="Send the diagnosis group, not the code.")
        assert said.state == APPLIED
        assert (await told.task(ref, Kind.DECIDE)).due_at == due
        with pytest.raises(Invalid) as none:  # the advice is there: what was done with it is asked
            await told.does(told.people.sender, ref, "approve", delivered="no")
        assert [each.field for each in none.value.problems] == ["caldicott"]
        await told.approves(ref, caldicott="Followed: groups are sent.")
        assert await told.open_tasks(ref) == [("sign_off", Seat.SENDING_LEADER_2)]


async def test_when_nobody_advises_that_is_recorded_and_no_clock_waited(database: Database) -> None:
    async with story(database, team="leeds-benefits", sending_team=HOSPITAL) as told:
        ref = await asked(told)
        assert ("fill_post", Seat.OPERATOR) in await told.open_tasks(ref)  # the hospital has no adviser (G5)
        await told.working_days_pass(5)
        assert await told.open_tasks(ref) == [("decide", Seat.SENDER)]
        assert [each.seat for each in await told.events(ref, "advice_not_received")] == [Seat.SENDING_ADVISER]
        with pytest.raises(Invalid):
            await told.does(told.people.sender, ref, "approve", delivered="no", caldicott="None came.")
        await told.approves(ref, caldicott="yes")
