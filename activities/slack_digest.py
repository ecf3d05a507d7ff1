"""The morning digest of one person, in words: what is open with them and what reached them, soonest due first (P4, P8)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.slack_blocks import Block
from activities.slack_lists import MOST_LINES, Line, Part, digest
from activities.slack_tasks import case_link, task_line
from domain.body_tasks import WORDS, BodyKind
from store import digests
from store.digests import Digest
from store.directory import full_calendar


async def digest_of(
    connection: AsyncConnection, row: Digest, public_url: str, now: datetime
) -> tuple[str, list[Block]] | None:
    """(fallback text, blocks) as things stand now; None when there is nothing to say."""
    person = await digests.reader(connection, row, now)
    if person is None:
        return None
    told = await digests.told(connection, person, row.since, now)
    if told.is_empty:
        return None
    calendar = await full_calendar(connection)

    def tasks(heading: str, rows: Sequence[Row[Any]], *, harm: bool = False) -> Part:
        lines = [
            task_line(each, told.teams, calendar, now, public_url, harm=harm) for each in rows[:MOST_LINES]
        ]
        return Part(heading=heading, lines=tuple(lines), total=len(rows))

    parts = [
        tasks("Moved up to you", told.escalated, harm=True),
        Part(
            heading="Reached you since the last working morning",
            lines=tuple(
                Line(
                    what=each.headline,
                    ref=each.ref,
                    link=case_link(public_url, each.ref),
                    due_at=each.due_at,
                )
                for each in told.reached[:MOST_LINES]
            ),
            total=len(told.reached),
        ),
        tasks("Empty posts", told.vacancies),
        tasks("Reviews due this week", told.reviews),
        Part(
            heading="Outside any case",
            lines=tuple(
                Line(
                    what=WORDS[BodyKind(each.kind)],
                    ref=each.body,
                    link=f"{public_url}/body-tasks/{each.id}",
                    due_at=each.due_at,
                )
                for each in told.outside[:MOST_LINES]
            ),
            total=len(told.outside),
        ),
    ]
    leads = any(role.startswith("leader_") for role in person.roles)
    more = f"{public_url}/{'leader' if leads else 'inbox'}"
    return digest(date.fromisoformat(row.day), parts, more, f"{public_url}/settings/notifications")
