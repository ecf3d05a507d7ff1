"""P9 over the API: the next step without naming it, each action by its task, one incident for one report, least disclosure."""

from datetime import date, timedelta
from typing import Any

import httpx2

from tests.api.conftest import NOW, World, is_problem
from tests.cast import MANIFEST

BREACH = {
    "what": "A letter with an income went next door.",
    "done": "It is back.",
    "breach": "yes",
    "known_on": NOW.date().isoformat(),
}


async def active(world: World) -> str:
    ref = await world.approved()
    assert (await world.act(world.people.sender, ref, "record_delivery", MANIFEST)).status_code == 200
    assert (await world.act(world.people.requester, ref, "confirm_receipt", MANIFEST)).status_code == 200
    return ref


async def acts_of(world: World, person: str, ref: str, name: str) -> list[dict[str, Any]]:
    case = (await world.get(person, f"/api/v1/cases/{ref}")).json()
    return [each for each in case["acts"] if each["name"] == name]


async def step(world: World, ref: str, **answers: Any) -> httpx2.Response:
    return await world.act(
        world.people.reviewer, ref, "take_step", {"failure": "Letters go astray.", **answers}
    )


async def test_a_step_need_not_be_named_and_can_only_be_the_next(world: World) -> None:
    ref = await active(world)
    (offered,) = await acts_of(world, world.people.reviewer, ref, "take_step")
    assert offered["title"] == "Advise the team"
    assert [each["id"] for each in offered["questions"]] == ["failure"]
    for named in ("revoke", "nonsense"):
        problem = is_problem(await step(world, ref, step=named), 422)
        assert "The next step here is 'advise'" in str(problem)
    assert (await step(world, ref, step="advise")).status_code == 200
    day = (date.fromisoformat(NOW.date().isoformat()) + timedelta(days=30)).isoformat()
    problem = is_problem(await step(world, ref, action_1="Train.", due_1=day, action_2="Check."), 422)
    assert "due_2" in str(problem)
    sent = await step(world, ref, action_1="Train.", due_1=day, action_2="Check.", due_2=day)
    assert sent.status_code == 200, sent.text
    offers = await acts_of(world, world.people.risk_owner, ref, "complete_action")
    assert ["Train." in offers[0]["lead"], "Check." in offers[1]["lead"]] == [True, True]
    without = await world.act(world.people.risk_owner, ref, "complete_action", {"reason": "Done."})
    assert "says which action is meant" in str(is_problem(without, 422))
    done = await world.act(
        world.people.risk_owner, ref, "complete_action", {"reason": "Done."}, **offers[1]["also_send"]
    )
    assert done.status_code == 200, done.text
    (left,) = await acts_of(world, world.people.risk_owner, ref, "complete_action")
    assert "Train." in left["lead"]


async def test_one_report_is_one_incident_however_often_it_is_sent(world: World) -> None:
    ref = await active(world)
    for _ in range(2):
        sent = await world.act(world.people.requester, ref, "report_incident", BREACH, key="the-same-report")
        assert sent.status_code == 200, sent.text
    other = await world.act(
        world.people.requester, ref, "report_incident", {**BREACH, "what": "Another."}, key="the-same-report"
    )
    is_problem(other, 409)
    assert len(await acts_of(world, world.people.risk_owner, ref, "record_report")) == 1
    entry = (await world.client.get(f"/api/v1/register/{ref}")).json()
    assert entry["incidents"] == {"reported": 1, "breaches": 1, "told_in_time": 0, "told_late": 0}


async def test_the_sending_side_gets_no_word_of_it(world: World) -> None:
    ref = await active(world)
    await step(world, ref)
    await world.act(world.people.requester, ref, "report_incident", BREACH)
    for person, reads in ((world.people.risk_owner, True), (world.people.sender, False)):
        found = (await world.get(person, f"/api/v1/cases/{ref}")).text
        assert ("Letters go astray." in found) is reads
        assert ("went next door" in found) is reads
        assert "incident_reported" in found, "that it happened is no secret"
