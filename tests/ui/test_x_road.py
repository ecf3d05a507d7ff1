"""X-Road on pages (P3): the operator sets a server up, leaders name subsystems, and a grant's page shows how it stands."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from temporalio.exceptions import ApplicationError

from activities.x_road import XRoadHands
from domain.grants import grant_id
from store import x_road, x_road_setup
from store.tables import commands, grants, services, x_road_jobs, x_road_servers
from tests.on_x_road import OURS, READ, SEARCH
from tests.security_server import CLIENT, KEY, SERVICE, SUBJECT, SecurityServer, security_server
from tests.ui.stage import Browser, Page, Stage

HERE, TEAM = "/settings/x-road", "dwp-pension-credit"
AMY, OPERATOR = "p-amara-okafor", "p-tom-ferrante-boateng"
SERVER, SUBSYSTEM = f"{HERE}/hmrc/server", f"{HERE}/dwp/teams/{TEAM}"


@pytest.fixture
async def server() -> AsyncIterator[SecurityServer]:
    async with security_server() as made:
        yield made


@pytest.fixture
def stage(stage: Stage) -> Stage:
    stage.services = replace(stage.services, x_road_hosts=frozenset({"127.0.0.1", "ss1.hmrc.example"}))
    stage.app.state.services = stage.services
    return stage


async def with_service(stage: Stage, ref: str) -> None:
    """The grant of this case opens a service that is on X-Road."""
    words = dict.fromkeys(("summary", "address", "auth", "support_hours", "openapi", "release"), "")
    row: dict[str, Any] = {
        **words,
        **{
            "id": "incomes",
            "team": "hmrc-paye-records",
            "title": "Incomes",
            "items": [],
            "environment": "live",
        },
        "operations": [{"name": "", "line": each} for each in (READ, SEARCH)],
        **{"state": "open", "x_road_client": CLIENT.replace(":", "/"), "x_road_service": SERVICE},
        **{"version": 1, "changed_at": stage.now},
    }
    async with stage.database.write() as connection:
        await connection.execute(insert(services).values(row))
        await connection.execute(update(grants).where(grants.c.ref == ref).values(service="incomes"))


async def relayed(stage: Stage) -> None:
    """The relay and the engine, each round once."""
    hands = XRoadHands(
        stage.database,
        stage.services.keyring,
        clock=lambda: stage.now,
        hosts=stage.services.x_road_hosts,
        here=True,
        timeout=1,
    )
    async with stage.database.write() as connection:
        turns = await x_road.to_start(connection, stage.now)
        for each in turns:
            await x_road.started(connection, each, stage.now)
    for turn in turns:
        following: Any = turn
        while following:
            try:
                following = await hands.apply(following)
            except ApplicationError:
                break


async def does(browser: Browser, path: str, **answers: Any) -> Page:
    page = await browser.fills(path, **answers)
    assert page.status == 303, page.text
    return await browser.get(page.location)


async def test_from_setting_up_to_a_right_that_comes_and_goes(stage: Stage, server: SecurityServer) -> None:
    ref = await stage.active()
    amy, operator = await stage.signs_in(AMY), await stage.signs_in(OPERATOR)
    leader = await stage.signs_in(stage.holder("leader_1", organisation="dwp"))
    assert "X-Road" not in (await amy.get(f"/cases/{ref}/grant")).text, "nobody here is on X-Road"
    page = await amy.get(f"/cases/{ref}/grant/x-road.json")
    assert page.status == 409 and "opens no service with an X-Road client" in page.text
    await with_service(stage, ref)
    page = await amy.get(f"/cases/{ref}/grant")
    assert "The receiving team has no X-Road subsystem yet" in page.text

    page = await does(leader, SUBSYSTEM, subject=SUBJECT.replace(":", "/"))
    assert "Saved." in page.text and SUBJECT in page.text
    page = await amy.get(f"/cases/{ref}/grant")
    assert f"{SUBJECT} may call {SERVICE} of {CLIENT}: GET /people/*, POST /searches" in page.text
    assert "Sharecase does not apply it" in page.text
    document = await amy.get(f"/cases/{ref}/grant/x-road.json")
    told = document.response.json()
    assert (told["grant"], told["access_right"], told["whole_service"]) == (grant_id(ref), "present", False)
    assert told["register"] == f"{stage.site.public_url}/register/{ref}/v/2"
    assert "attachment" in document.response.headers["content-disposition"]
    assert "Okafor" not in document.html

    page = await does(operator, SERVER, url=server.url, api_key=KEY)
    assert "Kept sealed. It is never shown." in page.text and KEY not in page.html
    page = await amy.get(f"/cases/{ref}/grant")
    assert "To be added" in page.text and "tried until it is done" in page.text
    server.answers = 403
    await relayed(stage)
    page = await amy.get(f"/cases/{ref}/grant")
    assert "service administrator (403, core.unavailable)" in page.text and "Next try:" in page.text
    assert "It failed on" in (await operator.get(f"{HERE}/hmrc")).text
    server.answers = 0
    await does(operator, SERVER, url=server.url, api_key=KEY)  # a new key is another try at once
    await relayed(stage)
    assert server.rights == OURS
    page = await amy.get(f"/cases/{ref}/grant")
    assert "Right is there" in page.text and "2 rights" not in page.text

    await stage.acts("p-judith-marchbanks", ref, "suspend_share", reason="A log looks wrong.")
    assert "To be removed" in (await amy.get(f"/cases/{ref}/grant")).text
    await relayed(stage)
    assert server.rights == set()
    page = await amy.get(f"/cases/{ref}/grant")
    assert "Right is removed" in page.text and "may not call" in page.text
    told = (await amy.get(f"/cases/{ref}/grant/x-road.json")).response.json()
    assert (told["state"], told["access_right"]) == ("suspended", "absent")


async def test_the_key_is_kept_sealed_and_shown_to_nobody(stage: Stage) -> None:
    browser = await stage.signs_in(OPERATOR)
    form = await browser.get(SERVER)
    answers = {
        **form.hidden,
        "url": "https://ss1.hmrc.example:4000/",
        "api_key": KEY,
        "certificate": "rubbish",
    }
    page = await browser.post(SERVER, answers)
    assert page.status == 422 and "from -----BEGIN CERTIFICATE" in page.text
    assert KEY not in page.html and "https://ss1.hmrc.example:4000/" in page.html
    answers["certificate"] = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"
    assert "it cannot be read" in (await browser.post(SERVER, answers)).text
    answers["certificate"] = ""
    assert (await browser.post(SERVER, answers)).status == 303
    assert (await browser.post(SERVER, answers)).status == 303, "the same again changes nothing"
    assert (await browser.post(SERVER, {**answers, "api_key": KEY[::-1]})).status == 409
    for path in (HERE, f"{HERE}/hmrc", SERVER):
        assert KEY not in (await browser.get(path)).html
    async with stage.database.read() as connection:
        rows = [
            *(await connection.execute(select(x_road_servers))).all(),
            *(await connection.execute(select(commands).where(commands.c.ref == "x_road"))).all(),
        ]
    assert len(rows) == 2 and KEY not in str(rows)

    page = await browser.fills(SERVER, url="https://ss1.hmrc.example:8443")
    assert page.status == 422 and "A new address needs its key again" in page.text
    await does(browser, SERVER, url="https://ss1.hmrc.example:4000")
    async with stage.database.read() as connection:
        held = await x_road_setup.server_of(connection, "hmrc")
    assert held and stage.services.keyring.unseal(held.sealed, "x-road:hmrc") == KEY


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "Enter the address"),
        ("http://ss1.hmrc.example", "start it with https://"),
        ("https://169.254.169.254", "not among those in the setting SHARECASE_X_ROAD_HOSTS"),
        ("https://a:b@ss1.hmrc.example", "leave out the user name"),
    ],
)
async def test_an_address_that_may_not_be_called_is_not_kept(stage: Stage, url: str, says: str) -> None:
    browser = await stage.signs_in(OPERATOR)
    page = await browser.fills(SERVER, url=url, api_key=KEY)
    assert page.status == 422 and says in page.text
    async with stage.database.read() as connection:
        assert (await connection.execute(select(x_road_servers))).all() == []


async def test_who_may_set_what_up(stage: Stage) -> None:
    leader = await stage.signs_in(stage.holder("leader_1", organisation="hmrc"))
    page = await leader.get(SERVER)
    assert page.status == 403 and "Only the operator says where a Security Server is" in page.text
    assert (await leader.get(f"{HERE}/hmrc")).status == 200
    assert (await leader.get(f"{HERE}/dwp")).status == 404, "somebody else's"
    assert (await leader.get(SUBSYSTEM)).status == 404
    page = await leader.fills(f"{HERE}/hmrc/switch", turned="on")
    assert page.status == 409 and "Ask the operator to set one up first" in page.text
    amy = await stage.signs_in(AMY)
    page = await amy.get(HERE)
    assert page.status == 403 and "Ask a leader of your body" in page.text
    dwp = await stage.signs_in(stage.holder("leader_1", organisation="dwp"))
    page = await dwp.fills(SUBSYSTEM, subject="GB:GOV:2002")
    assert page.status == 422 and "write the instance" in page.text and "GB:GOV:2002" in page.html
    assert (await dwp.get(f"{HERE}/dwp/teams/hmrc-paye-records")).status == 404


async def test_a_leader_switches_it_off_and_on_again(stage: Stage, server: SecurityServer) -> None:
    ref = await stage.active()
    await with_service(stage, ref)
    operator = await stage.signs_in(OPERATOR)
    await does(operator, SERVER, url=server.url, api_key=KEY)
    await does(operator, SUBSYSTEM, subject=SUBJECT)
    leader = await stage.signs_in(stage.holder("leader_1", organisation="hmrc"))
    page = await does(leader, f"{HERE}/hmrc/switch", turned="off")
    assert "Not applied" in page.text
    assert (await leader.fills(f"{HERE}/hmrc/switch", turned="off")).status == 409
    await relayed(stage)
    assert server.calls == []
    await does(leader, f"{HERE}/hmrc/switch", turned="on")
    await relayed(stage)
    assert server.rights == OURS
    page = await does(operator, SUBSYSTEM, subject="")
    assert "No subsystem is named" in page.text
    await relayed(stage)
    assert server.rights == set(), "what the team is no more has no right"
    async with stage.database.read() as connection:
        job = (await connection.execute(select(x_road_jobs))).one()
    assert "no X-Road subsystem yet" in job.last_answer


async def test_without_hosts_named_nothing_is_set_up_and_the_page_says_so(stage: Stage) -> None:
    stage.app.state.services = replace(stage.services, x_road_hosts=frozenset())
    browser = await stage.signs_in(OPERATOR)
    for path in (HERE, f"{HERE}/hmrc"):
        page = await browser.get(path)
        assert "SHARECASE_X_ROAD_HOSTS" in page.text and f"{HERE}/hmrc/server" not in page.links
    page = await browser.fills(SERVER, url="https://ss1.hmrc.example:4000", api_key=KEY)
    assert page.status == 422 and "applied nowhere in this installation" in page.text
