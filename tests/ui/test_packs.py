"""The quarterly packs on pages and as files (P7): one set of numbers, published once, explained, and no person in it."""

import csv
import io
from datetime import timedelta
from typing import Any

from activities.morning import MorningRound
from domain.pack_dictionary import MEASURES
from tests.ui.stage import POSTS, Stage
from ui.packs import OF_BODIES, label

NOW, BASE = "2026-q4", "/regulator/packs"


async def json_of(stage: Stage, path: str) -> Any:
    answer = await stage.stranger().client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def csv_of(stage: Stage, path: str) -> list[dict[str, str]]:
    answer = await stage.stranger().client.get(path)
    assert answer.status_code == 200 and answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.text)))


async def morning(stage: Stage) -> int:
    return (await MorningRound(stage.database, lambda: stage.now).run()).published


async def test_the_list_and_the_running_quarter(stage: Stage) -> None:
    await stage.active()
    await stage.refused("student-discount-newham")
    page = await stage.stranger().get(f"{BASE}?demo=yes")
    assert page.h1 == ["Quarterly packs"] and f"{BASE}/{NOW}?demo=yes" in page.links
    assert "October to December 2026" in page.text and "So far" in page.text
    pack = await stage.stranger().get(f"{BASE}/{NOW}?demo=yes")
    assert pack.status == 200 and pack.h1 == ["October to December 2026"]
    assert "The quarter is not over" in pack.text and "definitions 2026-1" in pack.text
    assert "Delivered for the first time in cases All 1" in pack.text
    assert "Refusals that counted in times All 1" in pack.text
    assert pack.html.count('role="img"') <= 1
    assert "Received in cases All 0" in (await stage.stranger().get(f"{BASE}/{NOW}")).text, (
        "made-up bodies are apart"
    )


async def test_page_csv_and_json_hold_the_same_numbers(stage: Stage) -> None:
    await stage.active()
    await stage.refused("student-discount-newham")
    told = await json_of(stage, f"{BASE}/{NOW}.json?demo=yes")
    assert told == await json_of(stage, f"/api/v1/packs/{NOW}?demo=yes")
    rows = await csv_of(stage, f"{BASE}/{NOW}.csv?demo=yes")
    assert len(rows) == len(told["lines"])
    for row, line in zip(rows, told["lines"], strict=True):
        for name in ("section", "measure", "dimension", "unit", "note"):
            assert row[name] == line[name]
        assert (float(row["value"]) if row["value"] else None) == line["value"]
        assert (int(row["n"]) if row["n"] else None) == line["n"]
    assert {row["quarter"] for row in rows} == {NOW} and {row["edition"] for row in rows} == {"0"}
    page = await stage.stranger().get(f"{BASE}/{NOW}?demo=yes")
    for line in told["lines"]:
        assert MEASURES[line["measure"]].meaning in page.text
        if line["value"] is not None:
            assert f"{line['value']:,.0f}" in page.text


async def test_the_dictionary_is_the_same_three_times_and_covers_the_pack(stage: Stage) -> None:
    told = await json_of(stage, f"{BASE}/dictionary.json")
    assert told == await json_of(stage, "/api/v1/packs/dictionary")
    assert await csv_of(stage, f"{BASE}/dictionary.csv") == told["measures"]
    page = await stage.stranger().get(f"{BASE}/dictionary")
    assert page.status == 200
    for each in told["measures"]:
        assert each["measure"] in page.text and each["meaning"] in page.text
    used = {line["measure"] for line in (await json_of(stage, f"/api/v1/packs/{NOW}"))["lines"]}
    assert used == {each["measure"] for each in told["measures"]}


async def test_a_quarter_that_is_over_is_published_once(stage: Stage) -> None:
    await stage.refused("student-discount-newham")
    assert await morning(stage) == 0, "the quarter is not over"
    stage.now += timedelta(days=45)
    waits = await stage.stranger().get(f"{BASE}?demo=yes")
    assert "To be published" in waits.text
    assert await morning(stage) == 1
    assert await morning(stage) == 0
    told = await json_of(stage, f"/api/v1/packs/{NOW}?demo=yes")
    assert (told["state"], told["edition"], len(told["editions"])) == ("closed", 1, 1)
    assert "Published" in (await stage.stranger().get(f"{BASE}?demo=yes")).text
    first = await csv_of(stage, f"{BASE}/{NOW}.csv?demo=yes&edition=1")
    assert {row["edition"] for row in first} == {"1"}


async def test_a_restated_number_stands_beside_the_old_one(stage: Stage) -> None:
    """G7."""
    ref = await stage.refused("student-discount-newham")
    asks = stage.author(stage.requests["student-discount-newham"]["team"])
    stage.now += timedelta(days=40)
    from sqlalchemy import update

    from store import tables

    await morning(stage)
    async with stage.database.write() as connection:  # as if a rule had been counted wrongly until today
        e = tables.events
        data = await connection.scalar(
            e.select().with_only_columns(e.c.data).where(e.c.kind == "request_refused")
        )
        await connection.execute(
            update(e).where(e.c.kind == "request_refused").values(data={**data, "ground": "not_held"})
        )
    stage.now += timedelta(days=1)
    assert await morning(stage) == 1
    page = await stage.stranger().get(f"{BASE}/{NOW}?demo=yes")
    assert (
        "Edition 2" in page.text and "2 numbers of what happened in the quarter count otherwise" in page.text
    )
    assert "1 instead of 0" in page.text and "0 instead of 1" in page.text
    old = await stage.stranger().get(f"{BASE}/{NOW}?demo=yes&edition=1")
    assert "This is an earlier edition." in old.text
    then = (await json_of(stage, f"/api/v1/packs/{NOW}?demo=yes&edition=1"))["lines"]
    assert [each["value"] for each in then if each["dimension"] == "harm_outweighs"] == [1.0]
    assert ref not in page.html and asks not in page.html


async def test_what_is_not_there(stage: Stage) -> None:
    for path in ("2026-q3", "2027-q1", "nonsense", "2026-q5", f"{NOW}?edition=1", f"{NOW}?edition=x"):
        assert (await stage.stranger().get(f"{BASE}/{path}")).status == 404, path
        assert (await stage.stranger().client.get(f"/api/v1/packs/{path}")).status_code in (404, 422), path
    assert (await stage.stranger().get(f"{BASE}/nonsense.csv")).status == 404
    assert (await stage.stranger().get(f"{BASE}/2027-q1.json")).status == 404
    assert (await stage.stranger().get(f"{BASE}/2026-Q4")).status == 200, "as people write it"


async def test_no_person_and_no_case_is_named(stage: Stage) -> None:
    """I10."""
    refs = [await stage.active(), await stage.refused("student-discount-newham")]
    for path in (f"{BASE}/{NOW}", f"{BASE}/{NOW}.csv", f"{BASE}/{NOW}.json", BASE):
        text = (await stage.stranger().get(f"{path}?demo=yes")).html
        assert not [post["person"] for post in POSTS if post["person"] in text], path
        assert not [ref for ref in refs if ref in text], path


async def test_every_dimension_has_words(stage: Stage) -> None:
    await stage.refused("student-discount-newham")
    told = await json_of(stage, f"/api/v1/packs/{NOW}?demo=yes")
    from domain.packs import Line

    for each in told["lines"]:
        line = Line(**each)
        if line.measure not in OF_BODIES and line.dimension:
            words = label(line, {})
            assert words != line.dimension and "_" not in words, line


async def test_it_is_not_counted_again_at_every_call(stage: Stage) -> None:
    await stage.submitted()
    first = await json_of(stage, f"/api/v1/packs/{NOW}?demo=yes")
    await stage.submitted()
    stage.now += timedelta(seconds=30)
    assert await json_of(stage, f"/api/v1/packs/{NOW}?demo=yes") == first
    stage.now += timedelta(seconds=31)
    fresh = await json_of(stage, f"/api/v1/packs/{NOW}?demo=yes")
    assert fresh["as_of"] != first["as_of"]
    received = {each["measure"]: each["value"] for each in fresh["lines"] if not each["dimension"]}
    assert received["received"] == 2
