"""Acts of the clock and of the operator."""

from dataclasses import dataclass
from typing import Literal

from domain.working_days import Calendar


@dataclass(frozen=True, kw_only=True)
class FillPost:
    task: str
    kind: Literal["fill_post"] = "fill_post"


@dataclass(frozen=True, kw_only=True)
class DeadlinePassed:
    """The clock's only command: it names the task whose time is up."""

    task: str
    kind: Literal["deadline_passed"] = "deadline_passed"


@dataclass(frozen=True, kw_only=True)
class AdoptCalendar:
    """A holiday was added: future deadlines are worked out again (G3)."""

    calendar: Calendar
    kind: Literal["adopt_calendar"] = "adopt_calendar"
