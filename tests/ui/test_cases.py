"""The case page and the act pages: everybody sees who must act, and whoever may act can."""

import re

import pytest
from sqlalchemy import select

from domain.case import Stage as CaseStage
from store import tables
from store.commands import APPLIED
from tests.ui.stage import MANIFEST, REFUSAL, SIGNATURE, Stage

AMY, JUDITH, PRIYA, BETHAN = (
    "p-amara-okafor",
    "p-judith-marchbanks",
    "p-priya-raghunathan",
    "p-bethan-lowther-rees",
)


async def test_the_case_page_says_who_must_act_by_when_and_what_happens_next(stage: Stage) -> None:
    ref = await stage.submitted()
    amy = await stage.signs_in(AMY)
    page = await amy.get(f"/cases/{ref}")
    assert "The risk owner: Pension Credit take-up, Department for Work and Pensions" in page.text
    assert "Monday 30 November 2026 (5 working days left)" in page.text
    assert "If nobody acts by then, it moves up to leader 1 of the receiving body." in page.text
    assert "Waiting for the risk owner" in page.text
    assert "standing agreements that the bodies signed" in page.text
    assert "0 working days open × 950 people a day" in page.text
    stage.now = stage.now.replace(day=27)
    page = await (await stage.signs_in(AMY)).get(f"/cases/{ref}")
    assert "1 working day left" in page.text and "4 working days open × 950 people a day" in page.text


async def test_no_sender_sees_the_case_before_the_risk_is_signed(stage: Stage) -> None:
    """C2: a case that is not there and one that is not theirs look alike."""
    ref = await stage.submitted()
    priya = await stage.signs_in(PRIYA)
    hidden, nowhere = await priya.get(f"/cases/{ref}"), await priya.get("/cases/SC-2222-2222")
    assert hidden.status == nowhere.status == 404
    nonce = re.compile(r'nonce="[^"]+"')
    assert nonce.sub("", hidden.html) == nonce.sub("", nowhere.html)
    assert (await priya.get(f"/cases/{ref}/acts/approve")).status == 404
    assert ref not in (await priya.get("/inbox")).text
    await stage.acts(JUDITH, ref, "sign_risk", **SIGNATURE)
    assert (await priya.get(f"/cases/{ref}")).status == 200
    assert ref in (await priya.get("/inbox")).text


async def test_a_whole_life_through_the_pages(stage: Stage) -> None:
    ref = await stage.active()
    case = await stage.case(ref)
    assert case.stage is CaseStage.ACTIVE
    page = await (await stage.signs_in(AMY)).get(f"/cases/{ref}")
    for said in ("Request submitted", "Risk signed for", "Approved", "Delivery recorded", "Receipt recorded"):
        assert said in page.headings["h3"], said
    assert "by Judith Marchbanks, the risk owner" in page.text
    assert SIGNATURE["residual"] in page.text
    assert "Both sides recorded the same delivery" in page.text
    assert f"/register/{ref}/v/2" in page.links
    assert "Review what the share has done" in page.text and "What lies ahead" in page.text


async def test_after_an_act_its_author_is_told_what_came_of_it(stage: Stage) -> None:
    ref = await stage.submitted()
    judith = await stage.signs_in(JUDITH)
    page = await judith.acts(ref, "sign_risk", **SIGNATURE)
    assert "You have signed for the risk" in page.text and "govuk-notification-banner--success" in page.html
    someone = await stage.signs_in(AMY)
    assert (
        "You have signed"
        not in (await someone.get(page.response.request.url.path + "?command=" + "0" * 32)).text
    )


async def test_an_act_sent_twice_is_one_act(stage: Stage) -> None:
    ref = await stage.signed()
    priya = await stage.signs_in(PRIYA)
    form = await priya.get(f"/cases/{ref}/acts/approve")
    first = await priya.post(f"/cases/{ref}/acts/approve", {**form.hidden, "delivered": "no"})
    second = await priya.post(f"/cases/{ref}/acts/approve", {**form.hidden, "delivered": "no"})
    assert first.status == second.status == 303 and first.location == second.location
    other = await priya.post(
        f"/cases/{ref}/acts/approve", {**form.hidden, "delivered": "no", "note": "Another"}
    )
    assert other.status == 409 and "already sent with different answers" in other.text
    assert other.values["note"] == "Another" and other.hidden["command"] != form.hidden["command"]


async def test_a_stale_page_is_refused_with_what_was_typed_and_a_fresh_look(stage: Stage) -> None:
    ref = await stage.active("hospital-to-home-lanarkshire")
    owner = await stage.signs_in(stage.requests["hospital-to-home-lanarkshire"]["risk_owner"])
    form = await owner.get(f"/cases/{ref}/acts/end_share")
    await owner.acts(ref, "narrow_share", items="Name", reason="The rest is not needed any more.")
    late = await owner.post(
        f"/cases/{ref}/acts/end_share", {**form.hidden, "reason": "No longer needed here."}
    )
    assert late.status == 409 and "has changed since you opened this page" in late.text
    assert late.values["reason"] == "No longer needed here."
    assert late.hidden["seen"] != form.hidden["seen"] and late.hidden["command"] != form.hidden["command"]
    again = await owner.post(f"/cases/{ref}/acts/end_share", {**late.hidden, "reason": late.values["reason"]})
    assert again.status == 303


async def test_two_decide_at_once_and_the_second_is_told_who_was_first(stage: Stage) -> None:
    ref = await stage.signed()
    await stage.working_days_pass(ref, 10)
    priya, bethan = await stage.signs_in(PRIYA), await stage.signs_in(BETHAN)
    mine = await bethan.get(f"/cases/{ref}/acts/refuse")
    await priya.acts(ref, "approve", delivered="no")
    late = await bethan.post(
        f"/cases/{ref}/acts/refuse", {**mine.hidden, **REFUSAL, "items": "Earnings by tax year"}
    )
    assert late.status == 409 and "already decided" in late.text
    assert late.values["harm_of_sharing"] == REFUSAL["harm_of_sharing"]


async def test_recorded_and_being_applied_is_not_a_refusal(stage: Stage) -> None:
    ref = await stage.signed()
    priya = await stage.signs_in(PRIYA)
    stage.desk.away = True
    page = await priya.acts(ref, "approve", delivered="no")
    assert "We have recorded your decision and are applying it" in page.text
    assert f"/cases/{ref}/acts/approve" not in page.links, "what was sent is not offered again"
    stage.desk.away = False
    assert (await stage.desk.deliver(stage.desk.delivered[-1])).state == APPLIED
    assert (
        "You have approved the request" in (await priya.get(page.response.request.url.raw_path.decode())).text
    )


async def test_a_refusal_that_only_asserts_is_sent_back_with_every_word_kept(stage: Stage) -> None:
    """§3."""
    ref = await stage.signed()
    priya = await stage.signs_in(PRIYA)
    said = {**REFUSAL, "items": "Earnings by tax year", "safeguards": "Not proportionate."}
    page = await priya.fills(f"/cases/{ref}/acts/refuse", **said)
    assert page.status == 422 and page.summary_links == ["#safeguards"]
    assert page.values["safeguards"] == "Not proportionate."
    assert page.values["harm_of_sharing"] == REFUSAL["harm_of_sharing"]
    assert page.values["ground"] == "harm_outweighs" and page.values["items"] == "Earnings by tax year"


# What a sending team may do with a new request in the standard lane, in the order of the permission table.
DECIDING = ("approve", "approve_part", "refuse", "say_not_held", "transfer", "ask", "ask_advice")


async def test_who_may_not_act_gets_a_sentence(stage: Stage) -> None:
    ref = await stage.signed()
    amy = await stage.signs_in(AMY)
    page = await amy.get(f"/cases/{ref}/acts/approve")
    assert page.status == 403 and "This is for somebody else to do" in page.text
    priya = await stage.signs_in(PRIYA)
    page = await priya.get(f"/cases/{ref}/acts/record_delivery")
    assert page.status == 409 and "The case has moved on" in page.text and f"/cases/{ref}" in page.links
    assert (await priya.get(f"/cases/{ref}/acts/no_such_act")).status == 404
    assert (await priya.get(f"/cases/{ref}/acts/deadline_passed")).status == 404
    buttons = [link for link in (await priya.get(f"/cases/{ref}")).links if "/acts/" in link]
    assert buttons == [f"/cases/{ref}/acts/{act}" for act in DECIDING]


async def test_a_risk_owner_signs_what_they_read(stage: Stage) -> None:
    ref = await stage.submitted()
    judith = await stage.signs_in(JUDITH)
    form = await judith.get(f"/cases/{ref}/acts/sign_risk")
    assert (
        "Welfare Reform Act 2012" in form.text and "does not change who is a controller in law" in form.text
    )
    sent = await judith.post(
        f"/cases/{ref}/acts/sign_risk", {**form.hidden, **SIGNATURE, "form_hash": "f" * 64}
    )
    assert sent.status == 409 and "has changed since you read it" in sent.text


async def test_both_harms_stand_side_by_side_before_whoever_decides(stage: Stage) -> None:
    ref = await stage.refused("student-discount-newham")
    for path in (f"/cases/{ref}", f"/cases/{ref}/acts/escalate_refusal"):
        author = await stage.signs_in(stage.author(stage.requests["student-discount-newham"]["team"]))
        page = await author.get(path)
        assert {"Harm of withholding", "Risk of sharing"} <= set(page.headings["h3"])
        assert REFUSAL["harm_of_sharing"] in page.text and SIGNATURE["residual"] in page.text


async def test_an_operator_sees_the_vacancy_and_nothing_of_the_case(stage: Stage) -> None:
    """S5: HMRC has no leader 2, so the case asks for one."""
    ref = await stage.signed()
    await stage.working_days_pass(ref, 10)
    await stage.working_days_pass(ref, 5)
    operator = await stage.signs_in(stage.holder("operator"))
    secret = ("Pension Credit", "Judith", "Amara", "Welfare", SIGNATURE["residual"], "950")
    for path in ("/inbox", f"/cases/{ref}", f"/cases/{ref}/acts/fill_post"):
        page = await operator.get(path)
        assert page.status == 200 and ref in page.text
        assert not [word for word in secret if word in page.text], path
    assert "Fill an empty post: leader 2 of the sending body" in (await operator.get(f"/cases/{ref}")).text
    still = await operator.fills(f"/cases/{ref}/acts/fill_post")
    assert still.status == 409 and "Nobody holds the post of leader 2 of the sending body yet" in still.text


async def test_words_on_the_timeline_are_shown_and_never_run(stage: Stage) -> None:
    ref = await stage.signed()
    priya = await stage.signs_in(PRIYA)
    await priya.acts(ref, "ask", reason='<img src=x onerror=alert(1)> "quoted" & more')
    amy = await stage.signs_in(AMY)
    for path in (f"/cases/{ref}", f"/cases/{ref}/acts/answer"):
        page = await amy.get(path)
        assert '<img src=x onerror=alert(1)> "quoted" & more' in page.text
        assert "<img src=x" not in page.html


async def test_silence_is_told_step_by_step(stage: Stage) -> None:
    ref = await stage.signed()
    for days in (10, 5, 5):
        await stage.working_days_pass(ref, days)
    amy = await stage.signs_in(AMY)
    page = await amy.get(f"/cases/{ref}")
    assert "Overdue at the top" in page.text
    assert page.headings["h3"].count("A deadline passed") >= 3
    assert (
        "Moved up to leader 1 of the sending body because the sending team did not decide in time"
        in page.text
    )
    assert "Nobody holds the post of leader 2 of the sending body" in page.text
    assert "overdue by" in page.text and "Acting now still counts" in page.text
    assert "In the app only" in page.text, "nothing pretends to have been sent"


async def test_the_review_is_due_and_concluded(stage: Stage) -> None:
    ref = await stage.active("hospital-to-home-lanarkshire")
    team = stage.requests["hospital-to-home-lanarkshire"]["team"]
    author = await stage.signs_in(stage.author(team))
    assert "Opens on 26 October 2027" in (await author.get("/reviews")).text
    task = next(task for task in (await stage.case(ref)).tasks.values() if task.kind == "review")
    await stage.until(ref, task.visible_from)
    reviewer = await stage.signs_in(stage.holder("reviewer", organisation="south-lanarkshire"))
    assert "Review what the share has done" in (await reviewer.get("/inbox")).text
    form = await reviewer.get(f"/cases/{ref}/acts/conclude_review")
    assert "after" not in form.values
    done = await reviewer.acts(
        ref,
        "conclude_review",
        helped="Two in three took help.",
        alarms_known="no",
        harm="None known.",
        equality="No difference known.",
        outcome="narrow",
        items=["Name", "Hospital"],
    )
    assert "The review is concluded" in done.text and "The share now covers 2 items" in done.text
    assert (await stage.case(ref)).review_month == 24


@pytest.mark.parametrize("act", ["record_delivery", "confirm_receipt"])
async def test_what_is_no_number_is_told_beside_its_box(stage: Stage, act: str) -> None:
    ref = await stage.approved()
    if act == "confirm_receipt":
        await stage.acts(PRIYA, ref, "record_delivery", **MANIFEST)
    browser = await stage.signs_in(PRIYA if act == "record_delivery" else AMY)
    for rows in ("NaN", "-1", "1e9", "٣", "9" * 400, "1.5", "0x10", "Infinity"):
        page = await browser.fills(f"/cases/{ref}/acts/{act}", rows=rows, checksum="x")
        assert page.status == 422 and page.summary_links == ["#rows"], rows
        assert page.values["rows"] == rows


async def test_commands_carry_what_the_page_showed(stage: Stage) -> None:
    ref = await stage.signed()
    async with stage.database.read() as connection:
        query = select(tables.commands).where(
            tables.commands.c.ref == ref, tables.commands.c.act == "sign_risk"
        )
        row = (await connection.execute(query)).one()
    assert (row.via, row.seen, row.actor) == ("web", 3, JUDITH)
    assert re.fullmatch("[0-9a-f]{32}", row.id)
