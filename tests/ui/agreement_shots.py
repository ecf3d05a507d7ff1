"""Agreements and tasks of a body for the browser: the document, a task that moved up, and its form sent empty."""

from datetime import timedelta

from sqlalchemy import select

from domain.body_tasks import BodyKind
from domain.people import Role
from store import body_tasks, national
from store.tables import adding_up
from store.tables import body_tasks as rows
from tests.ui.stage import Stage

Sight = tuple[str, str, str] | tuple[str, str, str, bool]


async def agreement_shots(stage: Stage, active: str) -> list[Sight]:
    """(name, path, who, press)."""
    leader, about = stage.holder("leader_1", organisation="dwp"), national.about_of("dwp", "nhs number")
    async with stage.database.write() as connection:
        held = {"about": about, "organisation": "dwp", "item": "nhs number", "raised_at": stage.now}
        regions = ["E12000003", "E12000002", "W92000004"]
        await connection.execute(
            adding_up.insert().values({**held, "entries": [active, "SC-9999-9999"], "regions": regions})
        )
        await body_tasks.open_task(
            connection,
            stage.now,
            BodyKind.NATIONAL_DATASET,
            about,
            organisation="dwp",
            role=Role.LEADER_1,
            due_at=stage.now - timedelta(days=1),
            level=1,
        )
        task = await connection.scalar(select(rows.c.id).where(rows.c.about == about))
        # The first closes by itself when what it is about is no more; this one waits for a person.
        await body_tasks.open_task(
            connection,
            stage.now,
            BodyKind.UNAUTHORISED_USE,
            "shown",
            organisation="dwp",
            role=Role.LEADER_1,
            due_at=stage.now,
            level=1,
        )
        waits = await connection.scalar(select(rows.c.id).where(rows.c.about == "shown"))
    return [
        ("agreement", f"/register/{active}/agreement", ""),
        ("body-task", f"/body-tasks/{task}", leader),
        ("body-task-errors", f"/body-tasks/{waits}", leader, True),
    ]
