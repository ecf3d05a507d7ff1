"""Requests brought in from a file: looked at, kept when somebody says so, once (§8)."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from domain.imports import QUESTIONS
from store import tables
from tests.ui.stage import Browser, Page, Stage

AMY = "p-amara-okafor"
FIXTURES = Path(__file__).parents[1] / "fixtures" / "imports"
TABLE = (FIXTURES / "requests.csv").read_bytes()
MARKET = (FIXTURES / "marketplace.json").read_bytes()


async def uploads(browser: Browser, content: bytes, kind: str = "csv", name: str = "requests.csv") -> Page:
    files = {"file": (name, content, "text/csv")}
    return Page(await browser.client.post("/requests/import", data={"kind": kind}, files=files))


async def keeps(browser: Browser, page: Page) -> Page:
    boxes = {key: (None, value) for key, value in page.hidden.items()}
    return Page(await browser.client.post("/requests/import/keep", files=boxes))


async def drafts(stage: Stage) -> list[Any]:
    async with stage.database.read() as connection:
        return list(
            (await connection.execute(select(tables.drafts).order_by(tables.drafts.c.saved_at))).all()
        )


async def test_looking_keeps_nothing_and_keeping_makes_drafts_once(stage: Stage) -> None:
    amy = await stage.signs_in(AMY)
    assert "/requests/import" in (await amy.get("/requests/new")).links
    assert (await amy.get("/requests/import")).h1 == ["Bring in requests from a file"]
    page = await uploads(amy, TABLE)
    assert page.status == 200 and "2 new drafts" in page.text and "Nothing has been kept yet." in page.text
    assert "Row 2: Widows and widowers" in page.text and "3 still to be answered" in page.text
    assert await drafts(stage) == []

    kept = await keeps(amy, page)
    assert kept.status == 200 and kept.h1 == ["2 drafts were made"]
    made = await drafts(stage)
    assert {row.author for row in made} == {AMY} and not any(row.submitted for row in made)
    async with stage.database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(tables.cases)) == 0
    ref = made[0].ref
    assert f"/requests/{ref}" in kept.links
    assert (await amy.get(f"/requests/{ref}/purpose")).values["title"] == made[0].answers["title"]

    await amy.post(f"/requests/{ref}/items", {"items": "Changed by hand"})
    again = await keeps(amy, page)
    assert again.h1 == ["0 drafts were made"] and "brought in before" in again.text
    looked = await uploads(amy, TABLE.replace(b"\n", b"\r\n"))
    assert "0 new drafts" in looked.text and f"/requests/{ref}" in looked.links and not looked.hidden
    assert {row.ref: row.answers["items"] for row in await drafts(stage)}[ref] == "Changed by hand"
    assert len(await drafts(stage)) == 2


async def test_a_mended_file_adds_only_what_was_mended(stage: Stage) -> None:
    amy = await stage.signs_in(AMY)
    lines = ["title,region", "One,London", "Two,Narnia"]
    page = await uploads(amy, "\n".join(lines).encode())
    assert "1 new draft" in page.text and "1 that cannot be taken until it is mended" in page.text
    assert "'Narnia' is none of its choices. Select where the people live" in page.text
    assert "Where they live" in page.text
    assert "has to be mended was not kept" in (await keeps(amy, page)).text
    mended = await uploads(amy, "\n".join([*lines[:2], "Two,Scotland"]).encode())
    assert "1 new draft" in mended.text and "Brought in before" in mended.text
    await keeps(amy, mended)
    assert sorted(row.answers["title"] for row in await drafts(stage)) == ["One", "Two"]


async def test_the_marketplace_tells_what_is_used_left_out_and_open(stage: Stage) -> None:
    page = await uploads(await stage.signs_in(AMY), MARKET, "marketplace", "shares.json")
    for words in (
        "Request 1: Monthly earnings",
        "Legal gateway: The power or gateway",
        "Data type: Sharecase tells",
    ):
        assert words in page.text
    assert "favourite-colour: Sharecase does not know this step." in page.text
    assert "Kind of use" in page.text


@pytest.mark.parametrize(
    ("content", "kind", "status", "told"),
    [
        (b"title,colour\nA,red", "csv", 422, "Column 2, 'colour', is no question of the form"),
        (b"", "csv", 422, "The file is empty"),
        (b"\xff\xfet\x00i\x00", "csv", 422, "not UTF-8 text"),
        (b"{", "marketplace", 422, "not JSON"),
        (TABLE, "guess", 422, "Select what is in the file"),
        (b"title\n" + b"x" * 1_200_000, "csv", 413, "larger than 900 KB"),
        (b"title\n" + b"x" * 950_000, "csv", 422, "larger than 900 KB"),
    ],
)
async def test_what_cannot_be_read_is_told_beside_the_box(
    stage: Stage, content: bytes, kind: str, status: int, told: str
) -> None:
    page = await uploads(await stage.signs_in(AMY), content, kind)
    assert page.status == status and told in page.text
    assert page.summary_links in (["#file"], ["#kind"])
    assert page.title.startswith("Error:")


async def test_no_file_and_no_form_at_all(stage: Stage) -> None:
    amy = await stage.signs_in(AMY)
    page = Page(await amy.client.post("/requests/import", data={"kind": "csv"}, files={"file": ("", b"")}))
    assert page.status == 422 and "Choose a file" in page.text and page.summary_links == ["#file"]
    assert (await amy.post("/requests/import", {"kind": "csv"})).status == 422
    broken = {"content-type": "multipart/form-data; boundary=x"}
    for body in (b"--x\r\nnonsense", b"", b"--x\r\n\r\n\r\n--x--\r\n"):
        for path in ("/requests/import", "/requests/import/keep"):
            assert (await amy.client.post(path, content=body, headers=broken)).status_code == 422
    nothing = {"content-type": "multipart/form-data"}
    assert (await amy.client.post("/requests/import", content=b"x", headers=nothing)).status_code == 422
    strange = {"text": (None, "title\n\ud800".encode("utf-8", "surrogatepass")), "kind": (None, "csv")}
    assert (await amy.client.post("/requests/import/keep", files=strange)).status_code in (200, 422)
    length = {**broken, "content-length": "many"}
    assert (await amy.client.post("/requests/import", content=b"x", headers=length)).status_code in (400, 422)


async def test_only_who_asks_for_data_brings_requests_in(stage: Stage) -> None:
    leader = await stage.signs_in(stage.holder("leader_3", organisation="hmrc"))
    assert (await leader.get("/requests/import")).status == 403
    assert (await uploads(leader, TABLE)).status == 403
    assert (await stage.stranger().get("/requests/import")).location.startswith("/sign-in")


async def test_what_a_cell_holds_is_only_text(stage: Stage) -> None:
    page = await uploads(await stage.signs_in(AMY), b'title\n"<script>alert(1)</script>"', name="<b>.csv")
    assert "<script>alert" not in page.html and "<b>.csv" not in page.html


async def test_every_question_of_the_form_is_a_column_that_the_page_names(stage: Stage) -> None:
    text = (await (await stage.signs_in(AMY)).get("/requests/import")).text
    assert all(key in text for key in QUESTIONS)
