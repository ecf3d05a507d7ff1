"""What was sent to the machines of a body, over the API: with the scope, one's own only, and again when asked for (§9)."""

from typing import Any

import pytest
from sqlalchemy import select

from activities.webhooks_signed import secret_of
from api import auth
from domain.scopes import Scope
from store import webhook_endpoints as endpoints
from store.tables import webhook_messages as m
from tests.api.conftest import NOW, World, is_problem

V1 = "/api/v1"
LEADER, OTHER_LEADER, OPERATOR = "p-marcus-adeyinka", "p-bethan-lowther-rees", "p-tom-ferrante-boateng"
SECRET = secret_of(bytes(32))
MESSAGES = f"{V1}/webhooks/ep_1/messages"
REPLAY = f"{V1}/webhooks/ep_1/replay"


@pytest.fixture
async def endpoint(world: World) -> str:
    async with world.database.write() as connection:
        await endpoints.add(
            connection,
            NOW,
            id="ep_1",
            organisation="dwp",
            team="",
            url="https://hooks.dwp.example/x",
            secret=SECRET,
            groups=["decisions"],
            made_by=LEADER,
        )
    return "ep_1"


async def parked(world: World) -> None:
    async with world.database.write() as connection:
        await connection.execute(m.update().values(state="parked", because="failed"))


async def states(world: World) -> list[str]:
    async with world.database.read() as connection:
        return list((await connection.scalars(select(m.c.state).order_by(m.c.number))).all())


async def test_a_leader_sees_the_endpoints_of_their_body_without_their_secrets(
    world: World, endpoint: str
) -> None:
    answer = await world.get(LEADER, f"{V1}/webhooks")
    assert answer.status_code == 200
    (found,) = answer.json()["webhooks"]
    assert found == {
        "id": "ep_1",
        "organisation": "dwp",
        "team": None,
        "url": "https://hooks.dwp.example/x",
        "groups": ["decisions"],
        "state": "on",
        "failing_since": None,
        "last_success_at": None,
        "last_failure_at": None,
        "last_reason": "",
        "messages": MESSAGES,
    }
    assert (await world.get(OTHER_LEADER, f"{V1}/webhooks")).json() == {"webhooks": []}
    assert len((await world.get(OPERATOR, f"{V1}/webhooks")).json()["webhooks"]) == 1


async def test_messages_are_listed_newest_first_page_by_page(world: World, endpoint: str) -> None:
    ref = await world.signed()
    first = (await world.get(LEADER, MESSAGES)).json()
    assert [each["type"] for each in first["messages"]] == [
        "case.risk_signed",
        "case.lane_chosen",
        "case.request_submitted",
    ]
    newest = first["messages"][0]
    assert newest["ref"] == ref == newest["data"]["ref"]
    assert newest["version"] == newest["data"]["version"]
    assert (newest["state"], newest["attempts"], first["next"]) == ("waiting", 0, None)
    assert (await world.get(LEADER, f"{MESSAGES}?state=parked")).json()["messages"] == []
    async with world.database.write() as connection:
        for number in range(endpoints.PAGE):
            await endpoints.add_test(connection, "ep_1", f"{number:032x}", NOW, {"endpoint": "ep_1"})
    page = (await world.get(LEADER, f"{MESSAGES}?state=waiting")).json()
    assert len(page["messages"]) == endpoints.PAGE
    rest = (await world.get(LEADER, page["next"])).json()
    assert rest["messages"] == first["messages"]
    assert rest["next"] is None


async def test_they_are_sent_again_under_the_same_ids(world: World, endpoint: str) -> None:
    await world.signed()
    is_problem(await world.post(LEADER, REPLAY, {"answers": {"what": "parked"}}), 409)
    await parked(world)
    answer = await world.post(LEADER, REPLAY, {"answers": {"what": "parked"}}, key="again")
    assert (answer.status_code, answer.json()) == (200, {"again": 3})
    assert set(await states(world)) == {"waiting"}
    await parked(world)
    repeat = await world.post(LEADER, REPLAY, {"answers": {"what": "parked"}}, key="again")
    assert (repeat.status_code, repeat.json()) == (200, {"again": 0}), "the same key changes nothing"
    assert set(await states(world)) == {"parked"}
    other = {"answers": {"what": "since", "since": "2026-11-23"}}
    is_problem(await world.post(LEADER, REPLAY, other, key="again"), 409)
    assert (await world.post(LEADER, REPLAY, other)).json() == {"again": 3}


async def test_one_is_sent_again(world: World, endpoint: str) -> None:
    await world.signed()
    await parked(world)
    one = (await world.get(LEADER, MESSAGES)).json()["messages"][-1]["id"]
    assert (await world.post(LEADER, REPLAY, {"answers": {"message": one}})).json() == {"again": 1}
    assert await states(world) == ["waiting", "parked", "parked"]
    is_problem(await world.post(LEADER, REPLAY, {"answers": {"message": one}}), 409)
    is_problem(await world.post(LEADER, REPLAY, {"answers": {"message": "msg_0"}}), 404)


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({}, "what"),
        ({"what": "all"}, "what"),
        ({"what": "since"}, "since"),
        ({"what": "since", "since": "31 February"}, "since"),
        ({"what": "parked", "whom": "x"}, "whom"),
        ({"message": 3}, "what"),
    ],
)
async def test_what_cannot_be_taken_is_named(
    world: World, endpoint: str, answers: dict[str, Any], field: str
) -> None:
    problem = is_problem(await world.post(LEADER, REPLAY, {"answers": answers}), 422)
    assert field in [each["field"] for each in problem["errors"]]


async def test_somebody_elses_endpoint_is_not_there(world: World, endpoint: str) -> None:
    is_problem(await world.get(OTHER_LEADER, MESSAGES), 404)
    is_problem(await world.post(OTHER_LEADER, REPLAY, {"answers": {"what": "parked"}}), 404)
    is_problem(await world.get(LEADER, f"{V1}/webhooks/ep_2/messages"), 404)
    is_problem(await world.get(LEADER, f"{V1}/webhooks/x'/messages"), 404)
    is_problem(await world.get(world.people.requester, f"{V1}/webhooks"), 403)
    is_problem(await world.get(LEADER, f"{MESSAGES}?state=odd"), 422)


async def test_a_token_without_the_scope_is_not_enough(world: World, endpoint: str) -> None:
    async with world.database.write() as connection:
        token = await auth.issue_token(connection, LEADER, "reads", NOW, scopes=(Scope.READ, Scope.ACT))
    answer = await world.client.get(f"{V1}/webhooks", headers={"Authorization": f"Bearer {token}"})
    assert "webhooks" in is_problem(answer, 403)["detail"]
