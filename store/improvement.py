"""What was written about incidents and steps of improvement, to tell several alike apart (P9). The words never leave the store."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.case import Case, Kind
from domain.improvement import JUMP, NOT_FOR_SENDERS, action_key, plan_of
from store.reads import Entry
from store.tables import commands, events, tasks

SPOKEN_OF = ("step_taken", "step_jumped", "incident_reported")


def is_told_apart(case: Case) -> bool:
    """Whether something open in a case is only told apart by what was written about it."""
    return bool(case.open(Kind.DO_ACTION, Kind.TELL_REGULATOR, Kind.CONFIRM_JUMP))


async def called(connection: AsyncConnection, ref: str) -> Mapping[str, str]:
    """What a task is about -> what that is called: each action, each incident, and the harm for which a share stopped."""
    query = (
        select(events.c.seq, events.c.kind, events.c.data, commands.c.body)
        .join(commands, commands.c.id == events.c.command)
        .where(events.c.ref == ref, events.c.kind.in_(SPOKEN_OF))
        .order_by(events.c.seq)
    )
    found: dict[str, str] = {}
    for row in await connection.execute(query):
        found |= _words(row.seq, row.kind, row.data, row.body)
    return found


def _words(seq: int, kind: str, data: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, str]:
    match kind:
        case "step_taken":
            return {action_key(seq, n): each.title for n, each in enumerate(plan_of(body), start=1)}
        case "incident_reported":
            return {str(data["incident"]): str(body.get("what", ""))}
        case _:
            return {JUMP: str(body.get("reason", ""))}


def for_reader(entries: Sequence[Entry], may_read_why: bool) -> Sequence[Entry]:
    """The timeline without what was written in these acts, for somebody who may see that they happened and no more."""
    if may_read_why:
        return entries
    return [replace(each, words={}) if each.act in NOT_FOR_SENDERS else each for each in entries]


async def dues(connection: AsyncConnection, ref: str) -> Mapping[str, datetime]:
    """What a task is about -> until when it was asked for, of every action and every report of a breach there ever was."""
    t = tasks.c
    query = select(t.about, t.due_at).where(
        t.ref == ref, t.kind.in_((Kind.DO_ACTION, Kind.TELL_REGULATOR)), t.level == 0
    )
    return {row.about: row.due_at for row in await connection.execute(query)}
