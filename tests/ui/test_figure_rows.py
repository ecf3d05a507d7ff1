"""E5: every number of the figures leads to its rows, and is worked out from them again."""

import csv
import io
import re
from datetime import timedelta
from html import unescape

from domain.figure_rows import SOURCES
from domain.figures import nearest_rank
from tests import figured
from tests.activities.recorded import RecordedLife
from tests.ui.stage import MANIFEST, Browser, Stage

CELL = re.compile(r"<td[^>]*app-numbers[^>]*>(.*?)</td>", re.S)
LINK = re.compile(r'<a class="govuk-link[^"]*" href="([^"]+)" aria-label="([^"]+)">([\d,]+)</a>')
TITLE = "Private pension income of people who may be missing Pension Credit"


async def busy(stage: Stage) -> None:
    """Enough lives that percentiles are told: delivered, refused and waiting, each at its own pace."""
    for number in range(24):
        life = RecordedLife(stage.database, ref=f"SC-BUSY-{number:04}")
        life.submit()
        life.working_days_pass(number % 5)
        life.sign_risk()
        if number == 12:
            life.refuse()
        elif number < 12:
            life.working_days_pass(number % 4)
            life.approve()
            life.deliver()
            life.confirm()
        said = {"residual": "so many words " * number}
        manifest = {"rows": 40 + number} | ({"minutes": 10 * number} if number > 1 else {})
        await figured.keep(
            life, {"sign_risk": said, "record_delivery": manifest, "confirm_receipt": manifest}
        )
    stage.now = life.now + timedelta(days=130)


async def rows_of(browser: Browser, address: str) -> list[dict[str, str]]:
    answer = await browser.client.get(unescape(address).replace("/figures/rows?", "/figures/rows.csv?"))
    assert answer.status_code == 200, address
    return list(csv.DictReader(io.StringIO(answer.text)))


def worked_out(of: str, rows: list[dict[str, str]]) -> int:
    numbers = [int(row["number"]) for row in rows]
    if of == "n":
        return len(numbers)
    if of == "total":
        return sum(numbers)
    if of == "longest":
        return max(numbers)
    percent = {"median": 50, "p90": 90}[of]
    ordered = dict.fromkeys(sorted(numbers), 0)
    for number in numbers:
        ordered[number] += 1
    marked = [int(row["number"]) for row in rows if row["is_it"] == "yes"]
    assert marked == [nearest_rank(ordered, percent)]
    return marked[0]


async def test_every_number_on_the_page_is_worked_out_from_its_rows(stage: Stage) -> None:
    await busy(stage)
    browser = stage.stranger()
    page = await browser.get("/figures?demo=yes&from=2026-11-01")
    assert page.status == 200
    programmes = page.html.index('aria-label="Programmes"')  # they lead to pages of their own
    per_100 = CELL.findall(page.html[page.html.index("of 100 approvals") :])[0]  # of the two numbers above it
    for cell in CELL.findall(page.html[:programmes].replace(f">{per_100}<", "><")):
        said = re.sub(r"<[^>]+>", "", cell).strip()
        assert "<a " in cell or said in ("0", "–", "too few", ""), cell
    links = LINK.findall(page.html[:programmes])
    assert len(links) > 60
    seen: set[tuple[str, str]] = set()
    for address, label, text in links:
        asked = dict(part.split("=") for part in unescape(address).partition("?")[2].split("&"))
        of = asked.get("of", "total")
        rows = await rows_of(browser, address)
        assert worked_out(of, rows) == int(text.replace(",", "")), (label, address)
        seen.add((asked["figure"], of))
    figures = {figure for figure, _ in seen}
    assert figures >= {"received", "delivered", "open_at_end", "cost_words", "cost_minutes", "rows", "harm"}
    assert {of for _, of in seen} == {"total", "n", "median", "p90", "longest"}
    assert figures <= set(SOURCES)


async def test_decided_afresh_is_what_did_not_rely(stage: Stage) -> None:
    await busy(stage)
    browser = stage.stranger()
    told = (await browser.client.get("/api/v1/figures?demo=yes")).json()["reliance"]
    fresh = worked_out("total", await rows_of(browser, "/figures/rows?demo=yes&figure=fresh"))
    assert fresh == told["approvals"] - told["by_reliance"]
    assert told["decisions_per_100"] == round(100 * fresh / told["approvals"])


async def test_a_percentile_leads_to_the_row_that_it_is(stage: Stage) -> None:
    await busy(stage)
    page = await stage.stranger().get("/figures/rows?figure=open&of=median&demo=yes")
    assert page.html.count('govuk-tag--blue">Median') == 1
    assert "Not in the public register" in page.text and TITLE not in page.text
    few = await stage.stranger().get("/figures/rows?figure=declined&of=median&demo=yes")
    assert "too few. No percentile is given of fewer than 10 cases." in few.text


async def test_the_rows_say_as_of_when_and_by_which_definitions(stage: Stage) -> None:
    ref = await stage.active()
    rows = await rows_of(stage.stranger(), "/figures/rows?figure=delivered&demo=yes")
    assert [row["ref"] for row in rows] == [ref]
    assert rows[0]["definitions"] == "2026-3" and rows[0]["as_of"]
    assert rows[0]["number"] == "1" and rows[0]["unit"] == "times"


async def test_few_citizens_are_told_in_no_row(stage: Stage) -> None:
    """A count of people under 5 is not told, nor can it be worked out from the other rows."""
    few, many = await stage.submitted(people_per_day="3"), await stage.submitted(people_per_day="200")
    assert few != many
    page = await stage.stranger().get("/figures?demo=yes")
    assert "People a day whom open cases concern 203" in page.text
    for figure in ("affected", "harm"):
        rows = await rows_of(stage.stranger(), f"/figures/rows?figure={figure}&demo=yes")
        assert [row["number"] for row in rows] == ["", ""]
        shown = await stage.stranger().get(f"/figures/rows?figure={figure}&demo=yes")
        assert "not told case by case here" in shown.text and "200" not in shown.text


async def test_fewer_than_five_rows_of_a_delivery_are_not_told(stage: Stage) -> None:
    ref = await stage.approved()
    few = {**MANIFEST, "rows": "3"}
    await stage.acts(stage.sender(ref), ref, "record_delivery", **few)
    await stage.acts("p-amara-okafor", ref, "confirm_receipt", **few)
    told = (await stage.stranger().client.get("/api/v1/figures?demo=yes")).json()["use"]
    assert (told["rows"], told["few_rows"], told["shares"], told["active"]) == (None, True, 1, 1)
    assert "Rows at the first delivery fewer than 5" in (await stage.stranger().get("/figures?demo=yes")).text
    rows = await rows_of(stage.stranger(), "/figures/rows?figure=rows&demo=yes")
    assert [row["number"] for row in rows] == [""]


async def test_no_such_rows(stage: Stage) -> None:
    browser = stage.stranger()
    assert (await browser.get("/figures/rows?figure=received&of=most")).status == 404
    assert (await browser.get("/figures/rows?figure=programme")).status == 404
    assert (await browser.get("/figures/rows?figure=programme&programme=%00")).status == 404
    assert (await browser.get("/figures/rows.csv?figure=received&from=x")).status == 422
    assert (await browser.get("/figures/rows?figure=received&page=99999999999")).status == 200
