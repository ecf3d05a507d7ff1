"""The service directory (P3): every read and write of what teams offer. Rows that are over stay (G7).

Pages go by title and id, and never count from the start.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from domain.already_held import normal
from domain.body_tasks import BodyKind
from domain.grants import OVER
from domain.register_search import LONGEST_WORD, asked_words
from domain.service_forms import Filters, found_by
from domain.service_rules import OFFERED, PUBLIC, Environment, State, covers, minted, names_of
from store import x_road
from store.tables import (
    body_tasks,
    grants,
    offered_items,
    organisations,
    service_versions,
    service_words,
    services,
    teams,
)

PAGE = 50
Rows = Sequence[Row[*tuple[Any, ...]]]
NOTHING = Filters()
CONTENT = ("title", "summary", "items", "operations", "environment", "release", "state", "address", "auth",
           "support_hours", "openapi", "x_road_client", "x_road_service")  # fmt: skip
s, t, o = services.c, teams.c, organisations.c


# --- writing ---------------------------------------------------------------------------------------------------


async def mint(connection: AsyncConnection, team: str, title: str, environment: str) -> str:
    """The id of a new service. The caller holds the table (`one_at_a_time`)."""
    stem = minted(team, title, Environment.LIVE, ())[:40]
    taken = await connection.scalars(select(s.id).where(s.id.startswith(stem, autoescape=True)))
    return minted(team, title, environment, set(taken.all()))


async def add(
    connection: AsyncConnection, at: datetime, service: str, team: str, values: Mapping[str, Any], *, by: str
) -> None:
    row = {"id": service, "team": team, "state": State.DRAFT, **values, "version": 1, "changed_at": at}
    await connection.execute(insert(services).values(row))
    await _keep(connection, at, service, "added", by)


async def change(
    connection: AsyncConnection,
    at: datetime,
    service: str,
    values: Mapping[str, Any],
    *,
    by: str,
    act: str,
    said: str = "",
) -> None:
    """A new version of its description. `said`: why, where the act asks it."""
    fresh = {**values, "version": s.version + 1, "changed_at": at}
    if values.get("state") == State.OPEN:
        fresh["opened_at"] = func.coalesce(s.opened_at, at)
    await connection.execute(update(services).where(s.id == service).values(fresh))
    await _keep(connection, at, service, act, by, said)
    await x_road.wish_again(connection, at, service=service)


async def _keep(
    connection: AsyncConnection, at: datetime, service: str, act: str, by: str, said: str = ""
) -> None:
    row = (await connection.execute(select(services).where(s.id == service))).one()
    content = {name: getattr(row, name) for name in CONTENT} | ({"why": said} if said else {})
    values = {
        "service": service,
        "version": row.version,
        "at": at,
        "by": by,
        "act": act,
        "content": content,
    }
    await connection.execute(insert(service_versions).values(values))
    for table in (service_words, offered_items):
        await connection.execute(delete(table).where(table.c.service == service))
    found = [{"word": word, "service": service} for word in found_by(content)]
    if found:
        await connection.execute(insert(service_words), found)
    named = [{"words": words, "name": name, "service": service} for words, name in names_of(row.items)]
    if named:
        await connection.execute(insert(offered_items), named)


async def bind(connection: AsyncConnection, ref: str, service: str) -> None:
    """Which service the grant of a case opens; '' for none."""
    await connection.execute(update(grants).where(grants.c.ref == ref).values(service=service))


# --- reading ---------------------------------------------------------------------------------------------------


def _all() -> Select[*tuple[Any, ...]]:
    return (
        select(
            services,
            t.name.label("team_name"),
            o.id.label("organisation"),
            o.name.label("body"),
            o.demo,
            o.status,
            o.closed_on,
            o.nation,
        )
        .join(teams, t.id == s.team)
        .join(organisations, o.id == t.organisation)
    )


async def one(connection: AsyncConnection, service: str) -> Row[Any] | None:
    """A service with `team_name`, `organisation` (id), `body` (name), `demo`, `status`, `closed_on`, `nation`."""
    return (await connection.execute(_all().where(s.id == service))).one_or_none()


async def listed(
    connection: AsyncConnection, filters: Filters = NOTHING, after: str = "", most: int = PAGE
) -> Rows:
    """As `one`, by title; what is open or paused unless a state is asked for. One row more when there are more."""
    query = _all().where(*_wanted(filters))
    if after:  # the row it ended with, wherever it stands now
        last = select(s.title).where(s.id == after).scalar_subquery()
        query = query.where(or_(s.title > last, (s.title == last) & (s.id > after)))
    return (await connection.execute(query.order_by(s.title, s.id).limit(most + 1))).all()


async def count(connection: AsyncConnection, filters: Filters = NOTHING) -> int:
    query = select(func.count()).select_from(services).join(teams, t.id == s.team).where(*_wanted(filters))
    return await connection.scalar(query) or 0


def _wanted(filters: Filters) -> list[ColumnElement[bool]]:
    found = [s.state == filters.state if filters.state in PUBLIC else s.state.in_(OFFERED)]
    if filters.body:
        found.append(t.organisation == filters.body)
    if filters.team:
        found.append(s.team == filters.team)
    if filters.environment:
        found.append(s.environment == filters.environment)
    if filters.item:
        found.append(s.id.in_(select(offered_items.c.service).where(of_item(offered_items, filters.item))))
    w = service_words.c
    for word in asked_words(filters.q):
        last = word + "z" * (LONGEST_WORD - len(word))
        called = select(t.id).join(organisations, o.id == t.organisation)
        found.append(
            or_(
                s.id.in_(select(w.service).where(w.word >= word, w.word <= last)),
                s.team.in_(called.where(or_(_holds(t.name, word), _holds(o.name, word)))),
            )
        )
    return found


def _holds(column: Any, word: str) -> ColumnElement[bool]:
    return func.lower(column).contains(word, autoescape=True)


def of_item(table: Any, item: str) -> ColumnElement[bool]:
    """Rows of a table of items that begin with this one, whole words only. `item`: in its normal form or not."""
    name = normal(item)
    last = name + " " + "z" * LONGEST_WORD
    return or_(table.c.words == name, (table.c.words >= name + " ") & (table.c.words <= last))


async def bodies(connection: AsyncConnection) -> Rows:
    """(id, name) of bodies that offer or offered something, by name, to choose from."""
    offering = select(t.organisation).join(services, s.team == t.id).where(s.state.in_(PUBLIC))
    return (
        await connection.execute(select(o.id, o.name).where(o.id.in_(offering)).order_by(o.name, o.id))
    ).all()


async def drafts(connection: AsyncConnection, teams_: Collection[str], bodies_: Collection[str]) -> Rows:
    """As `one`: drafts of these teams and bodies."""
    query = _all().where(s.state == State.DRAFT, or_(s.team.in_(teams_), t.organisation.in_(bodies_)))
    return (await connection.execute(query.order_by(s.title, s.id).limit(PAGE))).all()


async def versions(connection: AsyncConnection, service: str) -> Rows:
    v = service_versions.c
    return (
        await connection.execute(
            select(service_versions).where(v.service == service).order_by(v.version.desc())
        )
    ).all()


async def beside(connection: AsyncConnection, row: Any) -> Rows:
    """(id, environment): the other environment of a service, offered under the same name by the same team."""
    query = select(s.id, s.environment).where(
        s.team == row.team, s.title == row.title, s.id != row.id, s.state.in_(OFFERED)
    )
    return (await connection.execute(query.order_by(s.id))).all()


async def grants_of(connection: AsyncConnection, service: str) -> int:
    """How many grants that are not over open this service."""
    g = grants.c
    query = select(func.count()).where(g.service == service, g.state.not_in(OVER))
    return await connection.scalar(query) or 0


async def offering_teams(
    connection: AsyncConnection, teams_: Collection[str], bodies_: Collection[str]
) -> Rows:
    """(id, name, body) of these teams and those of these bodies, where the body is open."""
    query = (
        select(t.id, t.name, o.name.label("body"))
        .join(organisations, o.id == t.organisation)
        .where(o.closed_on.is_(None), or_(t.id.in_(teams_), t.organisation.in_(bodies_)))
    )
    return (await connection.execute(query.order_by(o.name, t.name, t.id))).all()


async def team_of(connection: AsyncConnection, team: str) -> Row[*tuple[Any, ...]] | None:
    """(id, name, organisation, body, status, closed_on, nation)."""
    query = (
        select(t.id, t.name, t.organisation, o.name.label("body"), o.status, o.closed_on, o.nation)
        .join(organisations, o.id == t.organisation)
        .where(t.id == team)
    )
    return (await connection.execute(query)).one_or_none()


async def live_and_open(connection: AsyncConnection) -> Rows:
    """As `one`: every service that is called with real records now."""
    query = _all().where(s.environment == Environment.LIVE, s.state == State.OPEN)
    return (await connection.execute(query.order_by(s.id))).all()


async def asked_for_contacts(connection: AsyncConnection) -> set[tuple[str, str]]:
    """(service, body) for which somebody is asked to name people to reach."""
    b = body_tasks.c
    query = select(b.about, b.organisation).where(b.kind == BodyKind.SERVICE_CONTACTS, b.closed_at.is_(None))
    return {(row.about, row.organisation) for row in await connection.execute(query)}


# --- grants ----------------------------------------------------------------------------------------------------


async def bindable(connection: AsyncConnection, team: str) -> Rows:
    """As `one`: the live services of a team that are open or paused."""
    query = _all().where(s.team == team, s.environment == Environment.LIVE, s.state.in_(OFFERED))
    return (await connection.execute(query.order_by(s.title, s.id))).all()


async def bound_service(connection: AsyncConnection, team: str, items: Iterable[str]) -> str:
    """The one open live service of a team that gives all these items; '' where there is none, or a choice."""
    wanted = tuple(items)
    found = [
        row.id
        for row in await bindable(connection, team)
        if row.state == State.OPEN and wanted and covers(row.items, wanted)
    ]
    return found[0] if len(found) == 1 else ""
