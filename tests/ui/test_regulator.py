"""What the regulator and the auditor look at, and that for everybody else it is not there (P7, I9)."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from cli.verify import verify_file
from store import tables
from tests.ui.stage import Stage

AMY = "p-amara-okafor"
LOOKING = {"/regulator": "regulator", "/audit": "auditor"}


async def test_for_everybody_else_it_is_not_there(stage: Stage) -> None:
    ref = await stage.submitted()
    roles = ("requester", "sender_decider", "leader_3", "board", "operator", "regulator", "auditor")
    for path, role in {**LOOKING, f"/audit/{ref}": "auditor", f"/audit/{ref}.csv": "auditor"}.items():
        assert (await stage.stranger().get(path)).status == 303, path
        for other in roles:
            browser = await stage.signs_in(stage.holder(other))
            expected = 200 if other == role else 404
            assert (await browser.get(path)).status == expected, (path, other)


async def test_the_way_there_is_shown_to_those_who_may(stage: Stage) -> None:
    for path, role in LOOKING.items():
        assert path in (await (await stage.signs_in(stage.holder(role))).get("/inbox")).links
        assert path not in (await (await stage.signs_in(AMY)).get("/inbox")).links


# --- the regulator -------------------------------------------------------------------------------------------------


async def test_an_empty_page_says_so(stage: Stage) -> None:
    page = await (await stage.signs_in(stage.holder("regulator"))).get("/regulator")
    for sentence in (
        "No mediation waits for you.",
        "No team has reported a breach.",
        "No review was adverse.",
    ):
        assert sentence in page.text
    assert "both tables add up to 0 days" in page.text and "/regulator/packs?demo=yes" in page.links


async def test_a_mediation_a_breach_and_a_step_are_shown(stage: Stage) -> None:
    ref = await stage.active()
    regulator = stage.holder("regulator")
    title = stage.requests["pension-credit-take-up"]["title"]
    await stage.acts(regulator, ref, "start_mediation", reason="Three bodies raised the same concern.")
    page = await (await stage.signs_in(regulator)).get("/regulator")
    assert title in page.text and "No mediation waits for you." not in page.text
    owner = stage.requests["pension-credit-take-up"]["risk_owner"]
    browser = await stage.signs_in(owner)
    told = {
        "what": "A file went to the wrong mailbox.",
        "done": "It was called back.",
        "breach": "yes",
        "known_on-day": "23",
        "known_on-month": "11",
        "known_on-year": "2026",
        "known_time": "09:00",
    }
    assert (await browser.fills(f"/cases/{ref}/acts/report_incident", **told)).status == 303
    page = await (await stage.signs_in(regulator)).get("/regulator")
    assert "72 hours running" in page.text


async def test_days_by_holder_and_by_body_add_up(stage: Stage) -> None:
    await stage.active()
    ref = await stage.signed("discharge-care-leeds")
    await stage.working_days_pass(ref, 3)
    page = await (await stage.signs_in(stage.holder("regulator"))).get("/regulator")
    assert "Of the 1 case delivered or ended in the quarter" in page.text
    assert "No body alone 0" in page.text and "too few" in page.text


async def test_silence_at_the_top_is_shown(stage: Stage) -> None:
    ref = await stage.signed()
    for days in (10, 5, 5):
        await stage.working_days_pass(ref, days)
    page = await (await stage.signs_in(stage.holder("regulator"))).get("/regulator")
    assert "HM Revenue and Customs: 1 case" in page.text


# --- the auditor ---------------------------------------------------------------------------------------------------


async def test_cases_are_found_by_reference_body_and_stage(stage: Stage) -> None:
    first, other = await stage.submitted(), await stage.signed("discharge-care-leeds")
    auditor = await stage.signs_in(stage.holder("auditor"))
    everything = await auditor.get("/audit")
    assert {f"/audit/{first}", f"/audit/{other}"} <= set(everything.links)
    for query, found in (
        (f"ref={first[:7].lower()}", {first}),
        ("organisation=dwp", {first}),
        ("stage=with_sender", {other}),
        ("organisation=dwp&stage=with_sender", set()),
        ("ref=SC-NONE", set()),
    ):
        page = await auditor.get(f"/audit?{query}")
        links = {link for link in page.links if link.startswith("/audit/")}
        assert links == {f"/audit/{ref}" for ref in found}, query
    assert "No case is like that." in (await auditor.get("/audit?ref=SC-NONE")).text
    for query, field in (
        ("ref=%25", "#ref"),
        ("organisation=nobody", "#organisation"),
        ("stage=x", "#stage"),
    ):
        page = await auditor.get(f"/audit?{query}")
        assert page.status == 422 and page.summary_links == [field]


async def test_the_list_goes_on_page_by_page(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.oversight.PAGE", 2)
    refs = []
    for _ in range(3):
        refs.append(await stage.submitted())
        stage.now += timedelta(minutes=1)
    auditor = await stage.signs_in(stage.holder("auditor"))
    page = await auditor.get("/audit?organisation=dwp")
    shown = [link for link in page.links if link.startswith("/audit/")]
    assert shown == [f"/audit/{ref}" for ref in refs[:0:-1]]
    following = next(link for link in page.links if "after=" in link)
    assert "organisation=dwp" in following
    assert f"/audit/{refs[0]}" in (await auditor.get(following)).links


async def test_who_acted_as_what_and_what_was_refused(stage: Stage) -> None:
    ref = await stage.signed()
    page = await (await stage.signs_in(stage.holder("auditor"))).get(f"/audit/{ref}")
    assert "Judith Marchbanks the risk owner Sign for the risk web Applied" in page.text
    assert "Amara Okafor Submit the request web Applied" in page.text
    assert "Unbroken" in page.text and "0 refused, 0 for somebody" in page.text
    async with stage.database.write() as connection:
        c = tables.commands
        told = {"sentence": "Somebody has already decided this.", "type": "AlreadyDecided", "status": 409}
        await connection.execute(
            update(c).where(c.c.ref == ref, c.c.act == "sign_risk").values(state="refused", refusal=told)
        )
    page = await (await stage.signs_in(stage.holder("auditor"))).get(f"/audit/{ref}")
    assert "1 refused" in page.text and "Somebody has already decided this." in page.text


async def test_the_chain_of_a_case_is_recomputed(stage: Stage) -> None:
    """I9: a changed event is named, and so is one that is missing at the end."""
    ref = await stage.signed()
    auditor = await stage.signs_in(stage.holder("auditor"))
    assert "every one follows from the one before" in (await auditor.get(f"/audit/{ref}")).text
    e = tables.events
    async with stage.database.write() as connection:
        await connection.execute(update(e).where(e.c.ref == ref, e.c.seq == 3).values(actor="somebody"))
    page = await auditor.get(f"/audit/{ref}")
    assert "The chain is broken at event 3: event 3 was changed after it was written." in page.text
    async with stage.database.write() as connection:
        await connection.execute(e.delete().where(e.c.ref == ref, e.c.seq > 2))
    page = await auditor.get(f"/audit/{ref}")
    assert "The chain is broken at event 3: the case stands at event" in page.text
    assert (await auditor.get("/audit/SC-NONE-SUCH")).status == 404
    assert (await auditor.get("/audit/SC-NONE-SUCH.csv")).status == 404


async def test_the_exported_events_verify_anywhere_and_hold_no_words(
    stage: Stage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ref = await stage.refused("student-discount-newham")
    auditor = await stage.signs_in(stage.holder("auditor"))
    answer = await auditor.client.get(f"/audit/{ref}.csv")
    assert answer.headers["cache-control"] == "no-store"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [int(row["seq"]) for row in rows] == list(range(1, len(rows) + 1))
    request = stage.requests["student-discount-newham"]
    for words in (request["title"], request["purpose"], "Neighbours who work at the council"):
        assert words not in answer.text
    file = tmp_path / "events.csv"
    file.write_bytes(answer.content)
    assert verify_file(file) == 0
    assert f"{len(rows)} events: every one follows" in capsys.readouterr().out
    file.write_text(answer.text.replace("harm_outweighs", "safety_harm"), encoding="utf-8", newline="")
    assert verify_file(file) == 1 and "was changed after it was written" in capsys.readouterr().out
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    assert verify_file(file) == 2
    assert verify_file(tmp_path / "none.csv") == 2
