"""`sharecase load-reliers`: one decision, and a request that relies on it for each team of a list (P2).

Each request goes the way any request goes, through the same intake, so what a page would refuse is refused here. The
same list twice makes nothing new. `--demo` makes up the bodies; `--confirm` lets their people act until all is in use.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import select

from api.invalid import Invalid
from api.services import Services
from cli import demo as demonstration
from cli import hospitals
from cli.at_work import at_work, one_after_another, settled
from cli.relier_rows import Bad, Row, read_rows
from cli.settings import Settings
from domain import form_paths
from domain.imports import named
from domain.people import Role
from domain.refusals import Refusal
from domain.working_days import london_date
from store import commands, directory, held, registry
from store.seeding import demo_words
from store.tables import cases

ROOT_OF_HOSPITALS = "hospital-travel-costs"
SOON = timedelta(days=60)
# Who does what until a share that relies on another is in use.
TO_THE_END = ("sign_risk", "approve", "record_delivery", "confirm_receipt")


class Refused(Exception):
    """A sentence: why this row became no request."""


@dataclass(frozen=True, kw_only=True)
class Root:
    ref: str
    sending_team: str
    answers: dict[str, Any]  # what a request that relies on it takes from it


@dataclass
class Tally:
    submitted: int = 0
    before: int = 0
    refs: list[str] = field(default_factory=list[str])
    refused: list[tuple[int, str, str]] = field(default_factory=list[tuple[int, str, str]])
    bad: Sequence[Bad] = ()


async def load_reliers(
    settings: Settings, root: str, file: Path | None, who: str, *, demo: int, confirm: bool
) -> int:
    """Print what became of every row. 1 when a row was refused or could not be read, 2 when nothing could start."""
    rows: list[Row] = []
    tally = Tally()
    if file:
        try:
            rows, tally.bad = read_rows(file)
        except (OSError, ValueError) as trouble:
            return _fail(f"{file} cannot be read ({getattr(trouble, 'strerror', None) or trouble}).")
    began = monotonic()
    async with at_work(settings) as made:
        if demo:
            rows, root = await _hospitals(made, demo), root or await _seeded_root(made)
        async with made.database.read() as connection:
            person = await directory.person(connection, who, london_date(made.clock())) if who else None
            decided = await _root(connection, made, root)
        if who and person is None:
            return _fail(f"--as {who}: nobody here has this id.")
        if isinstance(decided, str):
            return _fail(decided)
        names = await _team_names(made)

        async def one(row: Row) -> None:
            try:
                await _load_one(made, decided, row, named(row.team, names), who, tally)
            except Refused as why:
                tally.refused.append((row.number, row.team, str(why)))
            except (Refusal, Invalid) as why:
                tally.refused.append((row.number, row.team, str(why)))

        await one_after_another("sending in", rows, one)
        loaded = monotonic() - began
        if confirm:
            await one_after_another("until in use", tally.refs, lambda ref: _until_in_use(made, ref, tally))
        await _report(made, decided, tally, loaded, monotonic() - began if confirm else 0.0)
    return 1 if tally.refused or tally.bad else 0


async def _load_one(made: Services, root: Root, row: Row, team: str, who: str, tally: Tally) -> None:
    if not team:
        raise Refused(f"'{row.team}' is no team of the directory, or several: give its id.")
    today = london_date(made.clock())
    command = f"rely.{sha256(f'{root.ref} {team}'.encode()).hexdigest()[:32]}"
    async with made.database.read() as connection:
        before = await commands.get(connection, command)
        author = who or next(iter(await directory.holders(connection, Role.REQUESTER, team, today)), "")
        person = await directory.person(connection, author, today)
        owners = {name: owner for _, owner, name in await directory.risk_owners(connection, [team], today)}
    if before and before.state != commands.REFUSED:
        tally.before += 1
        tally.refs.append(before.ref)
        return
    if before:
        raise Refused((before.refusal or {}).get("sentence", "It was refused before."))
    if person is None or team not in person.teams(Role.REQUESTER):
        raise Refused(f"{author or 'nobody'} does not ask for data in this team: give them the post first.")
    raw = {**root.answers, **_asked(made, row), "team": team, "risk_owner": _owner(row, owners)}
    answer = await made.intake.start(person, raw, command=command, via="cli")
    answer = await settled(made.desk, answer)
    if answer.is_refused:
        raise Refused(answer.sentence)
    tally.submitted += 1
    tally.refs.append(answer.ref)


def _owner(row: Row, owners: dict[str, str]) -> str:
    if row.risk_owner:
        return named(row.risk_owner, list(owners.items())) or row.risk_owner
    if len(owners) == 1:
        return next(iter(owners.values()))
    several = f"name one of {', '.join(sorted(owners.values()))} in the column risk_owner" if owners else ""
    raise Refused(several or "nobody in this team can own the risk: fill that post first.")


def _asked(made: Services, row: Row) -> dict[str, Any]:
    """What each body says itself; what it does not say is said to be unknown, not made up."""
    day = (london_date(made.clock()) + SOON).isoformat()
    said: dict[str, Any] = {
        "needed_by": row.needed_by or day,
        "needed_why": row.needed_why or "The list named no date; this one was set when it was loaded.",
        "area": row.area,
    }
    return said | ({"region": row.region} if row.region else {})


async def _root(connection: Any, made: Services, ref: str) -> Root | str:
    """The decision with what it brings along, or the sentence why nobody can rely on it."""
    decision = await held.decision(connection, ref, london_date(made.clock()))
    if decision.why_not:
        return f"--root {ref}: {decision.why_not}."
    sending = await connection.scalar(select(cases.c.sending_team).where(cases.c.ref == decision.ref))
    answers = {**form_paths.from_root(decision.entry), "path": "reliance", "root": decision.ref}
    return Root(ref=decision.ref, sending_team=sending, answers={**answers, "sending_team": sending})


async def _team_names(made: Services) -> list[tuple[str, str]]:
    async with made.database.read() as connection:
        return [(each.label, each.id) for each in await directory.team_names(connection)]


# --- the demonstration -------------------------------------------------------------------------------------------


async def _hospitals(made: Services, count: int) -> list[Row]:
    async with made.database.write() as connection:
        await hospitals.found(connection, count)
    return [
        Row(number=number, team=hospitals.team_of(number), region=hospitals.region_of(number))
        for number in range(1, count + 1)
    ]


async def _seeded_root(made: Services) -> str:
    """The demonstration's own decision, brought into use if nobody has done so yet."""
    return await demonstration.bring_one(made.database, made.desk, made.clock, ROOT_OF_HOSPITALS)


async def _until_in_use(made: Services, ref: str, tally: Tally) -> None:
    """The people of both teams act, one after the other; who has acted is not asked again."""
    try:
        for act in TO_THE_END:
            await act_in_turn(made, ref, act)
    except (Refused, Refusal, Invalid) as why:
        tally.refused.append((0, ref, str(why)))


async def act_in_turn(made: Services, ref: str, act: str) -> None:
    """Whoever has to do this act does it, once, in the words of the demonstration. Raises `Refused`, `Refusal`, `Invalid`."""
    command = f"use.{ref}.{act}"
    async with made.database.read() as connection:
        if (row := await commands.get(connection, command)) and row.state == commands.APPLIED:
            return
        c = cases.c
        query = select(c.receiving_team, c.sending_team).where(c.ref == ref)
        case = (await connection.execute(query)).one_or_none()
        if case is None:
            raise Refused("the request is still on its way: try again.")
        role, team = (Role.SENDER_DECIDER, case.sending_team)
        if act in ("sign_risk", "confirm_receipt"):
            role, team = (Role.RISK_OWNER if act == "sign_risk" else Role.REQUESTER), case.receiving_team
        today = london_date(made.clock())
        holders = await directory.holders(connection, role, team, today)
        person = await directory.person(connection, holders[0], today)
    assert person
    known = (await made.intake.known(person, ref)).case
    raw = {**demo_words()["anywhere"][act], "form_hash": known.form_hash}
    if act == "approve":
        raw["note"] = "The decision relied on covers it."
    answer = await made.intake.act(person, ref, act, raw, command=command, seen=None, via="cli")
    answer = await settled(made.desk, answer)
    if answer.state != commands.APPLIED:
        raise Refused(answer.sentence or "the engine does not answer: try again.")


# --- what became of it -------------------------------------------------------------------------------------------


async def _report(made: Services, root: Root, tally: Tally, loaded: float, in_use: float) -> None:
    from rich.console import Console

    console = Console()
    async with made.database.read() as connection:
        found = await by_lane_and_stage(connection, tally.refs)
        relied = (await registry.reliers(connection, [root.ref])).get(root.ref, 0)
    console.print(
        f"{tally.submitted} requests submitted, {tally.before} were there before, {len(tally.refused)} refused, "
        f"{len(tally.bad)} rows not read."
    )
    for lane, stage, count in found:
        console.print(f"  {count} in the {lane} lane, {stage.replace('_', ' ')}")
    console.print(
        f"{root.ref} is relied on by {relied} in public: {made.site.public_url}/register/{root.ref}"
    )
    times = f"{loaded:.1f} s to send in" + (f", {in_use:.1f} s until in use" if in_use else "")
    console.print(times, highlight=False)
    for number, team, why in sorted(tally.refused):
        where = f"row {number}: {team}" if number else team
        console.print(f"refused: {where}: {why}", soft_wrap=True, highlight=False, markup=False)
    for bad in tally.bad:
        where = f"row {bad.number}" + (f": {bad.column}" if bad.column else "")
        console.print(f"not read: {where}: {bad.sentence}", soft_wrap=True, highlight=False, markup=False)


async def by_lane_and_stage(connection: Any, refs: Iterable[str]) -> list[tuple[str, str, int]]:
    """(lane, stage, how many) of these cases, as they stand now."""
    wanted = set(refs)
    c = cases.c
    rows = await connection.execute(select(c.ref, c.lane, c.stage))
    count = Counter((row.lane, row.stage) for row in rows if row.ref in wanted)
    return [(lane, stage, many) for (lane, stage), many in sorted(count.items())]


def _fail(sentence: str) -> int:
    print(f"sharecase: {sentence}", file=sys.stderr)
    return 2
