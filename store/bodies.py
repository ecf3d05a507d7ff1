"""The wider directory that comes with Sharecase (bodies and kinds as data), together with the one that is loaded here."""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.bodies import UNKNOWN, Body, Directory, Kind, plain
from store import agreements, government
from store.tables import organisations, teams

SEED = Path(__file__).parent / "seed"
IN_NO_CLUSTER = "-"


@cache
def kinds() -> dict[str, Kind]:
    return {
        row["kind"]: Kind(
            id=row["kind"],
            status=row["status"],
            cluster=row["cluster"] or None,
            level=row["level"],
            phrases=tuple(each.lower() for each in row["phrases"].split("|") if each),
        )
        for row in _rows("body_kinds.csv")
    }


@cache
def bodies() -> tuple[Body, ...]:
    """Of each body what differs from its kind is written down; the rest is the kind's."""
    return tuple(_body(row) for row in _rows("bodies.csv"))


def shipped() -> Directory:
    return Directory(bodies(), kinds())


async def directory(connection: AsyncConnection, day: date) -> Directory:
    """What is loaded here goes before what was shipped: an operator's entry corrects ours (status, teams).

    A team sits in the cluster whose agreement its body signed, and is a member of on this London day (P1).
    """
    o, t = organisations.c, teams.c
    query = select(o.id, o.name, o.kind, o.status, o.closed_on, o.successor).order_by(o.id)
    bodies_here = (await connection.execute(query)).all()
    names = {row.id: row.name for row in bodies_here}
    called: dict[str, list[str]] = {}
    for each in await government.former_of(connection):
        called.setdefault(each.body, []).append(each.name)
    teams_here = (await connection.execute(select(t.id, t.organisation, t.name).order_by(t.id))).all()
    members = await agreements.members_on(connection, day)
    held: dict[str, list[tuple[str, str | None]]] = {}
    for row in teams_here:
        held.setdefault(row.organisation, []).append((row.name, members.get(row.id)))
    return _together(
        tuple(
            _Here(
                id=row.id,
                name=row.name,
                kind=row.kind,
                status=row.status,
                former=tuple(called.get(row.id, ())),
                closed=(row.closed_on or "")[:7],
                successor=names.get(row.successor or "", ""),
                teams=tuple(held.get(row.id, ())),
            )
            for row in bodies_here
        )
    )


@dataclass(frozen=True, kw_only=True)
class _Here:
    """A body that is loaded here. It is found by the names it had before as well (G7)."""

    id: str
    name: str
    kind: str
    status: str
    former: tuple[str, ...]
    closed: str
    successor: str
    teams: tuple[tuple[str, str | None], ...]


@lru_cache(maxsize=2)
def _together(here: tuple[_Here, ...]) -> Directory:
    """Made anew only when something in it changed: it takes a tenth of a second."""
    shipped_by_name = {plain(name): body for body in bodies() for name in (body.name, *body.aliases)}
    by_kind = Directory((), kinds())
    loaded: list[Body] = []
    for each in here:
        known = (shipped_by_name.get(plain(name)) for name in (each.name, *reversed(each.former)))
        ours = next((body for body in known if body), None)
        guess = ours or by_kind.one(each.name)
        loaded.append(
            Body(
                id=each.id,
                name=each.name,
                kind=each.kind if guess.kind == UNKNOWN else guess.kind,
                status=each.status,
                aliases=(*each.former, *(ours.aliases if ours else ())),
                cluster=guess.cluster,
                level=guess.level,
                nation=ours.nation if ours else "",
                closed=each.closed,
                successor=each.successor,
                teams=each.teams,
            )
        )
    return Directory((*loaded, *bodies()), kinds())


def _body(row: dict[str, str]) -> Body:
    kind = kinds()[row["kind"]]
    cluster = row["cluster"] or kind.cluster
    return Body(
        id=row["id"],
        name=row["name"],
        kind=kind.id,
        status=row["status"] or kind.status,
        aliases=tuple(each for each in row["aliases"].split("|") if each),
        cluster=None if cluster == IN_NO_CLUSTER else cluster,
        level=kind.level,
        nation=row["nation"],
        closed=row["closed"],
        successor=row["successor"],
    )


def _rows(name: str) -> list[dict[str, str]]:
    with (SEED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
