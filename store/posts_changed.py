"""What a change of posts means for open cases (P5, G5): commands, kept in its own transaction, brought by the relay.

A post is told by role, body and team. Only where somebody began or ceased to act in it, and only to the cases that
wait for it; and to those whose risk owner holds no post any more that lets them answer for the risk.
"""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from domain.case import Case, Kind
from domain.cover import own
from domain.people import DIRECTORY, Role, Seat
from domain.permissions import RECEIVING_LEADERS, Post, seats
from store import commands, directory, shapes, tables
from store.database import insert_into
from store.directory import OF_THE_HOUSE, is_post, on

PAGE = 200
ROUND = "posts"  # what the morning round keeps its day under
SIGNATURES = ("sign_risk", "own_risk", "back_risk")
# Tasks of these roles wait on a team; those of the others on a whole body.
ON_A_TEAM = frozenset({Role.REQUESTER, Role.RISK_OWNER, Role.SENDER_DECIDER})


@dataclass(frozen=True, kw_only=True)
class Touched:
    """What a change may reach: these posts, and these people's signatures for a risk."""

    posts: frozenset[Post] = frozenset()
    owners: frozenset[str] = frozenset()
    acted: frozenset[Post] = field(
        default=frozenset()
    )  # in which of the posts somebody acted before the change


# --- what a change may reach; asked before it is made --------------------------------------------------------------


async def by_posts(
    connection: AsyncConnection, changed: Iterable[Post], people: Iterable[str], day: date
) -> Touched:
    """Posts that begin or end, or get or lose a deputy. `people`: who ceases to hold or to stand in for one.

    Whoever signed while they covered for one of them, or as deputy of such a post, is looked at too.
    """
    found, gone = frozenset(changed), frozenset(people)
    c, d = tables.cover.c, tables.deputies.c
    covered = await connection.scalars(
        select(c.covered_by).where(c.person.in_(gone), c.covered_by.is_not(None))
    )
    named = await connection.scalars(select(d.person).where(_any(d, found)))
    owners = gone | frozenset(covered) | frozenset(named)
    return Touched(posts=found, owners=owners, acted=await _acted(connection, found, day))


async def by_cover(connection: AsyncConnection, person: str, day: date) -> Touched:
    """Somebody goes away or comes back: what they hold, what they were to cover, and of what they are deputy."""
    found = await _reach(connection, {person}, day)
    return Touched(posts=found, acted=await _acted(connection, found, day))


async def _reach(connection: AsyncConnection, people: set[str], day: date) -> frozenset[Post]:
    c = tables.cover.c
    reached, ask = set(people), set(people)
    for _ in range(2):
        ask = (
            set(
                await connection.scalars(select(c.person).where(on(tables.cover, day), c.covered_by.in_(ask)))
            )
            - reached
        )
        reached |= ask
    found: set[Post] = set()
    for table in (tables.posts, tables.deputies):
        t = table.c
        rows = await connection.execute(
            select(t.role, t.organisation, t.team).where(on(table, day), t.person.in_(reached))
        )
        found |= {_post(row) for row in rows}
    return frozenset(found)


async def _acted(connection: AsyncConnection, posts: frozenset[Post], day: date) -> frozenset[Post]:
    if not posts:
        return frozenset()
    return frozenset(
        own(each.post) for each in await directory.in_office(connection, day, lambda c: _any(c, posts))
    )


def _any(columns: Any, posts: frozenset[Post]) -> ColumnElement[bool]:
    return or_(columns.role.is_(None), *(is_post(columns, post) for post in posts))


def _post(row: Any) -> Post:
    return Post(role=Role(row.role), organisation=row.organisation, team=row.team)


# --- what it means; told after it was made -------------------------------------------------------------------------


async def tell(connection: AsyncConnection, key: str, touched: Touched, day: date, at: datetime) -> int:
    """Keep a command for every open case that the change concerns: how many. `key`: what makes them the same ones."""
    await _last_round(connection, day)
    flipped = touched.acted ^ await _acted(connection, touched.posts, day)
    concerned: set[str] = set()
    async for row in _pages(connection, *_waiting(flipped)):
        concerned.add(row.ref)
    async for row in _pages(connection, *_owned(touched)):
        if await owner_left(connection, shapes.case_from_json(row.state), day):
            concerned.add(row.ref)
    kept = [await _keep(connection, f"posts.{key}.{ref}", ref, at) for ref in sorted(concerned)]
    return sum(kept)


def _waiting(flipped: frozenset[Post]) -> Iterable[Select[*tuple[Any, ...]]]:
    """Open cases with a task on such a seat, or that wait for it to be filled."""
    t, c = tables.tasks.c, tables.cases.c
    for post in flipped:
        body = "" if post.role in OF_THE_HOUSE else post.organisation
        team = (post.team or "") if post.role in ON_A_TEAM else ""
        here = (t.organisation == body, t.role == post.role, t.team == team)
        yield select(t.ref).where(t.closed_at.is_(None), *here).distinct()
        seat = [f"{side}.{post.role}" for side in ("receiving", "sending", "system")]
        sides = or_(c.receiving_organisation == body, c.sending_organisation == body, c.board == body)
        of_body = sides if body else c.ref.is_not(None)
        vacant = and_(
            t.organisation == "", t.role == Role.OPERATOR, t.kind == Kind.FILL_POST, t.post.in_(seat)
        )
        yield (
            select(t.ref)
            .join(tables.cases, c.ref == t.ref)
            .where(t.closed_at.is_(None), vacant, of_body)
            .distinct()
        )


def _owned(touched: Touched) -> Iterable[Select[*tuple[Any, ...]]]:
    c, bodies = tables.cases.c, {post.organisation for post in touched.posts}
    if touched.owners:
        signed = c.state["risk_owner"].as_string().in_(touched.owners)
        yield select(c.ref, c.state).where(c.receiving_organisation.in_(bodies), ~c.closed, signed)


async def _pages(connection: AsyncConnection, *queries: Select[*tuple[Any, ...]]) -> AsyncIterator[Any]:
    for query in queries:
        ref, after = query.selected_columns[0], ""
        while rows := (await connection.execute(query.where(ref > after).order_by(ref).limit(PAGE))).all():
            for row in rows:
                yield row
            after = rows[-1].ref


async def _keep(connection: AsyncConnection, command: str, ref: str, at: datetime) -> bool:
    received = commands.Received(
        id=command,
        ref=ref,
        act="posts_changed",
        actor=DIRECTORY.person,
        via="directory",
        body={},
        seen=None,
        received_at=at,
    )
    return await commands.keep(connection, received, at)


async def owner_left(connection: AsyncConnection, case: Case, day: date) -> bool:
    """P5: whether who signed for the risk holds no post any more that lets them sign for it.

    Who signed for somebody they covered has not left for as long as that person answers for it.
    """
    if case.receiving is None or not case.risk_owner:
        return False
    if await _answers(connection, case, case.risk_owner, day):
        return False
    c = tables.commands.c
    query = select(c.acting_for).where(
        c.ref == case.ref, c.actor == case.risk_owner, c.act.in_(SIGNATURES), c.state == commands.APPLIED
    )
    whom = await connection.scalar(query.order_by(c.received_at.desc()).limit(1))
    return not (whom and await _answers(connection, case, whom, day))


async def _answers(connection: AsyncConnection, case: Case, who: str, day: date) -> bool:
    found = await directory.person(connection, who, day)
    held = seats(found.posts if found else (), case.receiving, None)
    return bool({Seat.RISK_OWNER, *RECEIVING_LEADERS} & set(held))


# --- what comes by its date ----------------------------------------------------------------------------------------


async def by_date(connection: AsyncConnection, day: date, at: datetime) -> int:
    """Whatever began or ended since the last round; how many cases are told. The same day again writes nothing."""
    last = await _last_round(connection, day)
    if last >= day.isoformat():
        return 0
    n = tables.noticed.c
    await connection.execute(update(tables.noticed).where(n.what == ROUND).values(day=day.isoformat()))
    since = date.fromisoformat(last)
    changed, gone = set[Post](), set[str]()
    for table in (tables.posts, tables.deputies):
        t = table.c
        query = select(t.person, t.role, t.organisation, t.team, t.held_until).where(
            _turned(table, since, day)
        )
        for row in await connection.execute(query):
            changed.add(_post(row))
            gone |= {row.person} if row.held_until else set()
    away = set(
        await connection.scalars(select(tables.cover.c.person).where(_turned(tables.cover, since, day)))
    )
    touched = await by_posts(connection, changed, gone, since)
    reached = (
        await _reach(connection, away, since) | await _reach(connection, away, day)
        if away
        else frozenset[Post]()
    )
    whole = Touched(
        posts=touched.posts | reached,
        owners=touched.owners,
        acted=await _acted(connection, touched.posts | reached, since),
    )
    return await tell(connection, day.isoformat(), whole, day, at)


async def _last_round(connection: AsyncConnection, day: date) -> str:
    """The day of the last round; before the first one, that of the first change that was said, for none was before."""
    first = insert_into(connection, tables.noticed).values(what=ROUND, day=day.isoformat())
    await connection.execute(first.on_conflict_do_nothing())  # two first rounds at once wait for each other
    n = tables.noticed.c
    return str(await connection.scalar(select(n.day).where(n.what == ROUND).with_for_update()))


def _turned(table: Any, since: date, day: date) -> ColumnElement[bool]:
    """Rows that count on one of the two days and not on the other."""
    c, before, now = table.c, since.isoformat(), day.isoformat()
    began = and_(c.held_from > before, c.held_from <= now)
    ended = and_(c.held_until >= before, c.held_until < now, c.held_until != "")
    return or_(began, ended)
