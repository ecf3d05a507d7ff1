"""P7 on pages and over the API: who says what a rule cost, who reads it, and a ranking that names no case."""

import csv
import io
from typing import Any

import pytest
from sqlalchemy import insert, select

from domain.people import Seat
from store import tables
from store.database import Database
from tests.ui.stage import MONDAY, POSTS, Stage

AMY, JUDITH = "p-amara-okafor", "p-judith-pemberton"
SAID: dict[str, str] = {
    "rule": "dpia",
    "citation": "",
    "made_do": "Three meetings about a screening form that said yes.",
    "hours": "6.5",
    "protected": "no",
}


async def tags(database: Database) -> list[Any]:
    async with database.read() as connection:
        return list((await connection.execute(select(tables.friction))).all())


async def kept(stage: Stage, ref: str, rule: str, cases: int = 1, half: int = 4) -> None:
    """Tags of several people on one case; the ranking counts cases."""
    async with stage.database.write() as connection:
        row = {
            "ref": ref,
            "rule": rule,
            "citation": "c",
            "made_do": "SECRET",
            "half_hours": half,
            "protected": "yes",
        }
        more = {"seat": Seat.REQUESTER, "told_at": MONDAY}
        rows = [{**row, **more, "same": f"{rule}{n}", "told_by": AMY} for n in range(cases)]
        await connection.execute(insert(tables.friction), rows)


async def test_somebody_says_it_and_the_case_page_shows_it(stage: Stage) -> None:
    ref = await stage.signed()
    browser = await stage.signs_in(AMY)
    page = await browser.get(f"/cases/{ref}")
    assert "What rules cost here (0)" in page.text and f"/cases/{ref}/friction" in page.links
    done = await browser.fills(f"/cases/{ref}/friction", **SAID)
    assert done.status == 303
    page = await browser.get(done.location)
    assert "It counts in the public ranking of rules" in page.text
    assert "What rules cost here (1)" in page.text and "6.5 hours in all" in page.text
    assert SAID["made_do"] in page.text and "UK GDPR, Article 35" in page.text
    assert (await stage.case(ref)).version == (await stage.case(ref)).version, "nothing happens in the case"
    sender = await stage.signs_in(stage.sender(ref))
    assert (await sender.fills(f"/cases/{ref}/friction", **SAID)).status == 303, (
        "another person, the same rule"
    )
    assert "What rules cost here (2)" in (await sender.get(f"/cases/{ref}")).text


async def test_a_repeat_counts_once_and_the_same_rule_twice_is_refused(stage: Stage) -> None:
    ref = await stage.submitted()
    browser = await stage.signs_in(AMY)
    page = await browser.get(f"/cases/{ref}/friction")
    sent = {**page.hidden, **SAID}
    for _ in range(2):
        assert (await browser.post(f"/cases/{ref}/friction", sent)).status == 303
    other = await browser.post(f"/cases/{ref}/friction", {**sent, "hours": "3"})
    assert other.status == 409
    again = await browser.fills(f"/cases/{ref}/friction", **{**SAID, "hours": "3"})
    assert again.status == 409 and "counts once" in again.text and again.values["hours"] == "3"
    assert len(await tags(stage.database)) == 1
    for citation in ("Policy 7", "Policy 8"):
        more = {**SAID, "rule": "other", "citation": citation}
        assert (await browser.fills(f"/cases/{ref}/friction", **more)).status == 303
    assert (await browser.fills(f"/cases/{ref}/friction", **{**SAID, "rule": "other", "citation": "policy  7"})).status == 409  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rule": ""}, "#rule"),
        ({"rule": "other"}, "#citation"),
        ({"made_do": "Amara Okafor wrote it."}, "#made_do"),
        ({"rule": "other", "citation": "Amara Okafor's guidance"}, "#citation"),
        ({"hours": "a day"}, "#hours"),
        ({"protected": ""}, "#protected"),
    ],
)
async def test_what_is_wrong_is_named_and_what_was_typed_kept(
    stage: Stage, changes: dict[str, str], field: str
) -> None:
    ref = await stage.submitted()
    browser = await stage.signs_in(AMY)
    sent = {**SAID, **changes}
    page = await browser.fills(f"/cases/{ref}/friction", **sent)
    assert page.status == 422 and page.summary_links == [field], page.text
    assert page.values["made_do"] == sent["made_do"] and page.values["hours"] == sent["hours"]
    assert await tags(stage.database) == []
    assert (await browser.post(f"/cases/{ref}/friction", sent)).status == 422, "without its command"


async def test_who_may_not(stage: Stage) -> None:
    ref = await stage.submitted()
    path = f"/cases/{ref}/friction"
    assert (await stage.stranger().get(path)).status == 303
    for person in (
        stage.sender(ref),
        stage.holder("leader_1", organisation="hmrc"),
        stage.holder("regulator"),
    ):
        browser = await stage.signs_in(person)  # C2: not before a risk owner signed
        assert (await browser.get(path)).status == 404, person
        assert (await browser.post(path, SAID)).status == 404, person
    auditor = await stage.signs_in(stage.holder("auditor"))
    assert (await auditor.get(path)).status == 403
    assert "Only somebody who works on a case" in (await auditor.get(path)).text
    seen = await auditor.get(f"/cases/{ref}")
    assert "What rules cost here (0)" in seen.text and path not in seen.links
    assert (await (await stage.signs_in(AMY)).get("/cases/SC-NONE-SUCH/friction")).status == 404


# --- in public -----------------------------------------------------------------------------------------------------


async def test_the_ranking_tells_sums_and_no_case(stage: Stage) -> None:
    refs = [await stage.submitted() for _ in range(3)]
    for ref in refs:
        await kept(stage, ref, "dpia", 4, half=3)
    await kept(stage, refs[0], "caldicott")
    page = await stage.stranger().get("/friction?demo=yes")
    assert page.status == 200 and page.h1 == ["What rules cost"]
    assert "Data protection impact assessment UK GDPR, Article 35 18 1.5 12 3 100%" in page.text
    assert "Caldicott" not in page.text and "together too few too few too few" in page.text
    assert page.html.count('role="img"') == 1
    for hidden in ("SECRET", *refs, *(post["person"] for post in POSTS)):
        assert hidden not in page.html
    assert "Nobody has said yet" in (await stage.stranger().get("/friction")).text, "made-up bodies are apart"


async def test_page_csv_and_json_say_the_same(stage: Stage) -> None:
    for _ in range(3):
        await kept(stage, await stage.submitted(), "dpia", 2)
    told = (await stage.stranger().client.get("/api/v1/friction?demo=yes")).json()
    answer = await stage.stranger().client.get("/friction.csv?demo=yes")
    (line,) = list(csv.DictReader(io.StringIO(answer.text)))
    (rule,) = told["rules"]
    assert rule == {
        "rule": "dpia", "name": "Data protection impact assessment", "citation": "UK GDPR, Article 35", "hours": 12.0,
        "median_hours": None, "tags": 6, "cases": 3, "protected_percent": 100,
    }  # fmt: skip
    assert (line["rule"], line["hours"], line["median_hours"], line["cases"]) == ("dpia", "12.0", "", "3")


async def test_over_the_api(stage: Stage) -> None:
    ref = await stage.submitted()
    path = f"/api/v1/cases/{ref}/friction"
    assert (await stage.stranger().client.get(path)).status_code == 401
    async with stage.database.write() as connection:
        from datetime import timedelta

        from api.auth import issue_token

        token = await issue_token(connection, AMY, "t", stage.now, timedelta(days=9))
    client = stage.stranger().client
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "one"}
    answers = {key: value for key, value in SAID.items() if value}
    for _ in range(2):
        made = await client.post(path, json={"answers": answers}, headers=headers)
        assert made.status_code == 201, made.text
    told = (await client.get(path, headers=headers)).json()
    assert told["hours"] == 6.5 and [each["mine"] for each in told["tags"]] == [True]
    assert {"dpia", "caldicott"} <= {each["id"] for each in told["rules"]}
    wrong = await client.post(
        path, json={"answers": {**answers, "hours": "0"}}, headers={**headers, "Idempotency-Key": "2"}
    )
    assert wrong.status_code == 422 and wrong.json()["errors"][0]["field"] == "hours"
    unknown = await client.post(
        path, json={"answers": {"hour": "1"}}, headers={**headers, "Idempotency-Key": "3"}
    )
    assert unknown.status_code == 422
