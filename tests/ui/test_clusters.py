"""Clusters: what everybody may read, what a leader signs, and how two board members change the terms (P1, G0)."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from api.services import Site
from domain.policy import LegalProfile
from store import agreements, tables
from store.database import Database
from tests.ui.stage import MONDAY, Browser, Page, Stage

LEEDS = "p-angela-thistlewood"  # leader 1 of Leeds
DVLA = "p-lloyd-trevanion"  # leader 1 of a body without members
EWA, HEATHER, MAIRI = "p-ewa-nowicka", "p-heather-ballantine", "p-mairi-lochhead-singh"
CRIME_BOARD = "p-olufemi-dare"
HERE = "/clusters/human-services"
NOTICE = f"{HERE}/members/leeds-benefits/leave"
TEAM = "dvla-change-of-details"


async def rows(database: Database, table: Any) -> int:
    async with database.read() as connection:
        return await connection.scalar(select(func.count()).select_from(table)) or 0


async def proposes(browser: Browser, **changes: Any) -> Page:
    page = await browser.get(f"{HERE}/propose")
    assert page.status == 200, page.text
    uses = ["deliver_service", "protect_someone", "prevent_harm", "proactive_help", "fraud_error_debt"]
    sent = {
        **page.values,
        **page.hidden,
        "uses": uses,
        "regime": "uk_gdpr",
        "reason": "Members asked for it.",
    }
    return await browser.post(f"{HERE}/propose", {**sent, **changes})


# --- reading ------------------------------------------------------------------------------------------------------


async def test_anybody_reads_what_was_agreed_and_nobody_is_named(stage: Stage) -> None:
    """P1, I10: posts and bodies, never people."""
    stranger = stage.stranger()
    async with stage.database.read() as connection:
        names = [row.name for row in await connection.execute(select(tables.people.c.name))]
    for path in ("/clusters", HERE, f"{HERE}/v/1", "/clusters/crime-justice", "/clusters/health-social-care"):
        page = await stranger.get(path)
        assert page.status == 200, path
        assert not [name for name in names if name in page.text], path
        assert "It has no statutory effect" in page.text
    listed = await stranger.get("/clusters")
    assert HERE in listed.links and "version 1, in force from 5 January 2026" in listed.text
    assert "/clusters" in (await stranger.get("/register")).links
    page = await stranger.get(HERE)
    assert "Helping people keep their home, find one, or leave homelessness. (housing-support)" in page.text
    assert "Scores and predictions about people, in bulk" in page.text
    assert "Signed by" not in page.text and "signed by Leader 1, Leeds City Council" in page.text
    assert "Benefits and council tax, since" in page.text and "24 months" in page.text
    assert not [link for link in page.links if link.endswith(("/join", "/leave", "/propose", "/confirm"))]


async def test_under_the_plan_the_wording_changes(stage: Stage) -> None:
    """G0."""
    plan = Stage(stage.database, site=Site(legal_profile=LegalProfile.PLAN))
    page = await plan.stranger().get(HERE)
    assert "effect the law gives that presumption" in page.text and "no statutory effect" not in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/clusters/nothing",
        f"{HERE}/v/2",
        f"{HERE}/v/0",
        f"{HERE}/v/x",
        "/clusters/%00",
        f"{HERE}/v/99999999999",
    ],
)
async def test_what_is_not_there_is_not_found(stage: Stage, path: str) -> None:
    assert (await stage.stranger().get(path)).status == 404


async def test_machines_read_the_same(stage: Stage) -> None:
    client = stage.stranger().client
    listed = (await client.get("/api/v1/clusters")).json()["clusters"]
    assert [each["id"] for each in listed] == ["crime-justice", "health-social-care", "human-services"]
    found = (await client.get("/api/v1/clusters/human-services")).json()
    assert found["version"] == 1 and found["board_name"] == "Human Services Cluster Board"
    assert found["versions"][0]["in_force"] and found["versions"][0]["terms"]["tasks"][0]["code"]
    assert {"leeds-benefits"} <= {each["team"] for each in found["teams"]} and found["members"] == len(
        found["teams"]
    )
    assert (await client.get("/api/v1/clusters/nothing")).status_code == 404


# --- who may ------------------------------------------------------------------------------------------------------

FORMS = (f"{HERE}/join", NOTICE, f"{HERE}/propose", f"{HERE}/v/1/confirm")


async def test_who_may_not_sees_no_button_and_is_refused(stage: Stage) -> None:
    """Whatever cluster they name, and a stranger is asked who they are."""
    for person in ("p-amara-okafor", stage.holder("operator"), CRIME_BOARD, stage.holder("auditor")):
        browser = await stage.signs_in(person)
        page = await browser.get(HERE)
        assert not [link for link in page.links if link in FORMS], person
        for path in FORMS:
            assert (await browser.get(path)).status == 403, (person, path)
            sent = await browser.post(path, {"command": "0" * 32, "seen": "1", "agree": "yes", "team": TEAM})
            assert sent.status == 403, (person, path)
        gone = path.replace("human-services", "nothing")
        unknown = 404 if person == CRIME_BOARD else 403  # FORMS ends with one for boards
        assert (await browser.post(gone, {"command": "1" * 32, "seen": "1"})).status == unknown
    board = await stage.signs_in(EWA)
    assert (await board.get(f"{HERE}/join")).status == 403
    leader = await stage.signs_in(LEEDS)
    assert (await leader.get(f"{HERE}/propose")).status == 403
    for path in FORMS:
        assert (await stage.stranger().get(path)).location.startswith("/sign-in")


async def test_a_leader_signs_only_for_teams_of_their_own_body(stage: Stage) -> None:
    leader = await stage.signs_in(DVLA)
    page = await leader.fills(f"{HERE}/join", team="hmrc-debt-insight", agree="yes")
    assert page.status == 422 and "Select the team that joins" in page.text
    assert (await leader.get(NOTICE)).status == 403


# --- joining and leaving --------------------------------------------------------------------------------------------


async def test_a_leader_signs_a_team_in_from_today(stage: Stage) -> None:
    leader = await stage.signs_in(DVLA)
    page = await leader.get(HERE)
    assert f"{HERE}/join" in page.links
    form = await leader.get(f"{HERE}/join")
    assert "The terms you sign: version 1" in form.text and "Driver and Vehicle Licensing Agency" in form.text
    wrong = await leader.post(f"{HERE}/join", {**form.hidden, "team": TEAM})
    assert wrong.status == 422 and "#agree" in wrong.summary_links and f'value="{TEAM}" checked' in wrong.html
    done = await leader.post(f"{HERE}/join", {**wrong.hidden, "team": TEAM, "agree": "yes"})
    assert done.status == 303
    after = await leader.get(done.location)
    assert "The team is a member from today" in after.text
    assert "Change of details, since 23 November 2026" in after.text
    assert "The team is a member from today" not in (await stage.stranger().get(done.location)).text
    async with stage.database.read() as connection:
        assert (await agreements.members_on(connection, date(2026, 11, 23)))[TEAM] == "human-services"
        assert TEAM not in await agreements.members_on(connection, date(2026, 11, 22))


async def test_a_repeat_changes_nothing_and_another_body_is_refused(stage: Stage) -> None:
    """G6."""
    leader = await stage.signs_in(DVLA)
    form = await leader.get(f"{HERE}/join")
    sent = {**form.hidden, "team": TEAM, "agree": "yes"}
    before = await rows(stage.database, tables.memberships)
    for _ in range(3):
        assert (await leader.post(f"{HERE}/join", sent)).status == 303
    assert await rows(stage.database, tables.memberships) == before + 1
    other = await leader.post(f"{HERE}/join", {**sent, "team": "dvla-driver-records"})
    assert other.status == 409 and "already sent with different answers" in other.text
    assert await rows(stage.database, tables.memberships) == before + 1


async def test_a_team_sits_in_one_cluster_only(stage: Stage) -> None:
    leader = await stage.signs_in(LEEDS)
    form = await leader.get("/clusters/crime-justice/join")
    assert "Insight and assurance" in form.text and "Adult social care" not in form.text
    page = await leader.post(
        "/clusters/crime-justice/join", {**form.hidden, "team": "leeds-benefits", "agree": "yes"}
    )
    assert page.status == 409
    assert (
        "Benefits and council tax, Leeds City Council, is already in the cluster human services" in page.text
    )


async def test_notice_is_given_once_and_says_what_goes_on(stage: Stage) -> None:
    """P1: 20 working days by the calendar of the body; live shares go on."""
    leader = await stage.signs_in(LEEDS)
    assert NOTICE in (await leader.get(HERE)).links
    form = await leader.get(NOTICE)
    assert "Its last day is Monday 21 December 2026, 20 working days from today" in form.text
    assert (await leader.post(NOTICE, form.hidden)).status == 422
    done = await leader.post(NOTICE, {**form.hidden, "agree": "yes"})
    assert done.status == 303
    assert (await leader.post(NOTICE, {**form.hidden, "agree": "yes"})).location == done.location
    page = await leader.get(done.location)
    assert "Leaves: last day 21 December 2026." in page.text and NOTICE not in page.links
    assert "its live shares go on until their next review" in page.text
    again = await leader.get(NOTICE)
    assert again.status == 409 and "Notice was already given" in again.text
    stage.now = datetime(2026, 12, 22, 10, tzinfo=UTC)
    leader = await stage.signs_in(LEEDS)
    assert "Leeds City Council" not in (await leader.get(HERE)).text
    assert "Benefits and council tax" in (await leader.get(f"{HERE}/join")).text
    assert (await leader.get(NOTICE)).status == 409


async def test_a_scottish_body_counts_its_own_holidays(stage: Stage) -> None:
    leader = await stage.signs_in(stage.holder("leader_1", organisation="south-lanarkshire"))
    form = await leader.get(f"{HERE}/members/south-lanarkshire-homelessness/leave")
    assert "Tuesday 22 December 2026" in form.text  # St Andrew's Day lies between


async def test_notice_is_for_members_only(stage: Stage) -> None:
    leader = await stage.signs_in(LEEDS)
    for team in ("leeds-insight", "leeds-youth-justice", "no-such-team", "%00"):
        path = f"{HERE}/members/{team}/leave"
        assert (await leader.get(path)).status == 404, team
        assert (await leader.post(path, {"command": "0" * 32, "seen": "1", "agree": "yes"})).status == 404


# --- terms ----------------------------------------------------------------------------------------------------------


async def test_two_members_of_the_board_change_the_terms_from_the_next_working_day(stage: Stage) -> None:
    ewa, heather = await stage.signs_in(EWA), await stage.signs_in(HEATHER)
    page = await proposes(ewa, retention_months="12", name="human services and learning")
    assert page.status == 303, page.text
    own = await ewa.get(page.location)
    assert (
        "Another member of the board must confirm it" in own.text and f"{HERE}/v/2/confirm" not in own.links
    )
    refused = await ewa.get(f"{HERE}/v/2/confirm")
    assert refused.status == 409 and "another member of the board must confirm them" in refused.text
    sent = await ewa.post(f"{HERE}/v/2/confirm", {"command": "0" * 32, "seen": "2", "agree": "yes"})
    assert sent.status == 409

    # Nobody else sees it before it is confirmed.
    assert (await stage.stranger().get(f"{HERE}/v/2")).status == 404
    assert (await (await stage.signs_in(LEEDS)).get(f"{HERE}/v/2")).status == 404
    assert "ersion 2" not in (await stage.stranger().get(HERE)).text
    assert len((await stage.stranger().client.get(f"/api/v1{HERE}")).json()["versions"]) == 1

    form = await heather.get(f"{HERE}/v/2/confirm")
    assert (
        "Before: 24 months" in form.text
        and "Now: 12 months" in form.text
        and "Members asked for it." in form.text
    )
    assert "they count from Tuesday 24 November 2026" in form.text
    assert (await heather.post(f"{HERE}/v/2/confirm", form.hidden)).status == 422
    done = await heather.post(f"{HERE}/v/2/confirm", {**form.hidden, "agree": "yes"})
    assert done.status == 303
    assert (await heather.post(f"{HERE}/v/2/confirm", {**form.hidden, "agree": "yes"})).status == 303

    # Never backwards: today the first version still counts.
    page = await stage.stranger().get(HERE)
    assert "Version 1 of its terms is in force" in page.text
    assert "Version 2 , confirmed, in force from 24 November 2026" in page.text
    stage.now = datetime(2026, 11, 24, 9, tzinfo=UTC)
    page = await stage.stranger().get(HERE)
    assert page.h1 == ["Human services and learning"] and "12 months" in page.text
    assert "Version 1 , in force from 5 January 2026, replaced since" in page.text
    old = await stage.stranger().get(f"{HERE}/v/1")
    assert old.h1 == ["Human services"] and "24 months" in old.text
    mairi = await stage.signs_in(MAIRI)
    assert (await mairi.get(f"{HERE}/v/2/confirm")).status == 409


async def test_a_bad_proposal_keeps_what_was_typed(stage: Stage) -> None:
    ewa = await stage.signs_in(EWA)
    page = await proposes(
        ewa, tasks="Helping people", aim="To help more people.", retention_months="many", reason=""
    )
    assert page.status == 422
    assert {"#tasks", "#retention_months", "#reason"} == set(page.summary_links)
    assert page.values["aim"].strip() == "To help more people." and page.values["retention_months"] == "many"
    assert page.values["tasks"].strip() == "Helping people"
    same = await proposes(ewa)
    assert same.status == 422 and "Change something, or leave them" in same.text
    assert await rows(stage.database, tables.clusters) == 3
    broken = await ewa.post(f"{HERE}/propose", {"aim": "Half a page"})
    assert broken.status == 422 and "This page was not complete" in broken.text


async def test_terms_that_moved_on_are_read_again_before_anybody_signs(stage: Stage) -> None:
    """G6: a stale version is a 409; a later proposal overtakes an open one."""
    ewa, heather, mairi = [await stage.signs_in(each) for each in (EWA, HEATHER, MAIRI)]
    dvla = await stage.signs_in(DVLA)
    signing = await dvla.get(f"{HERE}/join")
    late = await mairi.get(f"{HERE}/propose")
    assert (await proposes(ewa, retention_months="12")).status == 303
    uses = ["deliver_service"]
    stale = await mairi.post(
        f"{HERE}/propose", {**late.values, **late.hidden, "uses": uses, "regime": "uk_gdpr", "reason": "x"}
    )
    assert stale.status == 409 and "have changed since you opened the page" in stale.text
    first = await heather.get(f"{HERE}/v/2/confirm")
    assert "Version 2 is still waiting" in (await mairi.get(f"{HERE}/propose")).text
    assert (await proposes(mairi, retention_months="18")).status == 303
    gone = await heather.post(f"{HERE}/v/2/confirm", {**first.hidden, "agree": "yes"})
    assert gone.status == 409 and "no longer waiting" in gone.text
    assert (await heather.fills(f"{HERE}/v/3/confirm", agree="yes")).status == 303
    assert "overtaken" in (await heather.get(HERE)).text
    stage.now = datetime(2026, 11, 24, 9, tzinfo=UTC)
    dvla = await stage.signs_in(DVLA)
    page = await dvla.post(f"{HERE}/join", {**signing.hidden, "team": TEAM, "agree": "yes"})
    assert page.status == 409 and "The terms you sign: version 3" in page.text
    assert (await dvla.post(f"{HERE}/join", {**page.hidden, "team": TEAM, "agree": "yes"})).status == 303


async def test_a_board_changes_its_own_cluster_only(stage: Stage) -> None:
    board = await stage.signs_in(CRIME_BOARD)
    assert "/clusters/crime-justice/propose" in (await board.get("/clusters/crime-justice")).links
    assert (await board.get(f"{HERE}/propose")).status == 403
    assert stage.now == MONDAY
