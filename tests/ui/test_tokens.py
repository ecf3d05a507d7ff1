"""API tokens (S6): made, shown once, replaced, revoked, by their owner; and seen and revoked by the operator."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from api import auth
from domain.scopes import MOST, Scope
from store import tables
from tests.ui.stage import Browser, Page, Stage

AMY, PRIYA = "p-amara-okafor", "p-priya-raghunathan"
HERE = "/settings/tokens"
MADE = {"label": "Nightly import", "scopes": ["read", "request"], "days": "90"}


def shown(page: Page) -> str:
    found = re.search(r"sct_[\w-]{43}", page.html)
    assert found, page.text
    return found.group()


async def makes(browser: Browser, **changes: Any) -> str:
    page = await browser.fills(f"{HERE}/new", **{**MADE, **changes})
    assert page.status == 200, page.text
    return shown(page)


async def calls(stage: Stage, token: str, path: str = "/api/v1/tasks") -> int:
    client = stage.stranger().client
    return (await client.get(path, headers={"Authorization": f"Bearer {token}"})).status_code


async def rows(stage: Stage) -> list[Any]:
    async with stage.database.read() as connection:
        query = select(tables.tokens).order_by(tables.tokens.c.created_at)
        return list((await connection.execute(query)).all())


async def test_a_token_is_shown_once_and_kept_nowhere(stage: Stage) -> None:
    amy = await stage.signs_in(AMY)
    assert "You have no tokens." in (await amy.get(HERE)).text
    page = await amy.get(f"{HERE}/new")
    assert page.values["days"] == "90"
    sent = {**page.hidden, **MADE}
    answer = await amy.post(f"{HERE}/new", sent)
    token = shown(answer)
    assert answer.response.headers["cache-control"] == "no-store" and "Copy it now" in answer.text
    assert await calls(stage, token) == 200
    again = await amy.post(f"{HERE}/new", sent)  # the browser sends the same form again
    assert again.status == 303 and "was shown once" in (await amy.get(again.location)).text
    [row] = await rows(stage)
    assert row.scopes == ["read", "request"] and row.expires_at == stage.now + timedelta(days=90)
    async with stage.database.read() as connection:
        kept = [str(each) for each in await connection.execute(select(tables.commands))]
    assert token not in str(row) and not any(token in each for each in kept)
    page = await amy.get(HERE)
    assert (
        token not in page.html
        and "Nightly import Works" in page.text
        and "last used 23 November 2026" in page.text
    )
    assert "Read the cases, tasks and lists that you may see" in page.text


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"label": " "}, "label", "Enter what the token is for"),
        ({"label": "x" * 81}, "label", "shorten it to 80 characters"),
        ({"scopes": []}, "scopes", "Select what the token may do"),
        ({"scopes": ["read", "everything"]}, "scopes", "Select what the token may do"),
        ({"days": "0"}, "days", "enter a whole number, 1 to 365"),
        ({"days": "366"}, "days", "enter a whole number, 1 to 365"),
        ({"days": "a year"}, "days", "enter a whole number, 1 to 365"),
    ],
)
async def test_what_cannot_be_a_token_is_told_beside_what_was_typed(
    stage: Stage, changes: dict[str, Any], field: str, sentence: str
) -> None:
    amy = await stage.signs_in(AMY)
    page = await amy.fills(f"{HERE}/new", **{**MADE, **changes})
    assert page.status == 422 and page.summary_links == [f"#{field}"] and sentence in page.text
    assert (page.title.startswith("Error:") and "Nightly import" in page.html) or field == "label"
    assert await rows(stage) == []


async def test_twenty_are_enough(stage: Stage) -> None:
    amy = await stage.signs_in(AMY)
    async with stage.database.write() as connection:
        for number in range(MOST - 1):
            await auth.issue_token(connection, AMY, f"token {number}", stage.now, timedelta(days=9))
    before = await amy.get(f"{HERE}/new")
    last = await makes(amy)
    page = await amy.post(f"{HERE}/new", {**before.hidden, **MADE})
    assert page.status == 409 and "revoke one that you no longer need" in page.text
    assert "as many as there can be" in (await amy.get(HERE)).text
    rotated = await amy.fills(f"{HERE}/{(await rows(stage))[-1].id}/rotate")
    assert rotated.status == 200 and await calls(stage, last) == 200, "replacing one is still possible"
    stage.now += timedelta(days=10)
    await makes(await stage.signs_in(AMY))


async def test_a_token_that_is_replaced_works_for_a_day_more(stage: Stage) -> None:
    amy = await stage.signs_in(AMY)
    old = await makes(amy, days="30")
    stage.now += timedelta(days=20)
    amy = await stage.signs_in(AMY)
    page = await amy.get(HERE)
    assert "Nightly import” stops working on 23 December 2026" in page.text and "Runs out soon" in page.text
    [before] = await rows(stage)
    new = shown(await amy.fills(f"{HERE}/{before.id}/rotate"))
    assert new != old and await calls(stage, old) == await calls(stage, new) == 200
    page = await amy.get(HERE)
    assert "Replaced" in page.text and "stops working" not in page.text
    assert f"{HERE}/{before.id}/rotate" not in page.links
    first, second = await rows(stage)
    assert second.replaces == first.id and second.scopes == first.scopes and second.label == first.label
    assert second.expires_at == stage.now + timedelta(days=30)
    for path in (f"{HERE}/{before.id}/rotate",):
        assert (await amy.get(path)).status == 409, "once"
        assert (await amy.post(path, {"command": "a" * 32})).status == 409
    stage.now += timedelta(hours=24, seconds=1)
    assert (await calls(stage, old), await calls(stage, new)) == (401, 200)


async def test_a_token_that_runs_out_within_the_day_is_not_made_longer_by_replacing_it(stage: Stage) -> None:
    amy = await stage.signs_in(AMY)
    old = await makes(amy, days="1")
    stage.now += timedelta(hours=23)
    amy = await stage.signs_in(AMY)
    await amy.fills(f"{HERE}/{(await rows(stage))[0].id}/rotate")
    stage.now += timedelta(hours=2)
    assert await calls(stage, old) == 401


async def test_a_token_is_revoked_at_once(stage: Stage) -> None:
    amy = await stage.signs_in(AMY)
    token = await makes(amy)
    [row] = await rows(stage)
    done = await amy.fills(f"{HERE}/{row.id}/revoke")
    assert (
        done.status == 303 and "Revoked. Nothing can be done" in (page := await amy.get(done.location)).text
    )
    assert await calls(stage, token) == 401 and f"{HERE}/{row.id}/revoke" not in page.links
    assert (await amy.get(f"{HERE}/{row.id}/rotate")).status == 409


async def test_nobody_meddles_with_the_token_of_another_but_the_operator_ends_it(stage: Stage) -> None:
    token = await makes(await stage.signs_in(AMY))
    [row] = await rows(stage)
    priya, keeper = await stage.signs_in(PRIYA), await stage.signs_in(stage.holder("operator"))
    sent = {"command": "b" * 32}
    for browser, acts in ((priya, ("rotate", "revoke")), (keeper, ("rotate",))):
        for act in acts:
            for path in (f"{HERE}/{row.id}/{act}", f"{HERE}/{'0' * 16}/{act}", f"{HERE}/%00/{act}"):
                assert (await browser.get(path)).status == (await browser.post(path, sent)).status == 404, (
                    path
                )
    there = f"/people/{AMY}/tokens/{row.id}/revoke"
    assert (await priya.get(there)).status == (await priya.post(there, sent)).status == 403
    assert (await keeper.get(f"/people/{PRIYA}/tokens/{row.id}/revoke")).status == 404, "not of that person"
    page = await keeper.get(f"/people/{AMY}/access")
    assert there in page.links and "Nightly import" in page.text
    assert (await keeper.fills(there)).status == 303
    assert await calls(stage, token) == 401


async def test_a_token_of_no_scope_that_we_know_opens_nothing(stage: Stage) -> None:
    async with stage.database.write() as connection:
        token = await auth.issue_token(connection, AMY, "old", stage.now, scopes=())
        await connection.execute(tables.tokens.update().values(scopes=["admin", "*"]))
    assert await calls(stage, token) == 403
    assert await calls(stage, token, "/api/v1/register") == 200, "what is public needs none"
    assert {*Scope} == {"read", "request", "act", "webhooks", "grants", "use"}
