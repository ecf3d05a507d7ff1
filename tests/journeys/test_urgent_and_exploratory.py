"""C21, C22 on the real engine: what cannot wait runs on the clock, and what is tried out ends by itself."""

from datetime import timedelta
from typing import Any

import pytest

from api.invalid import Invalid
from domain.case import Kind
from domain.people import Seat
from domain.working_days import Nation, add_working_days, end_of_day, london_date
from store import counted
from store.commands import APPLIED
from store.database import Database
from tests.cast import MANIFEST
from tests.engine import Story, story

URGENT: dict[str, Any] = {
    "title": "Who is alone in the cold",
    "purpose": "Find pensioners whose heating has failed and send somebody to them tonight.",
    "urgent": "risk_to_life",
    "urgent_why": "Heating has failed in a tower block in frost.",
    "use": "protect_someone",
    "pattern": "one_by_one",
}
LOOKED_BACK = {"reason": "Two people were found in time.", "end": "no"}


def tried_out(told: Story, weeks: int) -> dict[str, Any]:
    """A request to try out something new, for so many weeks from today."""
    return {
        "title": "Does a letter in winter help?",
        "use": "test_new",
        "learning_question": "Do more pensioners claim when they are written to in winter?",
        "subject_cap": 1500,
        "people_band": "100_to_10k",
        "no_adverse": "yes",
        "until": (london_date(told.now) + timedelta(weeks=weeks)).isoformat(),
    }


def working_days_after(told: Story, day: Any, days: int) -> Any:
    return end_of_day(add_working_days(told.calendar, Nation.ENGLAND_AND_WALES, london_date(day), days))


async def test_urgent_silence_climbs_through_a_weekend_by_the_hour(database: Database) -> None:
    """C21: four hours, twenty-four, then twelve for each leader; Saturday and Sunday count."""
    async with story(database) as told:
        await told.friday_comes()
        ref = (await told.submits(**URGENT)).ref
        assert (await told.case(ref)).lane == "urgent"
        assert (await told.task(ref, Kind.SIGN_RISK)).hours == 4
        await told.hours_pass(4)
        assert ("find_owner", Seat.RECEIVING_LEADER_1) in await told.open_tasks(ref)
        assert (await told.task(ref, Kind.FIND_OWNER)).hours == 12
        assert (await told.signs(ref, who=told.people.receiving_leaders[1])).state == APPLIED
        decide = await told.task(ref, Kind.DECIDE)
        assert decide.due_at - decide.opened_at == timedelta(hours=24)
        await told.until(decide.due_at)
        assert told.now.weekday() == 5  # Saturday
        [leader] = (await told.case(ref)).open(Kind.LEADER_DECIDE)
        assert (leader.seat, leader.hours) == (Seat.SENDING_LEADER_1, 12)
        await told.hours_pass(12)
        assert (await told.case(ref)).level == 3  # HMRC has no level 2
        await told.hours_pass(12)
        case = await told.case(ref)
        assert (told.now.weekday(), case.at_top, case.stage) == (6, True, "with_sender")
        assert await told.overdue() == {"HM Revenue and Customs": 1}


async def test_an_urgent_question_stops_the_senders_hours(database: Database) -> None:
    """C10, C21: what is left is counted in hours; no answer in twelve, and the case lapses."""
    async with story(database) as told:
        ref = await told.signed(**URGENT)
        await told.hours_pass(4)
        await told.does(told.people.sender, ref, "ask", reason="Which block is it?")
        assert (await told.task(ref, Kind.ANSWER)).hours == 12
        await told.hours_pass(6)
        await told.does(told.people.requester, ref, "answer", reason="The one by the river.", material="no")
        assert (await told.task(ref, Kind.DECIDE)).hours == 19
        await told.does(told.people.sender, ref, "ask", reason="Which floor?")
        await told.hours_pass(12)
        assert await told.stage(ref) == "lapsed"


async def test_an_urgent_use_is_published_later_and_always_looked_back_at(database: Database) -> None:
    """C21, P2r: in the register twenty working days later, by itself; looked back at after ten; misuse is counted."""
    async with story(database) as told:
        ref, other = await told.signed(**URGENT), await told.signed(**URGENT)
        for each in (ref, other):
            await told.approves(each, delivered="yes", **MANIFEST)
            await told.delivers(each)
        assert await told.entry(ref) == {}
        delivered = (await told.case(ref)).active_from
        review, publish = await told.task(ref, Kind.REVIEW_URGENT), await told.task(ref, Kind.PUBLISH)
        assert (review.seat, review.due_at) == (Seat.REVIEWER, working_days_after(told, delivered, 10))
        assert publish.due_at == working_days_after(told, delivered, 20)

        early = await told.does(
            told.people.reviewer, ref, "conclude_urgent_use", justified="no", **LOOKED_BACK
        )
        assert early.state == APPLIED
        await told.until(review.due_at)
        assert ("review_urgent", Seat.RECEIVING_LEADER_1) in await told.open_tasks(other)
        looked = await told.does(
            told.people.reviewer, other, "conclude_urgent_use", justified="yes", **LOOKED_BACK
        )
        assert looked.state == APPLIED
        async with database.read() as connection:
            demo = (await counted.counted(connection))[True]
        assert (demo.urgent_reviewed, demo.urgent_misused) == (2, 1)

        await told.until(publish.due_at - timedelta(minutes=5))
        assert await told.entry(ref) == {}
        await told.until(publish.due_at)
        entry = await told.entry(ref)
        assert (entry["state"], entry["lane"], entry["urgent"]) == ("active", "urgent", "risk_to_life")
        assert (entry["urgent_use_justified"], (await told.entry(other))["urgent_use_justified"]) == (
            False,
            True,
        )


async def test_an_urgent_use_that_ends_is_still_looked_back_at(database: Database) -> None:
    """C21: always. What was kept back is published on its day, also when the share is over."""
    async with story(database) as told:
        ref = await told.active(**URGENT)
        await told.does(told.people.risk_owner, ref, "end_share", reason="Everybody is warm again.")
        gone = {"how": "destroyed", "on": london_date(told.now).isoformat(), "proof": "INFO-7731"}
        assert (await told.does(told.people.requester, ref, "certify_destruction", **gone)).state == APPLIED
        assert await told.open_tasks(ref) == [
            ("publish", Seat.RISK_OWNER),
            ("review_urgent", Seat.REVIEWER),
        ]
        await told.does(told.people.reviewer, ref, "conclude_urgent_use", justified="yes", **LOOKED_BACK)
        await told.until((await told.task(ref, Kind.PUBLISH)).due_at)
        case = await told.case(ref)
        assert (case.is_closed, (await told.entry(ref))["state"]) == (True, "ended")


async def test_a_test_runs_for_half_a_year_at_most(database: Database) -> None:
    """C22: what is asked for longer is turned away with the last day it may run."""
    async with story(database) as told:
        with pytest.raises(Invalid) as turned_away:
            await told.submits(**tried_out(told, 27))
        [problem] = turned_away.value.problems
        assert problem.field == "until"
        assert "26 weeks at most" in problem.sentence
        with pytest.raises(Invalid) as asked:
            await told.submits(**{**tried_out(told, 20), "subject_cap": "", "no_adverse": ""})
        assert {problem.field for problem in asked.value.problems} == {"subject_cap", "no_adverse"}


async def test_a_test_is_looked_back_at_twice_and_ends_by_itself(database: Database) -> None:
    """C22: after 13 weeks, and after 26 although it is over by then; what was learnt is in the register."""
    found = {
        "helped": "A third more claimed.",
        "alarms_known": "no",
        "harm": "None known.",
        "equality": "No difference known.",
        "outcome": "continue",
    }
    async with story(database) as told:
        ref = await told.active(**tried_out(told, 26))
        case = await told.case(ref)
        assert (case.lane, case.review_month) == ("exploratory", 13)
        assert (await told.entry(ref))["reviews_counted_in"] == "weeks"
        first = await told.task(ref, Kind.REVIEW)
        assert london_date(first.due_at) - london_date(told.now) <= timedelta(weeks=13, days=5)
        await told.until(first.due_at - timedelta(days=3))
        await told.does(told.people.reviewer, ref, "conclude_review", **found)
        assert (await told.case(ref)).review_month == 26
        last, end = await told.task(ref, Kind.REVIEW), await told.task(ref, Kind.EXPIRY)
        await told.until(end.due_at)
        case = await told.case(ref)
        assert case.stage == "ended"
        assert [kind for kind, _ in await told.open_tasks(ref)] == ["certify_destruction", "review"]
        gone = {"how": "destroyed", "on": london_date(told.now).isoformat(), "proof": "INFO-7731"}
        await told.does(told.people.requester, ref, "certify_destruction", **gone)
        await told.until(last.due_at)
        concluded = await told.does(told.people.reviewer, ref, "conclude_review", **found)
        assert concluded.state == APPLIED, concluded
        entry = await told.entry(ref)
        assert [each["month"] for each in entry["reviews"]] == [13, 26]
        assert (entry["state"], (await told.case(ref)).is_closed) == ("ended", True)


async def test_a_test_becomes_an_everyday_share_only_with_evidence(database: Database) -> None:
    """C22, C18: by an amendment; its reviews are those of everyday use from then on."""
    async with story(database) as told:
        ref = await told.active(**tried_out(told, 26))
        everyday = {"amends": ref, "amend_why": "The test has shown that it works.", "until": "2032-03-31"}
        with pytest.raises(Invalid) as asked:
            await told.submits(**everyday)
        assert [problem.field for problem in asked.value.problems] == ["evidence"]
        promoted = await told.signed(**everyday, evidence="A third more claimed; nobody complained.")
        assert (await told.case(promoted)).lane == "standard"
        await told.approves(promoted)
        await told.delivers(promoted)
        await told.news_travels()
        case = await told.case(promoted)
        assert (case.review_month, (await told.task(promoted, Kind.REVIEW)).months) == (12, 12)
        assert (await told.entry(ref))["state"] == "replaced"
        assert await told.open_tasks(ref) == []
