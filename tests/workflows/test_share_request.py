"""The workflow on the real engine: order, time, and one decision whoever and however many ask."""

import asyncio
import secrets

from store.commands import APPLIED
from store.database import Database
from tests.engine import story


async def test_a_request_is_submitted_signed_and_approved(database: Database) -> None:
    async with story(database) as told:
        submitted = await told.submits()
        assert submitted.state == APPLIED, submitted
        ref = submitted.ref
        signed = await told.signs(ref)
        assert signed.state == APPLIED, signed
        approved = await told.does(told.people.sender, ref, "approve", delivered="no")
        assert approved.state == APPLIED, approved
        assert (await told.case(ref)).stage == "approved"
        assert ("provide", "sending.sender_decider") in await told.open_tasks(ref)


async def test_nobody_answers_and_it_moves_up(database: Database) -> None:
    async with story(database) as told:
        ref = (await told.submits()).ref
        await told.working_days_pass(5)
        assert ("find_owner", "receiving.leader_1") in await told.open_tasks(ref)
