"""Grants beside the cases that they follow from: whatever says otherwise is told, case by case (I4)."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.case import Stage
from domain.grants import OF_STAGE, OVER, State, ends_at, grant_id, is_registered, status_of
from store.shapes import case_from_json
from store.tables import cases, events, grant_versions, grants

PAGE = 200


async def contradictions(connection: AsyncConnection) -> AsyncIterator[str]:
    """A sentence for each case whose grant, or whose place in the status list, is not what follows from it."""
    c, after = cases.c, ""
    while True:
        query = select(c.ref, c.state, c.items_shared).where(c.ref > after).order_by(c.ref).limit(PAGE)
        page = (await connection.execute(query)).all()
        if not page:
            return
        beside = await _Beside.read(connection, [row.ref for row in page])
        for row in page:
            if wrong := beside.wrong(row):
                yield f"{row.ref}: {wrong}"
        after = page[-1].ref


class _Beside:
    """What is kept of the grants of a page of cases. `by_date`: those whose share ended by itself."""

    def __init__(
        self, grants: Sequence[Row[Any]], versions: Sequence[Row[Any]], by_date: frozenset[str]
    ) -> None:
        self.grants = {row.ref: row for row in grants}
        self.versions = dict[str, list[Row[Any]]]()
        for row in versions:
            self.versions.setdefault(row.grant, []).append(row)
        self.by_date = by_date

    @classmethod
    async def read(cls, connection: AsyncConnection, refs: list[str]) -> "_Beside":
        v, e = grant_versions.c, events.c
        ended = select(e.ref, e.data).where(e.ref.in_(refs), e.kind == "share_ended")
        of_these = v.grant.in_([grant_id(ref) for ref in refs])
        return cls(
            (await connection.execute(select(grants).where(grants.c.ref.in_(refs)))).all(),
            (await connection.execute(select(grant_versions).where(of_these).order_by(v.version))).all(),
            frozenset(row.ref for row in await connection.execute(ended) if row.data.get("by_date")),
        )

    def wrong(self, row: Row[*tuple[Any, ...]]) -> str:
        case, grant = case_from_json(row.state), self.grants.get(row.ref)
        if grant is None:
            return f"it is {case.stage}, and it has no grant." if case.stage in OF_STAGE else ""
        state = OF_STAGE.get(case.stage, State.EXPIRED if row.ref in self.by_date else State.REVOKED)
        if case.stage is Stage.ACTIVE and not is_registered(case):
            state = State.ISSUED
        if grant.state != state:
            return f"its grant says {grant.state}, and follows as {state}."
        if grant.register_version != case.register_version:
            return f"its grant names version {grant.register_version} of the register, and there are {case.register_version}."
        if state not in OVER and grant.ends_at != ends_at(case):
            return "its grant ends on another day than the share."
        return self._list(grant, row.items_shared)

    def _list(self, grant: Row[Any], items: list[str]) -> str:
        versions = self.versions.get(grant.id, [])
        if [each.version for each in versions] != [*range(1, grant.version + 1)]:
            return "its grant has other versions than it counts."
        for each in versions:
            status = status_of(State(grant.state), newest=each.version == grant.version)
            if each.status != status:
                return f"the status list says {each.status} of version {each.version}, and it is {status}."
        if grant.state not in OVER and versions[-1].items != items:
            return "its grant covers other items than the share."
        return ""
