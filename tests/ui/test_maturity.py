"""P9 in public: the level of a receiving body with its numbers and its rule; by name, without a ranking, without people."""

from sqlalchemy import update

from store.database import Database
from store.tables import register, tasks
from tests.ui.stage import POSTS, Stage


async def test_with_few_duties_there_is_nothing_to_judge_by(stage: Stage) -> None:
    ref = await stage.active()
    page = await stage.stranger().get("/maturity/dwp")
    assert page.status == 200 and "Nothing to judge by yet" in page.text
    assert "1 duty came due since 24 November 2024" in page.text
    entry = await stage.stranger().get(f"/register/{ref}")
    assert "/maturity/dwp" in entry.links and "Nothing to judge by yet" in entry.text
    old = await stage.stranger().get(f"/register/{ref}/v/1")
    assert "/maturity/dwp" not in old.links, "a version that is kept does not change"


async def test_the_level_is_shown_with_what_it_is_worked_out_from(stage: Stage, database: Database) -> None:
    """The same receipt, told as five reviews: a whole history is not needed to see the page."""
    refs = [await stage.active() for _ in range(5)]
    async with database.write() as connection:
        late = update(tasks).where(tasks.c.ref == refs[0], tasks.c.kind == "confirm_receipt")
        await connection.execute(late.values(missed_at=stage.now))
    page = await stage.stranger().get("/maturity/dwp")
    assert "Established" in page.text and "Receipts of deliveries 5 4 80%" in page.text
    assert "Together 5 4 80%" in page.text
    assert "90% of all duties in time; there are 80%" in page.text, "what the next level asks for"
    found = (await stage.stranger().client.get("/api/v1/maturity")).json()
    (body,) = found["bodies"]
    assert (body["level"], body["counted"], body["counted_in_time"]) == ("established", 5, 4)
    first = next(
        rule
        for rule in found["rules"]
        if body["per_cent"] >= rule["per_cent"]
        and body["appetite_stated"] >= rule["appetite_stated"]
        and all(
            100 * each["in_time"] // each["due"] >= rule["each_per_cent"]
            for each in body["duties"]
            if each["due"] >= found["fewest"]
        )
    )
    assert first["level"] == body["level"], "anybody can work it out again"
    assert (await stage.stranger().client.get("/api/v1/maturity/dwp")).json() == body


async def test_nobody_is_named_or_ranked(stage: Stage) -> None:
    await stage.active()
    for path in ("/maturity", "/maturity/dwp"):
        page = await stage.stranger().get(path)
        assert page.status == 200 and "How a level is worked out" in page.text
        for post in POSTS:
            assert post["person"] not in page.html
    assert "This is no ranking" in (await stage.stranger().get("/maturity")).text


async def test_a_body_that_receives_nothing_is_not_there(stage: Stage, database: Database) -> None:
    page = await stage.stranger().get("/maturity")
    assert "No body receives data" in page.text
    for body in ("hmrc", "nobody"):
        assert (await stage.stranger().get(f"/maturity/{body}")).status == 404
    await stage.active()
    async with database.write() as connection:
        await connection.execute(update(register).values(demo=False))
    assert "Department for Work and Pensions" in (await stage.stranger().get("/maturity")).text
