"""The public figures: a page that people can read, the same numbers as a file, and the cases behind them."""

import csv
import io
import re
from datetime import timedelta

import pytest

from api.services import Site
from domain.figure_lines import lines
from domain.figure_tally import DEFINITIONS
from tests.ui.stage import Stage
from ui import charts

DEMO = "/figures?demo=yes"


async def test_the_page_says_what_came_in_and_what_became_of_it(stage: Stage) -> None:
    active = await stage.active()
    await stage.refused("student-discount-newham")
    await stage.signed("discharge-care-leeds")
    page = await stage.stranger().get(DEMO)
    assert page.status == 200 and page.h1 == ["Figures"]
    assert "These are the numbers of made-up bodies." in page.text
    assert "definitions 2026-3" in page.text
    rows = dict(re.findall(r"([+−=] [A-Z][a-z ]+?) (\d+)", page.text))
    assert (rows["− Delivered for the first time"], rows["− Declined"], rows["= Open at the end"]) == (
        "1",
        "1",
        "1",
    )
    assert "Too few: under 10 cases, so no percentile is given." in page.text
    assert page.html.count('role="img"') == 2 and "<desc" in page.html
    assert stage.requests["pension-credit-take-up"]["title"] not in page.text
    link = next(each for each in page.links if "figure=delivered" in each)
    behind = await stage.stranger().get(link)
    assert behind.h1 == ["Delivered"] and f"/register/{active}" in behind.links
    assert "1 case, 1 of them in the public register." in behind.text


async def test_of_a_case_that_is_not_public_only_its_number_is_told(stage: Stage) -> None:
    ref = await stage.refused("student-discount-newham")
    page = await stage.stranger().get("/figures/rows?figure=declined&demo=yes")
    assert "1 case, 0 of them in the public register. Of the other 1 only the number is told" in page.text
    assert ref not in page.html and stage.requests["student-discount-newham"]["title"] not in page.html


async def test_made_up_numbers_stand_apart(stage: Stage) -> None:
    await stage.active()
    page = await stage.stranger().get("/figures")
    assert "= Open at the end 0" in page.text and 'role="img"' not in page.html
    assert "Made-up bodies are in none of these numbers." in page.text
    assert any(link.startswith("/figures?") and "demo=yes" in link for link in page.links)


async def test_page_csv_and_json_say_the_same(stage: Stage) -> None:
    await stage.active()
    await stage.refused("student-discount-newham")
    stage.now += timedelta(days=40)
    asked = "demo=yes&organisation=dwp&from=2026-01-01"
    told = (await stage.stranger().client.get(f"/api/v1/figures?{asked}")).json()
    answer = await stage.stranger().client.get(f"/figures.csv?{asked}")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    found = {row["figure"]: row["value"] for row in rows}
    assert found == {
        name: "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in lines(told)
    }
    assert len(found) == len(rows) and found["identity.received"] == "1"
    assert {row["definitions"] for row in rows} == {DEFINITIONS} and all(row["as_of"] for row in rows)
    page = await stage.stranger().get(f"/figures?{asked}")
    assert f"Harm so far: person-days without it {told['duty']['person_days']}" in page.text


@pytest.mark.parametrize(
    "query, sentence",
    [
        ("from=31%2F01%2F2026", "Enter a real date for the first day, such as 2026-11-23."),
        ("to=2026-02-30", "Enter a real date for the last day, such as 2026-11-23."),
        ("from=2026-03-01&to=2026-02-01", "Enter a first day that is not after the last day."),
        ("organisation=nobody", "There is no such organisation. Give the id of one, such as dwp."),
        ("lane=%3Cb%3E", "Give cluster, reliance, standard"),
    ],
)
async def test_what_cannot_be_asked_is_kept_and_named(stage: Stage, query: str, sentence: str) -> None:
    page = await stage.stranger().get(f"/figures?{query}")
    assert page.status == 422 and page.title.startswith("Error:") and sentence in page.text
    assert page.summary_links == [f"#{query.partition('=')[0]}"] and page.summary_links[0][1:] in page.ids
    if query.startswith(("from=31", "to")):
        assert page.values[query[: query.index("=")]] in ("31/01/2026", "2026-02-30")
    csv_answer = await stage.stranger().client.get(f"/figures.csv?{query}")
    assert csv_answer.status_code == 422 and sentence in csv_answer.text


async def test_no_such_number(stage: Stage) -> None:
    assert (await stage.stranger().get("/figures/rows?figure=nonsense")).status == 404
    assert (await stage.stranger().get("/figures/rows")).status == 404
    assert (await stage.stranger().get("/figures/rows?figure=open&from=x")).status == 422


async def test_no_person_is_named(stage: Stage) -> None:
    """I10."""
    from tests.ui.stage import POSTS

    await stage.active()
    for path in (
        DEMO,
        "/figures.csv?demo=yes",
        "/api/v1/figures?demo=yes",
        "/figures/rows?figure=delivered&demo=yes",
    ):
        text = (await stage.stranger().get(path)).html
        assert not [post["person"] for post in POSTS if post["person"] in text], path


async def test_in_production_nothing_points_at_a_demonstration(stage: Stage) -> None:
    other = Stage(stage.database, site=Site(embedded=False))
    page = await other.stranger().get("/figures")
    assert "emonstration" not in page.text and "/figures" in page.links


def test_charts_fit_their_frame() -> None:
    months = [f"m{n}" for n in range(40)]
    drawn = charts.bars("b", "B", months, [("One", range(40)), ("Two", [1000] * 40), ("Three", [0] * 40)])
    assert len(drawn.bars) == 2 * charts.MOST_MONTHS and len(drawn.across) <= 12
    for bar in drawn.bars:
        assert bar.x >= charts.LEFT and bar.x + bar.width <= charts.WIDTH + 1
        assert bar.y >= 0 and bar.y + bar.height == pytest.approx(charts.HEIGHT - charts.BOTTOM, abs=0.2)
    assert charts.line("l", "L", [], []).said == "Nothing to show."
    assert [charts.step(n) for n in (1, 4, 5, 8, 9, 20, 21, 400)] == [1, 1, 2, 2, 5, 5, 10, 100]
