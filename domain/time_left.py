"""How much of a time limit is left, in words: working days of the body that must act, or hours where the clock runs."""

from datetime import datetime, time, timedelta

from domain.working_days import LONDON, Calendar, CalendarTooShort, Nation, london_date, working_days_between


def ends_with_the_day(at: datetime) -> bool:
    return at.astimezone(LONDON).time().replace(microsecond=0) == time(23, 59, 59)


def time_left(calendar: Calendar, nation: Nation, at: datetime, now: datetime) -> str:
    """'6 working days left', 'due today', 'overdue by 2 working days', '3 hours left'; '' beyond the calendar."""
    today, last = london_date(now), london_date(at)
    if not ends_with_the_day(at):
        return _hours(abs(at - now), late=at < now)
    try:
        if at < now:
            days = working_days_between(calendar, nation, last, today)
            return f"overdue by {_days(days)}" if days else "overdue"
        if last == today:
            return "due today"
        return f"{_days(working_days_between(calendar, nation, today, last))} left"
    except (CalendarTooShort, LookupError):  # years ahead of the table: the date alone is honest (G3)
        return "overdue" if at < now else ""


def _days(number: int) -> str:
    return f"{number} working day{'' if number == 1 else 's'}"


def _hours(apart: timedelta, *, late: bool) -> str:
    minutes = int(apart.total_seconds() // 60)
    number, unit = (minutes // 60, "hour") if minutes >= 60 else (minutes, "minute")
    words = f"{number} {unit}{'' if number == 1 else 's'}"
    return f"overdue by {words}" if late else f"{words} left"
