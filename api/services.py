"""What the web process is made of, handed in once; nothing here reads the environment or keeps module state."""

from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends, Request
from slack_sdk.web.async_client import AsyncWebClient

from activities.grant_keys import Keyring
from api.desk import Clock, Desk
from api.intake import Intake
from domain.policy import LegalProfile
from store.database import Database


@dataclass(frozen=True, kw_only=True)
class Site:
    """How this installation presents itself. `embedded`: a demonstration on one computer, with seeded people."""

    public_url: str = "http://localhost:8000"
    embedded: bool = True
    legal_profile: LegalProfile = LegalProfile.CURRENT_LAW
    slack: bool = False
    dev_sign_in: bool = True  # pick a made-up person: only where nobody else can come (S6)
    provider: str = (
        ""  # what people call the account they sign in with, such as 'Internal Access'; '' for none
    )
    demo_note: str = field(default="Demonstration data. Nothing here is a record.")


@dataclass(frozen=True, kw_only=True)
class SlackSettings:
    """What comes from Slack must be signed by one of `secrets` (two while one is exchanged), and be this app's in this
    workspace; '' where any is meant. `client` opens modals and answers."""

    secrets: tuple[str, ...] = field(repr=False)
    client: AsyncWebClient
    team: str = ""
    app: str = ""


@dataclass(frozen=True, kw_only=True)
class ProviderSettings:
    """The OpenID provider whose accounts people sign in with. `issuer` is pinned: it is what its tokens must say.

    `acr`: how strongly somebody must have signed in there, '' for however the provider sees fit.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    acr: str = ""


@dataclass(frozen=True, kw_only=True)
class Services:
    """`slack`, `provider`: None where this installation has none. `keyring`: by itself one that lasts as long as the process."""

    database: Database
    desk: Desk
    clock: Clock
    site: Site
    slack: SlackSettings | None = None
    provider: ProviderSettings | None = None
    keyring: Keyring = field(default_factory=Keyring)
    x_road_hosts: frozenset[str] = frozenset()  # of Security Servers that may be called (P3)

    @property
    def intake(self) -> Intake:
        return Intake(self.database, self.desk, self.clock)


def services(request: Request) -> Services:
    return cast(Services, request.app.state.services)


ServicesIn = Annotated[Services, Depends(services)]
