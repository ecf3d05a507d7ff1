"""C5, C6, P1 on the real engine: what a cluster agreed is presumed, and whoever objects has to say why, to leaders."""

from typing import Any

import pytest
from sqlalchemy import select

from api.invalid import Invalid
from domain.case import Kind
from domain.people import Seat
from domain.policy import LegalProfile
from domain.working_days import Nation, add_working_days, london_date
from store import agreements
from store.commands import APPLIED
from store.database import Database
from store.tables import cases, drafts
from tests.cast import SIGNED
from tests.engine import Story, story

CARE, HOSPITAL = "leeds-adult-social-care", "leeds-hospitals-discharge"
TEAMS = {"team": CARE, "sending_team": HOSPITAL}
IN_CLUSTER: dict[str, Any] = {
    "title": "Care ready on the day of discharge",
    "purpose": "Have care at home ready on the day a patient leaves hospital.",
    "harm_of_withholding": "Patients go home to no care, and come back within a week.",
    "use": "deliver_service",
    "subjects": "patients who leave hospital and need care at home",
    "region": "E12000003",
    "area": "Leeds",
    "items": ["name", "discharge date", "care needs", "medication"],
    "pattern": "one_by_one",
    "power": "Health and Social Care Act 2012 s.251B",
    "path": "cluster",
    "task": "hospital-discharge",
}
OBJECTION: dict[str, Any] = {
    "ground": "safety_harm",
    "items": ["medication"],
    "harm_of_sharing": "A patient who left a violent partner would be found through the pharmacy named there.",
    "answer_to_harm": "Care at home can start without the list; the district nurse brings it on the first day.",
}
REASON = {"reason": "Care at home cannot start without knowing the medicines."}


async def objected(told: Story, **said: Any) -> str:
    ref = await told.signed(**IN_CLUSTER)
    assert (await told.does(told.people.sender, ref, "object", **{**OBJECTION, **said})).state == APPLIED
    return ref


async def judges(told: Story, ref: str) -> set[str]:
    return {seat for kind, seat in await told.open_tasks(ref) if kind == "judge_refusal"}


async def test_what_the_cluster_agreed_is_approved_when_nobody_objects(database: Database) -> None:
    """C5, G4: five working days, then approved by presumption, and the register says by which rule."""
    async with story(database, **TEAMS) as told:
        ref = await told.signed(**IN_CLUSTER)
        case, kept = await told.case(ref), await told.screening(ref)
        assert (case.lane, case.cluster) == ("cluster", "health-social-care")
        assert {name: value for name, value, _ in kept["predicates"]} == {
            "teams_in_one_cluster": True,
            "purpose_is_shared_task": True,
            "items_in_terms": True,
            "inside_one_instance": True,
        }
        assert (kept["screening"]["cluster_version"], kept["screening"]["route"]) == (1, "lane")
        assert await told.open_tasks(ref) == [("object", Seat.SENDER)]
        assert (await told.task(ref, Kind.OBJECT)).days == 5

        await told.working_days_pass(4)
        assert await told.stage(ref) == "with_sender"
        assert await told.entry(ref) == {}
        await told.working_days_pass(1)
        case, entry = await told.case(ref), await told.entry(ref)
        assert (case.stage, case.presumed, case.decider) == ("approved", True, "")
        assert (entry["state"], entry["lane"]) == ("approved", "cluster")
        assert entry["presumption"] == f"rule {case.policy.version}"
        assert entry["cluster"] == {
            "id": "health-social-care",
            "name": "health and social care",
            "version": 1,
        }
        late = await told.does(told.people.sender, ref, "object", **OBJECTION)
        assert late.refusal == "AlreadyDecided"
        await told.delivers(ref)
        assert (await told.entry(ref))["state"] == "active"


async def test_a_sender_who_does_not_object_says_so_at_once(database: Database) -> None:
    async with story(database, **TEAMS) as told:
        ref = await told.signed(**IN_CLUSTER)
        await told.approves(ref)
        assert (await told.case(ref)).presumed is False
        assert (await told.entry(ref))["presumption"] == ""


async def test_one_person_writes_and_signs_in_one_go_and_it_is_flagged(database: Database) -> None:
    """G2: the one-person fast path of the lanes that presume."""
    async with story(database, **TEAMS) as told:
        owner = told.people.risk_owner
        await told.appoints(owner, "requester", "leeds", CARE)
        answer = await told.submits(by=owner, sign_now="yes", **SIGNED, **IN_CLUSTER)
        assert answer.state == APPLIED
        case = await told.case(answer.ref)
        assert (case.stage, case.author, case.risk_owner) == ("with_sender", owner, owner)
        assert [event.one_person for event in await told.events(answer.ref, "risk_signed")] == [True]
        assert await told.open_tasks(answer.ref) == [("object", Seat.SENDER)]


async def test_a_signature_in_one_go_is_for_every_case_of_the_request_and_in_no_draft(
    database: Database,
) -> None:
    """C1, G2: each case has its own signature as an act; what is typed so far never holds one."""
    async with story(database, **TEAMS) as told:
        owner = told.people.risk_owner
        await told.appoints(owner, "requester", "leeds", CARE)
        also = {"also_teams": ["leeds-hospitals-emergency-records"]}
        await told.submits(by=owner, sign_now="yes", **SIGNED, **{**IN_CLUSTER, **also})
        await told.hours_pass(1)
        await told.news_travels()  # a signature that came before its case is brought again
        async with database.read() as connection:
            refs = (await connection.scalars(select(cases.c.ref))).all()
            kept = (await connection.execute(select(drafts.c.ref, drafts.c.answers))).all()
        assert [(await told.case(ref)).risk_owner for ref in refs] == [owner, owner]
        (beside,) = [row.answers for row in kept if row.answers.get("sending_team") == also["also_teams"][0]]
        assert not {"sign_now", "residual", "agree"} & set(beside)


async def test_whoever_signs_in_one_go_must_travel_by_a_lane_that_allows_it(database: Database) -> None:
    """G2: outside the cluster somebody else signs; the field is named, and nothing is kept."""
    async with story(database, team=CARE, sending_team="hmrc-paye-records") as told:
        owner = told.people.risk_owner
        await told.appoints(owner, "requester", "leeds", CARE)
        with pytest.raises(Invalid) as turned_away:
            await told.submits(by=owner, sign_now="yes", **SIGNED, **IN_CLUSTER)
        assert [problem.field for problem in turned_away.value.problems] == ["risk_owner"]
        async with database.read() as connection:
            assert (await connection.scalars(select(cases.c.ref))).all() == []


async def test_an_objection_stands_on_one_of_five_grounds_and_says_what_would_go_wrong(
    database: Database,
) -> None:
    """C5: anything else is no objection; each of the five goes to both leaders at once."""
    async with story(database, **TEAMS) as told:
        ref = await told.signed(**IN_CLUSTER)
        for said, field in (
            ({"ground": "harm_outweighs"}, "ground"),
            ({"ground": "statutory_bar"}, "citation"),
            ({"harm_of_sharing": "It is against our policy."}, "harm_of_sharing"),
            ({"answer_to_harm": ""}, "answer_to_harm"),
        ):
            with pytest.raises(Invalid) as turned_away:
                await told.does(told.people.sender, ref, "object", **{**OBJECTION, **said})
            assert [problem.field for problem in turned_away.value.problems] == [field]
        assert await told.open_tasks(ref) == [("object", Seat.SENDER)]
        for ground in ("outside_task", "safety_harm", "not_possible", "third_rail", "statutory_bar"):
            objection = await objected(told, ground=ground, citation="Gender Recognition Act 2004 s.22")
            assert await judges(told, objection) == {Seat.SENDING_LEADER_1, Seat.RECEIVING_LEADER_1}
            assert (await told.case(objection)).ground == ground


async def test_leaders_of_both_sides_overturn_an_objection(database: Database) -> None:
    """C6."""
    async with story(database, **TEAMS) as told:
        ref = await objected(told)
        assert await judges(told, ref) == {Seat.SENDING_LEADER_1, Seat.RECEIVING_LEADER_1}
        assert (await told.case(ref)).stage == "leader_decision"
        await told.does(told.people.sending_leaders[1], ref, "overturn_refusal", **REASON)
        assert await told.stage(ref) == "leader_decision"  # one side alone does not settle it
        await told.does(told.people.receiving_leaders[1], ref, "overturn_refusal", **REASON)
        case = await told.case(ref)
        assert (case.stage, case.presumed) == ("approved", False)
        await told.delivers(ref)


async def test_leaders_of_both_sides_uphold_an_objection_and_that_is_a_refusal(database: Database) -> None:
    """C6, C12: an objection had both leaders already, so a refusal that comes of it is not taken to them again."""
    async with story(database, **TEAMS) as told:
        ref = await objected(told, ground="outside_task")
        for leader in (told.people.sending_leaders[1], told.people.receiving_leaders[1]):
            assert (await told.does(leader, ref, "uphold_refusal", **REASON)).state == APPLIED
        case = await told.case(ref)
        assert (case.stage, case.is_closed) == ("refused", True)
        [refused] = await told.events(ref, "request_refused")
        assert refused.ground == "outside_purpose"


async def test_leaders_who_disagree_send_an_objection_up_and_the_sixth_hand_bogs_it_down(
    database: Database,
) -> None:
    """C6, C13: whoever objected and two leaders on each of two levels are five; the sixth is one too many."""
    async with story(database, **TEAMS) as told:
        ref = await objected(told)
        people = told.people
        for level in (1, 2):
            await told.does(people.receiving_leaders[level], ref, "overturn_refusal", **REASON)
            await told.does(people.sending_leaders[level], ref, "uphold_refusal", **REASON)
        assert await judges(told, ref) == {Seat.SENDING_LEADER_3, Seat.RECEIVING_LEADER_3}
        assert not await told.events(ref, "case_bogged_down")
        await told.does(people.receiving_leaders[3], ref, "overturn_refusal", **REASON)
        [bogged] = await told.events(ref, "case_bogged_down")
        assert bogged.why == "participants"
        assert await judges(told, ref) == {Seat.SENDING_LEADER_3}  # leaders have it already


async def test_under_todays_law_silence_takes_an_objection_to_the_top_and_is_counted(
    database: Database,
) -> None:
    """C6, C15, G0: nothing is approved and nothing refused by it."""
    async with story(database, **TEAMS) as told:
        ref = await objected(told)
        for level in (2, 3):
            await told.working_days_pass(5)
            assert (await told.case(ref)).level == level
        await told.working_days_pass(5)
        case = await told.case(ref)
        assert (case.stage, case.at_top, case.cause) == ("leader_decision", True, "objection")
        assert await told.overdue() == {"Leeds Teaching Hospitals NHS Trust": 1}
        await told.working_days_pass(20)
        assert await told.stage(ref) == "leader_decision"
        for leader in (told.people.sending_leaders[3], told.people.receiving_leaders[3]):
            await told.does(leader, ref, "overturn_refusal", **REASON)
        assert await told.stage(ref) == "approved"
        assert await told.overdue() == {}


async def test_under_the_plan_an_objection_lapses_when_level_2_is_silent(database: Database) -> None:
    """C6†."""
    async with story(database, **TEAMS, law=LegalProfile.PLAN) as told:
        ref = await objected(told)
        await told.working_days_pass(5)
        assert (await told.case(ref)).level == 2
        await told.working_days_pass(5)
        case = await told.case(ref)
        assert (case.stage, case.presumed) == ("approved", True)
        assert await told.events(ref, "objection_lapsed")


async def test_a_law_that_is_cited_never_lapses_on_silence(database: Database) -> None:
    """C6: also under the plan a statutory bar waits for leaders, with the provision named."""
    async with story(database, **TEAMS, law=LegalProfile.PLAN) as told:
        ref = await objected(told, ground="statutory_bar", citation="Gender Recognition Act 2004 s.22")
        for _ in range(3):
            await told.working_days_pass(5)
        case = await told.case(ref)
        assert (case.stage, case.at_top) == ("leader_decision", True)
        assert not await told.events(ref, "objection_lapsed")


async def test_a_team_that_left_the_cluster_travels_by_the_standard_lane(database: Database) -> None:
    """P1: notice, twenty working days, then no new case; what is on its way goes on as it was."""
    async with story(database, **TEAMS) as told:
        before = await told.signed(**IN_CLUSTER)
        today = london_date(await told.tick())
        last = add_working_days(told.calendar, Nation.ENGLAND_AND_WALES, today, 20)
        async with database.write() as connection:
            await agreements.leave(
                connection,
                cluster="health-social-care",
                team=HOSPITAL,
                leaves_on=last,
                by=told.people.sending_leaders[1],
                at=told.now,
            )
        during = await told.signed(**IN_CLUSTER)
        assert (await told.case(during)).lane == "cluster"
        await told.working_days_pass(20)
        after = await told.signed(**IN_CLUSTER)
        assert (await told.case(after)).lane == "standard"
        looked_at = (await told.screening(after))["predicates"]
        assert ["teams_in_one_cluster", False] in [each[:2] for each in looked_at]
        assert (await told.case(before)).stage == "approved"


async def test_health_records_in_bulk_outside_health_need_leader_2_and_the_caldicott_guardians_advice(
    database: Database,
) -> None:
    """§4: the sending team would share; its leader 2 has to say so too."""
    async with story(database, team="leeds-benefits", sending_team=HOSPITAL) as told:
        bulk = {**IN_CLUSTER, "pattern": "file_regular", "items": ["name", "diagnosis"], "path": "standard"}
        bulk |= {"purpose": "Offer council tax support to people whose illness keeps them from work."}
        ref = await told.signed(**bulk)
        case = await told.case(ref)
        assert (case.lane, case.conditions) == ("standard", ("health_in_bulk",))
        # Its adviser was asked by itself; the hospital has none, which is a vacancy and holds nothing up (G5, P5).
        assert ("advise", Seat.SENDING_ADVISER) in await told.open_tasks(ref)
        await told.approves(ref, caldicott="yes")
        case = await told.case(ref)
        assert (case.stage, case.cause) == ("leader_decision", "sign_off")
        assert await told.open_tasks(ref) == [("sign_off", Seat.SENDING_LEADER_2)]
        not_theirs = await told.does(
            told.people.sending_leaders[1], ref, "approve", delivered="no", caldicott="yes"
        )
        assert not_theirs.is_refused
        await told.approves(ref, who=told.people.sending_leaders[2], caldicott="yes")
        assert await told.stage(ref) == "approved"
