"""Policy versions on pages: two people change a number, a case keeps its own, and past cases are looked back at (read-only)."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from api import auth
from api.policies import MOST_CASES
from domain.case import Kind
from domain.policy_versions import SHIPPED
from store import tables, what_if
from tests.ui.stage import POSTS, Page, Stage

AMY = "p-amara-okafor"
ONE, TWO = list(dict.fromkeys(post["person"] for post in POSTS if post["role"] == "board"))[:2]
WHY = "Teams in small councils need three weeks."


async def proposed(stage: Stage, person: str = ONE, **changes: str) -> Page:
    browser = await stage.signs_in(person)
    page = await browser.get("/policy/propose")
    assert page.status == 200, page.text
    return await browser.post("/policy/propose", {**page.values, **page.hidden, "reason": WHY, **changes})


async def decided(stage: Stage, person: str = TWO, decision: str = "confirm") -> Page:
    return await (await stage.signs_in(person)).fills("/policy/proposal", decision=decision)


async def counts(stage: Stage) -> dict[str, int]:
    """Rows of every table, to see that nothing was written; sessions are kept once a minute."""
    async with stage.database.read() as connection:
        return {
            name: await connection.scalar(select(func.count()).select_from(table)) or 0
            for name, table in tables.metadata.tables.items()
            if name != "sessions"
        }


# --- reading ------------------------------------------------------------------------------------------------------


async def test_anybody_reads_the_numbers_and_machines_the_same(stage: Stage) -> None:
    stranger = stage.stranger()
    page = await stranger.get("/policy")
    assert page.status == 200 and page.h1 == ["How long each of us has"]
    assert "Decide on a request in the standard lane 10 working days" in page.text
    assert "/policy/v/2026-1" in page.links and "/policy/propose" not in page.links
    assert (await stranger.get("/policy/v/2026-1")).status == 200
    for nowhere in ("/policy/v/2026-2", "/policy/v/x", "/policy/v/%00"):
        assert (await stranger.get(nowhere)).status == 404, nowhere
    found = (await stranger.client.get("/api/v1/policies")).json()
    assert (
        found["version"] == "2026-1"
        and {each["field"]: each["number"] for each in found["numbers"]}["decide"] == 10
    )


# --- two people ---------------------------------------------------------------------------------------------------


async def test_two_board_members_change_a_number_from_the_next_working_day(stage: Stage) -> None:
    before = await stage.signed()
    assert (await proposed(stage, decide="15")).location.startswith("/policy/proposal")
    shown = await stage.stranger().get("/policy")
    assert "15 working days instead of 10" in shown.text and WHY in shown.text
    done = await decided(stage)
    assert done.status == 303
    page = await (await stage.signs_in(TWO)).get(done.location)
    assert "Confirmed as version 2026-2. It counts from Tuesday 24 November 2026" in page.text
    today = await stage.signed("discharge-care-leeds", duty="none")
    assert (await stage.case(today)).policy == SHIPPED, "never backwards, and not today"
    stage.now += timedelta(days=1)
    after = await stage.signed()
    assert (await stage.case(after)).policy.version == "2026-2"
    assert (await stage.case(after)).open(Kind.DECIDE)[0].days == 15
    for pinned in (before, today):
        case = await stage.case(pinned)
        assert case.policy.decide == 10, "what is on its way keeps its numbers"
    await stage.acts(stage.sender(before), before, "ask", reason="Which tax years?")
    assert (await stage.case(before)).policy.version == "2026-1"
    page = await stage.stranger().get("/policy/v/2026-2")
    assert "In force now" in page.text or "in force now" in page.text
    assert "as shipped: 10 working days" in page.text and WHY in page.text
    start = await stage.stranger().get("/")
    assert "the sending team has 15" in start.text, "pages promise what a case will get"


async def test_nobody_confirms_their_own_and_only_boards_act(stage: Stage) -> None:
    browser = await stage.signs_in(AMY)
    for path in ("/policy/propose",):
        assert (await browser.get(path)).status == 403
        assert (await browser.post(path, {})).status == 403
    assert (await proposed(stage, decide="15")).status == 303
    own = await (await stage.signs_in(ONE)).get("/policy/proposal")
    assert "You proposed this" in own.text and "Confirm them" not in own.text
    refused = await decided(stage, ONE)
    assert refused.status == 409 and "another board member must confirm them" in refused.text
    page = await browser.get("/policy/proposal")
    assert page.status == 200 and "Send your decision" not in page.text, "to be read by who is signed in"
    assert (await browser.post("/policy/proposal", {**own.hidden, "decision": "confirm"})).status == 403
    again = await (await stage.signs_in(TWO)).get("/policy/propose")
    assert again.status == 409 and "already proposed" in again.text
    assert (await decided(stage, ONE, "drop")).status == 303
    assert (await stage.stranger().get("/policy/proposal")).status == 303, "asks who you are"
    assert (await browser.get("/policy/proposal")).status == 409


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"decide": "99"}, "decide"), ({"decide": "x"}, "decide"), ({"reason": ""}, "reason")],
)
async def test_what_was_typed_is_kept_beside_what_is_wrong(
    stage: Stage, changes: dict[str, Any], field: str
) -> None:
    page = await proposed(stage, **{"leader": "7", **changes})
    assert page.status == 422 and f"#{field}" in page.summary_links
    assert page.values["leader"] == "7"


async def test_nothing_changed_a_name_and_a_stale_page(stage: Stage) -> None:
    assert "Change one, or leave it" in (await proposed(stage)).text
    named = await proposed(stage, decide="15", reason="Ask Amara OKAFOR why.")
    assert named.status == 422 and "Take the name out" in named.text
    browser = await stage.signs_in(ONE)
    old = await browser.get("/policy/propose")
    assert (await proposed(stage, TWO, decide="15")).status == 303
    assert (await decided(stage, ONE)).status == 303
    late = await browser.post("/policy/propose", {**old.values, **old.hidden, "reason": WHY, "leader": "6"})
    assert late.status == 409 and "have changed since you opened this page" in late.text


async def test_a_repeat_changes_nothing(stage: Stage) -> None:
    """G6."""
    browser = await stage.signs_in(ONE)
    page = await browser.get("/policy/propose")
    sent = {**page.values, **page.hidden, "reason": WHY, "decide": "15"}
    for _ in range(2):
        assert (await browser.post("/policy/propose", sent)).status == 303
    assert (await counts(stage))["policies"] == 1
    assert (await browser.post("/policy/propose", {**sent, "decide": "16"})).status == 409


# --- what if ------------------------------------------------------------------------------------------------------


async def test_what_it_would_have_meant_is_read_and_nothing_is_written(stage: Stage) -> None:
    late = await stage.signed()
    await stage.working_days_pass(late, 12)
    quick = await stage.signed("discharge-care-leeds", duty="none")
    await stage.acts(stage.sender(quick, "discharge-care-leeds"), quick, "approve", delivered="no")
    before, delivered = await counts(stage), len(stage.desk.delivered)
    browser = await stage.signs_in(AMY)
    page = await browser.get("/policy/what-if?asked=yes&decide=15")
    assert page.status == 200 and "2 cases looked at." in page.text
    assert "(1) Decide on a request in the standard lane: 15 working days" in page.text
    assert "What this cannot say" in page.text and "<svg" in page.html
    assert "Past events say nothing" not in page.text
    wrong = await browser.get("/policy/what-if?asked=yes&decide=400")
    assert wrong.status == 422 and wrong.values["decide"] == "400"
    assert (await browser.get("/policy/what-if?asked=yes")).status == 422
    assert (await browser.get("/policy/what-if")).status == 200
    assert (await stage.stranger().get("/policy/what-if?decide=15")).status == 303
    assert (await counts(stage), len(stage.desk.delivered)) == (before, delivered)


async def test_machines_ask_the_same(stage: Stage) -> None:
    ref = await stage.signed()
    await stage.working_days_pass(ref, 12)
    async with stage.database.write() as connection:
        token = await auth.issue_token(connection, AMY, "test", stage.now)
    client, mine = stage.stranger().client, {"authorization": f"Bearer {token}"}
    found = (await client.get("/api/v1/policy/what-if?decide=15&rounds=1", headers=mine)).json()
    assert found["cases_looked_at"] == found["cases_in_all"] == 1
    [line] = found["lines"]
    assert (line["tasks"], line["missed_before"], line["would_miss"], line["untold"]) == (1, 1, 0, 1)
    assert line["median"] is None and found["not_told"] and found["cannot_say"]
    assert (await client.get("/api/v1/policy/what-if?decide=15")).status_code == 401
    for asked in ("", "?decide=x", "?nothing=1"):
        assert (await client.get(f"/api/v1/policy/what-if{asked}", headers=mine)).status_code == 422, asked


async def test_a_proposal_shows_it_before_it_is_confirmed(stage: Stage) -> None:
    ref = await stage.signed()
    await stage.working_days_pass(ref, 12)
    await proposed(stage, decide="15", rounds="3")
    page = await (await stage.signs_in(TWO)).get("/policy/proposal")
    assert "1 case looked at." in page.text and "What they would have meant" in page.text
    assert "Past events say nothing about: Questions before a leader must allow one more." in page.text


async def test_only_so_many_are_looked_at_and_it_is_said(stage: Stage) -> None:
    for _ in range(3):
        await stage.signed()
    looked = await what_if.look(stage.database, {"decide": 15}, stage.now, demo=True, most=2)
    assert (looked.found.cases, looked.of, looked.is_cut) == (2, 3, True)
    assert (
        await what_if.look(stage.database, {"decide": 15}, stage.now, demo=True, most=MOST_CASES)
    ).found.cases == 3
    real = await what_if.look(stage.database, {"decide": 15}, stage.now, demo=False, most=MOST_CASES)
    assert (real.found.cases, real.of) == (0, 0), "made-up bodies are in no figure"


async def test_page_by_page_comes_to_the_same(stage: Stage) -> None:
    for days in (1, 12, 2):
        ref = await stage.signed()
        await stage.working_days_pass(ref, days)
    changes = {"decide": 5, "sign_risk": 2}
    whole = await what_if.look(stage.database, changes, stage.now, demo=True, most=100)
    paged = await what_if.look(stage.database, changes, stage.now, demo=True, most=100, at_once=1)
    assert paged.found.lines() == whole.found.lines() and paged.found.cases == whole.found.cases == 3
