"""The one writer of cases: a transition becomes rows in ONE transaction, and writing it twice changes nothing.

"Decided but nobody told", "told but not recorded" and "recorded without a deadline" cannot exist, because the
events, the case, its tasks, the notices, the register and the command's outcome are committed together.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import events as e
from domain.case import Case, Task
from domain.chain import GENESIS, event_hash
from domain.fold import evolve
from domain.notices import notices
from domain.people import Seat, Side
from store import (
    deliveries,
    figures,
    grants,
    heard,
    national,
    other_cases,
    registry,
    retired,
    shapes,
    tables,
    webhooks,
)


@dataclass(frozen=True, kw_only=True)
class Transition:
    """What one command made of one case. `before` plus `events` is everything there is to know."""

    before: Case
    at: datetime
    command: str
    actor: str
    events: tuple[e.Event, ...]


class Forked(Exception):
    """The store already holds another event under this number. Never repaired silently (reconcile class C4)."""


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Whose inbox a seat is: an organisation, a role, and a team for those who belong to one."""

    organisation: str
    role: str
    team: str


def audience(case: Case, seat: Seat) -> Audience:
    if seat in (Seat.OPERATOR, Seat.REGULATOR):  # of the installation, and of no body in the case
        return Audience(organisation="", role=seat.role, team="")
    if seat is Seat.BOARD:
        return Audience(organisation=case.board, role=seat.role, team="")
    party = case.sending if seat.side is Side.SENDING else case.receiving
    assert party, "a case with tasks has parties"
    in_team = seat in (Seat.REQUESTER, Seat.RISK_OWNER, Seat.SENDER)
    return Audience(organisation=party.organisation, role=seat.role, team=party.team if in_team else "")


async def record(connection: AsyncConnection, transition: Transition) -> None:
    """Write a transition. Raises `Forked` when the store holds a different past."""
    before, ref = transition.before, transition.before.ref
    first = before.version + 1
    held = await connection.scalar(
        select(tables.events.c.command).where(tables.events.c.ref == ref, tables.events.c.seq == first)
    )
    if held == transition.command:
        return  # written by an attempt whose answer was lost
    if held is not None:
        raise Forked(f"{ref} event {first} is {held}, not {transition.command}")

    steps = list(_fold(transition))
    case = steps[-1][1]
    head = await _append_events(connection, transition)
    answers = await form_answers(connection, case)
    await _write_case(connection, case, head, transition, answers)
    await _write_tasks(connection, transition.at, steps)
    await _write_notices(connection, transition, steps)
    await heard.keep(connection, transition.at, transition.command, steps)
    if any(isinstance(event, e.EntryPublished) for event in transition.events):
        await registry.publish(connection, transition.at, case, answers)
    await registry.agree(connection, transition.at, transition.before, case, answers)
    await national.keep(connection, transition.at, transition.before, case, transition.events)
    of_grant = await grants.keep(connection, transition.at, transition.before, steps, answers)
    await webhooks.keep(connection, transition.at, transition.before, steps, of_grant)
    await deliveries.keep(connection, transition.at, transition.command, transition.actor, steps)
    await _keep_promises(connection, case, transition, answers)
    await _keep_finding(connection, case, transition)
    await figures.keep(
        connection, transition.before, steps, transition.at, transition.actor, transition.command
    )
    await other_cases.tell(connection, transition.at, steps)
    await heard.begin(connection, transition.at, case, transition.events)
    await connection.execute(
        update(tables.commands).where(tables.commands.c.id == transition.command).values(state="applied")
    )


def _fold(transition: Transition) -> Iterator[tuple[e.Event, Case]]:
    case = transition.before
    for event in transition.events:
        case = evolve(case, event, transition.at)
        yield event, case


async def _append_events(connection: AsyncConnection, transition: Transition) -> str:
    ref, now = transition.before.ref, datetime.now(UTC)
    head = await connection.scalar(select(tables.cases.c.head).where(tables.cases.c.ref == ref)) or GENESIS
    rows: list[dict[str, Any]] = []
    for seq, event in enumerate(transition.events, start=transition.before.version + 1):
        data = shapes.event_to_json(event)
        fresh = event_hash(ref, seq, transition.at, data, transition.actor, transition.command, head)
        rows.append(
            {
                "ref": ref,
                "seq": seq,
                "at": transition.at,
                "recorded_at": now,
                "kind": event.kind,
                "data": data,
                "actor": transition.actor,
                "command": transition.command,
                "previous": head,
                "hash": fresh,
            }
        )
        head = fresh
    await connection.execute(insert(tables.events), rows)
    return head


async def _write_case(
    connection: AsyncConnection, case: Case, head: str, transition: Transition, answers: dict[str, Any]
) -> None:
    assert case.receiving and case.sending and case.submitted_at
    row = {
        "version": case.version,
        "stage": case.stage,
        "lane": case.lane,
        "cluster": case.cluster,
        "root": case.root,
        "root_version": case.root_version,
        "parent": case.parent,
        "relation": case.relation,
        "board": case.board,
        "level": case.level,
        "cause": case.cause,
        "at_top": case.at_top,
        "closed": case.is_closed,
        "sender_may_see": case.sender_may_see,
        "receiving_organisation": case.receiving.organisation,
        "receiving_team": case.receiving.team,
        "sending_organisation": case.sending.organisation,
        "sending_team": case.sending.team,
        "title": answers["title"],
        "people_per_day": answers["people_per_day"],
        "form_version": case.form_version,
        "submitted_at": case.submitted_at,
        "updated_at": transition.at,
        "state": shapes.case_to_json(case),
        "head": head,
    }
    overdue = _overdue_body(case, transition)
    if overdue is not None:
        row["overdue_body"] = overdue
    kept = await _items_kept(connection, transition)
    if transition.before.version == 0:
        row |= {"items_shared": answers["items"], "bundle": answers.get("bundle", "")}
        await connection.execute(insert(tables.cases).values(ref=case.ref, **row))
        return
    if kept is not None:
        row["items_shared"] = kept
    elif any(isinstance(each, e.RequestSubmitted) for each in transition.events):
        row["items_shared"] = answers["items"]
    here = tables.cases.c.ref == case.ref
    await connection.execute(update(tables.cases).where(here).values(row))
    for moved in (each for each in transition.events if isinstance(each, e.PartyMoved) and case.at_top):
        # Who is silent at the top is another body now.
        was, now = moved.was.organisation, moved.now.organisation
        silent = tables.cases.c.overdue_body == was
        await connection.execute(update(tables.cases).where(here, silent).values(overdue_body=now))


def _overdue_body(case: Case, transition: Transition) -> str | None:
    """The body whose top level was silent (C15), '' once somebody acted; None when nothing changed."""
    if not case.at_top:
        return ""
    sides = [event.side for event in transition.events if isinstance(event, e.OverdueAtTop)]
    party = case.sending if sides and sides[-1] is Side.SENDING else case.receiving
    return party.organisation if sides and party else None


async def _keep_promises(
    connection: AsyncConnection, case: Case, transition: Transition, answers: dict[str, Any]
) -> None:
    """P4: which questions people are no longer asked, promised at the first delivery and looked at in each review."""
    for event in transition.events:
        if isinstance(event, e.RiskPassed):
            await retired.promise(connection, transition.at, case, answers)
        if isinstance(event, e.ReviewConcluded):
            said = await _typed(connection, transition.command)
            await retired.check(connection, transition.at, case.ref, said.get("retired", ()))


async def _keep_finding(connection: AsyncConnection, case: Case, transition: Transition) -> None:
    """C16: a request that was passed on was looked at anew; what was found is what its page shows from then on."""
    if not any(isinstance(event, e.RequestTransferred) for event in transition.events):
        return
    f, found = tables.forms, (await _typed(connection, transition.command)).get("finding")
    here = (f.c.ref == case.ref, f.c.version == case.form_version)
    await connection.execute(update(f).where(*here).values(screening=found))


async def _typed(connection: AsyncConnection, command: str) -> dict[str, Any]:
    """What was answered in an act: the words that only the store has."""
    body = await connection.scalar(select(tables.commands.c.body).where(tables.commands.c.id == command))
    return body or {}


async def form_answers(connection: AsyncConnection, case: Case) -> dict[str, Any]:
    """The clean answers of the form version the case stands on."""
    answers = await connection.scalar(
        select(tables.forms.c.answers).where(
            tables.forms.c.ref == case.ref, tables.forms.c.version == case.form_version
        )
    )
    assert answers, "a form version is stored before the command that names it"
    return answers


async def _items_kept(connection: AsyncConnection, transition: Transition) -> list[str] | None:
    """The items still shared, as picked in the form of the act; the engine only counts them."""
    kinds = {type(event) for event in transition.events}
    if e.PartApproved in kinds:
        left_out = set((await _typed(connection, transition.command))["withheld"])
        c = tables.cases.c
        held = await connection.scalar(select(c.items_shared).where(c.ref == transition.before.ref))
        return [item for item in held or () if item not in left_out]
    if e.ShareNarrowed in kinds:
        return list((await _typed(connection, transition.command)).get("items", ())) or None
    return None


async def _write_tasks(connection: AsyncConnection, at: datetime, steps: list[tuple[e.Event, Case]]) -> None:
    t = tables.tasks
    for event, case in steps:
        match event:
            case e.TaskOpened(task=task):
                await connection.execute(insert(t).values(_task_row(case, task)))
            case e.TaskClosed(task=key, how=how):
                await _change_task(connection, case.ref, key, closed_at=at, how=how)
            case e.DeadlineMissed(task=key):
                await _change_task(connection, case.ref, key, missed_at=at)
            case e.DueMoved(task=key, now=due):
                await _change_task(connection, case.ref, key, due_at=due)
            case e.PartyMoved():
                for task in case.tasks.values():  # its tasks go with a team that belongs to another body now
                    whose = audience(case, task.seat)
                    moved = {"organisation": whose.organisation, "team": whose.team}
                    await _change_task(connection, case.ref, task.id, **moved)
            case _:
                pass


async def _change_task(connection: AsyncConnection, ref: str, key: str, **values: Any) -> None:
    t = tables.tasks
    await connection.execute(update(t).where(t.c.ref == ref, t.c.task == key).values(**values))


def _task_row(case: Case, task: Task) -> dict[str, Any]:
    whose = audience(case, task.seat)
    return {
        "ref": case.ref,
        "task": task.id,
        "kind": task.kind,
        "seat": task.seat,
        "role": whose.role,
        "organisation": whose.organisation,
        "team": whose.team,
        "level": task.level,
        "post": task.post or "",
        "about": task.about,
        "opened_at": task.opened_at,
        "due_at": task.due_at,
        "visible_from": task.visible_from or task.opened_at,
        "announced_at": None if task.visible_from else task.opened_at,
    }


async def _write_notices(
    connection: AsyncConnection, transition: Transition, steps: list[tuple[e.Event, Case]]
) -> None:
    n = tables.notices
    rows: list[dict[str, Any]] = []
    for event, case in steps:
        if isinstance(event, e.TaskClosed):
            # The message that asked for it is replaced, whoever did it and wherever (§9).
            await connection.execute(
                update(n).where(n.c.ref == case.ref, n.c.task == event.task).values(wanted=2)
            )
        for number, notice in enumerate(notices(case, event)):
            whose = audience(case, notice.seat)
            rows.append(
                {
                    "id": f"{case.ref}.{case.version}.{number}",
                    "ref": case.ref,
                    "task": notice.task,
                    "seat": notice.seat,
                    "role": whose.role,
                    "organisation": whose.organisation,
                    "team": whose.team,
                    "headline": notice.headline,
                    "news": "" if notice.task else event.kind,
                    "due_at": notice.due_at,
                    "created_at": transition.at,
                }
            )
    if rows:
        await connection.execute(insert(n), rows)
