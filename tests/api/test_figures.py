"""The figures over HTTP: public, cacheable, the same as on the page, and 422 with a sentence for what cannot be asked."""

import pytest

from domain.figure_asked import check_asked
from domain.figure_tally import DEFINITIONS
from store import figures_read
from tests.api.conftest import NOW, World, is_problem

FIGURES = "/api/v1/figures"


async def test_the_same_numbers_as_the_store_gives(world: World) -> None:
    await world.approved()
    await world.signed()
    answer = await world.client.get(f"{FIGURES}?demo=yes")
    told = answer.json()
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert (told["definitions"], told["demo"], told["from"]) == (DEFINITIONS, True, "2025-12-01")
    assert told["identity"]["received"] == told["identity"]["backlog_end"] == 2
    assert told["reliance"]["approvals"] == 1 and told["open_now"]["n"] == 2
    async with world.database.read() as connection:
        asked, _ = check_asked({"demo": "yes"}, NOW, {}, {})
        kept = await figures_read.read(connection, asked, NOW)
    assert {name: told[name] for name in kept if name != "as_of"} == {
        k: v for k, v in kept.items() if k != "as_of"
    }


async def test_made_up_bodies_are_in_no_public_figure(world: World) -> None:
    await world.approved()
    told = (await world.client.get(FIGURES)).json()
    assert told["demo"] is False
    assert told["identity"]["received"] == told["duty"]["people_per_day"] == 0 and told["lanes"] == []


async def test_a_window_and_a_body_leave_out_what_is_something_else(world: World) -> None:
    await world.approved()
    for query, received in {
        "organisation=dwp": 1,
        "organisation=hmrc": 1,
        "organisation=leeds": 0,
        "lane=standard": 1,
        "lane=none": 0,
        "to=2026-11-22": 0,
        "from=2026-11-23&to=2026-11-23": 1,
        "cluster=crime-justice": 0,
    }.items():
        told = (await world.client.get(f"{FIGURES}?demo=yes&{query}")).json()
        assert told["identity"]["received"] == received, query


@pytest.mark.parametrize(
    "query, field",
    [
        ("from=2026-13-01", "from"),
        ("to=yesterday", "to"),
        ("from=2026-02-02&to=2026-02-01", "from"),
        ("organisation=nobody", "organisation"),
        ("organisation=%00", "organisation"),
        ("cluster=nobody", "cluster"),
        ("lane=fast", "lane"),
        ("demo=1", "demo"),
    ],
)
async def test_what_cannot_be_asked(world: World, query: str, field: str) -> None:
    problem = is_problem(await world.client.get(f"{FIGURES}?{query}"), 422)
    assert [each["field"] for each in problem["errors"]] == [field]
