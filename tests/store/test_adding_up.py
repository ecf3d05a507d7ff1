"""§7 C: what adds up is computed when a share begins to be live, kept back or not, and is put to a board."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from domain import events as e
from domain.case import Case, Stage
from domain.people import Party
from domain.policy import Policy
from domain.working_days import Nation
from store import body_tasks, national, registry, shapes
from store.database import Database
from store.tables import adding_up, alarms, cases, clusters, forms
from store.tables import body_tasks as rows
from tests.fixtures.calendar import calendar_for
from tests.registered import NORTH, WALES, YORK

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
ENGLAND = Nation.ENGLAND_AND_WALES
PLACES = (("hmrc", YORK), ("leeds", NORTH), ("dvla", WALES), ("dfe", "E12000007"))
PASSED = (e.RiskPassed(manifest_hash=""),)


def a_case(number: int, stage: Stage, cluster: str = "") -> Case:
    return Case(
        ref=f"SC-T{number:03}-AAAA",
        policy=Policy(),
        calendar=calendar_for(ENGLAND),
        stage=stage,
        cluster=cluster,
        form_version=1,
        receiving=Party(organisation="dwp", team="dwp-pension-credit", nation=ENGLAND),
        sending=Party(organisation=PLACES[number][0], team="x", nation=ENGLAND),
        submitted_at=NOW,
    )


async def turns(database: Database, number: int, stage: Stage, at: datetime = NOW, **more: Any) -> None:
    """A share of the same item, from another sender and region each, comes to a stage: as `record` would have it."""
    cluster = more.get("cluster", "")
    before, case = a_case(number, Stage.APPROVED, cluster), a_case(number, stage, cluster)
    if stage is Stage.ENDED:
        before = replace(before, stage=Stage.ACTIVE)
    async with database.write() as connection:
        c = cases.c
        if await connection.scalar(select(c.ref).where(c.ref == case.ref)) is None:
            items = more.get("items", ["NHS number", f"x{number}"])
            await connection.execute(cases.insert().values({**row_of(case, before), "items_shared": items}))
            form = {"ref": case.ref, "version": 1, "hash": "0", "answers": {"region": PLACES[number][1]}}
            await connection.execute(forms.insert().values(form))
        await connection.execute(cases.update().where(c.ref == case.ref).values(stage=stage))
        await national.keep(connection, at, before, case, PASSED)


def row_of(case: Case, before: Case) -> Mapping[str, Any]:
    assert case.sending and case.receiving
    return {
        **dict.fromkeys(("lane", "root", "parent", "relation", "board", "cause", "overdue_body", "bundle", "head"), ""),
        **dict.fromkeys(("version", "root_version", "level", "people_per_day"), 0),
        **dict.fromkeys(("at_top", "closed", "sender_may_see"), False),
        "ref": case.ref, "stage": before.stage, "cluster": case.cluster, "form_version": 1, "title": "A share",
        "receiving_organisation": "dwp", "receiving_team": "dwp-pension-credit",
        "sending_organisation": case.sending.organisation, "sending_team": "x",
        "submitted_at": NOW, "updated_at": NOW,
        "state": shapes.case_to_json(case),
    }  # fmt: skip


async def tasks(database: Database) -> list[tuple[str, str, bool]]:
    """(body, role, open) of every task about what adds up, in the order of opening."""
    async with database.read() as connection:
        found = await connection.execute(select(rows).order_by(rows.c.opened_at, rows.c.organisation))
        return [(each.organisation, each.role, each.closed_at is None) for each in found]


async def test_the_third_share_in_use_opens_a_task_though_no_entry_is_published(database: Database) -> None:
    """Kept back from the register: nothing about it is public, and somebody looks all the same."""
    for number in (0, 1):
        await turns(database, number, Stage.ACTIVE)
    assert await tasks(database) == []
    await turns(database, 2, Stage.ACTIVE)
    assert await tasks(database) == [("dwp", "leader_1", True)]
    async with database.read() as connection:
        assert (
            (await connection.execute(select(alarms))).all()
            == []
            == list(await registry.alarm_rows(connection))
        )
        [row] = (await connection.execute(select(adding_up))).all()
        assert (row.item, len(row.entries), len(row.regions)) == ("nhs number", 3, 3)
        found = await national.about(connection, row.about)
        assert found and found.body == "Department for Work and Pensions"
        assert await national.receivers(connection) == ["dwp"]

    # Looked at; nothing new is asked until a further region joins; and what no longer holds closes by itself.
    async with database.write() as connection:
        [task] = await body_tasks.late(connection, NOW + timedelta(days=90))
        assert await body_tasks.settle(connection, NOW, task, "It is for one service.")
        await national.look(connection, NOW, "dwp")
    assert await tasks(database) == [("dwp", "leader_1", False)]
    later = NOW + timedelta(days=1)
    await turns(database, 3, Stage.ACTIVE, later)
    assert [is_open for *_, is_open in await tasks(database)] == [False, True]
    for number in (1, 2):
        await turns(database, number, Stage.ENDED, later)
    async with database.read() as connection:
        closed = await connection.scalar(select(rows.c.how).where(rows.c.opened_at == later))
        assert closed == "by_itself"
        assert (await connection.execute(select(adding_up.c.regions))).scalars().all() == [[]]


async def test_the_board_of_the_cluster_is_asked(database: Database) -> None:
    async with database.read() as connection:
        agreed = (await connection.execute(select(clusters))).first()
    assert agreed
    for number in (0, 1, 2):
        await turns(database, number, Stage.ACTIVE, cluster=agreed.id if number == 1 else "")
    assert await tasks(database) == [(agreed.board, "board", True)]


def test_what_it_is_kept_under_fits() -> None:
    assert len(national.about_of("x" * 80, "y" * 200)) <= 120
    assert national.about_of("dwp", "a") != national.about_of("dwp", "b")
