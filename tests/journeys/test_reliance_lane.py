"""C7, P2 on the real engine: approved once, relied on by many, and every one of them hears when it changes."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from api.invalid import Invalid
from domain.case import Kind
from domain.people import Seat
from domain.policy import LegalProfile
from domain.working_days import Nation, add_working_days, end_of_day, london_date
from store.commands import APPLIED
from store.database import Database
from store.tables import cases, forms, tasks
from tests.engine import Story, story

# Leeds asks HMRC first; Cornwall and Newham want the same for their own residents.
LEEDS = {"team": "leeds-benefits", "sending_team": "hmrc-paye-records"}
CORNWALL = ("cornwall-council-tax", "hmrc-paye-records")
ROOT: dict[str, Any] = {
    "title": "Council tax support without a form",
    "purpose": "Work out council tax support for residents on low pay, so that nobody has to claim it.",
    "harm_of_withholding": "Residents on low pay fall behind with council tax they do not owe.",
    "use": "deliver_service",
    "subjects": "residents on low pay who are liable for council tax",
    "people_band": "10k_to_1m",
    "region": "E92000001",
    "items": ["National Insurance number", "taxable income band", "date of birth"],
    "until": "2032-03-31",
}
FOUND = {
    "helped": "1,900 households got support.",
    "alarms_known": "no",
    "harm": "None known.",
    "equality": "No difference known.",
}


def relying(root: str, **changes: Any) -> dict[str, Any]:
    return {**ROOT, "path": "reliance", "root": root, "region": "E12000009", **changes}


async def rooted(told: Story, **changes: Any) -> str:
    """A live decision, and the story goes on with Cornwall."""
    root = await told.active(**{**ROOT, **changes})
    await told.plays(*CORNWALL)
    return root


async def relies(told: Story, root: str, **changes: Any) -> str:
    """A share that runs because it relies on another decision."""
    return await told.active(**relying(root, **changes))


async def approved(told: Story, root: str) -> str:
    """A decision by reliance that is not yet delivered."""
    ref = await told.signed(**relying(root))
    await told.approves(ref)
    return ref


async def why_not(told: Story, **changes: Any) -> str:
    """The sentence with which a request that relies on a decision is turned away; nothing of it may be kept."""
    kept = await count(told, cases.c.ref), await count(told, forms.c.ref)
    with pytest.raises(Invalid) as turned_away:
        await told.submits(**changes)
    assert (await count(told, cases.c.ref), await count(told, forms.c.ref)) == kept
    [problem] = turned_away.value.problems
    assert problem.field == "root"
    return problem.sentence


async def count(told: Story, column: Any) -> int:
    async with told.database.read() as connection:
        return len((await connection.scalars(select(column))).all())


async def test_the_same_again_is_confirmed_and_pinned_to_a_version(database: Database) -> None:
    """C7, P2: confirmed in one act; the version relied on stays what it was; a relier stands for its root."""
    async with story(database, **LEEDS) as told:
        root = await rooted(told)
        version = (await told.case(root)).register_version
        ref = await told.signed(**relying(root))
        case = await told.case(ref)
        assert (case.lane, case.root, case.root_version) == ("reliance", root, version)
        assert await told.open_tasks(ref) == [("confirm", Seat.SENDER)]
        assert ["decision_covers_it", True, root] in (await told.screening(ref))["predicates"]
        await told.approves(ref)
        await told.delivers(ref)
        assert (await told.entry(ref))["root"]["version"] == version

        chained = await told.signed(**relying(ref))
        assert (await told.case(chained)).root == root  # reliance never rests on reliance
        itself = await why_not(told, ref=chained, **relying(chained))
        assert "not on the register" in itself


async def test_silence_moves_up_under_todays_law(database: Database) -> None:
    """C7: a leader decides; the sending team may still confirm, but no more say that it differs."""
    async with story(database, **LEEDS) as told:
        ref = await told.signed(**relying(await rooted(told)))
        await told.working_days_pass(5)
        assert ("leader_decide", Seat.SENDING_LEADER_1) in await told.open_tasks(ref)
        late = await told.does(told.people.sender, ref, "distinguish", **DIFFERS)
        assert late.refusal == "TooLateToObject"
        await told.approves(ref, who=told.people.sending_leaders[1])
        case = await told.case(ref)
        assert (case.stage, case.presumed) == ("approved", False)


async def test_silence_confirms_under_the_plan(database: Database) -> None:
    """C7†."""
    async with story(database, **LEEDS, law=LegalProfile.PLAN) as told:
        ref = await told.signed(**relying(await rooted(told)))
        await told.working_days_pass(5)
        case = await told.case(ref)
        assert (case.stage, case.presumed) == ("approved", True)
        assert (await told.entry(ref))["presumption"]


DIFFERS = {
    "element": "subjects",
    "reason": "Cornwall asks about second homes: owners who live elsewhere would be written to by name.",
}


async def test_what_differs_goes_by_the_standard_lane_with_the_remaining_time(database: Database) -> None:
    """C7: ten working days less those that are used."""
    async with story(database, **LEEDS) as told:
        ref = await told.signed(**relying(await rooted(told)))
        await told.working_days_pass(2)
        assert (await told.does(told.people.sender, ref, "distinguish", **DIFFERS)).state == APPLIED
        case = await told.case(ref)
        assert (case.lane, case.root, case.stage) == ("standard", "", "with_sender")
        assert 7 <= (await told.task(ref, Kind.DECIDE)).days <= 8
        assert await told.open_tasks(ref) == [("decide", Seat.SENDER)]


async def test_what_is_wider_than_the_decision_is_turned_away_and_every_difference_is_named(
    database: Database,
) -> None:
    async with story(database, **LEEDS) as told:
        root = await rooted(told)
        sentence = await why_not(
            told,
            **relying(
                root,
                items=[*ROOT["items"], "employer's name"],
                region="W92000004",
                until="2033-03-31",
                use="fraud_error_debt",
                subjects="landlords of empty homes",
            ),
        )
        for difference in (
            "the item 'employer's name'",
            "Wales",
            "data kept until 2033-03-31",
            "a use for 'fraud_error_debt'",
            "these people: landlords of empty homes",
        ):
            assert difference in sentence


async def test_nobody_relies_on_a_decision_that_does_not_stand(database: Database) -> None:
    """P2, hard stops: each with its own sentence, on the very day it happened."""
    async with story(database, **LEEDS) as told:
        pending = await told.signed(**ROOT)
        assert "not on the register" in await why_not(told, **relying(pending))
        await told.approves(pending)
        assert "not in force" in await why_not(told, **relying(pending))

        paused = await told.active(**ROOT)
        await told.does(told.people.risk_owner, paused, "suspend_share", reason="A log looks wrong.")
        assert "suspended" in await why_not(told, **relying(paused))

        ended = await told.active(**ROOT)
        await told.does(told.people.risk_owner, ended, "end_share", reason="The scheme has closed.")
        assert "ended" in await why_not(told, **relying(ended))

        withdrawn = await told.signed(**ROOT)
        await told.approves(withdrawn)
        await told.does(told.people.requester, withdrawn, "withdraw", reason="We no longer need it.")
        assert "withdrawn" in await why_not(told, **relying(withdrawn))

        assert "not on the register" in await why_not(told, **relying("SC-2345-6789"))


async def test_an_adverse_review_stops_reliance(database: Database) -> None:
    """§6: also after leaders have reinstated the share."""
    async with story(database, **LEEDS) as told:
        root = await told.active(**{**ROOT, "use": "proactive_help"})
        await told.until((await told.task(root, Kind.REVIEW)).due_at)
        await told.does(told.people.reviewer, root, "conclude_review", outcome="pause", **FOUND)
        reason = {"reason": "The matching is mended."}
        await told.does(told.people.receiving_leaders[1], root, "reinstate_share", **reason)
        assert await told.stage(root) == "active"
        sentence = await why_not(told, **relying(root, use="proactive_help"))
        assert "adverse" in sentence


async def test_reliers_of_a_narrowed_decision_choose_for_themselves(database: Database) -> None:
    """P2: adopt, keep with a reason, or a decision of one's own; one task each."""
    async with story(database, **LEEDS) as told:
        root = await rooted(told)
        adopts, keeps, own = [await relies(told, root) for _ in range(3)]
        waiting = await told.signed(**relying(root))
        old = (await told.case(adopts)).root_version
        await told.plays(*LEEDS.values())
        fewer = {"items": ["date of birth"], "reason": "The income band was not needed."}
        assert (await told.does(told.people.risk_owner, root, "narrow_share", **fewer)).state == APPLIED
        await told.news_travels()
        await told.plays(*CORNWALL)
        assert ("reconsider", Seat.RISK_OWNER) in await told.open_tasks(adopts)
        case = await told.case(waiting)  # nobody had decided it yet, so now its sender does
        assert (case.lane, await told.open_tasks(waiting)) == ("standard", [("decide", Seat.SENDER)])

        owner, reason = told.people.risk_owner, {"reason": "It suits our share."}
        for ref, act in ((adopts, "adopt_root"), (keeps, "keep_decision"), (own, "decide_own")):
            assert (await told.does(owner, ref, act, **reason)).state == APPLIED, act
            assert ("reconsider", Seat.RISK_OWNER) not in await told.open_tasks(ref)
        new = (await told.case(root)).register_version
        assert new > old
        pinned = [
            ((await told.case(ref)).root, (await told.case(ref)).root_version) for ref in (adopts, keeps, own)
        ]
        assert pinned == [(root, new), (root, old), ("", 0)]
        assert (await told.entry(adopts))["root"]["version"] == new


async def test_a_share_whose_root_was_withdrawn_stops_after_sixty_days(database: Database) -> None:
    """P2: twenty days for the risk owner, then leaders; only a decision of one's own helps, or an end."""
    async with story(database, **LEEDS) as told:
        root = await rooted(told)
        ref = await relies(told, root)
        undelivered = await approved(told, root)
        await told.plays(*LEEDS.values())
        await told.does(told.people.risk_owner, root, "end_share", reason="The scheme has closed.")
        await told.news_travels()
        await told.plays(*CORNWALL)
        await told.delivers(undelivered)  # what is delivered meanwhile stands on the same decision
        keeps = await told.does(told.people.risk_owner, ref, "keep_decision", reason="It suits our share.")
        assert keeps.refusal == "RootIsGone"
        withdrawn = london_date(told.now)
        await told.working_days_pass(20)
        assert ("reconsider", Seat.RECEIVING_LEADER_1) in await told.open_tasks(ref)
        stops = end_of_day(add_working_days(told.calendar, Nation.ENGLAND_AND_WALES, withdrawn, 60))
        await told.until(stops - timedelta(hours=1))
        assert await told.stage(ref) == "active"
        await told.until(stops)
        for each in (ref, undelivered):
            assert (await told.case(each)).cause == "root_changed", each
            assert (await told.entry(each))["state"] == "suspended"
        own = await told.active(**{**ROOT, "amends": ref, "amend_why": "The decision relied on is gone."})
        await told.news_travels()
        assert (await told.entry(ref))["state"] == "replaced"
        assert ((await told.case(own)).stage, (await told.case(own)).root) == ("active", "")


async def test_reliers_of_an_amended_decision_are_offered_what_replaced_it(database: Database) -> None:
    """P2, C18: the new decision under its own reference; who adopts it relies on that from then on."""
    async with story(database, **LEEDS) as told:
        root = await rooted(told)
        ref = await told.active(**relying(root))
        await told.plays(*LEEDS.values())
        fewer = {"items": ["date of birth", "taxable income band"], "amend_why": "The number is not needed."}
        new = await told.active(**{**ROOT, **fewer, "amends": root})
        await told.news_travels()
        assert (await told.entry(root))["state"] == "replaced"
        await told.plays(*CORNWALL)
        case = await told.case(ref)
        version = (await told.case(new)).register_version
        assert (case.root, case.offered_root, case.offered_version) == (root, new, version)
        await told.does(told.people.risk_owner, ref, "adopt_root", reason="It suits our share.")
        assert (await told.entry(ref))["root"]["id"] == new
        assert "no longer live" in await why_not(told, **relying(root))
        await told.plays(*LEEDS.values())
        await told.does(told.people.risk_owner, new, "end_share", reason="The scheme has closed.")
        await told.news_travels()
        assert (await told.case(ref)).root_gone


async def test_thirty_reliers_are_told_once_each_also_when_the_worker_stops_in_between(
    database: Database,
) -> None:
    """P2, G6: what is to be told is kept with what happened, and brought until everybody has it."""
    async with story(database, **LEEDS, skips=False) as told:
        root = await rooted(told)
        refs = await asyncio.gather(*(approved(told, root) for _ in range(30)))
        await told.plays(*LEEDS.values())
        fewer = {"items": ["date of birth"], "reason": "The income band was not needed."}
        await told.does(told.people.risk_owner, root, "narrow_share", **fewer)
        assert [list((await told.on_its_way(ref)).values()) for ref in refs] == [["root_changed"]] * 30
        async with told.nobody_works():
            told.desk.budget /= 10
            await told.news_travels(rounds=1)
            assert [ref for ref in refs if await told.on_its_way(ref)] == refs
        for _ in range(2):  # as many relays as there are processes
            await told.news_travels()
        query = select(tasks.c.ref).where(tasks.c.kind == "reconsider")
        async with database.read() as connection:
            asked = Counter((await connection.scalars(query)).all())
        assert asked == Counter(refs)
