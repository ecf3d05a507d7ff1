"""Requests over HTTP: made, submitted, repeated, mended (C1, C3, G6)."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, select

from domain.refusals import AlreadySubmitted, NoSuchCase, SameCommandOtherBody
from domain.request_form import QUESTIONS
from store.tables import cases, drafts
from tests.api.conftest import DeskWithoutEngine, World, is_problem

REQUESTS = "/api/v1/requests"


async def count(world: World, table: Any) -> int:
    async with world.database.read() as connection:
        return await connection.scalar(select(func.count()).select_from(table)) or 0


async def test_a_request_is_made_and_submitted_in_one_go(world: World) -> None:
    answer = await world.post(world.people.requester, REQUESTS, {"answers": world.answers()})
    assert answer.status_code == 201
    told = answer.json()
    assert (told["state"], told["stage"], told["version"]) == ("applied", "risk_acceptance", 3)
    assert told["received_at"].startswith("2026-11-23T10:00:00")
    assert answer.headers["location"] == told["href"] == f"/api/v1/cases/{told['ref']}"
    assert (await world.get(world.people.requester, told["href"])).status_code == 200


async def test_the_same_key_and_body_give_the_same_case(world: World) -> None:
    first = await world.post(world.people.requester, REQUESTS, {"answers": world.answers()}, key="once")
    again = await world.post(world.people.requester, REQUESTS, {"answers": world.answers()}, key="once")
    assert again.json() == first.json()
    assert again.status_code == 201
    assert await count(world, cases) == 1


async def test_the_same_key_sent_eight_times_at_once_makes_one_case(world: World) -> None:
    await world.token(world.people.requester)
    body = {"answers": world.answers()}
    answers = await asyncio.gather(
        *(
            world.post(world.people.requester, REQUESTS, body, key="all at once".replace(" ", "-"))
            for _ in range(8)
        )
    )
    assert {answer.status_code for answer in answers} <= {201, 202}
    assert len({answer.json()["ref"] for answer in answers}) == 1
    assert await count(world, cases) == 1
    assert await count(world, drafts) == 1


async def test_a_repeat_is_answered_as_before_even_when_the_case_has_moved_on(world: World) -> None:
    first = await world.post(world.people.requester, REQUESTS, {"answers": world.answers()}, key="early")
    await world.sign(first.json()["ref"])
    again = await world.post(world.people.requester, REQUESTS, {"answers": world.answers()}, key="early")
    assert again.json() == first.json()


async def test_the_same_key_with_another_body_is_refused(world: World) -> None:
    await world.post(world.people.requester, REQUESTS, {"answers": world.answers()}, key="once")
    other = {"answers": world.answers(title="Something else")}
    problem = is_problem(await world.post(world.people.requester, REQUESTS, other, key="once"), 409)
    assert problem["detail"] == SameCommandOtherBody.sentence


async def test_the_same_key_of_another_person_is_another_command(world: World) -> None:
    first = await world.post(world.people.requester, REQUESTS, {"answers": {"title": "Mine"}}, key="1")
    assert first.status_code == 422
    mine = await world.post(
        world.people.requester, f"{REQUESTS}?submit=false", {"answers": {"title": "Mine"}}, key="1"
    )
    yours = await world.post(
        world.people.sender, f"{REQUESTS}?submit=false", {"answers": {"title": "Yours"}}, key="1"
    )
    assert mine.status_code == yours.status_code == 201
    assert mine.json()["ref"] != yours.json()["ref"]


@pytest.mark.parametrize("key", [None, "", "a b", "é", "x" * 201, "tab\there"])
async def test_a_write_needs_a_proper_key(world: World, key: str | None) -> None:
    headers: dict[str, Any] = await world.headers(world.people.requester)
    headers.pop("Idempotency-Key")
    if key is not None:
        headers["Idempotency-Key"] = key.encode("latin-1")
    answer = await world.client.post(REQUESTS, json={"answers": {}}, headers=headers)
    problem = is_problem(answer, 422)
    assert problem["errors"][0]["field"] == "Idempotency-Key"


async def test_a_form_that_is_not_complete_is_refused_whole_with_the_sentences_of_the_pages(
    world: World,
) -> None:
    answer = await world.post(world.people.requester, REQUESTS, {"answers": {}})
    problem = is_problem(answer, 422)
    asked = {question.id: question.ask for question in QUESTIONS}
    assert problem["errors"]
    for error in problem["errors"]:
        assert error["detail"].startswith((asked[error["field"]], "About how many people"))
    assert await count(world, drafts) == 0


async def test_after_a_refusal_the_same_key_may_be_used_with_mended_answers(world: World) -> None:
    is_problem(await world.post(world.people.requester, REQUESTS, {"answers": {}}, key="k"), 422)
    mended = await world.post(world.people.requester, REQUESTS, {"answers": world.answers()}, key="k")
    assert mended.status_code == 201


async def test_a_draft_is_saved_read_replaced_and_submitted(world: World) -> None:
    me = world.people.requester
    made = await world.post(
        me, f"{REQUESTS}?submit=false", {"answers": {"title": "Not yet <b>done</b>", "items": []}}
    )
    assert made.status_code == 201
    href = made.headers["location"]
    read = (await world.get(me, href)).json()
    assert (read["state"], read["answers"]["title"]) == ("draft", "Not yet <b>done</b>")
    assert {each["field"] for each in read["to_mend"]} >= {"team", "purpose"}
    assert (await world.send(me, "PUT", href, {"answers": world.answers()})).status_code == 200
    assert (await world.get(me, href)).json()["to_mend"] == []
    submitted = await world.post(me, f"{href}/submit")
    assert submitted.status_code == 200
    assert submitted.json()["stage"] == "risk_acceptance"
    after = (await world.get(me, href)).json()
    assert (after["state"], after["case"]) == ("submitted", f"/api/v1/cases/{made.json()['ref']}")


async def test_submitting_again_under_the_same_key_gives_the_first_answer(world: World) -> None:
    me = world.people.requester
    made = await world.post(me, f"{REQUESTS}?submit=false", {"answers": world.answers()})
    href = made.headers["location"]
    first = await world.post(me, f"{href}/submit", key="s")
    again = await world.post(me, f"{href}/submit", key="s")
    assert first.json() == again.json()
    problem = is_problem(await world.post(me, f"{href}/submit", key="another"), 409)
    assert problem["detail"] == AlreadySubmitted.sentence
    assert problem["case"]["stage"] == "risk_acceptance"


async def test_a_late_repeat_of_an_old_save_does_not_undo_a_newer_one(world: World) -> None:
    me = world.people.requester
    href = (await world.post(me, f"{REQUESTS}?submit=false", {"answers": {}})).headers["location"]
    await world.send(me, "PUT", href, {"answers": {"title": "Old"}}, key="old")
    await world.send(me, "PUT", href, {"answers": {"title": "New"}}, key="new")
    late = await world.send(me, "PUT", href, {"answers": {"title": "Old"}}, key="old")
    assert late.status_code == 200
    assert (await world.get(me, href)).json()["answers"] == {"title": "New"}


async def test_what_is_submitted_cannot_be_replaced(world: World) -> None:
    ref = await world.submitted()
    answer = await world.send(world.people.requester, "PUT", f"{REQUESTS}/{ref}", {"answers": {}})
    assert is_problem(answer, 409)["detail"] == AlreadySubmitted.sentence


async def test_a_returned_request_is_mended_and_sent_again(world: World) -> None:
    me, ref = world.people.requester, await world.submitted()
    returned = await world.act(
        world.people.risk_owner, ref, "decline_risk", {"reason": "Say which pensioners."}
    )
    assert returned.status_code == 200
    read = (await world.get(me, f"{REQUESTS}/{ref}")).json()
    assert read["state"] == "returned"
    mended = world.answers(subjects="Pensioners in Leeds who claim nothing")
    assert (await world.send(me, "PUT", f"{REQUESTS}/{ref}", {"answers": mended})).status_code == 200
    version = returned.json()["version"]
    stale = is_problem(await world.post(me, f"{REQUESTS}/{ref}/submit", {"version": version - 1}), 409)
    assert stale["case"]["version"] == version
    again = await world.post(me, f"{REQUESTS}/{ref}/submit", {"version": version})
    assert again.json()["stage"] == "risk_acceptance"
    case = (await world.get(me, f"/api/v1/cases/{ref}")).json()
    assert (case["form_version"], case["request"]["subjects"]) == (2, mended["subjects"])


async def test_somebody_elses_draft_is_not_there(world: World) -> None:
    made = await world.post(world.people.requester, f"{REQUESTS}?submit=false", {"answers": {}})
    href = made.headers["location"]
    theirs = [
        await world.get(world.people.sender, href),
        await world.send(world.people.sender, "PUT", href, {"answers": {}}),
        await world.post(world.people.sender, f"{href}/submit"),
    ]
    nowhere = await world.get(world.people.sender, f"{REQUESTS}/SC-2222-2222")
    assert is_problem(nowhere, 404)["detail"] == NoSuchCase.sentence
    assert {answer.content for answer in theirs} == {nowhere.content}


async def test_only_the_asking_side_submits(world: World) -> None:
    ref = await world.signed()
    is_problem(
        await world.post(world.people.sender, f"{REQUESTS}/{ref}/submit", {"answers": world.answers()}), 403
    )


async def test_while_the_engine_is_away_a_request_is_recorded_and_not_refused(
    world: World, desk: DeskWithoutEngine
) -> None:
    desk.away = True
    me = world.people.requester
    answer = await world.post(me, REQUESTS, {"answers": world.answers()}, key="k")
    assert answer.status_code == 202
    told = answer.json()
    assert (told["state"], told["version"]) == ("pending", None)
    assert "recorded" in told["sentence"]
    waiting = await world.get(me, answer.headers["location"])
    assert waiting.json()["state"] == "pending"
    assert (await world.get(me, f"{REQUESTS}/{told['ref']}")).json()["state"] == "being_submitted"
    is_problem(await world.send(me, "PUT", f"{REQUESTS}/{told['ref']}", {"answers": {}}), 409)
    desk.away = False
    again = await world.post(me, REQUESTS, {"answers": world.answers()}, key="k")
    assert (again.status_code, again.json()["ref"]) == (201, told["ref"])
    assert (await world.get(me, answer.headers["location"])).json()["state"] == "applied"


@pytest.mark.parametrize(
    "text", ["=HYPERLINK(1)", "<script>alert(1)</script>", "+44", "{{7*7}}", "'; DROP TABLE cases;--"]
)
async def test_text_is_kept_as_it_was_typed(world: World, text: str) -> None:
    ref = await world.submitted(purpose=text)
    answer = await world.get(world.people.requester, f"/api/v1/cases/{ref}")
    assert answer.json()["request"]["purpose"] == text
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_what_a_body_already_has_is_asked_about_here_too(world: World) -> None:
    """P4: the same 422 and the same sentence as on the page, and only when something was found."""
    first = world.answers(already_held="", already_held_why="")
    made = await world.post(world.people.requester, "/api/v1/requests", {"answers": first})
    assert made.status_code == 201, made.text
    again = await world.post(world.people.requester, "/api/v1/requests", {"answers": first})
    assert [each["field"] for each in is_problem(again, 422)["errors"]] == ["already_held"]
    whole = world.answers(already_held="not_enough", already_held_why="Other years.")
    assert (
        await world.post(world.people.requester, "/api/v1/requests", {"answers": whole})
    ).status_code == 201


async def test_a_request_that_is_read_can_be_put_back(world: World) -> None:
    """What pages keep beside the answers of a draft is no business of a machine."""
    key = {"answers": world.answers()}
    ref = (await world.post(world.people.requester, "/api/v1/requests?submit=false", key)).json()["ref"]
    async with world.database.write() as connection:
        beside = {**world.answers(), "taken": {"title": "a template"}, "until-day": "31", "ask_all": "yes"}
        await connection.execute(drafts.update().where(drafts.c.ref == ref).values(answers=beside))
    read = (await world.get(world.people.requester, f"/api/v1/requests/{ref}")).json()["answers"]
    put = await world.send(world.people.requester, "PUT", f"/api/v1/requests/{ref}", {"answers": read})
    assert put.status_code == 200, put.text
