"""The service directory on pages and for machines (P3): described, opened, found, changed, withdrawn, and bound."""

from datetime import date, timedelta
from typing import Any

from activities.service_contacts import ask_for_contacts
from domain.grants import grant_id
from domain.questions import MOST_ITEMS
from domain.working_days import end_of_day
from store import contacts, grants
from store.tables import body_tasks, organisations, posts, service_versions
from tests.ui.stage import Browser, Stage

HERE = "/exchange/services"
TEAM = "hmrc-paye-records"
AMY = "p-amara-okafor"  # of another body
ITEMS = [
    "National Insurance number",
    "Private pension income by tax year",
    "Earnings by tax year",
    "Date the last income was reported",
]
EARNINGS: dict[str, Any] = {
    "team": TEAM,
    "title": "Income of pensioners",
    "environment": "live",
    "summary": "Income that employers and pension providers reported, for one person at a time.",
    "items": "\n".join(ITEMS),
    "operations": "Look up one person: GET /income/{nino}\nAll changes: file, monthly",
    "release": "2.1",
    "address": "https://api.hmrc.example/income",
    "auth": "A grant token as bearer, over mutual TLS.",
    "support_hours": "Monday to Friday, 8 to 6",
    "openapi": "https://api.hmrc.example/income/openapi.json",
    "x_road_client": "UK/GOV/0042/PAYE",
    "x_road_service": "income",
}


def decider(stage: Stage) -> str:
    return stage.holder("sender_decider", team=TEAM)


async def described(stage: Stage, **changes: Any) -> tuple[Browser, str]:
    """(the browser of who decides for the team, the address of a draft)."""
    browser = await stage.signs_in(decider(stage))
    page = await browser.fills(f"{HERE}/new", **{**EARNINGS, **changes})
    assert page.status == 303, page.text
    return browser, page.location.partition("?")[0]


async def opened(stage: Stage, **changes: Any) -> tuple[Browser, str]:
    await two_contacts(stage)
    browser, path = await described(stage, **changes)
    page = await browser.fills(f"{path}/open")
    assert page.status == 303, page.text
    return browser, path


async def two_contacts(stage: Stage) -> list[str]:
    """Two people of the team who can be reached."""
    people = [decider(stage), stage.holder("leader_1", organisation="hmrc")]
    async with stage.database.write() as connection:
        for person in people:
            if not await contacts.is_named(connection, TEAM, person, stage.now.date()):
                await contacts.name(connection, TEAM, person, stage.now.date(), by="system")
    return people


async def test_a_service_is_a_draft_until_two_people_can_be_reached_and_then_everybody_finds_it(
    stage: Stage,
) -> None:
    browser, path = await described(stage)
    assert path == f"{HERE}/{TEAM}-income-of-pensioners"
    assert "Draft" in (await browser.get(path)).text
    for stranger in (stage.stranger(), await stage.signs_in(AMY)):
        assert (await stranger.get(path)).status == 404
        assert "Income of pensioners" not in (await stranger.get(HERE)).text
    assert "Drafts of your teams" in (await browser.get(HERE)).text

    page = await browser.get(f"{path}/open")
    assert f"/directory/teams/{TEAM}/contacts" in page.links
    page = await browser.post(f"{path}/open", page.hidden)
    assert page.status == 422 and "Name 2 people to reach" in page.text
    people = await two_contacts(stage)
    page = await browser.fills(f"{path}/open")
    assert page.status == 303, page.text
    assert "Everybody finds it" in (await browser.get(page.location)).text

    page = await stage.stranger().get(path)
    assert page.status == 200 and "2 people of the team can be reached" in page.text
    assert "Open" in page.text and "UK/GOV/0042/PAYE" in page.text
    async with stage.database.read() as connection:
        named = [row.name for row in await contacts.live(connection, TEAM, stage.now.date())]
    assert len(named) == len(people) == 2
    assert not any(name in page.html for name in named)
    signed_in = await (await stage.signs_in(AMY)).get(path)
    assert all(name in signed_in.text for name in named) and "What you can do" not in signed_in.text

    stranger = stage.stranger()
    for asked, there in (
        ("q=pension+prov", True),
        ("q=revenue", True),
        ("q=swimming", False),
        ("item=NINO", True),
        ("item=pension+income", True),
        ("item=shoe+size", False),
        ("body=hmrc&environment=live", True),
        ("environment=sandbox", False),
        ("state=withdrawn", False),
    ):
        page = await stranger.get(f"{HERE}?{asked}")
        assert ("Income of pensioners" in page.text) == there, asked
        answer = (await stranger.client.get(f"/api/v1/services?{asked}")).json()
        assert answer["total"] == len(answer["services"]) == there, asked
    told = (await stranger.client.get(f"/api/v1/services/{TEAM}-income-of-pensioners")).json()
    assert told["operations"][0] == {"name": "Look up one person", "line": "GET /income/{nino}"}
    assert told["people_to_reach"] == 2 and told["x_road"]["client"] == "UK/GOV/0042/PAYE"
    assert (await stranger.client.get("/api/v1/services/none")).status_code == 404
    page = await stranger.get(f"{HERE}?state=draft&q=%3F")
    assert page.status == 422 and page.summary_links == ["#q", "#state"]


async def test_every_change_is_kept_and_a_withdrawn_service_stays_as_a_tombstone(stage: Stage) -> None:
    browser, path = await opened(stage)
    early = await browser.get(f"{path}/change")
    changed = {**early.values, "title": "Income of pensioners and others", "release": "3.0"}
    page = await browser.post(f"{path}/change", {**changed, **early.hidden})
    assert page.status == 303 and page.location.startswith(path)
    again = await browser.post(f"{path}/change", {**changed, **early.hidden})
    assert again.status == 303  # the same form sent twice is one act
    other = await (await stage.signs_in(decider(stage))).get(f"{path}/change")
    late = await browser.post(f"{path}/change", {**changed, **other.hidden, "seen": early.hidden["seen"]})
    assert late.status == 409 and "Somebody changed this service" in late.text

    page = await browser.fills(f"{path}/pause")
    assert page.status == 303
    moved_on = await browser.post(f"{path}/pause", (await browser.get(f"{path}/withdraw")).hidden)
    assert moved_on.status == 409 and "is paused now" in moved_on.text
    page = await browser.fills(f"{path}/withdraw", why="")
    assert page.status == 422 and page.summary_links == ["#why"]
    page = await browser.fills(f"{path}/withdraw", why="Income by month takes its place.")
    assert page.status == 303

    page = await stage.stranger().get(path)
    assert page.status == 200 and "Income by month takes its place." in page.text
    assert page.h1 == ["Income of pensioners and others"]
    history = (await browser.get(path)).text.partition("History")[2]
    assert ": Name of the service; Version" in history, history
    assert "Income of pensioners" not in (await stage.stranger().get(HERE)).text
    assert "Income of pensioners" in (await stage.stranger().get(f"{HERE}?state=withdrawn")).text
    assert (await browser.get(f"{path}/open")).status == 409
    async with stage.database.read() as connection:
        rows = (await connection.execute(service_versions.select().order_by("version"))).all()
    assert [row.act for row in rows] == ["added", "opened", "changed", "paused", "withdrawn"]
    assert [row.content["release"] for row in rows] == ["2.1", "2.1", "3.0", "3.0", "3.0"]


async def test_what_cannot_be_taken_is_named_and_kept_as_typed(stage: Stage) -> None:
    browser = await stage.signs_in(decider(stage))
    bad = {
        **EARNINGS,
        "title": "",
        "address": "http://localhost:1@x",
        "openapi": "ftp://x",
        "operations": "GET /all",
        "x_road_service": "",
        "items": "\n".join(f"Item {n}" for n in range(MOST_ITEMS + 1)),
    }
    page = await browser.fills(f"{HERE}/new", **bad)
    assert page.status == 422
    assert set(page.summary_links) == {
        "#title", "#address", "#openapi", "#operations", "#x_road_service", "#items",
    }  # fmt: skip
    assert page.values["address"] == bad["address"] and page.values["operations"] == "GET /all"

    # Whose it is, and whether their body may: asked in this order.
    stranger = await stage.signs_in(AMY)
    assert (await stranger.get(f"{HERE}/new")).status == 403
    _, path = await opened(stage)
    for name in ("change", "open", "pause", "withdraw"):
        assert (await stranger.get(f"{path}/{name}")).status == 403
        other_team = await stage.signs_in(stage.holder("sender_decider", team="dwp-benefit-records"))
        page = await other_team.get(f"{path}/{name}")
        assert page.status == 403 and "leaders of its body" in page.text
        assert (await other_team.get(f"{HERE}/none-such/{name}")).status == 404
    async with stage.database.write() as connection:
        hmrc = organisations.c.id == "hmrc"
        await connection.execute(organisations.update().where(hmrc).values(status="company"))
    page = await browser.fills(f"{HERE}/new", **{**EARNINGS, "title": "Another"})
    assert page.status == 422 and "not a public body" in page.text
    assert (await browser.fills(f"{path}/pause")).status == 303
    page = await browser.fills(f"{path}/open")
    assert page.status == 422 and "not a public body" in page.text


async def test_who_holds_an_item_is_found_in_anybodys_words(stage: Stage) -> None:
    ref = await stage.active(retired_questions=["What was your income?"])
    await opened(stage)
    stranger = stage.stranger()
    for item in ("NINO", "national insurance no", "the Earnings by tax years"):
        page = await stranger.get(f"/exchange/who-holds?item={item}")
        assert "Income of pensioners" in page.text, item
        assert f"/register/{ref}" in page.links, item
        told = (await stranger.client.get("/api/v1/who-holds", params={"item": item})).json()
        assert (told["services_total"], told["shares_total"]) == (1, 1)
        assert told["shares"][0]["entry"] == ref and told["services"][0]["team"]["id"] == TEAM
    page = await stranger.get("/exchange/who-holds?item=shoe+size")
    assert "No service in the directory offers it" in page.text and "No share that runs" in page.text
    page = await stranger.get("/exchange/who-holds?item=%3F%3F")
    assert page.status == 422 and page.summary_links == ["#item"]
    assert (await stranger.get("/exchange/who-holds")).status == 200
    assert (await stranger.client.get("/api/v1/who-holds")).status_code == 422

    # The check before a request is sent says that a service offers it; the ledger says who holds what is not asked.
    draft, author = await stage.drafted()
    page = await author.get(f"/requests/{draft}/check")
    assert f"{HERE}/{TEAM}-income-of-pensioners" in page.links
    assert "offers some of these items" in page.text
    page = await stranger.get("/retired-questions")
    assert any(link.startswith("/exchange/who-holds?item=") for link in page.links)

    await stage.did(
        stage.requests["pension-credit-take-up"]["risk_owner"], ref, "end_share", reason="No more need."
    )
    told = (await stranger.client.get("/api/v1/who-holds", params={"item": "NINO"})).json()
    assert told["shares_total"] == 0


async def test_a_grant_is_bound_to_the_one_service_that_covers_it_or_by_the_team_that_sends(
    stage: Stage,
) -> None:
    await opened(stage, items="National Insurance number")  # covers too little
    browser, path = await opened(stage, title="Income, all of it")
    await opened(stage, title="Income, made up", environment="sandbox")
    service = path.rpartition("/")[2]
    bound = await stage.approved()
    assert await service_of(stage, bound) == service
    assert "Grants that open it now 1" in (await stage.stranger().get(path)).text

    await opened(stage, title="Income, all of it again")  # now there is a choice
    ref = await stage.signed()
    choose = f"/cases/{ref}/grant/service"
    assert (await browser.get(choose)).status == 409  # no grant yet
    await stage.did(decider(stage), ref, "approve", delivered="no")
    assert await service_of(stage, ref) == ""
    page = await browser.get(choose)
    assert "It does not name: Private pension income by tax year" in page.text and "made up" not in page.text
    assert (await browser.post(choose, {**page.hidden, "service": ""})).status == 422
    assert (
        await browser.post(choose, {**page.hidden, "service": f"{TEAM}-income-made-up-sandbox"})
    ).status == 422
    done = await browser.post(choose, {**page.hidden, "service": service})
    assert done.status == 303 and await service_of(stage, ref) == service
    assert (await browser.post(choose, {**page.hidden, "service": service})).status == 303  # twice is once
    assert (await browser.fills(choose, service="none")).status == 303
    assert await service_of(stage, ref) == ""
    assert (await (await stage.signs_in(AMY)).get(choose)).status == 403
    far = await stage.signs_in(stage.holder("sender_decider", team="dwp-benefit-records"))
    assert (await far.get(choose)).status == 404


async def test_a_service_whose_contacts_leave_becomes_a_task_of_its_body_until_there_are_two_again(
    stage: Stage,
) -> None:
    _, path = await opened(stage)
    await opened(stage, title="Made up", environment="sandbox")  # nobody is asked about this one
    service = path.rpartition("/")[2]
    stranger = stage.stranger()

    async def morning() -> list[Any]:
        assert await ask_for_contacts(stage.database, stage.now) == await ask_for_contacts(
            stage.database, stage.now
        )
        async with stage.database.read() as connection:
            return list((await connection.execute(body_tasks.select().order_by("opened_at", "id"))).all())

    assert await morning() == [] and "too few" not in (await stranger.get(path)).text
    leaves = (await two_contacts(stage))[1]
    stage.now += timedelta(days=1)
    async with stage.database.write() as connection:
        yesterday = (stage.now - timedelta(days=1)).date().isoformat()
        await connection.execute(posts.update().where(posts.c.person == leaves).values(held_until=yesterday))
    [task] = await morning()  # asked once, however often the round is made
    assert (task.kind, task.about, task.organisation) == ("service_contacts", service, "hmrc")
    assert (task.team, task.role, task.closed_at) == (TEAM, "sender_decider", None)
    assert task.due_at == end_of_day(date(2026, 12, 1))  # 5 working days after Tuesday 24 November
    page = await stranger.get(path)
    assert "too few people to reach: 1 instead of 2" in page.text
    assert not (await stranger.client.get(f"/api/v1/services/{service}")).json()["enough_people"]

    async with stage.database.write() as connection:
        other = stage.holder("leader_3", organisation="hmrc")
        await contacts.name(connection, TEAM, other, stage.now.date(), by="system")
    [task] = await morning()
    assert task.how == "by_itself" and task.closed_at == stage.now
    assert "too few" not in (await stranger.get(path)).text


async def service_of(stage: Stage, ref: str) -> str:
    async with stage.database.read() as connection:
        row = await grants.by_id(connection, grant_id(ref))
    assert row
    return row.service
