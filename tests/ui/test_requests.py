"""Making a request: saved as it is typed, checked at the end, submitted once."""

import re

from sqlalchemy import select

from domain.refusals import OutsideCalendar
from domain.request_form import SECTIONS
from store import tables
from tests.ui.stage import Stage, typed

AMY, JUDITH = "p-amara-okafor", "p-judith-marchbanks"
KEY = "pension-credit-take-up"


async def kept(stage: Stage, ref: str) -> dict[str, object]:
    async with stage.database.read() as connection:
        return dict(
            await connection.scalar(select(tables.drafts.c.answers).where(tables.drafts.c.ref == ref))
        )


async def test_twelve_pages_then_check_then_submit(stage: Stage) -> None:
    ref, amy = await stage.drafted()
    listed = await amy.get(f"/requests/{ref}")
    assert "12 of 12 questions have an answer" in listed.text
    check = await amy.get(f"/requests/{ref}/check")
    assert check.h1 == ["Check your answers"] and "Judith Marchbanks" in check.text
    assert sum("back=check" in link for link in check.links) >= 20
    sent = await amy.post(f"/requests/{ref}/check", check.hidden)
    assert (sent.status, sent.location) == (303, f"/requests/{ref}/submitted")
    done = await amy.get(sent.location)
    assert done.h1 == ["Request submitted"] and ref in done.text
    assert "23 November 2026 at 10:00am" in done.text and "Judith Marchbanks has 5 working days" in done.text
    assert f"/cases/{ref}" in done.links


async def test_saving_never_fails_and_keeps_what_was_typed(stage: Stage) -> None:
    """Whatever is in the boxes: nothing is asked while saving, and the boxes show the same again."""
    ref, amy = await stage.drafted()
    hostile = '  =HYPERLINK("x")\r\n<script>alert(1)</script>\r\n\r\n  indented '
    page = await amy.post(f"/requests/{ref}/purpose", {"title": "x" * 5000, "purpose": hostile})
    assert page.status == 303
    again = await amy.get(f"/requests/{ref}/purpose")
    assert again.values["title"] == "x" * 5000
    assert again.values["purpose"] == hostile.replace("\r\n", "\n")
    assert "<script>alert" not in again.html
    assert (await kept(stage, ref))["purpose"] == hostile


async def test_a_long_answer_below_a_choice_comes_back_unchanged(stage: Stage) -> None:
    """The components indent what is nested; a text box must not gain spaces each time it is shown."""
    ref, amy = await stage.drafted()
    detail = "First line\n  second line\n\nlast"
    await amy.post(f"/requests/{ref}/others", {"others_see": "yes", "others_detail": detail})
    assert (await amy.get(f"/requests/{ref}/others")).values["others_detail"] == detail


async def test_every_problem_is_listed_with_a_link_to_its_box(stage: Stage) -> None:
    amy = await stage.signs_in(AMY)
    ref = (await amy.post("/requests/new", {"path": "standard"})).location.rpartition("/")[2]
    check = await amy.get(f"/requests/{ref}/check")
    assert check.status == 200 and "Before you can submit" in check.text
    sent = await amy.post(f"/requests/{ref}/check", check.hidden)
    assert sent.status == 422 and sent.title.startswith("Error: ")
    assert len(sent.summary_links) >= 15
    for link in sent.summary_links:
        path, _, box = link.partition("#")
        page = await amy.get(path)
        assert page.status == 200 and box in page.ids, link
        assert f"#{box}" in page.summary_links, "who comes from the list finds the problem beside the box too"


async def test_three_boxes_make_a_date_and_a_month_may_be_a_word(stage: Stage) -> None:
    ref, amy = await stage.drafted()
    await amy.post(
        f"/requests/{ref}/timing",
        {"needed_by-day": "3", "needed_by-month": "march", "needed_by-year": "2027", "needed_why": "x"},
    )
    assert (await kept(stage, ref))["needed_by"] == "2027-03-03"
    again = await amy.get(f"/requests/{ref}/timing")
    assert [again.values[f"needed_by-{part}"] for part in ("day", "month", "year")] == ["3", "march", "2027"]
    await amy.post(
        f"/requests/{ref}/timing", {"needed_by-day": "31", "needed_by-month": "2", "needed_by-year": "2027"}
    )
    assert "enter a real date" in (await amy.get(f"/requests/{ref}/check")).text


async def test_a_draft_that_is_too_large_is_not_saved_but_shown_again(stage: Stage) -> None:
    ref, amy = await stage.drafted()
    page = await amy.post(f"/requests/{ref}/purpose", {"title": "t", "purpose": "y" * 70_000})
    assert page.status == 422 and "Shorten it" in page.text
    assert page.values["purpose"] == "y" * 70_000
    assert (await kept(stage, ref))["title"] != "t"


async def test_nobody_else_sees_a_draft(stage: Stage) -> None:
    ref, _ = await stage.drafted()
    for person in (JUDITH, "p-priya-raghunathan", stage.holder("operator"), stage.holder("auditor")):
        browser = await stage.signs_in(person)
        for path in ("", "/check", "/purpose", "/submitted"):
            assert (await browser.get(f"/requests/{ref}{path}")).status == 404
        assert (await browser.post(f"/requests/{ref}/purpose", {"title": "mine"})).status == 404
    assert (await kept(stage, ref))["title"] != "mine"


async def test_only_who_asks_for_a_team_can_start(stage: Stage) -> None:
    judith = await stage.signs_in(JUDITH)
    assert (await judith.get("/requests/new")).status == 403
    assert (await judith.post("/requests/new")).status == 403


async def test_the_risk_owner_is_somebody_else(stage: Stage) -> None:
    ref, amy = await stage.drafted()
    page = await amy.get(f"/requests/{ref}/team")
    assert "Judith Marchbanks" in page.text
    assert not re.search(r'value="p-amara-okafor"', page.html)
    await amy.post(f"/requests/{ref}/team", {"team": "dwp-pension-credit", "risk_owner": AMY})
    assert "Select the person in your team" in (await amy.get(f"/requests/{ref}/check")).text


async def test_submitting_twice_is_once(stage: Stage) -> None:
    ref, amy = await stage.drafted()
    check = await amy.get(f"/requests/{ref}/check")
    first = await amy.post(f"/requests/{ref}/check", check.hidden)
    second = await amy.post(f"/requests/{ref}/check", check.hidden)
    assert first.status == second.status == 303
    assert (await stage.case(ref)).version == 3


async def test_when_the_engine_is_away_the_receipt_is_shown_and_it_can_still_be_found(stage: Stage) -> None:
    ref, amy = await stage.drafted()
    stage.desk.away = True
    sent = await amy.fills(f"/requests/{ref}/check")
    done = await amy.get(sent.location)
    assert "is recorded and is being applied" in done.text and f"/cases/{ref}" not in done.links
    assert (await amy.get(f"/requests/{ref}")).location == f"/requests/{ref}/submitted"
    assert (await amy.get(f"/cases/{ref}")).status == 404
    stage.desk.away = False
    await stage.desk.deliver(stage.desk.delivered[-1])
    assert (await amy.get(f"/cases/{ref}")).status == 200
    assert (await amy.get(f"/requests/{ref}")).location == f"/cases/{ref}"


async def test_a_refused_submission_says_why_and_stays_a_draft(stage: Stage) -> None:
    ref, amy = await stage.drafted()
    stage.desk.refuses = OutsideCalendar(reason="The calendar has no bank holidays for 2099.")
    check = await amy.get(f"/requests/{ref}/check")
    sent = await amy.post(f"/requests/{ref}/check", check.hidden)
    assert sent.status == 409 and "no bank holidays for 2099" in sent.text
    assert sent.hidden["command"] != check.hidden["command"]
    assert ref in (await amy.get("/inbox")).text
    assert "could not be submitted" in (await amy.get(f"/requests/{ref}/submitted")).text
    await amy.post(f"/requests/{ref}/pattern", typed({"pattern": "file_once", "until": "2028-03-31"}))
    assert (await amy.fills(f"/requests/{ref}/check")).location == f"/requests/{ref}/submitted"


async def test_a_returned_request_is_edited_and_sent_again_by_a_colleague_too(stage: Stage) -> None:
    ref = await stage.submitted()
    await stage.acts(JUDITH, ref, "decline_risk", reason="Say who else sees it.")
    amy = await stage.signs_in(AMY)
    case = await amy.get(f"/cases/{ref}")
    assert f"/requests/{ref}" in case.links and "Say who else sees it." in case.text
    assert "This request came back to you" in (await amy.get(f"/requests/{ref}")).text
    colleague = await stage.signs_in("p-rhodri-penhallow")
    await colleague.post(f"/requests/{ref}/purpose", {"title": "Second try", "purpose": "Clearer now."})
    assert (await colleague.fills(f"/requests/{ref}/check")).status == 303
    case = await colleague.get(f"/cases/{ref}")
    assert case.h1 == ["Second try"] and "Request submitted again" in case.text
    assert "Version 2 of the request" in case.text


async def test_no_section_without_a_page(stage: Stage) -> None:
    ref, amy = await stage.drafted()
    for section in SECTIONS:
        page = await amy.get(f"/requests/{ref}/{section.id}")
        assert page.h1 == [section.title.replace("'", "'")]
        for question in section.questions:
            assert f'name="{question.id}' in page.html
    assert (await amy.get(f"/requests/{ref}/no-such-section")).status == 404
