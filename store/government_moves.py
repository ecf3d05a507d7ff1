"""What a change of government does to the rows: names, teams, posts, and a command for every open case of a moved team.

All of it in one transaction. The cases themselves are moved by their own engines, which the relay brings the commands
to; until then a case stands under the body it stood under (P5, G5).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Table, and_, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from domain import government as rules
from domain.case import Stage
from domain.government import Body, Change, Directory, Kind, Plan
from domain.people import DIRECTORY, Role, Side
from store import agreements, body_tasks, commands, government
from store.tables import (
    canaries,
    cases,
    deputies,
    former_names,
    government_changes,
    organisations,
    posts,
    teams,
)

PAGE = 500  # open cases at a time
LEADERS = (Role.LEADER_1, Role.LEADER_2, Role.LEADER_3)
LIVE = (Stage.ACTIVE, Stage.SUSPENDED)
c, p = cases.c, posts.c


@dataclass(frozen=True, kw_only=True)
class Effects:
    """What a change does, or did: numbers and posts, no people. `ended`: leaders' posts, by role."""

    teams: tuple[str, ...] = ()
    posts: int = 0
    ended: Mapping[str, int]
    receiving: int = 0
    sending: int = 0
    cases: int = 0
    live: int = 0
    clusters: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        return {
            "teams": len(self.teams),
            "posts": self.posts,
            "ended": dict(self.ended),
            "receiving": self.receiving,
            "sending": self.sending,
            "cases": self.cases,
            "live": self.live,
        }


def moving(plan: Plan, body: Body) -> tuple[str, ...]:
    """The teams that go elsewhere: all of a body that becomes part of another."""
    return {Kind.RENAME: (), Kind.MERGE: tuple(body.teams), Kind.SPLIT: plan.teams}[plan.kind]


async def effects(connection: AsyncConnection, plan: Plan, body: Body, today: date) -> Effects:
    """What it would do if it were done now."""
    moved = moving(plan, body)
    ended = Counter(
        (await connection.scalars(select(p.role).where(_ends(posts, plan, today)))).all()
        if plan.kind is Kind.MERGE
        else ()
    )
    count = select(func.count())
    open_here = _open_cases(moved)
    numbers = {
        "receiving": count.where(open_here, c.receiving_team.in_(moved)),
        "sending": count.where(open_here, c.sending_team.in_(moved)),
        "cases": count.where(open_here),
        "live": count.where(open_here, c.stage.in_(LIVE)),
    }
    members = await agreements.members_on(connection, today)
    return Effects(
        teams=moved,
        posts=await connection.scalar(count.select_from(posts).where(_goes(posts, plan, moved, today))) or 0,
        ended=dict(sorted(ended.items())),
        clusters={team: members[team] for team in moved if team in members},
        **{name: await connection.scalar(query.select_from(cases)) or 0 for name, query in numbers.items()},
    )


async def carry_out(
    connection: AsyncConnection, change: Change, there: Directory, today: date, at: datetime
) -> Effects:
    """Do it, and keep what it did. The caller has asked `rules.problems` in this transaction."""
    plan = change.plan
    body = there.bodies[plan.body]
    did = await effects(connection, plan, body, today)
    into = plan.into
    if plan.kind is Kind.RENAME:
        await _rename(connection, body, plan.name, today)
    else:
        if plan.is_new_body:
            into = await _set_up(connection, plan, body, there)
        leaving = (await connection.scalars(select(p.person).where(_ends(posts, plan, today)))).all()
        await _move_people(connection, plan, did.teams, into, today)
        await connection.execute(update(teams).where(teams.c.id.in_(did.teams)).values(organisation=into))
        whole = plan.kind is Kind.MERGE
        await body_tasks.go_with(connection, at, plan.body, did.teams, into, whole=whole)
        if plan.kind is Kind.MERGE:
            await _close(connection, body, into, today)
        await _tell_cases(connection, change.number, did.teams, set(leaving) if did.ended else set(), at)
    kept = {
        "done_on": today.isoformat(),
        "into": into or None,
        "teams": list(did.teams),
        "counts": did.as_json(),
    }
    await connection.execute(
        update(government_changes).where(government_changes.c.id == change.number).values(kept)
    )
    return did


async def give_up(connection: AsyncConnection, number: int, because: str) -> None:
    """Its day came and it was not possible any more: it stays in the list, and says why."""
    mine = government_changes.c.id == number
    await connection.execute(update(government_changes).where(mine).values(failed_because=because[:1000]))


async def do_due(connection: AsyncConnection, number: int, today: date, at: datetime) -> bool:
    """Do a confirmed change whose day has come; False when somebody else did, or it was not possible any more."""
    await government.one_at_a_time(connection)
    found = await government.one(connection, number)
    if found is None or found.change.done_on or found.change.failed_because:
        return False
    there = await government.there(connection)
    why = rules.stands_in_the_way(found.change.plan, there, today)
    if why:
        await give_up(connection, number, why)
        return False
    await carry_out(connection, found.change, there, today, at)
    return True


# --- bodies ----------------------------------------------------------------------------------------------------


async def _rename(connection: AsyncConnection, body: Body, name: str, today: date) -> None:
    kept = {"organisation": body.id, "name": body.name, "until": today.isoformat()}
    await connection.execute(insert(former_names).values(kept))
    mine = organisations.c.id == body.id
    await connection.execute(update(organisations).where(mine).values(name=name))


async def _set_up(connection: AsyncConnection, plan: Plan, parent: Body, there: Directory) -> str:
    """A new public body; made up when the body it comes from is."""
    body = {
        "id": rules.id_for(plan.name, there.bodies),
        "name": plan.name,
        "kind": plan.new_kind,
        "nation": plan.new_nation,
        "status": "public",
        "identifiers": {},
        "demo": parent.demo,
        "tiny": False,
    }
    await connection.execute(insert(organisations).values(body))
    return str(body["id"])


async def _close(connection: AsyncConnection, body: Body, into: str, today: date) -> None:
    """The row stays for good. What its leaders watched over and is not over goes to the body it is part of now."""
    closed = {"closed_on": today.isoformat(), "successor": into}
    await connection.execute(update(organisations).where(organisations.c.id == body.id).values(**closed))
    k = canaries.c
    watched = select(k.ref).where(k.organisation == into, k.closed_at.is_(None))
    theirs = and_(k.organisation == body.id, k.closed_at.is_(None), k.ref.not_in(watched.scalar_subquery()))
    await connection.execute(update(canaries).where(theirs).values(organisation=into))


# --- people ----------------------------------------------------------------------------------------------------


def _now(table: Table, today: date) -> ColumnElement[bool]:
    """Held today or from a later day."""
    return or_(table.c.held_until == "", table.c.held_until >= today.isoformat())


def _ends(table: Table, plan: Plan, today: date) -> ColumnElement[bool]:
    """A body that is part of another has no leaders of its own any more."""
    t = table.c
    return and_(t.organisation == plan.body, t.role.in_(LEADERS), _now(table, today))


def _goes(table: Table, plan: Plan, moved: tuple[str, ...], today: date) -> ColumnElement[bool]:
    """Posts in the moved teams; of a whole body also those that are in none of its teams, but its leaders'."""
    t = table.c
    whole = and_(t.organisation == plan.body, t.role.not_in(LEADERS))
    return and_(whole if plan.kind is Kind.MERGE else t.team.in_(moved), _now(table, today))


async def _move_people(
    connection: AsyncConnection, plan: Plan, moved: tuple[str, ...], into: str, today: date
) -> None:
    """A post that moves ends here yesterday and is held there from today: who held what, and when, stays (G7)."""
    day, before = today.isoformat(), (today - timedelta(days=1)).isoformat()
    for table in (posts, deputies):
        t = table.c
        started = and_(_goes(table, plan, moved, today), t.held_from < day)
        rows = [dict(row._mapping) for row in await connection.execute(select(table).where(started))]
        await connection.execute(
            update(table)
            .where(_goes(table, plan, moved, today), t.held_from >= day)
            .values(organisation=into)
        )
        if rows:
            keys = [row.pop("id") for row in rows]
            await connection.execute(update(table).where(t.id.in_(keys)).values(held_until=before))
            again = [{**row, "organisation": into, "held_from": day} for row in rows]
            await connection.execute(insert(table), again)
        if plan.kind is Kind.MERGE:
            await connection.execute(update(table).where(_ends(table, plan, today)).values(held_until=before))


# --- cases -----------------------------------------------------------------------------------------------------


def _open_cases(moved: tuple[str, ...]) -> ColumnElement[bool]:
    return and_(~c.closed, or_(c.receiving_team.in_(moved), c.sending_team.in_(moved)))


async def _tell_cases(
    connection: AsyncConnection, number: int, moved: tuple[str, ...], left: set[str], at: datetime
) -> None:
    """A command for each side that moved, page by page; then, where who signed for the risk was a leader, that they left."""
    owner = c.state["risk_owner"].as_string()
    last = ""
    while True:
        query = (
            select(c.ref, c.receiving_team, c.sending_team, owner.label("owner"))
            .where(_open_cases(moved), c.ref > last)
            .order_by(c.ref)
            .limit(PAGE)
        )
        page = (await connection.execute(query)).all()
        if not page:
            return
        for row in page:
            for side, team in ((Side.RECEIVING, row.receiving_team), (Side.SENDING, row.sending_team)):
                if team in moved:
                    key = f"government.{number}.{side}.{row.ref}"
                    await _keep(connection, key, row.ref, "move_party", {"side": side.value}, at)
            if row.owner in left:
                await _keep(
                    connection, f"government.{number}.then.{row.ref}", row.ref, "posts_changed", {}, at
                )
        last = page[-1].ref


async def _keep(
    connection: AsyncConnection, key: str, ref: str, act: str, body: dict[str, Any], at: datetime
) -> None:
    received = commands.Received(
        id=key,
        ref=ref,
        act=act,
        actor=DIRECTORY.person,
        via="system",
        body=body,
        seen=None,
        received_at=at,
    )
    await commands.keep(connection, received, at)
