"""The public register over HTTP: no token, no names, cacheable, every version kept (P2r, G7, I10)."""

import json

import pytest
from sqlalchemy import select

from store import registry
from store.tables import people
from tests.api.conftest import World, is_problem
from tests.registered import WALES, YORK, put, row

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
    assert [(each["version"], each["state"]) for each in newest] == [(2, "withdrawn")]
    assert newest[0]["over"]["why"] == "withdrawn"


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
    told = "Send one of these: 'approved', 'active', 'suspended', 'ended', 'replaced' or 'withdrawn'."
    assert problem["errors"] == [{"field": "state", "detail": told}]


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


async def test_pages_of_a_search_keep_what_was_asked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "PAGE", 2)
    many = [row(number) for number in range(5)]
    await put(world.database, [*many, row(8, title="Other", region=WALES)])
    seen: list[str] = []
    path = f"{REGISTER}?q=share%20pens&region={YORK}&state=active&demo=yes"
    while path:
        page = (await world.client.get(path)).json()
        seen += [each["id"] for each in page["entries"]]
        path = page["next"]
    assert seen == sorted((each["ref"] for each in many), reverse=True)


async def test_each_filter_that_cannot_be_taken_is_named(world: World) -> None:
    answer = await world.client.get(
        f"{REGISTER}?q=%21&lane=x&use=x&region=x&root=%20x%20y&demo=x&receiving=%3C"
    )
    problem = is_problem(answer, 422)
    assert [each["field"] for each in problem["errors"]] == [
        "q",
        "receiving",
        "lane",
        "use",
        "region",
        "root",
        "demo",
    ]


async def test_how_many_rely_is_counted_live_and_is_in_no_version(world: World) -> None:
    root = "SC-T000-AAAA"
    await put(world.database, [row(0), *(row(number, root=root) for number in range(1, 4))])
    entry = (await world.client.get(f"{REGISTER}/{root}")).json()
    assert entry["relied_on_by"] == 3
    assert "relied_on_by" not in (await world.client.get(f"{REGISTER}/{root}/versions/1")).json()
    listed = (await world.client.get(f"{REGISTER}?root={root}")).json()["entries"]
    assert [each["root"]["address"] for each in listed] == [f"/register/{root}/v/1"] * 3
    assert [each["relied_on_by"] for each in listed] == [0, 0, 0]


async def test_alarms_and_exemptions_need_no_token(world: World) -> None:
    for address, name in (("alarms", "alarms"), ("exemptions", "exemptions")):
        answer = await world.client.get(f"/api/v1/{address}")
        assert (answer.json(), answer.headers["cache-control"]) == ({name: []}, "public, max-age=60")
        again = await world.client.get(
            f"/api/v1/{address}", headers={"If-None-Match": answer.headers["etag"]}
        )
        assert again.status_code == 304 and "set-cookie" not in answer.headers
