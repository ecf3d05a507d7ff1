"""Which team of the demonstration can stand in for a body of a case file that is not in the directory."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from cli.bodies import closest, plain, words
from domain.people import Role
from domain.records import Facts
from store.tables import organisations, posts, teams

# A word in a body's name -> what its kind is called in the directory. The first that fits decides.
KINDS: tuple[tuple[frozenset[str], tuple[str, ...]], ...] = (
    (frozenset({"police", "constabulary", "prosecution", "probation", "prison", "justice"}), ("police",)),
    (frozenset({"fire"}), ("fire",)),
    (
        frozenset(
            {"nhs", "health", "hospital", "hospitals", "care", "ambulance", "gp", "gps", "commissioning"}
        ),
        ("health", "nhs", "care"),
    ),
    (
        frozenset(
            {
                "council",
                "councils",
                "borough",
                "county",
                "authority",
                "authorities",
                "youth",
                "housing",
                "schools",
            }
        ),
        ("council",),
    ),
    (
        frozenset(
            {
                "department",
                "departments",
                "ministry",
                "office",
                "hm",
                "agency",
                "cabinet",
                "loans",
                "government",
            }
        ),
        ("department", "executive", "northern ireland department"),
    ),
)
NATIONS = {"scotland": "scotland", "northern ireland": "northern-ireland"}


@dataclass(frozen=True, kw_only=True)
class Team:
    id: str
    organisation: str
    body: str
    kind: str
    nation: str
    name: str
    authors: tuple[str, ...]
    owners: tuple[str, ...]
    deciders: tuple[str, ...]

    @property
    def may_ask(self) -> bool:
        return any(author != owner for author in self.authors for owner in self.owners)


@dataclass(frozen=True, kw_only=True)
class Pair:
    asking: Team
    holding: Team
    holder: str  # the name in the record


class NoStandIn(Exception):
    """A sentence: for whom nobody can stand in."""


async def all_teams(connection: AsyncConnection) -> list[Team]:
    held: dict[tuple[str, str], list[str]] = {}
    for row in await connection.execute(select(posts).where(posts.c.team.is_not(None)).order_by(posts.c.id)):
        held.setdefault((row.team, row.role), []).append(row.person)
    query = (
        select(teams, organisations.c.name.label("body"), organisations.c.kind, organisations.c.nation)
        .join(organisations, organisations.c.id == teams.c.organisation)
        .order_by(teams.c.id)
    )
    return [
        Team(
            id=row.id,
            organisation=row.organisation,
            body=row.body,
            kind=row.kind,
            nation=row.nation,
            name=row.name,
            authors=tuple(held.get((row.id, Role.REQUESTER), ())),
            owners=tuple(held.get((row.id, Role.RISK_OWNER), ())),
            deciders=tuple(held.get((row.id, Role.SENDER_DECIDER), ())),
        )
        for row in await connection.execute(query)
    ]


def pairs(record: Facts, known: Sequence[Team]) -> list[Pair]:
    """One for each body that holds the data, unless the same team stands in for several.

    Raises `NoStandIn` when nobody can stand in for the asking body, or for any that holds the data.
    """
    nation = NATIONS.get(record.region.lower(), "")
    asking = _stand_in(record.asking, record.asking_team, [team for team in known if team.may_ask], nation)
    found: dict[str, Pair] = {}
    nobody: list[NoStandIn] = []
    for holder in record.holding:
        others = [team for team in known if team.deciders and team.organisation != asking.organisation]
        try:
            holding = _stand_in(holder, " ".join(record.items), others, nation)
        except NoStandIn as none:
            nobody.append(none)
        else:
            found.setdefault(holding.id, Pair(asking=asking, holding=holding, holder=holder))
    if not found:
        raise nobody[0]
    return list(found.values())


def _stand_in(name: str, about: str, known: Sequence[Team], nation: str) -> Team:
    """The body itself if it is there, else one of its kind (in its nation, if any is); of those, the closest in words."""
    possible = [team for team in known if plain(team.body) == plain(name)]
    if not possible:
        kinds = _kinds(name)
        possible = [team for team in known if any(kind in team.kind.lower() for kind in kinds)]
        possible = [team for team in possible if team.nation == nation] or possible
    if not possible:
        raise NoStandIn(f"no team of the demonstration can stand in for {name}")
    best = closest(f"{name} {about}", [(team.id, f"{team.body} {team.name}") for team in possible])
    return next((team for team in possible if team.id == best), possible[0])


def _kinds(name: str) -> tuple[str, ...]:
    said = words(name.replace("(", " ").replace(")", " "))  # the English name may be in brackets
    return next((kinds for signs, kinds in KINDS if signs & said), ())
