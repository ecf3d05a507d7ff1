"""The workflow on the real engine: order, time, and one decision whoever and however many ask."""

import asyncio
import secrets
from datetime import timedelta

import pytest
from temporalio.client import WorkflowExecutionStatus
from temporalio.service import RPCError

from domain.refusals import SameCommandOtherBody
from store.commands import APPLIED, REFUSED
from store.database import Database
from tests.engine import story
from workflows.names import workflow_id


async def test_a_request_is_submitted_signed_and_approved(database: Database) -> None:
    async with story(database) as told:
        submitted = await told.submits()
        assert submitted.state == APPLIED, submitted
        ref = submitted.ref
        assert (await told.signs(ref)).state == APPLIED
        approved = await told.does(told.people.sender, ref, "approve", delivered="no")
        assert approved.state == APPLIED
        assert (await told.case(ref)).stage == "approved"
        assert ("provide", "sending.sender_decider") in await told.open_tasks(ref)


async def test_eight_approvers_at_once_make_one_decision(database: Database) -> None:
    """G6, R3: eight acts in the same instant, one event; the seven others are told that it is decided."""
    async with story(database, skips=False) as told:
        ref = (await told.submits()).ref
        await told.signs(ref)
        answers = await asyncio.gather(
            *(
                told.does(told.people.sender, ref, "approve", delivered="no", via=via)
                for via in ("web", "slack", "api", "web", "slack", "api", "web", "api")
            )
        )
        assert [answer.state for answer in answers].count(APPLIED) == 1
        refused = [answer for answer in answers if answer.state == REFUSED]
        assert len(refused) == 7
        assert {answer.refusal for answer in refused} == {"AlreadyDecided"}
        assert (await told.kinds(ref)).count("request_approved") == 1


async def test_opposite_decisions_in_the_same_instant_make_one_decision(database: Database) -> None:
    async with story(database, skips=False) as told:
        ref = (await told.submits()).ref
        await told.signs(ref)
        both = await asyncio.gather(
            told.does(told.people.sender, ref, "approve", delivered="no"),
            told.does(
                told.people.sender,
                ref,
                "say_not_held",
                reason="We looked in both systems and hold no such data.",
            ),
        )
        assert sorted(answer.state for answer in both) == [APPLIED, REFUSED]
        kinds = await told.kinds(ref)
        assert ("request_approved" in kinds) != ("request_refused" in kinds)


async def test_the_same_command_twice_is_done_once(database: Database) -> None:
    """G6: the same key gives the same answer, also when both arrive together."""
    async with story(database, skips=False) as told:
        ref = (await told.submits()).ref
        await told.signs(ref)
        command = secrets.token_hex(16)
        answers = await asyncio.gather(
            *(
                told.does(told.people.sender, ref, "approve", delivered="no", command=command)
                for _ in range(4)
            )
        )
        assert {answer.state for answer in answers} == {APPLIED}
        assert (await told.kinds(ref)).count("request_approved") == 1
        with pytest.raises(SameCommandOtherBody):
            await told.does(
                told.people.sender, ref, "approve", delivered="no", note="changed", command=command
            )


async def test_a_stale_page_is_told_so(database: Database) -> None:
    async with story(database, skips=False) as told:
        ref = (await told.submits()).ref
        seen = (await told.case(ref)).version
        await told.signs(ref)
        answer = await told.does(told.people.sender, ref, "approve", delivered="no", seen=seen)
        assert (answer.state, answer.refusal, answer.status) == (REFUSED, "StaleVersion", 409)


async def test_a_refused_first_command_leaves_no_run_behind(database: Database) -> None:
    """A submit by somebody who lost the role: the run that carried it ends, and the reference is free again."""
    async with story(database, skips=False) as told:
        person = await told.person(told.people.requester)
        answers = {"team": told.people.team, "sending_team": told.people.sending_team}
        from store import commands, drafts
        from tests.engine import FORM

        async with database.write() as connection:
            ref = await drafts.create(connection, person.id, told.now, {})
            clean = {**FORM, **answers, "risk_owner": told.people.risk_owner}
            version, digest = await drafts.freeze(connection, ref, clean)
            body = {**clean, "form_version": version, "form_hash": digest}
            received = commands.Received(
                id=secrets.token_hex(16),
                ref=ref,
                act="submit",
                actor=told.people.sender,
                via="api",
                body=body,
                seen=None,
                received_at=told.now,
            )
            await commands.keep(connection, received, told.now)
        answer = await told.desk.deliver(received.id)
        assert (answer.refusal, answer.status) == ("NotYours", 403)
        handle = told.environment.client.get_workflow_handle(workflow_id(ref))
        await asyncio.wait_for(handle.result(), 5)
        assert (await handle.describe()).status is WorkflowExecutionStatus.COMPLETED


async def test_before_a_long_sleep_the_run_starts_fresh_and_remembers(database: Database) -> None:
    """House: a sleeping case is a two-event history, and a repeated command is still known (F22)."""
    async with story(database) as told:
        ref = (await told.submits()).ref
        await told.signs(ref)
        await told.does(told.people.sender, ref, "approve", delivered="yes", rows="100", checksum="abc")
        command = secrets.token_hex(16)
        receipt = {"rows": "100", "checksum": "ABC "}
        first = await told.does(told.people.requester, ref, "confirm_receipt", command=command, **receipt)
        assert first.state == APPLIED
        await told.environment.sleep(timedelta(days=1))
        sleeping, awake = await told.histories(ref)
        assert len(sleeping.events) <= 8 < len(awake.events)
        again = await told.does(told.people.requester, ref, "confirm_receipt", command=command, **receipt)
        assert again.state == APPLIED
        assert (await told.kinds(ref)).count("risk_passed") == 1


async def test_an_act_while_the_deadline_fires_counts(database: Database) -> None:
    """The timer and a person in the same moment: both are taken, in one order, and the person's act stands."""
    async with story(database) as told:
        ref = (await told.submits()).ref
        await told.signs(ref)
        due = (await told.case(ref)).next_due()
        assert due
        async with asyncio.TaskGroup() as together:
            together.create_task(told.until(due.due_at))
            acting = together.create_task(told.does(told.people.sender, ref, "approve", delivered="no"))
        assert acting.result().state == APPLIED
        kinds = await told.kinds(ref)
        assert kinds.count("request_approved") == 1
        assert (await told.case(ref)).stage == "approved"


async def test_a_case_the_engine_lost_goes_on_from_its_record(database: Database) -> None:
    """The store is enough to start a case again (reconcile class C2)."""
    async with story(database, skips=False) as told:
        ref = (await told.submits()).ref
        await told.environment.client.get_workflow_handle(workflow_id(ref)).terminate("lost")
        assert (await told.signs(ref)).state == APPLIED
        assert (await told.case(ref)).stage == "with_sender"


async def test_a_closed_case_says_so(database: Database) -> None:
    async with story(database, skips=False) as told:
        ref = (await told.submits()).ref
        await told.does(told.people.requester, ref, "withdraw", reason="We no longer need it.")
        answer = await told.signs(ref)
        assert (answer.refusal, answer.status) == ("CaseClosed", 409)
        with pytest.raises(RPCError):
            await told.environment.client.get_workflow_handle("share-nothing").describe()
