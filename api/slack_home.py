"""App Home in Slack: my open tasks, the same as in the inbox (§9)."""

from typing import Any

from activities.slack_lists import MOST_TASKS, Line, home
from activities.slack_tasks import task_line
from api.services import Services
from store import directory, names, reads
from store.directory import Person


async def home_view(own: Services, person: Person) -> dict[str, Any]:
    """The view as Slack's `views.publish` takes it: at most 100 blocks, and no words of a case."""
    lines = await next_tasks(own, person, MOST_TASKS + 1)
    return home(
        lines[:MOST_TASKS], is_more=len(lines) > MOST_TASKS, public_url=own.site.public_url.rstrip("/")
    )


async def next_tasks(own: Services, person: Person, most: int) -> list[Line]:
    """My open tasks, soonest first, each with the harm meter of its case (P4)."""
    now, public_url = own.clock(), own.site.public_url.rstrip("/")
    async with own.database.read() as connection:
        rows = (await reads.inbox(connection, person, now))[:most]
        teams = await names.team_cards(
            connection, {team for row in rows for team in (row.receiving_team, row.sending_team)}
        )
        calendar = await directory.full_calendar(connection)
    return [task_line(row, teams, calendar, now, public_url, harm=True) for row in rows]
