"""G1, G3, P3: the directory as operators keep it, contacts as teams name them, and a file looked at before it is done."""

import csv
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from api.relay import Relay
from store import contacts, directory_kept, directory_lists, imports_waiting, tables
from tests.ui.stage import Browser, Page, Stage

AMY = "p-amara-okafor"
TEAM = "dwp-pension-credit"
BODY = {
    "name": "Hull City Council", "type": "unitary council", "nation": "england-and-wales", "status": "public",
    "tiny": "no", "identifiers": "ons=E06000010", "test": "yes",
}  # fmt: skip
HEADER = "kind,id,name,type,nation,status,body,email,role,team,from,until,date"
PEOPLE = (
    f"{HEADER}\n"
    "body,hull,Hull City Council,council,england-and-wales,public,,,,,,,\n"
    "team,hull-housing,Housing,,,,hull,,,,,,\n"
    "person,,Alex Example,,,,,alex@hull.example,,,,,\n"
    "post,,,,,,hull,alex@hull.example,risk_owner,Housing,,,\n"
    "contact,,,,,,,alex@hull.example,,hull-housing,,,\n"
)


async def operator(stage: Stage) -> Browser:
    return await stage.signs_in(stage.holder("operator"))


async def row(stage: Stage, table: Any, **where: Any) -> Any:
    async with stage.database.read() as connection:
        query = select(table).where(*(table.c[key] == value for key, value in where.items()))
        return (await connection.execute(query)).one_or_none()


async def many(stage: Stage, table: Any) -> int:
    async with stage.database.read() as connection:
        return int(await connection.scalar(select(func.count()).select_from(table)) or 0)


async def address(stage: Stage, person: str) -> str:
    return (await row(stage, tables.people, id=person)).email


async def brings(browser: Browser, text: str | bytes = "", *, pasted: str = "") -> Page:
    page = await browser.get("/directory/import")
    content = text.encode() if isinstance(text, str) else text
    files = {"file": ("rows.csv", content, "text/csv")} if content else {"file": ("", b"")}
    return await browser.post("/directory/import", {**page.hidden, "pasted": pasted}, files=files)


# --- bodies, teams, people -------------------------------------------------------------------------------------------


async def test_only_operators_see_it(stage: Stage) -> None:
    browser = await stage.signs_in(AMY)
    for path in (
        "/directory",
        "/directory/bodies",
        "/directory/people",
        "/directory/calendar",
        "/directory/export.csv",
    ):
        page = await browser.get(path)
        assert page.status == 403 and "operator" in page.text, path
    assert (await stage.stranger().get("/directory")).status == 303
    assert "/directory" in (await (await operator(stage)).get("/inbox")).links
    assert "/directory" not in (await browser.get("/inbox")).links


async def test_the_overview_says_what_is_missing_and_finds_what_is_there(stage: Stage) -> None:
    browser = await operator(stage)
    page = await browser.get("/directory")
    assert "Bodies 36 , with 57 teams" in page.text and "known until the end of 2036" in page.text
    assert "Somebody acts today in every post" in page.text
    assert "Teams with fewer than 2 contacts: 57" in page.text
    async with stage.database.write() as connection:
        gone = (stage.now.date() - timedelta(days=1)).isoformat()
        query = update(tables.posts).where(
            tables.posts.c.organisation == "leeds", tables.posts.c.role == "leader_1"
        )
        await connection.execute(query.values(held_until=gone))
    page = await browser.get("/directory?q=pension")
    assert "Posts in which nobody acts: 1" in page.text and "/directory/bodies/leeds" in page.links
    assert f"/directory/teams/{TEAM}" in page.links
    assert f"/directory/people/{AMY}" in (await browser.get("/directory?q=AMARA okafor")).links
    assert "Nothing found." in (await browser.get("/directory?q=%25")).text, "no pattern"


async def test_lists_go_on_page_by_page_and_miss_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory_lists, "PAGE", 25)
    browser = await operator(stage)
    for what, table in (("bodies", tables.organisations), ("people", tables.people)):
        seen, path = list[str](), f"/directory/{what}"
        while path:
            page = await browser.get(path)
            ids = [link.rpartition("/")[2] for link in page.links if link.startswith(f"/directory/{what}/")]
            seen += [each for each in ids if each != "new"]
            path = next((link for link in page.links if "after=" in link), "")
        assert len(seen) == len(set(seen)) == await many(stage, table), what
    assert (await browser.get("/directory/people?after=%00")).status == 422


async def test_a_body_and_a_team_are_added_once(stage: Stage) -> None:
    browser = await operator(stage)
    page = await browser.get("/directory/bodies/new")
    sent = {**page.hidden, **BODY}
    done = await browser.post("/directory/bodies/new", sent)
    assert done.location.startswith("/directory/bodies/hull-city-council?"), done.text
    assert (await browser.post("/directory/bodies/new", sent)).location == done.location
    assert (await browser.post("/directory/bodies/new", {**sent, "tiny": "yes"})).status == 409
    again = await browser.fills("/directory/bodies/new", **BODY)
    assert again.status == 422 and "there already" in again.text and again.values["name"] == BODY["name"]
    page = await browser.get(done.location)
    assert "Added. Add its teams" in page.text and "ons=E06000010" in page.text
    team = await browser.fills(
        "/directory/bodies/hull-city-council/teams/new",
        name="Housing",
        cluster="human-services",
        slack_channel="#x",
    )
    page = await browser.get(team.location)
    assert page.h1 == ["Housing"] and "0 of 2" in page.text
    made = await row(stage, tables.organisations, id="hull-city-council")
    assert made.demo and made.identifiers == {"ons": "E06000010"} and not made.tiny


async def test_what_cannot_be_is_said_beside_its_box(stage: Stage) -> None:
    browser = await operator(stage)
    page = await browser.fills("/directory/bodies/new", **{**BODY, "name": "Leeds City Council"})
    assert page.status == 422 and page.summary_links == ["#name"] and "there already" in page.text
    page = await browser.fills("/directory/bodies/new", **{**BODY, "identifiers": "what"})
    assert page.summary_links == ["#identifiers"] and "system=value" in page.text
    page = await browser.fills(
        "/directory/bodies/leeds/teams/new", name="Benefits", cluster="none", slack_channel="?"
    )
    assert page.status == 422 and "#slack_channel" in page.summary_links and page.values["name"] == "Benefits"
    assert (await browser.get("/directory/bodies/nobody")).status == 404
    assert (await browser.get("/directory/teams/nobody/change")).status == 404


async def test_of_two_operators_the_second_is_told_what_the_first_saved(stage: Stage) -> None:
    one, two = await operator(stage), await operator(stage)
    path = f"/directory/teams/{TEAM}/change"
    first, second = await one.get(path), await two.get(path)
    answers = {"name": "Pension Credit", "cluster": "human-services"}
    saved = await one.post(path, {**first.hidden, **answers, "slack_channel": "#first"})
    assert saved.status == 303, saved.text
    late = await two.post(path, {**second.hidden, **answers, "slack_channel": "#second"})
    assert (
        late.status == 409
        and "Slack channel: #first" in late.text
        and late.values["slack_channel"] == "#second"
    )
    assert (await row(stage, tables.teams, id=TEAM)).slack_channel == "#first"
    again = await two.post(path, {**late.hidden, **answers, "slack_channel": "", "cluster": "none"})
    assert again.status == 303, "having seen it, they may"
    kept = await row(stage, tables.teams, id=TEAM)
    assert (kept.slack_channel, kept.cluster) == (None, None)


async def test_a_body_is_changed_but_never_its_name(stage: Stage) -> None:
    browser = await operator(stage)
    page = await browser.get("/directory/bodies/leeds/change")
    assert "name" not in page.values
    answers = {
        "type": "city council",
        "nation": "scotland",
        "status": "mixed",
        "tiny": "yes",
        "identifiers": "",
    }
    done = await browser.post("/directory/bodies/leeds/change", {**page.hidden, **answers, "name": "Other"})
    assert done.status == 303, done.text
    kept = await row(stage, tables.organisations, id="leeds")
    assert (kept.name, kept.kind, kept.nation, kept.status, kept.tiny, kept.identifiers) == (
        "Leeds City Council", "city council", "scotland", "mixed", True, {},
    )  # fmt: skip
    page = await browser.get("/directory/bodies/leeds/change")
    assert (
        await browser.post("/directory/bodies/leeds/change", {**page.hidden, **answers, "tiny": "no"})
    ).status == 303
    assert not (await row(stage, tables.organisations, id="leeds")).tiny


async def test_a_person_is_shown_and_changed_and_never_deleted(stage: Stage) -> None:
    browser = await operator(stage)
    async with stage.database.write() as connection:
        await connection.execute(
            insert(tables.identities).values(
                issuer="https://sso.example",
                subject="secret-subject",
                person=AMY,
                linked_at=stage.now,
                linked_by="x",
            )
        )
    page = await browser.get(f"/directory/people/{AMY}")
    assert "https://sso.example" in page.text and "secret-subject" not in page.html
    assert f"/people/{AMY}/leave" in page.links and "Asks for data, Pension" in page.text
    path = f"/directory/people/{AMY}/change"
    page = await browser.fills(
        path, name="Amara Bello", email="amara.bello@dwp.example", slack_user="U0DWP001"
    )
    assert page.status == 303, page.text
    kept = await row(stage, tables.people, id=AMY)
    assert (kept.name, kept.email, kept.slack_user) == ("Amara Bello", "amara.bello@dwp.example", "U0DWP001")
    taken = await address(stage, "p-judith-marchbanks")
    page = await browser.fills(path, name="Amara Bello", email=taken, slack_user="")
    assert page.status == 422 and page.summary_links == ["#email"] and "Somebody else" in page.text
    page = await browser.fills(
        path, name="Amara Bello", email="amara.bello@dwp.example", slack_user="U0HMRC01"
    )
    assert page.status == 422 or (await row(stage, tables.people, id=AMY)).slack_user == "U0HMRC01"


# --- contacts (P3) ---------------------------------------------------------------------------------------------------


async def test_a_teams_own_people_name_its_contacts(stage: Stage) -> None:
    owner, here = stage.holder("risk_owner", team=TEAM), f"/directory/teams/{TEAM}"
    browser = await stage.signs_in(owner)
    assert "0 of 2" in (await browser.get(here)).text
    for who in (owner, AMY):
        page = await browser.fills(f"{here}/contacts", email=await address(stage, who))
        assert page.status == 303, page.text
    page = await browser.get(page.location)
    assert "Noted." in page.text and "of 2" not in page.text and "Amara Okafor" in page.text
    async with stage.database.read() as connection:
        live = await contacts.live(connection, TEAM, stage.now.date())
        assert [each.id for each in live] == [owner, AMY]
        assert await contacts.counts(connection, stage.now.date()) == {TEAM: 2}
        assert TEAM not in [each.id for each in await contacts.short_of(connection, stage.now.date())]
    again = await browser.fills(f"{here}/contacts", email=await address(stage, AMY))
    assert again.status == 422 and "named already" in again.text
    nobody = await browser.fills(f"{here}/contacts", email="no@body.example")
    assert nobody.status == 422 and nobody.values["email"] == "no@body.example"
    assert (await (await stage.signs_in(AMY)).get(here)).status == 403, "whoever asks names nobody"
    assert here in (await browser.get("/posts/dwp")).links
    leader = await stage.signs_in(stage.holder("leader_1", organisation="dwp"))
    page = await leader.get("/leader")
    assert here not in page.links and "/directory/teams/dwp-benefit-records" in page.links
    assert (await leader.get("/directory/teams/dwp-benefit-records")).status == 200
    other = await stage.signs_in(stage.holder("risk_owner", organisation="leeds"))
    page = await other.get(f"{here}/contacts")
    assert page.status == 403 and "Only the team's risk owners" in page.text


async def test_a_contact_counts_while_they_hold_a_post(stage: Stage) -> None:
    keeper, here = await operator(stage), f"/directory/teams/{TEAM}"
    assert (await keeper.fills(f"{here}/contacts", email=await address(stage, AMY))).status == 303
    today = stage.now.date()
    gone = {
        f"last-{part}": str(getattr(today - timedelta(days=1), part)) for part in ("day", "month", "year")
    }
    assert (await keeper.fills(f"/people/{AMY}/leave", **gone)).status == 303
    async with stage.database.read() as connection:
        assert not await contacts.live(connection, TEAM, today)
        assert await contacts.live(connection, TEAM, today - timedelta(days=1)) == []
    page = await keeper.get(here)
    assert "Does not count" in page.text and "0 of 2" in page.text
    number = (await row(stage, tables.contacts, team=TEAM)).id
    assert (await keeper.fills(f"/directory/contacts/{number}/end")).status == 303
    again = await keeper.fills(f"/directory/contacts/{number}/end")
    assert again.status == 409 and "over already" in again.text
    assert await many(stage, tables.contacts) == 1, "the row stays (G7)"
    page = await keeper.fills(f"{here}/contacts", email=await address(stage, AMY))
    assert page.status == 422 and "holds no post today" in page.text


# --- bank holidays (G3) ----------------------------------------------------------------------------------------------


async def test_a_proclaimed_day_tells_how_many_cases_it_concerns_and_then_them(stage: Stage) -> None:
    ref = await stage.signed()
    browser = await operator(stage)
    page = await browser.get("/directory/calendar?nation=scotland&year=2027")
    assert "Scotland, 2027" in page.text and "2036" in page.text
    asked = "/directory/calendar/new?step=2&nation=england-and-wales&date-day=25&date-month=11&date-year=2026&title=A+day"
    page = await browser.get(asked)
    assert "Wednesday 25 November 2026" in page.text and "Open cases that are told 1" in page.text
    sent = dict(page.hidden)
    done = await browser.post("/directory/calendar/new", sent)
    assert done.status == 303, done.text
    assert "A day" in (await browser.get(done.location)).text
    assert (await browser.post("/directory/calendar/new", sent)).location == done.location
    due = (await stage.case(ref)).tasks
    before = max(task.due_at for task in due.values() if task.due_at)
    relay = Relay(stage.database, stage.desk, lambda: stage.now + timedelta(hours=1), sends=False)
    await relay.once()
    after = max(task.due_at for task in (await stage.case(ref)).tasks.values() if task.due_at)
    assert after > before, "never earlier"
    page = await browser.get(asked)
    assert page.status == 409 and "already" in page.text


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ((20, 11, 2026), "today or a later day"),
        ((28, 11, 2026), "Saturday"),
        ((1, 3, 2037), "up to the end of 2036"),
    ],
)
async def test_a_day_that_cannot_be_added(stage: Stage, day: tuple[int, int, int], words: str) -> None:
    browser = await operator(stage)
    d, m, y = day
    page = await browser.get(
        f"/directory/calendar/new?step=2&nation=scotland&date-day={d}&date-month={m}&date-year={y}&title=A+day"
    )
    assert page.status == 422 and words in page.text and page.summary_links == ["#date-day"]
    assert page.values["title"] == "A day"


# --- files -----------------------------------------------------------------------------------------------------------


async def test_a_file_is_looked_at_and_then_done_as_a_whole_and_once(stage: Stage) -> None:
    browser = await operator(stage)
    counts = [await many(stage, table) for table in (tables.organisations, tables.people, tables.posts)]
    seen = await brings(browser, PEOPLE)
    assert seen.status == 303, seen.text
    page = await browser.get(seen.location)
    assert "Nothing has been changed yet" in page.text and "Line 2, body: Hull City Council" in page.text
    assert [
        await many(stage, table) for table in (tables.organisations, tables.people, tables.posts)
    ] == counts
    sent = dict(page.hidden)
    done = await browser.post(seen.location, sent)
    assert (
        done.status == 303
        and "All of the file is in the directory" in (await browser.get(done.location)).text
    )
    assert (await browser.post(seen.location, sent)).location == done.location, "a repeat"
    assert [await many(stage, table) for table in (tables.organisations, tables.people, tables.posts)] == [
        each + 1 for each in counts
    ]
    async with stage.database.read() as connection:
        (live,) = await contacts.live(connection, "hull-housing", stage.now.date())
        assert live.email == "alex@hull.example"
    page = await browser.get(seen.location)
    assert (
        "This file was done" in page.text
        and not (await row(stage, tables.imports_waiting, id=seen.location[-32:])).content
    )
    page = await browser.get((await brings(browser, PEOPLE)).location)
    assert (
        "There is nothing to do" in page.text and "digest" in page.hidden
    ) or "Do all of it" not in page.text


async def test_every_bad_row_is_told_and_nothing_is_done(stage: Stage) -> None:
    browser = await operator(stage)
    bad = (
        PEOPLE
        + "planet,,,,,,,,,,,,\npost,,,,,,leeds,alex@hull.example,risk_owner,,,,\nperson,,X,,,,,x,,,,,\n"
    )
    page = await browser.get((await brings(browser, pasted=bad)).location)
    assert "To mend: 3 rows" in page.text and "Do all of it" not in page.text
    for line in ("7 kind Write one of", "8 team Name the team", "9 email Write an e-mail"):
        assert line in page.text
    forced = {"command": "0" * 32, "digest": "0" * 64}
    page = await browser.post(page.response.url.path, forced)
    assert page.status == 409
    from ui.directory_act import importing

    me = await stage.person(stage.holder("operator"))
    number = page.response.url.path[-32:]
    waiting = await importing(stage.services).look(me, number)
    assert waiting.plan
    page = await browser.post(f"/directory/import/{number}", {**forced, "digest": waiting.plan.digest})
    assert page.status == 409 and "have to be mended first" in page.text
    assert not await row(stage, tables.organisations, id="hull")


async def test_a_directory_that_changed_meanwhile_is_looked_at_anew(stage: Stage) -> None:
    browser = await operator(stage)
    there = (await brings(browser, PEOPLE)).location
    page = await browser.get(there)
    added = await browser.fills("/directory/bodies/new", **{**BODY, "name": "Hull"})
    assert added.status == 303
    late = await browser.post(there, page.hidden)
    assert late.status == 409 and "has changed since you looked" in late.text and "To mend" in late.text
    assert not await row(stage, tables.people, email="alex@hull.example")


async def test_a_file_waits_a_day_and_for_whoever_brought_it(stage: Stage) -> None:
    browser = await operator(stage)
    there = (await brings(browser, PEOPLE)).location
    stage.now += imports_waiting.LASTS + timedelta(minutes=1)
    browser = await operator(stage)
    assert (await browser.get(there)).status == 404
    await brings(browser, PEOPLE)
    assert await many(stage, tables.imports_waiting) == 1


async def test_a_file_that_cannot_be_read_is_refused_with_what_was_pasted(stage: Stage) -> None:
    browser = await operator(stage)
    page = await brings(browser, pasted="name\nHull")
    assert (
        page.status == 422
        and "no column named kind" in page.text
        and page.values["pasted"].strip() == "name\nHull"
    )
    assert (await brings(browser)).status == 422
    assert (await brings(browser, b"PK\x03\x04")).status == 422
    big = await brings(browser, b"kind\n" + b"a" * 1_000_001)
    assert big.status == 413 and "larger than 1 MB" in big.text
    assert await many(stage, tables.imports_waiting) == 0


async def test_the_directory_taken_away_and_brought_back_changes_nothing(stage: Stage) -> None:
    browser = await operator(stage)
    text = (await browser.get("/directory/export.csv")).html
    rows = list(csv.DictReader(StringIO(text.removeprefix("\ufeff"))))
    assert {each["kind"] for each in rows} == {"body", "team", "person", "post", "holiday"}
    page = await browser.get((await brings(browser, text)).location)
    assert "There is nothing to do" in page.text and "To mend" not in page.text, page.text[:2000]
    only = (await browser.get("/directory/export.csv?kind=team")).html
    assert only.count("\n") == 58
    assert (await browser.get("/directory/export.csv?kind=king")).status == 422


async def test_a_template_is_a_file_that_can_be_brought(stage: Stage) -> None:
    browser = await operator(stage)
    for kind in ("body", "team", "person", "post", "contact", "holiday"):
        there = await brings(browser, (await browser.get(f"/directory/template.csv?kind={kind}")).html)
        assert there.status == 303, there.text
        page = await browser.get(there.location)
        # The example's rows name its own body, team and person, which are not there.
        assert ("To mend" in page.text) == (kind in ("team", "post", "contact")), page.text
    assert (await browser.get("/directory/template.csv?kind=king")).status == 404


async def test_posts_and_holidays_of_a_file_reach_open_cases(stage: Stage) -> None:
    """P5, G5, G3: like posts and days that are added one by one."""
    ref = await stage.submitted()
    owner = stage.holder("risk_owner", team=TEAM)
    email, today = await address(stage, owner), stage.now.date()
    held = (await row(stage, tables.posts, person=owner, role="risk_owner", team=TEAM)).id
    yesterday = (today - timedelta(days=1)).isoformat()
    text = (
        "kind,email,role,body,team,until,nation,date,name\n"
        f"post,{email},risk_owner,dwp,{TEAM},{yesterday},,,\n"
        "holiday,,,,,,england-and-wales,2026-12-03,A day\nholiday,,,,,,scotland,2026-12-03,A day\n"
    )
    browser = await operator(stage)
    there = (await brings(browser, text)).location
    assert (await browser.post(there, (await browser.get(there)).hidden)).status == 303
    assert (await row(stage, tables.posts, id=held)).held_until == yesterday
    async with stage.database.read() as connection:
        c = tables.commands.c
        query = select(c.act).where(c.ref == ref, c.state == "pending").order_by(c.act)
        assert (await connection.scalars(query)).all() == ["adopt_calendar", "posts_changed"]
    relay = Relay(stage.database, stage.desk, lambda: stage.now + timedelta(hours=1), sends=False)
    for _ in range(3):
        await relay.once()
    case = await stage.case(ref)
    assert any(task.kind == "fill_post" for task in case.tasks.values())


async def test_seen_is_of_every_value(stage: Stage) -> None:
    async with stage.database.read() as connection:
        known = await directory_kept.known(connection, date(2026, 11, 23), test=True)
    seen = {directory_kept.seen(each) for each in (*known.bodies.values(), *known.teams.values())}
    assert len(seen) == len(known.bodies) + len(known.teams)
