"""C17a: the agreement as people read and print it: public like the register, for the parties while it is kept back."""

from pathlib import Path

import pytest
from sqlalchemy import select

from domain.case import Stage as CaseStage
from domain.sharing_agreement import content_hash
from store import sharing_agreements, tables
from tests.store.test_adding_up import turns
from tests.ui.stage import Page, Stage

OUTSIDER, LEADER_1, LEADER_2 = "p-olufemi-dare", "p-marcus-adeyinka", "p-helen-varnavides"
CSS = Path(__file__).parents[2] / "ui/static/vendor/app.css"


async def test_it_is_made_at_approval_and_again_with_every_version(stage: Stage) -> None:
    ref = await stage.approved()
    first = await stage.stranger().get(f"/register/{ref}/v/1/agreement")
    form = stage.requests["pension-credit-take-up"]
    assert first.status == 200 and form["title"] in first.h1[0] and form["purpose"] in first.text
    for told in (
        "Risk owner, Pension Credit take-up",
        "Approved, not yet delivered",
        "working days after its end",
    ):
        assert told in first.text
    assert f"http://localhost:8000/register/{ref}/v/1/agreement" in first.text and "is made up" in first.text

    await stage.did(stage.sender(ref), ref, "record_delivery", rows="1200", checksum="sha256:4be1")
    await stage.did(stage.author(form["team"]), ref, "confirm_receipt", rows="1200", checksum="sha256:4be1")
    await stage.did(
        form["risk_owner"], ref, "narrow_share", items=form["items"][:1], reason="No longer needed."
    )
    newest = await stage.stranger().get(f"/register/{ref}/agreement")
    assert f"Items: '{form['items'][1]}' taken out" in newest.text
    version = (await stage.case(ref)).register_version
    assert version > 1 and f"Agreement, {ref}, version {version}".lower() in newest.text.lower()
    again = await stage.stranger().get(f"/register/{ref}/v/1/agreement")
    assert "This is not the newest version" in again.text and form["items"][1] in again.text

    # One for each version, kept as it was made, with its hash; and the same for machines.
    async with stage.database.read() as connection:
        assert await sharing_agreements.versions(connection, ref) == list(range(version, 0, -1))
        row = await sharing_agreements.one(connection, ref, 1)
    assert row and content_hash(row.content) == row.hash and row.hash in again.text
    answer = await stage.stranger().client.get(f"/api/v1/register/{ref}/versions/1/agreement")
    assert answer.json()["agreement"] == row.content and answer.json()["sha256"] == row.hash
    assert "etag" in answer.headers
    async with stage.database.write() as connection:  # the very same version again changes nothing
        await sharing_agreements.keep(
            connection,
            stage.now,
            await stage.case(ref),
            {**row.content["terms"], "id": ref, "version": 1, "title": "X"},
            demo=True,
        )
    assert form["title"] in (await stage.stranger().get(f"/register/{ref}/v/1/agreement")).h1[0]

    # Who looks from the register or from the case finds the way, and nobody's name is in it.
    entry, browser = await stage.stranger().get(f"/register/{ref}"), await stage.signs_in(form["risk_owner"])
    assert f"/register/{ref}/v/{version}/agreement" in entry.links
    case = await browser.get(f"/cases/{ref}")
    assert f"/cases/{ref}/agreement" in case.links
    mine = await browser.get(f"/cases/{ref}/agreement?version=1")
    assert "version 1" in mine.text and "your browser's own print command" in mine.text
    async with stage.database.read() as connection:
        names = list(await connection.scalars(select(tables.people.c.name)))
    assert not [name for name in names if name in newest.text]


async def kept_back(stage: Stage, ref: str = "") -> str:
    """A share that is approved while its entry is kept out of the register."""
    ref = ref or await stage.signed()
    why = {
        "because": "live_operation",
        "exempt_until": "2027-02-26",
        "reason": "It would tell whom it is about.",
    }
    await stage.did(LEADER_2, ref, "exempt_entry", **why)
    await stage.did(stage.sender(ref), ref, "approve", delivered="no")
    return ref


async def test_what_is_kept_back_is_for_the_parties_alone(stage: Stage) -> None:
    ref = await stage.signed()
    party = await stage.signs_in(stage.sender(ref))
    before = await party.get(f"/cases/{ref}/agreement")
    assert before.status == 200 and "There is no agreement yet" in before.h1[0]
    ref = await kept_back(stage, ref)
    kept = await party.get(f"/cases/{ref}/agreement")
    assert "for the parties of the case alone" in kept.text and "Print this agreement" in kept.text
    assert not [link for link in kept.links if link.startswith((f"/register/{ref}", "/api"))]
    assert (await party.get(f"/cases/{ref}/agreement?version=1")).status == 404
    assert (await (await stage.signs_in(OUTSIDER)).get(f"/cases/{ref}/agreement")).status == 404
    stranger = stage.stranger()
    for path in (
        f"/register/{ref}/agreement",
        f"/register/{ref}/v/0/agreement",
        f"/register/{ref}/v/1/agreement",
    ):
        assert (await stranger.get(path)).status == 404
    for path in (f"register/{ref}/agreement", f"register/{ref}/versions/0/agreement"):
        assert (await stranger.client.get(f"/api/v1/{path}")).status_code in (404, 422)
    assert (await stranger.get(f"/cases/{ref}/agreement")).location.startswith("/sign-in")


async def test_what_adds_up_is_looked_at_when_a_share_begins_though_its_entry_is_kept_back(
    stage: Stage,
) -> None:
    """§7 C, P2r: the leader finds the task; the public finds nothing, neither the share nor an alarm."""
    ref = await kept_back(stage)
    form = stage.requests["pension-credit-take-up"]
    for number in (1, 2):
        await turns(stage.database, number, CaseStage.ACTIVE, items=form["items"][:1])
    await stage.did(stage.sender(ref), ref, "record_delivery", rows="1200", checksum="sha256:4be1")
    leader = await stage.signs_in(LEADER_1)
    assert "national dataset" not in (await leader.get("/inbox")).text
    await stage.did(stage.author(form["team"]), ref, "confirm_receipt", rows="1200", checksum="sha256:4be1")
    inbox = await leader.get("/inbox")
    [task] = [link for link in inbox.links if link.startswith("/body-tasks/")]
    page = await leader.get(task)
    assert "3 more shares that are kept back" in page.text and ref not in page.html
    stranger = stage.stranger()
    assert "No body receives the same item" in (await stranger.get("/register/alarms")).text
    assert (await stranger.client.get("/api/v1/alarms")).json()["alarms"] == []


@pytest.mark.parametrize("version", ["0", "99", "x", "1" * 9, "²"])
async def test_a_version_that_there_is_not(stage: Stage, version: str) -> None:
    page: Page = await stage.stranger().get(f"/register/SC-2222-2222/v/{version}/agreement")
    assert page.status == 404


def test_paper_has_no_menus_and_spells_addresses_out() -> None:
    printed = "".join(
        part.split("}}")[0] for part in CSS.read_text().split("@media print{") if "app-document" in part
    )
    assert ".govuk-template__header" in printed and ".app-no-print" in printed
    assert "attr(data-address)" in printed and "break-inside:avoid-page" in printed
