"""The wider directory that comes with Sharecase (bodies and kinds as data), together with the one that is loaded here."""

import csv
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.bodies import UNKNOWN, Body, Directory, Kind, plain
from store import agreements
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
    bodies_here = (await connection.execute(select(o.id, o.name, o.kind, o.status).order_by(o.id))).all()
    teams_here = (await connection.execute(select(t.id, t.organisation, t.name).order_by(t.id))).all()
    members = await agreements.members_on(connection, day)
    held: dict[str, list[tuple[str, str | None]]] = {}
    for row in teams_here:
        held.setdefault(row.organisation, []).append((row.name, members.get(row.id)))
    return _together(
        tuple((row.id, row.name, row.kind, row.status, tuple(held.get(row.id, ()))) for row in bodies_here)
    )


@lru_cache(maxsize=2)
def _together(here: tuple[tuple[str, str, str, str, tuple[tuple[str, str | None], ...]], ...]) -> Directory:
    """Made anew only when something in it changed: it takes a tenth of a second."""
    shipped_by_name = {plain(name): body for body in bodies() for name in (body.name, *body.aliases)}
    by_kind = Directory((), kinds())
    loaded: list[Body] = []
    for id_, name, kind, status, held in here:
        ours = shipped_by_name.get(plain(name))
        guess = ours or by_kind.one(name)
        loaded.append(
            Body(
                id=id_,
                name=name,
                kind=kind if guess.kind == UNKNOWN else guess.kind,
                status=status,
                aliases=ours.aliases if ours else (),
                cluster=guess.cluster,
                level=guess.level,
                nation=ours.nation if ours else "",
                teams=held,
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
