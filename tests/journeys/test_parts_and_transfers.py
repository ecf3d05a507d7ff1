"""C9, C13, C16 on the real engine: a part goes live and the rest goes on; the wrong team passes it to the right one."""

import secrets
from datetime import timedelta
from typing import Any

import pytest

from api.invalid import Invalid
from domain.case import Kind
from domain.people import Seat
from domain.refusals import NoSuchCase
from domain.working_days import Nation
from store.commands import APPLIED
from store.database import Database
from tests.cast import REFUSAL
from tests.engine import Story, story

INCOME = "taxable income band"
# The three answers that each withheld item needs; it is the second of the form.
WITHHELD: dict[str, Any] = {
    "withheld": [INCOME],
    "harm_2": "Neighbours who work at the council could learn the income of people they know.",
    "tried_2": "Access logs were considered; small offices have nobody independent to read them.",
    "lost_2": "Letters go to pensioners who are not entitled, and some will be disappointed.",
}
NORTHERN_IRISH = "communities-ni-benefit-data"
PASSED_ON = {"to_team": NORTHERN_IRISH, "reason": "They pay Pension Credit in Northern Ireland; we do not."}


async def parted(told: Story, **changes: Any) -> tuple[str, str]:
    """A request of which one item of three is withheld, and the case that goes on with it."""
    ref = await told.signed(**changes)
    await told.working_days_pass(4)
    answer = await told.does(told.people.sender, ref, "approve_part", **WITHHELD)
    assert answer.state == APPLIED, answer
    [part] = await told.events(ref, "part_approved")
    return ref, part.child


async def test_what_is_approved_goes_live_and_what_is_withheld_goes_on_alone(database: Database) -> None:
    """C9: the child has its own tasks and refusal, the remaining clock, and the total clock of its parent."""
    async with story(database) as told:
        ref, child = await parted(told)
        assert (await told.entry(ref))["items"] == ["National Insurance number", "date of birth"]
        assert await told.stage(child) is None
        await told.news_travels()
        parent, case = await told.case(ref), await told.case(child)
        assert (case.parent, case.relation, case.stage, case.items) == (ref, "part", "with_sender", 1)
        assert case.submitted_at == parent.submitted_at
        assert (case.author, case.risk_owner) == (parent.author, parent.risk_owner)
        assert 5 <= (await told.task(child, Kind.DECIDE)).days <= 6
        assert await told.open_tasks(child) == [("decide", Seat.SENDER)]
        assert (await told.entry(child)) == {}
        assert await told.screening(child) == await told.screening(ref) != {}
        await told.delivers(ref)
        assert (await told.case(child)).stage == "with_sender"

        refused = await told.does(told.people.sender, child, "refuse", **REFUSAL)
        assert refused.state == APPLIED
        reason = {"reason": "The letter costs ten times more."}
        assert (await told.does(told.people.requester, child, "escalate_refusal", **reason)).state == APPLIED
        assert ("judge_refusal", Seat.SENDING_LEADER_1) in await told.open_tasks(child)
        for leader in (told.people.sending_leaders[1], told.people.receiving_leaders[1]):
            await told.does(leader, child, "overturn_refusal", **reason)
        await told.delivers(child)
        entry = await told.entry(child)
        assert (entry["part_of"], entry["items"]) == (ref, [INCOME])
        assert (await told.entry(ref))["items"] == ["National Insurance number", "date of birth"]


async def test_the_review_asks_what_leaving_out_an_item_did(database: Database) -> None:
    """P6: each exclusion is a question at the review."""
    async with story(database) as told:
        ref, _ = await parted(told)
        await told.delivers(ref)
        await told.until((await told.task(ref, Kind.REVIEW)).due_at - timedelta(days=3))
        found = {
            "helped": "4,100 more pensioners claim.",
            "alarms_known": "no",
            "harm": "None known.",
            "equality": "No difference known.",
            "outcome": "continue",
        }
        with pytest.raises(Invalid) as asked:
            await told.does(told.people.reviewer, ref, "conclude_review", **found)
        assert [problem.field for problem in asked.value.problems] == ["left_out_1"]
        reviewer = await told.person(told.people.reviewer)
        form = (await told.intake.known(reviewer, ref, "conclude_review")).form("conclude_review")
        assert any(INCOME in question.label for question in form.questions)
        more = {"left_out_1": "800 letters went to people who are not entitled."}
        done = await told.does(told.people.reviewer, ref, "conclude_review", **found, **more)
        assert done.state == APPLIED


async def test_a_part_lasts_three_days_at_least_and_silence_moves_it_up(database: Database) -> None:
    """C9: decided on the last day, so nothing was left; the floor is three days."""
    async with story(database) as told:
        ref = await told.signed()
        await told.until((await told.task(ref, Kind.DECIDE)).due_at - timedelta(hours=3))
        await told.does(told.people.sender, ref, "approve_part", **WITHHELD)
        await told.news_travels()
        [part] = await told.events(ref, "part_approved")
        assert (part.days_left, (await told.task(part.child, Kind.DECIDE)).days) == (0, 3)
        await told.working_days_pass(3)
        assert ("leader_decide", Seat.SENDING_LEADER_1) in await told.open_tasks(part.child)
        assert await told.stage(ref) == "approved"


async def test_a_part_is_not_lost_when_the_worker_stops_before_it_is_brought(database: Database) -> None:
    """C9, R1: what goes on was kept with the approval; it begins once, however often it is brought."""
    async with story(database, skips=False) as told:
        ref = await told.signed()
        assert (await told.does(told.people.sender, ref, "approve_part", **WITHHELD)).state == APPLIED
        [part] = await told.events(ref, "part_approved")
        async with told.nobody_works():
            assert list((await told.on_its_way(part.child)).values()) == ["continue_part"]
            await told.news_travels(rounds=1)
            assert await told.stage(part.child) is None
        await told.news_travels()
        await told.news_travels()
        assert (await told.kinds(part.child)).count("request_submitted") == 1
        assert await told.open_tasks(part.child) == [("decide", Seat.SENDER)]


async def test_whoever_withholds_answers_for_each_item_and_never_for_most_of_them(database: Database) -> None:
    """P6: three answers an item; more than half is a refusal, and has to answer as one."""
    async with story(database) as told:
        ref = await told.signed()
        with pytest.raises(Invalid) as asked:
            await told.does(
                told.people.sender, ref, "approve_part", **{**WITHHELD, "harm_2": "Policy.", "lost_2": ""}
            )
        assert {problem.field for problem in asked.value.problems} == {"harm_2", "lost_2"}
        most = {f"{key}_1": WITHHELD[f"{key}_2"] for key in ("harm", "tried", "lost")}
        most |= WITHHELD | {"withheld": [INCOME, "National Insurance number"]}
        answer = await told.does(told.people.sender, ref, "approve_part", **most)
        assert (answer.refusal, answer.status) == ("MostWithheld", 422)
        assert await told.stage(ref) == "with_sender"


async def test_the_wrong_team_passes_it_on_and_the_clock_starts_once_more(database: Database) -> None:
    """C16, C2, G3: the new team's own days count; the old one has no task and sees the case no more."""
    async with story(database) as told:
        ref = await told.signed()
        wrong = told.people.sender
        submitted = (await told.case(ref)).submitted_at
        await told.working_days_pass(1)
        assert (await told.does(wrong, ref, "transfer", **PASSED_ON)).state == APPLIED
        case = await told.case(ref)
        assert case.sending
        assert (case.sending.team, case.sending.nation) == (NORTHERN_IRISH, Nation.NORTHERN_IRELAND)
        assert "northern-ireland" in case.calendar.holidays
        assert (case.submitted_at, (await told.task(ref, Kind.DECIDE)).days) == (submitted, 10)
        with pytest.raises(NoSuchCase):
            await told.intake.known(await told.person(wrong), ref)
        with pytest.raises(NoSuchCase):
            await told.does(wrong, ref, "approve", delivered="no")

        await told.plays("dwp-pension-credit", NORTHERN_IRISH)
        assert Seat.SENDER in (await told.intake.known(await told.person(told.people.sender), ref)).seats
        back = {"to_team": "hmrc-paye-records", "reason": "We think it is theirs after all."}
        again = await told.does(told.people.sender, ref, "transfer", **back)
        assert again.refusal == "OnlyOnce"
        await told.working_days_pass(10, Nation.NORTHERN_IRELAND)
        assert ("leader_decide", Seat.SENDING_LEADER_1) in await told.open_tasks(ref)
        await told.approves(ref, who=told.people.sending_leaders[1])
        assert (await told.entry(ref))["sending"]["organisation"] == "Department for Communities"


async def test_it_cannot_be_passed_on_after_two_days_or_a_question(database: Database) -> None:
    """C16."""
    async with story(database) as told:
        asked, late = await told.signed(), await told.signed()
        await told.does(told.people.sender, asked, "ask", reason="Which tax years do you need?")
        await told.does(told.people.requester, asked, "answer", reason="The last two.", material="no")
        await told.working_days_pass(3)
        for ref in (asked, late):
            answer = await told.does(told.people.sender, ref, "transfer", **PASSED_ON)
            assert answer.refusal == "TooLateToTransfer", ref


async def test_a_third_question_needs_a_leader_and_bogs_the_case_down(database: Database) -> None:
    """C10, C13: nobody has decided after two rounds, so the leaders get it by themselves."""
    async with story(database) as told:
        ref = await told.signed()
        for number in (1, 2):
            asked = await told.does(told.people.sender, ref, "ask", reason=f"What about year {number}?")
            assert asked.state == APPLIED
            await told.does(told.people.requester, ref, "answer", reason="That year too.", material="no")
        assert (await told.does(told.people.sender, ref, "ask", reason="And 3?")).refusal == "TooManyRounds"
        allows = {"reason": "The answer decides whether it can be shared at all."}
        await told.does(told.people.sending_leaders[1], ref, "allow_question", **allows)
        assert (await told.does(told.people.sender, ref, "ask", reason="And year 3?")).state == APPLIED
        [bogged] = await told.events(ref, "case_bogged_down")
        assert bogged.why == "rounds"
        assert ("leader_decide", Seat.SENDING_LEADER_1) in await told.open_tasks(ref)


async def test_more_than_twenty_days_of_waiting_for_answers_bog_a_case_down(database: Database) -> None:
    """C13: the days until a case lapsed for want of an answer were days of waiting too."""
    async with story(database) as told:
        ref = await told.signed()
        reason = {"reason": "Which tax years do you need?"}
        await told.does(told.people.sender, ref, "ask", **reason)
        await told.until((await told.task(ref, Kind.ANSWER)).due_at - timedelta(hours=3))
        await told.does(told.people.requester, ref, "answer", reason="The last two.", material="no")
        assert (await told.case(ref)).waited == 10
        await told.does(told.people.sender, ref, "ask", **reason)
        await told.until((await told.task(ref, Kind.ANSWER)).due_at)
        assert await told.stage(ref) == "lapsed"
        await told.does(told.people.requester, ref, "reopen", reason="The owner is back from leave.")
        await told.working_days_pass(1)
        await told.does(told.people.requester, ref, "answer", reason="The last two.", material="no")
        [bogged] = await told.events(ref, "case_bogged_down")
        assert bogged.why == "waiting"
        assert {seat for kind, seat in await told.open_tasks(ref) if kind == "leader_decide"} == {
            Seat.SENDING_LEADER_1
        }


async def test_the_same_approval_in_part_twice_makes_one_child(database: Database) -> None:
    """G6."""
    async with story(database) as told:
        ref = await told.signed()
        command = secrets.token_hex(16)
        for _ in range(2):
            again = await told.does(told.people.sender, ref, "approve_part", command=command, **WITHHELD)
            assert again.state == APPLIED
        assert len(await told.events(ref, "part_approved")) == 1
