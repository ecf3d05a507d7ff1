"""The public register over HTTP: no token, no names, cacheable, every version kept (P2r, G7, I10)."""

import json

from sqlalchemy import select

from store.tables import people
from tests.api.conftest import World, is_problem

REGISTER = "/api/v1/register"


async def test_an_approved_share_is_in_public_without_a_token(world: World) -> None:
    ref = await world.approved()
    listed = await world.client.get(REGISTER)
    assert [entry["id"] for entry in listed.json()["entries"]] == [ref]
    assert listed.headers["cache-control"] == "public, max-age=60"
    assert listed.headers["x-content-type-options"] == "nosniff"
    entry = (await world.client.get(f"{REGISTER}/{ref}")).json()
    assert (entry["state"], entry["demo"], entry["version"]) == ("approved", True, 1)
    assert entry["receiving"]["organisation"] == "Department for Work and Pensions"


async def test_every_version_stays_and_the_newest_is_shown(world: World) -> None:
    ref = await world.approved()
    await world.act(world.people.requester, ref, "withdraw", {"reason": "The pilot was cancelled."})
    entry = (await world.client.get(f"{REGISTER}/{ref}")).json()
    assert [each["version"] for each in entry["versions"]] == [2, 1]
    old = await world.client.get(entry["versions"][1]["href"])
    assert (old.json()["version"], old.json()["state"]) == (1, "approved")
    assert "max-age=31536000" in old.headers["cache-control"]
    newest = (await world.client.get(REGISTER)).json()["entries"]
    assert [each["version"] for each in newest] == [2]


async def test_an_unchanged_answer_is_not_sent_twice(world: World) -> None:
    ref = await world.approved()
    for address in (REGISTER, f"{REGISTER}/{ref}", f"{REGISTER}/{ref}/versions/1"):
        first = await world.client.get(address)
        again = await world.client.get(address, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


async def test_the_register_can_be_asked_by_state(world: World) -> None:
    ref = await world.approved()
    assert (await world.client.get(f"{REGISTER}?state=active")).json()["entries"] == []
    assert [
        each["id"] for each in (await world.client.get(f"{REGISTER}?state=approved")).json()["entries"]
    ] == [ref]
    problem = is_problem(await world.client.get(f"{REGISTER}?state=<b>"), 422)
    assert problem["errors"] == [
        {"field": "state", "detail": "Send one of these: 'approved', 'active', 'suspended' or 'ended'."}
    ]


async def test_what_is_not_public_is_not_there(world: World) -> None:
    ref = await world.signed()
    hidden, nowhere = (
        await world.client.get(f"{REGISTER}/{ref}"),
        await world.client.get(f"{REGISTER}/SC-2222-2222"),
    )
    assert is_problem(hidden, 404)
    assert hidden.content == nowhere.content
    is_problem(await world.client.get(f"{REGISTER}/{ref}/versions/1"), 404)
    is_problem(await world.client.get(f"{REGISTER}/{ref}/versions/0"), 422)
    is_problem(await world.client.get(f"{REGISTER}/{ref}/versions/99999999999999"), 422)


async def test_no_persons_name_is_in_public(world: World) -> None:
    ref = await world.approved()
    async with world.database.read() as connection:
        known = (
            await connection.execute(select(people.c.name, people.c.email, people.c.id, people.c.slack_user))
        ).all()
    public = "".join(
        [
            (await world.client.get(each)).text
            for each in (REGISTER, f"{REGISTER}/{ref}", f"{REGISTER}/{ref}/versions/1")
        ]
    )
    assert json.loads((await world.client.get(REGISTER)).text)["entries"]
    assert not [found for row in known for found in row if found and found in public]
