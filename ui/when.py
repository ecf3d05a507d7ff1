"""Time as a person reads it: London dates in words, and how much of a time limit is left."""

from dataclasses import dataclass
from datetime import date, datetime

from domain.time_left import ends_with_the_day, time_left
from domain.working_days import LONDON, Calendar, Nation, london_date

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def day(value: datetime | date | str | None) -> str:
    """'27 November 2026'; '' for nothing. Instants are read on a London wall calendar."""
    on = _date(value)
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}" if on else ""


def weekday(value: datetime | date | str | None) -> str:
    """'Friday 27 November 2026'."""
    on = _date(value)
    return f"{DAYS[on.weekday()]} {day(on)}" if on else ""


def moment(value: datetime | str | None) -> str:
    """'27 November 2026 at 4:05pm'."""
    if not value:
        return ""
    at = (datetime.fromisoformat(value) if isinstance(value, str) else value).astimezone(LONDON)
    hour = at.hour % 12 or 12
    return f"{day(at)} at {hour}:{at.minute:02}{'am' if at.hour < 12 else 'pm'}"


def deadline(at: datetime) -> str:
    """'27 November 2026', or with the time of day where clock hours run (C21)."""
    return day(at) if ends_with_the_day(at) else moment(at)


def _date(value: datetime | date | str | None) -> date | None:
    if not value:
        return None
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    return london_date(value) if isinstance(value, datetime) else value


@dataclass(frozen=True, kw_only=True)
class Due:
    """A deadline as a page says it: `by` is the end of a day or a time of day, `left` counts working days of the body that must act."""

    at: datetime
    left: str
    overdue: bool

    @property
    def by(self) -> str:
        """The day; with the time of day where clock hours run (C21)."""
        return f"the end of {weekday(self.at)}" if ends_with_the_day(self.at) else moment(self.at)


def due(calendar: Calendar, nation: Nation, at: datetime, now: datetime) -> Due:
    return Due(at=at, left=time_left(calendar, nation, at, now), overdue=at < now)
