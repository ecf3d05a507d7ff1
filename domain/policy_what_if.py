"""What if a policy had other numbers? Past events are read again under them; nothing is written, and no case is touched.

For each task whose length would have been another one, its deadline is worked out anew from the day its clock began, in
the calendar of the case and the nation of the body that had to act. Then what really happened is held against it. What
people would have done under another limit is unknown, and is counted as such (`untold`).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain import events as e
from domain import working_days
from domain.case import WINDOWS, Case, Kind, Task
from domain.figure_spread import Spread
from domain.people import Seat
from domain.policy_versions import BY_FIELD
from domain.working_days import CalendarTooShort, london_date

READS = ("task_opened", "task_closed", "deadline_missed", "due_moved", "sender_directed")  # kinds of events

DAYS: dict[Kind, str] = {
    Kind.SIGN_RISK: "sign_risk",
    Kind.OBJECT: "object",
    Kind.CONFIRM: "confirm",
    Kind.DECIDE: "decide",
    Kind.ANSWER: "answer",
    Kind.REVISE: "answer",
    Kind.PROVIDE: "deliver",
    Kind.CONFIRM_RECEIPT: "deliver",
    Kind.MAY_ESCALATE: "escalate_refusal",
}
HOURS: dict[Kind, str] = {
    Kind.SIGN_RISK: "urgent_sign",
    Kind.DECIDE: "urgent_decide",
    Kind.PROVIDE: "urgent_decide",
    Kind.CONFIRM_RECEIPT: "urgent_decide",
    Kind.ANSWER: "urgent_answer",
    Kind.REVISE: "urgent_answer",
}
# Told by no task: how often somebody asks, or how much time a leader adds.
NOT_FROM_EVENTS = frozenset({"rounds", "extension", "urgent_extension"})


@dataclass
class Waiting:
    """One task as it went: `closed_at` None while it is open; `missed`: its time ran out."""

    task: Task
    directed: bool = False
    extended: bool = False
    missed: bool = False
    closed_at: datetime | None = None
    how: str = ""


def waitings(events: Iterable[tuple[datetime, e.Event]]) -> list[Waiting]:
    """The tasks of one case, in order, from its events of the kinds in `READS`, oldest first."""
    found: dict[str, Waiting] = {}
    directed = False
    for at, event in events:
        match event:
            case e.SenderDirected():
                directed = True
            case e.TaskOpened(task=task):
                mine = directed and task.kind is Kind.DECIDE
                found[task.id] = Waiting(task=task, directed=mine)
                directed = directed and not mine
            case e.TaskClosed(task=key, how=how) if key in found:
                found[key].closed_at, found[key].how = at, how
            case e.DeadlineMissed(task=key) if key in found:
                found[key].missed = True
            case e.DueMoved(task=key, counts_from=given) if key in found:
                found[key].extended = found[key].extended or given is not None
            case _:
                pass
    return list(found.values())


def length_of(waiting: Waiting) -> str:
    """The number of the policy that its length comes from; '' for none that may be changed."""
    task = waiting.task
    if waiting.directed or task.post is not None or task.months or task.weeks:
        return ""
    if task.kind is Kind.TRIAGE:
        first = task.seat is Seat.BOARD or task.level <= 1
        return "urgent_leader" if task.hours else "triage" if first else "leader"
    if task.seat.level:
        return "urgent_leader" if task.hours else "leader"
    return (HOURS if task.hours else DAYS).get(task.kind, "")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One number of the proposal against what happened. In tasks; `took` in its unit, of those that were done.

    missed_before, would_miss, `untold` (missed, then settled or left by others before the new limit) tell apart:
    `would_miss` counts what is certain. avoided, added: misses that fall away, or come. `longer`: done, and it took
    longer than the new limit. `aside`: not worked out anew, because a leader gave time, no clock ran, or no calendar reaches it.
    """

    field: str
    new: int
    was: tuple[int, ...]
    tasks: int
    missed_before: int
    would_miss: int
    avoided: int
    added: int
    untold: int
    longer: int
    aside: int
    moves_up: bool
    took: Spread

    @property
    def label(self) -> str:
        return BY_FIELD[self.field].label

    @property
    def unit(self) -> str:
        return BY_FIELD[self.field].unit


@dataclass
class _Sum:
    was: set[int] = field(default_factory=set[int])
    counted: Counter[str] = field(default_factory=Counter[str])
    took: Counter[int] = field(default_factory=Counter[int])
    moves_up: bool = False


class WhatIf:
    """Adds up case by case, in memory that does not grow with their number. `changes`: field -> new number."""

    def __init__(self, changes: Mapping[str, int]) -> None:
        self.changes = {each: changes[each] for each in BY_FIELD if each in changes}
        self.cases = 0
        self._sums = {each: _Sum() for each in self.changes if each not in NOT_FROM_EVENTS}

    def look(self, case: Case, events: Iterable[tuple[datetime, e.Event]], now: datetime) -> None:
        """`case`: as it stands, for its calendar, nations and the policy it keeps."""
        self.cases += 1
        for waiting in waitings(events):
            name = length_of(waiting)
            if name in self._sums:
                self._count(self._sums[name], case, waiting, name, now)

    def _count(self, told: _Sum, case: Case, waiting: Waiting, name: str, now: datetime) -> None:
        task, old = waiting.task, int(getattr(case.policy, name))
        told.was.add(old)
        told.counted["tasks"] += 1
        told.moves_up = told.moves_up or task.kind not in WINDOWS
        watched = task.watch_at is not None  # at the top no clock runs
        due = _due(case, task, old, self.changes[name]) if watched and not waiting.extended else None
        if due is None:
            told.counted["aside"] += 1
            return
        ended = waiting.closed_at or now
        acted = waiting.how == "done"
        missed = waiting.missed or waiting.how == "expired"  # a window closes without a word
        late = ended > due
        if acted and waiting.closed_at:
            took = _took(case, task, waiting.closed_at)
            told.took[took] += 1
            told.counted["longer"] += took > self.changes[name]
        told.counted["missed_before"] += missed
        told.counted["would_miss"] += late
        told.counted["added"] += late and not missed
        told.counted["avoided"] += missed and acted and not late
        told.counted["untold"] += missed and not acted and not late

    def lines(self) -> tuple[Line, ...]:
        names = ("tasks", "missed_before", "would_miss", "avoided", "added", "untold", "longer", "aside")
        return tuple(
            Line(
                field=name,
                new=self.changes[name],
                was=tuple(sorted(told.was)),
                moves_up=told.moves_up,
                took=Spread.of(told.took),
                **{each: told.counted[each] for each in names},
            )
            for name, told in self._sums.items()
        )

    def not_told(self) -> tuple[str, ...]:
        """The numbers that past events say nothing about."""
        return tuple(BY_FIELD[each].label for each in self.changes if each in NOT_FROM_EVENTS)


def _due(case: Case, task: Task, old: int, new: int) -> datetime | None:
    """When its time would have been over; None where no calendar reaches, or its length was another one."""
    if task.hours:
        hours = _length(case, task, task.hours, old, new)
        return task.counts_from + timedelta(hours=hours) if hours else None
    days = _length(case, task, task.days, old, new)
    try:
        nation = case.nation(task.seat.side)
        return working_days.due(case.calendar, nation, task.counts_from, days) if days else None
    except (CalendarTooShort, LookupError):
        return None


def _length(case: Case, task: Task, had: int, old: int, new: int) -> int | None:
    """A clock that started again had what was left (C10): as much more or less as the whole, and never below the floor."""
    if had == old:
        return new
    return max(had + new - old, case.policy.floor) if task.kind is Kind.DECIDE else None


def _took(case: Case, task: Task, closed_at: datetime) -> int:
    """In the unit of the task: hours begun, or working days of the body that had it."""
    if task.hours:
        return max(0, -int((task.counts_from - closed_at).total_seconds() // 3600))
    dates = (london_date(task.counts_from), london_date(closed_at))
    try:
        return working_days.working_days_between(case.calendar, case.nation(task.seat.side), *dates)
    except (CalendarTooShort, LookupError):
        return 0


# What no reading of past events can say; shown with every answer.
CANNOT_SAY = (
    "It cannot say what people would have done: many act just before a deadline, whenever that is.",
    "A leader who was asked because time ran out, and decided, might not have been asked. Those tasks are “not known”.",
    "Each number is held against the past by itself. What one deadline changes about the next is not followed on.",
)
