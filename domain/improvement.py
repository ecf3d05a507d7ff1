"""P9 in plain functions that rules, forms and pages share: the next step, a plan, a time since which something is known."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from domain.case import Case, Kind, Task
from domain.commands import Step
from domain.fold_care import STEPS
from domain.policy import Policy
from domain.working_days import LONDON

ACTIONS = (1, 2, 3)  # as many as a form has boxes for; `Policy.most_actions` is the rule
JUMP = "jump"  # what the one jump of a case is called where several alike are told apart

# What is written in these acts is between the receiving body and whoever oversees it (least disclosure).
NOT_FOR_SENDERS = frozenset(
    {
        "report_incident",
        "record_report",
        "take_step",
        "jump_step",
        "settle_jump",
        "complete_action",
        "close_improvement",
    }
)

_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?", re.IGNORECASE)


def next_step(case: Case) -> Step | None:
    """The only step that may follow; None at the top. A share of one item cannot be narrowed, so that step falls away."""
    left = STEPS[case.step :]
    if left and left[0] is Step.NARROW and case.items <= 1:
        left = left[1:]
    return left[0] if left else None


def running(case: Case) -> tuple[Task, ...]:
    """The actions of the plan that still have time: until they are done or overdue, no further step follows."""
    if case.step <= STEPS.index(Step.PLAN):
        return ()
    return tuple(task for task in case.open(Kind.DO_ACTION) if not task.missed and not task.level)


def last_day(policy: Policy, today: date) -> date:
    """The last day an action may have: so many months from today, else the end of that month."""
    year, month = divmod(today.month - 1 + policy.action_months, 12)
    year, month = today.year + year, month + 1
    for day in (today.day, 30, 29, 28):
        try:
            return date(year, month, day)
        except ValueError:
            continue
    raise AssertionError("every month has a 28th")


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One action as it was agreed. `due_on`: an ISO date."""

    title: str
    due_on: str


def plan_of(answers: Mapping[str, Any]) -> tuple[Planned, ...]:
    """The actions of a plan, in the order of the form; a row with nothing in it is left out."""
    rows = ((answers.get(f"action_{n}"), answers.get(f"due_{n}")) for n in ACTIONS)
    return tuple(Planned(title=str(title), due_on=str(due)) for title, due in rows if title and due)


def action_key(step_taken: int, number: int) -> str:
    """Which action is meant: the number of the event that agreed the plan, and which of its actions, from 1."""
    return f"a{step_taken}.{number}"


def known_at(answers: Mapping[str, Any]) -> datetime | None:
    """The instant (UTC) since which the team knows, from a day and a time of the London clock; None without a day.

    A day without a time counts from its beginning. The hour that comes twice in autumn is taken for the first of the
    two. Raises ValueError for what is no time.
    """
    day, time = str(answers.get("known_on") or ""), str(answers.get("known_time") or "").strip()
    if not day:
        return None
    hour, minute = _clock(time) if time else (0, 0)
    on = date.fromisoformat(day)
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=LONDON).astimezone(UTC)


def _clock(text: str) -> tuple[int, int]:
    """'14:30', '9.05', '2:30pm' and '2pm', as hour and minute. A bare number is no time."""
    found = _TIME.fullmatch(text)
    if found is None or not (found[2] or found[3]):
        raise ValueError(text)
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if minute > 59 or hour > 23 or (half and not 1 <= hour <= 12):
        raise ValueError(text)
    return (hour % 12 + (12 if half == "pm" else 0) if half else hour), minute


def time_left(due_at: datetime, now: datetime) -> str:
    """'31 hours are left', or how long ago the time was over: hours of the clock, whatever the day (P9)."""
    late, apart = due_at < now, abs(due_at - now)
    minutes = int(apart.total_seconds() // 60)
    number, unit = (minutes // 60, "hour") if minutes >= 60 else (minutes, "minute")
    words = f"{number} {unit}{'' if number == 1 else 's'}"
    if late:
        return f"the time was over {words} ago"
    return f"{words} {'is' if number == 1 else 'are'} left"


@dataclass(frozen=True, kw_only=True)
class Improving:
    """What the forms of incidents and improvement need to know about one case.

    `step`: the next one, or with a jump that waits the one to be confirmed. `named_step`: which one a machine named.
    `running_until`: the last day of the actions of the plan that still have time. `meant`, `due_at`: what the one action or incident is called that a task is about, and until when. `at`: now, where
    the answers are checked against it.
    """

    policy: Policy = field(default_factory=Policy)
    step: Step | None = None
    named_step: str = ""
    active_from: datetime | None = None
    running_until: datetime | None = None
    meant: str = ""
    due_at: datetime | None = None
    at: datetime | None = None


def improving(
    case: Case,
    raw: Mapping[str, Any],
    called: Mapping[str, str],
    at: datetime | None,
) -> Improving:
    """`raw`: what was sent so far. `called`: what each action and incident of the case is called."""
    task = case.tasks.get(str(raw.get("task") or ""))
    return Improving(
        policy=case.policy,
        step=STEPS[case.jump - 1] if case.jump else next_step(case),
        named_step=str(raw.get("step") or ""),
        active_from=case.active_from,
        running_until=max((each.due_at for each in running(case)), default=None),
        meant=called.get(task.about, "") if task else "",
        due_at=task.due_at if task else None,
        at=at,
    )
