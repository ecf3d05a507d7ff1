"""Made-up hospitals for a demonstration of reliance: bodies, teams and people that never were."""

from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.people import Role
from domain.request_choices import REGIONS
from store.tables import organisations, people, posts, teams

PLACES = (
    "Alder", "Bracken", "Cawder", "Dunmer", "Elsing", "Farrow", "Gorsel", "Hexley", "Ivering", "Jorvel", "Kestler",
    "Linnet", "Morrin", "Netherel", "Orchen", "Pellen", "Quarrin", "Rushel", "Sorrel", "Tansel", "Umbren", "Velling",
    "Wexmer", "Yarrin", "Ashlen", "Birkel", "Corven", "Drummel", "Eskal", "Fenwil", "Garnel", "Hawkel",
)  # fmt: skip
ENDINGS = (
    "bank", "beck", "cliffe", "combe", "dale", "den", "fell", "field", "ford", "garth", "gate", "ham", "holme", "hurst",
    "keld", "leigh", "ley", "march", "mere", "moor", "ness", "pool", "rigg", "shaw", "side", "stead", "thorpe", "toft",
    "wick", "wold", "worth", "yard",
)  # fmt: skip
GIVEN = (
    "Abena", "Alastair", "Anwen", "Bashir", "Bethan", "Carys", "Chidi", "Clara", "Dafydd", "Deepa", "Edwin", "Esme",
    "Farah", "Fergus", "Gita", "Hamza", "Hester", "Idris", "Imran", "Ines", "Jonah", "Kamal", "Keira", "Leila", "Lorna",
    "Magnus", "Mina", "Nadia", "Niall", "Olu", "Petra", "Rahul", "Rhian", "Rory", "Salma", "Seren", "Tariq", "Tessa",
    "Umar", "Zadie",
)  # fmt: skip
FAMILY = (
    "Abernail", "Addo-Fell", "Bhatter", "Birtwell", "Calloway-Ash", "Chanda", "Dunnock", "Eastlake", "Fairclow",
    "Gandhar", "Greaves-Ito", "Harkaway", "Iqbal-Stone", "Jessop", "Kinvara", "Lathbury", "Mbeki-Dale", "Mossop",
    "Nettlefold", "Obi-Marsh", "Pargeter", "Quill", "Rathore", "Sandel", "Tarrant", "Underlow", "Varma", "Whitlow",
    "Yardley-Cruz", "Zeller",
)  # fmt: skip
IN_TEAM = (Role.REQUESTER, Role.RISK_OWNER)
ABOVE = (Role.LEADER_1, Role.LEADER_2, Role.LEADER_3)
MOST = len(PLACES) * len(ENDINGS)


def team_of(number: int) -> str:
    return f"made-up-hospital-{number:04}-cash-desk"


async def found(connection: AsyncConnection, count: int) -> int:
    """See that the first `count` hospitals are there, each with its people in their posts; how many were new."""
    there = set((await connection.scalars(select(teams.c.id))).all())
    fresh = [number for number in range(1, count + 1) if team_of(number) not in there]
    if not fresh:
        return 0
    made = [(number, list(_people(number))) for number in fresh]
    await connection.execute(insert(organisations), [_body(number) for number in fresh])
    await connection.execute(insert(teams), [_team(number) for number in fresh])
    await connection.execute(insert(people), [person for _, of_one in made for _, person in of_one])
    rows = [_post(number, role, person["id"]) for number, of_one in made for role, person in of_one]
    await connection.execute(insert(posts), rows)
    return len(fresh)


def name_of(number: int) -> str:
    """Each number its own place; neighbours begin differently."""
    return (
        f"{PLACES[number % len(PLACES)]}{ENDINGS[number // len(PLACES) % len(ENDINGS)]} Hospitals NHS Trust"
    )


def region_of(number: int) -> str:
    """One of the nine regions of England, which come first in the form's list."""
    return REGIONS[number % 9].value


def _body(number: int) -> dict[str, Any]:
    return {
        "id": f"made-up-hospital-{number:04}",
        "name": name_of(number),
        "kind": "NHS trust (made up for the demonstration)",
        "nation": "england-and-wales",
        "status": "public",
        "identifiers": {},
        "demo": True,
        "tiny": False,
    }


def _team(number: int) -> dict[str, Any]:
    organisation = f"made-up-hospital-{number:04}"
    return {
        "id": team_of(number),
        "organisation": organisation,
        "name": "Patients' cash desk",
        "cluster": None,
        "slack_channel": None,
    }


def _people(number: int) -> list[tuple[Role, dict[str, Any]]]:
    made: list[tuple[Role, dict[str, Any]]] = []
    for place, role in enumerate((*IN_TEAM, *ABOVE)):
        which = number * 5 + place
        name = f"{GIVEN[which % len(GIVEN)]} {FAMILY[which // len(GIVEN) % len(FAMILY)]}"
        key = f"p-made-up-{number:04}-{role.replace('_', '-')}"
        row = {
            "id": key,
            "name": name,
            "email": f"{key}@hospitals.example",
            "slack_user": None,
            "featured": None,
        }
        made.append((role, row))
    return made


def _post(number: int, role: Role, person: str) -> dict[str, Any]:
    organisation = f"made-up-hospital-{number:04}"
    return {
        "person": person,
        "role": role,
        "organisation": organisation,
        "team": team_of(number) if role in IN_TEAM else None,
    }
