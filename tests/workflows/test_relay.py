"""The relay goes on: one command that cannot be brought holds up nobody behind it."""

import secrets
from datetime import timedelta

from api.relay import Relay
from store import commands
from store.commands import APPLIED, PENDING
from store.database import Database
from tests.engine import story


async def test_a_command_that_cannot_be_brought_waits_and_the_next_is_applied(database: Database) -> None:
    async with story(database, skips=False) as told:
        ref = (await told.submits()).ref
        case = await told.case(ref)
        now = told.now - timedelta(minutes=1)
        bad, good = secrets.token_hex(16), secrets.token_hex(16)
        signed = {"residual": "Misuse is logged.", "agree": "yes", "form_hash": case.form_hash}
        async with database.write() as connection:
            for each, act, body in ((bad, "refuse", {}), (good, "sign_risk", signed)):
                received = commands.Received(
                    id=each,
                    ref=ref,
                    act=act,
                    actor=told.people.risk_owner,
                    via="web",
                    body=body,
                    seen=None,
                    received_at=now,
                )
                await commands.keep(connection, received, now - timedelta(seconds=each == bad))
        await Relay(database, told.desk, told.desk.clock, sends=False).once()
        async with database.read() as connection:
            kept, applied = await commands.get(connection, bad), await commands.get(connection, good)
        assert kept and (kept.state, kept.attempts) == (PENDING, 1) and kept.next_try_at > told.now
        assert applied and applied.state == APPLIED
        assert await told.stage(ref) == "with_sender"
