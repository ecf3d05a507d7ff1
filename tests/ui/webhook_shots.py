"""Webhooks for the browser: an endpoint that delivers, one that fails, and every page and form of theirs."""

from datetime import timedelta

from sqlalchemy import update

from store.tables import webhook_endpoints, webhook_messages
from tests.ui.stage import Stage

HERE = "/settings/webhooks"
Sight = tuple[str, str, str] | tuple[str, str, str, bool]


async def webhook_shots(stage: Stage) -> list[Sight]:
    """(name, path, who, press)."""
    leader = stage.holder("leader_1", organisation="dwp")
    browser = await stage.signs_in(leader)
    found: list[str] = []
    for url in (
        "https://hooks.dwp.example/sharecase",
        "https://old.dwp.example/a-long-path-that-has-to-wrap",
    ):
        page = await browser.fills(f"{HERE}/add/dwp", url=url, team="all", groups=["decisions", "deadlines"])
        found += [each for each in page.links if each.startswith(f"{HERE}/ep_")]
    here, failing = found
    ref = await stage.submitted()
    m, ends = webhook_messages, webhook_endpoints
    async with stage.database.write() as connection:
        done = {"state": "delivered", "attempts": 1, "last_status": 202, "delivered_at": stage.now}
        of = here.rpartition("/")[2]
        await connection.execute(
            update(m).where(m.c.endpoint == of, m.c.kind != "case.task_opened").values(done)
        )
        bad = {"attempts": 9, "failures": 9, "reason": "it answered 503", "started": True}
        of = failing.rpartition("/")[2]
        parked = {"state": "parked", "because": "failed", "first_failed_at": stage.now - timedelta(days=3)}
        await connection.execute(update(m).where(m.c.endpoint == of).values(bad | parked))
        since = {"failing_since": stage.now - timedelta(days=3), "last_reason": "it answered 503"}
        await connection.execute(
            update(ends).where(ends.c.id == of).values(**since, last_failure_at=stage.now)
        )
        one = await connection.scalar(m.select().with_only_columns(m.c.id).where(m.c.endpoint == of).limit(1))
    assert ref
    return [
        ("webhooks", HERE, leader),
        ("webhooks-operator", HERE, stage.holder("operator")),
        ("webhooks-none", HERE, stage.holder("leader_1", organisation="hmrc")),
        ("webhooks-forbidden", HERE, "p-amara-okafor"),
        ("webhook-add", f"{HERE}/add/dwp", leader),
        ("webhook-add-errors", f"{HERE}/add/dwp", leader, True),
        ("webhook", here, leader),
        ("webhook-failing", failing, leader),
        ("webhook-messages", f"{here}/messages", leader),
        ("webhook-messages-parked", f"{failing}/messages?state=parked", leader),
        ("webhook-messages-none", f"{here}/messages?state=parked", leader),
        *(
            (f"webhook-{act}", f"{here}/{act}", leader)
            for act in ("change", "pause", "rotate", "close", "test")
        ),
        ("webhook-replay", f"{here}/replay", leader),
        ("webhook-replay-errors", f"{here}/replay", leader, True),
        ("webhook-replay-one", f"{failing}/messages/{one}/replay", leader),
    ]
