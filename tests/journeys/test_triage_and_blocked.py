"""C1a, §4, I12 on the real engine: what Sharecase is not for, and what people have to say because a fact is missing."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select
from temporalio.client import WorkflowExecutionStatus

from api.invalid import Invalid
from domain.acts import FORMS
from domain.case import Kind
from domain.people import Seat
from domain.refusals import NoSuchCase
from store import rulebook
from store.commands import APPLIED
from store.database import Database
from store.tables import cases
from tests.engine import Story, story
from workflows.names import workflow_id

BOARD = "p-ewa-nowicka"  # of human services, where Pension Credit sits
TO_A_BUSINESS: dict[str, Any] = {
    "others_see": "organisation",
    "onward": ["Tesco plc"],
    "others_detail": "They send vouchers to those who are entitled.",
}
TO_SOMEBODY: dict[str, Any] = {**TO_A_BUSINESS, "onward": ["The Wibble Advice Partnership"]}
STANDARD = {"lane": "standard", "reason": "The partnership is the council's own, under another name."}
DEBT_INSIGHT = {"team": "hmrc-debt-insight", "sending_team": "dwp-benefit-records"}  # in no cluster


async def test_a_request_for_a_business_is_out_of_scope_and_nothing_leads_out(database: Database) -> None:
    """§4, I12: blocked at once, for everybody, the operator too; told in plain words; counted."""
    async with story(database) as told:
        answer = await told.submits(**TO_A_BUSINESS)
        assert answer.state == APPLIED
        ref = answer.ref
        case = await told.case(ref)
        assert (case.stage, case.is_closed) == ("blocked", True)
        assert await told.open_tasks(ref) == []
        [blocked] = await told.events(ref, "request_blocked")
        assert blocked.rules == ("commercial_recipient v1",)
        kept = await told.screening(ref)
        assert "Sharing with a business may be lawful under its own power" in kept["reasons"][0]
        assert {seat for seat, words in await told.told(ref) if "out of scope" in words} == {
            Seat.REQUESTER,
            Seat.RISK_OWNER,
        }
        handle = told.environment.client.get_workflow_handle(workflow_id(ref))
        await asyncio.wait_for(handle.result(), 5)
        assert (await handle.describe()).status is WorkflowExecutionStatus.COMPLETED

        people = told.people
        insiders = (people.requester, people.risk_owner, *people.receiving_leaders.values())
        for who in insiders:
            for act in ("withdraw", "sign_risk", "reopen", "choose_lane"):
                assert (await attempt(told, who, ref, act)).startswith("This case is closed"), (who, act)
        for act in FORMS:
            for who in (people.operator, people.sender, BOARD):
                assert (await attempt(told, who, ref, act)).startswith("There is no such case"), (who, act)
        again = await told.submits(ref=ref)
        assert again.is_refused
        assert (await told.case(ref)).version == case.version
        async with database.read() as connection:
            counted = await rulebook.counts(connection)
        assert counted.of_rule("commercial_recipient", demo=True) == 1


async def attempt(told: Story, who: str, ref: str, act: str) -> str:
    """The sentence with which an act is refused, whichever way it is."""
    raw = {"reason": "It should go on.", "residual": "None.", "agree": "yes", **STANDARD}
    try:
        answer = await told.does(who, ref, act, **raw)
    except NoSuchCase as missing:
        return missing.message
    assert answer.is_refused
    return answer.sentence


async def test_a_body_in_no_directory_is_for_the_board_to_say(database: Database) -> None:
    """C1a: which fact is missing is named; the board chooses; then it travels like any other."""
    async with story(database) as told:
        ref = (await told.submits(**TO_SOMEBODY)).ref
        case = await told.case(ref)
        assert (case.stage, case.board) == ("triage", "human-services-board")
        assert await told.open_tasks(ref) == [("triage", Seat.BOARD)]
        [sent] = await told.events(ref, "sent_to_triage")
        assert sent.missing == ("recipient_in_no_directory v1",)
        assert "Wibble" in (await told.screening(ref))["reasons"][0]
        with pytest.raises(NoSuchCase):  # C2: no sender sees it
            await told.intake.known(await told.person(told.people.sender), ref)
        not_open = await told.does(BOARD, ref, "choose_lane", **STANDARD)
        assert not_open.state == APPLIED
        [*_, chosen] = await told.events(ref, "lane_chosen")
        assert (chosen.lane, chosen.by_people) == ("standard", True)
        with pytest.raises(NoSuchCase):  # the board saw it for as long as it had to
            await told.intake.known(await told.person(BOARD), ref)
        assert (await told.signs(ref)).state == APPLIED
        await told.approves(ref)


async def test_a_silent_board_leaves_it_to_the_receiving_leaders(database: Database) -> None:
    """C1a, C15: five days each; the total clock runs on."""
    async with story(database) as told:
        ref = (await told.submits(**TO_SOMEBODY)).ref
        submitted = (await told.case(ref)).submitted_at
        for level in (1, 2, 3):
            await told.working_days_pass(5)
            assert (await told.case(ref)).level == level
        await told.working_days_pass(5)
        case = await told.case(ref)
        assert (case.stage, case.at_top, case.cause) == ("triage", True, "triage")
        assert await told.overdue() == {"Department for Work and Pensions": 1}
        leader = told.people.receiving_leaders[3]
        assert (await told.does(leader, ref, "choose_lane", **STANDARD)).state == APPLIED
        case = await told.case(ref)
        assert (case.stage, case.submitted_at, case.at_top) == ("risk_acceptance", submitted, False)
        assert await told.overdue() == {}


async def test_where_there_is_no_board_leader_1_is_asked(database: Database) -> None:
    """C1a: a team in no cluster; and a cluster on whose board nobody sits, which is raised as a vacancy."""
    async with story(database, **DEBT_INSIGHT) as told:
        ref = (await told.submits(**TO_SOMEBODY)).ref
        assert await told.open_tasks(ref) == [("triage", Seat.RECEIVING_LEADER_1)]
        await told.empties("board", "human-services-board")
        await told.plays("dwp-pension-credit", "hmrc-paye-records")
        ref = (await told.submits(**TO_SOMEBODY)).ref
        assert await told.open_tasks(ref) == [
            ("fill_post", Seat.OPERATOR),
            ("triage", Seat.RECEIVING_LEADER_1),
        ]


async def test_the_board_asks_and_what_comes_back_is_looked_at_anew(database: Database) -> None:
    """C1a: the author leaves the unknown body out, so nothing is missing; the total clock never stopped."""
    async with story(database) as told:
        ref = (await told.submits(**TO_SOMEBODY)).ref
        submitted = (await told.case(ref)).submitted_at
        asked = await told.does(
            BOARD, ref, "ask_in_triage", reason="Who are they, and what do they do with it?"
        )
        assert asked.state == APPLIED
        assert await told.open_tasks(ref) == [("revise", Seat.REQUESTER)]
        await told.working_days_pass(3)
        # Its own former self is nothing that the body already holds (P4).
        again = await told.submits(ref=ref, already_held="", already_held_why="")
        assert again.state == APPLIED
        case = await told.case(ref)
        assert (case.stage, case.form_version, case.submitted_at) == ("risk_acceptance", 2, submitted)
        assert (await told.screening(ref))["screening"]["route"] == "lane"

        await told.does(told.people.risk_owner, ref, "decline_risk", reason="The partnership is missing.")
        assert (await told.submits(ref=ref, **TO_SOMEBODY)).state == APPLIED
        assert await told.open_tasks(ref) == [("triage", Seat.BOARD)]


async def test_nobody_answers_the_board_and_the_request_lapses(database: Database) -> None:
    async with story(database) as told:
        ref = (await told.submits(**TO_SOMEBODY)).ref
        await told.does(BOARD, ref, "ask_in_triage", reason="Who are they, and what do they do with it?")
        await told.working_days_pass(10)
        assert await told.stage(ref) == "lapsed"


async def test_the_board_rules_it_out_and_that_is_final(database: Database) -> None:
    async with story(database) as told:
        ref = (await told.submits(**TO_SOMEBODY)).ref
        ruled = await told.does(
            BOARD, ref, "rule_out", rule="commercial_recipient", reason="It sells what it gets; ask the firm."
        )
        assert ruled.state == APPLIED
        case = await told.case(ref)
        assert (case.stage, case.is_closed) == ("blocked", True)
        [blocked] = await told.events(ref, "request_blocked")
        assert blocked.by_people
        closed = await attempt(told, told.people.requester, ref, "withdraw")
        assert closed.startswith("This case is closed")


async def test_an_urgent_request_in_triage_keeps_its_hours(database: Database) -> None:
    """C1a, C21: twelve hours for the board, twelve for each leader, and four for the risk owner after that."""
    urgent = {"urgent": "risk_to_life", "urgent_why": "Heating has failed in a tower block in frost."}
    async with story(database) as told:
        ref = (await told.submits(**TO_SOMEBODY, **urgent)).ref
        assert (await told.task(ref, Kind.TRIAGE)).hours == 12
        await told.hours_pass(12)
        case = await told.case(ref)
        assert (case.level, case.stage) == (1, "triage")
        leader = told.people.receiving_leaders[1]
        assert (
            await told.does(leader, ref, "choose_lane", **{**STANDARD, "lane": "urgent"})
        ).state == APPLIED
        assert (await told.case(ref)).lane == "urgent"
        assert (await told.task(ref, Kind.SIGN_RISK)).hours == 4


async def test_health_records_stay_under_their_condition_when_people_choose_the_lane(
    database: Database,
) -> None:
    """§4: an unknown body beside them does not spare leader 2 the signature."""
    async with story(database, team="leeds-benefits", sending_team="leeds-hospitals-discharge") as told:
        bulk = {"items": ["name", "diagnosis"], "region": "E12000003", "subjects": "people too ill to work"}
        ref = (await told.submits(**TO_SOMEBODY, **bulk)).ref
        assert await told.stage(ref) == "triage"
        assert (await told.does(BOARD, ref, "choose_lane", **STANDARD)).state == APPLIED
        assert (await told.case(ref)).conditions == ("health_in_bulk",)


async def test_a_request_that_must_be_mended_leaves_nothing_behind(database: Database) -> None:
    async with story(database) as told:
        with pytest.raises(Invalid):
            await told.submits(region="")
        async with database.read() as connection:
            assert (await connection.scalars(select(cases.c.ref))).all() == []
