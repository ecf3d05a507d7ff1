"""Somebody at a browser who signs in with a provider's account: what the tests of that way have in common."""

import html
import re
from dataclasses import replace
from urllib.parse import parse_qs, urlencode, urlsplit

from sqlalchemy import select

from api.invitations import new_invitation
from api.services import ProviderSettings, Site
from store.tables import sessions
from tests.ui.stage import Browser, Page, Stage
from ui.app import create_app

AMY = "p-amara-okafor"
OPERATOR = "p-tom-ferrante-boateng"
NAME = "Internal Access"
SITE = Site(provider=NAME, dev_sign_in=True)


def with_provider(stage: Stage, issuer: str, client_id: str, secret: str, *, acr: str = "") -> Stage:
    """The same stage, with a provider to sign in with beside the made-up people."""
    own = ProviderSettings(issuer=issuer, client_id=client_id, client_secret=secret, acr=acr)
    stage.site = SITE
    stage.services = replace(stage.services, provider=own, site=SITE)
    stage.app = create_app(stage.services)
    return stage


async def invitation(stage: Stage, person: str = AMY, by: str = OPERATOR) -> str:
    """The code of a new invitation."""
    async with stage.database.write() as connection:
        return (await new_invitation(connection, person, by=by, at=stage.now)).code


async def leaves(browser: Browser, **fields: str) -> str:
    """Where the browser is sent to."""
    page = await browser.post("/sign-in/provider", fields)
    assert page.status == 200, page.text
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page.html)
    assert found, page.html
    return html.unescape(found[1])


async def comes_back(browser: Browser, told: dict[str, str] | str) -> Page:
    query = urlencode(told) if isinstance(told, dict) else told
    return await browser.get(f"/sign-in/callback?{query}")


def brought_back(location: str) -> dict[str, str]:
    """What a provider put into the address of our callback."""
    assert "/sign-in/callback" in location, location
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


async def open_sessions(stage: Stage) -> list[tuple[str, str, str]]:
    """(person, how, issuer) of each."""
    async with stage.database.read() as connection:
        rows = await connection.execute(select(sessions.c.person, sessions.c.how, sessions.c.issuer))
        return [(row.person, row.how, row.issuer) for row in rows]
