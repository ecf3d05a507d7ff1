"""P3: deliveries of a bulk grant on pages and over the API: both receipts, what differs, over the cap, and who may not."""

import asyncio
import csv
import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
from sqlalchemy import select

from api import auth
from api.relay import Relay
from domain import delivery_forms as forms
from domain.case import Kind
from domain.scopes import Scope
from store import tables
from store.database import Database
from tests.ui.stage import MANIFEST, Stage

AMY, PRIYA, JUDITH = "p-amara-okafor", "p-priya-raghunathan", "p-judith-marchbanks"
STRANGER = "p-winnie-obuasi"
HEX = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
FILE: dict[str, Any] = {"rows": 900, "checksum": HEX}


def of(ref: str) -> str:
    return f"/cases/{ref}/grant/deliveries"


def grant(ref: str) -> str:
    return f"/api/v1/grants/GR{ref[2:]}/deliveries"


class Machine:
    """Somebody's program."""

    def __init__(self, stage: Stage, token: str) -> None:
        transport = httpx2.ASGITransport(app=stage.app)
        headers = {"Authorization": f"Bearer {token}"}
        self.client = httpx2.AsyncClient(transport=transport, base_url="http://testserver", headers=headers)

    async def sends(self, path: str, key: str = "", **body: Any) -> Any:
        return await self.client.post(path, json=body, headers={"Idempotency-Key": key or uuid4().hex})

    async def reads(self, path: str) -> Any:
        return (await self.client.get(path)).json()


async def machine(stage: Stage, person: str, *scopes: Scope) -> Machine:
    async with stage.database.write() as connection:
        made = await auth.issue_token(
            connection, person, "machine", stage.now, scopes=scopes or (Scope.GRANTS,)
        )
    return Machine(stage, made)


async def rows(database: Database) -> list[Any]:
    t = tables.deliveries
    async with database.read() as connection:
        return list((await connection.execute(select(t).order_by(t.c.number))).all())


async def grant_row(stage: Stage) -> Any:
    async with stage.database.read() as connection:
        return (await connection.execute(select(tables.grants))).one()


async def news_travels(stage: Stage) -> None:
    later = stage.now + timedelta(hours=1)
    await Relay(stage.database, stage.desk, lambda: later, sends=False).once()


async def small(stage: Stage) -> str:
    """A share in use under which a delivery holds 10,000 people at most."""
    return await stage.active(people_band="100_to_10k")


async def test_the_first_delivery_is_kept_with_what_differs(stage: Stage) -> None:
    ref = await stage.approved()
    await stage.acts(PRIYA, ref, "record_delivery", rows="1240", checksum=HEX)
    amy = await stage.signs_in(AMY)
    page = await amy.get(f"/cases/{ref}/acts/confirm_receipt")
    held = page.ticked["items"]
    assert len(held) == 4, "everything is picked until somebody says otherwise"
    told = {"rows": "1204", "checksum": f"SHA256:{HEX.upper()}", "items": held[:3]}
    shown = await amy.acts(ref, "confirm_receipt", **told)
    assert f"not delivered: rows: 1,204 arrived against 1,240 sent, items: '{held[0]}'" in shown.text
    async with stage.database.read() as connection:
        n = tables.notices.c
        said = select(n.headline).where(n.ref == ref, n.news == "delivery_mismatched").distinct()
        [headline] = (await connection.scalars(said)).all()
    assert headline.endswith("not delivered: rows: 1,204 arrived against 1,240 sent, other items")
    await stage.did(PRIYA, ref, "record_delivery", **MANIFEST)
    assert (await grant_row(stage)).last_use_at is None
    page = await amy.get(of(ref))
    assert "Not delivered" in page.text and "Announced" in page.text and "Record a delivery" not in page.text
    one = await amy.get(f"{of(ref)}/2")
    assert "it is confirmed in its case" in one.text and "Say what arrived" not in one.text
    refused = await amy.post(f"{of(ref)}/2", {"command": uuid4().hex, **MANIFEST, "items": held})
    assert refused.status == 409 and forms.FirstIsInItsCase.sentence in refused.text
    await stage.did(AMY, ref, "confirm_receipt", **MANIFEST)
    first, second = await rows(stage.database)
    assert (first.state, first.rows, first.arrived_rows, first.arrived_items) == (
        "mismatched",
        1240,
        1204,
        held[:3],
    )
    assert (second.state, second.items, second.in_case, second.arrived_at) == (
        "delivered",
        held,
        True,
        stage.now,
    )
    found = await grant_row(stage)
    assert (found.state, found.last_use_at, found.last_heard_at) == ("active", stage.now, stage.now)


async def test_a_day_that_cannot_be_is_told_beside_its_boxes(stage: Stage) -> None:
    ref = await stage.approved()
    browser = await stage.signs_in(PRIYA)
    day = stage.now + timedelta(days=1)
    for on in (day, stage.now - timedelta(days=1)):
        boxes = {"sent_on-day": on.day, "sent_on-month": on.month, "sent_on-year": on.year}
        page = await browser.fills(f"/cases/{ref}/acts/record_delivery", **MANIFEST, **boxes)
        assert page.status == 422 and page.summary_links == ["#sent_on-day"], page.text
    page = await browser.fills(f"/cases/{ref}/acts/record_delivery", **MANIFEST, items=[])
    assert page.status == 422 and page.summary_links == ["#items"]


async def test_both_teams_say_it_on_pages(stage: Stage) -> None:
    ref = await small(stage)
    priya, amy = await stage.signs_in(PRIYA), await stage.signs_in(AMY)
    page = await priya.get(of(ref))
    assert page.status == 200 and "never passes through Sharecase" in page.text
    held = page.ticked["items"]
    sent = {**page.hidden, **FILE, "items": held[:3]}
    for _ in range(2):  # the same form twice is one delivery
        done = await priya.post(of(ref), sent)
        assert done.status == 303
    assert "The receiving team says what arrived" in (await priya.get(done.location)).text
    other = await priya.post(of(ref), {**sent, "rows": "7"})
    assert other.status == 409 and other.values["rows"] == "7"
    one = await amy.get(f"{of(ref)}/2")
    assert one.ticked["items"] == held[:3], "what was announced is ticked, and can be changed"
    wrong = await amy.post(f"{of(ref)}/2", {**one.hidden, "rows": "-1", "checksum": "", "items": held[:3]})
    assert wrong.status == 422 and wrong.summary_links == ["#rows", "#checksum"]
    done = await amy.post(f"{of(ref)}/2", {**one.hidden, "rows": "899", "checksum": HEX, "items": held[:3]})
    assert done.status == 303
    page = await amy.get(done.location)
    assert "counts as not delivered" in page.text and "rows: 899 arrived against 900 sent" in page.text
    again = await amy.post(f"{of(ref)}/2", {"command": uuid4().hex, **FILE, "items": held[:3]})
    assert again.status == 409 and forms.ConfirmedAlready.sentence in again.text
    assert f"{of(ref)}#rows" in (await priya.get(f"{of(ref)}/2")).links, "the sender records it again"
    page = await priya.get(of(ref))
    assert (await priya.post(of(ref), {**page.hidden, **FILE, "items": held[:3]})).status == 303
    one = await amy.get(f"{of(ref)}/3")
    done = await amy.post(f"{of(ref)}/3", {**one.hidden, **FILE, "items": held[:3]})
    assert "what arrived is what was sent" in (await amy.get(done.location)).text
    assert [each.state for each in await rows(stage.database)] == ["delivered", "mismatched", "delivered"]
    assert (await grant_row(stage)).last_heard_at == stage.now
    file = await amy.client.get(f"{of(ref)}.csv")
    lines = list(csv.DictReader(io.StringIO(file.text)))
    assert [each["state"] for each in lines] == ["delivered", "mismatched", "delivered"]
    assert lines[1]["differences"] == "rows: 899 arrived against 900 sent" and lines[0]["late"] == "no"
    assert not any(name in file.text for name in ("Amara", "Priya", AMY, PRIYA))


async def test_what_the_page_refuses(stage: Stage) -> None:
    ref = await small(stage)
    priya = await stage.signs_in(PRIYA)
    page = await priya.get(of(ref))
    sent = {**page.hidden, **FILE, "items": page.ticked["items"]}
    refused = await priya.post(of(ref), {**sent, "file": "NINO,name"})
    assert refused.status == 422 and "file: Sharecase takes no data of a delivery" in refused.text
    upload = await priya.client.post(of(ref), data=sent, files={"file": b"NINO,name"})
    assert upload.status_code == 422
    assert (await priya.post(of(ref), FILE)).status == 422, "without its command"
    tomorrow = {"sent_on-day": "24", "sent_on-month": "11", "sent_on-year": "2026"}
    assert (await priya.post(of(ref), {**sent, **tomorrow})).summary_links == ["#sent_on-day"]
    assert (await priya.post(of(ref), {**sent, "items": []})).summary_links == ["#items"]
    assert (await priya.get(f"{of(ref)}?after=x")).status == 422
    assert (await priya.get(f"{of(ref)}/9")).status == 404 == (await priya.get(f"{of(ref)}/x")).status
    amy, judith = await stage.signs_in(AMY), await stage.signs_in(JUDITH)
    refused = await amy.post(of(ref), sent)
    assert refused.status == 403 and forms.NotTheSender.sentence in refused.text
    assert (await priya.post(f"{of(ref)}/1", sent)).status == 403
    assert (await judith.get(of(ref))).status == 200
    for path in (of(ref), f"{of(ref)}.csv", f"{of(ref)}/1"):
        assert (await (await stage.signs_in(STRANGER)).get(path)).status == 404
        assert (await stage.stranger().get(path)).status == 303
    assert len(await rows(stage.database)) == 1
    waiting = await stage.signed("family-payments-scotland")
    author = stage.author(stage.requests["family-payments-scotland"]["team"])
    page = await (await stage.signs_in(author)).get(of(waiting))
    assert page.status == 404 and forms.NothingToDeliver.sentence in page.text


async def test_machines_record_and_confirm(stage: Stage) -> None:
    ref = await small(stage)
    sender, receiver = await machine(stage, PRIYA), await machine(stage, JUDITH)
    key = uuid4().hex
    made = await sender.sends(grant(ref), key, **FILE, sent_at="2026-11-23T09:30:00Z")
    assert made.status_code == 201, made.text
    told = made.json()
    assert made.headers["location"] == told["href"] == f"{grant(ref)}/2"
    assert (told["number"], told["state"], told["late"], told["cap"]) == (2, "announced", False, 10_000)
    assert told["sent"]["at"] == "2026-11-23T09:30:00Z" and len(told["sent"]["items"]) == 4
    assert (await sender.sends(grant(ref), key, **FILE, sent_at="2026-11-23T09:30:00Z")).json() == told
    assert (await sender.sends(grant(ref), key, **FILE, sent_at="2026-11-23T09:00:00Z")).status_code == 409
    refused = await sender.sends(grant(ref), **FILE, people=[{"name": "x"}], sent_at="2026-11-23T11:00:00Z")
    assert refused.status_code == 422
    assert refused.json()["errors"] == [{"field": "people", "detail": forms.PAYLOAD}]
    wrong = await sender.sends(grant(ref), rows=0, items=["Shoe size"], sent_at="2026-11-23T11:00:00Z")
    assert [each["field"] for each in wrong.json()["errors"]] == ["rows", "checksum", "items", "sent_at"]
    assert "'Shoe size' is not covered" in wrong.json()["errors"][2]["detail"]
    assert (await receiver.sends(grant(ref), **FILE)).status_code == 403
    assert (await sender.sends(f"{grant(ref)}/2/receipt", **FILE)).status_code == 403
    assert (await receiver.sends(f"{grant(ref)}/7/receipt", **FILE)).status_code == 404
    got = await receiver.sends(
        f"{grant(ref)}/2/receipt", key, rows=900, checksum=f"sha256:{HEX}", items=told["sent"]["items"][:1]
    )
    assert got.status_code == 200 and got.json()["state"] == "mismatched"
    [differs] = got.json()["differences"]
    assert differs["field"] == "items" and "sent and did not arrive" in differs["words"]
    assert (await receiver.sends(f"{grant(ref)}/2/receipt", **FILE)).status_code == 409
    assert (await sender.sends(grant(ref), **FILE)).json()["number"] == 3
    got = await receiver.sends(f"{grant(ref)}/3/receipt", **FILE, arrived_at="2026-11-23")
    assert (got.json()["state"], got.json()["differences"]) == ("delivered", [])
    listed = await receiver.reads(grant(ref))
    assert [each["number"] for each in listed["deliveries"]] == [3, 2, 1] and listed["next"] is None
    assert [each["number"] for each in (await receiver.reads(f"{grant(ref)}?before=3"))["deliveries"]] == [
        2,
        1,
    ]
    assert (await receiver.reads(f"{grant(ref)}/1"))["in_case"] is True
    stranger, reader = await machine(stage, STRANGER), await machine(stage, PRIYA, Scope.READ)
    for path in (grant(ref), f"{grant(ref)}/1"):
        assert (await stranger.client.get(path)).json() == (
            await stranger.client.get(grant("SC-ZZZZ-ZZZZ"))
        ).json()
        assert (await reader.client.get(path)).status_code == 403, "its token was not made for this"
    assert (await stranger.sends(grant(ref), **FILE)).status_code == 404
    assert (await stranger.sends(f"{grant(ref)}/1/receipt", **FILE)).status_code == 404


async def test_over_the_cap_is_kept_and_asked_about(stage: Stage) -> None:
    ref = await stage.approved(people_band="100_to_10k")
    many = {**MANIFEST, "rows": "10001"}
    await stage.did(PRIYA, ref, "record_delivery", **many)
    await stage.did(AMY, ref, "confirm_receipt", **many)
    sender, receiver = await machine(stage, PRIYA), await machine(stage, AMY)
    assert (await sender.sends(grant(ref), rows=10_001, checksum="b")).json()["over_cap"] is True
    assert (await sender.sends(grant(ref), rows=10_000, checksum="c")).json()["over_cap"] is False
    got = await receiver.sends(f"{grant(ref)}/3/receipt", rows=20_000, checksum="c")
    assert got.json()["over_cap"] is True
    assert not (await stage.case(ref)).open(Kind.MEND_EXCHANGE), "on its way"
    await news_travels(stage)
    asked = (await stage.case(ref)).open(Kind.MEND_EXCHANGE)
    assert sorted(each.about for each in asked) == ["over_cap:1", "over_cap:2", "over_cap:3"]
    assert {each.seat.value for each in asked} == {"receiving.risk_owner"}
    page = await (await stage.signs_in(JUDITH)).get(of(ref))
    assert page.text.count("Over the limit of 10,000 people") == 3


async def test_only_what_the_grant_covers_and_only_while_it_is_active(stage: Stage) -> None:
    ref = await small(stage)
    sender, receiver = await machine(stage, PRIYA), await machine(stage, AMY)
    made = (await sender.sends(grant(ref), **FILE)).json()
    kept, gone = made["sent"]["items"][:2], made["sent"]["items"][2]
    await stage.did(JUDITH, ref, "narrow_share", items=kept, reason="The rest is never looked at.")
    narrowed = await sender.sends(grant(ref), **FILE, items=[*kept, gone])
    assert narrowed.status_code == 422 and f"'{gone}' is not covered" in narrowed.text
    assert (await sender.sends(grant(ref), **FILE)).json()["sent"]["items"] == kept
    await stage.did(JUDITH, ref, "suspend_share", reason="We look at who reads it.")
    said = await sender.sends(grant(ref), **FILE)
    assert (said.status_code, said.json()["detail"]) == (409, forms.IsSuspended.sentence)
    got = await receiver.sends(f"{grant(ref)}/2/receipt", **FILE)
    assert got.json()["state"] == "delivered", "saying what arrived moves no data"
    await stage.did(JUDITH, ref, "end_share", reason="It has done what it was for.")
    assert (await sender.sends(grant(ref), **FILE)).json()["detail"] == forms.IsRevoked.sentence
    page = await (await stage.signs_in(PRIYA)).get(of(ref))
    assert forms.IsRevoked.sentence in page.text and "Record a delivery" not in page.text


async def test_it_is_late_after_ten_working_days(stage: Stage) -> None:
    ref = await small(stage)
    sender = await machine(stage, PRIYA)
    made = (await sender.sends(grant(ref), **FILE)).json()
    assert made["confirm_by"].startswith("2026-12-07T23:59:59")
    for days, late in ((14, False), (15, True)):
        then, stage.now = stage.now, stage.now + timedelta(days=days)
        assert (await sender.reads(f"{grant(ref)}/2"))["late"] is late
        page = await (await stage.signs_in(AMY)).get(of(ref))
        assert ("Late: to be confirmed by 7 December 2026" in page.text) is late
        stage.now = then


async def test_one_by_one_has_a_use_log_and_no_deliveries(stage: Stage) -> None:
    ref = await stage.active(pattern="one_by_one")
    assert await rows(stage.database) == []
    sender = await machine(stage, PRIYA)
    said = await sender.sends(grant(ref), **FILE)
    assert (said.status_code, said.json()["detail"]) == (409, forms.NotBulk.sentence)
    page = await (await stage.signs_in(PRIYA)).get(of(ref))
    assert "one record at a time" in page.text and (await grant_row(stage)).last_use_at == stage.now


async def test_two_at_once_have_two_numbers_and_the_same_twice_has_one(stage: Stage) -> None:
    ref = await small(stage)
    sender, receiver = await machine(stage, PRIYA), await machine(stage, AMY)
    keys = ("a", "b", "a", "c")
    made = await asyncio.gather(*(sender.sends(grant(ref), f"{key}-once", **FILE) for key in keys))
    numbers = [each.json()["number"] for each in made]
    assert numbers[0] == numbers[2] and sorted(set(numbers)) == [2, 3, 4]
    got = await asyncio.gather(
        *(receiver.sends(f"{grant(ref)}/2/receipt", rows=rows, checksum=HEX) for rows in (900, 901))
    )
    assert sorted(each.status_code for each in got) == [200, 409], "the first to say it says it"
