"""Concerns and mediation on pages (E, C14): raised by anybody, read before they are published, and answered in public."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from domain.case import Kind
from store import tables
from store.concerns import begin_if_reached
from tests.registered import put, row
from tests.ui.stage import Browser, Page, Stage

REGULATOR = "p-bronagh-whitlock"
AMY, JUDITH, MARCUS = "p-amara-okafor", "p-judith-marchbanks", "p-marcus-adeyinka"
WORRY = "People who get such a letter by mistake may be afraid to claim at all."
FROM_CITIZEN = {"speaks_for": "citizen", "organisation": ""}


def code_of(page: Page) -> str:
    assert page.status == 200, page.text
    return page.text.partition("Your code ")[2].split(" ")[0]


async def raises(stage: Stage, ref: str, organisation: str = "", text: str = WORRY, **more: Any) -> str:
    kind = "charity" if organisation else "citizen"
    sent = {"text": text, "speaks_for": kind, "organisation": organisation, **more}
    return code_of(await stage.stranger().fills(f"/register/{ref}/concern", **sent))


async def rows(stage: Stage) -> list[Any]:
    async with stage.database.read() as connection:
        t = tables.concerns
        return list((await connection.execute(select(t).order_by(t.c.raised_at, t.c.id))).all())


async def waiting_id(stage: Stage) -> str:
    return next(each.id for each in await rows(stage) if each.standing == "waiting")


async def settles(stage: Stage, decision: str = "publish", because: str = "", id: str = "") -> Page:
    regulator = await stage.signs_in(REGULATOR)
    path = f"/concerns/{id or await waiting_id(stage)}/settle"
    return await regulator.fills(path, decision=decision, because=because)


async def publishes(stage: Stage, ref: str, *organisations: str) -> None:
    for each in organisations:
        await raises(stage, ref, each)
        assert (await settles(stage)).status == 303


async def looks(stage: Stage, code: str) -> Page:
    return await stage.stranger().post("/concerns/code", {"code": code})


async def test_a_concern_is_read_before_anybody_else_reads_it(stage: Stage) -> None:
    ref = await stage.active()
    code = await raises(stage, ref, "Pensioners' Voice")
    stranger = stage.stranger()
    for path in (f"/register/{ref}", "/concerns", "/register.atom", f"/api/v1/register/{ref}"):
        assert WORRY not in (await stranger.get(path)).html, path
    assert "Waiting to be read: 1" in (await stranger.get("/concerns")).text
    assert "Waiting to be read" in (await looks(stage, code)).text
    regulator = await stage.signs_in(REGULATOR)
    listed = await regulator.get("/concerns")
    assert WORRY in listed.text and "/concerns" in listed.links
    done = await settles(stage)
    assert "Published where the share is" in (await regulator.get(done.location)).text
    entry = await stranger.get(f"/register/{ref}")
    assert WORRY in entry.text and "A charity or advocate: Pensioners' Voice" in entry.text
    assert "Published on 23 November 2026" in (await looks(stage, code)).text
    found = (await stranger.client.get(f"/api/v1/register/{ref}")).json()
    assert found["concerns"] == {"published": 1, "waiting": 0, "declined": 0}
    assert "Concerns published: 1." in (await stranger.client.get("/register.atom")).text


async def test_what_is_declined_says_why_and_is_counted_and_kept(stage: Stage) -> None:
    ref = await stage.active()
    code = await raises(stage, ref)
    wrong = await settles(stage, "decline")
    assert wrong.status == 422 and wrong.summary_links == ["#because"]
    assert (await settles(stage, "decline", "not_about_it")).status == 303
    told = await looks(stage, code)
    assert "it is not about this share" in told.text and WORRY in told.text
    public = await stage.stranger().get("/concerns")
    assert "Not published: 1. It is not about this share" in public.text and WORRY not in public.text
    [kept] = await rows(stage)
    assert (kept.standing, kept.because) == ("declined", "not_about_it")
    again = (
        await settles(stage, id=kept.id)
        if False
        else await (await stage.signs_in(REGULATOR)).get(f"/concerns/{kept.id}/settle")
    )
    assert again.status == 409 and "already settled" in again.text


async def test_only_the_regulator_reads_first(stage: Stage) -> None:
    ref = await stage.active()
    await raises(stage, ref)
    path = f"/concerns/{await waiting_id(stage)}/settle"
    assert (await stage.stranger().get(path)).status == 303
    for person in (AMY, MARCUS, stage.holder("operator"), stage.holder("auditor"), stage.holder("board")):
        browser = await stage.signs_in(person)
        assert (await browser.get(path)).status == 403
        assert (await browser.post(path, {"command": "a" * 32, "decision": "publish"})).status == 403
        assert WORRY not in (await browser.get("/concerns")).text
        assert (await browser.get("/concerns/none-such/settle")).status == 403  # nobody learns what waits
    assert (await rows(stage))[0].standing == "waiting"


async def test_nobody_is_named_in_public(stage: Stage) -> None:
    """I10: the regulator cannot publish what names somebody of the directory; it can say that it does."""
    ref = await stage.active()
    await raises(stage, ref, text="Amara Okafor should not see my letters.")
    wrong = await settles(stage)
    assert wrong.status == 422 and wrong.summary_links == ["#decision"] and "names somebody" in wrong.text
    assert (await settles(stage, "decline", "personal_data")).status == 303


async def test_a_member_of_the_public_speaks_for_no_organisation(stage: Stage) -> None:
    ref = await stage.active()
    await raises(stage, ref, **{"organisation": "Janet Oakes", "speaks_for": "citizen"})
    [kept] = await rows(stage)
    assert (kept.organisation, kept.body) == ("", "")


async def test_somebody_signed_in_speaks_for_their_own_public_body_only(stage: Stage) -> None:
    ref = await stage.active()
    sent = {"text": WORRY, "speaks_for": "public_body"}
    marcus = await stage.signs_in(MARCUS)
    for body in ("", "hmrc"):
        wrong = await marcus.fills(f"/register/{ref}/concern", **sent, body=body)
        assert wrong.status == 422 and wrong.summary_links == ["#body"]
    code_of(await marcus.fills(f"/register/{ref}/concern", **sent, body="dwp"))
    [kept] = await rows(stage)
    assert (kept.body, kept.organisation) == ("dwp", "Department for Work and Pensions")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": ""}, "#text"),
        ({"speaks_for": ""}, "#speaks_for"),
        ({"text": "My number is AB123456C"}, "#text"),
        ({"organisation": "call 943 476 5919"}, "#organisation"),
    ],
)
async def test_what_is_wrong_is_named_and_what_was_typed_kept(
    stage: Stage, changes: dict[str, str], field: str
) -> None:
    ref = await stage.active()
    sent = {"text": WORRY, "speaks_for": "charity", "organisation": "", **changes}
    page = await stage.stranger().fills(f"/register/{ref}/concern", **sent)
    assert page.status == 422 and page.summary_links == [field], page.text
    assert page.values["text"] == sent["text"] and await rows(stage) == []
    bare = await stage.stranger().post(f"/register/{ref}/concern", sent)
    assert bare.status == 422 and "This page was not complete" in bare.text
    assert (await stage.stranger().get("/register/SC-NONE-SUCH/concern")).status == 404


async def test_sending_it_twice_is_raising_it_once(stage: Stage) -> None:
    ref = await stage.active()
    browser: Browser = stage.stranger()
    form = await browser.get(f"/register/{ref}/concern")
    sent = {**form.hidden, "text": WORRY, **FROM_CITIZEN}
    first, second = [await browser.post(f"/register/{ref}/concern", sent) for _ in range(2)]
    assert code_of(first) == code_of(second) and len(await rows(stage)) == 1
    assert (await browser.post(f"/register/{ref}/concern", {**sent, "text": "Else."})).status == 409


async def test_what_nobody_reads_is_overdue_in_public(stage: Stage) -> None:
    ref = await stage.active()
    code = await raises(stage, ref)
    stage.now += timedelta(days=8)
    assert "Overdue: 1" in (await stage.stranger().get("/concerns")).text
    assert "Overdue" in (await looks(stage, code)).text
    assert "Overdue" in (await (await stage.signs_in(REGULATOR)).get("/concerns")).text


# --- what enough of them begin ------------------------------------------------------------------------------------


async def test_three_bodies_begin_a_mediation_and_the_lead_body_answers_in_public(stage: Stage) -> None:
    ref = await stage.active()
    await publishes(stage, ref, "Age Concern Leeds", "age concern  leeds", "Pensioners' Voice")
    assert not (await stage.case(ref)).mediation, "two bodies, however often they write"
    await publishes(stage, ref, "Digital Rights Watch")
    assert (await stage.case(ref)).mediation == "concerns"
    assert [each.kind for each in (await stage.case(ref)).open(Kind.MEDIATE, Kind.FILL_POST)] == [
        Kind.MEDIATE
    ]

    regulator = await stage.signs_in(REGULATOR)
    assert "Mediate" in (await regulator.get("/inbox")).text
    case = await regulator.get(f"/cases/{ref}")
    assert case.status == 200 and "The regulator" in case.text
    assert "If it is not concluded by then" in case.text, "what silence leads to"
    act = await regulator.get(f"/cases/{ref}/acts/conclude_mediation")
    assert WORRY in act.text and "Harm of withholding" in act.text and f"/register/{ref}" in act.links
    assert (
        await regulator.acts(ref, "extend_mediation", days="5", reason="The sides meet twice.")
    ).status == 200
    named = await regulator.fills(
        f"/cases/{ref}/acts/conclude_mediation",
        outcome="recommended",
        reason="Amara Okafor should write first.",
    )
    assert named.status == 422 and named.summary_links == ["#reason"]
    await regulator.acts(ref, "conclude_mediation", outcome="recommended", reason="Telephone before writing.")
    public = stage.stranger()
    entry = await public.get(f"/register/{ref}")
    assert "Telephone before writing." in entry.text and "To be answered by" in entry.text
    listed = await public.get("/mediations")
    assert "Telephone before writing." in listed.text and "Nobody's answer is overdue" in listed.text

    [answer] = (await stage.case(ref)).open(Kind.COMPLY_OR_EXPLAIN)
    await stage.until(ref, answer.due_at + timedelta(seconds=2))
    listed = await public.get("/mediations")
    assert "Department for Work and Pensions (demonstration) 1" in listed.text
    assert "That day has passed" in (await public.get(f"/register/{ref}")).text
    judith = await stage.signs_in(JUDITH)
    act = await judith.get(f"/cases/{ref}/acts/answer_mediation")
    assert "Telephone before writing." in act.text and WORRY in act.text
    await judith.acts(ref, "answer_mediation", complies="no", reason="Half of them have no telephone.")
    entry = await public.get(f"/register/{ref}")
    assert "Half of them have no telephone." in entry.text and "after its time was over" in entry.text
    assert "Nobody's answer is overdue" in (await public.get("/mediations")).text
    version = (await public.client.get(f"/api/v1/register/{ref}")).json()
    assert version["mediations_count"] == 1
    [told] = version["mediations"]
    assert (told["why"], told["outcome"], told["complies"], told["answered_in_time"]) == (
        "concerns", "recommended", False, False,
    )  # fmt: skip
    assert told["extended_by"] == 5 and told["answer"] == "Half of them have no telephone."

    await publishes(stage, ref, "Another One", "Yet Another")
    assert not (await stage.case(ref)).mediation, "what was heard does not count again"
    await publishes(stage, ref, "A Third")
    assert (await stage.case(ref)).mediation == "concerns"


async def test_one_concern_is_enough_where_ten_rely(stage: Stage) -> None:
    ref = await stage.active()
    await publishes(stage, ref, "Pensioners' Voice")
    await put(stage.database, [row(number, root=ref) for number in range(9)])
    async with stage.database.write() as connection:
        assert await begin_if_reached(connection, ref, stage.now) == ""
    await put(stage.database, [row(10, root=ref)])
    async with stage.database.write() as connection:
        begun = await begin_if_reached(connection, ref, stage.now)
        assert begun and await begin_if_reached(connection, ref, stage.now) == "", "one is on its way"
    await stage.desk.deliver(begun)
    assert (await stage.case(ref)).mediation == "concerns"


async def test_the_regulator_starts_one_by_its_own_motion(stage: Stage) -> None:
    ref = await stage.active()
    regulator = await stage.signs_in(REGULATOR)
    assert f"/cases/{ref}" in (await regulator.get(f"/register/{ref}")).links
    await regulator.acts(ref, "start_mediation", reason="Two bodies wrote to us about it.")
    entry = await stage.stranger().get(f"/register/{ref}")
    assert "The regulator's own motion: Two bodies wrote to us about it." in entry.text
    again = await regulator.get(f"/cases/{ref}/acts/start_mediation")
    assert again.status == 409
    assert f"/cases/{ref}" not in (await stage.stranger().get(f"/register/{ref}")).links


async def test_a_stuck_decision_comes_back_to_the_leader_who_sent_it(stage: Stage) -> None:
    """C14: what was said stays between the sides, and the register has none of it."""
    ref = await stage.signed()
    await stage.working_days_pass(ref, 10)
    leader = stage.holder("leader_1", organisation="hmrc")
    browser = await stage.signs_in(leader)
    await browser.acts(ref, "send_to_mediation", reason="Both sides read the power differently.")
    regulator = await stage.signs_in(REGULATOR)
    act = await regulator.get(f"/cases/{ref}/acts/conclude_mediation")
    assert "Both sides read the power differently." in act.text and "Leader 1 sent it there" in act.text
    assert f"/register/{ref}" not in act.links, "there is no entry yet"
    await regulator.acts(ref, "conclude_mediation", outcome="agreed", reason="They share for one year first.")
    page = await browser.get(f"/cases/{ref}")
    assert "They share for one year first." in page.text
    [task] = (await stage.case(ref)).open(Kind.LEADER_DECIDE)
    assert task.level == 1
    await browser.acts(ref, "approve", delivered="no")
    entry = await stage.stranger().get(f"/register/{ref}")
    assert entry.status == 200 and "They share for one year first." not in entry.html
    assert (await stage.stranger().client.get(f"/api/v1/register/{ref}")).json()["mediations"] == []
