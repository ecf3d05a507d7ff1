"""Stories on the real engine, read aloud: somebody acts or stays silent, working days pass, somebody is told."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from api.directory_acts import DirectoryActs
from api.invalid import Invalid
from domain.case import Kind
from domain.people import Seat
from domain.working_days import Nation, add_months, add_working_days, end_of_day, london_date
from store import reads
from store.commands import APPLIED, REFUSED
from store.database import Database
from tests.cast import MANIFEST, REFUSAL
from tests.engine import Story, story

SCOTTISH, NORTHERN_IRISH = "south-lanarkshire-homelessness", "communities-ni-benefit-data"


def seats_told(told: list[tuple[str, str]], words: str) -> set[str]:
    return {seat for seat, headline in told if words in headline}


async def test_silence_moves_up_and_is_never_a_refusal(database: Database) -> None:
    """C8, C15, G4: level 1, then level 3 because HMRC's level 2 is empty, then the top; still open, still decidable."""
    async with story(database) as told:
        ref = await told.signed()
        await told.working_days_pass(10)
        assert ("leader_decide", Seat.SENDING_LEADER_1) in await told.open_tasks(ref)
        await told.working_days_pass(5)
        case = await told.case(ref)
        assert case.level == 3
        assert any(
            task.kind is Kind.FILL_POST and task.post is Seat.SENDING_LEADER_2 for task in case.tasks.values()
        )
        await told.working_days_pass(5)
        case = await told.case(ref)
        assert (case.stage, case.at_top) == ("with_sender", True)
        assert seats_told(await told.told(ref), "Overdue at the top") >= {Seat.REQUESTER, Seat.RISK_OWNER}
        async with database.read() as connection:
            [counted] = await reads.overdue_at_top(connection)
        assert (counted.body, counted.cases) == ("HM Revenue and Customs", 1)
        await told.working_days_pass(40)
        assert (await told.case(ref)).stage == "with_sender"
        answer = await told.does(told.people.sending_leaders[3], ref, "approve", delivered="no")
        assert answer.state == APPLIED
        async with database.read() as connection:
            assert await reads.overdue_at_top(connection) == []


async def test_nobody_signs_and_the_case_lapses_and_is_taken_up_again_once(database: Database) -> None:
    """C4, C20."""
    async with story(database) as told:
        ref = (await told.submits()).ref
        await told.working_days_pass(5)
        await told.working_days_pass(5)
        assert ("find_owner", Seat.RECEIVING_LEADER_2) in await told.open_tasks(ref)
        await told.working_days_pass(5)
        assert (await told.case(ref)).stage == "lapsed"
        again = await told.does(told.people.requester, ref, "reopen", reason="The owner is back from leave.")
        assert again.state == APPLIED
        assert (await told.signs(ref)).state == APPLIED
        assert (await told.case(ref)).stage == "with_sender"


async def test_a_question_stops_the_sender_but_never_the_total(database: Database) -> None:
    """C10: what was left of the sender's time is what it gets back; the floor is three days."""
    async with story(database) as told:
        ref = await told.signed()
        submitted = (await told.case(ref)).submitted_at
        await told.working_days_pass(4)
        await told.does(told.people.sender, ref, "ask", reason="Which tax years do you need?")
        left = (await told.case(ref)).clock_left
        assert 5 <= left <= 6
        await told.working_days_pass(6)
        await told.does(told.people.requester, ref, "answer", reason="The last two years.", material="no")
        case = await told.case(ref)
        assert case.stage == "with_sender"
        assert case.submitted_at == submitted
        assert case.open(Kind.DECIDE)[0].days == left


async def test_a_material_answer_must_be_signed_for_again(database: Database) -> None:
    async with story(database) as told:
        ref = await told.signed()
        before = (await told.case(ref)).form_hash
        await told.does(told.people.sender, ref, "ask", reason="Which tax years do you need?")
        await told.does(told.people.requester, ref, "answer", reason="Also the year before.", material="yes")
        case = await told.case(ref)
        assert (case.stage, case.form_version) == ("risk_acceptance", 2)
        assert case.form_hash != before
        stale = await told.does(
            told.people.risk_owner,
            ref,
            "sign_risk",
            residual="As before, reviewed.",
            agree="yes",
            form_hash=before,
        )
        assert stale.refusal == "TextChanged"
        assert (await told.signs(ref)).state == APPLIED


async def test_a_material_answer_passes_no_guard(database: Database) -> None:
    """§4, C10: what would have been out of scope when it was asked for is so as an answer; else it is kept with the form."""
    async with story(database) as told:
        ref = await told.signed()
        await told.does(told.people.sender, ref, "ask", reason="Who gets the list?")
        with pytest.raises(Invalid) as turned_away:
            reason = "The list is then sent to Tesco plc, who print the vouchers."
            await told.does(told.people.requester, ref, "answer", reason=reason, material="yes")
        [problem] = turned_away.value.problems
        assert problem.field == "reason"
        assert "out of scope" in problem.sentence
        assert await told.stage(ref) == "info_requested"
        await told.does(told.people.requester, ref, "answer", reason="Our own team.", material="yes")
        assert (await told.case(ref)).form_version == 2
        assert (await told.screening(ref))["screening"]["route"] == "lane"


async def test_nobody_answers_and_the_case_lapses(database: Database) -> None:
    async with story(database) as told:
        ref = await told.signed()
        await told.does(told.people.sender, ref, "ask", reason="Which tax years do you need?")
        await told.working_days_pass(10)
        assert (await told.case(ref)).stage == "lapsed"
        assert seats_told(await told.told(ref), "lapsed") >= {Seat.REQUESTER, Seat.SENDER}


async def test_a_refusal_goes_to_both_leaders_once(database: Database) -> None:
    """C12: they agree to overturn; a second time is not possible."""
    async with story(database) as told:
        ref = await told.signed()
        assert (await told.does(told.people.sender, ref, "refuse", **REFUSAL)).state == APPLIED
        assert (await told.case(ref)).stage == "refused"
        await told.does(
            told.people.requester, ref, "escalate_refusal", reason="The letter costs ten times more."
        )
        assert {seat for kind, seat in await told.open_tasks(ref) if kind == "judge_refusal"} == {
            Seat.SENDING_LEADER_1,
            Seat.RECEIVING_LEADER_1,
        }
        reason = {"reason": "The income band is the only way to reach those entitled."}
        await told.does(told.people.receiving_leaders[1], ref, "overturn_refusal", **reason)
        assert (await told.case(ref)).stage == "leader_decision"
        await told.does(told.people.sending_leaders[1], ref, "overturn_refusal", **reason)
        assert (await told.case(ref)).stage == "approved"


async def test_leaders_disagree_and_it_goes_to_the_next_level(database: Database) -> None:
    async with story(database) as told:
        ref = await told.signed()
        await told.does(told.people.sender, ref, "refuse", **REFUSAL)
        await told.does(
            told.people.requester, ref, "escalate_refusal", reason="The letter costs ten times more."
        )
        await told.does(
            told.people.receiving_leaders[1], ref, "overturn_refusal", reason="It reaches those entitled."
        )
        await told.does(
            told.people.sending_leaders[1], ref, "uphold_refusal", reason="The harm to staff is real."
        )
        judges = {seat for kind, seat in await told.open_tasks(ref) if kind == "judge_refusal"}
        assert judges == {Seat.RECEIVING_LEADER_2, Seat.SENDING_LEADER_3}  # HMRC's level 2 is empty


async def test_a_refusal_under_a_duty_needs_a_leaders_signature(database: Database) -> None:
    """C11: silence goes on to the next level; it never becomes a refusal."""
    async with story(database) as told:
        ref = await told.signed(duty="auto_enrolment")
        await told.does(told.people.sender, ref, "refuse", **REFUSAL)
        assert (await told.case(ref)).stage == "leader_decision"
        await told.working_days_pass(5)
        case = await told.case(ref)
        assert (case.stage, case.level) == ("leader_decision", 3)
        answer = await told.does(
            told.people.sending_leaders[3], ref, "countersign", reason="The smaller share meets the duty."
        )
        assert answer.state == APPLIED
        assert (await told.case(ref)).stage == "refused"


async def test_an_assertion_is_not_a_refusal(database: Database) -> None:
    """§3: text that only asserts is turned away with the part named, and nothing is kept."""
    async with story(database) as told:
        ref = await told.signed()
        with pytest.raises(Invalid) as turned_away:
            await told.does(
                told.people.sender,
                ref,
                "refuse",
                **{**REFUSAL, "harm_of_sharing": "It is not proportionate."},
            )
        assert [problem.field for problem in turned_away.value.problems] == ["harm_of_sharing"]
        assert (await told.case(ref)).stage == "with_sender"


async def test_a_preventative_share_nobody_reviews_is_suspended_and_comes_back(database: Database) -> None:
    """§6, protection F: 12 months, +10, +20, +30 working days; concluding releases it; ended at 24 months."""
    async with story(database) as told:
        ref = await told.active()
        case = await told.case(ref)
        assert case.active_from
        review = case.open(Kind.REVIEW)[0]
        england = Nation.ENGLAND_AND_WALES
        twelve = add_months(told.calendar, england, london_date(case.active_from), 12)
        assert review.due_at == end_of_day(twelve)
        await told.until(review.due_at)
        assert seats_told(await told.told(ref), "review is due today") == {Seat.REVIEWER}
        await told.working_days_pass(10)
        assert ("late_review", Seat.RECEIVING_LEADER_1) in await told.open_tasks(ref)
        await told.working_days_pass(10)
        assert ("late_review", Seat.RECEIVING_LEADER_2) in await told.open_tasks(ref)
        await told.working_days_pass(10)
        assert (await told.case(ref)).stage == "suspended"
        found = {
            "helped": "4,100 more pensioners claim.",
            "alarms_known": "no",
            "harm": "None known.",
            "equality": "No difference known.",
        }
        done = await told.does(told.people.reviewer, ref, "conclude_review", outcome="continue", **found)
        assert done.state == APPLIED
        case = await told.case(ref)
        assert (case.stage, case.review_month) == ("active", 24)
        await told.until(case.open(Kind.REVIEW)[0].due_at - timedelta(days=3))
        await told.does(told.people.reviewer, ref, "conclude_review", outcome="end", **found)
        assert (await told.case(ref)).stage == "ended"
        gone = {"how": "destroyed", "on": "2028-12-01", "proof": "INFO-7731"}
        await told.does(told.people.requester, ref, "certify_destruction", **gone)
        await told.environment.sleep(timedelta(minutes=1))
        assert (await told.case(ref)).is_closed


async def test_a_review_cannot_be_concluded_before_it_opens_or_by_the_author(database: Database) -> None:
    async with story(database) as told:
        ref = await told.active()
        found = {
            "helped": "Too early to say.",
            "alarms_known": "no",
            "harm": "None known.",
            "equality": "No difference known.",
            "outcome": "continue",
        }
        early = await told.does(told.people.reviewer, ref, "conclude_review", **found)
        assert early.state == REFUSED
        author = await told.does(told.people.requester, ref, "conclude_review", **found)
        assert author.refusal == "NotYours"


async def test_two_receipts_that_differ_are_no_delivery(database: Database) -> None:
    """C17, P3: mismatch = not delivered; the sender delivers again."""
    async with story(database) as told:
        ref = await told.signed()
        await told.does(told.people.sender, ref, "approve", delivered="yes", **MANIFEST)
        await told.does(told.people.requester, ref, "confirm_receipt", rows="1199", checksum="sha256:4be1")
        case = await told.case(ref)
        assert case.stage == "approved"
        assert ("provide", Seat.SENDER) in await told.open_tasks(ref)


async def test_once_the_risk_has_passed_the_sender_owes_nothing(database: Database) -> None:
    """C17, I11."""
    async with story(database) as told:
        ref = await told.active()
        assert not [seat for _, seat in await told.open_tasks(ref) if seat.startswith("sending")]
        answer = await told.does(told.people.sender, ref, "withdraw", reason="We changed our mind.")
        assert answer.refusal == "NotYours"


async def test_glasgow_and_belfast_count_their_own_days(database: Database) -> None:
    """G3: each deadline uses the calendar of the body that must act."""
    async with story(database, team=SCOTTISH, sending_team=NORTHERN_IRISH) as told:
        ref = (await told.submits()).ref
        case = await told.case(ref)
        assert case.receiving and case.receiving.nation is Nation.SCOTLAND
        assert case.sending and case.sending.nation is Nation.NORTHERN_IRELAND
        assert set(case.calendar.holidays) == {"scotland", "northern-ireland"}


async def test_a_holiday_added_while_clocks_run_moves_them_later_and_keeps_both_dates(
    database: Database,
) -> None:
    """G3."""
    async with story(database) as told:
        ref = await told.signed()
        before = (await told.case(ref)).open(Kind.DECIDE)[0].due_at
        operator = await told.person(told.people.operator)
        day = next_working_day(told, london_date(await told.tick()))
        raw = {"nation": "england-and-wales", "date": day.isoformat(), "title": "Royal wedding"}
        acts = DirectoryActs(database, told.desk.clock)
        commands = await acts.add_holiday(operator, raw, command=uuid4().hex, via="web")
        for command in commands:
            assert (await told.desk.deliver(command)).state == APPLIED
        after = (await told.case(ref)).open(Kind.DECIDE)[0].due_at
        assert after > before
        assert "due_moved" in await told.kinds(ref)
        await told.until(before)
        assert (await told.case(ref)).level == 0
        await told.until(after)
        assert (await told.case(ref)).level == 1


def next_working_day(told: Story, day: date) -> date:
    return add_working_days(told.calendar, Nation.ENGLAND_AND_WALES, day, 2)


async def test_one_request_to_three_teams_is_three_cases_and_one_signature(database: Database) -> None:
    """C1: tied by a bundle; the risk owner signs for all of them at once; each then goes its own way."""
    others = ["social-security-scotland-client-records", "communities-ni-benefit-data"]
    async with story(database) as told:
        first = await told.submits(also_teams=others)
        assert first.state == APPLIED
        owner = await told.person(told.people.risk_owner)
        known = await told.intake.known(owner, first.ref)
        assert {case.sending.team for case in known.unsigned if case.sending} == set(others)
        assert (await told.signs(first.ref, bundle="yes")).state == APPLIED
        refs = [first.ref, *(case.ref for case in known.unsigned)]
        assert [await told.stage(ref) for ref in refs] == ["with_sender"] * 3
        assert len({(await told.case(ref)).form_hash for ref in refs}) == 3
        await told.does(told.people.sender, first.ref, "approve", delivered="no")
        assert [await told.stage(ref) for ref in refs] == ["approved", "with_sender", "with_sender"]


async def test_a_signature_for_one_case_leaves_the_others_of_its_bundle_alone(database: Database) -> None:
    async with story(database) as told:
        first = await told.submits(also_teams=["social-security-scotland-client-records"])
        owner = await told.person(told.people.risk_owner)
        [other] = (await told.intake.known(owner, first.ref)).unsigned
        await told.signs(first.ref)
        assert await told.stage(other.ref) == "risk_acceptance"
        declined = await told.does(
            told.people.risk_owner, other.ref, "decline_risk", reason="Ask for fewer items."
        )
        assert declined.state == APPLIED
        again = await told.submits(ref=other.ref, sending_team="social-security-scotland-client-records")
        assert again.state == APPLIED
        assert (await told.intake.known(owner, other.ref)).bundle == first.ref
