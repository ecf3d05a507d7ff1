"""Risk appetite on pages (P8): what anybody reads, what a leader states, and the cover note on a case."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from domain.appetite import QUESTIONS, level_of, text_of
from store import appetite, tables
from tests.ui.stage import SIGNATURE, Browser, Page, Stage

AMY, PRIYA, SUNITA = "p-amara-okafor", "p-priya-raghunathan", "p-sunita-kolhatkar"
HERE = "/appetite/hmrc"
HELP = "proactive_help"


def boxes(page: Page, **changes: Any) -> dict[str, Any]:
    """The form of a body that has a statement, as its leader finds it, with the levels a browser would send."""
    levels = {each.id: "open" for each in QUESTIONS if each.kind == "choice"}
    return {**levels, **page.values, **page.hidden, "agree": "yes", **changes}


async def states(browser: Browser, path: str = HERE, **changes: Any) -> Page:
    page = await browser.get(f"{path}/state")
    assert page.status == 200, page.text
    return await browser.post(f"{path}/state", boxes(page, **changes))


async def versions(stage: Stage) -> int:
    async with stage.database.read() as connection:
        query = select(func.count()).select_from(tables.appetite)
        return await connection.scalar(query.where(tables.appetite.c.organisation == "hmrc")) or 0


# --- reading ------------------------------------------------------------------------------------------------------


async def test_anybody_reads_what_counts_and_what_counted_before(stage: Stage) -> None:
    stranger = stage.stranger()
    page = await stranger.get("/appetite")
    assert "HM Revenue and Customs : version 1, in force since 12 March 2024" in page.text
    assert "Driver and Vehicle Licensing Agency : No risk-appetite statement" in page.text
    page = await stranger.get("/appetite/dwp")
    assert "Version 2, signed by leader 3 on 17 March 2025" in page.text
    assert {"/appetite/dwp/v/1", "/appetite/dwp/v/2"} <= set(page.links)
    assert "followed by a later version" in (await stranger.get("/appetite/dwp/v/1")).text
    assert f"{HERE}/state" not in (await stranger.get(HERE)).links
    page = await stranger.get("/appetite/dvla")
    assert page.status == 200 and "No risk-appetite statement" in page.text


async def test_machines_read_the_same(stage: Stage) -> None:
    client = stage.stranger().client
    listed = (await client.get("/api/v1/appetite")).json()["bodies"]
    by_id = {each["organisation"]: each for each in listed}
    assert by_id["dvla"]["in_force"] is None and by_id["dwp"]["in_force"]["version"] == 2
    found = (await client.get("/api/v1/appetite/dwp")).json()
    assert [each["version"] for each in found["versions"]] == [2, 1] and found["demo"]
    one = (await client.get(found["versions"][1]["href"])).json()
    assert one["version"] == 1 and len(one["lines"]) == 7 and one["signed_as"] == "leader_3"


@pytest.mark.parametrize(
    "path",
    ["/appetite/nobody", "/appetite/dwp/v/3", "/appetite/dwp/v/x", "/appetite/%00", "/appetite/nobody/v/1"],
)
async def test_what_is_not_there_is_not_found(stage: Stage, path: str) -> None:
    assert (await stage.stranger().get(path)).status == 404


# --- who may ------------------------------------------------------------------------------------------------------


async def test_only_a_leader_of_the_body_states_it(stage: Stage) -> None:
    """Who leads no body hears the same whether there is such a body or not; a stranger is asked who they are."""
    assert (await stage.stranger().get(f"{HERE}/state")).status == 303
    for person in (AMY, PRIYA, stage.holder("operator"), stage.holder("leader_3", organisation="dwp")):
        browser = await stage.signs_in(person)
        assert (await browser.get(f"{HERE}/state")).status == 403, person
        assert (await browser.post(f"{HERE}/state", {"command": "0" * 32, "seen": "1"})).status == 403
        unknown = 404 if person == stage.holder("leader_3", organisation="dwp") else 403
        assert (await browser.get("/appetite/nobody/state")).status == unknown
        assert (await browser.post("/appetite/nobody/state", {})).status == unknown
    assert await versions(stage) == 1


# --- stating ------------------------------------------------------------------------------------------------------


async def test_a_new_version_counts_from_the_next_working_day_and_edits_nothing(stage: Stage) -> None:
    stage.now += timedelta(days=4)  # a Friday
    sunita = await stage.signs_in(SUNITA)
    page = await sunita.get(f"{HERE}/state")
    assert "You sign version 2 as leader 3" in page.text and "from Monday 30 November 2026" in page.text
    assert page.values["text"].startswith("Taxpayer confidentiality is the law")
    done = await states(sunita, **{level_of(HELP): "eager"})
    assert done.status == 303
    shown = await sunita.get(done.location)
    assert "Stated. Version 2 counts from the day that stands beside it" in shown.text
    assert "counts from Monday 30 November 2026" in shown.text
    assert "Version 1, signed by leader 3" in shown.text, "until then the one before counts"
    async with stage.database.read() as connection:
        one, two = await appetite.versions_of(connection, "hmrc")
        assert (await appetite.in_force(connection, date(2026, 11, 29)))["hmrc"] == one
        assert (await appetite.in_force(connection, date(2026, 11, 30)))["hmrc"] == two
    assert one.lines[HELP].level == "open" and two.lines[HELP].level == "eager"
    assert "Open" in (await stage.stranger().get(f"{HERE}/v/1")).text


async def test_a_scottish_body_goes_by_its_own_calendar(stage: Stage) -> None:
    """G3: St Andrew's Day is no working day in Scotland."""
    stage.now += timedelta(days=4)
    leader = await stage.signs_in(stage.holder("leader_1", organisation="south-lanarkshire"))
    page = await leader.get("/appetite/south-lanarkshire/state")
    assert "You sign version 2 as leader 1" in page.text and "from Tuesday 1 December 2026" in page.text


async def test_what_was_typed_is_kept_beside_what_is_wrong(stage: Stage) -> None:
    sunita = await stage.signs_in(SUNITA)
    wrong = await states(sunita, **{"text": "We expect some risk.", text_of(HELP): "", "agree": ""})
    assert wrong.status == 422 and wrong.title.startswith("Error: ")
    assert set(wrong.summary_links) == {f"#{text_of(HELP)}", "#agree"}
    assert "Enter what that means in your body: offer help before people ask" in wrong.text
    assert wrong.values["text"] == "We expect some risk." and wrong.values[level_of(HELP)] == "open"
    assert await versions(stage) == 1
    mended = await sunita.post(
        f"{HERE}/state", boxes(wrong, **{text_of(HELP): "Letters first."})
    )  # the same command, since nothing was kept
    assert mended.status == 303 and await versions(stage) == 2


async def test_a_name_in_it_is_refused(stage: Stage) -> None:
    """I10."""
    sunita = await stage.signs_in(SUNITA)
    wrong = await states(sunita, **{text_of(HELP): "Ask Priya  RAGHUNATHAN first."})
    assert wrong.status == 422 and f"#{text_of(HELP)}" in wrong.summary_links
    assert "Take the name out" in wrong.text and await versions(stage) == 1


async def test_nothing_changed_is_said_and_a_repeat_changes_nothing(stage: Stage) -> None:
    sunita = await stage.signs_in(SUNITA)
    page = await sunita.get(f"{HERE}/state")
    same = await sunita.post(f"{HERE}/state", {**page.values, **page.hidden, "agree": "yes"})
    assert same.status == 422 and "This is the statement as it is" in same.text
    sent = boxes(page, text="We expect some risk.")
    for _ in range(2):
        assert (await sunita.post(f"{HERE}/state", sent)).status == 303
    assert await versions(stage) == 2
    other = await sunita.post(f"{HERE}/state", {**sent, "text": "Another text."})
    assert other.status == 409 and await versions(stage) == 2


async def test_a_stale_page_is_told_so(stage: Stage) -> None:
    sunita, bethan = await stage.signs_in(SUNITA), await stage.signs_in("p-bethan-lowther-rees")
    old = await bethan.get(f"{HERE}/state")
    assert (await states(sunita, text="We expect some risk.")).status == 303
    late = await bethan.post(f"{HERE}/state", boxes(old, text="We expect none."))
    assert late.status == 409 and "A newer version of this statement was made" in late.text
    assert late.values["text"] == "We expect none." and await versions(stage) == 2
    assert (await bethan.post(f"{HERE}/state", boxes(late, text="We expect none."))).status == 303
    assert (await bethan.post(f"{HERE}/state", {"text": "x"})).status == 422, (
        "a page without its hidden fields"
    )


# --- cover notes --------------------------------------------------------------------------------------------------


async def test_a_decision_within_the_appetite_has_a_cover_note(stage: Stage) -> None:
    ref = await stage.signed()
    browser = await stage.signs_in(PRIYA)
    note = "Cover note: a decision to share is within version 1 of HM Revenue and Customs' appetite for"
    for path in (f"/cases/{ref}", f"/cases/{ref}/acts/approve", f"/cases/{ref}/acts/refuse"):
        page = await browser.get(path)
        assert note in page.text and "/appetite/hmrc/v/1" in page.links, path
        assert "version 2 of Department for Work and Pensions' appetite" in page.text, path
    assert "Cover note" not in (await browser.get(f"/cases/{ref}/acts/ask")).text
    await stage.acts(PRIYA, ref, "approve", delivered="no")
    page = await (await stage.signs_in(AMY)).get(f"/cases/{ref}")
    assert "Cover note: this decision is within version 1 of HM Revenue and Customs' appetite" in page.text


async def test_outside_it_a_leader_has_to_say_so(stage: Stage) -> None:
    sunita = await stage.signs_in(SUNITA)
    assert (await states(sunita, **{level_of(HELP): "minimal"})).status == 303
    before = await stage.signed()
    page = await (await stage.signs_in(PRIYA)).get(f"/cases/{before}")
    assert "Outside the appetite" not in page.text, "the version of the day it was submitted counts"
    stage.now += timedelta(days=1)
    ref = await stage.signed(people_band="over_1m", severity="low")
    page = await (await stage.signs_in(PRIYA)).get(f"/cases/{ref}")
    assert "Outside the risk appetite of HM Revenue and Customs. In version 2" in page.text
    assert (
        "If the sending team would share, leader 3 of HM Revenue and Customs has to sign it off." in page.text
    )
    assert "Outside the appetite: HM Revenue and Customs, leader 3 has to say so" in page.text
    assert "/appetite/hmrc/v/2" in page.links and "This request needs an open appetite at least." in page.text


async def test_no_statement_is_a_badge(stage: Stage) -> None:
    async with stage.database.write() as connection:
        await connection.execute(tables.appetite.delete().where(tables.appetite.c.organisation == "hmrc"))
    ref = await stage.signed()
    page = await (await stage.signs_in(PRIYA)).get(f"/cases/{ref}")
    assert "No risk-appetite statement: HM Revenue and Customs" in page.text
    assert "there is no cover note. If the sending team would share, leader 1 of HM Revenue" in page.text


# --- a leader is asked (P8) ---------------------------------------------------------------------------------------

NEWHAM, RULED = "pay-rises-newham", "flood-letters-cornwall"


async def test_the_check_page_says_who_has_to_stand_behind_it(stage: Stage) -> None:
    ref, browser = await stage.drafted(NEWHAM)
    page = await browser.get(f"/requests/{ref}/check")
    newham = "London Borough of Newham"
    assert (
        f"Outside the risk appetite of {newham}: leader 2 of {newham} has to stand behind it too."
        in page.text
    )
    assert "has to sign off" not in page.text, "the sending body states that it takes this"
    ref, browser = await stage.drafted(RULED)
    page = await browser.get(f"/requests/{ref}/check")
    assert (
        "Outside the risk appetite of HM Land Registry: leader 1 of HM Land Registry has to sign off"
        in page.text
    )
    ref, browser = await stage.drafted()
    page = await browser.get(f"/requests/{ref}/check")
    assert "It is within the risk appetite of both bodies." in page.text
    ref, browser = await stage.drafted("student-discount-newham")
    page = await browser.get(f"/requests/{ref}/check")
    assert "has no risk-appetite statement: leader 1 of" in page.text


async def test_a_risk_outside_waits_for_its_leader_and_the_pages_say_so(stage: Stage) -> None:
    owner = stage.requests[NEWHAM]["risk_owner"]
    ref = await stage.submitted(NEWHAM)
    browser = await stage.signs_in(owner)
    page = await browser.get(f"/cases/{ref}/acts/sign_risk")
    assert "the sending team sees the request only then" in page.text
    assert "Leader 2 of London Borough of Newham has to stand behind it too, once" in page.text
    page = await browser.acts(ref, "sign_risk", **SIGNATURE)
    assert "Leader 2 of your body has been asked to stand behind it too." in page.text
    assert "Outside the appetite: London Borough of Newham, leader 2 has to say so" in page.text
    sender = await stage.signs_in(stage.sender(ref, NEWHAM))
    assert (await sender.get(f"/cases/{ref}")).status == 404, "C2"
    leader = await stage.signs_in(stage.holder("leader_2", organisation="newham"))
    for act in ("back_risk", "decline_risk"):
        page = await leader.get(f"/cases/{ref}/acts/{act}")
        assert page.status == 200 and "Both harms" in page.text, act
        assert SIGNATURE["residual"] in page.text and "/appetite/newham/v/1" in page.links, act
        assert "is asked to stand behind it before the sending team sees it" in page.text
    assert "Do not stand behind it, return to the author" in page.h1
    page = await leader.acts(ref, "back_risk", reason="Debts that nobody sees coming are worse.")
    assert "You stand behind the risk." in page.text
    assert "Leader 2 of London Borough of Newham stands behind it." in page.text
    assert "Outside the appetite: London Borough of Newham, a leader said so" in page.text
    assert (await sender.get(f"/cases/{ref}")).status == 200


async def test_a_decision_to_share_outside_waits_for_the_senders_leader(stage: Stage) -> None:
    ref = await stage.signed(RULED)
    sender = await stage.signs_in(stage.sender(ref, RULED))
    page = await sender.get(f"/cases/{ref}/acts/approve")
    assert "Leader 1 of your body has to sign it off too." in page.text
    page = await sender.acts(ref, "approve", delivered="no")
    assert "You would share. Leader 1 of your body has been asked to sign it off." in page.text
    assert "Leader 1 of HM Land Registry is asked to sign it off." in page.text
    page = await stage.acts(
        stage.holder("leader_1", organisation="land-registry"), ref, "approve", delivered="no"
    )
    assert "You have approved the request." in page.text
    assert "A leader of HM Land Registry said so too." in page.text
