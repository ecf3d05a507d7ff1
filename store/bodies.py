"""The wider directory that comes with Sharecase (bodies and kinds as data), together with the one that is loaded here."""

import csv
from functools import cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.bodies import UNKNOWN, Body, Directory, Kind, plain
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


async def directory(connection: AsyncConnection) -> Directory:
    """What is loaded here goes before what was shipped: an operator's entry corrects ours (status, teams)."""
    shipped_by_name = {plain(name): body for body in bodies() for name in (body.name, *body.aliases)}
    held: dict[str, list[tuple[str, str | None]]] = {}
    for row in await connection.execute(select(teams.c.organisation, teams.c.name, teams.c.cluster)):
        held.setdefault(row.organisation, []).append((row.name, row.cluster))
    by_kind = Directory((), kinds())
    loaded: list[Body] = []
    for row in await connection.execute(
        select(organisations.c.id, organisations.c.name, organisations.c.kind, organisations.c.status)
    ):
        ours = shipped_by_name.get(plain(row.name))
        guess = ours or by_kind.one(row.name)
        loaded.append(
            Body(
                id=row.id,
                name=row.name,
                kind=row.kind if guess.kind == UNKNOWN else guess.kind,
                status=row.status,
                aliases=ours.aliases if ours else (),
                cluster=guess.cluster,
                level=guess.level,
                nation=ours.nation if ours else "",
                teams=tuple(held.get(row.id, ())),
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
