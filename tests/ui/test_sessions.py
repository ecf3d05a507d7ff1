"""Sessions (S6): where somebody is signed in, ending it, and what is left of a leaver's ways in: nothing."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from activities.morning import MorningRound
from api import auth
from api.services import Site
from store import tables
from store.database import Database
from tests.ui.stage import Browser, Page, Stage

AMY, PRIYA, JUDITH = "p-amara-okafor", "p-priya-raghunathan", "p-judith-marchbanks"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
HERE = "/settings/sessions"


async def sits_at(stage: Stage, person: str, user_agent: str = FIREFOX) -> Browser:
    browser = stage.stranger()
    browser.client.headers["User-Agent"] = user_agent
    page = await browser.post("/sign-in", {"person": person})
    assert page.status == 303, page.text
    return browser


async def is_in(browser: Browser) -> bool:
    return (await browser.get("/inbox")).status == 200


async def rows(stage: Stage, table: Any, **where: Any) -> list[Any]:
    query = select(table).where(*(table.c[key] == value for key, value in where.items()))
    async with stage.database.read() as connection:
        return list((await connection.execute(query)).all())


async def last_day(stage: Stage, person: str, days: int) -> Page:
    day = stage.now.date() + timedelta(days=days)
    boxes = {f"last-{part}": getattr(day, part) for part in ("day", "month", "year")}
    keeper = await stage.signs_in(stage.holder("operator"))
    page = await keeper.fills(f"/people/{person}/leave", **boxes)
    assert page.status == 303, page.text
    return page


# --- the cookie ----------------------------------------------------------------------------------------------------


async def test_a_sign_in_opens_a_new_session_and_ends_the_one_the_browser_came_with(stage: Stage) -> None:
    browser = await sits_at(stage, AMY)
    before = browser.client.cookies[auth.COOKIE]
    thief = stage.stranger()
    thief.client.cookies.set(auth.COOKIE, before)
    assert await is_in(thief)
    assert (await browser.post("/sign-in", {"person": PRIYA})).status == 303
    after = browser.client.cookies[auth.COOKIE]
    assert after != before and await is_in(browser) and not await is_in(thief)
    assert [each.person for each in await rows(stage, tables.sessions)] == [PRIYA]


async def test_the_table_holds_a_hash_and_a_plain_word_for_the_browser(stage: Stage) -> None:
    browser = await sits_at(stage, AMY)
    [row] = await rows(stage, tables.sessions)
    token = browser.client.cookies[auth.COOKIE]
    assert row.token_hash == auth.hashed(token) and row.device == "Firefox on Linux" and len(token) >= 43
    assert token not in str(row)
    hostile = await sits_at(stage, AMY, "<img src=x onerror=alert(1)>" * 300)
    page = await hostile.get(HERE)
    assert "onerror" not in page.html and "Unknown browser" in page.text


@pytest.mark.parametrize(
    ("url", "name", "secure"),
    [
        ("https://sharecase.example", "__Host-sharecase", True),
        ("http://localhost:8000", "sharecase_session", False),
    ],
)
async def test_over_https_the_cookie_is_bound_to_this_host(
    database: Database, url: str, name: str, secure: bool
) -> None:
    stage = Stage(database, site=replace(Site(), public_url=url))
    browser = stage.stranger()
    browser.client.base_url = url
    answer = (await browser.post("/sign-in", {"person": AMY}, headers={"Origin": url})).response
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{name}=") and ("Secure" in cookie) is secure
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie
    assert "Domain" not in cookie and "Max-Age" not in cookie and "expires" not in cookie.lower()
    assert await is_in(browser)
    other = stage.stranger()  # the name that the other kind of site has counts for nothing here
    other.client.base_url = url
    token = browser.client.cookies[name]
    other.client.cookies.set(({auth.COOKIE, auth.SAFE_COOKIE} - {name}).pop(), token)
    assert not await is_in(other)
    gone = (await browser.post("/sign-out", headers={"Origin": url})).response
    assert gone.headers["set-cookie"].startswith(f'{name}="";') and "Max-Age=0" in gone.headers["set-cookie"]
    assert ("Secure" in gone.headers["set-cookie"]) is secure


async def test_signing_out_ends_the_session_itself(stage: Stage) -> None:
    browser = await sits_at(stage, AMY)
    kept = browser.client.cookies[auth.COOKIE]
    assert (await browser.post("/sign-out")).status == 303
    browser.client.cookies.set(auth.COOKIE, kept)
    assert not await is_in(browser) and await rows(stage, tables.sessions) == []


async def test_a_session_ends_when_idle_and_after_eight_hours_whatever_is_done(stage: Stage) -> None:
    busy, idle = await sits_at(stage, AMY), await sits_at(stage, AMY)
    start = stage.now
    while stage.now < start + timedelta(hours=8):
        assert await is_in(busy), stage.now
        stage.now += timedelta(minutes=29)
    assert not await is_in(busy) and not await is_in(idle)
    assert (await busy.get("/inbox")).location.startswith("/sign-in")
    await sits_at(stage, PRIYA)
    assert [each.person for each in await rows(stage, tables.sessions)] == [PRIYA], "what is over is swept"


async def test_half_an_hour_is_idle(stage: Stage) -> None:
    browser = await sits_at(stage, AMY)
    stage.now += timedelta(minutes=30)
    assert await is_in(browser)
    stage.now += timedelta(minutes=30, seconds=1)
    assert not await is_in(browser)


# --- one's own list ------------------------------------------------------------------------------------------------


async def test_people_see_where_they_are_signed_in_and_end_one(stage: Stage) -> None:
    phone = await sits_at(stage, AMY, "Mozilla/5.0 (iPhone) Version/18.1 Mobile Safari/604.1")
    stage.now += timedelta(minutes=5)
    desk = await sits_at(stage, AMY)
    await sits_at(stage, PRIYA)
    page = await desk.get(HERE)
    assert (
        page.headings["h2"][:1]
        and "Firefox on Linux This one" in page.text
        and "Safari on iPhone" in page.text
    )
    assert "Signed in 23 November 2026 at 10:00am" in page.text and page.html.count('/end"') == 1
    assert page.response.headers["cache-control"] == "no-store"
    [there] = await rows(stage, tables.sessions, device="Safari on iPhone")
    ended = await desk.post(f"{HERE}/{there.id}/end", {"command": "a" * 32})
    assert ended.status == 303
    again = await desk.get(ended.location)
    assert (
        "Ended. That browser has to sign in again." in again.text and "signed in nowhere else" in again.text
    )
    assert not await is_in(phone) and await is_in(desk)


async def test_all_others_end_at_once_and_this_one_stays(stage: Stage) -> None:
    others = [await sits_at(stage, AMY) for _ in range(3)]
    mine, colleague = await sits_at(stage, AMY), await sits_at(stage, PRIYA)
    page = await mine.get(HERE)
    sent = {"command": "b" * 32}
    assert page.html.count("This one") == 1
    for _ in range(2):  # twice is once
        assert (await mine.post(f"{HERE}/end-others", sent)).status == 303
    assert await is_in(mine) and await is_in(colleague)
    assert not any([await is_in(each) for each in others])


async def test_nobody_ends_the_session_of_another(stage: Stage) -> None:
    mine, other = await sits_at(stage, AMY), await sits_at(stage, PRIYA)
    [theirs] = await rows(stage, tables.sessions, person=PRIYA)
    for session in (theirs.id, "0" * 16, "x", "%00", theirs.token_hash):
        assert (await mine.post(f"{HERE}/{session}/end", {"command": "c" * 32})).status == 404, session
    assert await is_in(other)
    assert (await mine.post(f"{HERE}/end-others")).status == 422, "no command"
    assert (await stage.stranger().get(HERE)).status == 303


async def test_the_operator_ends_whatever_somebody_is_signed_in_with(stage: Stage) -> None:
    amy, keeper = await sits_at(stage, AMY), await stage.signs_in(stage.holder("operator"))
    page = await keeper.get(f"/people/{AMY}/access")
    assert page.h1 == ["Sessions and tokens of Amara Okafor"]
    assert "Firefox on Linux" in page.text
    done = await keeper.post(f"/people/{AMY}/end-sessions", page.hidden)
    assert "They have to sign in again" in (await keeper.get(done.location)).text
    assert not await is_in(amy) and await is_in(keeper)
    assert (await keeper.get("/people/p-nobody/access")).status == 404
    assert (await keeper.get("/people/%00/access")).status == 404
    ordinary = await sits_at(stage, PRIYA)
    assert (await ordinary.get(f"/people/{AMY}/access")).status == 403
    assert (await ordinary.post(f"/people/{AMY}/end-sessions", {"command": "d" * 32})).status == 403


# --- leavers -------------------------------------------------------------------------------------------------------


async def test_who_has_left_comes_in_by_no_way(stage: Stage) -> None:
    browser = await sits_at(stage, PRIYA)
    async with stage.database.write() as connection:
        token = await auth.issue_token(connection, PRIYA, "nightly", stage.now)
        ids = {"issuer": "https://id.example", "subject": "7", "linked_by": "x", "linked_at": stage.now}
        await connection.execute(insert(tables.identities).values(person=PRIYA, **ids))
        slack = {"team_id": "T1", "user_id": "U1", "workspace": "w", "handle": "h"}
        slack |= {"linked_at": stage.now, "checked_at": stage.now}
        await connection.execute(insert(tables.slack_links).values(person=PRIYA, **slack))
    call = {"Authorization": f"Bearer {token}"}
    machine = stage.stranger()
    assert (await machine.client.get("/api/v1/tasks", headers=call)).status_code == 200
    await last_day(stage, PRIYA, -1)
    assert not await is_in(browser)
    assert (await machine.client.get("/api/v1/tasks", headers=call)).status_code == 401
    assert (await stage.stranger().post("/sign-in", {"person": PRIYA})).status == 422
    assert await rows(stage, tables.sessions, person=PRIYA) == []
    assert await rows(stage, tables.slack_links, person=PRIYA) == []
    assert [each.revoked_at for each in await rows(stage, tables.tokens, person=PRIYA)] == [stage.now]
    assert len(await rows(stage, tables.identities, person=PRIYA)) == 1, "who it was is kept"


async def test_who_leaves_later_works_until_then(stage: Stage) -> None:
    await last_day(stage, JUDITH, 2)
    stage.now += timedelta(days=2)
    browser = await sits_at(stage, JUDITH)
    assert await is_in(browser), "the last day is still theirs"
    async with stage.database.write() as connection:
        token = await auth.issue_token(connection, JUDITH, "nightly", stage.now)
    stage.now = stage.now.replace(hour=23, minute=50)
    browser = await sits_at(stage, JUDITH)
    stage.now += timedelta(minutes=15)
    assert not await is_in(browser), "midnight in London"
    call = {"Authorization": f"Bearer {token}"}
    assert (await stage.stranger().client.get("/api/v1/tasks", headers=call)).status_code == 401
    await MorningRound(stage.database, lambda: stage.now).run()
    assert await rows(stage, tables.sessions, person=JUDITH) == []
    assert all(each.revoked_at for each in await rows(stage, tables.tokens, person=JUDITH))


async def test_an_earlier_leaving_day_stands_and_an_appointment_brings_somebody_back(stage: Stage) -> None:
    await last_day(stage, JUDITH, -1)
    await last_day(stage, JUDITH, 30)
    assert [each.left_on for each in await rows(stage, tables.people, id=JUDITH)] == [str(stage.now.date())]
    [person] = await rows(stage, tables.people, id=JUDITH)
    keeper = await stage.signs_in(stage.holder("operator"))
    path = "/posts/dwp/appoint?role=risk_owner&team=dwp-pension-credit"
    page = await keeper.get(path)
    sent = {
        **page.values,
        **page.hidden,
        "email": person.email,
        "role": "risk_owner",
        "team": "dwp-pension-credit",
    }
    assert (await keeper.post("/posts/dwp/appoint", sent)).status == 303
    assert await is_in(await sits_at(stage, JUDITH))


# --- settings ------------------------------------------------------------------------------------------------------


async def test_settings_say_who_somebody_is_and_lead_on(stage: Stage) -> None:
    page = await (await stage.signs_in(AMY)).get("/settings")
    assert "Pension Credit take-up" in page.text and "Your posts" in page.text
    assert {HERE, "/settings/tokens", "/settings/slack", "/settings/notifications", "/my/cover"} <= set(
        page.links
    )
    assert "/settings/webhooks" not in page.links
    for person in (stage.holder("leader_1"), stage.holder("operator")):
        assert "/settings/webhooks" in (await (await stage.signs_in(person)).get("/settings")).links
    assert (await stage.stranger().get("/settings")).status == 303


async def test_the_name_in_the_header_leads_to_settings_on_every_page(stage: Stage) -> None:
    amy, priya = await stage.signs_in(AMY), await stage.signs_in(PRIYA)
    for browser, name in ((amy, "Amara Okafor"), (priya, "Priya Raghunathan"), (amy, "Amara Okafor")):
        page = await browser.get("/cases")
        assert "/settings" in page.links and f"Signed in as {name}" in page.text, page.text[:300]
    assert "/settings" not in (await stage.stranger().get("/register")).links


async def test_the_directory_is_in_the_operators_navigation_alone(stage: Stage) -> None:
    keeper = await stage.signs_in(stage.holder("operator"))
    assert "/directory" in (await keeper.get("/cases")).links
    assert "/directory" not in (await (await stage.signs_in(AMY)).get("/cases")).links
