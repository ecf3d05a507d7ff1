"""C18, P2r, P4 on the real engine: a share changes without a gap, an entry is kept back, questions are no longer asked."""

from datetime import timedelta
from typing import Any

import pytest

from api.invalid import Invalid
from domain.case import Kind
from domain.people import Seat
from domain.working_days import london_date
from store import counted, registry, retired
from store.commands import APPLIED
from store.database import Database
from tests.engine import Story, story

WIDER: dict[str, Any] = {
    "items": ["National Insurance number", "taxable income band", "date of birth", "savings band"],
    "amend_why": "Savings decide who is entitled; without them a third of the letters are wrong.",
}
FOUND = {
    "helped": "4,100 more pensioners claim.",
    "alarms_known": "no",
    "harm": "None known.",
    "equality": "No difference known.",
}


async def amended(told: Story, ref: str, **changes: Any) -> str:
    """An amendment that is approved and not yet delivered."""
    found = await told.signed(amends=ref, **{**WIDER, **changes})
    await told.approves(found)
    return found


async def test_the_old_share_stands_until_the_new_one_is_delivered(database: Database) -> None:
    """C18: replaced in one moment; the review that lay ahead lies ahead of the new one, on the same day."""
    async with story(database) as told:
        old = await told.active()
        review = await told.task(old, Kind.REVIEW)
        await told.working_days_pass(30)
        new = await amended(told, old)
        case = await told.case(new)
        assert (case.parent, case.relation) == (old, "amends")
        await told.news_travels()
        assert await told.stage(old) == "active"
        await told.delivers(new)
        assert list((await told.on_its_way(old)).values()) == ["replace_share"]
        await told.news_travels()
        assert await told.stage(old) == "ended"
        assert await told.open_tasks(old) == []  # the data goes on under the new one: nothing to destroy
        assert (await told.entry(old))["state"] == "replaced"
        assert (await told.entry(new))["amends"] == old
        carried = await told.task(new, Kind.REVIEW)
        assert (carried.due_at, (await told.case(new)).review_month) == (review.due_at, 12)
        again = await told.does(told.people.risk_owner, old, "end_share", reason="It is over.")
        assert again.refusal == "CaseClosed"


async def test_an_amendment_cannot_remove_a_review(database: Database) -> None:
    """C18: also when it says that the use is an ordinary one now."""
    async with story(database) as told:
        old = await told.active()
        new = await amended(told, old, use="deliver_service")
        assert (await told.case(new)).time_limited
        await told.delivers(new)
        assert (await told.task(new, Kind.REVIEW)).due_at == (await told.task(old, Kind.REVIEW)).due_at
        ordinary = await told.active(use="deliver_service")
        await told.working_days_pass(300)  # more than a year: its own review must not lie in the past
        reviewed = await amended(told, ordinary)
        await told.delivers(reviewed)
        assert (await told.task(reviewed, Kind.REVIEW)).due_at > told.now + timedelta(days=300)


async def test_only_a_share_of_ones_own_that_runs_can_be_amended(database: Database) -> None:
    """C18: anything else is turned away with the field named; nothing is kept."""
    async with story(database) as told:
        pending, running = await told.signed(), await told.active()
        for ref, why in ((pending, "does not run"), ("SC-2345-6789", "has no share")):
            with pytest.raises(Invalid) as turned_away:
                await told.submits(amends=ref, **WIDER)
            [problem] = turned_away.value.problems
            assert problem.field == "amends"
            assert why in problem.sentence
        with pytest.raises(Invalid) as turned_away:
            await told.submits(amends=running, path="reliance", root=running, amend_why="It goes on.")
        assert [problem.field for problem in turned_away.value.problems] == ["root"]
        await told.plays("cornwall-council-tax", "hmrc-paye-records")
        with pytest.raises(Invalid) as turned_away:
            await told.submits(amends=running, **WIDER)
        assert "has no share" in turned_away.value.problems[0].sentence


async def test_a_refused_amendment_leaves_the_share_as_it_was(database: Database) -> None:
    async with story(database) as told:
        old = await told.active()
        new = await told.signed(amends=old, **WIDER)
        await told.does(told.people.sender, new, "say_not_held", reason="We hold no savings at all.")
        await told.news_travels()
        assert (await told.stage(new), await told.stage(old)) == ("refused", "active")
        assert (await told.entry(old))["state"] == "active"


async def test_leader_2_keeps_an_entry_back_until_its_day(database: Database) -> None:
    """P2r: for one of three reasons, counted in public; then published by itself."""
    async with story(database) as told:
        ref = await told.signed()
        until = london_date(told.now) + timedelta(days=60)
        said = {
            "because": "live_operation",
            "reason": "A raid is planned.",
            "exempt_until": until.isoformat(),
        }
        leaders = told.people.receiving_leaders
        assert (await told.does(leaders[1], ref, "exempt_entry", **said)).refusal == "NotYours"
        longest = {**said, "exempt_until": "2031-01-01"}
        assert (await told.does(leaders[2], ref, "exempt_entry", **longest)).status == 422
        assert (await told.does(leaders[2], ref, "exempt_entry", **said)).state == APPLIED
        await told.approves(ref)
        await told.delivers(ref)
        assert await told.entry(ref) == {}
        assert ("publish", Seat.RECEIVING_LEADER_2) in await told.open_tasks(ref)
        async with database.read() as connection:
            [kept_back] = await registry.exemptions(connection)
            figures = (await counted.counted(connection))[True]
        assert (kept_back.body, kept_back.cases, kept_back.until) == (
            "HM Revenue and Customs",
            1,
            until.isoformat(),
        )
        assert figures.kept_back == 1
        await told.until((await told.task(ref, Kind.PUBLISH)).due_at)
        entry = await told.entry(ref)
        assert (entry["state"], entry["version"], entry["kept_back_until"]) == (
            "active",
            1,
            until.isoformat(),
        )
        async with database.read() as connection:
            assert await registry.exemptions(connection) == []


async def test_what_people_are_no_longer_asked_is_promised_looked_at_and_counted(database: Database) -> None:
    """P4: promised at the first delivery, looked at in the 12-month review; one of two was kept."""
    asked = ["What is your income?", "How old are you?"]
    async with story(database) as told:
        ref = await told.signed(retired_questions=asked)
        await told.approves(ref)
        assert await ledger(told) == []
        await told.delivers(ref)
        assert await ledger(told) == [(asked[0], None), (asked[1], None)]
        await told.until((await told.task(ref, Kind.REVIEW)).due_at - timedelta(days=3))
        reviewer = await told.person(told.people.reviewer)
        assert (await told.intake.known(reviewer, ref, "conclude_review")).retired == tuple(asked)
        kept = {"outcome": "continue", "retired": asked[:1], **FOUND}
        assert (await told.does(told.people.reviewer, ref, "conclude_review", **kept)).state == APPLIED
        assert await ledger(told) == [(asked[0], True), (asked[1], False)]
        async with database.read() as connection:
            assert set((await retired.counts(connection)).values()) == {0}  # made-up bodies are in no figure
        assert (await told.entry(ref))["retired_questions"] == asked


async def ledger(told: Story) -> list[tuple[str, bool | None]]:
    async with told.database.read() as connection:
        return [(row.question, row.kept) for row in await retired.ledger(connection)]
