"""What the web process is made of, handed in once; nothing here reads the environment or keeps module state."""

from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends, Request

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
    demo_note: str = field(default="Demonstration data. Nothing here is a record.")


@dataclass(frozen=True, kw_only=True)
class Services:
    database: Database
    desk: Desk
    clock: Clock
    site: Site

    @property
    def intake(self) -> Intake:
        return Intake(self.database, self.desk, self.clock)


def services(request: Request) -> Services:
    return cast(Services, request.app.state.services)


ServicesIn = Annotated[Services, Depends(services)]
