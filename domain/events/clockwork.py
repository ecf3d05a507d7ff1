"""Tasks, time and posts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.case import Cause, Task
from domain.people import Seat, Side
from domain.working_days import Calendar


@dataclass(frozen=True, kw_only=True)
class TaskOpened:
    task: Task
    kind: Literal["task_opened"] = "task_opened"


@dataclass(frozen=True, kw_only=True)
class TaskClosed:
    task: str
    seat: Seat
    how: Literal["done", "overtaken", "paused", "expired"] = "done"
    kind: Literal["task_closed"] = "task_closed"


@dataclass(frozen=True, kw_only=True)
class DeadlineMissed:
    task: str
    seat: Seat
    watch_at: datetime | None = None  # when the clock looks at the same task again; None when it need not
    kind: Literal["deadline_missed"] = "deadline_missed"


@dataclass(frozen=True, kw_only=True)
class DueMoved:
    """A calendar changed or a leader gave time. Both values are kept; a deadline never moves earlier (G3).

    With given time `counts_from` and `days`, or `hours` on the clock, say how the new deadline was reached; a calendar
    leaves that as it was.
    """

    task: str
    was: datetime
    now: datetime
    counts_from: datetime | None = None
    days: int = 0
    hours: int = 0
    kind: Literal["due_moved"] = "due_moved"


@dataclass(frozen=True, kw_only=True)
class CaseEscalated:
    level: int
    cause: Cause
    side: Side
    kind: Literal["case_escalated"] = "case_escalated"


@dataclass(frozen=True, kw_only=True)
class PostVacant:
    seat: Seat
    kind: Literal["post_vacant"] = "post_vacant"


@dataclass(frozen=True, kw_only=True)
class PostFilled:
    task: str
    kind: Literal["post_filled"] = "post_filled"


@dataclass(frozen=True, kw_only=True)
class OverdueAtTop:
    side: Side
    cause: Cause
    kind: Literal["overdue_at_top"] = "overdue_at_top"


@dataclass(frozen=True, kw_only=True)
class CalendarAdopted:
    calendar: Calendar
    kind: Literal["calendar_adopted"] = "calendar_adopted"
