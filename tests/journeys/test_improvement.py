"""P9 on the real engine: the ladder one step after the other, live harm, and a breach whose hours run over the weekend."""

from datetime import datetime, timedelta
from typing import Any

from domain.case import Kind
from domain.people import Seat
from domain.working_days import LONDON, london_date
from store.commands import APPLIED
from store.database import Database
from tests.engine import Story, story

ITEMS = ["National Insurance number", "taxable income band"]


async def step(told: Story, ref: str, **answers: Any) -> None:
    answer = await told.does(told.people.reviewer, ref, "take_step", failure="Letters go astray.", **answers)
    assert answer.state == APPLIED, answer


async def planned(told: Story, ref: str, first: int = 10, second: int = 90) -> None:
    """Advice, then a plan of two actions, so many days ahead."""
    await step(told, ref)
    today = london_date(await told.tick())
    await step(
        told,
        ref,
        action_1="Check each address.",
        due_1=(today + timedelta(days=first)).isoformat(),
        action_2="Train the clerks.",
        due_2=(today + timedelta(days=second)).isoformat(),
    )


async def open_on(told: Story, ref: str, kind: Kind) -> dict[str, int]:
    """What the open tasks of a kind are about, and the highest level each has reached."""
    found: dict[str, int] = {}
    for task in (await told.case(ref)).open(kind):
        found[task.about] = max(found.get(task.about, 0), task.level)
    return found


async def test_an_overdue_action_moves_up_and_the_other_is_left_in_peace(database: Database) -> None:
    async with story(database) as told:
        ref = await told.active()
        await planned(told, ref)
        first, second = sorted(await open_on(told, ref, Kind.DO_ACTION))
        due = min(task.due_at for task in (await told.case(ref)).open(Kind.DO_ACTION))
        await told.until(due)
        assert await open_on(told, ref, Kind.DO_ACTION) == {first: 1, second: 0}
        headline = "Moved up to leader 1 of the receiving body: an action of the plan is overdue"
        assert (Seat.RISK_OWNER, headline) in await told.told(ref)
        await told.working_days_pass(5)
        assert await open_on(told, ref, Kind.DO_ACTION) == {first: 2, second: 0}
        leader = told.people.receiving_leaders[2]
        mine = next(task for task in (await told.case(ref)).open(Kind.DO_ACTION) if task.level == 2)
        done = await told.does(leader, ref, "complete_action", task=mine.id, reason="I had it done.")
        assert done.state == APPLIED, done
        assert await open_on(told, ref, Kind.DO_ACTION) == {second: 0}
        entry = await told.entry(ref)
        assert [each["state"] for each in entry["actions"]] == ["done", "open"]
        assert [each["what"] for each in entry["improvement"]] == ["advise", "plan"]


async def test_up_the_ladder_to_a_stop_and_back_and_who_relies_on_it_hears_of_it(database: Database) -> None:
    """Narrowed, then suspended: both reach the relier as a task. Reinstated and put right, the ladder starts anew."""
    async with story(database) as told:
        ref = await told.active()
        relier = await told.active(root=ref, path="reliance")
        await planned(told, ref, 1, 2)
        for task in (await told.case(ref)).open(Kind.DO_ACTION):
            await told.does(told.people.risk_owner, ref, "complete_action", task=task.id, reason="Done.")
        await step(told, ref, items=ITEMS)
        assert (await told.case(ref)).items == 2
        await told.news_travels()
        heard = await told.task(relier, Kind.RECONSIDER)
        await told.does(told.people.risk_owner, relier, "keep_decision", reason="Ours is right.")
        await step(told, ref)
        assert await told.stage(ref) == "suspended" and (await told.case(ref)).step == 4
        await told.news_travels()
        assert (await told.task(relier, Kind.RECONSIDER)).id != heard.id, "a suspension is news again"
        leader = told.people.receiving_leaders[1]
        back = await told.does(leader, ref, "reinstate_share", reason="The list is clean.")
        assert back.state == APPLIED, back
        right = await told.does(
            told.people.reviewer, ref, "close_improvement", reason="No letter went astray."
        )
        assert right.state == APPLIED, right
        case = await told.case(ref)
        assert (case.stage, case.step) == ("active", 0)
        what = [each["what"] for each in (await told.entry(ref))["improvement"]]
        assert what == ["advise", "plan", "narrow", "suspend", "put_right"]


async def test_live_harm_on_a_friday_is_settled_by_the_end_of_monday(database: Database) -> None:
    async with story(database) as told:
        ref = await told.active()
        await told.friday_comes()
        stopped = await told.does(
            told.people.reviewer, ref, "jump_step", step="suspend", reason="Bailiffs use the letters."
        )
        assert stopped.state == APPLIED, stopped
        assert await told.stage(ref) == "suspended"
        task = await told.task(ref, Kind.CONFIRM_JUMP)
        by = task.due_at.astimezone(LONDON)
        assert (task.seat, by.weekday(), by.hour) == (Seat.RECEIVING_LEADER_2, 0, 23)
        await told.until(task.due_at - timedelta(hours=8))
        leader = told.people.receiving_leaders[2]
        settled = await told.does(leader, ref, "settle_jump", confirm="yes", reason="They do.")
        assert settled.state == APPLIED, settled
        assert (Kind.DECIDE_PAUSED, Seat.RECEIVING_LEADER_1) in await told.open_tasks(ref)
        assert (await told.case(ref)).step == 4


async def test_a_jump_that_nobody_settles_goes_to_leader_3_and_the_share_stays_stopped(
    database: Database,
) -> None:
    async with story(database) as told:
        ref = await told.active()
        relier = await told.active(root=ref, path="reliance")
        await told.does(told.people.reviewer, ref, "jump_step", step="revoke", reason="Somebody was found.")
        await told.news_travels()
        assert not (await told.case(relier)).open(Kind.RECONSIDER), "not before a leader has confirmed it"
        await told.working_days_pass(1)
        assert (Kind.CONFIRM_JUMP, Seat.RECEIVING_LEADER_3) in await told.open_tasks(ref)
        assert await told.stage(ref) == "suspended"
        leader = told.people.receiving_leaders[3]
        await told.does(leader, ref, "settle_jump", confirm="yes", reason="It is so.")
        assert await told.stage(ref) == "ended"
        assert (await told.entry(ref))["over"]["why"] == "live_harm"
        await told.news_travels()
        assert (await told.case(relier)).root_gone


async def test_72_hours_are_hours_also_when_the_clocks_go_back(database: Database) -> None:
    """Known on the Friday at 17:00, before the last Sunday in October: by the clock on the wall it is 16:00 on Monday."""
    async with story(database) as told:
        ref = await told.active(until="2032-03-31")
        now = await told.tick()
        october = datetime(now.year + (now.month >= 10), 10, 31, 18, tzinfo=LONDON)
        sunday = october - timedelta(days=(october.weekday() + 1) % 7)
        friday = sunday - timedelta(days=2)
        await told.until(friday)
        answer = await told.does(
            told.people.requester,
            ref,
            "report_incident",
            what="A letter went next door.",
            done="It is back.",
            breach="yes",
            known_on=london_date(friday).isoformat(),
            known_time="17:00",
        )
        assert answer.state == APPLIED, answer
        task = await told.task(ref, Kind.TELL_REGULATOR)
        by = task.due_at.astimezone(LONDON)
        assert (by.weekday(), by.hour, by.minute) == (0, 16, 0)
        assert task.about == answer.command
        await told.until(task.due_at)
        assert (Kind.TELL_REGULATOR, Seat.RECEIVING_LEADER_1) in await told.open_tasks(ref)
        called = next(each for each in (await told.case(ref)).open(Kind.TELL_REGULATOR) if each.level == 1)
        on = called.due_at.astimezone(LONDON)
        assert (on.weekday(), on.hour) == (1, 23), "a leader has the working day after"
        await told.until(called.due_at)
        levels = await open_on(told, ref, Kind.TELL_REGULATOR)
        assert levels == {answer.command: 2}
        today = london_date(told.now).isoformat()
        told_now = await told.does(
            told.people.risk_owner, ref, "record_report", task=task.id, on=today, proof="IC-77"
        )
        assert told_now.state == APPLIED, told_now
        assert (await told.entry(ref))["incidents"] == {
            "reported": 1,
            "breaches": 1,
            "told_in_time": 0,
            "told_late": 1,
        }
