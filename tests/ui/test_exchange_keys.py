"""P3: the page of signing keys: public, without a private half; exchanged and revoked by operators alone."""

from datetime import timedelta

import pytest

from domain.signing_keys import BEFORE
from store.database import Database
from tests.ui.stage import Stage

HERE = "/exchange/keys"
OPERATOR, AMY = "p-tom-ferrante-boateng", "p-amara-okafor"


@pytest.fixture
def stage(database: Database) -> Stage:
    return Stage(database)


async def test_everybody_reads_which_keys_are_published_and_operators_exchange_them(stage: Stage) -> None:
    nobody = stage.stranger()
    page = await nobody.get(HERE)
    assert page.status == 200 and page.h1 == ["Signing keys"] and "Signs now" in page.text
    assert not any("rotate" in link or "revoke" in link for link in page.links)
    (first,) = page.headings["h3"]
    amy = await stage.signs_in(AMY)
    for path in (f"{HERE}/rotate", f"{HERE}/{first}/revoke"):
        assert (await nobody.get(path)).location.startswith("/sign-in")
        refused = await amy.get(path)
        assert refused.status == 403 and "Ask one of them" in refused.text

    keeper = await stage.signs_in(OPERATOR)
    done = await keeper.fills(f"{HERE}/rotate")
    page = await keeper.get(done.location)
    assert "Done." in page.text and "May sign from 24 November 2026 at 10:00am" in page.text
    again = await keeper.fills(f"{HERE}/rotate")
    assert again.status == 409 and "may sign from 24 November 2026 at 10:00" in again.text
    stage.now += BEFORE
    keeper = await stage.signs_in(OPERATOR)
    await keeper.fills(f"{HERE}/rotate")
    page = await nobody.get(HERE)
    second = next(each for each in page.headings["h3"] if each != first)
    assert page.headings["h3"] == [second, first] and "Published until" in page.text

    form = await keeper.get(f"{HERE}/{second}/revoke")
    assert "0 tokens that hold now were signed with it" in form.text
    sent = await keeper.post(f"{HERE}/{second}/revoke", form.hidden)
    assert sent.status == 303
    assert (await keeper.post(f"{HERE}/{second}/revoke", form.hidden)).status == 303  # a repeat (G6)
    page = await keeper.get(sent.location)
    third = next(each for each in page.headings["h3"] if each not in (first, second))
    assert "Revoked. Nothing that this key signed" in page.text and f"{second}: revoked" in page.text
    assert (await keeper.get(f"{HERE}/{second}/revoke")).status == 409
    assert (await keeper.get(f"{HERE}/2026-01-01-00000000/revoke")).status == 404
    keys = (await nobody.client.get("/.well-known/jwks.json")).json()["keys"]
    assert {each["kid"] for each in keys} == {first, third}
    stage.now += timedelta(hours=14)
    assert (await nobody.get(HERE)).headings["h3"] == [third]
