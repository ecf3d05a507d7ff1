"""The page of a grant, what is wrong with it on the page of its case, and more time before its end (P3, I4)."""

from datetime import timedelta

from activities.undelivered import ask_about_undelivered
from api.relay import Relay
from domain.webhook_rules import State
from store import grant_receipts, webhook_endpoints, webhooks
from store.grants import grant_id
from tests.ui.stage import Stage

AMARA, JUDITH, PRIYA, LEADER = (
    "p-amara-okafor",
    "p-judith-marchbanks",
    "p-priya-raghunathan",
    "p-rosalind-achterberg",
)
STRANGER = "p-winnie-obuasi"
SECRET_PATH = "https://machines.hmrc.example.gov.uk/hook-9f86d081"


async def endpoint(stage: Stage, body: str, team: str = "", *, url: str = SECRET_PATH) -> str:
    async with stage.database.write() as connection:
        await webhook_endpoints.add(
            connection,
            stage.now,
            id=f"ep_{body}",
            organisation=body,
            team=team,
            url=url,
            secret="whsec_SECRET",
            groups=["delivery"],
            made_by=AMARA,
        )
    return f"ep_{body}"


async def news_travels(stage: Stage) -> None:
    later = stage.now + timedelta(hours=1)
    async with stage.database.write() as connection:  # nobody tries machines here
        for turn in await webhooks.to_start(connection, later):
            await webhooks.started(connection, turn, later)
    await Relay(stage.database, stage.desk, lambda: later, sends=False).once()


async def arrives(stage: Stage, ref: str, kind: str) -> None:
    async with stage.database.write() as connection:
        [message] = [
            each.message for each in await grant_receipts.receipts(connection, ref) if each.kind == kind
        ]
        sent = await webhooks.outgoing(connection, webhooks.Turn(message=message, round=0), stage.now)
        assert sent
        await webhooks.delivered(connection, sent, 204, stage.now)


async def test_a_grant_says_how_it_stands_and_to_whom_it_was_told(stage: Stage) -> None:
    ref = await stage.signed(until="2027-12-18")
    amara = await stage.signs_in(AMARA)
    before = await amara.get(f"/cases/{ref}/grant")
    assert before.status == 404, "nothing is approved yet"
    assert f"/cases/{ref}/grant" not in (await amara.get(f"/cases/{ref}")).links
    await endpoint(stage, "hmrc", "hmrc-paye-records")
    await stage.did(stage.sender(ref), ref, "approve", delivered="no")
    page = await amara.get(f"/cases/{ref}/grant")
    assert page.status == 200 and grant_id(ref) in page.text
    assert "Issued It is approved and opens nothing yet" in page.text
    assert "Counted from the first delivery" in page.text
    assert "has no address to send to" in page.text
    await arrives(stage, ref, "grant.issued")
    await stage.did(stage.sender(ref), ref, "record_delivery", rows="1200", checksum="sha256:4be1")
    await stage.did(AMARA, ref, "confirm_receipt", rows="1200", checksum="sha256:4be1")
    for person in (AMARA, PRIYA):
        page = await (await stage.signs_in(person)).get(f"/cases/{ref}/grant")
        assert "Active The receiving team’s systems can get a token" in page.text
        assert "At the end of 18 December 2027" in page.text
        assert "Issued HM Revenue and Customs, PAYE and pensions data" in page.text
        assert "Arrived 23 November 2026 at 10:00am, 1 attempt" in page.text
        assert "On its way Not tried yet" in page.text
        assert "hook-9f86d081" not in page.html and "SECRET" not in page.html
        assert f"/register/{ref}/v/2" in page.links and f"/register/{ref}/v/2/agreement" in page.links
        assert f"/api/v1/grants/{grant_id(ref)}/token" in page.text
    assert f"/cases/{ref}/grant" in (await amara.get(f"/cases/{ref}")).links
    assert (await (await stage.signs_in(STRANGER)).get(f"/cases/{ref}/grant")).status == 404
    assert (await stage.stranger().get(f"/cases/{ref}/grant")).status in (303, 401)


async def test_what_did_not_arrive_is_on_the_case_page_with_a_button_for_each_side(stage: Stage) -> None:
    ref = await stage.active()
    await endpoint(stage, "hmrc")
    await stage.did(JUDITH, ref, "suspend_share", reason="A log looks wrong.")
    stage.now += timedelta(days=3)
    await ask_about_undelivered(stage.database, stage.now)
    amara, priya = await stage.signs_in(AMARA), await stage.signs_in(PRIYA)
    assert "Something is wrong with the grant" in (await amara.get(f"/cases/{ref}")).text
    await news_travels(stage)
    for browser in (amara, priya):
        page = await browser.get(f"/cases/{ref}")
        assert "What is wrong with the grant" in page.text
        assert "A change of the grant has not reached the machine of HM Revenue" in page.text
        assert "hook-9f86d081" not in page.html
        assert any("/acts/settle_fault?task=" in link for link in page.links)
        assert "has not reached a machine" in (await browser.get("/inbox")).text
    [link] = [each for each in (await amara.get(f"/cases/{ref}")).links if "settle_fault" in each]
    form = await amara.get(link)
    assert "A change of the grant has not reached the machine of HM Revenue" in form.text
    empty = await amara.post(link, {**form.hidden})
    assert empty.status == 422 and "Enter what you found" in empty.text
    task = link.rpartition("=")[2]
    sent = await amara.post(link, {**empty.hidden, "task": task, "reason": "Their gateway was switched off."})
    assert sent.status == 303
    page = await amara.get(f"/cases/{ref}")
    assert not any("settle_fault" in each for each in page.links)
    assert "Their gateway was switched off." in page.text
    assert any("settle_fault" in each for each in (await priya.get(f"/cases/{ref}")).links)
    await arrives(stage, ref, "grant.suspended")
    await ask_about_undelivered(stage.database, stage.now)
    await news_travels(stage)
    page = await priya.get(f"/cases/{ref}")
    assert "settle_fault" not in page.html and "It is over by itself" in page.text
    assert "What is wrong with the grant" not in page.headings.get("h2", [])
    async with stage.database.write() as connection:
        await webhook_endpoints.change(connection, "ep_hmrc", stage.now, state=State.CLOSED)
    assert (await amara.get(f"/cases/{ref}/grant")).status == 200


async def test_a_leader_gives_a_share_more_time_and_the_register_says_so(stage: Stage) -> None:
    ref = await stage.active(until="2027-02-26")
    leader = await stage.signs_in(stage.holder("leader_1", organisation="dwp"))
    long = await leader.fills(f"/cases/{ref}/acts/extend_share", days="21", reason="The renewal is late.")
    assert long.status == 422 and "enter a whole number, 1 to 20" in long.text and long.values["days"] == "21"
    amara = await stage.signs_in(AMARA)
    assert (await amara.get(f"/cases/{ref}/acts/extend_share")).status == 403
    sending = await stage.signs_in(stage.holder("leader_1", organisation="hmrc"))
    assert (await sending.get(f"/cases/{ref}/acts/extend_share")).status == 403
    page = await leader.acts(ref, "extend_share", days="3", reason="The renewal is late.")
    assert "it ends on 3 March 2027" in page.text and "The share has more time" in page.text
    again = await leader.get(f"/cases/{ref}/acts/extend_share")
    assert again.status == 409 and "that happens once" in again.text
    public = stage.stranger()
    entry = await public.get(f"/register/{ref}")
    assert "3 working days, by a leader on 23 November 2026: it ends on 3 March 2027" in entry.text
    told = (await public.client.get(f"/api/v1/register/{ref}")).json()
    assert told["extended_until"] == "2027-03-03"
    assert told["share_extended"] == {"on": "2026-11-23", "days": 3, "until": "2027-03-03"}
    grant = await amara.get(f"/cases/{ref}/grant")
    assert "with the time that a leader gave it once" in grant.text
