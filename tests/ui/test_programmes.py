"""Programmes on pages (P10): two board members agree on one; everybody sees body by body how far it is."""

import csv
import io
from datetime import timedelta
from typing import Any

from tests.ui.stage import POSTS, Page, Stage

EWA, HARRIET, AMY = "p-ewa-nowicka", "p-harriet-siddall", "p-amara-okafor"  # two on boards, one who asks
SAID: dict[str, Any] = {
    "name": "Pension Credit take-up",
    "purpose": "Nobody who is entitled goes without.",
    "citation": "Spring Statement 2026",
    "duties": ["auto_enrolment"],
    "uses": ["proactive_help"],
    "cluster": "any",
    "bodies": "Department for Work and Pensions\nLeeds City Council",
    "reason": "It was promised for this winter.",
}
HERE = "/programmes/pension-credit-take-up"


async def proposed(stage: Stage, path: str = "/programmes/propose", **changed: Any) -> Page:
    return await (await stage.signs_in(EWA)).fills(path, **{**SAID, **changed})


async def confirmed(stage: Stage) -> Page:
    done = await (await stage.signs_in(HARRIET)).fills(f"{HERE}/proposal", decision="confirm")
    stage.now += timedelta(days=1)
    return done


async def test_one_proposes_another_confirms_and_it_counts_from_the_next_working_day(stage: Stage) -> None:
    done = await proposed(stage)
    ewa = await stage.signs_in(EWA)
    assert "Proposed. Another board member must confirm it." in (await ewa.get(done.location)).text
    assert (await stage.stranger().get(HERE)).status == 404
    assert "Pension Credit take-up" not in (await stage.stranger().get("/programmes")).text
    own = await ewa.fills(f"{HERE}/proposal", decision="confirm")
    assert own.status == 409 and "another board member must confirm it" in own.text
    harriet = await stage.signs_in(HARRIET)
    assert f"{HERE}/proposal" in (await harriet.get("/programmes")).links
    page = await harriet.get(f"{HERE}/proposal")
    assert "It was promised for this winter." in page.text and "Leeds City Council" in page.text
    assert (await confirmed(stage)).status == 303
    shown = await stage.stranger().get(HERE)
    assert (
        "0 of 2 bodies have received such a share" in shown.text
        and "Version 1, from 24 November 2026" in shown.text
    )


async def test_a_share_moves_a_body_from_not_asked_to_under_way_to_delivered(stage: Stage) -> None:
    await proposed(stage)
    await confirmed(stage)

    async def stands() -> dict[str, str]:
        told = (await stage.stranger().client.get(f"/api/v1{HERE}")).json()
        assert told["target"] == sum(told[each] for each in ("delivered", "under_way", "ended", "not_asked"))
        return {each["organisation"]: each["stand"] for each in told["bodies"]}

    assert await stands() == {"dwp": "not_asked", "leeds": "not_asked"}
    await stage.signed()
    assert (await stands())["dwp"] == "under_way"
    ref = await stage.active()
    assert await stands() == {"dwp": "delivered", "leeds": "not_asked"}
    page = await stage.stranger().get(HERE)
    assert "1 of 2 bodies have received such a share" in page.text and page.html.count('role="img"') == 1
    assert "November 2026 1" in page.text
    (link,) = [each for each in page.links if each.startswith("/figures/rows?figure=programme")]
    rows = await stage.stranger().get(link)
    assert rows.status == 200 and f"/register/{ref}" in rows.links and "2 cases, 1 of them" in rows.text
    listed = await stage.stranger().get("/figures?demo=yes")
    assert HERE in listed.links and HERE not in (await stage.stranger().get("/figures")).links
    answer = await stage.stranger().client.get(f"{HERE}/bodies.csv")
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(line["organisation"], line["stand"]) for line in lines] == [
        ("dwp", "delivered"),
        ("leeds", "not_asked"),
    ]
    assert all(line["as_of"] and line["definitions"] for line in lines)


async def test_a_change_is_a_version_of_its_own(stage: Stage) -> None:
    await proposed(stage)
    await confirmed(stage)
    page = await (await stage.signs_in(EWA)).get(f"{HERE}/propose")
    assert page.values["name"] == "Pension Credit take-up" and "Leeds City Council" in page.values["bodies"]
    assert (await proposed(stage, f"{HERE}/propose", bodies="Leeds City Council")).status == 303
    again = await proposed(stage, f"{HERE}/propose", bodies="Newham")
    assert again.status == 409 and "already waiting for another board member" in again.text
    assert again.values["bodies"] == "Newham"
    await confirmed(stage)
    shown = await stage.stranger().get(HERE)
    assert (
        "Version 2, from 25 November 2026" in shown.text and "Version 1, from 24 November 2026" in shown.text
    )
    assert "0 of 1 bodies" in shown.text


async def test_a_dropped_proposal_changes_nothing(stage: Stage) -> None:
    await proposed(stage)
    done = await (await stage.signs_in(EWA)).fills(f"{HERE}/proposal", decision="drop")
    assert "Dropped. Nothing changes." in (await (await stage.signs_in(EWA)).get(done.location)).text
    assert (await stage.stranger().get(HERE)).status == 404
    assert (await (await stage.signs_in(HARRIET)).get(f"{HERE}/proposal")).status == 409


async def test_the_same_command_twice_is_one_proposal(stage: Stage) -> None:
    browser = await stage.signs_in(EWA)
    page = await browser.get("/programmes/propose")
    for _ in range(2):
        assert (await browser.post("/programmes/propose", {**page.hidden, **SAID})).status == 303
    other = await browser.post("/programmes/propose", {**page.hidden, **SAID, "name": "Another"})
    assert other.status == 409
    harriet = await stage.signs_in(HARRIET)
    links = (await harriet.get("/programmes")).links
    assert [each for each in links if each.endswith("/proposal")] == [f"{HERE}/proposal"]


async def test_what_cannot_be_taken_is_named_and_kept(stage: Stage) -> None:
    page = await proposed(stage, bodies="Nowhere Council", purpose="Amara Okafor asked for it.")
    assert page.status == 422 and "Nowhere Council is not in the directory" in page.text
    assert page.values["bodies"] == "Nowhere Council" and page.summary_links == ["#bodies"]
    named = await proposed(stage, purpose="Amara Okafor asked for it.")
    assert named.status == 422 and "It is published. Name no person." in named.text
    await proposed(stage)
    taken = await proposed(stage, name="Pension credit TAKE-UP!")
    assert taken.status == 422 and "there is a programme of this name" in taken.text
    unread = await (await stage.signs_in(EWA)).post("/programmes/propose", SAID)
    assert unread.status == 422 and "This page was not complete." in unread.text


async def test_only_boards_may(stage: Stage) -> None:
    await proposed(stage)
    amy = await stage.signs_in(AMY)
    for path in (
        "/programmes/propose",
        f"{HERE}/proposal",
        "/programmes/multi-agency-child-protection/propose",
    ):
        page = await amy.get(path)
        assert page.status == 403 and "Only a member of a cluster's board" in page.text, path
        assert (await amy.post(path, {**SAID, "decision": "confirm"})).status == 403
    assert "Propose a programme" not in (await amy.get("/programmes")).text


async def test_the_demonstration_has_programmes_that_say_they_are_made_up(stage: Stage) -> None:
    page = await stage.stranger().get("/programmes")
    assert "No programme of real bodies is named yet." in page.text
    assert "Multi-agency child protection" in page.text
    shown = await stage.stranger().get("/programmes/multi-agency-child-protection")
    assert "Its bodies are made up." in shown.text and "0 of 9 bodies" in shown.text
    told = (await stage.stranger().client.get("/api/v1/programmes")).json()
    assert told["definitions"] and all(each["demo"] for each in told["programmes"])
    for path in ("/programmes", "/programmes/multi-agency-child-protection", "/api/v1/programmes"):
        text = (await stage.stranger().get(path)).html
        assert not [post["person"] for post in POSTS if post["person"] in text], path
    for path in (
        "/programmes/nothing",
        "/api/v1/programmes/nothing",
        "/programmes/x/bodies.csv",
    ):
        assert (await stage.stranger().get(path)).status == 404, path


async def test_restatements_are_public_and_say_why(stage: Stage) -> None:
    ref = await stage.signed()
    sender = stage.sender(ref)
    team = stage.requests["hospital-to-home-lanarkshire"]["sending_team"]
    assert "No restatement touches them." in (await stage.stranger().get("/figures?demo=yes")).text
    await stage.acts(sender, ref, "transfer", to_team=team, reason="They hold it.")
    page = await stage.stranger().get("/figures?demo=yes")
    assert "These figures were restated 1 time: what changed, and why" in page.text
    log = await stage.stranger().get("/figures/restatements?demo=yes")
    assert "The request was passed on to the team that holds the data." in log.text
    assert "HM Revenue and Customs: received, November 2026 (demonstration) 1 0" in log.text.replace(
        " :", ":"
    )
    assert ref not in log.html  # not in the register, so not named
    told = (await stage.stranger().client.get("/api/v1/figures/restatements?demo=yes")).json()
    assert told["total"] == 1 and told["restatements"][0]["why"] == "passed_on"
    answer = await stage.stranger().client.get("/figures/restatements.csv?demo=yes")
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    assert {(line["organisation"], line["before"], line["after"]) for line in lines} >= {("hmrc", "1", "0")}
    assert (await stage.stranger().get("/figures/restatements?from=x")).status == 422
    assert (await stage.stranger().client.get("/api/v1/figures/restatements?lane=fast")).status_code == 422
    rates = (await stage.stranger().client.get("/api/v1/figures/rates")).json()["rates"]
    assert rates[0]["pence_an_hour"] == 2500 and "regulation 4(4)" in rates[0]["source"]
