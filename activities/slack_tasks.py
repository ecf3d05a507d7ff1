"""A row of a task as a line in Slack: what to do, from which body to which, by when, what waiting costs."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from activities.slack_lists import Line
from domain.case import Kind, Stage
from domain.harm import harm_meter
from domain.people import Seat, Side
from domain.time_left import time_left
from domain.words import of_task
from domain.working_days import Calendar, CalendarTooShort, Nation
from store.names import TeamCard

FLOWING = frozenset({Stage.ACTIVE, Stage.ENDED})  # the data has come: withholding does no more harm


def case_link(public_url: str, ref: str) -> str:
    return f"{public_url}/cases/{quote(ref, safe='')}"


def task_line(
    row: Any,
    teams: Mapping[str, TeamCard],
    calendar: Calendar,
    now: datetime,
    public_url: str,
    *,
    harm: bool = False,
) -> Line:
    """`row`: a task with the two teams of its case. `harm`: with the meter, for rows that hold what it needs (P4)."""
    kind, vacancy = Kind(row.kind), row.kind == Kind.FILL_POST
    side = row.sending_team if Seat(row.seat).side is Side.SENDING else row.receiving_team
    nation = teams[side].nation if side in teams else Nation.ENGLAND_AND_WALES
    left = time_left(calendar, nation, row.due_at, now)
    about = () if vacancy else (between(row, teams),)
    line = Line(
        what=of_task(kind, row.about, Seat(row.post) if vacancy and row.post else None),
        ref=row.ref,
        link=case_link(public_url, row.ref),
        about=(*about, left) if left else about,
        due_at=row.due_at,
    )
    meter = harm_words(calendar, row, now) if harm and not vacancy else ""
    return replace(line, about=(*line.about, meter)) if meter else line


def between(row: Any, teams: Mapping[str, TeamCard]) -> str:
    """From which body to which."""
    sending, receiving = (teams.get(each) for each in (row.sending_team, row.receiving_team))
    return f"from {sending.body if sending else 'a body'} to {receiving.body if receiving else 'a body'}"


def harm_words(calendar: Calendar, row: Any, now: datetime) -> str:
    """The harm meter of a case that is still waited for, else ''; without the days where the calendar ends."""
    if row.stage in FLOWING:
        return ""
    try:
        return harm_meter(calendar, row.people_per_day, row.submitted_at, now).sentence()
    except (CalendarTooShort, LookupError):
        return ""
