"""C1: a request is looked at with what is known on the day: directory, agreements, rulebook, the decision it cites."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import lanes
from domain.appetite import Stance, stance, stances_from
from domain.bodies import Directory
from domain.case import Case, Stage
from domain.commands import Outcome
from domain.reliance import Precedent
from domain.screened import look_up
from domain.screening import Finding, Teams, facts_of, finding
from store import agreements, appetite, bodies, drafts, rulebook, shapes, tables

ADVERSE = frozenset({Outcome.PAUSE, Outcome.END})


async def screen(
    connection: AsyncConnection,
    ref: str,
    answers: Mapping[str, Any],
    day: date,
    *,
    stated_on: date | None = None,
) -> Finding:
    """What looking at these clean answers came to on the London date `day`; nothing is written.

    `stated_on`: the day whose risk-appetite statements count, where that is another one (P8).
    """
    directory = await bodies.directory(connection, day)
    root = await root_of(connection, str(answers.get("root", "")))
    precedents = {root.ref: await _precedent(connection, root, directory)} if root else {}
    cited = {**answers, "root": root.ref} if root else answers
    names = await _teams(connection, str(answers["team"]), str(answers["sending_team"]))
    facts = facts_of(ref, cited, names)
    decided = lanes.choose(facts, directory, precedents, day, await rulebook.in_force(connection, day))
    home = (await agreements.members_on(connection, day)).get(str(answers["team"]), "")
    agreement = (await agreements.in_force(connection, day)).get(decided.cluster or home)
    receiving, sending = await stances(connection, answers, stated_on or day)
    return finding(
        decided,
        cited,
        cluster=agreement.id if agreement else "",
        cluster_version=agreement.version if agreement else 0,
        board=agreement.board if agreement else "",
        root_version=root.register_version if root else 0,
        pilot=lanes.is_pilot(facts),
        receiving=receiving,
        sending=sending,
    )


async def stances(
    connection: AsyncConnection, answers: Mapping[str, Any], day: date
) -> tuple[Stance, Stance]:
    """P8: how a request stands to what both bodies state on that day; the receiving body's first."""
    t = tables.teams.c
    asked = (str(answers["team"]), str(answers["sending_team"]))
    rows = await connection.execute(select(t.id, t.organisation).where(t.id.in_(asked)))
    bodies = {row.id: row.organisation for row in rows}
    stated = await appetite.in_force(connection, day, frozenset(bodies.values()))
    receiving, sending = (stance(bodies[team], stated.get(bodies[team]), answers) for team in asked)
    return receiving, sending


async def root_of(connection: AsyncConnection, cited: str) -> Case | None:
    """The decision at the bottom of what is cited: reliance never rests on reliance (P2)."""
    seen: set[str] = set()
    while cited and cited not in seen:
        seen.add(cited)
        state = await connection.scalar(select(tables.cases.c.state).where(tables.cases.c.ref == cited))
        case = shapes.case_from_json(state) if state else None
        if case is None or not case.register_version:
            return None
        if not case.root:
            return case
        cited = case.root
    return None


async def _precedent(connection: AsyncConnection, root: Case, directory: Directory) -> Precedent:
    """A decision as the register has it now, with what speaks against relying on it as dated facts."""
    assert root.receiving and root.sending
    answers = await drafts.form(connection, root.ref, root.form_version) or {}
    shared = await connection.scalar(
        select(tables.cases.c.items_shared).where(tables.cases.c.ref == root.ref)
    )
    names = await _teams(connection, root.receiving.team, root.sending.team)
    facts = facts_of(root.ref, {**answers, "items": shared or (), "root": ""}, names)
    against = tuple((await _against(connection, root)).items())
    return Precedent(asked=look_up(replace(facts, dates=against), directory))


async def _against(connection: AsyncConnection, root: Case) -> dict[str, str]:
    """P2's hard stops: never in force, suspended, ended, an adverse review."""
    on = root.last_at.date().isoformat()
    if root.stage is Stage.ACTIVE:
        return {"adverse_review": on} if await _last_review_was_adverse(connection, root.ref) else {}
    word = {Stage.SUSPENDED: "suspended", Stage.ENDED: "ended", Stage.WITHDRAWN: "withdrawn"}
    return {word.get(root.stage, "never_in_force"): on}


async def _last_review_was_adverse(connection: AsyncConnection, ref: str) -> bool:
    e = tables.events.c
    query = select(e.data).where(e.ref == ref, e.kind == "review_concluded").order_by(e.seq.desc()).limit(1)
    data = await connection.scalar(query)
    return bool(data) and data.get("outcome") in ADVERSE


async def _teams(connection: AsyncConnection, asking: str, holding: str) -> Teams:
    t, o = tables.teams.c, tables.organisations.c
    query = (
        select(t.id, t.name, o.name.label("body"))
        .join(tables.organisations, o.id == t.organisation)
        .where(t.id.in_([asking, holding]))
    )
    found = {row.id: row for row in await connection.execute(query)}
    return Teams(
        asking=found[asking].body,
        asking_team=found[asking].name,
        holding=found[holding].body,
        holding_team=found[holding].name,
    )


async def keep(connection: AsyncConnection, ref: str, version: int, found: Finding) -> None:
    """Beside the form version it was found for, predicate by predicate."""
    f = tables.forms
    await connection.execute(
        update(f).where(f.c.ref == ref, f.c.version == version).values(screening=found.as_json())
    )


async def kept_stances(connection: AsyncConnection, ref: str, version: int) -> tuple[Stance, ...]:
    """P8: as they were found with a version of the form; () for one that was looked at by nobody."""
    f = tables.forms.c
    query = select(f.screening).where(f.ref == ref, f.version == version)
    return stances_from((await connection.scalar(query) or {}).get("stances", ()))


async def carry(connection: AsyncConnection, ref: str, version: int, to: str) -> None:
    """What was looked at for the whole of a request was looked at for its part (C9)."""
    f = tables.forms
    found = await connection.scalar(select(f.c.screening).where(f.c.ref == ref, f.c.version == version))
    await connection.execute(update(f).where(f.c.ref == to).values(screening=found))
