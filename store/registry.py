"""The public register: every read and write of `register`, `register_words` and `alarms` (P2r, G7).

Pages go by (published_at, ref), newest first, and never count from the start. Whatever a page shows beside its rows is
one more query for all of them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, delete, func, insert, select, tuple_, union, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from domain.case import Case, Stage
from domain.events import LaneChosen
from domain.national import Alarm, Share
from domain.national import alarms as alarms_of
from domain.register import LOOKED_BACK_AT, OVER, Beside, Fact, State, entry
from domain.register_search import LONGEST_WORD, Filters, asked_words, entry_words
from store import improvement, mediations, shapes, sharing_agreements, who_holds
from store.database import insert_into
from store.tables import (
    alarms,
    cases,
    clusters,
    commands,
    events,
    organisations,
    register,
    register_words,
    teams,
)

PAGE = 50
BATCH = 500  # rows a download reads at once
LIVE = (Stage.APPROVED, Stage.ACTIVE, Stage.SUSPENDED)
HELD = (State.ACTIVE, State.SUSPENDED)  # the receiver has the data, so it adds up
NOTHING = Filters()

Rows = Sequence[Row[*tuple[Any, ...]]]
r = register.c

# --- writing ---------------------------------------------------------------------------------------------------


async def publish(connection: AsyncConnection, at: datetime, case: Case, answers: Mapping[str, Any]) -> None:
    """A new version of the entry, in the transaction that records the act. Earlier ones stay: nothing is deleted."""
    assert case.receiving and case.sending
    content, demo = await _content(connection, at, case, answers)
    await connection.execute(update(register).where(r.ref == case.ref, r.latest).values(latest=False))
    row = {
        "ref": case.ref,
        "version": case.register_version,
        "published_at": at,
        "state": content["state"],
        "latest": True,
        "demo": demo,
        "entry": content,
        "receiving_organisation": case.receiving.organisation,
        "sending_organisation": case.sending.organisation,
        "lane": case.lane,
        "use": case.use,
        "region": answers.get("region", ""),
        "root": case.root,
    }
    await connection.execute(insert(register).values(row))
    await sharing_agreements.keep(connection, at, case, content, demo=demo)
    await _index(connection, case.ref, at, content)
    if content["state"] not in (State.APPROVED, State.WITHDRAWN):
        await sound_alarms(connection, at, case.receiving.organisation)


async def agree(
    connection: AsyncConnection, at: datetime, before: Case, case: Case, answers: Mapping[str, Any]
) -> None:
    """C17a: what is approved and kept back has its agreement all the same, for the parties: version 0."""
    if case.stage in LIVE and before.stage not in LIVE and not case.register_version:
        content, demo = await _content(connection, at, case, answers)
        await sharing_agreements.keep(connection, at, case, content, demo=demo)


async def _content(
    connection: AsyncConnection, at: datetime, case: Case, answers: Mapping[str, Any]
) -> tuple[dict[str, Any], bool]:
    """The entry as it stands now, and whether it is a demonstration."""
    names, demo = await _names(connection, case)
    items = await connection.scalar(select(cases.c.items_shared).where(cases.c.ref == case.ref))
    return entry(case, {**answers, "items": items}, names, at, await _beside(connection, case)), demo


async def _index(connection: AsyncConnection, ref: str, at: datetime, content: Mapping[str, Any]) -> None:
    """Only the newest version is searched: older ones are found by their address."""
    await connection.execute(delete(register_words).where(register_words.c.ref == ref))
    rows = [{"word": word, "published_at": at, "ref": ref} for word in entry_words(content)]
    if rows:
        await connection.execute(insert(register_words), rows)
    await who_holds.index(connection, ref, content.get("items") or ())


async def _names(connection: AsyncConnection, case: Case) -> tuple[dict[str, str], bool]:
    assert case.receiving and case.sending
    o, t = organisations.c, teams.c
    bodies = (case.receiving.organisation, case.sending.organisation)
    found = (await connection.execute(select(o.id, o.name, o.demo).where(o.id.in_(bodies)))).all()
    names: dict[str, str] = {row.id: row.name for row in found}
    wanted = (case.receiving.team, case.sending.team)
    named = (await connection.execute(select(t.id, t.name).where(t.id.in_(wanted)))).all()
    return names | {row.id: row.name for row in named}, any(row.demo for row in found)


async def _beside(connection: AsyncConnection, case: Case) -> Beside:
    query = (
        select(events.c.at, events.c.actor, events.c.data, commands.c.body)
        .outerjoin(commands, and_(commands.c.id == events.c.command, events.c.kind == "review_concluded"))
        .where(events.c.ref == case.ref, events.c.kind.in_(LOOKED_BACK_AT))
        .order_by(events.c.seq)
    )
    facts = tuple(
        Fact(at=row.at, actor=row.actor, event=shapes.event_from_json(row.data), said=row.body or {})
        for row in await connection.execute(query)
    )
    mediated = tuple(await mediations.of(connection, case.ref, public=True))
    dues = await improvement.dues(connection, case.ref)
    if not case.cluster:
        return Beside(facts=facts, mediations=mediated, dues=dues)
    chosen = [each.event.cluster_version for each in facts if isinstance(each.event, LaneChosen)]
    name = await connection.scalar(
        select(clusters.c.name).where(
            clusters.c.id == case.cluster, clusters.c.version == (chosen[-1] if chosen else 0)
        )
    )
    return Beside(facts=facts, cluster_name=name or "", mediations=mediated, dues=dues)


async def sound_alarms(connection: AsyncConnection, at: datetime, receiver: str) -> None:
    """§7 C, for one receiver. A row stays for good: without regions it says that the alarm no longer holds (G7)."""
    now = {each.item: each for each in await _adding_up(connection, receiver)}
    a = alarms.c
    held = {
        row.item: row for row in await connection.execute(select(alarms).where(a.organisation == receiver))
    }
    for item, row in held.items():
        if row.regions and item not in now:
            await connection.execute(
                update(alarms).where(a.organisation == receiver, a.item == item).values(regions=[])
            )
    fresh = [_alarm_row(each, at, held.get(each.item)) for each in now.values()]
    if not fresh:
        return
    statement = insert_into(connection, alarms).values(fresh)
    changed = {name: statement.excluded[name] for name in ("entries", "regions", "raised_at")}
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["organisation", "item"], set_=changed)
    )


def _alarm_row(alarm: Alarm, at: datetime, held: Row[Any] | None) -> dict[str, Any]:
    return {
        "organisation": alarm.organisation,
        "item": alarm.item,
        "entries": list(alarm.entries),
        "regions": list(alarm.regions),
        "raised_at": held.raised_at if held and held.regions else at,
    }


async def _adding_up(connection: AsyncConnection, receiver: str) -> tuple[Alarm, ...]:
    theirs = and_(r.latest, r.receiving_organisation == receiver, r.state.in_(HELD), r.region != "")
    spread = select(
        func.count(func.distinct(r.region)), func.count(func.distinct(r.sending_organisation))
    ).where(theirs)
    if min((await connection.execute(spread)).one()) < 3:  # most receivers, without reading an entry
        return ()
    query = select(r.ref, r.sending_organisation, r.region, r.entry["items"].label("items")).where(theirs)
    return alarms_of(
        receiver,
        [
            Share(
                ref=row.ref, sender=row.sending_organisation, region=row.region, items=tuple(row.items or ())
            )
            for row in await connection.execute(query)
        ],
    )


# --- reading ---------------------------------------------------------------------------------------------------


def _wanted(filters: Filters) -> list[ColumnElement[bool]]:
    columns = {
        "receiving": r.receiving_organisation,
        "sending": r.sending_organisation,
        "lane": r.lane,
        "use": r.use,
        "state": r.state,
        "region": r.region,
        "root": r.root,
    }
    found: list[ColumnElement[bool]] = [r.latest]
    found += [columns[name] == value for name, value in filters.asked.items() if name in columns]
    if filters.demo:
        found.append(r.demo.is_(filters.demo == "yes"))
    w = register_words.c
    for word in asked_words(filters.q):
        # Between the word and the last word that begins with it: right in any collation, and the index serves it.
        last = word + "z" * (LONGEST_WORD - len(word))
        found.append(r.ref.in_(select(w.ref).where(w.word >= word, w.word <= last)))
    return found


async def registered(
    connection: AsyncConnection, filters: Filters = NOTHING, *, after: tuple[datetime, str] | None = None
) -> Rows:
    """The newest version of each entry, newest first. One row more than a page when there is more."""
    query = (
        select(register)
        .where(*_wanted(filters))
        .order_by(r.published_at.desc(), r.ref.desc())
        .limit(PAGE + 1)
    )
    if after:
        query = query.where(tuple_(r.published_at, r.ref) < after)
    return (await connection.execute(query)).all()


async def batch(connection: AsyncConnection, filters: Filters, last: str) -> Rows:
    """What matches, a batch at a time by reference: an entry that is published again on the way does not move."""
    query = select(register).where(*_wanted(filters), r.ref > last).order_by(r.ref).limit(BATCH)
    return (await connection.execute(query)).all()


async def register_entry(
    connection: AsyncConnection, ref: str, version: int | None = None
) -> Row[Any] | None:
    query = select(register).where(r.ref == ref)
    query = query.where(r.version == version) if version else query.where(r.latest)
    return (await connection.execute(query)).one_or_none()


async def register_versions(connection: AsyncConnection, ref: str) -> Rows:
    query = select(r.version, r.published_at, r.state).where(r.ref == ref).order_by(r.version.desc())
    return (await connection.execute(query)).all()


async def reliers(connection: AsyncConnection, refs: Sequence[str]) -> Mapping[str, int]:
    """How many live entries rely on each of these; those that nobody relies on are not in it."""
    if not refs:
        return {}
    query = select(r.root, func.count()).where(*_relies(refs)).group_by(r.root)
    return {root: number for root, number in (await connection.execute(query)).all()}


async def reliers_by_kind(connection: AsyncConnection, ref: str) -> Rows:
    """(kind of receiving body, region, number) of the live entries that rely on this one, the most first."""
    o, number = organisations.c, func.count().label("number")
    query = (
        select(o.kind, r.region, number)
        .join(organisations, o.id == r.receiving_organisation)
        .where(*_relies([ref]))
        .group_by(o.kind, r.region)
        .order_by(number.desc(), o.kind, r.region)
    )
    return (await connection.execute(query)).all()


def _relies(refs: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    # `root <> ''` lets the partial index serve.
    return (r.latest, r.root != "", r.root.in_(refs), r.state.not_in(OVER))


async def bodies(connection: AsyncConnection) -> Rows:
    """(id, name, receives, sends) of every body in the register, by name, to choose from."""
    sides = union(
        select(r.receiving_organisation.label("id")).where(r.latest),
        select(r.sending_organisation).where(r.latest),
    ).subquery()
    o = organisations.c
    return (
        await connection.execute(select(o.id, o.name).join(sides, sides.c.id == o.id).order_by(o.name, o.id))
    ).all()


async def alarm_rows(connection: AsyncConnection, receiver: str = "") -> Rows:
    """(organisation, body, demo, item, entries, regions, raised_at): all alarms there ever were, or one receiver's."""
    a, o = alarms.c, organisations.c
    query = (
        select(a.organisation, o.name.label("body"), o.demo, a.item, a.entries, a.regions, a.raised_at)
        .join(organisations, o.id == a.organisation)
        .order_by(a.raised_at.desc(), o.name, a.item)
    )
    if receiver:
        query = query.where(a.organisation == receiver)
    return (await connection.execute(query)).all()


async def entries_named(connection: AsyncConnection, refs: set[str]) -> Mapping[str, Any]:
    """(ref, title, items_, region, state) of the newest versions of these."""
    if not refs:
        return {}
    query = select(
        r.ref, r.region, r.state, r.entry["title"].label("title"), r.entry["items"].label("items_")
    ).where(r.latest, r.ref.in_(refs))
    return {row.ref: row for row in await connection.execute(query)}


async def exemptions(connection: AsyncConnection) -> Rows:
    """(body, demo, cases, until): live shares kept out of the register, by who sends (P2r), and until when at most."""
    o, c = organisations.c, cases.c
    until = c.state["exempt_until"].as_string()
    query = (
        select(o.name.label("body"), o.demo, func.count().label("cases"), func.max(until).label("until"))
        .join(organisations, o.id == c.sending_organisation)
        .where(c.stage.in_((Stage.APPROVED, Stage.ACTIVE, Stage.SUSPENDED)), until > "")
        .where(c.ref.not_in(select(r.ref)))  # the day came, and it was published
        .group_by(o.name, o.demo)
        .order_by(func.count().desc(), o.name)
    )
    return (await connection.execute(query)).all()
