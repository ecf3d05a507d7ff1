"""The public register as pages, CSV and Atom: found, paged, counted, cited; nobody named, no cookie (P2r, G7, I10)."""

import csv
import io
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from sqlalchemy import event, select

from domain.case import Stage as CaseStage
from store import registry, shapes, tables
from tests.registered import NORTH, NOW, WALES, YORK, put, row
from tests.ui.stage import MANIFEST, Stage
from ui.csv_files import cell
from ui.register_files import COLUMNS

ATOM = "{http://www.w3.org/2005/Atom}"
ROOT = "SC-T000-AAAA"


async def test_the_register_is_public_and_names_nobody(stage: Stage) -> None:
    """P2r, I10: in every format, with no cookie."""
    ref = await stage.active()
    stranger = stage.stranger()
    async with stage.database.read() as connection:
        names = [each.name for each in await connection.execute(select(tables.people.c.name))]
    for path in (
        "/register", f"/register/{ref}", f"/register/{ref}/v/1", "/register?state=active", "/register/alarms",
        "/register.csv", "/register.atom",
    ):  # fmt: skip
        page = await stranger.get(path)
        assert page.status == 200 and "set-cookie" not in page.response.headers, path
        assert "Private pension income" in page.html or path == "/register/alarms", path
        assert not [name for name in names if name in page.html], path
    entry = await stranger.get(f"/register/{ref}")
    assert (
        "Risk owner, Pension Credit take-up" in entry.text
        and "12 months after the first delivery" in entry.text
    )
    assert "This is an earlier version" in (await stranger.get(f"/register/{ref}/v/1")).text
    for missing in (
        "/register/SC-2222-2222",
        f"/register/{ref}/v/9",
        f"/register/{ref}/v/0",
        f"/register/{ref}/v/x",
    ):
        assert (await stranger.get(missing)).status == 404


async def test_nothing_is_registered_before_it_is_approved(stage: Stage) -> None:
    ref = await stage.signed()
    stranger = stage.stranger()
    assert (await stranger.get(f"/register/{ref}")).status == 404
    assert "There is no share in the register yet" in (await stranger.get("/register")).text
    for path in ("/register.csv", "/register.atom"):
        assert ref not in (await stranger.get(path)).html


async def test_what_was_withdrawn_or_ended_says_when_and_why(stage: Stage) -> None:
    """G7: a tombstone, never a deletion; what was never delivered does not read as approved."""
    ref = await stage.approved()
    await stage.acts("p-amara-okafor", ref, "withdraw", reason="The pilot was cancelled.")
    page = await stage.stranger().get(f"/register/{ref}")
    assert (
        "Withdrawn before delivery" in page.text and "This share is over since 23 November 2026." in page.text
    )
    assert "The receiving body withdrew it before any data was delivered." in page.text
    assert "The pilot was cancelled" not in page.text

    other = await stage.active()
    await stage.acts(
        stage.requests["pension-credit-take-up"]["risk_owner"],
        other,
        "end_share",
        reason="The service closed.",
    )
    page = await stage.stranger().get(f"/register/{other}")
    assert "The receiving body ended it before its agreed end." in page.text
    assert "Rely on this decision" not in page.text


async def test_pages_keep_what_was_asked_and_lose_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "PAGE", 2)
    many = [row(number) for number in range(5)]
    await put(stage.database, [*many, row(9, state="ended"), row(10, title="Something else", items=["x"])])
    refs = [each["ref"] for each in many]
    browser = stage.stranger()
    seen: list[str] = []
    path = "/register?q=share+pens&state=active&region=E12000003&demo=yes"
    while path:
        page = await browser.get(path)
        assert page.status == 200 and page.values["q"] == "share pens", page.text
        assert "Yorkshire and the Humber" in page.text
        seen += [link.rpartition("/")[2] for link in page.links if link.rpartition("/")[2].startswith("SC-T")]
        path = next((link for link in page.links if "after=" in link), "")
    assert seen == sorted(refs, reverse=True)


async def test_what_cannot_be_taken_is_named_and_kept(stage: Stage) -> None:
    await put(stage.database, [row(1)])
    browser = stage.stranger()
    page = await browser.get("/register?q=%3F%3F%3F&state=nonsense&root=a+b&receiving=dwp")
    assert page.status == 422 and page.title.startswith("Error: ")
    assert page.summary_links == ["#q", "#state", "#root"]
    assert page.text.count("Search: enter letters or numbers, 200 characters or fewer") == 2
    assert "State: choose one from the list" in page.text
    assert (page.values["q"], page.values["root"]) == ("???", "a b")
    assert '<option value="dwp" selected>' in page.html
    for path in ("/register.csv?state=nonsense", "/register.atom?state=nonsense"):
        answer = (await browser.get(path)).response
        assert (answer.status_code, answer.headers["content-type"]) == (422, "text/plain; charset=utf-8")
        assert answer.text.startswith("state: Send one of these: 'approved'")
    assert (await browser.get("/register?after=nonsense")).status == 422


async def test_nothing_found_says_what_to_do(stage: Stage) -> None:
    await put(stage.database, [row(1)])
    page = await stage.stranger().get("/register?q=zebra&state=active")
    assert page.status == 200 and "Try fewer words" in page.text
    assert "/register?state=active" in page.links and "/register?q=zebra" in page.links


async def test_a_hostile_search_is_only_words(stage: Stage) -> None:
    await put(stage.database, [row(1)])
    browser = stage.stranger()
    for q in (
        "<script>alert(1)</script>",
        "'; drop table register; --",
        "%",
        "a%",
        "\x00pension",
        "é" * 300,
        "SC-%",
    ):
        page = await browser.get(str(browser.client.base_url.copy_with(path="/register", params={"q": q})))
        assert page.status in (200, 422), q
        assert "<script>alert" not in page.html


# --- reliance ----------------------------------------------------------------------------------------------------


async def many_rely(stage: Stage) -> None:
    relying = [
        row(number, root=ROOT, lane="reliance", region=WALES if number % 2 else NORTH)
        for number in range(1, 220)
    ]
    await put(stage.database, [row(0, title="The decision everybody relies on"), *relying])


async def test_a_root_with_219_reliers_stays_readable(stage: Stage) -> None:
    await many_rely(stage)
    asked: list[Any] = []
    event.listen(stage.database.engine.sync_engine, "before_cursor_execute", lambda *each: asked.append(each))
    page = await stage.stranger().get(f"/register/{ROOT}")
    assert "Relied on by 219 live shares" in page.text and "Ministerial department 219" in page.text
    assert f"/register?root={ROOT}" in page.links
    assert len([link for link in page.links if "SC-T" in link]) < 12 and len(page.html) < 40_000
    assert len([each for each in asked if each[2].startswith("SELECT")]) <= 12  # two of them of its use
    asked.clear()
    listed = await stage.stranger().get(f"/register?root={ROOT}")
    assert listed.text.count("Relies on SC-T000-AAAA") == registry.PAGE
    assert len([each for each in asked if each[2].startswith("SELECT")]) <= 10
    found = await stage.stranger().get("/register?q=everybody+relies")
    assert "Relied on by 219" in found.text


async def test_a_live_decision_can_be_relied_on(stage: Stage) -> None:
    await put(stage.database, [row(0), row(1, state="approved"), row(2, state="suspended")])
    button = "/requests/new?root={}"
    browser = stage.stranger()
    assert button.format(ROOT) in (await browser.get(f"/register/{ROOT}")).links
    for number in (1, 2):
        page = await browser.get(f"/register/SC-T00{number}-AAAA")
        assert not [link for link in page.links if link.startswith("/requests/new")]


async def test_what_relies_points_to_its_root_and_says_when_that_has_moved(stage: Stage) -> None:
    """P2: never a chain."""
    old, new = {**row(0), "latest": False}, {**row(3, ref=ROOT), "version": 2}
    await put(stage.database, [old, new, row(1, root=ROOT)])
    page = await stage.stranger().get("/register/SC-T001-AAAA")
    assert f"/register/{ROOT}/v/1" in page.links and "its latest version is 2, active" in page.text
    assert f"/requests/new?root={ROOT}" in page.links and "/requests/new?root=SC-T001-AAAA" not in page.links
    assert "Who relies on this decision" not in page.text


async def test_a_root_that_is_over_is_told_and_cannot_be_relied_on(stage: Stage) -> None:
    await put(stage.database, [row(0, state="ended"), row(1, root=ROOT)])
    page = await stage.stranger().get("/register/SC-T001-AAAA")
    assert "That decision is over: ended." in page.text
    assert not [link for link in page.links if link.startswith("/requests/new")]


# --- alarms and exemptions ---------------------------------------------------------------------------------------


async def test_an_alarm_is_public_and_shown_on_its_entries(stage: Stage) -> None:
    senders = ("hmrc", "leeds", "dvla")
    shares = [
        row(number, region=region, sending_organisation=sender, items=["NHS number", f"x{number}"])
        for number, (region, sender) in enumerate(zip((YORK, NORTH, WALES), senders, strict=True))
    ]
    await put(stage.database, [*shares, row(7, items=["address"])])
    async with stage.database.write() as connection:
        await registry.sound_alarms(connection, NOW, "dwp")
    browser = stage.stranger()
    page = await browser.get("/register/alarms")
    assert (
        "Department for Work and Pensions Demonstration NHS number North West England, Yorkshire" in page.text
    )
    assert [each["ref"] for each in shares] == [link[10:] for link in page.links if "SC-T" in link]
    assert "Shares that add up to a national dataset : 1 now" in (await browser.get("/register")).text
    warned = await browser.get("/register/SC-T001-AAAA")
    assert "now receives “NHS number” from 3 regions" in warned.text and "/register/alarms" in warned.links
    assert "may be a national dataset" not in (await browser.get("/register/SC-T007-AAAA")).text
    [told] = (await browser.client.get("/api/v1/alarms")).json()["alarms"]
    assert (told["body"], told["item"], told["holds"]) == (
        "Department for Work and Pensions",
        "nhs number",
        True,
    )

    async with stage.database.write() as connection:
        r = tables.register.c
        await connection.execute(tables.register.update().where(r.ref == ROOT).values(state="ended"))
        await registry.sound_alarms(connection, NOW, "dwp")
    page = await browser.get("/register/alarms")
    assert "No longer so" in page.text and "Fewer than three now" in page.text
    assert "may be a national dataset" not in (await browser.get("/register/SC-T001-AAAA")).text
    assert not (await browser.client.get("/api/v1/alarms")).json()["alarms"][0]["holds"]


async def test_no_alarm_says_so(stage: Stage) -> None:
    assert "No body receives the same item" in (await stage.stranger().get("/register/alarms")).text


async def test_shares_kept_out_are_counted_by_sender_and_nothing_else(stage: Stage) -> None:
    """P2r: how many, and until when at the latest."""
    ref = await stage.signed()
    assert "kept out of the register" not in (await stage.stranger().get("/register")).text
    case = await stage.case(ref)
    kept = shapes.case_to_json(case) | {"stage": "active", "exempt_until": "2027-03-31"}
    async with stage.database.write() as connection:
        c = tables.cases
        await connection.execute(c.update().where(c.c.ref == ref).values(stage=CaseStage.ACTIVE, state=kept))
    page = await stage.stranger().get("/register")
    assert "Shares kept out of the register for now: 1" in page.text
    assert "HM Revenue and Customs Demonstration 1 31 March 2027" in page.text
    assert ref not in page.html and case.ref not in page.html and "Department for Work" not in page.text
    told = (await stage.stranger().client.get("/api/v1/exemptions")).json()["exemptions"]
    assert told == [{"body": "HM Revenue and Customs", "demo": True, "shares": 1, "until": "2027-03-31"}]


# --- to take away ------------------------------------------------------------------------------------------------


async def test_csv_has_every_match_once_and_no_formula(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "BATCH", 50)
    await many_rely(stage)
    await put(
        stage.database, [row(500, title='=HYPERLINK("http://x")', items=["+1", "name, first"], demo=False)]
    )
    answer = (await stage.stranger().get("/register.csv")).response
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert not answer.content.startswith(b"\xef\xbb\xbf") and b"\r\n" in answer.content
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    assert tuple(lines[0]) == COLUMNS and len({each["ref"] for each in lines}) == len(lines) == 221
    by_ref = {each["ref"]: each for each in lines}
    assert by_ref[ROOT]["relied_on_by"] == "219"
    assert (by_ref["SC-T007-AAAA"]["root"], by_ref["SC-T007-AAAA"]["root_version"]) == (ROOT, "1")
    odd = by_ref["SC-T500-AAAA"]
    assert (odd["title"], odd["items"], odd["demo"]) == (
        '\'=HYPERLINK("http://x")',
        "'+1 | name, first",
        "no",
    )
    assert odd["address"] == "http://localhost:8000/register/SC-T500-AAAA/v/1"
    some = (await stage.stranger().get("/register.csv?demo=no&q=hyperlink")).html
    assert len(some.splitlines()) == 2


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(first: str) -> None:
    assert cell(f"{first}1+1") == f"'{first}1+1"
    assert cell(f"a{first}") == f"a{first}"


def test_every_column_is_documented() -> None:
    from tests.test_house_rules import HOUSE

    text = (
        (HOUSE / "docs/register.md")
        .read_text(encoding="utf-8")
        .partition("## CSV")[2]
        .partition("## Atom")[0]
    )
    listed = " ".join(text.partition("Columns, in order:")[2].partition("New columns")[0].split())
    assert [each.strip("`.") for each in listed.split(", ")] == list(COLUMNS)


async def test_the_feed_is_valid_and_its_ids_never_change(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RFC 4287: id, title, updated, author, links; one id for each version."""
    monkeypatch.setattr(registry, "PAGE", 3)
    await put(stage.database, [row(number, title=f"Share & <{number}> \x0b") for number in range(5)])
    browser = stage.stranger()
    answer = (await browser.get("/register.atom")).response
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    again = await browser.client.get("/register.atom", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    feed = fromstring(answer.content)
    assert feed.tag == f"{ATOM}feed" and feed.findtext(f"{ATOM}author/{ATOM}name")
    entries = feed.findall(f"{ATOM}entry")
    assert [each.findtext(f"{ATOM}title") for each in entries] == [
        f"Share & <{n}> : active" for n in (4, 3, 2)
    ]
    assert (
        feed.findtext(f"{ATOM}updated")
        == entries[0].findtext(f"{ATOM}updated")
        == "2026-11-23T10:04:00.000000Z"
    )
    ids = [each.findtext(f"{ATOM}id") for each in [feed, *entries]]
    assert len(set(ids)) == 4 and all(each and each.startswith("urn:uuid:") for each in ids)
    links = {each.get("rel"): each.get("href") for each in feed.findall(f"{ATOM}link")}
    assert links["self"] == "http://localhost:8000/register.atom"
    version = entries[0].find(f"{ATOM}link")
    assert version is not None and version.get("href") == "http://localhost:8000/register/SC-T004-AAAA/v/1"

    older = fromstring((await browser.get(str(links["next"]).removeprefix("http://localhost:8000"))).html)
    assert len(older.findall(f"{ATOM}entry")) == 2
    async with stage.database.write() as connection:
        await connection.execute(
            tables.register.update().where(tables.register.c.version == 1).values(latest=False)
        )
    await put(stage.database, [{**row(9, ref="SC-T004-AAAA"), "version": 2}])
    feed = fromstring((await browser.get("/register.atom")).html)
    assert feed.findtext(f"{ATOM}id") == ids[0]
    assert feed.findtext(f"{ATOM}entry/{ATOM}id") not in ids
    filtered = fromstring((await browser.get("/register.atom?state=ended")).html)
    assert filtered.findtext(f"{ATOM}id") != ids[0] and filtered.findtext(f"{ATOM}updated")


async def test_pages_name_their_other_formats(stage: Stage) -> None:
    await put(stage.database, [row(0)])
    head = (await stage.stranger().get("/register?state=active")).html.partition("</head>")[0]
    for kind, path in {
        "application/atom+xml": "/register.atom",
        "text/csv": "/register.csv",
        "application/json": "/api/v1/register",
    }.items():
        assert f'rel="alternate" type="{kind}"' in head and f'href="{path}?state=active"' in head
    head = (await stage.stranger().get(f"/register/{ROOT}")).html.partition("</head>")[0]
    assert f'href="/api/v1/register/{ROOT}"' in head
    assert (
        "To cite this version: http://localhost:8000/register/SC-T000-AAAA/v/1"
        in (await stage.stranger().get(f"/register/{ROOT}")).text
    )


async def test_both_receipts_are_in_no_entry(stage: Stage) -> None:
    ref = await stage.active()
    text = (await stage.stranger().get(f"/register/{ref}")).html
    assert MANIFEST["checksum"] not in text
