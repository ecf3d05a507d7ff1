"""Which live grants nobody has told anything about for a while (D.3)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.commands import Fault
from domain.grants import Mode, State
from domain.working_days import london_date
from store import faults, tables
from store.use_log import last_sign, since, some_of

g, c, f = tables.grants.c, tables.cases.c, tables.forms.c


async def untold(
    connection: AsyncConnection, records: datetime, files: datetime
) -> Sequence[Row[*tuple[Any, ...]]]:
    """(id, ref, since) of live grants last heard of before an instant, whose case was not told of that silence yet.

    records: the instant for those used record by record. files: for regular files. One file sent once is never silent.
    """
    sign = last_sign().where(g.state == State.ACTIVE).subquery("sign")
    regular = and_(
        f.ref == sign.c.ref, f.version == c.form_version, f.answers["pattern"].as_string() == "file_regular"
    )
    query = (
        select(sign.c.id, sign.c.ref, sign.c.since)
        .join(tables.cases, c.ref == sign.c.ref)
        .where(
            or_(
                and_(sign.c.mode == Mode.TRANSACTIONAL, sign.c.since < records),
                and_(sign.c.mode == Mode.BULK, sign.c.since < files, select(f.ref).where(regular).exists()),
            )
        )
        .order_by(sign.c.id)
    )
    rows = (await connection.execute(query)).all()
    ids = {told_as(row.ref, row.since): row for row in rows}
    for some in some_of(sorted(ids)):
        k = tables.commands.c
        for each in await connection.scalars(select(k.id).where(k.id.in_(some))):
            del ids[each]
    return list(ids.values())


async def is_still(connection: AsyncConnection, grant: str, was: datetime) -> bool:
    row = await since(connection, grant)
    return row is not None and row.since == was


def told_as(ref: str, was: datetime) -> str:
    return faults.command_id(ref, faults.FIND, Fault.SILENT, london_date(was).isoformat())
