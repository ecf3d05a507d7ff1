"""When the morning round reminds somebody of an open task (C2, C10, C15, §6). Pure: the same morning, the same answer."""

from datetime import date

from domain.case import Case, Task
from domain.notices import for_task
from domain.working_days import is_working_day, london_date, working_days_between


def reminder(
    case: Case, task: Task, today: date, *, missed_on: date | None = None, reminded_on: date | None = None
) -> str | None:
    """The headline of the reminder this open task gets on the morning of `today`, or None.

    `missed_on`, `reminded_on`: London dates of the missed deadline and of the last reminder. Days are counted for the
    body that must act. A morning on which nothing ran is made up for once, on the next one. Raises CalendarTooShort.
    """
    nation = case.nation(task.seat.side)
    if reminded_on == today or not is_working_day(case.calendar, nation, today):
        return None

    def days(start: date, end: date | None) -> int:
        return working_days_between(case.calendar, nation, start, end) if end else 0

    what = for_task(task).headline
    if task.missed:
        # Up the ladder the next level is told, so nobody is reminded; at the top there is nobody else to tell (C15).
        if not case.at_top or missed_on is None:
            return None
        every, late = case.policy.nudge_at_top, days(missed_on, today)
        is_due = late // every > days(missed_on, reminded_on) // every
        return f"Reminder, {_working_days(late)} overdue: {what}" if is_due else None

    start = london_date(task.visible_from or task.opened_at)
    waited, before = days(start, today), days(start, reminded_on)
    due = london_date(task.due_at)
    after, ahead = (dict(each).get(task.kind, ()) for each in (case.policy.nudges, case.policy.nudges_before))
    # Asked only where it matters: an end may lie further ahead than any calendar reaches.
    is_near = ahead and any(days(today, due) <= day < days(reminded_on or start, due) for day in ahead)
    if not is_near and not any(before < day <= waited for day in after):
        return None
    left = days(today, due)
    return f"Reminder, {_working_days(left)} left: {what}" if left else f"Reminder, due today: {what}"


def _working_days(number: int) -> str:
    return f"{number} working day{'' if number == 1 else 's'}"
