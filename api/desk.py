"""The desk: the only door to Temporal. What was kept in `commands` is brought to its case, and the answer brought back.

No answer is not a refusal. When the engine is slow, restarting or away, the person is told that the act is recorded
and being applied; the relay brings it again under the same id, and the case takes it once.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Row, select
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from api.envelope import Envelopes
from domain import refusals
from domain.commands import Command
from domain.policy import LegalProfile
from store import commands, shapes, tables
from store.database import Database
from store.webhooks import Turn
from store.x_road import XRoadTurn
from workflows.delivery import Delivery
from workflows.names import TASK_QUEUE, delivery_id, push_id, workflow_id, x_road_id
from workflows.push import Push
from workflows.share_request import Applied, Page, ShareRequest
from workflows.x_road import ApplyXRoad

log = structlog.get_logger()
Clock = Callable[[], datetime]

REFUSALS: dict[str, type[refusals.Refusal]] = {kind.__name__: kind for kind in refusals.all_refusals()}


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What became of a command. `pending` means recorded and being applied: never a refusal."""

    command: str
    ref: str
    state: str
    status: int
    sentence: str = ""
    refusal: str = ""

    @property
    def is_refused(self) -> bool:
        return self.state == commands.REFUSED


class Desk:
    def __init__(
        self,
        client: Client,
        database: Database,
        *,
        clock: Clock = utc_now,
        legal_profile: LegalProfile = LegalProfile.CURRENT_LAW,
        budget: timedelta = timedelta(seconds=2),
    ) -> None:
        """`budget`: how long a person waits for the engine's answer before 'recorded, being applied'."""
        self.client = client
        self.database = database
        self.clock = clock
        self.budget = budget
        self.legal_profile: LegalProfile = legal_profile
        self._envelopes = Envelopes(database, legal_profile, clock)

    async def deliver(self, command_id: str) -> Answer:
        """Bring a kept command to its case. Safe to repeat, from any process, at any time."""
        async with self.database.read() as connection:
            row = await commands.get(connection, command_id)
            if row is None or row.state != commands.PENDING:
                return _known_answer(command_id, row)
        try:
            command, page = await self._envelopes.fill(row)
            async with asyncio.timeout(self.budget.total_seconds()):
                await self._bring(command, page)
        except refusals.Refusal as refusal:
            return await self._settle(row, refusal)
        except (RPCError, TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError) as trouble:
            if _is_being_stopped():  # the SDK makes a trouble of it, and the stop would be lost
                raise asyncio.CancelledError from trouble
            return await self._leave_pending(row, trouble)
        async with self.database.write() as connection:
            await commands.applied(connection, command_id)
        return Answer(command=command_id, ref=row.ref, state=commands.APPLIED, status=200)

    async def is_reachable(self, within: timedelta = timedelta(seconds=1)) -> bool:
        """Whether the engine knows our namespace and says so in time; an open port alone proves nothing."""
        asked = DescribeNamespaceRequest(namespace=self.client.namespace)
        try:
            async with asyncio.timeout(within.total_seconds()):
                await self.client.workflow_service.describe_namespace(asked, timeout=within)
        except (RPCError, TimeoutError, RuntimeError):
            return False
        return True

    async def start_delivery(self, notice: str, wanted: int) -> None:
        """Start the small workflow that makes Slack agree with a notice; starting it twice is the same start."""
        with suppress(WorkflowAlreadyStartedError):
            await self.client.start_workflow(
                Delivery.run,
                notice,
                id=delivery_id(notice, wanted),
                task_queue=TASK_QUEUE,
                rpc_timeout=self.budget,
            )

    async def start_push(self, turn: Turn) -> None:
        """Start the small workflow that sends the messages of a line from this one on; twice is the same start."""
        with suppress(WorkflowAlreadyStartedError):
            await self.client.start_workflow(
                Push.run,
                turn,
                id=push_id(turn.message, turn.round),
                task_queue=TASK_QUEUE,
                rpc_timeout=self.budget,
            )

    async def start_x_road(self, turn: XRoadTurn) -> None:
        """Start the small workflow that brings the X-Road rights of a grant about; twice is the same start."""
        with suppress(WorkflowAlreadyStartedError):
            await self.client.start_workflow(
                ApplyXRoad.run,
                turn,
                id=x_road_id(turn.grant, turn.round),
                task_queue=TASK_QUEUE,
                rpc_timeout=self.budget,
            )

    async def revive(self, ref: str) -> bool:
        """Start the workflow of an open case that the engine does not know, from its record; False when it runs.

        The store remembers and the engine only keeps time, so a lost or rewound engine costs nothing that is decided.
        """
        async with self.database.read() as connection:
            state = await connection.scalar(select(tables.cases.c.state).where(tables.cases.c.ref == ref))
        case = shapes.case_from_json(state) if state else None
        if case is None or case.is_closed:
            return False
        try:
            await self.client.start_workflow(
                ShareRequest.run, Page(case=case), id=workflow_id(ref), task_queue=TASK_QUEUE
            )
        except WorkflowAlreadyStartedError:
            return False
        return True

    async def _bring(self, command: Command, page: Page) -> None:
        """An update; the first one of a case starts its workflow."""
        case = page.case
        if case.version == 0:
            await _answered(self._update_with_start(command, page))
            return
        handle = self.client.get_workflow_handle_for(ShareRequest.run, workflow_id(case.ref))
        try:
            update = handle.execute_update(ShareRequest.act, command, id=command.id)  # pyright: ignore[reportUnknownMemberType]
            await _answered(update)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            if case.is_closed:
                raise refusals.CaseClosed from error
            # The engine lost the case, the store did not: it goes on from its record.
            await _answered(self._update_with_start(command, page))

    async def _update_with_start(self, command: Command, page: Page) -> Applied:
        start = WithStartWorkflowOperation(
            ShareRequest.run,
            page,
            id=workflow_id(page.case.ref),
            task_queue=TASK_QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        return await self.client.execute_update_with_start_workflow(  # pyright: ignore[reportUnknownMemberType]
            ShareRequest.act, command, start_workflow_operation=start, id=command.id
        )

    async def _settle(self, row: Row[Any], refusal: refusals.Refusal) -> Answer:
        async with self.database.write() as connection:
            await commands.refused(connection, row.id, commands.refusal_as_json(refusal))
            settled = await commands.get(connection, row.id)
        return _known_answer(row.id, settled)

    async def _leave_pending(self, row: Row[Any], trouble: BaseException) -> Answer:
        log.info("command.pending", command=row.id, ref=row.ref, because=str(trouble)[:200])
        async with self.database.write() as connection:
            await commands.try_later(connection, row.id, self.clock(), row.attempts)
        return Answer(command=row.id, ref=row.ref, state=commands.PENDING, status=202)


def _is_being_stopped() -> bool:
    task = asyncio.current_task()
    return bool(task and task.cancelling())


async def _answered(call: Awaitable[Applied]) -> None:
    """Await the engine. A case's refusal becomes the `Refusal` it was; a bug leaves the command pending."""
    try:
        await call
    except WorkflowUpdateFailedError as failed:
        cause = failed.cause
        kind = REFUSALS.get(cause.type or "") if isinstance(cause, ApplicationError) else None
        if kind is None or not isinstance(cause, ApplicationError):
            raise TimeoutError(f"the case could not apply it: {cause}") from failed
        details = dict(cause.details[0]) if cause.details else {}
        raise kind(**details) from failed


def _known_answer(command: str, row: Row[Any] | None) -> Answer:
    if row is None:
        return Answer(
            command=command,
            ref="",
            state=commands.REFUSED,
            status=404,
            refusal="NoSuchCase",
            sentence=refusals.NoSuchCase.sentence,
        )
    if row.state == commands.REFUSED:
        told: dict[str, Any] = row.refusal or {}
        return Answer(
            command=command,
            ref=row.ref,
            state=commands.REFUSED,
            status=told.get("status", 409),
            sentence=told.get("sentence", ""),
            refusal=told.get("type", ""),
        )
    return Answer(
        command=command, ref=row.ref, state=row.state, status=200 if row.state == commands.APPLIED else 202
    )
