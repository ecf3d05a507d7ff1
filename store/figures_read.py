"""The public figures as pages read them (§5, P10): the sums in a few queries, and the rows behind any of them.

What is read for a page grows with days, bodies and lanes, never with cases (P8).
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.figure_asked import Asked
from domain.figure_rows import USE_LOG, Behind, Kept, Source, behind, days_of
from domain.figures import Counted, figures
from domain.working_days import london_date
from store import directory, figures_restated, tables, use_figures
from store.figures import calendar_of, tally_of
from store.rates import rates

WINDOWED = ("flow", "mark", "speed", "cohort", "held", "cost", "use", "review")
cf, cc, fc = tables.case_figures.c, tables.case_counts.c, tables.figure_counts.c


def _of(asked: Asked, *families: str) -> ColumnElement[bool]:
    wanted = [fc.organisation == asked.organisation, fc.demo == asked.demo, fc.family.in_(families)]
    if asked.cluster:
        wanted.append(fc.cluster == asked.cluster)
    if asked.lane:
        wanted.append(fc.lane == ("" if asked.lane == "none" else asked.lane))
    return and_(*wanted)


async def read(connection: AsyncConnection, asked: Asked, as_of: datetime) -> dict[str, Any]:
    """Every figure, in a handful of queries and a look at the calendar."""
    since, until = asked.since.isoformat(), asked.until.isoformat()
    month = literal_column("substr(day, 1, 7)")  # written out: PostgreSQL must see that it groups by the same
    many = func.sum(fc.n)
    window = await connection.execute(
        select(fc.family, fc.name, month, fc.value, fc.lane, many)
        .where(_of(asked, *WINDOWED), fc.day.between(since, until))
        .group_by(fc.family, fc.name, month, fc.value, fc.lane)
    )
    earlier = await connection.execute(
        select(fc.name, many).where(_of(asked, "flow"), fc.day < since).group_by(fc.name)
    )
    standing = await connection.execute(
        select(fc.family, fc.name, fc.day, many).where(_of(asked, "now")).group_by(fc.family, fc.name, fc.day)
    )
    told = figures(
        asked,
        [Counted(*row[:5], n=int(row[5])) for row in window if row[5]],
        {row[0]: int(row[1]) for row in earlier},
        [Counted(row[0], row[1], row[2], 0, "", int(row[3])) for row in standing if row[3]],
        await calendar_of(connection),
        as_of,
        rates(),
    )
    told["use"] |= await use_figures.read(connection, asked, as_of)
    return told | {"restatements": await figures_restated.touching(connection, asked)}


async def known(connection: AsyncConnection) -> tuple[dict[str, str], dict[str, str]]:
    """Names by id of the organisations and the clusters that can be asked for."""
    k = tables.clusters.c
    rows = await connection.execute(select(k.id, k.name).order_by(k.id, k.version))
    return await directory.organisation_names(connection), {row.id: row.name for row in rows}


def _here(asked: Asked) -> ColumnElement[bool]:
    """Cases that are asked for. A number that one side alone answers for is only that body's."""
    wanted = [cf.demo == asked.demo]
    if asked.organisation:
        wanted.append(
            or_(
                and_(cf.receiving_organisation == asked.organisation, cc.side != "sending"),
                and_(cf.sending_organisation == asked.organisation, cc.side != "receiving"),
            )
        )
    if asked.cluster:
        wanted.append(cf.cluster == asked.cluster)
    if asked.lane:
        wanted.append(cf.lane == ("" if asked.lane == "none" else asked.lane))
    return and_(*wanted)


async def cases_behind(
    connection: AsyncConnection, source: Source, asked: Asked, as_of: datetime
) -> Sequence[Behind]:
    """Every case that a number is made of (E5), the smallest first. This one does grow with cases."""
    family, name = source.kept[0]
    if family == USE_LOG:
        used = await use_figures.behind(connection, name, asked, as_of)
        return behind(source, used, await calendar_of(connection), london_date(as_of))
    first, last = days_of(source, asked)
    kept = or_(*(and_(cc.family == family, cc.name == name) for family, name in source.kept))
    query = (
        select(cc.ref, cc.name, cc.day, cc.value, cc.n)
        .join(tables.case_figures, cf.ref == cc.ref)
        .where(kept, cc.day.between(first, last), _here(asked))
        .order_by(cc.ref, cc.day)
    )
    found = [Kept(*row) for row in await connection.execute(query)]
    return behind(source, found, await calendar_of(connection), london_date(as_of))


async def entries(connection: AsyncConnection, refs: Sequence[str]) -> dict[str, Any]:
    """Those of them that stand in the public register, by ref. Of the others nothing is said."""
    r = tables.register.c
    query = select(r.ref, r.state, r.published_at, r.entry, r.demo, r.root).where(r.latest)
    found: dict[str, Any] = {}
    for start in range(0, len(refs), 500):  # fewer than a database takes in one list
        rows = await connection.execute(query.where(r.ref.in_(refs[start : start + 500])))
        found |= {row.ref: row for row in rows}
    return found


async def rollouts(connection: AsyncConnection) -> dict[str, int]:
    """All that programmes are put together from; for the comparison with a second count."""
    query = select(fc.organisation, fc.demo, fc.cluster, fc.day, fc.name, func.sum(fc.n))
    mine = query.where(fc.family == "rollout", fc.organisation != "")
    rows = await connection.execute(mine.group_by(fc.organisation, fc.demo, fc.cluster, fc.day, fc.name))
    return {
        " ".join((row[0], "demo" if row[1] else "real", row[2], row[3], row[4])): int(row[5])
        for row in rows
        if row[5]
    }


async def every_case(connection: AsyncConnection) -> dict[str, dict[str, Any]]:
    """What each case adds, as it is kept; for the comparison with a second count."""
    found = await connection.execute(select(cf.ref, cf.tally))
    return {row.ref: asdict(tally_of.validate_python(row.tally)) for row in found}
