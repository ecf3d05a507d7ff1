"""Changes of government in the browser (P5, G7): proposed, read before it is confirmed, done, and told everywhere after."""

import pytest

from domain.working_days import london_date
from store import bodies, reads
from store.database import Database
from tests.ui.stage import POSTS, Browser, Page, Stage

OPERATOR = "p-tom-ferrante-boateng"
HMRC_3 = "p-sunita-kolhatkar"  # leader 3 of HMRC
HMRC_1 = "p-bethan-lowther-rees"
DVLA_2 = "p-shabnam-qureshi-beale"
CITATION = "The Transfer of Functions (Revenue) Order 2026"
TODAY = {"from_day-day": "23", "from_day-month": "11", "from_day-year": "2026"}
DECEMBER = {**TODAY, "from_day-day": "1", "from_day-month": "12"}
MERGE = {"into": "dvla", "citation": CITATION, **TODAY}
NEW = "/government-changes/new"


@pytest.fixture
def stage(database: Database) -> Stage:
    return Stage(database)


async def asks(stage: Stage, kind: str, body: str, **answers: str | list[str]) -> Page:
    browser = await stage.signs_in(OPERATOR)
    return await browser.fills(f"{NEW}?step=2&kind={kind}&body={body}", **answers)


async def proposed(stage: Stage, kind: str = "merge", body: str = "hmrc", **answers: str | list[str]) -> str:
    page = await asks(stage, kind, body, **(answers or MERGE))
    assert page.status == 303, page.text
    return page.location.partition("?")[0]


async def confirmed(stage: Stage, where: str, by: str = HMRC_3) -> Page:
    browser = await stage.signs_in(by)
    page = await browser.get(where)
    answer = await browser.post(f"{where}/confirm", {**page.hidden, "agree": "yes"})
    assert answer.status == 303, answer.text
    return await browser.get(answer.location)


# --- proposing ---------------------------------------------------------------------------------------------------


async def test_an_operator_is_asked_in_two_steps(stage: Stage) -> None:
    operator = await stage.signs_in(OPERATOR)
    assert NEW in (await operator.get("/government-changes")).links
    first = await operator.get(NEW)
    assert first.h1 == ["Propose a change of government"] and "Cluster Board" not in first.text
    nothing = await operator.get(f"{NEW}?step=2")
    assert nothing.status == 422
    assert nothing.summary_links == ["#kind", "#body"]
    split = await operator.get(f"{NEW}?step=2&kind=split&body=hmrc")
    assert "Debt insight" in split.text and "Pension Credit take-up" not in split.text
    page = await operator.fills(f"{NEW}?step=2&kind=split&body=hmrc", teams="hmrc-debt-insight")
    assert page.status == 422
    assert page.summary_links == ["#into", "#from_day-day", "#citation"]
    assert "hmrc-debt-insight" in page.html and page.values["teams"] == "hmrc-debt-insight"  # still ticked


async def test_what_cannot_be_is_said_at_its_field_and_what_was_typed_stays(stage: Stage) -> None:
    page = await asks(stage, "rename", "hmrc", name="Department for Education", citation=CITATION, **TODAY)
    assert page.status == 422 and page.summary_links == ["#name"]
    assert "Another body has this name" in page.text
    assert page.values["name"] == "Department for Education" and page.values["citation"] == CITATION
    past = await asks(stage, "merge", "hmrc", **{**MERGE, "from_day-day": "20"})
    assert past.status == 422 and past.summary_links == ["#from_day-day"]
    named = await asks(stage, "merge", "hmrc", **{**MERGE, "citation": "As Amara Okafor agreed"})
    assert named.status == 422 and named.summary_links == ["#citation"]


async def test_nobody_else_proposes(stage: Stage) -> None:
    leader = await stage.signs_in(HMRC_3)
    for page in (await leader.get(NEW), await leader.post(NEW, {"kind": "merge"})):
        assert page.status == 403 and "Only an operator can propose" in page.text
    assert NEW not in (await leader.get("/government-changes")).links
    assert (await stage.stranger().get(NEW)).status == 303


# --- confirming --------------------------------------------------------------------------------------------------


async def test_a_leader_reads_what_it_does_before_confirming(stage: Stage) -> None:
    ref = await stage.signed()  # DWP asks HMRC
    where = await proposed(stage)
    leader = await stage.signs_in(HMRC_3)
    page = await leader.get(where)
    assert page.h1 == ["HM Revenue and Customs becomes part of Driver and Vehicle Licensing Agency"]
    assert "PAYE and pensions data" in page.text and "Leader 1: 1" in page.text
    assert "1: in 0 these teams ask for data, in 1 they are asked" in page.text
    assert "Confirm it" in page.text
    assert "Priya" not in page.text and "Bethan" not in page.text  # no people
    unticked = await leader.post(f"{where}/confirm", page.hidden)
    assert unticked.status == 422 and unticked.summary_links == ["#agree"]

    after = await confirmed(stage, where)
    assert "Confirmed. Open cases of teams that move follow within a minute." in after.text
    assert "Done" in after.text
    async with stage.database.read() as connection:
        waiting = await reads.pending_of(connection, ref)
    assert [(each.act, each.body) for each in waiting] == [("move_party", {"side": "sending"})]


async def test_only_leaders_2_and_3_of_a_body_concerned_and_once(stage: Stage) -> None:
    where = await proposed(stage)
    for who in (OPERATOR, HMRC_1, "p-piers-hallworthy"):
        browser = await stage.signs_in(who)
        page = await browser.get(where)
        assert page.status == 200 and "Confirm it" not in page.text
        answer = await browser.post(f"{where}/confirm", {**page.hidden, "command": "a" * 32, "agree": "yes"})
        assert answer.status == 403 and "Only leader 2 or 3" in answer.text
    leader = await stage.signs_in(DVLA_2)
    page = await leader.get(where)
    sent = {**page.hidden, "agree": "yes"}
    assert (await leader.post(f"{where}/confirm", sent)).status == 303
    assert (await leader.post(f"{where}/confirm", sent)).status == 303  # the same again changes nothing
    again = await leader.post(f"{where}/confirm", {**sent, "command": "b" * 32})
    assert again.status == 409 and "confirmed already" in again.text
    assert (await leader.get("/government-changes/99")).status == 404
    assert (await leader.get("/government-changes/x")).status == 404


async def test_who_confirmed_may_send_the_same_again_after_their_post_has_ended(stage: Stage) -> None:
    """G6: the merger ends the post in which it was confirmed."""
    where = await proposed(stage)
    leader = await stage.signs_in(HMRC_3)
    sent = {**(await leader.get(where)).hidden, "agree": "yes"}
    assert (await leader.post(f"{where}/confirm", sent)).status == 303
    assert (await leader.post(f"{where}/confirm", sent)).status == 303


async def test_a_proposal_whose_day_has_passed_is_not_confirmed(stage: Stage) -> None:
    where = await proposed(stage)
    leader = await stage.signs_in(HMRC_3)
    hidden = (await leader.get(where)).hidden
    stage.now = stage.now.replace(day=24)
    leader = await stage.signs_in(HMRC_3)
    late = await leader.post(f"{where}/confirm", {**hidden, "agree": "yes"})
    assert late.status == 409 and "has passed" in late.text
    assert "Not confirmed in time" in (await leader.get(where)).text


# --- what the public reads -----------------------------------------------------------------------------------------


async def test_the_public_reads_what_was_agreed_and_not_what_is_only_proposed(stage: Stage) -> None:
    where = await proposed(stage, "rename", "hmrc", name="Revenue Service", citation=CITATION, **DECEMBER)
    anybody = stage.stranger()
    assert (await anybody.get(where)).status == 404
    assert "Revenue Service" not in (await anybody.get("/government-changes")).text
    await confirmed(stage, where)
    listed = await anybody.get("/government-changes")
    assert "HM Revenue and Customs gets the name Revenue Service" in listed.text
    assert "From 1 December 2026" in listed.text and CITATION in listed.text and "Agreed" in listed.text
    told = (await anybody.get("/api/v1/government-changes")).response.json()
    [change] = told["changes"]
    assert (change["kind"], change["state"], change["name"]) == ("rename", "agreed", "Revenue Service")
    assert told["former_names"] == []
    page = await anybody.get(where)
    assert page.status == 200 and "leader 3 of a body concerned" in page.text
    for post in POSTS:
        assert post["person"] not in page.html


async def test_pages_of_a_closed_body_say_what_it_is_part_of(stage: Stage) -> None:
    await confirmed(stage, await proposed(stage))
    anybody: Browser = stage.stranger()
    pages = {
        "/appetite/hmrc": "/appetite/dvla",
        "/scorecards/hmrc": "/scorecards/dvla",
        "/register?receiving=hmrc": "/register?receiving=dvla",
        "/figures?organisation=hmrc": "/figures?organisation=dvla",
    }
    for path, then in pages.items():
        page = await anybody.get(path)
        assert page.status == 200, path
        assert "closed on 23 November 2026, now part of Driver and Vehicle Licensing Agency" in page.text
        assert then in page.links
    operator = await stage.signs_in(OPERATOR)
    assert '"hmrc"' not in (await operator.get(NEW)).html  # a closed body does not change again


async def test_a_renamed_body_is_found_by_its_former_name(stage: Stage) -> None:
    await confirmed(
        stage, await proposed(stage, "rename", "hmrc", name="Revenue Service", citation=CITATION, **TODAY)
    )
    page = await stage.stranger().get("/appetite/hmrc")
    assert page.h1 == ["Revenue Service"]
    assert "was called HM Revenue and Customs before 23 November 2026" in page.text
    async with stage.database.read() as connection:
        found = await bodies.directory(connection, london_date(stage.now))
    [old], [new] = found.find("HM Revenue and Customs"), found.find("Revenue Service")
    assert old.body and new.body and old.body.id == new.body.id == "hmrc"
