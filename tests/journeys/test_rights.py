"""A, on a real engine: somebody asks about the data about them; silence moves up; what is put right is put right everywhere."""

import secrets
from typing import Any

from sqlalchemy import Row, select

from api.rights import RightsDesk
from domain.case import Kind
from domain.people import Seat
from store import rights
from store.codes import new_code
from store.commands import APPLIED
from store.database import Database
from store.tables import rights_requests
from tests.engine import Story, story

WISH = "My date of birth is wrong by one year."


async def asks(told: Story, ref: str, right: str = "rectification", text: str = WISH) -> str:
    """The code with which the answer is read."""
    await told.tick()
    desk, code = RightsDesk(told.database, told.desk, lambda: told.now), new_code()
    await desk.ask(ref, {"right": right, "text": text}, command=secrets.token_hex(16), code=code, via="web")
    return code


async def kept(told: Story, code: str) -> Row[Any]:
    async with told.database.read() as connection:
        found = await rights.by_code(connection, code)
    assert found
    return found


async def task_of(told: Story, ref: str, code: str, kind: Kind = Kind.ANSWER_RIGHTS) -> str:
    row = await kept(told, code)
    about = f"{row.right}:{row.id}"
    return next(
        each.id for each in (await told.case(ref)).open(kind) if each.about == about and not each.level
    )


async def test_two_people_are_answered_each_for_themselves(database: Database) -> None:
    async with story(database) as told:
        ref = await told.active()
        first, second = await asks(told, ref), await asks(told, ref, "objection", "I object to letters.")
        assert len((await told.case(ref)).open(Kind.ANSWER_RIGHTS)) == 2
        answered = await told.does(
            told.people.requester,
            ref,
            "answer_rights",
            task=await task_of(told, ref, second),
            outcome="not_met",
            reason="The letters are a duty of ours.",
        )
        assert answered.state == APPLIED, answered
        assert (await kept(told, second)).answer == "The letters are a duty of ours."
        assert (await kept(told, first)).answered_at is None
        assert not (await told.case(ref)).open(Kind.SPREAD_CORRECTION), "an objection spreads nothing"
        [left] = (await told.case(ref)).open(Kind.ANSWER_RIGHTS)
        assert left.id == await task_of(told, ref, first)

        for code, outcome in ((first, "partly"),):
            task = await task_of(told, ref, code)
            said = {"task": task, "outcome": outcome, "reason": "The year is put right."}
            assert (await told.does(told.people.risk_owner, ref, "answer_rights", **said)).state == APPLIED
        assert (Seat.SENDER, "Data you sent was put right by who received it; see your own copy") in (
            await told.told(ref)
        )
        spread = await task_of(told, ref, first, Kind.SPREAD_CORRECTION)
        receipts = ["Printing contractor, P-2", "Call centre, C-9"]
        done = await told.does(
            told.people.requester, ref, "pass_on_correction", task=spread, receipts=receipts
        )
        assert done.state == APPLIED, done
        row = await kept(told, first)
        assert row.receipts == receipts and row.told_at
        assert not [task for task in (await told.case(ref)).tasks.values() if task.seat.side == "sending"]
        async with database.read() as connection:
            counted = (await rights.counts(connection, [ref]))[ref]
            assert (counted.received, counted.answered, counted.in_time) == (2, 2, 2)
            texts = (await connection.scalars(select(rights_requests.c.text))).all()
        assert len(texts) == 2


async def test_silence_moves_up_after_a_month_and_a_leader_answers(database: Database) -> None:
    async with story(database) as told:
        ref = await told.active()
        code = await asks(told, ref)
        row = await kept(told, code)
        await told.until(row.due_at)
        assert [each.level for each in (await told.case(ref)).open(Kind.ANSWER_RIGHTS)] == [0, 1]
        await told.until(
            next(each.due_at for each in (await told.case(ref)).open(Kind.ANSWER_RIGHTS) if each.level)
        )
        assert [each.level for each in (await told.case(ref)).open(Kind.ANSWER_RIGHTS)] == [0, 1, 2]
        leader = told.people.receiving_leaders[2]
        task = next(each.id for each in (await told.case(ref)).open(Kind.ANSWER_RIGHTS) if each.level == 2)
        said = {"task": task, "outcome": "met", "reason": "It is put right."}
        assert (await told.does(leader, ref, "answer_rights", **said)).state == APPLIED
        assert not (await told.case(ref)).open(Kind.ANSWER_RIGHTS)
        async with database.read() as connection:
            counted = (await rights.counts(connection, [ref]))[ref]
        assert (counted.answered, counted.in_time) == (1, 0)
