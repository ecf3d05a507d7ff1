"""The desk for people whose data a share is about (A): who asks is nobody's to know, and nothing is lost on the way."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from domain.case import Kind
from store import tables
from tests.ui.stage import Browser, Page, Stage

AMY, AMY_OWNER = "p-amara-okafor", "p-judith-marchbanks"
WISH = "My date of birth in your letters is wrong by one year."
CERTIFIED = {"how": "destroyed", "on-day": "23", "on-month": "11", "on-year": "2026", "proof": "R-7"}


async def asks(stage: Stage, ref: str, right: str = "rectification", text: str = WISH, **more: Any) -> Page:
    return await stage.stranger().fills(f"/register/{ref}/your-data", right=right, text=text, **more)


def code_of(page: Page) -> str:
    assert page.status == 200, page.text
    return page.text.partition("Your code ")[2].split(" ")[0]


async def looks(stage: Stage, code: str) -> Page:
    return await stage.stranger().post("/your-data", {"code": code})


async def rows(stage: Stage) -> list[Any]:
    async with stage.database.read() as connection:
        return list((await connection.execute(select(tables.rights_requests))).all())


async def answers(
    stage: Stage, ref: str, task: str, outcome: str = "met", words: str = "We put it right."
) -> Page:
    browser = await stage.signs_in(AMY)
    path = f"/cases/{ref}/acts/answer_rights"
    page = await browser.get(f"{path}?task={task}")
    assert page.status == 200, page.text
    return await browser.post(path, {**page.hidden, "outcome": outcome, "reason": words})


async def test_somebody_asks_reads_the_answer_and_nobody_knows_who(stage: Stage) -> None:
    ref = await stage.active()
    entry = await stage.stranger().get(f"/register/{ref}")
    assert f"/register/{ref}/your-data" in entry.links and "Nobody has asked anything" in entry.text
    page = await asks(stage, ref, reference="PC-2291")
    code = code_of(page)
    assert "23 December 2026" in page.text and "shown only this once" in page.text
    [row] = await rows(stage)
    assert code not in str(row) and row.code_hash and row.text == WISH
    [task] = (await stage.case(ref)).open(Kind.ANSWER_RIGHTS)
    assert task.about == f"rectification:{row.id}" and task.due_at == row.due_at

    waiting = await looks(stage, code.lower().replace("-", " "))
    assert "Being looked at" in waiting.text and WISH in waiting.text

    amy = await stage.signs_in(AMY)
    inbox = await amy.get("/inbox")
    assert f"/cases/{ref}?task={task.id}" in inbox.links
    case = await amy.get(f"/cases/{ref}")
    assert WISH in case.text and f"/cases/{ref}/acts/answer_rights?task={task.id}" in case.links
    act = await amy.get(f"/cases/{ref}/acts/answer_rights?task={task.id}")
    assert WISH in act.text and "PC-2291" in act.text
    assert (await answers(stage, ref, task.id)).status == 303

    told = await looks(stage, code)
    assert "Answered" in told.text and "We put it right." in told.text
    assert "now tells everybody" in told.text
    [spread] = (await stage.case(ref)).open(Kind.SPREAD_CORRECTION)
    page = await amy.get(f"/cases/{ref}/acts/pass_on_correction?task={spread.id}")
    assert "nobody else sees the data" in page.text and "HM Revenue and Customs" in page.text
    done = await amy.post(
        f"/cases/{ref}/acts/pass_on_correction",
        {**page.hidden, "receipts": "Take-up letters team, L-1\nPrinting, P-2"},
    )
    assert done.status == 303, done.text
    assert "2 receipts" in (await looks(stage, code)).text
    [row] = await rows(stage)
    assert row.receipts == ["Take-up letters team, L-1", "Printing, P-2"]


async def test_the_sending_side_sees_that_somebody_asked_and_not_what(stage: Stage) -> None:
    ref = await stage.active()
    code_of(await asks(stage, ref))
    [task] = (await stage.case(ref)).open(Kind.ANSWER_RIGHTS)
    await answers(stage, ref, task.id, words="The year is put right.")
    sender = await stage.signs_in(stage.sender(ref))
    page = await sender.get(f"/cases/{ref}")
    assert "for the receiving team alone" in page.text
    assert WISH not in page.text and "The year is put right." not in page.text
    amy = await (await stage.signs_in(AMY)).get(f"/cases/{ref}")
    assert WISH in amy.text and "The year is put right." in amy.text
    told = await sender.get("/notifications")
    assert "Data you sent was put right" in told.text
    assert not [
        task for task in (await stage.case(ref)).tasks.values() if task.seat.value.startswith("sending")
    ]


async def test_sending_it_twice_is_asking_once(stage: Stage) -> None:
    ref = await stage.active()
    browser = stage.stranger()
    form = await browser.get(f"/register/{ref}/your-data")
    sent = {**form.hidden, "right": "objection", "text": "I object."}
    first, second = [await browser.post(f"/register/{ref}/your-data", sent) for _ in range(2)]
    assert code_of(first) == code_of(second) and len(await rows(stage)) == 1
    other = await browser.post(f"/register/{ref}/your-data", {**sent, "text": "Something else."})
    assert other.status == 409 and other.values["text"] == "Something else."
    assert len((await stage.case(ref)).open(Kind.ANSWER_RIGHTS)) == 1


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"right": ""}, "#right", "Select whether you object"),
        ({"text": ""}, "#text", "Enter what you ask for"),
        ({"text": "I am 943 476 5919."}, "#text", "take out an NHS number"),
        ({"text": "AB 12 34 56 C is mine"}, "#text", "take out a National Insurance number"),
        ({"reference": "ab123456c"}, "#reference", "take out a National Insurance number"),
        ({"text": "Write to me@example.org"}, "#text", "take out an e-mail address"),
        ({"text": "x" * 2001}, "#text", "2,000 characters"),
    ],
)
async def test_what_cannot_be_taken_is_named_and_what_was_typed_kept(
    stage: Stage, changes: dict[str, str], field: str, sentence: str
) -> None:
    ref = await stage.active()
    sent = {"right": "objection", "text": "I object.", "reference": "", **changes}
    page = await stage.stranger().fills(f"/register/{ref}/your-data", **sent)
    assert page.status == 422 and page.summary_links == [field], page.text
    assert sentence in page.text and page.values["text"] == sent["text"]
    assert await rows(stage) == [] and not (await stage.case(ref)).open(Kind.ANSWER_RIGHTS)
    again = await stage.stranger().post(
        f"/register/{ref}/your-data",
        {**page.hidden, **sent, "right": "objection", "text": "I object.", "reference": ""},
    )
    assert code_of(again), "the same form may come again, put right"


async def test_where_nothing_can_be_asked_it_says_where_to_go(stage: Stage) -> None:
    approved = await stage.approved()
    page = await stage.stranger().get(f"/register/{approved}/your-data")
    assert page.status == 200 and "No data has been delivered" in page.text and not page.hidden
    ref = await stage.active()
    ready = await stage.stranger().get(f"/register/{ref}/your-data")
    await stage.acts(AMY_OWNER, ref, "end_share", reason="It is over.")
    still = await stage.stranger().get(f"/register/{ref}/your-data")
    assert still.hidden, "the data is still there"
    await stage.acts(AMY, ref, "certify_destruction", **CERTIFIED)
    gone = await stage.stranger().post(
        f"/register/{ref}/your-data", {**ready.hidden, "right": "objection", "text": "I object."}
    )
    assert gone.status == 409 and "HM Revenue and Customs still has its own records" in gone.text
    assert (await stage.stranger().get("/register/SC-NONE-SUCH/your-data")).status == 404


async def test_a_team_that_stays_silent_is_overdue_with_the_code_too(stage: Stage) -> None:
    ref = await stage.active()
    code = code_of(await asks(stage, ref, "objection", "I object to letters."))
    [task] = (await stage.case(ref)).open(Kind.ANSWER_RIGHTS)
    await stage.until(ref, task.due_at + timedelta(seconds=2))
    assert "Overdue" in (await looks(stage, code)).text
    levels = {each.level for each in (await stage.case(ref)).open(Kind.ANSWER_RIGHTS)}
    assert levels == {0, 1}


async def test_a_request_that_came_too_late_for_the_case_says_so(stage: Stage) -> None:
    """The engine was away, and the data went meanwhile: told to whoever has the code, never dropped in silence."""
    ref = await stage.active()
    stage.desk.away = True
    code = code_of(await asks(stage, ref))
    stage.desk.away = False
    await stage.acts(AMY_OWNER, ref, "end_share", reason="It is over.")
    await stage.acts(AMY, ref, "certify_destruction", **CERTIFIED)
    [row] = await rows(stage)
    await stage.desk.deliver(row.command)
    page = await looks(stage, code)
    assert (
        "Could not be taken" in page.text and "Write to Department for Work and Pensions itself" in page.text
    )


async def test_a_code_that_is_none_finds_nothing(stage: Stage) -> None:
    for typed, sentence in (("", "Enter the code"), ("22222-22222-22222-22222", "Nothing was found")):
        page = await looks(stage, typed)
        assert page.status == 422 and page.summary_links == ["#code"] and sentence in page.text


async def test_an_entry_takes_so_many_a_day(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    from api import rights

    monkeypatch.setattr(rights, "MOST_A_DAY", 1)
    ref = await stage.active()
    code_of(await asks(stage, ref))
    full = await asks(stage, ref, "objection", "I object.")
    assert full.status == 409 and "Come back tomorrow" in full.text and full.values["text"] == "I object."
    stage.now += timedelta(days=1)
    assert code_of(await asks(stage, ref, "objection", "I object."))


async def test_small_numbers_are_not_published_and_larger_ones_are(stage: Stage) -> None:
    ref = await stage.active()
    for number in range(5):
        entry = (await stage.stranger().client.get(f"/api/v1/register/{ref}")).json()["rights"]
        if number:
            assert entry["received"] is None and entry["fewer_than"] == 5 and entry["met"] is None
            assert "Fewer than five people" in (await stage.stranger().get(f"/register/{ref}")).text
        code_of(await asks(stage, ref, "objection", f"I object, {number}."))
    tasks = [each.id for each in (await stage.case(ref)).open(Kind.ANSWER_RIGHTS)]
    for task, outcome in zip(tasks, ("met", "partly", "not_met"), strict=False):
        assert (await answers(stage, ref, task, outcome)).status == 303
    counted = (await stage.stranger().client.get(f"/api/v1/register/{ref}")).json()["rights"]
    assert counted == {
        "received": 5, "fewer_than": None, "answered": 3, "answered_in_time": 3, "met": 1, "partly": 1, "not_met": 1,
    }  # fmt: skip
    page = await stage.stranger().get(f"/register/{ref}")
    assert "Answered 3, of those in time 3" in page.text and "I object" not in page.text
    csv = (await stage.stranger().client.get("/register.csv")).text
    assert "rights_received" in csv
    atom = (await stage.stranger().client.get("/register.atom")).text
    assert "Requests about data: 5." in atom


async def test_another_site_cannot_send_the_form(stage: Stage) -> None:
    ref = await stage.active()
    browser: Browser = stage.stranger()
    form = await browser.get(f"/register/{ref}/your-data")
    sent = {**form.hidden, "right": "objection", "text": "I object."}
    for path, data in (
        (f"/register/{ref}/your-data", sent),
        (f"/register/{ref}/concern", sent),
        ("/your-data", {}),
    ):
        page = await browser.post(path, data, headers={"Origin": "https://evil.example"})
        assert page.status == 403, path
    assert await rows(stage) == []
