"""Inbox, cases, leader page, reviews and notifications."""

from datetime import timedelta
from typing import Any

import pytest

from api.services import Site
from domain.case import Kind
from store import reads
from tests.ui.stage import Stage

AMY, JUDITH, PRIYA, BETHAN = (
    "p-amara-okafor",
    "p-judith-marchbanks",
    "p-priya-raghunathan",
    "p-bethan-lowther-rees",
)


async def test_an_inbox_says_what_to_do_by_when_and_what_it_costs_to_wait(stage: Stage) -> None:
    ref = await stage.signed()
    stage.now += timedelta(days=4)
    page = await (await stage.signs_in(PRIYA)).get("/inbox")
    assert f"/cases/{ref}" in page.links
    assert "Decide on the request" in page.text
    assert "Pension Credit take-up, Department for Work and Pensions asks PAYE and pensions data" in page.text
    assert "By the end of Monday 7 December 2026, 6 working days left" in page.text
    assert "If nobody acts by then, it moves up to leader 1 of the sending body." in page.text
    assert "4 working days open × 950 people a day = 3,800 person-days without it" in page.text


async def test_an_empty_inbox_says_what_to_do(stage: Stage) -> None:
    page = await (await stage.signs_in(AMY)).get("/inbox")
    assert "Nothing is waiting for you now." in page.text and "/requests/new" in page.links
    page = await (await stage.signs_in(PRIYA)).get("/inbox")
    assert "/requests/new" not in page.links and "/cases" in page.links


async def test_lists_go_on_page_by_page_and_miss_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "PAGE", 2)
    refs = [await stage.approved(title=f"Request {number}") for number in range(5)]
    for person, start in (
        (PRIYA, "/inbox"),
        (AMY, "/cases"),
    ):
        browser = await stage.signs_in(person)
        seen, path = [], start
        while path:
            page = await browser.get(path)
            assert page.status == 200, page.text
            seen += [link.rpartition("/")[2] for link in page.links if link.rpartition("/")[2] in refs]
            path = next((link for link in page.links if "after=" in link), "")
        assert sorted(seen) == sorted(refs), start


async def test_a_leader_sees_what_came_up_and_where_cases_stand(stage: Stage) -> None:
    ref = await stage.signed()
    assert (await (await stage.signs_in(AMY)).get("/leader")).status == 403
    bethan = await stage.signs_in(BETHAN)
    assert "No case has moved up to you" in (await bethan.get("/leader")).text
    await stage.working_days_pass(ref, 10)
    page = await (await stage.signs_in(BETHAN)).get("/leader")
    assert (
        "Level 1" in page.text and "It moved up because the sending team did not decide in time." in page.text
    )
    assert "Data we hold 1 0 0" in page.text and "With the sending team 0 1" in page.text


async def test_reviews_of_other_bodies_are_nobodys_business(stage: Stage) -> None:
    ref = await stage.active("hospital-to-home-lanarkshire")
    author = await stage.signs_in(stage.author("south-lanarkshire-homelessness"))
    assert f"/cases/{ref}" in (await author.get("/reviews")).links
    assert f"/cases/{ref}" not in (await (await stage.signs_in(AMY)).get("/reviews")).links
    sender = await stage.signs_in(stage.sender(ref, "hospital-to-home-lanarkshire"))
    assert f"/cases/{ref}" not in (await sender.get("/reviews")).links


async def test_a_missed_review_says_which_step_comes_next(stage: Stage) -> None:
    ref = await stage.active("hospital-to-home-lanarkshire")
    task = next(task for task in (await stage.case(ref)).tasks.values() if task.kind is Kind.REVIEW)
    await stage.until(ref, task.due_at + timedelta(seconds=1))
    reviewer = await stage.signs_in(stage.holder("reviewer", organisation="south-lanarkshire"))
    assert "leader 1 is told 10 working days after it was due" in (await reviewer.get("/inbox")).text
    await stage.working_days_pass(ref, 10)
    reviewer = await stage.signs_in(stage.holder("reviewer", organisation="south-lanarkshire"))
    assert "leader 2 is told 20 working days after it was due" in (await reviewer.get("/inbox")).text


async def test_notifications_are_honest_about_slack(stage: Stage) -> None:
    ref = await stage.signed()
    page = await (await stage.signs_in(PRIYA)).get("/notifications")
    assert "Decide on the request" in page.text and "In the app only" in page.text
    assert "Slack is not set up here" in page.text
    assert ref not in (await (await stage.signs_in(stage.holder("regulator"))).get("/notifications")).text
    with_slack = Stage(stage.database, site=Site(slack=True))
    page = await (await with_slack.signs_in(PRIYA)).get("/notifications")
    assert "Waiting to be sent to Slack" in page.text


async def test_cases_lists_only_what_can_be_opened(stage: Stage) -> None:
    ref = await stage.submitted()
    everybody: dict[str, Any] = {
        AMY: True,
        JUDITH: True,
        PRIYA: False,
        BETHAN: False,
        stage.holder("auditor"): True,
    }
    for person, sees in everybody.items():
        browser = await stage.signs_in(person)
        listed = f"/cases/{ref}" in (await browser.get("/cases")).links
        opened = (await browser.get(f"/cases/{ref}")).status == 200
        assert listed == opened == sees, person


async def test_who_was_silent_to_the_top_is_counted_in_public(stage: Stage) -> None:
    """C15, G4: by organisation, without a name; gone from the count once somebody acts."""
    stranger = stage.stranger()
    assert "No request is overdue at the top" in (await stranger.get("/overdue")).text
    ref = await stage.signed()
    for days in (10, 5, 5):
        await stage.working_days_pass(ref, days)
    page = await stranger.get("/overdue")
    assert page.status == 200 and "HM Revenue and Customs" in page.text
    counted = (await stranger.client.get("/api/v1/overdue")).json()["bodies"]
    assert counted == [{"body": "HM Revenue and Customs", "cases": 1, "demo": True}]
    await stage.acts(stage.sender(ref), ref, "approve", delivered="no")
    assert "No request is overdue at the top" in (await stranger.get("/overdue")).text
