"""Whose account is whose: an operator invites, the invited person links, nobody else does, and it can be ended (S6)."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from api.services import Site
from store.tables import identities, invitations, people, sign_ins
from tests.oidc_provider import CLIENT, SECRET, Provider, oidc_provider
from tests.signing_in import AMY, OPERATOR, comes_back, invitation, leaves, open_sessions, with_provider
from tests.ui.stage import Browser, Page, Stage
from ui.app import create_app

OWNER = "p-judith-marchbanks"


@pytest.fixture
async def provider(stage: Stage) -> AsyncIterator[Provider]:
    async with oidc_provider(lambda: stage.now) as made:
        with_provider(stage, made.url, CLIENT, SECRET)
        yield made


async def invites(stage: Stage, person: str = AMY) -> str:
    """The operator presses the button: the path of the link that they are shown."""
    page = await (await stage.signs_in(OPERATOR)).fills(f"/people/{person}/invite")
    return path_in(page)


def path_in(page: Page) -> str:
    mark = "http://localhost:8000"
    assert page.status == 200 and f"{mark}/sign-in/invitation/" in page.html, page.text
    return page.html.split(mark)[1].split("<")[0]


async def accepts(browser: Browser, path: str, provider: Provider, subject: str = "a1b2c3") -> Page:
    page = await browser.get(path)
    assert page.status == 200, page.text
    provider.claims, provider.userinfo = {"sub": subject}, {"sub": subject}
    return await comes_back(browser, provider.authorize(await leaves(browser, **page.hidden)))


async def test_an_invitation_links_an_account_and_then_the_account_opens_the_door(
    stage: Stage, provider: Provider
) -> None:
    browser = stage.stranger()
    url = await leaves(browser)
    page = await comes_back(browser, provider.authorize(url))
    assert page.status == 403
    assert (
        "You are signed in with Internal Access, but this account is not linked to anybody here. Ask the operator"
        in page.text
    )
    path = await invites(stage)
    page = await browser.get(path)
    assert "This invitation is for Amara Okafor" in page.text
    assert page.response.headers["cache-control"] == "no-store"
    assert (await accepts(browser, path, provider)).location == "/inbox"
    assert "Amara Okafor" in (await browser.get("/inbox")).text
    await browser.post("/sign-out")
    page = await comes_back(browser, provider.authorize(await leaves(browser, next="/cases")))
    assert page.location == "/cases"
    async with stage.database.read() as connection:
        row = (await connection.execute(select(identities))).one()
        assert (row.issuer, row.subject, row.person, row.linked_by) == (provider.url, "a1b2c3", AMY, OPERATOR)
        codes = (await connection.execute(select(invitations.c.code_hash))).scalars().all()
        assert not any(code in path for code in codes)  # only a hash is kept
        assert (await connection.execute(select(sign_ins))).all() == []


async def test_an_e_mail_address_links_nothing(stage: Stage, provider: Provider) -> None:
    async with stage.database.read() as connection:
        email = await connection.scalar(select(people.c.email).where(people.c.id == AMY))
    provider.claims = {"email": email, "email_verified": True}
    provider.userinfo |= {"email": email, "email_verified": True, "name": "Amara Okafor"}
    browser = stage.stranger()
    assert (await comes_back(browser, provider.authorize(await leaves(browser)))).status == 403
    assert await open_sessions(stage) == []


async def test_an_invitation_is_used_once_and_not_after_a_week(stage: Stage, provider: Provider) -> None:
    path = await invites(stage)
    assert (await accepts(stage.stranger(), path, provider)).status == 303
    for over in (path, "/sign-in/invitation/nothing", "/sign-in/invitation/%F0%9F%94%91"):
        page = await stage.stranger().get(over)
        assert page.status == 404 and "This invitation cannot be used" in page.text
    old = await invites(stage, OWNER)
    new = await invites(stage, OWNER)
    assert (await stage.stranger().get(old)).status == 404  # a newer one was made
    stage.now += timedelta(days=7, seconds=1)
    assert (await stage.stranger().get(new)).status == 404
    page = await stage.stranger().post("/sign-in/provider", {"invitation": new.rpartition("/")[2]})
    assert page.status == 404


async def test_an_invitation_that_two_people_opened_is_the_first_ones(
    stage: Stage, provider: Provider
) -> None:
    path = await invites(stage)
    first, second = stage.stranger(), stage.stranger()
    hidden = (await second.get(path)).hidden
    late = provider.authorize(await leaves(second, **hidden))
    assert (await accepts(first, path, provider, "first")).status == 303
    provider.claims, provider.userinfo = {"sub": "second"}, {"sub": "second"}
    page = await comes_back(second, late)
    assert page.status == 404 and "This invitation cannot be used" in page.text
    assert await accounts(stage) == [("first", AMY)]


async def accounts(stage: Stage) -> list[tuple[str, str]]:
    async with stage.database.read() as connection:
        rows = await connection.execute(select(identities.c.subject, identities.c.person))
        return [(row.subject, row.person) for row in rows.all()]


async def test_one_account_is_one_persons_and_one_person_has_one_account(
    stage: Stage, provider: Provider
) -> None:
    assert (await accepts(stage.stranger(), await invites(stage), provider)).status == 303
    page = await accepts(stage.stranger(), await invites(stage, OWNER), provider)
    assert page.status == 409 and "linked to somebody else here" in page.text
    path = f"/sign-in/invitation/{await invitation(stage, OWNER)}"
    assert (await accepts(stage.stranger(), path, provider, "judith")).status == 303  # it was not used up

    operator = await stage.signs_in(OPERATOR)
    page = await operator.get(f"/people/{AMY}/invite")
    assert "Make an invitation" not in page.text and "Forget this account" in page.text
    page = await operator.post(f"/people/{AMY}/invite", page.hidden)
    assert page.status == 409 and "Forget that account first" in page.text
    assert len(await accounts(stage)) == 2


async def test_an_operator_forgets_an_account_and_its_sessions_end(stage: Stage, provider: Provider) -> None:
    theirs = stage.stranger()
    await accepts(theirs, await invites(stage), provider)
    assert (await theirs.get("/inbox")).status == 200
    operator = await stage.signs_in(OPERATOR)
    page = await operator.get(f"/people/{AMY}/invite")
    sent = dict(page.hidden)
    page = await operator.post(f"/people/{AMY}/forget-account", sent)
    assert page.status == 303
    page = await operator.get(page.location)
    assert "The account is forgotten" in page.text and "Make an invitation" in page.text
    assert (await theirs.get("/inbox")).status == 303 and await accounts(stage) == []
    again = await operator.post(f"/people/{AMY}/forget-account", sent)
    assert again.status == 303  # the same act, once
    another = (await operator.get(f"/people/{AMY}/invite")).hidden
    page = await operator.post(f"/people/{AMY}/forget-account", another)
    assert page.status == 409 and "No account is linked" in page.text
    assert (await accepts(theirs, await invites(stage), provider, "another")).status == 303


async def test_a_link_is_shown_once(stage: Stage, provider: Provider) -> None:
    operator = await stage.signs_in(OPERATOR)
    page = await operator.get(f"/people/{AMY}/invite")
    first = await operator.post(f"/people/{AMY}/invite", page.hidden)
    link = path_in(first)
    again = await operator.post(f"/people/{AMY}/invite", page.hidden)
    assert again.status == 200 and "shown then" in again.text and link not in again.html
    other = await operator.post(f"/people/{OWNER}/invite", page.hidden)
    assert other.status == 409  # the same command for somebody else
    assert (await operator.post(f"/people/{AMY}/invite")).status == 422
    assert (await operator.post(f"/people/{AMY}/forget-account", {"command": "x"})).status == 422
    assert (await stage.stranger().get(link)).status == 200


async def test_only_operators_invite_and_only_people_who_are_here(stage: Stage, provider: Provider) -> None:
    somebody = await stage.signs_in(AMY)
    for path in ("/accounts", f"/people/{OWNER}/invite"):
        page = await somebody.get(path)
        assert page.status == 403 and "Only the operator" in page.text
        assert (await stage.stranger().get(path)).status == 303
    command = {"command": "0" * 32}
    assert (await somebody.post(f"/people/{OWNER}/invite", command)).status == 403
    assert (await somebody.post(f"/people/{OWNER}/forget-account", command)).status == 403
    operator = await stage.signs_in(OPERATOR)
    for nobody in ("nobody", "%00", "%FF", "%E2%80%AE"):
        assert (await operator.get(f"/people/{nobody}/invite")).status == 404
        assert (await operator.post(f"/people/{nobody}/forget-account", command)).status == 404
    assert (await operator.post("/people/nobody/invite", command)).status == 404
    async with stage.database.write() as connection:
        await connection.execute(people.update().where(people.c.id == OWNER).values(left_on="2026-11-01"))
    page = await operator.fills(f"/people/{OWNER}/invite")
    assert page.status == 409 and "has left" in page.text


async def test_a_leaver_cannot_come_in_with_a_linked_account(stage: Stage, provider: Provider) -> None:
    browser = stage.stranger()
    await accepts(browser, await invites(stage), provider)
    path = await invites(stage, OWNER)
    async with stage.database.write() as connection:
        await connection.execute(people.update().values(left_on="2026-11-01"))
    page = await comes_back(browser, provider.authorize(await leaves(browser)))
    assert page.status == 403 and "not linked to anybody here" in page.text
    page = await accepts(stage.stranger(), path, provider, "judith")
    assert page.status == 403 and ("judith", OWNER) not in await accounts(stage)


async def test_the_list_says_who_can_sign_in_and_finds_people(stage: Stage, provider: Provider) -> None:
    await accepts(stage.stranger(), await invites(stage), provider)
    await invites(stage, OWNER)
    operator = await stage.signs_in(OPERATOR)
    page = await operator.get("/accounts?q=okafor")
    assert "Amara Okafor" in page.text and "Account linked on" in page.text and "Judith" not in page.text
    assert "Invited, until" in (await operator.get("/accounts?q=JUDITH")).text
    assert "No account" in (await operator.get("/accounts")).text
    assert "Nobody in the directory" in (await operator.get("/accounts?q=%25")).text
    for query in ("x" * 81, "%00", "%FF%FE"):
        assert (await operator.get(f"/accounts?q={query}")).status in (200, 422)


async def test_signing_in_anew_ends_the_session_the_browser_had(stage: Stage, provider: Provider) -> None:
    browser = await stage.signs_in(OWNER)
    assert (await accepts(browser, await invites(stage), provider)).status == 303
    assert [who for who, _, _ in await open_sessions(stage)].count(OWNER) == 0


# --- what the pages say ---------------------------------------------------------------------------------------------


async def test_the_sign_in_page_shows_what_there_is(stage: Stage, provider: Provider) -> None:
    page = await stage.stranger().get("/sign-in?next=/cases")
    assert "Sign in with Internal Access" in page.text and "made-up people" in page.text
    for site, told, other in (
        (
            Site(provider="Internal Access", dev_sign_in=False),
            "Sign in with Internal Access",
            "made-up people",
        ),
        (Site(dev_sign_in=False), "Signing in is not set up here", "made-up people"),
        (Site(), "made-up people", "never sees your password"),
    ):
        stage.services = type(stage.services)(**{**vars(stage.services), "site": site, "provider": None})
        stage.app = create_app(stage.services)
        page = await stage.stranger().get("/sign-in")
        assert page.status == 200 and told in page.text and other not in page.text
        home = await stage.stranger().get("/register")
        assert ("/sign-in" in home.links) == bool(site.provider or site.dev_sign_in)
        page = await stage.stranger().get("/inbox")
        assert page.status == (303 if site.provider or site.dev_sign_in else 403)
        if not site.dev_sign_in:
            assert (await stage.stranger().post("/sign-in", {"person": AMY})).status == 404
    assert "OIDC_ISSUER" in (await not_set_up(stage)).text


async def not_set_up(stage: Stage) -> Page:
    stage.services = type(stage.services)(
        **{**vars(stage.services), "site": Site(dev_sign_in=False), "provider": None}
    )
    stage.app = create_app(stage.services)
    browser = stage.stranger()
    for method, path in (
        ("POST", "/sign-in/provider"),
        ("GET", "/sign-in/callback?code=x&state=x"),
        ("GET", "/sign-in/invitation/x"),
        ("POST", "/sign-in/ended"),
    ):
        page = await (browser.get(path) if method == "GET" else browser.post(path))
        assert page.status == 404, path
    return await browser.get("/sign-in")
