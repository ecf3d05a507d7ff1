"""People who come and go in the demonstration (P5): deputies, somebody away with cover, a risk owner who left."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from api.desk import Clock
from api.owners import OwnerActs
from domain.people import Role
from domain.permissions import Post
from domain.working_days import london_date
from store import commands, directory
from store.database import Database
from store.tables import people, posts

A_FORTNIGHT = 13  # days after the first


@dataclass(frozen=True, kw_only=True)
class Said:
    """One act on the directory. `days`: field -> how many days from today; `who`: field -> whose address it asks for."""

    act: str
    about: str | Post
    by: Role
    who: Mapping[str, str] = field(default_factory=dict[str, str])
    days: Mapping[str, int] = field(default_factory=dict[str, int])

    @property
    def command(self) -> str:
        about = self.about if isinstance(self.about, str) else f"{self.about.role}.{self.about.team}"
        return f"demo.{self.act}.{about}"


def _owner(organisation: str, team: str) -> Post:
    return Post(role=Role.RISK_OWNER, organisation=organisation, team=team)


SAID = (
    Said(
        act="name_deputy",
        about=_owner("hmrc", "hmrc-debt-insight"),
        by=Role.OPERATOR,
        who={"email": "p-bethan-lowther-rees"},
    ),
    Said(
        act="name_deputy",
        about=_owner("dwp", "dwp-pension-credit"),
        by=Role.OPERATOR,
        who={"email": "p-marcus-adeyinka"},
    ),
    Said(
        act="set_cover",
        about="p-malcolm-ackroyd",
        by=Role.OPERATOR,
        who={"covered_by": "p-donna-micklethwaite"},
        days={"first": 0, "last": A_FORTNIGHT},
    ),
    Said(act="leave", about="p-gareth-pomfret", by=Role.OPERATOR, days={"last": -1}),
)


async def come_and_go(database: Database, clock: Clock) -> int:
    """Whatever of this was not said yet; how much. The relay brings what follows from it to the cases."""
    edge, said = OwnerActs(database, clock), 0
    today = london_date(clock())
    for each in SAID:
        async with database.read() as connection:
            if await commands.get(connection, each.command):
                continue
            keeper = await connection.scalar(select(posts.c.person).where(posts.c.role == each.by).limit(1))
            person = await directory.person(connection, keeper or "", today)
            raw = {key: await _address(connection, who) for key, who in each.who.items()}
        raw |= {key: (today + timedelta(days=days)).isoformat() for key, days in each.days.items()}
        if person:
            await getattr(edge, each.act)(person, each.about, raw, command=each.command, via="cli")
            said += 1
    return said


async def _address(connection: AsyncConnection, person: str) -> str:
    return await connection.scalar(select(people.c.email).where(people.c.id == person)) or ""
