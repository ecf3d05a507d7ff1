"""Pages about Slack accounts for the gallery: before linking, the question, and after."""

from dataclasses import replace

from sqlalchemy import insert

from activities.slack import make_client
from api.services import SlackSettings
from api.slack_people import link_for
from store import tables
from store.slack_links import Account
from tests.ui.stage import Stage

PRIYA, AMARA = "p-priya-raghunathan", "p-amara-okafor"


async def slack_shots(stage: Stage) -> list[tuple[str, str, str]]:
    """(name, path, person) of each. Slack counts as set up from here on, and is never called."""
    nowhere = SlackSettings(secrets=("not used",), client=make_client("xoxb-none", "http://127.0.0.1:9/api/"))
    stage.services = replace(stage.services, slack=nowhere)
    stage.app.state.services = stage.services
    account = Account(team="T0WHITEHALL", user="U0AMARA", workspace="whitehall", handle="amara.okafor")
    address = await link_for(stage.services, account)
    row = {"team_id": "T0WHITEHALL", "user_id": "U0PRIYA", "person": PRIYA, "workspace": "whitehall",
           "handle": "priya.raghunathan", "linked_at": stage.now, "checked_at": stage.now}  # fmt: skip
    async with stage.database.write() as connection:
        await connection.execute(insert(tables.slack_links).values(row))
    return [
        ("slack-not-linked", "/settings/slack", AMARA),
        ("slack-linked", "/settings/slack", PRIYA),
        ("slack-link", "/slack-link/" + address.rpartition("/")[2], AMARA),
        ("slack-link-over", f"/slack-link/{'A' * 43}", AMARA),
    ]
