"""X-Road for the browser: a form as it fails, a body with a server that was away, and a grant with a right to be added."""

from domain.grants import grant_id
from domain.x_road import Wanted
from store import x_road_setup
from store.tables import x_road_jobs
from tests.ui.stage import Stage

HERE = "/settings/x-road"
Sight = tuple[str, str, str] | tuple[str, str, str, bool]


async def x_road_shots(stage: Stage, active: str) -> list[Sight]:
    """(name, path, who, press). HMRC's server does not answer."""
    operator = stage.holder("operator")
    answer = "The Security Server was asked, and it could not be reached."
    async with stage.database.write() as connection:
        await x_road_setup.put_server(
            connection,
            stage.now,
            "hmrc",
            url="https://ss1.hmrc.example:4000",
            sealed="",
            certificate="",
            is_on=True,
            last_failure_at=stage.now,
            last_answer=answer,
        )
        await connection.execute(
            x_road_jobs.insert().values(
                grant=grant_id(active),
                wanted=Wanted.PRESENT,
                round=1,
                started=True,
                wished_at=stage.now,
                placed=[],
                failures=3,
                last_try_at=stage.now,
                next_try_at=stage.now,
                last_answer=answer,
            )
        )
    return [
        ("x-road-body", f"{HERE}/hmrc", operator),
        ("x-road-server-errors", f"{HERE}/hmrc/server", operator, True),
        ("x-road", HERE, stage.holder("leader_1", organisation="hmrc")),
    ]
