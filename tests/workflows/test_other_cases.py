"""What one case tells another, on the real engine: it arrives twice and counts once; it finds a case the engine lost."""

import asyncio

from temporalio.client import WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from store.commands import APPLIED
from store.database import Database
from tests.engine import Story, story
from tests.journeys.test_parts_and_transfers import WITHHELD
from tests.journeys.test_reliance_lane import CORNWALL, LEEDS, ROOT, relying
from workflows.names import workflow_id


async def status(told: Story, ref: str) -> WorkflowExecutionStatus | None:
    handle = told.environment.client.get_workflow_handle(workflow_id(ref))
    try:
        return (await handle.describe()).status
    except RPCError as error:
        assert error.status is RPCStatusCode.NOT_FOUND
        return None


async def test_a_part_that_arrives_four_times_at_once_is_one_case(database: Database) -> None:
    """C9, G6: it starts its workflow with the first; the others find it there, and get the same answer."""
    async with story(database, skips=False) as told:
        ref = await told.signed()
        await told.does(told.people.sender, ref, "approve_part", **WITHHELD)
        [part] = await told.events(ref, "part_approved")
        assert await status(told, part.child) is None
        [command] = await told.on_its_way(part.child)
        answers = await asyncio.gather(*(told.desk.deliver(command) for _ in range(4)))
        assert {answer.state for answer in answers} == {APPLIED}
        kinds = await told.kinds(part.child)
        assert (kinds.count("request_submitted"), kinds.count("risk_signed")) == (1, 1)
        assert len(kinds) == (await told.case(part.child)).version
        assert await status(told, part.child) is WorkflowExecutionStatus.RUNNING


async def test_a_change_reaches_a_case_that_the_engine_lost(database: Database) -> None:
    """P2, reconcile class C2: the relier goes on from its record, and its task is there once."""
    async with story(database, skips=False, **LEEDS) as told:
        root = await told.active(**ROOT)
        await told.plays(*CORNWALL)
        ref = await told.active(**relying(root))
        await told.environment.client.get_workflow_handle(workflow_id(ref)).terminate("lost")
        await told.plays(*LEEDS.values())
        fewer = {"items": ["date of birth"], "reason": "The income band was not needed."}
        await told.does(told.people.risk_owner, root, "narrow_share", **fewer)
        await told.news_travels()
        assert [kind for kind, _ in await told.open_tasks(ref)].count("reconsider") == 1
        assert await status(told, ref) is WorkflowExecutionStatus.RUNNING
        assert not await told.desk.revive(ref)  # it runs already

        await told.environment.client.get_workflow_handle(workflow_id(ref)).terminate("lost again")
        assert await told.desk.revive(ref)
        await told.plays(*CORNWALL)
        keeps = await told.does(told.people.risk_owner, ref, "keep_decision", reason="It suits our share.")
        assert keeps.state == APPLIED
