"""Canaries on pages (P8): who names one, what the public sees of it, how it slips, what was learnt."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from activities.morning import MorningRound, Round
from store import tables
from tests.ui.stage import Browser, Page, Stage

AMY, BETHAN = "p-amara-okafor", "p-bethan-lowther-rees"
MARCUS, HELEN = "p-marcus-adeyinka", "p-helen-varnavides"  # leaders 1 and 2 of DWP
TARGET = date(2026, 12, 7)
TITLE = "Private pension income of people who may be missing Pension Credit"
WHY = "It is the share most pensioners wait for."


def boxes(ref: str, target: date = TARGET, why: str = WHY) -> dict[str, Any]:
    parts = {"target-day": target.day, "target-month": target.month, "target-year": target.year}
    return {"ref": ref, "why": why, **parts}


async def named(stage: Stage, ref: str, **more: Any) -> Page:
    return await (await stage.signs_in(HELEN)).fills("/canaries/name", **boxes(ref, **more))


async def public(stage: Stage) -> dict[str, Any]:
    found = (await stage.stranger().client.get("/api/v1/canaries")).json()["canaries"]
    assert len(found) == 1
    return found[0]


async def slips(stage: Stage) -> list[Any]:
    async with stage.database.read() as connection:
        n = tables.notices
        return list((await connection.execute(select(n).where(n.c.id.like("%canary%")))).all())


async def morning(stage: Stage) -> Round:
    return await MorningRound(stage.database, lambda: stage.now).run()


async def test_a_leader_names_a_case_and_the_public_sees_no_title_before_the_register(stage: Stage) -> None:
    ref = await stage.signed()
    done = await named(stage, ref)
    assert done.status == 303
    assert "Named. You are told once" in (await (await stage.signs_in(HELEN)).get(done.location)).text
    page = await stage.stranger().get("/canaries")
    assert "Not yet published" in page.text and "Target 7 December 2026" in page.text
    assert "leader 2 of Department for Work and Pensions" in page.text
    for hidden in (TITLE, ref, WHY):
        assert hidden not in page.html
    told = await public(stage)
    assert (told["state"], told["days_slipped"], told["entry"], told["title"]) == (
        "on_its_way",
        0,
        None,
        None,
    )
    leader = await (await stage.signs_in(MARCUS)).get("/leader")
    assert TITLE in leader.text and f"/canaries/{told['id']}/close" in leader.links
    await stage.acts(stage.sender(ref), ref, "approve", delivered="no")
    page = await stage.stranger().get("/canaries")
    assert TITLE in page.text and f"/register/{ref}" in page.links and WHY in page.text


async def test_a_slip_tells_the_leader_once(stage: Stage) -> None:
    ref = await stage.signed()
    await named(stage, ref)
    stage.now += timedelta(days=21)  # 14 December: five working days past the target
    assert (await morning(stage)).slipped == 0 and (await public(stage))["state"] == "late"
    stage.now += timedelta(days=1)
    assert (await morning(stage)).slipped == 1
    assert (await morning(stage)).slipped == 0
    stage.now += timedelta(days=7)
    assert (await morning(stage)).slipped == 0, "one for each slip"
    (notice,) = await slips(stage)
    assert (notice.organisation, notice.role, notice.seat) == ("dwp", "leader_2", "receiving.leader_2")
    assert notice.headline == "The canary you named has slipped: 6 working days past its target date"
    assert notice.headline in (await (await stage.signs_in(HELEN)).get("/notifications")).text
    assert notice.headline not in (await (await stage.signs_in(AMY)).get("/notifications")).text
    page = await stage.stranger().get("/canaries")
    assert "Slipped" in page.text and "slipped by 11 working days" in page.text
    case = await (await stage.signs_in(HELEN)).get(f"/cases/{ref}")
    assert case.status == 200 and notice.headline in case.text


async def test_closing_it_says_what_was_learnt(stage: Stage) -> None:
    ref = await stage.signed()
    await named(stage, ref)
    number = (await public(stage))["id"]
    path = f"/canaries/{number}/close"
    marcus = await stage.signs_in(MARCUS)  # another leader of the same body may close it
    wrong = await marcus.fills(path, learnt="")
    assert wrong.status == 422 and wrong.summary_links == ["#learnt"]
    wrong = await marcus.post(path, {**wrong.hidden, "learnt": "Ask Helen Varnavides earlier."})
    assert wrong.status == 422 and wrong.values["learnt"] == "Ask Helen Varnavides earlier."
    sent = {**wrong.hidden, "learnt": "Ask the team that holds it before writing."}
    for _ in range(2):  # a repeat gets the same answer
        assert (await marcus.post(path, sent)).status == 303
    assert (await marcus.get(path)).status == 409
    again = await marcus.post(path, {"command": "f" * 32, "learnt": "Something else."})
    assert again.status == 409 and "closed already" in again.text
    told = await public(stage)
    assert told["closed_on"] == "2026-11-23" and told["learnt"] is None, "not before the register has it"
    stage.now += timedelta(days=60)
    assert (await morning(stage)).slipped == 0 and (await public(stage))["days_slipped"] == 0
    stage.now -= timedelta(days=60)
    await stage.acts(stage.sender(ref), ref, "approve", delivered="no")
    assert "What was learnt: Ask the team that holds it" in (await stage.stranger().get("/canaries")).text
    assert (await named(stage, ref)).status == 303, "closed, so it can be named again"


async def test_a_delivered_one_counts_to_its_first_delivery(stage: Stage) -> None:
    ref = await stage.approved()
    await named(stage, ref, target=date(2026, 11, 24))
    stage.now += timedelta(days=3)
    manifest = {"rows": "1200", "checksum": "sha256:4be1"}
    await stage.acts(stage.sender(ref), ref, "record_delivery", **manifest)
    await stage.acts(AMY, ref, "confirm_receipt", **manifest)
    stage.now += timedelta(days=30)
    told = await public(stage)
    assert (told["state"], told["days_slipped"], told["delivered_on"]) == ("delivered", 2, "2026-11-26")


# --- who may, and what is wrong -----------------------------------------------------------------------------------


async def test_who_may_not_is_refused(stage: Stage) -> None:
    ref = await stage.signed()
    await named(stage, ref)
    number = (await public(stage))["id"]
    assert (await stage.stranger().get("/canaries/name")).status == 303
    for person in (AMY, stage.sender(ref), stage.holder("operator"), stage.holder("auditor")):
        browser = await stage.signs_in(person)
        assert (await browser.get("/canaries/name")).status == 403, person
        assert (await browser.post("/canaries/name", boxes(ref))).status == 403, person
        assert (await browser.get(f"/canaries/{number}/close")).status == 403, person
        assert (await browser.get("/canaries/999/close")).status == 403
        assert "/canaries/name" not in (await browser.get("/canaries")).links
    other = await stage.signs_in(BETHAN)  # leads the sending body, which did not name it
    assert (await other.get(f"/canaries/{number}/close")).status == 403
    assert (await other.get("/canaries/999/close")).status == 404
    assert (await other.get("/canaries/x/close")).status == 404


async def test_both_bodies_may_name_the_same_share_once_each(stage: Stage) -> None:
    ref = await stage.signed()
    assert (await named(stage, ref)).status == 303
    again = await named(stage, ref)
    assert again.status == 409 and "already named this case" in again.text and again.values["why"] == WHY
    bethan = await stage.signs_in(BETHAN)
    assert (await bethan.fills("/canaries/name", **boxes(ref.lower()))).status == 303


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ref": ""}, "#ref"),
        ({"ref": "SC-NONE-SUCH"}, "#ref"),
        ({"ref": "'; --"}, "#ref"),
        ({"why": ""}, "#why"),
        ({"why": "Amara Okafor asked for it."}, "#why"),
        ({"target-day": "31", "target-month": "2"}, "#target-day"),
        ({"target-day": "20", "target-month": "11", "target-year": "2026"}, "#target-day"),
        ({"target-year": "2090"}, "#target-day"),
    ],
)
async def test_what_is_wrong_is_named_and_what_was_typed_kept(
    stage: Stage, changes: dict[str, str], field: str
) -> None:
    ref = await stage.signed()
    browser: Browser = await stage.signs_in(HELEN)
    sent = {**boxes(ref), **changes}
    page = await browser.fills("/canaries/name", **sent)
    assert page.status == 422 and page.summary_links == [field], page.text
    assert page.values["why"] == sent["why"] and page.values["target-day"] == str(sent["target-day"])
    assert (await stage.stranger().client.get("/api/v1/canaries")).json()["canaries"] == []


async def test_a_case_one_may_not_see_is_not_told_from_one_that_is_not_there(stage: Stage) -> None:
    """C2: the sending body's leader learns nothing of a request that nobody signed for."""
    ref = await stage.submitted()
    bethan = await stage.signs_in(BETHAN)
    hidden = await bethan.fills("/canaries/name", **boxes(ref))
    missing = await bethan.fills("/canaries/name", **boxes("SC-NONE-SUCH"))
    assert hidden.status == missing.status == 422 and hidden.summary_links == ["#ref"]
    assert "that you may see" in hidden.text


async def test_what_flows_or_is_over_is_no_canary(stage: Stage) -> None:
    for ref in (await stage.active(), await stage.refused(duty="none")):
        page = await named(stage, ref)
        assert page.status == 409 and "Name one that is still on its way" in page.text
    page = await (await stage.signs_in(HELEN)).post("/canaries/name", boxes("SC-NONE-SUCH"))
    assert page.status == 422 and "This page was not complete" in page.text
