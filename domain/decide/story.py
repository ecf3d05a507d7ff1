"""One command's story: the events it causes, each folded as it is told, so that the next rule sees the new case."""

from datetime import datetime, timedelta

from domain import working_days
from domain.case import BEFORE_ACTIVE, WINDOWS, Case, Kind, Lane, Task
from domain.commands import Command
from domain.events import Event, PostVacant, TaskClosed, TaskOpened
from domain.fold import evolve
from domain.fold_care import at_their_top
from domain.people import Seat
from domain.permissions import TABLE, may_do_task, task_for
from domain.refusals import NotNow

# An entry kept back is published one day; what people ask of the data, a breach of it and what is wrong with its grant
# are answered for as long as there is data; and who answers for the risk is settled after every act (`owners.settle`).
OUTLASTS = (
    Kind.PUBLISH,
    Kind.OWN_RISK,
    Kind.ANSWER_RIGHTS,
    Kind.SPREAD_CORRECTION,
    Kind.TELL_REGULATOR,
    Kind.MEND_EXCHANGE,
    Kind.MEND_SERVICE,
)


class Story:
    def __init__(self, case: Case, command: Command, at: datetime) -> None:
        self.case = case
        self.command = command
        self.by = command.by
        self.at = at  # the instant every event of this story carries
        self.events: list[Event] = []

    def tell(self, event: Event) -> None:
        self.case = evolve(self.case, event, self.at)
        self.events.append(event)

    def entitling(self, act: str) -> Task:
        """The open task that entitles the actor to this act, where the act has no other way in."""
        task = task_for(self.case, self.by, act, self.at)
        assert task, "permissions were asked before"
        return task

    def the_task(self, key: str, act: str) -> Task:
        """The task the person meant, where several alike may be open. Raises `NotNow` when it is not theirs or is gone."""
        task = self.case.tasks.get(key)
        if task is None or task.kind not in TABLE[act].tasks or not may_do_task(task, self.by, self.at):
            raise NotNow
        return task

    def is_filled(self, seat: Seat) -> bool:
        return seat in self.command.filled

    def open(
        self,
        kind: Kind,
        seat: Seat,
        *,
        days: int = 0,
        months: int = 0,
        weeks: int = 0,
        hours: int = 0,
        due_at: datetime | None = None,
        counts_from: datetime | None = None,
        level: int = 0,
        watched: bool = True,
        post: Seat | None = None,
        about: str = "",
    ) -> None:
        """Open a task for a seat; when nobody sits there, raise the vacancy too (G5)."""
        start = counts_from or self.at
        due = due_at or self.due(seat, start, days, months, weeks, hours)
        task = Task(
            id=f"t{self.case.tasks_opened + 1}",
            kind=kind,
            seat=seat,
            opened_at=self.at,
            due_at=due,
            counts_from=start,
            days=days,
            months=months,
            weeks=weeks,
            hours=hours,
            level=level,
            watch_at=due if watched else None,
            visible_from=self._opens(kind, seat, due),
            post=post,
            about=about,
        )
        self.tell(TaskOpened(task=task))
        if not self.is_filled(seat) and seat is not Seat.OPERATOR:
            self.raise_vacancy(seat)

    def due(
        self, seat: Seat, start: datetime, days: int, months: int = 0, weeks: int = 0, hours: int = 0
    ) -> datetime:
        """The end of the day, in the calendar of the body that must act (G3); hours run on the clock (C21)."""
        calendar, nation = self.case.calendar, self.case.nation(seat.side)
        if hours:
            return start + timedelta(hours=hours)
        if weeks:
            before = working_days.london_date(start) + timedelta(weeks=weeks, days=-1)
            return working_days.end_of_day(working_days.add_working_days(calendar, nation, before, 1))
        if months:
            day = working_days.add_months(calendar, nation, working_days.london_date(start), months)
            return working_days.end_of_day(day)
        return working_days.due(calendar, nation, start, days)

    def _opens(self, kind: Kind, seat: Seat, due: datetime) -> datetime | None:
        """A review, and the notice of an end, lie ready for months; they show some weeks before they are due."""
        if kind is Kind.EXPIRY:  # plain days: an end may lie further ahead than any calendar reaches
            return due - timedelta(days=self.case.policy.expiry_shows_days)
        if kind is not Kind.REVIEW:
            return None
        calendar, nation = self.case.calendar, self.case.nation(seat.side)
        day = working_days.london_date(due)
        opens = working_days.subtract_working_days(calendar, nation, day, self.case.policy.review_opens)
        # From the first second of that day, which is the one after the last of the day before.
        return working_days.end_of_day(opens - timedelta(days=1)) + timedelta(seconds=1)

    @property
    def is_urgent(self) -> bool:
        """C21: whether clock hours run; once a share is active, working days do as everywhere."""
        return self.case.lane is Lane.URGENT and self.case.stage in BEFORE_ACTIVE

    def open_in_time(
        self,
        kind: Kind,
        seat: Seat,
        *,
        days: int,
        hours: int,
        level: int = 0,
        watched: bool = True,
        about: str = "",
    ) -> None:
        """Open a task with working days or, in the urgent lane, clock hours."""
        if self.is_urgent:
            self.open(kind, seat, hours=hours, level=level, watched=watched, about=about)
        else:
            self.open(kind, seat, days=days, level=level, watched=watched, about=about)

    def raise_vacancy(self, seat: Seat) -> None:
        """An empty post is itself a task, once, for the operator of the directory (G5)."""
        if any(task.post is seat for task in self.case.open(Kind.FILL_POST)):
            return
        self.tell(PostVacant(seat=seat))
        self.open(Kind.FILL_POST, Seat.OPERATOR, days=self.case.policy.post_filled, post=seat)

    def close_needless_vacancies(self) -> None:
        """Where only part of the tasks close: a vacancy stays for as long as something waits on the empty seat (G5).

        So does that of a leader while anything stands at its top: whoever is appointed is asked at once.
        """
        waited_on = {task.seat for task in self.case.tasks.values()}
        at_top = any(at_their_top(self.case, cause) for cause in self.case.overdue)
        for task in self.case.open(Kind.FILL_POST):
            if task.post not in waited_on and not (at_top and task.post and task.post.level):
                self.close(task)

    def close(self, task: Task, how: str = "overtaken") -> None:
        self.tell(TaskClosed(task=task.id, seat=task.seat, how=how))  # type: ignore[arg-type]

    def close_all(
        self, done: Task | None = None, *, how: str = "overtaken", keep: tuple[Kind, ...] = ()
    ) -> None:
        """A stage is over: the task that ended it is done, the others are overtaken by it.

        What is kept waits on, and so does the vacancy of a seat it waits on. `OUTLASTS` waits on whatever becomes of
        the share.
        """
        kept = self.case.open(*OUTLASTS, *keep)
        waited_on = {task.seat for task in kept}
        for task in tuple(self.case.tasks.values()):
            if task in kept or (task.post and task.post in waited_on):
                continue
            self.close(
                task, "done" if done and task.id == done.id else "expired" if task.kind in WINDOWS else how
            )
