"""D: the public sees how often a share is used, both sides the newest rows, and nobody a pseudonym (D.2, §5, §6)."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from cli.demo_use import tell_use
from domain.figure_asked import Asked
from domain.grants import grant_id
from domain.use_rows import check
from domain.working_days import london_date
from store import figures_again, figures_read, tables, use_log
from tests.ui.stage import Stage

SUBJECT = "pseudonym-kd8Zq0"


async def used(stage: Stage, ref: str, organisation: str = "hmrc", **changes: Any) -> None:
    """Three calls in November and one in January, of which the first was before the share began."""
    moments = [timedelta(days=-2), timedelta(hours=1), timedelta(hours=2), timedelta(days=60)]
    rows = [
        {
            "id": f"{organisation}-{number}",
            "logtime": (stage.now + after).isoformat(),
            "action": "Looked whether somebody may get Pension Credit",
            "receiverCode": "dwp",
            "receiverName": "Department for Work and Pensions",
            "grant": grant_id(ref),
            "subject": SUBJECT,
        }
        | changes
        for number, after in enumerate(moments)
    ]
    stage.now += timedelta(days=61)
    uses, troubles = check(rows, stage.now)
    assert not troubles
    async with stage.database.write() as connection:
        await use_log.keep(connection, organisation, uses, stage.now)


async def test_use_is_shown_beside_the_entry_in_the_figures_and_to_both_sides(stage: Stage) -> None:
    ref = await stage.active()
    stranger = stage.stranger()
    before = await stranger.get(f"/register/{ref}")
    assert "Last used on 23 November 2026" in before.text and "No call was told of" in before.text
    await used(stage, ref)
    entry = await stranger.get(f"/register/{ref}")
    assert "4 calls in the last 13 months" in entry.text and "and not people" in entry.text
    assert "Last used on 22 January 2027" in entry.text and "#what-for" in entry.links
    assert "January 2027 1 0" in entry.text and "November 2026 3 1" in entry.text
    version = await stranger.get(f"/register/{ref}/v/1")
    assert "How it is used" not in version.text or version.status == 200
    file = (await stranger.client.get(f"/register/{ref}/use.csv")).text.splitlines()
    assert file[0] == "ref,month,calls,flagged,last_use,as_of" and len(file) == 14
    assert [line.split(",")[1:5] for line in file if line.split(",")[2] != "0"][1:] == [
        ["2026-11", "3", "1", "2027-01-22"],
        ["2027-01", "1", "0", "2027-01-22"],
    ]
    assert (await stranger.get("/register/SC-2222-2222/use.csv")).status == 404
    for person in (stage.author("dwp-pension-credit"), stage.sender(ref)):
        page = await (await stage.signs_in(person)).get(f"/cases/{ref}/use")
        assert page.status == 200 and "Before the grant was in use" in page.text
        assert "Department for Work and Pensions" in page.text and "4, of these 1 not covered" in page.text
        assert SUBJECT not in page.html
    outsider = await stage.signs_in(stage.author("newham-council-tax-support"))
    assert (await outsider.get(f"/cases/{ref}/use")).status == 404
    assert SUBJECT not in entry.html and SUBJECT not in "".join(file)
    # §5: calls of the window, live grants and unused ones, each with its rows
    told = (await stranger.client.get("/api/v1/figures?demo=yes&from=2026-11-01")).json()["use"]
    assert [told[name] for name in ("grants", "unused", "calls", "calls_flagged")] == [1, 0, 4, 1]
    rows = (await stranger.client.get("/figures/rows.csv?demo=yes&from=2026-11-01&figure=calls")).text
    assert f",{ref}," in rows and rows.splitlines()[1].split(",")[5] == "4"
    stage.now += timedelta(days=91)
    told = (await stranger.client.get("/api/v1/figures?demo=yes&from=2027-01-01")).json()["use"]
    assert [told[name] for name in ("grants", "unused", "calls")] == [1, 1, 1]
    assert (
        "Live grants unused for 90 days" in (await stranger.get("/figures/rows?demo=yes&figure=unused")).text
    )
    today = london_date(stage.now)
    async with stage.database.read() as connection:
        asked = Asked(since=today - timedelta(days=200), until=today, demo=True)
        page = await figures_read.read(connection, asked, stage.now)
    assert page["use"]["calls"] == 4
    # a sum that was tampered with is found by the second count, from the rows; nothing else differs
    async with stage.database.write() as connection:
        await connection.execute(tables.use_days.update().values(calls=9))
    async with stage.database.read() as connection:
        differ = await figures_again.compare(connection, asked, stage.now)
    assert any("use.calls: counted again 4, kept 27" in line for line in differ)
    assert all("use.calls: " in line for line in differ)


async def test_a_review_is_prefilled_with_the_calls(stage: Stage) -> None:
    """§6: whoever reviews a share reads how often it was used, without asking anybody."""
    ref = await stage.active()
    await used(stage, ref)
    case = await stage.case(ref)
    review = next(task for task in case.tasks.values() if task.kind == "review")
    await stage.until(ref, review.due_at - timedelta(days=5))
    reviewer = await stage.signs_in(stage.holder("reviewer", organisation="dwp"))
    page = await reviewer.get(f"/cases/{ref}/acts/conclude_review")
    assert page.status == 200, page.text
    assert "4 calls in all, of these 1 not covered by a live grant" in page.text
    assert "2027-01: 1; 2026-11: 3" in page.text


async def test_the_demonstration_tells_of_use_once(stage: Stage) -> None:
    ref = await stage.active(pattern="one_by_one")
    stage.now += timedelta(days=70)
    assert 50 < await tell_use(stage.database, lambda: stage.now) < 200
    assert await tell_use(stage.database, lambda: stage.now) == 0
    async with stage.database.read() as connection:
        flags = (await connection.scalars(select(tables.use_rows.c.flag))).all()
    assert set(flags) == {""}
    page = await stage.stranger().get(f"/register/{ref}")
    assert "Calls in each month" in page.text
