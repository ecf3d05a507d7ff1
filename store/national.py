"""§7 C: what adds up to a national dataset, computed whenever a share begins or ends to be live, registered or not.

`store.registry.sound_alarms` tells the public what the register says. This one is for those who answer for it: shares
that are kept back from the register count too, and are never listed in public.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, and_, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import events as e
from domain.body_tasks import BodyKind
from domain.case import Case, Stage
from domain.national import LEAST, Alarm, Share
from domain.national import alarms as alarms_of
from domain.people import Role
from domain.working_days import CalendarTooShort, Nation
from store import body_tasks, directory
from store.database import insert_into
from store.tables import adding_up, cases, clusters, forms, organisations

HELD = (Stage.ACTIVE, Stage.SUSPENDED)  # the receiver has the data, so it adds up
a, c = adding_up.c, cases.c


async def keep(
    connection: AsyncConnection, at: datetime, before: Case, case: Case, happened: Iterable[e.Event]
) -> None:
    """Look again where a transition changes what a receiver holds, in the same transaction."""
    changes = any(isinstance(each, e.ShareNarrowed | e.PartyMoved) for each in happened)
    if changes or (before.stage in HELD) != (case.stage in HELD):
        receivers = {each.receiving.organisation for each in (before, case) if each.receiving}
        for receiver in sorted(receivers):
            await look(connection, at, receiver)


async def look(connection: AsyncConnection, at: datetime, receiver: str) -> None:
    """What is new opens a task for the boards concerned; what no longer holds closes its tasks by itself."""
    now = {about_of(receiver, each.item): each for each in await _adding_up(connection, receiver)}
    rows = await connection.execute(select(adding_up).where(a.organisation == receiver))
    held = {row.about: row for row in rows}
    for about, row in held.items():
        if row.regions and about not in now:
            await connection.execute(update(adding_up).where(a.about == about).values(regions=[]))
            await body_tasks.close_tasks(connection, at, BodyKind.NATIONAL_DATASET, about, how="by_itself")
    for about, alarm in now.items():
        row = held.get(about)
        if row is None or set(alarm.regions) - set(row.regions):  # a further region is news to whoever looked
            try:
                await _tell(connection, at, about, alarm)
            except CalendarTooShort:
                continue  # no share waits for a year to be added: every morning looks again
        await _write(connection, at, about, alarm, row)


async def receivers(connection: AsyncConnection) -> list[str]:
    """Who could be concerned. Two shares that began at the same instant did not see each other: look again later."""
    senders = func.count(func.distinct(c.sending_organisation))
    many = select(c.receiving_organisation).where(c.stage.in_(HELD)).group_by(c.receiving_organisation)
    found = set(await connection.scalars(many.having(senders >= LEAST)))
    return sorted(found | set(await connection.scalars(select(a.organisation).distinct())))


def about_of(receiver: str, item: str) -> str:
    """What the tasks about an alarm are kept under: 120 characters at most, however long the item is."""
    return f"{receiver}~{sha256(item.encode()).hexdigest()[:16]}"


async def about(connection: AsyncConnection, key: str) -> Row[Any] | None:
    """(organisation, body, item, entries, regions, raised_at) of what a task is about."""
    query = (
        select(adding_up, organisations.c.name.label("body"))
        .join(organisations, organisations.c.id == a.organisation)
        .where(a.about == key)
    )
    return (await connection.execute(query)).one_or_none()


async def _adding_up(connection: AsyncConnection, receiver: str) -> tuple[Alarm, ...]:
    theirs = and_(c.receiving_organisation == receiver, c.stage.in_(HELD))
    senders = select(func.count(func.distinct(c.sending_organisation))).where(theirs)
    if (await connection.scalar(senders) or 0) < LEAST:  # most receivers, without reading a form
        return ()
    region = forms.c.answers["region"].as_string().label("region")
    query = (
        select(c.ref, c.sending_organisation, c.items_shared, region)
        .join(forms, and_(forms.c.ref == c.ref, forms.c.version == c.form_version))
        .where(theirs)
    )
    return alarms_of(
        receiver,
        [
            Share(
                ref=row.ref,
                sender=row.sending_organisation,
                region=row.region or "",
                items=tuple(row.items_shared or ()),
            )
            for row in await connection.execute(query)
        ],
    )


async def _write(
    connection: AsyncConnection, at: datetime, about: str, alarm: Alarm, held: Row[Any] | None
) -> None:
    row = {
        "about": about,
        "organisation": alarm.organisation,
        "item": alarm.item,
        "entries": list(alarm.entries),
        "regions": list(alarm.regions),
        "raised_at": held.raised_at if held and held.regions else at,
    }
    statement = insert_into(connection, adding_up).values(row)
    changed = {name: statement.excluded[name] for name in ("entries", "regions", "raised_at")}
    await connection.execute(statement.on_conflict_do_update(index_elements=["about"], set_=changed))


async def _tell(connection: AsyncConnection, at: datetime, about: str, alarm: Alarm) -> None:
    boards = await _boards(connection, alarm.entries)
    asked = [(board, Role.BOARD) for board in sorted(boards)] or [(alarm.organisation, Role.LEADER_1)]
    calendar = await directory.full_calendar(connection)
    o = organisations.c
    bodies = select(o.id, o.nation).where(o.id.in_([body for body, _ in asked]))
    nations = {row.id: Nation(row.nation) for row in await connection.execute(bodies)}
    for body, role in asked:
        due_at = body_tasks.due_at(calendar, nations[body], BodyKind.NATIONAL_DATASET, at)
        await body_tasks.open_task(
            connection, at, BodyKind.NATIONAL_DATASET, about, organisation=body, role=role, due_at=due_at
        )


async def _boards(connection: AsyncConnection, entries: Collection[str]) -> set[str]:
    """The boards of the clusters in whose lane any of these shares was decided."""
    lanes = select(c.cluster).where(c.ref.in_(entries), c.cluster != "").distinct()
    newest = select(clusters.c.id, clusters.c.board).where(
        clusters.c.id.in_(lanes), clusters.c.confirmed_by != ""
    )
    rows = await connection.execute(newest.order_by(clusters.c.version))
    return set({row.id: row.board for row in rows}.values())
