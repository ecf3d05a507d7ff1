"""Tasks of a body outside any case: in the inbox, on a page of their own, settled once, and moved up by silence."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from activities import body_tasks as ladder
from domain.body_tasks import BodyKind
from domain.people import Role
from domain.working_days import end_of_day, london_date
from store import body_tasks, digests
from store.tables import adding_up
from store.tables import body_tasks as rows
from tests.ui.stage import MONDAY, Stage

DECIDER, LEADER_1, LEADER_3 = "p-priya-raghunathan", "p-bethan-lowther-rees", "p-sunita-kolhatkar"
ELSEWHERE = "p-marcus-adeyinka"


async def opened(stage: Stage, **more: Any) -> str:
    asked: dict[str, Any] = {
        "organisation": "hmrc",
        "team": "hmrc-paye-records",
        "role": Role.SENDER_DECIDER,
        **more,
    }
    kind = asked.pop("kind", BodyKind.SERVICE_CONTACTS)
    due_at = end_of_day(london_date(stage.now + timedelta(days=7)))
    async with stage.database.write() as connection:
        assert await body_tasks.open_task(connection, stage.now, kind, "paye", due_at=due_at, **asked)
        return str(await connection.scalar(select(rows.c.id).where(rows.c.closed_at.is_(None))))


async def standing(stage: Stage) -> list[tuple[str, int, str]]:
    async with stage.database.read() as connection:
        found = await connection.execute(select(rows).order_by(rows.c.level))
        return [(each.role, each.level, each.how) for each in found]


async def test_whoever_is_asked_finds_it_and_settles_it_once(stage: Stage) -> None:
    task = await opened(stage)
    browser = await stage.signs_in(DECIDER)
    inbox = await browser.get("/inbox")
    assert f"/body-tasks/{task}" in inbox.links and "By the end of Monday 30 November 2026" in inbox.text
    page = await browser.get(f"/body-tasks/{task}")
    assert "/exchange/services/paye" in page.links and "leader 1 of this body is asked as well" in page.text

    wrong = await browser.fills(f"/body-tasks/{task}", said="Ask jo@example.org")
    assert (
        wrong.status == 422
        and wrong.summary_links == ["#said"]
        and wrong.values["said"] == "Ask jo@example.org"
    )
    assert (await browser.fills(f"/body-tasks/{task}", said="x" * 4001)).status == 422
    assert (await browser.post(f"/body-tasks/{task}", {"said": "Done."})).status == 422

    told = {**wrong.hidden, "said": "We named two people."}
    done = await browser.post(f"/body-tasks/{task}", told)
    assert done.status == 303 and "Settled" in (await browser.get(done.location)).text
    assert (await browser.post(f"/body-tasks/{task}", told)).status == 303  # the same once more
    other = await browser.post(f"/body-tasks/{task}", {"said": "Again.", "command": uuid4().hex})
    assert other.status == 409 and "settled this already" in other.text
    assert await standing(stage) == [("sender_decider", 0, "done")]
    assert f"/body-tasks/{task}" not in (await browser.get("/inbox")).links
    assert "We named two people." in (await (await stage.signs_in(LEADER_1)).get(f"/body-tasks/{task}")).text


async def test_another_body_sees_nothing_and_its_own_leaders_see_it(stage: Stage) -> None:
    task = await opened(stage)
    for who in (ELSEWHERE, "p-olufemi-dare"):
        stranger = await stage.signs_in(who)
        assert (await stranger.get(f"/body-tasks/{task}")).status == 404
        assert (
            await stranger.post(f"/body-tasks/{task}", {"said": "x", "command": uuid4().hex})
        ).status == 404
    leader = await stage.signs_in(LEADER_3)
    assert "Put to others of your body" in (await leader.get("/inbox")).text
    assert (await leader.fills(f"/body-tasks/{task}", said="I saw to it.")).status == 303
    for path in ("/body-tasks/none", f"/body-tasks/{'0' * 32}"):
        assert (await leader.get(path)).status == 404


async def test_silence_moves_up_past_an_empty_level_and_stays_open_at_the_top(stage: Stage) -> None:
    """HMRC has nobody as leader 2."""
    task = await opened(stage)
    assert await ladder.move_up(stage.database, stage.now) == 0
    for level, role in ((1, "leader_1"), (3, "leader_3")):
        stage.now += timedelta(days=9)
        assert await ladder.move_up(stage.database, stage.now) == 1
        assert await ladder.move_up(stage.database, stage.now) == 0
        assert (await standing(stage))[-1] == (role, level, "")
    stage.now += timedelta(days=9)
    assert await ladder.move_up(stage.database, stage.now) == 0 and len(await standing(stage)) == 3
    leader = await stage.signs_in(LEADER_3)
    inbox = await leader.get("/inbox")
    assert (
        "Level 3" in inbox.text
        and "nobody settled it in time" in inbox.text
        and "no higher leader" in inbox.text
    )
    async with stage.database.read() as connection:
        told = await digests.told(connection, await stage.person(LEADER_3), MONDAY, stage.now)
        assert [each.level for each in told.outside] == [3]
        assert "hmrc" in await digests.bodies_with_something(connection, stage.now)

    assert (await (await stage.signs_in(DECIDER)).fills(f"/body-tasks/{task}", said="Named.")).status == 303
    assert await standing(stage) == [
        ("sender_decider", 0, "done"),
        ("leader_1", 1, "overtaken"),
        ("leader_3", 3, "overtaken"),
    ]


async def test_a_role_in_which_nobody_acts_waits_for_nobody(stage: Stage) -> None:
    await opened(stage, team="", role=Role.LEADER_2, level=0)
    assert await ladder.move_up(stage.database, stage.now) == 1
    assert [each[:2] for each in await standing(stage)] == [("leader_2", 0), ("leader_3", 3)]


async def test_a_board_reads_the_entries_and_only_how_many_are_kept_back(stage: Stage) -> None:
    """§7 C, P2r; and its silence moves up to the leaders of the body that receives."""
    published = await stage.active()
    async with stage.database.write() as connection:
        row = {"about": "paye", "organisation": "dwp", "item": "nhs number", "raised_at": stage.now}
        hidden = {"entries": [published, "SC-9999-9999"], "regions": ["E12000003", "W92000004"]}
        await connection.execute(adding_up.insert().values(row | hidden))
    task = await opened(
        stage, kind=BodyKind.NATIONAL_DATASET, organisation="human-services-board", team="", role=Role.BOARD
    )
    browser = await stage.signs_in("p-ewa-nowicka")
    page = await browser.get(f"/body-tasks/{task}")
    assert f"/register/{published}" in page.links and "SC-9999-9999" not in page.html
    assert "1 more share that is kept back" in page.text and "Yorkshire and the Humber, Wales" in page.text
    stage.now += timedelta(days=40)
    assert await ladder.move_up(stage.database, stage.now) == 1
    assert (await standing(stage))[-1][:2] == ("leader_1", 1)
    browser = await stage.signs_in("p-ewa-nowicka")  # weeks later the session is over
    assert (await browser.fills(f"/body-tasks/{task}", said="One service for one group.")).status == 303
    assert [each[2] for each in await standing(stage)] == ["done", "overtaken"]


async def test_tasks_go_with_a_team_and_with_a_body_that_becomes_part_of_another(stage: Stage) -> None:
    """P5: nobody's task is left behind, and nobody is asked twice for the same."""
    await opened(stage)
    async with stage.database.write() as connection:
        for body in ("hmrc", "dwp"):
            await body_tasks.open_task(
                connection,
                MONDAY,
                BodyKind.UNDELIVERED,
                "x",
                organisation=body,
                role=Role.LEADER_1,
                due_at=MONDAY,
            )
        await body_tasks.go_with(connection, MONDAY, "hmrc", ["hmrc-paye-records"], "dwp", whole=False)
        await body_tasks.go_with(connection, MONDAY, "hmrc", [], "dwp", whole=True)
        found = await connection.execute(
            select(rows.c.organisation, rows.c.how).order_by(rows.c.kind, rows.c.how)
        )
        assert [tuple(each) for each in found] == [("dwp", ""), ("dwp", ""), ("hmrc", "overtaken")]


async def test_what_a_task_is_about_is_linked_for_those_who_may_see_it(stage: Stage) -> None:
    ref = await stage.approved()
    leader = await stage.signs_in(LEADER_1)
    for kind, more in ((BodyKind.UNAUTHORISED_USE, "use"), (BodyKind.UNDELIVERED, "grant#receipts")):
        task = await opened(stage, kind=kind, team="", role=Role.LEADER_1, ref=ref)
        page = await leader.get(f"/body-tasks/{task}")
        assert {f"/cases/{ref}", f"/cases/{ref}/{more}", f"/register/{ref}"} <= set(page.links)
        assert (await leader.fills(f"/body-tasks/{task}", said="Seen to.")).status == 303
