"""Cases, tasks, acts and commands over HTTP: least disclosure, versions, and what may be done now (G2, G5, G6)."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import delete

from domain.acts import FORMS
from domain.harm import Harm
from domain.outlook import what_next
from domain.questions import check
from domain.refusals import (
    AlreadyDecided,
    NoSuchCase,
    NotYours,
    SameCommandOtherBody,
    SamePerson,
    StaleVersion,
    TextChanged,
)
from domain.words import STAGES, TASKS
from store import shapes
from store.reads import PAGE, case_row
from store.tables import posts
from tests.api.conftest import NOW, SIGNING, DeskWithoutEngine, World, is_problem

CASES = "/api/v1/cases"
REFUSAL = {
    "ground": "harm_outweighs",
    "items": ["date of birth"],
    "harm_of_sharing": "People fleeing abusive partners could be traced through dates of birth held by family.",
    "safeguards": "Access limits and logging were considered; partners employed locally could still look people up.",
    "answer_to_harm": "Pensioners can be reached by letter using the name and address that we already offer.",
    "smaller_share": "Name and address only, for people over pension age.",
}


async def test_a_case_says_who_must_act_by_when_and_what_happens_next(world: World) -> None:
    ref = await world.submitted()
    case = (await world.get(world.people.risk_owner, f"{CASES}/{ref}")).json()
    assert (case["stage"], case["stage_in_words"]) == ("risk_acceptance", STAGES[case["stage"]])
    (task,) = case["tasks"]
    assert (task["kind_in_words"], task["who"], task["is_mine"]) == (
        TASKS[task["kind"]],
        "the risk owner",
        True,
    )
    assert task["due_at"].startswith("2026-11-30T23:59:59")
    async with world.database.read() as connection:
        row = await case_row(connection, ref)
    assert row
    state = shapes.case_from_json(row.state)
    assert task["what_next"] == what_next(state, state.tasks[task["id"]])
    assert case["harm"]["sentence"].startswith("0 working days open × 120 people a day")
    assert case["receiving"]["team_name"]
    assert case["register_entry"] is None


async def test_a_case_offers_each_person_their_own_acts_with_the_questions_of_the_pages(world: World) -> None:
    ref = await world.submitted()
    case = (await world.get(world.people.risk_owner, f"{CASES}/{ref}")).json()
    offered = {act["name"]: act for act in case["acts"]}
    assert set(offered) == {"sign_risk", "decline_risk", "ask_advice", "withdraw"}
    assert offered["sign_risk"]["also_send"] == {"form_hash": case["form_hash"]}
    labels = [question["label"] for question in offered["sign_risk"]["questions"]]
    assert labels == [question.label for question in FORMS["sign_risk"].questions]
    author = (await world.get(world.people.requester, f"{CASES}/{ref}")).json()
    assert [act["name"] for act in author["acts"]] == ["withdraw"]


async def test_the_sending_side_does_not_see_a_case_before_its_risk_is_signed(world: World) -> None:
    ref = await world.submitted()
    hidden = await world.get(world.people.sender, f"{CASES}/{ref}")
    nowhere = await world.get(world.people.sender, f"{CASES}/SC-2222-2222")
    assert is_problem(hidden, 404)["detail"] == NoSuchCase.sentence
    assert (hidden.content, dict(hidden.headers)) == (nowhere.content, dict(nowhere.headers))
    await world.sign(ref)
    assert (await world.get(world.people.sender, f"{CASES}/{ref}")).status_code == 200


@pytest.mark.parametrize(
    "ref", ["SC-2222-2222", "x", "%00", "%F0%9F%92%A9", "a" * 5000, "..", "%2e%2e", "SC-2222-2222%0a"]
)
async def test_every_way_of_not_being_there_gives_the_same_bytes(world: World, ref: str) -> None:
    hidden = await world.submitted()
    expected = (await world.get(world.people.sender, f"{CASES}/{hidden}")).content
    assert (await world.get(world.people.sender, f"{CASES}/{ref}")).content in (
        expected,
        NOTHING_AT_THIS_ADDRESS,
    )
    assert (await world.act(world.people.sender, ref, "approve", {"delivered": "no"})).content in (
        expected,
        NOTHING_AT_THIS_ADDRESS,
    )
    assert (await world.act(world.people.sender, hidden, "approve", {"delivered": "no"})).content == expected


NOTHING_AT_THIS_ADDRESS = (
    b'{"type":"urn:sharecase:problem:no-such-address","title":"No such address","status":404,"detail":"There is '
    b'nothing at this address. Check it against the API description."}'
)


async def test_an_act_is_applied_and_a_repeat_gives_the_same_answer(world: World) -> None:
    ref = await world.signed()
    first = await world.act(world.people.sender, ref, "approve", {"delivered": "no"}, key="k")
    assert (first.status_code, first.json()["stage"]) == (200, "approved")
    await world.act(world.people.sender, ref, "record_delivery", {"rows": 5, "checksum": "abc"})
    again = await world.act(world.people.sender, ref, "approve", {"delivered": "no"}, key="k")
    assert again.json() == first.json()
    other = await world.act(world.people.sender, ref, "approve", {"delivered": "no", "note": "well"}, key="k")
    assert is_problem(other, 409)["detail"] == SameCommandOtherBody.sentence


async def test_a_repeat_is_answered_even_when_its_answers_would_no_longer_pass(world: World) -> None:
    ref, owner = await world.signed(), world.people.risk_owner
    delivered = {"rows": 5, "checksum": "abc"}
    await world.act(world.people.sender, ref, "approve", {"delivered": "yes", **delivered})
    await world.act(world.people.requester, ref, "confirm_receipt", delivered)
    fewer = {"items": ["date of birth", "taxable income band"], "reason": "No identifier is needed."}
    first = await world.act(owner, ref, "narrow_share", fewer, key=f"{ref}-1")
    assert first.status_code == 200
    fewest = {"items": ["date of birth"], "reason": "Nor the income band."}
    assert (await world.act(owner, ref, "narrow_share", fewest)).status_code == 200
    again = await world.act(owner, ref, "narrow_share", fewer, key=f"{ref}-1")  # one of its items is gone
    assert (again.status_code, again.json()) == (200, first.json())


async def test_a_stale_version_is_told_where_the_case_stands_now(world: World) -> None:
    ref = await world.signed()
    stale = await world.act(world.people.sender, ref, "ask", {"reason": "Which pensioners?"}, version=1)
    problem = is_problem(stale, 409)
    case = (await world.get(world.people.sender, f"{CASES}/{ref}")).json()
    assert problem["detail"] == StaleVersion.sentence
    assert problem["case"] == {
        "ref": ref,
        "version": case["version"],
        "stage": "with_sender",
        "stage_in_words": STAGES["with_sender"],
    }
    fresh = await world.act(world.people.sender, ref, "ask", {"reason": "Which?"}, version=case["version"])
    assert fresh.status_code == 200


async def test_who_may_see_a_case_but_not_act_is_told_that_it_is_somebody_elses(world: World) -> None:
    ref = await world.signed()
    answer = await world.act(world.people.requester, ref, "approve", {"delivered": "no"})
    assert is_problem(answer, 403)["detail"] == NotYours.sentence


async def test_the_second_to_decide_is_told_that_it_is_decided(world: World) -> None:
    ref = await world.approved()
    answer = await world.act(world.people.sender, ref, "refuse", REFUSAL)
    problem = is_problem(answer, 409)
    assert problem["detail"] == AlreadyDecided.sentence
    assert problem["case"]["stage"] == "approved"


async def test_a_refusal_that_only_asserts_is_sent_back_part_by_part(world: World) -> None:
    ref = await world.signed()
    thin = {**REFUSAL, "harm_of_sharing": "not proportionate", "safeguards": "our policy"}
    problem = is_problem(await world.act(world.people.sender, ref, "refuse", thin), 422)
    assert {each["field"] for each in problem["errors"]} == {"harm_of_sharing", "safeguards"}
    assert (await world.act(world.people.sender, ref, "refuse", REFUSAL)).json()["stage"] == "refused"


async def test_wrong_answers_get_the_sentences_of_the_pages(world: World) -> None:
    ref = await world.signed()
    raw = {"delivered": "yes", "rows": "many", "note": 5}
    problem = is_problem(await world.act(world.people.sender, ref, "approve", raw), 422)
    _, expected = check(FORMS["approve"].questions, raw)
    assert problem["errors"] == [{"field": each.field, "detail": each.sentence} for each in expected]


async def test_what_was_read_is_what_is_signed(world: World) -> None:
    ref = await world.submitted()
    missing = await world.act(world.people.risk_owner, ref, "sign_risk", SIGNING)
    assert is_problem(missing, 422)["errors"][0]["field"] == "form_hash"
    assert is_problem(await world.sign(ref, form_hash="0" * 64), 409)["detail"] == TextChanged.sentence


async def test_an_unknown_act_or_field_is_named_and_not_ignored(world: World) -> None:
    ref = await world.signed()
    sender = world.people.sender
    assert (await world.act(sender, ref, "bless", {})).status_code == 404
    assert (await world.act(sender, ref, "submit", {})).status_code == 404
    assert (await world.act(sender, ref, "deadline_passed", {})).status_code == 404
    for body, field in (
        ({"answers": {"delivered": "no", "notes": "x"}}, "notes"),
        ({"answers": {}, "versoin": 3}, "versoin"),
        ({"answers": {}, "version": "3"}, "version"),
        ({"answers": {}, "version": True}, "version"),
        ({"answers": {}, "version": 2**40}, "version"),
        ({"answers": []}, "answers"),
    ):
        problem = is_problem(await world.post(sender, f"{CASES}/{ref}/acts/approve", body), 422)
        assert field in problem["errors"][0]["field"]


async def test_tasks_are_mine_and_soonest_first(world: World) -> None:
    first, second = await world.submitted(), await world.submitted(title="Second")
    tasks = (await world.get(world.people.risk_owner, "/api/v1/tasks")).json()
    assert {task["ref"] for task in tasks["tasks"]} == {first, second}
    assert [task["due_at"] for task in tasks["tasks"]] == sorted(task["due_at"] for task in tasks["tasks"])
    assert tasks["next"] is None
    assert tasks["tasks"][0]["what_next"]
    assert (await world.get(world.people.sender, "/api/v1/tasks")).json()["tasks"] == []


async def test_lists_go_on_where_the_page_before_ended(world: World) -> None:
    refs = {await world.submitted(title=f"Number {number}") for number in range(PAGE + 1)}
    people = world.people
    for person, address, key in (
        (people.requester, CASES, "cases"),
        (people.risk_owner, "/api/v1/tasks", "tasks"),
    ):
        first = (await world.get(person, address)).json()
        assert len(first[key]) == PAGE
        rest = (await world.get(person, first["next"])).json()
        assert rest["next"] is None
        assert {each["ref"] for each in first[key] + rest[key]} == refs


@pytest.mark.parametrize("after", ["x", "%00", "AAAA", "MjAyNi0xMS0yMw", "é" * 99])
async def test_a_cursor_nobody_gave_out_is_refused(world: World, after: str) -> None:
    for address in (CASES, "/api/v1/tasks", "/api/v1/register"):
        problem = is_problem(await world.get(world.people.sender, f"{address}?after={after}"), 422)
        assert problem["errors"][0]["field"] == "after"


async def test_commands_are_their_senders_own(world: World) -> None:
    ref = await world.signed()
    done = await world.act(world.people.sender, ref, "approve", {"delivered": "no"})
    mine = await world.get(world.people.sender, f"/api/v1/commands/{done.json()['command']}")
    assert (mine.json()["state"], mine.json()["act"]) == ("applied", "approve")
    theirs = await world.get(world.people.requester, f"/api/v1/commands/{done.json()['command']}")
    nowhere = await world.get(world.people.requester, "/api/v1/commands/0")
    assert is_problem(theirs, 404)
    assert theirs.content == nowhere.content


async def test_a_refused_command_keeps_its_sentence(world: World) -> None:
    ref = await world.signed()
    refused = await world.act(world.people.requester, ref, "approve", {"delivered": "no"}, key="no")
    again = await world.act(world.people.requester, ref, "approve", {"delivered": "no"}, key="no")
    first, second = refused.json(), again.json()
    assert {key: first[key] for key in first if key != "instance"} == {
        key: second[key] for key in second if key != "instance"
    }


async def test_while_the_engine_is_away_an_act_is_pending_and_shown_so(
    world: World, desk: DeskWithoutEngine
) -> None:
    ref = await world.signed()
    desk.away = True
    answer = await world.act(world.people.sender, ref, "approve", {"delivered": "no"})
    assert answer.status_code == 202
    assert answer.headers["location"] == f"/api/v1/commands/{answer.json()['command']}"
    case = (await world.get(world.people.sender, f"{CASES}/{ref}")).json()
    assert [each["act"] for each in case["pending"]] == ["approve"]
    assert case["stage"] == "with_sender"


async def test_the_timeline_holds_what_was_written_under_the_labels_of_the_form(world: World) -> None:
    ref = await world.signed()
    await world.act(world.people.sender, ref, "ask", {"reason": "Which pensioners?"})
    case = (await world.get(world.people.requester, f"{CASES}/{ref}")).json()
    asked = [event["words"] for event in case["timeline"] if event["act"] == "ask"]
    assert asked[0] == [{"label": "Your question", "answer": "Which pensioners?"}]
    assert not any(asked[1:])  # said once
    signed = [event["words"] for event in case["timeline"] if event["act"] == "sign_risk"]
    assert [word["label"] for word in signed[0]] == ["Risks that remain, and how your team will manage them"]
    assert [event["seq"] for event in case["timeline"]] == list(range(1, case["version"] + 1))


async def test_the_harm_meter_counts_working_days_in_the_public_calendar(
    world: World, desk: DeskWithoutEngine
) -> None:
    ref = await world.signed()
    desk.now = NOW + timedelta(
        days=49
    )  # over Christmas: 35 weekdays, five of them bank holidays in some nation
    case = (await world.get(world.people.sender, f"{CASES}/{ref}")).json()
    (task,) = (await world.get(world.people.sender, "/api/v1/tasks")).json()["tasks"]
    sentence = Harm(days=30, people_per_day=120).sentence()
    assert case["harm"] == task["harm"] == {
        "working_days": 30, "people_per_day": 120, "person_days": 3600, "sentence": sentence,
    }  # fmt: skip
    assert task["is_overdue"]


async def test_one_person_does_not_hold_two_roles(world: World) -> None:
    author = world.people.requester
    async with world.database.write() as connection:
        await connection.execute(
            posts.insert().values(
                person=author, role="risk_owner", organisation="dwp", team="dwp-pension-credit"
            )
        )
    ref = await world.submitted()
    case = (await world.get(author, f"{CASES}/{ref}")).json()
    answer = await world.act(author, ref, "sign_risk", SIGNING, form_hash=case["form_hash"])
    sentence = re.escape(SamePerson.sentence).replace(re.escape("{already}"), ".*")
    assert re.fullmatch(sentence, is_problem(answer, 409)["detail"])


async def test_an_operator_sees_no_case(world: World) -> None:
    ref = await world.signed()
    is_problem(await world.get(world.people.operator, f"{CASES}/{ref}"), 404)
    assert (await world.get(world.people.operator, CASES)).json()["cases"] == []


async def test_an_operator_fills_a_post_and_reads_nothing_else(world: World) -> None:
    async with world.database.write() as connection:
        sender_post = (posts.c.role == "sender_decider") & (posts.c.team == world.people.sending_team)
        await connection.execute(delete(posts).where(sender_post, posts.c.person != world.people.sender))
    ref = await world.submitted()
    async with world.database.write() as connection:
        await connection.execute(delete(posts).where(posts.c.person == world.people.sender))
    await world.sign(ref)
    operator = world.people.operator
    (task,) = (await world.get(operator, "/api/v1/tasks")).json()["tasks"]
    assert task["kind_in_words"] == "Fill an empty post: the sending team"
    assert task["title"] == ""
    case = (await world.get(operator, f"{CASES}/{ref}")).json()
    assert (case["title"], case["request"], case["timeline"], case["items_shared"]) == ("", {}, [], [])
    assert [each["kind"] for each in case["tasks"]] == ["fill_post"]
    (fill,) = case["acts"]
    assert fill["also_send"] == {"task": task["id"]}
    is_problem(await world.get(operator, f"/api/v1/requests/{ref}"), 404)
    assert is_problem(await world.act(operator, ref, "fill_post", {}), 422)["errors"][0]["field"] == "task"
    is_problem(await world.act(operator, ref, "fill_post", {}, task=task["id"]), 409)
    async with world.database.write() as connection:
        await connection.execute(
            posts.insert().values(
                person=world.people.sender,
                role="sender_decider",
                organisation="hmrc",
                team=world.people.sending_team,
            )
        )
    assert (await world.act(operator, ref, "fill_post", {}, task=task["id"])).status_code == 200


async def test_a_request_to_two_teams_is_two_cases_and_one_signature(world: World) -> None:
    ref = await world.submitted(also_teams=["dfe-pupil-data"])
    case = (await world.get(world.people.risk_owner, f"{CASES}/{ref}")).json()
    (other,) = case["bundle"]
    sign = next(act for act in case["acts"] if act["name"] == "sign_risk")
    assert sign["questions"][-1]["id"] == "bundle"
    signature = {**SIGNING, "bundle": "yes"}
    signed = await world.act(
        world.people.risk_owner, ref, "sign_risk", signature, form_hash=case["form_hash"]
    )
    assert signed.status_code == 200
    both = [
        (await world.get(world.people.requester, f"{CASES}/{each}")).json()["stage"] for each in (ref, other)
    ]
    assert both == ["with_sender", "with_sender"]
