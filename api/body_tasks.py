"""What a body has to do that belongs to no case: read and settled by those it was put to, and by their leaders."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from api.callers import Caller, CommandId, TokenRoute, require_known
from api.invalid import Invalid
from api.outside import OutsideActs
from api.problems import documented
from api.receipts import V1
from api.services import ServicesIn
from api.views import Answers, BodyTaskOut, Sent
from domain.body_tasks import SETTLE, WORDS, BodyKind, SettledAlready, check_said, may_settle, what_next
from domain.people import Role
from domain.refusals import NoSuchCase
from store import body_tasks, commands
from store.directory import Person

router = APIRouter(route_class=TokenRoute, prefix="/body-tasks", tags=["tasks"])

IDS = re.compile(r"[0-9a-f]{32}")


class NoSuchBodyTask(NoSuchCase):
    sentence = "There is no such task, or it is another body's. Your tasks show what waits for you."


class BodyTaskActs(OutsideActs):
    """Raises `NoSuchBodyTask` (404), `Invalid` (422), `SettledAlready` and `SameCommandOtherBody` (409)."""

    kept_under = "body-tasks"

    async def settle(
        self, person: Person, task: str, raw: Mapping[str, Any], *, command: str, via: str
    ) -> None:
        """Somebody of the body says what they did about it. It is settled for everybody who was asked."""
        told = self.told_about(person, "settle_body_task", SETTLE, raw, command, via, task)
        async with self.database.write() as connection:
            row = await one_for(connection, person, task)
            if await commands.is_repeat(connection, told):
                return
            if row.closed_at is not None:
                raise SettledAlready
            answers, problems = check_said(raw)
            if problems:
                raise Invalid(problems)
            if not await body_tasks.settle(connection, told.received_at, row, str(answers["said"])):
                raise SettledAlready
            await self.keep(connection, told, {**answers, "task": task})


async def one_for(connection: AsyncConnection, person: Person, task: str) -> Row[Any]:
    """A task that this person may see and settle. Raises `NoSuchBodyTask`: another body's is not there."""
    row = await body_tasks.one(connection, task) if IDS.fullmatch(task) else None
    if row is None or not may_settle(person.posts, row.organisation, row.team, row.role):
        raise NoSuchBodyTask
    return row


class SettleIn(Sent):
    """`said`: what you did about it."""

    answers: Answers


def body_tasks_out(rows: Sequence[Row[Any]]) -> list[BodyTaskOut]:
    return [
        BodyTaskOut(
            id=row.id,
            kind=row.kind,
            what=WORDS[BodyKind(row.kind)],
            about=row.about,
            case=row.ref,
            organisation=row.organisation,
            team=row.team,
            role=row.role,
            level=row.level,
            opened_at=row.opened_at,
            due_at=row.due_at,
            what_happens_next=what_next(Role(row.role), row.level, missed=row.missed_at is not None),
            settled_at=row.closed_at,
            href=f"{V1}/body-tasks/{row.id}",
        )
        for row in rows
    ]


@router.get("/{task}", responses=documented(401, 404, 503))
async def read_body_task(task: str, caller: Caller, own: ServicesIn) -> BodyTaskOut:
    """A task of your body that belongs to no case."""
    async with own.database.read() as connection:
        row = await one_for(connection, caller, task)
    return body_tasks_out([row])[0]


@router.post("/{task}/settle", responses=documented(400, 401, 404, 409, 413, 415, 422, 503))
async def settle_body_task(
    task: str, body: SettleIn, caller: Caller, command: CommandId, own: ServicesIn
) -> BodyTaskOut:
    """Say what you did about it. The first who does settles it for everybody who was asked."""
    require_known(body.answers, SETTLE)
    await BodyTaskActs(own.database, own.clock).settle(caller, task, body.answers, command=command, via="api")
    return await read_body_task(task, caller, own)
