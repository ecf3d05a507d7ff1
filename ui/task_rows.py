"""Tasks in a list. Fifty rows a page, so what many rows share is worked out once (P9)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from domain.case import Case, Cause, Kind, Task
from domain.outlook import what_next
from domain.people import Seat
from domain.policy import in_force
from domain.words import CAUSES
from domain.working_days import Calendar, Nation, london_date
from store import shapes
from ui.improvement import SEVERAL
from ui.views import FLOWING, Tag, Teams, harm_sentence, stage_tag, task_words
from ui.when import Due, due

NO_CALENDAR = Calendar(version="", first_year=0, last_year=0, holidays={})
ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskRow:
    """One task in a list: who asks whom, what to do, by when, what happens otherwise, at what cost."""

    ref: str
    title: str
    href: str
    what: str
    asks: str
    stage: Tag
    due: Due
    next: str
    harm: str
    level: int
    cause: str
    at_top: bool


class TaskRows:
    """Rows of `store.reads` in words. `states`: the whole cases of those rows for which `needs_state` says so."""

    def __init__(
        self, teams: Teams, calendar: Calendar, now: datetime, states: Mapping[str, Mapping[str, Any]]
    ) -> None:
        self.teams = teams
        self.calendar = calendar
        self.now = now
        self.states = states
        self._due: dict[tuple[Nation, datetime], Due] = {}
        self._harm: dict[tuple[int, object], str] = {}

    def row(self, row: Any) -> TaskRow:
        which = Seat(row.seat)
        vacancy = row.kind == Kind.FILL_POST  # its reader keeps the directory and sees no case
        return TaskRow(
            ref=row.ref,
            title=f"Case {row.ref}" if vacancy else row.title,
            href=f"/cases/{row.ref}" + (f"?task={row.task}" if row.kind in SEVERAL else ""),
            what=task_words(Kind(row.kind), Seat(row.post) if row.post else None, row.about),
            asks="" if vacancy else self.teams.asks(row),
            stage=stage_tag(row.stage),
            due=self._due_of(self.teams.side(row, which).nation, row.due_at),
            next=self._next(row, which),
            harm="" if vacancy or row.stage in FLOWING else self._harm_of(row),
            level=row.level,
            cause=CAUSES[Cause(row.cause)],
            at_top=row.at_top,
        )

    def _due_of(self, nation: Nation, at: datetime) -> Due:
        key = (nation, at)
        if key not in self._due:
            self._due[key] = due(self.calendar, nation, at, self.now)
        return self._due[key]

    def _harm_of(self, row: Any) -> str:
        key = (row.people_per_day, london_date(row.submitted_at))
        if key not in self._harm:
            self._harm[key] = harm_sentence(self.calendar, row.people_per_day, row.submitted_at, self.now)
        return self._harm[key]

    def _next(self, row: Any, which: Seat) -> str:
        if row.ref in self.states:
            case = shapes.case_from_json(dict(self.states[row.ref]))
            if row.task in case.tasks:
                return what_next(case, case.tasks[row.task])
        return _silence(Kind(row.kind), which, row.level, row.missed_at is not None)


def needs_state(row: Any) -> bool:
    """A review that was missed stands on a step of its ladder that only the case knows."""
    return row.kind == Kind.REVIEW and row.missed_at is not None


@cache
def _silence(kind: Kind, which: Seat, level: int, missed: bool) -> str:
    """What silence leads to. But for a missed review it follows from these four, whatever the case."""
    task = Task(
        id="",
        kind=kind,
        seat=which,
        opened_at=ANY_TIME,
        due_at=ANY_TIME,
        counts_from=ANY_TIME,
        level=level,
        passes=int(missed),
    )
    return what_next(Case(ref="", policy=in_force(), calendar=NO_CALENDAR), task)
